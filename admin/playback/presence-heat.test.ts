import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PositionColumns } from '../../db/copy/position-columns.ts';
import { lngLatAt, projection } from '../../test/builders/plane.ts';
import type { PastAlias, PastPark } from './ports.ts';
import { presenceHeat } from './presence-heat.ts';

const T0 = Date.UTC(2026, 6, 1, 8);

interface Fix {
  readonly id: number;
  readonly atS: number;
  readonly east: number;
}

/** Fixes at T0 and seconds, in the order given. */
const pastOf = (fixes: readonly Fix[]): Pick<PastPark, 'positions'> => ({
  async positions(ids, fromMs, toMs, into: PositionColumns) {
    for (const { id, atS, east } of fixes) {
      const atMs = T0 + atS * 1_000;
      if (!ids.includes(id) || atMs <= fromMs || atMs > toMs) continue;
      into.reserve(into.count + 1);
      const row = into.count++;
      const { lng, lat } = lngLatAt(east, 0.5);
      into.personId[row] = id;
      into.observedAtMs[row] = atMs;
      into.lng[row] = Math.round(lng * 1e7);
      into.lat[row] = Math.round(lat * 1e7);
    }
  },
});

const heatOf = (fixes: readonly Fix[], fromS: number, toS: number, cellM = 10, aliases: readonly PastAlias[] = []) =>
  presenceHeat(pastOf(fixes), projection, {
    ids: [1, 2, 3],
    aliases,
    fromMs: T0 + fromS * 1_000,
    toMs: T0 + toS * 1_000,
    cellM,
  });

it('[PLAY-20] a fix holds until the next, 30 s at most, within the span', async () => {
  const fixes = [
    { id: 1, atS: -10, east: 5 },
    { id: 1, atS: 10, east: 105 },
    { id: 1, atS: 50, east: 5 },
    { id: 2, atS: 55, east: 205 },
  ];
  const { easting, personSeconds, people } = await heatOf(fixes, 0, 60);
  const bySouth = easting.map((east, n) => [Math.round((east - easting[0]!) / 10) * 10, personSeconds[n]]);
  expect(bySouth).toEqual([
    [0, 20],
    [100, 30],
    [200, 5],
  ]);
  expect(people).toBe(2);
});

it('[PLAY-20] the cells add up to what the people were there for, in whatever order and however the span is read', async () => {
  const fix = fc.record({
    id: fc.integer({ min: 1, max: 3 }),
    atS: fc.integer({ min: -60, max: 50_000 }),
    east: fc.integer({ min: -500, max: 500 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fix, { selector: ({ id, atS }) => `${id}/${atS}`, maxLength: 60 }),
      async (fixes) => {
        const { personSeconds, easting, northing } = await heatOf(fixes, 0, 49_000);
        let expected = 0;
        for (const { id, atS } of fixes) {
          const later = fixes.filter((one) => one.id === id && one.atS > atS).map((one) => one.atS);
          expected += Math.max(0, Math.min(49_000, atS + 30, ...later) - Math.max(0, atS));
        }
        expect(personSeconds.reduce((sum, seconds) => sum + seconds, 0)).toBe(expected);
        expect(new Set(easting.map((east, n) => `${east}/${northing[n]}`)).size).toBe(easting.length);
      },
    ),
  );
});

it('[PLAY-20] a fix holds on where the next slice of what is read begins', async () => {
  // Slices of 6 h, the first from 30 s before the span.
  const border = 6 * 3_600 - 30;
  const fixes = [
    { id: 1, atS: border - 10, east: 5 },
    { id: 2, atS: border - 10, east: 105 },
    { id: 2, atS: border + 5, east: 5 },
    { id: 3, atS: border, east: 205 },
  ];
  const { personSeconds, people } = await heatOf(fixes, 0, 8 * 3_600);
  expect([personSeconds, people]).toEqual([[60, 15, 30], 3]);
});

it('[PLAY-21] too many cells are refused with what to change', async () => {
  const fixes = Array.from({ length: 200_001 }, (_, n) => ({ id: 1, atS: n / 10, east: n * 2 }));
  await expect(heatOf(fixes, 0, 30_000, 1)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    detail: expect.stringContaining('larger'),
  });
});

it("[PLAY-11] a tag's fixes are its first wearer's until that was told, and nobody's whom it was asked of then", async () => {
  const fixes = [
    { id: 9, atS: 0, east: 5 },
    { id: 9, atS: 20, east: 5 },
    { id: 2, atS: 25, east: 5 },
  ];
  const alias = { id: 1, alsoId: 9, untilMs: T0 + 20_000 };
  const { personSeconds, people } = await heatOf(fixes, 0, 60, 10, [alias]);
  expect([personSeconds, people]).toEqual([[60], 2]);
});
