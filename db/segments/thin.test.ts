import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIX_FLAG } from '../../stream/protocol/entry.ts';
import { NULL_INT2, NULL_INT4, PositionColumns } from '../copy/position-columns.ts';
import { HEIGHT_TOLERANCE_M, thinTrack } from './thin.kernel.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const GAP_MS = 30_000;
const LNG = 1_214_800_000;
const LAT = 308_000_000;
/** Of the sphere that the tolerance is measured on, apart from the way the kernel counts. */
const EARTH_M = 6_371_000;

interface Fix {
  readonly stepMs: number;
  /** 1e-7 degree from the middle. */
  readonly east: number;
  readonly north: number;
  readonly heightCm: number;
  readonly floor: number;
  readonly flags: number;
}

const columnsOf = (fixes: readonly Fix[]): PositionColumns => {
  const columns = new PositionColumns(Math.max(1, fixes.length));
  let atMs = T0;
  fixes.forEach((fix, i) => {
    atMs += fix.stepMs;
    columns.observedAtMs[i] = atMs;
    const isPlaced = (fix.flags & FIX_FLAG.noPlace) === 0;
    columns.lng[i] = isPlaced ? LNG + fix.east : NULL_INT4;
    columns.lat[i] = isPlaced ? LAT + fix.north : NULL_INT4;
    columns.heightCm[i] = fix.heightCm;
    columns.floor[i] = fix.floor;
    columns.flags[i] = fix.flags;
  });
  columns.count = fixes.length;
  return columns;
};

const thin = (columns: PositionColumns, toleranceM = 1): Uint8Array => {
  const keep = new Uint8Array(columns.count);
  const kept = thinTrack(columns, 0, columns.count, { toleranceM, gapMs: GAP_MS }, keep);
  expect(kept).toBe(keep.reduce((sum, bit) => sum + bit, 0));
  return keep;
};

/** Great-circle distance in m between places in 1e-7 degree. */
function distanceM(lng1: number, lat1: number, lng2: number, lat2: number): number {
  const rad = Math.PI / 180 / 1e7;
  const a =
    Math.sin(((lat2 - lat1) * rad) / 2) ** 2 +
    Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lng2 - lng1) * rad) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a));
}

const fix = fc.record({
  stepMs: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 90_000 })),
  // Some metres: within the bound as often as not.
  east: fc.integer({ min: -300, max: 300 }),
  north: fc.integer({ min: -300, max: 300 }),
  heightCm: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 800 }) },
    { weight: 1, arbitrary: fc.constant(NULL_INT4) },
  ),
  floor: fc.oneof(
    { weight: 8, arbitrary: fc.constant(NULL_INT2) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
  ),
  flags: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom<number>(FIX_FLAG.online, FIX_FLAG.online | FIX_FLAG.charging) },
    { weight: 1, arbitrary: fc.constantFrom<number>(FIX_FLAG.sos, FIX_FLAG.sos | FIX_FLAG.noPlace, FIX_FLAG.sosKnown) },
  ),
});
/** A walk: places of fixes beside each other are near each other, so that most can go. */
const walk = fc.array(fix, { maxLength: 150 }).map((fixes) => {
  let east = 0;
  let north = 0;
  return fixes.map((one): Fix => {
    east += Math.round(one.east / 3);
    north += Math.round(one.north / 3);
    return { ...one, east, north };
  });
});

describe('thinning', () => {
  it('[RET-2] no fix left out lies farther than the bound from where the kept ones have the person then', () => {
    let left = 0;
    fc.assert(
      fc.property(walk, fc.constantFrom(1, 3, 10), (fixes, toleranceM) => {
        const columns = columnsOf(fixes);
        const keep = thin(columns, toleranceM);
        const { observedAtMs, lng, lat, heightCm } = columns;
        let before = 0;
        for (let i = 0; i < columns.count; i++) {
          if (keep[i] === 1) {
            before = i;
            continue;
          }
          left++;
          expect([columns.floor[before], NULL_INT2]).toContain(columns.floor[i]);
          const after = keep.indexOf(1, i);
          expect(after).toBeGreaterThan(i);
          const span = observedAtMs[after]! - observedAtMs[before]!;
          const share = span === 0 ? 0 : (observedAtMs[i]! - observedAtMs[before]!) / span;
          const between = (values: Int32Array): number => values[before]! + share * (values[after]! - values[before]!);
          // A flat scale against a sphere: they differ by less than a thousandth over a park.
          expect(distanceM(lng[i]!, lat[i]!, between(lng), between(lat))).toBeLessThanOrEqual(toleranceM * 1.001);
          if (heightCm[i] === NULL_INT4) expect(heightCm[before]).toBe(NULL_INT4);
          else expect(Math.abs(heightCm[i]! - between(heightCm))).toBeLessThanOrEqual(HEIGHT_TOLERANCE_M * 100);
        }
      }),
    );
    expect(left).toBeGreaterThan(0);
  });

  it('[RET-2] where fixes are left out, the kept ones beside them are at most the gap apart', () => {
    fc.assert(
      fc.property(walk, (fixes) => {
        const columns = columnsOf(fixes);
        const keep = thin(columns, 100);
        let before = 0;
        for (let i = 1; i < columns.count; i++) {
          if (keep[i] === 0) continue;
          if (i - before > 1)
            expect(columns.observedAtMs[i]! - columns.observedAtMs[before]!).toBeLessThanOrEqual(GAP_MS);
          before = i;
        }
        if (columns.count > 0) expect([keep[0], keep.at(-1)]).toEqual([1, 1]);
      }),
    );
  });

  it('[RET-2] keeps every SOS, every fix without a place, and both sides of a change of floor or button', () => {
    fc.assert(
      fc.property(walk, (fixes) => {
        const columns = columnsOf(fixes);
        const keep = thin(columns, 100);
        const buttonOf = (i: number): number =>
          columns.flags[i]! & (FIX_FLAG.sos | FIX_FLAG.noPlace | FIX_FLAG.sosKnown);
        const changesAfter = (i: number): boolean => {
          if (i < 0 || i + 1 >= columns.count) return false;
          const floors = [columns.floor[i], columns.floor[i + 1]];
          const changesFloor = floors[0] !== floors[1] && !floors.includes(NULL_INT2);
          return changesFloor || buttonOf(i) !== buttonOf(i + 1);
        };
        for (let i = 0; i < columns.count; i++) {
          const isSos = (columns.flags[i]! & (FIX_FLAG.sos | FIX_FLAG.noPlace)) !== 0;
          const changes = changesAfter(i - 1) || changesAfter(i);
          if (isSos || changes) expect(keep[i]).toBe(1);
        }
      }),
    );
  });

  it('[RET-2] somebody who stands still at 1 Hz leaves a fix every 30 s; with tolerance 0 all stay', () => {
    const still = Array.from({ length: 121 }, (_, i): Fix => {
      return { stepMs: i === 0 ? 0 : 1000, east: 0, north: 0, heightCm: 400, floor: 1, flags: 0 };
    });
    const columns = columnsOf(still);
    expect(Array.from(thin(columns)).flatMap((bit, i) => (bit === 1 ? [i] : []))).toEqual([0, 30, 60, 90, 120]);
    expect(thin(columns, 0).every((bit) => bit === 1)).toBe(true);
  });
});
