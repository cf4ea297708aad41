import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { findCredential, noteCredentialUses } from '../db/credentials.ts';
import { createPool, type Pool, queryRows } from '../db/pool.ts';
import { openSecret } from '../security/credential-secret.ts';
import { createSealer } from '../security/gm.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { addCompany, listCompanies } from './companies.ts';
import {
  type CredentialParts,
  type CredentialRequest,
  changeCredential,
  issueCompanyCredential,
  listCompanyCredentials,
  revokeCompanyCredential,
  rotateCredential,
} from './credentials.ts';
import { MemoryUserStore } from './memory-ports.ts';
import type { NewUser, UserStore } from './ports.ts';
import { COMPANY, OTHER_COMPANY } from './test-server.ts';
import { PgUserStore } from './user-store.ts';

let database: TestDatabase;
let pool: Pool;
const clock = new ManualClock(1_760_000_000_000);

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  pool = database.pool;
  for (const code of [COMPANY, OTHER_COMPANY]) await addCompany(pool, COMMAND_LINE, { code, name: `company ${code}` });
});
afterAll(async () => {
  await database.drop();
});

const auditOf = (subject: string) =>
  queryRows<{ action: string; outcome: string; user_name: string; detail: Record<string, unknown> }>(
    pool,
    'SELECT action, outcome, user_name, detail FROM audit WHERE subject = $1 ORDER BY id',
    [subject],
  );

const entry = (subject: string) =>
  ({ actor: COMMAND_LINE, action: 'user.add', subject, outcome: 'ok', detail: { why: 'test' } }) as const;

const createUser = (changes: Partial<NewUser> = {}): NewUser => ({
  name: `user-${randomUUID()}`,
  displayName: '苏岚',
  role: 'operator',
  companyCode: null,
  department: null,
  contractorCode: null,
  passwordHash: 'hash-1',
  mustChangePassword: true,
  passwordChangedAtMs: clock.nowMs(),
  ...changes,
});

describe.each<[string, () => UserStore]>([
  ['memory', () => new MemoryUserStore([COMPANY, OTHER_COMPANY])],
  ['PostgreSQL', () => new PgUserStore(pool)],
])('user store: %s', (_name, createStore) => {
  test('[ID-31] keeps what was added, and finds it by name alone', async () => {
    const users = createStore();
    const user = createUser({ role: 'enterprise', companyCode: COMPANY });
    const added = await users.add(user, entry(user.name));
    expect(added).toMatchObject({ ...user, passwordHistory: [], lockedUntilMs: null, disabled: false });
    expect(await users.findByName(user.name)).toEqual(added);
    expect(await users.findByName('nobody')).toBeNull();
    expect((await users.list()).find((one) => one.userId === added.userId)).toMatchObject({ lastSignInAtMs: null });
  });

  test('[ID-31] a taken name is CONFLICT, an unknown company NOT_FOUND', async () => {
    const users = createStore();
    const user = createUser();
    await users.add(user, entry(user.name));
    await expect(users.add(user, entry(user.name))).rejects.toMatchObject({ code: 'CONFLICT' });
    const stray = createUser({ role: 'enterprise', companyCode: 'nowhere' });
    await expect(users.add(stray, entry(stray.name))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[ID-2] the old password moves into the history, newest first, five at most', async () => {
    const users = createStore();
    const user = createUser();
    const { userId } = await users.add(user, entry(user.name));
    for (let next = 2; next <= 8; next += 1) {
      const change = { oldHash: `hash-${next - 1}`, newHash: `hash-${next}`, atMs: next, mustChangePassword: false };
      await users.setPassword(userId, change, entry(user.name));
    }
    expect(await users.findByName(user.name)).toMatchObject({
      passwordHash: 'hash-8',
      passwordHistory: ['hash-7', 'hash-6', 'hash-5', 'hash-4', 'hash-3'],
      passwordChangedAtMs: 8,
      mustChangePassword: false,
    });
    const stale = { oldHash: 'hash-1', newHash: 'hash-9', atMs: 9, mustChangePassword: false };
    await expect(users.setPassword(userId, stale, entry(user.name))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await users.findByName(user.name))?.passwordHash).toBe('hash-8');
  });

  test('[ID-5] a lock is kept with the user and lifted by a good sign-in or a new password', async () => {
    const users = createStore();
    const user = createUser();
    const { userId } = await users.add(user, entry(user.name));
    const untilMs = clock.nowMs() + 1_800_000;
    await users.recordFailure(userId, 5, untilMs, entry(user.name));
    expect((await users.findByName(user.name))?.lockedUntilMs).toBe(untilMs);
    await users.recordSignIn(userId, clock.nowMs(), 'hash-2', entry(user.name));
    expect(await users.findByName(user.name)).toMatchObject({ lockedUntilMs: null, passwordHash: 'hash-2' });
    await users.recordFailure(userId, 5, untilMs, entry(user.name));
    const change = { oldHash: 'hash-2', newHash: 'hash-3', atMs: 3, mustChangePassword: true };
    await users.setPassword(userId, change, entry(user.name));
    expect(await users.findByName(user.name)).toMatchObject({ lockedUntilMs: null, mustChangePassword: true });
  });
});

