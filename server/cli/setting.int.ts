import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { type Outcome, runPark } from '../../test/run-park.ts';
import { commands } from './command-table.ts';

const AREA = '310000001/a';
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  folder = mkdtempSync(join(tmpdir(), 'park-setting-'));
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const fileOf = (name: string, value: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(value));
  return join(folder, name);
};
const setting = (...args: string[]): Promise<Outcome> =>
  runPark(['setting', ...args, '--json'], commands, {
    env: { DATABASE_URL: database.url, PARK_DATA_DIR: folder },
    nowMs: 1_760_000_000_000,
  });
const answerOf = ({ out }: Outcome): unknown => JSON.parse(out);
const ofArea = ['--topic', 'area', '--key', AREA] as const;

test('[STG-8] park setting puts, shows, withdraws and imports by the rules of the pages', async () => {
  const file = fileOf('value.json', { dwellLimitS: 60 });
  const put = await setting('put', ...ofArea, '--file', file, '--reason', '试行');
  expect([put.code, answerOf(put)]).toEqual([0, { version: 1, running: false, problem: null }]);
  const stale = await setting('put', ...ofArea, '--file', file, '--reason', 'x', '--version', '0');
  expect([stale.code, stale.err.includes('CONFLICT')]).toEqual([1, true]);
  const wrong = await setting('put', ...ofArea, '--file', fileOf('wrong.json', { dwellLimitS: -1 }), '--reason', 'x');
  expect([wrong.code, wrong.err.includes('dwellLimitS')]).toEqual([1, true]);
  expect(answerOf(await setting('withdraw', ...ofArea, '--reason', '停用'))).toMatchObject({ version: 2 });
  expect(answerOf(await setting('get', ...ofArea))).toMatchObject({
    version: 2,
    value: null,
    versions: [
      { version: 2, reason: '停用' },
      { version: 1, value: { dwellLimitS: 60 } },
    ],
  });
  const items = fileOf('items.json', [
    { key: AREA, value: { dwellLimitS: 30 } },
    { key: `${AREA}2`, value: { capacityMax: 5 } },
  ]);
  const imported = await setting('import', '--topic', 'area', '--file', items, '--reason', '批量');
  expect(answerOf(imported)).toMatchObject({ ok: true, items: [{ version: 3 }, { version: 1 }] });
  const listed = (await setting('list', '--topic', 'area')).out.trim().split('\n');
  expect(listed.map((line) => (JSON.parse(line) as { key: string }).key)).toEqual([AREA, `${AREA}2`]);
});
