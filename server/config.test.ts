import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AppError } from '../core/errors.ts';
import { configOfPark, loadConfig, runningConfig } from './config.ts';
import { configurationPageText, envExampleText } from './config-text.ts';
import { VARIABLES } from './config-variables.ts';

function detailOf(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_INVALID') return error.detail ?? '';
    throw error;
  }
  return '';
}

describe('loadConfig', () => {
  it('[SET-10] needs nothing: every variable has a default or may be absent', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 7000,
      ingestPort: 7001,
      livePort: 7002,
      parkCode: 'demo',
      tickMs: 1000,
      dataCapGb: 10,
      positionRetentionDays: 30,
      cookieSecure: false,
      redisUrl: undefined,
      databaseUrl: undefined,
      tilesetPlace: undefined,
      tilesetOrigin: undefined,
      tilesetUrl: '/tiles/park/tileset.json',
    });
    expect(config.projection.id).toBe('shanghai2000-b');
    expect(config.dataFolder).toBe(resolve('data'));
    expect(config.masterKeyFile).toBe(join(resolve('data'), 'master.key'));
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('[ID-80] the demonstration setting is refused wherever others could reach the park', () => {
    expect(loadConfig({ PARK_DEMO_SIGN_IN: 'true' }).demoSignIn).toBe(true);
    expect(loadConfig({}).demoSignIn).toBe(false);
    for (const reach of [
      { PARK_HOST: '0.0.0.0' },
      { PARK_COOKIE_SECURE: 'true' },
      { PARK_TRUST_PROXY: 'true' },
      { PARK_PUBLIC_LIVE_URL: 'wss://park.example/live' },
      { PARK_PUBLIC_INGEST_URL: 'https://ingest.park.example' },
      { NODE_ENV: 'production' },
    ]) {
      expect(detailOf({ PARK_DEMO_SIGN_IN: 'true', ...reach })).toContain('PARK_DEMO_SIGN_IN: expected false');
      expect(loadConfig(reach).demoSignIn).toBe(false);
    }
  });

  it('[SET-11] names every bad variable at once, without repeating values', () => {
    const detail = detailOf({
      PARK_PORT: 'seven',
      PARK_TICK_MS: '100',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      PARK_COOKIE_SECURE: 'yes please',
      PARK_PROJECTION: 'shanghai1990',
      PARK_HOME: '121.48',
      PARK_BASE_MAP: 'http://maps.example/{z}/{x}.png',
      PARK_CODE: 'Demo Park',
    });
    const named = detail.split('; ').map((line) => line.split(':')[0]);
    expect(named.filter((name) => name !== undefined && /^[A-Z_]+$/.test(name))).toEqual([
      'PARK_PORT',
      'PARK_COOKIE_SECURE',
      'PARK_CODE',
      'PARK_HOME',
      'PARK_PROJECTION',
      'PARK_TICK_MS',
      'PARK_BASE_MAP',
      'DATABASE_URL',
    ]);
    expect(detail).not.toContain('hunter2');
  });

  it('[LOG-85] a process may run several parks, each with a database of its own', () => {
    const databaseUrl = 'postgres://park@db/{park}';
    const env = { PARK_CODE: 'east', PARK_CODES: 'east, west', REDIS_URL: 'redis://log', DATABASE_URL: databaseUrl };
    const config = runningConfig(loadConfig(env));
    expect(config).toMatchObject({ parkCodes: ['east', 'west'], databaseUrl: 'postgres://park@db/east' });
    expect(configOfPark(config, 'west')).toMatchObject({ parkCode: 'west', databaseUrl: 'postgres://park@db/west' });
    expect(loadConfig({ PARK_CODE: 'east' }).parkCodes).toEqual(['east']);
    for (const url of ['postgres://park@db/all', '']) {
      expect(detailOf({ ...env, DATABASE_URL: url })).toContain('DATABASE_URL: expected an address with {park} in it');
    }
    for (const codes of ['east,east', 'east,', 'East']) {
      expect(detailOf({ ...env, PARK_CODES: codes })).toContain('PARK_CODES: expected park codes');
    }
  });

  it('[SET-12] refuses a misspelt PARK_ variable and equal ports', () => {
    expect(detailOf({ PARK_PROT: '7000' })).toContain('PARK_PROT: no such variable');
    expect(detailOf({ PARK_PORT: '7001' })).toContain('three different ports');
  });

  it('[SET-13] takes an empty variable as absent and trims', () => {
    expect(loadConfig({ PARK_PORT: '', REDIS_URL: ' ', PARK_LOG_LEVEL: ' debug ' })).toMatchObject({
      port: 7000,
      redisUrl: undefined,
      logLevel: 'debug',
    });
  });

  it('reads places, PROJ strings and addresses', () => {
    const config = loadConfig({
      PARK_TILESET_PLACE: '121.5, 30.9',
      PARK_TILESET_URL: 'none',
      PARK_PROJECTION: '+proj=tmerc +lon_0=121.5 +ellps=GRS80 +k=1 +x_0=0 +y_0=0 +units=m',
      PARK_BASE_MAP: '/maps/{z}/{x}/{y}.png',
      REDIS_URL: 'rediss://cache.park.example:6380/0',
    });
    expect(config).toMatchObject({ tilesetPlace: { lng: 121.5, lat: 30.9 }, tilesetUrl: null });
    expect(config.projection.lon0Deg).toBe(121.5);
  });

  it('[SCN-30] a tileset stands at degrees or on the grid, not both', () => {
    const origin = { PARK_TILESET_ORIGIN: '1486.2,-48210.5' };
    expect(loadConfig(origin)).toMatchObject({ tilesetOrigin: { easting: 1486.2, northing: -48210.5 } });
    expect(() => loadConfig({ ...origin, PARK_TILESET_PLACE: '121.5,30.9' })).toThrow(/PARK_TILESET_ORIGIN/);
    expect(() => loadConfig({ PARK_TILESET_ORIGIN: '1486.2' })).toThrow(/easting,northing/);
  });
});

