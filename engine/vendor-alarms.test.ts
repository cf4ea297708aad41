import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import { clearAlarm, raiseAlarm } from '../alarms/life-cycle.ts';
import { thingOf } from '../alarms/vendor-merge.ts';
import { type AlarmView, type Effect, subjectOf } from '../stream/protocol/effects.ts';
import type { PersonAlarmRecord } from '../stream/protocol/entry.ts';
import type { RuleId } from '../stream/protocol/vocabulary.ts';
import { alarmsOf, at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import {
  COMPANY,
  createArea,
  createAreaAlarm,
  createGathering,
  createOrigin,
  createPerson,
  createPersonAlarm,
} from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { continueCondition, endCondition } from './off-delay.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';
import { VendorAlarms } from './vendor-alarms.ts';

const dwell = (change: Partial<PersonAlarmRecord> = {}): PersonAlarmRecord =>
  createPersonAlarm({ type: 'dwell', areaId: 'a1', raisedAtMs: T0 + 1_000, ...change });

/** p1 at (7, 0), an area a1 that no rule of ours watches. */
function placedRun(): Run {
  const run = new Run();
  run.persons(createPerson());
  run.areas(createArea({ kind: 'PRODUCTION', polygons: squareAt(0, 0, 60) }));
  run.fixes([at(7, 0, T0)]);
  return run;
}

/** As a rule of ours would raise it; the id that it would have, for `cleared`. */
function ownRaise(run: Run, rule: RuleId, onsetAtMs: number, areaId: string | null = 'a1'): string {
  const { park } = run.engine;
  const person = park.people.views[0]!;
  const alarm = raiseAlarm({
    alarmId: alarmIdFrom(rule, subjectOf(person), `${COMPANY}/${areaId}`, onsetAtMs),
    rule,
    ruleVersion: 7,
    level: 3,
    latched: false,
    companyCodes: [COMPANY],
    slot: 0,
    generation: park.people.generation[0]!,
    person,
    subject: subjectOf(person),
    areaCompanyCode: areaId === null ? null : COMPANY,
    areaId,
    areaName: '火炬区',
    areaVersion: 1,
    onsetAtMs,
    raisedAtMs: park.nowMs,
    place: null,
    evidence: [],
    limit: 1_800,
  });
  applied(run, (effects) => park.applyAlarm(alarm, effects));
  return alarm.alarmId;
}

const ownClear = (run: Run, alarmId: string): void => {
  const { park } = run.engine;
  const standing = park.alarms.standing.get(alarmId);
  if (standing !== undefined) {
    applied(run, (effects) => park.applyAlarm(clearAlarm(standing, park.nowMs, 'condition'), effects));
  }
};

function applied(run: Run, apply: (effects: Effect[]) => void): void {
  const effects: Effect[] = [];
  apply(effects);
  if (effects.length > 0) run.published.push({ seq: 0, atMs: run.engine.park.nowMs, effects });
}

const transitions = (alarms: readonly AlarmView[]): string[] => alarms.map(({ transition }) => transition);
const standing = (run: Run): AlarmView[] =>
  [...run.engine.park.alarms.standing.values()].filter((alarm) => thingOf(alarm) !== null);
const told = (run: Run): AlarmView[] =>
  run.published.flatMap(({ effects }) => effects.flatMap((effect) => (effect.t === 'alarm' ? [effect.alarm] : [])));

describe('a vendor’s alarm of a person', () => {
  it('[VAM-1] stands as an alarm of our class, at the person’s last known place, until its own end', () => {
    const run = placedRun();
    expect(run.personAlarms(T0 + 2_000, dwell({ description: '滞留' }))).toMatchObject([
      {
        transition: 'raised',
        rule: 'dwell',
        level: 3,
        latched: false,
        subject: `${COMPANY}/p1`,
        person: { name: '张三' },
        areaId: 'a1',
        areaName: '火炬区',
        areaVersion: 1,
        onsetAtMs: T0 + 1_000,
        place: { lastKnown: true },
        sources: [{ by: 'vendor', raisedAtMs: T0 + 1_000, endedAtMs: null, description: '滞留' }],
      },
    ]);
    expect(run.engine.park.people.level[0]).toBe(3);
    const ended = run.personAlarms(T0 + 60_000, dwell({ endedAtMs: T0 + 50_000 }));
    expect(transitions(ended)).toEqual(['updated', 'cleared']);
    expect(ended[1]).toMatchObject({ active: false, endedAtMs: null, sources: [{ endedAtMs: T0 + 50_000 }] });
  });

  it.each([
    ['out-of-bounds', null, 'out-of-bounds', 2],
    ['dwell', 'a1', 'dwell', 3],
    ['still', 'a1', 'stillness', 2],
    ['absent', null, 'left-site', 3],
    ['absent', 'edge', 'left-site', 3],
    ['absent', 'a1', 'left-post', 3],
    ['absent', 'nobody-knows', 'left-post', 3],
  ] as const)('[VAM-2] %s in %s is %s', (type, areaId, rule, level) => {
    const run = placedRun();
    run.areas(createArea({ areaId: 'edge', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-500, -500, 1_000) }));
    expect(run.personAlarms(T0 + 2_000, dwell({ type, areaId }))).toMatchObject([{ rule, level, areaId }]);
  });

  it('[VAM-3] of somebody or somewhere unknown is raised all the same, and named when the register comes', () => {
    const run = new Run();
    run.tick(T0);
    const raised = run.personAlarms(T0 + 2_000, dwell({ personId: 'ghost', areaId: 'later' }));
    expect(raised).toMatchObject([{ person: { type: 'unidentified' }, areaId: 'later', areaName: null, place: null }]);
    run.areas(createArea({ areaId: 'later', kind: 'PRODUCTION', name: '罐区', polygons: squareAt(0, 0, 60) }));
    run.persons(createPerson({ personId: 'ghost' }));
    expect(standing(run)).toMatchObject([{ areaName: '罐区', areaVersion: 1, person: { name: '张三' } }]);
  });

  it('[VAM-4] repeats change nothing; an older word does not undo a newer one, with UPDATE_DATE or without', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, dwell());
    expect(run.personAlarms(T0 + 3_000, dwell())).toEqual([]);
    run.personAlarms(T0 + 4_000, dwell({ endedAtMs: T0 + 3_500 }));
    expect(run.personAlarms(T0 + 5_000, dwell())).toEqual([]);
    expect(standing(run)).toMatchObject([{ active: false }]);
    const dated = dwell({ alarmId: 'v2', type: 'still', updatedAtMs: T0 + 20 });
    run.personAlarms(T0 + 6_000, dated);
    expect(run.personAlarms(T0 + 7_000, { ...dated, endedAtMs: T0 + 6_500, updatedAtMs: T0 + 10 })).toEqual([]);
  });

  it('[VAM-4] goes on again after its end by a later UPDATE_DATE: the alarm returns, or comes anew when it was seen to', () => {
    const run = placedRun();
    const word = (n: number, endedAtMs: number | null) => dwell({ updatedAtMs: T0 + n, endedAtMs });
    run.personAlarms(T0 + 2_000, word(1, null));
    run.personAlarms(T0 + 3_000, word(2, T0 + 2_500));
    expect(transitions(run.personAlarms(T0 + 4_000, word(3, null)))).toEqual(['updated', 'returned']);
    run.personAlarms(T0 + 5_000, word(4, T0 + 4_500));
    run.act('acknowledge', standing(run)[0]!.alarmId);
    expect(standing(run)).toEqual([]);
    expect(transitions(run.personAlarms(T0 + 6_000, word(5, null)))).toEqual(['raised']);
  });

  it('[VAM-5] deleted, it is withdrawn; one that comes after its own withdrawal raises nothing', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, dwell());
    expect(run.personAlarms(T0 + 3_000, dwell({ deleted: true }))).toMatchObject([
      { transition: 'ended', reason: 'withdrawn', active: false },
    ]);
    expect(run.personAlarms(T0 + 4_000, dwell())).toEqual([]);
    run.personAlarms(T0 + 5_000, dwell({ alarmId: 'v2', deleted: true }));
    expect(run.personAlarms(T0 + 6_000, dwell({ alarmId: 'v2' }))).toEqual([]);
  });

  it('[VAM-6] over before it was told, it is raised and cleared unseen; not when that is a day ago', () => {
    const run = placedRun();
    const over = dwell({ endedAtMs: T0 + 1_500 });
    expect(transitions(run.personAlarms(T0 + 2_000, over))).toEqual(['raised', 'cleared']);
    expect(standing(run)).toMatchObject([{ acknowledged: false, endedAtMs: null }]);
    const old = dwell({ alarmId: 'v2', type: 'still', raisedAtMs: T0 - 90_000_000, endedAtMs: T0 - 87_000_000 });
    expect(run.personAlarms(T0 + 3_000, old)).toEqual([]);
  });

  it('[VAM-6] what somebody saw to is not raised again by a late record of the same', () => {
    const run = placedRun();
    run.tick(T0 + 2_000);
    const alarmId = ownRaise(run, 'dwell', T0 + 1_000);
    run.tick(T0 + 9_000);
    ownClear(run, alarmId);
    run.ticks(T0 + 30_000);
    run.act('acknowledge', alarmId);
    expect(standing(run)).toEqual([]);
    expect(run.personAlarms(T0 + 40_000, dwell({ endedAtMs: T0 + 8_000 }))).toEqual([]);
    expect(transitions(run.personAlarms(T0 + 41_000, dwell({ alarmId: 'v2' })))).toEqual(['raised']);
  });

  it('[VAM-12] ends when its person or area is withdrawn, whatever the record says', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, dwell());
    run.personAlarms(T0 + 2_000, dwell({ alarmId: 'v2', type: 'still', areaId: null }));
    run.areas(createArea({ kind: 'PRODUCTION', deleted: true }));
    expect(standing(run)).toMatchObject([{ rule: 'stillness' }]);
    run.persons(createPerson({ deleted: true }));
    expect(standing(run)).toEqual([]);
  });
});

