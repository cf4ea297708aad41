/**
 * Runs a span of the log through the engine again, from the archive and, behind its end, from the log itself, and holds
 * the alarms against those of then. Everything comes through ports, and nothing hangs on the clock or on chance: the same
 * span gives the same events. Called by server/cli/replay.ts.
 */
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../alarms/rule-settings.ts';
import { AppError } from '../core/errors.ts';
import { type DigestDifference, Digests } from '../engine/digests.ts';
import { ENGINE_VERSION, Engine } from '../engine/engine.ts';
import { createPark } from '../engine/park.ts';
import { loadSnapshot } from '../engine/snapshot.ts';
import type { Projection } from '../geo/projection.ts';
import type { ArchivedSegment, ArchiveReader } from '../stream/protocol/archive.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { LogEntry, RawEntry } from '../stream/protocol/entry.ts';
import type { LogHead, LogReader } from '../stream/protocol/log.ts';
import type { QuarantineSet } from '../stream/redis-quarantine.ts';
import { compareTransitions, type TransitionAt, type Verdict } from './compare-transitions.ts';
import { decodedOrNull, notePassedOver } from './passed-over.ts';

const READ_LIMIT = 256;

export interface ReplaySources {
  readonly archive: ArchiveReader;
  readonly log: LogReader;
  readonly quarantine: QuarantineSet;
  /** Transitions as they were stored, `fromSeq` to `toSeq` (inclusive), in order. */
  readonly transitionsThen: (epoch: string, fromSeq: number, toSeq: number) => Promise<readonly TransitionAt[]>;
  readonly projection: Projection;
}

export interface ReplaySpan {
  /** Both in engine time, inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** null: the rules as they are. */
  readonly settings: RuleSettings | null;
}

export interface ReplayReport {
  readonly epoch: string;
  /** Entries of the span; toSeq < fromSeq: there are none. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** The state began behind this entry: a snapshot's, or 0 for an empty park. */
  readonly startSeq: number;
  /** Versions of the engine that watched then, other than this one's. */
  readonly otherVersions: readonly string[];
  /** Entries that were passed over: quarantined, unreadable, or thrown on. */
  readonly passedOver: readonly number[];
  readonly transitions: readonly { readonly verdict: Verdict; readonly transition: TransitionAt }[];
  /** Digests in the span that were compared, and those that differ. Not compared under other rules. */
  readonly digests: number;
  readonly digestDifferences: readonly DigestDifference[];
  /** Of the span and of the way to it. */
  readonly entriesStepped: number;
  readonly fixesStepped: number;
}

/** Throws AppError NOT_FOUND or LOG_GAP naming what is missing, and what the ports throw. */
export async function replay(sources: ReplaySources, span: ReplaySpan): Promise<ReplayReport> {
  const head = await sources.log.head();
  const segments = await sources.archive.segments();
  const epoch = await epochOf(sources.log, head, segments, span);
  const log = { epoch, head, segments: segments.filter((segment) => segment.epoch === epoch) };
  const quarantined = new Set((await sources.quarantine.list(epoch)).keys());
  for (;;) {
    const run = new Run(sources, span, log, quarantined);
    const threwAt = await run.toEnd();
    if (threwAt === null) return run.report();
    // As the watch does: what a step left half done is undone by beginning anew, and the entry is passed over.
    quarantined.add(threwAt);
  }
}