describe('audit in PostgreSQL', () => {
  test('[ID-31] a write and its audit row stand or fall together', async () => {
    const users = new PgUserStore(pool);
    const user = createUser();
    const { userId } = await users.add(user, entry(user.name));
    expect(await auditOf(user.name)).toEqual([
      { action: 'user.add', outcome: 'ok', user_name: 'park command', detail: { why: 'test' } },
    ]);
    // An audit row that PostgreSQL refuses (no outcome) takes the password change with it.
    const broken = { ...entry(user.name), outcome: null as unknown as 'ok' };
    const change = { oldHash: 'hash-1', newHash: 'hash-2', atMs: 2, mustChangePassword: false };
    await expect(users.setPassword(userId, change, broken)).rejects.toThrow();
    expect((await users.findByName(user.name))?.passwordHash).toBe('hash-1');
    await expect(users.add(user, entry(user.name))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await auditOf(user.name)).toHaveLength(1);
  });

  test.each([`UPDATE audit SET outcome = 'ok'`, 'DELETE FROM audit', 'TRUNCATE audit'])(
    '[ID-32] nobody rewrites it: %s',
    async (statement) => {
      await expect(queryRows(pool, statement)).rejects.toThrow(/append-only/);
    },
  );
});

describe('companies', () => {
  test('[ID-40] are added once, checked, and on record', async () => {
    const code = `T${randomUUID().slice(0, 8)}`;
    expect(await addCompany(pool, COMMAND_LINE, { code: ` ${code} `, name: '岚屿测试' })).toMatchObject({ ok: true });
    await expect(addCompany(pool, COMMAND_LINE, { code, name: 'again' })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await listCompanies(pool)).toContainEqual({ code, name: '岚屿测试' });
    expect((await auditOf(code)).map((row) => row.action)).toEqual(['company.add']);
    for (const bad of [
      { code: '', name: 'x' },
      { code: 'a b', name: 'x' },
      { code: 'ok', name: ' ' },
      { code: 'ok', name: 'x'.repeat(129) },
    ]) {
      expect(await addCompany(pool, COMMAND_LINE, bad)).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    }
  });
});

