import { describe, expect, it } from 'vitest';
import { permitRuleOf } from '../../standard/permit-rules.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { RULES } from '../../stream/protocol/vocabulary.ts';
import { LANGUAGES, translateIn } from '../i18n/i18n.ts';
import { adviceText, clauseText, showsAdvice } from './advice.ts';
import { nextToLook, offersOf, sortAlarms } from './alarm-order.ts';
import { type AlarmRow, groupOf, isListFlooded, loudGroups, PAGE_ROWS, rowsOf, waitingIn } from './alarm-rows.ts';
import { whereText } from './alarm-text.ts';
import { createAlarmView } from './alarm-view.fixture.ts';
import { AlarmAnnouncer } from './announcer.ts';
import { inTurns } from './in-turns.ts';
import { beginMute, muteLeftMs } from './mute.ts';
import { assigneeOf, dueText, partiesOf } from './order-by-hand.ts';

const T0 = 1_764_000_000_000;
const MINUTE_MS = 60_000;
const zh = translateIn('zh-CN');

describe('what to do', () => {
  it.each(LANGUAGES)('[CON-1] %s: every class says it in one or two short sentences', (language) => {
    const t = translateIn(language);
    for (const rule of RULES) {
      const text = adviceText(t, { rule, detail: null, subject: 'x/y' });
      expect(text, rule).not.toBe('');
      expect(text.length, rule).toBeLessThanOrEqual(language === 'en' ? 140 : 60);
    }
  });

  it('[CON-1] a class that the page does not know has none, and nothing breaks', () => {
    expect(adviceText(zh, { rule: 'new-rule' as never, detail: null, subject: 'x/y' })).toBe('');
  });

  it('[CON-2] the word of a rule changes what to do', () => {
    const of = (rule: AlarmView['rule'], detail: string | null, subject = 'x/y') =>
      adviceText(zh, { rule, detail, subject });
    expect(of('gathering', 'withdraw')).toContain('撤离');
    expect(of('stillness', 'laid-down')).toContain('放下');
    expect(of('under-capacity', 'no-signal')).toContain('信号');
    expect(of('reporting-silent', null, '*/*')).toContain('园区接入口');
    expect(of('reporting-silent', null)).not.toBe(of('reporting-silent', null, '*/*'));
  });

  it('[CON-1] names the clause where the standard asks for the class', () => {
    expect(clauseText({ rule: 'out-of-bounds', permit: null })).toBe('AQ 3064.3-2025 5.2.4 a');
    expect(clauseText({ rule: 'patrol-missed', permit: null })).toBe('');
    expect(RULES.filter((rule) => permitRuleOf(rule) !== undefined).length).toBeGreaterThan(30);
  });

  it('[CON-1] shows on the chosen row, and at once on red ones that wait, but for a flood', () => {
    const red = createAlarmView({ level: 1 });
    expect(showsAdvice(red, false, false)).toBe(true);
    expect(showsAdvice(red, false, true)).toBe(false);
    expect(showsAdvice(createAlarmView({ level: 1, acknowledged: true }), false, false)).toBe(false);
    expect(showsAdvice(createAlarmView({ level: 2 }), false, false)).toBe(false);
    expect(showsAdvice(createAlarmView({ level: 4, acknowledged: true }), true, true)).toBe(true);
  });
});

describe('where, and what is looked at', () => {
  it('[CON-3] the place where there is no area, and no place twice', () => {
    const place = { lng: 121.480421, lat: 30.800273, heightM: 4.2, lastKnown: false } as AlarmView['place'];
    const alarm = createAlarmView({ place, areaName: null });
    expect(whereText(zh, alarm)).toBe('位置 121.48042，30.80027 · 高度 4 米');
    expect(whereText(zh, { ...alarm, areaName: '罐区' })).toBe('');
    expect(whereText(zh, { ...alarm, place: null })).toBe('');
  });

  it('[CON-20] Space looks at the chosen alarm first, then at the gravest red one that waits elsewhere', () => {
    const chosen = createAlarmView({ alarmId: 'mine', level: 3, rule: 'dwell' });
    const red = createAlarmView({ alarmId: 'red', level: 1 });
    const list = [red, createAlarmView({ alarmId: 'seen', level: 1, acknowledged: true }), chosen];
    expect(offersOf(list, chosen).map(({ alarmId }) => alarmId)).toEqual(['red']);
    expect(offersOf(list, red)).toEqual([]);
    expect(nextToLook(list, chosen, null)).toBe(chosen);
    expect(nextToLook(list, chosen, 'mine')).toBe(red);
    expect(nextToLook([chosen], chosen, 'mine')).toBe(chosen);
    expect(nextToLook([chosen], null, null)).toBe(chosen);
    expect(nextToLook([], null, null)).toBeUndefined();
  });
});

