/** GET /api/notices (core/notice-api.ts): whoever is signed in hears what concerns them. POST /api/wall: what they put on their wall. */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import type { WallShow } from '../core/wall-api.ts';
import { PICTURE_ROLES, ROLES, SCREEN_ROLE } from '../stream/protocol/vocabulary.ts';
import { text } from './inputs.ts';
import type { Notices } from './notices.ts';
import { Content, type RouteSpec, route } from './route.ts';

const KEY_MAX = 200;
const index = z.number().int().min(0);
const wallShow: z.ZodType<WallShow> = z.strictObject({
  alarmId: text(KEY_MAX).nullable(),
  person: z.strictObject({ slot: index, generation: index }).nullable(),
  permitKey: text(KEY_MAX).nullable(),
  card: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('company'), companyCode: text(KEY_MAX) }),
      z.strictObject({ kind: z.literal('area'), key: text(KEY_MAX) }),
    ])
    .nullable(),
  companyCode: text(KEY_MAX).nullable(),
});

export const noticeRoutes = (notices: Notices): RouteSpec[] => [
  route({
    method: 'GET',
    path: '/api/notices',
    roles: [...ROLES, SCREEN_ROLE],
    handle: async ({ session }) => ok(new Content('text/event-stream; charset=utf-8', notices.open(session))),
  }),
  route({
    method: 'POST',
    path: '/api/wall',
    roles: PICTURE_ROLES,
    body: wallShow,
    async handle({ session, body }) {
      await notices.showOnWall(session, body);
      return ok(undefined);
    },
  }),
];
