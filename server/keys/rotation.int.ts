import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { contactContext } from '../../db/company-contacts.ts';
import { DAY_MS } from '../../db/range-partitions.ts';
import { REGISTERS } from '../../registers/index.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { openSecret, sealSecret } from '../../security/credential-secret.ts';
import { createSealer, keyIdOf } from '../../security/gm.ts';
import { openKeys } from '../../security/live-keys.ts';
import { createMasterKeyFile, readMasterKeys } from '../../security/master-key.ts';
import { blindIdNumber, openPersonSecret, sealPersonSecret } from '../../security/person-secret.ts';
import { registerSecretBlind, registerSecretContext } from '../../security/register-secret.ts';
import { openTotpSecret, sealTotpSecret } from '../../security/totp.ts';
import { createTestDatabase, setAuditTriggers, type TestDatabase } from '../../test/contract/storage-database.ts';
import { runPark } from '../../test/run-park.ts';
import { command as key } from '../cli/key.ts';
import { sealedTables } from './sealed-columns.ts';

const COMPANY = '900000001';
const ID_NUMBER = '11010519491231002X';
const MOBILE = '13800001234';
const PEOPLE = 3_000;
const NOW = Date.UTC(2026, 6, 1);
const USER = '00000000-0000-4000-8000-000000000001';

