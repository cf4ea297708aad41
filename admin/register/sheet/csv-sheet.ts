/** The cells of a .csv file as spreadsheets and other systems write it. Runs in the worker (sheet-worker.ts). */
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { err, ok, type Result } from '../../../core/result.ts';
import { unguarded } from '../../csv.ts';
import { type Cell, type Grid, SHEET_LIMITS, type SheetFault, trimmed } from './sheet-cell.ts';

const SEPARATORS = [',', ';', '\t'] as const;

export function readCsv(file: Uint8Array): Result<Grid, SheetFault> {
  const text = decoded(file);
  if (text === null) return err('encoding');
  let records: string[][];
  try {
    records = parse(text, {
      delimiter: separatorOf(text),
      relax_column_count: true,
      // Twice as many as are taken: blank ones count only here.
      to: 2 * SHEET_LIMITS.rows,
    });
  } catch (error) {
    if (error instanceof CsvError) return err('quotes');
    throw error;
  }
  if (records.length === 2 * SHEET_LIMITS.rows) return err('rows');
  const grid: Grid = [];
  for (const [index, record] of records.entries()) {
    const cells = record.map(cellOf);
    const width = cells.findLastIndex((cell) => cell !== null) + 1;
    if (width > SHEET_LIMITS.columns) return err('columns');
    if (width > 0) grid[index] = cells.slice(0, width);
  }
  return ok(grid);
}

/** null: in no encoding that is taken. */
function decoded(file: Uint8Array): string | null {
  // As Excel saves "Unicode text".
  if (file[0] === 0xff && file[1] === 0xfe) return tryDecode('utf-16le', file);
  return tryDecode('utf-8', file) ?? tryDecode('gb18030', file);
}

function tryDecode(encoding: string, file: Uint8Array): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(file);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** Whichever comes most often in the first line, outside quotes. */
function separatorOf(text: string): string {
  const line = /^\s*[^\r\n]*/.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? '';
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** How other systems write text that spreadsheets shall not make a number of. */
const AS_TEXT = /^="([^"]*)"$/;

function cellOf(written: string): Cell {
  const text = trimmed(written);
  if (text === '') return null;
  const asText = AS_TEXT.exec(text)?.[1];
  if (asText !== undefined) return asText === '' ? null : asText;
  if (text.startsWith('=')) return { unfit: 'formula', shown: text.slice(0, 200) };
  return unguarded(text);
}
