/**
 * Equality search over sealed columns: the same value gives the same HMAC-SM3, and nobody without the key can tell
 * which value it was (GB/T 39786 level 3, confidentiality of stored data). One index per purpose: equal values in two
 * columns do not show as equal.
 */
import { deriveKey, hmacSm3 } from './gm.ts';

export interface BlindIndex {
  /** 64 hex digits. `purpose` names the column, e.g. `person.id-number`; surrounding blanks and letter case do not count. */
  of(purpose: string, value: string): string;
}

/** Rows made under one master key are found only under the same one: changing it means building the index anew. */
export function createBlindIndex(masterKey: Uint8Array): BlindIndex {
  const key = deriveKey(masterKey, 'blind index v1');
  return {
    of: (purpose, value) =>
      hmacSm3(key, `${Buffer.byteLength(purpose)}:${purpose}${value.trim().toUpperCase()}`).toString('hex'),
  };
}
