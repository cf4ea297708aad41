/** Routes of the park's settings (core/settings-api.ts). A company reads those of its own areas and posts; the park writes. */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import type { Session } from '../security/sessions.ts';
import { PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import type { Actor } from './audit.ts';
import { json, text } from './inputs.ts';
import { IMPORT_MAX, type ParkSettings } from './park-settings.ts';
import { type RouteSpec, route } from './route.ts';

const WRITES = ['park'] as const;

const topic = text(32);
/** '' where a topic has one setting only. */
const key = z.union([z.literal(''), text(256)]);
const reason = text(500);
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

export const actorOf = (session: Session, address: string): Actor => ({
  userId: session.userId,
  userName: session.userName,
  address,
});

export function settingsRoutes(parkSettings: ParkSettings): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/park-settings',
      roles: PICTURE_ROLES,
      query: z.object({ topic: topic.optional() }),
      handle: async ({ session, query }) => ok(await parkSettings.list(session.companyCode, query.topic ?? null)),
    }),
    route({
      method: 'GET',
      path: '/api/park-settings/history',
      roles: PICTURE_ROLES,
      query: z.object({ topic, key }),
      handle: async ({ session, query }) => ok(await parkSettings.history(session.companyCode, query.topic, query.key)),
    }),
    route({
      method: 'POST',
      path: '/api/park-settings',
      roles: WRITES,
      body: z.object({ topic, key, value: json, expectedVersion: z.number().int().min(0), reason }),
      bodyLimitBytes: BODY_LIMIT_BYTES,
      handle: async ({ session, body, address }) => ok(await parkSettings.put(body, actorOf(session, address))),
    }),
    route({
      method: 'POST',
      path: '/api/park-settings/import',
      roles: WRITES,
      body: z.object({
        topic,
        items: z
          .array(z.object({ key, value: json }))
          .min(1)
          .max(IMPORT_MAX),
        reason,
        dryRun: z.boolean(),
      }),
      bodyLimitBytes: BODY_LIMIT_BYTES,
      handle: async ({ session, body, address }) => ok(await parkSettings.import(body, actorOf(session, address))),
    }),
  ];
}
