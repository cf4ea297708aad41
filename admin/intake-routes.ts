/** Routes of the intake page: ledger, interfaces, refusals, findings, ops alarms. All of them only read. */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import { PICTURE_ROLES, RUNNING_ROLES } from '../stream/protocol/vocabulary.ts';
import { instant, text } from './inputs.ts';
import type { IntakeDesk } from './ports.ts';
import { type RouteSpec, route } from './route.ts';

/** Ten hours of thirty companies by the minute are as many lines as the desk gives; sums alone reach a year. */
const MAX_LEDGER_SPAN_MS = 366 * 86_400_000;
/** In the place of a company: app ids that nobody knows. */
const UNKNOWN_APPS = '-';

export function intakeRoutes(desk: IntakeDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/intake/ledger',
      roles: RUNNING_ROLES,
      query: z
        .object({ from: instant, to: instant, company: text(64).optional(), interface: text(64).optional() })
        .refine(({ from, to }) => from < to && to - from <= MAX_LEDGER_SPAN_MS, {
          path: ['to'],
          message: 'expected after from, and at most 366 days later',
        }),
      async handle({ session, query }) {
        const { from, to, company, interface: interfaceName } = query;
        return ok(
          await desk.ledger(session.companyCode, {
            fromMs: from,
            toMs: to,
            companyCode: company ?? null,
            interface: interfaceName ?? null,
          }),
        );
      },
    }),
    route({
      method: 'GET',
      path: '/api/intake/interfaces',
      roles: RUNNING_ROLES,
      handle: async ({ session }) => ok(await desk.interfaces(session.companyCode)),
    }),
    route({
      method: 'GET',
      path: '/api/intake/refusals',
      // A refusal repeats what was sent, names of people and places among it: not for those who keep the system running.
      roles: PICTURE_ROLES,
      query: z.object({ company: text(64), before: text(64).optional() }),
      async handle({ session, query }) {
        const company = query.company === UNKNOWN_APPS ? '' : query.company;
        return ok(await desk.refusals(session.companyCode, company, query.before ?? null));
      },
    }),
    route({
      method: 'GET',
      path: '/api/intake/findings',
      roles: RUNNING_ROLES,
      handle: async ({ session }) => ok(await desk.findings(session.companyCode)),
    }),
    route({
      method: 'GET',
      path: '/api/ops/alarms',
      roles: RUNNING_ROLES,
      handle: async ({ session }) => ok(await desk.opsAlarms(session.companyCode)),
    }),
  ];
}
