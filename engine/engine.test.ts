import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, gaussian } from '../bench/random.ts';
import { createProjection, SHANGHAI_2000_B } from '../geo/projection.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import { alarmsOf, at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import {
  COMPANY,
  createArea,
  createFixBatch,
  createPerson,
  EntrySequence,
  type FixInput,
} from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { Engine, MAX_JUMP_MS } from './engine.ts';
import { createPark } from './park.ts';
import { UNIDENTIFIED_MAX } from './people-table.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';
import { SNAPSHOT_VERSION_1 } from './snapshot-version-1.fixture.ts';
import { SNAPSHOT_VERSION_3 } from './snapshot-version-3.fixture.ts';

describe('people and slots', () => {
  it('[ENG-18] of a sender that makes up people only so many are taken; a call for help, described people and others are', () => {
    const run = new Run();
    const { people } = run.engine.park;
    for (let k = 0; k < UNIDENTIFIED_MAX; k++) people.addUnidentified(COMPANY, `made-${k}`, false, T0);
    expect(people.slotCount).toBe(UNIDENTIFIED_MAX);
    run.fixes([at(0, 0, T0, { person: 'more' }), at(0, 0, T0, { person: 'help', sos: true })]);
    const effects = run.published.at(-1)?.effects.filter((effect) => effect.t !== 'doc');
    expect(effects?.map((effect) => effect.t)).toEqual(['bind', 'alarm']);
    expect([people.slotOf(COMPANY, 'more', false), people.slotOf(COMPANY, 'help', false)]).toEqual([
      -1,
      UNIDENTIFIED_MAX,
    ]);
    const restored = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!restored.ok) throw new Error(restored.problem);
    for (const { park } of [run.engine, restored.engine]) {
      expect(park.people.hasRoomForUnidentified(COMPANY)).toBe(false);
      expect(park.people.hasRoomForUnidentified('another')).toBe(true);
    }
    run.persons(createPerson({ personId: 'made-0' }), createPerson({ personId: 'made-1' }));
    expect(people.hasRoomForUnidentified(COMPANY)).toBe(true);
    run.fixes([at(0, 0, T0 + 1_000, { person: 'more' })], T0 + 1_000);
    expect(people.slotOf(COMPANY, 'more', false)).toBe(UNIDENTIFIED_MAX + 1);
    expect(people.hasRoomForUnidentified(COMPANY)).toBe(false);
  });

  it('[ENG-1] binds an unknown subject at its first fix as unidentified, and again under the same slot when a record names it', () => {
    const run = new Run();
    const first = run.take(run.sequence.next('fixes', createFixBatch([at(0, 0, T0)]), T0));
    expect(first?.effects).toMatchObject([
      { t: 'bind', slot: 0, person: { personId: 'p1', type: 'unidentified', name: '' } },
    ]);
    const named = run.persons(createPerson());
    expect(named?.effects).toMatchObject([
      { t: 'bind', slot: 0, generation: 0, person: { name: '张三', type: 'staff' } },
    ]);
  });

  it('[ENG-2] a fix older than the newest of its person and source moves nobody; another source may', () => {
    const run = new Run();
    run.fixes([at(0, 0, T0 + 10_000, { source: 'GNSS' })], T0 + 10_000);
    run.fixes([at(50, 0, T0 + 5_000, { source: 'GNSS' })], T0 + 11_000);
    expect(run.engine.counters.lateFixes).toBe(1);
    expect(run.engine.park.people.observedAtMs[0]).toBe(T0 + 10_000);
    run.fixes([at(80, 0, T0 + 11_000, { source: 'UWB' })], T0 + 11_000);
    expect(run.engine.park.people.observedAtMs[0]).toBe(T0 + 11_000);
  });

  it('[ENG-3] takes the fixes of a batch in COLLECT_TIME order, whatever order they were sent in', () => {
    const run = new Run();
    run.fixes([at(30, 0, T0 + 3_000), at(10, 0, T0 + 1_000), at(20, 0, T0 + 2_000)], T0 + 3_000);
    expect(run.engine.counters.lateFixes).toBe(0);
    expect(run.engine.park.people.observedAtMs[0]).toBe(T0 + 3_000);
  });

  it('[ENG-4] a withdrawn person is unbound, his alarms end as withdrawn, and the slot rests before it is used again', () => {
    const run = new Run();
    run.persons(createPerson());
    run.fixes([at(0, 0, T0, { sos: true })]);
    const item = run.persons(createPerson({ deleted: true }));
    expect(item?.effects.filter((e) => e.t !== 'doc').map((e) => e.t)).toEqual(['alarm', 'unbind']);
    expect(alarmsOf(item)[0]).toMatchObject({ transition: 'ended', reason: 'withdrawn', active: false });
    run.fixes([at(0, 0, T0 + 1_000, { person: 'p2' })]);
    expect(run.engine.park.people.slotOf(COMPANY, 'p2', false)).toBe(1);
    run.tick(T0 + 700_000);
    run.fixes([at(0, 0, T0 + 700_000, { person: 'p3' })]);
    expect(run.engine.park.people.slotOf(COMPANY, 'p3', false)).toBe(0);
    expect(run.engine.park.people.generation[0]).toBe(1);
  });

  it('[ENG-5] an older UPDATE_DATE of a person changes nothing', () => {
    const run = new Run();
    run.persons(createPerson({ updatedAtMs: 200 }));
    expect(run.persons(createPerson({ updatedAtMs: 100, name: '旧名' }))).toBeNull();
    expect(run.persons(createPerson({ updatedAtMs: 300, name: '新名' }))?.effects).toMatchObject([
      { person: { name: '新名' } },
    ]);
  });

  it('[ENG-6] a tag is the person who is recorded to wear it', () => {
    const run = new Run();
    run.fixes([at(0, 0, T0, { card: 'C7' })]);
    run.persons(createPerson({ cardNo: 'C7' }));
    run.fixes([at(5, 0, T0 + 2_000, { card: 'C7' })]);
    const slot = run.engine.park.people.slotOf(COMPANY, 'p1', false);
    expect(run.engine.park.people.observedAtMs[slot]).toBe(T0 + 2_000);
    expect(run.engine.park.people.views[0]).toBeNull();
  });

  it('[ENG-7] silence makes a person amber after 30 s, suspect after 90 s, offline after 5 min', () => {
    const run = new Run();
    run.persons(createPerson());
    run.fixes([at(0, 0, T0)]);
    const codes = [T0 + 30_000, T0 + 31_000, T0 + 91_000, T0 + 301_000].map((atMs) => {
      run.tick(atMs);
      return run.engine.park.people.freshness[0];
    });
    expect(codes).toEqual([0, 1, 2, 3]);
  });
});

