import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHALLENGE_TTL_MS, PENDING_TTL_MS } from '../security/pending-sign-ins.ts';
import { makeSm2Key, signSm2 } from '../security/sm2.ts';
import { totpCode } from '../security/totp.ts';
import { COMMAND_LINE } from './audit.ts';
import { createTestServer, PASSWORD, type TestServer } from './test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await createTestServer();
  await server.addUser('admin', 'system-admin');
  await server.addUser('guard', 'operator');
});
afterEach(() => server.app.close());

const post = (url: string, payload: object, cookie?: string) =>
  server.call({ method: 'POST', url, payload, ...(cookie === undefined ? {} : { cookie }) });
const codeOf = (answer: { body: string }): string | undefined => (JSON.parse(answer.body) as { code?: string }).code;
const begin = async (name: string) => (await server.signIn(name)).json() as { step?: string; pending: string };
const enrol = async (pending: string): Promise<string> =>
  ((await post('/api/session/enrolment', { pending })).json() as { secret: string }).secret;
const confirm = (pending: string, secret: string) =>
  post('/api/session/enrolment/confirm', { pending, code: totpCode(secret, server.clock.nowMs()) });
const prove = (pending: string, kind: string, proof: string) => post('/api/session/factor', { pending, kind, proof });
/** A user with an app, its secret and recovery codes; the clock is past the code that was used. */
async function withApp(name: string) {
  const { pending } = await begin(name);
  const secret = await enrol(pending);
  const { recoveryCodes } = (await confirm(pending, secret)).json() as { recoveryCodes: string[] };
  server.clock.advance(60_000);
  return { secret, recoveryCodes };
}
const idOf = async (name: string): Promise<string> => (await server.users.findByName(name))?.userId ?? '';
const giveKey = async (name: string) => {
  const key = makeSm2Key();
  const audit = { actor: COMMAND_LINE, action: 'factor.enrol', subject: name, outcome: 'ok' } as const;
  await server.factors.putSm2(await idOf(name), key.publicKey, server.clock.nowMs(), audit);
  return key;
};

