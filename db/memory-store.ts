/**
 * The store's end in memory, for tests: the same rules over plain maps, each batch built on a copy that replaces the
 * tables only when all of it went well. Several stores may share one MemoryTables, as processes share a database.
 * Twin of store.ts; both run test/contract/storage.ts.
 */
import { AppError } from '../core/errors.ts';
import type { LogEntry, SensorReport } from '../stream/protocol/entry.ts';
import { DOC_STORED } from '../stream/protocol/live-docs.ts';
import { cleanRecords } from './clean-text.ts';
import { keptDocs } from './doc-rows.ts';
import { type SampleNote, sampleNotes, samplesOfRecords } from './interface-samples.ts';
import {
  countDoor,
  countKept,
  countVerdicts,
  firstReceivedAtMs,
  LEDGER_FIELDS,
  LedgerCounts,
  type LedgerLine,
  receivedLine,
} from './ledger-counts.ts';
import { applyFixes } from './memory-positions.ts';
import { keepAside, setAside, takeOut } from './memory-quarantine.ts';
import { applyArea, applyPerson, writeRows } from './memory-registers.ts';
import { MemoryTables } from './memory-tables.ts';
import { applyPermits } from './permits/memory-permits.ts';
import type { Verdict } from './register-rules.ts';
import {
  type Applied,
  ledgerInterface,
  type RecordEntry,
  type StoreBatch,
  type StoreClaim,
  type StoreOffsets,
  type StorePlace,
  type StorePort,
} from './store-port.ts';
import {
  type Judged,
  type JudgedRecords,
  judgeVendorRecords,
  type VendorEntry,
  vendorRecordsOf,
} from './vendor-records.ts';
import { isJointTest, newestReadings, reportKeyOf } from './vendor-rows.ts';

/** What several stores share: one database. */
export interface MemoryDatabase {
  tables: MemoryTables;
  /** Thrown once in place of the next commit. */
  nextFailure: Error | null;
}

export const createMemoryDatabase = (): MemoryDatabase => ({ tables: new MemoryTables(), nextFailure: null });

export class MemoryStore implements StorePort {
  readonly #database: MemoryDatabase;
  #claim: StoreClaim | null = null;
  #offsets: StoreOffsets = { nextSeq: 0, alarmsNextSeq: 0 };

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async claim(claim: StoreClaim): Promise<StorePlace> {
    const { tables } = this.#database;
    const before = tables.offset;
    if (before !== null && before.epoch === claim.epoch && before.term > claim.term) {
      throw new AppError('TERM_LOST', { detail: `held by ${before.term}` });
    }
    if (before !== null && before.epoch !== claim.epoch) {
      tables.audits.push({ action: 'log.epoch-changed', subject: claim.epoch, userName: 'store' });
    }
    const { nextSeq, alarmsNextSeq } = before?.epoch === claim.epoch ? before : claim.first;
    const lastReceivedAtMs = before?.epoch === claim.epoch ? before.lastReceivedAtMs : null;
    tables.offset = { epoch: claim.epoch, term: claim.term, nextSeq, alarmsNextSeq, lastReceivedAtMs };
    this.#claim = claim;
    this.#offsets = { nextSeq, alarmsNextSeq };
    return { nextSeq, alarmsNextSeq, lastReceivedAtMs };
  }

  async moveBack(to: StoreOffsets): Promise<void> {
    const offset = this.#requireOffset();
    const { tables } = this.#database;
    tables.offset = { ...offset, ...to, lastReceivedAtMs: null };
    tables.audits.push({ action: 'log.tail-lost', subject: offset.epoch, userName: 'store' });
    const apart = `${offset.epoch}~${tables.audits.length}`;
    tables.transitions = setApart(tables.transitions, offset.epoch, apart, to.nextSeq);
    tables.docChanges = setApart(tables.docChanges, offset.epoch, apart, to.nextSeq);
    tables.quarantine = setApart(tables.quarantine, offset.epoch, apart, to.nextSeq);
    this.#offsets = { nextSeq: to.nextSeq, alarmsNextSeq: to.alarmsNextSeq };
  }