describe('engine time', () => {
  it('[ENG-8] never goes back, and a front door may move it at most 60 s ahead at once', () => {
    const run = new Run();
    run.tick(T0);
    run.fixes([at(0, 0, T0)], T0 - 5_000);
    expect(run.engine.park.nowMs).toBe(T0);
    run.fixes([at(0, 0, T0 + 1_000)], T0 + MAX_JUMP_MS + 1);
    expect(run.engine.park.nowMs).toBe(T0);
    expect(run.engine.counters.heldJumps).toBe(1);
    run.take(run.sequence.next('downtime', { fromMs: T0, toMs: T0 + 3_600_000, reason: 'stopped' }, T0 + 3_600_000));
    expect(run.engine.park.nowMs).toBe(T0 + 3_600_000);
  });
});

describe('SOS', () => {
  it('[ALM-1] raises latched at level 1 with the place, once for a press however many records carry it', () => {
    const run = new Run();
    run.persons(createPerson());
    const [alarm] = run.fixes([at(3, 4, T0, { sos: true })]);
    expect(alarm).toMatchObject({
      rule: 'sos',
      level: 1,
      latched: true,
      active: true,
      acknowledged: false,
      onsetAtMs: T0,
    });
    expect(alarm?.place?.lastKnown).toBe(false);
    expect(run.fixes([at(3, 4, T0 + 2_000, { sos: true })])).toEqual([]);
    expect(run.engine.park.people.sos[0]).toBe(1);
  });

  it('[ALM-2] raises however late, and without coordinates at the last known place, marked', () => {
    const run = new Run();
    run.fixes([at(7, 0, T0)]);
    const [alarm] = run.fixes([{ atMs: T0 - 6 * 86_400_000, sos: true }], T0 + 1_000);
    expect(alarm).toMatchObject({ onsetAtMs: T0 - 6 * 86_400_000, raisedAtMs: T0 + 1_000, place: { lastKnown: true } });
  });

  it('[ALM-3] stays active after acknowledgement until a person resets it; a reset needs the acknowledgement first', () => {
    const run = new Run();
    const id = run.fixes([at(0, 0, T0, { sos: true })])[0]?.alarmId ?? '';
    expect(run.act('reset', id)).toEqual([]);
    expect(run.act('acknowledge', id)).toMatchObject([
      { active: true, acknowledged: true, endedAtMs: null, acknowledgedBy: '值班员' },
    ]);
    expect(run.fixes([at(0, 0, T0 + 1_000, { sos: false })])).toEqual([]);
    expect(run.act('reset', id)).toMatchObject([{ active: false, endedAtMs: run.engine.park.nowMs, reason: 'reset' }]);
    expect(run.engine.park.alarms.standing.size).toBe(0);
    expect(run.engine.park.people.sos[0]).toBe(0);
  });

  it('[ALM-4] the record that raised it, sent again after the reset, raises nothing; a new press does', () => {
    const run = new Run();
    const id = run.fixes([at(0, 0, T0, { sos: true })])[0]?.alarmId ?? '';
    run.act('acknowledge', id);
    run.act('reset', id);
    expect(run.fixes([at(0, 0, T0, { sos: true })], T0 + 500)).toEqual([]);
    run.fixes([at(0, 0, T0 + 1_000)]);
    expect(run.fixes([at(0, 0, T0 + 2_000, { sos: true })])).toMatchObject([
      { transition: 'raised', onsetAtMs: T0 + 2_000 },
    ]);
  });

  it('[ALM-5] a tag that never lets go after the reset raises again after 60 s', () => {
    const run = new Run();
    const id = run.fixes([at(0, 0, T0, { sos: true })])[0]?.alarmId ?? '';
    run.act('acknowledge', id);
    run.act('reset', id);
    expect(run.fixes([at(0, 0, T0 + 30_000, { sos: true })])).toEqual([]);
    expect(run.fixes([at(0, 0, T0 + 61_000, { sos: true })])).toMatchObject([{ transition: 'raised' }]);
  });

  it('[ALM-6] an act outside the actor’s company does nothing', () => {
    const run = new Run();
    const id = run.fixes([at(0, 0, T0, { sos: true })])[0]?.alarmId ?? '';
    expect(run.act('acknowledge', id, '900000000')).toEqual([]);
    expect(run.act('acknowledge', id, COMPANY)).toHaveLength(1);
  });
});

