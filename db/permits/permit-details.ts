/** What belongs to one permit: its history, files, cameras, alarms, activity. Called once it is known that the reader may see it. */
import type { PermitAlarmJson, PermitAttachmentJson, PermitDetail } from '../../stream/protocol/permit-api.ts';
import {
  type PermitCoverage,
  type PermitRecord,
  permitAlarmSourceId,
  permitKey,
} from '../../stream/protocol/permits.ts';
import { type Pool, queryRows } from '../pool.ts';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

export interface KeptWord {
  readonly receivedAtMs: number;
  readonly updatedAtMs: number | null;
  /** App id. */
  readonly by: string;
  readonly record: PermitRecord;
}

/** Newest first. */
export const readWords = (pool: Pool, companyCode: string, permitId: string, limit: number): Promise<KeptWord[]> =>
  queryRows<KeptWord>(
    pool,
    `SELECT ${ms('received_at')} AS "receivedAtMs", ${ms('updated_at')} AS "updatedAtMs", app_id AS by, said AS record
     FROM permit_word WHERE company_code = $1 AND permit_id = $2 AND NOT joint_test
     ORDER BY received_at DESC, updated_at DESC NULLS LAST, hash LIMIT $3`,
    [companyCode, permitId, limit],
  );

/** Records of an interface that name the permit and stand. */
const BESIDE = `company_code = $1 AND body ->> 'permitId' = $2 AND NOT joint_test AND NOT deleted
  AND interface IN ('permit-videos', 'permit-attachments', 'permit-alarms')`;

export const readAttachments = (pool: Pool, companyCode: string, permitId: string): Promise<PermitAttachmentJson[]> =>
  queryRows<PermitAttachmentJson>(
    pool,
    `SELECT record_id AS "attachmentId", body ->> 'kind' AS kind, body ->> 'fileName' AS "fileName",
       body ->> 'mediaType' AS "mediaType", (body ->> 'bytes')::float8 AS bytes, body ->> 'hash' AS hash,
       ${ms('received_at')} AS "receivedAtMs"
     FROM vendor_record WHERE ${BESIDE} AND interface = 'permit-attachments' ORDER BY received_at, record_id`,
    [companyCode, permitId],
  );

export async function readCameraCodes(pool: Pool, companyCode: string, permitId: string): Promise<string[]> {
  const rows = await queryRows<{ code: string }>(
    pool,
    `SELECT DISTINCT body ->> 'cameraCode' AS code FROM vendor_record
     WHERE ${BESIDE} AND interface = 'permit-videos' ORDER BY 1`,
    [companyCode, permitId],
  );
  return rows.map(({ code }) => code);
}

export async function readActivity(
  pool: Pool,
  companyCode: string,
  activityId: string,
): Promise<PermitDetail['activity']> {
  const [row] = await queryRows<NonNullable<PermitDetail['activity']>>(
    pool,
    `SELECT record_id AS "activityId", ${ms('at')} AS "fromMs", ${ms('ended_at')} AS "toMs", body ->> 'content' AS content
     FROM vendor_record
     WHERE company_code = $1 AND interface = 'activities' AND record_id = $2 AND NOT joint_test AND NOT deleted`,
    [companyCode, activityId],
  );
  return row ?? null;
}

/**
 * Alarms about the permit, newest first, those of the company's own system that none of them tells of among them. The handling is the
 * state of the alarm's order, or what the company says.
 */
export const readPermitAlarms = (pool: Pool, companyCode: string, permitId: string): Promise<PermitAlarmJson[]> =>
  queryRows<PermitAlarmJson>(
    pool,
    `WITH told AS (
       SELECT alarm_id, rule, permit_code, level, active, acknowledged, raised_at, ended_at, view -> 'sources' AS sources
       FROM alarm WHERE permit_company_code = $1 AND permit_id = $2),
     own AS (
       SELECT record_id, body ->> 'code' AS code, body ->> 'result' AS result, at, ended_at
       FROM vendor_record WHERE ${BESIDE} AND interface = 'permit-alarms')
     SELECT * FROM (
       SELECT t.alarm_id AS "alarmId", t.rule, coalesce(t.permit_code, '') AS code, t.level::int AS level, t.active, t.acknowledged,
         ${ms('t.raised_at')} AS "raisedAtMs", ${ms('t.ended_at')} AS "endedAtMs",
         CASE WHEN t.sources @> '[{"by": "vendor"}]' AND NOT t.sources @> '[{"by": "park"}]' THEN 'vendor' ELSE 'park' END AS by,
         coalesce(
           (SELECT value ->> 'state' FROM doc WHERE kind = 'order' AND company_codes @> ARRAY[$1::text]
              AND value -> 'alarmIds' @> to_jsonb(t.alarm_id)
            ORDER BY (value ->> 'madeAtMs')::bigint DESC LIMIT 1),
           (SELECT o.result FROM own o WHERE t.sources @> jsonb_build_array(jsonb_build_object('by', 'vendor', 'recordId', $3::text || o.record_id))
            LIMIT 1),
           '') AS result
       FROM told t
       UNION ALL
       SELECT o.record_id, '', o.code, 0, o.ended_at IS NULL, o.ended_at IS NOT NULL, ${ms('o.at')}, ${ms('o.ended_at')}, 'vendor',
         o.result
       FROM own o
       WHERE NOT EXISTS (SELECT FROM told t
         WHERE t.sources @> jsonb_build_array(jsonb_build_object('by', 'vendor', 'recordId', $3::text || o.record_id)))) AS together
     ORDER BY "raisedAtMs" DESC, "alarmId" LIMIT 200`,
    [companyCode, permitId, permitAlarmSourceId(companyCode, '')],
  );

/** As reckoned last; it outlives the permit's time on the map. */
export async function readCoverage(pool: Pool, companyCode: string, permitId: string): Promise<PermitCoverage | null> {
  const [row] = await queryRows<{ value: PermitCoverage }>(
    pool,
    `SELECT value FROM doc WHERE kind = 'coverage' AND key = $1`,
    [permitKey(companyCode, permitId)],
  );
  return row?.value ?? null;
}
