/**
 * Lists as files: what the page shows under the same filters, sort and scope, with every field, page by page from the store so
 * that no list is in memory as a whole; and the empty file with what each column takes. Sealed values stay masked.
 */
import { AppError } from '../../core/errors.ts';
import type { Words } from '../../core/words.ts';
import { queryRows } from '../../db/pool.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { insertAudit } from '../audit.ts';
import { CSV_MARK, csvLine } from '../csv.ts';
import { cellOf, type Language, NO, textOf, type WrittenCell, YES } from './cells/cells.ts';
import { type FileColumn, fileColumns } from './file-columns.ts';
import type { FileParts } from './import.ts';
import { type ListInput, listQuery } from './list-query.ts';
import type { KeptRegister } from './references.ts';
import { type RegisterUser, rowScope } from './rights.ts';
import { sealedFields } from './secrets.ts';
import { type WrittenColumn, xlsx } from './sheet/xlsx-writer.ts';
import type { StoredRow } from './store.ts';
import { guideRows } from './template.ts';

export const FILE_FORMATS = ['xlsx', 'csv'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export const EXPORT_ROWS_MAX = 100_000;
const PAGE_ROWS = 500;

/** Of the first page everything is known to go well; later ones may still fail, which breaks the file off. Throws AppError. */
export async function exportFile(
  parts: FileParts,
  register: AnyRegister,
  user: RegisterUser,
  input: ListInput,
  format: FileFormat,
  language: Language,
): Promise<AsyncGenerator<string | Buffer>> {
  const { pool, desk, secrets } = parts;
  const target = desk.target(register, user, register.rights.read);
  const query = { ...listQuery(register, input, secrets), after: null, limit: PAGE_ROWS };
  await desk.looks.take(register, user, query);
  const scope = rowScope(user, register);
  const count = await target.store.count(pool, scope, query, EXPORT_ROWS_MAX + 1);
  if (count > EXPORT_ROWS_MAX)
    throw new AppError('INPUT_INVALID', { detail: `more than ${EXPORT_ROWS_MAX} rows: filter the list` });
  const companies = await companyNames(parts, target, user);
  // On record before anything leaves.
  await insertAudit(pool, {
    actor: { userId: user.userId, userName: user.userName, address: user.address },
    action: 'register.export',
    subject: register.name,
    outcome: 'ok',
    detail: { rows: count, format, query: withoutSealed(register, input) },
  });
  const columns = fileColumns(register, user.companyCode === null);
  const pages = async function* (): AsyncGenerator<StoredRow[]> {
    for (let after: string | null = null; ; ) {
      const page = await target.store.list(pool, scope, { ...query, after });
      yield page.rows.map((row) => ({
        ...row,
        values: secrets.masked(desk.writer.placeOf(target, row), row.values),
      }));
      if (page.next === null) return;
      after = page.next;
    }
  };
  if (format === 'csv') return csvOf(columns, pages(), companies, register, language);
  const rows = async function* (): AsyncGenerator<WrittenCell[]> {
    for await (const page of pages()) for (const row of page) yield columns.map((column) => written(column, row));
  };
  const written = (column: FileColumn, row: StoredRow): WrittenCell =>
    column.of === 'field'
      ? cellOf(column.field, row.values[column.name], language)
      : ofRow(column.of, row, companies, register, language) || null;
  return xlsx([
    { name: register.title[language], columns: columns.map((one) => columnOf(one, language)), rows: rows() },
  ]);
}

/** As it was asked for; of sealed fields only that they were among it. */
function withoutSealed(register: AnyRegister, input: ListInput): ListInput {
  const sealed = new Set(sealedFields(register).map(([name]) => `f.${name}`));
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, sealed.has(name) ? '***' : value]));
}

