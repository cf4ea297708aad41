import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { StoredIntakeDesk } from '../admin/intake-desk.ts';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { Pace } from '../core/pace.ts';
import { readLedgerMinutes } from '../db/ledger.ts';
import { readPending } from '../db/ledger-pending.ts';
import type { StorePort } from '../db/store-port.ts';
import { dropOldSensorReports } from '../db/vendor-rows.ts';
import { MemoryArchive } from '../stream/archive/memory-archive.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import type { ArchiveReader } from '../stream/protocol/archive.ts';
import {
  type DoorCountLine,
  ENTRY_KIND,
  type EntryBodies,
  type EntryKindName,
  type SensorReport,
} from '../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../stream/protocol/entry-codec.ts';
import { MemoryOpsAlarms } from '../stream/redis-ops-alarms.ts';
import { COMPANY, createFixBatch, createOrigin } from '../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../test/contract/storage-postgres.ts';
import { verifyLedger } from './ledger-verify.ts';
import { watchLedger } from './ledger-watch.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const MINUTE = 60_000;
const OTHER = '913100002';

let database: TestDatabase;
let logStore: MemoryLogStore;
let log: MemoryLog;
let store: StorePort;
let nextSeq: number;

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());
beforeEach(async () => {
  const harness = await StorageDatabaseHarness.create(database);
  logStore = new MemoryLogStore(new ManualClock(T0));
  log = new MemoryLog(logStore);
  store = harness.open();
  nextSeq = 1;
  await store.claim({ term: 1, epoch: 'epoch-1', first: { nextSeq: 1, alarmsNextSeq: 1 } });
});

const append = async <K extends EntryKindName>(kind: K, body: EntryBodies[K], receivedAtMs: number): Promise<void> => {
  const dedupId = `id-${logStore.headSeq}`;
  await log.append({ kind: ENTRY_KIND[kind], receivedAtMs, body: encodeBody(kind, body), dedupId });
};
/** Two fixes, one of them twice; three refused. */
const appendFixes = (minute: number, companyCode = COMPANY): Promise<void> => {
  const receivedAtMs = T0 + minute * MINUTE;
  const at = (second: number) => ({ person: 'p1', lng: 121.48, lat: 30.8, atMs: receivedAtMs - second * 1000 });
  const batch = createFixBatch([at(1), at(2), at(1)], { companyCode, received: 6, refused: 3 });
  return append('fixes', batch, receivedAtMs);
};
const appendDoor = (report: number, minute: number, change: Partial<DoorCountLine>): Promise<void> => {
  const toMs = T0 + minute * MINUTE + 1000;
  const line = {
    companyCode: COMPANY,
    interfaceName: 'positions',
    refused: 0,
    acknowledged: 0,
    unanswered: 0,
    aliases: 0,
  };
  const lines = [{ ...line, refusedRequests: {}, ...change }];
  return append('doorCounts', { doorId: 'd', report, fromMs: toMs - 1000, toMs, lines }, toMs);
};
const report = (collectedAtMs: number): SensorReport => ({
  companyCode: COMPANY,
  identifier: 'GAS',
  dataId: `d${collectedAtMs}`,
  gatewayId: 'g1',
  collectedAtMs,
  connected: null,
  reportType: 'report',
  readings: [],
});
const storeAll = async (): Promise<void> => {
  const raws = await log.read(nextSeq, 1_000, 0);
  const lastReceivedAtMs = raws.at(-1)?.receivedAtMs ?? T0;
  nextSeq += raws.length;
  await store.apply({
    entries: raws.map(decodeEntry),
    unfit: [],
    effects: [],
    nextSeq,
    alarmsNextSeq: 1,
    lastReceivedAtMs,
  });
};
const spoil = (change: string, where = 'true'): Promise<unknown> =>
  database.pool.query(`UPDATE ledger_minute SET ${change} WHERE ${where}`);

