/** Routes of signing in and out, and of one's own account (core/account-api.ts). */
import { z } from 'zod';
import { type Enrolled, PROOF_KINDS, type SignInAnswer } from '../core/account-api.ts';
import type { Logger } from '../core/logger.ts';
import { err, ok } from '../core/result.ts';
import type { SessionInfo } from '../core/web-api.ts';
import type { Session, Sessions } from '../security/sessions.ts';
import { ROLES, SCREEN_ROLE } from '../stream/protocol/vocabulary.ts';
import type { Account } from './account/account.ts';
import type { AuditTrail } from './audit.ts';
import { text } from './inputs.ts';
import { type RouteSpec, route } from './route.ts';
import { actorOf } from './settings-routes.ts';
import type { SignIn } from './sign-in.ts';

export interface SessionRouteParts {
  readonly signIn: SignIn;
  readonly account: Account;
  readonly sessions: Sessions;
  readonly audit: AuditTrail;
  readonly logger: Logger;
}

const password = z.string().min(1).max(1024);
/** 32 bytes in base64url. */
const pending = z.string().regex(/^[\w-]{43}$/);
const code = text(32);

export function sessionRoutes({ signIn, sessions, audit, logger }: SessionRouteParts): RouteSpec[] {
  return [
    route({
      method: 'POST',
      path: '/api/session',
      roles: 'anyone',
      body: z.object({ name: text(128), password }),
      async handle({ body, address, cookie }) {
        const reached = await signIn.signIn(body.name, body.password, address);
        if (!reached.ok) return reached;
        if (reached.value.step === 'session') {
          cookie.set(reached.value.cookie);
          return ok<SignInAnswer>(sessionInfo(reached.value.session));
        }
        return ok<SignInAnswer>(reached.value);
      },
    }),
    route({
      method: 'POST',
      path: '/api/session/challenge',
      roles: 'anyone',
      body: z.object({ pending }),
      handle: ({ body, address }) => signIn.challenge(body.pending, address),
    }),
    route({
      method: 'POST',
      path: '/api/session/factor',
      roles: 'anyone',
      body: z.object({ pending, kind: z.enum(PROOF_KINDS), proof: z.string().min(1).max(512) }),
      async handle({ body, address, cookie }) {
        const started = await signIn.proveFactor(body.pending, { kind: body.kind, text: body.proof }, address);
        if (!started.ok) return started;
        cookie.set(started.value.cookie);
        return ok(sessionInfo(started.value.session));
      },
    }),
    route({
      method: 'POST',
      path: '/api/session/enrolment',
      roles: 'anyone',
      body: z.object({ pending }),
      handle: ({ body, address }) => signIn.beginEnrolment(body.pending, address),
    }),
    route({
      method: 'POST',
      path: '/api/session/enrolment/confirm',
      roles: 'anyone',
      body: z.object({ pending, code }),
      async handle({ body, address, cookie }) {
        const started = await signIn.confirmEnrolment(body.pending, body.code, address);
        if (!started.ok) return started;
        cookie.set(started.value.cookie);
        const { session, recoveryCodes } = started.value;
        return ok<Enrolled>({ session: sessionInfo(session), recoveryCodes });
      },
    }),
    route({
      method: 'GET',
      path: '/api/session',
      roles: [...ROLES, SCREEN_ROLE],
      beforePasswordChange: true,
      handle: async ({ session }) => ok(sessionInfo(session)),
    }),
    route({
      method: 'DELETE',
      path: '/api/session',
      roles: ROLES,
      beforePasswordChange: true,
      async handle({ session, address, cookie }) {
        await sessions.end(session);
        cookie.clear();
        const entry = {
          actor: actorOf(session, address),
          action: 'session.end',
          subject: session.userName,
          outcome: 'ok',
        } as const;
        // Signing out has to work while PostgreSQL is down; the process's own log keeps the entry then.
        await audit.write(entry).catch((error: unknown) => logger.error('audit-not-stored', { error, entry }));
        return ok(undefined);
      },
    }),
    route({
      method: 'POST',
      path: '/api/password',
      roles: ROLES,
      beforePasswordChange: true,
      body: z.object({ current: password, next: password }),
      async handle({ session, body, address, cookie }) {
        const started = await signIn.changePassword(session, body, address);
        if (!started.ok) return started;
        cookie.set(started.value.cookie);
        return ok(sessionInfo(started.value.session));
      },
    }),
  ];
}

export function accountRoutes({ signIn, account }: SessionRouteParts): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/account',
      roles: ROLES,
      handle: async ({ session }) => ok(await account.show(session)),
    }),
    route({
      method: 'POST',
      path: '/api/account/enrolment',
      roles: ROLES,
      body: z.object({ password }),
      async handle({ session, body, address }) {
        const proved = await signIn.provePassword(session, body.password, address);
        return proved.ok ? ok(await account.beginEnrolment(session)) : proved;
      },
    }),
    route({
      method: 'POST',
      path: '/api/account/enrolment/confirm',
      roles: ROLES,
      body: z.object({ code }),
      async handle({ session, body, address }) {
        const confirmed = await account.confirmEnrolment(session, body.code, address);
        return confirmed.ok ? ok({ recoveryCodes: confirmed.value }) : confirmed;
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/account/sessions/:sessionId',
      roles: ROLES,
      params: z.object({ sessionId: z.string().regex(/^[0-9a-f]{64}$/) }),
      async handle({ session, params, address }) {
        const isEnded = await account.endSession(session, params.sessionId, address);
        return isEnded ? ok(undefined) : err({ code: 'NOT_FOUND' });
      },
    }),
  ];
}

export function sessionInfo(session: Session): SessionInfo {
  return {
    userId: session.userId,
    name: session.userName,
    role: session.role,
    companyCode: session.companyCode,
    department: session.department,
    contractorCode: session.contractorCode,
    mustChangePassword: session.mustChangePassword,
    expiresAtMs: session.expiresAtMs,
  };
}
