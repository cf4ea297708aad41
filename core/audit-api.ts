/** The audit as its administrator reads it. */

export interface AuditRow {
  readonly id: number;
  readonly atMs: number;
  readonly userId: string | null;
  readonly userName: string;
  /** One of admin/audit.ts, or of the store. */
  readonly action: string;
  readonly subject: string | null;
  /** `ok`, `refused`; of the store `accepted` and `noted`. */
  readonly outcome: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly address: string | null;
}

/** GET /api/audit?from&to&user&action&subject&outcome&search&after&limit: newest first. `next`: for `after`; null: no more. */
export interface AuditList {
  readonly rows: readonly AuditRow[];
  readonly next: string | null;
}

/** GET /api/audit/state */
export interface AuditState {
  /** 0: nothing was sealed yet. */
  readonly lastBlock: number;
  readonly lastSealedAtMs: number | null;
  /** Rows that wait for their seal; those whose row is gone among them. */
  readonly unsealed: number;
  readonly gone: number;
  readonly oldestAtMs: number | null;
  /** Of `park audit verify`; null: never. */
  readonly lastVerification: {
    readonly atMs: number;
    readonly isWhole: boolean;
    readonly rows: number;
    readonly faults: number;
  } | null;
  /** For the filter: what there can be. */
  readonly actions: readonly string[];
}
