/** Stores over one database, and the database read back in the words of its rows: what the suites of storage stand on. */
import type { LedgerLine, RefusalLine } from '../../db/ledger-counts.ts';
import type { PermitRow } from '../../db/permits/permit-row.ts';
import type { StorePort } from '../../db/store-port.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';

export interface PositionView {
  readonly person: string;
  readonly observedAtMs: number;
  readonly source: string;
  readonly lng: number | null;
  readonly lat: number | null;
  readonly heightCm: number | null;
  readonly delayMs: number;
  readonly accuracyDm: number | null;
  readonly flags: number;
}

export interface PersonRowView {
  readonly personId: string | null;
  readonly cardNo: string | null;
  readonly name: string;
  readonly type: string;
  readonly registered: boolean;
  readonly deleted: boolean;
}

export interface VendorRecordView {
  readonly interface: string;
  readonly recordId: string;
  readonly jointTest: boolean;
  readonly atMs: number | null;
  readonly endedAtMs: number | null;
  readonly personIds: readonly string[];
  readonly areaId: string | null;
  readonly body: unknown;
  readonly deleted: boolean;
}

/** A standing row of a register. */
export interface RegisterRowView {
  readonly companyCode: string | null;
  readonly state: string | null;
  readonly version: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly fromVendor: readonly string[];
}

export interface HeartbeatView {
  readonly companyCode: string;
  readonly interface: string;
  readonly jointTest: boolean;
  readonly mode: string;
  readonly intervalS: number | null;
  readonly receivedAtMs: number;
}

export interface QuarantineView {
  readonly seq: number;
  readonly namedBy: string;
  readonly kind: number | null;
  readonly body: Uint8Array | null;
  /** That the ledger counted as quarantined; null: none. */
  readonly records: number | null;
  readonly againSeq: number | null;
}

/** A permit as it stands, joint tests among them. */
export interface PermitView {
  readonly companyCode: string;
  readonly jointTest: boolean;
  readonly state: PermitState;
  readonly row: PermitRow;
  readonly alarms: { readonly count: number; readonly open: number; readonly worst: number | null };
}

export interface StorageHarness {
  /** Another store over the same database, as another process would open it. */
  open(): StorePort;
  /** Sorted by person, time, source; person is PERSON_ID or `card:` and CARD_NO, behind `joint:` in a joint test. */
  positions(): Promise<PositionView[]>;
  /** Newest place per person and source after close. */
  latest(): Promise<{ person: string; source: string; observedAtMs: number }[]>;
  persons(): Promise<PersonRowView[]>;
  /** Versions of one area, oldest first, by name; and the name that stands. */
  areaVersions(areaId: string): Promise<{ versions: string[]; name: string | null; deleted: boolean | null }>;
  alarms(): Promise<AlarmView[]>;
  transitions(): Promise<{ seq: number; alarmId: string; transition: string }[]>;
  /** Documents as they stand, by kind and key; and how many changes of each are kept. */
  docs(): Promise<{ doc: string; gone: boolean; companyCodes: readonly string[]; value: unknown; changes: number }[]>;
  acts(): Promise<{ actId: string; alarmId: string }[]>;
  audits(): Promise<{ action: string; subject: string | null; userName: string }[]>;
  ledger(): Promise<LedgerLine[]>;
  refusals(): Promise<RefusalLine[]>;
  quarantine(): Promise<QuarantineView[]>;
  /** Tags whose positions up to an instant are a person's. */
  aliases(): Promise<{ person: string; tag: string; untilMs: number }[]>;
  /** Sorted by interface, id, joint test. */
  vendorRecords(): Promise<VendorRecordView[]>;
  /** Standing rows of these keys, by key. */
  registerRows(register: string, keys: readonly string[]): Promise<RegisterRowView[]>;
  heartbeats(): Promise<HeartbeatView[]>;
  /** Sorted by company and point. */
  newestReadings(): Promise<
    { companyCode: string; pointId: string; value: number; isSounding: boolean; atMs: number }[]
  >;
  sensorReports(): Promise<{ dataId: string; collectedAtMs: number; readings: unknown }[]>;
  /** Sorted by company, id, joint test. */
  permits(): Promise<PermitView[]>;
  /** The history, sorted by permit, update time and content. */
  permitWords(): Promise<
    {
      companyCode: string;
      permitId: string;
      jointTest: boolean;
      appId: string;
      receivedAtMs: number;
      said: PermitRecord;
    }[]
  >;
  /** Months with permits, sorted. */
  permitMonths(): Promise<{ month: string; companyCode: string; workCode: string; permits: number }[]>;
  samples(): Promise<{ interface: string; sample: string; batchId: string; firstAtMs: number }[]>;
  /** Makes the next transaction fail just before it ends, as a crash would. */
  failNextCommit(): Promise<void>;
  close(): Promise<void>;
}