describe('credentials', () => {
  const sealer = createSealer([Buffer.alloc(32, 7)]);
  const announced: string[] = [];
  const partsOn = (on: Pool): CredentialParts => ({
    pool: on,
    sealer,
    announcer: {
      changed: async (appId) => void announced.push(`changed ${appId}`),
      revoked: async (appId) => void announced.push(`revoked ${appId}`),
    },
    knownInterfaces: ['persons', 'areas', 'positions'],
    isAddressEntry: (one) => /^[\d./]+$/.test(one),
  });
  const createRequest = (changes: Partial<CredentialRequest> = {}): CredentialRequest => ({
    companyCode: COMPANY,
    appId: null,
    label: '',
    interfaces: null,
    addresses: null,
    rateRecordsPerS: null,
    sandbox: false,
    ...changes,
  });
  async function issue(changes: Partial<CredentialRequest> = {}) {
    const issued = await issueCompanyCredential(partsOn(pool), COMMAND_LINE, createRequest(changes));
    if (!issued.ok) throw new Error(issued.error.detail);
    return issued.value;
  }

  test('[ID-41] the secret is in clear in the answer and nowhere in the database', async () => {
    const { appId, appSecret } = await issue({
      interfaces: ['positions'],
      addresses: ['10.1.0.0/16'],
      rateRecordsPerS: 9,
    });
    const [row] = await queryRows<{ secret_sealed: string; all: string }>(
      pool,
      'SELECT secret_sealed, credential::text AS all FROM credential WHERE app_id = $1',
      [appId],
    );
    expect(row?.all).not.toContain(appSecret);
    expect(openSecret(sealer, appId, row?.secret_sealed ?? '')).toBe(appSecret);
    expect(() => openSecret(sealer, 'another', row?.secret_sealed ?? '')).toThrow();
    expect(() => openSecret(createSealer([Buffer.alloc(32, 8)]), appId, row?.secret_sealed ?? '')).toThrow();
    expect(JSON.stringify(await auditOf(appId))).not.toContain(appSecret);
    expect(await auditOf(appId)).toEqual([
      expect.objectContaining({
        action: 'credential.issue',
        detail: {
          companyCode: COMPANY,
          interfaces: ['positions'],
          addresses: ['10.1.0.0/16'],
          rateRecordsPerS: 9,
          sandbox: false,
        },
      }),
    ]);
    expect(announced).toContain(`changed ${appId}`);
  });

  test('[ID-41] lists by company, without secrets', async () => {
    const mine = await issue();
    const theirs = await issue({ companyCode: OTHER_COMPANY });
    const listed = await listCompanyCredentials(pool, COMPANY);
    expect(listed.map((one) => one.appId)).toContain(mine.appId);
    expect(listed.map((one) => one.appId)).not.toContain(theirs.appId);
    expect(JSON.stringify(listed)).not.toMatch(/sealed/i);
    expect((await listCompanyCredentials(pool, null)).map((one) => one.appId)).toContain(theirs.appId);
  });

  test.each<[string, Partial<CredentialRequest>]>([
    ['an unknown interface', { interfaces: ['no-such'] }],
    ['no interface at all', { interfaces: [] }],
    ['an unreadable address', { addresses: ['10.0.0.0/16', 'example'] }],
    ['an app id with a blank', { appId: 'a b' }],
  ])('[ID-41] %s is refused before anything is written', async (_what, changes) => {
    const answer = await issueCompanyCredential(partsOn(pool), COMMAND_LINE, createRequest(changes));
    expect(answer).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  });

  test('[ID-41] an unknown company and a taken app id are told apart', async () => {
    await expect(issue({ companyCode: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const appId = `app-${randomUUID()}`;
    await issue({ appId });
    await expect(issue({ appId })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  const rowOf = async (appId: string) => (await findCredential(pool, appId)) ?? expect.fail('no such credential');

  test('[ONB-7] a rotation gives another secret once; the one before holds until its time, one older ends', async () => {
    const first = await issue();
    const which = { companyCode: COMPANY, appId: first.appId, overlapMs: 72 * 3_600_000 };
    const second = await rotateCredential(partsOn(pool), clock, COMMAND_LINE, which);
    expect(second.appSecret).not.toBe(first.appSecret);
    const row = await rowOf(first.appId);
    expect(openSecret(sealer, first.appId, row.secretSealed)).toBe(second.appSecret);
    expect(openSecret(sealer, first.appId, row.previousSecretSealed ?? '')).toBe(first.appSecret);
    expect(row.previousUntilMs).toBe(clock.nowMs() + which.overlapMs);
    await rotateCredential(partsOn(pool), clock, COMMAND_LINE, { ...which, overlapMs: 0 });
    const after = await rowOf(first.appId);
    expect(openSecret(sealer, first.appId, after.previousSecretSealed ?? '')).toBe(second.appSecret);
    expect(after.previousUntilMs).toBe(clock.nowMs());
    const audit = await auditOf(first.appId);
    expect(audit.map(({ action }) => action)).toEqual(['credential.issue', 'credential.rotate', 'credential.rotate']);
    expect(JSON.stringify(audit)).not.toContain(second.appSecret);
    expect(announced.filter((line) => line === `changed ${first.appId}`)).toHaveLength(3);
  });

  test('[ONB-8] a change leaves what it does not name, is on record, and is told to the front door', async () => {
    const { appId } = await issue({ interfaces: ['positions'], rateRecordsPerS: 9 });
    const which = { companyCode: COMPANY, appId };
    announced.length = 0;
    const change = { addresses: ['10.1.0.0/16'], interfaces: null };
    expect(await changeCredential(partsOn(pool), COMMAND_LINE, which, change)).toEqual({
      ok: true,
      value: { interfaces: null, addresses: ['10.1.0.0/16'], rateRecordsPerS: 9 },
    });
    expect(await rowOf(appId)).toMatchObject({ interfaces: null, addresses: ['10.1.0.0/16'], rateRecordsPerS: 9 });
    expect(announced).toEqual([`changed ${appId}`]);
    const [, changed] = await auditOf(appId);
    expect(changed).toMatchObject({
      action: 'credential.change',
      detail: { before: { interfaces: ['positions'], addresses: null }, after: { addresses: ['10.1.0.0/16'] } },
    });
    for (const bad of [{ addresses: ['example'] }, { interfaces: [] }, { interfaces: ['no-such'] }]) {
      expect(await changeCredential(partsOn(pool), COMMAND_LINE, which, bad)).toMatchObject({ ok: false });
    }
    expect(await rowOf(appId)).toMatchObject({ interfaces: null, addresses: ['10.1.0.0/16'] });
  });

  test("[ONB-8] another company's, an unknown and a revoked credential are neither changed nor rotated", async () => {
    const { appId } = await issue();
    await revokeCompanyCredential(partsOn(pool), clock, COMMAND_LINE, { companyCode: COMPANY, appId });
    const theirs = await issue({ companyCode: OTHER_COMPANY });
    for (const name of [appId, 'nobody', theirs.appId]) {
      const which = { companyCode: COMPANY, appId: name };
      const parts = partsOn(pool);
      await expect(changeCredential(parts, COMMAND_LINE, which, { rateRecordsPerS: 1 })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      const rotation = rotateCredential(parts, clock, COMMAND_LINE, { ...which, overlapMs: 1 });
      await expect(rotation).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('[ONB-14] the last use is noted and never set back', async () => {
    const { appId } = await issue();
    const listedUse = async () =>
      (await listCompanyCredentials(pool, COMPANY)).find((one) => one.appId === appId)?.lastUsedAt;
    expect(await listedUse()).toBeNull();
    await noteCredentialUses(
      pool,
      new Map([
        [appId, 5_000],
        ['gone', 1],
      ]),
    );
    await noteCredentialUses(pool, new Map([[appId, 4_000]]));
    expect(await listedUse()).toEqual(new Date(5_000));
  });

  test('[ID-42] a revocation is written, told to the front door, and once only', async () => {
    const { appId } = await issue();
    const revoke = (companyCode: string) =>
      revokeCompanyCredential(partsOn(pool), clock, COMMAND_LINE, { companyCode, appId });
    await expect(revoke(OTHER_COMPANY)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(announced).not.toContain(`revoked ${appId}`);
    expect(await revoke(COMPANY)).toBe(true);
    expect(await revoke(COMPANY)).toBe(false);
    expect(announced).toContain(`revoked ${appId}`);
    const [listed] = (await listCompanyCredentials(pool, COMPANY)).filter((one) => one.appId === appId);
    expect(listed).toMatchObject({ status: 'revoked', revokedAt: new Date(clock.nowMs()) });
    expect((await auditOf(appId)).map((row) => row.action)).toEqual(['credential.issue', 'credential.revoke']);
  });

  test('[ID-42] with PostgreSQL away the front door refuses all the same, and the caller learns that the row is missing', async () => {
    const away = createPool('postgres://park@127.0.0.1:1/park', { max: 1 });
    const which = { companyCode: COMPANY, appId: 'app-away' };
    await expect(revokeCompanyCredential(partsOn(away), clock, COMMAND_LINE, which)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    expect(announced).toContain('revoked app-away');
    await away.end();
  });
});
