import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { VENDOR_REGISTERS } from '../server/vendor-registers.ts';
import { type BatchOrigin, ENTRY_KIND, type LogEntry, type RegisterRecord } from '../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../stream/protocol/entry-codec.ts';
import { COMPANY, createOrigin } from '../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { PartitionKeeper } from './partition-keeper.ts';
import { type PoolClient, queryRows, withTransaction } from './pool.ts';
import { type KnownRow, type RegisterRows, type VendorRegisters, vendorRegisterOf } from './register-records.ts';
import { Store } from './store.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const REGISTER = 'contractor-violations';
const PAGE = { userId: '7', userName: '赵示例', atMs: T0 + 1, act: 'update', reason: null };

const violation = (
  values: Readonly<Record<string, unknown>>,
  change: Partial<RegisterRecord> = {},
): RegisterRecord => ({
  key: 'V-1',
  values: {
    number: 'V-1',
    unit: 'U-1',
    person: null,
    happenedAt: T0 - 60_000,
    place: '二号罐区',
    kind: 'protection',
    description: '未系安全带',
    points: 3,
    handling: null,
    ...values,
  },
  updatedAtMs: null,
  deleted: false,
  ...change,
});

describe('vendors and pages in one register', () => {
  let database: TestDatabase;
  let seq: number;
  const { rows } = vendorRegisterOf(VENDOR_REGISTERS, REGISTER);
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.clear();
    await database.pool.query(`INSERT INTO company (code, name) VALUES ('${COMPANY}', '示例企业')`);
    seq = 0;
  });

  const open = async (registers: VendorRegisters = VENDOR_REGISTERS): Promise<Store> => {
    const shared = { pool: database.pool, clock: new ManualClock(T0), logger: silentLogger };
    const partitions = new PartitionKeeper({ ...shared, timescale: database.migrated.timescale, maxBytes: null });
    const store = new Store({ ...shared, partitions, registers });
    await store.claim({ term: ++term, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    return store;
  };
  let term = 0;
  /** Through the bytes of the log, as the store reads them. */
  const send = (store: Store, records: readonly RegisterRecord[], origin: Partial<BatchOrigin> = {}) => {
    const body = {
      origin: createOrigin({ received: records.length, appId: 'app_1', ...origin }),
      register: REGISTER,
      records,
    } as const;
    const raw = {
      seq: ++seq,
      epoch: 'e',
      kind: ENTRY_KIND.records,
      receivedAtMs: T0 + seq,
      body: encodeBody('records', body),
    };
    const entries: LogEntry[] = [decodeEntry(raw)];
    return store.apply({ entries, unfit: [], effects: [], nextSeq: seq + 1, alarmsNextSeq: 1 });
  };
  const row = async (): Promise<KnownRow | undefined> => (await rows.byKeys(database.pool, [COMPANY], ['V-1']))[0];
  const onPage = (write: (client: PoolClient) => Promise<unknown>) => withTransaction(database.pool, write);
  const pageSays = async (values: Readonly<Record<string, unknown>>, state?: string): Promise<void> => {
    const { id, version, fromVendor } = (await row()) as KnownRow;
    const left = fromVendor.filter((name) => !Object.hasOwn(values, name));
    const change = { id, version, values, fromVendor: left, ...(state === undefined ? {} : { state }) };
    await onPage((client) => rows.update(client, [change], PAGE));
  };

  test('[VRG-23] where the page wins its word stands against later records; everywhere else the record stands', async () => {
    const store = await open();
    await send(store, [violation({ handling: '批评教育' })]);
    expect(await row()).toMatchObject({
      values: { handling: '批评教育', evidence: null, happenedAt: T0 - 60_000 },
      version: 1,
    });
    await pageSays({ handling: '清退', points: 12 });
    await send(store, [violation({ handling: '罚款', points: 4, place: '三号罐区' })]);
    expect(await row()).toMatchObject({
      values: { handling: '清退', points: 4, place: '三号罐区' },
      fromVendor: expect.not.arrayContaining(['handling', 'person']),
    });
  });

  test('[VRG-23] a row that a page made is met by the record of its key, and keeps the page’s state', async () => {
    const store = await open();
    const values = { ...violation({}).values, points: 1, handling: '清退', evidence: null };
    await onPage((client) =>
      rows.insert(client, [{ companyCode: COMPANY, state: 'upheld', values, fromVendor: [] }], PAGE),
    );
    expect(await send(store, [violation({ points: 5, handling: '罚款' })])).toMatchObject({ stored: 1 });
    expect(await row()).toMatchObject({ state: 'upheld', values: { points: 5, handling: '清退' }, version: 2 });
  });

  test('[VRG-24] what the park decided of a row is not undone by withdrawing it and sending it again', async () => {
    const store = await open();
    await send(store, [violation({})]);
    const { id } = (await row()) as KnownRow;
    await pageSays({ handling: '清退' }, 'upheld');
    await send(store, [violation({}, { deleted: true })]);
    expect(await row()).toBeUndefined();
    await send(store, [violation({ points: 9 })]);
    expect(await row()).toMatchObject({ id, state: 'upheld', values: { handling: '清退', points: 9 } });
  });

  test('[VRG-28] every change by a vendor is in the history, under its credential, with what was before', async () => {
    const store = await open();
    await send(store, [violation({})]);
    await send(store, [violation({ points: 5 })]);
    await send(store, [violation({ points: 5 })]);
    await send(store, [violation({}, { deleted: true })]);
    const changes = await queryRows(
      database.pool,
      `SELECT version, by_name AS by, act, before, after FROM register_change WHERE register = $1 ORDER BY version`,
      [REGISTER],
    );
    const by = { by: 'app_1', act: 'vendor' };
    expect(changes).toMatchObject([
      { ...by, version: 1, before: null, after: { points: 3, state: 'recorded' } },
      { ...by, version: 2, before: { points: 3 }, after: { points: 5 } },
      { ...by, version: 3, before: { points: 5, state: 'recorded' }, after: null },
    ]);
  });

  test('[VRG-21] a page that takes the key, or changes the row, at the same moment stops no entry', async () => {
    let meanwhile: (() => Promise<void>) | null = null;
    const racing: RegisterRows = {
      byKeys: async (...asked) => {
        const found = await rows.byKeys(...asked);
        const act = meanwhile;
        meanwhile = null;
        await act?.();
        return found;
      },
      insert: (...given) => rows.insert(...given),
      update: (...given) => rows.update(...given),
    };
    const { register } = vendorRegisterOf(VENDOR_REGISTERS, REGISTER);
    const store = await open(new Map([[REGISTER, { register, rows: racing }]]));
    const values = { ...violation({}).values, points: 1, handling: '清退', evidence: null };
    meanwhile = async () => {
      await onPage((client) =>
        rows.insert(client, [{ companyCode: COMPANY, state: 'recorded', values, fromVendor: [] }], PAGE),
      );
    };
    expect(await send(store, [violation({ handling: '罚款' })])).toMatchObject({ stored: 1 });
    expect(await row()).toMatchObject({ values: { points: 3, handling: '清退' }, version: 2 });
    // The row is held while the entry is applied: the page comes after it, with a version that no longer holds.
    const before = (await row()) as KnownRow;
    let late: Promise<unknown> | null = null;
    meanwhile = async () => {
      const { id, version, fromVendor } = before;
      late = onPage((client) => rows.update(client, [{ id, version, values: { handling: '教育' }, fromVendor }], PAGE));
      late.catch(() => {});
    };
    await send(store, [violation({ points: 8 })]);
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await row()).toMatchObject({ values: { points: 8, handling: '清退' } });
  });

  test('[VRG-20] two companies have rows of one key, and neither sees the other’s withdrawal', async () => {
    const store = await open();
    const other = '913100002';
    await database.pool.query(`INSERT INTO company (code, name) VALUES ('${other}', '另一企业')`);
    await send(store, [violation({})]);
    await send(store, [violation({ points: 7 })], { companyCode: other });
    await send(store, [violation({}, { deleted: true })], { companyCode: other });
    expect(await row()).toMatchObject({ values: { points: 3 } });
    expect(await rows.byKeys(database.pool, [other], ['V-1'])).toEqual([]);
  });
});
