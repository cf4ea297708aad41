import { describe, expect, it } from 'vitest';
import { at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { createPerson, createPersonAlarm } from '../test/builders/entries.ts';
import { projection } from '../test/builders/plane.ts';
import { loadSnapshot, saveSnapshot } from './snapshot.ts';

const record = createPersonAlarm({ raisedAtMs: T0 + 1_000 });

/** A person at (7, 0) who is known by name. */
function placedRun(): Run {
  const run = new Run();
  run.persons(createPerson());
  run.fixes([at(7, 0, T0)]);
  return run;
}

/** The standing alarm looked after. */
function reset(run: Run, alarmId: string): void {
  run.act('acknowledge', alarmId);
  run.act('reset', alarmId);
}

describe('a vendor’s record of an SOS', () => {
  it('[ALM-31] raises at the last known place, marked, and once however often it is sent', () => {
    const run = placedRun();
    const raised = run.personAlarms(T0 + 2_000, record);
    expect(raised).toMatchObject([
      {
        rule: 'sos',
        level: 1,
        latched: true,
        onsetAtMs: T0 + 1_000,
        raisedAtMs: T0 + 2_000,
        place: { lastKnown: true },
        person: { name: '张三' },
        evidence: [],
      },
    ]);
    expect(run.personAlarms(T0 + 3_000, record)).toEqual([]);
  });

  it('[ALM-31] fix and record of one person feed one alarm, whichever comes first', () => {
    const recordFirst = placedRun();
    expect(recordFirst.personAlarms(T0 + 2_000, record)).toHaveLength(1);
    expect(recordFirst.fixes([at(7, 0, T0 + 1_500, { sos: true })], T0 + 2_500)).toEqual([]);
    const fixFirst = placedRun();
    expect(fixFirst.fixes([at(7, 0, T0 + 1_500, { sos: true })])).toHaveLength(1);
    expect(fixFirst.personAlarms(T0 + 2_000, record)).toEqual([]);
  });

  it('[ALM-31] of somebody never seen raises without a place, however late and with a time that stands in', () => {
    const run = new Run();
    run.tick(T0);
    const late = createPersonAlarm({ personId: 'ghost', raisedAtMs: T0 - 8 * 86_400_000 });
    expect(run.personAlarms(T0, late)).toMatchObject([{ place: null, person: { type: 'unidentified' } }]);
    const noTime = createPersonAlarm({ personId: 'other', alarmId: 'v2', raisedAtMs: T0 + 5, timeReplaced: true });
    expect(run.personAlarms(T0 + 5, noTime)).toHaveLength(1);
  });

  it('[ALM-32] its end leaves the latched alarm standing', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, record);
    expect(run.personAlarms(T0 + 3_000, { ...record, endedAtMs: T0 + 2_500 })).toEqual([]);
    expect(run.engine.park.alarms.standing.size).toBe(1);
  });

  it('[ALM-34] that comes when it is over already raises with its end, once, and stands until it is reset', () => {
    const run = placedRun();
    const over = { ...record, endedAtMs: T0 + 1_500 };
    const [raised] = run.personAlarms(T0 + 2_000, over);
    expect(raised).toMatchObject({ active: true, latched: true, conditionGoneAtMs: T0 + 1_500, why: 'over-at-vendor' });
    expect(run.personAlarms(T0 + 3_000, over)).toEqual([]);
    reset(run, raised!.alarmId);
    expect(run.personAlarms(T0 + 200_000, over)).toEqual([]);
    expect(run.engine.park.alarms.standing.size).toBe(0);
  });

  it('[ALM-34] of somebody never seen raises too; one that ended more than a day ago does not', () => {
    const run = new Run();
    run.tick(T0);
    const ended = (personId: string, endedAtMs: number) =>
      createPersonAlarm({ personId, alarmId: personId, raisedAtMs: endedAtMs - 60_000, endedAtMs });
    expect(run.personAlarms(T0, ended('ghost', T0 - 86_400_000))).toHaveLength(1);
    expect(run.personAlarms(T0, ended('other', T0 - 86_400_001))).toEqual([]);
    expect(run.engine.park.people.slotOf('91310000A', 'other', false)).toBe(-1);
  });

  it('[ALM-34] of a call that a fix told and somebody reset raises nothing; deleted later it ends what it raised', () => {
    const run = placedRun();
    const [called] = run.fixes([at(7, 0, T0 + 1_500, { sos: true })]);
    reset(run, called!.alarmId);
    expect(run.personAlarms(T0 + 2_000, { ...record, endedAtMs: T0 + 1_900 })).toEqual([]);
    const alone = placedRun();
    alone.personAlarms(T0 + 2_000, { ...record, endedAtMs: T0 + 1_500 });
    expect(alone.personAlarms(T0 + 3_000, { ...record, deleted: true })).toMatchObject([{ transition: 'ended' }]);
  });

  it('[ALM-34] another call while it stands asks anew: it is not over', () => {
    const run = placedRun();
    const [raised] = run.personAlarms(T0 + 2_000, { ...record, endedAtMs: T0 + 1_500 });
    run.act('acknowledge', raised!.alarmId);
    expect(run.fixes([at(7, 0, T0 + 90_000, { sos: true })], T0 + 2_500)).toMatchObject([
      { transition: 'returned', conditionGoneAtMs: null, acknowledged: false },
    ]);
  });

  it('[ALM-32] deleted, it ends the alarm that rests on it alone', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, record);
    expect(run.personAlarms(T0 + 3_000, { ...record, deleted: true })).toMatchObject([
      { transition: 'ended', reason: 'withdrawn' },
    ]);
    expect(run.engine.park.people.sos[0]).toBe(0);
    expect(run.fixes([at(7, 0, T0 + 4_000, { sos: true })])).toMatchObject([{ transition: 'raised' }]);
  });

  it.each([
    ['a fix', (run: Run) => run.fixes([at(7, 0, T0 + 2_500, { sos: true })])],
    ['the fix of the same moment', (run: Run) => run.fixes([at(7, 0, T0 + 1_000, { sos: true })], T0 + 2_500)],
    [
      'another record',
      (run: Run) => run.personAlarms(T0 + 2_500, { ...record, alarmId: 'v2', raisedAtMs: T0 + 2_000 }),
    ],
  ])('[ALM-32] deleted, it does not take away the alarm that %s fed', (_name, feed) => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, record);
    feed(run);
    expect(run.personAlarms(T0 + 3_000, { ...record, deleted: true })).toEqual([]);
    expect(run.engine.park.alarms.standing.size).toBe(1);
  });

  it('[ALM-33] sent again after the reset it raises nothing; an id used anew does', () => {
    const run = placedRun();
    const [alarm] = run.personAlarms(T0 + 2_000, record);
    reset(run, alarm?.alarmId ?? '');
    run.fixes([at(7, 0, T0 + 3_000)]);
    expect(run.personAlarms(T0 + 4_000, record)).toEqual([]);
    expect(run.personAlarms(T0 + 5_000, { ...record, raisedAtMs: T0 + 4_500 })).toMatchObject([
      { transition: 'raised', onsetAtMs: T0 + 4_500 },
    ]);
  });

  it('[ALM-33] without a time of its own it is known again by its id', () => {
    const run = placedRun();
    const [alarm] = run.personAlarms(T0 + 2_000, { ...record, raisedAtMs: T0 + 2_000, timeReplaced: true });
    reset(run, alarm?.alarmId ?? '');
    run.fixes([at(7, 0, T0 + 3_000)]);
    expect(run.personAlarms(T0 + 9_000, { ...record, raisedAtMs: T0 + 9_000, timeReplaced: true })).toEqual([]);
  });

  it('[ALM-33] an end that overtakes its beginning raises nothing', () => {
    const run = placedRun();
    run.personAlarms(T0 + 2_000, { ...record, endedAtMs: T0 + 1_500 });
    expect(run.personAlarms(T0 + 3_000, record)).toEqual([]);
  });

  it('[ALM-33] held back after a reset it raises when the minute is over, though the tag sends on without SOS', () => {
    const run = placedRun();
    const [alarm] = run.personAlarms(T0 + 2_000, record);
    reset(run, alarm?.alarmId ?? '');
    expect(run.personAlarms(T0 + 10_000, { ...record, alarmId: 'v2', raisedAtMs: T0 + 9_000 })).toEqual([]);
    run.fixes([at(7, 0, T0 + 11_000)]);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    expect(run.tick(T0 + 63_000)).toMatchObject([{ transition: 'raised', onsetAtMs: T0 + 9_000 }]);
    expect(loaded.engine.step(run.entries.at(-1)!)).toEqual(run.published.at(-1));
  });

  it('[ALM-33] held back after a reset and ended within the minute it raises nothing, and lets no other call go', () => {
    const run = placedRun();
    const [alarm] = run.personAlarms(T0 + 2_000, record);
    reset(run, alarm?.alarmId ?? '');
    const [second, third] = ['v2', 'v3'].map((alarmId, i) => ({ ...record, alarmId, raisedAtMs: T0 + 9_000 + i }));
    run.personAlarms(T0 + 10_000, second!, third!);
    run.personAlarms(T0 + 11_000, { ...second!, endedAtMs: T0 + 10_500 });
    expect(run.tick(T0 + 63_000)).toMatchObject([{ onsetAtMs: T0 + 9_001 }]);
  });
});
