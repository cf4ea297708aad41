/** The route of emergencies (core/emergency-api.ts). */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import type { EmergencyDesk } from './emergency.ts';
import { text } from './inputs.ts';
import { type RouteSpec, route } from './route.ts';
import { actorOf } from './settings-routes.ts';

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
  ];
}
