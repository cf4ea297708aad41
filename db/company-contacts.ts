/** Whom to call at a company in an emergency: control room and duty leader, phones sealed. An emergency reads the rows, the register `company-contacts` keeps them. */
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

/** The room that is manned day and night (24 小时值班室); who is in charge today (值班领导). */
export type ContactKind = 'control-room' | 'duty-leader';

export interface StoredContact {
  readonly companyCode: string;
  readonly kind: ContactKind;
  readonly name: string;
  readonly phoneSealed: string;
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
    `SELECT company_code AS "companyCode", kind, name, phone_sealed AS "phoneSealed"
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
