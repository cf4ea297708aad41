/**
 * Field names as vendors spell them: the published name, its camelCase, and spellings without underscores, in any
 * letter case. The published name wins when a record has several. Aliases are counted, so that the park can ask a
 * vendor to correct them. One table per list of fields; what `reader` returns is called once a record.
 */
import { isColumns, isRecord, type RecordColumns, type RecordSet } from '../record-set.ts';
import type { Field } from './fields.ts';
import { isAbsent } from './values.ts';

const normalized = (name: string): string => name.replaceAll('_', '').toUpperCase();
/** Letters beyond ASCII have none of ours for a capital: what sos-sign.ts looks for must be all there is. */
const SPELLING = /^[A-Za-z0-9_]{1,64}$/;

export const NOT_AN_OBJECT = -1;
const UNKNOWN = -1;
/** No sender can fill the table of spellings seen. */
const SPELLINGS_MAX = 1_000;

export class AliasNames {
  readonly #fieldCount: number;
  readonly #byNormalized = new Map<string, number>();
  /** Spelling as sent -> 2 * field + (is it an alias), or UNKNOWN. */
  readonly #bySpelling = new Map<string, number>();

  constructor(fields: readonly Field[]) {
    this.#fieldCount = fields.length;
    fields.forEach((field, index) => {
      for (const name of [field.name, ...(field.otherNames ?? [])]) this.#byNormalized.set(normalized(name), index);
      this.#bySpelling.set(field.name, 2 * index);
    });
  }

  /**
   * Reads record `index` of the set into `values`; returns how many aliases it used, NOT_AN_OBJECT when there is nothing
   * to read. An alias of a column counts once.
   */
  reader(records: RecordSet): (index: number, values: unknown[]) => number {
    if (isColumns(records)) return this.#columnReader(records);
    return (index, values) => {
      const record = records[index];
      return isRecord(record) ? this.read(record, values) : NOT_AN_OBJECT;
    };
  }

  #columnReader({ columns }: RecordColumns): (index: number, values: unknown[]) => number {
    const used = Object.entries(columns).flatMap(([spelling, column]) => {
      const found = this.#find(spelling);
      return found === UNKNOWN ? [] : [{ column, found }];
    });
    const aliases = used.filter(({ found }) => isAlias(found)).length;
    return (index, values) => {
      for (let field = 0; field < this.#fieldCount; field++) values[field] = undefined;
      for (const { column, found } of used) put(values, found, column[index]);
      return index === 0 ? aliases : 0;
    };
  }

  /**
   * Puts the record's values into `values` by field order, undefined where there is none; unknown names are passed
   * over. Returns how many aliases were used.
   */
  read(record: object, values: unknown[]): number {
    let aliases = 0;
    for (let index = 0; index < this.#fieldCount; index++) values[index] = undefined;
    for (const spelling in record) {
      const found = this.#find(spelling);
      if (found === UNKNOWN) continue;
      if (put(values, found, (record as Record<string, unknown>)[spelling]) && isAlias(found)) aliases++;
    }
    return aliases;
  }

  #find(spelling: string): number {
    return this.#bySpelling.get(spelling) ?? this.#learn(spelling);
  }

  #learn(spelling: string): number {
    if (!SPELLING.test(spelling)) return UNKNOWN;
    const index = this.#byNormalized.get(normalized(spelling));
    const found = index === undefined ? UNKNOWN : 2 * index + 1;
    if (this.#bySpelling.size < SPELLINGS_MAX) this.#bySpelling.set(spelling, found);
    return found;
  }
}

const isAlias = (found: number): boolean => (found & 1) === 1;

/** false: the field has a better value. The published name wins, but not with nothing over something. */
function put(values: unknown[], found: number, value: unknown): boolean {
  const index = found >> 1;
  const before = values[index];
  if (before !== undefined && (isAlias(found) ? !isAbsent(before) : isAbsent(value))) return false;
  values[index] = value;
  return true;
}
