/**
 * Findings about coordinates and the projections a park ran with. Written by the role `quality`, read by the pages.
 * Invariant: at most one open finding per company and kind.
 */
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows, withTransaction } from './pool.ts';

/** What holds now, as the coordinate watch says it. */
export interface CurrentFinding {
  readonly companyCode: string;
  readonly kind: string;
  readonly share: number;
  readonly looked: number;
  readonly example: { readonly lng: number; readonly lat: number };
}

export interface StoredFinding extends CurrentFinding {
  readonly sinceMs: number;
  readonly lastMs: number;
  /** null: it holds. */
  readonly endedAtMs: number | null;
}

/** Opens, renews and ends findings so that exactly `current` are open. Throws AppError DATABASE_UNAVAILABLE. */
export async function writeFindings(pool: Pool, current: readonly CurrentFinding[], atMs: number): Promise<void> {
  const at = new Date(atMs).toISOString();
  const companies = current.map((finding) => finding.companyCode);
  const kinds = current.map((finding) => finding.kind);
  await withTransaction(pool, async (client) => {
    await client.query(
      `UPDATE coordinate_finding SET ended_at = $3 WHERE ended_at IS NULL
         AND (company_code, kind) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [companies, kinds, at],
    );
    await client.query(
      `INSERT INTO coordinate_finding (company_code, kind, since, last_at, share, looked, example)
       SELECT company_code, kind, $6, $6, share, looked, example::jsonb
       FROM unnest($1::text[], $2::text[], $3::real[], $4::int[], $5::text[]) AS f (company_code, kind, share, looked, example)
       ON CONFLICT (company_code, kind) WHERE ended_at IS NULL DO UPDATE SET
         last_at = excluded.last_at, share = excluded.share, looked = excluded.looked, example = excluded.example`,
      [
        companies,
        kinds,
        current.map((finding) => finding.share),
        current.map((finding) => finding.looked),
        current.map((finding) => JSON.stringify(finding.example)),
        at,
      ],
    );
  });
}

/** Newest first, open ones before all; at most 500. Throws AppError DATABASE_UNAVAILABLE. */
export function readFindings(pool: Pool, scope: CompanyScope): Promise<StoredFinding[]> {
  return queryRows<StoredFinding>(
    pool,
    `SELECT company_code AS "companyCode", kind, share, looked, example,
            (extract(epoch FROM since) * 1000)::bigint AS "sinceMs",
            (extract(epoch FROM last_at) * 1000)::bigint AS "lastMs",
            (extract(epoch FROM ended_at) * 1000)::bigint AS "endedAtMs"
     FROM coordinate_finding WHERE $1::text IS NULL OR company_code = $1
     ORDER BY ended_at IS NOT NULL, since DESC, company_code, kind LIMIT 500`,
    [scope],
  );
}

/** Notes that the park runs with these parameters. Throws AppError DATABASE_UNAVAILABLE. */
export async function noteProjection(pool: Pool, id: string, definition: string, atMs: number): Promise<void> {
  await queryRows(
    pool,
    `INSERT INTO projection_version (id, definition, first_used_at, last_used_at) VALUES ($1, $2, $3, $3)
     ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at`,
    [id, definition, new Date(atMs).toISOString()],
  );
}

/** The areas that stand, as they were accepted: what a reader that begins now has to know. */
export async function readStandingAreas<T>(pool: Pool): Promise<T[]> {
  const rows = await queryRows<{ body: T }>(pool, 'SELECT body FROM area WHERE NOT deleted');
  return rows.map((row) => row.body);
}
