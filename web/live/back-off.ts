/** Waits between attempts to connect: half a second doubled to 15 s, spread so that a room of screens does not return as one. Pure. */
export const BACK_OFF = { firstMs: 500, factor: 2, capMs: 15_000, spread: 0.3 } as const;

/** `attempt` counts from 0; `random` from 0 to 1. */
export function backOffMs(attempt: number, random: number): number {
  const base = Math.min(BACK_OFF.capMs, BACK_OFF.firstMs * BACK_OFF.factor ** Math.min(attempt, 16));
  return Math.round(base * (1 - BACK_OFF.spread + 2 * BACK_OFF.spread * random));
}
