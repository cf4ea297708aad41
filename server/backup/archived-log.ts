/**
 * One archived log as the store's two sources: its entries as a log that nobody appends to, and what an engine says of them
 * as the alarm lane. Used by server/backup/catch-up.ts.
 */
import type { Logger } from '../../core/logger.ts';
import { pause } from '../../core/pause.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ArchiveReader } from '../../stream/protocol/archive.ts';
import type { EffectsAt } from '../../stream/protocol/effects.ts';
import type { RawEntry } from '../../stream/protocol/entry.ts';
import type { LaneReader, LogHead, LogReader } from '../../stream/protocol/log.ts';
import { decodedOrNull, notePassedOver } from '../passed-over.ts';

const LANE_ITEMS = 500;

/** The archive as a log that nobody appends to. */
export class ArchivedLog implements LogReader {
  readonly #archive: ArchiveReader;
  readonly #head: LogHead;
  #entries: AsyncIterator<RawEntry> | null = null;
  #nextSeq = 0;

  constructor(archive: ArchiveReader, head: LogHead) {
    this.#archive = archive;
    this.#head = head;
  }

  head(): Promise<LogHead> {
    return Promise.resolve(this.#head);
  }

  async read(nextSeq: number, limit: number, waitMs: number): Promise<RawEntry[]> {
    const { epoch, seq } = this.#head;
    if (nextSeq > seq) {
      await pause(waitMs);
      return [];
    }
    if (this.#entries === null || nextSeq !== this.#nextSeq) {
      this.#entries = this.#archive.entries(epoch, nextSeq, seq)[Symbol.asyncIterator]();
    }
    const read: RawEntry[] = [];
    while (read.length < limit) {
      const next = await this.#entries.next();
      if (next.done === true) break;
      read.push(next.value);
    }
    this.#nextSeq = nextSeq + read.length;
    return read;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface EngineLaneOptions {
  readonly archive: ArchiveReader;
  readonly epoch: string;
  readonly lastSeq: number;
  /** As it was made first. */
  readonly makeEngine: () => Promise<Engine>;
  readonly logger: Logger;
}

/** The alarm lane as an engine says it, entry by entry as far as it is asked for. */
export class EngineLane implements LaneReader {
  readonly #o: EngineLaneOptions;
  #engine: Engine;
  #entries: AsyncIterator<RawEntry> | null = null;
  #passedOver: Set<number> | null = null;
  #saidSeq = 0;
  /** The engine has taken the last entry. */
  isOver = false;
  lastItemSeq = 0;
  onOver: () => void = () => {};

  constructor(options: EngineLaneOptions, engine: Engine) {
    this.#o = options;
    this.#engine = engine;
  }

  picture(): Promise<null> {
    return Promise.resolve(null);
  }

  async read(nextSeq: number, _liveId: string, waitMs: number): ReturnType<LaneReader['read']> {
    const effects: EffectsAt[] = [];
    while (!this.isOver && effects.length < LANE_ITEMS) {
      const item = await this.#step();
      if (item === null || item.seq < nextSeq || item.seq <= this.#saidSeq) continue;
      effects.push(item);
      this.#saidSeq = item.seq;
    }
    this.lastItemSeq = effects.at(-1)?.seq ?? this.lastItemSeq;
    if (this.isOver && effects.length === 0) {
      this.onOver();
      await pause(waitMs);
    }
    return { effects, frames: [] };
  }

  laneHead(): ReturnType<LaneReader['laneHead']> {
    return Promise.resolve({ epoch: this.#o.epoch, firstSeq: 1, seq: this.#o.lastSeq });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Brings the engine to the end without telling what it says, and gives it. */
  async finish(): Promise<Engine> {
    while (!this.isOver) await this.#step();
    return this.#engine;
  }

  async #step(): Promise<EffectsAt | null> {
    const engine = this.#engine;
    const { archive, epoch, lastSeq } = this.#o;
    this.#passedOver ??= await this.#findPassedOver();
    this.#entries ??= archive.entries(epoch, engine.seq + 1, lastSeq)[Symbol.asyncIterator]();
    const next = engine.seq >= lastSeq ? null : await this.#entries.next();
    if (next === null || next.done === true) {
      this.isOver = true;
      return null;
    }
    const raw = next.value;
    const entry = this.#passedOver.has(raw.seq) ? null : decodedOrNull(raw);
    if (entry === null) {
      engine.skip(raw);
      return null;
    }
    try {
      return engine.step(entry);
    } catch (error) {
      // As watch does: what the step left half done is undone by beginning anew, and the entry is passed over.
      this.#o.logger.error('entry-passed-over', { seq: raw.seq, error });
      this.#passedOver.add(raw.seq);
      this.#entries = null;
      this.#engine = await this.#o.makeEngine();
      return null;
    }
  }

  async #findPassedOver(): Promise<Set<number>> {
    const passedOver = new Set<number>();
    const { archive, epoch, lastSeq } = this.#o;
    await notePassedOver(archive.entries(epoch, this.#engine.seq + 1, lastSeq), passedOver);
    return passedOver;
  }
}
