/**
 * The hub on the network: /live over uWebSockets.js. Checks origin and ticket, turns sockets into LiveSocket, and passes
 * on what uWebSockets.js says about back-pressure. Sessions, scope and protocol are live-hub.ts's.
 */
import type { Logger } from '../../core/logger.ts';
import { CLOSE_CODE } from '../protocol/live-message.ts';
import { isCompanyRole, seesPicture } from '../protocol/vocabulary.ts';
import { type AppServer, answerWhole, createApp, type HttpRequest, type WebSocket } from '../uws.ts';
import type { LiveHub } from './live-hub.ts';
import type { LiveSocket, LiveUser, TicketSource } from './live-socket.ts';
import type { LiveSession } from './session.ts';

/** Nothing a client says is longer: an act's comment is 500 characters. */
const MAX_MESSAGE_BYTES = 16 * 1024;
/** uWebSockets.js pings by itself and cuts who stays silent. */
const IDLE_TIMEOUT_S = 60;
/** What may come before the ticket is redeemed: the start, and no more. */
const EARLY_LIMIT = 2;
const TICKET_LIMIT = 200;
/** Screens and tabs under one account; nobody takes the gateway's sockets from the others. */
export const SOCKETS_PER_USER = 50;
const TICK_MS = 1_000;
const SHUTDOWN_GRACE_MS = 1_000;

export interface UwsGatewayOptions {
  readonly hub: LiveHub;
  readonly tickets: TicketSource;
  readonly topics: UwsTopics;
  /** Beside the host's own: origins such as `https://park.example`. */
  readonly allowedOrigins: readonly string[];
  readonly maxSessions?: number;
  readonly logger: Logger;
}

interface SocketData {
  readonly ticket: string;
  session: LiveSession | null;
  isClosed: boolean;
  early: Uint8Array[];
}

/** The app and, as the hub's Topics, its publish. Made before the hub that publishes through it. */
export class UwsTopics {
  readonly server: AppServer = createApp();
  publish(topic: string, bytes: Uint8Array): void {
    this.server.app.publish(topic, bytes, true);
  }
}

export class UwsGateway {
  readonly #options: UwsGatewayOptions;
  readonly #server: AppServer;
  readonly #timer: NodeJS.Timeout;
  #sockets = 0;
  #isClosing = false;
  #onEmpty: (() => void) | null = null;

