/**
 * Chooses which fixes of a person stay when positions grow old. A greedy opening window: from each fix kept, the farthest
 * one is sought to which a straight, time-synchronised line (Meratnia and de By, EDBT 2004) passes everything between
 * within the bound. The window is short, so the bound on time is held by construction. Pure; called by
 * db/segments/ladder.ts, measured by bench/db/segments.bench.ts.
 */
import { FIX_FLAG } from '../../stream/protocol/entry.ts';
import { NULL_INT2, NULL_INT4, type PositionColumns } from '../copy/position-columns.ts';

export interface ThinningBound {
  /** Largest distance in the plan, m, of a fix left out from where the kept ones have the person then; 0: keep all. */
  readonly toleranceM: number;
  /** Longest time between two kept fixes that have left-out ones between them. */
  readonly gapMs: number;
}

/** Outdoors heights err by metres from fix to fix; indoors the floor number tells the storey, and a change of it is kept. */
export const HEIGHT_TOLERANCE_M = 5;

const METRES_PER_DEG_LAT = 111_195;
const PER_DEG = 1e7;
const RAD = Math.PI / 180;
/** Whoever changes one of these keeps the fix before and the fix after: when a button was pressed must stay exact. */
const TELLING_FLAGS =
  FIX_FLAG.byCard | FIX_FLAG.sos | FIX_FLAG.noPlace | FIX_FLAG.timeReplaced | FIX_FLAG.sosKnown | FIX_FLAG.jointTest;

/** Sets keep[i - from] for the rows from..to of one person, ascending in time, and returns how many stay. */
export function thinTrack(
  columns: PositionColumns,
  from: number,
  to: number,
  bound: ThinningBound,
  keep: Uint8Array,
): number {
  if (bound.toleranceM <= 0) {
    keep.fill(1, 0, to - from);
    return to - from;
  }
  keep.fill(0, 0, to - from);
  let kept = 0;
  let at = from;
  while (at < to) {
    keep[at - from] = 1;
    kept++;
    at = farthest(columns, at, to, bound);
  }
  return kept;
}

/** The next row to keep after row `at`; `to`: none is left. */
function farthest(columns: PositionColumns, at: number, to: number, { toleranceM, gapMs }: ThinningBound): number {
  const limitMs = columns.observedAtMs[at]! + gapMs;
  if (isTelling(columns, at)) return at + 1;
  let end = at + 1;
  while (end < to && columns.observedAtMs[end]! <= limitMs && isLike(columns, at, end)) end++;
  for (let candidate = end - 1; candidate > at + 1; candidate--) {
    // An end without a floor would begin the next line, along which no floor is taken for granted.
    if (columns.floor[candidate] !== columns.floor[at]) continue;
    if (isWithin(columns, at, candidate, toleranceM)) return candidate;
  }
  return at + 1;
}

const isTelling = (columns: PositionColumns, i: number): boolean =>
  (columns.flags[i]! & (FIX_FLAG.sos | FIX_FLAG.noPlace)) !== 0 || columns.lng[i] === NULL_INT4;

/** Nothing but place, height and readings may differ along a line; a fix may say nothing of its floor. */
const isLike = (columns: PositionColumns, a: number, b: number): boolean =>
  (columns.floor[a] === columns.floor[b] || columns.floor[b] === NULL_INT2) &&
  (columns.heightCm[a] === NULL_INT4) === (columns.heightCm[b] === NULL_INT4) &&
  (columns.lng[a] === NULL_INT4) === (columns.lng[b] === NULL_INT4) &&
  ((columns.flags[a]! ^ columns.flags[b]!) & TELLING_FLAGS) === 0;

function isWithin(columns: PositionColumns, first: number, last: number, toleranceM: number): boolean {
  const { observedAtMs, lng, lat, heightCm } = columns;
  const span = observedAtMs[last]! - observedAtMs[first]!;
  const perLat = METRES_PER_DEG_LAT / PER_DEG;
  const perLng = perLat * Math.cos((lat[first]! / PER_DEG) * RAD);
  const hasHeight = heightCm[first] !== NULL_INT4;
  const square = toleranceM * toleranceM;
  for (let i = first + 1; i < last; i++) {
    const share = span > 0 ? (observedAtMs[i]! - observedAtMs[first]!) / span : 0;
    const east = (lng[i]! - lng[first]! - share * (lng[last]! - lng[first]!)) * perLng;
    const north = (lat[i]! - lat[first]! - share * (lat[last]! - lat[first]!)) * perLat;
    if (east * east + north * north > square) return false;
    if (!hasHeight) continue;
    const up = heightCm[i]! - heightCm[first]! - share * (heightCm[last]! - heightCm[first]!);
    if (Math.abs(up) > HEIGHT_TOLERANCE_M * 100) return false;
  }
  return true;
}
