import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { RegisterRow, RowHistory } from '../../core/register-api.ts';
import { integer, text } from '../../registers/field.ts';
import { defineRegister } from '../../registers/register.ts';
import { registerStoreContract } from '../../test/contract/register-store.ts';
import { createTestDatabase } from '../../test/contract/storage-database.ts';
import { SettingStore } from './setting-store.ts';
import { type Caller, COMPANY, createRegisterPark, type RegisterPark } from './test-park.ts';

const title = { zh: '探测器', en: 'Detectors' };
const fields = {
  code: text({ title, maxLength: 32, required: true, unique: true, indexed: true }),
  name: text({ title, maxLength: 300, required: true, indexed: true, search: true }),
  rank: integer({ title, min: 0, max: 9_999, indexed: true }),
  lng: integer({ title, min: -999, max: 999 }),
};
const base = {
  title,
  group: 'alarms',
  about: title,
  scope: 'company',
  fields,
  key: 'code',
  label: 'name',
  rights: { read: ['park'], create: ['park'], update: ['park'], remove: ['park'] },
  list: { columns: ['code'], sort: { by: 'code' }, filters: [] },
  form: [{ fields: ['code'] }],
} as const;
const settingOf = ({ name, rank, lng }: { name: string; rank: number | null; lng: number | null }) => ({
  name,
  lng: lng ?? 121,
  lat: 30,
  ...(rank === null ? {} : { radiusM: rank }),
});

/** Rows are settings. */
const kept = {
  topic: 'detector',
  toSetting: (
    values: { code: string; name: string; rank: number | null; lng: number | null },
    companyCode: string | null,
  ) => ({
    key: `${companyCode}/${values.code}`,
    value: settingOf(values),
  }),
  fromSetting: (key: string, value: unknown) => {
    const [companyCode = '', code = ''] = key.split('/');
    const { name, radiusM, lng } = value as { name: string; radiusM?: number; lng: number };
    return { companyCode, values: { code, name, rank: radiusM ?? null, lng: lng === 121 ? null : lng } };
  },
} as const;
const asSettings = defineRegister({ ...base, name: 'as-settings', kept });
/** Rows lie in a table and are told. */
const told = defineRegister({
  ...base,
  name: 'told',
  tells: (values, companyCode) =>
    values.name === '停用'
      ? null
      : { topic: 'detector', key: `${companyCode}/t-${values.code}`, value: settingOf(values) },
});

registerStoreContract('settings', async () => {
  const database = await createTestDatabase(inject('databaseUrl'), false, []);
  const { pool } = database;
  return {
    store: new SettingStore(asSettings, kept),
    pool,
    companies: ['900000001', '900000002'],
    clear: async () => {
      await pool.query('ALTER TABLE setting_version DISABLE TRIGGER setting_version_append_only');
      await pool.query('TRUNCATE setting, setting_version, doc');
    },
    end: () => database.drop(),
  };
});

describe('registers and the engine', () => {
  let park: RegisterPark;
  let staff: Caller;
  beforeAll(async () => {
    park = await createRegisterPark(inject('databaseUrl'), [asSettings, told]);
    staff = await park.as({ role: 'park', userName: '张三' });
  });
  beforeEach(() => park.pool.query('TRUNCATE reg_told, setting, outbox'));
  afterAll(() => park.end());

  const create = (register: string, code: string, more: object = {}) =>
    staff.call('POST', `/${register}`, { companyCode: COMPANY, values: { code, name: '1# 罐区', ...more } });
  const settings = async (): Promise<Record<string, [number, unknown]>> =>
    Object.fromEntries(
      (
        await park.pool.query<{ key: string; version: number; value: unknown }>(
          'SELECT key, version, value FROM setting',
        )
      ).rows.map(({ key, version, value }) => [key, [version, value]]),
    );
  const waiting = async (): Promise<number> => (await park.pool.query('SELECT FROM outbox')).rowCount ?? 0;

  it('[REG-62] ids that no row can have are answered like what does not exist', async () => {
    for (const id of ['x', 'k', `k${Buffer.from('a\0b').toString('base64url')}`, '9'.repeat(30)]) {
      expect([id, (await staff.call('GET', `/as-settings/${id}`)).statusCode]).toEqual([id, 404]);
      expect([id, (await staff.call('GET', `/told/${id}`)).statusCode]).toEqual([id, 404]);
    }
    expect((await staff.call('GET', '/told/options?keys=%00,none')).json()).toEqual({ options: [] });
  });

  it('[REG-31] a row that is a setting says what the engine runs, and is refused with the field by the topic’s check', async () => {
    const row = (await create('as-settings', 'a')).json<RegisterRow>();
    expect(row).toMatchObject({ version: 1, running: null, createdBy: '张三' });
    const running = { version: 1, atMs: 5, problem: null };
    await park.pool.query(
      `INSERT INTO doc (kind, key, value, gone, at, company_codes) VALUES ('setting', $1, $2, false, now(), '{}')`,
      [`detector:${COMPANY}/a`, running],
    );
    expect((await staff.call('GET', `/as-settings/${row.id}`)).json()).toMatchObject({
      running: { version: 1, problem: null },
    });
    const bad = await staff.call('PATCH', `/as-settings/${row.id}`, { version: 1, values: { lng: 500 } });
    expect(bad.json()).toMatchObject({ code: 'INPUT_INVALID', problems: [{ field: 'lng' }] });
    const renamed = await staff.call('PATCH', `/as-settings/${row.id}`, { version: 1, values: { code: 'b' } });
    expect(renamed.statusCode).toBe(422);
    const { changes } = (await staff.call('GET', `/as-settings/${row.id}/history`)).json<RowHistory>();
    expect(changes).toMatchObject([{ version: 1, act: 'create', by: '张三', reason: null }]);
    expect(await waiting()).toBe(1);
  });

  it('[REG-71] what is told goes with its row', async () => {
    const key = `${COMPANY}/t-a`;
    const row = (await create('told', 'a')).json<RegisterRow>();
    expect(await settings()).toEqual({ [key]: [1, { name: '1# 罐区', lng: 121, lat: 30 }] });
    const change = async (version: number, values: object): Promise<number> =>
      (await staff.call('PATCH', `/told/${row.id}`, { version, values })).statusCode;
    expect(await change(1, { rank: 80 })).toBe(200);
    expect((await settings())[key]).toEqual([2, { name: '1# 罐区', lng: 121, lat: 30, radiusM: 80 }]);
    expect(await change(2, { name: '停用' })).toBe(200);
    expect((await settings())[key]).toEqual([3, null]);
    expect(await change(3, { name: '再用', code: 'b' })).toBe(200);
    expect(await settings()).toMatchObject({ [key]: [3, null], [`${COMPANY}/t-b`]: [1, { name: '再用' }] });
    expect(await waiting()).toBe(4);
    expect((await staff.call('DELETE', `/told/${row.id}?version=4`)).statusCode).toBe(204);
    expect((await settings())[`${COMPANY}/t-b`]).toEqual([2, null]);
  });

  it('[REG-71] what the topic does not take keeps the row from being kept', async () => {
    const refused = await create('told', 'z', { rank: 5_000 });
    expect(refused.json()).toMatchObject({ code: 'INPUT_INVALID', detail: expect.stringContaining('radiusM') });
    expect([await settings(), await waiting()]).toEqual([{}, 0]);
    expect((await staff.call('GET', '/told')).json()).toMatchObject({ count: 0 });
    expect((await park.pool.query(`SELECT FROM audit WHERE subject = $1`, [`told:${COMPANY}/z`])).rowCount).toBe(0);
  });
});