describe('a role that needs a second factor', () => {
  test('[ID-72] the right password opens nothing: the first sign-in sets an app up, and only its code starts a session', async () => {
    const first = await server.signIn('admin');
    expect(first.json()).toMatchObject({ step: 'enrol' });
    expect(first.cookies).toEqual([]);
    const { pending } = first.json() as { pending: string };
    const shown = await post('/api/session/enrolment', { pending });
    expect(shown.json()).toMatchObject({
      uri: expect.stringMatching(/^otpauth:/),
      qrSvg: expect.stringMatching(/^<svg/),
    });
    expect(shown.cookies).toEqual([]);
    const { secret } = shown.json() as { secret: string };
    const wrong = await post('/api/session/enrolment/confirm', { pending, code: '000000' });
    expect(codeOf(wrong)).toBe('FACTOR_WRONG');
    const done = await confirm(pending, secret);
    expect(done.json()).toMatchObject({ session: { role: 'system-admin' }, recoveryCodes: expect.any(Array) });
    expect(done.cookies).toHaveLength(1);
    expect(new Set((done.json() as { recoveryCodes: string[] }).recoveryCodes).size).toBe(10);
    expect(JSON.stringify(server.users.audit)).not.toContain(secret);
    expect(codeOf(await confirm(pending, secret))).toBe('SIGN_IN_BEGIN_AGAIN');
  });

  test('[ID-73] each code is taken once, also of ten at the same time, and an older one never after', async () => {
    const { secret } = await withApp('admin');
    const code = totpCode(secret, server.clock.nowMs());
    const pendings = await Promise.all(Array.from({ length: 4 }, async () => (await begin('admin')).pending));
    const answers = await Promise.all(pendings.map((pending) => prove(pending, 'totp', code)));
    expect(answers.filter((answer) => answer.statusCode === 200)).toHaveLength(1);
    server.clock.advance(60_000);
    const { pending } = await begin('admin');
    expect(codeOf(await prove(pending, 'totp', code))).toBe('FACTOR_WRONG');
    expect((await prove(pending, 'totp', totpCode(secret, server.clock.nowMs()))).statusCode).toBe(200);
  });

  test('[ID-74] a recovery code stands in once, however it is typed', async () => {
    const { recoveryCodes } = await withApp('admin');
    const [code = ''] = recoveryCodes;
    const { pending } = await begin('admin');
    expect((await prove(pending, 'recovery', code.toLowerCase().replaceAll('-', ' '))).statusCode).toBe(200);
    const again = await begin('admin');
    expect(codeOf(await prove(again.pending, 'recovery', code))).toBe('FACTOR_WRONG');
    expect(await server.factors.recoveryCodesLeft(await idOf('admin'))).toBe(9);
  });

  test('[ID-75] five wrong codes lock, also with the right password between them, and are told', async () => {
    const { secret } = await withApp('admin');
    for (let count = 0; count < 5; count += 1) {
      const { pending } = await begin('admin');
      expect(codeOf(await prove(pending, 'totp', '000000'))).toBe('FACTOR_WRONG');
      server.clock.advance(30_000);
    }
    expect(server.attacks).toEqual([['admin', null, '127.0.0.1']]);
    expect(codeOf(await server.signIn('admin'))).toBe('ACCOUNT_LOCKED');
    server.clock.advance(1_800_000);
    const { pending } = await begin('admin');
    expect((await prove(pending, 'totp', totpCode(secret, server.clock.nowMs()))).statusCode).toBe(200);
  });

  test('[ID-76] a sign-in that waits ends after ten minutes, with another password, and when the account is disabled', async () => {
    const { secret } = await withApp('admin');
    const code = () => totpCode(secret, server.clock.nowMs());
    const late = await begin('admin');
    server.clock.advance(PENDING_TTL_MS);
    expect(codeOf(await prove(late.pending, 'totp', code()))).toBe('SIGN_IN_BEGIN_AGAIN');
    const changed = await begin('admin');
    const user = await server.users.findByName('admin');
    const change = {
      oldHash: user?.passwordHash ?? '',
      newHash: 'other',
      atMs: server.clock.nowMs() + 1,
      mustChangePassword: false,
    };
    const entry = { actor: COMMAND_LINE, action: 'password.reset', subject: 'admin', outcome: 'ok' } as const;
    await server.users.setPassword(user?.userId ?? '', change, entry);
    expect(codeOf(await prove(changed.pending, 'totp', code()))).toBe('SIGN_IN_BEGIN_AGAIN');
    const guard = await begin('guard');
    expect(guard.step).toBeUndefined();
  });

  test('[ID-72] the demonstration setting asks for none, but for one that a user has', async () => {
    const demo = await createTestServer({ waivesFactor: true });
    await demo.addUser('admin', 'security-admin');
    expect((await demo.signIn('admin')).cookies).toHaveLength(1);
    const key = makeSm2Key();
    const audit = { actor: COMMAND_LINE, action: 'factor.enrol', subject: 'admin', outcome: 'ok' } as const;
    await demo.factors.putSm2((await demo.users.findByName('admin'))?.userId ?? '', key.publicKey, 0, audit);
    expect((await demo.signIn('admin')).json()).toMatchObject({ step: 'factor', proofs: ['sm2'] });
    await demo.app.close();
  });

  test('[ID-72] a policy asks for a factor of other roles too, and takes it off none of the three', async () => {
    server.policies.set({ role: 'operator', secondFactor: true, singleSession: false, addresses: [] });
    server.policies.set({ role: 'system-admin', secondFactor: false, singleSession: false, addresses: [] });
    expect((await server.signIn('guard')).json()).toMatchObject({ step: 'enrol' });
    expect((await server.signIn('admin')).json()).toMatchObject({ step: 'enrol' });
  });
});

