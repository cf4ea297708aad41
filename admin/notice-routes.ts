/** GET /api/notices (core/notice-api.ts): whoever is signed in hears what concerns them. */
import { ok } from '../core/result.ts';
import { ROLES } from '../stream/protocol/vocabulary.ts';
import type { Notices } from './notices.ts';
import { Content, type RouteSpec, route } from './route.ts';

export const noticeRoutes = (notices: Notices): RouteSpec[] => [
  route({
    method: 'GET',
    path: '/api/notices',
    roles: ROLES,
    handle: async ({ session }) => ok(new Content('text/event-stream; charset=utf-8', notices.open(session))),
  }),
];
