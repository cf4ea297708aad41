/**
 * The store's end in memory, for tests: the same rules over plain maps, each batch built on a copy that replaces the
 * tables only when all of it went well. Several stores may share one MemoryTables, as processes share a database.
 * Twin of store.ts; both run test/contract/storage.ts.
 */
import { AppError } from '../core/errors.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { AreaRecord, FixBatch, LogEntry, PersonRecord } from '../stream/protocol/entry.ts';
import { cleanRecords, cleanText } from './clean-text.ts';
import { NULL_INT4, PositionColumns } from './copy/position-columns.ts';
import { appendFixRows, stringUses, USE } from './fix-rows.kernel.ts';
import {
  countUnfit,
  countVerdicts,
  LEDGER_FIELDS,
  LedgerCounts,
  type LedgerLine,
  receivedLine,
} from './ledger-counts.ts';
import {
  areaStanding,
  isSaidAnew,
  judgeRecord,
  personStanding,
  type Standing,
  type Verdict,
} from './register-rules.ts';
import type { Applied, StoreBatch, StoreClaim, StoreOffsets, StorePlace, StorePort } from './store-port.ts';

export interface MemoryPerson {
  readonly id: number;
  readonly companyCode: string;
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

export class MemoryTables {
  offset: (StorePlace & { readonly epoch: string; readonly term: number }) | null = null;
  people: MemoryPerson[] = [];
  words: string[] = [''];
  positions = new Map<string, MemoryPosition>();
  latest = new Map<string, MemoryPosition>();
  areas = new Map<string, { record: AreaRecord; standing: Standing; versions: AreaRecord[] }>();
  alarms = new Map<string, AlarmView>();
  transitions = new Map<string, { readonly seq: number; readonly alarm: AlarmView }>();
  acts = new Map<string, { readonly actId: string; readonly alarmId: string }>();
  audits: { readonly action: string; readonly subject: string | null; readonly userName: string }[] = [];
  ledger = new Map<string, LedgerLine>();
  quarantine = new Map<string, { readonly seq: number; readonly namedBy: string; readonly body: Uint8Array | null }>();

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
    copy.acts = new Map(this.acts);
    copy.audits = [...this.audits];
    copy.ledger = new Map([...this.ledger].map(([key, line]) => [key, { ...line }]));
    copy.quarantine = new Map(this.quarantine);
    return copy;
  }
}

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
    tables.transitions = setApart(tables.transitions, offset, to.nextSeq);
    tables.quarantine = setApart(tables.quarantine, offset, to.nextSeq);
    tables.audits.push({ action: 'log.tail-lost', subject: offset.epoch, userName: 'store' });
    this.#offsets = { nextSeq: to.nextSeq, alarmsNextSeq: to.alarmsNextSeq };
  }

  async apply(batch: StoreBatch): Promise<Applied> {
    const offset = this.#requireOffset();
    const tables = this.#database.tables.draft();
    const counts = new LedgerCounts();
    let fixes = 0;
    for (const entry of batch.entries) fixes += applyEntry(tables, entry, counts, offset.epoch);
    for (const unfit of batch.unfit) {
      countUnfit(counts, unfit.entry, unfit.raw.receivedAtMs);
      const { seq, body } = unfit.raw;
      tables.quarantine.set(`${offset.epoch}/${seq}/store`, { seq, namedBy: 'store', body });
    }
    for (const item of batch.effects) {
      item.effects.forEach((effect, ordinal) => {
        if (effect.t !== 'alarm') return;
        tables.alarms.set(effect.alarm.alarmId, effect.alarm);
        tables.transitions.set(`${offset.epoch}/${item.seq}/${ordinal}`, { seq: item.seq, alarm: effect.alarm });
      });
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

/** Rows of a lost tail under an epoch that no log has; keys begin with `epoch/`. */
function setApart<T extends { readonly seq: number }>(
  rows: ReadonlyMap<string, T>,
  { epoch, term }: { readonly epoch: string; readonly term: number },
  fromSeq: number,
): Map<string, T> {
  const isLost = (key: string, row: T): boolean => key.startsWith(`${epoch}/`) && row.seq >= fromSeq;
  return new Map([...rows].map(([key, row]) => [isLost(key, row) ? key.replace(epoch, `${epoch}~${term}`) : key, row]));
}

/** Returns the number of fixes in it. */
function applyEntry(tables: MemoryTables, entry: LogEntry, counts: LedgerCounts, epoch: string): number {
  switch (entry.kind) {
    case 'fixes': {
      const line = receivedLine(counts, entry);
      const stored = applyFixes(tables, entry.body, entry.receivedAtMs);
      line.stored += stored;
      line.duplicate += entry.body.count - stored;
      return entry.body.count;
    }
    case 'persons': {
      const line = receivedLine(counts, entry);
      const { companyCode } = entry.body.origin;
      const records = cleanRecords(entry.body.records);
      countVerdicts(
        line,
        records.map((record) => applyPerson(tables, companyCode, record)),
      );
      return 0;
    }
    case 'areas': {
      const line = receivedLine(counts, entry);
      const { companyCode } = entry.body.origin;
      const records = cleanRecords(entry.body.records);
      countVerdicts(
        line,
        records.map((record) => applyArea(tables, companyCode, record)),
      );
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
      const { seq } = entry.body;
      tables.quarantine.set(`${epoch}/${seq}/watch`, { seq, namedBy: 'watch', body: null });
      return 0;
    }
    default:
      return 0;
  }
}

/** Returns how many were new. */
function applyFixes(tables: MemoryTables, batch: FixBatch, receivedAtMs: number): number {
  const uses = stringUses(batch);
  const size = batch.strings.length;
  const personIds = new Int32Array(size);
  const cardIds = new Int32Array(size);
  const words = new Int16Array(size);
  for (let k = 0; k < size; k++) {
    const text = cleanText(batch.strings[k] ?? '');
    const use = uses[k] ?? 0;
    const { companyCode } = batch.origin;
    if ((use & USE.person) !== 0) personIds[k] = personOf(tables, companyCode, text).id;
    if ((use & USE.card) !== 0) cardIds[k] = wearerOf(tables, companyCode, text).id;
    if ((use & (USE.source | USE.floor)) !== 0) words[k] = wordOf(tables, text);
  }
  const rows = new PositionColumns(batch.count);
  appendFixRows(rows, batch, receivedAtMs, personIds, cardIds, words, words);
  let stored = 0;
  for (let i = 0; i < rows.count; i++) {
    const personId = rows.personId[i] ?? 0;
    const observedAtMs = rows.observedAtMs[i] ?? 0;
    const source = tables.words[rows.source[i] ?? 0] ?? '';
    const key = `${personId}/${observedAtMs}/${source}`;
    if (tables.positions.has(key)) continue;
    const row = new PositionColumns(1);
    row.copyRow(0, rows, i);
    const position = { personId, observedAtMs, source, row };
    tables.positions.set(key, position);
    const latest = tables.latest.get(`${personId}/${source}`);
    const isPlace = row.lng[0] !== NULL_INT4 || latest === undefined || latest.row.lng[0] === NULL_INT4;
    if (isPlace && (latest === undefined || latest.observedAtMs < observedAtMs))
      tables.latest.set(`${personId}/${source}`, position);
    stored++;
  }
  return stored;
}

function addPerson(
  tables: MemoryTables,
  companyCode: string,
  personId: string | null,
  cardNo: string | null,
): MemoryPerson {
  const id = tables.people.length + 1;
  const person = {
    id,
    companyCode,
    personId,
    cardNo,
    name: '',
    type: 'unidentified',
    deleted: false,
    standing: null,
  };
  tables.people.push(person);
  return person;
}

const personOf = (tables: MemoryTables, companyCode: string, personId: string): MemoryPerson =>
  tables.people.find((person) => person.companyCode === companyCode && person.personId === personId) ??
  addPerson(tables, companyCode, personId, null);

function wearerOf(tables: MemoryTables, companyCode: string, cardNo: string): MemoryPerson {
  const holders = tables.people.filter((person) => person.companyCode === companyCode && person.cardNo === cardNo);
  return (
    holders.find((person) => person.personId !== null) ?? holders[0] ?? addPerson(tables, companyCode, null, cardNo)
  );
}

function wordOf(tables: MemoryTables, word: string): number {
  const known = tables.words.indexOf(word);
  return known === -1 ? tables.words.push(word) - 1 : known;
}

function applyPerson(tables: MemoryTables, companyCode: string, record: PersonRecord): Verdict {
  const known = tables.people.find(
    (person) => person.companyCode === companyCode && person.personId === record.personId,
  );
  const incoming = personStanding(record);
  const verdict = judgeRecord(known?.standing ?? undefined, incoming);
  if (verdict !== 'stored' && !isSaidAnew(verdict, known?.standing ?? undefined, incoming)) return verdict;
  const person = known ?? addPerson(tables, companyCode, record.personId, null);
  const cardNo = record.deleted ? null : record.cardNo;
  for (const other of tables.people) {
    if (other.companyCode === companyCode && other.personId !== null && other.cardNo === cardNo) other.cardNo = null;
  }
  Object.assign(person, { cardNo, name: record.name, type: record.type, deleted: record.deleted, standing: incoming });
  return verdict;
}

function applyArea(tables: MemoryTables, companyCode: string, record: AreaRecord): Verdict {
  const key = `${companyCode}/${record.areaId}`;
  const known = tables.areas.get(key);
  const standing = areaStanding(record);
  const verdict = judgeRecord(known?.standing, standing);
  if (verdict !== 'stored') return verdict;
  tables.areas.set(key, { record, standing, versions: [...(known?.versions ?? []), record] });
  return verdict;
}

function addLines(tables: MemoryTables, counts: LedgerCounts): void {
  for (const line of counts.lines) {
    const key = `${line.companyCode}/${line.interface}/${line.minuteMs}`;
    const sum = tables.ledger.get(key);
    if (sum === undefined) tables.ledger.set(key, line);
    else for (const field of LEDGER_FIELDS) sum[field] += line[field];
  }
}
