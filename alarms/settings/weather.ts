/**
 * Topic `weather`, key '': what the park says of wind and bad weather, each notice with its time. Open-air work at height, hot work and
 * lifting go by it (GB 30871-2022 5.2.15, 8.2.6, 9.2.4).
 */
import type { Result } from '../../core/result.ts';
import type { Weather } from '../permits/finding.ts';
import { parseFields } from './fields.ts';

export interface WeatherNotice {
  /** From this instant on, up to but without the other, epoch ms; null: until further notice. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Beaufort; null: nothing said of the wind. */
  readonly windForce: number | null;
  /** Heavy rain, snow, thick fog (恶劣天气). */
  readonly isBad: boolean;
}
export interface WeatherNotices {
  readonly notices: readonly WeatherNotice[];
}

const NOTICES_MAX = 500;
const LAST_MS = Date.UTC(2200, 0);
export const STRONGEST_WIND = 17;

/** `{"notices": [{"fromMs": 1800000000000, "toMs": null, "windForce": 6, "isBad": false}]}` */
export const parseWeather = (value: unknown): Result<WeatherNotices, string> =>
  parseFields('weather', value, (fields) => ({
    notices: fields.each('notices', NOTICES_MAX, (notice) => {
      const fromMs = notice.integer('fromMs', 0, LAST_MS);
      return {
        fromMs,
        toMs: notice.raw('toMs') === null ? null : notice.integer('toMs', fromMs + 1, LAST_MS),
        windForce: notice.raw('windForce') === null ? null : notice.integer('windForce', 0, STRONGEST_WIND),
        isBad: notice.boolean('isBad'),
      };
    }),
  }));

/** Those that hold at the instant. */
export const weatherAt = ({ notices }: WeatherNotices, nowMs: number): Weather[] =>
  notices
    .filter(({ fromMs, toMs }) => fromMs <= nowMs && (toMs === null || nowMs < toMs))
    .map(({ fromMs, windForce, isBad }) => ({ windForce, isBad, sinceMs: fromMs }));

/** First instant after this one at which a notice begins or ends; null: none does. */
export function nextWeatherChangeMs({ notices }: WeatherNotices, nowMs: number): number | null {
  const edges = notices.flatMap(({ fromMs, toMs }) => (toMs === null ? [fromMs] : [fromMs, toMs]));
  const later = edges.filter((edgeMs) => edgeMs > nowMs);
  return later.length === 0 ? null : Math.min(...later);
}
