/**
 * What is named on the scene: the selected person, then alarmed ones by level, then areas, then people near the camera,
 * as far as there is room, one a cell of a screen grid. Pure; run twice a second, not each frame.
 */
export const LABEL_POOL = 60;
const CELL_WIDTH_PX = 96;
const CELL_HEIGHT_PX = 30;
/** Farther than this a crowd of names says less than none. */
const NEAR_PERSON_M = 420;
const NEAR_AREA_M = 700;

export interface LabelCandidate {
  /** The caller's own key: a slot for people, an index for areas and places. */
  readonly ref: number;
  readonly kind: 'person' | 'place' | 'company' | 'area';
  readonly xPx: number;
  readonly yPx: number;
  readonly distanceM: number;
  /** 0 none, else 1 (red) to 4 (blue). */
  readonly level: number;
  readonly isSelected: boolean;
}

/** Chosen candidates, most important first, at most LABEL_POOL. */
export function planLabels(candidates: readonly LabelCandidate[], widthPx: number): LabelCandidate[] {
  const columns = Math.max(1, Math.ceil(widthPx / CELL_WIDTH_PX));
  const taken = new Set<number>();
  const chosen: LabelCandidate[] = [];
  const ordered = candidates
    .filter(isWorthNaming)
    .sort((a, b) => rank(a) - rank(b) || a.distanceM - b.distanceM || a.ref - b.ref);
  for (const candidate of ordered) {
    if (chosen.length >= LABEL_POOL) break;
    const column = Math.floor(candidate.xPx / CELL_WIDTH_PX);
    const row = Math.floor(candidate.yPx / CELL_HEIGHT_PX);
    const cell = row * columns + column;
    const isFree = ![cell, cell - 1, cell + 1, cell - columns, cell + columns].some((near) => taken.has(near));
    // The selected one and red alarms are named even where it gets tight.
    if (!isFree && !candidate.isSelected && candidate.level !== 1) continue;
    taken.add(cell);
    chosen.push(candidate);
  }
  return chosen;
}

function isWorthNaming(candidate: LabelCandidate): boolean {
  if (candidate.isSelected || candidate.level > 0 || candidate.kind === 'company') return true;
  return candidate.distanceM < (candidate.kind === 'person' ? NEAR_PERSON_M : NEAR_AREA_M);
}

function rank(candidate: LabelCandidate): number {
  if (candidate.isSelected) return 0;
  if (candidate.level > 0)
    return candidate.level + (candidate.kind === 'person' || candidate.kind === 'place' ? 0 : 0.5);
  return candidate.kind === 'person' ? 11 : 10;
}
