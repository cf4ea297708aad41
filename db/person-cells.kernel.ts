/**
 * Coarse whereabouts: which cells of 0.002 degree (some 200 m) a person was in within an hour. Hot path of the store: a fix in
 * a cell that its person was in lately costs four comparisons. Invariant: what is not noted here was noted before, or is noted
 * again, which the table takes for the same.
 */
import { NULL_INT4, type PositionColumns } from './copy/position-columns.ts';

export const HOUR_MS = 3_600_000;
/** 1e-7 degree. */
export const CELL_SIDE = 20_000;
/** Cells a person may go to and fro between without a word: those around a corner. */
const REMEMBERED = 4;

/** Some 28 km by 24 km, more than any park is: a company may send an area as wide as the world. */
const SIDE_MAX = 128;

/** Places 131 degrees apart share a cell, which finds a few people too many. */
export const cellAt = (column: number, row: number): number => ((row & 0xffff) << 16) | (column & 0xffff);

/** Cells that a span of degrees touches; of a span wider than SIDE_MAX cells those round its middle. */
export function cellsOf(west: number, south: number, east: number, north: number): number[] {
  const [firstRow, lastRow] = spanOf(south, north);
  const [firstColumn, lastColumn] = spanOf(west, east);
  const cells: number[] = [];
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) cells.push(cellAt(column, row));
  }
  return cells;
}

function spanOf(fromDeg: number, toDeg: number): [first: number, last: number] {
  const [first, last] = [fromDeg, toDeg].map((degrees) => Math.floor((degrees * 1e7) / CELL_SIDE)) as [number, number];
  const surplus = Math.max(0, last - first + 1 - SIDE_MAX);
  const cut = Math.floor(surplus / 2);
  return [first + cut, last - (surplus - cut)];
}

/** What a batch brings that is not known yet, as columns of equal length. */
export interface NewCells {
  readonly hours: number[];
  readonly cells: number[];
  readonly personIds: number[];
}

export class PersonCells {
  /** By person.id: hour and cells last noted, as a ring. */
  #hour = new Int32Array(0);
  #cells = new Int32Array(0);
  #next = new Uint8Array(0);

  /** Forgets all: what was noted may not have been kept. */
  clear(): void {
    this.#hour.fill(0);
  }

  note({ count, personId, observedAtMs, lng, lat }: PositionColumns): NewCells {
    const fresh: NewCells = { hours: [], cells: [], personIds: [] };
    for (let i = 0; i < count; i++) {
      const easting = lng[i] ?? NULL_INT4;
      if (easting === NULL_INT4) continue;
      const person = personId[i] ?? 0;
      const hour = Math.floor((observedAtMs[i] ?? 0) / HOUR_MS);
      const cell = cellAt(Math.floor(easting / CELL_SIDE), Math.floor((lat[i] ?? 0) / CELL_SIDE));
      if (!this.#isNew(person, hour, cell)) continue;
      fresh.hours.push(hour);
      fresh.cells.push(cell);
      fresh.personIds.push(person);
    }
    return fresh;
  }

  #isNew(person: number, hour: number, cell: number): boolean {
    if (person >= this.#hour.length) this.#grow(person + 1);
    const from = person * REMEMBERED;
    if (this.#hour[person] === hour) {
      for (let k = from; k < from + REMEMBERED; k++) if (this.#cells[k] === cell) return false;
    } else {
      this.#hour[person] = hour;
      this.#cells.fill(cell, from, from + REMEMBERED);
      return true;
    }
    const next = this.#next[person] ?? 0;
    this.#cells[from + next] = cell;
    this.#next[person] = (next + 1) % REMEMBERED;
    return true;
  }

  #grow(people: number): void {
    const size = Math.max(people, this.#hour.length * 2, 1_024);
    const grown = [new Int32Array(size), new Int32Array(size * REMEMBERED), new Uint8Array(size)] as const;
    grown[0].set(this.#hour);
    grown[1].set(this.#cells);
    grown[2].set(this.#next);
    [this.#hour, this.#cells, this.#next] = grown;
  }
}
