/**
 * Most points in a disc of radius R put anywhere, and disjoint discs of that kind over many points. The centre of a best disc can
 * be moved until a point lies on its rim, so all candidates are found by turning a disc once round each point
 * (geo/disc-turn.kernel.ts): n k log k for k neighbours within 2R, which are found once (geo/disc-neighbours.kernel.ts). Exact
 * for one crowd that a disc holds.
 *
 * Closed discs: what misses the rim by less than RIM_M counts as in, so rounding decides nothing.
 *
 * Disjoint discs are chosen level by level (least counts, descending). Within a level groups that stood before go first, in the
 * order given: each takes the largest disc that continues it, that is holds at least half of the smaller of the two. Then the largest
 * disc of what is left, again and again; of equal ones that on the westernmost point, of these the southernmost, then the first
 * angle from west through south. Nothing hangs on the order of the points.
 *
 * Work is counted in candidate discs, one a neighbour a turn. Beyond the budget crowded cells are taken as one point in the cell's
 * middle with slack s = half the cell's diagonal, and are in a disc up to R + s away. So no disc of radius R holds more people than
 * the one found, and the one found holds no more than some disc of radius R + 2s does; `slackM` says so.
 */
import { DiscNeighbours } from './disc-neighbours.kernel.ts';
import { DiscSites } from './disc-sites.kernel.ts';
import { DiscTurn } from './disc-turn.kernel.ts';

/** Far below any accuracy, far above rounding. */
export const RIM_M = 1e-6;

/** Cells in which more than `over` points become one; the last is taken whatever it costs. */
const COARSENESS = [
  { cellM: 0, over: 0 },
  { cellM: 5, over: 4 },
  { cellM: 5, over: 1 },
  { cellM: 10, over: 1 },
  { cellM: 20, over: 1 },
  { cellM: 40, over: 1 },
] as const;
/** Share of the budget left that turning round every point once may cost: choosing discs turns again. */
const FIRST_TURN_SHARE = 0.4;
/** Of what the grid names as near, about this share is: a disc in three by three cells. */
const NEAR_SHARE = Math.PI / 9;

export interface DiscCoverInput {
  readonly count: number;
  /** Plane metres, the first `count` of each. */
  readonly easting: Float64Array;
  readonly northing: Float64Array;
  readonly radiusM: number;
  /** Least counts of the levels, descending, [7, 4, 3] say; what holds fewer than the last is no disc. */
  readonly levels: readonly number[];
  /** Candidate discs. */
  readonly budget: number;
  /** Points of the groups that stood before, in order. */
  readonly groups: readonly (readonly number[])[];
}

export class DiscCover {
  /** Discs found, in the order in which they were chosen; members of disc d are members[ends[d - 1] .. ends[d]). */
  readonly ends: number[] = [];
  members = new Int32Array(0);
  /** By disc: the group that it continues, or -1. */
  readonly groupOf: number[] = [];
  /** By disc: how far beyond R a member may lie, m; 0: exact. */
  readonly slackM: number[] = [];
  /** Candidate discs looked at. */
  work = 0;

  readonly #sites = new DiscSites();
  readonly #neighbours = new DiscNeighbours();
  readonly #turn = new DiscTurn(this.#sites, this.#neighbours);
  #claimed = new Uint8Array(0);
  #claims = 0;
  /** By site: its best disc as last looked at, and how many discs were chosen then, and when something near was last claimed. */
  #best = new Int32Array(0);
  #bestAngle = new Float64Array(0);
  #seenAt = new Int32Array(0);
  #touchedAt = new Int32Array(0);
  #heap = new Int32Array(0);
  #heapSize = 0;
  /** By site: its points that belong to the group at hand. */
  #prior = new Int32Array(0);
  #pivots = new Int32Array(0);
  #radiusM = 0;
  #maxSlackM = 0;

