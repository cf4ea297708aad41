/** What every adapter of the log and of the lanes promises alike: how long ids are remembered, how a hole is named. */
import { AppError } from '../core/errors.ts';
import type { Fence } from './protocol/log.ts';

/** An appended id is remembered this long; nonces of the vendor interface live as long. */
export const DEDUP_TTL_MS = 600_000;

/** Frames older than this may go from the position lane, once a picture has them. */
export const LIVE_KEPT_MS = 30_000;

export function missing(fromSeq: number, toSeq: number): AppError {
  return new AppError('LOG_GAP', { detail: `entries ${fromSeq} to ${toSeq} are missing` });
}

/** The lane has not got the item that should lie before the one to be published. */
export function notOnLane(seq: number): AppError {
  return new AppError('LOG_GAP', { detail: `item ${seq} is not on the alarm lane` });
}

export function epochChanged(followed: string, found: string): AppError {
  return new AppError('LOG_EPOCH_CHANGED', { detail: `followed ${followed}, found ${found}` });
}

/** What scripts take as their last two arguments: lease and term, '' and 0 for no fence. */
export const fenceArguments = (fence: Fence | undefined): [string, number] =>
  fence === undefined ? ['', 0] : [fence.lease, fence.term];

export const termLost = ({ lease, term }: Fence): AppError =>
  new AppError('TERM_LOST', { detail: `term ${term} of lease ${lease}` });

/** For the memory twins: throws TERM_LOST when the term is not the newest of its lease. */
export function checkFence(terms: ReadonlyMap<string, number>, fence: Fence | undefined): void {
  if (fence !== undefined && terms.get(fence.lease) !== fence.term) throw termLost(fence);
}
