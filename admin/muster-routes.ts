/** Routes of musters (stream/protocol/muster-api.ts). */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { MUSTER_PHONES_MAX } from '../stream/protocol/muster-api.ts';
import { PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import { text } from './inputs.ts';
import type { MusterDesk } from './musters.ts';
import { type RouteSpec, route } from './route.ts';
import { actorOf } from './settings-routes.ts';

const LIMIT_MAX = 100;
const musterId = z.object({ musterId: text(128) });
const cursor = z
  .string()
  .regex(/^\d{1,15}\.[\w-]{1,128}$/)
  .transform((written) => {
    const dot = written.indexOf('.');
    return { declaredAtMs: Number(written.slice(0, dot)), musterId: written.slice(dot + 1) };
  });

export function musterRoutes(musters: MusterDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/musters',
      roles: PICTURE_ROLES,
      query: z.object({
        before: cursor.optional(),
        limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(50),
      }),
      handle: async ({ session, query }) =>
        ok({ musters: await musters.list(session.companyCode, query.before ?? null, query.limit) }),
    }),
    route({
      method: 'GET',
      path: '/api/musters/:musterId',
      roles: PICTURE_ROLES,
      params: musterId,
      handle: async ({ session, params }) => ok(await musters.report(session.companyCode, params.musterId)),
    }),
    route({
      method: 'POST',
      path: '/api/musters/:musterId/phones',
      roles: PICTURE_ROLES,
      params: musterId,
      body: z.object({
        people: z.array(z.object({ companyCode: text(64), id: text(256) })).max(MUSTER_PHONES_MAX),
      }),
      handle: async ({ session, params, body, address }) =>
        ok(await musters.phones(session.companyCode, params.musterId, body.people, actorOf(session, address))),
    }),
  ];
}
