import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aPermit,
  aPermitVideo,
  aWord,
  PERMIT_CAMERA,
  PERMIT_COMPANY,
  PERMIT_T0 as T0,
} from '../../stream/protocol/permits.fixture.ts';
import type { CameraState, PermitCoverage } from '../../stream/protocol/permits.ts';
import { PermitRun } from '../../test/builders/permit-run.ts';
import { Recordings } from './recordings.ts';

const S = 1_000;
const MINUTE = 60 * S;
const KEY = `${PERMIT_COMPANY}/t1`;
const state = (atMs: number, change: Partial<CameraState> = {}): CameraState => ({
  companyCode: PERMIT_COMPANY,
  cameraCode: PERMIT_CAMERA,
  online: true,
  recordedToMs: atMs,
  atMs,
  ...change,
});

describe('what is known to be recorded', () => {
  const covered = (states: readonly CameraState[], toMinute: number, codes = [PERMIT_CAMERA]): number => {
    const recordings = new Recordings();
    for (const one of states) recordings.hear(one);
    return recordings.coveredMs(codes, [{ fromMs: T0, toMs: null }], T0 + toMinute * MINUTE) / MINUTE;
  };

  it('[PMT-23] from one word that keeps up to the next, up to where the next says it stopped', () => {
    const fine = [state(T0), state(T0 + 10 * MINUTE)];
    expect(covered(fine, 15)).toBe(15);
    const stopped = state(T0 + 16 * MINUTE, { recordedToMs: T0 + 15 * MINUTE });
    expect(covered([...fine, stopped], 20)).toBe(15);
    expect(covered([...fine, stopped, state(T0 + 18 * MINUTE)], 20)).toBe(17);
    const away = state(T0 + 12 * MINUTE, { online: false, recordedToMs: null });
    expect(covered([...fine, away], 20)).toBe(10);
  });

  it('[PMT-23] what nobody said is not recorded: no platform that says nothing, and no longer than twelve minutes', () => {
    expect(covered([state(T0, { recordedToMs: null })], 5)).toBe(0);
    expect(covered([state(T0, { recordedToMs: 0 })], 5)).toBe(0);
    expect(covered([state(T0)], 30)).toBe(12);
    expect(covered([state(T0), state(T0 + 20 * MINUTE)], 25)).toBe(17);
    expect(covered([], 5)).toBe(0);
  });

  it('[PMT-23] what several cameras recorded counts once', () => {
    const other = '31011600021320000099';
    const states = [
      state(T0),
      state(T0 + 2 * MINUTE, { cameraCode: other }),
      state(T0 + 6 * MINUTE, { online: false, recordedToMs: T0 + 4 * MINUTE }),
    ];
    expect(covered(states, 8, [PERMIT_CAMERA, other])).toBe(8);
    expect(covered(states, 8, [other])).toBe(6);
    expect(covered(states, 8)).toBe(4);
  });

  it('[PMT-23] restored at any word it says the same, and never more than the work', () => {
    const word = fc.record({
      stepS: fc.integer({ min: 1, max: 1_500 }),
      online: fc.boolean(),
      behindS: fc.option(fc.integer({ min: 0, max: 600 })),
      camera: fc.constantFrom('a', 'b'),
    });
    const stretch = fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 3_000 }));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.nat(30), stretch, (words, cut, [from, length]) => {
        let [whole, parted] = [new Recordings(), new Recordings()];
        let atMs = T0;
        for (const [n, { stepS, online, behindS, camera }] of words.entries()) {
          atMs += stepS * S;
          const said = state(atMs, {
            cameraCode: camera,
            online,
            recordedToMs: behindS === null ? null : atMs - behindS * S,
          });
          whole.hear(said);
          parted.hear(said);
          if (n !== cut) continue;
          const saved = JSON.parse(JSON.stringify(parted.save())) as ReturnType<Recordings['save']>;
          parted = new Recordings();
          parted.load(saved);
        }
        const stretches = [{ fromMs: T0 + from * S, toMs: T0 + (from + length) * S }];
        const both = whole.coveredMs(['a', 'b'], stretches, atMs);
        expect(parted.coveredMs(['b', 'a'], stretches, atMs)).toBe(both);
        expect(both).toBeLessThanOrEqual(length * S);
        const [a, b] = ['a', 'b'].map((code) => whole.coveredMs([code], stretches, atMs)) as [number, number];
        expect(both).toBeGreaterThanOrEqual(Math.max(a, b));
        expect(both).toBeLessThanOrEqual(a + b);
        whole = parted;
      }),
    );
  });
});

