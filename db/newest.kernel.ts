/**
 * Newest row per person and source, in memory: decides in nanoseconds whether a fix can be new to PostgreSQL. A value
 * may lag behind the table after a start (person_latest is written behind), never run ahead of it; the table's primary
 * key has the last word. Changes belong to the open transaction: rollback takes the times back. Owned by db/store.ts.
 */
import { PositionColumns } from './copy/position-columns.ts';

/** person ids stay below 2^31 and sources below 2^15, so the key is an exact double. */
const keyOf = (personId: number, source: number): number => personId * 32_768 + source;

export class NewestTable {
  /** Row per slot. `count` is unused; slots run from 0 to size. */
  readonly rows = new PositionColumns(1024);
  readonly #slots = new Map<number, number>();
  /** Transaction that touched a slot last, so each slot's old time is noted once. */
  #touchedBy = new Uint32Array(1024);
  #transaction = 1;
  #journalSlots: number[] = [];
  #journalTimes: number[] = [];
  /** Slots changed since they were last written to person_latest. */
  #dirty = new Set<number>();

  get size(): number {
    return this.#slots.size;
  }
  get dirtyCount(): number {
    return this.#dirty.size;
  }

  clear(): void {
    this.#slots.clear();
    this.#dirty.clear();
    this.commit();
  }

  /** A row as person_latest has it. */
  load(personId: number, source: number, observedAtMs: number): void {
    this.rows.observedAtMs[this.#slot(personId, source)] = observedAtMs;
  }

  /**
   * true: row `i` is newer than every row known of its person and source, and is the newest now.
   * false: it is not, and nothing changed.
   */
  offer(columns: PositionColumns, i: number): boolean {
    const slot = this.#slot(columns.personId[i]!, columns.source[i]!);
    const known = this.rows.observedAtMs[slot]!;
    if (columns.observedAtMs[i]! <= known) return false;
    if (this.#touchedBy[slot] !== this.#transaction) {
      this.#touchedBy[slot] = this.#transaction;
      this.#journalSlots.push(slot);
      this.#journalTimes.push(known);
    }
    this.rows.copyRow(slot, columns, i);
    return true;
  }

  commit(): void {
    for (const slot of this.#journalSlots) this.#dirty.add(slot);
    this.#nextTransaction();
  }

  /**
   * Takes back the times. The other columns keep what the lost transaction said: its entries come again, and until then
   * these slots are not dirty for it.
   */
  rollback(): void {
    for (let k = 0; k < this.#journalSlots.length; k++) {
      this.rows.observedAtMs[this.#journalSlots[k]!] = this.#journalTimes[k]!;
    }
    this.#nextTransaction();
  }

  /** Rows that person_latest does not have yet, with those of the open transaction; call `written` after `commit`. */
  unwritten(into: PositionColumns): void {
    into.reserve(this.#dirty.size + this.#journalSlots.length);
    let to = 0;
    for (const slot of this.#dirty) into.copyRow(to++, this.rows, slot);
    for (const slot of this.#journalSlots) {
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
    if (slot >= this.rows.capacity) {
      this.rows.reserve(slot + 1);
      const touchedBy = new Uint32Array(this.rows.capacity);
      touchedBy.set(this.#touchedBy);
      this.#touchedBy = touchedBy;
    }
    this.rows.observedAtMs[slot] = Number.NEGATIVE_INFINITY;
    this.#slots.set(key, slot);
    return slot;
  }

  #nextTransaction(): void {
    this.#journalSlots = [];
    this.#journalTimes = [];
    this.#transaction++;
  }
}
