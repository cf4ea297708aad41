/**
 * Which permits are drawn over the scene, and where: no icon covers another. The chosen one and those in alarm are always there,
 * put aside where their place is taken; of the others the most important and nearest win, and the rest of a heap is a count on the
 * winner. Pure; run twice a second, not each frame.
 */
import type { Box } from './label-plan.ts';

/** At 14 px type. As in style/permit-layer.css. */
export const ICON_PX = 36;
const ALARMED_PX = 46;
const GAP_PX = 2;
/** More icons than this say less than counts: then each stands for a wider heap. */
export const ICON_POOL = 90;
const WIDER = 1.5;
/** More alarms than this cannot be told apart on a picture; they go into counts of their level. */
export const ALARMED_ICONS = 60;

export interface PermitCandidate {
  /** The caller's own index. */
  readonly ref: number;
  /** Where the icon's bottom centre belongs, layout px. */
  readonly xPx: number;
  readonly yPx: number;
  readonly distanceM: number;
  /** 0 none, else 1 (red) to 4 (blue). */
  readonly alarmLevel: number;
  readonly isWaiting: boolean;
  readonly isSelected: boolean;
  /** Among those without an alarm: 0 first. */
  readonly rank: number;
}

export interface PlannedPermit {
  readonly candidate: PermitCandidate;
  /** From its own place. */
  readonly asidePx: number;
  readonly upPx: number;
  /** Others that it stands for. */
  readonly hidden: readonly number[];
  /** Worst alarm among those; 0: none. */
  readonly hiddenLevel: number;
}

interface Placed {
  readonly candidate: PermitCandidate;
  readonly box: Box;
  readonly hidden: number[];
  hiddenLevel: number;
}

/** `scale`: of the type, 1 at 14 px. */
export function planPermits(candidates: readonly PermitCandidate[], scale = 1): PlannedPermit[] {
  const ordered = [...candidates].sort(compare);
  let reach = 1;
  let placed = place(ordered, scale, reach);
  while (placed.reduce((sum, one) => (mustShow(one.candidate) ? sum : sum + 1), 0) > ICON_POOL) {
    reach *= WIDER;
    placed = place(ordered, scale, reach);
  }
  return placed.map(({ candidate, box, hidden, hiddenLevel }) => ({
    candidate,
    asidePx: (box.left + box.right) / 2 - candidate.xPx,
    upPx: candidate.yPx - box.bottom,
    hidden,
    hiddenLevel,
  }));
}

const mustShow = ({ isSelected, alarmLevel }: PermitCandidate): boolean => isSelected || alarmLevel > 0;

/** `reach`: how many icons wide a heap is of which one stands for all. */
function place(ordered: readonly PermitCandidate[], scale: number, reach: number): Placed[] {
  const placed: Placed[] = [];
  const cells = new Cells((ALARMED_PX + GAP_PX) * scale * reach);
  let alarmed = 0;
  for (const candidate of ordered) {
    const { alarmLevel, isSelected } = candidate;
    const isLarge = mustShow(candidate);
    const sizePx = (isLarge ? ALARMED_PX : ICON_PX) * scale;
    const own = boxAt(candidate, sizePx, 0, 0);
    const isApart = isSelected || (alarmLevel > 0 && alarmed < ALARMED_ICONS);
    const other = cells.hit(isApart ? own : inflated(own, ((reach - 1) * sizePx) / 2));
    if (alarmLevel > 0) alarmed++;
    if (other !== null && !isApart) {
      other.hidden.push(candidate.ref);
      if (alarmLevel > 0) other.hiddenLevel = Math.min(alarmLevel, other.hiddenLevel || 9);
      continue;
    }
    const one = {
      candidate,
      box: other === null ? own : freeBox(candidate, sizePx, cells),
      hidden: [],
      hiddenLevel: 0,
    };
    placed.push(one);
    cells.put(one);
  }
  return placed;
}

const inflated = ({ left, right, top, bottom }: Box, byPx: number): Box => ({
  left: left - byPx,
  right: right + byPx,
  top: top - byPx,
  bottom: bottom + byPx,
});

const compare = (a: PermitCandidate, b: PermitCandidate): number =>
  weight(a) - weight(b) || a.rank - b.rank || a.distanceM - b.distanceM || a.ref - b.ref;

/** The chosen one, alarms by level, what waits first; then all others. */
const weight = ({ isSelected, alarmLevel, isWaiting }: PermitCandidate): number =>
  isSelected ? 0 : alarmLevel === 0 ? 10 : alarmLevel + (isWaiting ? 0 : 0.5);

function boxAt({ xPx, yPx }: PermitCandidate, sizePx: number, aside: number, up: number): Box {
  const step = sizePx + GAP_PX;
  const left = xPx - sizePx / 2 + aside * step;
  const bottom = yPx - up * step;
  return { left, right: left + sizePx, top: bottom - sizePx, bottom };
}

/** Rings of places round its own; above before below, so that the ground stays free. */
const RINGS = 5;
function freeBox(candidate: PermitCandidate, sizePx: number, cells: Cells): Box {
  for (let ring = 1; ring <= RINGS; ring++) {
    for (let up = ring; up >= -ring; up--) {
      for (let aside = 0; aside <= ring; aside++) {
        if (Math.max(Math.abs(up), aside) !== ring) continue;
        for (const side of aside === 0 ? [0] : [aside, -aside]) {
          const box = boxAt(candidate, sizePx, side, up);
          if (cells.hit(box) === null) return box;
        }
      }
    }
  }
  // A heap of alarms that no screen could show apart: the last of them lie over each other.
  return boxAt(candidate, sizePx, 0, 0);
}

/** What stands near a place, by cells of one icon. */
class Cells {
  readonly #sizePx: number;
  readonly #cells = new Map<number, Placed[]>();

  constructor(sizePx: number) {
    this.#sizePx = sizePx;
  }

  put(placed: Placed): void {
    const key = this.#key(placed.box.left, placed.box.top, 0, 0);
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, [placed]);
    else cell.push(placed);
  }

  /** No box is wider than a cell, so what meets it begins in this cell or one beside it. */
  hit(box: Box): Placed | null {
    for (let column = -1; column <= 1; column++) {
      for (let row = -1; row <= 1; row++) {
        const cell = this.#cells.get(this.#key(box.left, box.top, column, row));
        const found = cell?.find((other) => overlaps(box, other.box));
        if (found !== undefined) return found;
      }
    }
    return null;
  }

  #key(left: number, top: number, column: number, row: number): number {
    return (Math.floor(left / this.#sizePx) + column) * 65_536 + Math.floor(top / this.#sizePx) + row;
  }
}

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right + GAP_PX && b.left < a.right + GAP_PX && a.top < b.bottom + GAP_PX && b.top < a.bottom + GAP_PX;