async function* csvOf(
  columns: readonly FileColumn[],
  pages: AsyncGenerator<StoredRow[]>,
  companies: ReadonlyMap<string, string>,
  register: AnyRegister,
  language: Language,
): AsyncGenerator<string> {
  yield CSV_MARK + csvLine(columns.map(({ title }) => title[language]));
  for await (const page of pages) {
    yield page
      .map((row) =>
        csvLine(
          columns.map((column) => {
            if (column.of !== 'field') return ofRow(column.of, row, companies, register, language);
            const value = row.values[column.name] ?? null;
            const isNumber = column.field.kind === 'integer' || column.field.kind === 'decimal';
            return isNumber && value !== null ? Number(value) : textOf(column.field, value, language);
          }),
        ),
      )
      .join('');
  }
}

function ofRow(
  what: Exclude<FileColumn['of'], 'field'>,
  { companyCode, state }: StoredRow,
  companies: ReadonlyMap<string, string>,
  { states }: AnyRegister,
  language: Language,
): string {
  if (what === 'state') return state === null ? '' : (states?.titles[state]?.[language] ?? state);
  if (companyCode === null) return '';
  return what === 'company' ? companyCode : (companies.get(companyCode) ?? '');
}

/** `isEmpty`: to be filled in. */
function columnOf(column: FileColumn, language: Language, isEmpty = false): WrittenColumn {
  const field: Field | null = column.of === 'field' ? column.field : null;
  const heading = column.title[language];
  const starred = isEmpty && (field?.required === true || column.of === 'company') ? `${heading}*` : heading;
  const choices = isEmpty && field !== null ? choicesOf(field, language) : [];
  return {
    heading: starred,
    width: widthOf(field, heading),
    as: kindOf(field),
    ...(choices.length > 0 ? { choices } : {}),
  };
}

function kindOf(field: Field | null): WrittenColumn['as'] {
  if (field?.kind === 'day' || field?.kind === 'instant') return field.kind;
  return field?.kind === 'integer' || field?.kind === 'decimal' ? 'number' : 'text';
}

/** A letter of Chinese is as wide as two of Latin. */
const widthOf = (field: Field | null, heading: string): number =>
  Math.max(
    heading.length * 2,
    field?.kind === 'instant' ? 19 : field?.kind === 'lines' || field?.kind === 'items' ? 30 : 12,
  );

function choicesOf(field: Field, language: Language): string[] {
  if (field.kind === 'yes-no') return [YES[language], NO[language]];
  return field.kind === 'choice' ? Object.values<Words>(field.options).map((title) => title[language]) : [];
}

/** What a new file is filled into: the headings, and on a second sheet what each column takes. */
export function templateFile(
  parts: FileParts,
  register: AnyRegister,
  user: RegisterUser,
  language: Language,
): AsyncGenerator<Buffer> {
  const { create, update } = register.rights;
  parts.desk.target(register, user, [...(create ?? []), ...(update ?? [])]);
  const columns = fileColumns(register, user.companyCode === null).filter(
    (column) => column.of === 'company' || (column.of === 'field' && isFilledIn(column.field)),
  );
  const [headings, rows] = guideRows(columns, language);
  return xlsx([
    { name: register.title[language], columns: columns.map((one) => columnOf(one, language, true)), rows: [] },
    {
      name: language === 'zh' ? '填写说明' : 'What to fill in',
      columns: headings.map((heading, i) => ({ heading, width: [16, 8, 40, 60][i] ?? 20, as: 'text' as const })),
      rows,
    },
  ]);
}

const isFilledIn = ({ kind, edit }: Field): boolean => edit !== 'never' && kind !== 'files';

async function companyNames(
  { pool }: FileParts,
  { register }: KeptRegister,
  user: RegisterUser,
): Promise<Map<string, string>> {
  if (register.scope === 'park' || user.companyCode !== null) return new Map();
  const rows = await queryRows<{ code: string; name: string }>(pool, 'SELECT code, name FROM company');
  return new Map(rows.map(({ code, name }) => [code, name]));
}
