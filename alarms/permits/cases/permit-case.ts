/**
 * The conformance suite as a table: of each rule what breaks it, what conforms, and what lies at its edge, with the alarm, its code, its clause
 * and the instant at which it began. Written down apart from the code that judges, by the standard's text; run by conformance.test.ts.
 */
import type { PermitRuleId } from '../../../standard/permit-rules.ts';
import { mergePermit, type PermitState } from '../../../stream/protocol/permit-merge.ts';
import { aPermit, PERMIT_T0 } from '../../../stream/protocol/permits.fixture.ts';
import type { PermitRecord } from '../../../stream/protocol/permits.ts';
import type { AlarmLevel } from '../../../stream/protocol/vocabulary.ts';
import type { JudgeContext } from '../finding.ts';

export interface Expected {
  readonly onsetAtMs: number;
  /** '' where left out. */
  readonly about?: string;
  /** Where it differs from the rule's own. */
  readonly level?: AlarmLevel;
}

export interface PermitCase {
  readonly is: 'violating' | 'conforming' | 'boundary';
  readonly title: string;
  /** Words on the permit; their order says nothing. */
  readonly words: readonly PermitRecord[];
  readonly nowMs: number;
  /** What is known beside the permit. */
  readonly context?: Partial<JudgeContext>;
  /** Findings of the rule; [] : none. */
  readonly finds: readonly Expected[];
  /** Instant at which it is asked to be judged again, for one of several reasons perhaps. */
  readonly againMs?: number;
}

/** Of a rule that judges decide. */
export interface JudgedCases {
  readonly rule: PermitRuleId;
  /** Of A.4, or local. */
  readonly code: string;
  readonly clause: string;
  readonly cases: readonly PermitCase[];
}
/** Of a rule that goes by live positions over time: the file of tests that has a table of its cases, or tests named `rule: violating` and so on. */
export interface ShownCases {
  readonly rule: PermitRuleId;
  readonly code: string;
  readonly clause: string;
  readonly shownIn: string;
}
export type RuleCases = JudgedCases | ShownCases;

type Rest = Omit<PermitCase, 'is' | 'title' | 'finds'>;
const caseOf =
  (is: PermitCase['is']) =>
  (title: string, rest: Rest, ...finds: readonly Expected[]): PermitCase => ({ is, title, ...rest, finds });
/** Name the findings after the rest; none: it conforms. */
export const violating = caseOf('violating');
export const conforming = caseOf('conforming');
export const boundary = caseOf('boundary');

export const T0 = PERMIT_T0;
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

type Change = Parameters<typeof aPermit>[0];
type Fields = NonNullable<NonNullable<Change>['fields']>;
type Rows = PermitRecord['rows'];

/** A conforming permit of the kind and level, begun at T0, issued ten minutes before. */
export const permit = (workCode: string, fields: Fields = {}, rows: Rows = {}): PermitRecord =>
  aPermit({ fields: { workCode, baseWorkCode: workCode, ...fields }, rows });

/** The same, not begun yet. */
export const issued = (workCode: string, fields: Fields = {}, rows: Rows = {}): PermitRecord => ({
  ...permit(workCode, { startedAtMs: null, ...fields }, rows),
  status: 'issued',
  updatedAtMs: T0 - 10 * MINUTE,
});

/** What a supplier says later, and nothing else. */
export const later = (afterMs: number, word: Partial<Omit<PermitRecord, 'permitId' | 'companyCode'>>): PermitRecord => {
  const { permitId, companyCode } = aPermit();
  return { permitId, companyCode, updatedAtMs: T0 + afterMs, fields: {}, rows: {}, ...word };
};

type GasRow = Exclude<NonNullable<Rows['gas']>[number], { gone: true }>;
export const gasAt = (atMs: number, row: Partial<GasRow> = {}): GasRow => ({
  key: `g-${atMs}-${row.gas ?? ''}`,
  gas: '甲烷',
  value: 0.05,
  unit: 'vol%',
  lelPct: null,
  point: null,
  analyst: null,
  atMs,
  ...row,
});
/** In place of the analysis that the conforming permit has. */
export const gasRows = (...gas: readonly GasRow[]): Rows => ({ gas });

/** Another permit, as judges see it. */
export const stateOf = (word: PermitRecord): PermitState => mergePermit(null, word, word.updatedAtMs ?? T0);
/** Another permit of the company under an id. */
export const other = (permitId: string, word: PermitRecord): PermitState => stateOf({ ...word, permitId });
