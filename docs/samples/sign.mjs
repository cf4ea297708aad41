#!/usr/bin/env node
// Signs one request to the park's vendor interface and sends it. Node 20 or newer, nothing to install.
//
//   APP_ID=app_... APP_SECRET=... node sign.mjs http://127.0.0.1:7001/v1/positioning/positions body.json
//
// APP_SIGN_ALG=HMAC-SHA256 signs with SHA-256 instead of SM3. DRY_RUN=1 prints the string to sign and the headers and
// sends nothing. The rules are in docs/vendor-signing.md.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const HASH = { 'HMAC-SM3': 'sm3', 'HMAC-SHA256': 'sha256' };

/** `target` is path and query exactly as they go out; `body` exactly the bytes that go out. */
export function sign({ method, target, body, appId, appSecret, timestampMs, nonce, alg = 'HMAC-SM3' }) {
  const [path, ...queryParts] = target.split('?');
  const digest = createHash(HASH[alg]).update(body).digest('hex');
  const stringToSign = [method, path, queryParts.join('?'), digest, appId, timestampMs, nonce].join('\n');
  return {
    stringToSign,
    headers: {
      'X-App-Id': appId,
      'X-Timestamp': String(timestampMs),
      'X-Nonce': nonce,
      'X-Sign-Alg': alg,
      'X-Signature': createHmac(HASH[alg], appSecret).update(stringToSign).digest('hex'),
    },
  };
}

async function main([address, file]) {
  const { APP_ID, APP_SECRET, APP_SIGN_ALG, DRY_RUN } = process.env;
  if (!address || !file || !APP_ID || !APP_SECRET) {
    console.error('usage: APP_ID=... APP_SECRET=... node sign.mjs <address> <file with the JSON body>');
    process.exit(2);
  }
  const url = new URL(address);
  const body = await readFile(file);
  const { stringToSign, headers } = sign({
    method: 'POST',
    target: url.pathname + url.search,
    body,
    appId: APP_ID,
    appSecret: APP_SECRET,
    timestampMs: Date.now(),
    // A new one for every request, also for a retry of the same records.
    nonce: randomBytes(16).toString('base64url'),
    alg: APP_SIGN_ALG || 'HMAC-SM3',
  });
  if (DRY_RUN) {
    console.log(JSON.stringify({ stringToSign, headers }, null, 2));
    return;
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
  console.log(response.status, await response.text());
  process.exitCode = response.ok ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
