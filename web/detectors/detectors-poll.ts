/** When the detectors are asked for: at once when they come to be shown and when gas alarms change, and again each half minute. */
import type { PlacedDetector } from '../../stream/protocol/permit-api.ts';

const EVERY_MS = 30_000;

export class DetectorsPoll {
  readonly #ask: () => Promise<readonly PlacedDetector[]>;
  readonly #put: (answer: readonly PlacedDetector[] | null) => void;
  /** null: not shown. */
  #askedAtMs: number | null = null;
  #gasAlarms = '';
  #asked = 0;

  /** `put`: the newest answer alone; null: it did not come. */
  constructor(ask: () => Promise<readonly PlacedDetector[]>, put: (answer: readonly PlacedDetector[] | null) => void) {
    this.#ask = ask;
    this.#put = put;
  }

  /** As often as the clock ticks; `nowMs` null: they are not shown. */
  look(nowMs: number | null, gasAlarms: string): void {
    if (nowMs === null) {
      this.#askedAtMs = null;
      // What is on its way is of no use any more.
      this.#asked++;
      return;
    }
    const isDue = this.#askedAtMs === null || Math.abs(nowMs - this.#askedAtMs) >= EVERY_MS;
    if (!isDue && gasAlarms === this.#gasAlarms) return;
    this.#askedAtMs = nowMs;
    this.#gasAlarms = gasAlarms;
    void this.#askOnce();
  }

  async #askOnce(): Promise<void> {
    const mine = ++this.#asked;
    const answer = await this.#ask().catch(() => null);
    if (mine === this.#asked) this.#put(answer);
  }
}
