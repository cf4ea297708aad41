/**
 * The vendor front door: routes of routes.ts on uWebSockets.js, GET /openapi.json and GET /healthz. This file owns what
 * belongs to HTTP (methods, sizes, types, aborted requests, corking, closing); what a request means is decided in
 * handle-batch.ts. Invariant: no response is touched after it was answered or aborted. Started by server/roles/ingest.ts.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Sealer } from '../security/gm.ts';
import type { LogAppender } from '../stream/protocol/log.ts';
import { addressText, answerWhole, createApp, type HttpRequest, type HttpResponse } from '../stream/uws.ts';
import { type Answer, errorAnswer, jsonAnswer, statusLine } from './answer.ts';
import type { RequestHead } from './authenticate.ts';
import { BodyBudget, type BodyBudgetOptions, type BodyShare } from './body-budget.ts';
import { type BodyType, bodyTypeOf } from './body-type.ts';
import { BatchHandler } from './handle-batch.ts';
import { IngestMetrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { CredentialSource, NonceLedger, RoomGauge } from './ports.ts';
import { RateLimiter } from './rate-limit.ts';
import { collectBody } from './request-body.ts';
import { BODY_BYTES_MAX, RECORDS_MAX, ROUTES, type Route } from './routes.ts';

export interface IngestLimits {
  readonly memory: BodyBudgetOptions;
  /** A body must be here within this, ms. */
  readonly bodyDeadlineMs: number;
  /** SOS records a credential may send a second, and at once, while its other records are refused. */
  readonly sosReservePerS: number;
  readonly sosReserveBurst: number;
}

export const DEFAULT_LIMITS: IngestLimits = {
  // 256 MiB hold 64 of the largest requests or several thousand usual ones of 60 KB.
  memory: { bytes: 256 * 1024 * 1024, reserveBytes: 16 * 1024 * 1024, reserveBodyBytes: 64 * 1024, senderPart: 0.25 },
  bodyDeadlineMs: 60_000,
  sosReservePerS: 100,
  sosReserveBurst: 2_000,
};

export interface IngestServerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly credentials: CredentialSource;
  readonly nonces: NonceLedger;
  readonly log: LogAppender;
  readonly room: RoomGauge;
  readonly sealer: Sealer;
  /** Take the sender's address from X-Forwarded-For; only behind a proxy that sets it. */
  readonly trustProxy?: boolean;
  readonly limits?: IngestLimits;
  readonly newBatchId?: () => string;
}

