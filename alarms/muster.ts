/** 紧急集合: where somebody of a muster is now, after where he was, and when so many were safe. Pure; states as coded by MUSTER_STATES. */
import { MUSTER_STATES, type MusterState } from '../stream/protocol/muster.ts';

/** Who only walks across an assembly point has not arrived: so long since he came, engine time. */
export const ARRIVE_MS = 10_000;

const codeOf = (state: MusterState): number => MUSTER_STATES.indexOf(state);
export const INSIDE = codeOf('inside');
export const SILENT = codeOf('silent');
export const LEFT = codeOf('left');
export const SAFE = codeOf('safe');
export const CONFIRMED = codeOf('confirmed');

export const isMissingCode = (state: number): boolean => state === INSIDE || state === SILENT;
export const isSafeCode = (state: number): boolean => state === SAFE || state === CONFIRMED;

/**
 * `hasMoved`: a newer fix came since the state was judged last; only such a one says that somebody left, or left the assembly
 * point: silence, a shape that changed, a place that is gone take nobody off the missing. `isHere`: inside by presence.
 */
export function stateAfter(
  before: number,
  hasArrived: boolean,
  isHere: boolean,
  isFresh: boolean,
  hasMoved: boolean,
): number {
  if (before === CONFIRMED) return CONFIRMED;
  if (hasArrived) return SAFE;
  if (before === SAFE && !hasMoved) return SAFE;
  if (isHere) return isFresh ? INSIDE : SILENT;
  if (before === LEFT || hasMoved) return LEFT;
  return isFresh ? INSIDE : SILENT;
}

/** When the n-th of them (from 1) came to it; null: so many did not. */
export function nthTimeMs(timesMs: readonly number[], n: number): number | null {
  return n < 1 || timesMs.length < n ? null : [...timesMs].sort((a, b) => a - b)[n - 1]!;
}
