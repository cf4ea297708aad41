import type { PermitState } from '../../../stream/protocol/permit-merge.ts';
import {
  boundary,
  conforming,
  issued,
  type JudgedCases,
  later,
  MINUTE,
  other,
  type PermitCase,
  permit,
  T0,
  violating,
} from './permit-case.ts';

const NOW = T0 + MINUTE;
const ISSUED = T0 - 10 * MINUTE;
const linkTo = (...permitIds: readonly string[]) => ({
  links: permitIds.map((permitId) => ({ key: permitId, permitId })),
});
/** Permits that the park has of the company. */
const knows = (...others: readonly PermitState[]) => ({
  permitBy: (reference: string) => others.find((one) => one.permitId === reference || one.fields.number === reference),
});
const activityOf = (...others: readonly PermitState[]) => ({ sameActivity: () => others });

/** Hot work in a tank, with its permit for the space. */
const inTank = (rows = {}, fields = {}) => permit('03', { relatedCodes: ['70'], ...fields }, rows);
const SPACE = other('s1', permit('70'));
const SPACE_APPLIED = other('s1', { ...permit('70', { startedAtMs: null }), status: 'applied' });
const SPACE_ISSUED = other('s1', issued('70'));
const missing: PermitCase[] = [
  violating(
    'the job needs another permit and has none',
    { words: [inTank()], nowMs: NOW },
    { onsetAtMs: T0, about: 'confined-space' },
  ),
  conforming('linked, and issued', { words: [inTank(linkTo('s1'))], nowMs: NOW, context: knows(SPACE) }),
  conforming('of one activity', { words: [inTank()], nowMs: NOW, context: activityOf(SPACE) }),
  boundary(
    'the other is applied for alone',
    { words: [inTank(linkTo('s1'))], nowMs: NOW, context: knows(SPACE_APPLIED) },
    { onsetAtMs: T0, about: 'confined-space' },
  ),
  boundary('the other is issued', { words: [inTank(linkTo('s1'))], nowMs: NOW, context: knows(SPACE_ISSUED) }),
  violating(
    'it names one that the park does not have',
    { words: [inTank(linkTo('s9'))], nowMs: NOW },
    { onsetAtMs: T0, about: 's9' },
  ),
  violating(
    'needed by a major code',
    { words: [permit('03', { relatedCodes: ['1'] })], nowMs: NOW },
    { onsetAtMs: T0, about: 'electricity' },
  ),
  violating(
    'hot work that names a confined space',
    { words: [permit('03', { details: { SPACE_NAME: 'V-101' } })], nowMs: NOW },
    { onsetAtMs: T0, about: 'confined-space' },
  ),
  violating(
    'hot work whose place reads so is a hint',
    { words: [permit('03', { site: 'V-101 罐内' })], nowMs: NOW },
    { onsetAtMs: T0, about: 'confined-space', level: 4 },
  ),
  conforming('not begun', { words: [issued('03', { relatedCodes: ['70'] })], nowMs: T0 }),
  conforming('needs none', { words: [permit('03')], nowMs: NOW }),
  conforming('itself is no other kind', { words: [permit('03', { relatedCodes: ['02', '90', '?'] })], nowMs: NOW }),
];

const HEIGHT = other('h1', permit('21', { isLinked: false }));
/** The permit that is judged came later than the other. */
const FIRST: PermitState = { ...HEIGHT, firstReceivedAtMs: T0 - MINUTE };
const SILENT: PermitState = {
  ...FIRST,
  fields: { ...FIRST.fields, isLinked: null },
  rows: {},
};
const unlinked: PermitCase[] = [
  violating(
    'of one activity, of two kinds, and said not to be linked',
    { words: [permit('03')], nowMs: NOW, context: activityOf(FIRST) },
    { onsetAtMs: ISSUED, about: 'h1' },
  ),
  violating(
    'said to be linked, and to nothing',
    { words: [permit('03', { isLinked: true })], nowMs: NOW },
    { onsetAtMs: ISSUED },
  ),
  conforming('linked', { words: [permit('03', {}, linkTo('h1'))], nowMs: NOW, context: activityOf(FIRST) }),
  conforming('linked by its printed number', {
    words: [permit('03', {}, linkTo('GC-1'))],
    nowMs: NOW,
    context: activityOf({ ...FIRST, fields: { ...FIRST.fields, number: 'GC-1' } }),
  }),
  conforming('linked by the other', {
    words: [permit('03')],
    nowMs: NOW,
    context: activityOf({ ...FIRST, rows: { links: [{ atMs: T0, row: { key: 't1', permitId: 't1' } }] } }),
  }),
  conforming('neither says anything of links: the activity links them', {
    words: [permit('03', { isLinked: null })],
    nowMs: NOW,
    context: activityOf(SILENT),
  }),
  conforming('two of one kind', {
    words: [permit('03')],
    nowMs: NOW,
    context: activityOf({ ...FIRST, fields: { ...FIRST.fields, workCode: '02' } }),
  }),
  boundary('of two the later one is told of: this is the earlier', {
    words: [permit('03')],
    nowMs: NOW,
    context: activityOf({ ...FIRST, firstReceivedAtMs: T0 + MINUTE }),
  }),
  boundary('linked by the next word', {
    words: [permit('03'), later(1, { rows: linkTo('h1') })],
    nowMs: NOW,
    context: activityOf(FIRST),
  }),
];

export const LINKS_CASES: readonly JudgedCases[] = [
  { rule: 'linked-missing', code: '61', clause: 'AQ 3064.2-2025 5.9.8；GB 30871-2022 4.6', cases: missing },
  { rule: 'not-linked', code: '62', clause: 'AQ 3064.2-2025 5.9.8；GB 30871-2022 4.6', cases: unlinked },
];
