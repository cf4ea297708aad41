/**
 * One client of the live socket: what it was sent and what it still needs. Both lanes are pulled, never queued: the
 * lossless one by a cursor into the shared ring, positions by being subscribed or, when behind, by one picture later.
 * Memory per client is a few numbers and what its socket buffers. Owned by live-hub.ts.
 */
import { CLOSE_CODE } from '../protocol/live-message.ts';
import type { EffectRing } from './effect-ring.ts';
import { type LiveSocket, type LiveUser, topicOf } from './live-socket.ts';

export interface SessionBounds {
  /** Nothing lossless is handed to a socket that holds this much; a snapshot or picture may lie on top once. */
  readonly bufferBytes: number;
  /** A socket holding more than this when a frame is due is behind: it gets the picture once it has drained. */
  readonly frameBytes: number;
}
export const SESSION_BOUNDS: SessionBounds = { bufferBytes: 256 * 1024, frameBytes: 64 * 1024 };
/** Without an acknowledgement for this long the client is told to come back. */
export const ACK_TIMEOUT_MS = 60_000;
/** The client speaks first, within this time. */
export const START_TIMEOUT_MS = 10_000;

/** `SEND_STATUS.dropped` of stream/uws.ts. */
const DROPPED = 2;

/** What a session asks of the hub. */
export interface SessionHost {
  readonly ring: EffectRing;
  readonly bounds: SessionBounds;
  /** false: no picture is loaded yet; sessions wait. */
  readonly isLoaded: boolean;
  helloFor(user: LiveUser, resumed: boolean): Uint8Array;
  snapshotFor(companyCode: string | null): Uint8Array;
  pictureFrameFor(companyCode: string | null): Uint8Array;
}

export class LiveSession {
  readonly user: LiveUser;
  readonly #socket: LiveSocket;
  readonly #host: SessionHost;
  readonly #openedAtMs: number;
  #isClosed = false;
  #hasStarted = false;
  #position: { readonly epoch: string; readonly seq: number } | null = null;
  #hasGreeted = false;
  #needsSnapshot = false;
  #needsPicture = true;
  #isSubscribed = false;
  #cursor = 0;
  #ackedAtMs = 0;
  /** Acts sent to the log and not answered yet. */
  actsOpen = 0;

  constructor(user: LiveUser, socket: LiveSocket, host: SessionHost, nowMs: number) {
    this.user = user;
    this.#socket = socket;
    this.#host = host;
    this.#openedAtMs = nowMs;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }
  get hasStarted(): boolean {
    return this.#hasStarted;
  }
  /** Gets no frames until it has drained. */
  get isBehind(): boolean {
    return this.#hasGreeted && !this.#isSubscribed;
  }

  start(position: { readonly epoch: string; readonly seq: number } | null, nowMs: number): void {
    this.#hasStarted = true;
    this.#position = position;
    this.#ackedAtMs = nowMs;
    this.pump();
  }

  acknowledge(nowMs: number): void {
    this.#ackedAtMs = nowMs;
  }

  /** Call before a frame is published: a socket that still holds older ones is taken off the topic. */
  fallBehindIfSlow(): void {
    if (this.#isSubscribed && this.#socket.bufferedBytes() > this.#host.bounds.frameBytes) this.fallBehind();
  }

  /** The socket dropped or may drop frames. */
  fallBehind(): void {
    if (this.#isClosed) return;
    this.#needsPicture = true;
    if (!this.#isSubscribed) return;
    this.#isSubscribed = false;
    this.#socket.unsubscribe(topicOf(this.user.companyCode));
  }

  /** Hands over what is due and fits. Called on news, on drain and once a second. */
  pump(): void {
    if (this.#isClosed || !this.#hasStarted || !this.#host.isLoaded) return;
    if (!this.#hasWork()) return;
    this.#socket.cork(() => {
      if (!this.#hasGreeted) this.#greet();
      if (this.#needsSnapshot && !this.#sendSnapshot()) return;
      if (this.#sendEffects()) this.#sendPicture();
    });
  }

  #hasWork(): boolean {
    return !this.#hasGreeted || this.#needsSnapshot || this.#needsPicture || this.#cursor < this.#host.ring.end;
  }

  #greet(): void {
    const position = this.#position;
    const cursor = position === null ? null : this.#host.ring.cursorAfter(position.epoch, position.seq);
    this.#needsSnapshot = cursor === null;
    this.#cursor = cursor ?? 0;
    this.#hasGreeted = true;
    this.send(this.#host.helloFor(this.user, cursor !== null));
  }

  /** true: sent, and the cursor stands behind what is in it. */
  #sendSnapshot(): boolean {
    if (this.#socket.bufferedBytes() >= this.#host.bounds.bufferBytes) return false;
    const end = this.#host.ring.end;
    if (this.send(this.#host.snapshotFor(this.user.companyCode)) === DROPPED) return false;
    this.#cursor = end;
    this.#needsSnapshot = false;
    this.#needsPicture = true;
    return true;
  }

  /** true: the client has everything up to the ring's end. */
  #sendEffects(): boolean {
    const { ring } = this.#host;
    const { companyCode } = this.user;
    while (this.#cursor < ring.end) {
      const message = ring.messageAt(this.#cursor, companyCode);
      if (message === null || message.needsSnapshot) {
        this.#needsSnapshot = true;
        return this.#sendSnapshot();
      }
      // Of a run of items that do not concern a company, the last alone moves its sequence.
      const isPassed = message.isSilent && this.#cursor + 1 < ring.end;
      if (!isPassed) {
        if (this.#socket.bufferedBytes() >= this.#host.bounds.bufferBytes) return false;
        if (this.send(message.bytes) === DROPPED) return false;
      }
      this.#cursor++;
    }
    return true;
  }

  #sendPicture(): void {
    if (!this.#needsPicture || this.#socket.bufferedBytes() > this.#host.bounds.frameBytes) return;
    if (this.send(this.#host.pictureFrameFor(this.user.companyCode)) === DROPPED) return;
    this.#needsPicture = false;
    if (this.#isSubscribed) return;
    this.#isSubscribed = true;
    this.#socket.subscribe(topicOf(this.user.companyCode));
  }

  /** Status of the socket. A closed session takes everything and sends nothing. */
  send(bytes: Uint8Array): number {
    return this.#isClosed ? 1 : this.#socket.send(bytes);
  }

  /** Closes what said nothing for too long; returns whether it did. */
  closeIfSilent(nowMs: number): boolean {
    const isLate = this.#hasStarted
      ? nowMs - this.#ackedAtMs > ACK_TIMEOUT_MS
      : nowMs - this.#openedAtMs > START_TIMEOUT_MS;
    if (isLate) this.close(CLOSE_CODE.slowDown, this.#hasStarted ? 'no acknowledgement' : 'no start');
    return isLate;
  }

  /** The gateway's wish; `closed` says that it is so. */
  close(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close(code, reason);
  }

  /** The socket is gone; it must not be touched any more. */
  closed(): void {
    this.#isClosed = true;
  }
}
