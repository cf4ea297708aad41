/** Routes of work orders (core/order-api.ts). */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import type { Session } from '../security/sessions.ts';
import { ORDER_STEPS, type OrderInput } from '../stream/protocol/acts.ts';
import { ORDER_STATES } from '../stream/protocol/orders.ts';
import { PICTURE_ROLES, RULES } from '../stream/protocol/vocabulary.ts';
import { instant, text } from './inputs.ts';
import { FILE_LIMIT_BYTES, type OrderDesk, type OrderUser } from './orders.ts';
import { Content, type RouteSpec, route } from './route.ts';

const LIMIT_MAX = 200;

const flag = z.enum(['true', 'false']).transform((written) => written === 'true');
/** What orders call the caller's department or office. */
const partyOf = ({ companyCode, department }: Session): string => `${companyCode ?? 'park'}/${department ?? ''}`;
const orderId = z.object({ orderId: text(128) });
const cursor = z
  .string()
  .regex(/^\d{1,15}\.[\w-]{1,128}$/)
  .transform((written) => {
    const dot = written.indexOf('.');
    return { madeAtMs: Number(written.slice(0, dot)), orderId: written.slice(dot + 1) };
  });

export function orderRoutes(orders: OrderDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/orders',
      roles: PICTURE_ROLES,
      query: z.object({
        state: z.enum(ORDER_STATES).optional(),
        rule: z.enum(RULES).optional(),
        level: z.coerce.number().int().min(1).max(4).optional(),
        company: text(64).optional(),
        party: text(128).optional(),
        overdue: flag.optional(),
        from: instant.optional(),
        to: instant.optional(),
        before: cursor.optional(),
        /** true: those that go to the caller's department or office; of a caller without one none. */
        mine: flag.optional(),
        limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(50),
      }),
      handle: async ({ session, query }) => {
        const { from: fromMs, to: toMs, limit, mine = false, ...filter } = query;
        const party = mine ? partyOf(session) : filter.party;
        return ok(await orders.list(session.companyCode, { ...filter, party, fromMs, toMs }, limit));
      },
    }),
    route({
      method: 'GET',
      path: '/api/orders/statistics',
      roles: PICTURE_ROLES,
      query: z
        .object({ from: instant, to: instant })
        .refine(({ from, to }) => to > from, { path: ['to'], message: 'expected after from' }),
      handle: async ({ session, query }) => ok(await orders.statistics(session.companyCode, query.from, query.to)),
    }),
    route({
      method: 'GET',
      path: '/api/orders/:orderId',
      roles: PICTURE_ROLES,
      params: orderId,
      handle: async ({ session, params }) => ok(await orders.detail(session.companyCode, params.orderId)),
    }),
    route({
      method: 'GET',
      path: '/api/orders/:orderId/assignees',
      roles: PICTURE_ROLES,
      params: orderId,
      handle: async ({ session, params }) => ok({ users: await orders.assignees(session.companyCode, params.orderId) }),
    }),
    route({
      method: 'POST',
      path: '/api/orders/:orderId/steps',
      roles: PICTURE_ROLES,
      params: orderId,
      body: z.object({
        /** Chosen by the caller: sent twice it is done once. */
        actId: text(64),
        step: z.enum(ORDER_STEPS),
        comment: z.string().max(500).nullable().default(null),
        assignee: z.object({ userId: text(128), name: text(64) }).optional(),
        attachmentIds: z.array(text(128)).max(20).optional(),
      }),
      handle: async ({ session, params, body, address }) => {
        const { actId, comment, step, assignee, attachmentIds } = body;
        const input: OrderInput = {
          orderId: params.orderId,
          step,
          ...(assignee === undefined ? {} : { assignee }),
          ...(attachmentIds === undefined ? {} : { attachmentIds }),
        };
        await orders.step(userOf(session, address), input, actId, comment);
        return ok(undefined);
      },
    }),
    route({
      method: 'POST',
      path: '/api/orders/:orderId/attachments',
      roles: PICTURE_ROLES,
      params: orderId,
      body: z.object({ name: text(200), base64: z.base64() }),
      // A third more than the file, and the rest of the body.
      bodyLimitBytes: Math.ceil(FILE_LIMIT_BYTES * 1.37) + 4_096,
      handle: async ({ session, params, body, address }) => {
        const file = { name: body.name, bytes: Buffer.from(body.base64, 'base64') };
        return ok(await orders.keepFile(userOf(session, address), params.orderId, file));
      },
    }),
    route({
      method: 'GET',
      path: '/api/orders/:orderId/attachments/:attachmentId',
      roles: PICTURE_ROLES,
      params: z.object({ orderId: text(128), attachmentId: text(64) }),
      handle: async ({ session, params }) => {
        const { head, bytes } = await orders.file(session.companyCode, params.orderId, params.attachmentId);
        return ok(new Content(head.mediaType, Buffer.from(bytes), head.name));
      },
    }),
  ];
}

const userOf = ({ userId, userName, role, companyCode }: Session, address: string): OrderUser => ({
  userId,
  userName,
  role,
  companyCode,
  address,
});
