/**
 * One disc turned once round a point that stays on its rim: where does it hold most? The caller adds what is near with
 * the interval of angles in which the disc holds it; a sweep over the ends of the intervals finds the deepest angle. Used by
 * geo/disc-cover.kernel.ts. Owns its columns, which grow and are kept.
 */

/** Closed intervals: a start counts before a stop at the same angle. Far above rounding, far below a micrometre on the rim. */
const CLOSED_RAD = 1e-12;

export class DiscTurn {
  /** What the best disc holds, and from which angle of its centre on, in [-PI, PI). */
  best = 0;
  bestPrior = 0;
  bestAngle = 0;

  #angles = new Float64Array(512);
  /** Weight and prior weight of the interval; negative at its stop. */
  #weights = new Int32Array(512);
  #priors = new Int32Array(512);
  #events = 0;
  #held = 0;
  #heldPrior = 0;

  /** `weight`: held at every angle, the point itself first of all. */
  begin(weight: number, prior: number): void {
    this.#events = 0;
    this.#held = weight;
    this.#heldPrior = prior;
  }

  hold(weight: number, prior: number): void {
    this.#held += weight;
    this.#heldPrior += prior;
  }

  /** Held while the centre stands at most `half` (0 .. PI) away from `middle` (-PI .. PI), radians. */
  add(middle: number, half: number, weight: number, prior: number): void {
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
    if (isOpen) this.hold(weight, prior);
    if (this.#events + 2 > this.#angles.length) this.#grow();
    this.#put(start, weight, prior);
    this.#put(stop, -weight, -prior);
  }

  /**
   * Fills best, bestPrior and bestAngle. `groupSize` 0: any disc counts; else those alone that hold at least half of the smaller
   * of disc and group. best 0: none does.
   */
  turn(groupSize: number): void {
    this.#sort(0, this.#events - 1);
    let held = this.#held;
    let prior = this.#heldPrior;
    this.best = 0;
    this.bestPrior = 0;
    this.#offer(held, prior, -Math.PI, groupSize);
    for (let i = 0; i < this.#events; i++) {
      held += this.#weights[i]!;
      prior += this.#priors[i]!;
      // What begins to be held at one angle is held together: half of it is no disc.
      const isMore =
        i + 1 < this.#events && this.#weights[i + 1]! > 0 && this.#angles[i + 1]! - this.#angles[i]! <= CLOSED_RAD;
      if (this.#weights[i]! > 0 && !isMore) this.#offer(held, prior, this.#angles[i]!, groupSize);
    }
  }

  #offer(held: number, prior: number, angle: number, groupSize: number): void {
    if (held < this.best || (held === this.best && prior <= this.bestPrior)) return;
    if (groupSize > 0 && 2 * prior < Math.min(groupSize, held)) return;
    this.best = held;
    this.bestPrior = prior;
    this.bestAngle = angle;
  }

  #put(angle: number, weight: number, prior: number): void {
    this.#angles[this.#events] = angle;
    this.#weights[this.#events] = weight;
    this.#priors[this.#events++] = prior;
  }

  #grow(): void {
    const angles = new Float64Array(2 * this.#angles.length);
    const weights = new Int32Array(angles.length);
    const priors = new Int32Array(angles.length);
    angles.set(this.#angles);
    weights.set(this.#weights);
    priors.set(this.#priors);
    this.#angles = angles;
    this.#weights = weights;
    this.#priors = priors;
  }

  /** Quicksort of the three columns by angle; of equal angles what is added comes before what is taken away. */
  #sort(first: number, last: number): void {
    let from = first;
    let to = last;
    while (to - from > 12) {
      const middle = (from + to) >> 1;
      if (this.#isBefore(middle, from)) this.#swap(middle, from);
      if (this.#isBefore(to, from)) this.#swap(to, from);
      if (this.#isBefore(to, middle)) this.#swap(to, middle);
      const angle = this.#angles[middle]!;
      const weight = this.#weights[middle]!;
      let low = from;
      let high = to;
      while (low <= high) {
        while (this.#angles[low]! < angle || (this.#angles[low] === angle && this.#weights[low]! > weight)) low++;
        while (this.#angles[high]! > angle || (this.#angles[high] === angle && this.#weights[high]! < weight)) high--;
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
      for (let at = i; at > from && this.#isBefore(at, at - 1); at--) this.#swap(at, at - 1);
    }
  }

  #isBefore(a: number, b: number): boolean {
    const angleA = this.#angles[a]!;
    const angleB = this.#angles[b]!;
    return angleA < angleB || (angleA === angleB && this.#weights[a]! > this.#weights[b]!);
  }

  #swap(a: number, b: number): void {
    const angle = this.#angles[a]!;
    this.#angles[a] = this.#angles[b]!;
    this.#angles[b] = angle;
    const weight = this.#weights[a]!;
    this.#weights[a] = this.#weights[b]!;
    this.#weights[b] = weight;
    const prior = this.#priors[a]!;
    this.#priors[a] = this.#priors[b]!;
    this.#priors[b] = prior;
  }
}
