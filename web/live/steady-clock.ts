/**
 * A workstation's clock as the page may rely on it: epoch milliseconds that go on evenly, whatever the clock is set to, and a look each
 * second at what happened in between. Pure but for the two clocks it is given.
 */
export interface Clocks {
  /** What the workstation says. */
  wallMs(): number;
  /** Evenly counted since some moment. */
  steadyMs(): number;
}

/** Between two looks: nothing, the clock was set (or the machine slept while its count stood), or nobody looked for too long. */
export type Gap = 'none' | 'clock-set' | 'not-looked';

/** Clocks that are kept in step by a time server drift by less. */
const SET_MS = 2_000;
/** A busy page is late by less; a background page may be as late without having slept. */
const LATE_MS = 8_000;

export class SteadyClock {
  readonly #clocks: Clocks;
  readonly #originMs: number;
  #lookedAt: { readonly wallMs: number; readonly steadyMs: number };

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#lookedAt = { wallMs: clocks.wallMs(), steadyMs: clocks.steadyMs() };
    this.#originMs = this.#lookedAt.wallMs - this.#lookedAt.steadyMs;
  }

  /** Epoch ms; wrong by as much as the workstation's clock was at the start, and not more as it is set. */
  nowMs(): number {
    return this.#originMs + this.#clocks.steadyMs();
  }

  /** What happened since the last look. */
  look(): Gap {
    const now = { wallMs: this.#clocks.wallMs(), steadyMs: this.#clocks.steadyMs() };
    const steadyMs = now.steadyMs - this.#lookedAt.steadyMs;
    const wallMs = now.wallMs - this.#lookedAt.wallMs;
    this.#lookedAt = now;
    if (Math.abs(wallMs - steadyMs) > SET_MS) return 'clock-set';
    return steadyMs > LATE_MS ? 'not-looked' : 'none';
  }
}

export const browserClocks: Clocks = { wallMs: () => Date.now(), steadyMs: () => performance.now() };
