/** The columns of a register's files, and which heading of a file that came is which of them. */
import type { Words } from '../../core/words.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { letters } from './sheet/xlsx-writer.ts';

/** `company`, `company-name`: whose row it is; `state`: shown, and changed by moves alone. */
export type FileColumn =
  | { readonly of: 'company' | 'company-name' | 'state'; readonly title: Words }
  | { readonly of: 'field'; readonly name: string; readonly field: Field; readonly title: Words };

const COMPANY: FileColumn = { of: 'company', title: { zh: '企业代码', en: 'Company code' } };
const COMPANY_NAME: FileColumn = { of: 'company-name', title: { zh: '企业名称', en: 'Company name' } };
const STATE: FileColumn = { of: 'state', title: { zh: '状态', en: 'State' } };

/** In the order of the form, then what no form has. `everyCompany`: for users of all companies. */
export function fileColumns(register: AnyRegister, everyCompany: boolean): FileColumn[] {
  const inForm = register.form.flatMap(({ fields }) => fields);
  const names = [...new Set([...inForm, ...Object.keys(register.fields)])];
  const fields = names.map((name): FileColumn => {
    const field = register.fields[name] as Field;
    return { of: 'field', name, field, title: field.title };
  });
  return [
    ...(register.scope === 'company' && everyCompany ? [COMPANY, COMPANY_NAME] : []),
    ...fields,
    ...(register.states === undefined ? [] : [STATE]),
  ];
}

export interface MatchedHeadings {
  /** By column of the file; null: none of the register's. */
  readonly columns: readonly (FileColumn | null)[];
  readonly unknown: readonly string[];
  /** Said twice: nobody knows which one is meant. */
  readonly twice: readonly string[];
}

/** By the title in either language or the field's name, whatever its blanks, width, case, stars and remarks in brackets. */
export function matchHeadings(register: AnyRegister, headings: readonly string[]): MatchedHeadings {
  const known = new Map<string, FileColumn>();
  // Fields last: their own words go before those of every register.
  for (const column of fileColumns(register, true).sort(
    (a, b) => Number(a.of === 'field') - Number(b.of === 'field'),
  )) {
    const names = [column.title.zh, column.title.en, ...(column.of === 'field' ? [column.name] : [])];
    for (const name of names.reverse()) known.set(plainHeading(name), column);
  }
  const taken = new Set<string>();
  const [unknown, twice]: [string[], string[]] = [[], []];
  const columns = headings.map((heading, index) => {
    const plain = plainHeading(heading);
    const column = known.get(plain) ?? known.get(plain.replace(/\([^()]*\)$/, '')) ?? null;
    if (column === null) unknown.push(heading === '' ? `(${letters(index)})` : heading);
    else if (taken.has(idOf(column))) twice.push(heading);
    if (column !== null) taken.add(idOf(column));
    return column;
  });
  return { columns, unknown, twice };
}

export const idOf = (column: FileColumn): string => (column.of === 'field' ? `field:${column.name}` : column.of);

const plainHeading = (heading: string): string => heading.normalize('NFKC').replace(/[\s*]/g, '').toLowerCase();
