/**
 * The vendor front door: routes of routes.ts on uWebSockets.js, the stream of stream-socket.ts, GET /openapi.json and
 * GET /healthz. This file owns what belongs to HTTP (methods, sizes, types, aborted requests, corking, closing); what a
 * request means is decided in handle-batch.ts. Invariant: no response is touched after it was answered or aborted. Started by server/roles/ingest.ts.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { BlindIndex } from '../security/blind-index.ts';
import type { Sealer } from '../security/gm.ts';
import type { AttachmentStore } from '../stream/archive/attachment-store.ts';
import type { LogAppender } from '../stream/protocol/log.ts';
import { answerWhole, createApp, type HttpRequest, type HttpResponse } from '../stream/uws.ts';
import { type Answer, batchAnswer, jsonAnswer, statusLine } from './answer.ts';
import { type BatchRefused, type BatchResult, refused } from './batch-result.ts';
import { BodyBudget, type BodyBudgetOptions, type BodyShare } from './body-budget.ts';
import { bodyTypeOf } from './body-type.ts';
import { CAMERA_ROUTES, openCameraDoor } from './camera-routes.ts';
import { Closing } from './closing.ts';
import { type CountedInterface, DoorCounts } from './door-counts.ts';
import { type Batch, BatchHandler, MEMORY_RETRY_S } from './handle-batch.ts';
import { IngestMetrics } from './metrics.ts';
import { boundaryOf, parseForm } from './multipart-body.ts';
import { openApiDocument } from './openapi.ts';
import { parseRecords } from './parse-body.ts';
import type { CameraSource, CredentialSource, NonceLedger, RoomGauge } from './ports.ts';
import { RateLimiter } from './rate-limit.ts';
import { type RefusalStore, Refusals } from './refusals.ts';
import { collectBody, READ_PAST_BYTES } from './request-body.ts';
import { closesBehindAnswer, declaredBytesOf, headOf, isPlainCoding } from './request-head.ts';
import {
  ATTACHMENT_ROUTE,
  BODY_BYTES_MAX,
  FORM_BYTES_MAX,
  POSITIONS_ROUTE,
  RECORDS_MAX,
  ROUTES,
  type Route,
} from './routes.ts';
import { DEFAULT_STREAM_LIMITS, STREAM_PATH, StreamDoor, type StreamLimits } from './stream-socket.ts';

export interface IngestLimits {
  readonly memory: BodyBudgetOptions;
  /** Of forms with files, apart: large and in no hurry, they must not keep positions out. */
  readonly fileMemory: BodyBudgetOptions;
  /** A body must be here within this, ms. */
  readonly bodyDeadlineMs: number;
  /** SOS records a credential may send a second, and at once, while its other records are refused. */
  readonly sosReservePerS: number;
  readonly sosReserveBurst: number;
  readonly streams: StreamLimits;
}

export const DEFAULT_LIMITS: IngestLimits = {
  // 256 MiB hold 64 of the largest requests or several thousand usual ones of 60 KB.
  memory: { bytes: 256 * 1024 * 1024, reserveBytes: 16 * 1024 * 1024, reserveBodyBytes: 64 * 1024, senderPart: 0.25 },
  // Three of the largest files, one of a sender, or many photographs.
  fileMemory: { bytes: 72 * 1024 * 1024, reserveBytes: 0, reserveBodyBytes: 0, senderPart: 0.45 },
  bodyDeadlineMs: 60_000,
  sosReservePerS: 100,
  sosReserveBurst: 2_000,
  streams: DEFAULT_STREAM_LIMITS,
};

export interface IngestServerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly credentials: CredentialSource;
  readonly nonces: NonceLedger;
  readonly log: LogAppender;
  readonly room: RoomGauge;
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
  readonly refusals: RefusalStore;
  readonly cameras: CameraSource;
  readonly attachments: AttachmentStore;
  /** A request of this credential held. */
  readonly noteUse?: (appId: string, atMs: number) => void;
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
  /** After a credential changed, or without an app id after any may have: open streams that it does not allow are closed. */
  recheck(appId?: string): void;
  /** Stops accepting, answers what is under way (at most `graceMs`), closes. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

/** Before the body is read. */
interface EarlyRefusal {
  readonly refusal: BatchRefused;
  readonly closeConnection: boolean;
}

/** Seconds of its own rate that a credential may send at once. */
const BURST_S = 2;
const SHORT_OF_MEMORY = refused('RATE_LIMITED', {
  retryAfterS: MEMORY_RETRY_S,
  detail: 'the park is short of memory',
});
const CLOSING_RETRY_S = 2;