describe('what a screen reader hears', () => {
  const red = createAlarmView({ alarmId: 'r', level: 1 });
  const orange = createAlarmView({ alarmId: 'o', level: 2 });

  it('[CON-22] red and orange ones that wait, each once; one that asks anew again', () => {
    const announcer = new AlarmAnnouncer();
    expect(announcer.take([red, createAlarmView({ alarmId: 'y', level: 3 })], T0, false)).toEqual({
      kind: 'each',
      alarms: [red],
    });
    expect(announcer.take([red], T0 + MINUTE_MS, false)).toBeNull();
    const again = { ...red, askedAtMs: T0 + 2 * MINUTE_MS };
    expect(announcer.take([again], T0 + 2 * MINUTE_MS, false)).toEqual({ kind: 'each', alarms: [again] });
    expect(announcer.take([{ ...orange, acknowledged: true }], T0 + 3 * MINUTE_MS, false)).toBeNull();
  });

  it('[CON-22] what comes while a sentence is said waits for its end, and many are a number', () => {
    const announcer = new AlarmAnnouncer();
    announcer.take([red], T0, false);
    const flood = [
      red,
      ...Array.from({ length: 299 }, (_, n) => createAlarmView({ alarmId: `f${n}`, level: n < 9 ? 1 : 2 })),
    ];
    expect(announcer.take(flood, T0 + 100, false)).toBeNull();
    expect(announcer.take(flood, T0 + MINUTE_MS, false)).toEqual({ kind: 'count', n: 299, red: 9, orange: 290 });
    expect(announcer.take(flood, T0 + 2 * MINUTE_MS, false)).toBeNull();
  });

  it('[CON-23] a flood is told as one, every half a minute at the most; a call for help in it at once', () => {
    const announcer = new AlarmAnnouncer();
    const wave = (from: number, n: number) =>
      Array.from({ length: n }, (_, i) => createAlarmView({ alarmId: `w${from + i}`, level: 2, rule: 'stillness' }));
    const first = wave(0, 100);
    expect(announcer.take(first, T0, true)).toEqual({ kind: 'flood', n: 100, red: 0, orange: 100 });
    const more = [...first, ...wave(100, 12)];
    expect(announcer.take(more, T0 + 10_000, true)).toBeNull();
    const call = createAlarmView({ alarmId: 'help', level: 1, rule: 'sos' });
    expect(announcer.take([call, ...more], T0 + 12_000, true)).toEqual({ kind: 'each', alarms: [call] });
    expect(announcer.take([call, ...more], T0 + 20_000, true)).toBeNull();
    expect(announcer.take([call, ...more], T0 + 30_000, true)).toEqual({ kind: 'flood', n: 12, red: 0, orange: 12 });
    expect(announcer.take([call, ...more], T0 + 90_000, true)).toBeNull();
    const calls = Array.from({ length: 9 }, (_, i) => createAlarmView({ alarmId: `c${i}`, level: 1, rule: 'sos' }));
    expect(announcer.take([...calls, ...more], T0 + 100_000, true)).toEqual({ kind: 'count', n: 9, red: 9, orange: 0 });
    const one = wave(200, 1);
    expect(announcer.take([...more, ...one], T0 + 120_000, true)).toEqual({ kind: 'flood', n: 1, red: 0, orange: 1 });
  });
});

describe('silence', () => {
  const red = createAlarmView({ alarmId: 'r', level: 1 });
  const orange = createAlarmView({ alarmId: 'o', level: 2 });

  it('[CON-40] ends by itself', () => {
    const mute = beginMute([orange], T0, 5);
    expect(muteLeftMs(mute, [orange], T0)).toBe(5 * MINUTE_MS);
    expect(muteLeftMs(mute, [orange, createAlarmView({ alarmId: 'o2', level: 2 })], T0 + MINUTE_MS)).toBe(
      4 * MINUTE_MS,
    );
    expect(muteLeftMs(mute, [orange], T0 + 5 * MINUTE_MS)).toBe(0);
    expect(muteLeftMs(null, [orange], T0)).toBe(0);
  });

  it('[CON-41] a red alarm that comes or asks anew ends it at once; one that stood does not', () => {
    const mute = beginMute([red], T0, 5);
    expect(muteLeftMs(mute, [red], T0 + MINUTE_MS)).toBe(4 * MINUTE_MS);
    expect(muteLeftMs(mute, [red, createAlarmView({ alarmId: 'r2', level: 1 })], T0 + MINUTE_MS)).toBe(0);
    expect(muteLeftMs(mute, [{ ...red, askedAtMs: T0 + 1 }], T0 + MINUTE_MS)).toBe(0);
  });

  it('[CON-40] a clock that is set back does not prolong it', () => {
    expect(muteLeftMs(beginMute([], T0, 5), [], T0 - 60 * MINUTE_MS)).toBe(0);
  });
});

