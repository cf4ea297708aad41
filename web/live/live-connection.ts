/**
 * LiveClient behind a WebSocket: fetches a ticket, opens, resumes, acknowledges, comes back after a break, and repeats
 * acts that were not answered (the server does the same act id once). Everything outside is injected, so the tests run
 * it on a manual clock. Never comes back by itself after a close code from 4500 on, except for a stale ticket.
 */
import type { LiveTicket } from '../../core/web-api.ts';
import type { ActInput } from '../../stream/protocol/acts.ts';
import type { LiveClient, LiveEvent } from '../../stream/protocol/live-client.ts';
import { type ActMessage, CLOSE_CODE } from '../../stream/protocol/live-message.ts';
import { backOffMs } from './back-off.ts';

/** Housekeeping: acknowledgements and the watch on a silent socket. */
const HOUSEKEEPING_MS = 1_000;
/** A socket that says nothing for this long is dead, whatever TCP believes. Frames come every tick, also empty ones. */
export const SILENCE_LIMIT_MS = 20_000;
const ACT_ANSWER_LIMIT_MS = 15_000;

export type LivePhase = 'connecting' | 'open' | 'waiting' | 'ended';
/** Why it stays away: `session` sign in again, `version` reload the page, `protocol` tell somebody. */
export type EndReason = 'session' | 'version' | 'protocol';

export interface LiveStatus {
  readonly phase: LivePhase;
  /** Failed attempts since the last hello. */
  readonly attempt: number;
  /** When the next attempt starts, in the environment's time; null while none is planned. */
  readonly retryAtMs: number | null;
  readonly endReason: EndReason | null;
}

