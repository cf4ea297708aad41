/**
 * Areas records as rows of `area` and `area_version`, inside the store's transaction. Owns the version count: it grows
 * by one with each record taken, as the engine counts it. Called by db/store.ts.
 */
import type { AreaRecord } from '../stream/protocol/entry.ts';
import { pageSaidAtMs } from '../stream/protocol/page-records.ts';
import { cleanRecords } from './clean-text.ts';
import { type PoolClient, queryRows } from './pool.ts';
import { areaStanding, judgeRecord, type Standing, type Verdict } from './register-rules.ts';

interface StandingRow extends Standing {
  readonly areaId: string;
  readonly version: number;
}

const RECORDSET = `jsonb_to_recordset($2::jsonb) AS r (area_id text, version integer, name text, kind text, fixed boolean,
  body jsonb, updated_at timestamptz, content_hash text, deleted boolean)`;

const UPSERT = `
  INSERT INTO area (company_code, area_id, version, name, kind, fixed, body, updated_at, content_hash, received_at, deleted)
  SELECT DISTINCT ON (r.area_id) $1, r.area_id, r.version, r.name, r.kind, r.fixed, r.body, r.updated_at, r.content_hash,
    $3::timestamptz, r.deleted
  FROM ${RECORDSET} ORDER BY r.area_id, r.version DESC
  ON CONFLICT (company_code, area_id) DO UPDATE SET version = excluded.version, name = excluded.name, kind = excluded.kind,
    fixed = excluded.fixed, body = excluded.body, updated_at = excluded.updated_at, content_hash = excluded.content_hash,
    received_at = excluded.received_at, deleted = excluded.deleted`;

const INSERT_VERSIONS = `
  INSERT INTO area_version (company_code, area_id, version, body, received_at)
  SELECT $1, r.area_id, r.version, r.body, $3::timestamptz FROM ${RECORDSET}`;

/** Applies the records of one company in order and gives one verdict for each. */
export async function applyAreas(
  client: PoolClient,
  companyCode: string,
  asSent: readonly AreaRecord[],
  receivedAtMs: number,
): Promise<Verdict[]> {
  const records = cleanRecords(asSent);
  const known = await queryRows<StandingRow>(
    client,
    `SELECT area_id AS "areaId", version, (extract(epoch FROM updated_at) * 1000)::bigint AS "updatedAtMs",
            content_hash AS "contentHash"
     FROM area WHERE company_code = $1 AND area_id = ANY ($2::text[])`,
    [companyCode, records.map((record) => record.areaId)],
  );
  const standings = new Map<string, Standing & { readonly version: number }>(known.map((row) => [row.areaId, row]));
  const rows: unknown[] = [];
  const verdicts = records.map((record) => {
    const standing = standings.get(record.areaId);
    const incoming = areaStanding(record);
    const verdict = judgeRecord(standing, incoming);
    if (verdict === 'stored') {
      const next = { ...incoming, version: (standing?.version ?? 0) + 1 };
      standings.set(record.areaId, next);
      rows.push({
        area_id: record.areaId,
        version: next.version,
        name: record.name,
        kind: record.kind,
        fixed: record.fixed,
        body: record,
        updated_at: next.updatedAtMs === null ? null : new Date(next.updatedAtMs).toISOString(),
        content_hash: next.contentHash,
        deleted: record.deleted,
      });
    }
    return verdict;
  });
  if (rows.length > 0) {
    const values = [companyCode, JSON.stringify(rows), new Date(receivedAtMs).toISOString()];
    await client.query(UPSERT, values);
    await client.query(INSERT_VERSIONS, values);
  }
  await notePageDates(client, companyCode, records);
  return verdicts;
}

/** How far the page's words are taken, also where a vendor's stands over them. */
async function notePageDates(client: PoolClient, companyCode: string, records: readonly AreaRecord[]): Promise<void> {
  const said = records.flatMap(({ areaId, updatedAtMs }) => {
    const saidAtMs = pageSaidAtMs(updatedAtMs);
    return saidAtMs === null ? [] : [{ areaId, at: new Date(saidAtMs).toISOString() }];
  });
  if (said.length === 0) return;
  await client.query(
    `UPDATE area a SET page_at = greatest(a.page_at, r.at)
     FROM (SELECT id, max(at) AS at FROM unnest($2::text[], $3::timestamptz[]) AS u (id, at) GROUP BY id) r
     WHERE a.company_code = $1 AND a.area_id = r.id`,
    [companyCode, said.map(({ areaId }) => areaId), said.map(({ at }) => at)],
  );
}
