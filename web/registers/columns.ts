/** Columns of a list: fields, and what every row has (`@company`, `@state`, `@updated`). Pure. */
import type { FieldDescription, RegisterDescription } from '../../core/register-api.ts';

export const COMPANY = '@company';
export const STATE = '@state';
export const UPDATED = '@updated';

/** Too large for a cell. */
const NEVER_IN_A_LIST = ['plan', 'items', 'lines'];

/** All that may be shown, in the order of the form; those of the declaration first. */
export function possibleColumns(description: RegisterDescription): readonly string[] {
  const { columns, fields } = description;
  const others = fields.filter(({ name, kind }) => !columns.includes(name) && !NEVER_IN_A_LIST.includes(kind));
  return [...defaultColumns(description), ...others.map(({ name }) => name), UPDATED];
}

/** The company stands second, behind what names the row; the state last. */
export function defaultColumns({ columns, choosesCompany, states }: RegisterDescription): readonly string[] {
  const [first, ...rest] = columns;
  return [
    ...(first === undefined ? [] : [first]),
    ...(choosesCompany ? [COMPANY] : []),
    ...rest,
    ...(states.length > 0 ? [STATE] : []),
  ];
}

/** What was chosen once may be gone by now; nothing left is the default. */
export function shownColumns(description: RegisterDescription, chosen: readonly string[] | null): readonly string[] {
  const possible = possibleColumns(description);
  const shown = chosen === null ? [] : possible.filter((column) => chosen.includes(column));
  return shown.length === 0 ? defaultColumns(description) : shown;
}

export const fieldOf = ({ fields }: RegisterDescription, name: string): FieldDescription | undefined =>
  fields.find((field) => field.name === name);

/** Fields that need the whole width of a form or record. */
const WIDE = ['lines', 'files', 'plan', 'place', 'items'];
export const isWide = ({ kind }: FieldDescription): boolean => WIDE.includes(kind);