describe('a vendor’s alarm and ours of the same thing', () => {
  it('[VAM-7] ours first: the record joins, both sources are named, and it stays until both are over', () => {
    const run = placedRun();
    run.tick(T0 + 2_000);
    const alarmId = ownRaise(run, 'dwell', T0 + 1_000);
    expect(run.personAlarms(T0 + 3_000, dwell({ areaId: null }))).toMatchObject([
      { transition: 'updated', alarmId, sources: [{ by: 'park' }, { by: 'vendor' }] },
    ]);
    ownClear(run, alarmId);
    expect(standing(run)).toMatchObject([{ alarmId, active: true, sources: [{ endedAtMs: T0 + 3_000 }, {}] }]);
    const ended = run.personAlarms(T0 + 9_000, dwell({ areaId: null, endedAtMs: T0 + 8_000 }));
    expect(transitions(ended)).toEqual(['updated', 'cleared']);
  });

  it('[VAM-7] the vendor first: no second alarm, and whoever holds the id that ours would have had finds it', () => {
    const run = placedRun();
    const [vendors] = run.personAlarms(T0 + 2_000, dwell());
    const ownId = ownRaise(run, 'dwell', T0 + 1_500);
    expect(standing(run)).toMatchObject([
      {
        alarmId: vendors!.alarmId,
        transition: 'updated',
        ruleVersion: 7,
        limit: 1_800,
        sources: [{ by: 'vendor' }, { by: 'park', raisedAtMs: T0 + 1_500, endedAtMs: null }],
      },
    ]);
    expect(run.engine.park.alarms.standing.get(ownId)?.alarmId).toBe(vendors!.alarmId);
    expect(run.personAlarms(T0 + 3_000, dwell({ deleted: true }))).toMatchObject([
      { transition: 'updated', active: true, sources: [{ by: 'park' }] },
    ]);
    ownClear(run, ownId);
    expect(standing(run)).toMatchObject([{ active: false }]);
  });

  it('[VAM-7] our rule comes and goes while the vendor’s stands: one alarm, no flap', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, dwell());
    for (let n = 1; n <= 3; n++) {
      run.tick(T0 + n * 10_000);
      const ownId = ownRaise(run, 'dwell', T0 + n * 10_000);
      run.tick(T0 + n * 10_000 + 5_000);
      ownClear(run, ownId);
    }
    expect(transitions(told(run))).toEqual([
      'raised',
      'updated',
      'updated',
      'updated',
      'updated',
      'updated',
      'updated',
    ]);
    expect(standing(run)).toHaveLength(1);
  });

  it.each([
    ['another class', (run: Run) => run.personAlarms(T0 + 3_000, dwell({ type: 'still' }))],
    ['another area', (run: Run) => run.personAlarms(T0 + 3_000, dwell({ areaId: 'a2' }))],
    ['another person', (run: Run) => run.personAlarms(T0 + 3_000, dwell({ personId: 'p2' }))],
    ['another time', (run: Run) => run.personAlarms(T0 + 200_000, dwell({ raisedAtMs: T0 + 190_000 }))],
  ])('[VAM-7] of %s it stands beside ours', (_name, tell) => {
    const run = placedRun();
    run.tick(T0 + 2_000);
    const alarmId = ownRaise(run, 'dwell', T0 + 1_000);
    ownClear(run, alarmId);
    run.ticks(T0 + 2_000);
    expect(transitions(tell(run))).toEqual(['raised']);
    expect(standing(run)).toHaveLength(2);
  });

  it('[VAM-7] one that the vendor ended just before goes on, as grave as our rule finds it', () => {
    const run = placedRun();
    run.setting('alarm-code', `${COMPANY}/ZL-7`, { rule: 'dwell', level: 4 });
    run.personAlarms(T0 + 2_000, dwell({ type: 'local:ZL-7' }));
    run.personAlarms(T0 + 5_000, dwell({ type: 'local:ZL-7', endedAtMs: T0 + 4_000 }));
    expect(standing(run)).toMatchObject([{ active: false, level: 4 }]);
    run.tick(T0 + 6_000);
    ownRaise(run, 'dwell', T0 + 3_000);
    expect(standing(run)).toMatchObject([{ active: true, level: 3, clearedAtMs: null, askedAtMs: T0 + 6_000 }]);
    expect(told(run).at(-1)).toMatchObject({ transition: 'level', why: 'source' });
  });

  it('[VAM-8] two alarms of our own rules are two, though one of them has joined the vendor’s', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, dwell({ areaId: null }));
    ownRaise(run, 'dwell', T0 + 1_500, 'a1');
    ownRaise(run, 'dwell', T0 + 1_500, 'a2');
    expect(standing(run)).toHaveLength(2);
    expect(standing(run)[0]).toMatchObject({ areaId: 'a1', sources: [{}, {}] });
  });
});

