/**
 * The pace at which data may go because of its age: what a clock that is ahead takes for old must not be gone before anybody
 * sees the clock. Counts running time, which no clock changes: two days of data at first, then two for each day that goes
 * by, never saved up beyond two. What goes to make room knows no pace. Held by whoever drops, one for each kind of data.
 */
const DAY_MS = 86_400_000;
const DAYS_PER_DAY = 2;
export const PACE_AT_ONCE_MS = 2 * DAY_MS;

export class Pace {
  readonly #onWait: () => void;
  readonly #elapsedMs: () => number;
  #countedMs: number;
  #allowedMs = PACE_AT_ONCE_MS;
  #isWaiting = false;

  /** `onWait`: told once, when data has to wait, until the whole allowance is back. `elapsedMs`: only goes forward. */
  constructor(onWait: () => void, elapsedMs: () => number = () => performance.now()) {
    this.#onWait = onWait;
    this.#elapsedMs = elapsedMs;
    this.#countedMs = elapsedMs();
  }

  /** Whether data of this length may go now; then it is counted. More than PACE_AT_ONCE_MS at once never may. */
  allows(dataMs: number): boolean {
    const nowMs = this.#elapsedMs();
    this.#allowedMs = Math.min(PACE_AT_ONCE_MS, this.#allowedMs + DAYS_PER_DAY * (nowMs - this.#countedMs));
    this.#countedMs = nowMs;
    if (this.#allowedMs === PACE_AT_ONCE_MS) this.#isWaiting = false;
    if (dataMs <= this.#allowedMs) {
      this.#allowedMs -= dataMs;
      return true;
    }
    if (!this.#isWaiting) this.#onWait();
    this.#isWaiting = true;
    return false;
  }
}
