/** Routes of the page on which a driver enters a vehicle (core/vehicle-entry-api.ts). For anyone: the link is what lets in. */
import { z } from 'zod';
import { type RouteSpec, route } from './route.ts';
import type { VehicleEntries } from './vehicle-entries.ts';

const BODY_LIMIT_BYTES = 4 * 1024;
const FIELDS_MAX = 32;
const params = z.object({ token: z.string() });
/** What it holds is the register's own check. */
const values = z
  .record(z.string().max(64), z.unknown())
  .refine((sent) => Object.keys(sent).length <= FIELDS_MAX, `at most ${FIELDS_MAX} fields`);

export function vehicleEntryRoutes(entries: VehicleEntries): RouteSpec[] {
  const path = '/api/vehicle-entries/:token';
  return [
    route({
      method: 'GET',
      path,
      roles: 'anyone',
      params,
      handle: ({ params, address }) => entries.form(params.token, address),
    }),
    route({
      method: 'POST',
      path,
      roles: 'anyone',
      params,
      body: z.object({ values }),
      bodyLimitBytes: BODY_LIMIT_BYTES,
      handle: ({ params, body, address }) => entries.enter(params.token, body.values, address),
    }),
  ];
}
