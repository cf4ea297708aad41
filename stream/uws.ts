/**
 * The only file that imports uWebSockets.js: the vendor front door (ingest) and the live gateway (stream) take its
 * types and `createApp` from here. An app listens on a port that no other process shares, and closes in two steps:
 * stop accepting and drain, then cut what is left.
 */
import {
  App,
  type HttpResponse,
  type TemplatedApp,
  type us_listen_socket,
  us_listen_socket_close,
  us_socket_local_port,
} from 'uWebSockets.js';

export type {
  HttpRequest,
  HttpResponse,
  RecognizedString,
  TemplatedApp,
  us_socket_context_t as UpgradeContext,
  WebSocket,
  WebSocketBehavior,
} from 'uWebSockets.js';

/** What `ws.send` returns (uWebSockets.js, WebSocket.send). */
export const SEND_STATUS = { backpressure: 0, success: 1, dropped: 2 } as const;

/** LIBUS_LISTEN_EXCLUSIVE_PORT of uSockets. Without it two processes share a port and the kernel deals requests out. */
const EXCLUSIVE_PORT = 1;

/** `listen(host, port, options, cb)` exists natively, but the published types leave it out. */
type ListenWithHost = (
  host: string,
  port: number,
  options: number,
  onListening: (socket: us_listen_socket | false) => void,
) => TemplatedApp;

export interface AppServer {
  /** Attach routes before `listen`. */
  readonly app: TemplatedApp;
  /** Port listened on; 0 before `listen`. */
  readonly port: number;
  /** Listens and resolves with the port (port 0: a free one). Rejects when the port is taken or not allowed. */
  listen(host: string, port: number): Promise<number>;
  /** Accepts no new connection; open ones go on. Idempotent. */
  stopAccepting(): void;
  /**
   * Stops accepting, waits for `drain` but at most `graceMs`, then cuts every open connection (their `onAborted` and
   * `close` handlers run). Idempotent: a second call returns the first call's promise. A `drain` that rejects counts as drained.
   */
  close(drain?: () => Promise<void>, graceMs?: number): Promise<void>;
}

/** An app without TLS: TLS (or TLCP) ends at the reverse proxy in front. */
export function createApp(): AppServer {
  const app = App();
  let listenSocket: us_listen_socket | null = null;
  let port = 0;
  let closing: Promise<void> | null = null;

  const stopAccepting = (): void => {
    if (listenSocket === null) return;
    us_listen_socket_close(listenSocket);
    listenSocket = null;
  };

  const drainAndCut = async (drain: () => Promise<void>, graceMs: number): Promise<void> => {
    stopAccepting();
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    try {
      await Promise.race([drain().catch(() => {}), grace]);
      // An answer given in this turn may still lie in uWebSockets' cork buffer; cutting now would lose it.
      await new Promise<void>((resolve) => setImmediate(resolve));
    } finally {
      clearTimeout(timer);
      app.close();
    }
  };

  return {
    app,
    get port(): number {
      return port;
    },
    listen(host, wantedPort) {
      return new Promise((resolve, reject) => {
        (app.listen as unknown as ListenWithHost).call(app, host, wantedPort, EXCLUSIVE_PORT, (socket) => {
          if (socket === false) {
            reject(new Error(`cannot listen on ${host}:${wantedPort}: the port is taken or not allowed`));
            return;
          }
          listenSocket = socket;
          port = us_socket_local_port(socket);
          resolve(port);
        });
      });
    },
    stopAccepting,
    close(drain = async () => {}, graceMs = 5_000) {
      closing ??= drainAndCut(drain, graceMs);
      return closing;
    },
  };
}

export interface WholeAnswer {
  /** Code and reason, `200 OK`. */
  readonly status: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
  /** Closes the connection behind the answer. */
  readonly closeConnection?: boolean;
}

/**
 * Answers a request whole, in the route's handler or, after `onAborted` was attached, later. What the reader does not take
 * at once stays with this answer and follows as the reader takes it; uWebSockets.js cuts a connection that sends its next
 * request meanwhile. So one connection holds one answer, however many requests it sends without reading.
 */
export function answerWhole(res: HttpResponse, answer: WholeAnswer): void {
  const { status, headers, closeConnection = false } = answer;
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  res.cork(() => {
    res.writeStatus(status);
    for (const [name, value] of headers) res.writeHeader(name, value);
    if (closeConnection) {
      res.end(body, true);
      return;
    }
    const [, isDone] = res.tryEnd(body, body.length);
    if (isDone) return;
    // uWebSockets.js calls nothing of an aborted answer any more, so there is nothing to undo.
    res.onAborted(() => {});
    res.onWritable(() => res.tryEnd(body.subarray(res.getWriteOffset()), body.length)[0]);
  });
}

/** Text of a binary or text address as uWebSockets.js hands it out; `::ffff:10.0.0.1` becomes `10.0.0.1`. */
export function addressText(address: ArrayBuffer): string {
  const text = Buffer.from(address).toString('latin1');
  return MAPPED_IPV4_TEXT.test(text) ? mappedIpv4(text) : text;
}

/** uWebSockets.js prints IPv6 as eight groups of four hex digits, also for IPv4 peers of a dual-stack socket. */
const MAPPED_IPV4_TEXT = /^(?:0000:){5}ffff:[0-9a-f]{4}:[0-9a-f]{4}$/i;

function mappedIpv4(text: string): string {
  const digits = text.slice(-9).replace(':', '');
  return [0, 2, 4, 6].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)).join('.');
}
