import { describe, expect, it } from 'vitest';
import { ALARM_ACTS, alarmActRefusal, COMMENTS_LIMIT } from '../stream/protocol/act-rules.ts';
import type { AlarmSource, AlarmView } from '../stream/protocol/effects.ts';
import { alarmOf } from '../test/contract/live-world.ts';
import {
  actOnAlarm,
  addSource,
  changeAlarm,
  clearAlarm,
  conditionBack,
  conditionGone,
  escalateAlarm,
  recordAlarm,
  shelveAlarm,
  suppressAlarm,
  unshelveAlarm,
  unsuppressAlarm,
  updateSource,
  withdrawAlarm,
} from './life-cycle.ts';

const AT = 1_764_000_000_000;
const BY = { userName: '值班员', actId: 'act-1', comment: '已核实' };

const plain = { level: 3, latched: false, rule: 'dwell' } as const;
const crowd = { level: 2, latched: true, rule: 'gathering' } as const;
const gone = { conditionGoneAtMs: AT - 1 };
const seen = { acknowledged: true, acknowledgedAtMs: AT - 2, acknowledgedBy: '前班' };
const cleared = { active: false, clearedAtMs: AT - 1 };

/** Every state that matters to any event. */
const STATES: Readonly<Record<string, Partial<AlarmView>>> = {
  asking: plain,
  seen: { ...plain, ...seen },
  'cleared asking': { ...plain, ...cleared },
  ended: { ...plain, ...seen, ...cleared, endedAtMs: AT - 1 },
  'off-delay asking': { ...plain, ...gone },
  'off-delay seen': { ...plain, ...gone, ...seen },
  'latched asking': crowd,
  'latched seen': { ...crowd, ...seen },
  'latched gone asking': { ...crowd, ...gone },
  'latched gone seen': { ...crowd, ...gone, ...seen },
  'sos asking': { level: 1, latched: true, rule: 'sos' },
  'sos seen': { level: 1, latched: true, rule: 'sos', ...seen },
  shelved: { ...plain, shelfId: 's' },
  'shelved seen': { ...plain, ...seen, shelfId: 's' },
  'shelved cleared': { ...plain, ...cleared, shelfId: 's' },
  suppressed: { ...plain, suppressedBy: 'k' },
};

const EVENTS: Readonly<Record<string, (alarm: AlarmView) => AlarmView | null>> = {
  clear: (alarm) => clearAlarm(alarm, AT, 'condition'),
  gone: (alarm) => conditionGone(alarm, AT),
  back: (alarm) => conditionBack(alarm, AT),
  rise: (alarm) => changeAlarm(alarm, AT, { level: 1 }),
  fall: (alarm) => changeAlarm(alarm, AT, { level: 4 }),
  change: (alarm) => changeAlarm(alarm, AT, { count: 9 }),
  record: (alarm) => recordAlarm(alarm, AT),
  withdraw: (alarm) => withdrawAlarm(alarm, AT, 'withdrawn'),
  escalate: escalateAlarm,
  acknowledge: (alarm) => actOnAlarm(alarm, 'acknowledge', AT, BY),
  reset: (alarm) => actOnAlarm(alarm, 'reset', AT, BY),
  comment: (alarm) => actOnAlarm(alarm, 'comment', AT, BY),
  false: (alarm) => actOnAlarm(alarm, 'mark-false', AT, BY),
  justify: (alarm) => actOnAlarm(alarm, 'justify', AT, BY),
  shelve: (alarm) => shelveAlarm(alarm, 'other', { by: '值班员', why: '检修' }),
  unshelve: (alarm) => unshelveAlarm(alarm, AT, { by: null, why: 'time-over' }),
  suppress: (alarm) => suppressAlarm(alarm, 'other', '大修'),
  unsuppress: (alarm) => unsuppressAlarm(alarm, AT, 'over'),
};

/** The state a view is in, by the fewest marks. */
const nameOf = (alarm: AlarmView): string => {
  if (alarm.endedAtMs !== null) return 'ended';
  const base = alarm.active ? (alarm.acknowledged ? 'seen' : 'asking') : 'cleared asking';
  const marks = [
    alarm.conditionGoneAtMs === null ? '' : 'gone',
    alarm.shelfId === null ? '' : 'shelved',
    alarm.suppressedBy === null ? '' : 'suppressed',
  ].filter((mark) => mark !== '');
  return [base, ...marks].join('+');
};

