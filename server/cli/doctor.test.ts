import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { shownSettings } from './doctor.ts';
import { checkNode, postgresFindings, redisDurability } from './doctor-checks.ts';

const statesOf = (findings: readonly { subject: string; state: string }[]) =>
  Object.fromEntries(findings.map(({ subject, state }) => [subject, state]));

describe('park doctor', () => {
  it('[SET-50] says when Redis does not keep what it acknowledges, and what to set', () => {
    const settings = { appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'allkeys-lru' };
    const findings = redisDurability(new Map(Object.entries(settings)));
    expect(statesOf(findings)).toEqual({
      'redis appendonly': 'ok',
      'redis appendfsync': 'wrong',
      'redis maxmemory-policy': 'wrong',
    });
    expect(findings[1]?.detail).toContain('CONFIG SET appendfsync always');
  });

  it('[SET-50] does not guess where CONFIG is not allowed', () => {
    expect(redisDurability(undefined)).toMatchObject([{ state: 'unknown' }]);
  });

  it('[SET-51] names TimescaleDB or plain, an unsupported version, and commits that are not kept', () => {
    const good = {
      version: '15.18',
      version_num: '150018',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      timescale: null,
      has_schema: true,
    };
    expect(statesOf(postgresFindings(good))).toEqual({
      postgres: 'ok',
      'postgres durability': 'ok',
      timescaledb: 'ok',
    });
    expect(postgresFindings(good)[2]?.detail).toContain('plain PostgreSQL');
    const bad = { ...good, version: '14.9', version_num: '140009', fsync: 'off', timescale: '2.28.3' };
    expect(statesOf(postgresFindings(bad))).toMatchObject({ postgres: 'wrong', 'postgres durability': 'wrong' });
    expect(postgresFindings(bad)[2]?.detail).toBe('2.28.3');
  });

  it.each([
    ['v20.19.0', 'ok'],
    ['v20.18.3', 'wrong'],
    ['v22.12.0', 'ok'],
    ['v23.0.0', 'wrong'],
    ['v18.20.0', 'wrong'],
  ])('[SET-52] Node %s is %s', (version, state) => {
    expect(checkNode(version).state).toBe(state);
  });

  it('[SET-53] shows every variable and no password', () => {
    const config = loadConfig({
      DATABASE_URL: 'postgres://park:hunter2@db.example:5432/park',
      REDIS_URL: 'redis://:hunter3@r.example',
    });
    const text = JSON.stringify(shownSettings(config));
    expect(text).not.toMatch(/hunter/);
    expect(text).toContain('postgres://park:***@db.example:5432/park');
    expect(text).toContain('shanghai2000-b: +proj=tmerc');
  });
});
