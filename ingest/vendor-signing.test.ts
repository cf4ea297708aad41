import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import vectorFile from '../docs/samples/vectors.json' with { type: 'json' };
import {
  APP_ID,
  APP_SECRET,
  createPosition,
  type IngestPark,
  POSITIONS,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { NONCE_REFUSED_MS } from './ports.ts';
import { CLOCK_WINDOW_MS, SIGN_ALGS, type SignAlg, type SignedParts, signatureOf, stringToSign } from './signature.ts';

const SAMPLE = new URL('../docs/samples/sign.mjs', import.meta.url).pathname;
const run = promisify(execFile);

describe('docs/vendor-signing.md', () => {
  const text = readFileSync(new URL('../docs/vendor-signing.md', import.meta.url), 'utf8');
  const parts: SignedParts = {
    method: 'POST',
    path: POSITIONS,
    query: '',
    body: Buffer.from('{"records":[]}'),
    appId: 'app_demo',
    timestamp: '1767225600000',
    nonce: 'n-0123456789abcdef',
    alg: 'HMAC-SM3',
  };

  test('[ING-1] shows the string and the signatures that the server computes', () => {
    expect(text).toContain(`\n${stringToSign(parts)}\n`);
    expect(text).toContain(`\n${signatureOf(parts, 'demo-secret-of-no-value')}\n`);
    const sha256 = { ...parts, alg: 'HMAC-SHA256' } as const;
    expect(text).toContain(stringToSign(sha256).split('\n')[3]);
    expect(text).toContain(`\n${signatureOf(sha256, 'demo-secret-of-no-value')}\n`);
    for (const vector of ['abc', '']) expect(text).toContain(createHash('sm3').update(vector).digest('hex'));
  });

  test('[ING-3] says how far a clock may be off, and for how long a nonce is kept', () => {
    expect(text).toContain(`within ${CLOCK_WINDOW_MS / 1000} s`);
    expect(text).toContain(`last ${NONCE_REFUSED_MS / 1000} s`);
  });
});

describe('docs/samples/vectors.json', () => {
  test.each(vectorFile.vectors)('[ING-1] [ING-39] the server computes the same, $alg: $name', (vector) => {
    const queryAt = vector.target.indexOf('?');
    const body = Buffer.from(vector.bodyBase64, 'base64');
    const signed: SignedParts = {
      ...vector,
      path: queryAt < 0 ? vector.target : vector.target.slice(0, queryAt),
      query: queryAt < 0 ? '' : vector.target.slice(queryAt + 1),
      body,
      alg: vector.alg as SignAlg,
    };
    expect(stringToSign(signed)).toBe(vector.stringToSign);
    expect(vector.stringToSign.split('\n')[3]).toBe(vector.digest);
    expect(signatureOf(signed, vector.appSecret)).toBe(vector.signature);
    if (vector.bodyText !== undefined) expect(body.toString('utf8')).toBe(vector.bodyText);
  });

  test('[ING-39] has every algorithm for every case', () => {
    const names = new Set(vectorFile.vectors.map((vector) => vector.name));
    for (const name of names) {
      const algs = vectorFile.vectors.filter((vector) => vector.name === name).map((vector) => vector.alg);
      expect([name, algs.sort()]).toEqual([name, [...SIGN_ALGS].sort()]);
    }
  });
});

describe('docs/samples/sign.mjs', () => {
  let park: IngestPark;
  const folder = mkdtempSync(join(tmpdir(), 'vendor-sample-'));
  const file = join(folder, 'body.json');
  beforeAll(async () => {
    park = await startIngestPark();
    // The sample signs with this machine's clock.
    park.clock.set(systemClock.nowMs());
    writeFileSync(file, JSON.stringify({ records: [createPosition({ COLLECT_TIME: park.clock.nowMs() })] }));
  });
  afterAll(async () => {
    await park.close();
    rmSync(folder, { recursive: true });
  });

  const sample = (env: Record<string, string>, ...args: string[]) =>
    run(process.execPath, [SAMPLE, ...args], { env: { APP_ID, APP_SECRET, ...env } });

  test.each(SIGN_ALGS)('[ING-1] sends a request that the server takes, signed with %s', async (alg) => {
    const address = `http://127.0.0.1:${park.port}${POSITIONS}?trace=a%20b`;
    const { stdout } = await sample({ APP_SIGN_ALG: alg }, address, file);
    expect(stdout).toMatch(/^200 \{.*"accepted":1/);
  });

  test('[ING-1] ends with 1 when it is refused, and prints without sending on a dry run', async () => {
    const address = `http://127.0.0.1:${park.port}${POSITIONS}`;
    await expect(sample({ APP_SECRET: 'wrong' }, address, file)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('SIGNATURE_INVALID'),
    });
    const before = park.entries().length;
    const { stdout } = await sample({ DRY_RUN: '1' }, address, file);
    expect(JSON.parse(stdout)).toMatchObject({
      stringToSign: expect.stringMatching(/^POST\n/),
      headers: { 'X-App-Id': APP_ID },
    });
    expect(park.entries()).toHaveLength(before);
  });

  test('says how it is used when something is missing', async () => {
    await expect(sample({})).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage') });
  });
});