/** The one log that was followed during the span. */
async function epochOf(
  log: LogReader,
  head: LogHead,
  segments: readonly ArchivedSegment[],
  { fromMs, toMs }: ReplaySpan,
): Promise<string> {
  const lives = new Map<string, { fromMs: number; toMs: number }>();
  for (const segment of segments) {
    const life = lives.get(segment.epoch);
    if (life === undefined) lives.set(segment.epoch, { fromMs: segment.fromMs, toMs: segment.toMs });
    else life.toMs = Math.max(life.toMs, segment.toMs);
  }
  if (head.firstSeq <= head.seq) {
    const fromMs = lives.get(head.epoch)?.fromMs ?? (await log.read(head.firstSeq, 1, 0))[0]?.receivedAtMs ?? 0;
    lives.set(head.epoch, { fromMs, toMs: Number.POSITIVE_INFINITY });
  }
  const met = [...lives].filter(([, life]) => life.fromMs <= toMs && life.toMs >= fromMs);
  const [first, second] = met;
  if (first === undefined)
    throw new AppError('NOT_FOUND', { detail: 'nothing of this time is archived or in the log' });
  if (second !== undefined) {
    const at = new Date(second[1].fromMs).toISOString();
    throw new AppError('NOT_FOUND', { detail: `the log began anew at ${at}: replay up to there, or from later on` });
  }
  return first[0];
}

/** One log, as far as it is archived, and what stands live. */
interface ReplayedLog {
  readonly epoch: string;
  readonly segments: readonly ArchivedSegment[];
  readonly head: LogHead;
}

/** One attempt from the starting state to the span's end. */
class Run {
  readonly #sources: ReplaySources;
  readonly #span: ReplaySpan;
  readonly #log: ReplayedLog;
  readonly #quarantined: Set<number>;
  readonly #digests = new Digests();
  readonly #now: TransitionAt[] = [];
  readonly #passedOver: number[] = [];
  readonly #otherVersions = new Set<string>();
  readonly #differences: DigestDifference[] = [];
  #digestsMet = 0;
  #startSeq = 0;
  #fromSeq = 0;
  #toSeq = 0;
  #counters = { entries: 0, fixes: 0 };

  constructor(sources: ReplaySources, span: ReplaySpan, log: ReplayedLog, quarantined: Set<number>) {
    this.#sources = sources;
    this.#span = span;
    this.#log = log;
    this.#quarantined = quarantined;
  }

  /** Sequence of an entry that the engine threw on; null: it came to the end. */
  async toEnd(): Promise<number | null> {
    const { fromMs, toMs } = this.#span;
    const engine = await this.#start();
    await this.#learnPassedOver(engine.seq + 1);
    this.#startSeq = engine.seq;
    this.#fromSeq = engine.seq + 1;
    this.#toSeq = engine.seq;
    for await (const raw of this.#entries(engine.seq + 1)) {
      const wasBefore = engine.park.nowMs < fromMs;
      const entry = this.#decode(raw);
      if (entry === null) {
        engine.skip(raw);
      } else {
        let item: ReturnType<Engine['step']>;
        try {
          item = engine.step(entry);
        } catch {
          return raw.seq;
        }
        if (engine.park.nowMs > toMs) break;
        this.#heed(entry, engine);
        if (item !== null && engine.park.nowMs >= fromMs) this.#keep(item);
      }
      if (wasBefore && engine.park.nowMs >= fromMs) this.#fromSeq = raw.seq;
      this.#toSeq = raw.seq;
    }
    // The span lies behind every entry there is.
    if (engine.park.nowMs < fromMs) this.#fromSeq = this.#toSeq + 1;
    this.#counters = { entries: engine.seq - this.#startSeq, fixes: engine.counters.fixes };
    return null;
  }

