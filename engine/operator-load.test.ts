import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raiseAlarm } from '../alarms/life-cycle.ts';
import { isChattering, type OperatorLoad } from '../stream/protocol/operator-load.ts';
import { EngineRun, T0 } from '../test/builders/engine-run.ts';
import { projection } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const MINUTE_MS = 60_000;
const nothing = { slot: -1, generation: 0, person: null, place: null, evidence: [], latched: false } as const;
const nowhere = { areaCompanyCode: null, areaId: null, areaName: null, areaVersion: null } as const;

/** An alarm of `subject` now, raised as a rule would. */
function raise(run: EngineRun, alarmId: string, subject = alarmId, more: object = {}): void {
  const { park } = run.engine;
  const what = { alarmId, subject, rule: 'low-battery', ruleVersion: 1, level: 4, companyCodes: ['c'] } as const;
  const times = { onsetAtMs: park.nowMs, raisedAtMs: park.nowMs };
  park.applyAlarm(raiseAlarm({ ...what, ...nothing, ...nowhere, ...times, ...more }), []);
}
const load = (run: EngineRun): OperatorLoad => run.engine.park.docs.get('load', '')!;
const loadsTold = (run: EngineRun): OperatorLoad[] =>
  run.published.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.t === 'doc' && effect.doc === 'load' ? [effect.value] : [])),
  );

describe('operators’ load', () => {
  it('[LOD-1] a flood begins with the 11th alarm in 10 minutes and is over with fewer than 5; both are told at once', () => {
    const run = new EngineRun();
    run.tick(T0 + 1_000);
    for (let i = 0; i < 10; i++) raise(run, `a${i}`);
    run.tick(T0 + 2_000);
    run.tick(T0 + MINUTE_MS);
    expect(load(run)).toMatchObject({ in10Min: 10, isFlood: false });
    raise(run, 'a10');
    run.tick(T0 + MINUTE_MS + 1_000);
    expect(load(run)).toMatchObject({ in10Min: 11, isFlood: true, floodSinceMs: T0 + MINUTE_MS + 1_000 });
    run.ticks(T0 + 12 * MINUTE_MS);
    const [over] = loadsTold(run).filter((one) => !one.isFlood && one.atMs > T0 + 2 * MINUTE_MS);
    // Ten fell out of the 10 minutes at once.
    expect(over).toMatchObject({ in10Min: 1, atMs: T0 + 1_000 + 10 * MINUTE_MS, floodSinceMs: null });
  });

  it('[LOD-2] is told once a minute, not with every alarm', () => {
    const run = new EngineRun();
    for (let second = 1; second <= 300; second++) {
      run.tick(T0 + second * 1_000);
      if (second % 100 === 0) raise(run, `a${second}`);
    }
    expect(loadsTold(run).map(({ atMs }) => Math.floor((atMs - T0) / MINUTE_MS))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('[LOD-3] what is quiet, or explained by another alarm, is counted apart and not as announced', () => {
    const run = new EngineRun();
    run.tick(T0);
    raise(run, 'loud');
    raise(run, 'put-aside', 'x', { shelfId: 's' });
    raise(run, 'explained', 'y', { under: 'loud' });
    run.tick(T0 + MINUTE_MS);
    expect(load(run)).toMatchObject({ in10Min: 1, standing: 1, quiet: 1, unacknowledged: 1, byLevel: [0, 0, 0, 1] });
  });

  it('[LOD-4] names who repeats, what is most frequent, the oldest that asks, the stale, the share of false ones', () => {
    const run = new EngineRun();
    run.tick(T0);
    for (let i = 0; i < 3; i++) raise(run, `chatter${i}`, 'tag-7');
    raise(run, 'once', 'tag-8');
    run.act('acknowledge', 'once');
    run.entry('act', {
      actId: 'f',
      act: 'mark-false',
      alarmId: 'chatter0',
      role: 'operator',
      userId: 'u',
      userName: '值班员',
      companyCode: null,
      comment: '误报',
    });
    const chatter = run.engine.park.alarms.standing.get('chatter0')!;
    run.engine.park.applyAlarm({ ...chatter, endedAtMs: T0, active: false, transition: 'ended' }, []);
    run.tick(T0 + MINUTE_MS);
    expect(load(run)).toMatchObject({
      chattering: [{ rule: 'low-battery', subject: 'tag-7', count: 3 }],
      causes: [
        { subject: 'tag-7', count: 3 },
        { subject: 'tag-8', count: 1 },
      ],
      oldestUnacknowledgedAtMs: T0,
      unacknowledged: 2,
      falseCount: 1,
      endedCount: 1,
      stale: 0,
    });
    run.tick(T0 + 25 * 3_600_000);
    expect(load(run)).toMatchObject({ stale: 3, chattering: [], causes: [], in10Min: 0, endedCount: 0 });
  });

  it('[LOD-4] chattering is three within a minute or ten within the hour', () => {
    expect(isChattering([0, 20_000, 59_999])).toBe(true);
    expect(isChattering([0, 30_000, 60_000])).toBe(false);
    const every = (n: number) => Array.from({ length: n }, (_, i) => i * 5 * MINUTE_MS);
    expect([isChattering(every(9)), isChattering(every(10))]).toEqual([false, true]);
  });

  it('[LOD-5] counts as a plain count over all announcements does, also when restored in between', () => {
    const step = fc.record({
      afterS: fc.constantFrom(1, 30, 400, 3_000),
      subjects: fc.array(fc.nat(3), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 12, size: 'max' }), fc.nat(11), (steps, restoreAt) => {
        const run = new EngineRun();
        run.tick(T0);
        const all: { atMs: number; subject: string }[] = [];
        let id = 0;
        steps.forEach(({ afterS, subjects }, n) => {
          for (const subject of subjects) {
            raise(run, `a${id++}`, `s${subject}`);
            all.push({ atMs: run.engine.park.nowMs, subject: `s${subject}` });
          }
          if (n === restoreAt) {
            const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
            if (!loaded.ok) throw new Error(loaded.problem);
            expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
            (run as { engine: EngineRun['engine'] }).engine = loaded.engine;
          }
          const before = run.engine.park.nowMs;
          run.tick(before + Math.max(afterS, 60) * 1_000);
          const { nowMs } = run.engine.park;
          expect(load(run).in10Min).toBe(all.filter(({ atMs }) => atMs > nowMs - 600_000).length);
          const firstHour = Math.floor(nowMs / 3_600_000) - 24;
          const ofDay = all.filter(({ atMs }) => Math.floor(atMs / 3_600_000) > firstHour);
          expect(load(run).byLevel[3]).toBe(ofDay.length);
          expect(load(run).causes.reduce((sum, { count }) => sum + count, 0)).toBe(ofDay.length);
        });
      }),
      { numRuns: 25 },
    );
  });
});
