/**
 * The smallest circle round some points: where a gathering is, and how wide. Each point that the circle so far does not hold lies on the
 * rim of the next one (Welzl); points are taken in strides through the list, so that an order along a line costs no more
 * than another.
 */

/** What misses the circle by less is held: rounding may not make a huge circle through points all but on top of each other. */
const HELD_M = 1e-7;
const STRIDE = 7_919;

export class EnclosingCircle {
  easting = 0;
  northing = 0;
  radiusM = 0;
  #e = new Float64Array(64);
  #n = new Float64Array(64);

  /** Points members[from .. to) of the columns; one at least. */
  enclose(easting: Float64Array, northing: Float64Array, members: ArrayLike<number>, from: number, to: number): void {
    const count = to - from;
    if (count > this.#e.length) {
      this.#e = new Float64Array(2 * count);
      this.#n = new Float64Array(2 * count);
    }
    // A prime that does not divide the count reaches every point.
    const stride = count % STRIDE === 0 ? 1 : STRIDE;
    for (let i = 0, at = 0; i < count; i++, at = (at + stride) % count) {
      this.#e[i] = easting[members[from + at]!]!;
      this.#n[i] = northing[members[from + at]!]!;
    }
    this.easting = this.#e[0]!;
    this.northing = this.#n[0]!;
    this.radiusM = 0;
    for (let i = 1; i < count; i++) {
      if (this.#holds(i)) continue;
      this.#through(i, i);
      for (let j = 0; j < i; j++) {
        if (this.#holds(j)) continue;
        this.#through(i, j);
        for (let k = 0; k < j; k++) if (!this.#holds(k)) this.#throughThree(i, j, k);
      }
    }
  }

  #holds(i: number): boolean {
    return Math.hypot(this.#e[i]! - this.easting, this.#n[i]! - this.northing) <= this.radiusM + HELD_M;
  }

  #through(i: number, j: number): void {
    this.easting = (this.#e[i]! + this.#e[j]!) / 2;
    this.northing = (this.#n[i]! + this.#n[j]!) / 2;
    this.radiusM = Math.hypot(this.#e[i]! - this.#e[j]!, this.#n[i]! - this.#n[j]!) / 2;
  }

  #throughThree(i: number, j: number, k: number): void {
    const e1 = this.#e[j]! - this.#e[i]!;
    const n1 = this.#n[j]! - this.#n[i]!;
    const e2 = this.#e[k]! - this.#e[i]!;
    const n2 = this.#n[k]! - this.#n[i]!;
    const twiceArea = 2 * (e1 * n2 - e2 * n1);
    // On one line: the circle over two of them holds the third.
    if (twiceArea === 0) return;
    const square1 = e1 * e1 + n1 * n1;
    const square2 = e2 * e2 + n2 * n2;
    const east = (n2 * square1 - n1 * square2) / twiceArea;
    const north = (e1 * square2 - e2 * square1) / twiceArea;
    this.easting = this.#e[i]! + east;
    this.northing = this.#n[i]! + north;
    this.radiusM = Math.hypot(east, north);
  }
}
