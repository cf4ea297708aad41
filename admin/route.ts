/**
 * How a route of the admin server is declared: who may call it, what it takes, what it does. A route is data until
 * server.ts registers it; one without roles does not type-check, and Fastify refuses to register it.
 */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ErrorCode } from '../core/errors.ts';
import type { FieldProblem } from '../core/register-api.ts';
import type { Result } from '../core/result.ts';
import type { Words } from '../core/words.ts';
import type { Session } from '../security/sessions.ts';
import type { Role } from '../stream/protocol/vocabulary.ts';

/** `anyone`: no session asked for. */
export type Access = 'anyone' | readonly Role[];

/** What is wrong with what somebody asked for; the code and the sentence go back to them. */
export interface InputFault {
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface RouteRefusal {
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly retryAfterMs?: number;
  /** What is wrong with the values that were sent, field by field. */
  readonly problems?: readonly FieldProblem[];
}

/** What a handler may do to the session cookie. */
export interface SessionCookie {
  /** `keepMs`: it outlives the browser's window for so long; absent: it ends with it. */
  set(value: string, keepMs?: number): void;
  clear(): void;
}

/** An answer that is no JSON: a file, or lines that come one by one. Closing the request ends a stream that is not through. */
export class Content {
  readonly type: string;
  readonly body: string | Buffer | Readable;
  /** Given: the browser keeps it under this name and shows it nowhere. */
  readonly fileName: string | null;

  constructor(type: string, body: string | Buffer | Readable, fileName: string | null = null) {
    this.type = type;
    this.body = body;
    this.fileName = fileName;
  }
}

export interface RouteCall<Who extends Access, Params, Query, Body> {
  readonly session: Who extends 'anyone' ? null : Session;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Of the caller. */
  readonly address: string;
  readonly cookie: SessionCookie;
  /** As header X-File-Name says, of a body of bytes; null: it does not. */
  readonly fileName: string | null;
}

/** For GET /api/openapi.json, where zod's shapes of the input do not say it already. */
export interface RouteWords {
  readonly title: Words;
  /** Of the values within a body that the handler itself checks. */
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType;
  /** Whether it is for them at all: finer than the roles. */
  readonly isFor?: (session: Session) => boolean;
}

export interface RouteSpec<Who extends Access = Access, Params = unknown, Query = unknown, Body = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api. */
  readonly path: `/api/${string}`;
  readonly roles: Who;
  /** true: also for someone who has to change the password first. */
  readonly beforePasswordChange?: true;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** `application/octet-stream`: the body is a Buffer, and no JSON is taken. */
  readonly takes?: 'bytes';
  readonly words?: RouteWords;
  /** Of the body as sent; default 64 KiB. */
  readonly bodyLimitBytes?: number;
  /** The answer becomes JSON with status 200; undefined becomes 204; Content goes as it is. */
  handle(call: RouteCall<Who, Params, Query, Body>): Promise<Result<unknown, RouteRefusal>>;
}

/** Checks one declaration and forgets its types, so that routes of every shape stand in one list. */
export function route<const Who extends Access, Params, Query, Body>(
  spec: RouteSpec<Who, Params, Query, Body>,
): RouteSpec {
  return spec as unknown as RouteSpec;
}
