/**
 * What is pointed at from the edges: calls for help and red alarms one by one, everything else as one pointer a direction with
 * its count. Never more than NAMED_POINTERS and one for each of eight directions, however many alarms stand. Pure.
 */
import { type EdgePlace, edgePlace, type Insets } from './edge-place.ts';

export const NAMED_POINTERS = 4;

export interface OutsideAlarm {
  /** A slot for people, an index for places. */
  readonly ref: number;
  readonly kind: 'person' | 'place';
  /** May lie anywhere: what counts is the direction. */
  readonly xPx: number;
  readonly yPx: number;
  readonly level: number;
  readonly isSos: boolean;
}

export interface PlannedPointer {
  /** The gravest; it is the one pointed at. */
  readonly first: OutsideAlarm;
  readonly arrow: EdgePlace['arrow'];
  readonly count: number;
}

export interface Screen {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly insets: Insets;
}

/** Gravest first. */
export function planPointers(outside: readonly OutsideAlarm[], screen: Screen): PlannedPointer[] {
  const ordered = [...outside].sort(byGravity);
  const arrowOf = ({ xPx, yPx }: OutsideAlarm) =>
    edgePlace(xPx, yPx, screen.widthPx, screen.heightPx, screen.insets).arrow;
  const isNamed = ({ isSos, level }: OutsideAlarm, rank: number) => rank < NAMED_POINTERS && (isSos || level === 1);
  const named = ordered.filter(isNamed).map((first) => ({ first, arrow: arrowOf(first), count: 1 }));
  const directions = new Map<EdgePlace['arrow'], { first: OutsideAlarm; count: number }>();
  for (const alarm of ordered.slice(named.length)) {
    const arrow = arrowOf(alarm);
    const known = directions.get(arrow);
    if (known === undefined) directions.set(arrow, { first: alarm, count: 1 });
    else known.count++;
  }
  return [...named, ...[...directions].map(([arrow, { first, count }]) => ({ first, arrow, count }))];
}

const gravity = ({ isSos, level }: OutsideAlarm): number => (isSos ? 0 : level);

const byGravity = (a: OutsideAlarm, b: OutsideAlarm): number =>
  gravity(a) - gravity(b) || (a.kind === b.kind ? 0 : a.kind === 'person' ? -1 : 1) || a.ref - b.ref;

/** A pointer's box, anchored at its bottom centre. */
export interface PointerBox {
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The nearest height at which the box covers none of those placed, between the insets; its own where there is none. */
export function freeHeight(box: PointerBox, placed: readonly PointerBox[], { heightPx, insets }: Screen): number {
  const step = box.heightPx + 2;
  for (let n = 0; n <= 2 * placed.length; n++) {
    const yPx = box.yPx + (n % 2 === 0 ? -1 : 1) * Math.ceil(n / 2) * step;
    if (yPx < insets.topPx || yPx > heightPx - insets.bottomPx) continue;
    if (!placed.some((other) => overlaps({ ...box, yPx }, other))) return yPx;
  }
  return box.yPx;
}

const overlaps = (a: PointerBox, b: PointerBox): boolean =>
  Math.abs(a.xPx - b.xPx) < (a.widthPx + b.widthPx) / 2 && a.yPx - a.heightPx < b.yPx && b.yPx - b.heightPx < a.yPx;