  async report(): Promise<ReplayReport> {
    const then = await this.#sources.transitionsThen(this.#log.epoch, this.#fromSeq, this.#toSeq);
    return {
      epoch: this.#log.epoch,
      fromSeq: this.#fromSeq,
      toSeq: this.#toSeq,
      startSeq: this.#startSeq,
      otherVersions: [...this.#otherVersions],
      passedOver: this.#passedOver.filter((seq) => seq >= this.#fromSeq && seq <= this.#toSeq),
      transitions: compareTransitions(then, this.#now),
      digests: this.#digestsMet,
      digestDifferences: this.#differences,
      entriesStepped: this.#counters.entries,
      fixesStepped: this.#counters.fixes,
    };
  }

  /** From the newest archived snapshot before the span, else an empty park where the log's first entry is there. */
  async #start(): Promise<Engine> {
    const { epoch, segments, head } = this.#log;
    const { archive, projection } = this.#sources;
    const settings = this.#span.settings ?? DEFAULT_RULE_SETTINGS;
    const mine = (await archive.snapshots()).filter((which) => which.epoch === epoch);
    for (const which of mine.filter((kept) => kept.atMs <= this.#span.fromMs).reverse()) {
      const bytes = await archive.snapshot(which);
      const loaded = bytes === null ? null : loadSnapshot(bytes, projection, epoch, settings);
      if (loaded?.ok !== true || loaded.engine.park.nowMs >= this.#span.fromMs) continue;
      this.#noteVersion(loaded.engineVersion);
      return loaded.engine;
    }
    const firsts = segments.map((segment) => segment.firstSeq);
    if (head.epoch === epoch) firsts.push(head.firstSeq);
    if (Math.min(...firsts) === 1) return new Engine(createPark(projection, settings));
    const earliest = mine[0] === undefined ? '' : `; the first is of ${new Date(mine[0].atMs).toISOString()}`;
    throw new AppError('NOT_FOUND', { detail: `no snapshot from before this span is archived${earliest}` });
  }

  /** Of a log that is gone: its Redis took the set along, and the word of an entry may lie behind the span. */
  async #learnPassedOver(fromSeq: number): Promise<void> {
    const { epoch, segments, head } = this.#log;
    if (epoch === head.epoch) return;
    const lastSeq = Math.max(...segments.map((segment) => segment.lastSeq));
    try {
      await notePassedOver(this.#sources.archive.entries(epoch, fromSeq, lastSeq), this.#quarantined);
    } catch (error) {
      // Where the span itself has the hole, the run says so.
      if (!(error instanceof AppError) || error.code !== 'LOG_GAP') throw error;
    }
  }

  async *#entries(fromSeq: number): AsyncGenerator<RawEntry> {
    const { archive, log } = this.#sources;
    const { epoch, segments, head } = this.#log;
    const archivedTo = Math.max(0, ...segments.map((segment) => segment.lastSeq));
    if (archivedTo >= fromSeq) yield* archive.entries(epoch, fromSeq, archivedTo);
    if (head.epoch !== epoch) return;
    for (let next = Math.max(fromSeq, archivedTo + 1); next <= head.seq; ) {
      const entries = await log.read(next, READ_LIMIT, 0);
      yield* entries;
      next += entries.length;
    }
  }

  #decode(raw: RawEntry): LogEntry | null {
    const entry = this.#quarantined.has(raw.seq) ? null : decodedOrNull(raw);
    if (entry === null) this.#passedOver.push(raw.seq);
    return entry;
  }

  #heed(entry: LogEntry, engine: Engine): void {
    if (entry.kind === 'engineVersion') this.#noteVersion(entry.body.version);
    // Under other rules the state is another one.
    if (this.#span.settings !== null) return;
    this.#digests.reached(engine);
    if (entry.kind !== 'digest' || entry.body.atSeq <= this.#startSeq) return;
    this.#digestsMet++;
    const difference = this.#digests.compare(entry.body);
    if (difference !== null) this.#differences.push(difference);
  }

  #noteVersion(version: string): void {
    if (version !== ENGINE_VERSION) this.#otherVersions.add(version);
  }

  #keep(item: NonNullable<ReturnType<Engine['step']>>): void {
    item.effects.forEach((effect, ordinal) => {
      if (effect.t === 'alarm') this.#now.push(transitionOf(item.seq, ordinal, item.atMs, effect.alarm));
    });
  }
}

const transitionOf = (seq: number, ordinal: number, atMs: number, view: AlarmView): TransitionAt => ({
  seq,
  ordinal,
  atMs,
  alarmId: view.alarmId,
  transition: view.transition,
  view,
});
