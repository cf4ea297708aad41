/** Routes of the time machine (core/playback-api.ts). They only read, and say on record who looked and why. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ok } from '../../core/result.ts';
import type { PersonKey } from '../../db/people.ts';
import { PICTURE_ROLES } from '../../stream/protocol/vocabulary.ts';
import { instant, personKeys, reason, text } from '../inputs.ts';
import { Content, type RouteSpec, route } from '../route.ts';
import { actorOf } from '../settings-routes.ts';
import type { TimeMachine } from './time-machine.ts';

const CELL_MIN_M = 1;
const CELL_MAX_M = 1_000;

const span = { fromMs: instant, toMs: instant };
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
      words: { title: { zh: '人员热力图', en: 'Heat of presence' } },
      async handle({ session, query, address }) {
        const { personIds = null, companyCode = null, ...rest } = query;
        const asked = { ...rest, companyCode, people: personIds as readonly PersonKey[] | null };
        return ok(await timeMachine.heat(session.companyCode, asked, actorOf(session, address)));
      },
    }),
  ];
}
