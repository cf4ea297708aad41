import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createMasterKeyFile, parseMasterKeys, readMasterKeys } from './master-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'master-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a new key file holds one key of 32 bytes that its owner alone can read, and is never overwritten', () => {
  const path = join(folder, 'new.key');
  expect(createMasterKeyFile(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const keys = readMasterKeys(path);
  expect(keys.map((key) => key.length)).toEqual([32]);
  expect(createMasterKeyFile(path)).toBe(false);
  expect(readMasterKeys(path)).toEqual(keys);
});

test('keys are read in order; comments and empty lines do not count', () => {
  const keys = parseMasterKeys(`# current\n${'ab'.repeat(32)}\r\n\n${'CD'.repeat(32)}\n`);
  expect(keys.map((key) => key.toString('hex'))).toEqual(['ab'.repeat(32), 'cd'.repeat(32)]);
});

test('a bad line is named by number and not repeated', () => {
  const bad = 'not-a-key-but-maybe-half-of-one';
  expect(() => parseMasterKeys(`${'ab'.repeat(32)}\n${bad}`)).toThrow(/line 2/);
  expect(() => parseMasterKeys(bad)).not.toThrow(new RegExp(bad));
  expect(() => parseMasterKeys('# nothing\n')).toThrow(/holds no key/);
});

test('an unreadable file and an unwritable place say so', () => {
  expect(() => readMasterKeys(join(folder, 'absent.key'))).toThrow(/cannot read/);
  writeFileSync(join(folder, 'file'), '');
  expect(() => createMasterKeyFile(join(folder, 'file', 'x.key'))).toThrow(/cannot write/);
});
