/** Routes of detectors, all and near a place (stream/protocol/permit-api.ts). */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import type { DetectorBook } from './detectors.ts';
import { degrees } from './inputs.ts';
import { type RouteSpec, route } from './route.ts';

const LIMIT_MAX = 20;

export const detectorRoutes = (detectors: DetectorBook): RouteSpec[] => [
  route({
    method: 'GET',
    path: '/api/detectors',
    roles: PICTURE_ROLES,
    words: { title: { zh: '固定式气体探测器及实时值', en: 'Fixed gas detectors, with their values' } },
    handle: async ({ session }) => ok({ detectors: await detectors.all(session.companyCode) }),
  }),
  route({
    method: 'GET',
    path: '/api/detectors/near',
    roles: PICTURE_ROLES,
    query: z.object({
      lng: degrees(180),
      lat: degrees(90),
      limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(5),
    }),
    words: { title: { zh: '附近的探测器及实时值', en: 'Detectors near a place, with their values' } },
    handle: async ({ session, query: { lng, lat, limit } }) =>
      ok({ detectors: await detectors.near(session.companyCode, lng, lat, limit) }),
  }),
];