describe('an SM2 key', () => {
  const challenge = async (pending: string): Promise<string> =>
    ((await post('/api/session/challenge', { pending })).json() as { message: string }).message;

  test('[ID-77] signs a challenge that is good once, for two minutes, and for this sign-in', async () => {
    const key = await giveKey('admin');
    const first = await begin('admin');
    expect(first).toMatchObject({ step: 'factor', proofs: ['sm2'] });
    const message = await challenge(first.pending);
    expect(message).toMatch(/^ParkSentry sign-in admin [0-9a-f]{64}$/);
    const second = await begin('admin');
    const other = await challenge(second.pending);
    expect(other).not.toBe(message);
    expect(codeOf(await prove(second.pending, 'sm2', signSm2(message, key.privateKey)))).toBe('FACTOR_WRONG');
    // The wrong one spent its challenge.
    expect(codeOf(await prove(second.pending, 'sm2', signSm2(other, key.privateKey)))).toBe('FACTOR_WRONG');
    expect((await prove(first.pending, 'sm2', signSm2(message, key.privateKey))).statusCode).toBe(200);
    const late = await begin('admin');
    const lateMessage = await challenge(late.pending);
    server.clock.advance(CHALLENGE_TTL_MS);
    expect(codeOf(await prove(late.pending, 'sm2', signSm2(lateMessage, key.privateKey)))).toBe('FACTOR_WRONG');
  });

  test('[ID-77] without a challenge nothing is good, nor under another key', async () => {
    await giveKey('admin');
    const { pending } = await begin('admin');
    expect(codeOf(await prove(pending, 'sm2', '00'.repeat(64)))).toBe('FACTOR_WRONG');
    const message = await challenge(pending);
    expect(codeOf(await prove(pending, 'sm2', signSm2(message, makeSm2Key().privateKey)))).toBe('FACTOR_WRONG');
  });
});

describe('many at once', () => {
  test('[ID-5] ten right sign-ins of one account at the same time are ten sessions and no lock', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.signIn('guard')));
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(10).fill(200));
    expect(await server.sessions.list(await idOf('guard'))).toHaveLength(10);
    expect(server.attacks).toEqual([]);
  });

  test('[ID-5] twenty wrong ones at the same time are five guesses', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.signIn('guard', 'wrong')));
    expect(answers.filter((answer) => codeOf(answer) === 'SIGN_IN_FAILED')).toHaveLength(5);
    expect(server.attacks).toEqual([['guard', null, '127.0.0.1']]);
  });

  test('[ID-79] a role with single sessions keeps the newest alone', async () => {
    server.policies.set({ role: 'operator', secondFactor: false, singleSession: true, addresses: [] });
    const first = await server.cookieOf('guard');
    await server.cookieOf('guard');
    expect((await server.call({ method: 'GET', url: '/api/session', cookie: first })).statusCode).toBe(401);
    expect(await server.sessions.list(await idOf('guard'))).toHaveLength(1);
  });
});

describe('addresses', () => {
  test('[ID-78] a role with a list comes from its addresses alone, to sign in and with a session', async () => {
    const cookie = await server.cookieOf('guard');
    server.policies.set({ role: 'operator', secondFactor: false, singleSession: false, addresses: ['10.1.0.0/16'] });
    server.clock.advance(6_000);
    await server.call({ method: 'GET', url: '/api/session', cookie });
    const kept = await server.call({ method: 'GET', url: '/api/session', cookie });
    expect(codeOf(kept)).toBe('ADDRESS_NOT_ALLOWED');
    expect(codeOf(await server.signIn('guard'))).toBe('ADDRESS_NOT_ALLOWED');
    expect(server.users.audit.at(-1)).toMatchObject({
      action: 'session.start',
      outcome: 'refused',
      detail: { reason: 'address' },
    });
    const inside = await server.call({ method: 'GET', url: '/api/session', cookie, remoteAddress: '10.1.2.3' });
    expect(inside.statusCode).toBe(200);
  });
});

