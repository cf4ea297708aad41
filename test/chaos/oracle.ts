/**
 * What the park must have come to. Reads the whole log, which is kept untrimmed for it, and steps an engine of its own over
 * it from the first entry on: nothing is killed here, so what it says is what an undisturbed park would have said.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Engine } from '../../engine/engine.ts';
import { FrameBuilder, pictureFrom } from '../../engine/frames.ts';
import { createPark } from '../../engine/park.ts';
import { digestOf, loadSnapshot } from '../../engine/snapshot.ts';
import type { AlarmView, EffectsAt } from '../../stream/protocol/effects.ts';
import {
  ABSENT_U16,
  type BatchOrigin,
  FIX_FLAG,
  type FixBatch,
  type LogEntry,
  type RawEntry,
} from '../../stream/protocol/entry.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import type { Redis } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import { projection } from '../builders/plane.ts';
import { fixKey } from './supplier.ts';

const READER = 'crash-oracle';
const READ_LIMIT = 1_000;

export interface Transition {
  readonly seq: number;
  readonly ordinal: number;
  readonly alarmId: string;
  readonly transition: string;
  readonly view: AlarmView;
}

/** What the log holds of one company. */
export interface CompanyLog {
  readonly batchIds: string[];
  /** Records in entries. */
  records: number;
  readonly fixKeys: Set<string>;
  /** Of them the calls for help that came without a time: the sender does not know these keys. */
  readonly untimedKeys: Set<string>;
  /** Newest name and state of each person, in the order of the log. */
  readonly persons: Map<string, { readonly name: string; readonly deleted: boolean }>;
}

export class Oracle {
  readonly transitions: Transition[] = [];
  readonly items: EffectsAt[] = [];
  /** Numbers of entries that were set aside: none may be. */
  readonly quarantined: number[] = [];
  readonly #redis: Redis;
  readonly #park: string;
  readonly #companies = new Map<string, CompanyLog>();
  readonly #picture = new LivePicture();
  readonly #engine = new Engine(createPark(projection));
  /** The log's entries by number, to bring an older state up to ours. */
  readonly #entries: LogEntry[] = [];
  readonly #raws: RawEntry[] = [];
  #epoch = '';
  #advancing: Promise<void> = Promise.resolve();

  private constructor(redis: Redis, park: string) {
    this.#redis = redis;
    this.#park = park;
  }

  /** Before anything is trimmed. `redis` stays the caller's. */
  static async start(redis: Redis, park: string): Promise<Oracle> {
    await new RedisReaderRegistry({ redis, park, of: 'log' }).register(READER, 1, Date.now());
    await new RedisReaderRegistry({ redis, park, of: 'alarms' }).register(READER, 1, Date.now());
    return new Oracle(redis, park);
  }

  get seq(): number {
    return this.#engine.seq;
  }

  get epoch(): string {
    return this.#epoch;
  }

  of(companyCode: string): CompanyLog {
    let company = this.#companies.get(companyCode);
    if (company === undefined) {
      company = { batchIds: [], records: 0, fixKeys: new Set(), untimedKeys: new Set(), persons: new Map() };
      this.#companies.set(companyCode, company);
    }
    return company;
  }

  /** Takes what the log has by now. Several may ask at a time: one after the other. */
  advance(): Promise<void> {
    this.#advancing = this.#advancing.catch(() => {}).then(() => this.#advance());
    return this.#advancing;
  }

  async #advance(): Promise<void> {
    const log = new RedisLog({ redis: this.#redis, park: this.#park, name: 'crash-oracle' });
    try {
      const head = await log.head();
      this.#epoch = head.epoch;
      this.#picture.epoch = head.epoch;
      while (this.#engine.seq < head.seq) {
        for (const raw of await log.read(this.#engine.seq + 1, READ_LIMIT, 0)) {
          this.#raws.push(raw);
          this.#take(decodeEntry(raw));
        }
      }
    } finally {
      await log.close();
    }
  }

  /** Entry `seq` as it lies in the log. */
  raw(seq: number): RawEntry | undefined {
    return this.#raws[seq - 1];
  }

  /** The park as a screen must show it. */
  picture(): LivePicture {
    const picture = this.#picture;
    const at = { epoch: this.#epoch, term: 1, atMs: Date.now(), liveId: '0-0' };
    picture.term = 0;
    picture.applyFrame(pictureFrom(this.#engine, new FrameBuilder(1_000), at).frame);
    return picture;
  }

  /** Whether a snapshot of the park's, brought to where we are, is our state. null: it is; else what it is instead. */
  compare(snapshot: Uint8Array): string | null {
    const loaded = loadSnapshot(snapshot, projection, this.#epoch);
    if (!loaded.ok) return `the newest snapshot cannot be read: ${loaded.problem}`;
    const { engine } = loaded;
    for (let seq = engine.seq + 1; seq <= this.#engine.seq; seq++) engine.step(this.#entries[seq - 1] as LogEntry);
    const [theirs, ours] = [digestOf(engine), digestOf(this.#engine)];
    return theirs === ours ? null : `the watch's state at ${this.#engine.seq} has digest ${theirs}, not ${ours}`;
  }

  #take(entry: LogEntry): void {
    this.#note(entry);
    this.#entries.push(entry);
    const item = this.#engine.step(entry);
    if (item === null) return;
    this.items.push(item);
    this.#picture.applyEffects([item]);
    for (const [ordinal, effect] of item.effects.entries()) {
      if (effect.t !== 'alarm') continue;
      const { alarm } = effect;
      const { alarmId, transition } = alarm;
      this.transitions.push({ seq: item.seq, ordinal, alarmId, transition, view: alarm });
    }
  }

  #note(entry: LogEntry): void {
    switch (entry.kind) {
      case 'fixes':
        this.#noteFixes(entry.body);
        break;
      case 'persons': {
        const company = this.#noteBatch(entry.body.origin, entry.body.records.length);
        for (const { personId, name, deleted } of entry.body.records) company.persons.set(personId, { name, deleted });
        break;
      }
      case 'areas':
        this.#noteBatch(entry.body.origin, entry.body.records.length);
        break;
      case 'quarantined':
        this.quarantined.push(entry.body.seq);
        break;
      default:
    }
  }

  #noteBatch({ companyCode, batchId }: BatchOrigin, records: number): CompanyLog {
    const company = this.of(companyCode);
    company.batchIds.push(batchId);
    company.records += records;
    return company;
  }

  #noteFixes(batch: FixBatch): void {
    const company = this.#noteBatch(batch.origin, batch.count);
    for (let n = 0; n < batch.count; n++) {
      const subject = batch.strings[batch.subjectIndex[n]!] ?? '';
      const source = batch.sourceIndex[n] === ABSENT_U16 ? '' : (batch.strings[batch.sourceIndex[n]!] ?? '');
      const key = fixKey(subject, batch.observedAtMs[n]!, source);
      company.fixKeys.add(key);
      if ((batch.flags[n]! & FIX_FLAG.timeReplaced) !== 0) company.untimedKeys.add(key);
    }
  }
}

/** true as soon as the condition holds; false when it did not within the limit. Failures count as not yet. */
export async function isSoon(limitMs: number, condition: () => Promise<boolean>): Promise<boolean> {
  const endsAtMs = Date.now() + limitMs;
  for (;;) {
    try {
      if (await condition()) return true;
    } catch {
      // Not back yet.
    }
    if (Date.now() >= endsAtMs) return false;
    await pause(50);
  }
}
