/** What deliveries say, in both languages: one table; values filled in. */
import { parkTime } from '../../core/park-time.ts';
import { type PermitRuleId, permitRuleOf } from '../../standard/permit-rules.ts';
import type { Delivery, DeliveryText } from '../../stream/protocol/deliveries.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import type { Language } from './channel.ts';

type Both = readonly [zh: string, en: string];

const TEXTS: Readonly<Record<DeliveryText, Both>> = {
  alarm: [
    '【{level}】{rule}：{subject}，{place}，{at}。请立即确认。',
    '[{level}] {rule}: {subject}, {place}, {at}. Acknowledge at once.',
  ],
  'alarm-risen': [
    '【升级为{level}】{rule}：{subject}，{place}，{at}。请立即确认。',
    '[now {level}] {rule}: {subject}, {place}, {at}. Acknowledge at once.',
  ],
  'alarm-escalated': [
    '【{level}】{rule}无人确认：{subject}，{place}，{at}。请立即处理。',
    '[{level}] Nobody acknowledged {rule}: {subject}, {place}, {at}. See to it at once.',
  ],
  'order-new': [
    '【工单·{state}】{rule}：{subject}，{place}。请于{deadline}前办理。',
    '[Order, {state}] {rule}: {subject}, {place}. Due by {deadline}.',
  ],
  'order-returned': [
    '【工单退回】{rule}：{subject}，{place}。请于{deadline}前重新填报。',
    '[Order sent back] {rule}: {subject}, {place}. Report again by {deadline}.',
  ],
  'order-risen': [
    '【工单升级为{level}】{rule}：{subject}，{place}。请于{deadline}前办理。',
    '[Order now {level}] {rule}: {subject}, {place}. Due by {deadline}.',
  ],
  'order-overdue': [
    '【工单超期·{state}】{rule}：{subject}，{place}，应于{deadline}前办理。',
    '[Order overdue, {state}] {rule}: {subject}, {place}. It was due by {deadline}.',
  ],
  together: [
    '【{level}】{party}有{count}项报警与工单待处理，自{at}起。请立即查看。',
    '[{level}] {count} alarms and orders wait for {party} since {at}. See to them at once.',
  ],
  withdraw: [
    '【紧急撤离】{place}附近气体报警（{detector}），请立即沿上风向撤离。',
    '[Leave now] Gas alarm ({detector}) near {place}. Leave upwind at once.',
  ],
};

const LEVELS: readonly Both[] = [
  ['一级红色', 'level 1 red'],
  ['二级橙色', 'level 2 orange'],
  ['三级黄色', 'level 3 yellow'],
  ['四级蓝色', 'level 4 blue'],
];
const STATES: Readonly<Record<string, Both>> = {
  'to-accept': ['待受理', 'to accept'],
  'to-assign': ['待派单', 'to assign'],
  'to-report': ['待填报', 'to report'],
  'to-review': ['待审核', 'to review'],
};
const RULES: Readonly<Record<Exclude<RuleId, PermitRuleId>, Both>> = {
  sos: ['SOS 求救', 'SOS'],
  'out-of-bounds': ['越界', 'out of bounds'],
  dwell: ['滞留', 'dwell'],
  stillness: ['静止', 'stillness'],
  'left-post': ['离岗', 'left post'],
  'left-site': ['离场', 'left site'],
  'over-capacity': ['超员', 'over capacity'],
  'under-capacity': ['缺员', 'under capacity'],
  'post-vacant': ['缺岗', 'post vacant'],
  gathering: ['人员聚集', 'gathering'],
  'signal-lost': ['信号丢失', 'signal lost'],
  'low-battery': ['低电量', 'low battery'],
  'unknown-tag': ['未登记标签', 'unknown tag'],
  'two-tags': ['一人多标签', 'two tags on one person'],
  'no-live-tag': ['班组无在线标签', 'crew without a live tag'],
  'reporting-silent': ['数据上报中断', 'reporting silent'],
  'patrol-missed': ['巡检漏检', 'patrol missed'],
};

function ruleName(rule: string, n: 0 | 1): string | undefined {
  const title = permitRuleOf(rule)?.title;
  return title === undefined ? RULES[rule as keyof typeof RULES]?.[n] : [title.zh, title.en][n];
}

export function wordsOf(
  { text, values }: Pick<Delivery, 'text' | 'values'>,
  language: Language,
): { subject: string; body: string } {
  const n = language === 'en' ? 1 : 0;
  const filled: Readonly<Record<string, string | undefined>> = {
    level: LEVELS[Number(values['level']) - 1]?.[n],
    rule: ruleName(String(values['rule']), n),
    state: STATES[String(values['state'])]?.[n],
    at: timeText(values['atMs']),
    deadline: timeText(values['deadlineAtMs']),
  };
  const body = TEXTS[text][n].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = filled[name] ?? String(values[name] ?? '');
    return value === '' ? '-' : value;
  });
  return { subject: /^(【[^】]*】[^：，。]*|\[[^\]]*\][^:,.]*)/.exec(body)?.[0] ?? body, body };
}

/** Park time, `2026-11-20 16:00`. */
const timeText = (atMs: unknown): string => (typeof atMs === 'number' ? parkTime(atMs).slice(0, 16) : '');
