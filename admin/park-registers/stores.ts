/** Stores of the registers over tables that were there before them, and what is done with their rows. */
import { contactContext } from '../../db/company-contacts.ts';
import { companies } from '../../registers/companies.ts';
import { companyContacts } from '../../registers/company-contacts.ts';
import { tags } from '../../registers/tags.ts';
import type { RegisterOptions } from '../register/parts.ts';
import { TableStore } from '../register/table-store.ts';
import { areaStore } from './areas.ts';
import { type CredentialActionParts, credentialActions } from './credential-actions.ts';
import { CredentialStore } from './credentials.ts';
import { peopleStore } from './people.ts';

class ContactStore extends TableStore {
  sealContext(companyCode: string | null, kind: string): string {
    return contactContext(companyCode ?? '', kind);
  }
}

export function parkRegisters(parts: CredentialActionParts): Pick<RegisterOptions, 'stores' | 'actions'> {
  return {
    stores: {
      companies: new TableStore(companies),
      'company-contacts': new ContactStore(companyContacts),
      people: peopleStore(parts.sealer),
      tags: new TableStore(tags),
      areas: areaStore(),
      credentials: new CredentialStore(parts),
    },
    actions: { credentials: credentialActions(parts) },
  };
}
