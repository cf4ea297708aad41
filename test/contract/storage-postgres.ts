/** The storage suite's harness over PostgreSQL: real stores, and the rows read back by plain statements. */
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import type { LedgerLine } from '../../db/ledger-counts.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { queryRows } from '../../db/pool.ts';
import { Store } from '../../db/store.ts';
import type { StorePort } from '../../db/store-port.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { PersonRowView, PositionView, StorageHarness } from './storage.ts';
import type { TestDatabase } from './storage-database.ts';

const PERSON = `coalesce(p.person_id, 'card:' || p.card_no)`;
const MS = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

export class StorageDatabaseHarness implements StorageHarness {
  readonly #database: TestDatabase;
  readonly clock = new ManualClock(Date.UTC(2026, 6, 1, 8));

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async create(database: TestDatabase): Promise<StorageDatabaseHarness> {
    await database.clear();
    return new StorageDatabaseHarness(database);
  }

  open(): StorePort {
    const { pool, migrated } = this.#database;
    const shared = { pool, clock: this.clock, logger: silentLogger };
    const partitions = new PartitionKeeper({
      ...shared,
      timescale: migrated.timescale,
      retentionDays: 30,
      maxBytes: null,
    });
    return new Store({ ...shared, partitions });
  }

  positions(): Promise<PositionView[]> {
    return this.#rows(
      `SELECT ${PERSON} AS person, ${MS('o.observed_at')} AS "observedAtMs", s.name AS source, lng, lat,
         height_cm AS "heightCm", delay_ms AS "delayMs", accuracy_dm AS "accuracyDm", flags
       FROM position o JOIN person p ON p.id = o.person_id JOIN fix_source s ON s.id = o.source
       ORDER BY 1, 2, 3`,
    );
  }

  latest(): Promise<{ person: string; source: string; observedAtMs: number }[]> {
    return this.#rows(
      `SELECT ${PERSON} AS person, s.name AS source, ${MS('l.observed_at')} AS "observedAtMs"
       FROM person_latest l JOIN person p ON p.id = l.person_id JOIN fix_source s ON s.id = l.source ORDER BY 1, 2`,
    );
  }

  persons(): Promise<PersonRowView[]> {
    return this.#rows(
      `SELECT person_id AS "personId", card_no AS "cardNo", name, type, registered, deleted
       FROM person ORDER BY person_id NULLS FIRST, card_no`,
    );
  }

  async areaVersions(areaId: string): Promise<{ versions: string[]; name: string | null; deleted: boolean | null }> {
    const versions = await this.#rows<{ name: string }>(
      `SELECT body->>'name' AS name FROM area_version WHERE area_id = $1 ORDER BY version`,
      [areaId],
    );
    const [area] = await this.#rows<{ name: string; deleted: boolean }>(
      'SELECT name, deleted FROM area WHERE area_id = $1',
      [areaId],
    );
    return {
      versions: versions.map((version) => version.name),
      name: area?.name ?? null,
      deleted: area?.deleted ?? null,
    };
  }

  async alarms(): Promise<AlarmView[]> {
    const rows = await this.#rows<{ view: AlarmView }>('SELECT view FROM alarm ORDER BY alarm_id');
    return rows.map((row) => row.view);
  }

  transitions(): Promise<{ seq: number; alarmId: string; transition: string }[]> {
    return this.#rows('SELECT seq, alarm_id AS "alarmId", transition FROM alarm_transition ORDER BY seq, ordinal');
  }

  acts(): Promise<{ actId: string; alarmId: string }[]> {
    return this.#rows('SELECT act_id AS "actId", alarm_id AS "alarmId" FROM act ORDER BY act_id');
  }

  audits(): Promise<{ action: string; subject: string | null; userName: string }[]> {
    return this.#rows('SELECT action, subject, user_name AS "userName" FROM audit ORDER BY id');
  }

  ledger(): Promise<LedgerLine[]> {
    return this.#rows(
      `SELECT company_code AS "companyCode", interface, ${MS('minute')} AS "minuteMs", received, refused, stored, duplicate,
         superseded, quarantined FROM ledger_minute ORDER BY interface, minute, company_code`,
    );
  }

  quarantine(): Promise<{ seq: number; namedBy: string; body: Uint8Array | null }[]> {
    return this.#rows('SELECT seq, named_by AS "namedBy", body FROM quarantine ORDER BY seq');
  }

  /**
   * The ledger is written last: a trigger there fails the transaction when all rows are in. What a sequence gave is not
   * taken back with the transaction, so the trigger fires once.
   */
  async failNextCommit(): Promise<void> {
    const { pool } = this.#database;
    await pool.query('CREATE SEQUENCE fail_once_count');
    await pool.query(`CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('fail_once_count') = 1 THEN RAISE EXCEPTION 'crash' USING ERRCODE = 'admin_shutdown'; END IF;
        RETURN NEW;
      END $$`);
    await pool.query(
      'CREATE TRIGGER fail_once BEFORE INSERT ON ledger_minute FOR EACH STATEMENT EXECUTE FUNCTION fail_once()',
    );
    this.#restore = async () => {
      await pool.query('DROP FUNCTION fail_once CASCADE');
      await pool.query('DROP SEQUENCE fail_once_count');
    };
  }

  #restore: () => Promise<void> = () => Promise.resolve();

  async close(): Promise<void> {
    await this.#restore();
  }

  #rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return queryRows<Row>(this.#database.pool, text, values);
  }
}
