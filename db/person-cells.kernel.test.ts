import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NULL_INT4, PositionColumns } from './copy/position-columns.ts';
import { CELL_SIDE, cellAt, cellsOf, HOUR_MS, PersonCells } from './person-cells.kernel.ts';

interface Visit {
  readonly person: number;
  readonly hour: number;
  readonly column: number;
}

function columnsOf(visits: readonly Visit[]): PositionColumns {
  const columns = new PositionColumns(Math.max(1, visits.length));
  for (const { person, hour, column } of visits) {
    const i = columns.count++;
    columns.personId[i] = person;
    columns.observedAtMs[i] = hour * HOUR_MS + i;
    columns.lng[i] = column * CELL_SIDE + 5;
    columns.lat[i] = 5;
  }
  return columns;
}
const keyOf = (hour: number, cell: number, person: number): string => `${hour}/${cell}/${person}`;
const noted = ({ hours, cells, personIds }: ReturnType<PersonCells['note']>): string[] =>
  hours.map((hour, i) => keyOf(hour, cells[i]!, personIds[i]!));

describe('whereabouts by hour and cell', () => {
  it('[DRY-9] whatever comes in whatever order, every cell of every hour is noted', () => {
    const visit = fc.record({
      person: fc.integer({ min: 1, max: 4 }),
      hour: fc.integer({ min: 1, max: 3 }),
      column: fc.integer({ min: -3, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(visit, { maxLength: 20 }), { maxLength: 10 }), (batches) => {
        const cells = new PersonCells();
        const all = batches.flatMap((batch) => noted(cells.note(columnsOf(batch))));
        const expected = batches.flat().map(({ person, hour, column }) => keyOf(hour, cellAt(column, 0), person));
        expect(new Set(all)).toEqual(new Set(expected));
      }),
    );
  });

  it('[DRY-9] who goes to and fro between four cells is noted four times', () => {
    const cells = new PersonCells();
    const visits = Array.from({ length: 400 }, (_, i) => ({ person: 1, hour: 1, column: i % 4 }));
    expect(noted(cells.note(columnsOf(visits)))).toHaveLength(4);
    expect(noted(cells.note(columnsOf(visits)))).toHaveLength(0);
    cells.clear();
    expect(noted(cells.note(columnsOf(visits)))).toHaveLength(4);
  });

  it('[DRY-9] an SOS without a place is nowhere', () => {
    const columns = columnsOf([{ person: 1, hour: 1, column: 1 }]);
    columns.lng[0] = NULL_INT4;
    expect(noted(new PersonCells().note(columns))).toEqual([]);
  });

  it('[DRY-4] the cells of a span have every point of it', () => {
    const span = fc.record({
      lng: fc.double({ min: -179, max: 179, noNaN: true }),
      lat: fc.double({ min: -80, max: 80, noNaN: true }),
      width: fc.double({ min: 0, max: 0.01, noNaN: true }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(span, ({ lng, lat, width, at }) => {
        const cells = cellsOf(lng, lat, lng + width, lat + width);
        const [point] = cellsOf(lng + at * width, lat + at * width, lng + at * width, lat + at * width);
        expect(cells).toContain(point);
      }),
    );
  });

  it('[DRY-4] an area as wide as the world is as many cells as the widest park is, round its middle', () => {
    const cells = cellsOf(-180, -90, 180, 90);
    expect(cells.length).toBe(128 * 128);
    expect(cells).toContain(cellAt(0, 0));
    expect(cellsOf(121.4, 30.7, 121.4 + 0.05, 30.7).length).toBeLessThanOrEqual(27);
  });
});
