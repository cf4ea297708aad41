/** The phone of whoever answers for a permit: sealed on receipt, shown masked. Neither the log nor the database holds it in clear. */
import type { Sealer } from './gm.ts';

const permitPhoneContext = (companyCode: string, permitId: string): string =>
  `permit:${companyCode}:${permitId}:responsible-phone`;

export const sealPermitPhone = (sealer: Sealer, companyCode: string, permitId: string, phone: string): string =>
  sealer.seal(phone, permitPhoneContext(companyCode, permitId));

/** Throws AppError CONFIG_INVALID when it was sealed under another key or for another permit. */
export const openPermitPhone = (sealer: Sealer, companyCode: string, permitId: string, sealed: string): string =>
  sealer.open(sealed, permitPhoneContext(companyCode, permitId));