describe('a condition of ours that comes back while a vendor holds the alarm', () => {
  it('[VAM-7] holds the alarm again when the vendor’s record ends', () => {
    const run = placedRun();
    run.tick(T0 + 2_000);
    const alarmId = ownRaise(run, 'dwell', T0 + 1_000);
    run.personAlarms(T0 + 3_000, dwell());
    const { park } = run.engine;
    applied(run, (effects) => endCondition(park, park.alarms.standing.get(alarmId)!, effects));
    applied(run, (effects) => expect(continueCondition(park, alarmId, effects)).toBe(true));
    run.personAlarms(T0 + 9_000, dwell({ endedAtMs: T0 + 8_000 }));
    run.ticks(T0 + 60_000);
    expect(standing(run)).toMatchObject([{ active: true, conditionGoneAtMs: null }]);
    applied(run, (effects) => endCondition(park, park.alarms.standing.get(alarmId)!, effects));
    run.ticks(T0 + 120_000);
    expect(standing(run)).toMatchObject([{ active: false }]);
  });
});

describe('vendors’ alarms of areas', () => {
  it.each([
    ['over-capacity', 'over-capacity', 2],
    ['under-capacity', 'under-capacity', 3],
    ['post-empty', 'post-vacant', 2],
  ] as const)('[VAM-9] %s is %s of the area', (type, rule, level) => {
    const run = placedRun();
    const raised = run.areaAlarms(T0 + 2_000, createAreaAlarm({ type, raisedAtMs: T0 + 1_000 }));
    expect(raised).toMatchObject([
      { rule, level, slot: -1, person: null, subject: `${COMPANY}/a1`, areaId: 'a1', areaName: '火炬区' },
    ]);
  });
});

