/**
 * Heights of the ground under people who send none: the lowest surface that looks up, in the middle of each 4 m cell of the model, from its
 * triangles, once. Works in the local frame (m east, north, up). The finer tile has the word; unknown cells are NaN. Pure.
 */
export const CELL_M = 4;
/** Cells on a block's side. */
const BLOCK = 64;
/** A block's rows and columns in one number, for 65,536 blocks each way. */
const SPAN = 65_536;
/** Smaller than this in plan, m², it is a wall and has no height. */
const FLATTEST = 1e-6;

interface Block {
  readonly upM: Float32Array;
  /** Of the tile that a height is from, m; infinite: none. */
  readonly error: Float32Array;
}

export class HeightGrid {
  readonly #blocks = new Map<number, Block>();
  /** Cells with a height. */
  known = 0;

  /** NaN: not known. */
  upAt(eastM: number, northM: number): number {
    const column = Math.floor(eastM / CELL_M);
    const row = Math.floor(northM / CELL_M);
    return this.#blocks.get(keyOf(column, row))?.upM[indexOf(column, row)] ?? Number.NaN;
  }

  /** Corners at three places of `xyz` (m in the local frame), of a tile this coarse. Returns the cells it looked at. */
  add(xyz: Float64Array, a: number, b: number, c: number, error: number): number {
    const [ax, ay, az] = [xyz[a]!, xyz[a + 1]!, xyz[a + 2]!];
    const [bx, by, bz] = [xyz[b]!, xyz[b + 1]!, xyz[b + 2]!];
    const [cx, cy, cz] = [xyz[c]!, xyz[c + 1]!, xyz[c + 2]!];
    const twice = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    // Clockwise from above it looks down: the underside of a slab is no ground.
    if (!(twice > FLATTEST)) return 0;
    // Cells whose middle lies in the box.
    const west = Math.ceil(Math.min(ax, bx, cx) / CELL_M - 0.5);
    const east = Math.floor(Math.max(ax, bx, cx) / CELL_M - 0.5);
    const south = Math.ceil(Math.min(ay, by, cy) / CELL_M - 0.5);
    const north = Math.floor(Math.max(ay, by, cy) / CELL_M - 0.5);
    for (let row = south; row <= north; row++) {
      const y = (row + 0.5) * CELL_M;
      for (let column = west; column <= east; column++) {
        const x = (column + 0.5) * CELL_M;
        const v = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / twice;
        const u = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / twice;
        if (u < 0 || v < 0 || u + v > 1) continue;
        this.#put(column, row, az + u * (bz - az) + v * (cz - az), error);
      }
    }
    return Math.max(0, east - west + 1) * Math.max(0, north - south + 1);
  }

  #put(column: number, row: number, upM: number, error: number): void {
    const key = keyOf(column, row);
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = {
        upM: new Float32Array(BLOCK * BLOCK).fill(Number.NaN),
        error: new Float32Array(BLOCK * BLOCK).fill(Number.POSITIVE_INFINITY),
      };
      this.#blocks.set(key, block);
    }
    const at = indexOf(column, row);
    const known = block.error[at]!;
    const isFiner = Math.fround(error) < known;
    if (known === Number.POSITIVE_INFINITY) this.known++;
    if (isFiner || (Math.fround(error) === known && upM < block.upM[at]!)) block.upM[at] = upM;
    if (isFiner) block.error[at] = error;
  }
}

const keyOf = (column: number, row: number): number =>
  (Math.floor(column / BLOCK) + SPAN / 2) * SPAN + Math.floor(row / BLOCK) + SPAN / 2;

const indexOf = (column: number, row: number): number =>
  (column - Math.floor(column / BLOCK) * BLOCK) * BLOCK + (row - Math.floor(row / BLOCK) * BLOCK);
