/**
 * Rows of what vendors send besides positions, people and areas, inside the store's transaction: records by id, heartbeats,
 * sensor reports. Each gives one verdict for each record. Called by db/store.ts.
 */
import type { Pace } from '../core/pace.ts';
import type { DowntimeBody, HeartbeatsBody, SensorReadingsBody, SensorReport } from '../stream/protocol/entry.ts';
import { cleanRecords, cleanText } from './clean-text.ts';
import { type PoolClient, type Queryable, queryRows } from './pool.ts';
import type { Verdict } from './register-rules.ts';
import { LEDGER_INTERFACE, ledgerInterface } from './store-port.ts';
import {
  type JudgedRecords,
  judgeVendorRecords,
  type KnownGathering,
  type KnownRecord,
  type VendorEntry,
  type VendorRecord,
  vendorRecordsOf,
} from './vendor-records.ts';

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
export const isJointTest = (body: { readonly origin: { readonly stage?: string } }): boolean =>
  body.origin.stage === 'joint';

const KNOWN_GATHERINGS = `
  SELECT record_id AS "recordId", (extract(epoch FROM at) * 1000)::bigint AS "atMs", person_ids AS "personIds"
  FROM vendor_record
  WHERE company_code = $1 AND interface = '${LEDGER_INTERFACE.gatherings}' AND joint_test = $2 AND at = ANY ($3::timestamptz[])
  ORDER BY length(record_id), record_id`;

const STANDINGS = `
  SELECT record_id AS "recordId", (extract(epoch FROM updated_at) * 1000)::bigint AS "updatedAtMs",
         content_hash AS "contentHash", deleted
  FROM vendor_record WHERE company_code = $1 AND interface = $2 AND joint_test = $3 AND record_id = ANY ($4::text[])`;

const UPSERT = `
  INSERT INTO vendor_record (company_code, interface, joint_test, received_at, record_id, at, ended_at, person_ids, area_id,
    body, updated_at, content_hash, deleted)
  SELECT $1, $2, $3, $4, r.* FROM jsonb_to_recordset($5::jsonb) AS r (record_id text, at timestamptz, ended_at timestamptz,
    person_ids text[], area_id text, body jsonb, updated_at timestamptz, content_hash text, deleted boolean)
  ON CONFLICT (company_code, interface, record_id, joint_test) DO UPDATE SET received_at = excluded.received_at,
    at = excluded.at, ended_at = excluded.ended_at, person_ids = excluded.person_ids, area_id = excluded.area_id,
    body = excluded.body, updated_at = excluded.updated_at, content_hash = excluded.content_hash, deleted = excluded.deleted`;

const rowOf = (record: VendorRecord): Record<string, unknown> => ({
  record_id: record.recordId,
  at: instant(record.atMs),
  ended_at: instant(record.endedAtMs),
  person_ids: record.personIds,
  area_id: record.areaId,
  body: record.body,
  updated_at: instant(record.standing.updatedAtMs),
  content_hash: record.standing.contentHash,
  deleted: record.deleted,
});

export async function applyVendorRecords(
  client: PoolClient,
  asSent: VendorEntry,
  receivedAtMs: number,
): Promise<JudgedRecords> {
  const entry = {
    ...asSent,
    body: { ...asSent.body, records: cleanRecords<unknown>(asSent.body.records) },
  } as VendorEntry;
  const { companyCode } = entry.body.origin;
  const jointTest = isJointTest(entry.body);
  const interfaceName = ledgerInterface(entry);
  const known =
    entry.kind === 'gatherings'
      ? await queryRows<KnownGathering>(client, KNOWN_GATHERINGS, [
          companyCode,
          jointTest,
          entry.body.records.map((record) => instant(record.startedAtMs)),
        ])
      : [];
  const records = vendorRecordsOf(entry, known);
  const rows = await queryRows<KnownRecord & { readonly recordId: string }>(client, STANDINGS, [
    companyCode,
    interfaceName,
    jointTest,
    records.map((record) => record.recordId),
  ]);
  const judged = judgeVendorRecords(records, new Map(rows.map((row) => [row.recordId, row])));
  if (judged.written.length > 0) {
    const body = JSON.stringify(judged.written.map(rowOf));
    await client.query(UPSERT, [companyCode, interfaceName, jointTest, instant(receivedAtMs), body]);
  }
  return judged;
}

