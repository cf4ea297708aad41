/**
 * Signature of a vendor request: what is signed, and whether a request's signature holds. The order in which
 * the front door checks things is in authenticate.ts; the vendor's side is sign-request.ts and docs/vendor-signing.md.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { inPieces } from '../security/sealed-file.ts';

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
  /** Of `body`, where somebody made it before (`bodyDigest`). */
  readonly digest?: string | undefined;
  readonly appId: string;
  /** Epoch ms, decimal digits as sent. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly alg: SignAlg;
}

/** The digest of a large body, made piece by piece so that nobody else waits for it. */
export async function bodyDigest(body: Uint8Array, alg: SignAlg): Promise<string> {
  const hash = createHash(HASH_NAME[alg]);
  for await (const piece of inPieces(body)) hash.update(piece);
  return hash.digest('hex');
}

/** Seven lines joined by `\n`: method, path, query, hex digest of the raw body, app id, timestamp, nonce. */
export function stringToSign(parts: SignedParts): string {
  const digest = parts.digest ?? createHash(HASH_NAME[parts.alg]).update(parts.body).digest('hex');
  return [parts.method, parts.path, parts.query, digest, parts.appId, parts.timestamp, parts.nonce].join('\n');
}

/** Lower-case hex, 64 digits. The key is the app secret's UTF-8 bytes. */
export const signatureOf = (parts: SignedParts, appSecret: string): string =>
  hmac(stringToSign(parts), parts.alg, appSecret);

const hmac = (text: string, alg: SignAlg, appSecret: string): string =>
  createHmac(HASH_NAME[alg], appSecret).update(text).digest('hex');

/** Whether `signature` is that of the text under one of the secrets, each tried in constant time, whichever it is. */
export function signatureHolds(text: string, alg: SignAlg, appSecrets: readonly string[], signature: string): boolean {
  const given = Buffer.from(signature, 'latin1');
  let holds = false;
  for (const appSecret of appSecrets) {
    const expected = Buffer.from(hmac(text, alg, appSecret), 'latin1');
    if (given.length === expected.length && timingSafeEqual(given, expected)) holds = true;
  }
  return holds;
}
