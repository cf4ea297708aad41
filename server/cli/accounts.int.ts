import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Pool, queryRows } from '../../db/pool.ts';
import { RedisRefusals } from '../../ingest/redis-refusals.ts';
import { verifyPassword } from '../../security/password.ts';
import { channels, keys } from '../../stream/keys.ts';
import { INTERFACES } from '../../stream/protocol/vocabulary.ts';
import { closeRedis, createRedis, duplicateRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { runPark } from '../../test/run-park.ts';
import { command as company } from './company.ts';
import { command as credential } from './credential.ts';
import { command as stage } from './stage.ts';
import { command as user } from './user.ts';
import { command as vendor } from './vendor.ts';

let database: TestDatabase;
let pool: Pool;
let redis: Redis;
let dataFolder: string;
const announced: string[] = [];

const commands = [company, credential, stage, user, vendor].map((command) => ({
  name: command.name,
  summary: command.summary,
  load: () => Promise.resolve(command),
}));

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'park-accounts-'));
  database = await createTestDatabase(inject('databaseUrl'));
  pool = database.pool;
  redis = createRedis(inject('redisUrl'), { name: 'accounts-test' });
  await whenReady(redis);
  const subscriber = duplicateRedis(redis, 'accounts-test-sub');
  await subscriber.subscribe(channels.credentials);
  subscriber.on('message', (_channel, appId: string) => announced.push(appId));
  afterAll(() => closeRedis(subscriber));
});
afterAll(async () => {
  closeRedis(redis);
  await database.drop();
  rmSync(dataFolder, { recursive: true });
});

function park(line: string, options: { stdin?: string; env?: Record<string, string> } = {}) {
  return runPark(line.split(' '), commands, {
    stdin: options.stdin ?? '',
    env: {
      REDIS_URL: inject('redisUrl'),
      DATABASE_URL: database.url,
      PARK_DATA_DIR: dataFolder,
      PARK_DEMO_SIGN_IN: 'true',
      ...options.env,
    },
  });
}
const printed = <T>(out: string): T[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

describe('park company', () => {
  test('[ID-40] adds, lists, and says what is wrong', async () => {
    expect(await park('company add --code 910000001 --name 岚屿')).toMatchObject({ code: 0 });
    expect(await park('company add --code 910000001 --name 岚屿')).toMatchObject({ code: 1 });
    expect(await park('company add --code 910000002')).toMatchObject({ code: 2 });
    expect(await park('company')).toMatchObject({ code: 2 });
    const bad = await park('company add --json --code a/b --name x');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.err)).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    const listed = await park('company list --json');
    expect(printed(listed.out)).toContainEqual({ code: '910000001', name: '岚屿' });
  });
});

describe('park stage', () => {
  test('[ONB-4] lists the check-list, and sets a stage with a reason or not at all', async () => {
    await park('company add --code 910000009 --name vendor');
    const listed = await park('stage list --json --company 910000009');
    expect(printed(listed.out)).toHaveLength(INTERFACES.length);
    const set = 'stage set --json --company 910000009 --interface positions --stage live';
    const refused = await park(set);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('has not shown: accepted, person-id')]);
    expect(await park(`${set} --force`)).toMatchObject({ code: 2 });
    expect(printed((await park(`${set} --force --reason known`)).out)).toMatchObject([{ stage: 'live' }]);
    const plain = await park('stage list --company 910000009 --interface areas');
    expect(plain.out).toContain('910000009  areas  joint\n  - accepted');
    expect(await park('stage set --company 910000009 --interface no-such --stage live')).toMatchObject({ code: 2 });
  });
});

describe('park vendor', () => {
  test('[ONB-10] shows what was refused, and lets nothing of it steer the terminal', async () => {
    const parkCode = `v-${randomUUID().slice(0, 18)}`;
    const expected = { alg: 'HMAC-SM3', stringToSign: 'POST\n/v1' } as const;
    const refusal = {
      atMs: 0,
      appId: 'app',
      interfaceName: 'positions',
      batchId: null,
      code: 'SIGNATURE_INVALID',
      index: null,
      recordId: null,
      field: null,
      value: null,
      reason: 'a\u001b[2Jb',
      expected,
    } as const;
    await new RedisRefusals({ redis, park: parkCode }).append(new Map([['c1', [refusal]]]));
    const env = { PARK_CODE: parkCode };
    expect((await park('vendor refusals --company c1', { env })).out).toBe(
      [
        '1970-01-01T00:00:00.000Z  app  positions  SIGNATURE_INVALID  a?[2Jb',
        '  expected to be signed by HMAC-SM3:',
        '    POST',
        '    /v1',
        '',
      ].join('\n'),
    );
    expect(printed((await park('vendor refusals --json --company c1', { env })).out)).toMatchObject([{ expected }]);
    expect((await park('vendor refusals --unknown', { env })).out).toBe('');
    expect(await park('vendor refusals', { env })).toMatchObject({ code: 2 });
    await redis.del(keys.refusals(parkCode, 'c1'));
  });
});

