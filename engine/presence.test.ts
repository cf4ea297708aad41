import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEdgeEvidence, type EdgeEvidence } from '../alarms/evidence.ts';
import { DEFAULT_RULE_SETTINGS } from '../alarms/rule-settings.ts';
import { areaKey } from '../stream/protocol/effects.ts';
import { at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createArea, createHeartbeat, type FixInput } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { Presence } from './presence.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const settings = DEFAULT_RULE_SETTINGS.presence;
type Square = 'a' | 'b' | 'c';
const SQUARES: Record<Square, [east: number, north: number, sideM: number]> = {
  a: [0, 0, 60],
  b: [40, 0, 60],
  c: [10, 10, 20],
};
const keyOf = (areaId: string): string => areaKey(COMPANY, areaId);

function parkWith(...squares: Square[]): EngineRun {
  const run = new EngineRun();
  for (const areaId of squares) {
    run.areas(createArea({ areaId, kind: 'PRODUCTION', polygons: squareAt(...SQUARES[areaId]) }));
  }
  return run;
}
const presenceOf = (run: EngineRun): Presence => run.engine.park.part(Presence);
const slotOf = (run: EngineRun, person: string): number => run.engine.park.people.slotOf(COMPANY, person, false);
const isIn = (run: EngineRun, person: string, areaId: string): boolean =>
  presenceOf(run).isInside(slotOf(run, person), keyOf(areaId));

