import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isHypertable } from '../../db/migrate.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { COMPANY, createFixBatch, EntrySequence } from '../../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../../test/contract/storage-postgres.ts';
import { runPark } from '../../test/run-park.ts';
import { command as ledger } from './ledger.ts';
import { command as migrate } from './migrate.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const commands = [ledger, migrate].map((command) => ({ ...command, load: async () => command }));

describe('park ledger and park migrate', () => {
  const park = `test-${randomUUID().slice(0, 8)}`;
  let database: TestDatabase;
  let env: Record<string, string>;
  const redis = createRedis(inject('redisUrl'), { name: 'ledger-test' });

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'), true);
    env = { DATABASE_URL: database.url, REDIS_URL: inject('redisUrl'), PARK_CODE: park };
    await whenReady(redis);
  });
  afterAll(async () => {
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    closeRedis(redis);
    await database.drop();
  });

  it('[STO-19] migrate brings an empty database up to date, and says what it did', async () => {
    const first = await runPark(['migrate', '--json'], commands, { env });
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.out)).toMatchObject({ applied: expect.arrayContaining(['0001_identity']) });
    const again = await runPark(['migrate'], commands, { env });
    expect(again.out).toContain('up to date');
  });

  it('[STO-13] ledger sums, says what is pending, and fails when the books do not balance', async () => {
    const log = new RedisLog({ redis, park });
    for (let i = 1; i <= 3; i++) {
      const body = encodeBody('tick', { term: 1 });
      await log.append({ kind: ENTRY_KIND.tick, receivedAtMs: T0, body, dedupId: `${park}-${i}` });
    }
    const { epoch } = await log.head();
    const migrated = { applied: [], timescale: await isHypertable(database.pool) };
    const store = new StorageDatabaseHarness({ ...database, migrated }).open();
    await store.claim({ term: 1, epoch, first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const sequence = new EntrySequence();
    const fixes = createFixBatch(
      [
        { person: 'p1', atMs: T0 },
        { person: 'p1', atMs: T0 },
      ],
      { received: 3, refused: 1 },
    );
    const entries = [sequence.next('fixes', fixes, T0)];
    await store.apply({ entries, unfit: [], effects: [], nextSeq: 2, alarmsNextSeq: 1 });

    const told = await runPark(['ledger', '--json'], commands, { env });
    expect(told.code).toBe(0);
    const sums = { received: 3, refused: 1, stored: 1, duplicate: 1, superseded: 0, quarantined: 0 };
    expect(JSON.parse(told.out)).toMatchObject({
      lines: [{ companyCode: COMPANY, interface: 'positions', balanced: true, ...sums }],
      total: sums,
      balanced: true,
      pendingEntries: 2,
      quarantinedEntries: 0,
      store: { epoch, term: 1, nextSeq: 2 },
      log: { epoch, seq: 3, firstSeq: 1 },
    });
    const text = await runPark(['ledger'], commands, { env });
    expect(text.out).toContain('The books balance.');
    expect(JSON.parse((await runPark(['ledger', '--json', '--company', 'x'], commands, { env })).out).lines).toEqual(
      [],
    );

    await database.pool.query('UPDATE ledger_minute SET stored = stored - 1');
    expect(await runPark(['ledger'], commands, { env })).toMatchObject({
      code: 1,
      out: expect.stringContaining('DOES NOT BALANCE'),
    });
  });

  it('[STO-17] ledger without a database says so', async () => {
    const outcome = await runPark(['ledger', '--json'], commands, {
      env: { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('DATABASE_UNAVAILABLE');
  });
});
