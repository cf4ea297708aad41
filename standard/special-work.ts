/**
 * Special work (特殊作业): the kinds and levels of GB 30871-2022 under the codes of AQ 3064.2-2025 A.2, and general work (一般作业), which
 * the standards do not know, under a local code.
 */
import type { Words } from '../core/words.ts';

export const WORK_KINDS = {
  fire: { zh: '动火作业', en: 'Hot work' },
  'confined-space': { zh: '受限空间作业', en: 'Confined space' },
  'blind-plate': { zh: '盲板抽堵作业', en: 'Blind plate' },
  height: { zh: '高处作业', en: 'Work at height' },
  lifting: { zh: '吊装作业', en: 'Lifting' },
  electricity: { zh: '临时用电作业', en: 'Temporary electricity' },
  earth: { zh: '动土作业', en: 'Earth work' },
  road: { zh: '断路作业', en: 'Road closing' },
} as const satisfies Readonly<Record<string, Words>>;
export type SpecialWorkKind = keyof typeof WORK_KINDS;
/** `general`: any other work with a permit. */
export type WorkKind = SpecialWorkKind | 'general';
export const GENERAL_WORK: Words = { zh: '一般作业', en: 'General work' };
export const GENERAL_WORK_CODE = '90';

export const WORK_LEVELS = {
  special: { zh: '特级', en: 'Special' },
  first: { zh: '一级', en: 'First' },
  second: { zh: '二级', en: 'Second' },
  third: { zh: '三级', en: 'Third' },
  fourth: { zh: '四级', en: 'Fourth' },
  none: { zh: '不分级', en: 'Not graded' },
} as const satisfies Readonly<Record<string, Words>>;
export type WorkLevel = keyof typeof WORK_LEVELS;

export interface WorkType {
  readonly kind: WorkKind;
  readonly level: WorkLevel;
  /** Detail code of A.2; 90 is local. */
  readonly code: string;
  readonly words: Words;
}

const HEIGHT_LEVELS = { first: 'Ⅰ', second: 'Ⅱ', third: 'Ⅲ', fourth: 'Ⅳ' } as const;
const work = (code: string, kind: SpecialWorkKind, level: WorkLevel = 'none'): WorkType => {
  const roman = kind === 'height' ? HEIGHT_LEVELS[level as keyof typeof HEIGHT_LEVELS] : undefined;
  const { zh, en } = WORK_KINDS[kind];
  const graded = {
    zh: roman === undefined ? WORK_LEVELS[level].zh : `${roman}级`,
    en: roman ?? WORK_LEVELS[level].en.toLowerCase(),
  };
  return {
    kind,
    level,
    code,
    words: level === 'none' ? { zh, en } : { zh: `${graded.zh}${zh}`, en: `${en}, ${graded.en}` },
  };
};

const SPECIAL_WORK: readonly WorkType[] = [
  work('01', 'fire', 'special'),
  work('02', 'fire', 'first'),
  work('03', 'fire', 'second'),
  work('70', 'confined-space'),
  work('50', 'blind-plate'),
  work('21', 'height', 'first'),
  work('22', 'height', 'second'),
  work('23', 'height', 'third'),
  work('24', 'height', 'fourth'),
  work('61', 'lifting', 'first'),
  work('62', 'lifting', 'second'),
  work('63', 'lifting', 'third'),
  work('10', 'electricity'),
  work('30', 'earth'),
  work('40', 'road'),
];

/** `fire-special`, `earth`: kind and level as one option. */
const optionOf = ({ kind, level }: WorkType): string => (level === 'none' ? kind : `${kind}-${level}`);

export const SPECIAL_WORK_OPTIONS: Readonly<Record<string, Words>> = Object.fromEntries(
  SPECIAL_WORK.map((one) => [optionOf(one), one.words]),
);
export const SPECIAL_WORK_CODES: Readonly<Record<string, string>> = Object.fromEntries(
  SPECIAL_WORK.map((one) => [optionOf(one), one.code]),
);

/** Whether the standard grades this kind so. */
export const isGradedSo = (kind: string, level: string): boolean =>
  SPECIAL_WORK.some((one) => one.kind === kind && one.level === level);

/** By detail code: TICKET_TYPE of permits. */
export const WORK_TYPES: Readonly<Record<string, WorkType>> = Object.fromEntries(
  [...SPECIAL_WORK, { kind: 'general', level: 'none', code: GENERAL_WORK_CODE, words: GENERAL_WORK } as const].map(
    (one) => [one.code, one],
  ),
);
