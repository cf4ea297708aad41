/**
 * Lists of permits: by what is asked for, work begun last first, page by page. A cursor names the last row seen. Every read takes a
 * company scope; joint tests and withdrawn permits are in no list. Called by admin/permits.
 */
import { AppError } from '../../core/errors.ts';
import type { PermitListAnswer, PermitQuery, PermitRowJson } from '../../stream/protocol/permit-api.ts';
import type { CompanyScope } from '../company-scope.ts';
import { type Pool, type Queryable, queryRows } from '../pool.ts';
import { Where } from '../where.ts';
import { SPAN_MAX_MS } from './permit-row.ts';

export type PermitFilter = Omit<PermitQuery, 'limit' | 'cursor'>;

export interface PermitPage {
  readonly permits: readonly PermitRowJson[];
  /** null: this was the last page. */
  readonly cursor: string | null;
}

const SEARCH_WORDS_MAX = 8;
/** Lists say of more than this that there are more, as those of registers. */
const TOTAL_MAX = 1_000;
/**
 * So many permits that have the words sought, or more, are met soon on a walk through all of them in order; of fewer every one is
 * looked at. The planner cannot tell: it takes the pairs of one word for unrelated.
 */
const WALK_FROM = 5_000;

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
/** PermitRowJson of table permit `p`. */
const ROW = `p.company_code AS "companyCode", coalesce(nullif(p.company_name, ''), c.name, '') AS "companyName",
  p.permit_id AS "permitId", p.number, p.work_code AS "workCode", p.status, p.content, p.site, p.lng, p.lat,
  ${ms('p.valid_from')} AS "validFromMs", ${ms('p.valid_to')} AS "validToMs", ${ms('p.started_at')} AS "startedAtMs",
  ${ms('p.ended_at')} AS "endedAtMs", ${ms('p.accepted_at')} AS "acceptedAtMs", p.units,
  p.responsible_name AS "responsibleName", p.is_contractor AS "isContractorWork", p.applicant,
  p.alarm_count AS "alarmCount", p.worst_level AS "worstLevel", ${ms('p.updated_at')} AS "updatedAtMs"`;
const FROM = 'permit p LEFT JOIN company c ON c.code = p.company_code';

/** A page and how many there are; 1,001: more than 1,000. Throws what listPermits throws. */
export async function findPermits(
  pool: Pool,
  scope: CompanyScope,
  filter: PermitFilter,
  limit: number,
  cursor: string | null,
): Promise<PermitListAnswer> {
  const { search, applicant, site, unit } = filter;
  const hasWords = [search, applicant, site, unit].some((written) => written !== undefined);
  const counting = countPermits(pool, scope, filter, hasWords ? WALK_FROM : TOTAL_MAX + 1);
  const [page, count] = await Promise.all([
    hasWords
      ? counting.then((found) => listPermits(pool, scope, filter, limit, cursor, found))
      : listPermits(pool, scope, filter, limit, cursor, 0),
    counting,
  ]);
  return { ...page, total: Math.min(count, TOTAL_MAX + 1) };
}

/**
 * `found`: how many there are, as far as they were counted. Throws AppError INPUT_INVALID on a cursor that is none of ours,
 * DATABASE_UNAVAILABLE.
 */
export async function listPermits(
  db: Queryable,
  scope: CompanyScope,
  filter: PermitFilter,
  limit: number,
  cursor: string | null,
  found: number,
): Promise<PermitPage> {
  const where = whereOf(scope, filter, found < WALK_FROM);
  if (cursor !== null) {
    const [workAtMs, companyCode, permitId] = decodeCursor(cursor);
    where.add(
      `(p.work_at, p.company_code, p.permit_id) < (${where.of(new Date(workAtMs).toISOString())}::timestamptz,
        ${where.of(companyCode)}, ${where.of(permitId)})`,
    );
  }
  const rows = await queryRows<PermitRowJson & { readonly workAtMs: number }>(
    db,
    `SELECT ${ROW}, ${ms('p.work_at')} AS "workAtMs"
     FROM (
       SELECT p.company_code, p.permit_id FROM permit p WHERE ${where.clauses.join(' AND ')}
       ORDER BY p.work_at DESC, p.company_code DESC, p.permit_id DESC LIMIT ${where.of(limit + 1)}) found
     JOIN permit p ON p.company_code = found.company_code AND p.permit_id = found.permit_id AND NOT p.joint_test
     LEFT JOIN company c ON c.code = p.company_code
     ORDER BY p.work_at DESC, p.company_code DESC, p.permit_id DESC`,
    where.values,
  );
  const last = rows[limit - 1];
  const isMore = rows.length > limit && last !== undefined;
  return {
    permits: rows.slice(0, limit).map(({ workAtMs: _, ...row }) => row),
    cursor: isMore ? encodeCursor([last.workAtMs, last.companyCode, last.permitId]) : null,
  };
}

