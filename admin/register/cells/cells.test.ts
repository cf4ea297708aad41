import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Words } from '../../../core/words.ts';
import type { Field, ItemField } from '../../../registers/field.ts';
import { csvFrom } from '../../csv.ts';
import { readSheet } from '../sheet/read-sheet.ts';
import { type Cell, trimmed } from '../sheet/sheet-cell.ts';
import { xlsx } from '../sheet/xlsx-writer.ts';
import { cellOf, type Language, readCell, textOf } from './cells.ts';

const title: Words = { zh: '某', en: 'some' };
const text = { kind: 'text', title, maxLength: 300 } as const;
const read = (field: Field, cell: Cell, standing: unknown = null): unknown => {
  const answer = readCell(field, cell, standing);
  return answer.ok ? answer.value : { refused: answer.error.en };
};
const refused = (words: string) => ({ refused: expect.stringContaining(words) });

/** As check.ts leaves it: no blanks around, no control characters. */
const plainText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map((one) => trimmed(one.normalize('NFC').replace(/\p{Cc}|\p{Cs}/gu, '')))
  .filter((one) => one !== '');
const linesText = fc.array(plainText, { minLength: 1, maxLength: 3 }).map((all) => all.join('\n'));
const formulaText = fc
  .tuple(fc.constantFrom('=', '+', '-', '@', "'", "'=", '＝'), plainText)
  .map((parts) => parts.join(''));
