import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { runToEnd } from '../core/slices.ts';
import { at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { createArea, createPerson } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { FrameBuilder, pictureFrom, takePicture } from './frames.ts';
import { digestInSteps, digestOf, loadSnapshot, packAhead, packState, saveSnapshot, takeState } from './snapshot.ts';

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

const callFor = (atMs: number) => at(1, 50, atMs, { person: 'new one', sos: true });

describe('snapshots', () => {
  it('[ENG-19] packed in steps while the engine goes on, they are the state of the moment they were taken', () => {
    const run = busyRun();
    const whole = saveSnapshot(run.engine, 'e');
    const state = takeState(run.engine, 'e');
    let turns = 0;
    const steps = packState(state);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      turns++;
      const atMs = T0 + 3_000 + turns * 1_000;
      run.fixes([at(1, 50, atMs, { person: 'p0', accuracyM: 3 }), at(0, 0, atMs, { person: 'p9', sos: true })]);
      run.persons(createPerson({ personId: `p${turns}`, name: '改名' }));
      run.tick(atMs);
    }
    const bytes = step.value;
    expect(turns).toBeGreaterThan(5);
    expect(Buffer.from(bytes).equals(whole)).toBe(true);
    expect(Buffer.from(saveSnapshot(run.engine, 'e')).equals(whole)).toBe(false);
  });

  it('[ENG-24] the digest is that of the moment the state was taken, whatever the epoch, and knows the state again', () => {
    const run = busyRun();
    const before = digestOf(run.engine);
    const steps = digestInSteps(takeState(run.engine, ''));
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) run.tick(run.engine.park.nowMs + 1_000);
    expect(step.value).toBe(before);
    expect(digestOf(run.engine)).not.toBe(before);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
  });

  it('[ENG-19] the packed picture says what the park is, also of what was packed ahead and changed since', () => {
    const run = busyRun();
    const frames = new FrameBuilder(1_000);
    const at = { epoch: 'e', term: 3, atMs: T0, liveId: '7-0' };
    const expectSame = () =>
      expect(unpack(Buffer.from(runToEnd(takePicture(run.engine, frames, at))))).toEqual(
        unpack(pack(pictureFrom(run.engine, frames, at))),
      );
    expectSame();
    runToEnd(packAhead(run.engine));
    run.persons(createPerson({ personId: 'p7', name: '改名' }), createPerson({ personId: 'p8', deleted: true }));
    run.areas(createArea({ areaId: 'a2', polygons: squareAt(300, 0, 10) }));
    run.fixes([callFor(T0 + 5_000)]);
    expectSame();
  });

  it('[ENG-12] one flipped bit anywhere is found', () => {
    const bytes = saveSnapshot(busyRun().engine, 'e');
    for (let n = 0; n < 60; n++) {
      const broken = Uint8Array.from(bytes);
      const at = 8 + Math.floor(((bytes.length - 8) * n) / 60);
      broken[at] = broken[at]! ^ (1 << (n % 8));
      expect(loadSnapshot(broken, projection, 'e')).toEqual({ ok: false, problem: 'corrupt' });
    }
  });

  it('[ENG-12] a snapshot that lacks its end is corrupt, whatever is missing', () => {
    const bytes = saveSnapshot(busyRun().engine, 'e');
    for (const length of [bytes.length - 1, Math.floor(bytes.length / 2), 17, 16]) {
      expect(loadSnapshot(bytes.subarray(0, length), projection, 'e')).toEqual({ ok: false, problem: 'corrupt' });
    }
  });
});
