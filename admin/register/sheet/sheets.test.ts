import { crc32, deflateRawSync } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import { expect, test, vi } from 'vitest';
import type { WrittenCell } from '../cells/cells.ts';
import { readSheet } from './read-sheet.ts';
import { type Cell, SHEET_LIMITS } from './sheet-cell.ts';
import { type OpenSheet, type SheetRefused, withSheet } from './sheets.ts';
import { type WrittenColumn, xlsx } from './xlsx-writer.ts';
import { unpackZip, zipped } from './zip.ts';

/** As SheetJS writes it, which is not how we do. */
const book = (...sheets: XLSX.WorkSheet[]): Buffer => {
  const made = XLSX.utils.book_new();
  for (const [i, sheet] of sheets.entries()) XLSX.utils.book_append_sheet(made, sheet, `S${i}`);
  return XLSX.write(made, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
};
const table = (rows: unknown[][]): XLSX.WorkSheet => XLSX.utils.aoa_to_sheet(rows);
const rowsOf = (file: Buffer | string): readonly (readonly Cell[])[] => {
  const sheet = readSheet(typeof file === 'string' ? Buffer.from(file) : file);
  if (!sheet.ok) throw new Error(sheet.error);
  return sheet.value.rows.map(({ cells }) => cells);
};
const faultOf = (file: Buffer | string): string | null => {
  const sheet = readSheet(typeof file === 'string' ? Buffer.from(file) : file);
  return sheet.ok ? null : sheet.error;
};
const collect = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
};
const text = (heading: string): WrittenColumn => ({ heading, width: 10, as: 'text' });

/** An archive of one part, which says of itself what it likes. */
function archive(name: string, content: Buffer, says: { bytes?: number } = {}): Buffer {
  const packed = deflateRawSync(content);
  const nameBytes = Buffer.from(name);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(content), 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(says.bytes ?? content.length, 8);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(8, 8);
  sizes.copy(head, 14);
  head.writeUInt16LE(nameBytes.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  sizes.copy(entry, 16);
  entry.writeUInt16LE(nameBytes.length, 28);
  const local = Buffer.concat([head, nameBytes, packed]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + nameBytes.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, nameBytes, end]);
}

test('[IMP-2] CSV is read in UTF-8 with and without mark, in UTF-16, in GBK and in GB18030', () => {
  const content = '代码,名称\nfire,消防\n';
  const gbk = Buffer.from([0xb4, 0xfa, 0xc2, 0xeb, 0x2c, 0xc3, 0xfb, 0x0a, 0x61, 0x2c, 0xcf, 0xfb, 0xb7, 0xc0]);
  const gb18030 = Buffer.concat([gbk, Buffer.from([0x95, 0x32, 0x82, 0x36])]);
  expect(rowsOf(content)).toEqual([['fire', '消防']]);
  expect(rowsOf(`\uFEFF${content}`)).toEqual([['fire', '消防']]);
  expect(rowsOf(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, 'utf16le')]))).toEqual([
    ['fire', '消防'],
  ]);
  expect(rowsOf(gbk)).toEqual([['a', '消防']]);
  expect(rowsOf(gb18030)).toEqual([['a', '消防𠀀']]);
  expect(faultOf(Buffer.from([0x61, 0x2c, 0xff, 0xff, 0xff]))).toBe('encoding');
});

test('[IMP-2] CSV is parted by commas, semicolons or tabs, whichever the headings use', () => {
  for (const separator of [',', ';', '\t']) {
    expect(rowsOf(['a', 'b\n1,x', '"2;\ty"'].join(separator))).toHaveLength(1);
    expect(rowsOf(`"a,;b"${separator}b\n1${separator}"x\ny"`)).toEqual([['1', 'x\ny']]);
  }
  expect(faultOf('a,b\n1,"x\n2,y')).toBe('quotes');
});

test('[IMP-2] text that an export guarded, or another system forced to be text, is what it was', () => {
  expect(rowsOf(`a,b,c,d\n'=1+1,'+86,"=""00123""",''-x\n`)).toEqual([['=1+1', '+86', '00123', "'-x"]]);
});