  cover(input: DiscCoverInput): void {
    this.#begin(input);
    const followed = new Uint8Array(input.groups.length);
    for (const { cellM, over } of COARSENESS) {
      if (this.#claims === input.count) return;
      const isLast = cellM === COARSENESS.at(-1)?.cellM;
      const spare = isLast ? Number.POSITIVE_INFINITY : input.budget - this.work;
      if (spare <= 0) continue;
      this.#sites.fill(input.count, input.easting, input.northing, this.#claimed, cellM, over);
      this.#maxSlackM = cellM * Math.SQRT1_2;
      this.#sites.index(2 * (input.radiusM + this.#maxSlackM + RIM_M));
      if (this.#isTooMuch(spare * FIRST_TURN_SHARE)) continue;
      this.#neighbours.link(this.#sites, input.radiusM, RIM_M);
      this.#turn.begin(input.radiusM, RIM_M);
      if (this.#choose(input, followed, this.work + spare)) return;
    }
  }

  #begin({ count, radiusM }: DiscCoverInput): void {
    this.ends.length = 0;
    this.groupOf.length = 0;
    this.slackM.length = 0;
    this.work = 0;
    this.#claims = 0;
    this.#radiusM = radiusM;
    if (count > this.#claimed.length) {
      const size = Math.max(1024, 2 * count);
      this.members = new Int32Array(size);
      this.#claimed = new Uint8Array(size);
      this.#best = new Int32Array(size);
      this.#bestAngle = new Float64Array(size);
      this.#seenAt = new Int32Array(size);
      this.#touchedAt = new Int32Array(size);
      this.#heap = new Int32Array(size);
      this.#prior = new Int32Array(size);
      this.#pivots = new Int32Array(size);
    }
    this.#claimed.fill(0, 0, count);
  }

  /** Would turning round every site once look at more candidates? */
  #isTooMuch(candidates: number): boolean {
    const sites = this.#sites;
    if (sites.count * sites.count <= candidates) return false;
    return sites.countNear() * NEAR_SHARE > candidates;
  }

  /** false: the work is used up before all discs are chosen. */
  #choose({ levels, groups }: DiscCoverInput, followed: Uint8Array, limit: number): boolean {
    const least = levels.at(-1)!;
    this.#touchedAt.fill(0, 0, this.#sites.count);
    this.#heapSize = 0;
    let isFirst = true;
    for (const level of levels) {
      for (let group = 0; group < groups.length; group++) {
        if (followed[group] === 1) continue;
        if (this.work > limit) return false;
        if (this.#follow(groups[group]!, group, level)) followed[group] = 1;
      }
      if (isFirst) {
        isFirst = false;
        for (let site = 0; site < this.#sites.count; site++) {
          if (this.#sites.gone[site] === 1) continue;
          if (this.work > limit) return false;
          this.#look(site, least);
          if (this.#best[site]! >= least) this.#push(site);
        }
      }
      while (this.#heapSize > 0 && this.#best[this.#heap[0]!]! >= level) {
        const site = this.#heap[0]!;
        if (this.#sites.gone[site] === 1) this.#best[site] = 0;
        else if (this.#touchedAt[site]! > this.#seenAt[site]!) {
          if (this.work > limit) return false;
          this.#look(site, least);
        } else {
          this.#claim(site, this.#bestAngle[site]!, -1);
          continue;
        }
        if (this.#best[site]! < least) this.#pop();
        else this.#sink(0);
      }
    }
    return true;
  }

  /** The largest disc that continues the group, if it holds at least `least`. */
  #follow(group: readonly number[], number: number, least: number): boolean {
    const sites = this.#sites;
    if (!this.#mayFollow(group, least)) return false;
    let west = Number.POSITIVE_INFINITY;
    let east = Number.NEGATIVE_INFINITY;
    let south = Number.POSITIVE_INFINITY;
    let north = Number.NEGATIVE_INFINITY;
    for (const point of group) {
      if (this.#claimed[point] === 1) continue;
      const site = sites.siteOf[point]!;
      this.#prior[site]!++;
      west = Math.min(west, sites.easting[site]!);
      east = Math.max(east, sites.easting[site]!);
      south = Math.min(south, sites.northing[site]!);
      north = Math.max(north, sites.northing[site]!);
    }
    let best = 0;
    let bestPrior = 0;
    let bestSite = -1;
    let bestAngle = 0;
    // Whatever one disc holds beside the whole group is nowhere more than 2R east, west, north or south of the group's middle.
    const reachM = 2 * (this.#radiusM + this.#maxSlackM + RIM_M);
    const middleEasting = (west + east) / 2;
    const middleNorthing = (south + north) / 2;
    const named = sites.near(middleEasting, middleNorthing, 1);
    let count = 0;
    let within = 0;
    for (let i = 0; i < named; i++) {
      const site = sites.found[i]!;
      const isFar =
        Math.abs(sites.easting[site]! - middleEasting) > reachM ||
        Math.abs(sites.northing[site]! - middleNorthing) > reachM;
      if (isFar) continue;
      this.#pivots[count++] = site;
      within += sites.weight[site]!;
    }
    if (within < least) count = 0;
    for (let i = 0; i < count; i++) {
      const site = this.#pivots[i]!;
      if (!this.#turnRound(site, Math.max(least, best), group.length)) continue;
      const { best: held, bestPrior: prior, bestAngle: angle } = this.#turn;
      if (held < least || held < best || (held === best && prior < bestPrior)) continue;
      if (held === best && prior === bestPrior && bestSite !== -1 && !this.#isWestOf(site, bestSite)) continue;
      best = held;
      bestPrior = prior;
      bestSite = site;
      bestAngle = angle;
    }
    for (const point of group) if (this.#claimed[point] === 0) this.#prior[sites.siteOf[point]!] = 0;
    if (bestSite === -1) return false;
    this.#claim(bestSite, bestAngle, number);
    return true;
  }

  /** false: too few of the group are left, or nothing near them ever held so many: no turn would find a disc. */
  #mayFollow(group: readonly number[], least: number): boolean {
    let left = 0;
    let most = 0;
    for (const point of group) {
      if (this.#claimed[point] === 1) continue;
      left++;
      most = Math.max(most, this.#neighbours.most[this.#sites.siteOf[point]!]!);
    }
    return left > 0 && 2 * left >= Math.min(group.length, least) && most >= least;
  }

  #look(site: number, least: number): void {
    this.#best[site] = this.#turnRound(site, least, 0) ? this.#turn.best : 0;
    this.#bestAngle[site] = this.#turn.bestAngle;
    this.#seenAt[site] = this.ends.length;
  }

  /** false: fewer than `least`, or too few of the group, are near at all. */
  #turnRound(site: number, least: number, groupSize: number): boolean {
    const { from, to, of, left, weight } = this.#neighbours;
    if (weight[site]! < least) return false;
    if (groupSize > 0) {
      let prior = this.#prior[site]!;
      for (let i = from[site]!; i < to[site]!; i++) prior += this.#prior[of[i]!]!;
      if (2 * prior < Math.min(groupSize, least)) return false;
    }
    this.work += left[site]!;
    this.#turn.turn(site, this.#prior, groupSize);
    return this.#turn.best >= least;
  }

  /** Takes what the disc holds out of the sites, and notes whose best disc may have lost by it. */
  #claim(pivot: number, angle: number, group: number): void {
    const sites = this.#sites;
    const { easting, northing, slackM, found } = sites;
    const own = this.#radiusM + slackM[pivot]! + RIM_M / 2;
    const atEasting = easting[pivot]! + own * Math.cos(angle);
    const atNorthing = northing[pivot]! + own * Math.sin(angle);
    const count = sites.near(atEasting, atNorthing, 2);
    const touchedM = 3 * (this.#radiusM + this.#maxSlackM + RIM_M);
    const chosen = this.ends.length + 1;
    let slack = 0;
    for (let i = 0; i < count; i++) {
      const site = found[i]!;
      const eastM = easting[site]! - atEasting;
      const northM = northing[site]! - atNorthing;
      const distanceM = Math.sqrt(eastM * eastM + northM * northM);
      if (distanceM <= touchedM) this.#touchedAt[site] = chosen;
      if (site !== pivot && distanceM > this.#radiusM + slackM[site]! + RIM_M) continue;
      sites.gone[site] = 1;
      this.#neighbours.leave(site, sites.weight[site]!);
      slack = Math.max(slack, slackM[site]!);
      for (let point = sites.head[site]!; point !== -1; point = sites.next[point]!) {
        this.#claimed[point] = 1;
        this.members[this.#claims++] = point;
      }
    }
    this.ends.push(this.#claims);
    this.groupOf.push(group);
    this.slackM.push(slack);
  }

  // --- heap of sites, largest disc first ---------------------------------------------------------------------------

  #isWestOf(a: number, b: number): boolean {
    const { easting, northing } = this.#sites;
    return easting[a]! < easting[b]! || (easting[a] === easting[b] && northing[a]! < northing[b]!);
  }

  #isAbove(a: number, b: number): boolean {
    const more = this.#best[a]! - this.#best[b]!;
    return more > 0 || (more === 0 && this.#isWestOf(a, b));
  }

  #push(site: number): void {
    let at = this.#heapSize++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.#isAbove(site, this.#heap[up]!)) break;
      this.#heap[at] = this.#heap[up]!;
      at = up;
    }
    this.#heap[at] = site;
  }

  #pop(): void {
    this.#heap[0] = this.#heap[--this.#heapSize]!;
    this.#sink(0);
  }

  #sink(from: number): void {
    const site = this.#heap[from]!;
    let at = from;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= this.#heapSize) break;
      if (down + 1 < this.#heapSize && this.#isAbove(this.#heap[down + 1]!, this.#heap[down]!)) down++;
      if (!this.#isAbove(this.#heap[down]!, site)) break;
      this.#heap[at] = this.#heap[down]!;
      at = down;
    }
    if (this.#heapSize > 0) this.#heap[at] = site;
  }
}
