/** A database of the release before, with rows in every table that later migrations touch, brought to the newest schema. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../core/logger.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { migrateDatabase } from './migrate.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** The last migration of the release before registers. */
const BEFORE = '0016_track_key';

async function migrateTo(database: TestDatabase, last: string): Promise<void> {
  const { pool } = database;
  await pool.query(
    'CREATE TABLE schema_migration (version text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const versions = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replace(/\.sql$/, ''))
    .filter((version) => version <= last)
    .sort();
  for (const version of versions) {
    const text = readFileSync(new URL(`${version}.sql`, FOLDER), 'utf8').replaceAll('\r\n', '\n');
    await pool.query(text);
    const checksum = createHash('sha256').update(text).digest('hex');
    await pool.query('INSERT INTO schema_migration (version, checksum) VALUES ($1, $2)', [version, checksum]);
  }
}

const ROWS = `
  INSERT INTO company (code, name) VALUES ('C1', '甲公司'), ('C2', '乙公司');
  INSERT INTO app_user (name, password_hash, role, company_code)
    VALUES ('duty', 'x', 'operator', NULL), ('park', 'x', 'park', NULL), ('ops', 'x', 'ops', NULL), ('own', 'x', 'enterprise', 'C1');
  INSERT INTO credential (app_id, company_code, label, secret_sealed, interfaces, addresses, status, revoked_at)
    VALUES ('app-1', 'C1', '定位', 'v1.s', NULL, ARRAY['10.0.0.0/8', '::1'], 'active', NULL),
           ('app-2', 'C2', '', 'v1.t', ARRAY['positions'], NULL, 'revoked', now());
  INSERT INTO audit (at, user_name, action, subject, outcome, detail)
    SELECT at, 'duty', 'session.start', 'duty', 'ok', '{"a": 1}'
    FROM unnest(ARRAY['2024-02-29T23:59:59Z', '2026-09-30T16:00:00Z', now()::text]::timestamptz[]) AS at;
  INSERT INTO company_contact (company_code, kind, name, phone_sealed, by, at)
    VALUES ('C1', 'control-room', '中控室', 'v1.p', 'park', now());
`;

describe('a database of the release before', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(inject('databaseUrl'), true);
  });
  afterEach(() => database.drop());

  it('[STO-19] its rows stand after the migrations, and registers show them', async () => {
    const { pool } = database;
    await migrateTo(database, BEFORE);
    await pool.query(ROWS);
    const { rows: before } = await pool.query('SELECT * FROM audit ORDER BY id');
    const { applied } = await migrateDatabase(database.url, silentLogger);
    expect(applied[0]).toBe('0017_roles_and_factors');
    const { rows: after } = await pool.query('SELECT * FROM audit ORDER BY id');
    expect(after).toEqual(before);
    const { rows: waiting } = await pool.query('SELECT audit_id FROM audit_unsealed ORDER BY audit_id');
    expect(waiting.map(({ audit_id }) => audit_id)).toEqual(before.map(({ id }) => id));
    await pool.query(`INSERT INTO audit (user_name, action, outcome) VALUES ('a', 'b', 'ok')`);
    const { rows: users } = await pool.query('SELECT name, version, unconfirmed FROM app_user ORDER BY name');
    expect(users).toEqual(['duty', 'ops', 'own', 'park'].map((name) => ({ name, version: 1, unconfirmed: false })));
    const { rows: shown } = await pool.query(
      `SELECT (SELECT count(*)::int FROM reg_companies) AS companies, (SELECT count(*)::int FROM reg_company_contacts) AS contacts,
         (SELECT addresses FROM reg_credentials WHERE app_id = 'app-1') AS addresses,
         (SELECT state FROM reg_credentials WHERE app_id = 'app-2') AS state`,
    );
    expect(shown).toEqual([{ companies: 2, contacts: 1, addresses: '10.0.0.0/8\n::1', state: 'revoked' }]);
    expect(await migrateDatabase(database.url, silentLogger)).toMatchObject({ applied: [] });
  });
});
