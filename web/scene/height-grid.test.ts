import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeightGrid } from './height-grid.ts';

/** Two triangles: a level square. */
function addSquare(grid: HeightGrid, west: number, south: number, sizeM: number, upM: number, error: number): number {
  const [east, north] = [west + sizeM, south + sizeM];
  const xyz = Float64Array.of(west, south, upM, east, south, upM, east, north, upM, west, north, upM);
  return grid.add(xyz, 0, 3, 6, error) + grid.add(xyz, 0, 6, 9, error);
}

describe('heights of the ground', () => {
  it('[SCN-60] a sloping triangle gives each cell the height in its middle', () => {
    const grid = new HeightGrid();
    // up = 10 + east / 10 + north / 5
    const corner = (e: number, n: number): readonly number[] => [e, n, 10 + e / 10 + n / 5];
    grid.add(Float64Array.from([...corner(-200, -200), ...corner(200, -200), ...corner(0, 300)]), 0, 3, 6, 1);
    const inside = fc.integer({ min: -60, max: 60 });
    fc.assert(
      fc.property(inside, inside, (east, north) => {
        const [e, n] = [Math.floor(east / 4) * 4 + 2, Math.floor(north / 4) * 4 + 2];
        expect(grid.upAt(east, north)).toBeCloseTo(10 + e / 10 + n / 5, 4);
      }),
    );
    expect(grid.upAt(-190, 250)).toBeNaN();
  });

  it('[SCN-60] the underside of a slab is no ground', () => {
    const grid = new HeightGrid();
    addSquare(grid, 0, 0, 40, 4, 0);
    const [west, south, east, north] = [0, 0, 40, 40];
    const underside = Float64Array.of(west, south, 3.7, west, north, 3.7, east, north, 3.7);
    expect(grid.add(underside, 0, 3, 6, 0)).toBe(0);
    expect(grid.upAt(20, 30)).toBe(4);
  });

  it('[SCN-60] under a roof it is the floor, in whichever order they come', () => {
    for (const heights of [
      [4, 12],
      [12, 4],
    ]) {
      const grid = new HeightGrid();
      for (const upM of heights) addSquare(grid, 0, 0, 40, upM, 0);
      expect(grid.upAt(20, 20)).toBe(4);
    }
  });

  it('[SCN-60] a finer tile has the word over a coarser one, lower or higher, before or after', () => {
    for (const [first, second] of [
      [30, 0],
      [0, 30],
    ] as const) {
      const grid = new HeightGrid();
      addSquare(grid, 0, 0, 40, first === 0 ? 5 : 3, first);
      addSquare(grid, 0, 0, 20, second === 0 ? 5 : 3, second);
      expect(grid.upAt(10, 10)).toBe(5);
    }
  });

  it('[SCN-60] walls have no height, and what it looked at bounds its work', () => {
    const grid = new HeightGrid();
    const wall = Float64Array.of(0, 0, 0, 40, 0, 0, 40, 0, 20);
    expect(grid.add(wall, 0, 3, 6, 0)).toBe(0);
    expect(grid.known).toBe(0);
    expect(addSquare(grid, -2_000, -2_000, 40, 1, 0)).toBe(200);
    expect(grid.known).toBe(100);
    expect(grid.upAt(-1_990, -1_990)).toBe(1);
  });
});
