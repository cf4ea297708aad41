/**
 * The store's end in PostgreSQL: rows and both offsets of a batch in one transaction, fenced by the term in the offset
 * row. Invariant: whatever is in memory here (people, words, newest rows) is what the database holds or older; a failed
 * transaction takes its changes back, and `claim` reads everything anew. One instance per process, called by
 * server/roles/store.ts; twin: memory-store.ts; both run test/contract/storage-contract.ts.
 */
import { type Clock, isOver } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { EntryKindName, FixBatch } from '../stream/protocol/entry.ts';
import { applyAct, applyAlarms } from './alarm-rows.ts';
import { applyAreas } from './area-rows.ts';
import { cleanText } from './clean-text.ts';
import { PositionColumns } from './copy/position-columns.ts';
import { applyDocs } from './doc-rows.ts';
import { appendFixRows, stringUses, USE } from './fix-rows.kernel.ts';
import { noteSamples, type SampleNote, sampleNotes, samplesOfRecords } from './interface-samples.ts';
import {
  againOf,
  countDoor,
  countKept,
  countVerdicts,
  firstReceivedAtMs,
  LedgerCounts,
  type LedgerLine,
  originCounts,
  receivedLine,
} from './ledger-counts.ts';
import { addLedgerLines, takeDoorReport } from './ledger-rows.ts';
import { NameDictionary } from './name-dictionary.ts';
import { NewestTable } from './newest.kernel.ts';
import { OffsetRow } from './offset-row.ts';
import { isMissingPartition, type PartitionKeeper } from './partition-keeper.ts';
import { applyPermits, countAlarmsOfPermits, touchedByAlarms } from './permits/permit-rows.ts';
import { PersonCells } from './person-cells.kernel.ts';
import { insertPersonCells } from './person-cells.ts';
import { applyPersons, insertPendingSubjects } from './person-rows.ts';
import { type Pool, type PoolClient, queryRows, sqlState, withTransaction } from './pool.ts';
import { PositionWriter, ROW } from './position-rows.ts';
import { noteQuarantined, quarantineEntry, quarantineItem, takeOutOfQuarantine } from './quarantine-rows.ts';
import { isTaken, type VendorRegisters, vendorRegisterOf, writeRegisterRows } from './register-records.ts';
import type { Verdict } from './register-rules.ts';
import type {
  Applied,
  RecordEntry,
  StoreBatch,
  StoreClaim,
  StoreOffsets,
  StorePlace,
  StorePort,
  UnfitEntry,
} from './store-port.ts';
import { Subjects } from './subjects.ts';
import type { Judged } from './vendor-records.ts';
import { applyHeartbeats, applySensorReports, applyVendorRecords, isJointTest, noteDowntime } from './vendor-rows.ts';

/** Words of SOURCE and FLOOR_NO that get a number of their own; the rest is stored as 0. */
export const SOURCE_LIMIT = 256;
export const FLOOR_LIMIT = 4096;
/**
 * person_latest is written this long behind: an upsert costs PostgreSQL twice a COPY row, and in every transaction it
 * would double the work (docs/adr/0004).
 */
const LATEST_EVERY_MS = 10_000;

export interface StoreOptions {
  readonly pool: Pool;
  readonly partitions: PartitionKeeper;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What vendors send into registers goes there. */
  readonly registers: VendorRegisters;
}

/** Whatever the server's default; a stronger one (waiting for replicas) stays. */
const COMMIT_ON_DISK = `
  SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`;

/** Rows of one fixes entry within the batch's columns. */
interface FixRun {
  readonly entry: RecordEntry;
  readonly line: LedgerLine;
  readonly from: number;
  readonly to: number;
}

