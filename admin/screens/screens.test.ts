import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScreenCode, ScreensAnswer, ScreenView } from '../../core/screen-api.ts';
import { ADDRESS_LIMIT } from '../../security/session-attempts.ts';
import { SCREEN_LIMITS } from '../../security/sessions.ts';
import { mayAct } from '../../stream/protocol/act-rules.ts';
import { ACTS } from '../../stream/protocol/acts.ts';
import { SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import { cookieOf, createTestServer, type TestServer } from '../test-server.ts';
import { CODE_LASTS_MS } from './screens.ts';

let server: TestServer;
let park: string;
beforeEach(async () => {
  server = await createTestServer();
  await server.addUser('park1', 'park');
  park = await server.cookieOf('park1');
});
afterEach(() => server.app.close());

const add = async (name: string): Promise<ScreenCode> =>
  (await server.call({ method: 'POST', url: '/api/screens', payload: { name }, cookie: park })).json();
const start = (code: string, remoteAddress = '10.0.0.7') =>
  server.call({ method: 'POST', url: '/api/screen-session', payload: { code }, remoteAddress });
const list = async (): Promise<readonly ScreenView[]> =>
  (await server.call({ method: 'GET', url: '/api/screens', cookie: park })).json<ScreensAnswer>().screens;
const whoIs = async (cookie: string) => (await server.call({ method: 'GET', url: '/api/session', cookie })).statusCode;

describe('a wall screen', () => {
  test('[SCR-20] [SCR-21] a code, however it is typed, opens one session that the browser keeps', async () => {
    const { code, untilMs } = await add('一号屏');
    expect(untilMs).toBe(server.clock.nowMs() + CODE_LASTS_MS);
    const answer = await start(code.toLowerCase().replaceAll('-', ' '));
    expect(answer.json()).toMatchObject({ name: '一号屏', role: 'screen', companyCode: null });
    expect(answer.cookies[0]).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
      maxAge: SCREEN_LIMITS.absoluteMs / 1000,
    });
    expect(await whoIs(cookieOf(answer))).toBe(200);
    expect((await start(code)).json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[SCR-21] a newer session of the same screen ends the older, once its code was used', async () => {
    const { screenId, code } = await add('一号屏');
    const first = cookieOf(await start(code));
    const renewed = await server.call({ method: 'POST', url: `/api/screens/${screenId}/code`, cookie: park });
    expect(await whoIs(first)).toBe(200);
    const second = cookieOf(await start(renewed.json<ScreenCode>().code));
    expect([await whoIs(first), await whoIs(second)]).toEqual([401, 200]);
  });

  test('[SCR-22] does no act', () => {
    expect(ACTS.filter((act) => mayAct(SCREEN_ROLE, act))).toEqual([]);
  });

  test('[SCR-23] is listed with when it was seen last, and ends at once by a press', async () => {
    const { screenId, code } = await add('一号屏');
    expect(await list()).toMatchObject([{ name: '一号屏', session: null }]);
    const cookie = cookieOf(await start(code));
    server.clock.advance(60_000);
    await whoIs(cookie);
    const lastSeenAtMs = server.clock.nowMs();
    server.clock.advance(60_000);
    expect(await list()).toMatchObject([
      { screenId, codeUntilMs: null, session: { address: '10.0.0.7', lastSeenAtMs } },
    ]);
    const ended = await server.call({ method: 'DELETE', url: `/api/screens/${screenId}`, cookie: park });
    expect(ended.statusCode).toBe(204);
    expect(await whoIs(cookie)).toBe(401);
    expect(server.sessionStore.ended).toHaveLength(1);
    expect(await list()).toEqual([]);
  });

  test('[SCR-23] one that is removed while its code is used leaves no session', async () => {
    const { screenId, code } = await add('一号屏');
    const [answer] = await Promise.all([
      start(code),
      server.call({ method: 'DELETE', url: `/api/screens/${screenId}`, cookie: park }),
    ]);
    expect(await server.sessions.list(screenId)).toEqual([]);
    if (answer.statusCode === 200) expect(await whoIs(cookieOf(answer))).toBe(401);
    else expect(answer.json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[SCR-24] unknown, late and used codes are answered alike, and guesses of an address are limited', async () => {
    const { code } = await add('一号屏');
    server.clock.advance(CODE_LASTS_MS);
    expect((await start(code)).json()).toEqual((await start('AAAA-BBBB-CCCC-DDDD')).json());
    for (let i = 2; i < ADDRESS_LIMIT.attempts; i++) await start('x');
    const refused = await start('x');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '60']);
    expect((await start('x', '10.0.0.8')).statusCode).toBe(404);
  });
});
