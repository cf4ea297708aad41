/** A store that stands still with its batch half written while another takes over: real Store, real PostgreSQL. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { VENDOR_REGISTERS } from '../server/vendor-registers.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import { createFixBatch, createOrigin, createPerson } from '../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { PartitionKeeper } from './partition-keeper.ts';
import { createPool, type Pool } from './pool.ts';
import { Store } from './store.ts';
import type { StoreBatch, StoreClaim } from './store-port.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const claimOf = (term: number): StoreClaim => ({
  term,
  epoch: 'epoch-1',
  first: { nextSeq: 1, alarmsNextSeq: 1 },
});

/** Stands still where the batch's rows are next, inside the transaction, while the gate is closed. */
class GatedPartitions extends PartitionKeeper {
  gate: Promise<void> = Promise.resolve();
  isWaiting = false;

  override async ensureAt(instants: Iterable<number>): Promise<number> {
    this.isWaiting = true;
    await this.gate;
    this.isWaiting = false;
    return super.ensureAt(instants);
  }
}

describe('a store that stood still', () => {
  let database: TestDatabase;
  const pools: Pool[] = [];
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  beforeEach(() => database.clear());
  afterAll(async () => {
    for (const pool of pools) await pool.end();
    await database.drop();
  });

  const open = (): { store: Store; partitions: GatedPartitions } => {
    const pool = createPool(database.url, { max: 2, idleInTransactionMs: 1_000, statementTimeoutMs: 20_000 });
    pools.push(pool);
    const shared = { pool, clock: new ManualClock(T0), logger: silentLogger };
    const partitions = new GatedPartitions({ ...shared, timescale: database.migrated.timescale, maxBytes: null });
    return { store: new Store({ ...shared, partitions, registers: VENDOR_REGISTERS }), partitions };
  };
  const fixesOf = (seq: number, person: string): LogEntry => ({
    kind: 'fixes',
    seq,
    receivedAtMs: T0,
    body: createFixBatch([{ person, lng: 121.48, lat: 30.8, atMs: T0 - 1_000 }]),
  });
  const personsOf = (seq: number, name: string): LogEntry => ({
    kind: 'persons',
    seq,
    receivedAtMs: T0,
    body: { origin: createOrigin({ received: 1 }), records: [createPerson({ name })] },
  });
  const batchOf = (...entries: LogEntry[]): StoreBatch => ({
    entries,
    unfit: [],
    effects: [],
    nextSeq: (entries.at(-1)?.seq ?? 0) + 1,
    alarmsNextSeq: 1,
    lastReceivedAtMs: T0,
  });
  const written = async (): Promise<unknown> => {
    const rows = async (text: string) => (await database.pool.query(text)).rows;
    return {
      offsets: await rows('SELECT epoch, term, next_seq, alarms_next_seq FROM reader_offset'),
      people: await rows('SELECT person_id, name FROM person ORDER BY 1'),
      positions: await rows('SELECT p.person_id FROM position o JOIN person p ON p.id = o.person_id ORDER BY 1'),
      latest: await rows('SELECT p.person_id FROM person_latest l JOIN person p ON p.id = l.person_id ORDER BY 1'),
      ledger: await rows(
        'SELECT interface, sum(received) AS received, sum(stored) AS stored FROM ledger_minute GROUP BY 1',
      ),
      audit: await rows('SELECT action FROM audit'),
    };
  };

  it('[LOG-74] holds nothing up, and of what it had half written or tries afterwards nothing stands', async () => {
    const [first, second] = [open(), open()];
    await first.store.claim(claimOf(1));
    await first.store.apply(batchOf(personsOf(1, '张三'), fixesOf(2, 'p1')));
    let wake: () => void = () => {};
    first.partitions.gate = new Promise((resolve) => {
      wake = resolve;
    });
    const half = first.store.apply(batchOf(personsOf(3, '李四'), fixesOf(4, 'p1'), fixesOf(5, 'only-first')));
    half.catch(() => {});
    await vi.waitFor(() => expect(first.partitions.isWaiting).toBe(true));

    // The offset row is locked by the sleeper; PostgreSQL ends its session.
    expect(await second.store.claim(claimOf(2))).toMatchObject({ nextSeq: 3 });
    await second.store.apply(batchOf(personsOf(3, '王五'), fixesOf(4, 'p2')));
    const before = await written();

    wake();
    await expect(half).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    const tries = [
      () => first.store.apply(batchOf(fixesOf(3, 'only-first'))),
      () => first.store.moveBack({ nextSeq: 1, alarmsNextSeq: 1 }),
      () => first.store.flushed(),
      () => first.store.claim(claimOf(1)),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject({ code: 'TERM_LOST' });
    await first.store.close();
    expect(await written()).toEqual(before);
  });
});
