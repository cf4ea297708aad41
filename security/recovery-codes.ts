/** Ten words that each stand once for a lost second factor. 80 bits each, so that their hashes may lie in the database. */
import { randomBytes } from 'node:crypto';
import { sm3 } from './gm.ts';

export const RECOVERY_CODES = 10;
/** Base32 without what is easily misread. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** `ABCD-EFGH-JKLM-NPQR`, shown once. */
export const makeRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () => {
    const letters = [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
    return letters.match(/.{4}/g)?.join('-') ?? letters;
  });

/** However it was typed. */
export const recoveryCodeHash = (userId: string, code: string): string =>
  sm3(`recovery:${userId}:${code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`).toString('hex');