/** The part of a browser's WebSocket that is used. */
export interface SocketLike {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: (() => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

export interface LiveEnvironment {
  nowMs(): number;
  random(): number;
  /** Returns what cancels it. */
  schedule(action: () => void, delayMs: number): () => void;
  openSocket(url: string): SocketLike;
  newId(): string;
  /** `signed-out` ends the connection; a rejection is tried again. */
  fetchTicket(): Promise<LiveTicket | 'signed-out'>;
  /** Absolute address for a ticket. */
  socketUrl(ticket: LiveTicket): string;
}

export interface LiveListener {
  onStatus(status: LiveStatus): void;
  onEvent(event: LiveEvent): void;
}

export type ActOutcome = { readonly ok: true } | { readonly ok: false; readonly code: string };

interface PendingAct {
  readonly message: ActMessage;
  readonly sentAtMs: number;
  readonly settle: (outcome: ActOutcome) => void;
}

export class LiveConnection {
  readonly #client: LiveClient;
  readonly #environment: LiveEnvironment;
  readonly #listener: LiveListener;
  readonly #acts = new Map<string, PendingAct>();
  #socket: SocketLike | null = null;
  #status: LiveStatus = { phase: 'connecting', attempt: 0, retryAtMs: null, endReason: null };
  #cancelRetry: (() => void) | null = null;
  #cancelHousekeeping: (() => void) | null = null;
  #heardAtMs = 0;
  #isClosed = false;

  constructor(client: LiveClient, environment: LiveEnvironment, listener: LiveListener) {
    this.#client = client;
    this.#environment = environment;
    this.#listener = listener;
  }

  get status(): LiveStatus {
    return this.#status;
  }

  start(): void {
    this.#keepHouse();
    void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#cancelRetry = null;
    this.#setStatus({ phase: 'connecting', retryAtMs: null });
    let ticket: LiveTicket | 'signed-out';
    try {
      ticket = await this.#environment.fetchTicket();
    } catch {
      this.#retryLater();
      return;
    }
    if (this.#isClosed) return;
    if (ticket === 'signed-out') {
      this.#end('session');
      return;
    }
    this.#open(this.#environment.socketUrl(ticket));
  }

  #open(url: string): void {
    const socket = this.#environment.openSocket(url);
    this.#socket = socket;
    this.#heardAtMs = this.#environment.nowMs();
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#send(this.#client.start(this.#environment.nowMs()));
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && data instanceof ArrayBuffer) this.#receive(new Uint8Array(data));
    };
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#afterClose(code);
    };
    // A close event always follows; it decides.
    socket.onerror = null;
  }

  #receive(bytes: Uint8Array): void {
    this.#heardAtMs = this.#environment.nowMs();
    let event: LiveEvent;
    try {
      event = this.#client.receive(bytes, this.#heardAtMs);
    } catch {
      this.#dropSocket();
      this.#retryLater();
      return;
    }
    if (event.type === 'hello') {
      this.#setStatus({ phase: 'open', attempt: 0, retryAtMs: null });
      for (const act of this.#acts.values()) this.#send(this.#client.act(act.message));
    }
    if (event.type === 'act-answer') {
      const { actId, ok, code } = event.answer;
      this.#settle(actId, ok ? { ok } : { ok, code: code ?? 'INTERNAL' });
    }
    this.#listener.onEvent(event);
  }

  #afterClose(code: number): void {
    if (this.#isClosed) return;
    if (code === CLOSE_CODE.sessionEnded) this.#end('session');
    else if (code === CLOSE_CODE.versionUnknown) this.#end('version');
    else if (code >= 4500 && code < 5000 && code !== CLOSE_CODE.ticketInvalid) this.#end('protocol');
    else this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed || this.#cancelRetry !== null) return;
    const delayMs = backOffMs(this.#status.attempt, this.#environment.random());
    this.#setStatus({
      phase: 'waiting',
      attempt: this.#status.attempt + 1,
      retryAtMs: this.#environment.nowMs() + delayMs,
    });
    this.#cancelRetry = this.#environment.schedule(() => void this.#connect(), delayMs);
  }

  /** The machine slept or its clock was set: what stands between is not to be waited for. Resumes with the position it has. */
  reconnect(): void {
    if (this.#isClosed || this.#status.phase === 'ended') return;
    if (this.#status.phase === 'waiting') this.retryNow();
    else if (this.#socket !== null) {
      this.#dropSocket();
      void this.#connect();
    }
  }

  /** The socket said nothing for so long, ms. */
  silentMs(): number {
    return this.#environment.nowMs() - this.#heardAtMs;
  }

  /** Skips the rest of a wait, e.g. when the network came back or the operator asks. */
  retryNow(): void {
    if (this.#status.phase !== 'waiting') return;
    this.#cancelRetry?.();
    void this.#connect();
  }

  /** Resolves with the server's answer, or with `NO_ANSWER` after 15 s. The effect itself comes on the alarm lane. */
  act(act: ActMessage['act'], alarmId: string, comment: string | null = null, input?: ActInput): Promise<ActOutcome> {
    const actId = this.#environment.newId();
    const message: ActMessage = { actId, act, alarmId, comment, ...(input === undefined ? {} : { input }) };
    return new Promise((settle) => {
      this.#acts.set(message.actId, { message, sentAtMs: this.#environment.nowMs(), settle });
      if (this.#status.phase === 'open') this.#send(this.#client.act(message));
    });
  }

  #settle(actId: string, outcome: ActOutcome): void {
    const pending = this.#acts.get(actId);
    this.#acts.delete(actId);
    pending?.settle(outcome);
  }

  #keepHouse(): void {
    this.#cancelHousekeeping = this.#environment.schedule(() => {
      const nowMs = this.#environment.nowMs();
      for (const [actId, act] of this.#acts) {
        if (nowMs - act.sentAtMs >= ACT_ANSWER_LIMIT_MS) this.#settle(actId, { ok: false, code: 'NO_ANSWER' });
      }
      if (this.#status.phase === 'open') {
        const acknowledgement = this.#client.acknowledgement(nowMs);
        if (acknowledgement !== null) this.#send(acknowledgement);
      }
      if (this.#socket !== null && nowMs - this.#heardAtMs > SILENCE_LIMIT_MS) {
        this.#dropSocket();
        this.#retryLater();
      }
      this.#keepHouse();
    }, HOUSEKEEPING_MS);
  }

  #send(bytes: Uint8Array): void {
    // Messages are packed into buffers of their own, never shared memory.
    this.#socket?.send(bytes as Uint8Array<ArrayBuffer>);
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #end(endReason: EndReason): void {
    this.#dropSocket();
    this.#setStatus({ phase: 'ended', retryAtMs: null, endReason });
  }

  #setStatus(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#listener.onStatus(this.#status);
  }

  /** Idempotent. Acts not answered resolve with NO_ANSWER. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#cancelHousekeeping?.();
    for (const actId of [...this.#acts.keys()]) this.#settle(actId, { ok: false, code: 'NO_ANSWER' });
    this.#dropSocket();
  }
}