const UPSERT_HEARTBEATS = `
  INSERT INTO heartbeat (company_code, joint_test, received_at, interface, mode, interval_s)
  SELECT $1, $2, $3, r.* FROM jsonb_to_recordset($4::jsonb) AS r (interface text, mode text, interval_s double precision)
  ON CONFLICT (company_code, interface, joint_test) DO UPDATE SET received_at = excluded.received_at,
    mode = excluded.mode, interval_s = excluded.interval_s
  WHERE excluded.received_at >= heartbeat.received_at`;

/** Of senders on change a heartbeat stands for a minute online (db/online-rate.ts). */
const NOTE_MINUTES = `
  INSERT INTO heartbeat_minute (company_code, interface, minute)
  SELECT $1, interface, date_trunc('minute', $2::timestamptz) FROM unnest($3::text[]) AS interface
  ON CONFLICT DO NOTHING`;

/** A heartbeat is news however often it says the same. */
export async function applyHeartbeats(
  client: PoolClient,
  body: HeartbeatsBody,
  receivedAtMs: number,
): Promise<Verdict[]> {
  const records = cleanRecords(body.records);
  const newest = new Map(records.map((record) => [record.interfaceName, record]));
  const rows = [...newest.values()].map(({ interfaceName, mode, intervalS }) => ({
    interface: interfaceName,
    mode,
    interval_s: intervalS,
  }));
  const values = [body.origin.companyCode, isJointTest(body), instant(receivedAtMs), JSON.stringify(rows)];
  await client.query(UPSERT_HEARTBEATS, values);
  const ready = rows.filter(({ mode }) => mode === 'on-change').map((row) => row.interface);
  if (ready.length > 0 && !isJointTest(body)) {
    await client.query(NOTE_MINUTES, [body.origin.companyCode, instant(receivedAtMs), ready]);
  }
  return records.map(() => 'stored');
}

const INSERT_REPORTS = `
  INSERT INTO sensor_report (company_code, joint_test, received_at, gateway_id, data_id, collected_at, identifier,
    connected, report_type, readings)
  SELECT $1, $2, $3, r.* FROM jsonb_to_recordset($4::jsonb) AS r (gateway_id text, data_id text, collected_at timestamptz,
    identifier text, connected boolean, report_type text, readings jsonb)
  ON CONFLICT DO NOTHING
  RETURNING gateway_id AS "gatewayId", data_id AS "dataId", (extract(epoch FROM collected_at) * 1000)::bigint AS "collectedAtMs"`;

/** Of a point the value measured last; a report measured earlier that comes later changes nothing. */
const UPSERT_NEWEST = `
  INSERT INTO newest_reading (company_code, point_id, value, is_sounding, collected_at)
  SELECT $1, r.* FROM jsonb_to_recordset($2::jsonb) AS r (point_id text, value double precision, is_sounding boolean, collected_at timestamptz)
  ON CONFLICT (company_code, point_id) DO UPDATE SET value = excluded.value, is_sounding = excluded.is_sounding,
    collected_at = excluded.collected_at
  WHERE excluded.collected_at >= newest_reading.collected_at`;

export interface NewestReading {
  readonly pointId: string;
  readonly value: number;
  /** Its alarm has begun and not ended. */
  readonly isSounding: boolean;
  readonly collectedAtMs: number;
}

/** Of each point the newest; a gateway that does not reach its sources has nothing new to say. */
export function newestReadings(reports: readonly SensorReport[]): NewestReading[] {
  const newest = new Map<string, NewestReading>();
  for (const { readings, connected, collectedAtMs: sentAtMs } of reports) {
    const collectedAtMs = Math.round(sentAtMs);
    for (const { pointId, value, alarmType, alarmEndAtMs } of connected === false ? [] : readings) {
      if (collectedAtMs < (newest.get(pointId)?.collectedAtMs ?? 0)) continue;
      newest.set(pointId, { pointId, value, isSounding: alarmType !== null && alarmEndAtMs === null, collectedAtMs });
    }
  }
  return [...newest.values()];
}

