import { describe, expect, it } from 'vitest';
import type { Census } from '../stream/protocol/census.ts';
import type { EffectsAt } from '../stream/protocol/effects.ts';
import { at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createArea, createPerson } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const censusesOf = (items: readonly EffectsAt[]): Census[] =>
  items.flatMap((item) =>
    item.effects.flatMap((effect) => (effect.t === 'doc' && effect.doc === 'census' ? [effect.value] : [])),
  );

/** Two people of three in area `a`, one of them a contractor; the third outside. */
function createPark(): EngineRun {
  const run = new EngineRun();
  run.areas(createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 60) }));
  run.persons(
    createPerson({ personId: 'p1', type: 'staff', cardNo: null }),
    createPerson({ personId: 'p2', type: 'contractor', cardNo: null }),
    createPerson({ personId: 'p3', type: 'staff', cardNo: null }),
    createPerson({ personId: 'p4', type: 'staff', cardNo: null }),
  );
  run.fixes([
    at(30, 30, T0, { person: 'p1', accuracyM: 1 }),
    at(20, 20, T0, { person: 'p2', accuracyM: 1 }),
    at(300, 300, T0, { person: 'p3', accuracyM: 1 }),
  ]);
  return run;
}

describe('census', () => {
  it('[DSH-1] counts people online by company and type, and those inside by area; nobody twice, the never seen not', () => {
    const run = createPark();
    run.tick(T0 + 1_000);
    expect(censusesOf(run.published)).toEqual([
      {
        atMs: T0 + 1_000,
        people: [
          { companyCode: COMPANY, type: 'staff', count: 2 },
          { companyCode: COMPANY, type: 'contractor', count: 1 },
        ],
        areas: [{ area: `${COMPANY}/a`, companyCode: COMPANY, count: 2 }],
      },
    ]);
  });

  it('[DSH-1] is taken once in each minute of engine time, and leaves out who is offline', () => {
    const run = createPark();
    run.ticks(T0 + 7 * 60_000);
    const censuses = censusesOf(run.published);
    expect(censuses.map(({ atMs }) => Math.floor((atMs - T0) / 60_000))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(censuses.map(({ people }) => people.reduce((sum, { count }) => sum + count, 0))).toEqual([
      3, 3, 3, 3, 3, 3, 0, 0,
    ]);
    expect(censuses.at(-1)?.areas).toEqual([]);
  });

  it('[DSH-2] a restored engine takes the next census when the one that was not restored takes it', () => {
    const run = createPark();
    run.ticks(T0 + 90_000);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    for (let s = 91; s <= 200; s++) {
      const entry = run.sequence.next('tick', { term: 1 }, T0 + s * 1_000);
      expect(loaded.engine.step(entry)).toEqual(run.engine.step(entry));
    }
    expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
  });
});
