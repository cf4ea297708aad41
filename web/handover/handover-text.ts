/** Words of a hand-over: spans, handling, who. Pure. */
import {
  HANDOVER_LIMIT_MS,
  type HandoverAlarms,
  type HandoverDraft,
  type HandoverStanding,
} from '../../core/handover-api.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { type CompanyName, shortCompany, subjectIdText } from '../alarm/alarm-text.ts';
import type { Translate } from '../i18n/i18n.ts';

const HOUR_MS = 3_600_000;
export const SHIFT_HOURS = [8, 12] as const;

export interface Span {
  readonly text: string;
  readonly fromMs: number;
}

/** What a shift may be, the likeliest first: since the last hand-over, since one signed in, eight or twelve hours. */
export function spansOf(
  t: Translate,
  draft: Pick<HandoverDraft, 'lastAtMs' | 'signedInAtMs'> | undefined,
  nowMs: number,
): Span[] {
  const spans: Span[] = [];
  const add = (text: string, fromMs: number | null | undefined): void => {
    if (fromMs != null && fromMs < nowMs && fromMs > nowMs - HANDOVER_LIMIT_MS) spans.push({ text, fromMs });
  };
  for (const n of SHIFT_HOURS) add(t('handover.hours', { n }), nowMs - n * HOUR_MS);
  add(t('handover.sinceLast'), draft?.lastAtMs);
  add(t('handover.sinceSignIn'), draft?.signedInAtMs);
  return spans;
}

export function handlingText(t: Translate, alarm: HandoverStanding): string {
  const parts = [
    alarm.shelfId === null ? '' : t('handover.isShelved'),
    alarm.active ? '' : t('handover.over'),
    alarm.acknowledgedBy === null ? t('handover.notSeen') : t('handover.seenBy', { name: alarm.acknowledgedBy }),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** The person and whose, else the area, else what it is about. */
export function whoOf(t: Translate, alarm: HandoverStanding, companyName: CompanyName): string {
  const company = alarm.companyCodes[0];
  const parts = [alarm.person, alarm.area, company === undefined ? '' : shortCompany(companyName(company))];
  const said = parts.filter((part) => part !== '');
  return alarm.person === '' && alarm.area === '' ? subjectIdText(t, alarm.subject, companyName) : said.join(' · ');
}

/** Sums of all classes and levels. */
export function totalsOf(rows: readonly HandoverAlarms[]) {
  const sum = (of: (row: HandoverAlarms) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    raised: sum((row) => row.raised),
    acknowledged: sum((row) => row.acknowledged),
    ended: sum((row) => row.ended),
    markedFalse: sum((row) => row.markedFalse),
    escalated: sum((row) => row.escalated),
  };
}

/** The summary names rules by what the park knows; one of a later version is shown by its id. */
export const asRule = (rule: string): RuleId => rule as RuleId;
