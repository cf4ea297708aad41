import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ABSENCE, stepAbsence } from './absence.ts';
import { approverVerdict, approvingRows } from './approver.ts';
import { exclusionOf, workOf } from './conflicts.ts';
import { BACK_MARGIN_M, beyondSince, isBeyond } from './spell.ts';

const NEAR = { awaySinceMs: 0, nearToMs: 100, silentSinceMs: 0, fromMs: null };
const AWAY = { awaySinceMs: 50, nearToMs: 0, silentSinceMs: 0, fromMs: null };
const SILENT = { awaySinceMs: 0, nearToMs: 0, silentSinceMs: 80, fromMs: null };

describe('beyond an edge for a while', () => {
  it('[ONS-2] counts from the first fix beyond it, and ends only when the newest fix and the filtered place are both back', () => {
    expect(beyondSince(0, false, 1, -5, 7)).toBe(7);
    expect(isBeyond(7, false, -5)).toBe(false);
    expect(beyondSince(7, false, -1, 3, 9)).toBe(7);
    expect(isBeyond(7, false, 3)).toBe(true);
    expect(beyondSince(7, false, -0.1, -0.1, 11)).toBe(0);
  });

  it('[ONS-2] once told it ends a margin inside, which is less than what a resting tag is off by', () => {
    expect(BACK_MARGIN_M).toBeLessThan(3);
    expect(beyondSince(7, true, -1, -1, 9)).toBe(7);
    expect(isBeyond(7, true, -1)).toBe(true);
    expect(beyondSince(7, true, -2, -2, 9)).toBe(0);
  });

  it('[ONS-2] whatever comes: never since later than the newest fix, and told or not a place well back ends it', () => {
    const metres = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), metres, metres, fc.nat(), (since, isTold, newest, filtered, moreMs) => {
        const atMs = since + moreMs;
        const next = beyondSince(since, isTold, newest, filtered, atMs);
        expect(next).toBeLessThanOrEqual(atMs);
        expect(beyondSince(next, isTold, -BACK_MARGIN_M, -BACK_MARGIN_M, atMs)).toBe(0);
      }),
    );
  });
});

describe('no guardian near', () => {
  it('[ONS-11] one of several near is enough; without any it counts from when the last of them left', () => {
    const near = stepAbsence(NO_ABSENCE, [AWAY, NEAR], 10);
    expect(near).toEqual({ sinceMs: 0, nearToMs: 100 });
    expect(stepAbsence(near, [AWAY, { ...AWAY, awaySinceMs: 120 }], 10)).toEqual({ sinceMs: 120, nearToMs: 100 });
  });

  it('[ONS-11] never near since the start counts from the start', () => {
    expect(stepAbsence(NO_ABSENCE, [{ ...AWAY, awaySinceMs: 3 }], 10).sinceMs).toBe(10);
  });

  it('[ONS-12] a hand-over to somebody far away counts from the hand-over, and one to him while nobody is near from before', () => {
    const near = stepAbsence(NO_ABSENCE, [NEAR], 10);
    expect(stepAbsence(near, [{ ...AWAY, fromMs: 130 }], 10).sinceMs).toBe(130);
    const away = stepAbsence(near, [{ ...AWAY, awaySinceMs: 110 }], 10);
    expect(stepAbsence(away, [{ ...AWAY, fromMs: 130 }], 10).sinceMs).toBe(110);
  });

  it('[ONS-13] while all are silent nothing is said anew; one silent and one away count from the later of the two', () => {
    expect(stepAbsence(NO_ABSENCE, [SILENT], 10)).toEqual(NO_ABSENCE);
    expect(stepAbsence(NO_ABSENCE, [SILENT, AWAY], 10).sinceMs).toBe(80);
    expect(stepAbsence({ sinceMs: 60, nearToMs: 0 }, [SILENT], 10).sinceMs).toBe(60);
  });
});

describe('the approver when he signed', () => {
  const seen = (nearestM: number, share = 1) => ({ looks: 20, seen: Math.round(20 * share), nearestM });

  it('[ONS-31] one place within the radius is enough; nothing is said before the time after signing is over', () => {
    expect(approverVerdict(seen(50, 0.1), 20, 50, false)).toBe('on-site');
    expect(approverVerdict(seen(51), 20, 50, false)).toBe('pending');
    expect(approverVerdict(seen(51), 20, 50, true)).toBe('away');
  });

  it('[ONS-32] what the park did not see it does not say: a silent tag, a gap, a record beyond what is kept', () => {
    expect(approverVerdict(seen(Number.POSITIVE_INFINITY, 0), 20, 50, true)).toBe('unknown');
    expect(approverVerdict(seen(500, 0.45), 20, 50, true)).toBe('unknown');
    expect(approverVerdict({ looks: 18, seen: 18, nearestM: 500 }, 20, 50, true)).toBe('unknown');
    expect(approverVerdict({ looks: 0, seen: 0, nearestM: Number.POSITIVE_INFINITY }, 20, 50, true)).toBe('unknown');
  });

  it('[ONS-31] who approved: rows of approving stages that were signed, else the one signed last', () => {
    const row = (key: string, stage: string, atMs: number | null) => ({
      key,
      stage,
      personId: key,
      name: key,
      opinion: null,
      atMs,
    });
    const keys = (...rows: ReturnType<typeof row>[]) => approvingRows(rows).map(({ key }) => key);
    expect(
      keys(row('a', '作业负责人', 1), row('b', '审批人', 2), row('c', '批准', 3), row('d', '审批人', null)),
    ).toEqual(['b', 'c']);
    expect(keys(row('a', '作业负责人', 5), row('b', '所在单位', 2))).toEqual(['a']);
    expect(keys(row('a', '审批人', null))).toEqual([]);
  });
});

describe('jobs that shut each other out', () => {
  const work = (code: string, ...texts: string[]) => workOf(code, texts)!;

  it('[ONS-51] hot work and blinding, hot work and painting or solvents, lifting and height with any other; nothing else', () => {
    const clause = (one: [string, string?], other: [string, string?]) =>
      exclusionOf(work(one[0], one[1] ?? ''), work(other[0], other[1] ?? ''))?.clause ?? null;
    expect(clause(['03'], ['50'])).toBe('GB 30871-2022 7.6');
    expect(clause(['50'], ['01'])).toBe('GB 30871-2022 7.6');
    expect(clause(['02'], ['90', '储罐外壁喷漆'])).toBe('GB 30871-2022 5.2.9');
    expect(clause(['70', '使用溶剂清洗'], ['03'])).toBe('GB 30871-2022 5.2.9');
    expect(clause(['61'], ['30'])).toBe('GB 30871-2022 9.2.12');
    expect(clause(['30'], ['21'])).toBe('GB 30871-2022 8.2.8');
    expect(clause(['03'], ['70'])).toBeNull();
    expect(clause(['03'], ['03', '油漆打磨'])).toBeNull();
    expect(clause(['30'], ['40'])).toBeNull();
    expect(workOf('99', [])).toBeNull();
  });

  it('[ONS-51] within one job lifting and height are planned together; hot work with blinding or paint is not allowed even so', () => {
    expect(exclusionOf(work('61'), work('21'))?.isWithinJob).toBe(false);
    expect(exclusionOf(work('03'), work('50'))?.isWithinJob).toBe(true);
    expect(exclusionOf(work('03'), work('90', '刷漆'))?.isWithinJob).toBe(true);
  });
});
