/** Routes of pictures of cameras (stream/protocol/permit-api.ts). */
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import { PICTURE_ROLES } from '../stream/protocol/vocabulary.ts';
import { degrees, instant, text } from './inputs.ts';
import { Content, type RouteSpec, route } from './route.ts';
import { actorOf } from './settings-routes.ts';
import { PICTURES_MAX, type VideoDesk } from './video/video-desk.ts';

const cameraCode = z.string().regex(/^\d{20}$/, 'expected twenty digits');
const camera = z.object({ cameraCode });
/** Longer than anybody keeps video. */
const SPAN_MAX_MS = 366 * 86_400_000;
const span = z
  .object({ fromMs: instant, toMs: instant })
  .refine(({ fromMs, toMs }) => toMs > fromMs && toMs - fromMs <= SPAN_MAX_MS, {
    path: ['toMs'],
    message: 'expected after fromMs, and at most a year later',
  });
const playlist = (body: string): Content => new Content('application/vnd.apple.mpegurl', body);
const segment = (body: Buffer): Content => new Content('video/mp2t', body);

const CASCADE_READERS = ['park', 'ops'] as const;
const address = z.string().max(512);

export function videoRoutes(video: VideoDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/video/near',
      roles: PICTURE_ROLES,
      query: z.object({
        lng: degrees(180),
        lat: degrees(90),
        limit: z.coerce.number().int().min(1).max(PICTURES_MAX).default(PICTURES_MAX),
      }),
      handle: async ({ session, query: { lng, lat, limit } }) =>
        ok({ cameras: await video.near(session.companyCode, lng, lat, limit) }),
    }),
    route({
      method: 'GET',
      path: '/api/video/cascade',
      roles: CASCADE_READERS,
      handle: async () => ok(await video.cascade()),
    }),
    route({
      method: 'PUT',
      path: '/api/video/cascade',
      roles: ['park'],
      body: z.object({
        adapter: z.enum(['local', 'template']),
        template: address,
        recordingTemplate: address,
        platformCode: z.string().max(20),
        expectedVersion: z.number().int().min(0),
        reason: text(500),
      }),
      handle: async ({ session, body, address: from }) => ok(await video.setCascade(body, actorOf(session, from))),
    }),
    route({
      method: 'GET',
      path: '/api/video/:cameraCode/live',
      roles: PICTURE_ROLES,
      params: camera,
      handle: async ({ session, params }) => ok(await video.live(session.companyCode, params.cameraCode)),
    }),
    route({
      method: 'GET',
      path: '/api/video/:cameraCode/recording',
      roles: PICTURE_ROLES,
      params: camera,
      query: span,
      handle: async ({ session, params, query: { fromMs, toMs } }) =>
        ok(await video.recording(session.companyCode, params.cameraCode, fromMs, toMs)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/:companyCode/:permitId/cameras',
      roles: PICTURE_ROLES,
      params: z.object({ companyCode: text(64), permitId: text(128) }),
      handle: async ({ session, params }) =>
        ok(await video.ofPermit(session.companyCode, params.companyCode, params.permitId)),
    }),
    route({
      method: 'GET',
      path: '/api/video/:cameraCode/pictures/live.m3u8',
      roles: PICTURE_ROLES,
      params: camera,
      handle: async ({ session, params }) =>
        ok(playlist(await video.livePlaylist(session.companyCode, params.cameraCode))),
    }),
    route({
      method: 'GET',
      path: '/api/video/:cameraCode/pictures/recording.m3u8',
      roles: PICTURE_ROLES,
      params: camera,
      query: span,
      handle: async ({ session, params, query: { fromMs, toMs } }) =>
        ok(playlist(await video.recordingPlaylist(session.companyCode, params.cameraCode, fromMs, toMs))),
    }),
    route({
      method: 'GET',
      path: '/api/video/:cameraCode/pictures/:file',
      roles: PICTURE_ROLES,
      params: z.object({ cameraCode, file: text(64) }),
      handle: async ({ session, params }) =>
        ok(segment(await video.segment(session.companyCode, params.cameraCode, params.file))),
    }),
    route({
      method: 'GET',
      path: '/api/video-tickets/:ticket/:file',
      roles: 'anyone',
      params: z.object({ ticket: text(512), file: text(64) }),
      async handle({ params: { ticket, file } }) {
        const bytes = await video.byTicket(ticket, file);
        if (bytes === null) return err({ code: 'NOT_FOUND' });
        return ok(typeof bytes === 'string' ? playlist(bytes) : segment(bytes));
      },
    }),
  ];
}
