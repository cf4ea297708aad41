/** Cells of presence as a grid, and the scale that colours them. Pure. */
import type { PresenceHeat } from '../../core/playback-api.ts';

export interface HeatGrid {
  /** South-west corner in the plane, m. */
  readonly easting: number;
  readonly northing: number;
  readonly cellM: number;
  readonly columns: number;
  readonly rows: number;
  /** Person-minutes, row by row from the south-west. */
  readonly minutes: Float64Array;
  readonly mostMinutes: number;
  /** That are not empty. */
  readonly cells: number;
}

/** A texture of more is beyond what cards take; the far ones are left out. */
const SIDE_CELLS = 2_048;

/** One hue, weak to strong; none that an alarm has. */
export const HEAT_STEPS = [
  { rgb: [22, 84, 82], alpha: 120 },
  { rgb: [24, 117, 112], alpha: 145 },
  { rgb: [38, 150, 142], alpha: 165 },
  { rgb: [83, 186, 175], alpha: 185 },
  { rgb: [190, 232, 224], alpha: 205 },
] as const;

/** null: nobody was anywhere. */
export function heatGrid({ easting, northing, personSeconds, cellM }: PresenceHeat): HeatGrid | null {
  if (easting.length === 0) return null;
  const west = least(easting);
  const south = least(northing);
  const columns = Math.min(SIDE_CELLS, Math.round((most(easting) - west) / cellM) + 1);
  const rows = Math.min(SIDE_CELLS, Math.round((most(northing) - south) / cellM) + 1);
  const minutes = new Float64Array(columns * rows);
  let mostMinutes = 0;
  let cells = 0;
  for (let i = 0; i < easting.length; i++) {
    const column = Math.round(((easting[i] ?? 0) - west) / cellM);
    const row = Math.round(((northing[i] ?? 0) - south) / cellM);
    if (column >= columns || row >= rows) continue;
    const stayed = (personSeconds[i] ?? 0) / 60;
    minutes[row * columns + column] = stayed;
    mostMinutes = Math.max(mostMinutes, stayed);
    cells++;
  }
  return { easting: west, northing: south, cellM, columns, rows, minutes, mostMinutes, cells };
}

/** Each step begins at a quarter of the next: presence spreads over orders of magnitude. */
const PER_STEP = 4;

/** Person-minutes from which on each step of HEAT_STEPS holds. */
export const heatLimits = (mostMinutes: number): number[] =>
  HEAT_STEPS.map((_, step) => (step === 0 ? 0 : mostMinutes / PER_STEP ** (HEAT_STEPS.length - step)));

export function heatStep(minutes: number, mostMinutes: number): number {
  const limits = heatLimits(mostMinutes);
  let step = 0;
  while (step + 1 < limits.length && minutes >= (limits[step + 1] ?? 0)) step++;
  return step;
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
