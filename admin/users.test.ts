import { expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { createSealer } from '../security/gm.ts';
import { passwordFault, verifyPassword } from '../security/password.ts';
import { MemoryAttemptStore, MemorySessionStore } from '../security/session-memory.ts';
import { createIdentity } from './account/identity.ts';
import { MemoryFactorStore, MemoryPolicyStore } from './account/memory-factors.ts';
import { COMMAND_LINE } from './audit.ts';
import { MemoryUserStore } from './memory-ports.ts';
import { COMPANY, PASSWORD, QUICK_COST } from './test-server.ts';
import { addUser, resetPassword, type UserRequest } from './users.ts';

function createWorld() {
  const clock = new ManualClock(1_760_000_000_000);
  const users = new MemoryUserStore([COMPANY]);
  const store = new MemorySessionStore(clock);
  const { signIn, sessions, attempts } = createIdentity({
    users,
    factors: new MemoryFactorStore(),
    policyStore: new MemoryPolicyStore(),
    sessionStore: store,
    attemptStore: new MemoryAttemptStore(clock),
    sealer: createSealer([Buffer.alloc(32, 9)]),
    clock,
    issuer: '测试园区',
    waivesFactor: false,
    onAttack: () => {},
    cost: QUICK_COST,
  });
  const add = (changes: Partial<UserRequest> = {}) => {
    const request = { name: 'lin', role: 'operator', companyCode: null, password: PASSWORD, mustChangePassword: false };
    return addUser(users, clock, COMMAND_LINE, { ...request, ...changes }, QUICK_COST);
  };
  const reset = (password: string | null, mustChangePassword = true) =>
    resetPassword(
      users,
      sessions,
      attempts,
      clock,
      COMMAND_LINE,
      { name: 'Lin', password, mustChangePassword },
      QUICK_COST,
    );
  return { clock, users, store, signIn, add, reset };
}

test('[ID-43] a generated password meets the rules and is returned once', async () => {
  const { users, add } = createWorld();
  const added = await add({ password: null });
  if (!added.ok) throw new Error(added.error.detail);
  const { user, generatedPassword } = added.value;
  expect(passwordFault(generatedPassword ?? '')).toBeNull();
  expect(await verifyPassword(generatedPassword ?? '', user.passwordHash ?? '')).toBe(true);
  expect(JSON.stringify(users.audit)).not.toContain(generatedPassword);
  expect(await add({ name: 'wen' })).toMatchObject({ ok: true, value: { generatedPassword: null } });
});

test('[ID-43] one name, one user, however it is spelt', async () => {
  const { add } = createWorld();
  await add({ name: 'Lin' });
  for (const name of ['lin', 'LIN ', 'ｌｉｎ']) await expect(add({ name })).rejects.toMatchObject({ code: 'CONFLICT' });
});

test.each<[Partial<UserRequest>, string]>([
  [{ name: '' }, 'name'],
  [{ name: '../x' }, 'name'],
  [{ name: 'x'.repeat(65) }, 'name'],
  [{ role: 'admin' }, 'role'],
  [{ role: 'enterprise' }, 'company'],
  [{ companyCode: COMPANY }, 'company'],
  [{ password: 'weak' }, 'too-short'],
])('[ID-43] %j is refused for its %s, and nothing is written', async (changes, word) => {
  const { users, add } = createWorld();
  const answer = await add(changes);
  expect(answer.ok).toBe(false);
  if (!answer.ok) expect(answer.error.detail).toContain(word);
  expect(users.audit).toEqual([]);
});

test('[ID-44] a reset lifts the lock, ends every session, and asks for a new password', async () => {
  const { users, store, signIn, add, reset } = createWorld();
  await add();
  const started = await signIn.signIn('lin', PASSWORD, '10.0.0.1');
  expect(started.ok).toBe(true);
  for (let count = 0; count < 5; count += 1) await signIn.signIn('lin', 'wrong', '10.0.0.2');
  expect(await signIn.signIn('lin', PASSWORD, '10.0.0.1')).toMatchObject({ error: { code: 'ACCOUNT_LOCKED' } });
  const done = await reset(null);
  if (!done.ok) throw new Error(done.error.detail);
  expect(store.ended).toHaveLength(1);
  expect(users.audit.at(-1)).toMatchObject({ action: 'password.reset', subject: 'lin', outcome: 'ok' });
  expect(await signIn.signIn('lin', done.value.generatedPassword ?? '', '10.0.0.1')).toMatchObject({
    ok: true,
    value: { session: { mustChangePassword: true } },
  });
});

test('[ID-2] a reset does not bring back a used password', async () => {
  const { add, reset } = createWorld();
  await add();
  expect(await reset(PASSWORD)).toMatchObject({ ok: false, error: { code: 'PASSWORD_WEAK', detail: 'used-before' } });
});
