/** What to do about an alarm (docs/alarms.md), and by which clause. Complete by type: a new class does not compile without its words. Pure. */
import { type PermitRuleId, permitRuleOf } from '../../standard/permit-rules.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import type { TextKey, Translate } from '../i18n/i18n.ts';
import { isWaiting } from './alarm-order.ts';

type OwnRule = Exclude<RuleId, PermitRuleId>;

/** Where a word of the rule's own changes what to do. */
const BY_DETAIL: Readonly<Record<string, TextKey>> = {
  'stillness laid-down': 'advice.laidDown',
  'under-capacity no-signal': 'advice.noSignal',
  'gathering withdraw': 'advice.withdraw',
};

/** Classes that AQ 3064.3-2025 asks for; the others are the park's own. */
const CLAUSES: Partial<Readonly<Record<RuleId, string>>> = {
  'out-of-bounds': '5.2.4 a',
  stillness: '5.2.4 b',
  'over-capacity': '5.2.4 c',
  'under-capacity': '5.2.4 d',
  dwell: '5.2.4 e',
  gathering: '5.2.3',
};

type Advised = Pick<AlarmView, 'rule' | 'detail' | 'subject'>;

/** A class that this page does not know yet has none: ''. */
export function adviceText(t: Translate, { rule, detail, subject }: Advised): string {
  if (permitRuleOf(rule) !== undefined) return t(`alarm.permitAdvice.${rule as PermitRuleId}`);
  if (rule === 'reporting-silent' && subject.startsWith('*/')) return t('advice.allSilent');
  const key: TextKey = BY_DETAIL[`${rule} ${detail}`] ?? `advice.of.${rule as OwnRule}`;
  const text = t(key);
  return text === key ? '' : text;
}

/** '' where no standard names the class; an alarm of a permit carries its own. */
export function clauseText({ rule, permit }: Pick<AlarmView, 'rule' | 'permit'>): string {
  if (permit !== null) return permit.clause;
  const clause = CLAUSES[rule];
  return clause === undefined ? '' : `AQ 3064.3-2025 ${clause}`;
}

const RED = 1;
/** On the chosen row, and on red ones that wait at once; in a flood there are too many for that. */
export const showsAdvice = (alarm: AlarmView, isChosen: boolean, isFlooded: boolean): boolean =>
  isChosen || (alarm.level === RED && isWaiting(alarm) && !isFlooded);
