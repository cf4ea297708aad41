/** A file as a sheet: headings, and rows below them. Runs in the worker (sheet-worker.ts): the file comes from outside. */
import { err, ok, type Result } from '../../../core/result.ts';
import { readCsv } from './csv-sheet.ts';
import {
  type Cell,
  type Grid,
  SHEET_LIMITS,
  type Sheet,
  type SheetFault,
  type SheetRow,
  shownCell,
} from './sheet-cell.ts';
import { readXlsx } from './xlsx-sheet.ts';

const ZIP = [0x50, 0x4b];
/** .xls, and .xlsx with a password. */
const OLD_OFFICE = [0xd0, 0xcf, 0x11, 0xe0];
/** Above the headings a form may have its title, which fills one cell. */
const HEADING_WITHIN = 10;

export function readSheet(file: Buffer): Result<Sheet, SheetFault> {
  if (file.length === 0) return err('empty');
  const starts = (bytes: readonly number[]): boolean => bytes.every((byte, i) => file[i] === byte);
  if (starts(OLD_OFFICE)) return err('oldExcel');
  const grid: Result<Grid, SheetFault> = starts(ZIP) ? readXlsx(file) : readCsv(file);
  if (!grid.ok) return grid;
  return sheetOf(grid.value);
}

function sheetOf(grid: Grid): Result<Sheet, SheetFault> {
  const rows: SheetRow[] = [];
  grid.forEach((cells, index) => {
    if (cells?.some((cell) => cell !== null) === true) rows.push({ row: index + 1, cells });
  });
  const at = rows
    .slice(0, HEADING_WITHIN)
    .findIndex(({ cells }) => cells.filter((cell) => headingOf(cell) !== '').length > 1);
  const heading = rows[Math.max(0, at)];
  if (heading === undefined) return err('empty');
  const below = rows.slice(Math.max(0, at) + 1);
  if (below.length > SHEET_LIMITS.rows) return err('rows');
  const width = below.reduce((most, { cells }) => Math.max(most, cells.length), heading.cells.length);
  const headings = Array.from({ length: width }, (_, column) => headingOf(heading.cells[column] ?? null));
  return ok({ headingRow: heading.row, headings, rows: below });
}

/** Merged over several columns it is a title, or the heading of none of them. */
const headingOf = (cell: Cell): string =>
  typeof cell === 'object' && cell !== null && 'unfit' in cell && cell.unfit === 'merged' ? '' : shownCell(cell);
