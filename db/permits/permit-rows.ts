/**
 * Work permits inside the store's transaction: each entry's words are merged into their permits, and kept as the history; months
 * and the alarms of permits are counted with them. Called by db/store.ts; twin: memory-permits.ts.
 */
import type { EffectsAt } from '../../stream/protocol/effects.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { PermitsBody } from '../../stream/protocol/permits.ts';
import { cleanRecords, cleanText } from '../clean-text.ts';
import { type PoolClient, queryRows } from '../pool.ts';
import { isJointTest } from '../vendor-rows.ts';
import { type MonthKey, monthDeltas, monthKeyOf, type PermitRow, permitRow } from './permit-row.ts';
import { type JudgedPermits, judgePermitWords, type PermitWord, permitWords, wordKey } from './permit-words.ts';

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

interface KnownPermit {
  readonly permitId: string;
  readonly state: PermitState;
  readonly day: string;
  readonly workCode: string;
  readonly deleted: boolean;
}

const HOLD = `
  SELECT permit_id AS "permitId", state, to_char(day, 'YYYY-MM-DD') AS day, work_code AS "workCode", deleted
  FROM permit WHERE company_code = $1 AND joint_test = $2 AND permit_id = ANY ($3::text[])
  ORDER BY permit_id FOR UPDATE`;

const HEARD = `
  SELECT permit_id AS "permitId", replace(hash::text, '-', '') AS hash FROM permit_word
  WHERE company_code = $1 AND joint_test = $2 AND (permit_id, hash) IN (SELECT * FROM unnest($3::text[], $4::uuid[]))`;

const INSERT_WORDS = `
  INSERT INTO permit_word (company_code, joint_test, received_at, app_id, permit_id, hash, updated_at, said)
  SELECT $1, $2, $3, $4, w.* FROM jsonb_to_recordset($5::jsonb)
    AS w (permit_id text, hash uuid, updated_at timestamptz, said jsonb)
  ON CONFLICT DO NOTHING`;

/** Columns as jsonb_to_recordset takes them, beside company, joint test, search words and span. */
const COLUMNS = {
  permit_id: 'text',
  deleted: 'boolean',
  state: 'jsonb',
  number: 'text',
  company_name: 'text',
  work_code: 'text',
  status: 'text',
  applicant: 'text',
  content: 'text',
  site: 'text',
  lng: 'float8',
  lat: 'float8',
  activity_id: 'text',
  units: 'text[]',
  responsible_name: 'text',
  is_contractor: 'boolean',
  valid_from: 'timestamptz',
  valid_to: 'timestamptz',
  started_at: 'timestamptz',
  ended_at: 'timestamptz',
  accepted_at: 'timestamptz',
  work_at: 'timestamptz',
  day: 'date',
  updated_at: 'timestamptz',
  received_at: 'timestamptz',
} as const;
const NAMES = Object.keys(COLUMNS);