export interface IngestServer {
  /** Resolves with the port. */
  listen(host: string, port: number): Promise<number>;
  readonly metrics: IngestMetrics;
  /** Bytes of request bodies in memory now. */
  readonly bodyBytes: number;
  /** Stops accepting, answers what is under way (at most `graceMs`), closes. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

interface Refusal {
  readonly answer: Answer;
  readonly closeConnection: boolean;
}

/** Seconds of its own rate that a credential may send at once. */
const BURST_S = 2;
const MEMORY_RETRY_S = 1;
const SHORT_OF_MEMORY = 'the park is short of memory';
const CLOSING_RETRY_S = 2;
/** Beyond this a too large body is not read past: the connection is closed with the answer. */
const READ_PAST_BYTES = 4 * BODY_BYTES_MAX;

export function createIngestServer(options: IngestServerOptions): IngestServer {
  const { clock, logger } = options;
  const limits = options.limits ?? DEFAULT_LIMITS;
  const metrics = new IngestMetrics();
  const budget = new BodyBudget(limits.memory);
  const handler = new BatchHandler({
    ...options,
    metrics,
    rate: new RateLimiter({ clock, burstS: BURST_S, burstAtLeast: RECORDS_MAX }),
    sosReserve: new RateLimiter({ clock, burstS: 0, burstAtLeast: limits.sosReserveBurst }),
    sosReservePerS: limits.sosReservePerS,
    newBatchId: options.newBatchId ?? randomUUID,
  });
  const server = createApp();
  const openApi = jsonAnswer(200, openApiDocument());
  const closing = new Closing();

  const answerNow = (res: HttpResponse, answer: Answer, closeConnection = false): void => {
    metrics.countAnswer(answer.status);
    answerWhole(res, { ...answer, status: statusLine(answer.status), closeConnection });
  };

  /**
   * Before the body is read. uWebSockets.js closes behind the answer when the sender asked for that; a sender that still
   * writes would be reset and never see it, so its body is read past first.
   */
  const refuse = (res: HttpResponse, req: HttpRequest, what: Answer, closeConnection = false): void => {
    if (closeConnection || !closesBehindAnswer(req)) {
      answerNow(res, what, closeConnection);
      return;
    }
    const reading = { declaredBytes: null, share: NO_SHARE, deadlineMs: limits.bodyDeadlineMs, onPart: () => {} };
    const body = collectBody(res, reading, ({ outcome }) => {
      if (outcome === 'hopeless') res.close();
      else answerNow(res, what);
    });
    res.onAborted(() => body.cancel());
  };

  /** By what the request's head says of the body. */
  const admit = (req: HttpRequest): Result<BodyType, Refusal> => {
    const declared = declaredBytesOf(req);
    if (declared !== null && declared > BODY_BYTES_MAX) {
      return err({ answer: errorAnswer('BODY_TOO_LARGE'), closeConnection: declared > READ_PAST_BYTES });
    }
    const bodyType = bodyTypeOf(req.getHeader('content-type'));
    if (bodyType === null || !isPlainCoding(req.getHeader('content-encoding'))) {
      return err({ answer: errorAnswer('TYPE_UNSUPPORTED'), closeConnection: false });
    }
    if (closing.isClosing) {
      return err({ answer: errorAnswer('LOG_UNAVAILABLE', { retryAfterS: CLOSING_RETRY_S }), closeConnection: true });
    }
    return ok(bodyType);
  };

  const take = (route: Route, res: HttpResponse, req: HttpRequest): void => {
    const admitted = admit(req);
    if (!admitted.ok) {
      refuse(res, req, admitted.error.answer, admitted.error.closeConnection);
      return;
    }
    const declaredBytes = declaredBytesOf(req);
    const head = headOf(req, senderAddress(res, req, options.trustProxy === true), clock.nowMs());
    const share = budget.open(declaredBytes, head.appId);
    if (share === null) {
      refuse(res, req, errorAnswer('RATE_LIMITED', { retryAfterS: MEMORY_RETRY_S, detail: SHORT_OF_MEMORY }));
      return;
    }
    let isAborted = false;
    const done = closing.enter();
    const leave = (): void => {
      share.release();
      done();
    };
    const answer = (what: Answer, closeConnection = closing.isClosing): void => {
      if (!isAborted) answerNow(res, what, closeConnection);
      leave();
    };
    let isCollected = false;
    res.onAborted(() => {
      isAborted = true;
      body.cancel();
      // With the body complete the request goes on: what it holds is appended all the same, only nobody hears of it.
      if (!isCollected) leave();
    });
    // Nobody fills the memory without a credential: while parts of a body come, the head is looked at.
    const onPart = async (): Promise<void> => {
      refusedByHead = await handler.refuseByHead(head);
      if (refusedByHead !== null && !isCollected && !isAborted) body.discard();
    };
    let refusedByHead: Answer | null = null;
    const collecting = { declaredBytes, share, deadlineMs: limits.bodyDeadlineMs, onPart: () => void onPart() };
    const body = collectBody(res, collecting, (end) => {
      isCollected = true;
      switch (end.outcome) {
        case 'whole':
          void handler.handle(route, head, end.body, admitted.value, share.fromReserve).then(answer);
          return;
        case 'unwanted':
          answer(refusedByHead ?? errorAnswer('APP_UNKNOWN'));
          return;
        case 'too-large':
          answer(errorAnswer('BODY_TOO_LARGE'));
          return;
        case 'no-room':
          answer(errorAnswer('RATE_LIMITED', { retryAfterS: MEMORY_RETRY_S, detail: SHORT_OF_MEMORY }));
          return;
        case 'hopeless':
          // Closing runs the abort handler, which must find the request done with.
          leave();
          res.close();
      }
    });
  };

  const { app } = server;
  for (const route of ROUTES) {
    app.post(route.path, (res, req) => take(route, res, req));
    app.any(route.path, (res, req) => refuse(res, req, withAllow(errorAnswer('METHOD_DENIED'), 'POST')));
  }
  app.get('/openapi.json', (res) => answerNow(res, openApi));
  app.any('/openapi.json', (res, req) => refuse(res, req, withAllow(errorAnswer('METHOD_DENIED'), 'GET')));
  app.get('/healthz', (res) => answerNow(res, jsonAnswer(200, { status: closing.isClosing ? 'closing' : 'ok' })));
  app.any('/healthz', (res, req) => refuse(res, req, withAllow(errorAnswer('METHOD_DENIED'), 'GET')));
  app.any('/*', (res, req) => refuse(res, req, errorAnswer('ROUTE_UNKNOWN')));

  return {
    metrics,
    get bodyBytes() {
      return budget.usedBytes;
    },
    async listen(host, port) {
      const actual = await server.listen(host, port);
      logger.info('ingest-listening', { host, port: actual });
      return actual;
    },
    close: (graceMs = 5_000) => server.close(() => closing.begin(), graceMs),
  };
}

/** Requests under way, and the moment when none is left. */
class Closing {
  isClosing = false;
  #underWay = 0;
  #whenIdle: (() => void) | null = null;