describe('where the log is archived', () => {
  it('[ARC-28] a folder, S3-compatible storage, or none; S3 needs its address and key', () => {
    expect(loadConfig({}).archive).toBeUndefined();
    expect(loadConfig({ PARK_ARCHIVE: 'none' }).archive).toEqual({ kind: 'none' });
    expect(loadConfig({ PARK_ARCHIVE: '/srv/archive' }).archive).toEqual({ kind: 'folder', path: '/srv/archive' });
    expect(detailOf({ PARK_ARCHIVE: 'ftp://x' })).toContain(
      'PARK_ARCHIVE: expected none, a folder, or s3://bucket/prefix',
    );
    expect(detailOf({ PARK_ARCHIVE: 's3://parks/demo', PARK_S3_ACCESS_KEY_ID: 'id' })).toBe(
      'PARK_S3_ENDPOINT: expected with PARK_ARCHIVE=s3://...; PARK_S3_SECRET_KEY_FILE: expected with PARK_ARCHIVE=s3://...',
    );
    const config = loadConfig({
      PARK_ARCHIVE: 's3://parks/north/demo',
      PARK_S3_ENDPOINT: 'https://s3.park.example',
      PARK_S3_ACCESS_KEY_ID: 'id',
      PARK_S3_SECRET_KEY_FILE: '/run/secret',
    });
    expect(config.archive).toEqual({ kind: 's3', bucket: 'parks', prefix: 'north/demo' });
    expect(loadConfig({ PARK_ARCHIVE: 'none', PARK_S3_REGION: 'cn-1' }).s3Region).toBe('cn-1');
  });
});

describe('the texts made from the table', () => {
  const file = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

  it('[SET-14] .env.example and docs/configuration.md are up to date (npx tsx scripts/generate-config-docs.ts)', () => {
    expect(file('.env.example')).toBe(envExampleText());
    expect(file('docs/configuration.md')).toBe(configurationPageText());
  });

  it('[SET-14] .env.example, uncommented, says the defaults', () => {
    const uncommented = envExampleText().replaceAll(/^#(?=[A-Z0-9_]+=)/gm, '');
    const read = parseEnv(uncommented) as Record<string, string>;
    expect(Object.keys(read).sort()).toEqual(
      Object.values(VARIABLES)
        .map((variable) => variable.name)
        .sort(),
    );
    expect(loadConfig(read)).toEqual(loadConfig({}));
  });
});
