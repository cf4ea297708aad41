/**
 * A piece of a playback as the server sends it (core/playback-api.ts), in steps: what a LivePicture takes in, each with its moment. Pure.
 */
import { chunkMessages } from '../../core/playback-api.ts';
import type { EffectsAt } from '../../stream/protocol/effects.ts';
import { readFrameHead } from '../../stream/protocol/frame.ts';
import {
  decodeMessageBody,
  type EffectsMessage,
  MESSAGE,
  type SnapshotMessage,
} from '../../stream/protocol/live-message.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';

/** What happened at one moment; times never fall within a chunk. */
export type ChunkStep =
  | { readonly kind: 'snapshot'; readonly atMs: number; readonly message: Uint8Array }
  | { readonly kind: 'frame'; readonly atMs: number; readonly message: Uint8Array }
  | { readonly kind: 'effects'; readonly atMs: number; readonly item: EffectsAt; readonly epoch: string };

export interface Chunk {
  readonly fromMs: number;
  /** Where the next begins. */
  readonly toMs: number;
  readonly stepMs: number;
  readonly byteLength: number;
  readonly steps: readonly ChunkStep[];
}

/** `toMs`: what was asked for. Throws on bytes that are no chunk. */
export function readChunk(bytes: Uint8Array, fromMs: number, toMs: number, stepMs: number): Chunk {
  const steps: ChunkStep[] = [];
  let atMs = fromMs;
  let framedToMs = fromMs;
  for (const message of chunkMessages(bytes)) {
    for (const step of stepsOf(message, atMs)) {
      atMs = step.atMs;
      if (step.kind === 'frame') framedToMs = atMs;
      steps.push(step);
    }
  }
  if (steps[0]?.kind !== 'snapshot') throw new Error('playback: a chunk without a snapshot');
  // A large one ends earlier, with a frame; the next begins there.
  const endsMs = framedToMs > fromMs ? Math.min(toMs, framedToMs) : toMs;
  return { fromMs, toMs: endsMs, stepMs, byteLength: bytes.byteLength, steps };
}

function stepsOf(message: Uint8Array, notBeforeMs: number): ChunkStep[] {
  switch (message[0]) {
    case MESSAGE.snapshot:
      return [{ kind: 'snapshot', atMs: notBeforeMs, message }];
    case MESSAGE.frame: {
      const head = readFrameHead(message);
      if (head === null) throw new Error('playback: malformed frame');
      return [{ kind: 'frame', atMs: Math.max(notBeforeMs, head.atMs), message }];
    }
    case MESSAGE.effects: {
      const { epoch, items } = decodeMessageBody<EffectsMessage>(message);
      let atMs = notBeforeMs;
      return items.map((item) => {
        atMs = Math.max(atMs, item.atMs);
        return { kind: 'effects', atMs, item, epoch };
      });
    }
    default:
      return [];
  }
}

export function applyStep(picture: LivePicture, step: ChunkStep): void {
  switch (step.kind) {
    case 'snapshot':
      picture.loadSnapshot(decodeMessageBody<SnapshotMessage>(step.message));
      // Terms begin anew with every chunk, as with a snapshot of the live socket.
      picture.term = 0;
      break;
    case 'frame':
      picture.applyFrame(step.message);
      break;
    case 'effects':
      if (step.epoch !== picture.epoch) throw new Error('playback: effects of another epoch');
      picture.applyEffects([step.item]);
      break;
  }
}
