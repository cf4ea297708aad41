import {
  boundary,
  conforming,
  DAY,
  HOUR,
  issued,
  type JudgedCases,
  later,
  MINUTE,
  other,
  type PermitCase,
  permit,
  SECOND,
  T0,
  violating,
} from './permit-case.ts';

/** Longest validity by kind and level (GB 30871-2022 5.2, 6.2, 8.2, 10.2), h; null: the standard names none. */
const VALID_H: readonly (readonly [code: string, hours: number | null])[] = [
  ['01', 8],
  ['02', 8],
  ['03', 72],
  ['70', 24],
  ['50', null],
  ['21', 168],
  ['22', 168],
  ['23', 168],
  ['24', 168],
  ['61', null],
  ['62', null],
  ['63', null],
  ['10', 720],
  ['30', null],
  ['40', null],
  ['90', null],
];
/** Permitted start, and the issue. */
const FROM = T0 - 10 * MINUTE;
const ISSUED = T0 - 10 * MINUTE;
const LONG = { validToMs: FROM + 100 * DAY };

const expired: PermitCase[] = [
  ...VALID_H.flatMap(([code, hours]) => {
    const [fields, endMs] =
      hours === null ? [{ validToMs: FROM + 9 * HOUR }, FROM + 9 * HOUR] : [LONG, FROM + hours * HOUR];
    const words = [permit(code, fields)];
    return [
      conforming(`${code}: a second before`, { words, nowMs: endMs - SECOND }),
      boundary(`${code}: at its end`, { words, nowMs: endMs, againMs: endMs + 1 }),
      violating(`${code}: a second after`, { words, nowMs: endMs + SECOND }, { onsetAtMs: endMs }),
    ];
  }),
  violating(
    'its own end comes first',
    { words: [permit('03', { validToMs: T0 + HOUR })], nowMs: T0 + 2 * HOUR },
    { onsetAtMs: T0 + HOUR },
  ),
  violating(
    'a later actual start does not make it longer',
    { words: [permit('01', { ...LONG, startedAtMs: FROM + 4 * HOUR })], nowMs: FROM + 9 * HOUR },
    { onsetAtMs: FROM + 8 * HOUR },
  ),
  violating(
    'without a permitted start it counts from the issue',
    { words: [permit('01', { ...LONG, validFromMs: null, issuedAtMs: ISSUED - HOUR })], nowMs: FROM + 8 * HOUR },
    { onsetAtMs: ISSUED + 7 * HOUR },
  ),
  violating(
    'issued and never begun',
    { words: [issued('01', LONG)], nowMs: FROM + 9 * HOUR },
    {
      onsetAtMs: FROM + 8 * HOUR,
    },
  ),
  violating(
    'paused',
    { words: [permit('01', LONG), later(HOUR, { status: 'paused' })], nowMs: FROM + 9 * HOUR },
    { onsetAtMs: FROM + 8 * HOUR },
  ),
  conforming('finished, not accepted yet', {
    words: [permit('01', LONG), later(7 * HOUR, { fields: { endedAtMs: T0 + 7 * HOUR } })],
    nowMs: FROM + 9 * HOUR,
  }),
  conforming('accepted', { words: [permit('01'), later(7 * HOUR, { status: 'accepted' })], nowMs: FROM + 9 * HOUR }),
  conforming('an END_TIME that is no later than the start was filled in because it is required', {
    words: [permit('50', { validToMs: FROM })],
    nowMs: T0 + 9 * HOUR,
  }),
];

