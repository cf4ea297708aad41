/**
 * Was the approver at the job when he signed (AQ 3064.2-2025 5.5.2, 5.9.6; GB 30871-2022 4.11)? Told from places of his around the time
 * of signing: one near is enough. What cannot be known is said to be so: a record that came after his places were forgotten, a tag that
 * was silent for much of the while, a gap in what the park itself saw. An alarm says that he was elsewhere, and only that.
 */
import type { ApprovalRow } from '../../../stream/protocol/permits.ts';

export type ApproverVerdict = 'pending' | 'on-site' | 'away' | 'unknown';

/** Places of one person over a span of time. */
export interface Sightings {
  /** Moments in the window at which the park looked. */
  readonly looks: number;
  /** Of those he had a fresh place. */
  readonly seen: number;
  /** Least distance from the job, m; Infinity: never seen. */
  readonly nearestM: number;
}

/** Of the moments that a whole window would have, so many may be missing. */
const MISSING_LOOKS = 1;
/** Heard in less than this share of them, he may have been there unseen. */
const LEAST_SEEN = 0.5;

export function approverVerdict(
  { looks, seen, nearestM }: Sightings,
  wholeLooks: number,
  radiusM: number,
  isWindowOver: boolean,
): ApproverVerdict {
  if (nearestM <= radiusM) return 'on-site';
  if (!isWindowOver) return 'pending';
  if (looks < wholeLooks - MISSING_LOOKS || seen < LEAST_SEEN * looks) return 'unknown';
  return 'away';
}

/** Stages of a sign-off by which work is approved: 审批, 批准, 签发. */
const APPROVING = /审批|批准|签发|approv/i;

/** Who approved: rows of approving stages, else the one signed last. */
export function approvingRows(rows: readonly ApprovalRow[]): readonly ApprovalRow[] {
  const signed = rows.filter(({ atMs }) => atMs !== null);
  const approving = signed.filter(({ stage }) => APPROVING.test(stage));
  if (approving.length > 0) return approving;
  const last = signed.reduce<ApprovalRow | null>(
    (newest, row) => (newest === null || row.atMs! > newest.atMs! ? row : newest),
    null,
  );
  return last === null ? [] : [last];
}