  async apply(batch: StoreBatch): Promise<Applied> {
    const offset = this.#requireOffset();
    const tables = this.#database.tables.draft();
    const counts = new LedgerCounts();
    let fixes = 0;
    for (const entry of batch.entries) fixes += applyEntry(tables, entry, counts, offset.epoch);
    for (const unfit of batch.unfit) keepAside(tables, unfit, counts, offset.epoch);
    for (const { item } of batch.unfitItems ?? []) {
      const body = new TextEncoder().encode(JSON.stringify(item.effects));
      setAside(tables, offset.epoch, { seq: item.seq, namedBy: 'lane', kind: null, body, kept: null });
    }
    for (const item of batch.effects) {
      item.effects.forEach((effect, ordinal) => {
        if (effect.t !== 'alarm') return;
        tables.alarms.set(effect.alarm.alarmId, effect.alarm);
        const { seq, atMs } = item;
        tables.transitions.set(`${offset.epoch}/${seq}/${ordinal}`, { seq, atMs, alarm: effect.alarm });
      });
    }
    for (const { seq, ordinal, atMs, doc } of keptDocs(batch.effects)) {
      tables.docs.set(`${doc.doc}:${doc.key}`, doc);
      if (DOC_STORED[doc.doc] !== 'changes') continue;
      tables.docChanges.set(`${offset.epoch}/${seq}/${ordinal}`, { seq, atMs, doc });
    }
    addLines(tables, counts);
    tables.offset = {
      ...offset,
      nextSeq: batch.nextSeq,
      alarmsNextSeq: batch.alarmsNextSeq,
      lastReceivedAtMs: batch.lastReceivedAtMs ?? offset.lastReceivedAtMs,
    };
    const failure = this.#database.nextFailure;
    this.#database.nextFailure = null;
    if (failure !== null) throw failure;
    this.#database.tables = tables;
    this.#offsets = { nextSeq: batch.nextSeq, alarmsNextSeq: batch.alarmsNextSeq };
    return {
      fixes,
      stored: counts.total('stored'),
      duplicate: counts.total('duplicate'),
      superseded: counts.total('superseded'),
      quarantined: counts.total('quarantined'),
    };
  }

  async flushed(): Promise<StoreOffsets> {
    this.#requireOffset();
    return this.#offsets;
  }

  async close(): Promise<void> {}

  #requireOffset(): NonNullable<MemoryTables['offset']> {
    const { offset } = this.#database.tables;
    if (
      offset === null ||
      this.#claim === null ||
      offset.term !== this.#claim.term ||
      offset.epoch !== this.#claim.epoch ||
      offset.nextSeq !== this.#offsets.nextSeq ||
      offset.alarmsNextSeq !== this.#offsets.alarmsNextSeq
    ) {
      throw new AppError('TERM_LOST', { detail: `expected sequence ${this.#offsets.nextSeq}` });
    }
    return offset;
  }
}

/** Rows of a lost tail under `apart`, an epoch that no log has; keys begin with `epoch/`. */
function setApart<T extends { readonly seq: number }>(
  rows: ReadonlyMap<string, T>,
  epoch: string,
  apart: string,
  fromSeq: number,
): Map<string, T> {
  const isLost = (key: string, row: T): boolean => key.startsWith(`${epoch}/`) && row.seq >= fromSeq;
  return new Map([...rows].map(([key, row]) => [isLost(key, row) ? key.replace(epoch, apart) : key, row]));
}

function lineOf(tables: MemoryTables, counts: LedgerCounts, entry: RecordEntry): LedgerLine {
  const { again } = entry.body.origin;
  if (again !== undefined) {
    const kept = takeOut(tables, `${again.epoch}/${again.seq}`, entry.seq);
    if (kept === null) return receivedLine(new LedgerCounts(), entry);
    countKept(counts, kept, -1);
  }
  return receivedLine(counts, entry);
}

function applyRecords(tables: MemoryTables, entry: Exclude<RecordEntry, { kind: 'fixes' }>): Judged {
  const { companyCode } = entry.body.origin;
  const scope = `${companyCode}/${isJointTest(entry.body) ? 'joint' : 'live'}`;
  const receivedAtMs = firstReceivedAtMs(entry);
  const plain = (verdicts: readonly Verdict[]): Judged => ({ verdicts, hasUpdate: false });
  switch (entry.kind) {
    case 'persons':
      if (isJointTest(entry.body)) return applyVendorRecords(tables, entry, scope);
      return plain(
        cleanRecords(entry.body.records).map((record) => applyPerson(tables, companyCode, record, receivedAtMs)),
      );
    case 'areas':
      if (isJointTest(entry.body)) return applyVendorRecords(tables, entry, scope);
      return plain(
        cleanRecords(entry.body.records).map((record) => applyArea(tables, companyCode, record, receivedAtMs)),
      );
    case 'gatherings':
    case 'personAlarms':
    case 'areaAlarms':
    case 'activities':
    case 'permitVideos':
    case 'permitAttachments':
    case 'permitAlarms':
      return applyVendorRecords(tables, entry, scope);
    case 'permits':
      return applyPermits(tables, entry.body, receivedAtMs);
    case 'heartbeats':
      for (const record of entry.body.records) {
        tables.heartbeats.set(`${scope}/${record.interfaceName}`, { ...record, receivedAtMs });
      }
      return plain(entry.body.records.map(() => 'stored'));
    case 'sensorReadings':
      return plain(
        entry.body.records.map((report) => {
          const key = `${scope}/${reportKeyOf(report)}`;
          if (tables.sensorReports.has(key)) return 'duplicate';
          tables.sensorReports.set(key, report);
          if (!isJointTest(entry.body)) noteNewest(tables, companyCode, report);
          return 'stored';
        }),
      );
    case 'records': {
      const judged = applyVendorRecords(tables, entry, scope);
      if (!isJointTest(entry.body)) writeRows(tables, entry.body.register, companyCode, judged);
      return judged;
    }
  }
}