describe('vendors’ gatherings', () => {
  const told3 = createGathering(['g1', 'g2', 'g3'], { startedAtMs: T0 + 1_000 });

  it('[VAM-10] level by the number of members; orange and red stay until a person confirms', () => {
    const run = placedRun();
    run.tick(T0 + 70_000);
    const raised = run.gatherings(T0 + 70_000, told3);
    expect(raised).toMatchObject([{ rule: 'gathering', level: 3, latched: false, count: 3 }]);
    const more = createGathering(['g1', 'g2', 'g3', 'g4'], { startedAtMs: T0 + 1_000 });
    run.gatherings(T0 + 80_000, more);
    expect(standing(run)).toMatchObject([{ level: 2, latched: true, count: 4, transition: 'level' }]);
    run.gatherings(T0 + 90_000, { ...more, lasted: 5 });
    expect(standing(run)).toMatchObject([{ active: true, conditionGoneAtMs: T0 + 90_000 }]);
  });

  it('[VAM-10] yellow is over when its duration ran out and nobody spoke of it since, or when all are silent for 10 minutes', () => {
    const run = placedRun();
    run.tick(T0 + 70_000);
    run.gatherings(T0 + 70_000, { ...told3, lasted: 69 });
    run.ticks(T0 + 120_000);
    expect(standing(run)).toMatchObject([{ active: true }]);
    run.gatherings(T0 + 121_000, { ...told3, lasted: 120 });
    run.ticks(T0 + 180_000);
    expect(standing(run)).toMatchObject([{ active: true }]);
    run.ticks(T0 + 185_000);
    expect(standing(run)).toEqual([]);
    expect(told(run).at(-1)).toMatchObject({ transition: 'cleared', sources: [{ endedAtMs: T0 + 121_000 }] });
    const silent = placedRun();
    silent.gatherings(T0 + 70_000, told3);
    silent.tick(T0 + 600_000);
    silent.gatherings(T0 + 600_000, told3);
    silent.tick(T0 + 1_100_000);
    expect(standing(silent)).toMatchObject([{ active: true }]);
    silent.tick(T0 + 1_201_000);
    expect(standing(silent)).toEqual([]);
  });

  it('[VAM-11] that goes on by a later word after its alarm was seen to and ended is another alarm', () => {
    const run = placedRun();
    run.tick(T0 + 70_000);
    const [first] = run.gatherings(T0 + 70_000, told3);
    run.act('acknowledge', first!.alarmId);
    run.gatherings(T0 + 71_000, { ...told3, lasted: 69 });
    run.ticks(T0 + 200_000);
    expect(standing(run)).toEqual([]);
    run.gatherings(T0 + 201_000, { ...told3, lasted: 400 });
    expect(standing(run)).toMatchObject([{ active: true, onsetAtMs: T0 + 201_000 }]);
    run.gatherings(T0 + 202_000, { ...told3, lasted: 400 });
    expect(standing(run)).toHaveLength(1);
    run.ticks(T0 + 520_000);
    expect(standing(run).filter(({ active }) => active)).toEqual([]);
  });

  it('[VAM-11] is the one that half of its company’s members are in; with fewer in common it is another', () => {
    const run = placedRun();
    run.gatherings(T0 + 70_000, told3);
    expect(
      transitions(run.gatherings(T0 + 71_000, createGathering(['g2', 'g3', 'x'], { startedAtMs: T0 + 9_000 }))),
    ).toEqual(['updated']);
    expect(
      transitions(run.gatherings(T0 + 72_000, createGathering(['x', 'y', 'z'], { startedAtMs: T0 + 1_000 }))),
    ).toEqual(['raised']);
    run.gatherings(T0 + 73_000, createGathering(['x', 'y', 'z'], { startedAtMs: T0 + 1_000, deleted: true }));
    expect(standing(run)).toHaveLength(1);
  });
});

