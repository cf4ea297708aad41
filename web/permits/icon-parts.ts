/**
 * One family of pictograms for the nine kinds of work, drawn for 28 px and for three metres: a rounded square whose frame says how
 * the work stands, its level in the corner at the upper right, an alarm by colour and by its own shape and number at the upper left. The same
 * parts are page elements (permit-icon.tsx) and pictures over the scene (scene/icon-overlay.ts). Pure.
 */
import type { WorkKind, WorkLevel } from '../../standard/special-work.ts';
import { kindOf, levelOf, type WorkStatus } from './permit-states.ts';

export interface PermitLook {
  readonly kind: WorkKind;
  readonly level: WorkLevel;
  readonly status: WorkStatus;
  /** Of its worst standing alarm; 0: none. */
  readonly alarmLevel: number;
}

export const lookOf = (workCode: string, status: WorkStatus, alarmLevel = 0): PermitLook => ({
  kind: kindOf(workCode),
  level: levelOf(workCode),
  status,
  alarmLevel,
});

/** Of a fixed gas detector. */
export interface DetectorLook {
  readonly isSounding: boolean;
}

/** `name` is a class of style/permit-icon.css. */
export interface IconPart {
  readonly name: 'frame' | 'fill' | 'line' | 'thin' | 'cut' | 'corner' | 'alarm' | 'badge' | 'badge-line' | 'strike';
  readonly d: string;
}
export interface IconText {
  readonly name: 'corner-text' | 'alarm-text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
}
export interface IconDrawing {
  readonly className: string;
  readonly parts: readonly IconPart[];
  readonly texts: readonly IconText[];
}

/** Room for what stands over the corners. */
export const ICON_BOX = '-5 -5 42 42';
const FRAME =
  'M8 1.500h16a6.500 6.500 0 0 1 6.500 6.500v16a6.500 6.500 0 0 1-6.500 6.500H8A6.500 6.500 0 0 1 1.500 24V8A6.500 6.500 0 0 1 8 1.500z';

const fill = (d: string): IconPart => ({ name: 'fill', d });
const line = (d: string): IconPart => ({ name: 'line', d });
const thin = (d: string): IconPart => ({ name: 'thin', d });
const cut = (d: string): IconPart => ({ name: 'cut', d });

const GLYPHS: Readonly<Record<WorkKind, readonly IconPart[]>> = {
  // A flame with its hollow.
  fire: [
    fill(
      'M17 4.500c.6 4.600 7 7.700 7 14a8 8 0 0 1-16 0c0-3.400 1.700-5.600 3.300-7.800.5 1.900 1.300 3 2.500 3.500C13.500 10.700 14.600 7.300 17 4.500z',
    ),
    cut('M16.300 16.500c.5 2.200 2.700 3.100 2.700 5.400a3 3 0 0 1-6 0c0-2.200 2.300-3 3.300-5.400z'),
  ],
  // A manhole seen from above, and the ladder down.
  'confined-space': [
    line('M6 10.500a10 4.600 0 1 0 20 0a10 4.600 0 1 0-20 0z'),
    line('M12 11v16M20 11v16'),
    thin('M12 15.500h8M12 20h8M12 24.500h8'),
  ],
  // A plate between two flanges.
  'blind-plate': [
    line('M4.500 13h6v6h-6M27.500 13h-6v6h6M10.500 9.500v13M21.500 9.500v13'),
    fill('M14 8h4v-3.500h-1.500v-1h3v1H19V8h-1 v18h-4z'),
  ],
  // Somebody on a scaffold, high above the ground.
  height: [
    fill('M19 6.500a3 3 0 1 0 .01 0z'),
    line('M19 13.500v4.500'),
    line('M12.500 19.500h13.500M14.500 19.500v8M24 19.500v8'),
    line('M7 27.500V9M3.500 12.500 7 8.500l3.500 4'),
  ],
  // A hook under its block.
  lifting: [
    line('M16 3.500V6'),
    fill('M11.500 6h9v5.500h-9z'),
    { name: 'line', d: 'M16 11.500v4.200a5.600 5.600 0 1 1-5.600 5.600' },
  ],
  // A plug on its cord.
  electricity: [line('M11.500 4.500V11M20.500 4.500V11'), fill('M8 11h16v4.500a8 8 0 0 1-16 0z'), line('M16 23v5')],
  // A spade.
  earth: [
    line('M12 5h8M16 5v11'),
    fill('M9.500 15.500h13v4.300c0 4.600-3.300 7-6.500 8.700-3.200-1.700-6.500-4.100-6.500-8.700z'),
  ],
  // A barrier with its stripes.
  road: [
    line('M6.500 10h19v7h-19z'),
    thin('M10.500 17l4-7M16 17l4-7M21.500 17l3.500-6'),
    line('M10 17v9.500M22 17v9.500M7.500 26.500h5M19.500 26.500h5'),
  ],
  // A wrench.
  general: [
    fill(
      'M27 9.300a6.500 6.500 0 0 1-8.700 7.600l-8.500 8.500a3 3 0 0 1-4.200-4.200l8.500-8.500a6.500 6.500 0 0 1 7.600-8.700l-3.600 3.600.6 3.900 3.900.6z',
    ),
  ],
};

