import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createMasterKeyFile } from '../../security/master-key.ts';
import { runPark } from '../../test/run-park.ts';
import { command } from './doctor.ts';
import type { Finding } from './doctor-checks.ts';

const commands = [{ name: 'doctor', summary: '', load: () => Promise.resolve(command) }];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'park-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function findings(env: Record<string, string>): Promise<{ code: number; bySubject: Map<string, Finding> }> {
  const { code, out } = await runPark(['doctor', '--json'], commands, { env: { PARK_DATA_DIR: folder, ...env } });
  const report = JSON.parse(out) as { findings: Finding[] };
  return { code, bySubject: new Map(report.findings.map((finding) => [finding.subject, finding])) };
}

describe('park doctor against real services', () => {
  it('[SET-50] [SET-51] finds versions, durability, capability and the schema', async () => {
    createMasterKeyFile(join(folder, 'master.key'));
    const { bySubject } = await findings({ REDIS_URL: inject('redisUrl'), DATABASE_URL: inject('databaseUrl') });
    for (const subject of [
      'node',
      'master key',
      'redis',
      'redis appendonly',
      'redis appendfsync',
      'postgres',
      'postgres durability',
    ]) {
      expect(bySubject.get(subject), subject).toMatchObject({ state: 'ok' });
    }
    expect(bySubject.get('redis appendfsync')?.detail).toBe('always');
    expect(bySubject.get('timescaledb')?.state).toBe('ok');
  });

  it('[SET-54] exits 1 and names what does not answer', async () => {
    const { code, bySubject } = await findings({
      REDIS_URL: 'redis://127.0.0.1:1',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    });
    expect(code).toBe(1);
    for (const subject of ['redis', 'postgres', 'master key'])
      expect(bySubject.get(subject)?.state, subject).toBe('wrong');
  });
});
