/** Twin of redis-readers.ts in one process. */
import { checkFence } from './continuity.ts';
import type { Fence, ReaderRegistry, RegisteredReader } from './protocol/log.ts';

export class MemoryReaderRegistry implements ReaderRegistry {
  readonly #readers = new Map<string, { nextSeq: number; atMs: number }>();
  readonly #terms: ReadonlyMap<string, number>;

  /** `terms`: newest of the park's leases, where registering is to be fenced. */
  constructor(terms: ReadonlyMap<string, number> = new Map()) {
    this.#terms = terms;
  }

  async register(reader: string, nextSeq: number, atMs: number, fence?: Fence): Promise<void> {
    checkFence(this.#terms, fence);
    this.#readers.set(reader, { nextSeq, atMs });
  }

  async list(): Promise<RegisteredReader[]> {
    return [...this.#readers].map(([reader, at]) => ({ reader, ...at })).sort((a, b) => (a.reader < b.reader ? -1 : 1));
  }

  async drop(reader: string): Promise<void> {
    this.#readers.delete(reader);
  }

  async dropSilent(beforeMs: number, fence?: Fence): Promise<RegisteredReader[]> {
    checkFence(this.#terms, fence);
    const silent = (await this.list()).filter(({ atMs }) => atMs < beforeMs);
    for (const { reader } of silent) this.#readers.delete(reader);
    return silent;
  }
}
