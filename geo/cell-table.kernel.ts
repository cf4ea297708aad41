/**
 * Cells of a grid that hold something, by column and row, each with room for a list and a count. A plain array over all cells of
 * the box where that is not much larger than hashing would be, else open addressing, so that one person a thousand kilometres
 * away costs a little speed and no memory. Columns grow and are kept. Used by geo/disc-sites.kernel.ts.
 */

/** Cells of the box for each that may hold something, up to which a plain array is used. */
const PLAIN_UP_TO = 16;

export class CellTable {
  count = 0;
  col = new Int32Array(0);
  row = new Int32Array(0);
  /** Of the cell's list; -1: none. Kept by the caller, as `size` is. */
  head = new Int32Array(0);
  size = new Int32Array(0);

  /** Cell of each place of the table; -1: free. */
  #cellAt = new Int32Array(16);
  #mask = 15;
  #isPlain = false;
  #west = 0;
  #south = 0;
  #cols = 0;
  #rows = 0;

  /** Empties it, with room for the first `points`, in cells of side `cellM`. */
  begin(points: number, easting: Float64Array, northing: Float64Array, cellM: number): void {
    let west = Number.POSITIVE_INFINITY;
    let east = Number.NEGATIVE_INFINITY;
    let south = Number.POSITIVE_INFINITY;
    let north = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < points; i++) {
      if (easting[i]! < west) west = easting[i]!;
      if (easting[i]! > east) east = easting[i]!;
      if (northing[i]! < south) south = northing[i]!;
      if (northing[i]! > north) north = northing[i]!;
    }
    this.#west = Math.floor(west / cellM);
    this.#south = Math.floor(south / cellM);
    this.#cols = Math.floor(east / cellM) - this.#west + 1;
    this.#rows = Math.floor(north / cellM) - this.#south + 1;
    this.#isPlain = this.#cols * this.#rows <= PLAIN_UP_TO * points;
    let places = 16;
    while (places < 2 * points) places *= 2;
    this.#mask = places - 1;
    if (this.#isPlain) places = this.#cols * this.#rows;
    if (places > this.#cellAt.length) this.#cellAt = new Int32Array(2 * places);
    this.#cellAt.fill(-1, 0, places);
    this.count = 0;
    if (points <= this.col.length) return;
    this.col = new Int32Array(2 * points);
    this.row = new Int32Array(2 * points);
    this.head = new Int32Array(2 * points);
    this.size = new Int32Array(2 * points);
  }

  /** The cell of one of the points, made when it is not there. */
  put(col: number, row: number): number {
    const at = this.#placeOf(col, row);
    const there = this.#cellAt[at]!;
    if (there !== -1) return there;
    const made = this.count++;
    this.#cellAt[at] = made;
    this.col[made] = col;
    this.row[made] = row;
    this.head[made] = -1;
    this.size[made] = 0;
    return made;
  }

  /** The cell; -1: it holds nothing. */
  find(col: number, row: number): number {
    const isIn =
      col >= this.#west && row >= this.#south && col < this.#west + this.#cols && row < this.#south + this.#rows;
    return isIn ? this.#cellAt[this.#placeOf(col, row)]! : -1;
  }

  /** Where it is in the table, or would be. */
  #placeOf(col: number, row: number): number {
    if (this.#isPlain) return (col - this.#west) * this.#rows + row - this.#south;
    let at = ((Math.imul(col, 0x9e3779b1) ^ Math.imul(row, 0x85ebca6b)) >>> 7) & this.#mask;
    for (let cell = this.#cellAt[at]!; cell !== -1; cell = this.#cellAt[at]!) {
      if (this.col[cell] === col && this.row[cell] === row) return at;
      at = (at + 1) & this.#mask;
    }
    return at;
  }
}
