/** What a sheet holds, before anybody knows which field it is for. */
import type { Words } from '../../../core/words.ts';

/** A number with what its format says of it. `digits`: shown with zeros before it, so many digits in all. */
export interface NumberCell {
  readonly number: number;
  readonly as: 'number' | 'date' | 'percent';
  readonly digits?: number;
}
/** Nothing is taken from it. `shown`: what stands there. */
export interface UnfitCell {
  readonly unfit: 'formula' | 'error' | 'merged';
  readonly shown: string;
}
/** Text without blanks around it; null: nothing. */
export type Cell = null | string | boolean | NumberCell | UnfitCell;

/** Cells by row (from 0) and column; rows that hold nothing may be absent. */
export type Grid = (readonly Cell[] | undefined)[];

export interface SheetRow {
  /** As the sheet numbers them. */
  readonly row: number;
  readonly cells: readonly Cell[];
}

export interface Sheet {
  /** Number of the row of headings, and what it says in each column; '': nothing, above something. */
  readonly headingRow: number;
  readonly headings: readonly string[];
  /** Those below that hold something. */
  readonly rows: readonly SheetRow[];
}

export const SHEET_LIMITS = {
  /** Of the file as it comes. */
  fileBytes: 20 * 1024 * 1024,
  /** Of what an .xlsx file holds, unpacked. */
  unpackedBytes: 100 * 1024 * 1024,
  rows: 20_000,
  columns: 200,
} as const;

/** Why a file is not read at all. */
export const SHEET_FAULTS = {
  oldExcel: {
    zh: '这是旧版 .xls 文件或加密的文件：请在 Excel 中另存为不加密的 .xlsx',
    en: 'This is an old .xls file or one with a password: save it as .xlsx without a password in Excel',
  },
  unreadable: {
    zh: '文件无法读取：不是 .xlsx 或 .csv，或已损坏',
    en: 'The file cannot be read: neither .xlsx nor .csv, or damaged',
  },
  encoding: {
    zh: '文件的编码既不是 UTF-8 也不是 GBK/GB18030',
    en: 'The file is neither UTF-8 nor GBK/GB18030',
  },
  quotes: {
    zh: 'CSV 文件的引号不成对，无法分清单元格',
    en: 'The quotes of the CSV file do not pair up, so its cells cannot be told apart',
  },
  unpacked: {
    zh: '文件解压后过大（上限 100 MB）：请删除无关的工作表和格式后重试',
    en: 'The file is too large when unpacked (100 MB at most): remove other sheets and formats and try again',
  },
  rows: { zh: '行数过多：每个文件最多 20,000 行', en: 'Too many rows: 20,000 a file at most' },
  columns: { zh: '列数过多：每个文件最多 200 列', en: 'Too many columns: 200 a file at most' },
  empty: { zh: '文件是空的：没有标题行', en: 'The file is empty: there is no row of headings' },
  tooMuch: {
    zh: '读取文件所需的时间或内存超过上限：请拆分后重试',
    en: 'Reading the file takes more time or memory than is allowed: split it and try again',
  },
} as const satisfies Readonly<Record<string, Words>>;
export type SheetFault = keyof typeof SHEET_FAULTS;

// Blanks of every width, marks of no width, and half a byte-order mark do not belong to what stands in a cell.
const AROUND = /^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/gu;

/** Without blanks around it and with plain line ends. */
export const trimmed = (text: string): string => text.replace(/\r\n?/g, '\n').replace(AROUND, '');

/** As somebody would say what stands there; at most 200 characters. */
export function shownCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'object') return String(cell).slice(0, 200);
  return 'unfit' in cell ? cell.shown : String(cell.number);
}