  constructor(options: UwsGatewayOptions) {
    this.#options = options;
    this.#server = options.topics.server;
    this.#attach();
    this.#timer = setInterval(() => options.hub.tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Resolves with the port. */
  listen(host: string, port: number): Promise<number> {
    return this.#server.listen(host, port);
  }

  /** Accepts nobody any more, tells everyone to come back, and ends within a bounded time. Idempotent. */
  close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#timer);
    this.#server.stopAccepting();
    this.#options.hub.shutDown();
    const allGone = (): Promise<void> =>
      this.#sockets === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            this.#onEmpty = resolve;
          });
    return this.#server.close(allGone, SHUTDOWN_GRACE_MS);
  }

  #attach(): void {
    const { hub, allowedOrigins, maxSessions = 5_000 } = this.#options;
    this.#server.app.ws<SocketData>('/live', {
      maxPayloadLength: MAX_MESSAGE_BYTES,
      idleTimeout: IDLE_TIMEOUT_S,
      // Above what a session hands over, so that a lossless message is never the one that is dropped.
      maxBackpressure: hub.bounds.bufferBytes * 2,
      closeOnBackpressureLimit: false,
      upgrade: (res, req, context) => {
        if (this.#isClosing || this.#sockets >= maxSessions) {
          res.writeStatus('503 Service Unavailable').end();
          return;
        }
        if (!isOriginAllowed(req.getHeader('origin'), req.getHeader('host'), allowedOrigins)) {
          res.writeStatus('403 Forbidden').end();
          return;
        }
        const data: SocketData = { ticket: ticketOf(req), session: null, isClosed: false, early: [] };
        res.upgrade(
          data,
          req.getHeader('sec-websocket-key'),
          req.getHeader('sec-websocket-protocol'),
          req.getHeader('sec-websocket-extensions'),
          context,
        );
      },
      open: (ws) => {
        this.#sockets++;
        void this.#admit(ws);
      },
      message: (ws, message, isBinary) => this.#receive(ws, message, isBinary),
      // Later: uWebSockets.js is in the middle of its list of subscribers, which fallBehind changes.
      dropped: (ws) => {
        const { session } = ws.getUserData();
        if (session !== null) setImmediate(() => session.fallBehind());
      },
      // Later, too: a write that falls short inside this callback makes uWebSockets.js forget that it waits for the reader.
      drain: (ws) => {
        const { session } = ws.getUserData();
        if (session !== null) setImmediate(() => session.pump());
      },
      close: (ws) => {
        const data = ws.getUserData();
        data.isClosed = true;
        if (data.session !== null) hub.gone(data.session);
        this.#sockets--;
        if (this.#sockets === 0) this.#onEmpty?.();
      },
    });
    this.#server.app.get('/health', (res) => {
      const body = JSON.stringify({ ok: hub.isLoaded, ...hub.statistics() });
      const status = hub.isLoaded ? '200 OK' : '503 Service Unavailable';
      answerWhole(res, { status, headers: [['Content-Type', 'application/json']], body });
    });
  }

  /** Browsers cannot read the status of a refused upgrade, so a bad ticket is a close code behind an accepted one. */
  async #admit(ws: WebSocket<SocketData>): Promise<void> {
    const data = ws.getUserData();
    const { hub, tickets, logger } = this.#options;
    let user: LiveUser | null = null;
    try {
      user = data.ticket === '' ? null : await tickets.redeem(data.ticket);
    } catch (error) {
      logger.warn('ticket-unknown', { error });
      if (!data.isClosed) ws.end(CLOSE_CODE.shuttingDown, 'tickets cannot be checked now');
      return;
    }
    if (data.isClosed) return;
    // A company's user without a company would otherwise see the whole park.
    if (user === null || !seesPicture(user.role) || (isCompanyRole(user.role) && user.companyCode === null)) {
      ws.end(CLOSE_CODE.ticketInvalid, 'ticket');
      return;
    }
    if (this.#isClosing) {
      ws.end(CLOSE_CODE.shuttingDown, 'shutting down');
      return;
    }
    if (hub.socketsOf(user.userId) >= SOCKETS_PER_USER) {
      ws.end(CLOSE_CODE.slowDown, 'too many sockets');
      return;
    }
    const session = hub.open(user, socketOf(ws, data));
    data.session = session;
    const early = data.early;
    data.early = [];
    for (const bytes of early) hub.receive(session, bytes);
  }

  #receive(ws: WebSocket<SocketData>, message: ArrayBuffer, isBinary: boolean): void {
    const data = ws.getUserData();
    if (!isBinary) {
      ws.end(CLOSE_CODE.protocolError, 'text message');
    } else if (data.session !== null) {
      this.#options.hub.receive(data.session, new Uint8Array(message));
    } else if (data.early.length < EARLY_LIMIT) {
      // The memory behind `message` is gone after this call.
      data.early.push(new Uint8Array(message.slice(0)));
    } else {
      ws.end(CLOSE_CODE.protocolError, 'too much before the hello');
    }
  }
}

function socketOf(ws: WebSocket<SocketData>, data: SocketData): LiveSocket {
  return {
    bufferedBytes: () => (data.isClosed ? 0 : ws.getBufferedAmount()),
    send: (bytes) => (data.isClosed ? 1 : ws.send(bytes, true)),
    cork: (run) => {
      if (!data.isClosed) ws.cork(run);
    },
    subscribe: (topic) => {
      if (!data.isClosed) ws.subscribe(topic);
    },
    unsubscribe: (topic) => {
      if (!data.isClosed) ws.unsubscribe(topic);
    },
    close: (code, reason) => {
      if (!data.isClosed) ws.end(code, reason);
    },
  };
}

function ticketOf(req: HttpRequest): string {
  const ticket = req.getQuery('ticket') ?? '';
  return ticket.length <= TICKET_LIMIT ? ticket : '';
}

/** Not a browser, the same host whatever the port, or configured. */
export function isOriginAllowed(origin: string, host: string, allowed: readonly string[]): boolean {
  if (origin === '') return true;
  if (allowed.includes(origin)) return true;
  try {
    return new URL(origin).hostname === new URL(`http://${host}`).hostname;
  } catch {
    return false;
  }
}
