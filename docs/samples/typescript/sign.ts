/**
 * Signs one request to the park's vendor interface and prints its headers. Node 20 or newer, nothing to install:
 *
 *   APP_ID=app_... APP_SECRET=... npx tsx sign.ts POST /v1/positioning/positions body.json
 *
 * APP_SIGN_ALG=HMAC-SHA256 signs with SHA-256 instead of SM3. SIGN_TIMESTAMP and SIGN_NONCE fix what is otherwise made
 * anew, to compare with vectors.json. The string to sign goes to stderr. The rules are in vendor-signing.md.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const HASH: Readonly<Record<string, string>> = { 'HMAC-SM3': 'sm3', 'HMAC-SHA256': 'sha256' };

export interface RequestToSign {
  method: string;
  /** Path and query exactly as they go out. */
  target: string;
  /** Exactly the bytes that go out. */
  body: Uint8Array;
  appId: string;
  appSecret: string;
  timestamp: string;
  nonce: string;
  alg: string;
}

export function sign(request: RequestToSign): { stringToSign: string; headers: Record<string, string> } {
  const { method, target, body, appId, appSecret, timestamp, nonce, alg } = request;
  const hash = HASH[alg];
  if (hash === undefined) throw new Error(`unknown algorithm ${alg}`);
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? '' : target.slice(queryAt + 1);
  const digest = createHash(hash).update(body).digest('hex');
  const stringToSign = [method, path, query, digest, appId, timestamp, nonce].join('\n');
  const signature = createHmac(hash, appSecret).update(stringToSign).digest('hex');
  return {
    stringToSign,
    headers: {
      'X-App-Id': appId,
      'X-Timestamp': timestamp,
      'X-Nonce': nonce,
      'X-Sign-Alg': alg,
      'X-Signature': signature,
    },
  };
}

const [method, target, file] = process.argv.slice(2);
const { APP_ID, APP_SECRET, APP_SIGN_ALG, SIGN_TIMESTAMP, SIGN_NONCE } = process.env;
if (!method || !target || !APP_ID || !APP_SECRET) {
  console.error('usage: APP_ID=... APP_SECRET=... sign.ts <method> <path?query> [file with the body]');
  process.exit(2);
}
const { stringToSign, headers } = sign({
  method,
  target,
  body: file === undefined ? new Uint8Array() : readFileSync(file),
  appId: APP_ID,
  appSecret: APP_SECRET,
  timestamp: SIGN_TIMESTAMP ?? String(Date.now()),
  // A new one for every request, also for a retry of the same records.
  nonce: SIGN_NONCE ?? randomBytes(16).toString('base64url'),
  alg: APP_SIGN_ALG ?? 'HMAC-SM3',
});
console.error(stringToSign);
for (const [name, value] of Object.entries(headers)) console.log(`${name}: ${value}`);
