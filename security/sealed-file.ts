/**
 * Whole files sealed at rest: SM4-CBC and HMAC-SM3 (encrypt-then-MAC) under keys of the file's own, which lie before it, sealed under
 * the master key for this file alone. Worked on in pieces, so that a file of 20 MiB holds nobody up.
 *
 *   0  4 bytes   'PSSF'
 *   4  u32 LE    bytes of the sealed key
 *   8            sealed key: base64 of encryption key, MAC key
 *                16 bytes iv, ciphertext
 *                HMAC-SM3 of everything before
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../core/errors.ts';
import type { Sealer } from './gm.ts';

export interface FileSealer {
  /** `context`: which file this is; it opens under no other. */
  seal(bytes: Uint8Array, context: string): Promise<Uint8Array>;
  /** Throws AppError CONFIG_INVALID for bytes that are no whole file, or of another key or context. */
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>;
}

const MAGIC = Buffer.from('PSSF');
const KEY_AT = 8;
const ENCRYPTION_KEY_BYTES = 16;
const MAC_KEY_BYTES = 32;
const IV_BYTES = 16;
const TAG_BYTES = 32;
/** A few ms of work. */
const PIECE_BYTES = 1 << 19;

/** Each piece in a turn of its own. */
export async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (at > 0) await nextTurn();
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

export function createFileSealer(sealer: Sealer): FileSealer {
  return {
    async seal(bytes, context) {
      const keys = randomBytes(ENCRYPTION_KEY_BYTES + MAC_KEY_BYTES);
      const iv = randomBytes(IV_BYTES);
      const sealedKeys = Buffer.from(sealer.seal(keys.toString('base64'), context));
      const head = Buffer.alloc(KEY_AT);
      MAGIC.copy(head);
      head.writeUInt32LE(sealedKeys.length, 4);
      const mac = createHmac('sm3', keys.subarray(ENCRYPTION_KEY_BYTES));
      const cipher = createCipheriv('sm4-cbc', keys.subarray(0, ENCRYPTION_KEY_BYTES), iv);
      const parts: Buffer[] = [];
      const add = (part: Buffer): void => {
        mac.update(part);
        parts.push(part);
      };
      for (const part of [head, sealedKeys, iv]) add(part);
      for await (const piece of inPieces(bytes)) add(cipher.update(piece));
      add(cipher.final());
      return Buffer.concat([...parts, mac.digest()]);
    },
    async open(sealed, context) {
      const file = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      const ivAt = KEY_AT + (file.length < KEY_AT ? 0 : file.readUInt32LE(4));
      const end = file.length - TAG_BYTES;
      if (end < ivAt + IV_BYTES || !file.subarray(0, 4).equals(MAGIC)) throw unfit();
      const keys = Buffer.from(sealer.open(file.toString('utf8', KEY_AT, ivAt), context), 'base64');
      const mac = createHmac('sm3', keys.subarray(ENCRYPTION_KEY_BYTES));
      for await (const piece of inPieces(file.subarray(0, end))) mac.update(piece);
      if (!timingSafeEqual(mac.digest(), file.subarray(end))) throw unfit();
      const iv = file.subarray(ivAt, ivAt + IV_BYTES);
      const decipher = createDecipheriv('sm4-cbc', keys.subarray(0, ENCRYPTION_KEY_BYTES), iv);
      const parts: Buffer[] = [];
      for await (const piece of inPieces(file.subarray(ivAt + IV_BYTES, end))) parts.push(decipher.update(piece));
      return Buffer.concat([...parts, decipher.final()]);
    },
  };
}

const unfit = (): AppError => new AppError('CONFIG_INVALID', { detail: 'a sealed file was changed, or is none' });
