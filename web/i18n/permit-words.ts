/** Words of the standard's table (standard/permit-rules.ts) as leaves of the dictionaries. */
import type { Words } from '../../core/words.ts';
import { FACT_NAMES, type FactName, PERMIT_RULE_TABLE, type PermitRuleId } from '../../standard/permit-rules.ts';

const leaves = <K extends string>(of: Readonly<Record<K, Words>>, language: keyof Words): Record<K, string> =>
  Object.fromEntries(Object.entries<Words>(of).map(([name, words]) => [name, words[language]])) as Record<K, string>;

const each = (of: 'title' | 'advice'): Record<PermitRuleId, Words> =>
  Object.fromEntries(Object.entries(PERMIT_RULE_TABLE).map(([id, rule]) => [id, rule[of]])) as Record<
    PermitRuleId,
    Words
  >;

export const permitWords = (language: keyof Words) => ({
  permitRule: leaves<PermitRuleId>(each('title'), language),
  permitAdvice: leaves<PermitRuleId>(each('advice'), language),
  fact: leaves<FactName>(FACT_NAMES, language),
});
