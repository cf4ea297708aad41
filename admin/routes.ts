/**
 * Every route of core/web-api.ts: its roles, its input, and what it asks of sign-in, sessions and the directory. Reads of
 * park data pass on the reader's company scope, which comes from the session and from nothing the caller sends.
 */
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import type { LiveTicket, WebSettings } from '../core/web-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { Session } from '../security/sessions.ts';
import { LIVE_ROLES, PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import { alarmRoutes } from './alarm-routes.ts';
import type { AlarmDesk } from './alarms.ts';
import type { AuditDesk } from './audit-desk.ts';
import { auditRoutes } from './audit-routes.ts';
import { contactRoutes } from './contact-routes.ts';
import type { ContactDesk } from './contacts.ts';
import type { Dashboard } from './dashboard.ts';
import { dashboardRoutes } from './dashboard-routes.ts';
import { detectorRoutes } from './detector-routes.ts';
import type { DetectorBook } from './detectors.ts';
import { type DryRuns, dryRunRoutes } from './dry-run-routes.ts';
import type { EmergencyDesk } from './emergency.ts';
import { emergencyRoutes } from './emergency-routes.ts';
import type { HandoverDesk } from './handover.ts';
import { handoverRoutes } from './handover-routes.ts';
import { instant, personKey, personKeys, reason, text } from './inputs.ts';
import { intakeRoutes } from './intake-routes.ts';
import { musterRoutes } from './muster-routes.ts';
import type { MusterDesk } from './musters.ts';
import { noticeRoutes } from './notice-routes.ts';
import type { Notices } from './notices.ts';
import { withOpenApi } from './openapi.ts';
import { orderRoutes } from './order-routes.ts';
import type { OrderDesk } from './orders.ts';
import { samePersonRoutes } from './park-registers/same-person.ts';
import type { ParkSettings } from './park-settings.ts';
import type { PermitDesk } from './permits/permits.ts';
import { permitRoutes } from './permits/routes.ts';
import { playbackRoutes } from './playback/routes.ts';
import { requireReason, type TimeMachine } from './playback/time-machine.ts';
import type { Directory, IntakeDesk } from './ports.ts';
import { type RegisterParts, registerRoutes } from './register/routes.ts';
import type { ReportingDesk } from './reporting.ts';
import { reportingRoutes } from './reporting-routes.ts';
import { type RouteSpec, route } from './route.ts';
import { screenRoutes } from './screens/routes.ts';
import type { Screens } from './screens/screens.ts';
import { accountRoutes, type SessionRouteParts, sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import type { VehicleEntries } from './vehicle-entries.ts';
import { vehicleEntryRoutes } from './vehicle-entry-routes.ts';
import type { VideoDesk } from './video/video-desk.ts';
import { videoRoutes } from './video-routes.ts';
import { viewRoutes } from './views/routes.ts';
import type { ViewDesk } from './views/views.ts';

export interface RouteParts extends SessionRouteParts {
  readonly directory: Directory;
  readonly desk: IntakeDesk;
  readonly parkSettings: ParkSettings;
  readonly dryRuns: DryRuns;
  readonly alarmDesk: AlarmDesk;
  readonly auditDesk: AuditDesk;
  readonly dashboard: Dashboard;
  readonly emergency: EmergencyDesk;
  readonly musters: MusterDesk;
  readonly reporting: ReportingDesk;
  readonly handovers: HandoverDesk;
  readonly orders: OrderDesk;
  readonly contacts: ContactDesk;
  readonly registers: RegisterParts;
  readonly notices: Notices;
  readonly vehicleEntries: VehicleEntries;
  readonly permits: PermitDesk;
  readonly video: VideoDesk;
  readonly detectors: DetectorBook;
  readonly timeMachine: TimeMachine;
  readonly views: ViewDesk;
  readonly screens: Screens;
  readonly settings: WebSettings;
  readonly live: Pick<LiveTicket, 'url' | 'livePort'>;
}

/** A month of one person at 1 Hz is what the track query is built for. */
const MAX_TRACK_SPAN_MS = 31 * 86_400_000;

const companyCode = text(64);

export function routes(parts: RouteParts): RouteSpec[] {
  return withOpenApi([
    ...sessionRoutes(parts),
    ...accountRoutes(parts),
    ...pageRoutes(parts),
    ...parkRoutes(parts),
    ...intakeRoutes(parts.desk),
    ...settingsRoutes(parts.parkSettings),
    ...dryRunRoutes(parts.dryRuns),
    ...alarmRoutes(parts.directory, parts.alarmDesk),
    ...dashboardRoutes(parts.dashboard),
    ...emergencyRoutes(parts.emergency),
    ...musterRoutes(parts.musters),
    ...reportingRoutes(parts.reporting),
    ...handoverRoutes(parts.handovers),
    ...orderRoutes(parts.orders),
    ...contactRoutes(parts.contacts),
    ...auditRoutes(parts.auditDesk),
    ...registerRoutes(parts.registers),
    ...samePersonRoutes(parts),
    ...noticeRoutes(parts.notices),
    ...vehicleEntryRoutes(parts.vehicleEntries),
    ...permitRoutes(parts.permits),
    ...videoRoutes(parts.video),
    ...detectorRoutes(parts.detectors),
    ...playbackRoutes(parts.timeMachine),
    ...viewRoutes(parts.views),
    ...screenRoutes(parts.screens),
  ]);
}

function pageRoutes({ sessions, settings, live }: RouteParts): RouteSpec[] {
  return [
    route({ method: 'GET', path: '/api/settings', roles: 'anyone', handle: async () => ok(settings) }),
    route({
      method: 'POST',
      path: '/api/live-ticket',
      roles: LIVE_ROLES,
      async handle({ session }) {
        const answer: LiveTicket = { ticket: await sessions.issueTicket(session), ...live };
        return ok(answer);
      },
    }),
  ];
}

function parkRoutes({ directory, audit }: RouteParts): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/people/:company/:person',
      roles: PICTURE_ROLES,
      params: z.object({ company: companyCode, person: personKey }),
      async handle({ session, params }) {
        const card = await directory.personCard(scopeOf(session), params.company, params.person);
        return card === null ? err({ code: 'NOT_FOUND' }) : ok(card);
      },
    }),
    route({
      method: 'GET',
      path: '/api/tracks',
      roles: PICTURE_ROLES,
      query: z
        .object({
          people: personKeys,
          company: companyCode.optional(),
          from: instant,
          to: instant,
          tolerance_m: z.coerce.number().min(0).max(10_000).default(0),
          reason,
        })
        .refine(({ from, to }) => from < to && to - from <= MAX_TRACK_SPAN_MS, {
          path: ['to'],
          message: 'expected after from, and at most 31 days later',
        }),
      async handle({ session, query, address }) {
        const scope = scopeOf(session);
        // Whereabouts are sensitive personal information (PIPL art. 28): who looked at whose, and why, is on record.
        await audit.write({
          actor: { userId: session.userId, userName: session.userName, address },
          action: 'track.read',
          subject: query.company ?? scope,
          outcome: 'ok',
          detail: { people: query.people, fromMs: query.from, toMs: query.to, reason: requireReason(query.reason) },
        });
        const answer = await directory.tracks(scope, {
          companyCode: query.company ?? scope,
          people: query.people,
          fromMs: query.from,
          toMs: query.to,
          toleranceM: query.tolerance_m,
        });
        return ok(answer);
      },
    }),
  ];
}

const scopeOf = (session: Session): CompanyScope => session.companyCode;
