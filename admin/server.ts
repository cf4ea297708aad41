/**
 * The web and admin server: turns route declarations into Fastify routes behind one guard (cross-site check, session,
 * role, password change), answers every failure as `{code, message, detail?}`, and serves the page. Invariant: a route
 * that does not say who may call it cannot be registered. Composed by server/roles/admin.ts.
 */
import fastifyCookie from '@fastify/cookie';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { z } from 'zod';
import { AppError, ERRORS, type ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Session, Sessions } from '../security/sessions.ts';
import type { RolePolicies } from './account/role-policies.ts';
import { contentSecurityPolicy, fixedHeaders, type PageSecurity } from './page-security.ts';
import { type Access, Content, type RouteCall, type RouteRefusal, type RouteSpec } from './route.ts';
import { type RouteParts, routes } from './routes.ts';
import { registerStaticFiles, type StaticFolders } from './static-files.ts';
import { answerNoHttp, undecodableAnswer } from './unreadable-request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    roles?: Access;
    beforePasswordChange?: boolean;
    takesBytes?: boolean;
  }
  interface FastifyRequest {
    session: Session | null;
  }
}

export const SESSION_COOKIE = 'park_session';
/** Name and value of the header that a cross-site form cannot send. */
export const WRITE_HEADER = ['x-requested-with', 'park'] as const;

const BODY_LIMIT_BYTES = 64 * 1024;

export interface AdminServerOptions extends RouteParts {
  readonly security: PageSecurity;
  /** Which role may come from which address. */
  readonly policies: Pick<RolePolicies, 'lets'>;
  /** Take the caller's address from X-Forwarded-For; only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** null: the API alone. */
  readonly folders: StaticFolders | null;
  readonly logger: Logger;
}

/** Ready to listen or inject. `close()` it. */
export async function createAdminServer(options: AdminServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    // One hop: the entry that the trusted proxy added. `true` would take the first one, which is the sender's words.
    trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
    frameworkErrors: (_error, request, reply) => {
      const { status, headers, body } = undecodableAnswer(options.security, request.hostname);
      reply.raw.writeHead(status, headers).end(body);
    },
    clientErrorHandler: answerNoHttp(options.security),
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
  });
  app.decorateRequest('session', null);
  requireRolesOnEveryRoute(app);
  setHeaders(app, options.security);
  setAnswers(app, options.logger);
  await app.register(fastifyCookie);
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, bytes, done) =>
    done(null, bytes),
  );
  guard(app, options.sessions, options.policies);
  for (const spec of routes(options)) registerRoute(app, spec, options.security.secure);
  if (options.folders !== null) await registerStaticFiles(app, options.folders);
  await app.ready();
  return app;
}

/** Part of createAdminServer; exported so that a test can see it refuse. */
export function requireRolesOnEveryRoute(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    const roles = config?.roles;
    if (roles === 'anyone' || (Array.isArray(roles) && roles.length > 0)) return;
    throw new Error(`route ${String(method)} ${url} does not say which roles may call it`);
  });
}

function setHeaders(app: FastifyInstance, security: PageSecurity): void {
  const fixed = fixedHeaders(security);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(fixed);
    void reply.header('content-security-policy', contentSecurityPolicy(security, request.hostname));
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
}

function guard(app: FastifyInstance, sessions: Sessions, policies: Pick<RolePolicies, 'lets'>): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    const { roles, beforePasswordChange } = request.routeOptions.config;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && request.headers[WRITE_HEADER[0]] !== WRITE_HEADER[1]) {
      return refuse(reply, { code: 'FORBIDDEN', detail: `header ${WRITE_HEADER.join(': ')} is missing` });
    }
    if (roles === 'anyone') return;
    const cookie = request.cookies[SESSION_COOKIE];
    const session = cookie === undefined ? null : await sessions.use(cookie);
    if (session === null) return refuse(reply, { code: 'SIGN_IN_REQUIRED' });
    if (roles === undefined || !roles.includes(session.role)) return refuse(reply, { code: 'FORBIDDEN' });
    if (!(await policies.lets(session.role, request.ip))) return refuse(reply, { code: 'ADDRESS_NOT_ALLOWED' });
    if (session.mustChangePassword && beforePasswordChange !== true) {
      return refuse(reply, { code: 'PASSWORD_CHANGE_REQUIRED' });
    }
    request.session = session;
  });
}

