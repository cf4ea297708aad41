/**
 * The Chinese commercial algorithms, all by node:crypto (OpenSSL): SM3 and HMAC-SM3 for digests and signatures, and
 * sealing of single values under a master key that lies outside the database. Tests check them against sm-crypto and
 * the published vectors. SM2 is not here: node:crypto signs plain ECDSA on that curve, not SM2.
 *
 * Sealing is encrypt-then-MAC, because this OpenSSL has no SM4-GCM: SM4-CBC under one derived key, HMAC-SM3 under
 * another, over version, key id, context, iv and ciphertext. The context (what the value is, and whose) is
 * authenticated but not stored, so a sealed value that is copied to another row does not open there.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../core/errors.ts';

/** SM3 digest, 32 bytes (GB/T 32905). Text is hashed as UTF-8. */
export function sm3(data: string | Uint8Array): Buffer {
  return createHash('sm3').update(data).digest();
}

/** HMAC-SM3, 32 bytes (RFC 2104 over GB/T 32905). Text is taken as UTF-8. */
export function hmacSm3(key: string | Uint8Array, data: string | Uint8Array): Buffer {
  return createHmac('sm3', key).update(data).digest();
}

export interface Sealer {
  /** Seals `plain` for this context only. The text is safe in a database column and in JSON. */
  seal(plain: string, context: string): string;
  /** Opens what `seal` made. Throws AppError CONFIG_INVALID when the key is not here, or value and context do not belong together. */
  open(sealed: string, context: string): string;
}

export const MASTER_KEY_BYTES = 32;
const VERSION = 'v1';
const SM4_KEY_BYTES = 16;
const IV_BYTES = 16;
const TAG_BYTES = 32;

interface DerivedKeys {
  readonly id: string;
  readonly encryption: Buffer;
  readonly mac: Buffer;
}

/** One purpose per key: everything is derived from the master key under its own label. */
export function deriveKey(masterKey: Uint8Array, label: string): Buffer {
  return hmacSm3(masterKey, `parksentry ${label}`);
}

/** Names the key in what it sealed; 64 bits of a one-way function tell nothing of it. */
export const keyIdOf = (masterKey: Uint8Array): string => deriveKey(masterKey, 'key id').toString('hex', 0, 8);

function deriveKeys(masterKey: Uint8Array): DerivedKeys {
  if (masterKey.length !== MASTER_KEY_BYTES) {
    throw new AppError('CONFIG_INVALID', {
      detail: `a master key has ${MASTER_KEY_BYTES} bytes, got ${masterKey.length}`,
    });
  }
  return {
    id: keyIdOf(masterKey),
    encryption: deriveKey(masterKey, 'seal encryption v1').subarray(0, SM4_KEY_BYTES),
    mac: deriveKey(masterKey, 'seal mac v1'),
  };
}

/** Tag over every part with its length before it, so that no two inputs run together to the same bytes. */
function tagOf(keys: DerivedKeys, context: string, box: Uint8Array): Buffer {
  const mac = createHmac('sm3', keys.mac);
  for (const part of [VERSION, keys.id, context]) mac.update(`${Buffer.byteLength(part)}:${part}`);
  return mac.update(box).digest();
}

/**
 * A sealer over master keys of 32 bytes: the first seals, all open (so a key can be changed while old values stay
 * readable). Format: `v1.<key id>.<base64url of iv, ciphertext, tag>`.
 */
export function createSealer(masterKeys: readonly Uint8Array[]): Sealer {
  const [current, ...previous] = masterKeys.map(deriveKeys);
  if (current === undefined) throw new AppError('CONFIG_INVALID', { detail: 'no master key' });
  const keysById = new Map([current, ...previous].map((keys) => [keys.id, keys]));

  return {
    seal(plain, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('sm4-cbc', current.encryption, iv);
      const box = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final()]);
      return `${VERSION}.${current.id}.${Buffer.concat([box, tagOf(current, context, box)]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, keyId, payload, ...rest] = sealed.split('.');
      if (version !== VERSION || keyId === undefined || payload === undefined || rest.length > 0) {
        throw new AppError('CONFIG_INVALID', { detail: 'not a sealed value of a known format' });
      }
      const keys = keysById.get(keyId);
      if (keys === undefined)
        throw new AppError('CONFIG_INVALID', { detail: `the master key ${keyId} is not in the key file` });
      const bytes = Buffer.from(payload, 'base64url');
      const box = bytes.subarray(0, Math.max(0, bytes.length - TAG_BYTES));
      const tag = bytes.subarray(box.length);
      if (tag.length !== TAG_BYTES || !timingSafeEqual(tag, tagOf(keys, context, box))) {
        throw new AppError('CONFIG_INVALID', { detail: 'a sealed value was changed or belongs to another context' });
      }
      const decipher = createDecipheriv('sm4-cbc', keys.encryption, box.subarray(0, IV_BYTES));
      return Buffer.concat([decipher.update(box.subarray(IV_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}
