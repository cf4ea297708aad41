import type { HeardBooking, HeardCommitment, JudgeContext } from '../finding.ts';
import {
  boundary,
  conforming,
  DAY,
  HOUR,
  issued,
  later,
  MINUTE,
  other,
  type PermitCase,
  permit,
  type RuleCases,
  SECOND,
  stateOf,
  T0,
  violating,
} from './permit-case.ts';

const ISSUED = T0 - 10 * MINUTE;
/** 2026-11-20 begins; T0 is 16:00. */
const MIDNIGHT = T0 - 16 * HOUR;
const NOON = MIDNIGHT + 12 * HOUR;
const places = (
  of: Readonly<Record<string, number>>,
  ...more: readonly Partial<JudgeContext>[]
): Partial<JudgeContext> =>
  Object.assign({ commitment: (): HeardCommitment => ({ day: '2026-11-20', places: of }) }, ...more);
const ownAnd = (...others: ReturnType<typeof other>[]): Partial<JudgeContext> => ({
  permitsOfDay: () => [...others, stateOf(permit('03'))],
});
const sincePast = { startedAtMs: MIDNIGHT - 2 * HOUR, issuedAtMs: MIDNIGHT - 3 * HOUR };
const overNight = () => ({ ...permit('03', sincePast), updatedAtMs: MIDNIGHT - 2 * HOUR });

const declared: PermitCase[] = [
  violating(
    'a kind and level that the commitment does not have',
    { words: [permit('03')], nowMs: T0, context: places({ '02': 3 }) },
    { onsetAtMs: T0 },
  ),
  violating(
    'more at work than places declared: the later one',
    { words: [permit('03')], nowMs: T0, context: places({ '03': 1 }, ownAnd(other('t0', permit('03')))) },
    { onsetAtMs: T0 },
  ),
  violating('no commitment after noon', { words: [permit('03')], nowMs: T0 }, { onsetAtMs: T0 }),
  violating(
    'work of the day before, and nothing declared today: from midnight on',
    { words: [overNight()], nowMs: T0, context: places({}) },
    { onsetAtMs: MIDNIGHT },
  ),
  boundary('no commitment a second before noon', { words: [overNight()], nowMs: NOON - SECOND, againMs: NOON }),
  boundary('no commitment at noon', { words: [overNight()], nowMs: NOON }, { onsetAtMs: NOON }),
  boundary('as many at work as places', {
    words: [permit('03')],
    nowMs: T0,
    context: places({ '03': 2 }, ownAnd(other('t0', permit('03')))),
    againMs: MIDNIGHT + DAY,
  }),
  boundary('one of them is paused', {
    words: [permit('03')],
    nowMs: T0,
    context: places({ '03': 1 }, ownAnd(other('t0', { ...permit('03'), status: 'paused' }))),
  }),
  boundary('upgraded, declared under its grade before', {
    words: [permit('02', { baseWorkCode: '03' })],
    nowMs: T0,
    context: places({ '03': 1 }, { permitsOfDay: () => [stateOf(permit('02', { baseWorkCode: '03' }))] }),
  }),
  boundary('issued and not begun', { words: [issued('03')], nowMs: T0, context: places({}) }),
  conforming('declared', { words: [permit('03')], nowMs: T0, context: places({ '03': 1 }, ownAnd()) }),
  conforming('general work is in no commitment', { words: [permit('90')], nowMs: T0, context: places({}) }),
];

const booking = (change: Partial<HeardBooking> = {}): Partial<JudgeContext> => ({
  booking: () => ({
    number: 'B1',
    workCode: '03',
    fromMs: T0 - HOUR,
    toMs: T0 + 2 * HOUR,
    site: '',
    content: '',
    lng: null,
    lat: null,
    unit: '',
    creditCode: null,
    bookedAtMs: MIDNIGHT - SECOND,
    isUrgent: false,
    state: 'filed',
    ...change,
  }),
});
const booked: PermitCase[] = [
  violating('neither booked nor reported as an activity', { words: [permit('03')], nowMs: T0 }, { onsetAtMs: ISSUED }),
  violating(
    'booked on the day, and not as urgent',
    { words: [permit('03')], nowMs: T0, context: booking({ bookedAtMs: MIDNIGHT }) },
    { onsetAtMs: ISSUED },
  ),
  violating(
    'the booking was cancelled',
    { words: [permit('03')], nowMs: T0, context: booking({ state: 'cancelled' }) },
    { onsetAtMs: ISSUED },
  ),
  violating(
    'the booking was returned',
    { words: [permit('03')], nowMs: T0, context: booking({ state: 'returned' }) },
    { onsetAtMs: ISSUED },
  ),
  boundary('booked in the last second of the day before', { words: [permit('03')], nowMs: T0, context: booking() }),
  boundary('urgent, booked on the day', {
    words: [permit('03')],
    nowMs: T0,
    context: booking({ bookedAtMs: MIDNIGHT, isUrgent: true }),
  }),
  boundary(
    'said until a day after the issue',
    { words: [permit('03')], nowMs: ISSUED + DAY - SECOND, againMs: ISSUED + DAY },
    { onsetAtMs: ISSUED },
  ),
  boundary('and no longer', { words: [permit('03')], nowMs: ISSUED + DAY }),
  boundary('only applied for', { words: [{ ...issued('03'), status: 'applied' }], nowMs: T0 }),
  conforming('an activity was reported', { words: [permit('03')], nowMs: T0, context: { hasActivity: true } }),
  conforming('accepted', { words: [permit('03'), later(HOUR, { status: 'accepted' })], nowMs: T0 + 2 * HOUR }),
];

export const DECLARATION_CASES: readonly RuleCases[] = [
  { rule: 'not-declared', code: 'L95', clause: '应急〔2018〕74号', cases: declared },
  { rule: 'not-booked', code: 'L96', clause: 'AQ 3064.2-2025 5.3.1、6.1', cases: booked },
  { rule: 'declared-no-permit', code: 'L98', clause: 'AQ 3064.2-2025 8.2', shownIn: 'engine/permits/declared.test.ts' },
];