function registerRoute(app: FastifyInstance, spec: RouteSpec, secure: boolean): void {
  app.route({
    method: spec.method,
    url: spec.path,
    ...(spec.bodyLimitBytes === undefined ? {} : { bodyLimit: spec.bodyLimitBytes }),
    config: {
      roles: spec.roles,
      beforePasswordChange: spec.beforePasswordChange === true,
      takesBytes: spec.takes === 'bytes',
    },
    async handler(request, reply) {
      const params = parse(spec.params, request.params);
      const query = parse(spec.query, request.query);
      if (spec.takes === 'bytes' && !Buffer.isBuffer(request.body)) return refuse(reply, { code: 'TYPE_UNSUPPORTED' });
      const body = parse(spec.body, request.body);
      const faults = [params, query, body].flatMap((part) => (part.ok ? [] : [part.detail]));
      if (!params.ok || !query.ok || !body.ok)
        return refuse(reply, { code: 'INPUT_INVALID', detail: faults.join('; ') });
      const call: RouteCall<Access, unknown, unknown, unknown> = {
        // The guard let the request in by the same declaration, so a session is here whenever the handler expects one.
        session: request.session as Session,
        params: params.value,
        query: query.value,
        body: body.value,
        address: request.ip,
        fileName: fileNameOf(request.headers['x-file-name']),
        cookie: {
          set: (value, keepMs) =>
            void reply.setCookie(SESSION_COOKIE, value, {
              ...cookieOptions(secure),
              ...(keepMs === undefined ? {} : { maxAge: Math.floor(keepMs / 1000) }),
            }),
          clear: () => void reply.clearCookie(SESSION_COOKIE, cookieOptions(secure)),
        },
      };
      const answer = await spec.handle(call);
      if (!answer.ok) return refuse(reply, answer.error);
      if (answer.value === undefined) return reply.code(204).send();
      if (answer.value instanceof Content) return sendContent(reply, answer.value);
      return reply.send(answer.value);
    },
  });
}

function sendContent(reply: FastifyReply, { type, body, fileName }: Content): FastifyReply {
  if (fileName !== null) {
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
    void reply.header('content-disposition', disposition);
  }
  return reply.type(type).send(body);
}

/** Percent-encoded, as a header takes no other letters. */
function fileNameOf(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string' || header === '') return null;
  try {
    return decodeURIComponent(header);
  } catch {
    return null;
  }
}

const cookieOptions = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'strict', secure }) as const;

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

function parse(schema: z.ZodType | undefined, input: unknown): Parsed {
  if (schema === undefined) return { ok: true, value: undefined };
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  // Paths and what was expected; never the value, it may be a password.
  const detail = result.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
  return { ok: false, detail };
}

function setAnswers(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_request, reply) => refuse(reply, { code: 'NOT_FOUND' }));
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    const refusal = refusalOf(error, request.routeOptions.config.takesBytes === true);
    if (ERRORS[refusal.code].status >= 500) {
      logger.error('admin-request-failed', { method: request.method, route: request.routeOptions.url, error });
    }
    return refuse(reply, refusal);
  });
  app.addHook('onResponse', async (request, reply) => {
    logger.debug('admin-request', {
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      elapsedMs: Math.round(reply.elapsedTime),
    });
  });
}

/** Infrastructure and programming errors say nothing of themselves to the caller. */
function refusalOf(error: FastifyError | AppError, takesBytes: boolean): RouteRefusal {
  if (error instanceof AppError) {
    return ERRORS[error.code].status >= 500 || error.detail === undefined
      ? { code: error.code }
      : { code: error.code, detail: error.detail };
  }
  if (error.statusCode === 415) return { code: 'TYPE_UNSUPPORTED' };
  if (error.statusCode === 413 && takesBytes) return { code: 'FILE_TOO_LARGE' };
  if (error.statusCode === 413) return { code: 'INPUT_INVALID', detail: 'the body is too large' };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return { code: 'INPUT_INVALID', detail: 'the request is not readable' };
  }
  return { code: 'INTERNAL' };
}

function refuse(reply: FastifyReply, refusal: RouteRefusal): FastifyReply {
  const entry: { readonly status: number; readonly message: string } = ERRORS[refusal.code satisfies ErrorCode];
  if (refusal.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(refusal.retryAfterMs / 1000));
  return reply.code(entry.status).send({
    code: refusal.code,
    message: entry.message,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    ...(refusal.problems === undefined ? {} : { problems: refusal.problems }),
  });
}
