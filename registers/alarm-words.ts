/** Classes and levels of alarms, channels and times of day as registers on alarm settings name them. */
import type { Words } from '../core/words.ts';
import { PERMIT_RULE_TABLE, PERMIT_RULES, type PermitRuleId } from '../standard/permit-rules.ts';
import type { RuleId } from '../stream/protocol/vocabulary.ts';
import { text } from './field.ts';

/** As the page calls them (web/i18n); a test holds both together. */
const PERSON_RULE_WORDS = {
  sos: { zh: '一键报警', en: 'SOS' },
  'out-of-bounds': { zh: '越界', en: 'Out of bounds' },
  dwell: { zh: '滞留', en: 'Dwell' },
  stillness: { zh: '静止', en: 'Stillness' },
  'left-post': { zh: '离岗', en: 'Left post' },
  'left-site': { zh: '离场', en: 'Left site' },
  'over-capacity': { zh: '超员', en: 'Over capacity' },
  'under-capacity': { zh: '缺员', en: 'Under capacity' },
  'post-vacant': { zh: '缺岗', en: 'Post vacant' },
  gathering: { zh: '人员聚集', en: 'Gathering' },
  'signal-lost': { zh: '定位失联', en: 'Signal lost' },
  'low-battery': { zh: '低电量', en: 'Low battery' },
  'unknown-tag': { zh: '未绑定定位卡', en: 'Unknown tag moving' },
  'two-tags': { zh: '一人多卡', en: 'Two tags on one person' },
  'no-live-tag': { zh: '当班无卡', en: 'No live tag' },
  'reporting-silent': { zh: '上报中断', en: 'Reporting silent' },
  'patrol-missed': { zh: '漏检', en: 'Patrol missed' },
} as const satisfies Readonly<Record<Exclude<RuleId, PermitRuleId>, Words>>;

export const RULE_WORDS: Readonly<Record<RuleId, Words>> = {
  ...PERSON_RULE_WORDS,
  ...(Object.fromEntries(PERMIT_RULES.map((id) => [id, PERMIT_RULE_TABLE[id].title])) as Record<PermitRuleId, Words>),
};

export const LEVEL_WORDS = {
  '1': { zh: '红色 1 级', en: 'red, level 1' },
  '2': { zh: '橙色 2 级', en: 'orange, level 2' },
  '3': { zh: '黄色 3 级', en: 'yellow, level 3' },
  '4': { zh: '蓝色 4 级', en: 'blue, level 4' },
} as const satisfies Readonly<Record<string, Words>>;

/** Some of them, as options of a choice. */
export const rulesOnly = <const R extends RuleId>(rules: readonly R[]): Readonly<Record<R, Words>> =>
  Object.fromEntries(rules.map((rule) => [rule, RULE_WORDS[rule]])) as unknown as Record<R, Words>;

/** `HH:mm`. */
export const timeOfDay = (title: Words) =>
  text({
    title,
    maxLength: 5,
    required: true,
    form: { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, words: { zh: '时:分，如 08:00', en: 'HH:mm, as 08:00' } },
  });
