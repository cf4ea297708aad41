/** The registers over tables that were there before, on real PostgreSQL; what the store does with a page's word is done by its rows. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { applyAreas } from '../../db/area-rows.ts';
import { applyPersons } from '../../db/person-rows.ts';
import { type Pool, queryRows, withTransaction } from '../../db/pool.ts';
import { Subjects } from '../../db/subjects.ts';
import { companies as companiesRegister } from '../../registers/companies.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { openSecret } from '../../security/credential-secret.ts';
import { createSealer } from '../../security/gm.ts';
import { sealPersonSecret } from '../../security/person-secret.ts';
import type { Session } from '../../security/sessions.ts';
import type { AreaRecord, PersonRecord } from '../../stream/protocol/entry.ts';
import { pageDateMs } from '../../stream/protocol/page-records.ts';
import { createArea, createPerson } from '../../test/builders/entries.ts';
import { registerStoreContract } from '../../test/contract/register-store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { type AuditEntry, insertAudit } from '../audit.ts';
import type { CredentialParts } from '../credentials.ts';
import { DatabaseDirectory } from '../directory.ts';
import type { ActionCall } from '../register/actions.ts';
import { type RegisterUser, rowScope } from '../register/rights.ts';
import { isInScope } from '../register/rows-in-memory.ts';
import type { Authorship, ListQuery, RegisterStore, StoredRow, StoredValues } from '../register/store.ts';
import { areaStore } from './areas.ts';
import { peopleStore } from './people.ts';
import { samePersonRoutes } from './same-person.ts';
import { parkRegisters } from './stores.ts';

const KEY = Buffer.alloc(32, 7);
const sealer = createSealer([KEY]);
const blindIndex = createBlindIndex(KEY);
const [A, B] = ['900000001', '900000002'] as const;
const ALL = { companyCode: null, contractorCode: null };
const T0 = 1_790_000_000_000;
const by = (act: string, atMs = T0): Authorship => ({ userId: 'u1', userName: '林岚', atMs, act, reason: null });
const PLAN = [
  [121.48, 30.8],
  [121.49, 30.8],
  [121.49, 30.81],
] as const;

/** Does what the relay, the log and the store do with what waits in the outbox, in the order given. */
async function takeOutbox(pool: Pool, isReversed = false): Promise<void> {
  const waiting = await queryRows<{
    id: number;
    kind: string;
    body: { records: never[]; origin: { companyCode: string } };
  }>(pool, `UPDATE outbox SET sent_at = now() WHERE sent_at IS NULL RETURNING id, kind, body`);
  waiting.sort((a, b) => (isReversed ? b.id - a.id : a.id - b.id));
  for (const { kind, body } of waiting) {
    await (kind === 'persons' ? persons : areas)(pool, body.origin.companyCode, body.records);
  }
}
const persons = (pool: Pool, company: string, records: readonly PersonRecord[]) =>
  withTransaction(pool, (client) => applyPersons(client, new Subjects(), company, records, T0));
const areas = (pool: Pool, company: string, records: readonly AreaRecord[]) =>
  withTransaction(pool, (client) => applyAreas(client, company, records, T0));

/** The contract's fields under this register's names; everything else of a row is filled in. */
function renamed(
  store: RegisterStore,
  names: Readonly<Record<string, string>>,
  filled: StoredValues,
  after: () => Promise<void>,
): RegisterStore {
  const back = Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));
  const into = (values: StoredValues) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [names[name] ?? name, value]));
  const outOf = (values: StoredValues) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (back[name] === undefined ? [] : [[back[name], value]])),
    );
  const shown = (row: StoredRow): StoredRow => ({ ...row, running: null, values: outOf(row.values) });
  const query = (asked: ListQuery): ListQuery => ({
    ...asked,
    sort: { ...asked.sort, by: names[asked.sort.by] as string },
    filters: asked.filters.map((filter) => ({ ...filter, field: names[filter.field] as string })),
  });
  return {
    async list(db, scope, asked) {
      await after();
      const { rows, next } = await store.list(db, scope, query(asked));
      return { rows: rows.map(shown), next };
    },
    async count(db, scope, asked, limit) {
      await after();
      return store.count(db, scope, query(asked), limit);
    },
    async get(db, scope, id) {
      const row = await store.get(db, scope, id);
      return row === null ? null : shown(row);
    },
    byKeys: async (db, companies, keys) => (await store.byKeys(db, companies, keys)).map(shown),
    insert: async (client, rows, author) =>
      (
        await store.insert(
          client,
          rows.map((row) => ({ ...row, values: { ...filled, ...into(row.values) } })),
          author,
        )
      ).map(shown),
    update: async (client, changes, author) =>
      (
        await store.update(
          client,
          changes.map((change) => ({ ...change, values: into(change.values) })),
          author,
        )
      ).map(shown),
    remove: (client, id, version, author) => store.remove(client, id, version, author),
    async history(db, id) {
      await after();
      return (await store.history(db, id)).map((one) => ({
        ...one,
        before: one.before === null ? null : outOf(one.before),
        after: one.after === null ? null : outOf(one.after),
      }));
    },
  };
}

