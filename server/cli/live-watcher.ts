/**
 * A live client on the command line: signs in over the admin interface, fetches a ticket for every connection, and
 * follows /live with the same state machine as the page. Comes back by itself where the close code allows it. Used by
 * `park watch`; what is printed is watch.ts's.
 */

import { WebSocket } from 'ws';
import type { Clock } from '../../core/clock.ts';
import { AppError, ERRORS, type ErrorCode } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import type { LiveTicket, SignInRequest } from '../../core/web-api.ts';
import { LiveClient, type LiveEvent } from '../../stream/protocol/live-client.ts';
import type { ActMessage } from '../../stream/protocol/live-message.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 10_000;
const ACK_LOOK_MS = 1_000;
/** From here on a close code means: do not come back by yourself. */
const TERMINAL_FROM = 4_500;
const NORMAL_CLOSE = 1_000;

export interface LiveWatcherOptions {
  /** Address of the pages, such as `http://127.0.0.1:7000`. */
  readonly url: string;
  readonly user: SignInRequest;
  /** Of a session of the user that is open; it signs in where none is given. */
  readonly cookie?: string | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onClosed: (code: number, reason: string) => void;
}

export class LiveWatcher {
  readonly client = new LiveClient();
  readonly #options: LiveWatcherOptions;
  #cookie: string | null;
  #socket: WebSocket | null = null;

  constructor(options: LiveWatcherOptions) {
    this.#options = options;
    this.#cookie = options.cookie ?? null;
  }

  /** Of its session; null before it signed in. */
  get cookie(): string | null {
    return this.#cookie;
  }

  /** Its answer comes as an event. While there is no connection nothing is sent: what it would have done does not happen. */
  act(message: ActMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(this.client.act(message));
  }

  /** Until the signal aborts. Throws when signing in fails, or the gateway closes for good. */
  async run(): Promise<void> {
    const { signal, onClosed } = this.#options;
    let retryMs = RETRY_FIRST_MS;
    let wasLive = false;
    while (!signal.aborted) {
      try {
        const address = await this.#ticketAddress();
        if (signal.aborted) return;
        const { code, reason, heard } = await this.#follow(address);
        if (heard) {
          wasLive = true;
          retryMs = RETRY_FIRST_MS;
        }
        if (signal.aborted) return;
        onClosed(code, reason);
        if (code >= TERMINAL_FROM && code < 5_000) throw closedForGood(code, reason);
      } catch (error) {
        // Before the first picture a failure is the answer; later on the park may only be restarting.
        if (!wasLive || !(error instanceof AppError) || !error.retryable) throw error;
      }
      await pause(retryMs, signal);
      retryMs = Math.min(RETRY_LONGEST_MS, retryMs * 2);
    }
  }

  /** Signs in where there is no session, or none any more. */
  async #ticketAddress(): Promise<string> {
    if (this.#cookie === null) await this.#signIn();
    let answer = await this.#post('/api/live-ticket', undefined);
    if (answer.status === 401) {
      await this.#signIn();
      answer = await this.#post('/api/live-ticket', undefined);
    }
    if (!answer.ok) throw await refusalOf(answer);
    const { ticket, url, livePort } = (await answer.json()) as LiveTicket;
    return `${url || this.#liveUrl(livePort)}?ticket=${encodeURIComponent(ticket)}`;
  }

  #liveUrl(livePort: number): string {
    const page = new URL(this.#options.url);
    return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.hostname}:${livePort}/live`;
  }

  async #signIn(): Promise<void> {
    const answer = await this.#post('/api/session', this.#options.user);
    if (!answer.ok) throw await refusalOf(answer);
    this.#cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }

  async #post(path: string, body: object | undefined): Promise<Response> {
    const headers: Record<string, string> = { 'x-requested-with': 'park' };
    if (this.#cookie !== null) headers['cookie'] = this.#cookie;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
    const init = { method: 'POST', headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    try {
      return await fetch(new URL(path, this.#options.url), init);
    } catch (error) {
      const detail = `${this.#options.url} does not answer`;
      throw new AppError('INTERNAL', { detail, cause: error });
    }
  }

  /** One connection, to its end. `heard`: anything came. */
  #follow(address: string): Promise<{ code: number; reason: string; heard: boolean }> {
    const { clock, signal, onEvent } = this.#options;
    return new Promise((resolve) => {
      const socket = new WebSocket(address, { perMessageDeflate: false, handshakeTimeout: REQUEST_TIMEOUT_MS });
      this.#socket = socket;
      let heard = false;
      const acknowledge = setInterval(() => {
        const bytes = this.client.acknowledgement(clock.nowMs());
        if (bytes !== null && socket.readyState === WebSocket.OPEN) socket.send(bytes);
      }, ACK_LOOK_MS);
      const onAbort = (): void => socket.close(NORMAL_CLOSE);
      signal.addEventListener('abort', onAbort, { once: true });
      socket.on('open', () => socket.send(this.client.start(clock.nowMs())));
      socket.on('message', (data: Buffer) => {
        heard = true;
        try {
          onEvent(this.client.receive(data, clock.nowMs()));
        } catch {
          // A message that cannot be read: begin anew on another connection.
          socket.terminate();
        }
      });
      socket.on('error', () => {});
      socket.on('close', (code, reason) => {
        clearInterval(acknowledge);
        signal.removeEventListener('abort', onAbort);
        resolve({ code, reason: reason.toString(), heard });
      });
    });
  }
}

async function refusalOf(answer: Response): Promise<AppError> {
  const body = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  const code = body.code !== undefined && body.code in ERRORS ? (body.code as ErrorCode) : 'INTERNAL';
  return new AppError(code, { detail: body.detail ?? `status ${answer.status}` });
}

function closedForGood(code: number, reason: string): AppError {
  return new AppError('FORBIDDEN', { detail: `the gateway closed with ${code}: ${reason}` });
}
