/**
 * Work too near to other work: hot work within 30 m of blinding in explosive areas (GB 30871-2022 7.6), jobs on top of each other (8.2.8, 4.6). Both
 * permits of a pair are judged, since they may be of two companies, each of which has to stop.
 */
import { WORK_TYPES, type WorkKind } from '../../standard/special-work.ts';
import { type PermitState, rowsOf } from '../../stream/protocol/permit-merge.ts';
import { permitKey } from '../../stream/protocol/permits.ts';
import type { Finding, Judge, JudgeContext, NearPermit } from './finding.ts';
import { fact, tenths, wordFact, workOf } from './work.ts';

export const judgeDistances: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  if (!work.isGoingOn || kindOf(permit) === undefined) return [];
  const { placeErrorM, stackedM } = context.settings;
  const reachM = Math.max(context.edition.blindHotWorkM.value + placeErrorM, stackedM);
  return context.near(reachM).flatMap((other) => {
    const others = workOf(other.state, context.nowMs);
    if (!others.isGoingOn) return [];
    const onsetAtMs = Math.max(work.onSinceMs ?? 0, others.onSinceMs ?? 0);
    const near = blindNearHotWork(permit, other, context);
    const found = near ?? stacked(permit, other, context);
    return found === null ? [] : [{ ...found, about: aboutOf(other.state), onsetAtMs }];
  });
};

type Found = Omit<Finding, 'about' | 'onsetAtMs'>;

const kindOf = ({ fields }: PermitState): WorkKind | undefined => WORK_TYPES[fields.workCode ?? '']?.kind;
const aboutOf = ({ companyCode, permitId }: PermitState): string => `permit ${permitKey(companyCode, permitId)}`;

/** One blind and one hot, in whichever order. Whether the blind is in an explosive area may be unknown: that is said, a level lower. */
function blindNearHotWork(permit: PermitState, other: NearPermit, context: JudgeContext): Found | null {
  const kinds = [kindOf(permit), kindOf(other.state)];
  if (!kinds.includes('blind-plate') || !kinds.includes('fire')) return null;
  const inExArea = kinds[0] === 'blind-plate' ? context.inExArea : other.inExArea;
  if (inExArea === false) return null;
  const limitM = context.edition.blindHotWorkM.value;
  if (other.distanceM > limitM + context.settings.placeErrorM) return null;
  const facts = [fact('distanceM', tenths(other.distanceM), 'm', limitM), numberOf(other.state)];
  if (inExArea === true) return { rule: 'blind-near-hot-work', facts };
  return {
    rule: 'blind-near-hot-work',
    level: 3,
    facts: [...facts, wordFact('reason', 'ex-area-not-said')],
  };
}

/** What falls or flies reaches whoever works below: one of the two is work at height, lifting or hot work, and nobody linked them. */
const REACHES_DOWN: readonly (WorkKind | undefined)[] = ['height', 'lifting', 'fire'];

function stacked(permit: PermitState, other: NearPermit, { settings }: JudgeContext): Found | null {
  if (other.distanceM > settings.stackedM) return null;
  const kinds = [kindOf(permit), kindOf(other.state)];
  if (kinds.includes(undefined) || !kinds.some((kind) => REACHES_DOWN.includes(kind))) return null;
  if (isOneJob(permit, other.state)) return null;
  return {
    rule: 'stacked-jobs',
    facts: [fact('distanceM', tenths(other.distanceM), 'm', settings.stackedM), numberOf(other.state)],
  };
}

function isOneJob(a: PermitState, b: PermitState): boolean {
  if (a.companyCode !== b.companyCode) return false;
  const activityId = a.fields.activityId ?? null;
  if (activityId !== null && activityId === (b.fields.activityId ?? null)) return true;
  const names = (one: PermitState, other: PermitState): boolean =>
    rowsOf(one, 'links').some(({ permitId }) => permitId === other.permitId || permitId === other.fields.number);
  return names(a, b) || names(b, a);
}

const numberOf = ({ fields, permitId }: PermitState) => fact('permit', fields.number ?? permitId, 'text');
