/**
 * WS /v1/positioning/stream on the vendor front door: signed once, in the upgrade request, and then one vendor-stream.ts a
 * socket. This file owns what belongs to the network: upgrading, counting sockets, and ending them all.
 */
import type { Logger } from '../core/logger.ts';
import { CLOSE_CODE } from '../stream/protocol/live-message.ts';
import {
  type HttpRequest,
  type HttpResponse,
  SEND_STATUS,
  type TemplatedApp,
  type UpgradeContext,
  type WebSocket,
} from '../stream/uws.ts';
import { type Answer, batchAnswer, errorAnswer } from './answer.ts';
import type { RequestHead } from './authenticate.ts';
import { FRAME_BYTES_MAX, type StreamParts, type StreamSocket, VendorStream } from './vendor-stream.ts';

export const STREAM_PATH = '/v1/positioning/stream';

export interface StreamLimits {
  readonly sockets: number;
  readonly socketsPerCredential: number;
}
export const DEFAULT_STREAM_LIMITS: StreamLimits = { sockets: 200, socketsPerCredential: 8 };

export interface StreamDoorOptions extends StreamParts {
  readonly logger: Logger;
  readonly limits: StreamLimits;
  readonly headOf: (res: HttpResponse, req: HttpRequest) => RequestHead;
  readonly answer: (res: HttpResponse, answer: Answer) => void;
}

interface SocketData {
  readonly appId: string;
  readonly address: string;
  stream: VendorStream | null;
}

const EMPTY = new Uint8Array(0);
/** uWebSockets.js pings by itself and cuts who stays silent. */
const IDLE_TIMEOUT_S = 60;
/** A frame somewhat too large is answered with its close code; one beyond this is cut off, as it would have to be held. */
const PAYLOAD_BYTES_MAX = 2 * FRAME_BYTES_MAX;
/** Above what a stream hands over, so that no answer is dropped. */
const BACKPRESSURE_BYTES_MAX = 16 * 1024 * 1024;
/** Also catches what no announcement told. */
const RECHECK_EVERY_MS = 10_000;
const CLOSING_RETRY_S = 2;
const CROWDED_RETRY_S = 10;

export class StreamDoor {
  readonly #options: StreamDoorOptions;
  readonly #sockets = new Set<WebSocket<SocketData>>();
  readonly #timer: NodeJS.Timeout;
  #isClosing = false;
  #onEmpty: (() => void) | null = null;

  constructor(app: TemplatedApp, options: StreamDoorOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.recheck(), RECHECK_EVERY_MS);
    this.#timer.unref();
    app.ws<SocketData>(STREAM_PATH, {
      maxPayloadLength: PAYLOAD_BYTES_MAX,
      maxBackpressure: BACKPRESSURE_BYTES_MAX,
      closeOnBackpressureLimit: false,
      idleTimeout: IDLE_TIMEOUT_S,
      upgrade: (res, req, context) => void this.#upgrade(res, req, context),
      open: (ws) => this.#open(ws),
      message: (ws, message, isBinary) => ws.getUserData().stream?.receive(message, isBinary ? 'msgpack' : 'json'),
      // Later: a write that falls short inside this callback makes uWebSockets.js forget that it waits for the reader.
      drain: (ws) => {
        const { stream } = ws.getUserData();
        setImmediate(() => stream?.drained());
      },
      close: (ws) => {
        this.#sockets.delete(ws);
        ws.getUserData().stream?.closed();
        if (this.#sockets.size === 0) this.#onEmpty?.();
      },
    });
  }

  /** After a credential changed; without an app id any may have. Sockets that are not allowed any more are closed. */
  recheck(appId?: string): void {
    for (const ws of this.#sockets) {
      const data = ws.getUserData();
      if (appId === undefined || data.appId === appId) void data.stream?.recheck();
    }
  }

  /** Tells every stream to come back later; resolves when all are answered and gone. Idempotent. */
  close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#timer);
    for (const ws of this.#sockets) ws.getUserData().stream?.end(CLOSE_CODE.shuttingDown, 'shutting down');
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Everything of `req` is read before the first wait. */
  async #upgrade(res: HttpResponse, req: HttpRequest, context: UpgradeContext): Promise<void> {
    const { handler, headOf, answer, route, logger } = this.#options;
    const head = headOf(res, req);
    const key = req.getHeader('sec-websocket-key');
    const protocol = req.getHeader('sec-websocket-protocol');
    const extensions = req.getHeader('sec-websocket-extensions');
    let isAborted = false;
    res.onAborted(() => {
      isAborted = true;
    });
    const admitted = await handler.admit(head, EMPTY, route.interfaceName);
    if (isAborted) return;
    const refusal = admitted.ok ? this.#refusalNow(head.appId) : batchAnswer(admitted);
    if (refusal !== null) {
      answer(res, refusal);
      return;
    }
    const data: SocketData = { appId: head.appId, address: head.address, stream: null };
    res.cork(() => res.upgrade(data, key, protocol, extensions, context));
    logger.info('vendor-stream-open', { appId: head.appId, address: head.address });
  }

  #refusalNow(appId: string): Answer | null {
    if (this.#isClosing) return errorAnswer('LOG_UNAVAILABLE', { retryAfterS: CLOSING_RETRY_S });
    const { sockets, socketsPerCredential } = this.#options.limits;
    let own = 0;
    for (const ws of this.#sockets) if (ws.getUserData().appId === appId) own++;
    if (this.#sockets.size < sockets && own < socketsPerCredential) return null;
    return errorAnswer('RATE_LIMITED', { retryAfterS: CROWDED_RETRY_S, detail: 'too many open streams' });
  }

  #open(ws: WebSocket<SocketData>): void {
    const data = ws.getUserData();
    this.#sockets.add(ws);
    data.stream = new VendorStream(data.appId, data.address, this.#options, socketOf(ws));
  }
}

/** A stream says nothing more after it was told that its socket closed. */
const socketOf = (ws: WebSocket<SocketData>): StreamSocket => ({
  bufferedBytes: () => ws.getBufferedAmount(),
  send: (payload) => ws.send(payload, typeof payload !== 'string') !== SEND_STATUS.dropped,
  end: (code, reason) => ws.end(code, reason),
  cut: () => ws.close(),
});
