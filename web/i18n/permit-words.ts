/** Words of the standard's tables (standard/) as leaves of the dictionaries. */
import type { Words } from '../../core/words.ts';
import { FACT_WORDS, type FactWord } from '../../standard/fact-words.ts';
import { FACT_NAMES, type FactName, PERMIT_RULE_TABLE, type PermitRuleId } from '../../standard/permit-rules.ts';
import {
  GENERAL_WORK,
  WORK_KINDS,
  WORK_LEVELS,
  WORK_TYPES,
  type WorkKind,
  type WorkLevel,
} from '../../standard/special-work.ts';

const leaves = <K extends string>(of: Readonly<Record<K, Words>>, language: keyof Words): Record<K, string> =>
  Object.fromEntries(Object.entries<Words>(of).map(([name, words]) => [name, words[language]])) as Record<K, string>;

const each = (of: 'title' | 'advice'): Record<PermitRuleId, Words> =>
  Object.fromEntries(Object.entries(PERMIT_RULE_TABLE).map(([id, rule]) => [id, rule[of]])) as Record<
    PermitRuleId,
    Words
  >;

/** By detail code. */
const TYPES: Readonly<Record<string, Words>> = Object.fromEntries(
  Object.values(WORK_TYPES).map(({ code, words }) => [code, words]),
);

export const permitWords = (language: keyof Words) => ({
  permitRule: leaves<PermitRuleId>(each('title'), language),
  permitAdvice: leaves<PermitRuleId>(each('advice'), language),
  fact: leaves<FactName>(FACT_NAMES, language),
  factWord: leaves<FactWord>(FACT_WORDS, language),
  workType: leaves<string>(TYPES, language),
  workKind: leaves<WorkKind>({ ...WORK_KINDS, general: GENERAL_WORK }, language),
  workLevel: leaves<WorkLevel>(WORK_LEVELS, language),
});
