/**
 * Pairs of a person and an area that he is in, or so near to that its edge is being judged: rows of columns, those of one
 * slot chained in the order of area numbers. Freed rows are used again; which row a pair has is nobody's business.
 */
import type { EvidenceColumns } from '../alarms/evidence.kernel.ts';

export const NO_PAIR = -1;

const COLUMNS = ['slot', 'area', 'inside', 'enteredAtMs', 'raise', 'clear', 'meanM', 'lastAtMs', 'onsetAtMs'] as const;
type Column = Int32Array | Uint8Array | Float32Array | Float64Array;

export class PresencePairs implements EvidenceColumns {
  slot = new Int32Array(0);
  /** Area.number */
  area = new Int32Array(0);
  inside = new Uint8Array(0);
  enteredAtMs = new Float64Array(0);
  raise = new Float32Array(0);
  clear = new Float32Array(0);
  meanM = new Float32Array(0);
  lastAtMs = new Float64Array(0);
  onsetAtMs = new Float64Array(0);
  /** Next pair of the same slot; of a free row: next free one. */
  next = new Int32Array(0);

  #headOf = new Int32Array(0).fill(NO_PAIR);
  #free = NO_PAIR;
  #count = 0;

  firstOf(slot: number): number {
    return slot < this.#headOf.length ? this.#headOf[slot]! : NO_PAIR;
  }

  find(slot: number, area: number): number {
    let pair = this.firstOf(slot);
    while (pair !== NO_PAIR && this.area[pair]! < area) pair = this.next[pair]!;
    return pair !== NO_PAIR && this.area[pair] === area ? pair : NO_PAIR;
  }

  /** A pair that is not there yet: outside, nothing gathered. */
  add(slot: number, area: number): number {
    if (this.#free === NO_PAIR) this.#grow();
    const pair = this.#free;
    this.#free = this.next[pair]!;
    this.slot[pair] = slot;
    this.area[pair] = area;
    this.inside[pair] = 0;
    this.enteredAtMs[pair] = 0;
    this.forget(pair);
    this.#link(pair);
    return pair;
  }

  remove(pair: number): void {
    const slot = this.slot[pair]!;
    let at = this.#headOf[slot]!;
    if (at === pair) this.#headOf[slot] = this.next[pair]!;
    else {
      while (this.next[at] !== pair) at = this.next[at]!;
      this.next[at] = this.next[pair]!;
    }
    this.next[pair] = this.#free;
    this.#free = pair;
    this.#count--;
  }

  /** What was gathered at the edge counts no more. */
  forget(pair: number): void {
    this.raise[pair] = 0;
    this.clear[pair] = 0;
    this.meanM[pair] = 0;
    this.lastAtMs[pair] = 0;
    this.onsetAtMs[pair] = 0;
  }

  /** Slots below this may have pairs. */
  get slotEnd(): number {
    return this.#headOf.length;
  }

  /** Copies of the columns, by slot and then by area; `rankOf` says by what an area is known in them. */
  save(rankOf: (area: number) => number): Uint8Array[] {
    const order = new Int32Array(this.#count);
    let count = 0;
    for (let slot = 0; slot < this.#headOf.length; slot++) {
      for (let pair = this.#headOf[slot]!; pair !== NO_PAIR; pair = this.next[pair]!) order[count++] = pair;
    }
    return COLUMNS.map((name) => {
      const from: Column = this[name];
      const to = new (from.constructor as new (n: number) => Column)(count);
      if (name === 'area') for (let n = 0; n < count; n++) to[n] = rankOf(from[order[n]!]!);
      else for (let n = 0; n < count; n++) to[n] = from[order[n]!]!;
      return new Uint8Array(to.buffer);
    });
  }

  load(columns: readonly Uint8Array[], areaOf: (rank: number) => number): void {
    const read = Object.fromEntries(
      COLUMNS.map((name, i) => {
        const kind = this[name].constructor as new (buffer: ArrayBuffer) => Column;
        return [name, new kind(Uint8Array.from(columns[i]!).buffer)];
      }),
    ) as Record<(typeof COLUMNS)[number], Column>;
    for (let n = 0; n < read.slot.length; n++) {
      const pair = this.add(read.slot[n]!, areaOf(read.area[n]!));
      for (const name of COLUMNS) if (name !== 'slot' && name !== 'area') this[name][pair] = read[name][n]!;
    }
  }

  #link(pair: number): void {
    const slot = this.slot[pair]!;
    if (slot >= this.#headOf.length) {
      const heads = new Int32Array(Math.max(1_024, slot + 1, this.#headOf.length * 2)).fill(NO_PAIR);
      heads.set(this.#headOf);
      this.#headOf = heads;
    }
    const area = this.area[pair]!;
    let before = NO_PAIR;
    let at = this.#headOf[slot]!;
    while (at !== NO_PAIR && this.area[at]! < area) {
      before = at;
      at = this.next[at]!;
    }
    this.next[pair] = at;
    if (before === NO_PAIR) this.#headOf[slot] = pair;
    else this.next[before] = pair;
    this.#count++;
  }

  #grow(): void {
    const from = this.slot.length;
    const capacity = Math.max(1_024, from * 2);
    for (const name of [...COLUMNS, 'next'] as const) {
      const grown = new (this[name].constructor as new (n: number) => Column)(capacity);
      grown.set(this[name] as never);
      (this as Record<string, unknown>)[name] = grown;
    }
    for (let pair = from; pair < capacity; pair++) this.next[pair] = pair + 1 < capacity ? pair + 1 : NO_PAIR;
    this.#free = from;
  }
}
