import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../core/slices.ts';
import type { PermitStatus } from '../../../stream/protocol/permits.ts';
import type { Place } from '../../../test/builders/crowd.ts';
import { alarmsOf, at } from '../../../test/builders/engine-run.ts';
import { COMPANY, createArea, createPerson } from '../../../test/builders/entries.ts';
import { lngLatAt, projection, squareAt } from '../../../test/builders/plane.ts';
import { digestOf, loadSnapshot, packState, saveSnapshot, takeState } from '../../snapshot.ts';
import { APPROVER, GUARDIAN, guardianRow, SiteRun, T0, WORKER, workerRow } from './site-run.fixture.ts';

/** At the job, at its rim, at the neighbour's, at the guardian's rim, far off, in the yard. */
const PLACES: readonly Place[] = [
  [0, 0],
  [5, 3],
  [9, 0],
  [14, 2],
  [28, 0],
  [33, 0],
  [200, 0],
  [320, 20],
];
const NAMES = [GUARDIAN, WORKER, APPROVER, 'g2', 'w2', 's1', 's2'];
const who = fc.constantFrom(...NAMES, 'ghost');
const statuses: PermitStatus[] = ['issued', 'working', 'working', 'paused', 'accepted', 'withdrawn'];

const op = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('move' as const), who, place: fc.constantFrom(...PLACES) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('silent' as const), who }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('pass' as const), seconds: fc.constantFrom(1, 12, 63, 125) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('status' as const),
      permitId: fc.constantFrom('t1', 't2', 't3'),
      status: fc.constantFrom(...statuses),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('handOver' as const), to: fc.constantFrom(GUARDIAN, 'g2') }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('sign' as const), agoS: fc.constantFrom(0, 200, 500) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('gas' as const), isOver: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('away' as const), seconds: fc.constantFrom(30, 400) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('area' as const), isGone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('withdraw' as const), who: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('reset' as const), n: fc.nat(5) }) },
);
type Op = typeof op extends fc.Arbitrary<infer One> ? One : never;

function play(ops: readonly Op[]): SiteRun {
  const run = new SiteRun();
  run.everyS = 3;
  run.people('g2', 'w2', 's1', 's2');
  run.areas(createArea({ areaId: 'yard', kind: 'WORK', polygons: squareAt(300, 0, 40) }), space(false));
  run.setting('detector', `${COMPANY}/g1`, { name: '1#', ...lngLatAt(40, 0) });
  run.permit([0, 0]);
  const second = { guardians: [guardianRow('g2')], workers: [workerRow('w2')] };
  run.permit([20, 0], { permitId: 't2', fields: { workCode: '50' }, rows: second });
  run.permit([330, 20], { permitId: 't3', fields: { workCode: '70', areaId: 'space' } });
  NAMES.forEach((name, n) => {
    run.put(name, PLACES[n % 4]!);
  });
  run.pass(20);
  for (const each of ops) {
    act(run, each);
    // What a snapshot packed once is packed anew after it changed.
    digestOf(run.engine);
  }
  return run;
}

const space = (isGone: boolean) =>
  createArea({ areaId: 'space', kind: 'WORK', fixed: false, polygons: squareAt(310, 10, 20), deleted: isGone });

function act(run: SiteRun, each: Op): void {
  switch (each.op) {
    case 'move':
      run.put(each.who, each.place);
      break;
    case 'silent':
      run.put(each.who, null);
      break;
    case 'pass':
      run.pass(each.seconds);
      break;
    case 'status':
      run.say({ permitId: each.permitId, status: each.status });
      break;
    case 'handOver':
      run.say({
        rows: { guardians: [guardianRow(GUARDIAN, { toMs: run.atMs }), guardianRow(each.to, { key: 'next' })] },
      });
      break;
    case 'sign': {
      const row = { key: 'a1', stage: '审批', personId: APPROVER, name: APPROVER, opinion: null };
      run.say({ rows: { approvals: [{ ...row, atMs: run.atMs - each.agoS * 1_000 }] } });
      break;
    }
    case 'gas':
      run.gas('g1', each.isOver);
      break;
    case 'away': {
      const fromMs = run.atMs;
      run.atMs += each.seconds * 1_000;
      run.entry('downtime', { fromMs, toMs: run.atMs, reason: 'watch was away' }, run.atMs);
      break;
    }
    case 'area':
      run.areas(space(each.isGone));
      break;
    case 'withdraw':
      run.persons(createPerson({ personId: each.who, deleted: true }));
      break;
    case 'reset': {
      const standing = [...run.engine.park.alarms.standing.values()].filter(({ permit }) => permit !== null);
      const alarm = standing[each.n % Math.max(1, standing.length)];
      if (alarm !== undefined) run.act('reset', alarm.alarmId);
      break;
    }
  }
}

