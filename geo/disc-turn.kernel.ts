/**
 * A disc turned once round a site that stays on its rim: where does it hold most? What is near is held in an interval of angles,
 * which hangs on places alone: the ends of the intervals are laid out and sorted when the site is first turned, and each turn is
 * one sweep over those whose site is not gone. Used by geo/disc-cover.kernel.ts. Owns its columns, which grow and are kept.
 */
import type { DiscNeighbours } from './disc-neighbours.kernel.ts';
import type { DiscSites } from './disc-sites.kernel.ts';

/** Closed intervals: a start counts before a stop at the same angle. Far above rounding, far below a micrometre on the rim. */
const CLOSED_RAD = 1e-12;

export class DiscTurn {
  /** What the best disc holds, and from which angle of its centre on, in [-PI, PI). */
  best = 0;
  bestPrior = 0;
  bestAngle = 0;

  readonly #sites: DiscSites;
  readonly #neighbours: DiscNeighbours;
  #radiusM = 0;
  #rimM = 0;
  /** By site: its ends are 2 * from[site] .. stop; -1: not laid out. */
  #stop = new Int32Array(0);
  /** By pair of neighbours: 1: held where the turn begins. */
  #isHeld = new Uint8Array(0);
  /** Ends of the intervals by angle: whose, at its stop ~whose. */
  #angles = new Float64Array(0);
  #ends = new Int32Array(0);
  /** Ends as they are found, and how many lie before each of as many equal sectors. */
  #foundAngles = new Float64Array(0);
  #foundEnds = new Int32Array(0);
  #sectors = new Int32Array(0);
  #found = 0;

  constructor(sites: DiscSites, neighbours: DiscNeighbours) {
    this.#sites = sites;
    this.#neighbours = neighbours;
  }

