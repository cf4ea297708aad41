/**
 * Tens of megabytes written to Redis piece by piece: it answers nobody while it takes and syncs a command, and one command of a whole
 * picture holds up every position and alarm behind it. Pieces are staged in a list that a script then takes in one go, or not at all.
 */
import { AppError } from '../core/errors.ts';
import type { Redis } from './redis.ts';
import { runScript } from './scripts.ts';

const PIECE_BYTES = 1 << 18;

export interface Stage {
  /** List of the pieces, in the slot of what they become. */
  readonly key: string;
  readonly terms: string;
  /** Of lease `watch`. */
  readonly term: number;
}

/** How many pieces there are now. Throws TERM_LOST, and what ioredis throws. `onPiece` sees each as it goes. */
export async function stagePieces(
  redis: Redis,
  { key, terms, term }: Stage,
  bytes: Uint8Array,
  onPiece?: (piece: Uint8Array) => void,
): Promise<number> {
  let count = 0;
  do {
    const piece = bytes.subarray(count * PIECE_BYTES, (count + 1) * PIECE_BYTES);
    onPiece?.(piece);
    const sent = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const reply = await runScript(redis, 'stage-piece', [key, terms], [term, sent, count === 0 ? 'first' : '']);
    if (reply === -1) throw new AppError('TERM_LOST', { detail: `term ${term} of watch` });
    count++;
  } while (count * PIECE_BYTES < bytes.length);
  return count;
}

/** Together again; null where there is none, or what lies there is of a version that wrote it in one. */
export async function readPieces(redis: Redis, key: string): Promise<Buffer | null> {
  if ((await redis.type(key)) !== 'list') return null;
  const pieces = await redis.lrangeBuffer(key, 0, -1);
  return pieces.length === 0 ? null : Buffer.concat(pieces);
}
