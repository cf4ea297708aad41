/** A page's person and area on real PostgreSQL and Redis: through the outbox, the relay and the log to the engine and the store. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from 'msgpackr';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { areaStore } from '../admin/park-registers/areas.ts';
import { peopleStore } from '../admin/park-registers/people.ts';
import type { RegisterStore, StoredRow, StoredValues } from '../admin/register/store.ts';
import { systemClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { withTransaction } from '../db/pool.ts';
import { createBlindIndex } from '../security/blind-index.ts';
import { createSealer } from '../security/gm.ts';
import { sealPersonSecret } from '../security/person-secret.ts';
import { ENTRY_KIND } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import type { PictureData } from '../stream/protocol/picture.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import { RedisLaneReader } from '../stream/redis-lanes.ts';
import { RedisLog } from '../stream/redis-log.ts';
import { createOrigin, createPerson } from '../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { loadConfig, runningConfig } from './config.ts';
import type { RunningRole, StartRole } from './role.ts';
import { start as startRelay } from './roles/relay.ts';
import { start as startStore } from './roles/store.ts';
import { start as startWatch } from './roles/watch.ts';

const soon = { timeout: 40_000, interval: 50 };
const COMPANY = '900000001';
const KEY = Buffer.alloc(32, 3);
const sealer = createSealer([KEY]);
const ID_NUMBER = '110101199003071233';
const idNumber = (personId: string) => ({
  sealed: sealPersonSecret(sealer, COMPANY, personId, 'id-number', ID_NUMBER),
  blind: createBlindIndex(KEY).of('person.id-number', ID_NUMBER),
});

describe('what a page says of people and areas', () => {
  let park: string;
  let database: TestDatabase;
  let redis: Redis;
  let lanes: RedisLaneReader;
  let dataFolder: string;
  const roles: RunningRole[] = [];

  beforeAll(async () => {
    redis = createRedis(inject('redisUrl'), { name: 'page-words-test' });
    await whenReady(redis);
  });
  afterAll(() => closeRedis(redis));
  beforeEach(async () => {
    park = `test-${randomUUID().slice(0, 8)}`;
    dataFolder = mkdtempSync(join(tmpdir(), 'page-words-'));
    database = await createTestDatabase(inject('databaseUrl'));
    await database.pool.query(`INSERT INTO company (code, name) VALUES ('${COMPANY}', '甲化工')`);
    lanes = new RedisLaneReader({ redis, park });
    for (const start of [startWatch, startStore, startRelay]) await open(start);
  });
  afterEach(async () => {
    for (const role of roles.splice(0)) await role.close();
    await lanes.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    await database.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const open = async (start: StartRole): Promise<void> => {
    const config = runningConfig(
      loadConfig({
        PARK_CODE: park,
        PARK_DATA_DIR: dataFolder,
        PARK_ARCHIVE: 'none',
        DATABASE_URL: database.url,
        REDIS_URL: inject('redisUrl'),
      }),
    );
    roles.push(await start({ config, logger: silentLogger, clock: systemClock }));
  };
  const by = (act: string) => ({ userId: 'u1', userName: '林岚', atMs: Date.now(), act, reason: null });
  const insert = async (store: RegisterStore, values: StoredValues): Promise<StoredRow> => {
    const [row] = await withTransaction(database.pool, (client) =>
      store.insert(client, [{ companyCode: COMPANY, state: null, values }], by('create')),
    );
    return (await store.settle?.(database.pool, row as StoredRow)) as StoredRow;
  };
  const update = async (store: RegisterStore, { id, version }: StoredRow, values: StoredValues): Promise<StoredRow> => {
    const [row] = await withTransaction(database.pool, (client) =>
      store.update(client, [{ id, version, values }], by('update')),
    );
    return (await store.settle?.(database.pool, row as StoredRow)) as StoredRow;
  };
  const picture = async (): Promise<PictureData> => unpack((await lanes.picture()) as Uint8Array) as PictureData;
  const seenPeople = async () => JSON.stringify((await picture()).bindings ?? []);

  it('[PRK-9] a person entered on a page is in the register and on the map; a vendor’s record then has the last word', async () => {
    const people = peopleStore(sealer, 30_000);
    const values = {
      personId: 'P1',
      name: '李四',
      type: 'staff',
      department: '生产部',
      post: '外操',
      cardNo: 'C1',
      idNumber: idNumber('P1'),
      mobile: null,
      contractorCode: null,
      certificates: null,
      gender: null,
      birthday: null,
    };
    const row = await insert(people, values);
    expect(row).toMatchObject({ version: 1, running: { version: 1 }, values: { name: '李四', cardNo: 'C1' } });
    await vi.waitFor(async () => expect(await seenPeople()).toContain('李四'), soon);

    expect(await update(people, row, { name: '李思' })).toMatchObject({ version: 2, running: { version: 2 } });
    await vi.waitFor(async () => expect(await seenPeople()).toContain('李思'), soon);

    const record = createPerson({ personId: 'P1', companyCode: COMPANY, name: '李四四', updatedAtMs: 1_000 });
    const body = { origin: createOrigin({ companyCode: COMPANY, received: 1 }), records: [record] };
    const entry = {
      kind: ENTRY_KIND.persons,
      receivedAtMs: Date.now(),
      body: encodeBody('persons', body),
      dedupId: 'v1',
    };
    const log = new RedisLog({ redis, park });
    await log.append(entry);
    await log.close();
    await vi.waitFor(async () => expect(await seenPeople()).toContain('李四四'), soon);
    const everybody = { companyCode: null, contractorCode: null };
    await vi.waitFor(
      async () => expect((await people.get(database.pool, everybody, row.id))?.values['name']).toBe('李四四'),
      soon,
    );
    const standing = (await people.get(database.pool, everybody, row.id)) as StoredRow;
    await expect(update(people, standing, { name: '我说' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('[PRK-10] an area drawn on a page is the engine’s, version by version', async () => {
    const plan = [
      [121.48, 30.8],
      [121.49, 30.8],
      [121.49, 30.81],
    ];
    const zones = areaStore(30_000);
    const row = await insert(zones, {
      areaId: 'Z1',
      name: '禁入区',
      kind: 'FORBIDDEN',
      fixed: 'fixed',
      plan,
      zMinM: null,
      zMaxM: null,
      floorNo: null,
      validFrom: null,
      validTo: null,
      allowedTypes: null,
      boundPeople: null,
      areaVersion: null,
    });
    const known = async () => (await picture()).areas.map(({ areaId, name, version }) => ({ areaId, name, version }));
    await vi.waitFor(async () => expect(await known()).toEqual([{ areaId: 'Z1', name: '禁入区', version: 1 }]), soon);
    const after = await update(zones, row, { name: '火炬禁入区' });
    expect(after.values).toMatchObject({ name: '火炬禁入区', areaVersion: 2 });
    await vi.waitFor(
      async () => expect(await known()).toEqual([{ areaId: 'Z1', name: '火炬禁入区', version: 2 }]),
      soon,
    );
    await withTransaction(database.pool, (client) => zones.remove(client, row.id, after.version, by('remove')));
    await vi.waitFor(async () => expect(await known()).toEqual([]), soon);
  });
});
