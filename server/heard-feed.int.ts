/** Rows of registers from whoever changed them, over PostgreSQL and the log in Redis, to what an engine would read. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Caller, COMPANY, createRegisterPark, type RegisterPark } from '../admin/register/test-park.ts';
import { silentLogger } from '../core/logger.ts';
import type { ImportReport, RegisterRow } from '../core/register-api.ts';
import { PartitionKeeper } from '../db/partition-keeper.ts';
import { beginTelling, markTold, readToldRegisters, readUntold } from '../db/registers/heard.ts';
import { Store } from '../db/store.ts';
import { ROUTES } from '../ingest/routes.ts';
import { cameras } from '../registers/cameras.ts';
import { contractorPeople } from '../registers/contractor-people.ts';
import { contractorUnits } from '../registers/contractor-units.ts';
import type { AnyRegister } from '../registers/register.ts';
import { createBlindIndex } from '../security/blind-index.ts';
import { createSealer } from '../security/gm.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import type { HeardRow } from '../stream/protocol/permits.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import { RedisLog } from '../stream/redis-log.ts';
import { createOrigin } from '../test/builders/entries.ts';
import { createContractorPerson } from '../test/sample-records.ts';
import { HeardFeed, type HeardTables } from './heard-feed.ts';
import { VENDOR_REGISTERS } from './vendor-registers.ts';

const HEARD: readonly AnyRegister[] = [contractorUnits, contractorPeople, cameras];
const ID_NUMBER = '31010119900101123X';
const CAMERA = '31011500991311000001';
const masterKey = Buffer.alloc(32, 7);

describe('rows of registers that rules go by', () => {
  let park: RegisterPark;
  let redis: Redis;
  let log: RedisLog;
  let name: string;
  let company: Caller;
  let storeSeq = 0;
  let store: Store;
  const used: string[] = [];

  beforeAll(async () => {
    redis = createRedis(inject('redisUrl'), { name: 'heard-test' });
    await whenReady(redis);
    park = await createRegisterPark(inject('databaseUrl'), [...HEARD]);
    company = await park.as({ role: 'company-admin', companyCode: COMPANY });
    const shared = { pool: park.pool, clock: park.clock, logger: silentLogger };
    const partitions = new PartitionKeeper({ ...shared, timescale: false, maxBytes: null });
    store = new Store({ ...shared, partitions, registers: VENDOR_REGISTERS });
    await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
  });
  afterAll(async () => {
    for (const one of used) {
      const found = await redis.keys(`*{${one}}*`);
      if (found.length > 0) await redis.del(...found);
    }
    closeRedis(redis);
    await park.end();
  });
  beforeEach(async () => {
    await log?.close();
    name = `test-${randomUUID().slice(0, 8)}`;
    used.push(name);
    log = new RedisLog({ redis, park: name });
  });

  const tables = (): HeardTables => ({
    told: () => readToldRegisters(park.pool),
    begin: (register, told) => beginTelling(park.pool, register, told),
    untold: (register, limit) => readUntold(park.pool, register, limit),
    mark: (register, rows, told) => markTold(park.pool, register, rows, told),
  });
  const feed = (over: Partial<HeardTables> = {}): HeardFeed =>
    new HeardFeed({
      registers: HEARD,
      tables: { ...tables(), ...over },
      log,
      clock: park.clock,
      logger: silentLogger,
    });
  const heardOf = async (register: string): Promise<HeardRow[]> => {
    const raws = await new RedisLog({ redis, park: name }).read(1, 10_000, 0);
    const bodies = raws.map(decodeEntry).flatMap((entry) => (entry.kind === 'heardRows' ? [entry.body] : []));
    return bodies.flatMap((body) => (body.register === register ? body.rows : []));
  };
  async function sendPerson(record: object): Promise<void> {
    const route = ROUTES.find(({ path }) => path === '/v1/contractors/people');
    const context = { companyCode: COMPANY, receivedAtMs: park.clock.nowMs(), sosOnly: false };
    const keys = { sealer: createSealer([masterKey]), blindIndex: createBlindIndex(masterKey) };
    const checked = await route?.check([record], { ...context, ...keys });
    if (route === undefined || checked?.accepted !== 1) throw new Error(JSON.stringify(checked?.rejected));
    const body = checked.encode(createOrigin({ companyCode: COMPANY, received: 1 }));
    const raw = { seq: ++storeSeq, epoch: 'e', kind: route.entryKind, receivedAtMs: context.receivedAtMs, body };
    await store.apply({
      entries: [decodeEntry(raw)],
      unfit: [],
      effects: [],
      nextSeq: storeSeq + 1,
      alarmsNextSeq: 1,
    });
  }

  test('[GBP-1] a page, a file, a vendor and a removal reach the log once each, by what the register declares heard', async () => {
    const one = feed();
    await one.send();
    const camera = { companyCode: COMPANY, values: { code: CAMERA, name: '一号门', kind: 'dome' } };
    const created = (await company.call('POST', '/cameras', camera)).json<RegisterRow>();
    await one.send();
    await company.call('PATCH', `/cameras/${created.id}`, { version: 1, values: { name: '二号门' } });
    await one.send();
    await company.call('DELETE', `/cameras/${created.id}?version=2`);
    await one.send();
    await one.send();
    const words = await heardOf('cameras');
    expect(words.map(({ key, version, values }) => [key, version, values?.['name']])).toEqual([
      [CAMERA, 1, '一号门'],
      [CAMERA, 2, '二号门'],
      [CAMERA, 3, undefined],
    ]);
    expect(words[0]).toMatchObject({
      companyCode: COMPANY,
      rowId: created.id,
      state: null,
      createdAtMs: park.clock.nowMs(),
    });
    expect(words[0]?.values).toEqual({ name: '一号门', place: null, area: null, hazardSource: null });

    const file = Buffer.from('国标编码,名称\n31011500991311000002,三号门\n31011500991311000003,四号门\n');
    const report = (await company.send('/cameras/import?dryRun=false', 'a.csv', file)).json<ImportReport>();
    expect(report).toMatchObject({ problems: [] });
    await one.send();
    expect((await heardOf('cameras')).slice(3).map(({ values }) => values?.['name'])).toEqual(['三号门', '四号门']);

    await sendPerson(createContractorPerson({ COMPANY_CODE: COMPANY }));
    await one.send();
    await one.send();
    const [person, ...more] = await heardOf('contractor-people');
    expect(more).toEqual([]);
    expect(person).toMatchObject({ key: 'CP-1', version: 1, values: { name: expect.any(String) } });
    const blind = createBlindIndex(masterKey).of('person.id-number', ID_NUMBER);
    expect(person?.values?.['idNumber']).toBe(blind);
    expect(JSON.stringify(person)).not.toContain(ID_NUMBER);
  });

  test('[GBP-2] [GBP-4] another log is told in full of what stands, and of nothing that is gone', async () => {
    await feed().send();
    const told = await heardOf('cameras');
    expect(told.map(({ values }) => values?.['name'])).toEqual(['三号门', '四号门']);
    expect(await heardOf('contractor-people')).toHaveLength(1);
    expect(await feed().send()).toBe(0);
  });

  test('[GBP-3] killed between append and mark: the rows are in the log once', async () => {
    await feed().send();
    await company.call('POST', '/cameras', {
      companyCode: COMPANY,
      values: { code: '31011500991311000009', name: '九号门' },
    });
    const dies = feed({ mark: () => Promise.reject(new Error('killed')) });
    await expect(dies.send()).rejects.toThrow('killed');
    expect(await feed().send()).toBe(1);
    expect(await feed().send()).toBe(0);
    const names = (await heardOf('cameras')).map(({ values }) => values?.['name']);
    expect(names).toEqual(['三号门', '四号门', '九号门']);
  });

  test('[GBP-1] a row that changes while it is told is told again', async () => {
    await feed().send();
    const { rows: all } = (await company.call('GET', '/cameras')).json<{ rows: RegisterRow[] }>();
    const row = all.find(({ values }) => values['name'] === '九号门');
    const rename = (version: number, to: string) =>
      company.call('PATCH', `/cameras/${row?.id}`, { version, values: { name: to } });
    await rename(row?.version ?? 0, '九号门东');
    const between = feed({
      mark: async (register, rows, told) => {
        if (rows.length > 0) await rename(rows[0]?.version ?? 0, '九号门西');
        await markTold(park.pool, register, rows, told);
      },
    });
    expect(await between.send()).toBe(1);
    expect(await feed().send()).toBe(1);
    expect((await heardOf('cameras')).slice(-2).map(({ values }) => values?.['name'])).toEqual([
      '九号门东',
      '九号门西',
    ]);
  });
});
