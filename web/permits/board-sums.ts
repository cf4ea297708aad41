/** Sums of the boards, from counts by detail code and status. Pure. */
import type { WorkKind } from '../../standard/special-work.ts';
import type { DayBoard, MonthsBoard } from '../../stream/protocol/permit-api.ts';
import type { PermitStatus } from '../../stream/protocol/permits.ts';
import { type DayState, dayStateOf, KINDS, kindOf } from './permit-states.ts';

export interface KindSum {
  readonly kind: WorkKind;
  readonly total: number;
  readonly byState: Readonly<Partial<Record<DayState, number>>>;
  readonly paused: number;
  /** Detail codes of the kind that there are, ascending. */
  readonly codes: readonly { readonly workCode: string; readonly count: number }[];
}

/** The nine kinds in their order; those without a permit have zeros. */
export function sumsByKind(counts: DayBoard['counts']): KindSum[] {
  return KINDS.map((kind) => {
    const of = counts.filter(({ workCode }) => kindOf(workCode) === kind);
    const byState: Partial<Record<DayState, number>> = {};
    const codes = new Map<string, number>();
    let paused = 0;
    for (const { workCode, status, count } of of) {
      const state = dayStateOf(status);
      byState[state] = (byState[state] ?? 0) + count;
      if (status === 'paused') paused += count;
      codes.set(workCode, (codes.get(workCode) ?? 0) + count);
    }
    return {
      kind,
      total: of.reduce((sum, { count }) => sum + count, 0),
      byState,
      paused,
      codes: [...codes]
        .map(([workCode, count]) => ({ workCode, count }))
        .sort((a, b) => (a.workCode < b.workCode ? -1 : 1)),
    };
  });
}

export const sumOfStatus = (counts: DayBoard['counts'], statuses: readonly PermitStatus[]): number =>
  counts.reduce((sum, { status, count }) => (statuses.includes(status) ? sum + count : sum), 0);

export interface MonthSum {
  readonly month: number;
  readonly total: number;
  readonly byKind: Readonly<Record<WorkKind, number>>;
}

export const sumsByMonth = ({ months }: Pick<MonthsBoard, 'months'>): MonthSum[] =>
  months.map(({ month, counts }) => {
    const byKind = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<WorkKind, number>;
    for (const [workCode, count] of Object.entries(counts)) byKind[kindOf(workCode)] += count;
    return { month, total: Object.values(byKind).reduce((sum, count) => sum + count, 0), byKind };
  });

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One bar for each value, side by side, with a gap between. A value that is not zero is never too small to see. */
export function bars(
  values: readonly number[],
  top: number,
  box: { readonly width: number; readonly height: number },
): Bar[] {
  const step = box.width / Math.max(1, values.length);
  const width = step * 0.62;
  return values.map((value, n) => {
    const height = value <= 0 ? 0 : Math.max(1.5, (value / top) * box.height);
    return { x: n * step + (step - width) / 2, y: box.height - height, width, height };
  });
}
