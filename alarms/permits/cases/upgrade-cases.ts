import { type Calendar, NO_CALENDAR } from '../../shifts.ts';
import {
  boundary,
  conforming,
  HOUR,
  type JudgedCases,
  later,
  MINUTE,
  type PermitCase,
  permit,
  SECOND,
  T0,
  violating,
} from './permit-case.ts';

/** T0 is 16:00 of Friday 2026-11-20, a workday; night falls four hours later, and Saturday begins after eight. */
const NIGHTFALL = T0 + 4 * HOUR;
const MIDNIGHT = T0 + 8 * HOUR;
const DAYBREAK = T0 + 14 * HOUR;
const FRIDAY = '2026-11-20';
const SATURDAY = '2026-11-21';

const on = (calendar: Partial<Calendar>) => ({ context: { calendar: { ...NO_CALENDAR, ...calendar } } });
/** Second grade, and second grade before. */
const hot = (nowMs: number, calendar: Partial<Calendar> = {}, code = '03', base: string | null = code) => ({
  words: [permit(code, { baseWorkCode: base })],
  nowMs,
  ...on(calendar),
});

const HOLIDAY = { holidays: [FRIDAY] };
const holiday: PermitCase[] = [
  violating('second grade', hot(T0 + MINUTE, HOLIDAY), { onsetAtMs: T0 }),
  violating('first grade that was first before', hot(T0 + MINUTE, HOLIDAY, '02'), { onsetAtMs: T0 }),
  violating('second grade, and nobody says what it was before', hot(T0 + MINUTE, HOLIDAY, '03', null), {
    onsetAtMs: T0,
  }),
  conforming('first grade up from second', hot(T0 + MINUTE, HOLIDAY, '02', '03')),
  conforming('special grade up from first', hot(T0 + MINUTE, HOLIDAY, '01', '02')),
  conforming('special grade has none above it', hot(T0 + MINUTE, HOLIDAY, '01')),
  conforming('first grade, and nobody says what it was before', hot(T0 + MINUTE, HOLIDAY, '02', null)),
  conforming('a workday', hot(T0 + MINUTE)),
  conforming('paused', {
    words: [permit('03'), later(MINUTE, { status: 'paused' })],
    nowMs: T0 + 2 * MINUTE,
    ...on(HOLIDAY),
  }),
  conforming('other kinds', hot(T0 + MINUTE, HOLIDAY, '70')),
  boundary('a second before the holiday begins', hot(MIDNIGHT - SECOND, { holidays: [SATURDAY] })),
  boundary('the holiday begins', hot(MIDNIGHT, { holidays: [SATURDAY] }), { onsetAtMs: MIDNIGHT }),
  violating('the night of a holiday is the holiday', hot(NIGHTFALL + HOUR, HOLIDAY), { onsetAtMs: T0 }),
];

const restDay: PermitCase[] = [
  violating('a Saturday', hot(MIDNIGHT + 12 * HOUR), { onsetAtMs: MIDNIGHT }),
  violating('a day of rest of the park', hot(T0 + MINUTE, { holidays: [FRIDAY], restDays: [FRIDAY] }), {
    onsetAtMs: T0,
  }),
  conforming(
    'a Saturday that is worked in place of another day',
    hot(MIDNIGHT + 12 * HOUR, { makeUpDays: [SATURDAY] }),
  ),
  conforming('upgraded', hot(MIDNIGHT + 12 * HOUR, {}, '02', '03')),
  boundary('a second before Saturday', { ...hot(MIDNIGHT - SECOND), againMs: MIDNIGHT }),
  boundary('Saturday begins', hot(MIDNIGHT), { onsetAtMs: MIDNIGHT }),
];

