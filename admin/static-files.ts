/**
 * The built page and the tiles. Invariant: nothing outside the two folders is ever sent, and a folder that is not there
 * answers 404 instead of stopping the server. A `.br` or `.gz` beside a file is sent in its place where the browser takes it.
 */
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RUNNING_ROLES, SCREEN_ROLE } from '../stream/protocol/vocabulary.ts';

export interface StaticFolders {
  /** dist/web: index.html and what it loads. */
  readonly web: string;
  /** 3D Tiles of the park, served below /tiles/. */
  readonly tiles: string;
}

/** Vite names these after their content. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/;
const HOUR_S = 3_600;
const YEAR_S = 31_536_000;

export async function registerStaticFiles(app: FastifyInstance, folders: StaticFolders): Promise<void> {
  await app.register(fastifyStatic, {
    root: folders.web,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    suppressWarning: true,
  });

  // What the park looks like is for people who may sign in, not for everyone on the network.
  app.get(
    '/tiles/*',
    { config: { roles: [...RUNNING_ROLES, SCREEN_ROLE], beforePasswordChange: true } },
    (request, reply) => {
      void reply.header('cache-control', `private, max-age=${HOUR_S}`);
      return reply.sendFile(wildcard(request), folders.tiles);
    },
  );

  app.get('/', { config: { roles: 'anyone' } }, (_request, reply) => sendPage(reply));
  app.get('/*', { config: { roles: 'anyone' } }, (request, reply) => {
    const path = wildcard(request);
    if (path.startsWith('api/')) return reply.callNotFound();
    // An address of the page itself (a deep link) has no extension; a file that is missing must not become HTML.
    if (!/\.\w+$/.test(path)) return sendPage(reply);
    const caching = HASHED.test(path) ? `public, max-age=${YEAR_S}, immutable` : `public, max-age=${HOUR_S}`;
    void reply.header('cache-control', path.endsWith('.html') ? 'no-cache' : caching);
    return reply.sendFile(path, folders.web);
  });
}

function sendPage(reply: FastifyReply): FastifyReply {
  void reply.header('cache-control', 'no-cache');
  return reply.sendFile('index.html');
}

const wildcard = (request: FastifyRequest): string => (request.params as { '*': string })['*'];

export function staticFolders(webFolder: string, dataFolder: string): StaticFolders {
  return { web: webFolder, tiles: join(dataFolder, 'tiles') };
}
