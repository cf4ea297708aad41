/**
 * The chain over the audit: what HMAC-SM3 is made of for a row, a block of rows, and a month that went by age. The key is
 * derived from the master key, so whoever holds the database alone can change rows but not their seals. Blocks name their
 * key: after a change of the master key older blocks verify as long as the older key is in the key file.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, keyIdOf } from './gm.ts';

export const DIGEST_BYTES = 32;
/** What the first block of all names as the one before. */
export const CHAIN_START: Uint8Array = new Uint8Array(DIGEST_BYTES);

/** A row of the table as text, column by column; null: SQL NULL. */
export interface AuditRowText {
  readonly id: string;
  /** Microseconds since 1970. */
  readonly at: string;
  readonly userId: string | null;
  readonly userName: string;
  readonly action: string;
  readonly subject: string | null;
  readonly outcome: string;
  /** As PostgreSQL writes jsonb. */
  readonly detail: string;
  readonly address: string | null;
}

export interface BlockContent {
  readonly no: number;
  /** `YYYY-MM-DD`, the first day of the month of its rows. */
  readonly month: string;
  readonly atMs: number;
  readonly ids: readonly number[];
  /** DIGEST_BYTES a row, in the order of `ids`. */
  readonly digests: Uint8Array;
  readonly previous: Uint8Array;
}

export interface DropContent {
  readonly month: string;
  readonly throughNo: number;
  readonly startNo: number;
  readonly startPrevious: Uint8Array;
  readonly atMs: number;
}

/** Of a part: whether there is one, and its length. */
const HEAD_BYTES = 5;

type Part = string | number | Uint8Array | null;

/** Every part behind its kind and length: no two lists of parts have the same bytes. */
export function canonicalBytes(parts: readonly Part[]): Buffer {
  const values = parts.map((part) => (typeof part === 'number' ? String(part) : part));
  const lengths = values.map((value) => (value === null ? 0 : Buffer.byteLength(value)));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length + HEAD_BYTES, 0));
  let at = 0;
  for (const [i, value] of values.entries()) {
    const length = lengths[i] as number;
    bytes.writeUInt8(value === null ? 0 : 1, at);
    bytes.writeUInt32BE(length, at + 1);
    at += HEAD_BYTES;
    if (typeof value === 'string') bytes.write(value, at, 'utf8');
    else if (value !== null) bytes.set(value, at);
    at += length;
  }
  return bytes;
}

export const rowBytes = (row: AuditRowText): Buffer =>
  canonicalBytes([
    'row',
    row.id,
    row.at,
    row.userId,
    row.userName,
    row.action,
    row.subject,
    row.outcome,
    row.detail,
    row.address,
  ]);

export const isSameMac = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Seals under one master key. */
export class AuditKey {
  readonly id: string;
  readonly #key: Buffer;

  constructor(masterKey: Uint8Array) {
    this.id = keyIdOf(masterKey);
    this.#key = deriveKey(masterKey, 'audit chain v1');
  }

  rowDigest(row: AuditRowText): Buffer {
    return this.#mac(rowBytes(row));
  }

  blockMac({ no, month, atMs, ids, digests, previous }: BlockContent): Buffer {
    return this.#mac(canonicalBytes(['block', this.id, no, month, atMs, ids.join(','), digests, previous]));
  }

  dropMac({ month, throughNo, startNo, startPrevious, atMs }: DropContent): Buffer {
    return this.#mac(canonicalBytes(['drop', this.id, month, throughNo, startNo, startPrevious, atMs]));
  }

  #mac(bytes: Uint8Array): Buffer {
    return createHmac('sm3', this.#key).update(bytes).digest();
  }
}

export interface AuditKeys {
  /** Seals what is new. */
  readonly current: AuditKey;
  /** Of blocks sealed under it; undefined: its master key is not in the key file. */
  of(keyId: string): AuditKey | undefined;
}

/** The current master key first, as readMasterKeys gives them. */
export function createAuditKeys(masterKeys: readonly Uint8Array[]): AuditKeys {
  const keys = masterKeys.map((key) => new AuditKey(key));
  const [current] = keys;
  if (current === undefined) throw new Error('no master key');
  const byId = new Map(keys.map((key) => [key.id, key]));
  return { current, of: (keyId) => byId.get(keyId) };
}