describe('a supplier that sends without end', () => {
  const crowd = (n: number, companyCode = COMPANY) =>
    createGathering([`a${n}`, `b${n}`, `c${n}`], { companyCode, startedAtMs: T0 + 1_000 });

  const later = (n: number) => ({ ...crowd(n), startedAtMs: T0 + 2_000 });

  it('[VAM-17] has 100 gatherings at once, which go on being heard; others have theirs, and it more when some end', () => {
    const run = placedRun();
    run.gatherings(T0 + 70_000, ...Array.from({ length: 2_000 }, (_, n) => crowd(n)));
    expect(standing(run)).toHaveLength(100);
    expect(run.gatherings(T0 + 71_000, crowd(0, 'another'))).toMatchObject([{ transition: 'raised' }]);
    expect(run.gatherings(T0 + 72_000, { ...crowd(99), deleted: true })).toMatchObject([{ transition: 'ended' }]);
    const restored = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!restored.ok) throw new Error(restored.problem);
    const last = run.sequence.next(
      'gatherings',
      { origin: createOrigin(), records: [later(1_999), later(1_998)] },
      T0 + 73_000,
    );
    expect(alarmsOf(run.take(last))).toMatchObject([{ transition: 'raised' }]);
    restored.engine.step(last);
    expect(digestOf(restored.engine)).toBe(digestOf(run.engine));
  });

  it('[VAM-18] counts what it passes over by company, once, and it is no part of the state', () => {
    const run = placedRun();
    const part = run.engine.park.part(VendorAlarms);
    run.gatherings(T0 + 70_000, ...Array.from({ length: 103 }, (_, n) => crowd(n)));
    run.gatherings(T0 + 70_000, crowd(0, 'another'), crowd(0));
    const before = digestOf(run.engine);
    expect([...part.takePassedOver()]).toEqual([[COMPANY, 3]]);
    expect([...part.takePassedOver()]).toEqual([]);
    expect(digestOf(run.engine)).toBe(before);
    run.gatherings(T0 + 71_000, later(500), { ...later(501), companyCode: 'another' });
    expect([...part.takePassedOver()]).toEqual([[COMPANY, 1]]);
  });

  it('[VAM-17] of a crowd a thousand are kept and all are counted, [VAM-10] its level too', () => {
    const run = placedRun();
    const people = Array.from({ length: 1_500 }, (_, n) => `p${n}`);
    const [alarm] = run.gatherings(T0 + 70_000, createGathering(people, { startedAtMs: T0 }));
    expect([alarm?.people.length, alarm?.count, alarm?.level]).toEqual([1_000, 1_500, 1]);
    expect(run.gatherings(T0 + 71_000, createGathering([...people, 'q'], { startedAtMs: T0 }))).toMatchObject([
      { count: 1_501 },
    ]);
  });

  it('[VAM-17] a hundred of its codes are asked for; one beyond waits all the same', () => {
    const run = placedRun();
    for (let n = 0; n < 120; n++) run.personAlarms(T0 + 2_000, dwell({ alarmId: `r${n}`, type: `local:X${n}` }));
    expect(run.engine.park.docs.values('alarm-code')).toHaveLength(100);
    run.setting('alarm-code', `${COMPANY}/X110`, { rule: 'stillness' });
    expect(standing(run)).toMatchObject([{ rule: 'stillness' }]);
  });
});

