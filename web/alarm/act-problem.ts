/** Why an act was not done, in words; a code that the page does not know is shown as it is. Pure. */
import type { Translate } from '../i18n/i18n.ts';

const PROBLEMS = {
  NO_ANSWER: 'alarm.noAnswer',
  FORBIDDEN: 'alarm.forbidden',
  NOT_FOUND: 'alarm.problem.over',
  ACT_DONE: 'alarm.problem.done',
  ACT_UNFIT: 'alarm.problem.unfit',
  ACKNOWLEDGE_FIRST: 'alarm.problem.acknowledgeFirst',
  CONDITION_STANDS: 'alarm.problem.conditionStands',
  REASON_MISSING: 'alarm.problem.reasonMissing',
  SOS_NEVER_QUIET: 'alarm.problem.sosNeverQuiet',
  STEP_UNFIT: 'alarm.problem.stepUnfit',
} as const;

export const problemText = (t: Translate, code: string): string =>
  code in PROBLEMS ? t(PROBLEMS[code as keyof typeof PROBLEMS]) : code;
