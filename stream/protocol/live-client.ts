/**
 * The client's side of the live socket as a pure state machine: bytes in, bytes out, time as an argument. The page,
 * `park watch`, the load bench and the fuzz tests wrap it with a socket each; none of them parses a message itself.
 */
import { readFrameHead } from './frame.ts';
import {
  type AckMessage,
  type ActAnswerMessage,
  type ActMessage,
  decodeMessageBody,
  type EffectsMessage,
  encodeMessage,
  type HelloMessage,
  MESSAGE,
  PROTOCOL_VERSION,
  type SnapshotMessage,
  type StartMessage,
} from './live-message.ts';
import { LivePicture } from './live-picture.ts';

/** Acknowledge at least this often while effects arrive; the server gives up after 60 s. */
export const ACK_EVERY_MS = 10_000;

export interface FrameStatistics {
  frames: number;
  frameBytes: number;
  messages: number;
  bytes: number;
  effects: number;
  snapshots: number;
  /** Local time at which the newest frame came. */
  lastFrameAtMs: number;
}

/** What changed with one message, for the wrapper to redraw. */
export type LiveEvent =
  | { readonly type: 'hello'; readonly hello: HelloMessage }
  | { readonly type: 'snapshot' }
  | { readonly type: 'frame'; readonly bytes: Uint8Array }
  | { readonly type: 'effects'; readonly message: EffectsMessage }
  | { readonly type: 'act-answer'; readonly answer: ActAnswerMessage }
  | { readonly type: 'ignored' };

export class LiveClient {
  readonly picture = new LivePicture();
  readonly statistics: FrameStatistics = {
    frames: 0,
    frameBytes: 0,
    messages: 0,
    bytes: 0,
    effects: 0,
    snapshots: 0,
    lastFrameAtMs: 0,
  };
  #hasPosition = false;
  #ackedAtMs = 0;

  /** First message after the socket opened: resumes where the last connection stopped. */
  start(nowMs: number): Uint8Array {
    this.#ackedAtMs = nowMs;
    const position = this.#hasPosition ? { epoch: this.picture.epoch, seq: this.picture.seq } : null;
    const message: StartMessage = { version: PROTOCOL_VERSION, position };
    return encodeMessage(MESSAGE.start, message);
  }

  /** Throws on garbage: the wrapper closes the socket and comes back. */
  receive(bytes: Uint8Array, nowMs: number): LiveEvent {
    this.statistics.messages++;
    this.statistics.bytes += bytes.length;
    switch (bytes[0]) {
      case MESSAGE.hello:
        return { type: 'hello', hello: decodeMessageBody<HelloMessage>(bytes) };
      case MESSAGE.snapshot:
        return this.#receiveSnapshot(decodeMessageBody<SnapshotMessage>(bytes));
      case MESSAGE.frame:
        return this.#receiveFrame(bytes, nowMs);
      case MESSAGE.effects:
        return this.#receiveEffects(decodeMessageBody<EffectsMessage>(bytes));
      case MESSAGE.actAnswer:
        return { type: 'act-answer', answer: decodeMessageBody<ActAnswerMessage>(bytes) };
      default:
        return { type: 'ignored' };
    }
  }

  #receiveSnapshot(snapshot: SnapshotMessage): LiveEvent {
    this.picture.loadSnapshot(snapshot);
    // Terms begin anew with another epoch; the picture frame behind this snapshot sets the term.
    this.picture.term = 0;
    this.#hasPosition = true;
    this.statistics.snapshots++;
    return { type: 'snapshot' };
  }

  #receiveFrame(bytes: Uint8Array, nowMs: number): LiveEvent {
    if (readFrameHead(bytes) === null) throw new Error('live: malformed frame');
    if (!this.picture.applyFrame(bytes)) return { type: 'ignored' };
    this.statistics.frames++;
    this.statistics.frameBytes += bytes.length;
    this.statistics.lastFrameAtMs = nowMs;
    return { type: 'frame', bytes };
  }

  #receiveEffects(message: EffectsMessage): LiveEvent {
    if (message.epoch !== this.picture.epoch) throw new Error('live: effects of another epoch without a snapshot');
    this.picture.applyEffects(message.items);
    this.statistics.effects += message.items.length;
    return { type: 'effects', message };
  }

  /** Call about once a second: the acknowledgement to send now, or null. */
  acknowledgement(nowMs: number): Uint8Array | null {
    if (!this.#hasPosition || nowMs - this.#ackedAtMs < ACK_EVERY_MS) return null;
    // A quiet lane is acknowledged too: it tells the server that somebody still reads.
    this.#ackedAtMs = nowMs;
    const message: AckMessage = { seq: this.picture.seq };
    return encodeMessage(MESSAGE.ack, message);
  }

  act(message: ActMessage): Uint8Array {
    return encodeMessage(MESSAGE.act, message);
  }
}
