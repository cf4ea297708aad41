/**
 * Phi-accrual failure detector (Hayashibara, Defago, Yared, Katayama 2004): from how a sender was heard until now, how
 * unlikely it is that it is still alive after a silence. phi = -log10(P(a pause is longer than this one)), so 8 is one false
 * suspicion in 10^8 pauses if pauses are as modelled.
 *
 * The model is a normal distribution over a window of pauses with a least standard deviation, as in the paper. Its tail is too
 * thin for a sender that loses a batch now and then: whoever judges by it also asks for more than the longest pause known
 * (`longestMs`). Window values are whole ms and capped, so that every sum of them is exact and a restored window says the same.
 */

/** Pauses remembered. */
export const PHI_WINDOW = 128;
/** A longer pause counts as this: 128 squares of it still add up exactly. */
export const LONGEST_PAUSE_MS = 3_600_000;

/** Of one sender; plain, so that a snapshot holds it as it is. */
export interface Pauses {
  /** Ring of whole ms. */
  readonly ring: Int32Array;
  /** How many were ever noted; the next goes to `count % PHI_WINDOW`. */
  count: number;
}

export interface PauseModel {
  readonly meanMs: number;
  readonly deviationMs: number;
  readonly longestMs: number;
}

export const createPauses = (): Pauses => ({ ring: new Int32Array(PHI_WINDOW), count: 0 });

export function notePause(pauses: Pauses, pauseMs: number): void {
  pauses.ring[pauses.count % PHI_WINDOW] = Math.min(Math.max(Math.round(pauseMs), 0), LONGEST_PAUSE_MS);
  pauses.count++;
}

/**
 * What the pauses say. With fewer than `least` of them it is `prior`: one known pause says nothing about the next.
 * `leastDeviation`: least standard deviation as a share of the mean; a sender that keeps time to the ms is no less alive
 * when it is a ms late.
 */
export function pauseModel(pauses: Pauses, least: number, prior: PauseModel, leastDeviation: number): PauseModel {
  const known = Math.min(pauses.count, PHI_WINDOW);
  if (known < least) return prior;
  let sum = 0;
  let squares = 0;
  let longestMs = 0;
  for (let i = 0; i < known; i++) {
    const pauseMs = pauses.ring[i] as number;
    sum += pauseMs;
    squares += pauseMs * pauseMs;
    if (pauseMs > longestMs) longestMs = pauseMs;
  }
  const meanMs = sum / known;
  const variance = Math.max(squares / known - meanMs * meanMs, 0);
  return { meanMs, deviationMs: Math.max(Math.sqrt(variance), leastDeviation * meanMs, 1), longestMs };
}

/** Suspicion after a silence of `silenceMs`; finite for every finite silence. */
export function phi(model: PauseModel, silenceMs: number): number {
  return -logUpperTail((silenceMs - model.meanMs) / model.deviationMs) / Math.LN10;
}

/**
 * ln P(Z > z) of a standard normal Z. Never forms the probability where it is small, so nothing underflows: phi of a silence
 * of hours is a number, and grows with it.
 */
export function logUpperTail(z: number): number {
  const logHalf = -Math.LN2;
  if (z >= 0) return logHalf + logErfc(z / Math.SQRT2);
  return Math.log1p(-0.5 * Math.exp(logErfc(-z / Math.SQRT2)));
}

/** ln erfc(x) for x >= 0: Chebyshev fit of erfc(x) e^(x^2), relative error below 1.2e-7 (Press et al., Numerical Recipes 6.2). */
function logErfc(x: number): number {
  const t = 1 / (1 + 0.5 * x);
  let sum = 0;
  for (let i = ERFC_FIT.length - 1; i >= 0; i--) sum = sum * t + (ERFC_FIT[i] as number);
  return Math.log(t) - x * x + sum;
}

const ERFC_FIT = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
] as const;
