import { describe, expect, it } from 'vitest';
import { at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { createArea, createPerson } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { loadSnapshot, packInSlices, saveSnapshot, takeState } from './snapshot.ts';

/** People on and off the edge of a forbidden square, one who called for help; more than one slice of people. */
function busyRun(): Run {
  const run = new Run();
  run.areas(createArea({ polygons: squareAt(0, 0, 100) }));
  run.persons(...Array.from({ length: 4_500 }, (_, i) => createPerson({ personId: `p${i}`, cardNo: `C${i}` })));
  const crowd = (atMs: number) =>
    run.fixes(
      Array.from({ length: 700 }, (_, i) => at(i % 2 === 0 ? 1 : -4, 50, atMs, { person: `p${i}`, accuracyM: 3 })),
    );
  crowd(T0);
  crowd(T0 + 1_000);
  run.fixes([at(0, 0, T0 + 2_000, { person: 'p9', sos: true })]);
  return run;
}

describe('snapshots', () => {
  it('[ENG-19] packed in slices while the engine goes on, they are the state of the moment they were taken', async () => {
    const run = busyRun();
    const whole = saveSnapshot(run.engine, 'e');
    const state = takeState(run.engine, 'e');
    let turns = 0;
    const bytes = await packInSlices(state, async () => {
      turns++;
      const atMs = T0 + 3_000 + turns * 1_000;
      run.fixes([at(1, 50, atMs, { person: 'p0', accuracyM: 3 }), at(0, 0, atMs, { person: 'p9', sos: true })]);
      run.persons(createPerson({ personId: `p${turns}`, name: '改名' }));
      run.tick(atMs);
    });
    expect(turns).toBeGreaterThan(5);
    expect(Buffer.from(bytes).equals(whole)).toBe(true);
    expect(Buffer.from(saveSnapshot(run.engine, 'e')).equals(whole)).toBe(false);
  });

  it('[ENG-12] a snapshot that lacks its end is corrupt, whatever is missing', () => {
    const bytes = saveSnapshot(busyRun().engine, 'e');
    for (const length of [bytes.length - 1, Math.floor(bytes.length / 2), 17, 16]) {
      expect(loadSnapshot(bytes.subarray(0, length), projection, 'e')).toEqual({ ok: false, problem: 'corrupt' });
    }
  });
});