  /** Places and neighbours are others now. */
  begin(radiusM: number, rimM: number): void {
    this.#radiusM = radiusM;
    this.#rimM = rimM;
    const { count } = this.#sites;
    const { pairs } = this.#neighbours;
    if (count > this.#stop.length) this.#stop = new Int32Array(2 * count);
    this.#stop.fill(-1, 0, count);
    if (pairs <= this.#isHeld.length) return;
    this.#isHeld = new Uint8Array(2 * pairs);
    this.#angles = new Float64Array(4 * pairs);
    this.#ends = new Int32Array(4 * pairs);
  }

  /**
   * Fills best, bestPrior and bestAngle. `prior`: by site, points of the group. `groupSize` 0: any disc counts; else those alone
   * that hold at least half of the smaller of disc and group. best 0: none does.
   */
  turn(site: number, prior: Int32Array, groupSize: number): void {
    if (this.#stop[site] === -1) this.#layOut(site);
    const { weight, gone } = this.#sites;
    const { from, to, of } = this.#neighbours;
    let held = weight[site]!;
    const isFollowing = groupSize > 0;
    let heldPrior = isFollowing ? prior[site]! : 0;
    for (let i = from[site]!; i < to[site]!; i++) {
      const other = of[i]!;
      if (this.#isHeld[i] === 0 || gone[other] === 1) continue;
      held += weight[other]!;
      if (isFollowing) heldPrior += prior[other]!;
    }
    this.best = 0;
    this.bestPrior = 0;
    // What begins to be held at one angle is held together: half of it is no disc. So it is offered when the next end is seen.
    let angle = -Math.PI;
    let isStart = true;
    let isFirst = true;
    const stop = this.#stop[site]!;
    for (let i = 2 * from[site]!; i < stop; i++) {
      const end = this.#ends[i]!;
      const other = end < 0 ? ~end : end;
      if (gone[other] === 1) continue;
      const isMore = !isFirst && end >= 0 && this.#angles[i]! - angle <= CLOSED_RAD;
      if (isStart && !isMore) this.#offer(held, heldPrior, angle, groupSize);
      isFirst = false;
      isStart = end >= 0;
      angle = this.#angles[i]!;
      if (isStart) {
        held += weight[other]!;
        if (isFollowing) heldPrior += prior[other]!;
      } else {
        held -= weight[other]!;
        if (isFollowing) heldPrior -= prior[other]!;
      }
    }
    if (isStart) this.#offer(held, heldPrior, angle, groupSize);
  }

  #offer(held: number, prior: number, angle: number, groupSize: number): void {
    if (held < this.best || (held === this.best && prior <= this.bestPrior)) return;
    if (groupSize > 0 && 2 * prior < Math.min(groupSize, held)) return;
    this.best = held;
    this.bestPrior = prior;
    this.bestAngle = angle;
  }

  #layOut(site: number): void {
    const { easting, northing, slackM, gone } = this.#sites;
    const { from, to, of } = this.#neighbours;
    const own = this.#radiusM + slackM[site]! + this.#rimM / 2;
    const first = 2 * from[site]!;
    this.#found = 0;
    const room = 2 * (to[site]! - from[site]!);
    if (room > this.#foundEnds.length) {
      this.#foundAngles = new Float64Array(2 * room);
      this.#foundEnds = new Int32Array(2 * room);
      this.#sectors = new Int32Array(2 * room + 1);
    }
    for (let i = from[site]!; i < to[site]!; i++) {
      const other = of[i]!;
      this.#isHeld[i] = 0;
      // What is gone does not come back.
      if (gone[other] === 1) continue;
      const eastM = easting[other]! - easting[site]!;
      const northM = northing[other]! - northing[site]!;
      const theirs = this.#radiusM + slackM[other]! + this.#rimM / 2;
      const square = eastM * eastM + northM * northM;
      const distanceM = Math.sqrt(square);
      if (distanceM + own <= theirs + this.#rimM / 4) this.#isHeld[i] = 1;
      else if (distanceM + theirs >= own) {
        const cos = (square + own * own - theirs * theirs) / (2 * distanceM * own);
        const half = Math.acos(Math.max(-1, Math.min(1, cos)));
        if (this.#add(Math.atan2(northM, eastM), half, other)) this.#isHeld[i] = 1;
      }
    }
    this.#stop[site] = first + this.#found;
    this.#arrange(first);
  }

  /** Held while the centre stands at most `half` (0 .. PI) away from `middle` (-PI .. PI), radians. true: at -PI too. */
  #add(middle: number, half: number, other: number): boolean {
    let start = middle - half;
    let stop = middle + half + CLOSED_RAD;
    let isOpen = false;
    if (start < -Math.PI) {
      start += 2 * Math.PI;
      isOpen = true;
    }
    if (stop >= Math.PI) {
      stop -= 2 * Math.PI;
      isOpen = true;
    }
    this.#foundAngles[this.#found] = start;
    this.#foundEnds[this.#found++] = other;
    this.#foundAngles[this.#found] = stop;
    this.#foundEnds[this.#found++] = ~other;
    return isOpen;
  }

  /** Of what two sites stand for, negative at a stop. */
  #weightOf(end: number): number {
    return end < 0 ? -this.#sites.weight[~end]! : this.#sites.weight[end]!;
  }

  /** Ends in order from place `first` on: by sector, each sector sorted by itself. They lie all round, so most are alone there. */
  #arrange(first: number): void {
    const count = this.#found;
    const sectors = this.#sectors;
    const perRad = count / (2 * Math.PI);
    sectors.fill(0, 0, count + 1);
    for (let i = 0; i < count; i++) sectors[sectorOf(this.#foundAngles[i]!, perRad, count)]!++;
    let before = first;
    for (let sector = 0; sector <= count; sector++) {
      const here = sectors[sector]!;
      sectors[sector] = before;
      before += here;
    }
    for (let i = 0; i < count; i++) {
      const at = sectors[sectorOf(this.#foundAngles[i]!, perRad, count)]!++;
      this.#angles[at] = this.#foundAngles[i]!;
      this.#ends[at] = this.#foundEnds[i]!;
    }
    // Each is now where the next begins.
    for (let sector = 0, from = first; sector < count; sector++) {
      const to = sectors[sector]!;
      if (to - from > 1) this.#sort(from, to - 1);
      from = to;
    }
  }

  /** Quicksort of both columns by angle; of equal angles what is added comes before what is taken away. */
  #sort(first: number, last: number): void {
    const angles = this.#angles;
    let from = first;
    let to = last;
    while (to - from > 12) {
      const middle = (from + to) >> 1;
      if (this.#isBefore(middle, from)) this.#swap(middle, from);
      if (this.#isBefore(to, from)) this.#swap(to, from);
      if (this.#isBefore(to, middle)) this.#swap(to, middle);
      const angle = angles[middle]!;
      const weight = this.#weightOf(this.#ends[middle]!);
      let low = from;
      let high = to;
      while (low <= high) {
        while (angles[low]! < angle || (angles[low] === angle && this.#weightOf(this.#ends[low]!) > weight)) low++;
        while (angles[high]! > angle || (angles[high] === angle && this.#weightOf(this.#ends[high]!) < weight)) high--;
        if (low <= high) this.#swap(low++, high--);
      }
      // The smaller part by recursion: never deeper than the logarithm.
      if (high - from < to - low) {
        this.#sort(from, high);
        from = low;
      } else {
        this.#sort(low, to);
        to = high;
      }
    }
    for (let i = from + 1; i <= to; i++) {
      const angle = angles[i]!;
      const end = this.#ends[i]!;
      const weight = this.#weightOf(end);
      let at = i;
      for (; at > from; at--) {
        const before = angles[at - 1]!;
        if (before < angle || (before === angle && this.#weightOf(this.#ends[at - 1]!) >= weight)) break;
        angles[at] = before;
        this.#ends[at] = this.#ends[at - 1]!;
      }
      angles[at] = angle;
      this.#ends[at] = end;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const angleA = this.#angles[a]!;
    const angleB = this.#angles[b]!;
    return angleA < angleB || (angleA === angleB && this.#weightOf(this.#ends[a]!) > this.#weightOf(this.#ends[b]!));
  }

  #swap(a: number, b: number): void {
    const angle = this.#angles[a]!;
    this.#angles[a] = this.#angles[b]!;
    this.#angles[b] = angle;
    const end = this.#ends[a]!;
    this.#ends[a] = this.#ends[b]!;
    this.#ends[b] = end;
  }
}

/** Of `count` sectors from -PI on. */
const sectorOf = (angle: number, perRad: number, count: number): number =>
  Math.max(0, Math.min(count - 1, Math.floor((angle + Math.PI) * perRad)));
