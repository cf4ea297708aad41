/** Twin of redis-readers.ts in one process. */
import type { ReaderRegistry } from './protocol/log.ts';

export class MemoryReaderRegistry implements ReaderRegistry {
  readonly #readers = new Map<string, { nextSeq: number; atMs: number }>();

  async register(reader: string, nextSeq: number, atMs: number): Promise<void> {
    this.#readers.set(reader, { nextSeq, atMs });
  }

  async list(): Promise<{ reader: string; nextSeq: number; atMs: number }[]> {
    return [...this.#readers].map(([reader, at]) => ({ reader, ...at })).sort((a, b) => (a.reader < b.reader ? -1 : 1));
  }

  async drop(reader: string): Promise<void> {
    this.#readers.delete(reader);
  }
}
