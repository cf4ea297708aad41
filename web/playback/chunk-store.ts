/** Chunks of one playback: the few that were used last, and those that are on their way. */
import { type Chunk, readChunk } from './chunk.ts';

export interface PlaybackSource {
  /** Bytes of a chunk (chunk.ts). Rejects with `code` and `status` (an ApiError): after one of 400 to 499 asking again is of no use. */
  chunk(fromMs: number, toMs: number, stepMs: number, signal: AbortSignal): Promise<Uint8Array>;
}

export interface ChunkSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** Enough for a quarter of an hour of 10,000 people; the newest ones stay in any case. */
const KEPT_BYTES = 64_000_000;
const KEPT_AT_LEAST = 3;

const keyOf = ({ fromMs, stepMs }: ChunkSpan): string => `${fromMs}/${stepMs}`;

export class ChunkStore {
  readonly #source: PlaybackSource;
  readonly #onSettled: (span: ChunkSpan, problem: unknown) => void;
  /** Oldest use first. */
  readonly #chunks = new Map<string, Chunk>();
  readonly #underWay = new Map<string, AbortController>();
  #bytes = 0;

  /** `onSettled` with null: the chunk is here. */
  constructor(source: PlaybackSource, onSettled: (span: ChunkSpan, problem: unknown) => void) {
    this.#source = source;
    this.#onSettled = onSettled;
  }

  get(span: ChunkSpan): Chunk | null {
    const key = keyOf(span);
    const chunk = this.#chunks.get(key);
    if (chunk === undefined) return null;
    this.#chunks.delete(key);
    this.#chunks.set(key, chunk);
    return chunk;
  }

  /** Fetches those that are not here, in this order, and gives up every other that is on its way. */
  want(spans: readonly ChunkSpan[]): void {
    const wanted = new Map(spans.map((span) => [keyOf(span), span]));
    for (const [key, controller] of this.#underWay) {
      if (wanted.has(key)) continue;
      this.#underWay.delete(key);
      controller.abort();
    }
    for (const [key, span] of wanted)
      if (!this.#chunks.has(key) && !this.#underWay.has(key)) void this.#fetch(key, span);
  }

  close(): void {
    this.want([]);
    this.#chunks.clear();
    this.#bytes = 0;
  }

  async #fetch(key: string, span: ChunkSpan): Promise<void> {
    const controller = new AbortController();
    this.#underWay.set(key, controller);
    let problem: unknown = null;
    try {
      const bytes = await this.#source.chunk(span.fromMs, span.toMs, span.stepMs, controller.signal);
      if (!controller.signal.aborted) this.#keep(key, readChunk(bytes, span.fromMs, span.toMs, span.stepMs));
    } catch (reason) {
      problem = reason;
    }
    // Given up meanwhile: another may be under way under the same key.
    if (controller.signal.aborted) return;
    this.#underWay.delete(key);
    this.#onSettled(span, problem);
  }

  #keep(key: string, chunk: Chunk): void {
    this.#chunks.set(key, chunk);
    this.#bytes += chunk.byteLength;
    for (const [oldest, { byteLength }] of this.#chunks) {
      if (this.#bytes <= KEPT_BYTES || this.#chunks.size <= KEPT_AT_LEAST) return;
      this.#chunks.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}
