/**
 * Records of one request against a field table, one by one: a bad record is refused with its first problem and never
 * fails its neighbours. Shared by persons and areas; positions have columns of their own (positions.ts).
 */
import type { ErrorCode } from '../../core/errors.ts';
import type { Steps } from '../../core/slices.ts';
import type { RecordSet } from '../record-set.ts';
import { AliasNames, NOT_AN_OBJECT } from './alias-names.ts';
import type { Field, RecordValues } from './fields.ts';
import { isAbsent, Problem, readValue } from './values.ts';

/** One refused record, as the answer lists it. */
export interface Rejection {
  /** Place in the request, from 0. */
  readonly index: number;
  /** The record's own id as far as it can be read. */
  readonly id: string | null;
  /** null: the record as a whole. */
  readonly field: string | null;
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface Validated<T> {
  readonly accepted: readonly T[];
  readonly rejected: readonly Rejection[];
  /** Field names spelled otherwise than published. */
  readonly aliases: number;
}

export const NOT_A_RECORD: Pick<Rejection, 'id' | 'field' | 'code' | 'reason'> = {
  id: null,
  field: null,
  code: 'FIELD_TYPE',
  reason: 'a record must be an object',
};

const ID_SHOWN = 64;

/** A sender's id for the answer: what came, cut to a length that no one can abuse. */
export function shownId(raw: unknown): string | null {
  if (typeof raw === 'number') return String(raw);
  return typeof raw === 'string' && !isAbsent(raw) ? raw.trim().slice(0, ID_SHOWN) : null;
}

/** The field and why, thrown away with the record. */
export class FieldProblem {
  readonly field: string;
  readonly problem: Problem;
  constructor(field: string, problem: Problem) {
    this.field = field;
    this.problem = problem;
  }
}

/** Validates records by a field table; `convert` makes ours of the values, or says what does not fit together. */
export class RecordValidator<Fields extends readonly Field[], T> {
  readonly #fields: Fields;
  readonly #names: AliasNames;
  readonly #idIndex: number;

  constructor(fields: Fields) {
    this.#fields = fields;
    this.#names = new AliasNames(fields);
    this.#idIndex = fields.findIndex((field) => field.name === 'ID');
  }

  /** One step a record: sealing a person and checking an outline are dear. */
  *walk(
    records: RecordSet,
    companyCode: string,
    convert: (values: RecordValues<Fields>) => T | FieldProblem,
  ): Steps<Validated<T>> {
    const accepted: T[] = [];
    const rejected: Rejection[] = [];
    const raw: unknown[] = new Array(this.#fields.length);
    const read = this.#names.reader(records);
    let aliases = 0;
    for (let index = 0; index < records.length; index++) {
      yield;
      const used = read(index, raw);
      if (used === NOT_AN_OBJECT) {
        rejected.push({ index, ...NOT_A_RECORD });
        continue;
      }
      aliases += used;
      const values = this.#readAll(raw, companyCode);
      const converted = values instanceof FieldProblem ? values : convert(values);
      if (converted instanceof FieldProblem) {
        const { code, reason } = converted.problem;
        rejected.push({ index, id: shownId(raw[this.#idIndex]), field: converted.field, code, reason });
      } else {
        accepted.push(converted);
      }
    }
    return { accepted, rejected, aliases };
  }

  #readAll(raw: readonly unknown[], companyCode: string): RecordValues<Fields> | FieldProblem {
    const values: Record<string, unknown> = {};
    for (const [index, field] of this.#fields.entries()) {
      const value = readValue(field, raw[index]);
      if (value instanceof Problem) return new FieldProblem(field.name, value);
      if (field.name === 'COMPANY_CODE' && value !== companyCode) return new FieldProblem(field.name, FOREIGN_COMPANY);
      values[field.name] = value;
    }
    return values as RecordValues<Fields>;
  }
}

export const FOREIGN_COMPANY = new Problem('COMPANY_MISMATCH', "must be the credential's own company");