describe('a change of the master key', () => {
  let database: TestDatabase;
  let folder: string;
  let path: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.clear();
    await database.pool.query('TRUNCATE page_record');
    folder = mkdtempSync(join(tmpdir(), 'key-rotation-'));
    path = join(folder, 'master.key');
    createMasterKeyFile(path);
    env = { DATABASE_URL: database.url, PARK_MASTER_KEY_FILE: path, PARK_DATA_DIR: folder, PARK_ARCHIVE_DAYS: '30' };
    await fill();
    return () => rmSync(folder, { recursive: true });
  });

  const park = (words: string[], nowMs = NOW) =>
    runPark(['key', ...words, '--json'], [{ ...key, load: async () => key }], { env, nowMs });
  const ids = (): string[] => readMasterKeys(path).map(keyIdOf);
  const rows = async <Row>(sql: string): Promise<Row[]> => (await database.pool.query(sql)).rows as Row[];
  const peopleContext = (field: string): string => registerSecretContext('contractor-people', COMPANY, 'n1', field);

  async function fill(): Promise<void> {
    const { pool } = database;
    const keys = readMasterKeys(path);
    const sealer = createSealer(keys);
    const blind = createBlindIndex(keys[0] as Buffer);
    await pool.query(`INSERT INTO company (code, name) VALUES ($1, 'c')`, [COMPANY]);
    await pool.query('INSERT INTO credential (app_id, company_code, secret_sealed) VALUES ($1, $2, $3)', [
      'app_1',
      COMPANY,
      sealSecret(sealer, 'app_1', 'secret'),
    ]);
    await pool.query(`INSERT INTO app_user (id, name, password_hash, role) VALUES ('${USER}', 'u', 'x', 'operator')`);
    await pool.query(
      `INSERT INTO user_factor (user_id, kind, secret_sealed, created_at, created_by) VALUES ('${USER}', 'totp', $1, now(), 'u')`,
      [sealTotpSecret(sealer, USER, 'JBSWY3DPEHPK3PXP')],
    );
    const people = Array.from({ length: PEOPLE }, (_, n) => ({
      person_id: `p${n}`,
      id_number_sealed: sealPersonSecret(sealer, COMPANY, `p${n}`, 'id-number', ID_NUMBER),
      mobile_sealed: n % 2 === 0 ? null : sealPersonSecret(sealer, COMPANY, `p${n}`, 'mobile', MOBILE),
    }));
    await pool.query(
      `INSERT INTO person (company_code, person_id, id_number_sealed, id_number_blind, mobile_sealed, received_at)
       SELECT $2, person_id, id_number_sealed, $3, mobile_sealed, now()
       FROM jsonb_to_recordset($1) AS p (person_id text, id_number_sealed text, mobile_sealed text)`,
      [JSON.stringify(people), COMPANY, blindIdNumber(blind, ID_NUMBER)],
    );
    const phone = {
      sealed: sealer.seal(MOBILE, peopleContext('phone')),
      blind: registerSecretBlind(blind, 'phone', MOBILE),
    };
    const [row] = await rows<{ id: string }>(
      `INSERT INTO reg_contractor_people (company_code, version, created_at, created_by, updated_at, updated_by, from_vendor,
         number, name, unit, phone, phone_blind)
       VALUES ('${COMPANY}', 1, now(), 'u', now(), 'u', '{}', 'n1', '苏岚', 'unit-1', '${phone.sealed}', '${phone.blind}') RETURNING id`,
    );
    await pool.query(
      `INSERT INTO register_change (register, row_id, version, at, by_user, by_name, act, after)
       VALUES ('contractor-people', $1, 1, now(), 'u', 'u', 'create', $2)`,
      [row?.id, JSON.stringify({ number: 'n1', name: '苏岚', phone, weight: 12.5 })],
    );
    await pool.query(
      `INSERT INTO vendor_record (company_code, interface, record_id, joint_test, person_ids, body, content_hash, received_at, deleted)
       SELECT $1, v.interface, v.record_id, v.joint_test, '{}', v.body, 'h', now(), false
       FROM (VALUES ('contractor-people', 'n1', false, $2::jsonb), ('persons', 'p1', true, $3::jsonb)) AS v (interface, record_id, joint_test, body)`,
      [
        COMPANY,
        JSON.stringify({ key: 'n1', values: { name: '苏岚', phone } }),
        JSON.stringify({ personId: 'p1', mobileSealed: people[1]?.mobile_sealed }),
      ],
    );
    await pool.query(
      `INSERT INTO page_record (kind, company_code, record_id, version, body, said_at, deleted, created_at, created_by, by)
       VALUES ('persons', $1, 'p1', 1, $2, now(), false, now(), 'u', 'u')`,
      [
        COMPANY,
        JSON.stringify({
          idNumberSealed: people[1]?.id_number_sealed,
          idNumberBlind: blindIdNumber(blind, ID_NUMBER),
          mobileSealed: people[1]?.mobile_sealed,
        }),
      ],
    );
  }

  /** Everything opens with the current key alone, and is found by its blind index. */
  async function expectWhole(): Promise<void> {
    const current = readMasterKeys(path).slice(0, 1);
    const sealer = createSealer(current);
    const blind = createBlindIndex(current[0] as Buffer);
    const [credential] = await rows<{ secret_sealed: string }>('SELECT secret_sealed FROM credential');
    expect(openSecret(sealer, 'app_1', credential?.secret_sealed ?? '')).toBe('secret');
    const [factor] = await rows<{ secret_sealed: string }>('SELECT secret_sealed FROM user_factor');
    expect(openTotpSecret(sealer, USER, factor?.secret_sealed ?? '')).toBe('JBSWY3DPEHPK3PXP');
    const people = await rows<{
      person_id: string;
      id_number_sealed: string;
      id_number_blind: string;
      mobile_sealed: string | null;
    }>('SELECT person_id, id_number_sealed, id_number_blind, mobile_sealed FROM person ORDER BY id');
    expect(people).toHaveLength(PEOPLE);
    for (const [n, one] of people.entries()) {
      expect(openPersonSecret(sealer, COMPANY, one.person_id, 'id-number', one.id_number_sealed)).toBe(ID_NUMBER);
      if (n % 2 === 0) expect(one.mobile_sealed).toBeNull();
      else expect(openPersonSecret(sealer, COMPANY, one.person_id, 'mobile', one.mobile_sealed ?? '')).toBe(MOBILE);
    }
    expect(new Set(people.map((one) => one.id_number_blind))).toEqual(new Set([blindIdNumber(blind, ID_NUMBER)]));
    const [row] = await rows<{ phone: string; phone_blind: string }>(
      'SELECT phone, phone_blind FROM reg_contractor_people',
    );
    expect(sealer.open(row?.phone ?? '', peopleContext('phone'))).toBe(MOBILE);
    expect(row?.phone_blind).toBe(registerSecretBlind(blind, 'phone', MOBILE));
    const [change] = await rows<{ after: { name: string; weight: number; phone: { sealed: string; blind: string } } }>(
      'SELECT after FROM register_change',
    );
    expect(change?.after).toMatchObject({ name: '苏岚', weight: 12.5, phone: { blind: row?.phone_blind } });
    expect(sealer.open(change?.after.phone.sealed ?? '', peopleContext('phone'))).toBe(MOBILE);
    const [joint, sent] = await rows<{
      body: { mobileSealed: string; values: { phone: { sealed: string; blind: string } } };
    }>('SELECT body FROM vendor_record ORDER BY joint_test DESC');
    expect(openPersonSecret(sealer, COMPANY, 'p1', 'mobile', joint?.body.mobileSealed ?? '')).toBe(MOBILE);
    expect(sealer.open(sent?.body.values.phone.sealed ?? '', peopleContext('phone'))).toBe(MOBILE);
    expect(sent?.body.values.phone.blind).toBe(row?.phone_blind);
    const [page] = await rows<{ body: Record<string, string> }>('SELECT body FROM page_record');
    expect(openPersonSecret(sealer, COMPANY, 'p1', 'mobile', page?.body['mobileSealed'] ?? '')).toBe(MOBILE);
    expect(page?.body['idNumberBlind']).toBe(blindIdNumber(blind, ID_NUMBER));
    await expect(database.pool.query('DELETE FROM register_change')).rejects.toThrow('append-only');
  }

  test('[AUD-21] rotate puts a new key first, and seals every value and its blind index anew', async () => {
    const [old] = ids();
    const told = await park(['rotate']);
    expect(told.code).toBe(0);
    expect(ids()).toEqual([expect.any(String), old]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expectWhole();
    const { keys } = JSON.parse((await park(['status'])).out) as {
      keys: { id: string; state: string; uses: object[] }[];
    };
    expect(keys).toMatchObject([
      { id: ids()[0], state: 'current' },
      { id: old, state: 'older', uses: [] },
    ]);
    expect(keys[0]?.uses).toContainEqual({ table: 'person', values: PEOPLE * 1.5 });
    expect(await rows('SELECT action, subject FROM audit')).toEqual([{ action: 'key.rotate', subject: ids()[0] }]);
  });

  test('[AUD-21] the history of a row that left its table is sealed anew too', async () => {
    const context = contactContext(COMPANY, 'control-room');
    const phone = { sealed: createSealer(readMasterKeys(path)).seal(MOBILE, context), blind: 'b' };
    await database.pool.query(
      `INSERT INTO company (code, name) VALUES ('800000001', 'before'), ('910000001', 'after')`,
    );
    // The contact itself was removed: company_contact keeps no removed rows.
    await database.pool.query(
      `INSERT INTO register_change (register, row_id, version, at, by_user, by_name, act, before)
       VALUES ('company-contacts', '4711', 2, now(), 'u', 'u', 'remove', $1)`,
      [JSON.stringify({ kind: 'control-room', name: '中控室', phone })],
    );
    expect((await park(['rotate'])).code).toBe(0);
    const [gone] = await rows<{ sealed: string }>(
      `SELECT before -> 'phone' ->> 'sealed' AS sealed FROM register_change WHERE register = 'company-contacts'`,
    );
    expect(createSealer(readMasterKeys(path).slice(0, 1)).open(gone?.sealed ?? '', context)).toBe(MOBILE);
  });

  test('[AUD-21] one key file serves several parks: all of them are sealed anew, and none is forgotten', async () => {
    const other = await createTestDatabase(inject('databaseUrl'));
    try {
      const codeOf = ({ url }: TestDatabase): string => url.replace(/.*test_/, '');
      const pattern = database.url.replace(codeOf(database), '{park}');
      env = { ...env, PARK_CODES: `${codeOf(database)},${codeOf(other)}`, DATABASE_URL: pattern };
      await other.pool.query(`INSERT INTO company (code, name) VALUES ('${COMPANY}', 'c')`);
      await other.pool.query('INSERT INTO credential (app_id, company_code, secret_sealed) VALUES ($1, $2, $3)', [
        'app_2',
        COMPANY,
        sealSecret(createSealer(readMasterKeys(path)), 'app_2', 'secret'),
      ]);
      expect((await park(['rotate'])).code).toBe(0);
      await expectWhole();
      const { keys } = JSON.parse((await park(['status'])).out) as { keys: { uses: object[] }[] };
      expect(keys[0]?.uses).toContainEqual({ table: `${codeOf(other)}: credential`, values: 1 });
      expect(keys[1]?.uses).toEqual([]);
    } finally {
      await other.drop();
    }
  });

  test('[AUD-22] killed in the middle, it goes on where it ended', async () => {
    const script = fileURLToPath(new URL('../park.ts', import.meta.url));
    const count = async (id?: string): Promise<number> =>
      (await rows(`SELECT FROM person WHERE id_number_sealed LIKE 'v1.${id}.%'`)).length;
    // It stands still at a row that somebody holds.
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM person WHERE person_id = 'p${PEOPLE - 1_000}' FOR UPDATE`);
    const child = spawn(process.execPath, ['--import', 'tsx', script, 'key', 'rotate'], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await vi.waitFor(async () => expect(await count(ids()[0])).toBe(PEOPLE - 1_000), { timeout: 30_000 });
    child.kill('SIGKILL');
    await ended;
    await holder.query('COMMIT');
    holder.release();
    expect(child.signalCode).toBe('SIGKILL');
    const [current, old] = ids();
    expect(await count(old)).toBeGreaterThan(0);
    expect((await count(current)) + (await count(old))).toBe(PEOPLE);
    // A second new key on top of a half-done one would only make it longer.
    expect(await park(['rotate'])).toMatchObject({ code: 1, err: expect.stringContaining('park key reseal') });
    expect(ids()).toEqual([current, old]);
    expect((await park(['reseal'])).code).toBe(0);
    await expectWhole();
    expect(JSON.parse((await park(['reseal'])).out)).toMatchObject({ keyId: current, unreadable: 0 });
  });

  test('[AUD-23] an old key goes when nothing is under it, in the database, the log or the archive', async () => {
    const [old] = ids() as [string];
    expect(await park(['retire', old])).toMatchObject({ code: 1, err: expect.stringContaining('current key') });
    await park(['rotate']);
    expect(await park(['retire', 'nobody'])).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') });
    expect(await park(['retire', old], NOW + DAY_MS)).toMatchObject({
      code: 1,
      err: expect.stringContaining('archive'),
    });
    const later = NOW + 31 * DAY_MS;
    await database.pool.query(
      `INSERT INTO audit_seal VALUES (1, '2026-07-01', now(), $1, '{}', '', '\\x00', '\\x01')`,
      [old],
    );
    expect(await park(['retire', old], later)).toMatchObject({
      code: 1,
      err: expect.stringContaining('audit_seal: 1'),
    });
    await database.pool.query(`${setAuditTriggers('DISABLE')}; TRUNCATE audit_seal; ${setAuditTriggers('ENABLE')}`);
    expect((await park(['retire', old], later)).code).toBe(0);
    expect(ids()).toHaveLength(1);
    await expectWhole();
    expect(readFileSync(path, 'utf8')).toMatch(/^# current since .*\n[0-9a-f]{64}\n$/);
  });

  test('[AUD-24] a lost key: status names it and what is under it, and nothing that cannot be read is touched', async () => {
    const [lost] = ids();
    const before = await rows('SELECT id_number_sealed FROM person ORDER BY id LIMIT 5');
    writeFileSync(path, `${'ab'.repeat(32)}\n`);
    const told = await park(['status']);
    expect(told.code).toBe(1);
    expect(JSON.parse(told.out).keys).toContainEqual(
      expect.objectContaining({ id: lost, state: 'not in the key file' }),
    );
    const resealed = await park(['reseal']);
    expect(resealed.code).toBe(1);
    expect(JSON.parse(resealed.out).resealed).toContainEqual({ table: 'person', values: 0, unreadable: PEOPLE * 1.5 });
    expect(await rows('SELECT id_number_sealed FROM person ORDER BY id LIMIT 5')).toEqual(before);
  });

  test('[AUD-25] a process that runs on opens and seals with the new key', async () => {
    const live = openKeys(path);
    const [credential] = await rows<{ secret_sealed: string }>('SELECT secret_sealed FROM credential');
    expect(openSecret(live.sealer, 'app_1', credential?.secret_sealed ?? '')).toBe('secret');
    await park(['rotate']);
    const [resealed] = await rows<{ secret_sealed: string }>('SELECT secret_sealed FROM credential');
    expect(openSecret(live.sealer, 'app_1', resealed?.secret_sealed ?? '')).toBe('secret');
    expect(live.sealer.seal('x', 'c')).toContain(ids()[0]);
    // A file that is gone for a moment changes nothing.
    rmSync(path);
    expect(() => live.sealer.open('v1.0000000000000000.AAAA', 'c')).toThrow('not in the key file');
    expect(openSecret(live.sealer, 'app_1', resealed?.secret_sealed ?? '')).toBe('secret');
  });

  test('[AUD-26] no sealed column is missing in the list', async () => {
    const listed = new Set(
      sealedTables(REGISTERS).flatMap(({ table, columns }) => columns.map(({ name }) => `${table}.${name}`)),
    );
    const found = await rows<{ name: string }>(
      `SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER' AND c.column_name LIKE '%\\_sealed'`,
    );
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter(({ name }) => !listed.has(name))).toEqual([]);
  });
});