  /** Returns `done`, to be called once. */
  enter(): () => void {
    this.#underWay++;
    return () => {
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
    };
  }

  begin(): Promise<void> {
    this.isClosing = true;
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }
}

const withAllow = (answer: Answer, allow: string): Answer => ({
  ...answer,
  headers: [...answer.headers, ['Allow', allow]],
});

/** null: absent (chunked). A length that is no number counts as none; uWebSockets.js refuses such requests itself. */
function declaredBytesOf(req: HttpRequest): number | null {
  const text = req.getHeader('content-length');
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A body is coming, and the sender wants the connection closed after the answer. */
function closesBehindAnswer(req: HttpRequest): boolean {
  const hasBody = (declaredBytesOf(req) ?? 0) > 0 || req.getHeader('transfer-encoding') !== '';
  return hasBody && req.getHeader('connection').toLowerCase().includes('close');
}

/** For a body that is read past: nothing of it is kept. */
const NO_SHARE: BodyShare = { fromReserve: false, grow: () => false, release: () => {} };

const isPlainCoding = (contentEncoding: string): boolean => contentEncoding === '' || contentEncoding === 'identity';

/** The last entry of X-Forwarded-For is the one that the trusted proxy added; those before it are the sender's words. */
function senderAddress(res: HttpResponse, req: HttpRequest, trustProxy: boolean): string {
  const forwarded = trustProxy ? (req.getHeader('x-forwarded-for').split(',').at(-1) ?? '').trim() : '';
  return forwarded === '' ? addressText(res.getRemoteAddressAsText()) : forwarded;
}

/** Header values must be copied now: the request object is gone when the handler returns. */
function headOf(req: HttpRequest, address: string, arrivedAtMs: number): RequestHead {
  return {
    method: req.getCaseSensitiveMethod(),
    path: req.getUrl(),
    query: req.getQuery() ?? '',
    address,
    appId: req.getHeader('x-app-id'),
    timestamp: req.getHeader('x-timestamp'),
    nonce: req.getHeader('x-nonce'),
    signAlg: req.getHeader('x-sign-alg'),
    signature: req.getHeader('x-signature'),
    arrivedAtMs,
  };
}
