/** Routes of wall screens (core/screen-api.ts). */
import { z } from 'zod';
import { ok } from '../../core/result.ts';
import { SCREEN_NAME_MAX, type ScreensAnswer } from '../../core/screen-api.ts';
import { SCREEN_LIMITS } from '../../security/sessions.ts';
import { text } from '../inputs.ts';
import { type RouteSpec, route } from '../route.ts';
import { sessionInfo } from '../session-routes.ts';
import { actorOf } from '../settings-routes.ts';
import type { Screens } from './screens.ts';

const params = z.object({ id: z.uuid() });

export const screenRoutes = (screens: Screens): RouteSpec[] => [
  route({
    method: 'GET',
    path: '/api/screens',
    roles: ['park'],
    words: { title: { zh: '大屏终端', en: 'Wall screens' } },
    handle: async () => ok<ScreensAnswer>({ screens: await screens.list() }),
  }),
  route({
    method: 'POST',
    path: '/api/screens',
    roles: ['park'],
    body: z.object({ name: text(SCREEN_NAME_MAX) }),
    words: { title: { zh: '登记大屏', en: 'Register a wall screen' } },
    handle: async ({ session, body, address }) => ok(await screens.add(body.name, actorOf(session, address))),
  }),
  route({
    method: 'POST',
    path: '/api/screens/:id/code',
    roles: ['park'],
    params,
    words: { title: { zh: '生成大屏接入码', en: 'Make a code for a wall screen' } },
    handle: async ({ session, params: { id }, address }) => ok(await screens.renew(id, actorOf(session, address))),
  }),
  route({
    method: 'DELETE',
    path: '/api/screens/:id',
    roles: ['park'],
    params,
    words: { title: { zh: '移除大屏', en: 'Remove a wall screen' } },
    async handle({ session, params: { id }, address }) {
      await screens.remove(id, actorOf(session, address));
      return ok(undefined);
    },
  }),
  route({
    method: 'POST',
    path: '/api/screen-session',
    roles: 'anyone',
    body: z.object({ code: text(64) }),
    words: { title: { zh: '大屏接入', en: 'Sign a wall screen in' } },
    async handle({ body, address, cookie }) {
      const started = await screens.start(body.code, address);
      if (!started.ok) return started;
      cookie.set(started.value.cookie, SCREEN_LIMITS.absoluteMs);
      return ok(sessionInfo(started.value.session));
    },
  }),
];