function noteNewest(tables: MemoryTables, companyCode: string, report: SensorReport): void {
  for (const newest of newestReadings([report])) {
    const key = `${companyCode}/${newest.pointId}`;
    const known = tables.newestReadings.get(key);
    if (known === undefined || newest.collectedAtMs >= known.collectedAtMs) tables.newestReadings.set(key, newest);
  }
}

function applyVendorRecords(tables: MemoryTables, entry: VendorEntry, scope: string): JudgedRecords {
  const interfaceName = ledgerInterface(entry);
  const rows = [...tables.vendorRecords.values()].filter(
    (row) => row.scope === scope && row.interface === interfaceName,
  );
  const known = rows.map(({ recordId, atMs, personIds }) => ({ recordId, atMs: atMs ?? 0, personIds }));
  const standings = new Map(rows.map((row) => [row.recordId, { ...row.standing, deleted: row.deleted }]));
  const judged = judgeVendorRecords(vendorRecordsOf(entry, known), standings);
  for (const record of judged.written) {
    tables.vendorRecords.set(`${scope}/${interfaceName}/${record.recordId}`, {
      ...record,
      scope,
      interface: interfaceName,
    });
  }
  return judged;
}

function noteSamples(tables: MemoryTables, notes: readonly SampleNote[]): void {
  for (const note of notes) {
    const key = `${note.companyCode}/${note.interface}/${note.sample}`;
    if (!tables.samples.has(key)) tables.samples.set(key, note);
  }
}

/** Returns the number of fixes in it. */
function applyEntry(tables: MemoryTables, entry: LogEntry, counts: LedgerCounts, epoch: string): number {
  switch (entry.kind) {
    case 'fixes': {
      const line = lineOf(tables, counts, entry);
      const { stored, late } = applyFixes(tables, entry.body, firstReceivedAtMs(entry));
      const duplicate = entry.body.count - stored;
      line.stored += stored;
      line.duplicate += duplicate;
      noteSamples(tables, sampleNotes(entry, { duplicate: duplicate > 0, late: late > 0, updated: false }));
      return entry.body.count;
    }
    case 'persons':
    case 'areas':
    case 'gatherings':
    case 'personAlarms':
    case 'areaAlarms':
    case 'heartbeats':
    case 'sensorReadings':
    case 'records':
    case 'activities':
    case 'permits':
    case 'permitVideos':
    case 'permitAttachments':
    case 'permitAlarms': {
      const line = lineOf(tables, counts, entry);
      const judged = applyRecords(tables, entry);
      countVerdicts(line, judged.verdicts);
      noteSamples(tables, samplesOfRecords(entry, judged));
      return 0;
    }
    case 'doorCounts': {
      const { doorId, report } = entry.body;
      if (report > (tables.doorReports.get(doorId) ?? Number.NEGATIVE_INFINITY)) {
        tables.doorReports.set(doorId, report);
        countDoor(counts, entry.body);
      }
      return 0;
    }
    case 'act': {
      const { actId, act, alarmId, userName } = entry.body;
      if (!tables.acts.has(actId)) {
        tables.acts.set(actId, { actId, alarmId });
        tables.audits.push({ action: `alarm.${act}`, subject: alarmId, userName });
      }
      return 0;
    }
    case 'quarantined': {
      const { seq, entry: asItLay } = entry.body;
      const { kind = null, body = null } = asItLay ?? {};
      setAside(tables, epoch, { seq, namedBy: 'watch', kind, body, kept: null });
      return 0;
    }
    default:
      return 0;
  }
}

function addLines(tables: MemoryTables, counts: LedgerCounts): void {
  for (const line of counts.lines) {
    const key = `${line.companyCode}/${line.interface}/${line.minuteMs}`;
    const sum = tables.ledger.get(key);
    if (sum === undefined) tables.ledger.set(key, line);
    else for (const field of LEDGER_FIELDS) sum[field] += line[field];
  }
  for (const line of counts.refusals) {
    const key = `${line.companyCode}/${line.interface}/${line.minuteMs}/${line.code}`;
    const sum = tables.refusals.get(key);
    if (sum === undefined) tables.refusals.set(key, line);
    else sum.requests += line.requests;
  }
}
