/**
 * Signature of a vendor request, pure: what is signed, and whether a request's signature holds. The order in which
 * the front door checks things is in authenticate.ts; the vendor's side is sign-request.ts and docs/vendor-signing.md.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const SIGN_ALGS = ['HMAC-SM3', 'HMAC-SHA256'] as const;
export type SignAlg = (typeof SIGN_ALGS)[number];
export const DEFAULT_SIGN_ALG: SignAlg = 'HMAC-SM3';

const HASH_NAME: Readonly<Record<SignAlg, string>> = { 'HMAC-SM3': 'sm3', 'HMAC-SHA256': 'sha256' };

/** A vendor's clock may be this far from the park's, either way. */
export const CLOCK_WINDOW_MS = 300_000;

export interface SignedParts {
  /** Upper case, as sent. */
  readonly method: string;
  /** As sent: percent-encoding untouched. */
  readonly path: string;
  /** What follows `?`, as sent; empty when there is none. */
  readonly query: string;
  readonly body: Uint8Array;
  readonly appId: string;
  /** Epoch ms, decimal digits as sent. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly alg: SignAlg;
}

/** Seven lines joined by `\n`: method, path, query, hex digest of the raw body, app id, timestamp, nonce. */
export function stringToSign(parts: SignedParts): string {
  const digest = createHash(HASH_NAME[parts.alg]).update(parts.body).digest('hex');
  return [parts.method, parts.path, parts.query, digest, parts.appId, parts.timestamp, parts.nonce].join('\n');
}

/** Lower-case hex, 64 digits. The key is the app secret's UTF-8 bytes. */
export function signatureOf(parts: SignedParts, appSecret: string): string {
  return createHmac(HASH_NAME[parts.alg], appSecret).update(stringToSign(parts)).digest('hex');
}

/** Compares in constant time. */
export function signatureHolds(parts: SignedParts, appSecret: string, signature: string): boolean {
  const expected = Buffer.from(signatureOf(parts, appSecret), 'latin1');
  const given = Buffer.from(signature, 'latin1');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
