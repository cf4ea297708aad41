/** Routes of the hand-over of a shift (core/handover-api.ts). */
import { z } from 'zod';
import type { HandoverDraft } from '../core/handover-api.ts';
import { ok } from '../core/result.ts';
import type { Session } from '../security/sessions.ts';
import { PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import type { HandoverDesk, HandoverUser } from './handover.ts';
import { instant, text } from './inputs.ts';
import { type RouteSpec, route } from './route.ts';

const NOTES_MAX = 4_000;

const id = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
/** More lines than one, but nothing that PostgreSQL does not take. */
const notes = z
  .string()
  .max(NOTES_MAX)
  .refine((said) => !/[\0\p{Cs}]/u.test(said), { message: 'expected no NUL and whole characters' });
const words = { name: text(64), notes };

export function handoverRoutes(desk: HandoverDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/handovers/draft',
      roles: PICTURE_ROLES,
      query: z.object({ from: instant }),
      async handle({ session, query }) {
        const draft = await desk.draft(session.companyCode, query.from);
        const answer: HandoverDraft = { ...draft, signedInAtMs: session.createdAtMs };
        return ok(answer);
      },
    }),
    route({
      method: 'GET',
      path: '/api/handovers',
      roles: PICTURE_ROLES,
      query: z.object({
        before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
        limit: z.coerce.number().int().min(1).max(100).default(20),
      }),
      handle: async ({ session, query }) => ok(await desk.list(session.companyCode, query.before ?? null, query.limit)),
    }),
    route({
      method: 'GET',
      path: '/api/handovers/:id',
      roles: PICTURE_ROLES,
      params: id,
      handle: async ({ session, params }) => ok(await desk.one(session.companyCode, params.id)),
    }),
    route({
      method: 'POST',
      path: '/api/handovers',
      roles: PICTURE_ROLES,
      body: z.object({ fromMs: z.number().int(), ...words }),
      async handle({ session, body, address }) {
        const { fromMs, ...said } = body;
        return ok(await desk.give(userOf(session, address), fromMs, said));
      },
    }),
    route({
      method: 'POST',
      path: '/api/handovers/:id/take',
      roles: PICTURE_ROLES,
      params: id,
      body: z.object(words),
      handle: async ({ session, params, body, address }) =>
        ok(await desk.take(userOf(session, address), params.id, body)),
    }),
  ];
}

const userOf = ({ userId, userName, companyCode }: Session, address: string): HandoverUser => ({
  userId,
  userName,
  companyCode,
  address,
});
