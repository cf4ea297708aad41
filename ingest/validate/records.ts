/**
 * Records of one request against a field table, one by one: a bad record is refused with its first problem and never
 * fails its neighbours. Shared by all routes but positions, which have columns of their own (positions.ts).
 */
import type { ErrorCode } from '../../core/errors.ts';
import type { Steps } from '../../core/slices.ts';
import { isRecord, type RecordSet } from '../record-set.ts';
import { AliasNames, NOT_AN_OBJECT } from './alias-names.ts';
import type { Field, RecordValues } from './fields.ts';
import { isAbsent, listValue, Problem, readValue } from './values.ts';

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

/** What the values of a record are checked against beside its fields. */
export interface RecordContext {
  /** Company of the credential. */
  readonly companyCode: string;
  readonly receivedAtMs: number;
}

/** Field names spelled otherwise than published. */
export interface Tally {
  aliases: number;
}

/** Reads one object by its field table; objects in its lists have readers of their own. */
export class ObjectReader<Fields extends readonly Field[]> {
  readonly names: AliasNames;
  /** Place of the field that tells records apart, for the answer; -1: none does. */
  readonly idIndex: number;
  readonly #fields: readonly Field[];
  readonly #inner: readonly (ObjectReader<readonly Field[]> | null)[];
  readonly #raw: unknown[];

  constructor(fields: Fields, idField: Fields[number]['name'] = 'ID') {
    this.#fields = fields;
    this.idIndex = fields.findIndex((field) => field.name === idField);
    this.names = new AliasNames(fields);
    this.#inner = fields.map(({ is }: Field) => (is.type === 'objects' ? new ObjectReader(is.fields) : null));
    this.#raw = new Array(fields.length);
  }

  /** From raw values in the order of the fields. */
  values(raw: readonly unknown[], context: RecordContext, tally: Tally): RecordValues<Fields> | FieldProblem {
    const values: Record<string, unknown> = {};
    for (const [index, field] of this.#fields.entries()) {
      const value = this.#value(field, index, raw[index], context, tally);
      if (!(value instanceof Problem)) values[field.name] = value;
      else if (field.forgiving === true && value !== FOREIGN_COMPANY) values[field.name] = null;
      else return new FieldProblem(field.name + value.at, value);
    }
    return values as RecordValues<Fields>;
  }

  #value(field: Field, index: number, raw: unknown, context: RecordContext, tally: Tally): unknown {
    const value = readValue(field, raw, context.receivedAtMs);
    const inner = this.#inner[index] ?? null;
    if (field.name === 'COMPANY_CODE' && typeof value === 'string' && value !== context.companyCode)
      return FOREIGN_COMPANY;
    if (inner === null || field.is.type !== 'objects' || value === null || value instanceof Problem) return value;
    return listValue(value, field.is.maxItems, (item) => inner.#item(item, context, tally));
  }

  #item(item: unknown, context: RecordContext, tally: Tally): RecordValues<Fields> | Problem {
    if (!isRecord(item)) return new Problem('FIELD_TYPE', 'must be an object');
    tally.aliases += this.names.read(item, this.#raw);
    const values = this.values(this.#raw, context, tally);
    return values instanceof FieldProblem
      ? new Problem(values.problem.code, values.problem.reason, `.${values.field}`)
      : values;
  }
}

/** What a check returns of a record that is neither taken nor refused: nobody asked for it. */
export const PASSED_OVER = Symbol('passed over');

/** One step a record: sealing a person and checking an outline are dear. */
export function* walkRecords<T>(
  records: RecordSet,
  reader: Pick<ObjectReader<readonly Field[]>, 'names' | 'idIndex'>,
  check: (raw: readonly unknown[], tally: Tally) => T | FieldProblem | typeof PASSED_OVER,
): Steps<Validated<T>> {
  const accepted: T[] = [];
  const rejected: Rejection[] = [];
  const raw: unknown[] = [];
  const read = reader.names.reader(records);
  const tally: Tally = { aliases: 0 };
  for (let index = 0; index < records.length; index++) {
    yield;
    const aliases = read(index, raw);
    if (aliases === NOT_AN_OBJECT) {
      rejected.push({ index, ...NOT_A_RECORD });
      continue;
    }
    tally.aliases += aliases;
    const checked = check(raw, tally);
    if (checked instanceof FieldProblem) {
      const { code, reason } = checked.problem;
      rejected.push({ index, id: shownId(raw[reader.idIndex]), field: checked.field, code, reason });
    } else if (checked !== PASSED_OVER) {
      accepted.push(checked);
    }
  }
  return { accepted, rejected, aliases: tally.aliases };
}

/** Validates records by a field table; `convert` makes ours of the values, or says what does not fit together. */
export class RecordValidator<Fields extends readonly Field[], T> {
  readonly #reader: ObjectReader<Fields>;

  constructor(fields: Fields, idField?: Fields[number]['name']) {
    this.#reader = new ObjectReader(fields, idField);
  }

  walk(
    records: RecordSet,
    context: RecordContext,
    convert: (values: RecordValues<Fields>) => T | FieldProblem,
  ): Steps<Validated<T>> {
    return walkRecords(records, this.#reader, (raw, tally) => {
      const values = this.#reader.values(raw, context, tally);
      return values instanceof FieldProblem ? values : convert(values);
    });
  }
}

export const FOREIGN_COMPANY = new Problem('COMPANY_MISMATCH', "must be the credential's own company");