export class Store implements StorePort {
  readonly #pool: Pool;
  readonly #partitions: PartitionKeeper;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #subjects = new Subjects();
  readonly #sources = new NameDictionary(SOURCE_LIMIT);
  readonly #floors = new NameDictionary(FLOOR_LIMIT);
  readonly #newest = new NewestTable();
  readonly #cells = new PersonCells();
  readonly #writer = new PositionWriter();
  readonly #rows = new PositionColumns(4096);
  readonly #latestRows = new PositionColumns(1024);
  /** Bits of ROW by row. */
  #became = new Uint8Array(4096);
  #latestWrittenAtMs = 0;
  readonly #offset: OffsetRow;
  readonly #registers: VendorRegisters;

  constructor({ pool, partitions, clock, logger, registers }: StoreOptions) {
    this.#pool = pool;
    this.#registers = registers;
    this.#partitions = partitions;
    this.#clock = clock;
    this.#logger = logger;
    this.#offset = new OffsetRow(pool, logger);
  }

  async claim(claim: StoreClaim): Promise<StorePlace> {
    const place = await withTransaction(this.#pool, async (client) => {
      await client.query(COMMIT_ON_DISK);
      return this.#offset.take(client, claim);
    });
    await this.#loadMemory();
    this.#offset.standAt(claim, place);
    this.#latestWrittenAtMs = this.#clock.nowMs();
    return place;
  }

  async moveBack(to: StoreOffsets): Promise<void> {
    const { claim, offsets: from } = this.#offset;
    const { epoch } = claim;
    await withTransaction(this.#pool, async (client) => {
      await client.query(COMMIT_ON_DISK);
      await this.#offset.move(client, to, null);
      const [noted] = await queryRows<{ id: number }>(
        client,
        `INSERT INTO audit (user_name, action, subject, outcome, detail) VALUES ('store', 'log.tail-lost', $1, 'noted', $2)
         RETURNING id`,
        [epoch, { from, to }],
      );
      // Sequences are given anew, maybe often: what was stored under them keeps its place under a name that no log has.
      const lost = [`${epoch}~${noted?.id}`, epoch, to.nextSeq];
      for (const table of ['alarm_transition', 'doc_change', 'quarantine']) {
        await client.query(`UPDATE ${table} SET epoch = $1 WHERE epoch = $2 AND seq >= $3`, lost);
      }
    });
    this.#logger.error('log-lost-its-tail', { epoch, from, to });
    this.#offset.standAt(claim, to);
  }

  async apply(batch: StoreBatch): Promise<Applied> {
    try {
      return await this.#attempt(batch, false);
    } catch (error) {
      if (isMissingPartition(error)) {
        this.#partitions.forget();
        return this.#attempt(batch, false);
      }
      // Somebody entered the same key on a page meanwhile: the second time it is there.
      if (isTaken(error)) return this.#attempt(batch, false);
      if (sqlState(error) !== '23505') throw error;
      // Memory lagged behind the table (person_latest is written behind). The primary key decides, row by row.
      this.#logger.debug('store-staged-all', { nextSeq: this.#offset.offsets.nextSeq });
      return this.#attempt(batch, true);
    }
  }

  flushed(): Promise<StoreOffsets> {
    return this.#offset.flushed();
  }

  async close(): Promise<void> {
    if (!this.#offset.isClaimed || this.#newest.dirtyCount === 0) return;
    try {
      await withTransaction(this.#pool, async (client) => {
        await this.#offset.move(client, this.#offset.offsets, undefined);
        await this.#writeLatest(client);
      });
      this.#newest.written();
    } catch (error) {
      this.#logger.warn('person-latest-not-written', { error });
    }
  }

  async #loadMemory(): Promise<void> {
    this.#subjects.clear();
    this.#sources.clear();
    this.#floors.clear();
    this.#newest.clear();
    this.#cells.clear();
    const people = await queryRows<Parameters<Subjects['load']>[0]>(
      this.#pool,
      `SELECT id, company_code AS "companyCode", person_id AS "personId", card_no AS "cardNo", deleted,
              joint_test AS "jointTest"
       FROM person`,
    );
    for (const row of people) this.#subjects.load(row);
    const words = 'SELECT id, name FROM';
    for (const { id, name } of await queryRows<{ id: number; name: string }>(this.#pool, `${words} fix_source`)) {
      this.#sources.load(id, name);
    }
    for (const { id, name } of await queryRows<{ id: number; name: string }>(this.#pool, `${words} fix_floor`)) {
      this.#floors.load(id, name);
    }
    const latest = await queryRows<{ personId: number; source: number; observedAtMs: number; hasPlace: boolean }>(
      this.#pool,
      `SELECT person_id AS "personId", source, (extract(epoch FROM observed_at) * 1000)::bigint AS "observedAtMs",
              lng IS NOT NULL AS "hasPlace"
       FROM person_latest`,
    );
    for (const row of latest) this.#newest.load(row.personId, row.source, row.observedAtMs, row.hasPlace);
    this.#logger.info('store-memory-loaded', { people: people.length, newest: this.#newest.size });
  }

  async #attempt(batch: StoreBatch, allStaged: boolean): Promise<Applied> {
    const counts = new LedgerCounts();
    const nowMs = this.#clock.nowMs();
    const isLatestDue = isOver(this.#latestWrittenAtMs, LATEST_EVERY_MS, nowMs);
    try {
      await withTransaction(this.#pool, async (client) => {
        // Fixes can be read again from the log until their offset is flushed; everything else waits for the disk.
        await client.query(isBulkOnly(batch) ? 'SET LOCAL synchronous_commit = off' : COMMIT_ON_DISK);
        await this.#offset.move(client, batch, batch.lastReceivedAtMs);
        const samples: SampleNote[] = [];
        const touchedPermits = new Set<string>();
        const runs = await this.#applyEntries(client, batch, counts, samples, touchedPermits);
        await this.#writePositions(client, runs, allStaged, samples);
        for (const unfit of batch.unfit) await this.#keepAside(client, unfit, counts);
        const { epoch } = this.#offset.claim;
        await applyAlarms(client, epoch, batch.effects);
        touchedByAlarms(batch.effects, touchedPermits);
        await countAlarmsOfPermits(client, touchedPermits);
        await applyDocs(client, epoch, batch.effects);
        for (const item of batch.unfitItems ?? []) await quarantineItem(client, epoch, item);
        await noteSamples(client, samples);
        await addLedgerLines(client, counts);
        if (isLatestDue) await this.#writeLatest(client);
      });
    } catch (error) {
      this.#subjects.rollback();
      this.#sources.rollback();
      this.#floors.rollback();
      this.#newest.rollback();
      this.#cells.clear();
      this.#writer.discardBuffer();
      throw error;
    }
    this.#subjects.commit();
    this.#sources.commit();
    this.#floors.commit();
    this.#newest.commit();
    if (isLatestDue) {
      this.#newest.written();
      this.#latestWrittenAtMs = nowMs;
    }
    this.#offset.moved(batch);
    return {
      fixes: this.#rows.count,
      stored: counts.total('stored'),
      duplicate: counts.total('duplicate'),
      superseded: counts.total('superseded'),
      quarantined: counts.total('quarantined'),
    };
  }

  /** Everything but the position rows themselves, which are gathered. In the order of the log: cards change hands. */
  async #applyEntries(
    client: PoolClient,
    batch: StoreBatch,
    counts: LedgerCounts,
    samples: SampleNote[],
    touchedPermits: Set<string>,
  ): Promise<FixRun[]> {
    this.#rows.clear();
    const runs: FixRun[] = [];
    for (const entry of batch.entries) {
      switch (entry.kind) {
        case 'fixes': {
          const line = await this.#lineOf(client, counts, entry);
          const from = this.#rows.count;
          this.#gather(entry.body, firstReceivedAtMs(entry));
          runs.push({ entry, line, from, to: this.#rows.count });
          break;
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
          const line = await this.#lineOf(client, counts, entry);
          const judged = await this.#applyRecords(client, entry, touchedPermits);
          countVerdicts(line, judged.verdicts);
          samples.push(...samplesOfRecords(entry, judged));
          break;
        }
        case 'doorCounts':
          if (await takeDoorReport(client, entry.body)) countDoor(counts, entry.body);
          break;
        case 'act':
          await applyAct(client, entry.body, entry.seq, entry.receivedAtMs);
          break;
        case 'quarantined':
          await noteQuarantined(client, this.#offset.claim.epoch, entry.body);
          break;
        case 'downtime':
          await noteDowntime(client, entry.body);
          break;
        case 'tick':
        case 'setting':
        case 'receipt':
        case 'engineVersion':
        case 'digest':
        // The engine's: what screens see of cameras comes back as documents, and rows of registers lie in their tables.
        case 'cameras':
        case 'heardRows':
          break;
      }
    }
    return runs;
  }

  /** Records of a joint test stay out of the registers, as the engine passes over them. */
  async #applyRecords(
    client: PoolClient,
    entry: Exclude<RecordEntry, { kind: 'fixes' }>,
    touchedPermits: Set<string>,
  ): Promise<Judged> {
    const { companyCode } = entry.body.origin;
    const receivedAtMs = firstReceivedAtMs(entry);
    const plain = (verdicts: readonly Verdict[]): Judged => ({ verdicts, hasUpdate: false });
    switch (entry.kind) {
      case 'persons':
        if (isJointTest(entry.body)) return applyVendorRecords(client, entry, receivedAtMs);
        return plain(await applyPersons(client, this.#subjects, companyCode, entry.body.records, receivedAtMs));
      case 'areas':
        if (isJointTest(entry.body)) return applyVendorRecords(client, entry, receivedAtMs);
        return plain(await applyAreas(client, companyCode, entry.body.records, receivedAtMs));
      case 'gatherings':
      case 'personAlarms':
      case 'areaAlarms':
      case 'activities':
      case 'permitVideos':
      case 'permitAttachments':
      case 'permitAlarms':
        return applyVendorRecords(client, entry, receivedAtMs);
      case 'permits':
        return applyPermits(client, entry.body, receivedAtMs, touchedPermits);
      case 'heartbeats':
        return plain(await applyHeartbeats(client, entry.body, receivedAtMs));
      case 'sensorReadings':
        return plain(await applySensorReports(client, entry.body, receivedAtMs));
      case 'records': {
        const judged = await applyVendorRecords(client, entry, receivedAtMs);
        if (!isJointTest(entry.body)) {
          const { register, origin } = entry.body;
          const by = { appId: origin.appId, companyCode, receivedAtMs };
          await writeRegisterRows(client, vendorRegisterOf(this.#registers, register), judged, by);
        }
        return judged;
      }
    }
  }

  /** The line in which the entry's records count. One that came out of quarantine takes back what was counted for it there. */
  async #lineOf(client: PoolClient, counts: LedgerCounts, entry: RecordEntry): Promise<LedgerLine> {
    const { again } = entry.body.origin;
    if (again !== undefined) {
      const kept = await takeOutOfQuarantine(client, again, entry.seq, entry.receivedAtMs);
      // Its records were stored and counted long ago: what becomes of them now is no news to the books.
      if (kept === null) return receivedLine(new LedgerCounts(), entry);
      countKept(counts, kept, -1);
    }
    return receivedLine(counts, entry);
  }

  async #keepAside(client: PoolClient, unfit: UnfitEntry, counts: LedgerCounts): Promise<void> {
    const { raw, entry } = unfit;
    const again = againOf(entry);
    const before = again === null ? null : await takeOutOfQuarantine(client, again, raw.seq, raw.receivedAtMs);
    if (before !== null) countKept(counts, before, -1);
    const kept = again !== null && before === null ? null : originCounts(entry, raw.receivedAtMs);
    if (kept !== null) countKept(counts, kept, 1);
    await quarantineEntry(client, unfit, kept);
  }

  /** Appends the rows of one batch; people without a row yet stay below zero until #writePositions. */
  #gather(body: FixBatch, receivedAtMs: number): void {
    const { companyCode } = body.origin;
    const jointTest = isJointTest(body);
    const { strings } = body;
    const personIds = new Int32Array(strings.length);
    const cardIds = new Int32Array(strings.length);
    const sources = new Int16Array(strings.length);
    const floors = new Int16Array(strings.length);
    const uses = stringUses(body);
    for (let k = 0; k < strings.length; k++) {
      const use = uses[k] ?? 0;
      const text = cleanText(strings[k] ?? '');
      if ((use & USE.person) !== 0) personIds[k] = this.#subjects.ofPerson(companyCode, jointTest, text);
      if ((use & USE.card) !== 0) cardIds[k] = this.#subjects.ofCard(companyCode, jointTest, text);
      if ((use & USE.source) !== 0) sources[k] = this.#sources.idOf(text);
      if ((use & USE.floor) !== 0) floors[k] = this.#floors.idOf(text);
    }
    appendFixRows(this.#rows, body, receivedAtMs, personIds, cardIds, sources, floors);
  }

  async #writePositions(
    client: PoolClient,
    runs: readonly FixRun[],
    allStaged: boolean,
    samples: SampleNote[],
  ): Promise<void> {
    const rows = this.#rows;
    if (rows.count === 0) return;
    if (this.#subjects.pending.length > 0) {
      const ids = await insertPendingSubjects(client, this.#subjects, this.#clock.nowMs());
      for (let i = 0; i < rows.count; i++) {
        const id = rows.personId[i] ?? 0;
        if (id < 0) rows.personId[i] = ids[-id - 1] ?? 0;
      }
    }
    await insertWords(client, 'fix_source', this.#sources);
    await insertWords(client, 'fix_floor', this.#floors);
    await this.#partitions.ensureAt(partitionsOf(rows, this.#partitions));
    if (this.#became.length < rows.count) this.#became = new Uint8Array(rows.capacity);
    await this.#writer.write(client, rows, this.#newest, allStaged, this.#became);
    await insertPersonCells(client, this.#cells.note(rows));
    for (const { entry, line, from, to } of runs) {
      let stored = 0;
      let late = false;
      for (let i = from; i < to; i++) {
        const became = this.#became[i] ?? 0;
        stored += became & ROW.stored;
        late ||= became === (ROW.stored | ROW.old);
      }
      const duplicates = to - from - stored;
      line.stored += stored;
      line.duplicate += duplicates;
      samples.push(...sampleNotes(entry, { duplicate: duplicates > 0, late, updated: false }));
    }
  }

  async #writeLatest(client: PoolClient): Promise<void> {
    this.#newest.unwritten(this.#latestRows);
    await this.#writer.writeLatest(client, this.#latestRows);
  }
}

function partitionsOf(rows: PositionColumns, partitions: PartitionKeeper): Set<number> {
  const starts = new Set<number>();
  let last = Number.NaN;
  for (let i = 0; i < rows.count; i++) {
    const start = partitions.partitionOf(rows.observedAtMs[i] ?? 0);
    if (start !== last) starts.add(start);
    last = start;
  }
  return starts;
}

async function insertWords(client: PoolClient, table: string, words: NameDictionary): Promise<void> {
  if (words.fresh.length === 0) return;
  await client.query(`INSERT INTO ${table} (id, name) SELECT * FROM unnest($1::smallint[], $2::text[])`, [
    words.fresh.map((word) => word.id),
    words.fresh.map((word) => word.name),
  ]);
}

const BULK: ReadonlySet<EntryKindName> = new Set([
  'fixes',
  'tick',
  'doorCounts',
  'digest',
  'heartbeats',
  'sensorReadings',
]);
const isBulkOnly = (batch: StoreBatch): boolean =>
  batch.unfit.length === 0 &&
  batch.unfitItems === undefined &&
  batch.effects.every((item) => item.effects.every(({ t }) => t !== 'alarm' && t !== 'doc')) &&
  batch.entries.every((entry) => BULK.has(entry.kind));
