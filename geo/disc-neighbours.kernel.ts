/**
 * Who is near whom, found once for all discs of one cover (geo/disc-cover.kernel.ts): the sites that a disc of radius R can hold
 * together with another on its rim, and how much of that is not gone yet. Owns its columns, which grow and are kept.
 */
import type { DiscSites } from './disc-sites.kernel.ts';

export class DiscNeighbours {
  /** By site: its neighbours but itself are of[from[site] .. to[site]). */
  from = new Int32Array(0);
  to = new Int32Array(0);
  of = new Int32Array(1024);
  /** By site: how many of it and its neighbours are not gone, and the points they stand for. */
  left = new Int32Array(0);
  weight = new Int32Array(0);
  /** By site: the most that it or a neighbour had for `weight` at first. */
  most = new Int32Array(0);
  /** Neighbours of all sites together. */
  pairs = 0;

  /** `rimM`: half of it is added to each radius. The sites' grid names what is near. */
  link(sites: DiscSites, radiusM: number, rimM: number): void {
    const { easting, northing, slackM, found, cells, nextInCell, count } = sites;
    if (count > this.from.length) this.#grow(count);
    this.pairs = 0;
    for (let cell = 0; cell < cells.count; cell++) {
      const first = cells.head[cell]!;
      const named = sites.near(easting[first]!, northing[first]!, 1);
      for (let site = first; site !== -1; site = nextInCell[site]!) {
        if (this.pairs + named > this.of.length) this.#growPairs(this.pairs + named);
        const atEasting = easting[site]!;
        const atNorthing = northing[site]!;
        const own = radiusM + slackM[site]! + rimM / 2;
        let at = this.pairs;
        let weight = sites.weight[site]!;
        this.from[site] = at;
        for (let i = 0; i < named; i++) {
          const other = found[i]!;
          const eastM = easting[other]! - atEasting;
          const northM = northing[other]! - atNorthing;
          const reachM = own + radiusM + slackM[other]! + rimM / 2;
          if (eastM * eastM + northM * northM > reachM * reachM || other === site) continue;
          this.of[at++] = other;
          weight += sites.weight[other]!;
        }
        this.to[site] = at;
        this.left[site] = at - this.pairs + 1;
        this.weight[site] = weight;
        this.pairs = at;
      }
    }
    for (let site = 0; site < count; site++) this.most[site] = this.weight[site]!;
    for (let site = 0; site < count; site++) {
      const weight = this.weight[site]!;
      for (let i = this.from[site]!; i < this.to[site]!; i++) {
        const other = this.of[i]!;
        if (this.most[other]! < weight) this.most[other] = weight;
      }
    }
  }

  /** The site is gone: its neighbours have one less. */
  leave(site: number, weight: number): void {
    for (let i = this.from[site]!; i < this.to[site]!; i++) {
      const other = this.of[i]!;
      this.left[other]!--;
      this.weight[other]! -= weight;
    }
  }

  #grow(count: number): void {
    const size = Math.max(1024, 2 * count);
    this.from = new Int32Array(size);
    this.to = new Int32Array(size);
    this.left = new Int32Array(size);
    this.weight = new Int32Array(size);
    this.most = new Int32Array(size);
  }

  #growPairs(needed: number): void {
    const of = new Int32Array(2 * needed);
    of.set(this.of);
    this.of = of;
  }
}
