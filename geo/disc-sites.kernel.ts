/**
 * Points on the plane in a grid, ready to be asked for what is near: the ground of geo/disc-cover.kernel.ts. A site is one point, or
 * all points of a crowded cell taken as one in the cell's middle, which lies at most `slackM` from each of them. Owns its
 * columns, which grow and are kept.
 */
import { CellTable } from './cell-table.kernel.ts';

export class DiscSites {
  count = 0;
  easting = new Float64Array(0);
  northing = new Float64Array(0);
  slackM = new Float64Array(0);
  /** Points that the site stands for, as a list: `head`, then `next` of each point, -1 at the end. */
  weight = new Int32Array(0);
  head = new Int32Array(0);
  next = new Int32Array(0);
  /** Of each point. */
  siteOf = new Int32Array(0);
  /** 1: in a disc already. */
  gone = new Uint8Array(0);
  /** Sites written by the last `near`. */
  found = new Int32Array(0);
  /** Sites of a cell as a list: `cells.head`, then `nextInCell` of each, -1 at the end. */
  readonly cells = new CellTable();
  nextInCell = new Int32Array(0);

  #cellM = 1;
  readonly #crowds = new CellTable();
  #nextInCrowd = new Int32Array(0);

  /** Sites of the points that `isTaken` leaves; cells of side `crowdCellM` with more than `over` points become one. */
  fill(
    points: number,
    easting: Float64Array,
    northing: Float64Array,
    isTaken: Uint8Array,
    crowdCellM: number,
    over: number,
  ): void {
    if (points > this.easting.length) this.#grow(points);
    this.count = 0;
    if (crowdCellM === 0) {
      for (let i = 0; i < points; i++) if (isTaken[i] === 0) this.#put(i, easting[i]!, northing[i]!);
      return;
    }
    const crowds = this.#crowds;
    const nextInCrowd = this.#nextInCrowd;
    crowds.begin(points, easting, northing, crowdCellM);
    // From the last to the first: so each crowd is a list from its first point on.
    for (let i = points - 1; i >= 0; i--) {
      if (isTaken[i] === 1) continue;
      const crowd = crowds.put(Math.floor(easting[i]! / crowdCellM), Math.floor(northing[i]! / crowdCellM));
      nextInCrowd[i] = crowds.head[crowd]!;
      crowds.head[crowd] = i;
      crowds.size[crowd]!++;
    }
    // Crowds in the order of their first points.
    for (let i = 0; i < points; i++) {
      if (isTaken[i] === 1) continue;
      const col = Math.floor(easting[i]! / crowdCellM);
      const row = Math.floor(northing[i]! / crowdCellM);
      const crowd = crowds.find(col, row);
      if (crowds.head[crowd] !== i) continue;
      if (crowds.size[crowd]! <= over) {
        for (let point = i; point !== -1; point = nextInCrowd[point]!)
          this.#put(point, easting[point]!, northing[point]!);
        continue;
      }
      const site = this.#put(i, (col + 0.5) * crowdCellM, (row + 0.5) * crowdCellM);
      this.slackM[site] = crowdCellM * Math.SQRT1_2;
      for (let point = nextInCrowd[i]!; point !== -1; point = nextInCrowd[point]!) this.#join(point, site);
    }
  }

  /** Lays the sites into a grid; `near` finds what is at most `reachM` away. */
  index(reachM: number): void {
    this.#cellM = reachM;
    const { cells } = this;
    cells.begin(this.count, this.easting, this.northing, reachM);
    for (let site = 0; site < this.count; site++) {
      const cell = cells.put(Math.floor(this.easting[site]! / reachM), Math.floor(this.northing[site]! / reachM));
      this.nextInCell[site] = cells.head[cell]!;
      cells.head[cell] = site;
      cells.size[cell]!++;
    }
  }

  /** Sites not gone in the cells up to `rings` cells round the place, into `found`; returns how many. */
  near(easting: number, northing: number, rings: number): number {
    const { cells, gone, found, nextInCell } = this;
    const col = Math.floor(easting / this.#cellM);
    const row = Math.floor(northing / this.#cellM);
    let n = 0;
    for (let c = col - rings; c <= col + rings; c++) {
      for (let r = row - rings; r <= row + rings; r++) {
        const cell = cells.find(c, r);
        if (cell === -1) continue;
        for (let site = cells.head[cell]!; site !== -1; site = nextInCell[site]!) {
          if (gone[site] === 0) found[n++] = site;
        }
      }
    }
    return n;
  }

  /** How many `near` within one ring would find of all sites together. */
  countNear(): number {
    const { cells } = this;
    let named = 0;
    for (let cell = 0; cell < cells.count; cell++) {
      const col = cells.col[cell]!;
      const row = cells.row[cell]!;
      let round = 0;
      for (let c = col - 1; c <= col + 1; c++) {
        for (let r = row - 1; r <= row + 1; r++) {
          const other = cells.find(c, r);
          if (other !== -1) round += cells.size[other]!;
        }
      }
      named += cells.size[cell]! * round;
    }
    return named;
  }

  #put(point: number, easting: number, northing: number): number {
    const site = this.count++;
    this.easting[site] = easting;
    this.northing[site] = northing;
    this.slackM[site] = 0;
    this.weight[site] = 0;
    this.gone[site] = 0;
    this.head[site] = -1;
    this.#join(point, site);
    return site;
  }

  #join(point: number, site: number): void {
    this.weight[site]!++;
    this.next[point] = this.head[site]!;
    this.head[site] = point;
    this.siteOf[point] = site;
  }

  #grow(points: number): void {
    const size = Math.max(1024, 2 * points);
    this.easting = new Float64Array(size);
    this.northing = new Float64Array(size);
    this.slackM = new Float64Array(size);
    this.weight = new Int32Array(size);
    this.head = new Int32Array(size);
    this.next = new Int32Array(size);
    this.siteOf = new Int32Array(size);
    this.gone = new Uint8Array(size);
    this.found = new Int32Array(size);
    this.nextInCell = new Int32Array(size);
    this.#nextInCrowd = new Int32Array(size);
  }
}