/** Electricity until then, of one activity with another permit. */
const serving = (untilMs: number, code = '01') => ({
  words: [permit('10', { validToMs: untilMs })],
  nowMs: T0,
  context: { sameActivity: () => [other('f1', permit(code, LONG))] },
});
const tooLong: PermitCase[] = [
  ...VALID_H.flatMap(([code, hours]) => {
    const lasting = (ms: number) => ({ words: [permit(code, { validToMs: FROM + ms })], nowMs: T0 });
    if (hours === null) return [conforming(`${code}: the standard names no length`, lasting(100 * DAY))];
    return [
      conforming(`${code}: ${hours} h less a second`, lasting(hours * HOUR - SECOND)),
      boundary(`${code}: ${hours} h`, lasting(hours * HOUR)),
      violating(`${code}: ${hours} h and a second`, lasting(hours * HOUR + SECOND), { onsetAtMs: ISSUED }),
    ];
  }),
  conforming('not issued yet', { words: [{ ...permit('01', LONG), status: 'applied' }], nowMs: T0 }),
  conforming('electricity ends before the hot work that it serves', serving(FROM + 8 * HOUR - SECOND)),
  boundary('electricity ends with the hot work that it serves', serving(FROM + 8 * HOUR)),
  violating('electricity outlives the hot work that it serves', serving(FROM + 8 * HOUR + SECOND), {
    onsetAtMs: ISSUED,
    about: 'f1',
  }),
  conforming('electricity of a job of another kind', serving(FROM + DAY, '21')),
];

const FIFTEEN = FROM + 15 * DAY;
const powered = (nowMs: number) => ({ words: [permit('10', { validToMs: FROM + 30 * DAY })], nowMs });
const notice: PermitCase[] = [
  conforming('15 days less a second', powered(FIFTEEN - SECOND)),
  boundary('15 days', { ...powered(FIFTEEN), againMs: FIFTEEN + 1 }),
  violating('15 days and a second', powered(FIFTEEN + SECOND), { onsetAtMs: FIFTEEN }),
  boundary('after 30 days it has expired, and that is said', powered(FROM + 30 * DAY + SECOND)),
  conforming('other kinds have no such notice', { words: [permit('21', LONG)], nowMs: FROM + 16 * DAY }),
];

const ENDED = T0 + HOUR;
const finished = (nowMs: number, more = {}) => ({
  words: [permit('03'), later(HOUR, { fields: { endedAtMs: ENDED, ...more } })],
  nowMs,
});
const notAccepted: PermitCase[] = [
  conforming('1:59:59 after its end', finished(ENDED + 2 * HOUR - SECOND)),
  boundary('2:00:00 after its end', { ...finished(ENDED + 2 * HOUR), againMs: ENDED + 2 * HOUR + 1 }),
  violating('2:00:01 after its end', finished(ENDED + 2 * HOUR + SECOND), { onsetAtMs: ENDED + 2 * HOUR }),
  conforming('accepted by its time', finished(ENDED + 3 * HOUR, { acceptedAtMs: ENDED + HOUR })),
  violating(
    'a time of acceptance that is still to come is none',
    finished(ENDED + 3 * HOUR, { acceptedAtMs: ENDED + 9 * HOUR }),
    { onsetAtMs: ENDED + 2 * HOUR },
  ),
  conforming('accepted by its status', {
    words: [...finished(0).words, later(2 * HOUR, { status: 'accepted' })],
    nowMs: ENDED + 3 * HOUR,
  }),
  conforming('going on: nobody said that it ended', { words: [permit('03')], nowMs: T0 + 9 * HOUR }),
];

const applied = (nowMs: number, fields = {}) => ({
  words: [{ ...permit('03', { startedAtMs: null, issuedAtMs: null, ...fields }), status: 'applied' as const }],
  nowMs,
});
const overdue: PermitCase[] = [
  conforming('1:59:59 after it was applied for', applied(T0 + 2 * HOUR - SECOND)),
  boundary('2:00:00', { ...applied(T0 + 2 * HOUR), againMs: T0 + 2 * HOUR + 1 }),
  violating('2:00:01', applied(T0 + 2 * HOUR + SECOND), { onsetAtMs: T0 + 2 * HOUR }),
  conforming(
    'applied for the day before',
    applied(T0 + 9 * HOUR, { plannedFromMs: T0 + DAY, plannedToMs: T0 + 2 * DAY }),
  ),
  violating(
    'applied for the day before, and its planned start has come',
    applied(T0 + DAY + SECOND, { plannedFromMs: T0 + DAY, plannedToMs: T0 + 2 * DAY }),
    { onsetAtMs: T0 + DAY },
  ),
  conforming('its planned time is over', applied(T0 + 4 * HOUR)),
  conforming('issued', { words: [issued('03')], nowMs: T0 + 9 * HOUR }),
];

