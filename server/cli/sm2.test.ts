import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSm2PublicKey, verifySm2 } from '../../security/sm2.ts';
import { runPark } from '../../test/run-park.ts';
import { command } from './sm2.ts';

const commands = [{ name: command.name, summary: command.summary, load: () => Promise.resolve(command) }];
const park = (words: readonly string[], stdin = '') => runPark([...words], commands, { stdin, env: {} });

test('[ID-77] a key is made once, in a file of its own, and signs what its public key proves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'park-sm2-'));
  const file = join(folder, 'key');
  const made = await park(['sm2', 'key', '--file', file, '--json']);
  const publicKey = readSm2PublicKey((JSON.parse(made.out) as { publicKey: string }).publicKey) ?? '';
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await park(['sm2', 'key', '--file', file])).code).toBe(1);
  const message = 'ParkSentry sign-in 张三 00ff';
  for (const signed of [
    await park(['sm2', 'sign', '--file', file, '--message', message]),
    await park(['sm2', 'sign', '--file', file], `${message}\n`),
  ]) {
    expect(verifySm2(message, signed.out, publicKey)).toBe(true);
  }
  expect((await park(['sm2', 'sign', '--file', join(folder, 'none'), '--message', 'x'])).code).toBe(1);
  expect((await park(['sm2', 'sign', '--file', file])).code).toBe(2);
  rmSync(folder, { recursive: true });
});
