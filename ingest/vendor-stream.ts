/**
 * One open stream of a vendor: frames in, one answer for each in the order in which they came. Frames are begun one after
 * the other and wait for the log together; answers wait for their turn, and for a reader that is slow. What a stream may
 * hold is bounded: unanswered frames, their bytes in the budget of all, answers in the socket.
 *
 * A stream that is to end takes no more frames, answers those it took, and then closes with its code; who resends them on
 * another socket loses nothing. uWebSockets.js cannot stop reading one WebSocket, so too much at once ends in slowDown.
 */
import { pack } from 'msgpackr';
import type { Clock } from '../core/clock.ts';
import { ERRORS, type ErrorCode } from '../core/errors.ts';
import { ok, type Result } from '../core/result.ts';
import { CLOSE_CODE } from '../stream/protocol/live-message.ts';
import { isStillAllowed } from './authenticate.ts';
import { type BatchResult, type Kept, marksOf, refused } from './batch-result.ts';
import type { BodyBudget, BodyShare } from './body-budget.ts';
import type { BodyType } from './body-type.ts';
import { type BatchHandler, LOG_RETRY_S } from './handle-batch.ts';
import { type BodyProblem, type Frame, parseFrame } from './parse-body.ts';
import type { Credential, CredentialSource } from './ports.ts';
import type { RecordSet } from './record-set.ts';
import type { Route } from './routes.ts';

export const FRAME_BYTES_MAX = 1024 * 1024;
/** Vendors are told to have at most 16 unanswered. */
export const UNANSWERED_MAX = 32;
/** Answers beyond this wait until the reader has taken some. */
const BUFFERED_MAX = 256 * 1024;
const END_WITHIN_MS = 10_000;
/** A close frame has 123 bytes for its reason; names of fields in one may be of three bytes a character. */
const REASON_MAX = 40;

/** The socket as a stream needs it. `send` is false when nobody will get it. */
export interface StreamSocket {
  bufferedBytes(): number;
  send(payload: string | Uint8Array): boolean;
  end(code: number, reason: string): void;
  cut(): void;
}

export interface StreamParts {
  readonly handler: BatchHandler;
  readonly credentials: CredentialSource;
  readonly budget: BodyBudget;
  readonly clock: Clock;
  readonly route: Route;
}

interface Reply {
  /** null: nothing can be said, as the frame has no number. */
  readonly payload: string | Uint8Array | null;
  readonly kept: Kept | null;
}

/** Behind an object, so that awaiting the step before does not await this one too. */
interface Begun {
  readonly reply: Promise<Reply>;
}

const othersFirst = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const NO_REPLY: Begun = { reply: Promise.resolve({ payload: null, kept: null }) };

export class VendorStream {
  readonly appId: string;
  readonly #address: string;
  readonly #parts: StreamParts;
  readonly #socket: StreamSocket;
  readonly #replies: { readonly reply: Promise<Reply>; readonly share: BodyShare }[] = [];
  /** The frame before is begun. */
  #turn: Promise<unknown> = Promise.resolve();
  #isPumping = false;
  #isClosed = false;
  #onWritable: (() => void) | null = null;
  #ending: { readonly code: number; readonly reason: string; readonly timer: NodeJS.Timeout } | null = null;

  constructor(appId: string, address: string, parts: StreamParts, socket: StreamSocket) {
    this.appId = appId;
    this.#address = address;
    this.#parts = parts;
    this.#socket = socket;
  }