describe('park credential', () => {
  test('[ID-41] issue prints app id and secret once; list never shows the secret', async () => {
    await park('company add --code 910000003 --name vendor');
    const issued = await park(
      'credential issue --json --company 910000003 --interfaces positions,persons --addresses 10.0.0.0/8,::1 --rate 500',
    );
    expect(issued.code).toBe(0);
    const [made] = printed<{ appId: string; appSecret: string }>(issued.out);
    expect(made?.appSecret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    await expect.poll(() => announced).toContain(made?.appId);
    const listed = await park('credential list --json --company 910000003');
    expect(printed<{ sandbox: boolean }>(listed.out).filter(({ sandbox }) => !sandbox)).toEqual([
      expect.objectContaining({
        appId: made?.appId,
        status: 'active',
        interfaces: ['positions', 'persons'],
        addresses: ['10.0.0.0/8', '::1'],
        rateRecordsPerS: 500,
      }),
    ]);
    expect(listed.out).not.toContain(made?.appSecret);
    const plain = await park('credential issue --company 910000003');
    expect(plain.out).toMatch(/^appId {6}app_[0-9a-f]{24}\nappSecret {2}\S{43}\n/);
  });

  test.each([
    ['--company 404', 1],
    ['--company 910000003 --interfaces no-such', 1],
    ['--company 910000003 --addresses 10.0.0.0/99', 1],
    ['--company 910000003 --addresses here', 1],
    ['--company 910000003 --rate 0', 2],
    ['', 2],
  ])('[ID-41] issue %s exits %i', async (options, code) => {
    await park('company add --code 910000003 --name vendor');
    expect(await park(`credential issue ${options}`.trim())).toMatchObject({ code, out: '' });
  });

  test('[ONB-6] a new company gets a sandbox credential, printed once; more are issued on request', async () => {
    const added = await park('company add --json --code 910000005 --name vendor');
    const [made] = printed<{ stage: string; sandbox: { appId: string; appSecret: string } }>(added.out);
    expect(made).toMatchObject({ stage: 'joint', sandbox: { appSecret: expect.stringMatching(/^\S{43}$/) } });
    await park('credential issue --json --company 910000005 --sandbox');
    const listed = await park('credential list --json --company 910000005');
    expect(printed(listed.out)).toMatchObject([{ sandbox: true }, { sandbox: true, appId: made?.sandbox.appId }]);
    expect(listed.out).not.toContain(made?.sandbox.appSecret);
    expect(await park('company add --code 910000006 --name x --stage soon')).toMatchObject({ code: 2 });
  });

  test('[ONB-7] rotate prints the new secret once, and until when the old one holds', async () => {
    await park('company add --code 910000007 --name vendor');
    const [made] = printed<{ appId: string; appSecret: string }>(
      (await park('credential issue --json --company 910000007')).out,
    );
    const rotate = `credential rotate --json --company 910000007 --app-id ${made?.appId}`;
    const [rotated] = printed<{ appSecret: string; previousUntil: string }>(
      (await park(`${rotate} --overlap-hours 1`)).out,
    );
    expect(rotated?.appSecret).not.toBe(made?.appSecret);
    expect(Date.parse(rotated?.previousUntil ?? '')).toBeGreaterThan(0);
    expect(await park(`${rotate} --overlap-hours x`)).toMatchObject({ code: 2 });
    expect(await park('credential rotate --company 910000007 --app-id nobody')).toMatchObject({ code: 1 });
  });

  test('[ONB-8] set changes what it names; all and any take a limit away', async () => {
    await park('company add --code 910000008 --name vendor');
    const issued = await park('credential issue --json --company 910000008 --interfaces areas --addresses 10.0.0.0/8');
    const appId = printed<{ appId: string }>(issued.out)[0]?.appId ?? '';
    const line = `credential set --json --company 910000008 --app-id ${appId}`;
    expect(printed((await park(`${line} --interfaces all --rate 7`)).out)).toMatchObject([
      { interfaces: null, addresses: ['10.0.0.0/8'], rateRecordsPerS: 7 },
    ]);
    expect(printed((await park(`${line} --addresses any`)).out)).toMatchObject([
      { addresses: null, rateRecordsPerS: 7 },
    ]);
    expect(await park(line)).toMatchObject({ code: 2 });
    expect(await park(`${line} --addresses here`)).toMatchObject({ code: 1 });
  });

  test('[ID-42] a revocation stands in Redis without end, and is announced', async () => {
    await park('company add --code 910000004 --name vendor');
    const issued = await park('credential issue --json --company 910000004');
    const appId = printed<{ appId: string }>(issued.out)[0]?.appId ?? '';
    // The channel is everybody's: only what is said of this one counts. Once it was, when it was issued.
    const timesAnnounced = () => announced.filter((each) => each === appId).length;
    await expect.poll(timesAnnounced).toBe(1);
    expect(await park(`credential revoke --company 910000003 --app-id ${appId}`)).toMatchObject({ code: 1 });
    expect(await redis.exists(keys.credential(appId))).toBe(0);
    expect(await park(`credential revoke --company 910000004 --app-id ${appId}`)).toMatchObject({ code: 0 });
    expect(await redis.hexists(keys.credential(appId), 'revokedAtMs')).toBe(1);
    expect(await redis.pttl(keys.credential(appId))).toBe(-1);
    await expect.poll(timesAnnounced).toBe(2);
    const again = await park(`credential revoke --json --company 910000004 --app-id ${appId}`);
    expect(printed(again.out)).toEqual([{ ok: true, appId, changed: false }]);
    await redis.del(keys.credential(appId));
  });

  test('[ID-42] with PostgreSQL away the front door is told all the same, and the exit code says that it is not done', async () => {
    const env = { DATABASE_URL: 'postgres://park@127.0.0.1:1/park' };
    const { code, err } = await park('credential revoke --company 910000004 --app-id app_away', { env });
    expect(code).toBe(1);
    expect(err).toContain('DATABASE_UNAVAILABLE');
    expect(await redis.hexists(keys.credential('app_away'), 'revokedAtMs')).toBe(1);
    await redis.del(keys.credential('app_away'));
  });
});

describe('park user', () => {
  const rowOf = async (name: string) => {
    const [row] = await queryRows<{ password_hash: string; must_change_password: boolean; role: string }>(
      pool,
      'SELECT password_hash, must_change_password, role FROM app_user WHERE name = $1',
      [name],
    );
    return row;
  };

  test('[ID-43] makes a password when none is given, and asks for a new one at the first sign-in', async () => {
    const { code, out } = await park('user add --json --name Wen --role operator');
    expect(code).toBe(0);
    const [made] = printed<{ name: string; password: string; mustChangePassword: boolean }>(out);
    expect(made).toMatchObject({ name: 'wen', mustChangePassword: true });
    const row = await rowOf('wen');
    expect(row).toMatchObject({ must_change_password: true, role: 'operator' });
    expect(await verifyPassword(made?.password ?? '', row?.password_hash ?? '')).toBe(true);
  });

  test('[ID-43] takes a password from standard input, and does not print it', async () => {
    const stdin = 'Kingfisher-21\n';
    const { out } = await park('user add --name fang --role ops --password - --no-change', { stdin });
    expect(out).not.toContain('Kingfisher-21');
    const row = await rowOf('fang');
    expect(row?.must_change_password).toBe(false);
    expect(await verifyPassword('Kingfisher-21', row?.password_hash ?? '')).toBe(true);
  });

  test.each([
    ['user add --name a --role operator --password short', 'PASSWORD_WEAK'],
    ['user add --name a --role chief', 'INPUT_INVALID'],
    ['user add --name a --role enterprise', 'INPUT_INVALID'],
    ['user add --name a --role park --company 910000001', 'INPUT_INVALID'],
    ['user add --name a --role enterprise --company 404404404', 'NOT_FOUND'],
    ['user add --name a/b --role park', 'INPUT_INVALID'],
    ['user add --role park', 'USAGE'],
    ['user add --name a --role park --password -', 'USAGE'],
    ['user reset-password --name nobody', 'NOT_FOUND'],
  ])('[ID-43] %s: %s', async (line, errorCode) => {
    await park('company add --code 910000001 --name x');
    const { code, err, out } = await park(`${line} --json`);
    expect(code).toBeGreaterThan(0);
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({ code: errorCode });
  });

  test('[ID-44] a reset gives another password, asks for a change, and refuses one that was used', async () => {
    await park('user add --name lu --role park --password Kingfisher-21 --no-change');
    expect(JSON.parse((await park('user reset-password --json --name lu --password Kingfisher-21')).err)).toMatchObject(
      {
        code: 'PASSWORD_WEAK',
      },
    );
    const { out } = await park('user reset-password --json --name LU');
    const [made] = printed<{ password: string }>(out);
    const row = await rowOf('lu');
    expect(row?.must_change_password).toBe(true);
    expect(await verifyPassword(made?.password ?? '', row?.password_hash ?? '')).toBe(true);
    const listed = await park('user list --json');
    expect(printed(listed.out)).toContainEqual(
      expect.objectContaining({ name: 'lu', role: 'park', companyCode: null }),
    );
    expect(listed.out).not.toContain('scrypt');
  });
});
