import type { CameraState } from '../../../stream/protocol/permits.ts';
import type { JudgeContext } from '../finding.ts';
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

/** A camera is to be linked ten minutes after the start by default. */
const DUE = T0 + 10 * MINUTE;
const AT_SOURCE = { hazardSourceCode: 'H1' };
/** By kind and level: special-level hot work is to be recorded throughout (5.2.11). */
const LEVELS: readonly (readonly [code: string, level: 2 | 3 | 4])[] = [
  ['01', 2],
  ['02', 4],
  ['03', 4],
  ['70', 3],
  ['50', 4],
  ['21', 4],
  ['24', 4],
  ['61', 4],
  ['10', 4],
  ['30', 4],
  ['40', 4],
];

const none: PermitCase[] = [
  ...LEVELS.map(([code, level]) =>
    violating(`${code}: level ${level}`, { words: [permit(code)], nowMs: DUE + HOUR }, { onsetAtMs: DUE, level }),
  ),
  ...(['02', '03'] as const).map((code) =>
    violating(
      `${code} at a major hazard source: level 2`,
      { words: [permit(code, AT_SOURCE)], nowMs: DUE },
      { onsetAtMs: DUE, level: 2 },
    ),
  ),
  violating(
    'earth work at a major hazard source: level 4',
    { words: [permit('30', AT_SOURCE)], nowMs: DUE },
    { onsetAtMs: DUE, level: 4 },
  ),
  boundary('a second before it is due', { words: [permit('03')], nowMs: DUE - SECOND, againMs: DUE }),
  boundary('when it is due', { words: [permit('03')], nowMs: DUE }, { onsetAtMs: DUE, level: 4 }),
  boundary(
    'a pause does not ask for another link',
    {
      words: [permit('03'), later(MINUTE, { status: 'paused' }), later(HOUR, { status: 'working' })],
      nowMs: T0 + 2 * HOUR,
    },
    { onsetAtMs: DUE, level: 4 },
  ),
  conforming('linked', { words: [permit('03')], nowMs: DUE + HOUR, context: { cameraCodes: ['c1'] } }),
  conforming('not begun', { words: [issued('03')], nowMs: DUE + HOUR }),
  conforming('general work', { words: [permit('90')], nowMs: DUE + HOUR }),
];

const LATER = T0 + HOUR;
/** 30 s by default. */
const GAP = 30 * SECOND;
const cameras = (...states: readonly (Partial<CameraState> | undefined)[]): Partial<JudgeContext> => {
  const byCode = new Map(
    states.map((state, n) => [
      `c${n}`,
      state === undefined
        ? undefined
        : { companyCode: '913100001', cameraCode: `c${n}`, online: true, recordedToMs: null, atMs: LATER, ...state },
    ]),
  );
  return { cameraCodes: [...byCode.keys()], camera: (code) => byCode.get(code) };
};
const seen = (fields: object, nowMs: number, ...states: readonly (Partial<CameraState> | undefined)[]) => ({
  words: [permit('03', fields)],
  nowMs,
  context: cameras(...states),
});
const offline = { online: false, atMs: LATER };

const gap: PermitCase[] = [
  violating('offline at a hazard source', seen(AT_SOURCE, LATER + MINUTE, offline), { onsetAtMs: LATER }),
  violating(
    'special level, wherever it is',
    { words: [permit('01')], nowMs: LATER + MINUTE, context: cameras(offline) },
    { onsetAtMs: LATER },
  ),
  violating('online, and not recorded since', seen(AT_SOURCE, LATER + SECOND, { recordedToMs: LATER - MINUTE }), {
    onsetAtMs: LATER - MINUTE,
  }),
  violating(
    'both cameras: unseen since the second went',
    seen(AT_SOURCE, LATER + HOUR, offline, { online: false, atMs: LATER + MINUTE }),
    { onsetAtMs: LATER + MINUTE },
  ),
  violating(
    'offline since before the work began: from its start',
    seen(AT_SOURCE, LATER, { online: false, atMs: T0 - HOUR }),
    { onsetAtMs: T0 },
  ),
  boundary('as long as is tolerated', { ...seen(AT_SOURCE, LATER + GAP, offline), againMs: LATER + GAP + 1 }),
  boundary('a moment longer', seen(AT_SOURCE, LATER + GAP + 1, offline), { onsetAtMs: LATER }),
  boundary('recorded with the gap that is tolerated', seen(AT_SOURCE, LATER + HOUR, { recordedToMs: LATER - GAP })),
  boundary('one of two is offline', seen(AT_SOURCE, LATER + HOUR, offline, {})),
  boundary('of one the platform says nothing', seen(AT_SOURCE, LATER + HOUR, offline, undefined)),
  conforming('online', seen(AT_SOURCE, LATER + HOUR, { recordedToMs: LATER })),
  conforming('offline elsewhere', seen({}, LATER + HOUR, offline)),
];

export const VIDEO_CASES: readonly JudgedCases[] = [
  { rule: 'no-video', code: 'L90', clause: 'GB 30871-2022 5.2.11；AQ 3064.2-2025 5.6、6.4.3', cases: none },
  { rule: 'video-gap', code: 'L91', clause: 'GB 30871-2022 5.2.11；AQ 3064.2-2025 4.2', cases: gap },
];
