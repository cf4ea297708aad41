import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { CrowdRun, type Place } from '../test/builders/crowd.ts';
import { at, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createOrigin, createPerson } from '../test/builders/entries.ts';
import { lngLatAt, projection } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

/** Places near enough to be together, and others. */
const PLACES: readonly Place[] = [
  [0, 0],
  [9, 0],
  [0, 12],
  [22, 3],
  [40, 0],
  [44, 4],
  [300, 0],
  [900, 0],
]; // prettier-ignore
const who = fc.integer({ min: 1, max: 9 }).map((n) => `p${n}`);

type Op =
  | { readonly op: 'move'; readonly who: string; readonly place: Place }
  | { readonly op: 'pass'; readonly seconds: number }
  | { readonly op: 'act'; readonly act: 'acknowledge' | 'reset'; readonly n: number }
  | { readonly op: 'gas'; readonly isOver: boolean }
  | { readonly op: 'withdraw'; readonly who: string };

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('move' as const), who, place: fc.constantFrom(...PLACES) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('pass' as const), seconds: fc.constantFrom(1, 3, 12, 35, 63) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('act' as const),
      act: fc.constantFrom('acknowledge' as const, 'reset' as const),
      n: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('gas' as const), isOver: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('withdraw' as const), who }) },
);

function play(ops: readonly Op[]): CrowdRun {
  const run = new CrowdRun();
  run.setting('detector', `${COMPANY}/g1`, { name: '1#', ...lngLatAt(30, 0) });
  for (let n = 1; n <= 7; n++) run.stand({ [`p${n}`]: PLACES[n % 3]! });
  run.pass(20);
  for (const each of ops) {
    if (each.op === 'move') run.stand({ [each.who]: each.place });
    else if (each.op === 'pass') run.pass(each.seconds);
    else if (each.op === 'withdraw') {
      run.places.delete(each.who);
      run.persons(createPerson({ personId: each.who, deleted: true }));
    } else if (each.op === 'gas') {
      const reading = { pointId: 'g1', value: 9, alarmType: '1', alarmAtMs: run.atMs };
      const report = { companyCode: COMPANY, identifier: '', dataId: '', gatewayId: '', collectedAtMs: run.atMs };
      const readings = [{ ...reading, alarmEndAtMs: each.isOver ? run.atMs : null }];
      const records = [{ ...report, connected: null, reportType: '', readings }];
      run.entry('sensorReadings', { origin: createOrigin(), records }, run.atMs);
    } else {
      const standing = run.standing;
      const alarm = standing[each.n % Math.max(1, standing.length)];
      if (alarm !== undefined) run.act(each.act, alarm.alarmId);
    }
  }
  return run;
}

describe('gatherings, whatever comes', () => {
  it('[GAT-23] an engine restored at any entry says the same, byte for byte, with the same digest', () => {
    fc.assert(
      fc.property(
        fc.array(op, { minLength: 4, maxLength: 14 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ops, share) => {
          const whole = play(ops);
          const cut = Math.floor(share * whole.entries.length);
          const before = new CrowdRun();
          for (const entry of whole.entries.slice(0, cut)) before.take(entry);
          const loaded = loadSnapshot(saveSnapshot(before.engine, 'e'), projection, 'e');
          if (!loaded.ok) throw new Error(loaded.problem);
          const resumed = whole.entries.slice(cut).flatMap((entry) => loaded.engine.step(entry) ?? []);
          const seq = whole.entries[cut]?.seq ?? Number.POSITIVE_INFINITY;
          expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole.published.filter((item) => item.seq >= seq)));
          expect(digestOf(loaded.engine)).toBe(digestOf(whole.engine));
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);

  it('[GAT-24] whoever’s fix comes first within a second: the same gatherings of the same people at the same levels', () => {
    const paths = fc.array(fc.array(fc.constantFrom(...PLACES), { minLength: 3, maxLength: 3 }), {
      minLength: 4,
      maxLength: 9,
    });
    fc.assert(
      fc.property(paths, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), (people, ranks) => {
        const order = people.map((_, i) => i).sort((a, b) => ranks[a]! - ranks[b]! || b - a);
        const told = (sequence: readonly number[]) => {
          const run = new CrowdRun();
          const alarms: AlarmView[] = [];
          for (let s = 1; s <= 240; s++) {
            const atMs = T0 + s * 1_000;
            for (const i of sequence) {
              const [east, north] = people[i]![Math.floor(s / 81)]!;
              run.fixes([at(east, north, atMs - 500, { person: `p${i}` })], atMs);
            }
            alarms.push(...run.tick(atMs));
          }
          return alarms
            .filter(({ rule }) => rule === 'gathering')
            .map(({ transition, level, count, people: members, raisedAtMs, onsetAtMs }) => ({
              ...{ transition, level, count, raisedAtMs, onsetAtMs },
              members: members.map(({ personId }) => personId),
            }))
            .map((one) => JSON.stringify(one))
            .sort();
        };
        expect(told(order)).toEqual(told(people.map((_, i) => i)));
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  it('[GAT-25] every alarm can end: when all have parted, yellow is over and each latched one takes its reset', () => {
    fc.assert(
      fc.property(fc.array(op, { minLength: 4, maxLength: 14 }), (ops) => {
        const run = play(ops);
        for (const [i, person] of [...run.places.keys()].entries()) run.stand({ [person]: [1_000 + i * 200, 0] });
        run.pass(45);
        for (const { alarmId, latched } of run.standing) {
          run.act('acknowledge', alarmId);
          if (latched) run.act('reset', alarmId);
        }
        expect(run.standing).toEqual([]);
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