describe('permits on site, whatever comes', () => {
  it('[ONS-3] an engine restored at any entry says the same, byte for byte, with the same digest', () => {
    let alarms = 0;
    fc.assert(
      fc.property(
        fc.array(op, { minLength: 4, maxLength: 14 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ops, share) => {
          const whole = play(ops);
          alarms += whole.published.flatMap(alarmsOf).length;
          const cut = Math.floor(share * whole.entries.length);
          const before = new SiteRun();
          for (const entry of whole.entries.slice(before.entries.length, cut)) before.take(entry);
          const done = before.entries.length;
          const loaded = loadSnapshot(saveSnapshot(before.engine, 'e'), projection, 'e');
          if (!loaded.ok) throw new Error(loaded.problem);
          const resumed = whole.entries.slice(done).flatMap((entry) => loaded.engine.step(entry) ?? []);
          const seq = whole.entries[done]?.seq ?? Number.POSITIVE_INFINITY;
          expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole.published.filter((item) => item.seq >= seq)));
          expect(digestOf(loaded.engine)).toBe(digestOf(whole.engine));
        },
      ),
      { numRuns: 20 },
    );
    expect(alarms).toBeGreaterThan(100);
  }, 120_000);

  it('[ENG-19] [ONS-3] a snapshot keeps the places of the moment it was taken, also when somebody is forgotten meanwhile', () => {
    const run = play([{ op: 'pass', seconds: 125 }]);
    const whole = saveSnapshot(run.engine, 'e');
    const state = takeState(run.engine, 'e');
    run.persons(createPerson({ personId: GUARDIAN, deleted: true }));
    expect(Buffer.from(runToEnd(packState(state))).equals(whole)).toBe(true);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    for (let n = 0; n < 4; n++) run.pass(63);
    for (const entry of run.entries.slice(loaded.engine.seq)) loaded.engine.step(entry);
    expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
  });

  it('[ONS-3] whoever’s fix comes first within a second: the same alarms at the same times', () => {
    const paths = fc.array(fc.array(fc.constantFrom(...PLACES), { minLength: 3, maxLength: 3 }), {
      minLength: 4,
      maxLength: NAMES.length,
    });
    fc.assert(
      fc.property(paths, fc.array(fc.nat(), { minLength: NAMES.length, maxLength: NAMES.length }), (people, ranks) => {
        const order = people.map((_, i) => i).sort((a, b) => ranks[a]! - ranks[b]! || b - a);
        const told = (sequence: readonly number[]): string => {
          const run = new SiteRun();
          run.people('g2', 'w2', 's1', 's2');
          run.permit([0, 0]);
          const second = { guardians: [guardianRow('g2')], workers: [workerRow('w2')] };
          run.permit([20, 0], { permitId: 't2', fields: { workCode: '50' }, rows: second });
          for (let s = 2; s <= 240; s += 2) {
            const atMs = T0 + s * 1_000;
            for (const i of sequence) {
              const [east, north] = people[i]![Math.floor(s / 81)]!;
              run.fixes([at(east, north, atMs - 500, { person: NAMES[i]! })], atMs);
            }
            run.tick(atMs);
          }
          const alarms = run.published.flatMap(alarmsOf).filter(({ permit }) => permit !== null);
          return JSON.stringify(
            alarms.map(({ alarmId, transition, raisedAtMs }) => [alarmId, transition, raisedAtMs]).sort(),
          );
        };
        expect(told(order)).toBe(told(people.map((_, i) => i)));
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