/** At most `max`: who asks for more than that is told so, and nobody waits for a million. */
export async function countPermits(
  db: Queryable,
  scope: CompanyScope,
  filter: PermitFilter,
  max: number,
): Promise<number> {
  const where = whereOf(scope, filter, true);
  const [row] = await queryRows<{ count: number }>(
    db,
    `SELECT count(*) AS count FROM (
       SELECT FROM permit p WHERE ${where.clauses.join(' AND ')} LIMIT ${where.of(max)}) s`,
    where.values,
  );
  return row?.count ?? 0;
}

/** Those of one company with these ids or numbers, or of that activity, the permit itself left out. */
export const readLinkedPermits = (
  pool: Pool,
  companyCode: string,
  permitId: string,
  links: readonly string[],
  activityId: string | null,
): Promise<PermitRowJson[]> =>
  queryRows<PermitRowJson>(
    pool,
    `SELECT ${ROW} FROM ${FROM}
     WHERE p.standing AND p.company_code = $1 AND p.permit_id <> $2
       AND (p.permit_id = ANY ($3::text[]) OR p.number = ANY ($3::text[]) OR p.activity_id = $4::text)
     ORDER BY p.work_at, p.permit_id LIMIT 100`,
    [companyCode, permitId, links, activityId],
  );

/** A permit's row, withdrawn ones too; null: none in scope. */
export async function readPermitRow(
  pool: Pool,
  scope: CompanyScope,
  companyCode: string,
  permitId: string,
): Promise<(PermitRowJson & { readonly state: unknown; readonly deleted: boolean }) | null> {
  if (scope !== null && scope !== companyCode) return null;
  const [row] = await queryRows<PermitRowJson & { readonly state: unknown; readonly deleted: boolean }>(
    pool,
    `SELECT ${ROW}, p.state, p.deleted FROM ${FROM}
     WHERE p.company_code = $1 AND p.permit_id = $2 AND NOT p.joint_test`,
    [companyCode, permitId],
  );
  return row ?? null;
}

/** `isByIndex`: words are looked up in their index before they are compared. */
function whereOf(scope: CompanyScope, filter: PermitFilter, isByIndex: boolean): Where {
  const where = new Where();
  // The index knows pairs of characters of all that is searched; the comparison with the text meant has the last word.
  const addWord = (word: string, text: string): void => {
    const wanted = `search_form(${where.of(word)}::text)`;
    const isIndexed = word.length > 1 || word > '\x7f';
    if (isByIndex && isIndexed) where.add(`bigrams(p.words) @> bigrams_sought(${wanted})`);
    where.add(`strpos(${text}, ${wanted}) > 0`);
  };
  where.add('p.standing');
  if (scope !== null) where.add(`p.company_code = ${where.of(scope)}`);
  if (filter.companyCode !== undefined) where.add(`p.company_code = ${where.of(filter.companyCode)}`);
  if (filter.workCodes !== undefined) where.add(`p.work_code = ANY (${where.of(filter.workCodes)}::text[])`);
  if (filter.statuses !== undefined) where.add(`p.status = ANY (${where.of(filter.statuses)}::text[])`);
  if (filter.alarmed === true) where.add('p.alarm_count > 0');
  if (filter.alarmed === false) where.add('p.alarm_count = 0');
  if (filter.fromMs !== undefined || filter.toMs !== undefined) {
    where.add(`p.span && tstzrange(${instantOf(where, filter.fromMs)}, ${instantOf(where, filter.toMs)})`);
  }
  // Says nothing new, but in the order of the index.
  if (filter.fromMs !== undefined) where.add(`p.work_at >= ${instantOf(where, filter.fromMs - SPAN_MAX_MS)}`);
  if (filter.toMs !== undefined) where.add(`p.work_at < ${instantOf(where, filter.toMs + SPAN_MAX_MS)}`);
  // A word said twice would count twice for the planner, who would take the rows for few.
  const words = [...new Set(filter.search?.split(/\s+/) ?? [])].filter((word) => word !== '');
  for (const word of words.slice(0, SEARCH_WORDS_MAX)) addWord(word, 'p.words');
  if (filter.applicant !== undefined) addWord(filter.applicant, `search_form(coalesce(p.applicant, ''))`);
  if (filter.site !== undefined) addWord(filter.site, 'search_form(p.site)');
  if (filter.unit !== undefined) {
    addWord(filter.unit, `search_form(array_to_string(p.units, chr(10)))`);
  }
  return where;
}

const instantOf = (where: Where, atMs: number | undefined): string =>
  `${where.of(atMs === undefined ? null : new Date(atMs).toISOString())}::timestamptz`;

type Cursor = readonly [workAtMs: number, companyCode: string, permitId: string];
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function decodeCursor(cursor: string): Cursor {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && Number.isSafeInteger(parsed[0])) {
      const [workAtMs, ...names] = parsed as [number, ...unknown[]];
      const isFit = names.length === 2 && names.every((name) => typeof name === 'string' && !name.includes('\0'));
      if (isFit && Math.abs(workAtMs) < YEAR_10000_MS) return parsed as unknown as Cursor;
    }
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { detail: 'cursor', cause });
  }
  throw new AppError('INPUT_INVALID', { detail: 'cursor' });
}
