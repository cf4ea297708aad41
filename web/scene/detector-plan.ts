/** Which gas detectors are drawn, and which with name and value: one that sounds always, a quiet one from near. Pure. */

export interface DetectorCandidate {
  /** Index of the caller's. */
  readonly ref: number;
  /** From the eye, m. */
  readonly distanceM: number;
  readonly isSounding: boolean;
}

export interface PlannedDetector {
  readonly ref: number;
  readonly isNamed: boolean;
}

/** From farther away quiet ones are a rash of grey over the park. */
const QUIET_WITHIN_M = 1_500;
const NAMED_WITHIN_M = 350;
/** More would cover each other, and each is an element of the page. */
const QUIET_MOST = 150;
const NAMED_MOST = 30;

/** The farthest first, so that what is nearer lies on top, and those that sound on top of all. */
export function planDetectors(candidates: readonly DetectorCandidate[]): PlannedDetector[] {
  const near = candidates
    .filter(({ isSounding, distanceM }) => !isSounding && distanceM <= QUIET_WITHIN_M)
    .sort((a, b) => a.distanceM - b.distanceM || a.ref - b.ref)
    .slice(0, QUIET_MOST)
    .map(({ ref, distanceM }, rank) => ({ ref, isNamed: distanceM <= NAMED_WITHIN_M && rank < NAMED_MOST }));
  const sounding = candidates.filter(({ isSounding }) => isSounding).map(({ ref }) => ({ ref, isNamed: true }));
  return [...near.reverse(), ...sounding];
}
