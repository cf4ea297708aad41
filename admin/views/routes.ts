/** Routes of saved views and of what the search box knows by name (core/views-api.ts). */
import { z } from 'zod';
import { err, ok } from '../../core/result.ts';
import {
  VIEW_KEY_MAX,
  VIEW_KEYS_MAX,
  VIEW_NAME_MAX,
  VIEW_OWNERS,
  VIEW_TEXT_MAX,
  type ViewOwner,
} from '../../core/views-api.ts';
import type { Session } from '../../security/sessions.ts';
import { PICTURE_ROLES } from '../../stream/protocol/vocabulary.ts';
import { text } from '../inputs.ts';
import { type RouteSpec, route } from '../route.ts';
import { actorOf } from '../settings-routes.ts';
import type { ViewDesk, ViewKey } from './views.ts';

const params = z.object({ owner: z.enum(VIEW_OWNERS), name: text(VIEW_NAME_MAX) });
const viewState = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/)
      .max(VIEW_KEY_MAX),
    text(VIEW_TEXT_MAX),
  )
  .refine((view) => Object.keys(view).length <= VIEW_KEYS_MAX, { message: `expected at most ${VIEW_KEYS_MAX} keys` });

/** null: it is not theirs to change. */
function keyOf(session: Session, { owner, name }: { owner: ViewOwner; name: string }): ViewKey | null {
  if (owner === 'own') return { userId: session.userId, name };
  return session.role === 'park' ? { userId: null, name } : null;
}

export const viewRoutes = (views: ViewDesk): RouteSpec[] => [
  route({
    method: 'GET',
    path: '/api/views',
    roles: PICTURE_ROLES,
    words: { title: { zh: '保存的视图', en: 'Saved views' } },
    handle: async ({ session }) => ok({ views: await views.list(session.userId, session.companyCode) }),
  }),
  route({
    method: 'PUT',
    path: '/api/views/:owner/:name',
    roles: PICTURE_ROLES,
    params,
    body: viewState,
    words: { title: { zh: '保存视图', en: 'Keep a view' } },
    async handle({ session, params: asked, body, address }) {
      const key = keyOf(session, asked);
      if (key === null) return err({ code: 'FORBIDDEN' });
      await views.put(key, body, actorOf(session, address));
      return ok(undefined);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/views/:owner/:name',
    roles: PICTURE_ROLES,
    params,
    words: { title: { zh: '删除视图', en: 'Remove a view' } },
    async handle({ session, params: asked, address }) {
      const key = keyOf(session, asked);
      if (key === null) return err({ code: 'FORBIDDEN' });
      await views.remove(key, actorOf(session, address));
      return ok(undefined);
    },
  }),
  route({
    method: 'GET',
    path: '/api/names',
    roles: PICTURE_ROLES,
    words: { title: { zh: '企业和摄像机名称（供搜索）', en: 'Names of companies and cameras, for search' } },
    handle: async ({ session }) => ok(await views.names(session.companyCode)),
  }),
];
