/**
 * Ops alarms: what is wrong with the system itself (books that do not balance, an archive that lags), as against what is
 * wrong in the park. One standing alarm per code and subject; raising it again only renews `atMs` and `detail`. Kept in
 * Redis, so they stand while PostgreSQL is away; shown by the pages and by `park doctor`.
 */
export const OPS_ALARM_CODES = [
  /** received <> the sum of what became of it, in a minute that is over. Subject: company/interface. */
  'ledger-unbalanced',
  /** Memory or disk of the log above 70 %, or positions refused. Subject: memory or disk. */
  'log-filling',
  /** A registered reader was silent for a day and is waited for no more. Subject: log/reader or alarms/reader. */
  'reader-dropped',
  /** An entry's receipt time was far ahead, and was held. Subject: watch. */
  'time-jump',
  /** An entry was set aside. Subject: sequence. */
  'entry-quarantined',
  /** Numbers that nobody can read any more. Subject: reader; detail: from - to. */
  'log-range-lost',
  /** A replay, standby or restart came to another state than the log says. Subject: sequence. */
  'digest-differs',
  /** The archive does not keep up or cannot write. Subject: archive. */
  'archive-behind',
  /** Subject: base-backup or wal. */
  'backup-failed',
  /** Thinning or dropping of old positions does not keep up. Subject: positions. */
  'retention-behind',
  /** Coordinates of a company look wrong. Subject: company/kind of finding. */
  'coordinate-finding',
  /** As many gatherings of a company go on as can, and what else its supplier reported was passed over. Subject: company. */
  'gatherings-passed-over',
  /** A judge failed at a work permit, which is a defect: its other findings stand. Subject: company/permit. */
  'permit-not-judged',
  /** Somebody tries passwords or second factors: a name was locked. Subject: the name. */
  'sign-in-attack',
  /** Rows of the audit wait for their seal, or heads of its chain are written nowhere outside. Subject: rows or heads. */
  'audit-behind',
  /** The chain of the audit in the database is not the one that is known outside. Subject: chain. */
  'audit-broken',
] as const;
export type OpsAlarmCode = (typeof OPS_ALARM_CODES)[number];

export interface OpsAlarm {
  readonly code: OpsAlarmCode;
  readonly subject: string;
  /** Whose page shows it besides the operators'; null: nobody else's. */
  readonly companyCode: string | null;
  readonly detail: string;
  readonly sinceMs: number;
  /** Last said so. */
  readonly atMs: number;
}

export interface OpsAlarms {
  /** Keeps `sinceMs` of one that stands. Throws REDIS_UNAVAILABLE. */
  raise(alarm: Omit<OpsAlarm, 'sinceMs'>): Promise<void>;
  /** No effect when it does not stand. */
  clear(code: OpsAlarmCode, subject: string): Promise<void>;
  /** Oldest first. */
  list(): Promise<OpsAlarm[]>;
}
