/**
 * Work that goes on at a time that asks for one grade more (A.4 40 - 43, local L42). The standard asks it of hot work (5.1.1) and leaves hours and
 * days to the park's calendar. Of a holiday, a major event, a rest day and a night that meet only the first is said. A permit that
 * does not say its grade before upgrading (BASE_LEVEL) is suspect where it has the lowest grade, which no upgrading leads to; of a higher one
 * nobody can tell, and nothing is said.
 */
import type { WorkDuty } from '../../standard/gb30871.ts';
import type { Fact, PermitRuleId } from '../../standard/permit-rules.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import { nextTimeChangeMs, nightAt, type SpecialTimeKind, specialTimeAt, timeSinceMs } from '../special-times.ts';
import type { Finding, Judge, JudgeContext } from './finding.ts';
import { fact, instantFact, wordFact, workFact, workOf } from './work.ts';

const RULE_OF: Readonly<Record<SpecialTimeKind, PermitRuleId>> = {
  holiday: 'holiday-not-upgraded',
  event: 'event-not-upgraded',
  'rest-day': 'rest-day-not-upgraded',
  night: 'night-not-upgraded',
};

export const judgeUpgrade: Judge = (permit, context) => {
  const { duty, nowMs, calendar } = context;
  const work = workOf(permit, nowMs);
  if (duty === null || work.onSinceMs === null || !work.isGoingOn) return [];
  context.again(nextTimeChangeMs(calendar, nowMs));
  if (isUpgraded(permit, duty, context.edition.duties)) return [];
  return duty.upgradeClause === null
    ? nightFindings(permit, duty, work.onSinceMs, context)
    : specialTimeFindings(permit, duty, work.onSinceMs, context);
};

type Duties = Readonly<Record<string, WorkDuty>>;

/** One grade or more above what it says it had before; null: it does not say. */
export function isGradedUp({ fields }: PermitState, { code, kind }: WorkDuty, duties: Duties): boolean | null {
  const base = fields.baseWorkCode === null ? undefined : duties[fields.baseWorkCode ?? ''];
  return base === undefined || base.kind !== kind ? null : gradesUp(base, duties).includes(code);
}

/**
 * Work at height at night has the grade that table B.1 names. Other graded work has the highest grade or a higher one than before; where it
 * says nothing of before, the lowest grade is no upgraded one and any other is taken for one. Work without grades never is.
 */
function isUpgraded(permit: PermitState, duty: WorkDuty, duties: Duties): boolean {
  if (duty.nightCode !== null) return duty.code === duty.nightCode.value;
  if (WORK_TYPES[duty.code]?.level === 'none') return false;
  const isHighest = duty.upgradesTo === null;
  return isHighest || (isGradedUp(permit, duty, duties) ?? isAboveLowest(duty, duties));
}

const isAboveLowest = ({ code }: WorkDuty, duties: Duties): boolean =>
  Object.values(duties).some((lower) => lower.upgradesTo === code);

/** Codes above the duty's. */
function gradesUp(duty: WorkDuty, duties: Duties): string[] {
  const codes: string[] = [];
  for (let next = duty.upgradesTo; next !== null; next = duties[next]?.upgradesTo ?? null) codes.push(next);
  return codes;
}

function specialTimeFindings(permit: PermitState, duty: WorkDuty, onSinceMs: number, context: JudgeContext): Finding[] {
  const { calendar, nowMs } = context;
  const time = specialTimeAt(calendar, nowMs);
  if (time === null) return [];
  return [
    {
      rule: RULE_OF[time.kind],
      about: time.name,
      onsetAtMs: timeSinceMs(calendar, nowMs, onSinceMs),
      facts: [
        wordFact('window', `time-${time.kind}`),
        ...(time.name === '' ? [] : [fact('window', time.name, 'text')]),
        ...levelFacts(permit, duty),
        instantFact('startedAt', onSinceMs),
      ],
    },
  ];
}

function levelFacts({ fields }: PermitState, { code }: WorkDuty): Fact[] {
  const base = fields.baseWorkCode;
  return [
    workFact('level', code),
    base === null || base === undefined ? wordFact('baseLevel', 'level-not-said') : workFact('baseLevel', base),
  ];
}

/**
 * The standard names the grade of work at height by artificial light alone (table B.1: Ⅳ); of other kinds the park asks why they go on at
 * night.
 */
function nightFindings(permit: PermitState, duty: WorkDuty, onSinceMs: number, context: JudgeContext): Finding[] {
  const night = nightAt(context.calendar, context.nowMs);
  const isIndoors = duty.nightCode !== null && permit.fields.isOpenAir === false;
  if (night === null || isIndoors) return [];
  const isBreach = duty.nightCode !== null && permit.fields.isOpenAir === true;
  const needed = duty.nightCode === null ? [] : [workFact('missing', duty.nightCode.value)];
  return [
    {
      rule: 'night-work',
      about: '',
      onsetAtMs: Math.max(night.fromMs, onSinceMs),
      ...(isBreach ? { level: 3 as const } : {}),
      facts: [
        wordFact('window', 'time-night'),
        workFact('level', duty.code),
        ...needed,
        instantFact('startedAt', onSinceMs),
      ],
    },
  ];
}
