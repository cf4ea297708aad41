/**
 * Time is a parameter: rules take event time from entries, everything else takes a Clock.
 * Only `systemClock` reads the machine's clock.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
}

/**
 * Whether `ms` have gone by since `sinceMs`. A clock that was set back says so too: what is due now and then must not wait
 * until the old time is there again.
 */
export const isOver = (sinceMs: number, ms: number, nowMs: number): boolean => nowMs < sinceMs || nowMs - sinceMs >= ms;

export const systemClock: Clock = { nowMs: () => Date.now() };

/** A clock that tests move by hand. */
export class ManualClock implements Clock {
  #nowMs: number;
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }
  nowMs(): number {
    return this.#nowMs;
  }
  advance(ms: number): void {
    this.#nowMs += ms;
  }
  set(ms: number): void {
    this.#nowMs = ms;
  }
}
