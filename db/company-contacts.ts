/** Whom to call at a company in an emergency: control room and duty leader, phones sealed. Read and written by admin. */
import type { CompanyScope } from './company-scope.ts';
import { type Pool, type PoolClient, queryRows } from './pool.ts';

/** The room that is manned day and night (24 小时值班室); who is in charge today (值班领导). */
export const CONTACT_KINDS = ['control-room', 'duty-leader'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

export interface StoredContact {
  readonly companyCode: string;
  readonly kind: ContactKind;
  readonly name: string;
  readonly phoneSealed: string;
  readonly by: string;
  readonly atMs: number;
}

/** What a phone is sealed for. */
export const contactContext = (companyCode: string, kind: string): string => `contact:${companyCode}:${kind}`;

export const readContacts = (
  pool: Pool,
  scope: CompanyScope,
  companyCodes: readonly string[],
): Promise<StoredContact[]> =>
  queryRows<StoredContact>(
    pool,
    `SELECT company_code AS "companyCode", kind, name, phone_sealed AS "phoneSealed", by,
       (extract(epoch FROM at) * 1000)::bigint AS "atMs"
     FROM company_contact WHERE company_code = ANY ($2::text[]) AND ($1::text IS NULL OR company_code = $1)`,
    [scope, companyCodes],
  );

/** Names by code of those that exist in scope. */
export async function readCompanyNames(
  pool: Pool,
  scope: CompanyScope,
  companyCodes: readonly string[],
): Promise<Map<string, string>> {
  const rows = await queryRows<{ code: string; name: string }>(
    pool,
    'SELECT code, name FROM company WHERE code = ANY ($2::text[]) AND ($1::text IS NULL OR code = $1)',
    [scope, companyCodes],
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
}

export async function putContact(client: PoolClient, contact: StoredContact): Promise<void> {
  const { companyCode, kind, name, phoneSealed, by, atMs } = contact;
  await client.query(
    `INSERT INTO company_contact (company_code, kind, name, phone_sealed, by, at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (company_code, kind)
     DO UPDATE SET name = excluded.name, phone_sealed = excluded.phone_sealed, by = excluded.by, at = excluded.at,
       version = company_contact.version + 1`,
    [companyCode, kind, name, phoneSealed, by, new Date(atMs)],
  );
}

export async function removeContact(client: PoolClient, companyCode: string, kind: ContactKind): Promise<void> {
  await client.query('DELETE FROM company_contact WHERE company_code = $1 AND kind = $2', [companyCode, kind]);
}
