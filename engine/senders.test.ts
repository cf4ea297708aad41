import { describe, expect, it } from 'vitest';
import { alarmsOf, at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import {
  COMPANY,
  createArea,
  createFixBatch,
  createHeartbeat,
  createOrigin,
  createPerson,
  createPersonAlarm,
} from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const freshnessAfterTick = (run: Run, atMs: number): number | undefined => {
  run.tick(atMs);
  return run.engine.park.people.freshness[0];
};

describe('how a company sends', () => {
  it('[ENG-22] a resting tag of a company that sends on change stays fresh while the company is heard', () => {
    const run = new Run();
    run.fixes([at(0, 0, T0)]);
    run.heartbeats(T0 + 20_000, createHeartbeat());
    run.heartbeats(T0 + 50_000, createHeartbeat({ intervalS: 30 }));
    expect(freshnessAfterTick(run, T0 + 80_000)).toBe(0);
    expect(freshnessAfterTick(run, T0 + 81_000)).toBe(1);
    expect(freshnessAfterTick(run, T0 + 351_000)).toBe(3);
    run.heartbeats(T0 + 352_000, createHeartbeat());
    expect(freshnessAfterTick(run, T0 + 353_000)).toBe(0);
    expect(run.engine.park.senders.of(COMPANY)).toEqual({
      mode: 'on-change',
      intervalS: null,
      heardAtMs: T0 + 352_000,
    });
  });

  it.each([
    ['of a company that sends at intervals', createHeartbeat({ mode: 'periodic', intervalS: 2 })],
    ['of another interface', createHeartbeat({ interfaceName: 'persons' })],
    ['of another company', createHeartbeat({ companyCode: '900000002' })],
  ])('[ENG-22] a heartbeat %s keeps nobody fresh', (_name, heartbeat) => {
    const run = new Run();
    run.fixes([at(0, 0, T0)]);
    run.heartbeats(T0 + 30_000, heartbeat);
    expect(freshnessAfterTick(run, T0 + 31_000)).toBe(1);
  });

  it('[ENG-22] the mode outlives a restart', () => {
    const run = new Run();
    run.fixes([at(0, 0, T0)]);
    run.heartbeats(T0 + 30_000, createHeartbeat());
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    freshnessAfterTick(run, T0 + 50_000);
    loaded.engine.step(run.entries.at(-1)!);
    expect(loaded.engine.park.people.freshness[0]).toBe(0);
    expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
  });
});

describe('a company in joint testing', () => {
  const origin = createOrigin({ stage: 'joint' });

  it('[ENG-21] its batches move time and nothing else', () => {
    const run = new Run();
    run.areas(createArea({ polygons: squareAt(0, 0, 100) }));
    run.persons(createPerson());
    run.fixes([at(-50, 50, T0)]);
    const { sequence } = run;
    const before = JSON.stringify(run.engine.bindings());
    const items = [
      run.take(sequence.next('fixes', createFixBatch([at(50, 50, T0 + 1_000)], origin), T0 + 1_000)),
      run.take(
        sequence.next('fixes', createFixBatch([at(50, 50, T0 + 2_000, { person: 'x', sos: true })], origin), T0),
      ),
      run.take(sequence.next('persons', { origin, records: [createPerson({ deleted: true })] }, T0)),
      run.take(sequence.next('areas', { origin, records: [createArea({ deleted: true })] }, T0)),
      run.take(sequence.next('personAlarms', { origin, records: [createPersonAlarm()] }, T0)),
      run.take(sequence.next('heartbeats', { origin, records: [createHeartbeat()] }, T0 + 3_000)),
    ];
    expect(items).toEqual([null, null, null, null, null, null]);
    expect(JSON.stringify(run.engine.bindings())).toBe(before);
    expect(run.engine.park.people.observedAtMs[0]).toBe(T0);
    expect(run.engine.park.nowMs).toBe(T0 + 3_000);
    expect(run.engine.park.senders.of(COMPANY)).toBeUndefined();
    expect(run.fixes([at(50, 50, T0 + 5_000)])).toMatchObject([{ rule: 'out-of-bounds' }]);
  });

  it.each(['trial', 'live'] as const)('[ENG-21] in the stage %s everything counts', (stage) => {
    const run = new Run();
    const body = createFixBatch([at(0, 0, T0, { sos: true })], { stage });
    expect(alarmsOf(run.take(run.sequence.next('fixes', body, T0)))).toMatchObject([{ rule: 'sos' }]);
  });
});

describe('late and repeated fixes', () => {
  const forbidden = createArea({ polygons: squareAt(0, 0, 100) });

  it('[ENG-23] a batch sent again changes nothing and raises nothing', () => {
    const run = new Run();
    run.areas(forbidden);
    const batch = [at(6, 50, T0, { accuracyM: 3 }), at(6, 50, T0 + 1_000, { accuracyM: 3 })];
    run.fixes(batch);
    const state = () => JSON.stringify([...(run.engine.park.bounds.ofSlot(0) ?? [])]);
    const before = state();
    expect(run.fixes(batch, T0 + 2_000)).toEqual([]);
    expect(state()).toBe(before);
    expect(run.engine.counters.lateFixes).toBe(2);
  });

  it('[ENG-23] late fixes of a person who stands in alarm do not clear it, nor does their backfill move anybody', () => {
    const run = new Run();
    run.areas(forbidden);
    expect(run.fixes([at(50, 50, T0 + 60_000)])).toHaveLength(1);
    const backfill = Array.from({ length: 30 }, (_, i) => at(-80, 50, T0 + i * 1_000));
    expect(run.fixes(backfill, T0 + 61_000)).toEqual([]);
    expect(run.engine.park.people.observedAtMs[0]).toBe(T0 + 60_000);
  });

  it('[ENG-23] a late fix with SOS raises however late, at the place it names, and moves nobody', () => {
    const run = new Run();
    run.fixes([at(50, 50, T0)]);
    const late = at(10, 10, T0 - 9 * 86_400_000, { sos: true });
    expect(run.fixes([late], T0 + 1_000)).toMatchObject([{ rule: 'sos', place: { lastKnown: false, lng: late.lng } }]);
    expect(run.engine.park.people.observedAtMs[0]).toBe(T0);
    expect(run.fixes([late], T0 + 2_000)).toEqual([]);
  });
});

describe('unknown people and tags', () => {
  it('[ENG-1] a tag that was unknown becomes its wearer: one person, placed by the tag’s next fix', () => {
    const run = new Run();
    run.fixes([at(0, 0, T0, { card: 'C7' }), at(5, 0, T0, { person: 'p1' })]);
    expect(run.engine.bindings()).toHaveLength(2);
    run.persons(createPerson({ cardNo: 'C7' }));
    run.fixes([at(9, 0, T0 + 2_000, { card: 'C7' })]);
    expect(run.engine.bindings()).toMatchObject([{ person: { personId: 'p1', cardNo: 'C7', name: '张三' } }]);
    const slot = run.engine.park.people.slotOf(COMPANY, 'p1', false);
    expect(run.engine.park.people.observedAtMs[slot]).toBe(T0 + 2_000);
  });

  it('[ENG-1] an SOS of an unknown PERSON_ID names the person as soon as a record does', () => {
    const run = new Run();
    run.fixes([at(0, 0, T0, { person: 'p1', sos: true })]);
    expect(alarmsOf(run.persons(createPerson()))).toMatchObject([
      { rule: 'sos', transition: 'updated', active: true, person: { name: '张三', type: 'staff' } },
    ]);
  });
});
