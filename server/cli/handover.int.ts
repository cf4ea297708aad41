import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { queryRows } from '../../db/pool.ts';
import { CHECK_LIST } from '../../stream/protocol/check-list.ts';
import { INTERFACES } from '../../stream/protocol/vocabulary.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { runPark } from '../../test/run-park.ts';
import { command as company } from './company.ts';
import { command as credential } from './credential.ts';
import { command as handover } from './handover.ts';

const commands = [company, credential, handover].map((command) => ({
  name: command.name,
  summary: command.summary,
  load: () => Promise.resolve(command),
}));
const folder = mkdtempSync(join(tmpdir(), 'park-handover-'));
let database: TestDatabase;
let secret: string;
const park = (...args: string[]) => {
  const env = { REDIS_URL: inject('redisUrl'), DATABASE_URL: database.url, PARK_DATA_DIR: join(folder, 'data') };
  return runPark(args, commands, { env, nowMs: Date.UTC(2026, 6, 1) });
};
const handOver = (code: string, out: string) =>
  park('handover', '--company', code, '--address', 'https://park.example:7001/', '--out', join(folder, out));

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  await park('company', 'add', '--code', '310000001', '--name', '海澜 | 示例');
  await park('company', 'add', '--code', '310000002', '--name', 'another');
  const issued = await park('credential', 'issue', '--company', '310000001', '--app-id', 'app_one', '--json');
  expect(issued.err).toBe('');
  secret = JSON.parse(issued.out).appSecret;
  await park('credential', 'issue', '--company', '310000001', '--app-id', 'app_try', '--sandbox');
  await park('credential', 'issue', '--company', '310000002', '--app-id', 'app_of_another');
  await queryRows(
    database.pool,
    `INSERT INTO interface_sample (company_code, interface, sample, first_at, batch_id)
     VALUES ('310000001', 'areas', 'accepted', '2026-06-30T04:00:00Z', 'b')`,
  );
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

describe('park handover', () => {
  test('[ING-40] writes address, codes, app ids, stages, documents, samples and check-list, and no secret', async () => {
    expect((await handOver('310000001', 'pack')).code).toBe(0);
    const pack = join(folder, 'pack');
    expect(readdirSync(pack).sort()).toEqual(
      ['README.md', 'joint-test.md', 'openapi.json', 'samples', 'vendor-api.md', 'vendor-signing.md'].sort(),
    );
    const readme = readFileSync(join(pack, 'README.md'), 'utf8');
    for (const part of [
      'https://park.example:7001 |',
      '310000001',
      'app_one |',
      'app_try (sandbox) |',
      '/v1/positioning/positions',
      'joint testing',
    ]) {
      expect(readme).toContain(part);
    }
    const list = readFileSync(join(pack, 'joint-test.md'), 'utf8');
    for (const name of INTERFACES) {
      expect(list).toContain(`## ${name}\n`);
      for (const { meaning } of CHECK_LIST[name]) expect(list).toContain(`] ${meaning}`);
    }
    expect(list).toContain('## areas\n\n- [x] A record that is accepted (2026-06-30)\n- [ ]');
    const openapi = JSON.parse(readFileSync(join(pack, 'openapi.json'), 'utf8'));
    expect(openapi.servers).toEqual([{ url: 'https://park.example:7001' }]);
    expect((await new Validator().validate(openapi)).valid).toBe(true);
    expect(existsSync(join(pack, 'samples', 'java', 'Sign.java'))).toBe(true);
    const everything = readdirSync(pack, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join();
    expect(secret.length).toBeGreaterThan(16);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain('app_of_another');
  });

  test('[ING-40] knows only companies that there are, and overwrites nothing', async () => {
    expect((await handOver('310000009', 'none')).code).toBe(1);
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect((await handOver('310000002', 'twice')).code).toBe(0);
    const again = await handOver('310000002', 'twice');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('not empty')]);
  });
});
