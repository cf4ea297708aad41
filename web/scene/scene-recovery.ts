/**
 * When a scene that lost its graphics context is made anew. A driver that restarts takes everything on the card with it and is back
 * within a second; a card that goes on failing is not asked again and again. Pure.
 */

/** From the loss to the next scene: the first comes back at once, the others give the driver time. */
const DELAYS_MS = [200, 1_000, 3_000] as const;
export const LOSSES_MAX = DELAYS_MS.length;
export const LOSS_WINDOW_MS = 60_000;

export class SceneRecovery {
  #lostAtMs: number[] = [];

  /** Also for a scene that could not be made. Milliseconds until the next one; null: too many within a minute, a person has to know. */
  lost(nowMs: number): number | null {
    this.#lostAtMs = this.#lostAtMs.filter((atMs) => nowMs - atMs < LOSS_WINDOW_MS);
    this.#lostAtMs.push(nowMs);
    return DELAYS_MS[this.#lostAtMs.length - 1] ?? null;
  }
}
