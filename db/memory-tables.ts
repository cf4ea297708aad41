/** Tables of the memory store: what PostgreSQL holds, as plain maps. Owned by memory-store.ts. */
import type { StandingRow } from '../registers/merge.ts';
import type { AlarmView, DocEffect } from '../stream/protocol/effects.ts';
import type { AreaRecord, HeartbeatRecord, SensorReport } from '../stream/protocol/entry.ts';
import type { PermitState } from '../stream/protocol/permit-merge.ts';
import type { PositionColumns } from './copy/position-columns.ts';
import type { SampleNote } from './interface-samples.ts';
import type { KeptCounts, LedgerLine, RefusalLine } from './ledger-counts.ts';
import type { PermitWord } from './permits/permit-words.ts';
import type { Standing } from './register-rules.ts';
import type { StorePlace } from './store-port.ts';
import type { VendorRecord } from './vendor-records.ts';
import type { NewestReading } from './vendor-rows.ts';

export interface MemoryPerson {
  readonly id: number;
  readonly companyCode: string;
  readonly jointTest: boolean;
  readonly personId: string | null;
  cardNo: string | null;
  name: string;
  type: string;
  deleted: boolean;
  /** null: known from fixes only. */
  standing: Standing | null;
}

/** One stored fix, in the units of the table; `source` and `floor` are words. */
export interface MemoryPosition {
  readonly personId: number;
  readonly observedAtMs: number;
  readonly source: string;
  readonly row: PositionColumns;
}

export interface MemoryQuarantined {
  readonly seq: number;
  readonly namedBy: 'store' | 'watch' | 'lane';
  readonly kind: number | null;
  readonly body: Uint8Array | null;
  /** What the ledger counted; null: nothing. */
  readonly kept: KeptCounts | null;
  readonly againSeq: number | null;
}

export interface MemoryAreaVersion {
  readonly atMs: number;
  readonly record: AreaRecord;
}

export interface MemoryRow extends StandingRow {
  readonly register: string;
  readonly companyCode: string;
  readonly key: string;
  readonly state: string | null;
  readonly version: number;
  readonly gone: boolean;
}

export interface MemoryPermit {
  readonly companyCode: string;
  readonly jointTest: boolean;
  readonly state: PermitState;
}

export interface MemoryPermitWord extends PermitWord {
  readonly companyCode: string;
  readonly jointTest: boolean;
  readonly receivedAtMs: number;
  readonly appId: string;
}

export class MemoryTables {
  offset: (StorePlace & { readonly epoch: string; readonly term: number }) | null = null;
  people: MemoryPerson[] = [];
  words: string[] = [''];
  positions = new Map<string, MemoryPosition>();
  latest = new Map<string, MemoryPosition>();
  areas = new Map<string, { record: AreaRecord; standing: Standing; versions: MemoryAreaVersion[] }>();
  alarms = new Map<string, AlarmView>();
  transitions = new Map<string, { readonly seq: number; readonly atMs: number; readonly alarm: AlarmView }>();
  docs = new Map<string, DocEffect>();
  docChanges = new Map<string, { readonly seq: number; readonly atMs: number; readonly doc: DocEffect }>();
  acts = new Map<string, { readonly actId: string; readonly alarmId: string }>();
  audits: { readonly action: string; readonly subject: string | null; readonly userName: string }[] = [];
  ledger = new Map<string, LedgerLine>();
  refusals = new Map<string, RefusalLine>();
  doorReports = new Map<string, number>();
  quarantine = new Map<string, MemoryQuarantined>();
  vendorRecords = new Map<string, VendorRecord & { readonly scope: string; readonly interface: string }>();
  heartbeats = new Map<string, HeartbeatRecord & { readonly receivedAtMs: number }>();
  sensorReports = new Map<string, SensorReport>();
  /** By company and point. */
  newestReadings = new Map<string, NewestReading>();
  /** By register, company and key. */
  registerRows = new Map<string, MemoryRow>();
  samples = new Map<string, SampleNote>();
  /** By company and id; joint tests under keys of their own. */
  permits = new Map<string, MemoryPermit>();
  permitWords = new Map<string, MemoryPermitWord>();
  /** By month, company and detail code. */
  permitMonths = new Map<string, number>();
  /** By company and card. */
  firstWearers = new Map<string, { readonly personId: number; readonly sinceMs: number }>();

  /** A copy to work on: containers and everything that changes in place are new. */
  draft(): MemoryTables {
    const copy = new MemoryTables();
    copy.offset = this.offset;
    copy.people = this.people.map((person) => ({ ...person }));
    copy.words = [...this.words];
    copy.positions = new Map(this.positions);
    copy.latest = new Map(this.latest);
    copy.areas = new Map([...this.areas].map(([key, area]) => [key, { ...area, versions: [...area.versions] }]));
    copy.alarms = new Map(this.alarms);
    copy.transitions = new Map(this.transitions);
    copy.docs = new Map(this.docs);
    copy.docChanges = new Map(this.docChanges);
    copy.acts = new Map(this.acts);
    copy.audits = [...this.audits];
    copy.ledger = new Map([...this.ledger].map(([key, line]) => [key, { ...line }]));
    copy.refusals = new Map([...this.refusals].map(([key, line]) => [key, { ...line }]));
    copy.doorReports = new Map(this.doorReports);
    copy.quarantine = new Map(this.quarantine);
    copy.vendorRecords = new Map(this.vendorRecords);
    copy.heartbeats = new Map(this.heartbeats);
    copy.sensorReports = new Map(this.sensorReports);
    copy.newestReadings = new Map(this.newestReadings);
    copy.registerRows = new Map(this.registerRows);
    copy.samples = new Map(this.samples);
    copy.permits = new Map(this.permits);
    copy.permitWords = new Map(this.permitWords);
    copy.permitMonths = new Map(this.permitMonths);
    copy.firstWearers = new Map(this.firstWearers);
    return copy;
  }
}
