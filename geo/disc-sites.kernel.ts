/**
 * Points on the plane in a grid, ready to be asked for what is near: the ground of geo/disc-cover.kernel.ts. A site is one point, or
 * all points of a crowded cell taken as one in the cell's middle, which lies at most `slackM` from each of them. Owns its
 * columns, which grow and are kept; only cells taken as one allocate.
 */

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

  #cellM = 1;
  #col = new Int32Array(0);
  #row = new Int32Array(0);
  #cellHead = new Int32Array(1);
  #cellNext = new Int32Array(0);
  #mask = 0;

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
    const crowds = new Map<string, number[]>();
    for (let i = 0; i < points; i++) {
      if (isTaken[i] === 1) continue;
      const cell = `${Math.floor(easting[i]! / crowdCellM)} ${Math.floor(northing[i]! / crowdCellM)}`;
      const crowd = crowds.get(cell);
      if (crowd === undefined) crowds.set(cell, [i]);
      else crowd.push(i);
    }
    for (const crowd of crowds.values()) {
      const first = crowd[0]!;
      if (crowd.length <= over) {
        for (const i of crowd) this.#put(i, easting[i]!, northing[i]!);
        continue;
      }
      const middle = (value: number): number => (Math.floor(value / crowdCellM) + 0.5) * crowdCellM;
      const site = this.#put(first, middle(easting[first]!), middle(northing[first]!));
      this.slackM[site] = crowdCellM * Math.SQRT1_2;
      for (const i of crowd.slice(1)) this.#join(i, site);
    }
  }

  /** Lays the sites into a grid; `near` finds what is at most `reachM` away. */
  index(reachM: number): void {
    this.#cellM = reachM;
    let cells = 16;
    while (cells < 2 * this.count) cells *= 2;
    if (cells > this.#cellHead.length) this.#cellHead = new Int32Array(cells);
    this.#mask = cells - 1;
    this.#cellHead.fill(-1, 0, cells);
    for (let site = 0; site < this.count; site++) {
      const col = Math.floor(this.easting[site]! / reachM);
      const row = Math.floor(this.northing[site]! / reachM);
      this.#col[site] = col;
      this.#row[site] = row;
      const cell = this.#hash(col, row);
      this.#cellNext[site] = this.#cellHead[cell]!;
      this.#cellHead[cell] = site;
    }
  }

  /** Sites not gone in the cells up to `rings` cells round the place, into `found`; returns how many. */
  near(easting: number, northing: number, rings: number): number {
    const col = Math.floor(easting / this.#cellM);
    const row = Math.floor(northing / this.#cellM);
    let n = 0;
    for (let c = col - rings; c <= col + rings; c++) {
      for (let r = row - rings; r <= row + rings; r++) {
        for (let site = this.#cellHead[this.#hash(c, r)]!; site !== -1; site = this.#cellNext[site]!) {
          if (this.#col[site] !== c || this.#row[site] !== r || this.gone[site] === 1) continue;
          this.found[n++] = site;
        }
      }
    }
    return n;
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

  #hash(col: number, row: number): number {
    return ((Math.imul(col, 0x9e3779b1) ^ Math.imul(row, 0x85ebca6b)) >>> 7) & this.#mask;
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
    this.#col = new Int32Array(size);
    this.#row = new Int32Array(size);
    this.#cellNext = new Int32Array(size);
  }
}