interface ReportKey {
  readonly gatewayId: string;
  readonly dataId: string;
  readonly collectedAtMs: number;
}
export const reportKeyOf = ({ gatewayId, dataId, collectedAtMs }: ReportKey): string =>
  JSON.stringify([gatewayId, dataId, Math.round(collectedAtMs)]);

/** The first of a gateway's reports of one data id and time stands. */
export async function applySensorReports(
  client: PoolClient,
  body: SensorReadingsBody,
  receivedAtMs: number,
): Promise<Verdict[]> {
  const records = cleanRecords(body.records);
  const rows = records.map((record) => ({
    gateway_id: record.gatewayId,
    data_id: record.dataId,
    collected_at: instant(Math.round(record.collectedAtMs)),
    identifier: record.identifier,
    connected: record.connected,
    report_type: record.reportType,
    readings: record.readings,
  }));
  const inserted = await queryRows<ReportKey>(client, INSERT_REPORTS, [
    body.origin.companyCode,
    isJointTest(body),
    instant(receivedAtMs),
    JSON.stringify(rows),
  ]);
  const fresh = new Set(inserted.map(reportKeyOf));
  const stored = records.map((record) => fresh.delete(reportKeyOf(record)));
  const newest = isJointTest(body) ? [] : newestReadings(records.filter((_, n) => stored[n]));
  if (newest.length > 0) {
    const points = newest.map(({ pointId, value, isSounding, collectedAtMs }) => ({
      point_id: pointId,
      value,
      is_sounding: isSounding,
      collected_at: instant(collectedAtMs),
    }));
    await client.query(UPSERT_NEWEST, [body.origin.companyCode, JSON.stringify(points)]);
  }
  return stored.map((isNew) => (isNew ? 'stored' : 'duplicate'));
}

const SLICE_ROWS = 20_000;

const DAY_MS = 86_400_000;

/**
 * Deletes sensor reports collected before `beforeMs`, day after day of those there are as far as the pace allows, in slices
 * that hold nobody up. Returns how many.
 */
export async function dropOldSensorReports(
  db: Queryable,
  beforeMs: number,
  pace: Pace,
  sliceRows: number = SLICE_ROWS,
): Promise<number> {
  let dropped = 0;
  for (;;) {
    const [oldest] = await queryRows<{ ms: number | null }>(
      db,
      'SELECT floor(extract(epoch FROM min(collected_at)) * 1000)::bigint AS ms FROM sensor_report',
    );
    const fromMs = oldest?.ms ?? beforeMs;
    const toMs = Math.min(beforeMs, fromMs + DAY_MS);
    if (fromMs >= beforeMs || !pace.allows(toMs - fromMs)) return dropped;
    dropped += await dropReportsBefore(db, toMs, sliceRows);
  }
}

async function dropReportsBefore(db: Queryable, beforeMs: number, sliceRows: number): Promise<number> {
  let dropped = 0;
  for (;;) {
    const rows = await queryRows<{ n: number }>(
      db,
      `WITH gone AS (
         DELETE FROM sensor_report WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM sensor_report WHERE collected_at < $1 ORDER BY collected_at LIMIT $2))
         RETURNING 1)
       SELECT count(*) AS n FROM gone`,
      [instant(beforeMs), sliceRows],
    );
    const n = rows[0]?.n ?? 0;
    dropped += n;
    if (n < sliceRows) return dropped;
  }
}

/** The log stood still: nobody could report. */
export async function noteDowntime(client: PoolClient, { fromMs, toMs, reason }: DowntimeBody): Promise<void> {
  await client.query('INSERT INTO downtime (from_at, to_at, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    instant(fromMs),
    instant(toMs),
    cleanText(reason),
  ]);
}
