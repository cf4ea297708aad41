import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import { FRESHNESS_LIMIT_MS, type RuleId } from '../../stream/protocol/vocabulary.ts';
import { alarmsOf, at, EngineRun, T0 } from '../../test/builders/engine-run.ts';
import { COMPANY, createArea, createPerson } from '../../test/builders/entries.ts';
import { projection, squareAt } from '../../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from '../snapshot.ts';

const PEOPLE = ['p1', 'p2', 'p3', 'p4'];
const key = areaKey(COMPANY, 'a');
const POST = `${COMPANY}/post`;
/** Well inside and well outside of both squares, and on their edges. */
const EASTS = [-200, -30, -1, 2, 30, 30, 30, 62, 90, 200];

/** Rules of all kinds, with limits that seconds reach. */
function createRun(): EngineRun {
  const run = new EngineRun();
  run.persons(...PEOPLE.map((personId) => createPerson({ personId })));
  run.areas(
    createArea({
      areaId: 'a',
      kind: 'HAZARD_SOURCE',
      polygons: squareAt(0, 0, 60),
      capacityMax: 2,
      capacityMin: 1,
      dwellLimitS: 40,
      stillLimitS: 30,
    }),
    createArea({ areaId: 'b', kind: 'FORBIDDEN', polygons: squareAt(60, 0, 60), allowedTypes: ['visitor'] }),
    createArea({ areaId: 'site', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-100, -100, 250) }),
  );
  run.setting('rules', '', { underCapacity: { onDelayMs: 5_000 }, leftSite: { onDelayMs: 5_000 } });
  const shifts = [{ name: '中班', from: '15:00', to: '23:00' }];
  const post = { name: '值班', areas: [key], personIds: ['p1', 'p2'], shifts, toleratedAbsenceS: 10, handOverS: 0 };
  run.setting('post', POST, post);
  return run;
}

const placed = fc.record({ person: fc.constantFrom(...PEOPLE), east: fc.constantFrom(...EASTS) });
const second = fc.record({
  fixes: fc.uniqueArray(placed, { selector: (one) => one.person, maxLength: PEOPLE.length }),
  afterS: fc.constantFrom(1, 1, 2, 5, 15, 40, 100, 320),
  event: fc.constantFrom('none', 'none', 'none', 'none', 'lift', 'set', 'redraw', 'withdraw', 'describe'),
});
const seconds = fc.array(second, { minLength: 3, maxLength: 40 });
type Second = typeof second extends fc.Arbitrary<infer T> ? T : never;

/** `arrange`: the order in which the people of a second arrive, in one batch or several. */
function play(run: EngineRun, steps: readonly Second[], arrange: (fixes: Second['fixes']) => Second['fixes'][]): void {
  let atMs = T0;
  for (const { fixes, afterS, event } of steps) {
    for (const batch of arrange(fixes)) {
      const batchFixes = batch.map(({ person, east }) => at(east, 30, atMs, { person, accuracyM: 2 }));
      if (batchFixes.length > 0) run.fixes(batchFixes, atMs);
    }
    if (event === 'lift') run.setting('area', key, { dwellLimitS: null, capacityMax: null });
    if (event === 'set') run.setting('area', key, { dwellLimitS: 20, capacityMax: 1 });
    if (event === 'redraw')
      run.areas(createArea({ areaId: 'b', kind: 'WORK', polygons: squareAt(50, 0, 60), stillLimitS: 20 }));
    if (event === 'withdraw') run.areas(createArea({ areaId: 'b', deleted: true }));
    if (event === 'describe') run.persons(createPerson({ personId: 'p1', post: `外操${atMs}` }));
    run.ticks(Math.min(atMs + afterS * 1_000, atMs + 20_000));
    atMs += afterS * 1_000;
    run.tick(atMs);
  }
}

const RULES: readonly RuleId[] = [
  'out-of-bounds',
  'dwell',
  'stillness',
  'left-post',
  'left-site',
  'over-capacity',
  'under-capacity',
  'post-vacant',
  'signal-lost',
];

/** Alarms that stood for more than 10 s, as they differ for whoever reads them. */
function lasting(run: EngineRun): string[] {
  const raised = new Map<string, { atMs: number; what: string }>();
  const lasted: string[] = [];
  for (const alarm of run.published.flatMap(alarmsOf)) {
    if (!RULES.includes(alarm.rule)) continue;
    if (alarm.transition === 'raised') {
      const what = [alarm.rule, alarm.subject, alarm.areaId, alarm.onsetAtMs, alarm.alarmId].join(' ');
      raised.set(alarm.alarmId, { atMs: alarm.raisedAtMs, what });
    }
    const known = raised.get(alarm.alarmId);
    const overAtMs = alarm.clearedAtMs ?? alarm.endedAtMs;
    if (known === undefined || overAtMs === null) continue;
    if (overAtMs - known.atMs > 10_000) lasted.push(known.what);
    raised.delete(alarm.alarmId);
  }
  const { nowMs } = run.engine.park;
  for (const { atMs, what } of raised.values()) if (nowMs - atMs > 10_000) lasted.push(what);
  return lasted.sort();
}

