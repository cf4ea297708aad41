/** Contacts: whom deliveries reach. Addresses go in and out sealed (security/contact-secret.ts). */
import { type Pool, type Queryable, queryRows } from './pool.ts';

export interface StoredContact {
  readonly contactId: string;
  /** null: of the park. */
  readonly companyCode: string | null;
  readonly name: string;
  readonly language: 'zh-CN' | 'en';
  readonly phoneSealed: string | null;
  readonly emailSealed: string | null;
  readonly webhook: string | null;
}

const COLUMNS = `contact_id AS "contactId", company_code AS "companyCode", name, language, phone_sealed AS "phoneSealed",
  email_sealed AS "emailSealed", webhook`;

export async function readContact(pool: Pool, contactId: string): Promise<StoredContact | null> {
  const rows = await queryRows<StoredContact>(pool, `SELECT ${COLUMNS} FROM contact WHERE contact_id = $1`, [
    contactId,
  ]);
  return rows[0] ?? null;
}

/** `companyCode` null: all of them. */
export const readContacts = (pool: Pool, companyCode: string | null): Promise<StoredContact[]> =>
  queryRows<StoredContact>(
    pool,
    `SELECT ${COLUMNS} FROM contact WHERE $1::text IS NULL OR company_code = $1 ORDER BY name, contact_id`,
    [companyCode],
  );

/** false: the id is another company's contact. */
export async function putContact(db: Queryable, contact: StoredContact, by: string, atMs: number): Promise<boolean> {
  const rows = await queryRows(
    db,
    `INSERT INTO contact (contact_id, company_code, name, language, phone_sealed, email_sealed, webhook, by, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (contact_id) DO UPDATE SET name = excluded.name, language = excluded.language,
       phone_sealed = excluded.phone_sealed, email_sealed = excluded.email_sealed, webhook = excluded.webhook,
       by = excluded.by, at = excluded.at
     WHERE contact.company_code IS NOT DISTINCT FROM excluded.company_code
     RETURNING contact_id`,
    [
      contact.contactId,
      contact.companyCode,
      contact.name,
      contact.language,
      contact.phoneSealed,
      contact.emailSealed,
      contact.webhook,
      by,
      new Date(atMs),
    ],
  );
  return rows.length === 1;
}

/** false: there is none of that company. */
export async function deleteContact(db: Queryable, contactId: string, companyCode: string | null): Promise<boolean> {
  const rows = await queryRows(
    db,
    `DELETE FROM contact WHERE contact_id = $1 AND company_code IS NOT DISTINCT FROM $2 RETURNING contact_id`,
    [contactId, companyCode],
  );
  return rows.length === 1;
}

/** Sealed; null: not registered, withdrawn, or without one. */
export async function readPersonMobile(pool: Pool, companyCode: string, personId: string): Promise<string | null> {
  const rows = await queryRows<{ sealed: string | null }>(
    pool,
    'SELECT said_mobile_sealed AS sealed FROM person WHERE company_code = $1 AND person_id = $2 AND NOT deleted',
    [companyCode, personId],
  );
  return rows[0]?.sealed ?? null;
}
