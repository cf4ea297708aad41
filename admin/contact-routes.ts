/** Routes of contacts (core/order-api.ts). A company's user keeps the company's own; the park may name whose a contact is. */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { COMPANY_ROLES } from '../stream/protocol/vocabulary.ts';
import type { ContactDesk } from './contacts.ts';
import { text } from './inputs.ts';
import { type RouteSpec, route } from './route.ts';
import { actorOf } from './settings-routes.ts';

const KEEPS_CONTACTS = ['park', ...COMPANY_ROLES] as const;

const contactId = z.object({ contactId: z.string().regex(/^[\w-]{1,64}$/) });
const phone = z.string().regex(/^\+?[\d -]{5,20}$/);

export function contactRoutes(contacts: ContactDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/contacts',
      roles: KEEPS_CONTACTS,
      handle: async ({ session }) => ok({ contacts: await contacts.list(session.companyCode) }),
    }),
    route({
      method: 'POST',
      path: '/api/contacts/:contactId',
      roles: KEEPS_CONTACTS,
      params: contactId,
      body: z.object({
        companyCode: text(64).nullable().default(null),
        name: text(64),
        language: z.enum(['zh-CN', 'en']).default('zh-CN'),
        phone: phone.nullable().optional(),
        email: z.email().max(200).nullable().optional(),
        webhook: text(64).nullable().default(null),
      }),
      handle: async ({ session, params, body, address }) => {
        const { companyCode, ...change } = body;
        const owner = session.companyCode ?? companyCode;
        return ok(await contacts.put(owner, params.contactId, change, actorOf(session, address)));
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/contacts/:contactId',
      roles: KEEPS_CONTACTS,
      params: contactId,
      query: z.object({ company: text(64).nullable().default(null) }),
      handle: async ({ session, params, query, address }) => {
        const owner = session.companyCode ?? query.company;
        await contacts.remove(owner, params.contactId, actorOf(session, address));
        return ok(undefined);
      },
    }),
  ];
}
