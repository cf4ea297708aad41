/**
 * Contacts: whom deliveries reach, by the ids that rosters name. Numbers and addresses are sealed here on their way in, and come
 * out for nobody but the deliverer. The park keeps its own and every company's, a company its own.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Contact } from '../core/order-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import { deleteContact, putContact, readContact, readContacts, type StoredContact } from '../db/contacts.ts';
import { type Pool, withTransaction } from '../db/pool.ts';
import { sealContactSecret } from '../security/contact-secret.ts';
import type { Sealer } from '../security/gm.ts';
import { type Actor, insertAudit } from './audit.ts';

/** Of phone and e-mail: undefined leaves what there is, null removes it. */
export interface ContactChange {
  readonly name: string;
  readonly language: 'zh-CN' | 'en';
  readonly phone?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly webhook: string | null;
}

/** Throws AppError NOT_FOUND, CONFLICT (the id is another's), DATABASE_UNAVAILABLE. */
export interface ContactDesk {
  list(scope: CompanyScope): Promise<readonly Contact[]>;
  put(owner: CompanyScope, contactId: string, change: ContactChange, actor: Actor): Promise<Contact>;
  remove(owner: CompanyScope, contactId: string, actor: Actor): Promise<void>;
}

export class StoredContactDesk implements ContactDesk {
  readonly #o: { readonly pool: Pool; readonly sealer: Sealer; readonly clock: Clock };

  constructor(options: { readonly pool: Pool; readonly sealer: Sealer; readonly clock: Clock }) {
    this.#o = options;
  }

  async list(scope: CompanyScope): Promise<readonly Contact[]> {
    return (await readContacts(this.#o.pool, scope)).map(shown);
  }

  async put(owner: CompanyScope, contactId: string, change: ContactChange, actor: Actor): Promise<Contact> {
    const { pool, sealer, clock } = this.#o;
    const before = await readContact(pool, contactId);
    const sealed = (field: 'phone' | 'email', value: string | null | undefined, was: string | null | undefined) =>
      value === undefined ? (was ?? null) : value === null ? null : sealContactSecret(sealer, contactId, field, value);
    const contact: StoredContact = {
      contactId,
      companyCode: owner,
      name: change.name,
      language: change.language,
      phoneSealed: sealed('phone', change.phone, before?.phoneSealed),
      emailSealed: sealed('email', change.email, before?.emailSealed),
      webhook: change.webhook,
    };
    await withTransaction(pool, async (client) => {
      if (!(await putContact(client, contact, actor.userName, clock.nowMs()))) throw new AppError('CONFLICT');
      await insertAudit(client, { actor, action: 'contact.put', subject: contactId, outcome: 'ok', detail: { owner } });
    });
    return shown(contact);
  }

  async remove(owner: CompanyScope, contactId: string, actor: Actor): Promise<void> {
    await withTransaction(this.#o.pool, async (client) => {
      if (!(await deleteContact(client, contactId, owner))) throw new AppError('NOT_FOUND');
      const detail = { owner };
      await insertAudit(client, { actor, action: 'contact.remove', subject: contactId, outcome: 'ok', detail });
    });
  }
}

const shown = ({ phoneSealed, emailSealed, ...rest }: StoredContact): Contact => ({
  ...rest,
  hasPhone: phoneSealed !== null,
  hasEmail: emailSealed !== null,
});
