/** Rows of a file as drafts: whose row, which standing one, and what its cells say; or what keeps it from being one. */
import type { RowValues } from '../../core/register-api.ts';
import type { Words } from '../../core/words.ts';
import { isSameJson } from '../../db/registers/changes.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { type Language, readCell } from './cells/cells.ts';
import { type FileColumn, idOf } from './file-columns.ts';
import type { CellProblem } from './import-problems.ts';
import { isInScope } from './rows-in-memory.ts';
import { type Cell, type SheetRow, shownCell } from './sheet/sheet-cell.ts';
import type { RowScope, StoredRow } from './store.ts';

const REQUIRED: Words = { zh: '必填', en: 'Required' };
const NO_COMPANY: Words = { zh: '没有这家企业', en: 'There is no such company' };
const OTHER_COMPANY: Words = { zh: '不是本企业', en: 'Not your company' };
const NAMES_DIFFER: Words = { zh: '企业代码与企业名称不一致', en: 'Company code and name do not belong together' };
const NOT_YOURS: Words = { zh: '已有同名记录，不属于本单位', en: 'There is such a row, which is not of your unit' };
const NO_CREATE: Words = { zh: '没有新增的权限', en: 'You may not add rows' };
const NO_UPDATE: Words = { zh: '没有修改的权限', en: 'You may not change rows' };
const BY_SYSTEM: Words = { zh: '由系统填写，不能导入', en: 'Filled in by the system, not by import' };
const BY_MOVES: Words = { zh: '状态只能在页面上通过操作改变', en: 'The state is changed by steps on the page only' };

const sameAs = (row: number): Words => ({ zh: `与第 ${row} 行重复`, en: `The same as in row ${row}` });

/** Companies of the park that the user may know. */
export interface KnownCompanies {
  readonly nameOf: ReadonlyMap<string, string>;
  /** null: the name is none, or that of several. */
  codeOf(name: string): string | null;
}

export interface RowReading {
  readonly register: AnyRegister;
  /** Columns that are read, in the order of a row's cells, with their headings in the file. */
  readonly columns: readonly { readonly column: FileColumn; readonly heading: string }[];
  readonly companies: KnownCompanies;
  /** The user's own; null: users of all companies. */
  readonly companyCode: string | null;
  readonly scope: RowScope;
  readonly mayCreate: boolean;
  readonly mayUpdate: boolean;
  /** Of a standing row, masked. */
  shown(row: StoredRow): RowValues;
}

/** A row that says whose it is and which. */
export interface FoundRow {
  readonly row: number;
  readonly cells: readonly Cell[];
  readonly companyCode: string | null;
  readonly key: string;
}
export interface UnfitRow {
  readonly row: number;
  readonly problems: readonly CellProblem[];
}
export interface ReadRow {
  readonly row: number;
  readonly cells: readonly Cell[];
  readonly companyCode: string | null;
  readonly standing: StoredRow | null;
  /** Of a standing row those that differ from what is shown. */
  readonly values: RowValues;
}

export class RowReader {
  readonly #reading: RowReading;
  readonly #places: ReadonlyMap<string, number>;
  /** Row number by place and value, of the key and of what else is unique. */
  readonly #seen = new Map<string, number>();

  constructor(reading: RowReading) {
    this.#reading = reading;
    this.#places = new Map(reading.columns.map(({ column }, i) => [idOf(column), i]));
  }