const start = (make: (pool: Pool) => RegisterStore) => async () => {
  const database = await createTestDatabase(inject('databaseUrl'));
  const { pool } = database;
  await pool.query(`INSERT INTO company (code, name) VALUES ('${A}', '甲公司'), ('${B}', '乙公司')`);
  return {
    store: make(pool),
    pool,
    companies: [A, B] as const,
    clear: async () => {
      await pool.query('TRUNCATE area, area_version, page_record, outbox');
      await pool.query('ALTER TABLE register_change DISABLE TRIGGER register_change_append_only');
      await pool.query('TRUNCATE register_change');
      await pool.query('ALTER TABLE register_change ENABLE TRIGGER register_change_append_only');
    },
    end: () => database.drop(),
  };
};

registerStoreContract(
  'areas, by way of the log',
  start((pool) =>
    renamed(areaStore(0), { code: 'areaId', name: 'name', rank: 'zMinM' }, { fixed: 'fixed', plan: PLAN }, () =>
      takeOutbox(pool),
    ),
  ),
);

describe('registers over tables that were there', () => {
  let database: TestDatabase;
  let pool: Pool;
  const told: string[] = [];
  const parts: CredentialParts = {
    get pool() {
      return pool;
    },
    sealer,
    announcer: {
      changed: async (appId) => void told.push(`changed ${appId}`),
      revoked: async (appId) => void told.push(`revoked ${appId}`),
    },
    knownInterfaces: ['positions', 'persons'],
    isAddressEntry: (entry) => /^[\d./]+$/.test(entry),
  };
  const registers = () =>
    parkRegisters({
      ...parts,
      pool,
      clock: { nowMs: () => T0 } as never,
      provePassword: async (_user, password) => {
        if (password !== 'right') throw new Error('wrong password');
      },
      vendors: {
        url: 'https://park.example',
        paths: { positions: '/v1/positioning/positions', persons: '/v1/positioning/persons' },
      },
    });
  const insert = (
    store: RegisterStore,
    companyCode: string | null,
    values: StoredValues,
    state: string | null = null,
  ) =>
    withTransaction(
      pool,
      async (client) => (await store.insert(client, [{ companyCode, state, values }], by('create')))[0] as StoredRow,
    );
  const update = (store: RegisterStore, row: StoredRow, values: StoredValues, atMs = T0 + 1) =>
    withTransaction(
      pool,
      async (client) =>
        (
          await store.update(client, [{ id: row.id, version: row.version, values }], by('update', atMs))
        )[0] as StoredRow,
    );

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    pool = database.pool;
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await pool.query('TRUNCATE outbox, page_record');
    await database.clear();
    await pool.query(`INSERT INTO company (code, name) VALUES ('${A}', '甲公司'), ('${B}', '乙公司')`);
    told.length = 0;
  });

  const store = (name: string): RegisterStore => registers().stores[name] as RegisterStore;
  const empty = {
    shortName: null,
    creditCode: null,
    hazardLevel: null,
    industry: null,
    address: null,
    place: null,
    legalRepresentative: null,
    safetyDirector: null,
  };

  it('[PRK-1] a company is entered, found, changed and moved; its code and credit code are its own', async () => {
    const companies = store('companies');
    const row = await insert(
      companies,
      null,
      { ...empty, code: '900000003', name: '丙化工有限公司', hazardLevel: '2', creditCode: '913100001111111111' },
      'running',
    );
    expect(row).toMatchObject({ version: 1, state: 'running', values: { code: '900000003', hazardLevel: '2' } });
    expect((await update(companies, row, { shortName: '丙' })).values).toMatchObject({
      shortName: '丙',
      name: '丙化工有限公司',
    });
    await expect(update(companies, row, { shortName: '丁' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(insert(companies, null, { ...empty, code: '900000003', name: 'x' }, 'running')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const same = insert(
      companies,
      null,
      { ...empty, code: '900000004', name: 'x', creditCode: '913100001111111111' },
      'running',
    );
    await expect(same).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('creditCode') });
    expect(await companies.history(pool, row.id)).toMatchObject([
      { act: 'update', before: { shortName: null }, after: { shortName: '丙' } },
      { act: 'create' },
    ]);
  });

  it('[PRK-19] a company sees its own base data by every way to read them, and another company nothing of them', async () => {
    const companies = store('companies');
    const list = { search: null, filters: [], companyCode: null, states: [], after: null, limit: 10 };
    const seenBy = async (role: Session['role'], companyCode: string | null) => {
      const scope = rowScope({ role, companyCode } as RegisterUser, companiesRegister);
      const query = { ...list, sort: { by: 'code', descending: false } };
      const { rows } = await companies.list(pool, scope, query);
      expect(await companies.count(pool, scope, query, 10)).toBe(rows.length);
      return { scope, rows, codes: rows.map(({ values }) => values['code']) };
    };
    const park = await seenBy('park', null);
    expect(park.codes).toEqual([A, B]);
    const own = await seenBy('enterprise', A);
    expect(own.codes).toEqual([A]);
    const [, foreign] = park.rows;
    expect(await companies.get(pool, own.scope, foreign?.id ?? '')).toBeNull();
    expect(await companies.get(pool, own.scope, own.rows[0]?.id ?? '')).toMatchObject({ values: { name: '甲公司' } });
    expect(isInScope(companiesRegister, foreign as StoredRow, own.scope)).toBe(false);
    expect((await seenBy('enterprise', null)).codes).toEqual([]);
  });

  it('[PRK-20] who answers for safety, environment and emergencies stands beside the contacts, and in no emergency’s list of its own', async () => {
    const contacts = store('company-contacts');
    for (const kind of ['safety', 'environment', 'emergency']) {
      const sealed = sealer.seal('13900000001', `contact:${A}:${kind}`);
      await insert(contacts, A, { kind, name: `${kind}的人`, phone: { sealed, blind: 'x' } });
    }
    const kinds = await queryRows<{ kind: string }>(pool, 'SELECT kind FROM company_contact ORDER BY kind');
    expect(kinds.map(({ kind }) => kind)).toEqual(['emergency', 'environment', 'safety']);
    await expect(
      insert(contacts, A, { kind: 'none', name: 'x', phone: { sealed: 'x', blind: 'x' } }),
    ).rejects.toBeDefined();
  });

  it('[PRK-2] [EMG-6] contacts of a company are the rows that an emergency reads', async () => {
    const contacts = store('company-contacts');
    const sealed = sealer.seal('021-57121234', `contact:${A}:control-room`);
    const row = await insert(contacts, A, { kind: 'control-room', name: '中控室', phone: { sealed, blind: 'x' } });
    expect(contacts.sealContext?.(A, 'control-room', 'phone')).toBe(`contact:${A}:control-room`);
    expect(await queryRows(pool, 'SELECT kind, name, phone_sealed FROM company_contact')).toEqual([
      { kind: 'control-room', name: '中控室', phone_sealed: sealed },
    ]);
    const after = await update(contacts, row, { name: '总控室' });
    expect(after).toMatchObject({ version: 2, values: { name: '总控室' } });
    await withTransaction(pool, (client) => contacts.remove(client, row.id, 2, by('remove')));
    expect(await queryRows(pool, 'SELECT * FROM company_contact')).toEqual([]);
    await insert(contacts, A, { kind: 'control-room', name: '中控室', phone: { sealed, blind: 'x' } });
  });

  it('[PRK-3] a credential is issued with a secret that shows after the password alone, changed, rotated, revoked', async () => {
    const credentials = store('credentials');
    const actions = registers().actions['credentials'] ?? {};
    const user = { userId: 'u1', userName: '林岚', address: null } as RegisterUser;
    const call = async (row: StoredRow, name: string, input: StoredValues) => {
      await actions[name]?.before?.({ row, input, user, by: by(name) });
      return withTransaction(pool, async (client) =>
        actions[name]?.({ client, row, input, user, by: by(name) } as ActionCall),
      );
    };
    const row = await insert(
      credentials,
      A,
      {
        label: '定位供应商',
        interfaces: ['positions'],
        addresses: '10.0.0.1\n10.1.0.0/16',
        rateRecordsPerS: null,
        sandbox: null,
      },
      'active',
    );
    expect(row).toMatchObject({
      state: 'active',
      companyCode: A,
      values: { label: '定位供应商', addresses: '10.0.0.1\n10.1.0.0/16', sandbox: false },
    });
    const appId = String(row.values['appId']);
    await expect(call(row, 'show-secret', { password: 'guess' })).rejects.toThrow('wrong password');
    const secret = async () => (await call(row, 'show-secret', { password: 'right' }))?.[1]?.value;
    const first = await secret();
    expect(first).toMatch(/^[\w-]{43}$/);
    await expect(update(credentials, row, { addresses: 'somewhere' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const changed = await update(credentials, row, { addresses: null });
    expect(await queryRows(pool, 'SELECT addresses FROM credential')).toEqual([{ addresses: null }]);
    const rotate = () => call(changed, 'rotate', { password: 'right', overlapHours: 24 });
    const pressed = await Promise.allSettled([rotate(), rotate()]);
    expect(pressed.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(rotate()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await secret()).not.toBe(first);
    const [before] = await queryRows<{ sealed: string }>(
      pool,
      'SELECT previous_secret_sealed AS sealed FROM credential',
    );
    expect(openSecret(sealer, appId, before?.sealed ?? '')).toBe(first);
    expect((await credentials.get(pool, ALL, row.id))?.values['previousSecretUntil']).toBe(T0 + 24 * 3_600_000);
    await credentials.settle?.(pool, changed);
    expect(told).toEqual([`changed ${appId}`]);
    const notes = (await call(row, 'hand-over', {}))?.[0]?.value ?? '';
    expect(notes).toContain(appId);
    expect(notes).not.toContain(await secret());
    await withTransaction(pool, (client) =>
      credentials.update(
        client,
        [{ id: row.id, version: changed.version + 1, values: {}, state: 'revoked' }],
        by('revoke'),
      ),
    );
    expect(told).toContain(`revoked ${appId}`);
    const gone = (await credentials.get(pool, ALL, row.id)) as StoredRow;
    expect(gone.state).toBe('revoked');
    await expect(call(gone, 'show-secret', { password: 'right' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  const idNumber = (personId: string, company: string, number = '110101199003071233') => ({
    sealed: sealPersonSecret(sealer, company, personId, 'id-number', number),
    blind: blindIndex.of('person.id-number', number),
  });
  const mobile = (personId: string, number: string) => ({
    sealed: sealPersonSecret(sealer, A, personId, 'mobile', number),
    blind: '',
  });
  const entered = (personId: string, change: StoredValues = {}): StoredValues => ({
    personId,
    name: '李四',
    type: 'staff',
    department: '生产部',
    post: '外操',
    cardNo: 'C1',
    idNumber: idNumber(personId, A),
    mobile: null,
    contractorCode: null,
    certificates: null,
    gender: null,
    birthday: null,
    ...change,
  });

  it('[PRK-4] a person of a page waits for the store, then stands; sex and birthday are read from the ID number', async () => {
    const people = peopleStore(sealer, 0);
    const row = await insert(people, A, entered('P1'));
    expect(row).toMatchObject({
      version: 1,
      running: { version: 0 },
      values: { gender: 'male', birthday: '1990-03-07' },
    });
    expect(await people.get(pool, ALL, row.id)).toMatchObject({ running: { version: 0 }, values: { name: '李四' } });
    expect(await people.get(pool, { ...ALL, companyCode: B }, row.id)).toBeNull();
    expect((await people.byKeys(pool, [A], ['P1'])).map(({ id }) => id)).toEqual([row.id]);
    await expect(insert(people, A, entered('P1'))).rejects.toMatchObject({ code: 'CONFLICT' });
    await takeOutbox(pool);
    expect(await people.get(pool, ALL, row.id)).toMatchObject({
      version: 1,
      running: { version: 1 },
      fromVendor: [],
      values: { cardNo: 'C1', gender: 'male' },
    });
    const changed = await update(people, row, {
      post: '内操',
      certificates: [{ name: '低压电工', number: 'T1', validTo: '2027-01-01' }],
    });
    expect(changed).toMatchObject({ version: 2, running: { version: 1 }, values: { post: '内操', cardNo: 'C1' } });
    await expect(update(people, row, { post: '班长' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await takeOutbox(pool);
    expect(await people.settle(pool, changed)).toMatchObject({
      running: { version: 2 },
      values: { certificates: [{ name: '低压电工' }] },
    });
    await withTransaction(pool, (client) => people.remove(client, row.id, 2, by('remove', T0 + 2)));
    expect(await people.get(pool, ALL, row.id)).toBeNull();
    await takeOutbox(pool);
    expect(await queryRows(pool, `SELECT deleted, card_no FROM person WHERE person_id = 'P1'`)).toEqual([
      { deleted: true, card_no: null },
    ]);
    expect((await people.history(pool, row.id)).map(({ act }) => act)).toEqual(['remove', 'update', 'create']);
    expect(await insert(people, A, entered('P1'))).toMatchObject({ version: 4 });
  });

  it('[PRK-5] of somebody whom the company’s system sends, the page changes phone, unit and certificates alone', async () => {
    const people = peopleStore(sealer, 0);
    await persons(pool, A, [
      createPerson({ companyCode: A, personId: 'P9', name: '王五', mobileSealed: 'vendor', contractorCode: 'U1' }),
    ]);
    const [row] = await people.byKeys(pool, [A], ['P9']);
    expect(row).toMatchObject({ version: 1, fromVendor: expect.arrayContaining(['name', 'mobile']) });
    await expect(update(people, row as StoredRow, { name: '王六' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(
      withTransaction(pool, (client) => people.remove(client, row?.id ?? '', 1, by('remove'))),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const phone = mobile('P9', '13812341234');
    const changed = await update(people, row as StoredRow, { mobile: phone });
    expect(changed).toMatchObject({ version: 2, values: { name: '王五', contractorCode: 'U1' } });
    await takeOutbox(pool);
    await persons(pool, A, [
      createPerson({ companyCode: A, personId: 'P9', name: '王小五', mobileSealed: 'vendor2', contractorCode: 'U2' }),
    ]);
    const now = (await people.get(pool, ALL, row?.id ?? '')) as StoredRow;
    expect(now.values).toMatchObject({ name: '王小五', contractorCode: 'U2', mobile: { sealed: phone.sealed } });
    expect(now.fromVendor).not.toContain('mobile');
    const cleared = await update(people, now, { mobile: null }, T0 + 9);
    await takeOutbox(pool);
    expect((await people.settle(pool, cleared)).values['mobile']).toMatchObject({ sealed: 'vendor2' });
  });

  it('[PRK-6] who wins does not hang on the order in which vendor’s and page’s records arrive', async () => {
    const record = fc.record({
      isPages: fc.boolean(),
      name: fc.constantFrom('甲', '乙', '丙'),
      mobileSealed: fc.constantFrom('', 'm1', 'm2'),
      contractorCode: fc.constantFrom(null, 'U1', 'U2'),
      atMs: fc.integer({ min: 1, max: 1_000 }),
      deleted: fc.constantFrom(false, false, false, true),
    });
    const said = fc.uniqueArray(record, {
      selector: ({ isPages, atMs }) => `${isPages}/${atMs}`,
      minLength: 1,
      maxLength: 6,
    });
    const shuffled = said.chain((records) =>
      fc.tuple(
        fc.constant(records),
        fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length }),
      ),
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(shuffled, fc.nat(5), async ([records, others], cut) => {
        const outcome = async (inOrder: typeof records) => {
          const personId = `P${n++}`;
          const sent = inOrder.map(({ isPages, atMs, ...rest }) =>
            createPerson({
              ...rest,
              companyCode: A,
              personId,
              updatedAtMs: isPages ? pageDateMs(T0 + atMs) : T0 + atMs,
            }),
          );
          // In one batch or in two.
          await persons(pool, A, sent.slice(0, cut));
          await persons(pool, A, sent.slice(cut));
          const [row] = await queryRows(
            pool,
            `SELECT name, deleted, said_mobile_sealed AS mobile, said_contractor_code AS unit, page_at FROM person WHERE person_id = $1`,
            [personId],
          );
          return row;
        };
        const newest = (isPages: boolean) =>
          records.filter((one) => one.isPages === isPages).sort((a, b) => b.atMs - a.atMs)[0];
        const [vendor, page] = [newest(false), newest(true)];
        const stands = vendor ?? page;
        const expected = {
          name: stands?.name,
          deleted: stands?.deleted,
          mobile: page?.mobileSealed || stands?.mobileSealed,
          unit: page?.contractorCode ?? stands?.contractorCode,
        };
        expect(await outcome(records)).toMatchObject(expected);
        expect(await outcome(others)).toMatchObject(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('[PRK-7] an area of a page is checked as a vendor’s, has its versions in its history, and gives way to a vendor’s', async () => {
    const drawn = {
      areaId: 'Z1',
      name: '火炬区',
      kind: 'FORBIDDEN',
      fixed: 'fixed',
      plan: PLAN,
      zMinM: null,
      zMaxM: 20,
      floorNo: null,
      validFrom: null,
      validTo: null,
      allowedTypes: ['staff'],
      boundPeople: [],
      areaVersion: null,
    };
    const zones = areaStore(0);
    const bow = [PLAN[0], PLAN[2], [121.49, 30.8], [121.48, 30.81]];
    await expect(insert(zones, A, { ...drawn, plan: bow })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const row = await insert(zones, A, drawn);
    await takeOutbox(pool);
    const changed = await update(zones, row, { name: '火炬禁入区' });
    await takeOutbox(pool);
    expect(await zones.settle(pool, changed)).toMatchObject({
      version: 2,
      running: { version: 2 },
      values: { name: '火炬禁入区', zMaxM: 20, areaVersion: 2 },
    });
    await areas(pool, A, [createArea({ areaId: 'Z1', companyCode: A, name: '来自企业', updatedAtMs: null })]);
    const now = (await zones.get(pool, ALL, row.id)) as StoredRow;
    expect(now).toMatchObject({
      values: { name: '来自企业', areaVersion: 3 },
      fromVendor: expect.arrayContaining(['plan']),
    });
    await expect(update(zones, now, { name: '我的' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect((await zones.history(pool, row.id)).map(({ version, act, by: who }) => [version, act, who])).toEqual([
      [3, 'vendor', ''],
      [2, 'update', '林岚'],
      [1, 'create', '林岚'],
    ]);
  });

  it('[PRK-8] a page’s word that a vendor overtakes on the way is taken, and shows the vendor’s', async () => {
    const zones = areaStore(0);
    const row = await insert(zones, A, {
      areaId: 'Z2',
      name: '页面',
      kind: null,
      fixed: 'fixed',
      plan: PLAN,
      zMinM: null,
      zMaxM: null,
      floorNo: null,
      validFrom: null,
      validTo: null,
      allowedTypes: null,
      boundPeople: null,
      areaVersion: null,
    });
    await areas(pool, A, [createArea({ areaId: 'Z2', companyCode: A, name: '企业', updatedAtMs: T0 })]);
    await takeOutbox(pool);
    expect(await zones.get(pool, ALL, row.id)).toMatchObject({ running: { version: 1 }, values: { name: '企业' } });
  });

  it('[PRK-11] the same ID number at another company shows to the park by name, to a company as a count, each on record', async () => {
    const { blind } = idNumber('x', A);
    const sent = (companyCode: string, personId: string) =>
      createPerson({ companyCode, personId, idNumberBlind: blind });
    await persons(pool, A, [sent(A, 'P1'), createPerson({ companyCode: A, personId: 'P2', idNumberBlind: 'other' })]);
    await persons(pool, B, [sent(B, 'Q1'), { ...sent(B, 'Q2'), deleted: true }]);
    const directory = new DatabaseDirectory(pool, sealer, silentLogger);
    const audit = { write: (entry: AuditEntry) => insertAudit(pool, entry) };
    const [same] = samePersonRoutes({ directory, audit });
    const ask = async (companyCode: string | null, company: string, person: string) => {
      const session = { userId: 'u1', userName: '林岚', companyCode } as Session;
      const answer = await same?.handle({ session, address: '10.0.0.1', params: { company, person } } as never);
      return answer?.ok ? answer.value : null;
    };
    expect(await ask(null, A, 'P1')).toMatchObject({
      count: 1,
      people: [{ companyCode: B, companyName: '乙公司', personId: 'Q1' }],
    });
    expect(await ask(A, A, 'P1')).toEqual({ count: 1, people: [] });
    expect(await ask(B, A, 'P1')).toEqual({ count: 0, people: [] });
    expect(await ask(null, A, 'P2')).toEqual({ count: 0, people: [] });
    expect(await queryRows(pool, `SELECT count(*)::integer AS n FROM audit WHERE action = 'person.match'`)).toEqual([
      { n: 4 },
    ]);
  });
});
