/** What the connection strip says. Pure: an operator must know within three ticks that the picture stands still. */
import type { LiveStatus } from './live-connection.ts';

/** `stale`: older than three ticks. `lost`: no connection, or nothing for ten ticks and at least 10 s. */
export type Health = 'connecting' | 'live' | 'stale' | 'lost' | 'ended';

export const STALE_TICKS = 3;
export const LOST_TICKS = 10;
const LOST_MIN_MS = 10_000;
/** A frame is allowed this much of the road, or a 200 ms tick would flicker. */
const ROAD_MS = 400;

export function connectionHealth(
  status: Pick<LiveStatus, 'phase'>,
  /** Since the newest frame; null: none yet. */
  frameAgeMs: number | null,
  tickMs: number,
): Health {
  if (status.phase === 'ended') return 'ended';
  if (frameAgeMs === null) return status.phase === 'waiting' ? 'lost' : 'connecting';
  if (frameAgeMs > Math.max(LOST_MIN_MS, LOST_TICKS * tickMs)) return 'lost';
  if (status.phase === 'waiting') return 'lost';
  if (frameAgeMs > STALE_TICKS * tickMs + ROAD_MS) return 'stale';
  return status.phase === 'open' ? 'live' : 'stale';
}