/** What each event makes of each state, in the order of EVENTS; '-': nothing. */
const TABLE: Readonly<Record<string, string>> = {
  asking:
    'cleared asking | asking+gone | - | asking | asking | asking | asking | ended | asking | seen | - | asking | asking | - | asking+shelved | - | asking+suppressed | -',
  seen: 'ended | seen+gone | - | asking | seen | seen | seen | ended | - | - | - | seen | seen | - | seen+shelved | - | seen+suppressed | -',
  'cleared asking':
    '- | - | - | - | - | cleared asking | - | ended | - | ended | - | cleared asking | cleared asking | - | cleared asking+shelved | - | cleared asking+suppressed | -',
  ended: '- | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | -',
  'off-delay asking':
    'cleared asking+gone | - | asking | asking+gone | asking+gone | asking+gone | asking+gone | ended | asking+gone | seen+gone | - | asking+gone | asking+gone | - | asking+gone+shelved | - | asking+gone+suppressed | -',
  'off-delay seen':
    'ended | - | seen | asking+gone | seen+gone | seen+gone | seen+gone | ended | - | - | - | seen+gone | seen+gone | - | seen+gone+shelved | - | seen+gone+suppressed | -',
  'latched asking':
    '- | asking+gone | - | asking | asking | asking | asking | ended | asking | seen | - | asking | asking | asking | asking+shelved | - | asking+suppressed | -',
  'latched seen':
    '- | seen+gone | - | asking | seen | seen | seen | ended | - | - | - | seen | seen | seen | seen+shelved | - | seen+suppressed | -',
  'latched gone asking':
    '- | - | asking | asking+gone | asking+gone | asking+gone | asking+gone | ended | asking+gone | seen+gone | - | asking+gone | asking+gone | asking+gone | asking+gone+shelved | - | asking+gone+suppressed | -',
  'latched gone seen':
    '- | - | asking | asking+gone | seen+gone | seen+gone | seen+gone | ended | - | - | ended | seen+gone | seen+gone | seen+gone | seen+gone+shelved | - | seen+gone+suppressed | -',
  'sos asking':
    '- | asking+gone | - | - | asking | asking | asking | ended | asking | seen | - | asking | asking | - | - | - | - | -',
  'sos seen': '- | seen+gone | - | - | seen | seen | seen | ended | - | - | ended | seen | seen | - | - | - | - | -',
  shelved:
    'cleared asking+shelved | asking+gone+shelved | - | asking+shelved | asking+shelved | asking+shelved | asking+shelved | ended | - | seen+shelved | - | asking+shelved | asking+shelved | - | asking+shelved | asking | asking+shelved+suppressed | -',
  'shelved seen':
    'ended | seen+gone+shelved | - | asking+shelved | seen+shelved | seen+shelved | seen+shelved | ended | - | - | - | seen+shelved | seen+shelved | - | seen+shelved | asking | seen+shelved+suppressed | -',
  'shelved cleared':
    '- | - | - | - | - | cleared asking+shelved | - | ended | - | ended | - | cleared asking+shelved | cleared asking+shelved | - | cleared asking+shelved | cleared asking | cleared asking+shelved+suppressed | -',
  suppressed:
    'cleared asking+suppressed | asking+gone+suppressed | - | asking+suppressed | asking+suppressed | asking+suppressed | asking+suppressed | ended | - | seen+suppressed | - | asking+suppressed | asking+suppressed | - | asking+shelved+suppressed | - | asking+suppressed | asking',
};

const create = (state: string): AlarmView => alarmOf('a', ['c'], { raisedAtMs: AT - 10, ...STATES[state] });

