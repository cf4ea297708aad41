import { describe, expect, it } from 'vitest';
import { NULL_INT4, PositionColumns } from './copy/position-columns.ts';
import { NewestTable } from './newest.kernel.ts';

/** One row of person 1, source 0. */
function rowAt(observedAtMs: number, lng: number = NULL_INT4): PositionColumns {
  const row = new PositionColumns(1);
  row.count = 1;
  row.personId[0] = 1;
  row.observedAtMs[0] = observedAtMs;
  row.lng[0] = lng;
  return row;
}

function unwritten(newest: NewestTable): { observedAtMs: number; lng: number }[] {
  const rows = new PositionColumns(1);
  newest.unwritten(rows);
  return Array.from({ length: rows.count }, (_, i) => ({
    observedAtMs: rows.observedAtMs[i] ?? Number.NaN,
    lng: rows.lng[i] ?? Number.NaN,
  }));
}

describe('newest rows', () => {
  it('[STO-5] a rolled-back transaction leaves times and rows as they were, also where a row waits to be written', () => {
    const newest = new NewestTable();
    newest.offer(rowAt(10, 100), 0);
    newest.commit();
    newest.offer(rowAt(20, 200), 0);
    newest.offer(rowAt(30, 300), 0);
    newest.rollback();
    expect(unwritten(newest)).toEqual([{ observedAtMs: 10, lng: 100 }]);
    expect(newest.offer(rowAt(20, 200), 0)).toBe(true);
  });

  it('[STO-4] tells a repeat by time, with or without a place', () => {
    const newest = new NewestTable();
    expect([10, 10, 9, 11].map((atMs) => newest.offer(rowAt(atMs), 0))).toEqual([true, false, false, true]);
    expect(newest.offer(rowAt(11, 5), 0)).toBe(false);
  });

  it('[STO-14] a row without a place moves the time and keeps the place; a loaded place is not written anew', () => {
    const newest = new NewestTable();
    newest.load(1, 0, 10, true);
    newest.offer(rowAt(20), 0);
    newest.commit();
    expect(unwritten(newest)).toEqual([]);
    expect(newest.offer(rowAt(15, 5), 0)).toBe(false);
    newest.offer(rowAt(30, 300), 0);
    newest.offer(rowAt(40), 0);
    expect(unwritten(newest)).toEqual([{ observedAtMs: 30, lng: 300 }]);
  });
});
