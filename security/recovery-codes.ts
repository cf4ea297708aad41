/** Ten words that each stand once for a lost second factor. */
import { sm3 } from './gm.ts';
import { foldTypedCode, makeTypedCode } from './typed-code.ts';

export const RECOVERY_CODES = 10;

/** Shown once. */
export const makeRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, makeTypedCode);

/** However it was typed. */
export const recoveryCodeHash = (userId: string, code: string): string =>
  sm3(`recovery:${userId}:${foldTypedCode(code)}`).toString('hex');
