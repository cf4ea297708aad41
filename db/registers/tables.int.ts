import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { integer, text } from '../../registers/field.ts';
import { type AnyRegister, defineRegister, type Fields } from '../../registers/register.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { migrateDatabase } from '../migrate.ts';
import { readUntold } from './heard.ts';

const title = { zh: '样例', en: 'Sample' };
const code = text({ title, maxLength: 9, required: true, unique: true });
const registerOf = (fields: Fields, scope: 'park' | 'company' = 'park'): AnyRegister =>
  defineRegister({
    name: 'kept-things',
    title,
    group: 'work',
    about: title,
    scope,
    fields,
    key: 'code',
    label: 'code',
    rights: { read: ['park'] },
    list: { columns: ['code'], sort: { by: 'code' }, filters: [] },
    form: [{ fields: ['code'] }],
  });

describe('tables of registers', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(inject('databaseUrl'), false, []);
  });
  afterEach(() => database.drop());

  const migrate = (...registers: AnyRegister[]) => migrateDatabase(database.url, silentLogger, registers);
  const columns = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (
        await database.pool.query<{ name: string; type: string }>(
          `SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'reg_kept_things'`,
        )
      ).rows.map(({ name, type }) => [name, type]),
    );
  const indexes = async (): Promise<string[]> =>
    (
      await database.pool.query<{ definition: string }>(
        `SELECT indexdef AS definition FROM pg_indexes WHERE tablename = 'reg_kept_things' ORDER BY 1`,
      )
    ).rows.map(({ definition }) => definition);
  const put = (values: string, names = 'code') =>
    database.pool.query(
      `INSERT INTO reg_kept_things (${names}, version, created_at, created_by, updated_at, updated_by, from_vendor)
       VALUES (${values}, 1, now(), 'a', now(), 'a', '{}')`,
    );

  it('[REG-1] are made from the declaration, once', async () => {
    expect(await columns()).toEqual({});
    await migrate(registerOf({ code, maxCount: integer({ title, min: 0, max: 9, indexed: true }) }));
    expect(await columns()).toMatchObject({
      id: 'bigint',
      code: 'text',
      max_count: 'integer',
      removed_at: 'timestamp with time zone',
    });
    const made = await indexes();
    expect(made.some((index) => index.includes('UNIQUE') && index.includes('(code)'))).toBe(true);
    expect(made.some((index) => index.includes('(max_count, id)'))).toBe(true);
    await put(`'a'`);
    await migrate(registerOf({ code, maxCount: integer({ title, min: 0, max: 9, indexed: true }) }));
    expect(await indexes()).toEqual(made);
    expect((await database.pool.query('SELECT FROM reg_kept_things')).rowCount).toBe(1);
  });

  it('[REG-1] several processes at once make them once', async () => {
    await Promise.all([1, 2, 3].map(() => migrate(registerOf({ code }))));
    expect(Object.keys(await columns())).toContain('code');
  });

  it('[REG-2] take a new field, and keep what is declared no more', async () => {
    await migrate(registerOf({ code, old: text({ title, maxLength: 9 }) }));
    await put(`'a', 'x'`, 'code, old');
    await migrate(registerOf({ code, fresh: integer({ title, min: 0, max: 9, required: true }) }));
    expect((await database.pool.query('SELECT code, old, fresh FROM reg_kept_things')).rows).toEqual([
      { code: 'a', old: 'x', fresh: null },
    ]);
  });

  it('[GBP-2] a table that is there already and is heard from now on: its rows wait to be told, by an index of their own', async () => {
    await migrate(registerOf({ code }));
    await put(`'a'`);
    const heard = { ...registerOf({ code }), heard: ['code'] };
    await migrate(heard);
    expect(await columns()).toMatchObject({ told_version: 'integer' });
    expect((await indexes()).some((index) => index.includes('told_version <> version'))).toBe(true);
    const rows = await readUntold(database.pool, heard, 10);
    expect(rows.map(({ key, version, values }) => [key, version, values])).toEqual([['a', 1, { code: 'a' }]]);
    await put(`'b'`);
    expect((await readUntold(database.pool, heard, 10)).length).toBe(2);
  });

  it('[REG-3] refuse a field whose type is another than its column’s, naming both, and nothing is changed', async () => {
    await migrate(registerOf({ code, many: integer({ title, min: 0, max: 9 }) }));
    await expect(migrate(registerOf({ code, added: code, many: text({ title, maxLength: 9 }) }))).rejects.toMatchObject(
      {
        code: 'CONFIG_INVALID',
        detail: 'register kept-things: many is declared as text, the table reg_kept_things has integer',
      },
    );
    expect(await columns()).not.toHaveProperty('added');
  });

  it.each([['companyCode'], ['version'], ['removedAt'], ['Name'], ['a-b'], ['x'.repeat(60)]])(
    '[REG-4] have no field called %s',
    async (name) => {
      await expect(migrate(registerOf({ code, [name]: code }))).rejects.toThrow(`cannot be called ${name}`);
    },
  );

  it('[REG-5] get the indexes that are declared, lose those that are not, and tell rows that contradict', async () => {
    const name = (more: object) => text({ title, maxLength: 9, ...more });
    await migrate(registerOf({ code, name: name({ search: true }) }));
    expect((await indexes()).filter((index) => index.includes('bigrams'))).toHaveLength(1);
    await put(`'a', 'same'`, 'code, name');
    await put(`'b', 'same'`, 'code, name');
    await migrate(registerOf({ code, name: name({ indexed: true }) }));
    expect((await indexes()).filter((index) => index.includes('bigrams'))).toHaveLength(0);
    expect((await indexes()).filter((index) => index.includes('(name, id)'))).toHaveLength(1);
    await expect(migrate(registerOf({ code, name: name({ unique: true }) }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringContaining('declared unique'),
    });
  });

  it('[REG-5] an order of rows of companies knows the company: a list of one of them reads no row of the others', async () => {
    const name = text({ title, maxLength: 9, indexed: true, search: true });
    await migrate(registerOf({ code, name }, 'company'));
    const made = await indexes();
    expect(made.filter((index) => index.includes('(name, id, company_code)'))).toHaveLength(1);
    expect(made.filter((index) => index.includes("gin_pending_list_limit='256'"))).toHaveLength(1);
  });

  it('[REG-29] the history is append-only', async () => {
    await database.pool.query(
      `INSERT INTO register_change (register, row_id, version, at, by_user, by_name, act) VALUES ('a', '1', 1, now(), 'u', 'n', 'create')`,
    );
    for (const statement of [
      `UPDATE register_change SET act = 'b'`,
      'DELETE FROM register_change',
      'TRUNCATE register_change',
    ]) {
      await expect(database.pool.query(statement)).rejects.toThrow('append-only');
    }
  });
});
