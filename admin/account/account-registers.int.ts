/** Accounts over PostgreSQL and the registers' desk: who governs whose account, whoever asks. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { RegisterRow } from '../../core/register-api.ts';
import { type Pool, queryRows } from '../../db/pool.ts';
import { departments } from '../../registers/departments.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { rolePolicies } from '../../registers/role-policies.ts';
import { companyUsers, users as parkUsers } from '../../registers/users.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer } from '../../security/gm.ts';
import { MemoryAttemptStore, MemorySessionStore } from '../../security/session-memory.ts';
import { makeSm2Key, signSm2 } from '../../security/sm2.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import type { Role } from '../../stream/protocol/vocabulary.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { COMMAND_LINE } from '../audit.ts';
import { addCompany } from '../companies.ts';
import { registerParts } from '../register/parts.ts';
import type { RegisterUser } from '../register/rights.ts';
import type { RegisterParts } from '../register/routes.ts';
import { COMPANY, OTHER_COMPANY, QUICK_COST } from '../test-server.ts';
import { PgUserStore } from '../user-store.ts';
import { addUser } from '../users.ts';
import { createIdentity, type Identity } from './identity.ts';
import { PgFactorStore } from './pg-factors.ts';
import { accountRegisters } from './registers.ts';
import { PgPolicyStore } from './role-policies.ts';

const KEY = Buffer.alloc(32, 5);
const clock = new ManualClock(1_790_000_000_000);
let database: TestDatabase;
let pool: Pool;
let folder: string;
let identity: Identity;
let desk: RegisterParts['desk'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'park-account-registers-'));
  database = await createTestDatabase(inject('databaseUrl'));
  pool = database.pool;
  for (const code of [COMPANY, OTHER_COMPANY]) await addCompany(pool, COMMAND_LINE, { code, name: `company ${code}` });
});
beforeEach(() => {
  const sealer = createSealer([KEY]);
  identity = createIdentity({
    users: new PgUserStore(pool),
    factors: new PgFactorStore(pool),
    policyStore: new PgPolicyStore(pool),
    sessionStore: new MemorySessionStore(clock),
    attemptStore: new MemoryAttemptStore(clock),
    sealer,
    clock,
    issuer: '测试园区',
    waivesFactor: false,
    onAttack: () => {},
    cost: QUICK_COST,
  });
  desk = registerParts({
    registers: [departments, parkUsers, companyUsers, rolePolicies],
    ...accountRegisters({ ...identity, cost: QUICK_COST }),
    pool,
    sealer,
    blindIndex: createBlindIndex(KEY),
    blobs: new FileBlobs(folder),
    clock,
  }).desk;
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** Somebody with an account of their own. */
async function someone(role: Role, companyCode: string | null = null): Promise<RegisterUser> {
  const name = `${role}-${randomUUID().slice(0, 8)}`;
  const request = { name, role, companyCode, password: 'Kingfisher-21', mustChangePassword: false };
  const contractorCode = role === 'contractor' ? 'unit-1' : null;
  const added = await addUser(new PgUserStore(pool), clock, COMMAND_LINE, { ...request, contractorCode }, QUICK_COST);
  if (!added.ok) throw new Error(added.error.detail);
  const { userId } = added.value.user;
  return { userId, userName: name, role, companyCode, department: null, contractorCode, address: '10.0.0.1' };
}
const make = async (
  register: AnyRegister,
  by: RegisterUser,
  values: Record<string, unknown>,
  companyCode?: string,
): Promise<RegisterRow> => {
  const made = await desk.create(register, by, {
    values: { name: `n-${randomUUID().slice(0, 8)}`, displayName: '苏岚', ...values },
    ...(companyCode === undefined ? {} : { companyCode }),
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
};
const act = async (register: AnyRegister, by: RegisterUser, id: string, name: string, input = {}) => {
  const { version } = await desk.get(register, by, id);
  return desk.act(register, by, id, name, { version, input });
};
const move = async (register: AnyRegister, by: RegisterUser, id: string, name: string) => {
  const { version } = await desk.get(register, by, id);
  return desk.move(register, by, id, name, { version, reason: '离职' });
};
const firstPassword = async (register: AnyRegister, by: RegisterUser, id: string): Promise<string> => {
  const done = await act(register, by, id, 'issue-password');
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return done.value.shown[1]?.value ?? '';
};
const nameOf = (row: RegisterRow): string => String(row.values['name']);
const FORBIDDEN = { code: 'FORBIDDEN' };

describe('accounts of a company', () => {
  test('[ID-81] its administrator makes one without a password, issues the first one once, and disables it', async () => {
    const admin = await someone('company-admin', COMPANY);
    const row = await make(companyUsers, admin, { role: 'enterprise', office: 'safety' });
    expect(row).toMatchObject({
      companyCode: COMPANY,
      state: 'active',
      values: { password: 'none', office: 'safety' },
    });
    expect(await identity.signIn.signIn(nameOf(row), '', '10.0.0.2')).toMatchObject({
      error: { code: 'SIGN_IN_FAILED' },
    });
    const password = await firstPassword(companyUsers, admin, row.id);
    const started = await identity.signIn.signIn(nameOf(row), password, '10.0.0.2');
    expect(started).toMatchObject({
      value: { step: 'session', session: { mustChangePassword: true, department: 'safety' } },
    });
    await move(companyUsers, admin, row.id, 'disable');
    expect(await identity.sessions.list(row.id)).toEqual([]);
    expect(await identity.signIn.signIn(nameOf(row), password, '10.0.0.2')).toMatchObject({ ok: false });
    await move(companyUsers, admin, row.id, 'enable');
    expect(await identity.signIn.signIn(nameOf(row), password, '10.0.0.2')).toMatchObject({ ok: true });
    const audit = await queryRows<{ action: string; text: string }>(
      pool,
      `SELECT action, detail::text AS text FROM audit WHERE user_name = $1 OR subject = $2 ORDER BY id`,
      [admin.userName, nameOf(row)],
    );
    expect(audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'register.create',
        'password.reset',
        'register.action',
        'register.move',
        'session.start',
      ]),
    );
    expect(JSON.stringify(audit)).not.toContain(password);
    const acts = (await desk.history(companyUsers, admin, row.id)).changes.map((one) => one.act);
    expect(acts).toEqual(['enable', 'disable', 'create']);
  });

  test('[ID-81] another company’s administrator finds nothing of it, and makes nothing for it', async () => {
    const [ours, theirs] = [await someone('company-admin', COMPANY), await someone('company-admin', OTHER_COMPANY)];
    const row = await make(companyUsers, ours, { role: 'enterprise' });
    await expect(desk.get(companyUsers, theirs, row.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      desk.act(companyUsers, theirs, row.id, 'issue-password', { version: 1, input: {} }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(make(companyUsers, theirs, { role: 'enterprise' }, COMPANY)).rejects.toMatchObject(FORBIDDEN);
    await expect(desk.get(parkUsers, ours, row.id)).rejects.toMatchObject(FORBIDDEN);
    const bare = await someone('enterprise', COMPANY);
    await expect(make(companyUsers, bare, { role: 'enterprise' })).rejects.toMatchObject(FORBIDDEN);
  });

  test('[ID-81] who moves to another office or department signs in anew; another name ends nothing', async () => {
    const change = async (register: AnyRegister, by: RegisterUser, id: string, values: Record<string, unknown>) => {
      const { version } = await desk.get(register, by, id);
      expect(await desk.update(register, by, id, { version, values })).toMatchObject({ ok: true });
    };
    const [admin, system] = [await someone('company-admin', COMPANY), await someone('system-admin')];
    await queryRows(
      pool,
      `INSERT INTO reg_departments (code, name, version, created_at, created_by, updated_at, updated_by, from_vendor)
       VALUES ('fire', '消防', 1, now(), '', now(), '', '{}')`,
    );
    const desks = [
      { register: companyUsers, by: admin, made: { role: 'enterprise', office: 'safety' }, to: { office: 'gate' } },
      { register: parkUsers, by: system, made: { role: 'park', department: 'fire' }, to: { department: null } },
    ] as const;
    for (const { register, by, made, to } of desks) {
      const row = await make(register, by, made);
      const password = await firstPassword(register, by, row.id);
      expect(await identity.signIn.signIn(nameOf(row), password, '10.0.0.2')).toMatchObject({ ok: true });
      await change(register, by, row.id, { displayName: '苏澜' });
      expect(await identity.sessions.list(row.id)).toHaveLength(1);
      await change(register, by, row.id, to);
      expect(await identity.sessions.list(row.id)).toEqual([]);
    }
  });

  test('[ID-81] nobody governs the own account, and a name is taken once over both registers', async () => {
    const admin = await someone('company-admin', COMPANY);
    await expect(move(companyUsers, admin, admin.userId, 'disable')).rejects.toMatchObject(FORBIDDEN);
    await expect(act(companyUsers, admin, admin.userId, 'reset-factor')).rejects.toMatchObject(FORBIDDEN);
    const system = await someone('system-admin');
    await expect(make(companyUsers, admin, { role: 'enterprise', name: system.userName })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('the three administrators', () => {
  test('[ID-82] whoever makes an administrator’s account cannot open it: the security administrator confirms it', async () => {
    const [system, security] = [await someone('system-admin'), await someone('security-admin')];
    const row = await make(parkUsers, system, { role: 'audit-admin' });
    expect(row.state).toBe('unconfirmed');
    const password = await firstPassword(parkUsers, system, row.id);
    expect(await identity.signIn.signIn(nameOf(row), password, '10.0.0.2')).toMatchObject({ ok: false });
    for (const name of ['confirm', 'enable']) {
      await expect(move(parkUsers, system, row.id, name)).rejects.toMatchObject({
        code: expect.stringMatching(/FORBIDDEN|CONFLICT/),
      });
    }
    // By the way round: disabled, then enabled.
    await move(parkUsers, system, row.id, 'disable');
    await expect(move(parkUsers, system, row.id, 'enable')).rejects.toMatchObject(FORBIDDEN);
    await move(parkUsers, security, row.id, 'enable');
    expect(await identity.signIn.signIn(nameOf(row), password, '10.0.0.2')).toMatchObject({ value: { step: 'enrol' } });
  });

  test('[ID-82] of an administrator one keeps the password, another the second factor, neither both', async () => {
    const [system, security, target] = [
      await someone('system-admin'),
      await someone('security-admin'),
      await someone('audit-admin'),
    ];
    await firstPassword(parkUsers, system, target.userId);
    await expect(act(parkUsers, system, target.userId, 'reset-factor')).rejects.toMatchObject(FORBIDDEN);
    const key = makeSm2Key();
    const input = { publicKey: `04${key.publicKey}` };
    await expect(act(parkUsers, system, target.userId, 'register-sm2-key', input)).rejects.toMatchObject(FORBIDDEN);
    await expect(act(parkUsers, security, target.userId, 'issue-password')).rejects.toMatchObject(FORBIDDEN);
    await act(parkUsers, security, target.userId, 'reset-factor');
    await expect(act(parkUsers, security, security.userId, 'reset-factor')).rejects.toMatchObject(FORBIDDEN);
    const wrong = { publicKey: '00'.repeat(64) };
    await expect(act(parkUsers, security, target.userId, 'register-sm2-key', wrong)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(await act(parkUsers, security, target.userId, 'register-sm2-key', input)).toMatchObject({
      value: { row: { values: { factor: 'sm2' } } },
    });
    const password = await firstPassword(parkUsers, system, target.userId);
    const reached = await identity.signIn.signIn(target.userName, password, '10.0.0.2');
    if (!reached.ok || reached.value.step !== 'factor') throw new Error('expected the factor');
    const challenge = await identity.signIn.challenge(reached.value.pending, '10.0.0.2');
    if (!challenge.ok) throw new Error('expected a challenge');
    const text = signSm2(challenge.value.message, key.privateKey);
    const proved = await identity.signIn.proveFactor(reached.value.pending, { kind: 'sm2', text }, '10.0.0.2');
    expect(proved).toMatchObject({ value: { session: { role: 'audit-admin' } } });
  });

  test('[ID-82] the database changes nobody’s role', async () => {
    const user = await someone('system-admin');
    await expect(pool.query(`UPDATE app_user SET role = 'audit-admin' WHERE id = $1`, [user.userId])).rejects.toThrow(
      /role of an account does not change/,
    );
  });

  test('[ID-82] a lock is lifted, and sessions are shown and ended', async () => {
    const [system, operator] = [await someone('system-admin'), await someone('operator')];
    await identity.signIn.signIn(operator.userName, 'Kingfisher-21', '10.0.0.7');
    const shown = await act(parkUsers, system, operator.userId, 'list-sessions');
    expect(shown).toMatchObject({ value: { shown: [{ value: expect.stringContaining('10.0.0.7') }] } });
    await act(parkUsers, system, operator.userId, 'end-sessions');
    expect(await identity.sessions.list(operator.userId)).toEqual([]);
    for (let count = 0; count < 5; count += 1) await identity.signIn.signIn(operator.userName, 'wrong', '10.0.0.8');
    expect((await desk.get(parkUsers, system, operator.userId)).values['lockedUntil']).toBe(clock.nowMs() + 1_800_000);
    await act(parkUsers, system, operator.userId, 'unlock');
    expect(await identity.signIn.signIn(operator.userName, 'Kingfisher-21', '10.0.0.7')).toMatchObject({ ok: true });
  });
});

describe('sign-in policies', () => {
  const change = async (by: RegisterUser, role: Role, values: Record<string, unknown>) => {
    const { version } = await desk.get(rolePolicies, by, role);
    return desk.update(rolePolicies, by, role, { version, values });
  };

  test('[ID-83] the security administrator sets them, and cannot shut the own sessions out', async () => {
    const [system, security] = [await someone('system-admin'), await someone('security-admin')];
    await expect(change(system, 'operator', { secondFactor: true })).rejects.toMatchObject(FORBIDDEN);
    await change(security, 'operator', { secondFactor: true, addresses: '10.1.0.0/16\n10.2.3.4' });
    expect(await identity.policies.of('operator')).toMatchObject({
      role: 'operator',
      secondFactor: true,
      singleSession: false,
      addresses: ['10.1.0.0/16', '10.2.3.4'],
    });
    await change(security, 'operator', { secondFactor: false, addresses: null });
    expect(await change(security, 'operator', { addresses: '10.1.0.0/99' })).toMatchObject({ ok: false });
    expect(await change(security, 'audit-admin', { secondFactor: false })).toMatchObject({ ok: false });
    expect(await change(security, 'security-admin', { addresses: '10.0.0.0/8' })).toMatchObject({ ok: false });
    await identity.sessions.start({ ...security, mustChangePassword: false }, '10.0.0.1');
    expect(await change(security, 'security-admin', { addresses: '192.168.0.0/16' })).toMatchObject({ ok: false });
    expect(await change(security, 'security-admin', { addresses: '10.0.0.0/8' })).toMatchObject({ ok: true });
    await change(security, 'security-admin', { addresses: null });
  });
});

describe('at the same time', () => {
  test('[ID-76] an account that is disabled while it signs in keeps no session', async () => {
    const system = await someone('system-admin');
    for (let round = 0; round < 5; round += 1) {
      const user = await someone('operator');
      await Promise.all([
        identity.signIn.signIn(user.userName, 'Kingfisher-21', `10.0.1.${round}`),
        move(parkUsers, system, user.userId, 'disable'),
      ]);
      expect(await identity.sessions.list(user.userId)).toEqual([]);
    }
  });
});