describe('a vendor’s own code', () => {
  const local = dwell({ type: 'local:ZL-7' });

  it('[VAM-13] is taken as the class that the setting alarm-code gives it, with its level', () => {
    const run = placedRun();
    run.setting('alarm-code', `${COMPANY}/ZL-7`, { rule: 'stillness', level: 1 });
    expect(run.personAlarms(T0 + 2_000, local)).toMatchObject([
      { rule: 'stillness', level: 1, sources: [{ localCode: 'ZL-7' }] },
    ]);
  });

  it('[VAM-13] waits, and is shown as unexplained, until somebody explains it', () => {
    const run = placedRun();
    expect(run.personAlarms(T0 + 2_000, local)).toEqual([]);
    expect(run.engine.park.docs.values('alarm-code')).toMatchObject([
      { companyCode: COMPANY, code: 'ZL-7', waiting: 1, newestAtMs: T0 + 2_000 },
    ]);
    run.setting('alarm-code', `${COMPANY}/ZL-7`, { rule: 'dwell' });
    expect(standing(run)).toMatchObject([{ rule: 'dwell', onsetAtMs: T0 + 1_000 }]);
    expect(run.engine.park.docs.values('alarm-code')).toEqual([]);
  });

  it('[VAM-13] may be a call for help', () => {
    const run = placedRun();
    run.setting('alarm-code', `${COMPANY}/ZL-7`, { rule: 'sos' });
    expect(run.personAlarms(T0 + 2_000, local)).toMatchObject([{ rule: 'sos', latched: true }]);
    expect(run.personAlarms(T0 + 3_000, local)).toEqual([]);
  });
});

