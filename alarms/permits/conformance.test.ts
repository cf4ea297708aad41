import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FACT_WORDS } from '../../standard/fact-words.ts';
import { PERMIT_RULES, type PermitRuleId, permitRuleOf } from '../../standard/permit-rules.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import { mergePermit, type PermitState } from '../../stream/protocol/permit-merge.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';
import { PERMIT_CASES } from './cases/index.ts';
import type { Expected, JudgedCases, PermitCase, ShownCases } from './cases/permit-case.ts';
import { contextFor } from './context.fixture.ts';
import type { JudgeContext } from './finding.ts';
import { JUDGES } from './judges.ts';

const isJudged = (of: (typeof PERMIT_CASES)[number]): of is JudgedCases => 'cases' in of;
const JUDGED = PERMIT_CASES.filter(isJudged);
const SHOWN = PERMIT_CASES.filter((of): of is ShownCases => !isJudged(of));

const merged = (words: readonly PermitRecord[]): PermitState =>
  words.reduce<PermitState | null>((state, word) => mergePermit(state, word, word.updatedAtMs ?? 0), null)!;

function judged(words: readonly PermitRecord[], rule: PermitRuleId, { nowMs, context: given }: PermitCase) {
  const state = { ...merged(words), firstReceivedAtMs: merged(words).statuses[0]?.atMs ?? nowMs };
  const { context, again } = contextFor(state, nowMs, given);
  const found = JUDGES.flatMap((judge) => judge(state, context)).filter((one) => one.rule === rule);
  return {
    again,
    found: found.map(
      ({ onsetAtMs, about, level }): Expected => ({ onsetAtMs, about, ...(level === undefined ? {} : { level }) }),
    ),
  };
}

const CHINESE = /\p{Script=Han}+/gu;

/** What judges were told beside the permit's own words. */
function listening(context: JudgeContext): { readonly context: JudgeContext; readonly told: string[] } {
  const told = [JSON.stringify([context.people, context.calendar])];
  const heard = Object.entries(context).map(([name, value]) => [
    name,
    typeof value !== 'function'
      ? value
      : (...asked: unknown[]): unknown => {
          const answer = (value as (...asked: unknown[]) => unknown)(...asked);
          told.push(JSON.stringify(answer) ?? '');
          return answer;
        },
  ]);
  return { context: Object.fromEntries(heard) as JudgeContext, told };
}

describe('the standard’s table, case by case', () => {
  describe.each(JUDGED)('[GBS-20] $rule (A.4 $code, $clause)', ({ rule, cases }) => {
    it.each(cases)('$is: $title', (one) => {
      const expected = one.finds.map(({ about = '', ...rest }) => ({ about, ...rest }));
      for (const words of [one.words, one.words.toReversed(), [...one.words, ...one.words]]) {
        const { found, again } = judged(words, rule, one);
        expect(found).toEqual(expected);
        if (one.againMs !== undefined) expect(again).toContain(one.againMs);
        for (const atMs of again) expect(atMs).toBeGreaterThan(one.nowMs);
      }
    });
  });

  it.each(PERMIT_CASES)('[GBS-20] $rule has the code and the clause that its cases were written by', (of) => {
    expect(permitRuleOf(of.rule)).toMatchObject({ code: of.code, clause: of.clause });
  });

  it.each(JUDGED)('[GBS-20] $rule has a violating, a conforming and a boundary case', ({ cases }) => {
    expect(new Set(cases.map(({ is }) => is))).toEqual(new Set(['violating', 'conforming', 'boundary']));
    expect(cases.filter(({ is, finds }) => is === 'violating' && finds.length === 0)).toEqual([]);
    expect(cases.filter(({ is, finds }) => is === 'conforming' && finds.length > 0)).toEqual([]);
  });

  it.each(SHOWN)('[GBS-20] $rule is shown in $shownIn: a table of cases, or tests named after all three', (of) => {
    const text = readFileSync(new URL(`../../${of.shownIn}`, import.meta.url), 'utf8');
    if (new RegExp(`^  '?${of.rule}'?: \\[$`, 'm').test(text)) return;
    for (const is of ['violating', 'conforming', 'boundary']) expect(text).toContain(`${of.rule}: ${is}`);
  });

  it('[GBS-23] facts in words name them by code; texts are those of suppliers, registers and the calendar', () => {
    for (const { rule, cases } of JUDGED) {
      for (const { words, nowMs, context: given } of cases) {
        const state = { ...merged(words), firstReceivedAtMs: nowMs };
        const { context, told } = listening(contextFor(state, nowMs, given).context);
        const facts = JUDGES.flatMap((judge) => judge(state, context)).flatMap((one) => one.facts);
        for (const { name, value, unit } of facts) {
          if (unit === 'word') expect(Object.keys(FACT_WORDS), `${rule}: ${name}`).toContain(value);
          if (unit === 'work') expect(Object.keys(WORK_TYPES), `${rule}: ${name}`).toContain(value);
          if (unit !== 'text') continue;
          const source = JSON.stringify(words) + told.join();
          for (const [text] of `${value}`.matchAll(CHINESE)) expect(source, `${rule}: ${name}`).toContain(text);
        }
      }
    }
  });

  it('[GBS-23] each word has its English', () => {
    for (const { zh, en } of Object.values(FACT_WORDS)) {
      expect(zh).not.toBe('');
      expect(en).toMatch(/^[ -~’]+$/);
    }
  });

  it('[GBS-20] every rule has cases, each once', () => {
    const rules = PERMIT_CASES.map(({ rule }) => rule);
    expect(rules.filter((rule, n) => rules.indexOf(rule) !== n)).toEqual([]);
    expect(PERMIT_RULES.filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});