const CORNER_DISC = 'M28.500 -4.500a8 8 0 1 0 .01 0z';
/** What only the gravest hot work has: a shape of its own. */
const CORNER_SPECIAL = 'M20 -4.500h17v16h-17z';
const LEVEL_TEXT: Readonly<Record<WorkLevel, string>> = {
  special: '特',
  first: '1',
  second: '2',
  third: '3',
  fourth: '4',
  none: '',
};
/** Of height the first level is the lowest; the standard writes it so. */
const HEIGHT_TEXT: Readonly<Partial<Record<WorkLevel, string>>> = { first: 'Ⅰ', second: 'Ⅱ', third: 'Ⅲ', fourth: 'Ⅳ' };

export const levelMark = (kind: WorkKind, level: WorkLevel): string =>
  (kind === 'height' ? HEIGHT_TEXT[level] : undefined) ?? LEVEL_TEXT[level];

/** Octagon 1, diamond 2, triangle 3, circle 4, as in the list of alarms. */
const ALARM_SHAPES = [
  '',
  'M-.5 -5h7l5 5v7l-5 5h-7l-5-5V0z',
  'M3 -6.500 13.500 3.500 3 13.500 -7.500 3.500z',
  'M3 -6.500 13.500 12H-7.500z',
  'M3 -5a8.500 8.500 0 1 0 .01 0z',
] as const;

const BADGE_DISC = 'M25.500 19a7 7 0 1 0 .01 0z';

export function permitIcon({ kind, level, status, alarmLevel }: PermitLook): IconDrawing {
  const parts: IconPart[] = [{ name: 'frame', d: FRAME }, ...GLYPHS[kind]];
  const texts: IconText[] = [];
  const mark = levelMark(kind, level);
  if (mark !== '') {
    parts.push({ name: 'corner', d: level === 'special' ? CORNER_SPECIAL : CORNER_DISC });
    texts.push({ name: 'corner-text', x: 28.5, y: 8, text: mark });
  }
  if (status === 'paused')
    parts.push({ name: 'badge', d: BADGE_DISC }, { name: 'badge-line', d: 'M23.300 23v6M27.700 23v6' });
  if (status === 'accepted')
    parts.push({ name: 'badge', d: BADGE_DISC }, { name: 'badge-line', d: 'M22 26l2.600 2.800 4.600-5.600' });
  const shape = ALARM_SHAPES[alarmLevel];
  if (alarmLevel > 0 && shape !== undefined) {
    parts.push({ name: 'alarm', d: shape });
    texts.push({ name: 'alarm-text', x: 3, y: alarmLevel === 3 ? 10 : 8, text: String(alarmLevel) });
  }
  if (isStruck(status)) parts.push({ name: 'strike', d: 'M3 29 29 3' });
  return {
    className: `permit-icon ${FRAME_OF[status]}${alarmLevel > 0 ? ` alarmed level-${alarmLevel}` : ''}`,
    parts,
    texts,
  };
}

/** A sensor's head over what rises from the ground; one that sounds has the octagon of the gravest alarms. */
const DETECTOR: readonly IconPart[] = [
  fill('M9 6h14v7H9z'),
  line('M11.500 13v3a4.500 4.500 0 0 0 9 0v-3'),
  ...['M9.500 24', 'M16 25', 'M22.500 24'].map((at) => fill(`${at}a1.700 1.700 0 1 0 .01 0z`)),
];

export const detectorIcon = ({ isSounding }: DetectorLook): IconDrawing => ({
  className: `permit-icon ${isSounding ? 'alarmed level-1' : 'quiet'}`,
  parts: [
    { name: 'frame', d: FRAME },
    ...DETECTOR,
    ...(isSounding ? [{ name: 'alarm', d: ALARM_SHAPES[1] } as const] : []),
  ],
  texts: isSounding ? [{ name: 'alarm-text', x: 3, y: 8, text: '!' }] : [],
});

const isStruck = (status: WorkStatus): boolean => FRAME_OF[status] === 'struck';

type Frame = 'dashed' | 'solid' | 'paused' | 'done' | 'struck';
const FRAME_OF: Readonly<Record<WorkStatus, Frame>> = {
  booked: 'dashed',
  applied: 'dashed',
  issued: 'dashed',
  working: 'solid',
  paused: 'paused',
  accepted: 'done',
  void: 'struck',
  withdrawn: 'struck',
  cancelled: 'struck',
};