describe('whatever the order', () => {
  /** Words of up to three records of one dwell, each from its going on to its end, and our own rule's. */
  type Step =
    | { readonly by: 'own-raise' | 'own-clear' }
    | { readonly by: 'record'; readonly record: PersonAlarmRecord };
  const episode = fc
    .record({ records: fc.integer({ min: 1, max: 3 }), isOwn: fc.boolean(), isDated: fc.boolean() })
    .map(({ records, isOwn, isDated }): Step[] => {
      const steps: Step[] = [];
      for (let n = 0; n < records; n++) {
        const word = (endedAtMs: number | null, dated: number) =>
          dwell({
            alarmId: `v${n}`,
            areaId: n === 1 ? null : 'a1',
            raisedAtMs: T0 + 1_000 * n,
            endedAtMs,
            updatedAtMs: isDated ? dated : null,
          });
        steps.push({ by: 'record', record: word(null, T0 + 1) }, { by: 'record', record: word(T0 + 5_000, T0 + 2) });
      }
      return isOwn ? [...steps, { by: 'own-raise' }, { by: 'own-clear' }] : steps;
    });
  const order = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 24, maxLength: 24 });

  it('[VAM-14] records in any order, repeated, and our own rule give one alarm, that is over when the last of them is', () => {
    fc.assert(
      fc.property(episode, order, (steps, ranks) => {
        const run = placedRun();
        const all = [...steps, ...steps.filter(({ by }) => by === 'record')];
        const shuffled = all.map((step, i) => ({ step, rank: ranks[i]! })).sort((a, b) => a.rank - b.rank);
        const ends = new Set<string>();
        const said = new Set<string>();
        let ownId: string | null = null;
        let isOwnOver = false;
        let atMs = T0 + 6_000;
        for (const { step } of shuffled) {
          atMs += 200;
          if (step.by === 'record') {
            run.personAlarms(atMs, step.record);
            said.add(step.record.alarmId);
            if (step.record.endedAtMs !== null) ends.add(step.record.alarmId);
          } else if (step.by === 'own-raise' && ownId === null) {
            run.tick(atMs);
            ownId = ownRaise(run, 'dwell', T0 + 2_000);
          } else if (step.by === 'own-clear' && ownId !== null) {
            run.tick(atMs);
            ownClear(run, ownId);
            isOwnOver = true;
          }
          const isHeld = [...said].some((id) => !ends.has(id)) || (ownId !== null && !isOwnOver);
          if (said.size === 0) continue;
          expect(standing(run)).toHaveLength(1);
          expect(standing(run)[0]!.active && standing(run)[0]!.conditionGoneAtMs === null).toBe(isHeld);
        }
        expect(told(run).filter(({ transition }) => transition === 'raised')).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  const record = fc
    .record({
      alarmId: fc.constantFrom('v1', 'v2', 'v3'),
      personId: fc.constantFrom('p1', 'p2'),
      areaId: fc.constantFrom(null, 'a1', 'a2'),
      type: fc.constantFrom('dwell' as const, 'still' as const, 'out-of-bounds' as const, 'local:X1' as const),
      raisedAtMs: fc.constantFrom(0, 1, 100).map((n) => T0 + n * 1_000),
      endedAtMs: fc.constantFrom(null, null, T0 + 100_000, T0 + 300_000),
      updatedAtMs: fc.constantFrom(null, T0 + 1, T0 + 2, T0 + 3),
      deleted: fc.constantFrom(false, false, false, true),
    })
    .map(createPersonAlarm);
  const members = fc.subarray(['g1', 'g2', 'g3', 'g4', 'g5', 'g6', 'g7'], { minLength: 1 });
  const op = fc.oneof(
    fc.record({ kind: fc.constant('person' as const), record }),
    fc.record({
      kind: fc.constant('gathering' as const),
      members,
      lasted: fc.constantFrom(null, 5, 90),
      deleted: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('area' as const), isOver: fc.boolean(), deleted: fc.boolean() }),
    fc.record({ kind: fc.constant('tick' as const), afterS: fc.constantFrom(1, 100, 700, 4_000) }),
    fc.record({ kind: fc.constant('fix' as const), east: fc.constantFrom(30, 300) }),
    fc.record({ kind: fc.constant('register' as const), deleted: fc.boolean(), isArea: fc.boolean() }),
    fc.record({ kind: fc.constant('code' as const), rule: fc.constantFrom('dwell', 'sos') }),
    fc.record({ kind: fc.constant('acknowledge' as const), n: fc.nat(4) }),
  );

  it('[VAM-15] a restart at any entry changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(op, { minLength: 2, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ops, share) => {
          const run = new Run();
          run.persons(createPerson());
          run.areas(createArea({ polygons: squareAt(0, 0, 60) }));
          let atMs = T0;
          for (const each of ops) {
            atMs += 3_000;
            if (each.kind === 'person') run.personAlarms(atMs, each.record);
            else if (each.kind === 'gathering') {
              run.gatherings(
                atMs,
                createGathering(each.members, { startedAtMs: T0, lasted: each.lasted, deleted: each.deleted }),
              );
            } else if (each.kind === 'area') {
              const endedAtMs = each.isOver ? atMs : null;
              run.areaAlarms(atMs, createAreaAlarm({ raisedAtMs: T0, endedAtMs, deleted: each.deleted }));
            } else if (each.kind === 'fix') run.fixes([at(each.east, 30, atMs, { accuracyM: 3 })], atMs);
            else if (each.kind === 'register') {
              if (each.isArea) run.areas(createArea({ polygons: squareAt(0, 0, 60), deleted: each.deleted }));
              else run.persons(createPerson({ deleted: each.deleted }));
            } else if (each.kind === 'code') run.setting('alarm-code', `${COMPANY}/X1`, { rule: each.rule });
            else if (each.kind === 'acknowledge') {
              const alarm = standing(run)[each.n];
              if (alarm !== undefined) run.act('acknowledge', alarm.alarmId);
            } else {
              atMs += each.afterS * 1_000;
              run.tick(atMs);
            }
          }
          const cut = Math.floor(share * run.entries.length);
          const before = new Run();
          for (const entry of run.entries.slice(0, cut)) before.engine.step(entry);
          const loaded = loadSnapshot(saveSnapshot(before.engine, 'e'), projection, 'e');
          if (!loaded.ok) throw new Error(loaded.problem);
          const whole = new Run();
          const items = run.entries.map((entry) => whole.engine.step(entry)).slice(cut);
          const resumed = run.entries.slice(cut).map((entry) => loaded.engine.step(entry));
          expect(JSON.stringify(resumed)).toBe(JSON.stringify(items));
          expect(digestOf(loaded.engine)).toBe(digestOf(whole.engine));
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);

  it('[VAM-15] an alarm that our rule joined is known under both ids behind a restart', () => {
    const run = new Run();
    run.persons(createPerson());
    run.areas(createArea({ polygons: squareAt(0, 0, 60) }));
    run.personAlarms(T0, createPersonAlarm({ type: 'out-of-bounds', areaId: 'a1', raisedAtMs: T0 }));
    run.fixes([at(30, 30, T0 + 1_000, { accuracyM: 3 })]);
    expect(standing(run)).toMatchObject([{ sources: [{ by: 'vendor' }, { by: 'park', endedAtMs: null }] }]);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    const whole = run.fixes([at(300, 300, T0 + 2_000, { accuracyM: 3 })]);
    expect(whole).toMatchObject([
      { transition: 'updated', sources: [{ by: 'vendor' }, { by: 'park', endedAtMs: T0 + 2_000 }] },
    ]);
    const resumed = loaded.engine.step(run.entries.at(-1)!);
    expect(resumed?.effects).toEqual(whole.map((alarm) => ({ t: 'alarm', alarm })));
  });
});