test('[IMP-3] a formula is never worked out and gives nothing, in xlsx and in CSV', () => {
  const sheet = table([
    ['a', 'b'],
    [1, 'x'],
  ]);
  sheet['A2'] = { t: 'n', v: 7, f: 'WEBSERVICE("http://x")' };
  expect(rowsOf(book(sheet))).toEqual([[{ unfit: 'formula', shown: '=WEBSERVICE("http://x")' }, 'x']]);
  expect(rowsOf('a,b\n=1+1,x\n')).toEqual([[{ unfit: 'formula', shown: '=1+1' }, 'x']]);
});

test('[IMP-3] the first sheet that is shown is read; blanks go, rows keep the numbers of the sheet', () => {
  const made = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(made, table([['hidden', 'x']]), 'a');
  XLSX.utils.book_append_sheet(made, table([[], ['Title'], ['k', 'v'], [], ['\u3000 x\u00a0', ' ']]), 'b');
  made.Workbook = { Sheets: [{ Hidden: 1 }, { Hidden: 0 }] };
  const sheet = readSheet(XLSX.write(made, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  expect(sheet).toEqual({ ok: true, value: { headingRow: 3, headings: ['k', 'v'], rows: [{ row: 5, cells: ['x'] }] } });
});

test('[IMP-3] merged down a column a value holds for each row, merged across columns nothing is taken', () => {
  const sheet = table([['Title'], ['k', 'v', 'w'], ['a', 1, 'x'], [null, 2, 'y'], ['b', 'c']]);
  sheet['!merges'] = ['A1:C1', 'A3:A4', 'A5:B5'].map((range) => XLSX.utils.decode_range(range));
  const merged = { unfit: 'merged', shown: 'b' };
  expect(rowsOf(book(sheet))).toEqual([
    ['a', { number: 1, as: 'number' }, 'x'],
    ['a', { number: 2, as: 'number' }, 'y'],
    [merged, merged],
  ]);
});

test('[IMP-3] a number says what its format makes of it, also where the days count from 1904', () => {
  const sheet = table([
    ['a', 'b', 'c', 'd'],
    [1, 1, 1, 1],
  ]);
  for (const [place, z] of Object.entries({ A2: 'yyyy/m/d', B2: '0%', C2: '000000', D2: '0.00' })) sheet[place].z = z;
  const numbers = (day: number) => [
    { number: day, as: 'date' },
    { number: 1, as: 'percent' },
    { number: 1, as: 'number', digits: 6 },
    { number: 1, as: 'number' },
  ];
  expect(rowsOf(book(sheet))).toEqual([numbers(1)]);
  const made = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(made, sheet, 'a');
  made.Workbook = { WBProps: { date1904: true } };
  expect(rowsOf(XLSX.write(made, { type: 'buffer', bookType: 'xlsx' }) as Buffer)).toEqual([numbers(1463)]);
});

test('[IMP-4] an old .xls, a file with a password, and what is no table are refused', () => {
  const xls = XLSX.write({ SheetNames: ['a'], Sheets: { a: table([['a']]) } }, { type: 'buffer', bookType: 'biff8' });
  expect(faultOf(xls as Buffer)).toBe('oldExcel');
  expect(faultOf('')).toBe('empty');
  expect(faultOf('\n,,\n')).toBe('empty');
  expect(faultOf(archive('word/document.xml', Buffer.from('<a/>')))).toBe('unreadable');
  const whole = book(
    table([
      ['a', 'b'],
      [1, 2],
    ]),
  );
  expect(faultOf(whole.subarray(0, whole.length - 30))).toBe('unreadable');
  const damaged = Buffer.from(whole);
  damaged.fill(0, 60, 90);
  expect(faultOf(damaged)).toBe('unreadable');
});

test('[IMP-4] 20,000 rows and 200 columns are taken, and one more of either is not', () => {
  const csv = (rows: number, columns: number): string =>
    `${Array.from({ length: columns }, (_, i) => `h${i}`).join(',')}\n${'x,y\n'.repeat(rows)}`;
  expect(rowsOf(csv(SHEET_LIMITS.rows, 2))).toHaveLength(SHEET_LIMITS.rows);
  expect(faultOf(csv(SHEET_LIMITS.rows + 1, 2))).toBe('rows');
  expect(faultOf(csv(1, SHEET_LIMITS.columns))).toBe(null);
  expect(faultOf(csv(1, SHEET_LIMITS.columns + 1))).toBe('columns');
  const wide = Array.from({ length: SHEET_LIMITS.columns + 1 }, (_, i) => `h${i}`);
  expect(faultOf(book(table([wide])))).toBe('columns');
  expect(faultOf(book(table([wide.slice(1)])))).toBe(null);
});

test('[IMP-5] a zip bomb is refused by what it says, and by what it is where it lies', () => {
  const bomb = Buffer.alloc(SHEET_LIMITS.unpackedBytes + 1);
  const honest = archive('xl/worksheets/sheet1.xml', bomb);
  expect(honest.length).toBeLessThan(200_000);
  expect(faultOf(honest)).toBe('unpacked');
  expect(faultOf(archive('xl/worksheets/sheet1.xml', bomb, { bytes: 100 }))).toBe('unpacked');
  // What nobody looks into stays packed.
  expect(faultOf(archive('xl/media/a.png', bomb))).toBe('unreadable');
});

test('[IMP-5] a file that takes too much time or memory ends its thread, and the next one is read', async () => {
  const wide = Buffer.from(`a,b\n${'x,'.repeat(5_000_000)}`);
  const first = (sheet: OpenSheet) => sheet.read(0, 1, [0]);
  const refused = (bounds?: Parameters<typeof withSheet>[2]) =>
    withSheet(wide, first, bounds).then(
      () => null,
      (error: unknown) => (error as SheetRefused).fault,
    );
  expect(await refused({ timeMs: 20_000, heapMb: 40 })).toBe('tooMuch');
  expect(await refused({ timeMs: 1, heapMb: 400 })).toBe('tooMuch');
  expect(await withSheet(Buffer.from('a,b\n1,2\n'), first)).toEqual([{ row: 2, cells: ['1'] }]);
});

test('[IMP-5] many files at once are read two at a time, and too many are sent away', async () => {
  const file = Buffer.from('a,b\n1,2\n');
  let now = 0;
  let most = 0;
  const work = async (sheet: OpenSheet) => {
    most = Math.max(most, ++now);
    // The first waits for the second.
    if (most === 1) await vi.waitFor(() => expect(most).toBe(2), 20_000);
    const rows = await sheet.read(0, 10, [1]);
    now--;
    return rows.length;
  };
  const answers = await Promise.allSettled(Array.from({ length: 12 }, () => withSheet(file, work)));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(answers.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))).toEqual([
    'FILES_BUSY',
    'FILES_BUSY',
  ]);
  expect(most).toBe(2);
});

