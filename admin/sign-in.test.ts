import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD_RULES } from '../security/password.ts';
import { ADDRESS_LIMIT } from '../security/session-attempts.ts';
import { cookieOf, createTestServer, PASSWORD, type TestServer } from './test-server.ts';

const DAY_MS = 86_400_000;
let server: TestServer;

beforeEach(async () => {
  server = await createTestServer();
  await server.addUser('Lin', 'operator');
});
afterEach(() => server.app.close());

const codeOf = (answer: { body: string }): string => (JSON.parse(answer.body) as { code: string }).code;
const lastAudit = () => server.users.audit.at(-1);
const changePassword = (cookie: string, current: string, next: string) =>
  server.call({ method: 'POST', url: '/api/password', payload: { current, next }, cookie });

describe('signing in', () => {
  test('[ID-10] the cookie is HttpOnly, SameSite=Strict and for the whole site', async () => {
    const answer = await server.signIn('lin');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      name: 'lin',
      role: 'operator',
      companyCode: null,
      department: null,
      contractorCode: null,
      mustChangePassword: false,
    });
    expect(answer.cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict', path: '/' })]);
    expect(answer.cookies[0]).not.toHaveProperty('secure');
    expect(answer.body).not.toContain(answer.cookies[0]?.value);
    const secure = await createTestServer({ secure: true });
    await secure.addUser('lin', 'operator');
    expect((await secure.signIn('lin')).cookies[0]).toMatchObject({ secure: true });
    await secure.app.close();
  });

  test('[ID-6] an unknown name, a wrong password and a disabled account get the same answer', async () => {
    await server.addUser('former', 'park');
    server.users.disable((await server.users.findByName('former'))?.userId ?? '');
    const answers = [await server.signIn('nobody'), await server.signIn('lin', 'wrong'), await server.signIn('former')];
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size).toBe(1);
    expect(answers.map(codeOf)).toEqual(Array(3).fill('SIGN_IN_FAILED'));
    expect(answers.flatMap((answer) => answer.cookies)).toEqual([]);
  });

  test.each(['lin', 'nobody'])(
    '[ID-5][ID-6] five failures lock %s for 30 minutes, right password or not',
    async (name) => {
      for (let count = 1; count <= PASSWORD_RULES.maxFailures; count += 1) {
        expect(codeOf(await server.signIn(name, 'wrong'))).toBe('SIGN_IN_FAILED');
      }
      const locked = await server.signIn(name);
      expect(locked.statusCode).toBe(423);
      expect(locked.headers['retry-after']).toBe('1800');
      server.clock.advance(PASSWORD_RULES.lockMs - 1);
      expect(codeOf(await server.signIn(name))).toBe('ACCOUNT_LOCKED');
      server.clock.advance(1);
      expect((await server.signIn(name)).statusCode).toBe(name === 'lin' ? 200 : 401);
    },
  );

  test('[ID-8] an address that tries too often is told to wait', async () => {
    for (let count = 0; count < ADDRESS_LIMIT.attempts; count += 1) await server.signIn(`name-${count}`);
    const limited = await server.signIn('lin');
    expect(limited.statusCode).toBe(429);
    expect(limited.headers['retry-after']).toBe('60');
    server.clock.advance(ADDRESS_LIMIT.windowMs);
    expect((await server.signIn('lin')).statusCode).toBe(200);
  });

  test('[ID-3] after 90 days the password has to be changed first', async () => {
    server.clock.advance(90 * DAY_MS - 1);
    expect((await server.signIn('lin')).json()).toMatchObject({ mustChangePassword: false });
    server.clock.advance(1);
    expect((await server.signIn('lin')).json()).toMatchObject({ mustChangePassword: true });
  });

  test('[ID-15] nobody is counted towards a lock while the accounts cannot be read', async () => {
    const findByName = server.users.findByName.bind(server.users);
    server.users.findByName = () => Promise.reject(new (class extends Error {})('database is away'));
    for (let count = 0; count < 6; count += 1) expect((await server.signIn('lin')).statusCode).toBe(500);
    server.users.findByName = findByName;
    expect((await server.signIn('lin')).statusCode).toBe(200);
  });
});