const changed: PermitCase[] = [
  violating(
    'another content',
    { words: [permit('03'), later(HOUR, { fields: { content: '更换法兰' } })], nowMs: T0 + 2 * HOUR },
    { onsetAtMs: T0 + HOUR },
  ),
  violating(
    'another site, said again with each later word',
    {
      words: [
        permit('03'),
        later(HOUR, { fields: { site: '二号装置' } }),
        later(2 * HOUR, { fields: { site: '二号装置' } }),
      ],
      nowMs: T0 + 3 * HOUR,
    },
    { onsetAtMs: T0 + HOUR },
  ),
  violating(
    'another level',
    { words: [permit('03'), later(HOUR, { fields: { workCode: '02' } })], nowMs: T0 + 2 * HOUR },
    { onsetAtMs: T0 + HOUR },
  ),
  violating(
    'its supplier says so',
    {
      words: [permit('03'), later(HOUR, { fields: { isChanged: true, changedCause: '换位置' } })],
      nowMs: T0 + 2 * HOUR,
    },
    { onsetAtMs: T0 + HOUR },
  ),
  conforming('the same words again', {
    words: [permit('03'), { ...permit('03'), updatedAtMs: T0 + HOUR }],
    nowMs: T0 + HOUR,
  }),
  conforming('the crew may change', {
    words: [permit('03'), later(HOUR, { fields: { workerNames: ['孙焊工'], guardianNames: ['周监护'] } })],
    nowMs: T0 + 2 * HOUR,
  }),
  boundary('drawn up, then signed as it was changed: the word that says issued carries it', {
    words: [
      {
        ...permit('03', { content: '草稿', startedAtMs: null, issuedAtMs: null }),
        status: 'applied',
        updatedAtMs: T0 - 2 * HOUR,
      },
      { ...issued('03'), updatedAtMs: T0 - 9 * MINUTE },
      later(0, { status: 'working' }),
    ],
    nowMs: T0 + HOUR,
  }),
  boundary(
    'a second after the word that says issued',
    {
      words: [
        { ...issued('03'), updatedAtMs: T0 - 9 * MINUTE },
        later(-9 * MINUTE + SECOND, { fields: { content: '改动' } }),
        later(0, { status: 'working' }),
      ],
      nowMs: T0 + HOUR,
    },
    { onsetAtMs: T0 - 9 * MINUTE + SECOND },
  ),
  boundary('9 m to the side is the same place', {
    words: [permit('03'), later(HOUR, { fields: { lat: 30.80008 } })],
    nowMs: T0 + 2 * HOUR,
  }),
  violating(
    '22 m to the side is another',
    { words: [permit('03'), later(HOUR, { fields: { lat: 30.8002 } })], nowMs: T0 + 2 * HOUR },
    { onsetAtMs: T0 + HOUR },
  ),
  conforming('a place that is said for the first time', {
    words: [permit('03', { lng: null, lat: null }), later(HOUR, { fields: { lng: 121.48, lat: 30.8 } })],
    nowMs: T0 + 2 * HOUR,
  }),
];

export const VALIDITY_CASES: readonly JudgedCases[] = [
  { rule: 'permit-expired', code: '10', clause: 'AQ 3064.2-2025 5.9.5；GB 30871-2022 4.16', cases: expired },
  { rule: 'validity-too-long', code: 'L10', clause: 'GB 30871-2022 4.16、5.2、6.2、10.2', cases: tooLong },
  { rule: 'validity-notice', code: 'L11', clause: 'GB 30871-2022 10.2', cases: notice },
  { rule: 'not-accepted', code: 'L12', clause: 'AQ 3064.2-2025 5.7；GB 30871-2022 4.15', cases: notAccepted },
  { rule: 'approval-overdue', code: 'L13', clause: 'AQ 3064.2-2025 5.9.9', cases: overdue },
  { rule: 'changed-after-issue', code: 'L14', clause: 'AQ 3064.2-2025 5.8；GB 30871-2022 4.16、4.18', cases: changed },
];