export function createIngestServer(options: IngestServerOptions): IngestServer {
  const { clock, logger } = options;
  const limits = options.limits ?? DEFAULT_LIMITS;
  const metrics = new IngestMetrics();
  const budget = new BodyBudget(limits.memory);
  const fileBudget = new BodyBudget(limits.fileMemory);
  const counts = new DoorCounts(options);
  const refusals = new Refusals(options.refusals, logger);
  const handler = new BatchHandler({
    ...options,
    metrics,
    counts,
    refusals,
    noteUse: options.noteUse ?? (() => {}),
    rate: new RateLimiter({ clock, burstS: BURST_S, burstAtLeast: RECORDS_MAX }),
    sosReserve: new RateLimiter({ clock, burstS: 0, burstAtLeast: limits.sosReserveBurst }),
    sosReservePerS: limits.sosReservePerS,
    newBatchId: options.newBatchId ?? randomUUID,
  });
  const server = createApp();
  const openApi = jsonAnswer(200, openApiDocument());
  const closing = new Closing();
  const readHead = (res: HttpResponse, req: HttpRequest) =>
    headOf(res, req, { trustProxy: options.trustProxy === true, arrivedAtMs: clock.nowMs() });

  const answerNow = (res: HttpResponse, answer: Answer, closeConnection = false): void => {
    metrics.countAnswer(answer.status);
    answerWhole(res, { ...answer, status: statusLine(answer.status), closeConnection });
  };

  /** Before the body is read: counted for whom the request says it is from. */
  const refuse = (
    res: HttpResponse,
    req: HttpRequest,
    what: BatchRefused,
    more: {
      readonly interfaceName?: CountedInterface;
      readonly closeConnection?: boolean;
      readonly allow?: string;
      readonly bytesMax?: number;
    } = {},
  ): void => {
    void handler.noteRefused(
      { appId: req.getHeader('x-app-id'), arrivedAtMs: clock.nowMs() },
      more.interfaceName ?? '',
      what,
    );
    const answer = req.getMethod() === 'head' ? { ...batchAnswer(what), body: '' } : batchAnswer(what);
    answerEarly(res, req, more.allow === undefined ? answer : withAllow(answer, more.allow), more);
  };

  /**
   * uWebSockets.js closes behind the answer when the sender asked for that; a sender that still
   * writes would be reset and never see it, so its body is read past first.
   */
  const answerEarly = (
    res: HttpResponse,
    req: HttpRequest,
    what: Answer,
    { closeConnection = false, bytesMax = BODY_BYTES_MAX }: { closeConnection?: boolean; bytesMax?: number },
  ): void => {
    if (closeConnection || !closesBehindAnswer(req)) {
      answerNow(res, what, closeConnection);
      return;
    }
    const reading = {
      bytesMax,
      declaredBytes: null,
      share: NO_SHARE,
      deadlineMs: limits.bodyDeadlineMs,
      onPart: () => {},
    };
    const body = collectBody(res, reading, ({ outcome }) => {
      if (outcome === 'hopeless') res.close();
      else answerNow(res, what);
    });
    res.onAborted(() => body.cancel());
  };

  /** By what the request's head says of the body. */
  const admit = (req: HttpRequest, route: Route): Result<BodyReader, EarlyRefusal> => {
    const declared = declaredBytesOf(req);
    const bytesMax = bytesMaxOf(route);
    if (declared !== null && declared > bytesMax) {
      // Far too large a body is not read past: the connection is closed with the answer.
      return err({ refusal: refused('BODY_TOO_LARGE'), closeConnection: declared > bytesMax + READ_PAST_BYTES });
    }
    const contentType = req.getHeader('content-type');
    const reader = route.isForm === true ? formReader(contentType) : recordsReader(contentType);
    if (reader === null || !isPlainCoding(req.getHeader('content-encoding'))) {
      return err({ refusal: refused('TYPE_UNSUPPORTED'), closeConnection: false });
    }
    if (closing.isClosing) {
      return err({ refusal: refused('LOG_UNAVAILABLE', { retryAfterS: CLOSING_RETRY_S }), closeConnection: true });
    }
    return ok(reader);
  };

  const take = (route: Route, res: HttpResponse, req: HttpRequest): void => {
    const { interfaceName } = route;
    const admitted = admit(req, route);
    if (!admitted.ok) {
      const { refusal, closeConnection } = admitted.error;
      refuse(res, req, refusal, { interfaceName, closeConnection, bytesMax: bytesMaxOf(route) });
      return;
    }
    const declaredBytes = declaredBytesOf(req);
    const head = readHead(res, req);
    const share = (route.isForm === true ? fileBudget : budget).open(declaredBytes, head.appId);
    if (share === null) {
      refuse(res, req, SHORT_OF_MEMORY, { interfaceName, bytesMax: bytesMaxOf(route) });
      return;
    }
    let isAborted = false;
    const done = closing.enter();
    const leave = (): void => {
      share.release();
      done();
    };
    const answer = (result: BatchResult): void => {
      if (!isAborted) answerNow(res, batchAnswer(result), closing.isClosing);
      handler.told(result.kept, !isAborted);
      leave();
    };
    const answerUnread = (refusal: BatchRefused): void => {
      void handler.noteRefused(head, interfaceName, refusal);
      answer(refusal);
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
    let refusedByHead: BatchRefused | null = null;
    const bytesMax = bytesMaxOf(route);
    const collecting = {
      bytesMax,
      declaredBytes,
      share,
      deadlineMs: limits.bodyDeadlineMs,
      onPart: () => void onPart(),
    };
    const body = collectBody(res, collecting, (end) => {
      isCollected = true;
      switch (end.outcome) {
        case 'whole':
          void handler.handle(route, head, admitted.value(end.body), share.fromReserve).then(answer);
          return;
        case 'unwanted':
          answerUnread(refusedByHead ?? refused('APP_UNKNOWN'));
          return;
        case 'too-large':
          answerUnread(refused('BODY_TOO_LARGE'));
          return;
        case 'no-room':
          answerUnread(SHORT_OF_MEMORY);
          return;
        case 'hopeless':
          // Closing runs the abort handler, which must find the request done with.
          leave();
          res.close();
      }
    });
  };

  const { app } = server;
  const denyOthers = (path: string, allow: string, interfaceName: CountedInterface = ''): void => {
    app.any(path, (res, req) => refuse(res, req, refused('METHOD_DENIED'), { allow, interfaceName }));
  };
  for (const route of [...ROUTES, ATTACHMENT_ROUTE]) {
    app.post(route.path, (res, req) => take(route, res, req));
    denyOthers(route.path, 'POST', route.interfaceName);
  }
  const streams = new StreamDoor(app, {
    handler,
    budget,
    credentials: options.credentials,
    clock,
    logger,
    route: POSITIONS_ROUTE,
    limits: limits.streams,
    headOf: readHead,
    answer: answerNow,
  });
  denyOthers(STREAM_PATH, 'GET', POSITIONS_ROUTE.interfaceName);
  openCameraDoor(app, {
    handler,
    cameras: options.cameras,
    logger,
    headOf: readHead,
    answer: answerNow,
    enter: () => closing.enter(),
  });
  for (const { path } of CAMERA_ROUTES) denyOthers(path, 'GET');
  app.get('/openapi.json', (res) => answerNow(res, openApi));
  denyOthers('/openapi.json', 'GET');
  app.get('/healthz', (res) => answerNow(res, jsonAnswer(200, { status: closing.isClosing ? 'closing' : 'ok' })));
  denyOthers('/healthz', 'GET');
  app.any('/*', (res, req) => refuse(res, req, refused('ROUTE_UNKNOWN')));

  const drain = async (): Promise<void> => {
    await Promise.all([closing.begin(), streams.close()]);
  };
  const closeAll = async (graceMs: number): Promise<void> => {
    await server.close(drain, graceMs);
    await counts.close();
    await refusals.close();
  };
  let closed: Promise<void> | null = null;

  return {
    metrics,
    get bodyBytes() {
      return budget.usedBytes + fileBudget.usedBytes;
    },
    async listen(host, port) {
      const actual = await server.listen(host, port);
      logger.info('ingest-listening', { host, port: actual });
      return actual;
    },
    recheck: (appId) => streams.recheck(appId),
    close(graceMs = 5_000) {
      closed ??= closeAll(graceMs);
      return closed;
    },
  };
}

/** Makes a batch of the body of an admitted request. */
type BodyReader = (bytes: Buffer) => Batch;

/** null: of a type that is not taken. */
function recordsReader(contentType: string): BodyReader | null {
  const type = bodyTypeOf(contentType);
  return type === null ? null : (bytes) => ({ bytes, type, parse: () => parseRecords(bytes, type) });
}

function formReader(contentType: string): BodyReader | null {
  const boundary = boundaryOf(contentType);
  if (boundary === null) return null;
  return (bytes) => ({
    bytes,
    type: null,
    parse() {
      const form = parseForm(bytes, boundary);
      return form.ok ? ok([form.value]) : form;
    },
  });
}

const bytesMaxOf = ({ isForm }: Route): number => (isForm === true ? FORM_BYTES_MAX : BODY_BYTES_MAX);

const withAllow = (answer: Answer, allow: string): Answer => ({
  ...answer,
  headers: [...answer.headers, ['Allow', allow]],
});

/** For a body that is read past: nothing of it is kept. */
const NO_SHARE: BodyShare = { fromReserve: false, grow: () => false, release: () => {} };
