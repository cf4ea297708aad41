/**
 * JSON shapes of the hand-over of a shift (交接班); times ms since 1970, conventions as in web-api.ts. The park's desk has its own
 * hand-overs and each company its own; nobody sees another's.
 *
 *   GET  /api/handovers/draft?from      -> HandoverDraft        what would be handed over now
 *   POST /api/handovers                 -> Handover             { fromMs, name, notes }: handed over now, as the server sums it up
 *   GET  /api/handovers?limit&before    -> HandoverPage         newest first
 *   GET  /api/handovers/:id             -> Handover
 *   POST /api/handovers/:id/take        -> Handover             { name, notes }; 409 CONFLICT: somebody took it over; 422 INPUT_INVALID:
 *                                                              by whom it was handed over
 */
/** The longest span that is summed up. */
export const HANDOVER_LIMIT_MS = 48 * 3_600_000;
/** Of each kind that is listed; the counts beside it are of all. */
export const HANDOVER_LISTED = 200;

/** Alarms raised in the span, of one class and level. */
export interface HandoverAlarms {
  readonly rule: string;
  readonly level: number;
  readonly raised: number;
  readonly acknowledged: number;
  readonly ended: number;
  readonly markedFalse: number;
  readonly escalated: number;
  /** Mean from the raising to the acknowledgement; null: none was acknowledged. */
  readonly acknowledgedAfterMs: number | null;
}

export interface HandoverStanding {
  readonly alarmId: string;
  readonly rule: string;
  readonly level: number;
  /** Of the person; '' where it is about none. */
  readonly person: string;
  readonly area: string;
  readonly subject: string;
  readonly companyCodes: readonly string[];
  readonly onsetAtMs: number;
  readonly active: boolean;
  readonly acknowledgedBy: string | null;
  readonly shelfId: string | null;
  readonly comments: readonly { readonly by: string; readonly atMs: number; readonly text: string }[];
}

export interface HandoverSummary {
  readonly fromMs: number;
  readonly toMs: number;
  readonly alarms: readonly HandoverAlarms[];
  /** Every alarm that has not ended, whenever it was raised; the gravest first. */
  readonly standing: readonly HandoverStanding[];
  readonly standingCount: number;
  readonly shelves: readonly {
    readonly shelfId: string;
    readonly rule: string | null;
    /** areaKey() */
    readonly area: string | null;
    readonly areaName: string;
    /** `company/person` */
    readonly person: string | null;
    readonly personName: string;
    readonly reason: string;
    readonly by: string;
    readonly untilMs: number;
  }[];
  /** Open ones, the nearest deadline first. */
  readonly orders: readonly {
    readonly orderId: string;
    readonly rule: string;
    readonly level: number;
    readonly subject: string;
    readonly place: string;
    readonly state: string;
    readonly party: string;
    readonly assignee: string | null;
    readonly deadlineAtMs: number;
  }[];
  readonly orderCount: number;
  /** In progress or paused. */
  readonly permits: readonly {
    readonly companyCode: string;
    readonly permitId: string;
    readonly number: string | null;
    readonly companyName: string;
    readonly workCode: string;
    readonly status: string;
    readonly site: string;
    readonly validToMs: number | null;
    readonly openAlarms: number;
  }[];
  readonly permitCount: number;
  /** Interfaces of suppliers that are silent now. */
  readonly silent: readonly {
    readonly companyCode: string;
    readonly companyName: string;
    readonly interfaceName: string;
    readonly sinceMs: number;
  }[];
  /** Of the companies named in it, as far as the desk may know them. */
  readonly companyNames: Readonly<Record<string, string>>;
}

export interface HandoverPerson {
  /** Of the account. */
  readonly userName: string;
  /** Of the person, where a desk shares an account. */
  readonly name: string;
  readonly atMs: number;
  readonly notes: string;
}

export interface HandoverHead {
  readonly id: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly given: HandoverPerson;
  /** null: nobody took it over yet. */
  readonly taken: HandoverPerson | null;
}
export interface Handover extends HandoverHead {
  readonly summary: HandoverSummary;
}
export interface HandoverPage {
  readonly handovers: readonly HandoverHead[];
  /** For `before`; null: this was the last page. */
  readonly next: number | null;
}
export interface HandoverDraft {
  readonly summary: HandoverSummary;
  /** Of the caller's session. */
  readonly signedInAtMs: number;
  /** When this desk was last handed over; null: never. */
  readonly lastAtMs: number | null;
}
