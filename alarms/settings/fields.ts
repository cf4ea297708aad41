/** Reading the JSON of settings field by field: what is wrong is said with the topic, the field and what it may be. */
import { err, ok, type Result } from '../../core/result.ts';

/** Thrown by fields and caught by `parseFields`: the message alone leaves this file. */
class FieldProblem extends Error {}

export class Fields {
  readonly #topic: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();

  constructor(topic: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FieldProblem(`${topic}: not an object`);
    }
    this.#topic = topic;
    this.#values = value as Record<string, unknown>;
  }

  problem(name: string, what: string): FieldProblem {
    return new FieldProblem(`${this.#topic}: ${name} ${what}`);
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  integer(name: string, min: number, max: number): number {
    const value = this.raw(name);
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw this.problem(name, `is a whole number from ${min} to ${max}`);
    }
    return value as number;
  }

  number(name: string, min: number, max: number): number {
    const value = this.raw(name);
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw this.problem(name, `is a number from ${min} to ${max}`);
    }
    return value;
  }

  boolean(name: string): boolean {
    const value = this.raw(name);
    if (typeof value !== 'boolean') throw this.problem(name, 'is true or false');
    return value;
  }

  text(name: string, maxLength = 200): string {
    const value = this.raw(name);
    if (typeof value !== 'string' || value.trim() === '' || value.length > maxLength) {
      throw this.problem(name, `is a text of 1 to ${maxLength} characters`);
    }
    return value;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const value = this.raw(name);
    if (!(values as readonly unknown[]).includes(value)) throw this.problem(name, `is one of ${values.join(', ')}`);
    return value as T;
  }

  list(name: string, max: number): readonly unknown[] {
    const value = this.raw(name);
    if (!Array.isArray(value) || value.length > max) throw this.problem(name, `is a list of at most ${max}`);
    return value;
  }

  texts(name: string, max: number): string[] {
    const values = this.list(name, max);
    if (!values.every((one) => typeof one === 'string' && one !== '' && one.length <= 200)) {
      throw this.problem(name, `is a list of at most ${max} texts`);
    }
    return [...new Set(values as string[])];
  }

  /** An object of its own. */
  within<T>(name: string, read: (fields: Fields) => T): T {
    return readAll(new Fields(`${this.#topic} ${name}`, this.raw(name)), read);
  }

  /** A list of objects. */
  each<T>(name: string, max: number, read: (fields: Fields) => T): T[] {
    return this.list(name, max).map((one, n) => readAll(new Fields(`${this.#topic} ${name} ${n + 1}`, one), read));
  }

  /** An object made of something else, a line of text say; problems name it so. */
  read<T>(name: string, value: unknown, read: (fields: Fields) => T): T {
    return readAll(new Fields(`${this.#topic} ${name}`, value), read);
  }

  /** After the last: what is there beside the fields that were asked for is a mistake of whoever wrote it. */
  nothingElse(): void {
    const other = Object.keys(this.#values).find((name) => !this.#asked.has(name));
    if (other !== undefined) {
      throw new FieldProblem(`${this.#topic}: there is no "${other}", there are ${[...this.#asked].join(', ')}`);
    }
  }
}

/** Runs a reader; the first problem is the error. */
export function parseFields<T>(topic: string, value: unknown, read: (fields: Fields) => T): Result<T, string> {
  try {
    return ok(readAll(new Fields(topic, value), read));
  } catch (problem) {
    if (problem instanceof FieldProblem) return err(problem.message);
    throw problem;
  }
}

function readAll<T>(fields: Fields, read: (fields: Fields) => T): T {
  const parsed = read(fields);
  fields.nothingElse();
  return parsed;
}