test('[IMP-5] more than 20 MB is refused before anything is read', async () => {
  const file = Buffer.alloc(SHEET_LIMITS.fileBytes + 1);
  await expect(withSheet(file, async () => null)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
});

test('[IMP-20] what is written is read back by another program: text that begins like a formula stays text', async () => {
  const cells: WrittenCell[] = [
    '=1+1',
    "'x",
    '_x000D_',
    'a\u0001b',
    '<&>"',
    '😀',
    12.5,
    { serial: 46_000.5, as: 'instant' },
    null,
  ];
  const columns = cells.map((_, i) => text(`h${i}`));
  const choices = [{ ...text('c'), choices: ['是', '否'] }];
  const file = await collect(
    xlsx([
      { name: 'a/b', columns, rows: [cells] },
      { name: '说明', columns: choices, rows: [] },
    ]),
  );
  const read = XLSX.read(file, { dense: false, cellNF: true });
  expect(read.SheetNames).toEqual(['a b', '说明']);
  const sheet = read.Sheets['a b']!;
  expect(XLSX.utils.sheet_to_json(sheet, { header: 1, raw: true })[1]).toMatchObject([...cells.slice(0, 7), {}]);
  expect(sheet['A2'].f).toBeUndefined();
  const parts = unpackZip(file, () => true, 1e6);
  expect(parts.ok && Buffer.from(parts.value.get('xl/worksheets/sheet2.xml')!).toString()).toContain(
    '<formula1>"是,否"</formula1>',
  );
  expect(rowsOf(file)).toEqual([
    [...cells.slice(0, 6), { number: 12.5, as: 'number' }, { number: 46_000.5, as: 'date' }],
  ]);
});

test('[IMP-20] an archive is written while its content comes, and whoever stops reading ends the source', async () => {
  let isEnded = false;
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) yield `${Math.random()}`.repeat(1_000);
    } finally {
      isEnded = true;
    }
  }
  let pieces = 0;
  for await (const _piece of zipped([{ name: 'a', chunks: endless() }])) if (++pieces === 3) break;
  expect(isEnded).toBe(true);
});
