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
import type { LogEntry, RawEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import { DOC_STORED } from '../../stream/protocol/live-docs.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import type { Redis } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import { projection } from '../builders/plane.ts';
import { CompanyLog } from './company-log.ts';

const READER = 'crash-oracle';
const READ_LIMIT = 1_000;

export interface Transition {
  readonly seq: number;
  readonly ordinal: number;
  readonly alarmId: string;
  readonly transition: string;
  readonly view: AlarmView;
}

export class Oracle {
  readonly transitions: Transition[] = [];
  /** Changes of documents that the store keeps every one of. */
  readonly docChanges: { seq: number; ordinal: number; kind: string; key: string; gone: boolean; value: unknown }[] =
    [];
  readonly items: EffectsAt[] = [];
  /** Numbers of entries that were set aside: none may be. */
  readonly quarantined: number[] = [];
  /** Numbers of ticks of a watch that another had relieved before: none may be. */
  readonly staleTicks: number[] = [];
  readonly #redis: Redis;
  readonly #park: string;
  readonly #companies = new Map<string, CompanyLog>();
  readonly #picture = new LivePicture();
  readonly #engine = new Engine(createPark(projection));
  /** The log's entries by number, to bring an older state up to ours. */
  readonly #entries: LogEntry[] = [];
  readonly #raws: RawEntry[] = [];
  #epoch = '';
  #newestTerm = 0;
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
      company = new CompanyLog();
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
      if (effect.t === 'doc' && DOC_STORED[effect.doc] === 'changes') {
        const { doc: kind, key, gone, value } = effect;
        this.docChanges.push({ seq: item.seq, ordinal, kind, key, gone, value });
      }
      if (effect.t !== 'alarm') continue;
      const { alarm } = effect;
      const { alarmId, transition } = alarm;
      this.transitions.push({ seq: item.seq, ordinal, alarmId, transition, view: alarm });
    }
  }

  #note(entry: LogEntry): void {
    switch (entry.kind) {
      case 'fixes':
      case 'persons':
      case 'areas':
      case 'personAlarms':
      case 'heartbeats':
        this.of(entry.body.origin.companyCode).take(entry);
        break;
      case 'tick':
        if (entry.body.term < this.#newestTerm) this.staleTicks.push(entry.seq);
        this.#newestTerm = Math.max(this.#newestTerm, entry.body.term);
        break;
      case 'quarantined':
        this.quarantined.push(entry.body.seq);
        break;
      default:
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