describe('states and events', () => {
  it.each(Object.keys(STATES))('[LIF-1] %s', (state) => {
    const told = Object.entries(EVENTS).map(([event, take]) => {
      const next = take(create(state));
      return `${event}: ${next === null ? '-' : nameOf(next)}`;
    });
    const events = Object.keys(EVENTS);
    expect(told).toEqual(TABLE[state]?.split('|').map((cell, i) => `${events[i]}: ${cell.trim()}`));
  });

  it('[LIF-2] every transition says whose act it is and why, and forgets what the one before said', () => {
    const acts = ['acknowledge', 'reset', 'comment', 'false', 'justify'];
    for (const state of Object.keys(STATES)) {
      for (const [event, take] of Object.entries(EVENTS)) {
        const next = take({ ...create(state), actedBy: '别人', actId: 'before', why: '从前' });
        if (next === null) continue;
        if (acts.includes(event)) expect(next).toMatchObject({ actedBy: '值班员', actId: 'act-1', why: '已核实' });
        else if (event === 'shelve') expect(next).toMatchObject({ actedBy: '值班员', actId: null, why: '检修' });
        else expect(next).toMatchObject({ actedBy: null, actId: null });
        if (event !== 'change') expect(next.why).not.toBeNull();
        expect(next.why).not.toBe('从前');
      }
    }
  });

  it('[LIF-3] a rise asks anew and says when, a fall asks nobody, the same again is nothing, a latch stays', () => {
    const alarm = create('seen');
    expect(changeAlarm(alarm, AT, { level: 2, latched: true })).toMatchObject({
      transition: 'level',
      latched: true,
      acknowledged: false,
      acknowledgedBy: null,
      askedAtMs: AT,
      why: 'level 3 to 2',
    });
    expect(changeAlarm(alarm, AT, { level: 4 })).toMatchObject({ transition: 'level', acknowledged: true });
    const people = [{ companyCode: 'c', personId: 'p', cardNo: null, name: '甲', type: 'staff' }] as const;
    const grown = changeAlarm(alarm, AT, { people, count: 1 });
    expect(grown).toMatchObject({ transition: 'updated', acknowledged: true });
    expect(changeAlarm(grown!, AT, { people: [{ ...people[0] }], count: 1 })).toBeNull();
    expect(changeAlarm(create('latched seen'), AT, { latched: false })).toBeNull();
    expect(changeAlarm(create('latched seen'), AT, { latched: false, count: 1 })).toMatchObject({ latched: true });
  });

  it('[LIF-4] a latched alarm says since when its condition is gone, and asks anew when it is back', () => {
    const waiting = conditionGone(create('latched seen'), AT);
    expect(waiting).toMatchObject({ transition: 'returned', active: true, acknowledged: true, conditionGoneAtMs: AT });
    expect(conditionBack(waiting!, AT + 5)).toMatchObject({
      transition: 'returned',
      acknowledged: false,
      askedAtMs: AT + 5,
      conditionGoneAtMs: null,
      why: 'condition-back',
    });
    expect(conditionBack(create('off-delay seen'), AT)).toMatchObject({ acknowledged: true });
  });

  it('[LIF-5] an act does something exactly when nothing is said against it', () => {
    const marked = { falseMark: { by: 'x', atMs: 1, text: 'y' } };
    const full = { comments: Array.from({ length: COMMENTS_LIMIT }, () => marked.falseMark) };
    for (const state of Object.keys(STATES)) {
      for (const more of [{}, marked, full]) {
        for (const act of ALARM_ACTS) {
          for (const comment of [null, '', ' ', '因为']) {
            const alarm = { ...create(state), ...more };
            const isRefused = alarmActRefusal(alarm, act, comment) !== null;
            expect(actOnAlarm(alarm, act, AT, { ...BY, comment }) === null).toBe(isRefused);
          }
        }
      }
    }
  });

  it('[LIF-7] marks and comments are kept with who and when; a justified gathering stays as it is', () => {
    const marked = actOnAlarm(create('asking'), 'mark-false', AT, BY);
    const note = { by: '值班员', atMs: AT, text: '已核实' };
    expect(marked).toMatchObject({ transition: 'marked-false', active: true, acknowledged: false, falseMark: note });
    expect(actOnAlarm(marked!, 'unmark-false', AT, BY)).toMatchObject({ falseMark: null });
    const said = actOnAlarm(marked!, 'comment', AT, BY);
    expect(actOnAlarm(said!, 'comment', AT, { ...BY, comment: '再看' })?.comments).toEqual([
      note,
      { ...note, text: '再看' },
    ]);
    expect(actOnAlarm(create('latched seen'), 'justify', AT, BY)).toMatchObject({ active: true, justified: note });
  });

  it('[LIF-8] a vendor’s record is a source once, and is replaced by what the vendor says later', () => {
    const source = (change: Partial<AlarmSource> = {}): AlarmSource => ({
      by: 'vendor',
      recordId: 'v1',
      localCode: '',
      raisedAtMs: AT,
      endedAtMs: null,
      description: '',
      ...change,
    });
    const once = addSource(create('seen'), source());
    expect(once).toMatchObject({ transition: 'updated', sources: [source()], acknowledged: true });
    expect(addSource(once!, source({ description: '又' }))).toBeNull();
    const twice = addSource(once!, source({ recordId: '', raisedAtMs: AT + 1 }));
    expect(addSource(twice!, source({ recordId: '', raisedAtMs: AT + 2 }))?.sources).toHaveLength(3);
    expect(updateSource(twice!, source({ endedAtMs: AT + 9 }))?.sources).toMatchObject([{ endedAtMs: AT + 9 }, {}]);
    expect(updateSource(twice!, source())).toBeNull();
    expect(updateSource(twice!, source({ recordId: 'other' }))).toBeNull();
  });
});
