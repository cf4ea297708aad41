/**
 * The first visible sheet of an .xlsx file. Runs in the worker (sheet-worker.ts): the file comes from outside. SheetJS sees only
 * the parts that were unpacked within the bound; formulas are never worked out, and nothing is taken from their cells.
 */
import * as XLSX from '@e965/xlsx';
import { err, ok, type Result } from '../../../core/result.ts';
import {
  type Cell,
  type Grid,
  SHEET_LIMITS,
  type SheetFault,
  shownCell,
  trimmed,
  type UnfitCell,
} from './sheet-cell.ts';
import { unpackZip, type ZipParts } from './zip.ts';

/** Drawings, macros and pictures stay packed, and so does what makes an archive another kind of file. */
const isWanted = (name: string): boolean => /^(\[content_types\]\.xml|(_rels|xl)\/.*\.(xml|rels))$/i.test(name);
const isContent = (name: string): boolean => /^xl\/(worksheets\/.*|sharedStrings)\.xml$/i.test(name);

const DAYS_FROM_1900_TO_1904 = 1462;

export function readXlsx(file: Buffer): Result<Grid, SheetFault> {
  const parts = unpackZip(file, isWanted, SHEET_LIMITS.unpackedBytes);
  if (!parts.ok) return err(parts.error === 'too-large' ? 'unpacked' : 'unreadable');
  try {
    const outline = parseBook(parts.value, (name) => !isContent(name), []);
    const index = outline.Workbook?.Sheets?.findIndex(({ Hidden }) => (Hidden ?? 0) === 0) ?? -1;
    const name = outline.SheetNames[index];
    if (name === undefined) return err('unreadable');
    const book = parseBook(parts.value, () => true, [index]);
    const sheet = book.Sheets[name];
    // SheetJS leaves out a sheet that it stumbles over.
    const data = sheet?.['!data'] as (readonly (XLSX.CellObject | undefined)[] | undefined)[] | undefined;
    if (sheet === undefined || data === undefined) return err('unreadable');
    return gridOf(data, sheet['!merges'] ?? [], book.Workbook?.WBProps?.date1904 === true ? DAYS_FROM_1900_TO_1904 : 0);
  } catch {
    return err('unreadable');
  }
}

function parseBook(parts: ZipParts, isTaken: (name: string) => boolean, sheets: number[]): XLSX.WorkBook {
  const archive = XLSX.CFB.utils.cfb_new();
  for (const [name, part] of parts) {
    if (isTaken(name)) XLSX.CFB.utils.cfb_add(archive, `/${name}`, part, { unsafe: true });
  }
  return XLSX.read(XLSX.CFB.write(archive, { fileType: 'zip', type: 'buffer' }), {
    type: 'buffer',
    dense: true,
    sheets,
    cellHTML: false,
    cellText: false,
    cellNF: true,
    nodim: true,
  });
}

function gridOf(
  data: readonly (readonly (XLSX.CellObject | undefined)[] | undefined)[],
  merges: readonly XLSX.Range[],
  shiftDays: number,
): Result<Grid, SheetFault> {
  const cellOf = cellReader(shiftDays);
  const grid: Cell[][] = [];
  let isTooWide = false;
  data.forEach((row, index) => {
    const cells: Cell[] = [];
    row?.forEach((from, column) => {
      const cell = from === undefined ? null : cellOf(from);
      if (cell === null) return;
      if (column < SHEET_LIMITS.columns) cells[column] = cell;
      else isTooWide = true;
    });
    if (cells.length > 0) grid[index] = Array.from(cells, (cell) => cell ?? null);
  });
  if (isTooWide) return err('columns');
  for (const merge of merges) applyMerge(grid, merge);
  return ok(grid);
}

/** What a number format says of its numbers. */
interface NumberForm {
  readonly as: 'number' | 'date' | 'percent';
  readonly digits?: number;
}

function cellReader(shiftDays: number): (from: XLSX.CellObject) => Cell {
  const forms = new Map<string, NumberForm>();
  const formOf = (format: string): NumberForm => {
    const form = forms.get(format) ?? numberForm(format);
    forms.set(format, form);
    return form;
  };
  return (from) => {
    const { t: type, v: value, f: formula, F: spilled } = from;
    if (formula !== undefined || spilled !== undefined) return unfit('formula', `=${formula ?? ''}`);
    switch (type) {
      case 's': {
        const text = trimmed(String(value));
        return text === '' ? null : text;
      }
      case 'b':
        return value === true;
      case 'n': {
        if (typeof value !== 'number' || !Number.isFinite(value)) return unfit('error', String(value));
        const form = formOf(String(from.z ?? ''));
        return { number: form.as === 'date' ? value + shiftDays : value, ...form };
      }
      case 'e':
        return unfit('error', ERROR_NAMES[Number(value)] ?? '#?');
      default:
        return null;
    }
  };
}

const ERROR_NAMES: Readonly<Record<number, string>> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
};

const unfit = (why: UnfitCell['unfit'], shown: string): UnfitCell => ({ unfit: why, shown: shown.slice(0, 200) });

function numberForm(format: string): NumberForm {
  if (XLSX.SSF.is_date(format) === true) return { as: 'date' };
  if (/^0{2,}$/.test(format)) return { as: 'number', digits: format.length };
  return { as: /%/.test(format.replace(/"[^"]*"|\\./g, '')) ? 'percent' : 'number' };
}

/**
 * Merged down a column the value holds for each of its rows that hold something else. Merged across columns nobody can say
 * which of them it is for: nothing is taken.
 */
function applyMerge(grid: Cell[][], { s: from, e: to }: XLSX.Range): void {
  const held = grid[from.r]?.[from.c];
  if (held === undefined || held === null) return;
  const cell = to.c > from.c ? unfit('merged', shownCell(held)) : held;
  const lastColumn = Math.min(to.c, SHEET_LIMITS.columns - 1);
  const lastRow = Math.min(to.r, grid.length - 1);
  for (let r = from.r; r <= lastRow; r++) {
    const row = grid[r];
    if (row === undefined) continue;
    while (row.length <= lastColumn) row.push(null);
    for (let c = from.c; c <= lastColumn; c++) row[c] = cell;
  }
}
