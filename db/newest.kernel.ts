/**
 * Newest time and newest place per person and source, in memory. The time decides in nanoseconds whether a fix can be new
 * to PostgreSQL; it may lag behind the table after a start (person_latest is written behind), never run ahead of it; the
 * table's primary key has the last word. The place is what person_latest gets: a fix without one does not take it away.
 * Changes belong to the open transaction: rollback takes them back. Owned by db/store.ts.
 */
import { NULL_INT4, PositionColumns } from './copy/position-columns.ts';

/** person ids stay below 2^31 and sources below 2^15, so the key is an exact double. */
const keyOf = (personId: number, source: number): number => personId * 32_768 + source;

export class NewestTable {
  /** Newest row with a place per slot, or the newest row while none had one. `count` is unused. */
  readonly rows = new PositionColumns(1024);
  readonly #slots = new Map<number, number>();
  /** Time of the newest row, with or without a place. */
  #newestMs = new Float64Array(1024);
  /** Transaction that touched a slot last, so each slot's old state is noted once. */
  #touchedBy = new Uint32Array(1024);
  #transaction = 1;
  #journalSlots: number[] = [];
  #journalTimes: number[] = [];
  readonly #journalRows = new PositionColumns(1024);
  /** Slots whose row the open transaction changed. */
  readonly #changed = new Set<number>();
  /** Slots whose row changed since it was last written to person_latest. */
  readonly #dirty = new Set<number>();

  get size(): number {
    return this.#slots.size;
  }
  get dirtyCount(): number {
    return this.#dirty.size;
  }

  clear(): void {
    this.#changed.clear();
    this.#nextTransaction();
    this.#slots.clear();
    this.#dirty.clear();
  }

  /** A row as person_latest has it. */
  load(personId: number, source: number, observedAtMs: number, hasPlace: boolean): void {
    const slot = this.#slot(personId, source);
    this.#newestMs[slot] = observedAtMs;
    this.rows.observedAtMs[slot] = observedAtMs;
    // The place itself stays in the table: this row is not written before another takes its place.
    this.rows.lng[slot] = hasPlace ? 0 : NULL_INT4;
  }

  /**
   * true: row `i` is newer than every row known of its person and source, and is the newest now.
   * false: it is not, and nothing changed.
   */
  offer(columns: PositionColumns, i: number): boolean {
    const slot = this.#slot(columns.personId[i]!, columns.source[i]!);
    const known = this.#newestMs[slot]!;
    const observedAtMs = columns.observedAtMs[i]!;
    if (observedAtMs <= known) return false;
    if (this.#touchedBy[slot] !== this.#transaction) {
      this.#touchedBy[slot] = this.#transaction;
      const entry = this.#journalSlots.push(slot) - 1;
      this.#journalTimes.push(known);
      this.#journalRows.reserve(entry + 1);
      this.#journalRows.copyRow(entry, this.rows, slot);
    }
    this.#newestMs[slot] = observedAtMs;
    if (columns.lng[i] !== NULL_INT4 || this.rows.lng[slot] === NULL_INT4) {
      this.rows.copyRow(slot, columns, i);
      this.#changed.add(slot);
    }
    return true;
  }

  commit(): void {
    for (const slot of this.#changed) this.#dirty.add(slot);
    this.#nextTransaction();
  }

  rollback(): void {
    for (let entry = 0; entry < this.#journalSlots.length; entry++) {
      const slot = this.#journalSlots[entry]!;
      this.#newestMs[slot] = this.#journalTimes[entry]!;
      this.rows.copyRow(slot, this.#journalRows, entry);
    }
    this.#nextTransaction();
  }

  /** Rows that person_latest does not have yet, with those of the open transaction; call `written` after `commit`. */
  unwritten(into: PositionColumns): void {
    into.reserve(this.#dirty.size + this.#changed.size);
    let to = 0;
    for (const slot of this.#dirty) into.copyRow(to++, this.rows, slot);
    for (const slot of this.#changed) {
      if (!this.#dirty.has(slot)) into.copyRow(to++, this.rows, slot);
    }
    into.count = to;
  }

  written(): void {
    this.#dirty.clear();
  }

  #slot(personId: number, source: number): number {
    const key = keyOf(personId, source);
    const found = this.#slots.get(key);
    if (found !== undefined) return found;
    const slot = this.#slots.size;
    if (slot >= this.rows.capacity) this.#grow(slot + 1);
    this.#newestMs[slot] = Number.NEGATIVE_INFINITY;
    this.rows.observedAtMs[slot] = Number.NEGATIVE_INFINITY;
    this.rows.lng[slot] = NULL_INT4;
    this.#slots.set(key, slot);
    return slot;
  }

  #grow(slots: number): void {
    this.rows.reserve(slots);
    const touchedBy = new Uint32Array(this.rows.capacity);
    touchedBy.set(this.#touchedBy);
    this.#touchedBy = touchedBy;
    const newestMs = new Float64Array(this.rows.capacity);
    newestMs.set(this.#newestMs);
    this.#newestMs = newestMs;
  }

  #nextTransaction(): void {
    this.#journalSlots = [];
    this.#journalTimes = [];
    this.#changed.clear();
    this.#transaction++;
  }
}
