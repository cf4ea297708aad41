/**
 * The two values of a person that are sealed on receipt and opened only for an audited look: ingest seals them, so
 * that neither the log nor the database ever holds them in clear (GB/T 39786 level 3).
 */
import type { Sealer } from './gm.ts';

export type PersonSecret = 'id-number' | 'mobile';

const contextOf = (companyCode: string, personId: string, field: PersonSecret): string =>
  `person:${companyCode}:${personId}:${field}`;

export const sealPersonSecret = (
  sealer: Sealer,
  companyCode: string,
  personId: string,
  field: PersonSecret,
  value: string,
): string => sealer.seal(value, contextOf(companyCode, personId, field));

/** Throws AppError CONFIG_INVALID when the value was sealed under another key or for another person or field. */
export const openPersonSecret = (
  sealer: Sealer,
  companyCode: string,
  personId: string,
  field: PersonSecret,
  sealed: string,
): string => sealer.open(sealed, contextOf(companyCode, personId, field));
