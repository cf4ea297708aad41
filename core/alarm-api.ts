/**
 * Alarms between page and server, beside the live socket. All times ms since 1970. Scope: a company's users get their own.
 *   GET /api/alarms?from&to&limit&cursor&rule&level&area&company&person&state[&format=csv]  -> AlarmHistory of web-api.ts
 *   GET /api/alarms/statistics?from&to&by=rule|area|company|day|month + the same filters     -> AlarmStatistics
 *   GET /api/alarms/load?from&to                                                             -> AlarmLoadHistory (park roles)
 *   GET /api/alarms/:id                                                                      -> AlarmDetail
 */
export const ALARM_STATES = ['open', 'unacknowledged', 'ended', 'false', 'quiet'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

export const STATISTICS_BY = ['rule', 'area', 'company', 'day', 'month'] as const;
export type StatisticsBy = (typeof STATISTICS_BY)[number];

export interface AlarmStatisticsRow {
  /** Rule, areaKey() ('' none), company code, `YYYY-MM-DD` or `YYYY-MM` of UTC+8. */
  readonly key: string;
  readonly raised: number;
  readonly ended: number;
  /** Marked as false, and their share of those raised, 0 - 1. */
  readonly falseCount: number;
  readonly falseShare: number;
  readonly shelvedOrSuppressed: number;
  readonly escalated: number;
  /** Mean of those acknowledged; null: none was. */
  readonly acknowledgedAfterMs: number | null;
}
export interface AlarmStatistics {
  readonly rows: readonly AlarmStatisticsRow[];
}

export interface AlarmDetail {
  /** AlarmView of stream/protocol/effects.ts, as it is now. */
  readonly alarm: unknown;
  /** Oldest first. */
  readonly transitions: readonly {
    readonly atMs: number;
    readonly transition: string;
    /** null: the engine's own. */
    readonly by: string | null;
    readonly why: string | null;
    readonly level: number;
  }[];
}

export interface AlarmCauseCount {
  readonly rule: string;
  readonly subject: string;
  readonly count: number;
}

/** As EEMUA 191 counts: announcements, quiet ones and those that another explains left out. */
export interface AlarmLoadHistory {
  readonly announced: number;
  /** Per 10 min, those without any left out. */
  readonly buckets: readonly { readonly atMs: number; readonly count: number }[];
  readonly perHour: number;
  readonly mostIn10Min: number;
  /** Share of the 10 min periods that were in flood, 0 - 1. */
  readonly floodShare: number;
  readonly causes: readonly AlarmCauseCount[];
  readonly chattering: readonly AlarmCauseCount[];
  readonly byLevel: readonly [number, number, number, number];
  readonly falseShare: number;
  /** Active now, for more than 24 h. */
  readonly stale: number;
}
