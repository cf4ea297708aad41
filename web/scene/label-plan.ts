/**
 * What is named on the scene: the selected person, then alarmed ones by gravity, then areas, then people near the camera, as far
 * as there is room. No two cover each other, so a flood stays readable: what finds no room keeps its colour and its line in the
 * list. Pure; run twice a second, not each frame.
 */
export const LABEL_POOL = 60;
/** More words of alarms than this cannot be read at once. */
export const ALARM_LABELS = 20;
/** Farther than this a crowd of names says less than none. */
export const NEAR_PERSON_M = 420;
const NEAR_AREA_M = 700;
/** Of a label at 14 px a letter; as in style/labels.css. */
const CALM = { letterPx: 12, heightPx: 20, paddingPx: 12 };
const RAISED = { letterPx: 16, heightPx: 28, paddingPx: 26 };
const NARROW_LETTER = 0.58;
const GAP_PX = 3;
/** A red one whose place is taken is named over the other, as many rows up. */
const ROWS_UP = 3;

export interface LabelCandidate {
  /** The caller's own key: a slot for people, an index for areas and places. */
  readonly ref: number;
  readonly kind: 'person' | 'place' | 'company' | 'area';
  /** Where the label's bottom centre belongs. */
  readonly xPx: number;
  readonly yPx: number;
  readonly distanceM: number;
  /** 0 none, else 1 (red) to 4 (blue). */
  readonly level: number;
  readonly isSos: boolean;
  /** Nobody acknowledged it yet. */
  readonly isWaiting: boolean;
  readonly isSelected: boolean;
}

export interface PlannedLabel {
  readonly candidate: LabelCandidate;
  readonly text: string;
  /** How far over its own place it stands. */
  readonly upPx: number;
}

/** Layout px of the canvas. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Chosen candidates, most important first, at most LABEL_POOL. `textOf` null: nothing to say; `covered`: where pointers stand;
 * `scale`: of the type, 1 at 14 px.
 */
export function planLabels(
  candidates: readonly LabelCandidate[],
  textOf: (candidate: LabelCandidate) => string | null,
  covered: readonly Box[] = [],
  scale = 1,
): PlannedLabel[] {
  const planned: PlannedLabel[] = [];
  const taken: Box[] = [...covered];
  let alarmed = 0;
  const ordered = candidates
    .filter(isWorthNaming)
    .map((candidate) => ({ candidate, rank: rankOf(candidate) }))
    .sort(
      (a, b) => a.rank - b.rank || a.candidate.distanceM - b.candidate.distanceM || a.candidate.ref - b.candidate.ref,
    );
  for (const { candidate } of ordered) {
    if (planned.length >= LABEL_POOL) break;
    const { level, isSos, isSelected, xPx, yPx } = candidate;
    const isRed = level === 1 || isSos;
    if (level > 0 && !isSelected && alarmed >= ALARM_LABELS) continue;
    // Most of a crowd ends here, before its words are made.
    if (!isRed && !isSelected && taken.some((box) => covers(box, xPx, yPx))) continue;
    const text = textOf(candidate);
    if (text === null) continue;
    const box = freeBox(candidate, text, isRed ? ROWS_UP : 0, taken, scale);
    if (box === null) continue;
    if (level > 0) alarmed++;
    taken.push(box);
    planned.push({ candidate, text, upPx: yPx - box.bottom });
  }
  return planned;
}

/** null: every place is taken. The selected one is named whatever stands there. */
function freeBox(
  { xPx, yPx, level, isSelected }: LabelCandidate,
  text: string,
  rows: number,
  taken: readonly Box[],
  scale: number,
): Box | null {
  const { letterPx, heightPx, paddingPx } = level > 0 || isSelected ? RAISED : CALM;
  const half = ((lettersOf(text) * letterPx + paddingPx) * scale) / 2;
  const high = heightPx * scale;
  for (let row = 0; row <= rows; row++) {
    const bottom = yPx - row * (high + GAP_PX);
    const box = { left: xPx - half, right: xPx + half, top: bottom - high, bottom };
    if (isSelected || !taken.some((other) => overlaps(box, other))) return box;
  }
  return null;
}

/** In widths of a Chinese character. */
function lettersOf(text: string): number {
  let letters = 0;
  for (const letter of text) letters += (letter.codePointAt(0) ?? 0) >= 0x2e80 ? 1 : NARROW_LETTER;
  return letters;
}

const covers = (box: Box, xPx: number, yPx: number): boolean =>
  xPx > box.left && xPx < box.right && yPx > box.top && yPx <= box.bottom;

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right + GAP_PX && b.left < a.right + GAP_PX && a.top < b.bottom && b.top < a.bottom;

function isWorthNaming(candidate: LabelCandidate): boolean {
  if (candidate.isSelected || candidate.level > 0 || candidate.kind === 'company') return true;
  return candidate.distanceM < (candidate.kind === 'person' ? NEAR_PERSON_M : NEAR_AREA_M);
}

/** A call for help, then by level; of a level what waits first, and who before where. */
function rankOf({ kind, level, isSos, isWaiting, isSelected }: LabelCandidate): number {
  if (isSelected) return 0;
  if (level === 0) return kind === 'person' ? 11 : 10;
  const isOfPlace = kind === 'area' || kind === 'company';
  return (isSos ? 0.5 : level) + (isWaiting ? 0 : 0.2) + (isOfPlace ? 0.1 : 0);
}
