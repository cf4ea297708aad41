/**
 * The signing samples of docs/samples against the fixed vectors, each in its own language. A language that is not on
 * this machine is skipped by name.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import vectorFile from '../docs/samples/vectors.json' with { type: 'json' };

const run = promisify(execFile);
const SAMPLES = new URL('../docs/samples/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'vendor-samples-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Language {
  readonly name: string;
  /** Programs that must answer `--version` or `-version`. */
  readonly needs: readonly string[];
  /** Makes the program, once. */
  readonly build?: readonly string[];
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'TypeScript',
    needs: [process.execPath],
    command: [process.execPath, '--import', 'tsx', `${SAMPLES}typescript/sign.ts`],
  },
  { name: 'Python', needs: ['python3'], command: ['python3', `${SAMPLES}python/sign.py`] },
  {
    name: 'Python with its own SM3',
    needs: ['python3'],
    command: ['python3', `${SAMPLES}python/sign.py`],
    env: { SM3: 'own' },
  },
  {
    name: 'Java',
    needs: ['java', 'javac'],
    build: ['javac', '-d', folder, `${SAMPLES}java/Sign.java`],
    command: ['java', '-XX:TieredStopAtLevel=1', '-cp', folder, 'Sign'],
  },
  {
    name: 'C#',
    needs: ['mcs', 'mono'],
    build: ['mcs', `-out:${folder}/Sign.exe`, `${SAMPLES}csharp/Sign.cs`],
    command: ['mono', `${folder}/Sign.exe`],
  },
];

const isHere = (program: string): boolean =>
  ['--version', '-version'].some((flag) => spawnSync(program, [flag], { stdio: 'ignore' }).status === 0);

const call = (
  [program = '', ...args]: readonly string[],
  more: readonly string[],
  env: Readonly<Record<string, string>>,
) => run(program, [...args, ...more], { env: { PATH: process.env['PATH'] ?? '', ...env } });

describe.each(LANGUAGES)('the sample in $name', ({ name, needs, build, command, env = {} }) => {
  const missing = needs.filter((program) => !isHere(program));
  if (missing.length > 0) {
    test.skip(`[ING-39] NOT RUN: ${name} needs ${missing.join(' and ')}, not on this machine`, () => {});
    return;
  }
  beforeAll(async () => {
    if (build !== undefined) await call(build, [], {});
  }, 120_000);

  test.each(vectorFile.vectors)('[ING-39] $alg: $name', async (vector) => {
    const file = join(folder, `body-${name.replaceAll(/\W/g, '')}`);
    writeFileSync(file, Buffer.from(vector.bodyBase64, 'base64'));
    const { stdout, stderr } = await call(command, [vector.method, vector.target, file], {
      ...env,
      APP_ID: vector.appId,
      APP_SECRET: vector.appSecret,
      APP_SIGN_ALG: vector.alg,
      SIGN_TIMESTAMP: vector.timestamp,
      SIGN_NONCE: vector.nonce,
    });
    expect(stderr.trimEnd()).toBe(vector.stringToSign);
    expect(stdout.trimEnd().split('\n')).toEqual([
      `X-App-Id: ${vector.appId}`,
      `X-Timestamp: ${vector.timestamp}`,
      `X-Nonce: ${vector.nonce}`,
      `X-Sign-Alg: ${vector.alg}`,
      `X-Signature: ${vector.signature}`,
    ]);
  });

  test('[ING-39] makes a new nonce and takes the time of the machine, and SM3, when left to itself', async () => {
    const sign = async () => (await call(command, ['GET', '/x'], { ...env, APP_ID: 'a', APP_SECRET: 's' })).stdout;
    const [first, second] = [await sign(), await sign()];
    for (const text of [first, second]) {
      expect(text).toContain('X-Sign-Alg: HMAC-SM3\n');
      expect(text).toMatch(/^X-Nonce: [A-Za-z0-9_-]{16,64}$/m);
      expect(Math.abs(Date.now() - Number(/^X-Timestamp: (\d{13})$/m.exec(text)?.[1]))).toBeLessThan(120_000);
    }
    const nonceOf = (text: string): string | undefined => /^X-Nonce: (.*)$/m.exec(text)?.[1];
    expect(nonceOf(first)).not.toBe(nonceOf(second));
    await expect(call(command, [], env)).rejects.toMatchObject({ stderr: expect.stringContaining('usage') });
  });
});