const words = fc.record({ zh: plainText, en: plainText });
const degrees = (most: number) => fc.integer({ min: -most * 1e7, max: most * 1e7 }).map((one) => one / 1e7);
const dayValue = fc
  .date({ min: new Date('1800-01-01'), max: new Date('9999-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** A code all in full width is taken for one in plain width. */
const key = plainText.filter((one) => !/[\u3000\uff01-\uff5e]/.test(one));

type Sample = readonly [field: Field, value: unknown];
const simple: fc.Arbitrary<readonly [ItemField, unknown]> = fc.oneof(
  fc.tuple(fc.constant(text), fc.oneof(plainText, formulaText)),
  fc.tuple(fc.constant({ kind: 'lines', title, maxLength: 300 } as const), linesText),
  fc.tuple(fc.constant({ kind: 'integer', title, min: -1e15, max: 1e16 } as const), fc.maxSafeInteger()),
  fc.integer({ min: 0, max: 8 }).chain((digits) =>
    fc.tuple(
      fc.constant({ kind: 'decimal', title, min: -1e6, max: 1e6, digits } as const),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((one) => Number(one.toFixed(digits)) + 0),
    ),
  ),
  fc.tuple(fc.constant({ kind: 'yes-no', title } as const), fc.boolean()),
  fc.tuple(fc.constant({ kind: 'day', title } as const), dayValue),
  fc.tuple(fc.constant({ kind: 'instant', title } as const), fc.integer({ min: 0, max: Date.UTC(9999, 11, 30) })),
  fc.tuple(fc.constant({ kind: 'reference', title, register: 'r' } as const), key),
);
const several: fc.Arbitrary<Sample> = fc.oneof(
  fc
    .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), words, { minKeys: 1, maxKeys: 5, noNullPrototype: true })
    .chain((options) =>
      fc.oneof(
        fc.tuple(fc.constant({ kind: 'choice', title, options } as const), fc.constantFrom(...Object.keys(options))),
        fc.tuple(fc.constant({ kind: 'choices', title, options } as const), fc.subarray(Object.keys(options))),
      ),
    ),
  fc.tuple(fc.constant({ kind: 'references', title, register: 'r', max: 5 } as const), fc.array(key, { maxLength: 5 })),
  fc.tuple(fc.constant({ kind: 'sealed', title, secret: 'phone' } as const), fc.constantFrom('138****1234', '****12')),
  fc.tuple(
    fc.constant({ kind: 'files', title, max: 3, types: ['pdf'] } as const),
    fc.array(fc.record({ id: fc.uuid(), name: plainText }), { maxLength: 3 }),
  ),
  fc.tuple(
    fc.constant({ kind: 'place', title } as const),
    fc.record({ lng: degrees(180), lat: degrees(90), heightM: fc.option(fc.integer({ min: -100, max: 900 })) }),
  ),
  fc.tuple(
    fc.constant({ kind: 'plan', title } as const),
    fc.array(fc.tuple(degrees(180), degrees(90)), { minLength: 3, maxLength: 2_000 }),
  ),
  fc.array(simple, { minLength: 1, maxLength: 4 }).map((inner): Sample => {
    const fields = Object.fromEntries(inner.map(([field], i) => [`f${i}`, field]));
    const item = Object.fromEntries(inner.map(([, value], i) => [`f${i}`, value]));
    return [{ kind: 'items', title, max: 3, fields }, [item, item]];
  }),
);
const samples = fc.array(fc.oneof(simple, several), { minLength: 1, maxLength: 12 });
const language = fc.constantFrom<Language>('zh', 'en');

async function throughXlsx(row: readonly Sample[], of: Language): Promise<readonly Cell[]> {
  const columns = row.map((_, i) => ({ heading: `h${i}`, width: 9, as: 'text' as const }));
  // A second column with something in it: the headings are told by two.
  const cells = [...row.map(([field, value]) => cellOf(field, value, of)), 'end'];
  const pieces: Buffer[] = [];
  for await (const piece of xlsx([
    { name: 's', columns: [...columns, { heading: 'end', width: 9, as: 'text' }], rows: [cells] },
  ]))
    pieces.push(piece);
  return cellsOf(Buffer.concat(pieces));
}

function throughCsv(row: readonly Sample[], of: Language): readonly Cell[] {
  const cells = row.map(([field, value]) =>
    typeof value === 'number' && field.kind === 'integer' ? value : textOf(field, value, of),
  );
  return cellsOf(Buffer.from(csvFrom([...row.map((_, i) => `h${i}`), 'end'], [[...cells, 'end']])));
}

function cellsOf(file: Buffer): readonly Cell[] {
  const sheet = readSheet(file);
  if (!sheet.ok) throw new Error(sheet.error);
  return sheet.value.rows[0]?.cells ?? [];
}

describe('values in files', () => {
  test('[IMP-21] whatever a field holds, a cell that came back as it was written is no change, in xlsx and in CSV', async () => {
    await fc.assert(
      fc.asyncProperty(samples, language, async (row, of) => {
        for (const cells of [await throughXlsx(row, of), throughCsv(row, of)]) {
          for (const [i, [field, value]] of row.entries()) expect(read(field, cells[i] ?? null, value)).toEqual(value);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('[IMP-21] simple values are read back for a row that does not stand yet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(simple, { minLength: 1, maxLength: 12 }), language, async (row, of) => {
        for (const cells of [await throughXlsx(row, of), throughCsv(row, of)]) {
          for (const [i, [field, value]] of row.entries()) expect(read(field, cells[i] ?? null)).toEqual(value);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('cells as people fill them in', () => {
  test('[IMP-6] a number that lost its last digits is refused, wherever it is', () => {
    const number = { number: 110101199001011230, as: 'number' } as const;
    const sealed = { kind: 'sealed', title, secret: 'id-number' } as const;
    expect(read(sealed, number)).toEqual(refused('15 digits'));
    expect(read(text, number)).toEqual(refused('15 digits'));
    expect(read(text, '1.10101E+17')).toEqual(refused('15 digits'));
    expect(read({ kind: 'integer', title, min: 0, max: 9e15 }, number)).toEqual(refused('15 digits'));
    expect(read(text, { number: 123456789012345, as: 'number' })).toBe('123456789012345');
    expect(read(sealed, '11010119900101123Ｘ')).toBe('11010119900101123X');
  });

  test('[IMP-6] codes keep the zeros that a format shows, and lose full width; names keep theirs', () => {
    const code = { ...text, form: { pattern: /^\d+$/, words: title } } as const;
    expect(read(text, { number: 42, as: 'number', digits: 6 })).toBe('000042');
    expect(read(code, '１２３')).toBe('123');
    expect(read({ kind: 'reference', title, register: 'r' }, 'ＡＢ－１')).toBe('AB-1');
    expect(read({ ...text, unique: true }, '一班（甲）')).toBe('一班（甲）');
    expect(read(text, '（１）')).toBe('（１）');
  });

  test('[IMP-6] numbers are read with thousands and in full width; a percentage or a date is none', () => {
    const decimal = { kind: 'decimal', title, min: 0, max: 1e9, digits: 2 } as const;
    expect(read(decimal, '１，２３４．５')).toBe(1234.5);
    expect(read(decimal, '1,234,567')).toBe(1234567);
    expect(read(decimal, '12,34')).toBe('12,34');
    expect(read(decimal, { number: 0.1 + 0.2, as: 'number' })).toBe(0.3);
    expect(read(decimal, { number: 0.5, as: 'percent' })).toEqual(refused('percentage'));
    expect(read(decimal, { number: 46_000, as: 'date' })).toBe('46000');
  });

  test('[IMP-7] days and instants are read as Excel keeps them and as people write them', () => {
    const day = { kind: 'day', title } as const;
    for (const written of [
      '2026-11-21',
      '2026/11/21',
      '2026.11.21',
      '2026年11月21日',
      '20261121',
      '2026/11/21 0:00:00',
    ]) {
      expect(read(day, written)).toBe('2026-11-21');
    }
    expect(read(day, { number: 46_347, as: 'date' })).toBe('2026-11-21');
    expect(read(day, { number: 46_347, as: 'number' })).toBe('2026-11-21');
    expect(read(day, { number: 20_261_121, as: 'number' })).toBe('2026-11-21');
    // The year alone is no day of 1905, a time no day, and 30 February nothing.
    expect(read(day, { number: 2026, as: 'number' })).toBe(2026);
    expect(read(day, '2026-11-21 08:30')).toBe('2026-11-21 08:30');
    expect(read(day, '2026-02-30')).toBe('2026-02-30');
    expect(read(day, { number: 60, as: 'date' })).toBe(60);
    const instant = { kind: 'instant', title } as const;
    const at = Date.UTC(2026, 10, 21, 0, 30);
    for (const written of ['2026-11-21 08:30', '2026/11/21 8:30:00', '2026年11月21日 8：30', '2026-11-21T00:30:00Z']) {
      expect(read(instant, written)).toBe(at);
    }
    expect(read(instant, { number: 46_347 + 8.5 / 24, as: 'date' })).toBe(at);
    expect(read(instant, '2026-11-21 24:30')).toBe('2026-11-21 24:30');
  });

  test('[IMP-7] options go by their titles in either language or their value, lists by any usual mark', () => {
    const options = { hot: { zh: '动火、明火', en: 'Hot work' }, dig: { zh: '动土', en: 'Digging' } };
    expect(read({ kind: 'choice', title, options }, '动火、明火')).toBe('hot');
    expect(read({ kind: 'choice', title, options }, 'hot WORK')).toBe('hot');
    expect(read({ kind: 'choice', title, options }, '别的')).toBe('别的');
    expect(read({ kind: 'choices', title, options }, '动土、动火、明火;别的')).toEqual(['dig', 'hot', '别的']);
    expect(read({ kind: 'references', title, register: 'r', max: 5 }, 'a、b，c；d')).toEqual(['a', 'b', 'c', 'd']);
    expect(['是', 'Y', '√', true].map((cell) => read({ kind: 'yes-no', title }, cell))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['否', 'no', '×', false].map((cell) => read({ kind: 'yes-no', title }, cell))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(read({ kind: 'yes-no', title }, '也许')).toBe('也许');
  });

  test('[IMP-7] masked values and files are taken only where they stand so; formulas, errors and merged cells nowhere', () => {
    const sealed = { kind: 'sealed', title, secret: 'phone' } as const;
    expect(read(sealed, '138****1234', '138****1234')).toBe('138****1234');
    expect(read(sealed, '138****1234', '139****1234')).toEqual(refused('masked'));
    expect(read({ kind: 'files', title, max: 1, types: ['pdf'] }, 'a.pdf')).toEqual(refused('page'));
    for (const unfit of ['formula', 'error', 'merged'] as const) {
      expect(read(text, { unfit, shown: 'x' }, 'x')).toEqual({ refused: expect.any(String) });
    }
  });

  test('[IMP-7] rows within a row are a line each, and a bar in a value is not one between values', () => {
    const field = {
      kind: 'items',
      title,
      max: 3,
      fields: { a: text, n: { kind: 'integer', title, min: 0, max: 9 } },
    } as const;
    const value = [
      { a: 'x | \\ y\nz', n: 1 },
      { a: 'b', n: null },
    ];
    expect(read(field, textOf(field, value, 'zh'))).toEqual(value);
    expect(read(field, 'a | 1 | 2')).toEqual(refused('Line 1'));
  });
});
