/** A migrated PostgreSQL database of a test file's own, under a random name; dropped at the end. */
import { inject } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { type Migrated, migrateDatabase } from '../../db/migrate.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { REGISTERS } from '../../registers/index.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { dropDatabase, makeDatabase } from './own-database.ts';

export interface TestDatabase {
  readonly url: string;
  readonly pool: Pool;
  readonly migrated: Migrated;
  /** Empties every table of the product, keeping the schema. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

/** `isEmpty`: leave the schema out (for tests of the migrations themselves). */
export async function createTestDatabase(
  serverUrl: string,
  isEmpty = false,
  registers: readonly AnyRegister[] = REGISTERS,
): Promise<TestDatabase> {
  const url = await makeDatabase(serverUrl, isEmpty || registers !== REGISTERS ? null : inject('migratedDatabase'));
  // Of a copy nothing is missing.
  const migrated = isEmpty ? { applied: [], timescale: false } : await migrateDatabase(url, silentLogger, registers);
  const pool = createPool(url, { max: 8 });
  return {
    url,
    pool,
    migrated,
    clear: async () => {
      await pool.query(setAuditTriggers('DISABLE'));
      await pool.query('ALTER TABLE register_change DISABLE TRIGGER register_change_append_only');
      await pool.query(`TRUNCATE position, position_segment, person_latest, person, area, area_version, alarm, alarm_transition, doc, doc_change, act, audit, audit_unsealed, audit_seal, audit_drop,
        reader_offset, ledger_minute, ledger_total, ledger_refusal, door_report, quarantine, vendor_record, heartbeat,
        sensor_report, newest_reading, interface_sample, heartbeat_minute, downtime, reporting_day, reporting_rolled, vendor_hour, card_first_wearer, permit, permit_word, permit_month, register_change, credential, app_user RESTART IDENTITY CASCADE`);
      await pool.query(DELETE_COMPANIES);
      await pool.query('DELETE FROM fix_source WHERE id > 0');
      await pool.query('DELETE FROM fix_floor WHERE id > 0');
      await pool.query(`UPDATE position_ladder SET packed_to = 'epoch', kept_from = 'epoch'`);
      await pool.query('ALTER TABLE register_change ENABLE TRIGGER register_change_append_only');
      await pool.query(setAuditTriggers('ENABLE'));
    },
    drop: async () => {
      await pool.end();
      await dropDatabase(serverUrl, url);
    },
  };
}

/** Those that keep the audit and its seals as they are, in every partition. */
export const setAuditTriggers = (verb: 'ENABLE' | 'DISABLE'): string =>
  `DO $$ DECLARE t regclass; BEGIN
     FOR t IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname IN ('audit_append_only', 'audit_seal_append_only', 'audit_drop_append_only')
     LOOP EXECUTE format('ALTER TABLE %s ${verb} TRIGGER USER', t); END LOOP; END $$`;

/** Every register's table names companies: a TRUNCATE of them all, empty as they are, takes seconds. */
const DELETE_COMPANIES = `
  DO $$
  DECLARE named regclass; has_rows boolean;
  BEGIN
    FOR named IN SELECT conrelid FROM pg_constraint WHERE confrelid = 'company'::regclass AND contype = 'f' LOOP
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', named) INTO has_rows;
      IF has_rows THEN EXECUTE format('TRUNCATE %s CASCADE', named); END IF;
    END LOOP;
    DELETE FROM company;
  END
  $$`;
