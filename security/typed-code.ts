/** Codes that a person reads and types: 80 bits each, so that their hashes may lie in the database. */
import { randomBytes } from 'node:crypto';

/** Base32 without what is easily misread. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** `ABCD-EFGH-JKLM-NPQR` */
export function makeTypedCode(): string {
  const letters = [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  return letters.match(/.{4}/g)?.join('-') ?? letters;
}

/** The same however it was typed. */
export const foldTypedCode = (code: string): string => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