describe('one’s own account', () => {
  test('[ID-79] shows factors and sessions; another session is ended, somebody else’s is not there', async () => {
    const cookie = await server.cookieOf('guard');
    const other = await server.cookieOf('guard');
    await server.cookieOf('admin');
    const shown = (await server.call({ method: 'GET', url: '/api/account', cookie })).json() as {
      sessions: { sessionId: string; isThis: boolean }[];
    };
    expect(shown).toMatchObject({ factors: [], recoveryCodesLeft: 0, needsFactor: false });
    expect(shown.sessions).toHaveLength(2);
    const [target] = shown.sessions.filter((one) => !one.isThis);
    const end = (sessionId: string) =>
      server.call({ method: 'DELETE', url: `/api/account/sessions/${sessionId}`, cookie });
    expect((await end(target?.sessionId ?? '')).statusCode).toBe(204);
    expect((await server.call({ method: 'GET', url: '/api/session', cookie: other })).statusCode).toBe(401);
    const [theirs] = await server.sessions.list(await idOf('admin'));
    expect((await end(theirs?.sessionId ?? '')).statusCode).toBe(404);
    expect(server.users.audit.at(-1)).toMatchObject({ action: 'session.revoke', subject: 'guard' });
  });

  test('[ID-79] a factor is set up with the password said once more, and is asked for from then on', async () => {
    const cookie = await server.cookieOf('guard');
    expect(codeOf(await post('/api/account/enrolment', { password: 'wrong' }, cookie))).toBe('SIGN_IN_FAILED');
    const { secret } = (await post('/api/account/enrolment', { password: PASSWORD }, cookie)).json() as {
      secret: string;
    };
    const code = totpCode(secret, server.clock.nowMs());
    const done = await post('/api/account/enrolment/confirm', { code }, cookie);
    expect((done.json() as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10);
    expect((await server.signIn('guard')).json()).toMatchObject({ step: 'factor', proofs: ['totp', 'recovery'] });
  });
});

describe('whatever the order of requests', () => {
  type Step = 'password' | 'wrong' | 'challenge' | 'sm2' | 'enrol' | 'confirm' | 'recovery' | 'guess' | 'session';
  const STEPS: readonly Step[] = [
    'password',
    'wrong',
    'challenge',
    'sm2',
    'enrol',
    'confirm',
    'recovery',
    'guess',
    'session',
  ];

  test('[ID-72] nobody without the factor gets a session', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...STEPS), { maxLength: 12 }),
        fc.boolean(),
        async (steps, hasFactor) => {
          const world = await createTestServer();
          await world.addUser('admin', 'audit-admin');
          const userId = (await world.users.findByName('admin'))?.userId ?? '';
          const audit = { actor: COMMAND_LINE, action: 'factor.enrol', subject: 'admin', outcome: 'ok' } as const;
          if (hasFactor) await world.factors.putSm2(userId, makeSm2Key().publicKey, 0, audit);
          const stranger = makeSm2Key();
          let pending = 'A'.repeat(43);
          let message = '';
          let secret = '';
          const send = async (url: string, payload: object) => {
            const answer = await world.call({ method: 'POST', url, payload });
            // An account without a factor gives it to whoever has the password: that is the first sign-in.
            if (hasFactor || !url.endsWith('confirm')) expect(answer.cookies).toEqual([]);
            return answer.json() as { pending?: string; message?: string; secret?: string };
          };
          for (const step of steps) {
            if (step === 'password')
              pending = (await send('/api/session', { name: 'admin', password: PASSWORD })).pending ?? pending;
            if (step === 'wrong') await send('/api/session', { name: 'admin', password: 'wrong' });
            if (step === 'challenge') message = (await send('/api/session/challenge', { pending })).message ?? message;
            if (step === 'sm2') {
              await send('/api/session/factor', { pending, kind: 'sm2', proof: signSm2(message, stranger.privateKey) });
            }
            if (step === 'enrol') secret = (await send('/api/session/enrolment', { pending })).secret ?? secret;
            if (step === 'confirm' && hasFactor) {
              const code = secret === '' ? '123456' : totpCode(secret, world.clock.nowMs());
              await send('/api/session/enrolment/confirm', { pending, code });
            }
            if (step === 'recovery')
              await send('/api/session/factor', { pending, kind: 'recovery', proof: 'AAAA-BBBB-CCCC-DDDD' });
            if (step === 'guess') await send('/api/session/factor', { pending, kind: 'totp', proof: '123456' });
            if (step === 'session')
              expect((await world.call({ method: 'GET', url: '/api/account' })).statusCode).toBe(401);
          }
          expect(await world.sessions.list(userId)).toEqual([]);
          await world.app.close();
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);
});
