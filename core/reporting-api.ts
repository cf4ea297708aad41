/**
 * JSON shapes of the reporting watch, read only.
 *
 *   GET /api/reporting                                  -> ReportingAnswer
 *   GET /api/reporting/score-cards?from=&to=&company=   -> ScoreCardsAnswer   (at most 31 days; default: the day until now)
 */
export interface ReportingAnswer {
  /** Minutes before it are in the rates; null: none are yet. */
  readonly ratesUntilMs: number | null;
  /** Senders that are expected now, and those of them that are heard (online or late). */
  readonly expected: number;
  readonly online: number;
  readonly senders: readonly ReportingSender[];
}

export interface ReportingSender {
  readonly companyCode: string;
  readonly companyName: string;
  readonly interfaceName: string;
  /** `unknown`: expected by its stage, and never heard. */
  readonly state: 'unknown' | 'online' | 'late' | 'silent' | 'maintenance';
  readonly sinceMs: number | null;
  readonly heardAtMs: number | null;
  readonly mode: 'periodic' | 'on-change' | null;
  readonly allowedS: number | null;
  readonly phi: number | null;
  /** Of the running day and month, UTC+8. */
  readonly day: OnlineRate;
  readonly month: OnlineRate;
}

export interface OnlineRate {
  readonly onlineMinutes: number;
  /** Without declared maintenance and the park's own downtime. */
  readonly countedMinutes: number;
  /** 0 to 1; null: no minute counted. */
  readonly rate: number | null;
}

export interface ScoreCardsAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cards: readonly ScoreCard[];
}

/** Of one company and interface. Shares are 0 to 1; null: there was nothing to judge by. */
export interface ScoreCard {
  readonly companyCode: string;
  readonly interfaceName: string;
  /** 0 to 100. */
  readonly score: number | null;
  readonly records: number;
  /** Receipt - observation; below zero the sender's clock is ahead. The median is the best guess of its offset. */
  readonly delayP50Ms: number | null;
  readonly delayP95Ms: number | null;
  readonly lateShare: number | null;
  readonly aheadShare: number | null;
  readonly duplicateShare: number | null;
  readonly refusedShare: number | null;
  readonly implausibleShare: number | null;
  readonly completeShare: number | null;
  readonly onlineRate: number | null;
  /** Requests refused as a whole, by code. */
  readonly refusedRequests: Readonly<Record<string, number>>;
  /** Kinds of coordinate findings that are open; of positions only. */
  readonly findings: readonly string[];
}
