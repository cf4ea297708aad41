/**
 * Age of what is on the screen. Counts from the newest engine time, not from the newest bytes: a gateway whose watch is
 * gone still hands out its last picture, and that must not look fresh. Pure.
 */

/** Clocks of two machines and the way between them may differ by this much before a picture counts as old. */
const TOLERANCE_MS = 3_000;

export class FrameAge {
  #frameAtMs = 0;
  #freshAtMs: number | null = null;

  /** A frame of engine time `frameAtMs` came at `nowMs` (this machine); `parkNowMs`: the same moment on the park's clock. */
  take(frameAtMs: number, nowMs: number, parkNowMs: number): void {
    if (frameAtMs <= this.#frameAtMs) return;
    this.#frameAtMs = frameAtMs;
    const lateMs = parkNowMs - frameAtMs;
    this.#freshAtMs = lateMs > TOLERANCE_MS ? nowMs - lateMs : nowMs;
  }

  /** null: no frame yet. */
  ageMs(nowMs: number): number | null {
    return this.#freshAtMs === null ? null : Math.max(0, nowMs - this.#freshAtMs);
  }

  /** Engine time begins anew with another epoch. */
  reset(): void {
    this.#frameAtMs = 0;
  }
}
