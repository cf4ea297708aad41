/** Routes of emergencies and of the numbers that companies leave for them (core/emergency-api.ts). */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { COMPANY_ROLES, PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import type { EmergencyDesk } from './emergency.ts';
import { text } from './inputs.ts';
import { type RouteSpec, route } from './route.ts';
import { actorOf } from './settings-routes.ts';

const KEEPS_CONTACTS = ['park', ...COMPANY_ROLES] as const;

const contact = z.object({ name: z.union([z.literal(''), text(64)]), phone: text(64) }).nullable();

export function emergencyRoutes(emergency: EmergencyDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/emergency/:alarmId',
      roles: PICTURE_ROLES,
      params: z.object({ alarmId: text(128) }),
      handle: async ({ session, params, address }) =>
        ok(await emergency.phones(session.companyCode, params.alarmId, actorOf(session, address))),
    }),
    route({
      method: 'GET',
      path: '/api/companies/:code/contacts',
      roles: PICTURE_ROLES,
      params: z.object({ code: text(64) }),
      handle: async ({ session, params }) => ok(await emergency.contacts(session.companyCode, params.code)),
    }),
    route({
      method: 'POST',
      path: '/api/companies/:code/contacts',
      roles: KEEPS_CONTACTS,
      params: z.object({ code: text(64) }),
      body: z.object({ controlRoom: contact.optional(), dutyLeader: contact.optional() }),
      handle: async ({ session, params, body, address }) =>
        ok(await emergency.setContacts(session.companyCode, params.code, body, actorOf(session, address))),
    }),
  ];
}
