/**
 * Each fix once, whatever the order, the splits, the repeats and the deaths on the way: held against a set. The harness is
 * that of storage.ts; on TimescaleDB it compresses every day after each batch.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBalanced } from '../../db/ledger-counts.ts';
import { FIX_FLAG } from '../../stream/protocol/entry.ts';
import type { FixInput } from '../builders/entries.ts';
import { createFixBatch } from '../builders/entries.ts';
import type { StorageHarness } from './storage-harness.ts';
import { StoreRun, T0 } from './store-run.ts';

const DAY_S = 86_400;
/** Few values, so that repeats are the rule; over seven days, so that they lie in other segments. */
const fix = fc
  .record({
    person: fc.constantFrom('p1', 'p2', 'p3'),
    day: fc.integer({ min: -6, max: 0 }),
    second: fc.nat(4),
    source: fc.constantFrom(undefined, 'GNSS', 'UWB'),
  })
  .map(
    ({ person, day, second, source }): FixInput => ({
      person,
      atMs: T0 + (day * DAY_S + second) * 1000,
      lng: 121.48,
      lat: 30.8,
      ...(source === undefined ? {} : { source }),
    }),
  );
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ t: fc.constant('send' as const), fixes: fc.array(fix, { minLength: 1, maxLength: 8 }) }),
  },
  // A supplier whose system stood still sends what it has, again, in any order.
  {
    weight: 2,
    arbitrary: fc.record({ t: fc.constant('resend' as const), seed: fc.nat(), size: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('restart' as const), isOrderly: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ t: fc.constant('crash' as const), fixes: fc.array(fix, { minLength: 1, maxLength: 4 }) }),
  },
);

const keyOf = ({ person, atMs, source }: FixInput): string => `${person}/${atMs}/${source ?? ''}`;

export function storageExactness(name: string, createHarness: () => Promise<StorageHarness>, numRuns: number): void {
  describe(`exactness: ${name}`, () => {
    it('[STO-2] [STO-3] [STO-4] stores each fix once, late, repeated, out of order, and with its memory lost', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
          const harness = await createHarness();
          try {
            await follow(harness, steps);
          } finally {
            await harness.close();
          }
        }),
        { numRuns },
      );
    }, 240_000);

    it('[STO-36] an SOS without a time of its own is a row for each receipt: no press is taken for another', async () => {
      const harness = await createHarness();
      const run = await StoreRun.start(harness);
      const call = (receivedAtMs: number) => {
        const batch = createFixBatch([{ person: 'p1', atMs: receivedAtMs, sos: true }]);
        batch.flags[0] = (batch.flags[0] ?? 0) | FIX_FLAG.timeReplaced;
        return run.log.next('fixes', batch, receivedAtMs);
      };
      expect(await run.apply(call(T0), call(T0 + 1))).toMatchObject({ stored: 2, duplicate: 0 });
      expect(await harness.positions()).toMatchObject([{ delayMs: 0 }, { delayMs: 0 }]);
      await harness.close();
    });
  });
}

async function follow(
  harness: StorageHarness,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
) {
  const run = await StoreRun.start(harness);
  const model = new Set<string>();
  const sent: FixInput[] = [];
  let records = 0;
  const take = async (fixes: readonly FixInput[]): Promise<void> => {
    const isNew = (one: FixInput): boolean => !model.has(keyOf(one)) && model.add(keyOf(one)) !== undefined;
    const stored = fixes.filter(isNew).length;
    records += fixes.length;
    expect(await run.apply(run.fixes(fixes))).toMatchObject({ stored, duplicate: fixes.length - stored });
    sent.push(...fixes);
  };
  for (const one of steps) {
    if (one.t === 'restart') await run.restart(one.isOrderly);
    else if (one.t === 'send') await take(one.fixes);
    else if (one.t === 'resend') await take(pick(sent, one.seed, one.size));
    else {
      await harness.failNextCommit();
      await expect(run.apply(run.fixes(one.fixes))).rejects.toThrow();
      await harness.close();
      run.log.seq--;
      await run.restart(false);
      await take(one.fixes);
    }
  }
  const stored = (await harness.positions()).map((row) => `${row.person}/${row.observedAtMs}/${row.source}`);
  expect(stored.sort()).toEqual([...model].sort());
  const lines = await harness.ledger();
  expect(lines.every(isBalanced)).toBe(true);
  expect(lines.reduce((sum, line) => sum + line.received, 0)).toBe(records);
}

/** Some of `from`, shuffled; at least a repeat within the batch itself where it is large. */
function pick(from: readonly FixInput[], seed: number, size: number): FixInput[] {
  const picked: FixInput[] = [];
  let state = seed;
  for (let i = 0; i < size && from.length > 0; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const one = from[state % from.length];
    if (one !== undefined) picked.push(one);
  }
  return picked;
}