describe('out of bounds', () => {
  const forbidden = createArea({ polygons: squareAt(0, 0, 100) });
  const walk = (run: Run, places: readonly [number, number][], startMs: number, stepMs = 1_000): AlarmView[] =>
    places.flatMap(([east, north], i) => run.fixes([at(east, north, startMs + i * stepMs, { accuracyM: 3 })]));

  it('[ALM-10] one fix deeper than three accuracies inside a forbidden area raises at once', () => {
    const run = new Run();
    run.areas(forbidden);
    run.persons(createPerson());
    expect(run.fixes([at(-20, 50, T0, { accuracyM: 3 })])).toEqual([]);
    const [alarm] = run.fixes([at(10, 50, T0 + 1_000, { accuracyM: 3 })]);
    expect(alarm).toMatchObject({
      rule: 'out-of-bounds',
      level: 2,
      areaId: 'a1',
      areaVersion: 1,
      active: true,
      latched: false,
    });
    expect(alarm?.evidence.length).toBeGreaterThan(0);
  });

  it('[ALM-11] 6 m deep at 1 Hz with 3 m accuracy raises within 5 s; 3 m outside never does', () => {
    const run = new Run();
    run.areas(forbidden);
    run.persons(createPerson());
    const raised = walk(
      run,
      Array.from({ length: 5 }, () => [6, 50] as [number, number]),
      T0,
    );
    expect(raised).toMatchObject([{ transition: 'raised' }]);
    const calm = new Run();
    calm.areas(forbidden);
    expect(
      walk(
        calm,
        Array.from({ length: 600 }, () => [-3, 50] as [number, number]),
        T0,
      ),
    ).toEqual([]);
  });

  it('[ALM-12] clears beyond the edge, and becomes a record of its own when it lasts 30 s', () => {
    const run = new Run();
    run.areas(forbidden);
    run.persons(createPerson());
    const id = walk(run, [[50, 50]], T0)[0]?.alarmId;
    run.tick(T0 + 29_000);
    expect(run.tick(T0 + 30_000)).toMatchObject([{ alarmId: id, transition: 'recorded', recordedAtMs: T0 + 30_000 }]);
    const cleared = walk(
      run,
      Array.from({ length: 8 }, () => [-6, 50] as [number, number]),
      T0 + 31_000,
    );
    expect(cleared).toMatchObject([
      { alarmId: id, transition: 'cleared', active: false, acknowledged: false, endedAtMs: null },
    ]);
    expect(run.act('acknowledge', id ?? '')).toMatchObject([{ endedAtMs: run.engine.park.nowMs }]);
  });

  it('[ALM-13] clears for a person who is suddenly far away', () => {
    const run = new Run();
    run.areas(forbidden);
    const id = walk(run, [[50, 50]], T0)[0]?.alarmId;
    expect(walk(run, [[900, 900]], T0 + 5_000)).toMatchObject([{ alarmId: id, transition: 'cleared' }]);
  });

  it('[ALM-14] leaves allowed person types, other floors and times outside the validity alone', () => {
    const run = new Run();
    run.areas(
      createArea({ areaId: 'typed', polygons: squareAt(0, 0, 100), allowedTypes: ['staff'] }),
      createArea({ areaId: 'floor', polygons: squareAt(0, 0, 100), zMinM: 10, zMaxM: 20 }),
      createArea({ areaId: 'later', polygons: squareAt(0, 0, 100), validFromMs: T0 + 3_600_000 }),
    );
    run.persons(createPerson());
    expect(run.fixes([at(50, 50, T0, { accuracyM: 1, heightM: 4 })])).toEqual([]);
    expect(run.fixes([at(50, 50, T0 + 5_000, { accuracyM: 1, heightM: 15 })])).toMatchObject([{ areaId: 'floor' }]);
  });

  it('[ALM-15] a bound person who leaves a binding area raises; others do not', () => {
    const run = new Run();
    run.areas(createArea({ areaId: 'post', kind: 'POST', polygons: squareAt(0, 0, 100), boundPersonIds: ['p1'] }));
    run.persons(createPerson(), createPerson({ personId: 'p2' }));
    const raised = run.fixes([at(-40, 50, T0, { person: 'p1' }), at(-40, 50, T0, { person: 'p2' })]);
    expect(raised).toMatchObject([{ rule: 'out-of-bounds', areaId: 'post', person: { personId: 'p1' } }]);
  });

  it('[ALM-16] a withdrawn area ends the alarms that rest on it', () => {
    const run = new Run();
    run.areas(forbidden);
    run.fixes([at(50, 50, T0)]);
    const item = run.areas(createArea({ deleted: true }));
    expect(item?.effects.filter((e) => e.t !== 'doc').map((e) => e.t)).toEqual(['alarm', 'area-removed']);
    expect(alarmsOf(item)).toMatchObject([{ transition: 'ended', reason: 'withdrawn' }]);
  });

  it('[ALM-17] one company’s area id says nothing about another’s', () => {
    const run = new Run();
    run.areas(forbidden);
    run.areas(createArea({ companyCode: '900000002', polygons: squareAt(500, 500, 50), deleted: true }));
    expect(run.fixes([at(50, 50, T0)])).toHaveLength(1);
  });

  it('[ALM-18] a late fix neither raises nor clears', () => {
    const run = new Run();
    run.areas(forbidden);
    run.fixes([at(-50, 50, T0 + 10_000)]);
    expect(run.fixes([at(50, 50, T0 + 5_000)], T0 + 11_000)).toEqual([]);
  });
});

