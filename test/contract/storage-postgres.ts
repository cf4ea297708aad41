/** The storage suite's harness over PostgreSQL: real stores, and the rows read back by plain statements. */
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import type { LedgerLine, RefusalLine } from '../../db/ledger-counts.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { queryRows } from '../../db/pool.ts';
import { vendorRegisterOf } from '../../db/register-records.ts';
import { Store } from '../../db/store.ts';
import type { StorePort } from '../../db/store-port.ts';
import { VENDOR_REGISTERS } from '../../server/vendor-registers.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { COMPANY } from '../builders/entries.ts';
import type { TestDatabase } from './storage-database.ts';
import type {
  HeartbeatView,
  PermitView,
  PersonRowView,
  PositionView,
  QuarantineView,
  RegisterRowView,
  StorageHarness,
  VendorRecordView,
} from './storage-harness.ts';

const PERSON = `coalesce(p.person_id, 'card:' || p.card_no)`;
/** Subjects of a joint test are told apart by a mark before their name. */
const SUBJECT = `CASE WHEN p.joint_test THEN 'joint:' ELSE '' END || ${PERSON}`;
const MS = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

export class StorageDatabaseHarness implements StorageHarness {
  readonly #database: TestDatabase;
  readonly clock = new ManualClock(Date.UTC(2026, 6, 1, 8));

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async create(database: TestDatabase): Promise<StorageDatabaseHarness> {
    await database.clear();
    // Rows of registers belong to a company that is there.
    await database.pool.query(
      `INSERT INTO company (code, name) VALUES ('${COMPANY}', '示例企业') ON CONFLICT DO NOTHING`,
    );
    return new StorageDatabaseHarness(database);
  }

  open(): StorePort {
    const { pool, migrated } = this.#database;
    const shared = { pool, clock: this.clock, logger: silentLogger };
    const partitions = new PartitionKeeper({
      ...shared,
      timescale: migrated.timescale,
      maxBytes: null,
    });
    return new Store({ ...shared, partitions, registers: VENDOR_REGISTERS });
  }

