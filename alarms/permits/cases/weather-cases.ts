import {
  boundary,
  conforming,
  HOUR,
  type JudgedCases,
  later,
  type PermitCase,
  permit,
  T0,
  violating,
} from './permit-case.ts';

const SINCE = T0 + HOUR;
const NOW = T0 + 2 * HOUR;
const blows = (code: string, windForce: number | null, fields = {}, isBad = false) => ({
  words: [permit(code, { isOpenAir: true, ...fields })],
  nowMs: NOW,
  context: { weather: [{ windForce, isBad, sinceMs: SINCE }] },
});

/** Kinds and the wind that forbids them in the open (GB 30871-2022 5.2.15, 8.2.6, 9.2.4). */
const WIND: readonly (readonly [codes: readonly string[], force: number])[] = [
  [['01', '02', '03'], 5],
  [['21', '22', '23', '24'], 5],
  [['61', '62', '63'], 6],
];
const NO_MATTER = ['70', '50', '10', '30', '40', '90'];

const wind: PermitCase[] = [
  ...WIND.flatMap(([codes, force]) =>
    codes.flatMap((code) => [
      conforming(`${code}: force ${force - 1}`, blows(code, force - 1)),
      boundary(`${code}: force ${force}`, blows(code, force), { onsetAtMs: SINCE }),
      violating(`${code}: force ${force + 1}`, blows(code, force + 1), { onsetAtMs: SINCE }),
    ]),
  ),
  ...NO_MATTER.map((code) => conforming(`${code}: the standard names no wind`, blows(code, 12, {}, true))),
  ...['21', '24', '61', '63'].map((code) =>
    violating(`${code}: heavy rain, snow, fog`, blows(code, null, {}, true), { onsetAtMs: SINCE }),
  ),
  conforming('hot work: rain does not forbid it', blows('03', null, {}, true)),
  conforming('indoors', blows('03', 9, { isOpenAir: false })),
  violating('nobody says whether in the open: a hint', blows('03', 9, { isOpenAir: null }), {
    onsetAtMs: SINCE,
    level: 4,
  }),
  conforming('hot work that cannot wait, one grade up', blows('02', 5, { baseWorkCode: '03' })),
  violating('special grade that was special before', blows('01', 5), { onsetAtMs: SINCE }),
  violating('begun in the wind', { ...blows('03', 5, { startedAtMs: SINCE + 1 }) }, { onsetAtMs: SINCE + 1 }),
  boundary(
    'of several notices those that forbid it count, since the first of them',
    {
      ...blows('03', 5),
      context: {
        weather: [
          { windForce: 4, isBad: false, sinceMs: T0 },
          { windForce: 7, isBad: false, sinceMs: SINCE + 2 },
          { windForce: 5, isBad: false, sinceMs: SINCE + 1 },
        ],
      },
    },
    { onsetAtMs: SINCE + 1 },
  ),
  conforming('paused', { ...blows('03', 9), words: [...blows('03', 9).words, later(1, { status: 'paused' })] }),
  conforming('nobody says what the weather is', { ...blows('03', 9), context: { weather: [] } }),
];

export const WEATHER_CASES: readonly JudgedCases[] = [
  { rule: 'weather-work', code: 'L97', clause: 'GB 30871-2022 5.2.15、8.2.6、9.2.4', cases: wind },
];