const UPSERT = `
  INSERT INTO permit (company_code, joint_test, words, span, ${NAMES.join(', ')})
  SELECT $1, $2, search_form(r.words), tstzrange(r.span_from, r.span_to, '[]'), ${NAMES.map((name) => `r.${name}`).join(', ')}
  FROM jsonb_to_recordset($3::jsonb) AS r (words text, span_from timestamptz, span_to timestamptz,
    ${Object.entries(COLUMNS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})
  ON CONFLICT (company_code, permit_id, joint_test) DO UPDATE SET words = excluded.words, span = excluded.span,
    ${NAMES.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const ADD_MONTHS = `
  INSERT INTO permit_month AS m (company_code, month, work_code, permits)
  SELECT $1, u.* FROM unnest($2::date[], $3::text[], $4::int[]) AS u (month, work_code, permits)
  ON CONFLICT (month, company_code, work_code) DO UPDATE SET permits = m.permits + excluded.permits`;

/** Joint tests are kept with their mark, in no list, board or month. */
export async function applyPermits(
  client: PoolClient,
  body: PermitsBody,
  receivedAtMs: number,
  touched: Set<string>,
): Promise<JudgedPermits> {
  const companyCode = cleanText(body.origin.companyCode);
  const jointTest = isJointTest(body);
  const words = permitWords(cleanRecords(body.records), receivedAtMs);
  const ids = [...new Set(words.map(({ permitId }) => permitId))];
  const known = await queryRows<KnownPermit>(client, HOLD, [companyCode, jointTest, ids]);
  const heard = await queryRows<Pick<PermitWord, 'permitId' | 'hash'>>(client, HEARD, [
    companyCode,
    jointTest,
    words.map(({ permitId }) => permitId),
    words.map(({ hash }) => hash),
  ]);
  const states = new Map(known.map(({ permitId, state }) => [permitId, state]));
  const judged = judgePermitWords(words, receivedAtMs, states, new Set(heard.map(wordKey)));
  if (judged.words.length > 0) {
    const rows = judged.words.map(({ permitId, hash, record }) => ({
      permit_id: permitId,
      hash,
      updated_at: instant(record.updatedAtMs),
      said: record,
    }));
    const { appId } = body.origin;
    const values = [companyCode, jointTest, instant(receivedAtMs), cleanText(appId), JSON.stringify(rows)];
    await client.query(INSERT_WORDS, values);
  }
  if (judged.changed.size === 0) return judged;
  const rows = [...judged.changed.values()].map((state) => ({ state, row: permitRow(state) }));
  await client.query(UPSERT, [companyCode, jointTest, JSON.stringify(rows.map(columnsOf))]);
  if (!jointTest) {
    const before = new Map<string, MonthKey | null>(known.map((permit) => [permit.permitId, monthKeyOf(permit)]));
    await addMonths(
      client,
      companyCode,
      rows.map(({ row }) => ({ before: before.get(row.permitId) ?? null, after: monthKeyOf(row) })),
    );
    for (const { row } of rows) if (!before.has(row.permitId)) touched.add(touchedKey(companyCode, row.permitId));
  }
  return judged;
}

const columnsOf = ({ state, row }: { readonly state: PermitState; readonly row: PermitRow }): object => ({
  permit_id: row.permitId,
  deleted: row.deleted,
  state,
  number: row.number,
  company_name: row.companyName,
  work_code: row.workCode,
  status: row.status,
  applicant: row.applicant,
  content: row.content,
  site: row.site,
  lng: row.lng,
  lat: row.lat,
  activity_id: row.activityId,
  units: row.units,
  responsible_name: row.responsibleName,
  is_contractor: row.isContractor,
  valid_from: instant(row.validFromMs),
  valid_to: instant(row.validToMs),
  started_at: instant(row.startedAtMs),
  ended_at: instant(row.endedAtMs),
  accepted_at: instant(row.acceptedAtMs),
  work_at: instant(row.workAtMs),
  day: row.day,
  updated_at: instant(row.updatedAtMs),
  received_at: instant(row.receivedAtMs),
  words: row.words,
  span_from: instant(row.spanFromMs),
  span_to: instant(row.spanToMs),
});

async function addMonths(
  client: PoolClient,
  companyCode: string,
  changes: readonly { readonly before: MonthKey | null; readonly after: MonthKey | null }[],
): Promise<void> {
  const deltas = monthDeltas(changes);
  if (deltas.length === 0) return;
  await client.query(ADD_MONTHS, [
    companyCode,
    deltas.map(({ month }) => month),
    deltas.map(({ workCode }) => workCode),
    deltas.map(({ permits }) => permits),
  ]);
}

/** Of a permit whose alarms are to be counted anew. */
export const touchedKey = (companyCode: string, permitId: string): string => JSON.stringify([companyCode, permitId]);

/** An alarm may lie in the store before its permit and after: both have its permit's counted anew. */
export function touchedByAlarms(items: readonly EffectsAt[], touched: Set<string>): void {
  for (const { effects } of items) {
    for (const effect of effects) {
      if (effect.t !== 'alarm') continue;
      const permit = effect.alarm.permit ?? null;
      if (permit !== null) touched.add(touchedKey(cleanText(permit.companyCode), cleanText(permit.permitId)));
    }
  }
}

const COUNT_ALARMS = `
  UPDATE permit p SET alarm_count = c.alarms, open_alarms = c.open, worst_level = c.worst
  FROM (
    SELECT t.company_code, t.permit_id, count(a.alarm_id)::int AS alarms,
      (count(a.alarm_id) FILTER (WHERE a.ended_at IS NULL))::int AS open, min(a.level) AS worst
    FROM unnest($1::text[], $2::text[]) AS t (company_code, permit_id)
    LEFT JOIN alarm a ON a.permit_company_code = t.company_code AND a.permit_id = t.permit_id AND NOT a.is_false
    GROUP BY 1, 2) c
  WHERE p.company_code = c.company_code AND p.permit_id = c.permit_id AND NOT p.joint_test
    AND (p.alarm_count, p.open_alarms, p.worst_level) IS DISTINCT FROM (c.alarms, c.open, c.worst)`;

/** After permits and alarms of the transaction are in. */
export async function countAlarmsOfPermits(client: PoolClient, touched: ReadonlySet<string>): Promise<void> {
  if (touched.size === 0) return;
  const keys = [...touched].sort().map((key) => JSON.parse(key) as [string, string]);
  await client.query(COUNT_ALARMS, [keys.map(([companyCode]) => companyCode), keys.map(([, permitId]) => permitId)]);
}
