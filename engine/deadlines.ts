/** When each permit, or alarm, is to be looked at once more though nothing new was said of it: a heap of engine times, one a key. */

interface Due {
  readonly atMs: number;
  readonly key: string;
}

export class Deadlines {
  readonly #atMs = new Map<string, number>();
  /** Binary heap, earliest first; what #atMs says otherwise by now is passed over. */
  readonly #heap: Due[] = [];

  atMs(key: string): number | null {
    return this.#atMs.get(key) ?? null;
  }

  /** null: never by itself. */
  set(key: string, atMs: number | null): void {
    if (atMs === null) {
      this.#atMs.delete(key);
      return;
    }
    if (this.#atMs.get(key) === atMs) return;
    this.#atMs.set(key, atMs);
    this.#push({ atMs, key });
  }

  /** Takes those that are due, in order of their keys. */
  take(nowMs: number): string[] {
    const due: string[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.atMs <= nowMs; first = this.#heap[0]) {
      this.#pop();
      if (this.#atMs.get(first.key) !== first.atMs) continue;
      this.#atMs.delete(first.key);
      due.push(first.key);
    }
    return due.sort();
  }

  #push(due: Due): void {
    const heap = this.#heap;
    // Deadlines that were moved pile up behind: once they are the most, the heap is made anew.
    if (heap.length > 64 && heap.length > this.#atMs.size * 2) {
      heap.length = 0;
      for (const [key, atMs] of this.#atMs) this.#sift({ atMs, key });
      return;
    }
    this.#sift(due);
  }

  #sift(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.atMs <= due.atMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
