/**
 * 越界: a person entered a forbidden area, or left an area that is binding for him now. Alert with the fix that completes
 * the evidence (AQ 3064.3 5.2.4 a: within 5 s), a recorded event after `recordAfterMs`. What "deep" means is the caller's: inside a
 * forbidden area, outside a binding one.
 */
import type { AreaKind, PersonType } from '../stream/protocol/vocabulary.ts';
import { createEdgeEvidence, type EdgeEvidence, gatherEvidence, type SampledFix, settleEvidence } from './evidence.ts';
import type { OutOfBoundsSettings } from './rule-settings.ts';

export const OUT_OF_BOUNDS_RULE_VERSION = 2;

/** One person at one area. Plain data. */
export interface OutOfBoundsState {
  alarmId: string | null;
  evidence: EdgeEvidence;
}

export const createOutOfBoundsState = (): OutOfBoundsState => ({ alarmId: null, evidence: createEdgeEvidence() });

export type OutOfBoundsVerdict =
  | { readonly type: 'none' | 'clear' }
  | { readonly type: 'raise'; readonly onsetAtMs: number };

const NONE: OutOfBoundsVerdict = { type: 'none' };
const CLEAR: OutOfBoundsVerdict = { type: 'clear' };

/** One fix, newest of its person and source, with its depth into the alarming side. */
export function watchBounds(
  settings: OutOfBoundsSettings,
  state: OutOfBoundsState,
  fix: SampledFix,
): OutOfBoundsVerdict {
  const verdict = gatherEvidence(settings, state.evidence, fix);
  if (verdict === 'raise' && state.alarmId === null) {
    const onsetAtMs = state.evidence.onsetAtMs;
    settleEvidence(state.evidence);
    return { type: 'raise', onsetAtMs };
  }
  if (verdict === 'clear' && state.alarmId !== null) {
    settleEvidence(state.evidence);
    return CLEAR;
  }
  return NONE;
}

export interface BoundsArea {
  readonly companyCode: string;
  readonly kind: AreaKind | null;
  readonly allowedTypes: readonly PersonType[];
  readonly boundPersonIds: readonly string[];
}

export interface BoundsPerson {
  readonly companyCode: string;
  readonly personId: string | null;
  readonly type: PersonType;
}

/**
 * What an area asks of a person. Who is bound to it may be in it, whatever its kind, and is out of bounds outside; an
 * empty list of allowed types forbids everyone else.
 */
export function boundsDuty(area: BoundsArea, person: BoundsPerson): 'stay-in' | 'stay-out' | null {
  const { personId } = person;
  if (personId !== null && person.companyCode === area.companyCode && area.boundPersonIds.includes(personId)) {
    return 'stay-in';
  }
  return area.kind === 'FORBIDDEN' && !area.allowedTypes.includes(person.type) ? 'stay-out' : null;
}

/** Signed depth with a height band: positive only where both the plan and the band are deep. NaN height: plan only. */
export function depthInBandM(planDepthM: number, heightM: number, zMinM: number | null, zMaxM: number | null): number {
  if (Number.isNaN(heightM)) return planDepthM;
  let depthM = planDepthM;
  if (zMinM !== null) depthM = Math.min(depthM, heightM - zMinM);
  if (zMaxM !== null) depthM = Math.min(depthM, zMaxM - heightM);
  return depthM;
}
