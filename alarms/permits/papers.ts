/**
 * Briefing, risk analysis and measures (A.4 70, 80, 90), and blind plates (20). A.1 has no field for the first three: what a supplier never said
 * is not known, and the card says so; an alarm is raised for what was said to be lacking, so that suppliers of A.1 alone do not flood.
 */
import type { Fact } from '../../standard/permit-rules.ts';
import { type PermitState, rowsOf } from '../../stream/protocol/permit-merge.ts';
import type { MeasureRow } from '../../stream/protocol/permits.ts';
import type { Finding, Judge } from './finding.ts';
import { changesOf, fixedSinceMs } from './validity.ts';
import { fact, instantFact, type Work, workOf } from './work.ts';

export const judgePapers: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  if (!work.isIssued) return [];
  return [
    noBriefing(permit, work),
    noRiskAnalysis(permit, work),
    measures(permit, work),
    bothWays(permit, work, context.nowMs),
  ].filter((one) => one !== null);
};

const finding = (rule: Finding['rule'], onsetAtMs: number, facts: readonly Fact[]): Finding => ({
  rule,
  about: '',
  onsetAtMs,
  facts,
});
const isEmpty = (text: string | null | undefined): boolean => text === null || text === undefined || text.trim() === '';

/** Said to be none, or done after work had begun. */
function noBriefing({ fields }: PermitState, { onSinceMs, startedAtMs, isGoingOn }: Work): Finding | null {
  if (!isGoingOn || onSinceMs === null || startedAtMs === null) return null;
  const { briefedBy, briefedAtMs } = fields;
  if (briefedAtMs !== null && briefedAtMs !== undefined) {
    if (briefedAtMs <= startedAtMs) return null;
    const facts = [instantFact('startedAt', startedAtMs), instantFact('at', briefedAtMs)];
    return finding('no-briefing', Math.min(startedAtMs, onSinceMs), facts);
  }
  const isSaid = briefedBy !== undefined || briefedAtMs !== undefined;
  if (!isSaid || !isEmpty(briefedBy)) return null;
  return finding('no-briefing', Math.min(startedAtMs, onSinceMs), [instantFact('startedAt', startedAtMs)]);
}

function noRiskAnalysis({ fields }: PermitState, { issuedAtMs }: Work): Finding | null {
  if (fields.riskAnalysis === undefined || !isEmpty(fields.riskAnalysis)) return null;
  return finding('no-risk-analysis', issuedAtMs, [instantFact('issuedAt', issuedAtMs)]);
}

/**
 * Measures that apply and that nobody confirmed. Where it was not said whether one applies, it does if the supplier confirms others: else it
 * may be a list without confirmations.
 */
function measures(permit: PermitState, { issuedAtMs }: Work): Finding | null {
  const rows = rowsOf(permit, 'measures');
  const someConfirmed = rows.some(({ confirmedBy }) => !isEmpty(confirmedBy));
  const applies = ({ isInvolved }: MeasureRow): boolean => isInvolved ?? someConfirmed;
  const missing = rows.filter((row) => applies(row) && isEmpty(row.confirmedBy));
  if (missing.length === 0) return null;
  return finding('measures-unconfirmed', issuedAtMs, [
    fact('count', missing.length, 'number', rows.filter(applies).length),
    ...missing.slice(0, SHOWN).map(({ content }) => fact('missing', content, 'text')),
  ]);
}
const SHOWN = 5;

/** One permit, one blind, one action (7.2): said to be for both, or turned from one to the other after the issue. */
function bothWays(permit: PermitState, work: Work, nowMs: number): Finding | null {
  const { blindAction, blindNumber } = permit.fields;
  const number = isEmpty(blindNumber) ? [] : [fact('permit', blindNumber as string, 'text')];
  if (blindAction === 'both') return finding('blind-both-ways', work.issuedAtMs, number);
  const [turned] = changesOf(permit, 'blindAction', fixedSinceMs(permit, work));
  if (turned === undefined) return null;
  return finding('blind-both-ways', Math.min(turned.atMs, nowMs), [...number, instantFact('at', turned.atMs)]);
}
