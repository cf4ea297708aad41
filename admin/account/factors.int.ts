import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { Pool } from '../../db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { COMMAND_LINE } from '../audit.ts';
import { PgUserStore } from '../user-store.ts';
import { addUser } from '../users.ts';
import type { FactorStore } from './factors.ts';
import { MemoryFactorStore } from './memory-factors.ts';
import { PgFactorStore } from './pg-factors.ts';

const AT_MS = 1_790_000_000_000;
const AUDIT = { actor: COMMAND_LINE, action: 'factor.enrol', subject: 'lin', outcome: 'ok' } as const;
let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  pool = database.pool;
});
afterAll(() => database.drop());

async function someone(): Promise<string> {
  const name = `u-${randomUUID()}`;
  const request = { name, role: 'park', companyCode: null, password: 'Kingfisher-21', mustChangePassword: false };
  const cost = { logN: 4, r: 8, p: 1 };
  const added = await addUser(new PgUserStore(pool), new ManualClock(AT_MS), COMMAND_LINE, request, cost);
  if (!added.ok) throw new Error(added.error.detail);
  return added.value.user.userId;
}

describe.each<[string, () => FactorStore]>([
  ['memory', () => new MemoryFactorStore()],
  ['PostgreSQL', () => new PgFactorStore(pool)],
])('factor store: %s', (_name, createStore) => {
  const totp = (step: number, hashes: readonly string[] = ['h1', 'h2']) => ({
    secretSealed: `sealed-${step}`,
    step,
    recoveryHashes: hashes,
    atMs: AT_MS,
  });

  test('[ID-73] a step is taken once, by one of many, and none after a newer one; also after the app was set up anew', async () => {
    const [factors, userId] = [createStore(), await someone()];
    expect(await factors.takeStep(userId, 1, AT_MS)).toBe(false);
    await factors.putTotp(userId, totp(100), AUDIT);
    expect(await factors.takeStep(userId, 100, AT_MS)).toBe(false);
    const taken = await Promise.all(Array.from({ length: 8 }, () => factors.takeStep(userId, 101, AT_MS + 1)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await factors.of(userId))[0]).toMatchObject({ kind: 'totp', lastUsedAtMs: AT_MS + 1 });
    await factors.putTotp(userId, totp(99), AUDIT);
    expect(await factors.takeStep(userId, 101, AT_MS)).toBe(false);
    expect(await factors.takeStep(userId, 102, AT_MS)).toBe(true);
  });

  test('[ID-74] a recovery code is taken once, by one of many; a new app brings new ones', async () => {
    const [factors, userId] = [createStore(), await someone()];
    await factors.putTotp(userId, totp(1), AUDIT);
    const taken = await Promise.all(Array.from({ length: 8 }, () => factors.takeRecoveryCode(userId, 'h1', AT_MS)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await factors.recoveryCodesLeft(userId)).toBe(1);
    expect(await factors.takeRecoveryCode(await someone(), 'h2', AT_MS)).toBe(false);
    await factors.putTotp(userId, totp(2, ['h3']), AUDIT);
    expect(await factors.takeRecoveryCode(userId, 'h2', AT_MS)).toBe(false);
    expect(await factors.recoveryCodesLeft(userId)).toBe(1);
  });

  test('[ID-77] app and key stand beside each other, and go together', async () => {
    const [factors, userId] = [createStore(), await someone()];
    await factors.putTotp(userId, totp(1), AUDIT);
    await factors.putSm2(userId, 'aa'.repeat(64), AT_MS, AUDIT);
    await factors.putSm2(userId, 'bb'.repeat(64), AT_MS + 1, AUDIT);
    expect(await factors.of(userId)).toEqual([
      { kind: 'sm2', secretSealed: null, publicKey: 'bb'.repeat(64), createdAtMs: AT_MS + 1, lastUsedAtMs: null },
      { kind: 'totp', secretSealed: 'sealed-1', publicKey: null, createdAtMs: AT_MS, lastUsedAtMs: null },
    ]);
    await factors.remove(userId, AUDIT);
    expect(await factors.of(userId)).toEqual([]);
    expect(await factors.recoveryCodesLeft(userId)).toBe(0);
  });
});
