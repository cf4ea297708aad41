/**
 * Collects the raw body of a uWebSockets.js request: at most `bytesMax`, within the memory budget and a deadline.
 * A body that is too large is not kept: what follows is read past, so that the sender can finish and see its answer,
 * and a sender who does not finish is cut off.
 */
import type { HttpResponse } from '../stream/uws.ts';
import type { BodyShare } from './body-budget.ts';

export type BodyEnd =
  | { readonly outcome: 'whole'; readonly body: Buffer }
  /** The whole request was read, but not kept. */
  | { readonly outcome: 'too-large' | 'no-room' | 'unwanted' }
  /** Too slow, or far too much: no answer will reach the sender, the connection is to be closed. */
  | { readonly outcome: 'hopeless' };

/** A sender this far beyond the limit is cut off rather than read to its end. */
export const READ_PAST_BYTES = 12 * 1024 * 1024;

export interface CollectOptions {
  readonly bytesMax: number;
  /** content-length, or null when the sender does not say. At most `bytesMax`. */
  readonly declaredBytes: number | null;
  readonly share: BodyShare;
  readonly deadlineMs: number;
  /** Called once, when a first part is here and the rest is not. */
  readonly onPart: () => void;
}

export interface Collecting {
  /** To be called when the request was aborted. */
  cancel(): void;
  /** Keeps nothing of what came and of what comes: a body that is not too large ends as `unwanted`. */
  discard(): void;
}

/**
 * Calls `onEnd` once, never after the request was aborted. Call it in the route handler itself: uWebSockets.js drops what
 * arrives before `onData` is attached.
 */
export function collectBody(res: HttpResponse, options: CollectOptions, onEnd: (end: BodyEnd) => void): Collecting {
  const { declaredBytes, share, bytesMax } = options;
  /** The first `bytes` of it came; what is behind is room for more. */
  let held = NOTHING;
  let bytes = 0;
  let refused: 'too-large' | 'no-room' | 'unwanted' | null = null;
  let isOver = false;
  let isPartial = false;

  const finish = (end: BodyEnd): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    held = NOTHING;
    onEnd(end);
  };
  const timer = setTimeout(() => finish({ outcome: 'hopeless' }), options.deadlineMs);

  res.onData((chunk, isLast) => {
    if (isOver) return;
    bytes += chunk.byteLength;
    if (bytes > bytesMax) refused = 'too-large';
    else if (refused === null && !share.grow(chunk.byteLength)) refused = 'no-room';
    if (refused !== null) {
      held = NOTHING;
      if (isLast) finish({ outcome: refused });
      else if (bytes > bytesMax + READ_PAST_BYTES) finish({ outcome: 'hopeless' });
      return;
    }
    if (bytes > held.length) held = enlarged(held, bytes, declaredBytes ?? bytesMax);
    // Copied: the chunk is only lent, uWebSockets.js takes it back when this returns.
    held.set(new Uint8Array(chunk), bytes - chunk.byteLength);
    if (isLast) {
      finish({ outcome: 'whole', body: held.subarray(0, bytes) });
      return;
    }
    if (!isPartial) options.onPart();
    isPartial = true;
  });

  return {
    cancel: () => {
      isOver = true;
      clearTimeout(timer);
      held = NOTHING;
    },
    discard: () => {
      refused = 'unwanted';
      held = NOTHING;
      share.release();
    },
  };
}

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Room for `bytes`, and for as much again as long as the body may come to that. One piece of memory, whatever the pieces the
 * body comes in: a sender may send every byte as a chunk, and one object each would weigh hundreds of times the body.
 */
function enlarged(held: Buffer, bytes: number, bytesMax: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(2 * held.length, bytesMax)));
  larger.set(held);
  return larger;
}