  find({ row, cells }: SheetRow): FoundRow | UnfitRow {
    const { register } = this.#reading;
    const company = this.#companyOf(cells);
    if (company instanceof Problem) return { row, problems: [company.problem] };
    const keyPlace = this.#places.get(`field:${register.key}`) ?? -1;
    const cell = cells[keyPlace] ?? null;
    const read = readCell(register.fields[register.key] as Field, cell, null);
    if (!read.ok) return { row, problems: [this.#problem(keyPlace, cells, read.error)] };
    if (read.value === null) return { row, problems: [this.#problem(keyPlace, cells, REQUIRED)] };
    const key = String(read.value).normalize('NFC');
    const before = this.seenBefore(register.key, company.code, key, row);
    if (before !== null) return { row, problems: [this.#problem(keyPlace, cells, sameAs(before))] };
    return { row, cells, companyCode: company.code, key };
  }

  read(found: FoundRow, standing: StoredRow | null): ReadRow | UnfitRow {
    const { register, columns, scope, mayCreate, mayUpdate, shown } = this.#reading;
    const { row, cells, companyCode } = found;
    if (standing !== null && !isInScope(register, standing, scope)) {
      return { row, problems: [this.problemAt(found, register.key, NOT_YOURS)] };
    }
    const before = standing === null ? null : shown(standing);
    const values: Record<string, unknown> = {};
    const problems: CellProblem[] = [];
    for (const [i, { column }] of columns.entries()) {
      const cell = cells[i] ?? null;
      if (column.of === 'state' && !this.#isState(cell, standing)) problems.push(this.#problem(i, cells, BY_MOVES));
      if (column.of !== 'field') continue;
      const old = before?.[column.name] ?? null;
      const read = readCell(column.field, cell, old);
      if (!read.ok) problems.push(this.#problem(i, cells, read.error));
      else if (before === null && read.value === null) continue;
      else if (before !== null && isSameJson(read.value, old)) continue;
      else if (column.field.edit === 'never') problems.push(this.#problem(i, cells, BY_SYSTEM));
      else values[column.name] = read.value;
    }
    if (standing === null && !mayCreate) problems.push({ column: null, cell: null, words: NO_CREATE });
    if (standing !== null && !mayUpdate && Object.keys(values).length > 0) {
      problems.push({ column: null, cell: null, words: NO_UPDATE });
    }
    return problems.length > 0 ? { row, problems } : { row, cells, companyCode, standing, values };
  }

  /** Of a field, or of a part of it (`shifts.2.start`). */
  problemAt({ cells }: Pick<FoundRow, 'cells'>, path: string, words: Words): CellProblem {
    const [name = '', part, inner] = path.split('.');
    const place = this.#places.get(`field:${name}`);
    const said = part === undefined ? words : this.#within(name, part, inner, words);
    if (place !== undefined) return this.#problem(place, cells, said);
    const title = (this.#reading.register.fields[name] as Field | undefined)?.title;
    return { column: title?.zh ?? null, cell: null, words: said };
  }

  /** Number of the row that had this value before; null: this is the first. */
  seenBefore(field: string, companyCode: string | null, value: unknown, row: number): number | null {
    const place = JSON.stringify([field, companyCode, value]);
    const before = this.#seen.get(place);
    if (before === undefined) this.#seen.set(place, row);
    return before ?? null;
  }

  #within(name: string, part: string, inner: string | undefined, words: Words): Words {
    const field = this.#reading.register.fields[name] as Field | undefined;
    const title = field?.kind === 'items' && inner !== undefined ? field.fields[inner]?.title : undefined;
    const said = (language: Language, nth: string): string =>
      `${nth}${title === undefined ? '' : ` ${title[language]}`}${language === 'zh' ? '：' : ': '}${words[language]}`;
    const n = Number(part) + 1;
    return { zh: said('zh', `第 ${n} 项`), en: said('en', `item ${n}`) };
  }

  #companyOf(cells: readonly Cell[]): { readonly code: string | null } | Problem {
    const { register, companyCode } = this.#reading;
    if (register.scope === 'park') return { code: null };
    const [codePlace, namePlace] = [this.#places.get('company') ?? -1, this.#places.get('company-name') ?? -1];
    const named = [codePlace, namePlace].map((place) => {
      const cell = cells[place] ?? null;
      return cell === null ? null : { place, code: this.#companyNamed(cell) };
    });
    const unknown = named.find((one) => one?.code === null);
    const other = companyCode === null ? NO_COMPANY : OTHER_COMPANY;
    if (unknown !== undefined && unknown !== null) return new Problem(this.#problem(unknown.place, cells, other));
    const [first, second] = named.flatMap((one) => one?.code ?? []);
    if (second !== undefined && first !== second) return new Problem(this.#problem(namePlace, cells, NAMES_DIFFER));
    const code = first ?? companyCode;
    if (code === null) return new Problem(this.#problem(Math.max(codePlace, namePlace), cells, REQUIRED));
    if (companyCode !== null && code !== companyCode)
      return new Problem(this.#problem(codePlace, cells, OTHER_COMPANY));
    return { code };
  }

  /** By code or name, whichever stands in which column. */
  #companyNamed(cell: Cell): string | null {
    const { companies } = this.#reading;
    const text = readCell(COMPANY_TEXT, cell, null);
    if (!text.ok || text.value === null) return null;
    const written = String(text.value);
    return companies.nameOf.has(written) ? written : companies.codeOf(written);
  }

  #isState(cell: Cell, standing: StoredRow | null): boolean {
    const { states } = this.#reading.register;
    if (cell === null || states === undefined) return true;
    const state = standing === null ? states.initial : standing.state;
    const title = state === null ? undefined : states.titles[state];
    return [state, title?.zh, title?.en].includes(shownCell(cell));
  }

  #problem(place: number, cells: readonly Cell[], words: Words): CellProblem {
    return { column: this.#reading.columns[place]?.heading ?? null, cell: cells[place] ?? null, words };
  }
}

class Problem {
  readonly problem: CellProblem;
  constructor(problem: CellProblem) {
    this.problem = problem;
  }
}

const COMPANY_TEXT = { kind: 'text', title: { zh: '', en: '' }, maxLength: 128 } as const satisfies Field;