describe('the covered share of a job', () => {
  const coverage = (run: PermitRun): PermitCoverage | undefined => run.engine.park.docs.get('coverage', KEY);
  /** Engine time goes by ticks. */
  const at = (run: PermitRun, atMs: number): PermitRun => {
    run.tick(atMs);
    return run;
  };
  const special = aPermit({ fields: { workCode: '01' } });

  it('[PMT-23] is told while special-grade hot work goes on, once a minute, and for good at its end', () => {
    const run = new PermitRun();
    at(run, T0).permits(T0, special);
    run.videos(T0, aPermitVideo());
    at(run, T0 + 10 * S).cameras(T0 + 10 * S, state(T0 + 10 * S));
    expect(coverage(run)).toMatchObject({ fromMs: T0, toMs: null, cameraCodes: [PERMIT_CAMERA], coveredMs: 0 });
    const told = at(run, T0 + 40 * S).cameras(T0 + 40 * S, state(T0 + 40 * S));
    expect(JSON.stringify(told)).not.toContain('"coverage"');
    const stopped = state(T0 + 5 * MINUTE, { recordedToMs: T0 + 4 * MINUTE });
    at(run, T0 + 5 * MINUTE).cameras(T0 + 5 * MINUTE, stopped);
    expect(coverage(run)).toMatchObject({ workMs: 5 * MINUTE, coveredMs: 4 * MINUTE - 10 * S });
    const endMs = T0 + 8 * MINUTE;
    at(run, T0 + 6 * MINUTE).cameras(T0 + 6 * MINUTE, state(T0 + 6 * MINUTE));
    at(run, endMs).permits(endMs, aWord({ updatedAtMs: endMs, status: 'accepted' }));
    const whole = { toMs: endMs, atMs: endMs, workMs: 8 * MINUTE, coveredMs: 6 * MINUTE - 10 * S };
    expect(coverage(run)).toMatchObject(whole);
    at(run, endMs + MINUTE).cameras(endMs + MINUTE, state(endMs + MINUTE));
    run.tick(endMs + 10 * MINUTE);
    expect(coverage(run)).toMatchObject(whole);
    // Off the map: its last state goes to the store.
    run.tick(T0 + 24 * 60 * MINUTE);
    expect(coverage(run)).toBeUndefined();
    const last = run.published
      .flatMap(({ effects }) => effects)
      .findLast((one) => one.t === 'doc' && one.doc === 'coverage');
    expect(last).toMatchObject({ gone: true, key: KEY, value: whole });
  });

  it('[PMT-23] pauses are no work; other hot work has none unless it is at a hazard source', () => {
    const run = new PermitRun();
    at(run, T0).permits(T0, special);
    run.videos(T0, aPermitVideo());
    at(run, T0).cameras(T0, state(T0));
    at(run, T0 + 2 * MINUTE).permits(T0 + 2 * MINUTE, aWord({ updatedAtMs: T0 + 2 * MINUTE, status: 'paused' }));
    at(run, T0 + 5 * MINUTE).permits(T0 + 5 * MINUTE, aWord({ updatedAtMs: T0 + 5 * MINUTE, status: 'working' }));
    at(run, T0 + 6 * MINUTE).permits(T0 + 6 * MINUTE, aWord({ updatedAtMs: T0 + 6 * MINUTE, status: 'accepted' }));
    expect(coverage(run)).toMatchObject({ workMs: 3 * MINUTE, coveredMs: 3 * MINUTE });
    const other = new PermitRun();
    at(other, T0).permits(T0, aPermit());
    expect(coverage(other)).toBeUndefined();
    at(other, T0 + S).permits(T0 + S, aWord({ updatedAtMs: T0 + S, fields: { hazardSourceCode: 'H1' } }));
    expect(coverage(other)).toMatchObject({ cameraCodes: [], coveredMs: 0 });
  });
});