describe('pending', () => {
  it('[LED-1] [LED-6] counts what lies in the log before the store, so that the books balance at every moment', async () => {
    await appendFixes(0);
    await storeAll();
    await appendFixes(1);
    await appendFixes(2, OTHER);
    await appendDoor(1, 2, { refused: 4 });
    await append('tick', { term: 1 }, T0 + 3 * MINUTE);
    const query = { fromMs: T0, toMs: T0 + 10 * MINUTE, companyCode: null, interface: null };
    const books = await readLedgerMinutes(database.pool, null, query);
    expect(books.store?.nextSeq).toBe(2);
    const pending = await readPending(log, await log.head(), books.store?.nextSeq ?? 1);
    expect(pending).toMatchObject({ entries: 4, isWhole: true });
    expect(pending.lines).toMatchObject([
      { companyCode: COMPANY, minuteMs: T0 + MINUTE, received: 6, refused: 3 },
      { companyCode: OTHER, minuteMs: T0 + 2 * MINUTE, received: 6, refused: 3 },
      { companyCode: COMPANY, minuteMs: T0 + 2 * MINUTE, received: 4, refused: 4 },
    ]);
    await storeAll();
    expect((await readPending(log, await log.head(), nextSeq)).lines).toEqual([]);
  });

  it('[LED-1] the page counts a record once while the store takes it, and goes on when the log began anew', async () => {
    await appendFixes(0);
    const reader = new MemoryLog(logStore);
    const desk = new StoredIntakeDesk({
      pool: database.pool,
      log: {
        head: () => reader.head(),
        read: async (...place) => {
          const raws = await reader.read(...place);
          if (nextSeq === 1) await storeAll();
          return raws;
        },
        close: () => reader.close(),
      },
      opsAlarms: new MemoryOpsAlarms(),
      clock: logStore.clock,
      readRefusals: async () => [],
    });
    const request = { fromMs: T0, toMs: T0 + 10 * MINUTE, companyCode: null, interface: null };
    const waiting = { received: 6, refused: 3, stored: 0, duplicate: 0, pending: 3 };
    expect((await desk.ledger(null, request)).sums).toMatchObject([waiting]);
    expect((await desk.ledger(null, request)).sums).toMatchObject([
      { received: 6, stored: 2, duplicate: 1, pending: 0 },
    ]);

    logStore.restart('epoch-2');
    await store.claim({ term: 1, epoch: 'epoch-2', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    await appendFixes(1);
    await desk.ledger(null, request);
    expect((await desk.ledger(null, request)).sums).toMatchObject([{ received: 12, stored: 2, pending: 3 }]);
  });
});

describe('reading the books', () => {
  it('[LED-10] gives minutes, sums and refusals of what the reader may see', async () => {
    await appendFixes(0);
    await appendFixes(1);
    await appendFixes(1, OTHER);
    await appendDoor(1, 1, { acknowledged: 3, refusedRequests: { RATE_LIMITED: 2 } });
    await storeAll();
    const query = { fromMs: T0, toMs: T0 + 2 * MINUTE, companyCode: null, interface: null };
    const mine = await readLedgerMinutes(database.pool, COMPANY, query);
    expect(mine.minutes.map((line) => [line.minuteMs, line.received, line.acknowledged, line.balanced])).toEqual([
      [T0, 6, 0, true],
      [T0 + MINUTE, 6, 3, true],
    ]);
    expect(mine.sums).toMatchObject([
      { companyCode: COMPANY, interface: 'positions', received: 12, stored: 4, balanced: true },
    ]);
    expect(mine.refusals).toEqual([
      { companyCode: COMPANY, interface: 'positions', minuteMs: T0 + MINUTE, code: 'RATE_LIMITED', requests: 2 },
    ]);
    expect((await readLedgerMinutes(database.pool, null, query)).minutes).toHaveLength(3);
    expect((await readLedgerMinutes(database.pool, COMPANY, { ...query, companyCode: OTHER })).minutes).toEqual([]);
    expect((await readLedgerMinutes(database.pool, null, { ...query, interface: 'areas' })).minutes).toEqual([]);
    expect((await readLedgerMinutes(database.pool, null, { ...query, fromMs: T0 + MINUTE })).sums).toHaveLength(2);
  });
});

describe('the watch over the books', () => {
  const opsAlarms = new MemoryOpsAlarms();
  const look = (minute: number): Promise<void> =>
    watchLedger({ pool: database.pool, opsAlarms, clock: new ManualClock(T0 + minute * MINUTE), logger: silentLogger });
  const standing = async () => (await opsAlarms.list()).map(({ subject, companyCode }) => [subject, companyCode]);

  it('[LED-9] raises while a minute that is over does not balance, and clears when it does', async () => {
    await appendFixes(0);
    await appendFixes(1, OTHER);
    await append('tick', { term: 1 }, T0 + 6 * MINUTE);
    await storeAll();
    await look(10);
    expect(await standing()).toEqual([]);
    await spoil('stored = stored - 1', `company_code = '${OTHER}'`);
    await look(3);
    expect(await standing()).toEqual([]);
    await look(4);
    expect(await standing()).toEqual([[`${OTHER}/positions`, OTHER]]);
    expect((await opsAlarms.list())[0]?.detail).toContain('received 6, refused 3, stored 1, duplicate 1');
    await spoil('stored = stored + 1', `company_code = '${OTHER}'`);
    await look(5);
    expect(await standing()).toEqual([]);
  });

  it('[LED-9] leaves minutes alone that the store may still add to', async () => {
    await appendFixes(0);
    await append('tick', { term: 1 }, T0 + 59_000);
    await storeAll();
    await spoil('stored = 0');
    await look(60);
    expect(await standing()).toEqual([]);
    await append('tick', { term: 1 }, T0 + MINUTE);
    await storeAll();
    await look(60);
    expect(await standing()).toEqual([[`${COMPANY}/positions`, COMPANY]]);
    await spoil('stored = 2');
    await look(60);
  });

  it('[LED-4] raises where more was acknowledged than accepted, whichever minute the answers fell in', async () => {
    await appendFixes(0);
    await appendDoor(1, 1, { acknowledged: 3 });
    await storeAll();
    await look(60);
    expect(await standing()).toEqual([]);
    await appendDoor(2, 2, { acknowledged: 1 });
    await storeAll();
    await look(60);
    expect((await opsAlarms.list())[0]).toMatchObject({
      code: 'ledger-unbalanced',
      subject: `${COMPANY}/positions`,
      detail: 'acknowledged 4, but accepted 3',
    });
  });
});

describe('counting again', () => {
  const verify = (minutes = 60, archive: ArchiveReader | null = null, companyCode: string | null = null) =>
    verifyLedger({ pool: database.pool, log, archive, companyCode, span: { fromMs: T0, toMs: T0 + minutes * MINUTE } });

  it('[LED-7] [LED-8] finds nothing where the books are true', async () => {
    for (const minute of [0, 0, 1, 7]) await appendFixes(minute);
    await appendFixes(2, OTHER);
    await appendDoor(1, 3, { refused: 5, acknowledged: 12, refusedRequests: { LOG_FULL: 1 } });
    await append(
      'sensorReadings',
      { origin: createOrigin({ received: 2 }), records: [report(T0), report(T0)] },
      T0 + 8 * MINUTE,
    );
    await storeAll();
    // What lies before the store is neither in the books nor counted.
    await appendFixes(9);
    const found = await verify();
    expect(found.differences).toEqual([]);
    expect(found).toMatchObject({
      rows: { fromMs: T0, toMs: T0 + 60 * MINUTE },
      entries: { fromMs: T0 },
      counted: { rows: 9, entries: 7 },
    });
  });

  it('[LED-7] names every minute whose rows are not what the books say', async () => {
    await appendFixes(0);
    await appendFixes(1);
    await append('sensorReadings', { origin: createOrigin(), records: [report(T0)] }, T0);
    await storeAll();
    await database.pool.query('DELETE FROM position WHERE observed_at = $1', [
      new Date(T0 + MINUTE - 1000).toISOString(),
    ]);
    await database.pool.query('DELETE FROM sensor_report');
    expect((await verify()).differences).toEqual([
      { companyCode: COMPANY, interface: 'sensors', minuteMs: T0, field: 'stored', ledger: 1, counted: 0, in: 'rows' },
      {
        companyCode: COMPANY,
        interface: 'positions',
        minuteMs: T0 + MINUTE,
        field: 'stored',
        ledger: 2,
        counted: 1,
        in: 'rows',
      },
    ]);
    expect((await verify(1)).differences).toHaveLength(1);
    expect((await verify(60, null, OTHER)).differences).toEqual([]);
  });

  it('[LED-8] names every count that the log tells otherwise, also minutes the books lack', async () => {
    await appendFixes(0);
    await appendDoor(1, 1, { acknowledged: 3 });
    await storeAll();
    await spoil('received = received + 1, refused = refused + 1', `minute = '${new Date(T0).toISOString()}'`);
    await database.pool.query('DELETE FROM ledger_minute WHERE minute = $1', [new Date(T0 + MINUTE).toISOString()]);
    const difference = { companyCode: COMPANY, interface: 'positions', in: 'entries' };
    expect((await verify()).differences).toEqual([
      { ...difference, minuteMs: T0, field: 'received', ledger: 7, counted: 6 },
      { ...difference, minuteMs: T0, field: 'refused', ledger: 4, counted: 3 },
      { ...difference, minuteMs: T0 + MINUTE, field: 'acknowledged', ledger: 0, counted: 3 },
    ]);
  });

  it('[LED-8] counts what the log has trimmed from its archive, and without one leaves those minutes out', async () => {
    for (let minute = 0; minute < 8; minute++) await appendFixes(minute);
    await storeAll();
    const archive = new MemoryArchive();
    archive.addSegment(logStore.entries.slice(0, 6));
    logStore.trim(5);
    expect(await verify(60, archive)).toMatchObject({
      entries: { fromMs: T0 },
      counted: { entries: 8 },
      differences: [],
    });
    // Minute 4 is where the log begins: it may have had other entries. Minute 5 is within the disorder of clocks.
    expect(await verify()).toMatchObject({
      entries: { fromMs: T0 + 5 * MINUTE },
      counted: { entries: 4 },
      differences: [],
    });
    await spoil('received = received + 1, refused = refused + 1');
    expect((await verify(60, archive)).differences).toHaveLength(16);
    expect((await verify()).differences).toHaveLength(6);
  });

  it('[LED-7] leaves out minutes whose positions are packed or dropped by now', async () => {
    await appendFixes(0);
    await storeAll();
    await database.pool.query(`UPDATE position_ladder SET packed_to = $1`, [
      new Date(T0 - 8 * 86_400_000).toISOString(),
    ]);
    expect((await verify()).rows).toEqual({ fromMs: T0, toMs: T0 + 60 * MINUTE });
    await database.pool.query(`UPDATE position_ladder SET packed_to = $1`, [new Date(T0 - 86_400_000).toISOString()]);
    expect((await verify()).rows).toBeNull();
    await database.pool.query(`UPDATE position_ladder SET packed_to = 'epoch'`);
    await database.pool.query('DELETE FROM position');
    expect(await verify()).toMatchObject({ rows: null, differences: [] });
  });
});

describe('keeping sensor reports', () => {
  it('[STO-33] deletes those collected before an instant, in slices', async () => {
    const body = { origin: createOrigin({ received: 5 }), records: [0, 1, 2, 3, 4].map((n) => report(T0 + n * 1000)) };
    await append('sensorReadings', body, T0);
    await storeAll();
    expect(await dropOldSensorReports(database.pool, T0 + 2500, new Pace(() => {}), 2)).toBe(3);
    const { rows } = await database.pool.query('SELECT count(*) AS n FROM sensor_report');
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('[RET-10] a clock that is ahead takes two days of them at once, those of days without any notwithstanding', async () => {
    const days = [0, 400, 401, 402, 403];
    const body = {
      origin: createOrigin({ received: days.length }),
      records: days.map((day) => report(T0 + day * 86_400_000)),
    };
    await append('sensorReadings', body, T0);
    await storeAll();
    const pace = new Pace(
      () => {},
      () => 0,
    );
    expect(await dropOldSensorReports(database.pool, T0 + 1_000 * 86_400_000, pace)).toBe(2);
    expect(await dropOldSensorReports(database.pool, T0 + 1_000 * 86_400_000, pace)).toBe(0);
  });
});
