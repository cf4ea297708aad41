import { describe, expect, it } from 'vitest';
import { at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createPerson } from '../test/builders/entries.ts';
import { projection } from '../test/builders/plane.ts';
import { loadSnapshot, saveSnapshot } from './snapshot.ts';

/** A run whose first SOS was acknowledged and reset at T0 + 1 s. */
function resetRun(more: { observedAtMs?: number } = {}): Run {
  const run = new Run();
  run.persons(createPerson());
  const id = run.fixes([at(0, 0, more.observedAtMs ?? T0, { sos: true })], T0)[0]?.alarmId ?? '';
  run.tick(T0 + 1_000);
  run.act('acknowledge', id);
  run.act('reset', id);
  return run;
}

describe('SOS through the engine', () => {
  it('[ALM-4] a record whose clock was ahead, sent again after the reset, raises nothing', () => {
    const run = resetRun({ observedAtMs: T0 + 40_000 });
    run.fixes([at(0, 0, T0 + 50_000)], T0 + 11_000);
    expect(run.fixes([at(0, 0, T0 + 40_000, { sos: true })], T0 + 12_000)).toEqual([]);
  });

  it('[ALM-23] one press within a minute of the reset is not lost, also through a restart', () => {
    const run = resetRun();
    expect(run.fixes([{ atMs: T0 + 20_000, sos: true }], T0 + 20_000)).toEqual([]);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    expect(run.tick(T0 + 60_000)).toEqual([]);
    const raised = run.tick(T0 + 61_000);
    expect(raised).toMatchObject([
      {
        rule: 'sos',
        transition: 'raised',
        onsetAtMs: T0 + 20_000,
        raisedAtMs: T0 + 61_000,
        place: { lastKnown: true },
      },
    ]);
    expect(run.tick(T0 + 62_000)).toEqual([]);
    const last = run.entries.slice(-3);
    const items = last.map((entry) => loaded.engine.step(entry));
    const undisturbed = last.map(({ seq }) => run.published.find((item) => item.seq === seq) ?? null);
    expect(JSON.stringify(items)).toBe(JSON.stringify(undisturbed));
  });

  it('[ALM-2] an SOS of somebody never seen, without a place, raises without one', () => {
    const run = new Run();
    expect(run.fixes([{ atMs: T0, sos: true }])).toMatchObject([{ place: null, person: { type: 'unidentified' } }]);
  });

  it('[ENG-20] a call of a card that nobody wears any more, sent again, is the call that stands', () => {
    const run = new Run();
    const call = at(0, 0, T0, { card: 'C1', sos: true });
    const [raised] = run.fixes([call]);
    run.persons(createPerson({ cardNo: 'C1' }));
    run.persons(createPerson({ cardNo: null }));
    const { people, alarms } = run.engine.park;
    run.act('acknowledge', raised!.alarmId);
    const again = run.fixes([call], T0 + 1_000);
    expect(again.map(({ transition, acknowledged }) => [transition, acknowledged])).toEqual([['updated', true]]);
    const slot = people.slotOf(COMPANY, 'C1', true);
    expect(alarms.ofSlot(slot).map(({ alarmId }) => alarmId)).toEqual([raised!.alarmId]);
    expect([people.sos[raised!.slot], people.sos[slot]]).toEqual([0, 1]);
    run.act('reset', raised!.alarmId);
    expect([...people.sos.subarray(0, people.slotCount)]).toEqual([0, 0, 0]);
    run.tick(T0 + 120_000);
    expect(run.fixes([at(0, 0, T0 + 120_000, { card: 'C1', sos: true })])).toMatchObject([{ transition: 'raised' }]);
  });
});
