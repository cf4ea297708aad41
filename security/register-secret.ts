/**
 * Values of registers that are sealed on receipt (sealed fields of registers/field.ts), by pages and by the vendor interface
 * alike: each is sealed for its register, company, row and field, so that one copied elsewhere does not open there; the blind
 * index is one per kind of secret in all registers, so that the same person is found again in each.
 */
import type { BlindIndex } from './blind-index.ts';

export type RegisterSecret = 'id-number' | 'phone' | 'certificate';

export const registerSecretContext = (
  register: string,
  companyCode: string | null,
  key: string,
  field: string,
): string => `register:${register}:${companyCode ?? ''}:${key}:${field}`;

/** Blanks and dashes within a phone do not count. */
export const registerSecretBlind = (blindIndex: BlindIndex, secret: RegisterSecret, plain: string): string =>
  blindIndex.of(`person.${secret}`, secret === 'phone' ? plain.replace(/[ -]/g, '') : plain);
