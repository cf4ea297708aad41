/**
 * Where a permit says the work is: outside the company's ground, by how far; or a doubt about its coordinate system, where undoing a
 * known mistake (GCJ-02, BD-09, swapped numbers, 0) explains it. A doubt is no work elsewhere.
 */
import type { Finding, Judge } from './finding.ts';
import { fact, wordFact, workOf } from './work.ts';

export const judgePlace: Judge = (permit, { nowMs, outsideM, suspectDatum, settings }) => {
  const work = workOf(permit, nowMs);
  if (!work.isIssued && (work.status !== 'applied' || permit.deleted)) return [];
  const isOutside = outsideM !== null && outsideM > settings.boundaryToleranceM;
  if (!isOutside && outsideM !== null) return [];
  const distance = isOutside ? [fact('distanceM', Math.round(outsideM), 'm', settings.boundaryToleranceM)] : [];
  const at = (rule: Finding['rule'], facts: Finding['facts']): Finding[] => [
    { rule, about: '', onsetAtMs: work.issuedAtMs, facts: [...facts, ...distance] },
  ];
  if (suspectDatum !== null) return at('suspect-coordinates', [wordFact('datum', `datum-${suspectDatum}`)]);
  return isOutside ? at('outside-boundary', []) : [];
};
