/**
 * Does whoever follows a log come to the state that its watch had? The watch appends a digest of its state now and then;
 * a restart, a standby or an offline replay that passes the same entry compares. A difference is a defect to look after,
 * never a reason to stop watching.
 */
import type { DigestBody } from '../stream/protocol/entry.ts';
import { ENGINE_VERSION, type Engine } from './engine.ts';
import { digestOf } from './snapshot.ts';

/** Entries between two digests: some minutes of a busy park. */
export const DIGEST_EVERY = 4_096;
/** A digest is in the log some entries behind its state. */
const REMEMBERED = 8;

export interface DigestDifference {
  readonly atSeq: number;
  readonly logged: string;
  readonly found: string;
}

export class Digests {
  readonly #every: number;
  readonly #found = new Map<number, string>();

  constructor(every: number = DIGEST_EVERY) {
    this.#every = every;
  }

  isDue(seq: number): boolean {
    return seq % this.#every === 0;
  }

  remember(atSeq: number, digest: string): void {
    this.#found.set(atSeq, digest);
    for (const oldest of this.#found.keys()) {
      if (this.#found.size <= REMEMBERED) return;
      this.#found.delete(oldest);
    }
  }

  /** After each step of a replay: the log may hold a digest of this state further on. */
  reached(engine: Engine): void {
    if (this.isDue(engine.seq)) this.remember(engine.seq, digestOf(engine));
  }

  /** null: the same, or nothing to compare with (not passed, or another engine version's). */
  compare({ atSeq, engineVersion, digest }: DigestBody): DigestDifference | null {
    const found = this.#found.get(atSeq);
    if (found === undefined || engineVersion !== ENGINE_VERSION || found === digest) return null;
    return { atSeq, logged: digest, found };
  }
}
