/** Musters as their documents tell (table doc): standing ones and those that are over. Every read takes a company scope. Called by admin/musters.ts. */
import type { Muster, MusterPeople } from '../stream/protocol/muster.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

const DECLARED_AT = `(value->>'declaredAtMs')::bigint`;
/** The park reads the document of the whole, a company its own. */
const OF_READER = `($1::text IS NULL AND company_codes = '{}' OR company_codes @> ARRAY[$1])`;

export interface MusterCursor {
  readonly declaredAtMs: number;
  readonly musterId: string;
}

/** Newest first. */
export async function readMusters(
  pool: Pool,
  scope: CompanyScope,
  before: MusterCursor | null,
  limit: number,
): Promise<Muster[]> {
  const rows = await queryRows<{ value: Muster }>(
    pool,
    `SELECT value FROM doc WHERE kind = 'muster' AND ${OF_READER}
       AND ($2::bigint IS NULL OR (${DECLARED_AT}, value->>'musterId') < ($2, $3))
     ORDER BY ${DECLARED_AT} DESC, value->>'musterId' DESC LIMIT $4`,
    [scope, before?.declaredAtMs ?? null, before?.musterId ?? '', limit],
  );
  return rows.map(({ value }) => value);
}

/** All documents of one muster in scope: the whole and each company's for the park, its own for a company. [] : none. */
export async function readMuster(pool: Pool, scope: CompanyScope, musterId: string): Promise<Muster[]> {
  const rows = await queryRows<{ value: Muster }>(
    pool,
    `SELECT value FROM doc WHERE kind = 'muster' AND value->>'musterId' = $2
       AND ($1::text IS NULL OR company_codes @> ARRAY[$1]) ORDER BY key`,
    [scope, musterId],
  );
  return rows.map(({ value }) => value);
}

export async function readMusterPeople(pool: Pool, scope: CompanyScope, musterId: string): Promise<MusterPeople[]> {
  const rows = await queryRows<{ value: MusterPeople }>(
    pool,
    `SELECT value FROM doc WHERE kind = 'muster-people' AND value->>'musterId' = $2
       AND ($1::text IS NULL OR company_codes @> ARRAY[$1]) ORDER BY key`,
    [scope, musterId],
  );
  return rows.map(({ value }) => value);
}