describe('a flood of 300 alarms', () => {
  const flood = sortAlarms(
    Array.from({ length: 300 }, (_, n) => {
      const of = { alarmId: `a${n}`, onsetAtMs: T0 + n * 1_000, raisedAtMs: T0 + n * 1_000 };
      if (n < 3) return createAlarmView({ ...of, rule: 'sos', level: 1, latched: true });
      if (n < 8) return createAlarmView({ ...of, rule: 'gathering', level: 1, latched: true, person: null });
      const rule = n % 2 === 0 ? 'dwell' : 'over-capacity';
      const area = `z${n % 6}`;
      return createAlarmView({
        ...of,
        rule,
        level: n % 2 === 0 ? 3 : 2,
        areaId: area,
        areaName: area,
        areaCompanyCode: '310000001',
      });
    }),
  );
  const groups = loudGroups(flood, true);
  const rows = rowsOf(flood, { openKeys: new Set(), chosenKey: null, isFlooded: true }, groups);

  it('[CON-30] is a few lines on one page, calls for help first, then the other red ones', () => {
    expect(isListFlooded(flood, false)).toBe(true);
    expect(rows.length).toBeLessThanOrEqual(20);
    expect(rows.length).toBeLessThan(PAGE_ROWS);
    const levels = rows.map((row) => (row.kind === 'alarm' ? row.alarm.level : row.kind === 'group' ? row.level : 9));
    expect(levels.slice(0, 8)).toEqual(Array(8).fill(1));
    expect(rows.slice(0, 8).every((row) => row.kind === 'alarm')).toBe(true);
    expect(levels).toEqual([...levels].sort());
  });

  it('[CON-31] a group is acknowledged as those that wait in it, red ones never among them', () => {
    const head = rows.find((row): row is AlarmRow & { kind: 'group' } => row.kind === 'group');
    const group = groupOf(groups, head?.key ?? '');
    expect(group).toBeDefined();
    const waiting = waitingIn(group!);
    expect(waiting).toHaveLength(head!.waiting);
    expect(waiting.every(({ rule, level }) => rule === head!.rule && level > 1)).toBe(true);
    expect(groupOf(groups, 'a0')).toBeUndefined();
  });

  it('[CON-31] each is an act of its own, few at a time; the first that fails stops the rest', async () => {
    let underWay = 0;
    let most = 0;
    const told: number[] = [];
    const act = async (n: number): Promise<boolean> => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      return n !== 13;
    };
    const items = Array.from({ length: 40 }, (_, n) => n);
    expect(await inTurns(items.slice(0, 12), act, (done) => told.push(done))).toBe(12);
    expect(told).toEqual(items.slice(1, 13));
    expect(most).toBeLessThanOrEqual(4);
    const done = await inTurns(items, act);
    expect(done).toBeGreaterThanOrEqual(13);
    expect(done).toBeLessThan(20);
  });
});

describe('an order by hand', () => {
  it('[CON-13] offers the companies concerned, then the park', () => {
    expect(partiesOf({ companyCodes: ['1', '2'] })).toEqual([
      '1/safety',
      '1/control-room',
      '2/safety',
      '2/control-room',
      'park/duty',
      'park/safety',
    ]);
    expect(partiesOf({ companyCodes: [] })).toEqual(['park/duty', 'park/safety']);
  });

  it('[CON-13] names a person by his name; oneself by the account', () => {
    const session = { userId: 'u1', name: '值班员' };
    expect(assigneeOf('  ', session)).toBeNull();
    expect(assigneeOf(' 李四 ', session)).toEqual({ userId: '李四', name: '李四' });
    expect(assigneeOf('值班员', session)).toEqual({ userId: 'u1', name: '值班员' });
  });

  it('[CON-13] says a deadline by its time, of another day with the day', () => {
    const noon = Date.UTC(2026, 10, 21, 4);
    expect(dueText(noon + 30 * MINUTE_MS, noon)).toBe('12:30');
    expect(dueText(noon + 24 * 60 * MINUTE_MS, noon)).toBe('11-22 12:00');
  });
});