describe('changing the password', () => {
  test('[ID-4] the first sign-in leads to nothing but a new password', async () => {
    await server.addUser('wen', 'park', { mustChangePassword: true });
    const cookie = await server.cookieOf('wen');
    expect(codeOf(await server.call({ method: 'POST', url: '/api/live-ticket', cookie }))).toBe(
      'PASSWORD_CHANGE_REQUIRED',
    );
    const changed = await changePassword(cookie, PASSWORD, 'Sandpiper-84');
    expect(changed.json()).toMatchObject({ mustChangePassword: false });
    const next = cookieOf(changed);
    expect((await server.call({ method: 'POST', url: '/api/live-ticket', cookie: next })).statusCode).toBe(200);
    expect(codeOf(await server.signIn('wen', PASSWORD))).toBe('SIGN_IN_FAILED');
    expect((await server.signIn('wen', 'Sandpiper-84')).json()).toMatchObject({ mustChangePassword: false });
  });

  test('[ID-13] ends every session of the user and starts a new one', async () => {
    const elsewhere = await server.cookieOf('lin');
    const here = await server.cookieOf('lin');
    const next = cookieOf(await changePassword(here, PASSWORD, 'Sandpiper-84'));
    expect(server.sessionStore.ended).toHaveLength(2);
    for (const cookie of [elsewhere, here]) {
      expect((await server.call({ method: 'GET', url: '/api/session', cookie })).statusCode).toBe(401);
    }
    expect((await server.call({ method: 'GET', url: '/api/session', cookie: next })).statusCode).toBe(200);
  });

  test.each([
    ['short-1A', 'too-short'],
    ['only lower case', 'too-few-classes'],
    [PASSWORD, 'used-before'],
  ])('[ID-1][ID-2] %s is refused: %s', async (next, fault) => {
    const cookie = await server.cookieOf('lin');
    const answer = await changePassword(cookie, PASSWORD, next);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'PASSWORD_WEAK', detail: fault });
    expect((await server.signIn('lin')).statusCode).toBe(200);
  });

  test('[ID-2] the fifth password back is still refused, the sixth is not', async () => {
    let cookie = await server.cookieOf('lin');
    const chain = [PASSWORD, 'Sandpiper-1', 'Sandpiper-2', 'Sandpiper-3', 'Sandpiper-4', 'Sandpiper-5'];
    for (let at = 1; at < chain.length; at += 1) {
      if (at === 5) expect(codeOf(await changePassword(cookie, chain[4] ?? '', PASSWORD))).toBe('PASSWORD_WEAK');
      cookie = cookieOf(await changePassword(cookie, chain[at - 1] ?? '', chain[at] ?? ''));
    }
    expect((await changePassword(cookie, 'Sandpiper-5', PASSWORD)).statusCode).toBe(200);
  });

  test('[ID-5] guessing the current password locks like signing in', async () => {
    const cookie = await server.cookieOf('lin');
    for (let count = 0; count < 5; count += 1) await changePassword(cookie, 'wrong', 'Sandpiper-84');
    expect(codeOf(await changePassword(cookie, PASSWORD, 'Sandpiper-84'))).toBe('ACCOUNT_LOCKED');
  });
});

describe('signing out', () => {
  test('[ID-12] ends the session at once, clears the cookie and tells the gateways', async () => {
    const cookie = await server.cookieOf('lin');
    const answer = await server.call({ method: 'DELETE', url: '/api/session', cookie });
    expect(answer.statusCode).toBe(204);
    expect(answer.cookies[0]?.value).toBe('');
    expect(server.sessionStore.ended).toHaveLength(1);
    expect((await server.call({ method: 'GET', url: '/api/session', cookie })).statusCode).toBe(401);
  });

  test('[ID-15] works while the audit cannot be written', async () => {
    const cookie = await server.cookieOf('lin');
    server.users.write = () => Promise.reject(new Error('database is away'));
    expect((await server.call({ method: 'DELETE', url: '/api/session', cookie })).statusCode).toBe(204);
  });
});

describe('audit', () => {
  test('[ID-30] sign-in, refusal, lock, password change and sign-out are on record with who and from where', async () => {
    await server.signIn('lin', 'wrong');
    expect(lastAudit()).toMatchObject({
      actor: { userName: 'lin', address: '127.0.0.1' },
      action: 'session.start',
      outcome: 'refused',
      detail: { reason: 'wrong password' },
    });
    await server.signIn('typed-a-secret-here', 'wrong');
    expect(lastAudit()).toMatchObject({ actor: { userId: null, userName: '(unknown)' }, outcome: 'refused' });
    const cookie = await server.cookieOf('lin');
    expect(lastAudit()).toMatchObject({ action: 'session.start', outcome: 'ok', subject: 'lin' });
    await changePassword(cookie, PASSWORD, 'weak');
    expect(lastAudit()).toMatchObject({
      action: 'password.change',
      outcome: 'refused',
      detail: { reason: 'too-short' },
    });
    const next = cookieOf(await changePassword(cookie, PASSWORD, 'Sandpiper-84'));
    expect(lastAudit()).toMatchObject({ action: 'password.change', outcome: 'ok' });
    await server.call({ method: 'DELETE', url: '/api/session', cookie: next });
    expect(lastAudit()).toMatchObject({ action: 'session.end', outcome: 'ok' });
    for (let count = 0; count < 6; count += 1) await server.signIn('lin', 'wrong');
    expect(lastAudit()).toMatchObject({ outcome: 'refused', detail: { reason: 'locked' } });
  });

  test('[ID-30] no password, hash, cookie or unknown name ever reaches it', async () => {
    const cookie = await server.cookieOf('lin');
    await server.signIn('typed-a-secret-here', 'Wrong-guess-1');
    await changePassword(cookie, PASSWORD, 'Sandpiper-84');
    const text = JSON.stringify(server.users.audit);
    const secret = cookie.slice(cookie.indexOf('=') + 1);
    for (const word of [PASSWORD, 'Sandpiper-84', 'Wrong-guess-1', 'typed-a-secret-here', secret, '$scrypt']) {
      expect(text).not.toContain(word);
    }
  });

  test('[ID-30] looking at tracks is on record: whose, what span, and why', async () => {
    const cookie = await server.cookieOf('lin');
    const url = '/api/tracks?people=P-1,card:77&company=900000001&from=1000&to=61000&reason=roll%20call';
    expect((await server.call({ method: 'GET', url, cookie })).statusCode).toBe(200);
    expect(lastAudit()).toMatchObject({
      actor: { userName: 'lin' },
      action: 'track.read',
      subject: '900000001',
      detail: { fromMs: 1_000, toMs: 61_000, reason: 'roll call', people: [{ personId: 'P-1' }, { cardNo: '77' }] },
    });
  });
});
