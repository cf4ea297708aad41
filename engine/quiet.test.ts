import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raiseAlarm } from '../alarms/life-cycle.ts';
import type { ActInput, ActName } from '../stream/protocol/acts.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { ActBody } from '../stream/protocol/entry.ts';
import { alarmsOf, at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { createArea, createPerson } from '../test/builders/entries.ts';
import { squareAt } from '../test/builders/plane.ts';
import { continueCondition, endCondition } from './off-delay.ts';

const COMPANY = createPerson({}).companyCode;
const AREA = `${COMPANY}/a1`;
const HOUR_MS = 3_600_000;

/** Two people, one forbidden area. */
function createRun(): EngineRun {
  const run = new EngineRun();
  run.persons(createPerson({ personId: 'p1' }), createPerson({ personId: 'p2' }));
  run.areas(createArea({ areaId: 'a1', kind: 'FORBIDDEN', polygons: squareAt(0, 0, 60) }));
  return run;
}

/** Goes far into the area, which raises at once. */
const trespass = (run: EngineRun, person: string, atMs = run.engine.park.nowMs + 1_000): AlarmView[] =>
  run.fixes([{ ...at(30, 30, atMs), person, accuracyM: 3 }], atMs);

let acts = 0;
function act(run: EngineRun, name: ActName, more: Partial<ActBody> & { input?: ActInput } = {}): AlarmView[] {
  const body: ActBody = {
    actId: `act-${++acts}`,
    act: name,
    alarmId: '',
    role: 'operator',
    userId: 'u',
    userName: '值班员',
    companyCode: null,
    comment: '检修',
    ...more,
  };
  return alarmsOf(run.entry('act', body));
}
const shelve = (run: EngineRun, scope: object, forMs = HOUR_MS, more: Partial<ActBody> = {}): AlarmView[] =>
  act(run, 'shelve', {
    input: {
      scope: { rule: null, area: null, person: null, ...scope },
      untilMs: run.engine.park.nowMs + forMs,
    },
    ...more,
  });
const standing = (run: EngineRun): AlarmView[] => [...run.engine.park.alarms.standing.values()];
const shelves = (run: EngineRun) => run.engine.park.docs.values('shelf');

describe('shelves', () => {
  it('[LIF-20] a shelf takes in what stands and what is raised, by rule, area and person, and says who and why', () => {
    const run = createRun();
    trespass(run, 'p1');
    expect(shelve(run, { rule: 'out-of-bounds', area: AREA, person: `${COMPANY}/p1` })).toMatchObject([
      { transition: 'shelved', active: true, actedBy: '值班员', why: '检修' },
    ]);
    const [shelf] = shelves(run);
    expect(standing(run)[0]?.shelfId).toBe(shelf?.shelfId);
    const [raised] = trespass(run, 'p2');
    expect(raised).toMatchObject({ transition: 'raised', shelfId: null });
    shelve(run, { area: AREA });
    const other = run.engine.park.docs.values('shelf')[1];
    expect(standing(run).map((alarm) => alarm.shelfId)).toEqual([shelf?.shelfId, other?.shelfId]);
  });

  it('[LIF-20] what is raised into a shelf was never announced', () => {
    const run = createRun();
    shelve(run, { rule: 'out-of-bounds' });
    expect(trespass(run, 'p1')).toMatchObject([{ transition: 'raised', active: true, why: '检修' }]);
    expect(standing(run)[0]?.shelfId).toBe(shelves(run)[0]?.shelfId);
  });

  it('[LIF-21] at its end the shelf is gone and what is active still asks anew, also what was acknowledged', () => {
    const run = createRun();
    const [raised] = trespass(run, 'p1');
    run.act('acknowledge', raised!.alarmId);
    shelve(run, { rule: 'out-of-bounds' }, 10_000);
    const until = shelves(run)[0]!.untilMs;
    expect(run.ticks(until - 1).filter((alarm) => alarm.transition !== 'recorded')).toEqual([]);
    expect(run.tick(until)).toMatchObject([
      {
        transition: 'unshelved',
        shelfId: null,
        acknowledged: false,
        askedAtMs: until,
        why: 'time-over',
        actedBy: null,
      },
    ]);
    expect(shelves(run)).toEqual([]);
  });

  it('[LIF-21] somebody may end it before its time; what another shelf takes in goes there', () => {
    const run = createRun();
    trespass(run, 'p1');
    shelve(run, { rule: 'out-of-bounds' });
    const [first] = shelves(run);
    shelve(run, { area: AREA });
    const second = shelves(run)[1];
    expect(act(run, 'unshelve', { input: { shelfId: first!.shelfId } })).toMatchObject([
      { transition: 'shelved', shelfId: second!.shelfId },
    ]);
    expect(act(run, 'unshelve', { input: { shelfId: second!.shelfId }, comment: null })).toMatchObject([
      { transition: 'unshelved', actedBy: '值班员', why: 'ended' },
    ]);
  });

  it('[LIF-22] no shelf without a reason, without a scope, for an SOS, for the past, or by a company; none longer than the limit', () => {
    const run = createRun();
    trespass(run, 'p1');
    shelve(run, { rule: 'out-of-bounds' }, HOUR_MS, { comment: ' ' });
    shelve(run, {});
    shelve(run, { rule: 'sos' });
    shelve(run, { rule: 'out-of-bounds' }, -1);
    shelve(run, { rule: 'out-of-bounds' }, HOUR_MS, { role: 'enterprise', companyCode: COMPANY });
    shelve(run, { rule: 'out-of-bounds' }, HOUR_MS, { role: 'ops' });
    act(run, 'shelve', { input: { shelfId: 'x' } });
    act(run, 'shelve');
    expect(shelves(run)).toEqual([]);
    expect(standing(run)[0]?.shelfId).toBeNull();
    shelve(run, { rule: 'out-of-bounds' }, 100 * HOUR_MS);
    expect(shelves(run)[0]?.untilMs).toBe(run.engine.park.nowMs + 24 * HOUR_MS);
  });

  it('[LIF-23] an SOS is heard whatever is shelved or suppressed', () => {
    const run = createRun();
    shelve(run, { person: `${COMPANY}/p1` });
    run.setting('suppression', 's', { how: 'silence', companies: [COMPANY], fromMs: 0, toMs: T0 * 2, reason: '大修' });
    const atMs = run.engine.park.nowMs + 1_000;
    const [sos] = run.fixes([{ ...at(500, 500, atMs), person: 'p1', sos: true }], atMs);
    expect(sos).toMatchObject({ rule: 'sos', shelfId: null, suppressedBy: null });
    run.ticks(atMs + 5_000);
    expect(standing(run)).toMatchObject([{ rule: 'sos', shelfId: null, suppressedBy: null }]);
  });
});

describe('suppression', () => {
  const silence = (more: object) => ({ how: 'silence', fromMs: 0, toMs: T0 + HOUR_MS, reason: '大修', ...more });

  it('[LIF-24] holds back what stands and what is raised, within its validity, and lets go of it when that is over', () => {
    const run = createRun();
    trespass(run, 'p1');
    const item = run.setting('suppression', 's1', silence({ rules: ['out-of-bounds'], areas: [AREA] }));
    expect(alarmsOf(item)).toMatchObject([{ transition: 'suppressed', suppressedBy: 's1', why: '大修' }]);
    expect(trespass(run, 'p2')).toMatchObject([{ transition: 'raised', suppressedBy: 's1' }]);
    run.tick(T0 + HOUR_MS - 1);
    expect(run.tick(T0 + HOUR_MS).filter((alarm) => alarm.transition === 'unsuppressed')).toMatchObject([
      { suppressedBy: null, acknowledged: false },
      { suppressedBy: null, acknowledged: false },
    ]);
  });

  it('[LIF-24] withdrawing the setting lets go at once', () => {
    const run = createRun();
    trespass(run, 'p1');
    run.setting('suppression', 's1', silence({ companies: [COMPANY] }));
    expect(alarmsOf(run.setting('suppression', 's1', null))).toMatchObject([{ transition: 'unsuppressed' }]);
  });
});

describe('off-delay', () => {
  /** An alarm of a rule that has no other way to end here. */
  function createHovering(): { run: EngineRun; alarmId: string; effects: AlarmView[] } {
    const run = createRun();
    run.tick(T0);
    const effects: never[] = [];
    const nobody = { slot: -1, generation: 0, person: null, subject: AREA, place: null, evidence: [] };
    const area = { areaCompanyCode: COMPANY, areaId: 'a1', areaName: '罐区', areaVersion: 1 };
    const times = { onsetAtMs: T0, raisedAtMs: T0 };
    const what = { alarmId: 'h', rule: 'over-capacity', ruleVersion: 1, level: 2, latched: false } as const;
    run.engine.park.applyAlarm(raiseAlarm({ ...what, ...nobody, ...area, ...times, companyCodes: [COMPANY] }), effects);
    return { run, alarmId: 'h', effects: [] };
  }

  it('[LIF-10] whatever hovers within the off-delay is one alarm that is never cleared; what stays away longer is', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (seconds) => {
        const { run, alarmId } = createHovering();
        const { park } = run.engine;
        const delayMs = park.settings.lifeCycle.offDelayMs;
        let goneSinceMs: number | null = null;
        let isCleared = false;
        for (const isThere of seconds) {
          if (isCleared) break;
          run.tick(park.nowMs + 1_000);
          isCleared = goneSinceMs !== null && park.nowMs - goneSinceMs >= delayMs;
          const alarm = park.alarms.standing.get(alarmId)!;
          expect(alarm.active).toBe(!isCleared);
          if (isThere) {
            expect(continueCondition(park, alarmId, [])).toBe(!isCleared);
            goneSinceMs = null;
          } else {
            endCondition(park, alarm, []);
            goneSinceMs ??= park.nowMs;
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('escalation', () => {
  it('[LIF-30] is handed up when nobody acknowledged in its level’s time, again after each such time, so often at most', () => {
    const run = createRun();
    const [raised] = trespass(run, 'p1');
    const { escalateLevel2Ms, escalations } = run.engine.park.settings.lifeCycle;
    const told = run
      .ticks(raised!.raisedAtMs + 10 * escalateLevel2Ms)
      .filter((alarm) => alarm.transition === 'escalated' && alarm.alarmId === raised!.alarmId)
      .map((alarm) => alarm.escalations);
    expect(told).toEqual(Array.from({ length: escalations }, (_, i) => i + 1));
  });

  it('[LIF-30] not when it was acknowledged, nor while it is quiet; the time counts anew from its return', () => {
    const run = createRun();
    const [first] = trespass(run, 'p1');
    run.act('acknowledge', first!.alarmId);
    const { escalateLevel2Ms } = run.engine.park.settings.lifeCycle;
    shelve(run, { person: `${COMPANY}/p2` }, 2 * escalateLevel2Ms);
    trespass(run, 'p2');
    const { untilMs } = shelves(run)[0]!;
    const escalated = (toMs: number) =>
      run.ticks(toMs).filter((alarm) => alarm.transition === 'escalated' && alarm.rule === 'out-of-bounds');
    expect(escalated(untilMs + escalateLevel2Ms - 1_000)).toEqual([]);
    expect(escalated(untilMs + escalateLevel2Ms + 1_000)).toHaveLength(1);
  });
});
