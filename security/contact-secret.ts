/** Phone and e-mail address of a contact: sealed before they reach the database, opened for one message at a time. */
import type { Sealer } from './gm.ts';

export type ContactSecret = 'phone' | 'email';

const contextOf = (contactId: string, field: ContactSecret): string => `contact:${contactId}:${field}`;

export const sealContactSecret = (sealer: Sealer, contactId: string, field: ContactSecret, value: string): string =>
  sealer.seal(value, contextOf(contactId, field));

/** Throws AppError CONFIG_INVALID when the value was sealed under another key or for another contact or field. */
export const openContactSecret = (sealer: Sealer, contactId: string, field: ContactSecret, sealed: string): string =>
  sealer.open(sealed, contextOf(contactId, field));
