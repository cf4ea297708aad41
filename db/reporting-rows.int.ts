import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { VENDOR_REGISTERS } from '../server/vendor-registers.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import { createHeartbeat, createOrigin } from '../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { PartitionKeeper } from './partition-keeper.ts';
import { Store } from './store.ts';

const T0 = Date.UTC(2026, 6, 1, 8);

describe('what the store keeps for online rates', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());

  test('[RPW-15] a minute of each heartbeat on change, none of a periodic one or a joint test; [RPW-16] declared downtimes', async () => {
    const shared = { pool: database.pool, clock: new ManualClock(T0), logger: silentLogger };
    const partitions = new PartitionKeeper({ ...shared, timescale: database.migrated.timescale, maxBytes: null });
    const store = new Store({ ...shared, partitions, registers: VENDOR_REGISTERS });
    await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const beat = (seq: number, records: ReturnType<typeof createHeartbeat>[], stage: 'joint' | 'live'): LogEntry => ({
      kind: 'heartbeats',
      seq,
      receivedAtMs: T0 + seq * 20_000,
      body: { origin: createOrigin({ stage }), records },
    });
    const ready = createHeartbeat();
    const entries: LogEntry[] = [
      beat(1, [ready, createHeartbeat({ interfaceName: 'areas', mode: 'periodic', intervalS: 9 })], 'live'),
      beat(2, [ready], 'live'),
      beat(3, [ready], 'joint'),
      { kind: 'downtime', seq: 4, receivedAtMs: T0, body: { fromMs: T0, toMs: T0 + 5_000, reason: 'watch was away' } },
    ];
    await store.apply({ entries, unfit: [], effects: [], nextSeq: 5, alarmsNextSeq: 1, lastReceivedAtMs: T0 });
    const { rows: minutes } = await database.pool.query('SELECT interface, minute FROM heartbeat_minute');
    expect(minutes).toEqual([{ interface: 'positions', minute: new Date(T0) }]);
    const { rows: downtimes } = await database.pool.query('SELECT reason, to_at FROM downtime');
    expect(downtimes).toEqual([{ reason: 'watch was away', to_at: new Date(T0 + 5_000) }]);
  });
});