  positions(): Promise<PositionView[]> {
    return this.#rows(
      `SELECT ${SUBJECT} AS person, ${MS('o.observed_at')} AS "observedAtMs", s.name AS source, lng, lat,
         height_cm AS "heightCm", delay_ms AS "delayMs", accuracy_dm AS "accuracyDm", flags
       FROM position o JOIN person p ON p.id = o.person_id JOIN fix_source s ON s.id = o.source
       ORDER BY 1, 2, 3`,
    );
  }

  latest(): Promise<{ person: string; source: string; observedAtMs: number }[]> {
    return this.#rows(
      `SELECT ${SUBJECT} AS person, s.name AS source, ${MS('l.observed_at')} AS "observedAtMs"
       FROM person_latest l JOIN person p ON p.id = l.person_id JOIN fix_source s ON s.id = l.source ORDER BY 1, 2`,
    );
  }

  persons(): Promise<PersonRowView[]> {
    return this.#rows(
      `SELECT person_id AS "personId", card_no AS "cardNo", name, type, registered, deleted
       FROM person WHERE NOT joint_test ORDER BY person_id NULLS FIRST, card_no`,
    );
  }

  aliases(): Promise<{ person: string; tag: string; untilMs: number }[]> {
    return this.#rows(
      `SELECT p.person_id AS person, t.card_no AS tag, ${MS('a.until')} AS "untilMs"
       FROM person_alias a JOIN person p ON p.id = a.person_id JOIN person t ON t.id = a.also_id ORDER BY 1, 2`,
    );
  }

  vendorRecords(): Promise<VendorRecordView[]> {
    return this.#rows(
      `SELECT interface, record_id AS "recordId", joint_test AS "jointTest", ${MS('at')} AS "atMs",
         ${MS('ended_at')} AS "endedAtMs", person_ids AS "personIds", area_id AS "areaId", body, deleted
       FROM vendor_record ORDER BY interface, record_id, joint_test`,
    );
  }

  async registerRows(register: string, keys: readonly string[]): Promise<RegisterRowView[]> {
    const { rows } = vendorRegisterOf(VENDOR_REGISTERS, register);
    const companies = await this.#rows<{ code: string }>('SELECT code FROM company');
    const codes = companies.map(({ code }) => code);
    const found = await Promise.all(keys.map((key) => rows.byKeys(this.#database.pool, codes, [key])));
    return found.flat().map((row) => ({ companyCode: codes[0] ?? null, ...row }));
  }

  heartbeats(): Promise<HeartbeatView[]> {
    return this.#rows(
      `SELECT company_code AS "companyCode", interface, joint_test AS "jointTest", mode, interval_s AS "intervalS",
         ${MS('received_at')} AS "receivedAtMs" FROM heartbeat ORDER BY interface, joint_test`,
    );
  }

  newestReadings() {
    return this.#rows<{ companyCode: string; pointId: string; value: number; isSounding: boolean; atMs: number }>(
      `SELECT company_code AS "companyCode", point_id AS "pointId", value, is_sounding AS "isSounding", ${MS('collected_at')} AS "atMs"
       FROM newest_reading ORDER BY company_code, point_id COLLATE "C"`,
    );
  }

  sensorReports(): Promise<{ dataId: string; collectedAtMs: number; readings: unknown }[]> {
    return this.#rows(
      `SELECT data_id AS "dataId", ${MS('collected_at')} AS "collectedAtMs", readings FROM sensor_report
       ORDER BY data_id, collected_at`,
    );
  }

  permits(): Promise<PermitView[]> {
    return this.#rows(
      `SELECT company_code AS "companyCode", joint_test AS "jointTest", state,
         jsonb_build_object('count', alarm_count, 'open', open_alarms, 'worst', worst_level) AS alarms,
         jsonb_build_object('permitId', permit_id, 'deleted', deleted, 'number', number, 'companyName', company_name,
           'workCode', work_code, 'status', status, 'applicant', applicant, 'content', content, 'site', site, 'lng', lng,
           'lat', lat, 'activityId', activity_id, 'units', units, 'responsibleName', responsible_name,
           'isContractor', is_contractor, 'validFromMs', ${MS('valid_from')}, 'validToMs', ${MS('valid_to')},
           'startedAtMs', ${MS('started_at')}, 'endedAtMs', ${MS('ended_at')}, 'acceptedAtMs', ${MS('accepted_at')},
           'workAtMs', ${MS('work_at')}, 'day', day, 'spanFromMs', ${MS('lower(span)')}, 'spanToMs', ${MS('upper(span)')},
           'updatedAtMs', ${MS('updated_at')}, 'receivedAtMs', ${MS('received_at')}, 'words', words) AS row
       FROM permit ORDER BY 1, permit_id, 2`,
    );
  }

  permitWords(): ReturnType<StorageHarness['permitWords']> {
    return this.#rows(
      `SELECT company_code AS "companyCode", permit_id AS "permitId", joint_test AS "jointTest", app_id AS "appId", ${MS('received_at')} AS "receivedAtMs", said
       FROM permit_word ORDER BY 2, updated_at NULLS FIRST, hash`,
    );
  }

  permitMonths(): ReturnType<StorageHarness['permitMonths']> {
    return this.#rows(
      `SELECT to_char(month, 'YYYY-MM-DD') AS month, company_code AS "companyCode", work_code AS "workCode", permits
       FROM permit_month WHERE permits <> 0 ORDER BY 1, 2, 3`,
    );
  }

  samples(): Promise<{ interface: string; sample: string; batchId: string; firstAtMs: number }[]> {
    return this.#rows(
      `SELECT interface, sample, batch_id AS "batchId", ${MS('first_at')} AS "firstAtMs" FROM interface_sample
       ORDER BY interface, sample`,
    );
  }

  refusals(): Promise<RefusalLine[]> {
    return this.#rows(
      `SELECT company_code AS "companyCode", interface, ${MS('minute')} AS "minuteMs", code, requests FROM ledger_refusal
       ORDER BY company_code, interface, minute, code`,
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

  docs(): Promise<{ doc: string; gone: boolean; companyCodes: readonly string[]; value: unknown; changes: number }[]> {
    return this.#rows(
      `SELECT kind || ':' || key AS doc, gone, company_codes AS "companyCodes", value,
         (SELECT count(*)::int FROM doc_change c WHERE c.kind = doc.kind AND c.key = doc.key) AS changes
       FROM doc ORDER BY kind COLLATE "C", key COLLATE "C"`,
    );
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
         superseded, quarantined, acknowledged, unanswered, refused_requests AS "refusedRequests", aliases
       FROM ledger_minute ORDER BY interface, minute, company_code`,
    );
  }

  quarantine(): Promise<QuarantineView[]> {
    return this.#rows(
      `SELECT seq, named_by AS "namedBy", kind, body, received - refused AS records, again_seq AS "againSeq" FROM quarantine
       ORDER BY seq, named_by`,
    );
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
    this.#restore = () => Promise.resolve();
  }

  #rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return queryRows<Row>(this.#database.pool, text, values);
  }
}