  /** `frame` is only lent. */
  receive(frame: ArrayBuffer, type: BodyType): void {
    if (this.#isClosed || this.#ending !== null) return;
    if (frame.byteLength > FRAME_BYTES_MAX) {
      this.#refuse('BODY_TOO_LARGE', `a frame of ${frame.byteLength} bytes`);
      return;
    }
    const share = this.#parts.budget.open(frame.byteLength, this.appId);
    if (share?.grow(frame.byteLength) !== true) {
      share?.release();
      this.end(CLOSE_CODE.slowDown, 'the park is short of memory');
      return;
    }
    const isTooMany = this.#replies.length >= UNANSWERED_MAX;
    const sosOnly = isTooMany || share.fromReserve;
    const bytes = Buffer.from(frame.slice(0));
    // Between two frames everybody else gets a turn: one read may bring as many as a stream may have.
    const free = this.#replies.length === 0 ? this.#turn : this.#turn.then(othersFirst);
    const turn = free.then(() => this.#begin(bytes, type, sosOnly));
    this.#turn = turn;
    this.#replies.push({ reply: turn.then(({ reply }) => reply), share });
    if (isTooMany) this.end(CLOSE_CODE.slowDown, `more than ${UNANSWERED_MAX} frames unanswered`);
    void this.#pump();
  }

  /** Takes no more, answers what it took, closes. The first reason counts. */
  end(code: number, reason: string): void {
    if (this.#ending !== null || this.#isClosed) return;
    const timer = setTimeout(() => this.#socket.cut(), END_WITHIN_MS);
    timer.unref();
    this.#ending = { code, reason, timer };
    void this.#pump();
  }

  /** Ends at once what is not allowed any more; a credential that cannot be looked up now changes nothing. */
  async recheck(): Promise<void> {
    try {
      this.#stillAllowed(await this.#parts.credentials.find(this.appId));
    } catch {
      // Asked again with the next frame, and with the next announcement.
    }
  }

  drained(): void {
    this.#onWritable?.();
  }

  closed(): void {
    this.#isClosed = true;
    if (this.#ending !== null) clearTimeout(this.#ending.timer);
    this.#onWritable?.();
  }

  #stillAllowed(credential: Credential | null): Credential | null {
    if (isStillAllowed(credential, this.#address, this.#parts.route.interfaceName)) return credential;
    if (!this.#isClosed) this.#socket.end(CLOSE_CODE.revoked, 'the credential does not allow this any more');
    return null;
  }

  /** Up to the append; never rejects. */
  async #begin(bytes: Buffer, type: BodyType, sosOnly: boolean): Promise<Begun> {
    const parsed = parseFrame(bytes, type);
    if (!parsed.ok) {
      this.#refuse(parsed.error.code, parsed.error.detail);
      return NO_REPLY;
    }
    const { seq } = parsed.value;
    // What waits for the log holds the bytes alone: they are counted, and what a stranger packed in them may weigh 60 times as much.
    let records: Result<RecordSet, BodyProblem> | null = ok(parsed.value.records);
    const parse = (): Result<RecordSet, BodyProblem> => {
      const once = records ?? recordsOf(parseFrame(bytes, type));
      records = null;
      return once;
    };
    const write = (result: BatchResult): Reply => ({ payload: payloadOf(seq, result, type), kept: result.kept });
    let credential: Credential | null;
    try {
      credential = this.#stillAllowed(await this.#parts.credentials.find(this.appId));
    } catch {
      return { reply: Promise.resolve(write(refused('LOG_UNAVAILABLE', { retryAfterS: LOG_RETRY_S }))) };
    }
    if (credential === null) return NO_REPLY;
    const { handler, route } = this.#parts;
    const { confirmed } = await handler.begin(route, credential, { bytes, type, parse }, sosOnly);
    const reply = confirmed.then((result) => {
      if (!result.ok && result.code === 'RATE_LIMITED') this.end(CLOSE_CODE.slowDown, ERRORS.RATE_LIMITED.message);
      return write(result);
    });
    return { reply };
  }

  #refuse(code: ErrorCode, detail: string): void {
    const { handler, clock, route } = this.#parts;
    const head = { appId: this.appId, arrivedAtMs: clock.nowMs() };
    void handler.noteRefused(head, route.interfaceName, { code, detail });
    this.end(
      code === 'BODY_TOO_LARGE' ? CLOSE_CODE.frameTooLarge : CLOSE_CODE.protocolError,
      detail.slice(0, REASON_MAX),
    );
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (let next = this.#replies[0]; next !== undefined; next = this.#replies[0]) {
      const { payload, kept } = await next.reply;
      await this.#writable();
      const isHeard = !this.#isClosed && payload !== null && this.#socket.send(payload);
      this.#parts.handler.told(kept, isHeard);
      this.#replies.shift();
      next.share.release();
    }
    this.#isPumping = false;
    if (this.#ending !== null && !this.#isClosed) this.#socket.end(this.#ending.code, this.#ending.reason);
  }

  #writable(): Promise<void> {
    if (this.#isClosed || this.#socket.bufferedBytes() <= BUFFERED_MAX) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onWritable = () => {
        if (!this.#isClosed && this.#socket.bufferedBytes() > BUFFERED_MAX) return;
        this.#onWritable = null;
        resolve();
      };
    });
  }
}

const recordsOf = (frame: Result<Frame, BodyProblem>): Result<RecordSet, BodyProblem> =>
  frame.ok ? ok(frame.value.records) : frame;

/** In the encoding of the frame. */
function payloadOf(seq: number, result: BatchResult, type: BodyType): string | Uint8Array {
  const body = result.ok
    ? { seq, batch_id: result.batchId, accepted: result.accepted, rejected: result.rejected, ...marksOf(result) }
    : { seq, error: errorOf(result), ...result.keptSos };
  return type === 'msgpack' ? pack(body) : JSON.stringify(body);
}

const errorOf = ({ code, detail, retryAfterS }: Extract<BatchResult, { ok: false }>): Record<string, unknown> => ({
  code,
  message: ERRORS[code].message,
  ...(detail === undefined ? {} : { detail }),
  ...(retryAfterS === undefined ? {} : { retry_after_s: retryAfterS }),
});
