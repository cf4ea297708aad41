/** Addresses as PostgreSQL has them, sealed: contacts of the park and people of the register. Opened for one message each. */
import { readContact, readPersonMobile } from '../../db/contacts.ts';
import type { Pool } from '../../db/pool.ts';
import { openContactSecret } from '../../security/contact-secret.ts';
import type { Sealer } from '../../security/gm.ts';
import { openPersonSecret } from '../../security/person-secret.ts';
import type { Delivery } from '../../stream/protocol/deliveries.ts';
import type { AddressBook } from './deliverer.ts';

export const createAddressBook = (pool: Pool, sealer: Sealer): AddressBook => ({
  addressOf: async ({ recipient, channel }: Delivery) => {
    if (recipient === null) return null;
    if (recipient.kind === 'person') {
      const slash = recipient.id.indexOf('/');
      const [companyCode, personId] = [recipient.id.slice(0, slash), recipient.id.slice(slash + 1)];
      const sealed = channel === 'sms' ? await readPersonMobile(pool, companyCode, personId) : null;
      if (sealed === null) return null;
      return { address: openPersonSecret(sealer, companyCode, personId, 'mobile', sealed), language: 'zh-CN' };
    }
    const contact = await readContact(pool, recipient.id);
    if (contact === null) return null;
    const { contactId, language } = contact;
    if (channel === 'webhook') return contact.webhook === null ? null : { address: contact.webhook, language };
    const field = channel === 'sms' ? 'phone' : 'email';
    const sealed = field === 'phone' ? contact.phoneSealed : contact.emailSealed;
    return sealed === null ? null : { address: openContactSecret(sealer, contactId, field, sealed), language };
  },
});
