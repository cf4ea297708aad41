/**
 * Long computing in slices: work is a generator that yields between small steps, and the event loop gets its turn when a
 * slice is over. Invariant: of all work that shares one Slices at most one slice runs a turn, so twenty requests at once
 * hold the others up no longer than one. Called by ingest for records that are dear to check.
 */

/** Yields wherever it may be interrupted; returns its result. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** The whole work at once, for callers that hold nobody up. */
export function runToEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

export class Slices {
  readonly #sliceMs: number;
  readonly #nowMs: () => number;
  readonly #waiting: (() => void)[] = [];

  /** A slice ends with the first step that ends after `sliceMs`. `nowMs`: any clock that only goes forward. */
  constructor(sliceMs: number, nowMs: () => number = () => performance.now()) {
    this.#sliceMs = sliceMs;
    this.#nowMs = nowMs;
  }

  /** Rejects with what a step throws. */
  async run<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      await this.#turn();
      const endMs = this.#nowMs() + this.#sliceMs;
      do {
        const step = steps.next();
        if (step.done === true) return step.value;
      } while (this.#nowMs() < endMs);
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#serve());
    });
  }

  /** One of those that wait; the next in the loop's next turn. */
  #serve(): void {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(() => this.#serve());
  }
}