/** A seeded half hour of ten people around a forbidden square, with late and doubled fixes, SOS, acts and ticks. */
function disturbedLog(seed: number): LogEntry[] {
  const random = createRandom(seed);
  const run = new Run();
  run.areas(createArea({ polygons: squareAt(0, 0, 60) }));
  run.persons(createPerson(), createPerson({ personId: 'p2', cardNo: 'C2' }));
  const sent: FixInput[] = [];
  for (let step = 0; step < 300; step++) {
    const atMs = T0 + step * 2_000;
    const fixes = Array.from({ length: 10 }, (_, k): FixInput => {
      if (sent.length > 0 && random() < 0.05) return sent[Math.floor(random() * sent.length)] as FixInput;
      const east = 30 + 50 * Math.sin(step / 20 + k) + 3 * gaussian(random);
      const fix = at(east, 30 + 3 * gaussian(random), atMs - Math.floor(random() * 900), {
        ...(k === 2 ? { card: 'C2' } : { person: `p${k}` }),
        accuracyM: 3,
        sos: random() < 0.002,
      });
      sent.push(fix);
      return fix;
    });
    run.fixes(fixes, atMs);
    if (step % 5 === 0) run.tick(atMs + 500);
    const standing = [...run.engine.park.alarms.standing.keys()];
    if (standing.length > 0 && random() < 0.2) run.act(random() < 0.6 ? 'acknowledge' : 'reset', standing[0] as string);
  }
  return run.entries;
}

