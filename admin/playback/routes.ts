/** Routes of the time machine (core/playback-api.ts). They only read, and say on record who looked and why. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ok } from '../../core/result.ts';
import type { PersonKey } from '../../db/people.ts';
import { PICTURE_ROLES } from '../../stream/protocol/vocabulary.ts';
import { degrees, instant, personKeys, reason, text } from '../inputs.ts';
import { Content, type RouteSpec, route } from '../route.ts';
import { actorOf } from '../settings-routes.ts';
import type { IncidentOf } from './incident/facts.ts';
import { MAX_INCIDENT_SPAN_MS, type TimeMachine } from './time-machine.ts';

const CELL_MIN_M = 1;
const CELL_MAX_M = 1_000;

const span = { fromMs: instant, toMs: instant };
const side = z.coerce
  .number()
  .int()
  .min(0)
  .max(MAX_INCIDENT_SPAN_MS / 2);
const radiusM = z.coerce.number().min(1).max(1_000);

const incident = z
  .object({
    reason,
    lang: z.enum(['zh', 'en']).default('zh'),
    alarmId: text(128).optional(),
    beforeMs: side.default(600_000),
    afterMs: side.default(1_800_000),
    radiusM: radiusM.default(100),
    fromMs: instant.optional(),
    toMs: instant.optional(),
    areaCompanyCode: text(64).optional(),
    areaId: text(128).optional(),
    lng: degrees(180).optional(),
    lat: degrees(90).optional(),
  })
  .transform((asked, context): { reason: string; language: 'zh' | 'en'; of: IncidentOf } => {
    const of = incidentOf(asked);
    if (of !== null) return { reason: asked.reason, language: asked.lang, of };
    const message =
      'expected alarmId; or fromMs, toMs and areaCompanyCode, areaId; or fromMs, toMs and lng, lat, radiusM';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

type Asked = { readonly [K in 'alarmId' | 'areaCompanyCode' | 'areaId']?: string | undefined } & {
  readonly [K in 'fromMs' | 'toMs' | 'lng' | 'lat']?: number | undefined;
} & Readonly<Record<'beforeMs' | 'afterMs' | 'radiusM', number>>;

function incidentOf({
  alarmId,
  areaCompanyCode: companyCode,
  areaId,
  fromMs,
  toMs,
  lng,
  lat,
  ...more
}: Asked): IncidentOf | null {
  if (alarmId !== undefined) return { of: 'alarm', alarmId, ...pick(more) };
  if (fromMs === undefined || toMs === undefined) return null;
  if (companyCode !== undefined && areaId !== undefined) return { of: 'area', fromMs, toMs, companyCode, areaId };
  if (lng === undefined || lat === undefined) return null;
  return { of: 'circle', fromMs, toMs, lng, lat, radiusM: more.radiusM };
}
const pick = ({ beforeMs, afterMs, radiusM }: Pick<Asked, 'beforeMs' | 'afterMs' | 'radiusM'>) => ({
  beforeMs,
  afterMs,
  radiusM,
});

const wholeMs = z.number().int().min(0).max(Date.UTC(9_999, 0));

export function playbackRoutes(timeMachine: TimeMachine): RouteSpec[] {
  return [
    route({
      method: 'POST',
      path: '/api/playbacks',
      roles: PICTURE_ROLES,
      body: z.object({ fromMs: wholeMs, toMs: wholeMs, reason }),
      words: { title: { zh: '打开回放', en: 'Open a playback' } },
      handle: async ({ session, body, address }) =>
        ok(await timeMachine.open(session, body, actorOf(session, address))),
    }),
    route({
      method: 'GET',
      path: '/api/playbacks/:playbackId/chunk',
      roles: PICTURE_ROLES,
      params: z.object({ playbackId: z.uuid() }),
      query: z.object({ ...span, stepMs: z.coerce.number().int() }),
      words: { title: { zh: '回放数据', en: 'Some minutes of a playback' } },
      async handle({ session, params, query }) {
        const messages = await timeMachine.chunk(session, params.playbackId, query);
        return ok(new Content('application/octet-stream', Readable.from(messages, { objectMode: false })));
      },
    }),
    route({
      method: 'GET',
      path: '/api/presence-heat',
      roles: PICTURE_ROLES,
      query: z.object({
        ...span,
        cellM: z.coerce.number().min(CELL_MIN_M).max(CELL_MAX_M),
        companyCode: text(64).optional(),
        personIds: personKeys.optional(),
        reason,
      }),
      words: { title: { zh: '停留热力图', en: 'Heat of presence' } },
      async handle({ session, query, address }) {
        const { personIds = null, companyCode = null, ...rest } = query;
        const asked = { ...rest, companyCode, people: personIds as readonly PersonKey[] | null };
        return ok(await timeMachine.heat(session.companyCode, asked, actorOf(session, address)));
      },
    }),
    route({
      method: 'GET',
      path: '/api/incident-bundles',
      roles: PICTURE_ROLES,
      query: incident,
      words: { title: { zh: '取证包', en: 'Incident bundle' } },
      async handle({ session, query: { of, ...said }, address }) {
        const bytes = await timeMachine.incident(session.companyCode, of, said, actorOf(session, address));
        const name = of.of === 'alarm' ? of.alarmId : new Date(of.fromMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
        return ok(new Content('application/zip', Readable.from(bytes, { objectMode: false }), `incident-${name}.zip`));
      },
    }),
  ];
}
