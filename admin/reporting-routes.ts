/** Routes of the reporting watch (core/reporting-api.ts). All of them only read; a company sees itself. */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { RUNNING_ROLES } from '../stream/protocol/vocabulary.ts';
import { instant, text } from './inputs.ts';
import type { ReportingDesk } from './reporting.ts';
import { type RouteSpec, route } from './route.ts';

/** Hours are summed when they are asked for. */
const MAX_SPAN_MS = 31 * 86_400_000;

export function reportingRoutes(desk: ReportingDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/reporting',
      roles: RUNNING_ROLES,
      handle: async ({ session }) => ok(await desk.now(session.companyCode)),
    }),
    route({
      method: 'GET',
      path: '/api/reporting/score-cards',
      roles: RUNNING_ROLES,
      query: z
        .object({ from: instant, to: instant, company: text(64).optional() })
        .partial()
        .refine(({ from, to }) => (from === undefined) === (to === undefined), {
          path: ['from'],
          message: 'expected with to, and to with from',
        })
        .refine(({ from = 0, to = 1 }) => from < to && (to === 1 || to - from <= MAX_SPAN_MS), {
          path: ['to'],
          message: 'expected after from, and at most 31 days later',
        }),
      async handle({ session, query: { from, to, company } }) {
        const query = {
          ...(from === undefined ? {} : { fromMs: from }),
          ...(to === undefined ? {} : { toMs: to }),
          ...(company === undefined ? {} : { companyCode: company }),
        };
        return ok(await desk.scoreCards(session.companyCode, query));
      },
    }),
  ];
}
