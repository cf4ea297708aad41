import type { MeasureRow } from '../../../stream/protocol/permits.ts';
import {
  boundary,
  conforming,
  HOUR,
  issued,
  type JudgedCases,
  later,
  MINUTE,
  type PermitCase,
  permit,
  SECOND,
  T0,
  violating,
} from './permit-case.ts';

const ISSUED = T0 - 10 * MINUTE;
const NEVER_SAID = { briefedBy: undefined, briefedAtMs: undefined, riskAnalysis: undefined } as never;
const of = (fields: object, rows = {}) => ({ words: [permit('03', fields, rows)], nowMs: T0 + MINUTE });

const briefing: PermitCase[] = [
  violating('said that nobody briefed', of({ briefedBy: null, briefedAtMs: null }), { onsetAtMs: T0 }),
  violating('said that nobody briefed, by an empty name', of({ briefedBy: ' ', briefedAtMs: null }), { onsetAtMs: T0 }),
  conforming('briefed', of({})),
  conforming('who briefed is said, not when', of({ briefedAtMs: null })),
  conforming('never said: A.1 has no field for it; the card says unknown', of(NEVER_SAID)),
  conforming('not begun', { words: [issued('03', { briefedBy: null, briefedAtMs: null })], nowMs: T0 }),
  boundary('briefed as work began', of({ briefedAtMs: T0 })),
  boundary('briefed a second after work began', of({ briefedAtMs: T0 + SECOND }), { onsetAtMs: T0 }),
];

const risk: PermitCase[] = [
  violating('said that none was done', of({ riskAnalysis: null }), { onsetAtMs: ISSUED }),
  violating('an empty text', of({ riskAnalysis: '' }), { onsetAtMs: ISSUED }),
  conforming('done', of({})),
  conforming('never said', of(NEVER_SAID)),
  boundary('not issued yet', {
    words: [{ ...permit('03', { riskAnalysis: null, startedAtMs: null }), status: 'applied' }],
    nowMs: T0,
  }),
  boundary(
    'issued this instant',
    { words: [issued('03', { riskAnalysis: null })], nowMs: ISSUED },
    { onsetAtMs: ISSUED },
  ),
];

const measure = (key: string, isInvolved: boolean | null, confirmedBy: string | null): MeasureRow => ({
  key,
  content: `措施 ${key}`,
  isInvolved,
  confirmedBy,
  atMs: null,
});
const list = (...measures: readonly MeasureRow[]) => of({}, { measures });
const measures: PermitCase[] = [
  violating('one applies and nobody confirmed it', list(measure('1', true, '张'), measure('2', true, null)), {
    onsetAtMs: ISSUED,
  }),
  violating('the others are confirmed', list(measure('1', null, '张'), measure('2', null, '')), { onsetAtMs: ISSUED }),
  conforming('all that apply are confirmed', list(measure('1', true, '张'), measure('2', false, null))),
  conforming(
    'a list without confirmations says nothing of them',
    list(measure('1', null, null), measure('2', null, null)),
  ),
  conforming('never said', list()),
  boundary('confirmed by the next word', {
    words: [...list(measure('1', true, null)).words, later(SECOND, { rows: { measures: [measure('1', true, '张')] } })],
    nowMs: T0 + MINUTE,
  }),
  boundary('not issued yet', {
    words: [{ ...permit('03', { startedAtMs: null }, { measures: [measure('1', true, null)] }), status: 'applied' }],
    nowMs: T0,
  }),
];

const blind = (action: 'insert' | 'remove' | 'both' | null) =>
  permit('50', { blindAction: action, blindNumber: 'MB-7' });
const bothWays: PermitCase[] = [
  violating('for both', { words: [blind('both')], nowMs: T0 }, { onsetAtMs: ISSUED }),
  violating(
    'issued to insert, then to remove',
    { words: [blind('insert'), later(HOUR, { fields: { blindAction: 'remove' } })], nowMs: T0 + 2 * HOUR },
    { onsetAtMs: T0 + HOUR },
  ),
  conforming('to insert', { words: [blind('insert')], nowMs: T0 }),
  conforming('to remove', { words: [blind('remove')], nowMs: T0 }),
  conforming('not said', { words: [blind(null)], nowMs: T0 }),
  boundary('mended before the issue', {
    words: [{ ...blind('remove'), status: 'applied', updatedAtMs: T0 - HOUR }, blind('insert')],
    nowMs: T0 + HOUR,
  }),
];

export const PAPERS_CASES: readonly JudgedCases[] = [
  { rule: 'no-briefing', code: '70', clause: 'AQ 3064.2-2025 A.4；GB 30871-2022 4.4', cases: briefing },
  {
    rule: 'no-risk-analysis',
    code: '80',
    clause: 'AQ 3064.2-2025 5.4.5；GB 30871-2022 4.2',
    cases: risk,
  },
  { rule: 'measures-unconfirmed', code: '90', clause: 'AQ 3064.2-2025 5.4.5；GB 30871-2022 4.2', cases: measures },
  { rule: 'blind-both-ways', code: '20', clause: 'AQ 3064.2-2025 5.4.4；GB 30871-2022 7.2', cases: bothWays },
];
