/** The axis of the time line: where its times are written, and what lies on it. Pure. */
import type { PlayedSpan } from './playback-player.ts';

const MINUTE_MS = 60_000;
const EVERY_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * MINUTE_MS);
const TICKS_AT_MOST = 9;

/** Full minutes or hours of the park's own time. `zoneOffsetMs`: what its clocks are ahead of UTC. */
export function axisTicks({ fromMs, toMs }: PlayedSpan, zoneOffsetMs: number): number[] {
  const spanMs = toMs - fromMs;
  const everyMs = EVERY_MS.find((ms) => spanMs / ms <= TICKS_AT_MOST) ?? 6 * 3_600_000;
  const first = Math.ceil((fromMs + zoneOffsetMs) / everyMs) * everyMs - zoneOffsetMs;
  const ticks: number[] = [];
  for (let atMs = first; atMs <= toMs; atMs += everyMs) ticks.push(atMs);
  return ticks;
}

/** In percent of the axis. */
export const axisPercent = ({ fromMs, toMs }: PlayedSpan, atMs: number): number =>
  toMs > fromMs ? Math.max(0, Math.min(100, ((atMs - fromMs) / (toMs - fromMs)) * 100)) : 0;

export interface AxisMark {
  readonly alarmId: string;
  readonly level: number;
  readonly atMs: number;
  /** null: it goes on beyond the axis. */
  readonly endedAtMs: number | null;
}

/** Gravest last, so that it lies above the others. */
export const inDrawingOrder = <T extends Pick<AxisMark, 'level'>>(marks: readonly T[]): T[] =>
  [...marks].sort((a, b) => b.level - a.level);

/** Runs of positions without a gap; stored ones farther apart than this leave one. */
const GAP_MS = 90_000;

export function runsOf(observedAtMs: readonly number[]): PlayedSpan[] {
  const runs: { fromMs: number; toMs: number }[] = [];
  for (const at of observedAtMs) {
    const last = runs.at(-1);
    if (last !== undefined && at - last.toMs <= GAP_MS) last.toMs = at;
    else runs.push({ fromMs: at, toMs: at });
  }
  return runs;
}
