import { describe, expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { MemorySessionStore } from './session-memory.ts';
import { SCREEN_LIMITS, SESSION_LIMITS, Sessions, type SessionUser, sessionIdOf, TICKET_TTL_MS } from './sessions.ts';

const USER: SessionUser & { mustChangePassword: boolean } = {
  userId: 'u-1',
  userName: 'lin',
  role: 'park',
  companyCode: null,
  department: null,
  contractorCode: null,
  mustChangePassword: false,
};

function createSessions() {
  const clock = new ManualClock(1_700_000_000_000);
  const store = new MemorySessionStore(clock);
  return { clock, store, sessions: new Sessions(store, clock) };
}

describe('sessions', () => {
  test('[ID-10] the cookie is 256 random bits and the store knows only its hash', async () => {
    const { store, sessions } = createSessions();
    const { cookie, session } = await sessions.start(USER, '10.0.0.1');
    expect(Buffer.from(cookie, 'base64url')).toHaveLength(32);
    expect(session.sessionId).toBe(sessionIdOf(cookie));
    const held = await store.get(session.sessionId);
    expect(held).not.toBeNull();
    expect(held).not.toContain(cookie);
    expect(await sessions.use(cookie)).toEqual(session);
    expect(await sessions.use(session.sessionId)).toBeNull();
  });

  test.each(['', 'x', 'A'.repeat(43), '../../etc', `${'A'.repeat(42)}*`])(
    '[ID-10] %j opens nothing',
    async (cookie) => {
      const { sessions } = createSessions();
      await sessions.start(USER, '10.0.0.1');
      expect(await sessions.use(cookie)).toBeNull();
    },
  );

  test('[ID-11] use keeps a session, idling ends it', async () => {
    const { clock, sessions } = createSessions();
    const { cookie } = await sessions.start(USER, '10.0.0.1');
    for (let count = 0; count < 5; count += 1) {
      clock.advance(SESSION_LIMITS.idleMs - 1);
      expect(await sessions.use(cookie)).not.toBeNull();
    }
    clock.advance(SESSION_LIMITS.idleMs);
    expect(await sessions.use(cookie)).toBeNull();
  });

  test("[ID-11] an operator's open socket counts as use; nothing outlives the absolute life", async () => {
    const { clock, sessions } = createSessions();
    const { cookie, session } = await sessions.start({ ...USER, role: 'operator' }, '10.0.0.1');
    const endMs = session.expiresAtMs;
    while (clock.nowMs() + 600_000 < endMs) {
      clock.advance(600_000);
      expect(await sessions.keepAlive(session.sessionId)).toBe(true);
    }
    clock.set(endMs);
    expect(await sessions.keepAlive(session.sessionId)).toBe(false);
    expect(await sessions.use(cookie)).toBeNull();
  });

  test("[ID-11] anyone else's open socket is told when they have idled too long", async () => {
    const { clock, sessions } = createSessions();
    const { session } = await sessions.start(USER, '10.0.0.1');
    clock.advance(SESSION_LIMITS.idleMs - 1);
    expect(await sessions.keepAlive(session.sessionId)).toBe(true);
    clock.advance(1);
    expect(await sessions.keepAlive(session.sessionId)).toBe(false);
  });

  test('[ID-12] ending a session ends it at once and tells the gateways', async () => {
    const { store, sessions } = createSessions();
    const { cookie, session } = await sessions.start(USER, '10.0.0.1');
    expect(await sessions.end(session)).toBe(true);
    expect(await sessions.use(cookie)).toBeNull();
    expect(await sessions.keepAlive(session.sessionId)).toBe(false);
    expect(store.ended).toEqual([session.sessionId]);
    expect(await sessions.end(session)).toBe(false);
  });

  test('[ID-12] sessions of a user are listed newest first and can be ended together, but for one', async () => {
    const { clock, store, sessions } = createSessions();
    const first = await sessions.start(USER, '10.0.0.1');
    clock.advance(1_000);
    const second = await sessions.start(USER, '10.0.0.2');
    const other = await sessions.start({ ...USER, userId: 'u-2' }, '10.0.0.3');
    expect((await sessions.list('u-1')).map((one) => one.address)).toEqual(['10.0.0.2', '10.0.0.1']);
    expect(await sessions.endAll('u-1', second.session.sessionId)).toEqual([first.session.sessionId]);
    expect(store.ended).toEqual([first.session.sessionId]);
    expect(await sessions.use(first.cookie)).toBeNull();
    expect(await sessions.use(second.cookie)).not.toBeNull();
    expect(await sessions.use(other.cookie)).not.toBeNull();
  });
});

describe('wall screens', () => {
  const SCREEN = { ...USER, userId: 's-1', userName: 'wall', role: 'screen' } as const;

  test('[SCR-21] a screen outlives shifts while its socket is open, is out after a fortnight without use, and after a year', async () => {
    const { clock, sessions } = createSessions();
    const { cookie, session } = await sessions.start(SCREEN, '10.0.0.1');
    clock.advance(SCREEN_LIMITS.idleMs - 1);
    expect(await sessions.keepAlive(session.sessionId)).toBe(true);
    clock.advance(SCREEN_LIMITS.idleMs - 1);
    expect(await sessions.use(cookie)).not.toBeNull();
    clock.advance(SCREEN_LIMITS.idleMs);
    expect(await sessions.use(cookie)).toBeNull();

    const kept = await sessions.start(SCREEN, '10.0.0.1');
    for (let passedMs = 0; passedMs < SCREEN_LIMITS.absoluteMs - 86_400_000; passedMs += 86_400_000) {
      expect(await sessions.keepAlive(kept.session.sessionId)).toBe(true);
      clock.advance(86_400_000);
    }
    clock.advance(86_400_000);
    expect(await sessions.keepAlive(kept.session.sessionId)).toBe(false);
  });

  test('[SCR-23] the time of the last use is known, and of one that is over that it is', async () => {
    const { clock, sessions } = createSessions();
    const { session } = await sessions.start(SCREEN, '10.0.0.1');
    clock.advance(60_000);
    await sessions.keepAlive(session.sessionId);
    const seenAtMs = clock.nowMs();
    clock.advance(90_000);
    expect(await sessions.lastUsedAtMs(session)).toBe(seenAtMs);
    await sessions.end(session);
    expect(await sessions.lastUsedAtMs(session)).toBeNull();
  });
});

describe('live tickets', () => {
  test('[ID-14] a ticket opens one socket and carries who and what scope', async () => {
    const { sessions } = createSessions();
    const { session } = await sessions.start({ ...USER, role: 'enterprise', companyCode: '310116001' }, '10.0.0.1');
    const ticket = await sessions.issueTicket(session);
    expect(await sessions.redeemTicket(ticket)).toEqual({
      userId: 'u-1',
      userName: 'lin',
      role: 'enterprise',
      companyCode: '310116001',
      department: null,
      contractorCode: null,
      sessionId: session.sessionId,
      expiresAtMs: session.expiresAtMs,
    });
    expect(await sessions.redeemTicket(ticket)).toBeNull();
  });

  test('[ID-14] a ticket is worth nothing after 30 s or once its session has ended', async () => {
    const { clock, sessions } = createSessions();
    const { session } = await sessions.start(USER, '10.0.0.1');
    const late = await sessions.issueTicket(session);
    clock.advance(TICKET_TTL_MS);
    expect(await sessions.redeemTicket(late)).toBeNull();
    const orphan = await sessions.issueTicket(session);
    await sessions.end(session);
    expect(await sessions.redeemTicket(orphan)).toBeNull();
    expect(await sessions.redeemTicket('nonsense')).toBeNull();
  });
});
