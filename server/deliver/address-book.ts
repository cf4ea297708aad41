/** Addresses as PostgreSQL has them, sealed: contacts of the park and people of the register. Opened for one message each. */
import { companyOfParty } from '../../alarms/routing.ts';
import { readContact, readPersonMobile } from '../../db/contacts.ts';
import type { Pool } from '../../db/pool.ts';
import { openContactSecret } from '../../security/contact-secret.ts';
import type { Sealer } from '../../security/gm.ts';
import { openPersonSecret } from '../../security/person-secret.ts';
import type { Delivery } from '../../stream/protocol/deliveries.ts';
import type { AddressBook } from './deliverer.ts';

export const createAddressBook = (pool: Pool, sealer: Sealer): AddressBook => ({
  addressOf: async ({ party, recipient, channel }: Delivery) => {
    if (recipient === null) return null;
    if (recipient.kind === 'person') {
      const slash = recipient.id.indexOf('/');
      const [companyCode, personId] = [recipient.id.slice(0, slash), recipient.id.slice(slash + 1)];
      const sealed = channel === 'sms' ? await readPersonMobile(pool, companyCode, personId) : null;
      if (sealed === null) return null;
      return { address: openPersonSecret(sealer, companyCode, personId, 'mobile', sealed), language: 'zh-CN' };
    }
    const contact = await readContact(pool, recipient.id);
    // A roster names ids: a company that keeps a contact under one of them must not be sent what another's party is told.
    const isOfParty = contact?.companyCode === null || contact?.companyCode === companyOfParty(party);
    if (contact === null || !isOfParty) return null;
    const { contactId, language } = contact;
    if (channel === 'webhook') return contact.webhook === null ? null : { address: contact.webhook, language };
    const field = channel === 'sms' ? 'phone' : 'email';
    const sealed = field === 'phone' ? contact.phoneSealed : contact.emailSealed;
    return sealed === null ? null : { address: openContactSecret(sealer, contactId, field, sealed), language };
  },
});
