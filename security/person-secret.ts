/**
 * The two values of a person that are sealed on receipt and opened only for an audited look: ingest seals them, so
 * that neither the log nor the database ever holds them in clear (GB/T 39786 level 3).
 */
import type { BlindIndex } from './blind-index.ts';
import type { Sealer } from './gm.ts';

export type PersonSecret = 'id-number' | 'mobile';

export const personSecretContext = (companyCode: string, personId: string, field: PersonSecret): string =>
  `person:${companyCode}:${personId}:${field}`;

export const sealPersonSecret = (
  sealer: Sealer,
  companyCode: string,
  personId: string,
  field: PersonSecret,
  value: string,
): string => sealer.seal(value, personSecretContext(companyCode, personId, field));

/** Throws AppError CONFIG_INVALID when the value was sealed under another key or for another person or field. */
export const openPersonSecret = (
  sealer: Sealer,
  companyCode: string,
  personId: string,
  field: PersonSecret,
  sealed: string,
): string => sealer.open(sealed, personSecretContext(companyCode, personId, field));

/** Equal for equal ID numbers, whoever sent them: finds one person at several companies. */
export const blindIdNumber = (blindIndex: BlindIndex, idNumber: string): string =>
  blindIndex.of('person.id-number', idNumber);
