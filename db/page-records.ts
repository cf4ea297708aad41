/**
 * What pages said of people and areas (table page_record): the newest word on each, in the transaction that also puts its record
 * into the outbox. The store takes it from the log; whether it has, the rows of `person` and `area` tell by `page_at`.
 */
import { randomUUID } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { AreaRecord, PersonRecord } from '../stream/protocol/entry.ts';
import { PAGE_APP_ID } from '../stream/protocol/page-records.ts';
import { addToOutbox } from './outbox.ts';
import { type PoolClient, type Queryable, queryRows, sqlState } from './pool.ts';

export interface PageRecords {
  readonly persons: PersonRecord;
  readonly areas: AreaRecord;
}
export type PageKind = keyof PageRecords;

export interface PageWord<K extends PageKind> {
  readonly companyCode: string;
  readonly recordId: string;
  readonly version: number;
  readonly body: PageRecords[K];
  readonly saidAtMs: number;
  readonly deleted: boolean;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly by: string;
}

export interface RecordName {
  readonly companyCode: string;
  readonly recordId: string;
}

const FOREIGN_KEY_VIOLATION = '23503';
const RECORDS_AN_ENTRY = 500;

const COLUMNS = `g.company_code AS "companyCode", g.record_id AS "recordId", g.version, g.body, g.deleted, g.created_by AS "createdBy",
  g.by, (extract(epoch FROM g.said_at) * 1000)::bigint AS "saidAtMs",
  (extract(epoch FROM g.created_at) * 1000)::bigint AS "createdAtMs"`;
/** What the store has of it. */
const TAKEN = {
  persons: `SELECT FROM person t WHERE t.company_code = g.company_code AND t.person_id = g.record_id AND NOT t.joint_test
    AND t.page_at >= g.said_at`,
  areas: `SELECT FROM area t WHERE t.company_code = g.company_code AND t.area_id = g.record_id AND t.page_at >= g.said_at`,
} as const satisfies Record<PageKind, string>;

export const nameText = ({ companyCode, recordId }: RecordName): string => JSON.stringify([companyCode, recordId]);

/** Held until the transaction ends. */
export const lockWords = <K extends PageKind>(
  client: PoolClient,
  kind: K,
  names: readonly RecordName[],
): Promise<PageWord<K>[]> =>
  queryRows<PageWord<K>>(
    client,
    `SELECT ${COLUMNS} FROM page_record g
     WHERE g.kind = $1 AND (g.company_code, g.record_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
     ORDER BY g.company_code, g.record_id FOR UPDATE`,
    [kind, names.map(({ companyCode }) => companyCode), names.map(({ recordId }) => recordId)],
  );

/** Of these records of these companies, the words that the store has not taken yet. */
export const readWaiting = <K extends PageKind>(
  db: Queryable,
  kind: K,
  companyCodes: readonly string[],
  recordIds: readonly string[],
): Promise<PageWord<K>[]> =>
  queryRows<PageWord<K>>(
    db,
    `SELECT ${COLUMNS} FROM page_record g
     WHERE g.kind = $1 AND g.company_code = ANY ($2::text[]) AND g.record_id = ANY ($3::text[])
       AND NOT EXISTS (${TAKEN[kind]})`,
    [kind, companyCodes, recordIds],
  );

const NAMES = {
  persons: `SELECT company_code, person_id AS record_id FROM person
    WHERE named_row_id(company_code, person_id) = ANY ($1::bigint[]) AND person_id IS NOT NULL AND NOT joint_test`,
  areas: `SELECT company_code, area_id AS record_id FROM area WHERE named_row_id(company_code, area_id) = ANY ($1::bigint[])`,
} as const satisfies Record<PageKind, string>;

/** Of the rows with these ids, in no order. */
export const namesOf = (db: Queryable, kind: PageKind, rowIds: readonly string[]): Promise<RecordName[]> =>
  queryRows<RecordName>(
    db,
    `SELECT company_code AS "companyCode", record_id AS "recordId" FROM (${NAMES[kind]}
       UNION SELECT company_code, record_id FROM page_record
       WHERE kind = $2 AND named_row_id(company_code, record_id) = ANY ($1::bigint[])) AS n`,
    [rowIds, kind],
  );

/** By the id that its row has, or will have. */
export async function findWaiting<K extends PageKind>(
  db: Queryable,
  kind: K,
  rowId: string,
): Promise<PageWord<K> | null> {
  const [word] = await queryRows<PageWord<K>>(
    db,
    `SELECT ${COLUMNS} FROM page_record g
     WHERE g.kind = $1 AND named_row_id(g.company_code, g.record_id) = $2::bigint AND NOT EXISTS (${TAKEN[kind]})`,
    [kind, rowId],
  );
  return word ?? null;
}

/** In the order of `names`. */
export async function rowIdsOf(db: Queryable, names: readonly RecordName[]): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    db,
    `SELECT named_row_id(u.company_code, u.record_id)::text AS id
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u (company_code, record_id, place) ORDER BY u.place`,
    [names.map(({ companyCode }) => companyCode), names.map(({ recordId }) => recordId)],
  );
  return rows.map(({ id }) => id);
}

const SAY = `
  INSERT INTO page_record AS g (kind, company_code, record_id, version, body, said_at, deleted, created_at, created_by, by)
  SELECT $1, w."companyCode", w."recordId", w.version, w.body, to_timestamp(w."saidAtMs" / 1000.0), w.deleted,
    to_timestamp(w."createdAtMs" / 1000.0), w."createdBy", w.by
  FROM jsonb_to_recordset($2::jsonb) AS w ("companyCode" text, "recordId" text, version integer, body jsonb, "saidAtMs" bigint,
    deleted boolean, "createdAtMs" bigint, "createdBy" text, by text)
  ON CONFLICT (kind, company_code, record_id) DO UPDATE SET version = excluded.version, body = excluded.body,
    said_at = excluded.said_at, deleted = excluded.deleted, created_at = excluded.created_at,
    created_by = excluded.created_by, by = excluded.by
  WHERE g.version = excluded.version - 1`;

/** All or none. Throws AppError CONFLICT (somebody was faster), INPUT_INVALID (no such company). */
export async function sayWords<K extends PageKind>(
  client: PoolClient,
  kind: K,
  words: readonly PageWord<K>[],
): Promise<void> {
  let kept: number | null;
  try {
    kept = (await client.query(SAY, [kind, JSON.stringify(words)])).rowCount;
  } catch (cause) {
    if (sqlState(cause) !== FOREIGN_KEY_VIOLATION) throw cause;
    throw new AppError('INPUT_INVALID', { detail: 'companyCode: no such company', cause });
  }
  if (kept !== words.length) throw new AppError('CONFLICT', { detail: 'another version holds' });
  const companies = [...new Set(words.map(({ companyCode }) => companyCode))];
  const bodies = companies.flatMap((companyCode) =>
    chunks(
      words.filter((word) => word.companyCode === companyCode),
      RECORDS_AN_ENTRY,
    ).map((some) => ({
      origin: { batchId: randomUUID(), appId: PAGE_APP_ID, companyCode, received: some.length, refused: 0 },
      records: some.map(({ body }) => body),
    })),
  );
  await addToOutbox(client, kind, bodies as never);
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
