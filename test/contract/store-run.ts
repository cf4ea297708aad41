/** One store over a harness's database, fed with entries in sequence: what the suites of StorePort share. */
import type { Applied, StoreBatch, StorePort } from '../../db/store-port.ts';
import type { BatchOrigin, EntryBodies, EntryKindName, LogEntry, RawEntry } from '../../stream/protocol/entry.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { createFixBatch, createOrigin, EntrySequence, type FixInput } from '../builders/entries.ts';
import type { StorageHarness } from './storage-harness.ts';

export const T0 = Date.UTC(2026, 6, 1, 8, 0, 0);
export const EPOCH = 'epoch-1';

/** Kinds whose bodies are an origin and records. */
export type RecordsKind = {
  [K in EntryKindName]: EntryBodies[K] extends { readonly records: readonly unknown[] } ? K : never;
}[EntryKindName];

export class StoreRun {
  readonly log = new EntrySequence();
  readonly harness: StorageHarness;
  #store: StorePort;
  #term = 1;

  private constructor(harness: StorageHarness) {
    this.harness = harness;
    this.#store = harness.open();
  }

  static async start(harness: StorageHarness): Promise<StoreRun> {
    const run = new StoreRun(harness);
    await run.#claim();
    return run;
  }

  /** Another process takes over, with nothing in memory. `isOrderly`: the first ended as it should. */
  async restart(isOrderly: boolean): Promise<void> {
    if (isOrderly) await this.#store.close();
    this.#store = this.harness.open();
    this.#term++;
    await this.#claim();
  }

  #claim(): Promise<unknown> {
    return this.#store.claim({ term: this.#term, epoch: EPOCH, first: { nextSeq: 1, alarmsNextSeq: 1 } });
  }

  /** The log gives sequences from this one on to other entries. */
  async moveBack(seq: number): Promise<void> {
    await this.#store.moveBack({ nextSeq: seq, alarmsNextSeq: 1 });
    this.log.seq = seq - 1;
  }

  apply(...entries: LogEntry[]): Promise<Applied> {
    return this.applyBatch({ entries });
  }

  applyBatch(change: Partial<StoreBatch>): Promise<Applied> {
    return this.#store.apply({
      entries: [],
      unfit: [],
      effects: [],
      nextSeq: this.log.seq + 1,
      alarmsNextSeq: 1,
      ...change,
    });
  }

  /** Keeps an entry aside, as the follower does with what the store refuses. */
  keepAside(entry: LogEntry, reason = 'out of range'): Promise<Applied> {
    return this.applyBatch({ unfit: [{ raw: rawOf(entry), reason, entry }] });
  }

  fixes(inputs: readonly FixInput[], origin: Partial<BatchOrigin> = {}, receivedAtMs = T0): LogEntry {
    return this.log.next('fixes', createFixBatch(inputs, origin), receivedAtMs);
  }

  records<K extends RecordsKind>(
    kind: K,
    records: EntryBodies[K]['records'],
    origin: Partial<BatchOrigin> = {},
    receivedAtMs = T0,
  ): LogEntry {
    const body = { origin: createOrigin({ received: records.length, ...origin }), records };
    return this.log.next(kind, body as never, receivedAtMs);
  }
}

/** As it lay in the log. */
export const rawOf = (entry: LogEntry): RawEntry => ({
  seq: entry.seq,
  epoch: EPOCH,
  kind: ENTRY_KIND[entry.kind],
  receivedAtMs: entry.receivedAtMs,
  body: encodeBody(entry.kind, entry.body),
});