describe('person and area rules, whatever comes', () => {
  it('[PER-26] any order of different people’s fixes within a second gives the same lasting alarms', () => {
    fc.assert(
      fc.property(seconds, fc.constantFrom('reversed', 'one by one', 'backwards one by one'), (steps, how) => {
        const together = createRun();
        play(together, steps, (fixes) => [fixes]);
        const otherwise = createRun();
        play(otherwise, steps, (fixes) => {
          const ordered = how === 'one by one' ? fixes : fixes.toReversed();
          return how === 'reversed' ? [ordered] : ordered.map((one) => [one]);
        });
        expect(lasting(otherwise)).toEqual(lasting(together));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('[PER-27] restored at any entries it goes on as if nothing had been', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(seconds, shares, (steps, cutShares) => {
        const run = createRun();
        play(run, steps, (fixes) => [fixes]);
        const cuts = new Set(cutShares.map((share) => Math.floor(share * run.entries.length)));
        const whole = new EngineRun().engine;
        let { engine } = new EngineRun();
        run.entries.forEach((entry, n) => {
          if (cuts.has(n)) {
            const loaded = loadSnapshot(saveSnapshot(engine, 'e'), projection, 'e');
            if (!loaded.ok) throw new Error(loaded.problem);
            engine = loaded.engine;
            expect(digestOf(engine)).toBe(digestOf(whole));
          }
          expect(JSON.stringify(engine.step(entry))).toBe(JSON.stringify(whole.step(entry)));
        });
        expect(digestOf(engine)).toBe(digestOf(whole));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('[PER-28] the counts of standing alarms are those of a slow model that counts everyone each second', () => {
    fc.assert(
      fc.property(seconds, (steps) => {
        const run = createRun();
        const model = new SlowCount();
        let atMs = T0;
        for (const { fixes, afterS } of steps) {
          // Far from every edge, so that one fix decides.
          const clear = fixes.map(({ person, east }) => ({ person, east: east > 0 && east < 62 ? 30 : -60 }));
          if (clear.length > 0)
            run.fixes(
              clear.map(({ person, east }) => at(east, 30, atMs, { person, accuracyM: 2 })),
              atMs,
            );
          for (const { person, east } of clear) model.take(person, east === 30, atMs);
          for (let s = 1; s <= afterS; s++) {
            atMs += 1_000;
            run.tick(atMs);
            const inside = model.countAt(atMs);
            const { over, under } = model.judge(inside, atMs);
            expect([atMs, active(run, 'over-capacity')]).toEqual([atMs, over]);
            expect([atMs, active(run, 'under-capacity')]).toEqual([atMs, under]);
          }
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

/** Count and limit of the alarm that stands and whose condition holds; null: none. */
function active(run: EngineRun, rule: RuleId): number | null {
  const { standing } = run.engine.park.alarms;
  const alarm = [...standing.values()].find((one) => one.rule === rule && one.active && one.conditionGoneAtMs === null);
  return alarm?.count ?? null;
}

/** Who was seen inside last, and delays counted second by second. */
class SlowCount {
  readonly #seen = new Map<string, { inside: boolean; atMs: number }>();
  readonly #over = new SlowDelay(DEFAULT_RULE_SETTINGS.overCapacity.onDelayMs);
  readonly #under = new SlowDelay(5_000);

  take(person: string, inside: boolean, atMs: number): void {
    this.#seen.set(person, { inside, atMs });
  }
  countAt(atMs: number): number {
    return [...this.#seen.values()].filter((one) => one.inside && atMs - one.atMs <= FRESHNESS_LIMIT_MS.suspect).length;
  }
  judge(inside: number, atMs: number): { over: number | null; under: number | null } {
    return {
      over: this.#over.holds(inside > 2, atMs) ? inside : null,
      under: this.#under.holds(inside < 1, atMs) ? inside : null,
    };
  }
}

class SlowDelay {
  readonly #onDelayMs: number;
  #foundAtMs: number | null = null;
  #goneAtMs: number | null = null;
  #isRaised = false;
  constructor(onDelayMs: number) {
    this.#onDelayMs = onDelayMs;
  }
  holds(isSo: boolean, atMs: number): boolean {
    if (isSo) {
      this.#foundAtMs ??= atMs;
      this.#goneAtMs = null;
      this.#isRaised ||= atMs - this.#foundAtMs >= this.#onDelayMs;
      return this.#isRaised;
    }
    this.#goneAtMs ??= atMs;
    if (atMs - this.#goneAtMs >= DEFAULT_RULE_SETTINGS.lifeCycle.offDelayMs) {
      this.#foundAtMs = null;
      this.#isRaised = false;
    }
    return false;
  }
}