describe('determinism', () => {
  it('[ENG-10] the same log gives the same effects, byte for byte', () => {
    const entries = disturbedLog(7);
    const runs = [0, 1].map(() => {
      const engine = new Engine(createPark(projection));
      return { items: entries.map((entry) => engine.step(entry)), digest: digestOf(engine) };
    });
    expect(runs[0]?.items.some((item) => alarmsOf(item).length > 0)).toBe(true);
    expect(JSON.stringify(runs[0]?.items)).toBe(JSON.stringify(runs[1]?.items));
    expect(runs[0]?.digest).toBe(runs[1]?.digest);
  });

  it('[ENG-11] an engine restored from a snapshot at any entry goes on as if undisturbed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const entries = disturbedLog(seed);
        const cut = Math.floor(share * entries.length);
        const whole = new Engine(createPark(projection));
        const before = new Engine(createPark(projection));
        for (const entry of entries.slice(0, cut)) before.step(entry);
        const loaded = loadSnapshot(saveSnapshot(before, 'e'), projection, 'e');
        if (!loaded.ok) throw new Error(loaded.problem);
        const items = entries.map((entry) => whole.step(entry)).slice(cut);
        const resumed = entries.slice(cut).map((entry) => loaded.engine.step(entry));
        expect(JSON.stringify(resumed)).toBe(JSON.stringify(items));
        expect(digestOf(loaded.engine)).toBe(digestOf(whole));
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  it('[ENG-12] a broken, foreign or outdated snapshot is refused with the reason, never half loaded', () => {
    const run = new Run();
    run.fixes([at(0, 0, T0)]);
    const bytes = saveSnapshot(run.engine, 'e');
    const broken = Uint8Array.from(bytes);
    broken[bytes.length - 3] = (broken[bytes.length - 3] ?? 0) ^ 1;
    expect(loadSnapshot(broken, projection, 'e')).toEqual({ ok: false, problem: 'corrupt' });
    expect(loadSnapshot(bytes.subarray(0, 10), projection, 'e')).toEqual({ ok: false, problem: 'corrupt' });
    expect(loadSnapshot(new Uint8Array(64), projection, 'e')).toEqual({ ok: false, problem: 'foreign' });
    expect(loadSnapshot(bytes, projection, 'other')).toEqual({ ok: false, problem: 'other-epoch' });
  });

  it('[ENG-17] takes over what an older engine version kept', () => {
    const loaded = loadSnapshot(SNAPSHOT_VERSION_1, projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    expect(loaded.engineVersion).toBe('1');
    expect(loaded.engine.seq).toBe(3);
    expect([...loaded.engine.park.alarms.standing.values()].map((alarm) => alarm.rule)).toEqual([
      'out-of-bounds',
      'sos',
    ]);
    const far = new EntrySequence(3).next('fixes', createFixBatch([at(900, 900, T0 + 5_000)]), T0 + 5_000);
    expect(alarmsOf(loaded.engine.step(far))).toMatchObject([{ rule: 'out-of-bounds', transition: 'cleared' }]);
  });

  it('[ENG-17] takes over what engine version 3 kept, and goes on with it: what is held back is raised when it is due', () => {
    const loaded = loadSnapshot(SNAPSHOT_VERSION_3, projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    const { engine, engineVersion } = loaded;
    expect([engineVersion, engine.seq, engine.park.alarms.standing.size]).toEqual(['3', 7, 3]);
    const sequence = new EntrySequence(7);
    expect(alarmsOf(engine.step(sequence.next('tick', { term: 1 }, T0 + 60_000)))).toMatchObject([
      { rule: 'sos', transition: 'raised', person: { personId: 'p1' } },
      { rule: 'out-of-bounds', transition: 'recorded', person: { personId: 'p1' } },
      { rule: 'out-of-bounds', transition: 'recorded', person: { personId: 'p2' } },
    ]);
    const again = loadSnapshot(saveSnapshot(engine, 'e'), projection, 'e');
    if (!again.ok) throw new Error(again.problem);
    expect(digestOf(again.engine)).toBe(digestOf(engine));
  });

  it('[ENG-17] projects everybody anew for other parameters', () => {
    const run = new Run();
    run.persons(createPerson());
    run.fixes([at(0, 0, T0)]);
    const east = run.engine.park.people.easting[0] ?? 0;
    const { falseEastingM } = SHANGHAI_2000_B;
    const shifted = createProjection({ ...SHANGHAI_2000_B, id: 'shifted', falseEastingM: falseEastingM + 1_000 });
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), shifted, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    expect(loaded.engine.park.people.easting[0]).toBeCloseTo(east + 1_000, 6);
  });

  it('[ENG-13] an entry out of sequence is a defect, and changes nothing', () => {
    const run = new Run();
    run.tick(T0);
    const digest = digestOf(run.engine);
    expect(() => run.engine.step({ kind: 'tick', seq: 5, receivedAtMs: T0, body: { term: 1 } })).toThrow(
      /given entry 5/,
    );
    expect(digestOf(run.engine)).toBe(digest);
  });
});
