import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { channels, keys } from '../stream/keys.ts';
import { closeRedis, createRedis, duplicateRedis, type Redis, whenReady } from '../stream/redis.ts';
import { SignInAttempts } from './session-attempts.ts';
import { RedisAttemptStore, RedisSessionStore } from './session-redis.ts';
import { Sessions, type SessionUser } from './sessions.ts';

let redis: Redis;
let subscriber: Redis;
const ended: string[] = [];

beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'session-test' });
  await whenReady(redis);
  subscriber = duplicateRedis(redis, 'session-test-sub');
  await subscriber.subscribe(channels.sessions);
  subscriber.on('message', (_channel, message: string) => ended.push((JSON.parse(message) as { ended: string }).ended));
});
afterAll(() => {
  closeRedis(subscriber);
  closeRedis(redis);
});

const createUser = (): SessionUser & { mustChangePassword: boolean } => ({
  userId: randomUUID(),
  userName: 'lin',
  role: 'park',
  companyCode: null,
  department: null,
  contractorCode: null,
  mustChangePassword: false,
});
const createSessions = () => new Sessions(new RedisSessionStore(redis), systemClock);

describe('sessions in Redis', () => {
  test('[ID-10] no key and no value holds the cookie', async () => {
    const user = createUser();
    const { cookie, session } = await createSessions().start(user, '10.0.0.1');
    expect(await redis.exists(keys.session(cookie))).toBe(0);
    expect(await redis.get(keys.session(session.sessionId))).not.toContain(cookie);
    expect(await createSessions().use(cookie)).toEqual(session);
  });

  test('[ID-11] expires by itself, and use sets its time anew', async () => {
    const user = createUser();
    const sessions = createSessions();
    const { cookie, session } = await sessions.start(user, '10.0.0.1');
    await redis.pexpire(keys.session(session.sessionId), 5_000);
    await sessions.use(cookie);
    expect(await redis.pttl(keys.session(session.sessionId))).toBeGreaterThan(1_700_000);
    expect(await redis.pttl(keys.sessionsOf(user.userId))).toBeGreaterThan(12 * 3_600_000);
    await redis.pexpire(keys.session(session.sessionId), 0);
    expect(await sessions.use(cookie)).toBeNull();
    expect(await sessions.list(user.userId)).toEqual([]);
  });

  test('[ID-12] an ended session stays ended, also for a request that was under way', async () => {
    const store = new RedisSessionStore(redis);
    const sessions = createSessions();
    const { cookie, session } = await sessions.start(createUser(), '10.0.0.1');
    await sessions.end(session);
    // What a slow request would still do: prolong what it read before.
    expect(await store.extend(session.sessionId, 60_000)).toBe(false);
    expect(await sessions.use(cookie)).toBeNull();
    await expect.poll(() => ended).toContain(session.sessionId);
  });

  test('[ID-12] all sessions of a user end, and each is announced', async () => {
    const user = createUser();
    const sessions = createSessions();
    const started = [await sessions.start(user, 'a'), await sessions.start(user, 'b'), await sessions.start(user, 'c')];
    const keep = started[1]?.session.sessionId ?? '';
    const gone = await sessions.endAll(user.userId, keep);
    expect(gone).toHaveLength(2);
    expect((await sessions.list(user.userId)).map((one) => one.sessionId)).toEqual([keep]);
    await expect.poll(() => gone.every((id) => ended.includes(id))).toBe(true);
    expect(ended).not.toContain(keep);
  });

  test('[ID-14] of many who redeem a ticket at once, one gets in', async () => {
    const sessions = createSessions();
    const { session } = await sessions.start(createUser(), '10.0.0.1');
    const ticket = await sessions.issueTicket(session);
    const ttlMs = await redis.pttl(keys.ticket(ticket));
    expect(ttlMs).toBeGreaterThan(20_000);
    expect(ttlMs).toBeLessThanOrEqual(30_000);
    const redeemed = await Promise.all(Array.from({ length: 10 }, () => sessions.redeemTicket(ticket)));
    expect(redeemed.filter((one) => one !== null)).toEqual([
      expect.objectContaining({
        userId: session.userId,
        sessionId: session.sessionId,
        role: 'park',
        companyCode: null,
        department: null,
        contractorCode: null,
      }),
    ]);
  });

  test('[ID-15] Redis away is REDIS_UNAVAILABLE, never "not signed in"', async () => {
    const away = createRedis('redis://127.0.0.1:1', { name: 'session-test-away', offlineQueue: false });
    const sessions = new Sessions(new RedisSessionStore(away), systemClock);
    await expect(sessions.use('A'.repeat(43))).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    closeRedis(away);
  });
});

describe('attempt counters in Redis', () => {
  test('[ID-5] parallel guesses are counted one by one, and the counter ends by itself', async () => {
    const attempts = new SignInAttempts(new RedisAttemptStore(redis));
    const name = randomUUID();
    const verdicts = await Promise.all(Array.from({ length: 12 }, () => attempts.begin(name)));
    expect(verdicts.filter((one) => one.kind === 'allowed')).toHaveLength(5);
    const locked = await attempts.begin(name);
    expect(locked.kind).toBe('locked');
    if (locked.kind === 'locked') expect(locked.retryAfterMs).toBeGreaterThan(29 * 60_000);
    await attempts.succeeded(name);
    expect(await attempts.begin(name)).toEqual({ kind: 'allowed', attempt: 1 });
  });

  test('[ID-5] a counter always has an end', async () => {
    const store = new RedisAttemptStore(redis);
    const subject = `test:${randomUUID()}`;
    await redis.set(keys.signInAttempts(subject), 3);
    expect(await store.add(subject, 60_000)).toEqual({ count: 4, remainingMs: 60_000 });
    expect(await redis.pttl(keys.signInAttempts(subject))).toBeGreaterThan(0);
    await store.restartWindow(subject, 5_000);
    expect(await redis.pttl(keys.signInAttempts(subject))).toBeLessThanOrEqual(5_000);
    await store.clear(subject);
  });
});
