import type { JudgeContext, SuspectDatum } from '../finding.ts';
import {
  boundary,
  conforming,
  HOUR,
  issued,
  type JudgedCases,
  later,
  MINUTE,
  other,
  type PermitCase,
  permit,
  SECOND,
  stateOf,
  T0,
  violating,
} from './permit-case.ts';

const ISSUED = T0 - 10 * MINUTE;
/** Tolerance by default, m. */
const TOLERANCE_M = 10;
const at = (outsideM: number | null, suspectDatum: SuspectDatum | null = null): Partial<JudgeContext> => ({
  outsideM,
  suspectDatum,
});
const lies = (outsideM: number | null, suspectDatum: SuspectDatum | null = null) => ({
  words: [permit('03')],
  nowMs: T0,
  context: at(outsideM, suspectDatum),
});

const outside: PermitCase[] = [
  violating('half a kilometre outside', lies(500), { onsetAtMs: ISSUED }),
  violating(
    'already while it is applied for',
    { words: [{ ...issued('03'), status: 'applied' }], nowMs: T0, context: at(500) },
    { onsetAtMs: ISSUED },
  ),
  conforming('inside', lies(-30)),
  conforming('no boundary, or no place', lies(null)),
  conforming('accepted', {
    words: [permit('03'), later(HOUR, { status: 'accepted' })],
    nowMs: T0 + 2 * HOUR,
    context: at(500),
  }),
  boundary('at the tolerance', lies(TOLERANCE_M)),
  boundary('beyond the tolerance', lies(TOLERANCE_M + 0.1), { onsetAtMs: ISSUED }),
  boundary('another coordinate system explains it', lies(490, 'gcj02')),
];
const suspect: PermitCase[] = [
  ...(['gcj02', 'bd09', 'swapped', 'zero'] as const).map((datum) =>
    violating(datum, lies(490, datum), { onsetAtMs: ISSUED }),
  ),
  violating('no place in the plane at all', lies(null, 'zero'), { onsetAtMs: ISSUED }),
  conforming('outside, and nothing explains it', lies(490)),
  conforming('inside', lies(-30)),
  boundary('within the tolerance as sent', lies(TOLERANCE_M, 'gcj02')),
];

const blind = (fields: object = {}) => permit('50', { inExArea: true, ...fields });
const near = (
  state: ReturnType<typeof other>,
  distanceM: number,
  inExArea = state.fields.inExArea ?? null,
): Partial<JudgeContext> => ({
  near: (radiusM) => (distanceM <= radiusM ? [{ state, distanceM, inExArea }] : []),
});
const ABOUT = 'permit 913100001/t9';
const hot = other('t9', permit('03', { startedAtMs: T0 + MINUTE }));
/** 30 m of the standard and 5 m that places may be wrong by. */
const LIMIT_M = 35;

const blindNearHot: PermitCase[] = [
  violating(
    'hot work beside a blind in an explosive area',
    { words: [blind()], nowMs: T0 + HOUR, context: near(hot, 20) },
    { onsetAtMs: T0 + MINUTE, about: ABOUT },
  ),
  violating(
    'told to the hot work too',
    { words: [permit('03')], nowMs: T0 + HOUR, context: near(other('t9', blind()), 20) },
    { onsetAtMs: T0, about: ABOUT },
  ),
  violating(
    'nobody says whether the area is explosive: a level lower',
    { words: [blind({ inExArea: null })], nowMs: T0 + HOUR, context: near(hot, 20) },
    { onsetAtMs: T0 + MINUTE, about: ABOUT, level: 3 },
  ),
  violating(
    'told to the hot work by the area that the blind lies in, where its permit does not say',
    { words: [permit('03')], nowMs: T0 + HOUR, context: near(other('t9', blind({ inExArea: null })), 20, true) },
    { onsetAtMs: T0, about: ABOUT },
  ),
  conforming('hot work beside a blind in an area that is not explosive', {
    words: [permit('03')],
    nowMs: T0 + HOUR,
    context: near(other('t9', blind({ inExArea: null })), 20, false),
  }),
  boundary(
    'at the distance and the error of places',
    { words: [blind()], nowMs: T0 + HOUR, context: near(hot, LIMIT_M) },
    { onsetAtMs: T0 + MINUTE, about: ABOUT },
  ),
  boundary('beyond', { words: [blind()], nowMs: T0 + HOUR, context: near(hot, LIMIT_M + 0.1) }),
  boundary('the hot work is paused', {
    words: [blind()],
    nowMs: T0 + HOUR,
    context: near(stateOf({ ...permit('03'), permitId: 't9', status: 'paused', updatedAtMs: T0 + MINUTE }), 20),
  }),
  conforming('outside explosive areas', {
    words: [blind({ inExArea: false })],
    nowMs: T0 + HOUR,
    context: near(hot, 20),
  }),
  conforming('beside other work', {
    words: [blind()],
    nowMs: T0 + HOUR,
    context: near(other('t9', permit('30')), 20),
  }),
];

const high = other('t9', permit('22', { startedAtMs: T0 + SECOND }));
const stacked: PermitCase[] = [
  violating(
    'work at height above earth work',
    { words: [permit('30')], nowMs: T0 + HOUR, context: near(high, 4) },
    { onsetAtMs: T0 + SECOND, about: ABOUT },
  ),
  boundary(
    'at the distance',
    { words: [permit('30')], nowMs: T0 + HOUR, context: near(high, 10) },
    { onsetAtMs: T0 + SECOND, about: ABOUT },
  ),
  boundary('beyond', { words: [permit('30')], nowMs: T0 + HOUR, context: near(high, 10.1) }),
  boundary('linked', {
    words: [permit('30', {}, { links: [{ key: 'l', permitId: 't9' }] })],
    nowMs: T0 + HOUR,
    context: near(high, 4),
  }),
  boundary('of one activity', {
    words: [permit('30', { activityId: 'A1' })],
    nowMs: T0 + HOUR,
    context: near(other('t9', permit('22', { activityId: 'A1' })), 4),
  }),
  conforming('neither falls nor flies', {
    words: [permit('30')],
    nowMs: T0 + HOUR,
    context: near(other('t9', permit('40')), 4),
  }),
  conforming('not begun', { words: [issued('30')], nowMs: T0, context: near(high, 4) }),
];

export const PLACE_CASES: readonly JudgedCases[] = [
  { rule: 'outside-boundary', code: 'L70', clause: 'AQ 3064.2-2025 A.1', cases: outside },
  { rule: 'suspect-coordinates', code: 'L71', clause: 'AQ 3064.2-2025 A.1', cases: suspect },
  { rule: 'blind-near-hot-work', code: 'L60', clause: 'GB 30871-2022 7.6', cases: blindNearHot },
  { rule: 'stacked-jobs', code: 'L61', clause: 'GB 30871-2022 8.2.8、4.6', cases: stacked },
];