describe('presence', () => {
  it('[PER-1] one deep fix is inside at once, a shallow one is not yet, and 2.5 m outside is enough to leave', () => {
    const run = parkWith('a');
    run.fixes([at(30, 30, T0, { person: 'p1', accuracyM: 3 }), at(2, 30, T0, { person: 'p2', accuracyM: 3 })]);
    expect([isIn(run, 'p1', 'a'), isIn(run, 'p2', 'a')]).toEqual([true, false]);
    for (let s = 2; s <= 60; s += 2) {
      run.fixes([
        at(-1.5, 30, T0 + s * 1_000, { person: 'p1', accuracyM: 0.5 }),
        at(2, 30, T0 + s * 1_000, { person: 'p2', accuracyM: 0.5 }),
      ]);
    }
    expect([isIn(run, 'p1', 'a'), isIn(run, 'p2', 'a')]).toEqual([true, true]);
    for (let s = 62; s <= 80; s += 2) run.fixes([at(-2.9, 30, T0 + s * 1_000, { person: 'p1', accuracyM: 0.5 })]);
    expect(isIn(run, 'p1', 'a')).toBe(false);
    expect(presenceOf(run).insideOf(keyOf('a'))).toEqual([slotOf(run, 'p2')]);
  });

  it('[PER-2] the height band decides beside the plan; without a height the plan alone', () => {
    const run = new EngineRun();
    run.areas(createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 60), zMinM: 20, zMaxM: 60 }));
    const fix = (person: string, heightM: number, s: number): FixInput =>
      at(30, 30, T0 + s * 1_000, { person, heightM, accuracyM: 1 });
    run.fixes([fix('low', 5, 0), fix('up', 40, 0), fix('unknown', Number.NaN, 0)]);
    expect([isIn(run, 'low', 'a'), isIn(run, 'up', 'a'), isIn(run, 'unknown', 'a')]).toEqual([false, true, true]);
    run.fixes([fix('low', 40, 2), fix('up', 5, 2)]);
    expect([isIn(run, 'low', 'a'), isIn(run, 'up', 'a')]).toEqual([true, false]);
  });

  it('[PER-3] the time of entering is that of the first fix of the evidence', () => {
    const run = parkWith('a');
    for (let s = 0; s <= 20; s += 2) {
      const north = s < 6 ? -5 : 3;
      run.fixes([at(30, north, T0 + s * 1_000, { accuracyM: 3 })]);
    }
    expect(presenceOf(run).enteredAtMs(slotOf(run, 'p1'), keyOf('a'))).toBe(T0 + 6_000);
    expect(presenceOf(run).enteredAtMs(slotOf(run, 'p1'), keyOf('b'))).toBeNaN();
    expect(
      presenceOf(run)
        .areasOf(slotOf(run, 'p1'))
        .map(({ record }) => record.areaId),
    ).toEqual(['a']);
  });

  it('[PER-4] an area drawn or reshaped around people who rest counts them with the next tick', () => {
    const run = parkWith();
    run.fixes([at(30, 30, T0, { person: 'p1' }), at(80, 30, T0, { person: 'p2' })]);
    run.areas(createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 60) }));
    run.tick(T0 + 1_000);
    expect([isIn(run, 'p1', 'a'), isIn(run, 'p2', 'a')]).toEqual([true, false]);
    run.areas(createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 100) }));
    run.tick(T0 + 5_000);
    const entered = ['p1', 'p2'].map((person) => presenceOf(run).enteredAtMs(slotOf(run, person), keyOf('a')));
    expect(entered).toEqual([T0 + 1_000, T0 + 5_000]);
    run.areas(createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(60, 0, 60) }));
    run.tick(T0 + 6_000);
    expect([isIn(run, 'p1', 'a'), isIn(run, 'p2', 'a')]).toEqual([false, true]);
    run.areas(createArea({ areaId: 'a', deleted: true }));
    expect(isIn(run, 'p2', 'a')).toBe(false);
    expect(presenceOf(run).insideOf(keyOf('a'))).toEqual([]);
  });

  it('[PER-5] silence: last known inside, fresh for 90 s or while a company that sends on change stands ready', () => {
    const run = parkWith('a');
    run.fixes([at(30, 30, T0)]);
    const counts = (): [number, number] => [
      presenceOf(run).insideOf(keyOf('a')).length,
      presenceOf(run).countFresh(run.engine.park, keyOf('a')),
    ];
    run.tick(T0 + 90_000);
    expect(counts()).toEqual([1, 1]);
    run.tick(T0 + 91_000);
    expect(counts()).toEqual([1, 0]);
    run.heartbeats(T0 + 92_000, createHeartbeat());
    run.tick(T0 + 93_000);
    expect(counts()).toEqual([1, 1]);
    run.tick(T0 + 14 * 3_600_000);
    run.tick(T0 + 14 * 3_600_000 + 1_000);
    expect(counts()).toEqual([0, 0]);
  });

  const walk = fc.record({
    who: fc.constantFrom('p1', 'p2', 'p3'),
    east: fc.double({ min: -40, max: 140, noNaN: true }),
    north: fc.constantFrom(-20, -1, 1, 5, 15, 30, 59, 75),
    heightM: fc.constantFrom(Number.NaN, 3, 20),
    accuracyM: fc.constantFrom(Number.NaN, 0.5, 3, 8),
  });
  const seconds = fc.array(
    fc.tuple(fc.constantFrom(1, 1, 2, 30, 120), fc.uniqueArray(walk, { selector: (w) => w.who })),
    {
      minLength: 1,
      maxLength: 60,
    },
  );

  it('[PER-6] equals a slow model that asks every area at every fix, in whatever order people of a second come', () => {
    fc.assert(
      fc.property(seconds, fc.boolean(), (steps, reverse) => {
        const run = parkWith('a', 'b', 'c');
        const model = new SlowPresence();
        let atMs = T0;
        for (const [afterS, walks] of steps) {
          atMs += afterS * 1_000;
          const inOrder = reverse ? walks.toReversed() : walks;
          if (inOrder.length === 0) continue;
          run.fixes(inOrder.map((w) => at(w.east, w.north, atMs, { ...w, person: w.who })));
          for (const w of walks) model.take(w.who, w.east, w.north, w.accuracyM > 0 ? w.accuracyM : 3, atMs);
          for (const areaId of Object.keys(SQUARES)) {
            for (const { who } of walks)
              expect([who, areaId, isIn(run, who, areaId)]).toEqual([who, areaId, model.isIn(who, areaId)]);
            const inside = presenceOf(run).insideOf(keyOf(areaId));
            expect([...inside]).toEqual([...inside].sort((a, b) => a - b));
            expect(inside.length).toBe(model.countIn(areaId));
          }
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('[PER-7] a restored engine has the same people in the same areas and comes to the same digest', () => {
    fc.assert(
      fc.property(seconds, fc.nat(60), (steps, cut) => {
        const run = parkWith('c', 'a', 'b');
        run.areas(createArea({ areaId: 'c', deleted: true }));
        run.areas(createArea({ areaId: 'c', kind: 'POST', polygons: squareAt(...SQUARES.c) }));
        let atMs = T0;
        let { engine } = run;
        steps.forEach(([afterS, walks], n) => {
          atMs += afterS * 1_000;
          run.fixes(
            walks.map((w) => at(w.east, w.north, atMs, { ...w, person: w.who })),
            atMs,
          );
          if (n % 3 === 0) run.tick(atMs);
        });
        const other = new EngineRun();
        engine = other.engine;
        run.entries.forEach((entry, n) => {
          if (n === cut) {
            const loaded = loadSnapshot(saveSnapshot(engine, 'e'), projection, 'e');
            if (!loaded.ok) throw new Error(loaded.problem);
            engine = loaded.engine;
          }
          engine.step(entry);
        });
        expect(digestOf(engine)).toBe(digestOf(run.engine));
        for (const key of Object.keys(SQUARES).map(keyOf)) {
          expect(engine.park.part(Presence).insideOf(key)).toEqual(presenceOf(run).insideOf(key));
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

/** One object a person and area, every area asked at every fix, squares by hand. */
class SlowPresence {
  readonly #known = new Map<string, { inside: boolean; evidence: EdgeEvidence; meanM: number }>();

  isIn(who: string, areaId: string): boolean {
    return this.#known.get(`${who}@${areaId}`)?.inside === true;
  }
  countIn(areaId: string): number {
    return [...this.#known].filter(([path, { inside }]) => inside && path.endsWith(`@${areaId}`)).length;
  }
  take(who: string, east: number, north: number, accuracyM: number, observedAtMs: number): void {
    for (const [areaId, [west, south, side]] of Object.entries(SQUARES)) {
      const path = `${who}@${areaId}`;
      const depthM = depthInSquare(east - west, north - south, side);
      const known = this.#known.get(path) ?? { inside: false, evidence: createEdgeEvidence(), meanM: 0 };
      this.#known.set(path, known);
      const verdict = this.#gather(known, depthM, accuracyM, observedAtMs);
      if (verdict !== null && verdict !== known.inside) {
        known.inside = verdict;
        known.evidence = { ...known.evidence, raise: 0, clear: 0 };
      }
      const beyondDoubt = settings.atOnce * accuracyM;
      if (!known.inside && depthM <= -beyondDoubt) this.#known.delete(path);
      if (known.inside && depthM >= beyondDoubt) {
        known.evidence = { ...known.evidence, clear: 0 };
        known.meanM = depthM;
      }
    }
  }
  #gather(known: { evidence: EdgeEvidence; meanM: number }, depthM: number, accuracyM: number, atMs: number) {
    const { evidence } = known;
    const sinceMs = atMs - evidence.lastAtMs;
    const isFirst = evidence.lastAtMs === 0 || sinceMs > settings.forgetMs;
    const weight = Math.min(1, sinceMs / settings.independentMs);
    if (isFirst) Object.assign(evidence, { raise: 0, clear: 0 });
    known.meanM += isFirst
      ? depthM - known.meanM
      : ((depthM - known.meanM) * sinceMs) / (sinceMs + settings.filterMs / 2);
    evidence.lastAtMs = atMs;
    const inwards = Math.min(settings.atOnce, depthM / accuracyM);
    const outwards = Math.min(settings.atOnce, (-depthM - settings.clearMarginM) / accuracyM);
    evidence.raise = Math.max(0, evidence.raise + weight * (inwards - settings.raiseDrift));
    evidence.clear = Math.max(0, evidence.clear + weight * (outwards - settings.clearDrift));
    if (inwards >= settings.atOnce) return true;
    if (outwards >= settings.atOnce) return false;
    if (evidence.raise >= settings.raiseThreshold && known.meanM > 0) return true;
    return evidence.clear >= settings.clearThreshold && known.meanM < 0 ? false : null;
  }
}

function depthInSquare(east: number, north: number, side: number): number {
  const outE = Math.max(-east, 0, east - side);
  const outN = Math.max(-north, 0, north - side);
  if (outE > 0 || outN > 0) return -Math.hypot(outE, outN);
  return Math.min(east, side - east, north, side - north);
}
