/**
 * From a point on the plane to the list kept for its grid cell. Owns the cell numbering of one level and one table:
 * a plain array over all cells where that is no larger than hashing would be, else open addressing, so one fence a
 * thousand kilometres away costs a little speed and no memory. Built and read by geo/fence-index.kernel.ts.
 */

/** The cells of one level: square, aligned to the plane's origin, numbered from (colBase, rowBase). */
export interface GridFrame {
  readonly cellM: number;
  readonly colBase: number;
  readonly rowBase: number;
  readonly cols: number;
  readonly rows: number;
  /** Fences are listed as near in cells up to this far from their edges. */
  readonly bandM: number;
  /** Every cell is taken larger by this; far above rounding, far below any use. */
  readonly marginM: number;
}

/** Column and row have 16 bits each in a cell's key; some are spare for rounding at the rim. */
export const MAX_SPAN_CELLS = 65_530;

/** A cell's key; may be negative, which nothing minds. */
export function cellKey(frame: GridFrame, col: number, row: number): number {
  return ((row - frame.rowBase) << 16) | (col - frame.colBase);
}

/** Slots of the hash a listed cell; at least 2 keeps probes short. */
const SLOTS_PER_CELL = 2;
/** A dense table of up to 256 KiB is always worth it. */
const ALWAYS_DENSE_CELLS = 65_536;

export class CellDirectory {
  /** Which cell (0 .. cells - 1, by first appearance) each key given to the constructor is. */
  readonly cellOf: Int32Array;
  readonly cells: number;
  readonly #cols: number;
  readonly #rows: number;
  readonly #colBase: number;
  readonly #rowBase: number;
  readonly #perM: number;
  /** Dense: a value a cell. Hashed: key and value a slot. Value 0 = nothing listed there. */
  readonly #table: Int32Array;
  /** 0 when dense. */
  readonly #shift: number;

  constructor(frame: GridFrame, keys: Int32Array, count: number) {
    this.#cols = frame.cols;
    this.#rows = frame.rows;
    this.#colBase = frame.colBase;
    this.#rowBase = frame.rowBase;
    this.#perM = 1 / frame.cellM;
    this.cellOf = new Int32Array(count);
    const all = frame.cols * frame.rows;
    // The keys repeat, so count * 4 ints bounds what a hash of the distinct ones takes.
    if (all <= Math.max(ALWAYS_DENSE_CELLS, count * SLOTS_PER_CELL * 2)) {
      this.#shift = 0;
      this.#table = new Int32Array(all);
      this.cells = this.#numberDense(keys, count);
      return;
    }
    let bits = 4;
    while (1 << bits < count * SLOTS_PER_CELL) bits++;
    this.#shift = 32 - bits;
    this.#table = new Int32Array(2 << bits);
    this.cells = this.#numberHashed(keys, count);
  }

  /** Replaces the cell numbers in the table by the place of each cell's list, above 0. Called once. */
  place(starts: Int32Array): void {
    const table = this.#table;
    const step = this.#shift === 0 ? 1 : 2;
    for (let at = step - 1; at < table.length; at += step) {
      if (table[at]! > 0) table[at] = starts[table[at]! - 1]!;
    }
  }

  /** Place of the list of the point's cell, or 0 when there is none (also for a point that is not finite). */
  find(easting: number, northing: number): number {
    const col = Math.floor(easting * this.#perM) - this.#colBase;
    const row = Math.floor(northing * this.#perM) - this.#rowBase;
    // Written so that NaN fails too.
    if (!(col >= 0 && row >= 0 && col < this.#cols && row < this.#rows)) return 0;
    const table = this.#table;
    if (this.#shift === 0) return table[row * this.#cols + col]!;
    const key = (row << 16) | col;
    const mask = table.length - 1;
    for (let at = hash(key, this.#shift); ; at = (at + 2) & mask) {
      const value = table[at + 1]!;
      if (value === 0 || table[at] === key) return value;
    }
  }

  get byteLength(): number {
    return this.#table.byteLength;
  }

  #numberDense(keys: Int32Array, count: number): number {
    let cells = 0;
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      const at = (key >>> 16) * this.#cols + (key & 0xffff);
      if (this.#table[at] === 0) this.#table[at] = ++cells;
      this.cellOf[i] = this.#table[at]! - 1;
    }
    return cells;
  }

  #numberHashed(keys: Int32Array, count: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let cells = 0;
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      let at = hash(key, this.#shift);
      while (table[at + 1] !== 0 && table[at] !== key) at = (at + 2) & mask;
      if (table[at + 1] === 0) {
        table[at] = key;
        table[at + 1] = ++cells;
      }
      this.cellOf[i] = table[at + 1]! - 1;
    }
    return cells;
  }
}

/** Fibonacci hashing: the top bits of key x 2^32 / golden ratio; two ints a slot. */
function hash(key: number, shift: number): number {
  return (Math.imul(key, 0x9e3779b1) >>> shift) * 2;
}