const LATE_NIGHT = { nights: [{ from: '2026-01-01', to: null, fromMinute: 22 * 60, toMinute: 5 * 60 }] };
const WORKED = { makeUpDays: [SATURDAY] };
const night: PermitCase[] = [
  conforming('19:59:59', { ...hot(NIGHTFALL - SECOND), againMs: NIGHTFALL }),
  boundary('20:00:00', hot(NIGHTFALL), { onsetAtMs: NIGHTFALL }),
  violating('through midnight into a workday', hot(MIDNIGHT + HOUR, WORKED), { onsetAtMs: NIGHTFALL }),
  boundary('05:59:59', hot(DAYBREAK - SECOND, WORKED), { onsetAtMs: NIGHTFALL }),
  boundary('06:00:00', hot(DAYBREAK, WORKED)),
  conforming('hours of the park: not yet', hot(NIGHTFALL + HOUR, LATE_NIGHT)),
  violating('hours of the park', hot(NIGHTFALL + 2 * HOUR, LATE_NIGHT), { onsetAtMs: NIGHTFALL + 2 * HOUR }),
  conforming('upgraded', hot(NIGHTFALL + HOUR, {}, '02', '03')),
  violating(
    'begun at night',
    { words: [permit('03', { startedAtMs: NIGHTFALL + HOUR })], nowMs: NIGHTFALL + 2 * HOUR },
    { onsetAtMs: NIGHTFALL + HOUR },
  ),
];

const FAIR = { events: [{ name: '进博会', from: FRIDAY, to: FRIDAY }] };
const event: PermitCase[] = [
  violating('during the event', hot(T0 + MINUTE, FAIR), { onsetAtMs: T0, about: '进博会' }),
  violating('the night of an event is the event', hot(NIGHTFALL, FAIR), { onsetAtMs: T0, about: '进博会' }),
  conforming('upgraded', hot(T0 + MINUTE, FAIR, '02', '03')),
  conforming('a holiday goes before', hot(T0 + MINUTE, { ...FAIR, ...HOLIDAY })),
  boundary('the last second of its last day', hot(MIDNIGHT - SECOND, FAIR), { onsetAtMs: T0, about: '进博会' }),
  boundary('its last day is over', hot(MIDNIGHT, FAIR)),
];

const dark = (code: string, fields = {}, nowMs = NIGHTFALL + HOUR) => ({ words: [permit(code, fields)], nowMs });
const SINCE_NIGHTFALL = { onsetAtMs: NIGHTFALL };
const nightWork: PermitCase[] = [
  ...['70', '50', '63', '10', '30', '40'].map((code) =>
    violating(`${code} goes on at night`, dark(code), SINCE_NIGHTFALL),
  ),
  ...['21', '22', '23'].map((code) =>
    violating(`${code} in the open by artificial light is to be Ⅳ`, dark(code, { isOpenAir: true }), {
      ...SINCE_NIGHTFALL,
      level: 3,
    }),
  ),
  violating('at height, and nobody says whether in the open', dark('22', { isOpenAir: null }), SINCE_NIGHTFALL),
  conforming('at height indoors', dark('22', { isOpenAir: false })),
  conforming('at height, Ⅳ', dark('24', { isOpenAir: true })),
  conforming('lifting one grade up', dark('62', { baseWorkCode: '63' })),
  conforming('lifting, first grade', dark('61')),
  conforming('hot work has codes of its own', dark('03')),
  conforming('general work is no special work', dark('90')),
  boundary('19:59:59', dark('70', {}, NIGHTFALL - SECOND)),
  boundary('20:00:00', dark('70', {}, NIGHTFALL), SINCE_NIGHTFALL),
];

const CLAUSE = 'AQ 3064.2-2025 5.8、A.4；GB 30871-2022 5.1.1';
export const UPGRADE_CASES: readonly JudgedCases[] = [
  { rule: 'holiday-not-upgraded', code: '40', clause: CLAUSE, cases: holiday },
  { rule: 'rest-day-not-upgraded', code: '41', clause: CLAUSE, cases: restDay },
  { rule: 'night-not-upgraded', code: '42', clause: CLAUSE, cases: night },
  { rule: 'event-not-upgraded', code: '43', clause: CLAUSE, cases: event },
  { rule: 'night-work', code: 'L42', clause: 'AQ 3064.2-2025 5.10.8；GB 30871-2022 B.1', cases: nightWork },
];
