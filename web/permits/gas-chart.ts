/** Curves of gas analyses: one chart for each gas in one unit, its limits, and where its points lie. Pure. */
import { parkDay } from '../../core/park-time.ts';
import { type GasContext, type GasVerdict, limitOf } from '../../standard/gases.ts';
import { editionOn } from '../../standard/gb30871.ts';
import type { GasRow, GasUnit } from '../../stream/protocol/permits.ts';
import { type ChartBox, roundTop } from '../pages/chart.ts';

export interface GasPoint {
  readonly atMs: number;
  readonly value: number;
  readonly point: string | null;
  /** `unknown`: unit or lower explosive limit is not known, so nobody can say. */
  readonly verdict: GasVerdict;
}

export interface GasSeries {
  readonly gas: string;
  readonly unit: GasUnit | null;
  /** By time. */
  readonly points: readonly GasPoint[];
  /** What the newest is held against. */
  readonly limitMin: number | null;
  readonly limitMax: number | null;
}

/** By the edition of the standard that held on the day of the analysis; the same gas in another unit is another curve. */
export function gasSeries(rows: readonly GasRow[], context: GasContext): GasSeries[] {
  const byGas = new Map<string, GasRow[]>();
  for (const row of rows) {
    const key = `${row.gas} ${row.unit ?? ''}`;
    byGas.set(key, [...(byGas.get(key) ?? []), row]);
  }
  return [...byGas.values()].map((of) => {
    const judged = of
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((row) => ({ row, limit: limitOf(row, editionOn(parkDay(row.atMs)), context) }));
    const newest = judged.at(-1);
    return {
      gas: newest?.row.gas ?? '',
      unit: newest?.row.unit ?? null,
      points: judged.map(({ row: { atMs, value, point }, limit: { verdict } }) => ({ atMs, value, point, verdict })),
      limitMin: newest?.limit.min ?? null,
      limitMax: newest?.limit.max ?? null,
    };
  });
}

export interface GasScale {
  readonly bottom: number;
  readonly top: number;
  x(atMs: number): number;
  y(value: number): number;
}

/** Room on both sides of a single analysis. */
const LEAST_SPAN_MS = 600_000;

/** Holds all points and limits. From zero, but where a floor is what matters (oxygen) from below that floor. */
export function gasScale({ points, limitMin, limitMax }: GasSeries, { width, height }: ChartBox): GasScale {
  const values = points.map(({ value }) => value);
  const highest = Math.max(...values, limitMax ?? 0, limitMin ?? 0);
  const lowest = Math.min(...values, limitMin ?? Number.POSITIVE_INFINITY);
  const step = roundUp(Math.max(highest - lowest, highest * 0.05) / 4);
  const bottom = limitMin === null ? Math.min(0, ...values) : Math.floor((lowest - step / 2) / step) * step;
  const top = limitMin === null ? roundUp(highest) : Math.ceil((highest + step / 2) / step) * step;
  const firstMs = points[0]?.atMs ?? 0;
  const lastMs = points.at(-1)?.atMs ?? 0;
  const missingMs = Math.max(0, LEAST_SPAN_MS - (lastMs - firstMs));
  const fromMs = firstMs - missingMs / 2;
  const spanMs = lastMs - firstMs + missingMs;
  return {
    bottom,
    top,
    x: (atMs) => ((atMs - fromMs) / spanMs) * width,
    y: (value) => height - ((value - bottom) / (top - bottom)) * height,
  };
}

/** roundTop() for shares far under one too. */
const roundUp = (value: number): number => (value <= 0 ? 1 : roundTop(value * 10_000) / 10_000);

/** Points of the curve's line. */
export const gasLine = (series: GasSeries, scale: GasScale): string =>
  series.points.map(({ atMs, value }) => `${scale.x(atMs).toFixed(1)},${scale.y(value).toFixed(1)}`).join(' ');
