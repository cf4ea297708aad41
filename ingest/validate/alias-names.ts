/**
 * Field names as vendors spell them: the published name, its camelCase, and spellings without underscores, in any
 * letter case. The published name wins when a record has several. Aliases are counted, so that the park can ask a
 * vendor to correct them. One table per route; `read` is called once a record.
 */
import type { Field } from './fields.ts';

const normalized = (name: string): string => name.replaceAll('_', '').toUpperCase();

const UNKNOWN = -1;
/** Field names longer than any alias can be are not looked at, and no sender can fill the table of spellings seen. */
const LONGEST_NAME = 64;
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
   * Puts the record's values into `values` by field order, undefined where there is none; unknown names are passed
   * over. Returns how many aliases were used.
   */
  read(record: object, values: unknown[]): number {
    let aliases = 0;
    for (let index = 0; index < this.#fieldCount; index++) values[index] = undefined;
    for (const spelling in record) {
      const found = this.#bySpelling.get(spelling) ?? this.#learn(spelling);
      if (found === UNKNOWN) continue;
      const index = found >> 1;
      const isAlias = (found & 1) === 1;
      if (isAlias && values[index] !== undefined) continue;
      values[index] = (record as Record<string, unknown>)[spelling];
      if (isAlias) aliases++;
    }
    return aliases;
  }

  #learn(spelling: string): number {
    if (spelling.length > LONGEST_NAME) return UNKNOWN;
    const index = this.#byNormalized.get(normalized(spelling));
    const found = index === undefined ? UNKNOWN : 2 * index + 1;
    if (this.#bySpelling.size < SPELLINGS_MAX) this.#bySpelling.set(spelling, found);
    return found;
  }
}
