/**
 * What watch makes of the engine's state besides effects: snapshots for restarts, digests for whoever replays, pictures
 * for screens. The state is taken between two steps and worked on in slices behind the loop's back; of each kind at most
 * one is under way. Called by server/watch.ts.
 */
import { type Clock, isOver } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { Slices, type Steps } from '../core/slices.ts';
import { DIGEST_EVERY, type DigestDifference, Digests } from '../engine/digests.ts';
import { ENGINE_VERSION, type Engine } from '../engine/engine.ts';
import { reusedMemory } from '../engine/packed.ts';
import { digestInSteps, packAhead, packState, takeState } from '../engine/snapshot.ts';
import type { DigestBody } from '../stream/protocol/entry.ts';
import type { SnapshotStore } from '../stream/redis-snapshots.ts';

export const SNAPSHOT_EVERY_MS = 5_000;
export const SNAPSHOT_EVERY_FIXES = 200_000;
/** A large state is kept less often: its disk is also Redis's, and whoever packs does not judge. */
const SNAPSHOT_BYTES_PER_MS = 8_000;
/** The loop's turn comes at least this often while a state is packed. */
const SLICE_MS = 2;

export interface StateCopiesOptions {
  readonly snapshots: SnapshotStore;
  readonly digestEvery?: number;
  /** SNAPSHOT_BYTES_PER_MS unless told. */
  readonly bytesPerMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Throws TERM_LOST when the lease went to another; asked before anything is replaced. */
  readonly holdTerm: () => Promise<void>;
  readonly appendDigest: (body: DigestBody) => Promise<void>;
  /** What failed behind the loop's back. */
  readonly onFailure: (what: 'snapshot-failed' | 'digest-failed', seq: number, error: unknown) => void;
}

export class StateCopies {
  readonly #o: StateCopiesOptions;
  readonly #slices = new Slices(SLICE_MS);
  readonly #digests: Digests;
  /** Of the one snapshot that is under way. */
  readonly #memory = reusedMemory();
  #snapshotAtMs = 0;
  #snapshotEveryMs = SNAPSHOT_EVERY_MS;
  #snapshotFixes = 0;
  #snapshot: Promise<void> | null = null;
  #digest: Promise<void> | null = null;

  constructor(options: StateCopiesOptions) {
    this.#o = options;
    this.#digests = new Digests(options.digestEvery ?? DIGEST_EVERY);
  }

  /** The engine is another one. `isKept`: the newest snapshot is no older than what it was made from. */
  restart(isKept: boolean): void {
    this.#snapshotAtMs = isKept ? this.#o.clock.nowMs() : 0;
    this.#snapshotFixes = 0;
  }

  /** Packs what changed since the last copy, while the engine stands still and timers run. */
  packAhead(engine: Engine): Promise<undefined> {
    return this.inSlices(packAhead(engine));
  }

  inSlices<T>(steps: Steps<T>): Promise<T> {
    return this.#slices.run(steps);
  }

  /**
   * To be called where everything the engine said is published, and not again before it resolved. While the log is replayed the
   * time alone counts: a short replay has alarms to tell first, a long one is kept for whoever comes next.
   */
  async snapshotIfDue(engine: Engine, epoch: string, term: number, isLive: boolean): Promise<void> {
    const nowMs = this.#o.clock.nowMs();
    const { fixes } = engine.counters;
    const isDue =
      isOver(this.#snapshotAtMs, this.#snapshotEveryMs, nowMs) ||
      (isLive && fixes - this.#snapshotFixes >= SNAPSHOT_EVERY_FIXES);
    if (!isDue || this.#snapshot !== null || engine.seq === 0) return;
    this.#snapshotAtMs = nowMs;
    this.#snapshotFixes = fixes;
    await this.packAhead(engine);
    const state = takeState(engine, epoch);
    const { seq } = state;
    const write = async (): Promise<void> => {
      const bytes = await this.#slices.run(packState(state, this.#memory));
      this.#snapshotEveryMs = Math.max(SNAPSHOT_EVERY_MS, bytes.length / (this.#o.bytesPerMs ?? SNAPSHOT_BYTES_PER_MS));
      await this.#o.holdTerm();
      await this.#o.snapshots.put({ epoch, seq, term, bytes });
    };
    this.#snapshot = write()
      .catch((error: unknown) => this.#o.onFailure('snapshot-failed', seq, error))
      .finally(() => {
        this.#snapshot = null;
      });
  }

  /** As the watch hands over: whoever comes next has little to replay. */
  async lastSnapshot(engine: Engine, epoch: string, term: number): Promise<void> {
    await this.settled();
    this.#snapshotAtMs = 0;
    await this.snapshotIfDue(engine, epoch, term, true);
  }

  /** To be called behind each step: a live engine's digest is appended, a replaying one's kept for comparing. */
  async digestIfDue(engine: Engine, isLive: boolean): Promise<void> {
    if (!isLive) this.#digests.reached(engine);
    else if (this.#digests.isDue(engine.seq) && this.#digest === null) {
      await this.packAhead(engine);
      const state = takeState(engine, '');
      this.#digest = this.#appendDigest(state.seq, digestInSteps(state))
        .catch((error: unknown) => this.#o.onFailure('digest-failed', state.seq, error))
        .finally(() => {
          this.#digest = null;
        });
    }
  }

  compare(body: DigestBody): DigestDifference | null {
    return this.#digests.compare(body);
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all([this.#snapshot, this.#digest]);
  }

  async #appendDigest(atSeq: number, steps: ReturnType<typeof digestInSteps>): Promise<void> {
    const digest = await this.#slices.run(steps);
    this.#digests.remember(atSeq, digest);
    await this.#o.appendDigest({ atSeq, engineVersion: ENGINE_VERSION, digest });
  }
}
