import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ENTRY_KIND, type LogEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { COMPANY, createFixBatch } from '../../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../../test/contract/storage-postgres.ts';
import { EPOCH, StoreRun, T0 } from '../../test/contract/store-run.ts';
import { runPark } from '../../test/run-park.ts';
import { command as ledger } from './ledger.ts';
import { command as quarantine } from './quarantine.ts';

const commands = [ledger, quarantine].map((command) => ({ ...command, load: async () => command }));
const NOW = T0 + 86_400_000;

describe('park quarantine', () => {
  const park = `test-${randomUUID().slice(0, 8)}`;
  const redis = createRedis(inject('redisUrl'), { name: 'quarantine-test' });
  const log = new RedisLog({ redis, park });
  let database: TestDatabase;
  let harness: StorageDatabaseHarness;
  let run: StoreRun;
  let kept: LogEntry;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    env = { DATABASE_URL: database.url, REDIS_URL: inject('redisUrl'), PARK_CODE: park };
    await whenReady(redis);
    harness = await StorageDatabaseHarness.create(database);
    run = await StoreRun.start(harness);
    kept = run.fixes([{ person: 'p1', lng: 121.48, lat: 30.8, atMs: T0 }], { received: 3, refused: 2 });
    await run.keepAside(kept, 'numeric field overflow');
    const act = {
      actId: 'x',
      act: 'reset',
      alarmId: 'a',
      userId: 'u',
      userName: 'n',
      companyCode: null,
      comment: null,
    } as const;
    await run.keepAside(run.log.next('act', act, T0));
  });
  afterAll(async () => {
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    closeRedis(redis);
    await database.drop();
  });

  const park_ = (...args: string[]) => runPark(['quarantine', ...args], commands, { env, nowMs: NOW });
  const again = (seq: number) => park_('again', '--epoch', EPOCH, '--seq', String(seq), '--json');

  it('[LED-11] lists what is kept aside with the reason and the records', async () => {
    const told = await park_('list', '--json');
    expect(JSON.parse(told.out).entries).toMatchObject([
      { seq: 2, namedBy: 'store', records: null, againSeq: null },
      {
        seq: 1,
        epoch: EPOCH,
        namedBy: 'store',
        reason: 'numeric field overflow',
        companyCode: COMPANY,
        interface: 'positions',
        records: 1,
      },
    ]);
    expect((await park_('list')).out).toContain('numeric field overflow');
  });

  it('[LED-11] puts an entry in again, once, audited, and its ops alarm goes', async () => {
    const opsAlarms = new RedisOpsAlarms({ redis, park });
    await opsAlarms.raise({ code: 'entry-quarantined', subject: '1', companyCode: null, detail: '', atMs: T0 });
    const told = await again(1);
    expect(told).toMatchObject({ code: 0 });
    expect(JSON.parse(told.out)).toMatchObject({ ok: true, againSeq: 1 });
    const [raw] = await log.read(1, 10, 0);
    expect(raw).toMatchObject({ kind: ENTRY_KIND.fixes, receivedAtMs: NOW });
    const entry = decodeEntry(raw!);
    expect(entry.body).toMatchObject({
      count: 1,
      origin: { companyCode: COMPANY, received: 3, refused: 2, again: { epoch: EPOCH, seq: 1, receivedAtMs: T0 } },
    });
    expect(await opsAlarms.list()).toEqual([]);
    expect(await harness.audits()).toMatchObject([
      { action: 'entry.again', subject: `${EPOCH}/1`, userName: 'park command' },
    ]);
    expect(await again(1)).toMatchObject({ code: 1, err: expect.stringContaining('just now') });

    run.log.seq++;
    await run.apply({ ...entry, seq: run.log.seq });
    expect(await harness.ledger()).toMatchObject([{ received: 3, refused: 2, stored: 1, quarantined: 0 }]);
    expect(await again(1)).toMatchObject({ code: 1, err: expect.stringContaining('was put in again as entry 3') });
    expect(await harness.audits()).toHaveLength(1);
    expect(JSON.parse((await park_('list', '--json')).out).entries).toHaveLength(1);
    expect(JSON.parse((await park_('list', '--all', '--json')).out).entries).toHaveLength(2);
  });

  it('[LED-11] refuses what is not there, and what holds no records', async () => {
    expect(await again(99)).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') });
    expect(await again(2)).toMatchObject({ code: 1, err: expect.stringContaining('no records') });
    expect((await park_('again', '--epoch', EPOCH)).code).toBe(2);
    expect((await park_()).code).toBe(2);
  });

  it('[LED-7] [LED-8] ledger --verify tells a true book from a false one, and ends with 1', async () => {
    await log.append({
      kind: ENTRY_KIND.fixes,
      receivedAtMs: NOW,
      body: encodeBody('fixes', createFixBatch([{ person: 'p7', lng: 121, lat: 31, atMs: NOW }])),
      dedupId: 'one',
    });
    const { epoch } = await log.head();
    const store = harness.open();
    await store.claim({ term: 1, epoch, first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const raws = await log.read(1, 10, 0);
    await store.apply({ entries: raws.map(decodeEntry), unfit: [], effects: [], nextSeq: 3, alarmsNextSeq: 1 });
    const verify = () => runPark(['ledger', '--verify', '--minutes', '2'], commands, { env, nowMs: NOW });
    const told = await verify();
    expect(told.out).toContain('No difference.');
    expect(told).toMatchObject({ code: 0 });
    await database.pool.query(`DELETE FROM position WHERE observed_at = $1`, [new Date(NOW).toISOString()]);
    const found = await verify();
    expect(found).toMatchObject({ code: 1 });
    expect(found.out).toContain('positions: stored is 1 in the books, 0 in the tables');
  });
});
