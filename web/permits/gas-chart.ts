/** Curves of gas analyses: one chart for each gas in one unit, its limits, and where its points lie. Pure. */
import type { GasLatest, GasRow, GasUnit } from '../../stream/protocol/permits.ts';
import { type ChartBox, roundTop } from '../pages/chart.ts';

export interface GasPoint {
  readonly atMs: number;
  readonly value: number;
  readonly point: string | null;
  /** false also where no limit is known. */
  readonly isOut: boolean;
}

export interface GasSeries {
  readonly gas: string;
  readonly unit: GasUnit | null;
  /** By time. */
  readonly points: readonly GasPoint[];
  readonly limitMin: number | null;
  readonly limitMax: number | null;
}

const keyOf = ({ gas, unit }: Pick<GasRow, 'gas' | 'unit'>): string => `${gas} ${unit ?? ''}`;

/** `latest`: what the engine holds each gas against; the same gas in another unit is another curve. */
export function gasSeries(rows: readonly GasRow[], latest: readonly GasLatest[]): GasSeries[] {
  const limits = new Map(latest.map((one) => [keyOf(one), one]));
  const series = new Map<string, { gas: string; unit: GasUnit | null; rows: GasRow[] }>();
  for (const row of rows) {
    const known = series.get(keyOf(row));
    if (known === undefined) series.set(keyOf(row), { gas: row.gas, unit: row.unit, rows: [row] });
    else known.rows.push(row);
  }
  return [...series.values()].map(({ gas, unit, rows: of }) => {
    const { limitMin = null, limitMax = null } = limits.get(keyOf({ gas, unit })) ?? {};
    const points = of
      .map(({ atMs, value, point }) => ({ atMs, value, point, isOut: isOutOf(value, limitMin, limitMax) }))
      .sort((a, b) => a.atMs - b.atMs);
    return { gas, unit, points, limitMin, limitMax };
  });
}

const isOutOf = (value: number, min: number | null, max: number | null): boolean =>
  (min !== null && value < min) || (max !== null && value > max);

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
  const spread = limitMin === null ? 0 : Math.max(highest - lowest, highest * 0.05);
  const bottom = limitMin === null ? Math.min(0, ...values) : lowest - spread * 0.25;
  const top = limitMin === null ? roundTop100(highest) : highest + spread * 0.25;
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
const roundTop100 = (value: number): number => (value <= 0 ? 1 : roundTop(value * 10_000) / 10_000);

/** Points of the curve's line. */
export const gasLine = (series: GasSeries, scale: GasScale): string =>
  series.points.map(({ atMs, value }) => `${scale.x(atMs).toFixed(1)},${scale.y(value).toFixed(1)}`).join(' ');
