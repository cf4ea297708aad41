import {
  boundary,
  conforming,
  DAY,
  gasAt,
  gasRows,
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

/** Kinds and levels that need an analysis (GB 30871-2022 5.3, 6.4, 10.3), with the longest pause without a new one, min. */
const ANALYSED: readonly (readonly [code: string, breakMin: number | null])[] = [
  ['01', 30],
  ['02', 30],
  ['03', 60],
  ['70', 60],
  ['10', null],
];
const NOT_ANALYSED = ['50', '21', '22', '23', '24', '61', '62', '63', '30', '40', '90'];
/** Electricity is analysed in explosive areas. */
const IN_EX = { inExArea: true };
const ISSUED = T0 - 10 * MINUTE;
const ALL_DAY = { validToMs: T0 + 3 * DAY };

const missing: PermitCase[] = [
  ...ANALYSED.flatMap(([code]) => [
    violating(`${code}: none at all`, { words: [permit(code, IN_EX, gasRows())], nowMs: T0 }, { onsetAtMs: ISSUED }),
    violating(
      `${code}: issued without one`,
      { words: [issued(code, IN_EX, gasRows())], nowMs: ISSUED },
      { onsetAtMs: ISSUED },
    ),
    boundary(`${code}: analysed at the very start`, { words: [permit(code, IN_EX, gasRows(gasAt(T0)))], nowMs: T0 }),
    boundary(
      `${code}: analysed a second after the start`,
      { words: [permit(code, IN_EX, gasRows(gasAt(T0 + SECOND)))], nowMs: T0 + HOUR },
      { onsetAtMs: ISSUED },
    ),
    conforming(`${code}: analysed before`, { words: [permit(code, IN_EX)], nowMs: T0 + HOUR }),
  ]),
  ...NOT_ANALYSED.map((code) =>
    conforming(`${code}: asks for none`, { words: [permit(code, IN_EX, gasRows())], nowMs: T0 + HOUR }),
  ),
  conforming('not issued yet', {
    words: [{ ...permit('03', { startedAtMs: null }, gasRows()), status: 'applied' }],
    nowMs: T0,
  }),
  conforming('electricity outside explosive areas', {
    words: [permit('10', { inExArea: false }, gasRows())],
    nowMs: T0,
  }),
  conforming('electricity, and nobody says whether the area is explosive: the card says that', {
    words: [permit('10', { inExArea: null }, gasRows())],
    nowMs: T0,
  }),
  violating(
    'paused without one',
    { words: [permit('03', {}, gasRows()), later(HOUR, { status: 'paused' })], nowMs: T0 + 2 * HOUR },
    { onsetAtMs: ISSUED },
  ),
  violating(
    'a supplier that never says 作业中, but when work began',
    { words: [{ ...permit('03', {}, gasRows()), status: 'issued' }], nowMs: T0 + MINUTE },
    { onsetAtMs: ISSUED },
  ),
  conforming('accepted', {
    words: [permit('03', {}, gasRows()), later(HOUR, { status: 'accepted' })],
    nowMs: T0 + 2 * HOUR,
  }),
];

const aged = (code: string, ageMs: number) => ({
  words: [permit(code, IN_EX, gasRows(gasAt(T0 - ageMs)))],
  nowMs: T0 + HOUR,
});
const stale: PermitCase[] = ANALYSED.flatMap(([code]) => [
  conforming(`${code}: 29:59`, aged(code, 29 * MINUTE + 59 * SECOND)),
  boundary(`${code}: 30:00`, aged(code, 30 * MINUTE)),
  violating(`${code}: 30:01`, aged(code, 30 * MINUTE + SECOND), { onsetAtMs: T0 }),
]);

/** Paused an hour after the start, resumed after the pause. */
const resumed = (code: string, pauseMs: number, ...analyses: readonly ReturnType<typeof gasAt>[]) => ({
  words: [
    permit(code, {}, gasRows(gasAt(T0 - 20 * MINUTE), ...analyses)),
    later(HOUR, { status: 'paused' }),
    later(HOUR + pauseMs, { status: 'working' }),
  ],
  nowMs: T0 + HOUR + pauseMs + MINUTE,
});
const afterBreak: PermitCase[] = [
  ...ANALYSED.flatMap(([code, breakMin]) => {
    if (breakMin === null) return [];
    const resumedAtMs = T0 + HOUR + breakMin * MINUTE + SECOND;
    const longer = breakMin * MINUTE + SECOND;
    return [
      conforming(`${code}: a pause of ${breakMin - 1}:59`, resumed(code, breakMin * MINUTE - SECOND)),
      boundary(`${code}: a pause of ${breakMin}:00`, resumed(code, breakMin * MINUTE)),
      violating(`${code}: a pause of ${breakMin}:01`, resumed(code, longer), { onsetAtMs: resumedAtMs }),
      conforming(`${code}: analysed 30:00 before going on`, resumed(code, longer, gasAt(resumedAtMs - 30 * MINUTE))),
      violating(
        `${code}: analysed 30:01 before going on`,
        resumed(code, longer, gasAt(resumedAtMs - 30 * MINUTE - SECOND)),
        { onsetAtMs: resumedAtMs },
      ),
    ];
  }),
  conforming('the status told again is no pause', {
    words: [permit('01'), later(HOUR, { status: 'working' }), later(2 * HOUR, { status: 'working' })],
    nowMs: T0 + 3 * HOUR,
  }),
  conforming('paused still', { words: [permit('01'), later(HOUR, { status: 'paused' })], nowMs: T0 + 3 * HOUR }),
];

/** 08:00 of the day after T0. */
const MORNING = T0 + 16 * HOUR;
/** First midnight after T0. */
const MIDNIGHT = T0 + 8 * HOUR;
const SECOND_DAY = '2026-11-21';
const nextDay = (code: string, ...analyses: readonly ReturnType<typeof gasAt>[]) => ({
  words: [
    permit(code, { ...IN_EX, ...ALL_DAY }, gasRows(gasAt(T0 - 20 * MINUTE), ...analyses)),
    later(2 * HOUR, { status: 'paused' }),
    later(16 * HOUR, { status: 'working' }),
  ],
  nowMs: MORNING + MINUTE,
});
const through = (nowMs: number, ...analyses: readonly ReturnType<typeof gasAt>[]) => ({
  words: [permit('03', ALL_DAY, gasRows(gasAt(T0 - 20 * MINUTE), ...analyses))],
  nowMs,
});
const daily: PermitCase[] = [
  ...['02', '03', '10'].flatMap((code) => [
    violating(`${code}: none on the second day`, nextDay(code), { onsetAtMs: MORNING, about: SECOND_DAY }),
    conforming(`${code}: analysed that morning`, nextDay(code, gasAt(MORNING - 20 * MINUTE))),
  ]),
  boundary('one of that day and 30:01 old is stale, not missing', nextDay('03', gasAt(MORNING - 30 * MINUTE - SECOND))),
  boundary('through midnight, 00:30:00', {
    ...through(MIDNIGHT + 30 * MINUTE),
    againMs: MIDNIGHT + 30 * MINUTE + 1,
  }),
  boundary('through midnight, 00:30:01', through(MIDNIGHT + 30 * MINUTE + SECOND), {
    onsetAtMs: MIDNIGHT + 30 * MINUTE,
    about: SECOND_DAY,
  }),
  conforming('through midnight, analysed at 00:10', through(MORNING, gasAt(MIDNIGHT + 10 * MINUTE))),
  conforming('a confined space goes by its own pause', {
    words: [
      permit('70', ALL_DAY, gasRows(gasAt(T0 - 20 * MINUTE))),
      later(2 * HOUR, { status: 'paused' }),
      later(16 * HOUR, { status: 'working' }),
    ],
    nowMs: MORNING,
  }),
];

const inSpace = (nowMs: number, ...analyses: readonly ReturnType<typeof gasAt>[]) => ({
  words: [permit('70', {}, gasRows(gasAt(T0 - 20 * MINUTE), ...analyses))],
  nowMs,
});
const overdue: PermitCase[] = [
  conforming('1:59:59 after the start', inSpace(T0 + 2 * HOUR - SECOND)),
  boundary('2:00:00 after the start', { ...inSpace(T0 + 2 * HOUR), againMs: T0 + 2 * HOUR + 1 }),
  violating('2:00:01 after the start', inSpace(T0 + 2 * HOUR + SECOND), { onsetAtMs: T0 + 2 * HOUR }),
  conforming('recorded an hour in', inSpace(T0 + 3 * HOUR, gasAt(T0 + HOUR))),
  violating('two hours after the last record', inSpace(T0 + 4 * HOUR, gasAt(T0 + HOUR)), { onsetAtMs: T0 + 3 * HOUR }),
  conforming('nobody inside: paused', {
    words: [...inSpace(0).words, later(HOUR, { status: 'paused' })],
    nowMs: T0 + 6 * HOUR,
  }),
  conforming('hot work asks for no records', { words: [permit('03', ALL_DAY)], nowMs: T0 + 3 * HOUR }),
  violating(
    'a record dated tomorrow is none of now',
    { ...inSpace(T0 + 3 * HOUR, gasAt(T0 + DAY)), againMs: T0 + DAY },
    { onsetAtMs: T0 + 2 * HOUR },
  ),
];

const AT = T0 - 20 * MINUTE;
const read = (code: string, row: Parameters<typeof gasAt>[1], fields = {}) => ({
  words: [permit(code, fields, gasRows(gasAt(AT, row)))],
  nowMs: T0,
});
const out = (about: string) => ({ onsetAtMs: AT, about });
const limits: PermitCase[] = [
  conforming('methane 0.49 vol%', read('03', { value: 0.49 })),
  boundary('methane 0.5 vol%', read('03', { value: 0.5 })),
  violating('methane 0.51 vol%', read('03', { value: 0.51 }), out('甲烷')),
  boundary('methane 10 %LEL is 0.5 vol%', read('03', { value: 10, unit: '%LEL' })),
  violating('methane 10.1 %LEL', read('03', { value: 10.1, unit: '%LEL' }), out('甲烷')),
  boundary('propane, LEL below 4 %: 0.2 vol%', read('02', { gas: '丙烷', value: 0.2 })),
  violating('propane 0.21 vol%', read('02', { gas: '丙烷', value: 0.21 }), out('丙烷')),
  boundary('LEL as sent goes before the table: 4 %', read('02', { gas: '丙烷', value: 0.5, lelPct: 4 })),
  boundary('LEL as sent: 3.9 %', read('02', { gas: '丙烷', value: 0.21, lelPct: 3.9 }), out('丙烷')),
  conforming('A.1 says no unit: 0.05 is within whatever it is', read('03', { value: 0.05, unit: null })),
  conforming('no unit, 2: out as vol%, within as %LEL; not known, and no alarm', read('03', { value: 2, unit: null })),
  conforming(
    'combustible gas without more, 10 %LEL: its LEL is not known',
    read('03', { gas: '可燃气体', value: 10, unit: '%LEL' }),
  ),
  violating(
    'combustible gas without more, 50 %LEL: out whatever it is',
    read('03', { gas: '可燃气体', value: 50, unit: '%LEL' }),
    out('可燃气体'),
  ),
  conforming('a gas that nobody knows', read('03', { gas: '某气体', value: 99 })),
  boundary('oxygen 19.5 %', read('70', { gas: '氧气', value: 19.5 })),
  violating('oxygen 19.4 %', read('70', { gas: '氧气', value: 19.4 }), out('氧气')),
  boundary('oxygen 21 %', read('70', { gas: 'O₂', value: 21 })),
  violating('oxygen 21.1 %', read('70', { gas: 'O2', value: 21.1 }), out('O2')),
  boundary(
    'oxygen 23.5 % in an enriched space',
    read('70', { gas: '氧', value: 23.5 }, { details: { SPACE_MEDIUM: '氧气' } }),
  ),
  violating(
    'oxygen 23.6 % in an enriched space',
    read('70', { gas: '氧', value: 23.6 }, { details: { SPACE_MEDIUM: '氧气' } }),
    out('氧'),
  ),
  boundary('hydrogen sulfide 10 mg/m³', read('70', { gas: '硫化氢', value: 10, unit: 'mg/m3' })),
  violating('hydrogen sulfide 10.1 mg/m³', read('70', { gas: 'H2S', value: 10.1, unit: 'mg/m3' }), out('H2S')),
  boundary('hydrogen sulfide 7 ppm', read('70', { gas: 'H2S', value: 7, unit: 'ppm' })),
  violating('hydrogen sulfide 7.1 ppm', read('70', { gas: 'H2S', value: 7.1, unit: 'ppm' }), out('H2S')),
  conforming('ammonia of a hot-work analysis is held against what burns', read('03', { gas: '氨', value: 0.1 })),
  violating('ammonia in a space is held against what poisons', read('70', { gas: '氨', value: 0.1 }), out('氨')),
  violating(
    'since the first of those out of limit',
    {
      words: [
        permit('70', {}, gasRows(gasAt(AT), gasAt(T0 + HOUR, { value: 0.6 }), gasAt(T0 + 2 * HOUR, { value: 0.7 }))),
      ],
      nowMs: T0 + 2 * HOUR,
    },
    { onsetAtMs: T0 + HOUR, about: '甲烷' },
  ),
  conforming('within again', {
    words: [permit('70', {}, gasRows(gasAt(AT, { value: 0.6 }), gasAt(T0 + HOUR)))],
    nowMs: T0 + HOUR,
  }),
  violating(
    'each point by itself',
    {
      words: [permit('70', {}, gasRows(gasAt(AT, { point: '底部', value: 0.6 }), gasAt(T0, { point: '顶部' })))],
      nowMs: T0,
    },
    { onsetAtMs: AT, about: '甲烷' },
  ),
];

export const GAS_CASES: readonly JudgedCases[] = [
  { rule: 'gas-missing', code: '01', clause: 'AQ 3064.2-2025 5.4.3；GB 30871-2022 5.3.1、6.4', cases: missing },
  { rule: 'gas-stale', code: '02', clause: 'AQ 3064.2-2025 5.4.3；GB 30871-2022 5.3.2、6.4', cases: stale },
  { rule: 'gas-after-break', code: '03', clause: 'AQ 3064.2-2025 5.9.1；GB 30871-2022 5.3.2、6.4', cases: afterBreak },
  { rule: 'gas-daily', code: '04', clause: 'AQ 3064.2-2025 5.9.2；GB 30871-2022 5.3.2', cases: daily },
  { rule: 'gas-record-overdue', code: '05', clause: 'AQ 3064.2-2025 5.9.4；GB 30871-2022 6.6', cases: overdue },
  { rule: 'gas-out-of-limit', code: 'L01', clause: 'AQ 3064.2-2025 5.9.3；GB 30871-2022 5.3.2、6.4', cases: limits },
];
