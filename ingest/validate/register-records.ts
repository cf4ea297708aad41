/**
 * Records of a register that vendors send, to RegisterRecord: wire names and codes become the register's own, and what is
 * sealed is sealed, and its blind index made, before anything else sees it.
 */
import type { Steps } from '../../core/slices.ts';
import type { Field as RegisterField } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import type { BlindIndex } from '../../security/blind-index.ts';
import type { Sealer } from '../../security/gm.ts';
import { registerSecretBlind, registerSecretContext } from '../../security/register-secret.ts';
import type { RegisterRecord } from '../../stream/protocol/entry.ts';
import type { RecordSet } from '../record-set.ts';
import type { Field } from './fields.ts';
import { FieldProblem, type RecordContext, RecordValidator, type Validated } from './records.ts';
import { registerFields, wireCodes } from './register-fields.ts';
import { Problem } from './values.ts';

type Values = Readonly<Record<string, unknown>>;

interface RegisterContext extends RecordContext {
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
}

/** From the wire to what the register holds, for fields that do not hold what they are sent as. */
function readerOf(field: RegisterField): (value: never) => unknown {
  switch (field.kind) {
    case 'text':
    case 'lines':
    case 'reference':
      return (text: string) => text.normalize('NFC');
    case 'references':
      return (keys: readonly string[]) => [...new Set(keys.map((key) => key.normalize('NFC')))];
    case 'decimal':
      return (value: number) => Number(value.toFixed(field.digits));
    case 'choice': {
      const byCode = new Map(Object.entries(wireCodes(field)).map(([option, code]) => [code, option]));
      return (code: string) => byCode.get(code);
    }
    case 'choices': {
      const codes = Object.entries(wireCodes(field));
      return (sent: readonly string[]) => codes.flatMap(([option, code]) => (sent.includes(code) ? [option] : []));
    }
    case 'items': {
      const read = readersOf(field.fields);
      return (items: readonly Values[]) => items.map((item) => read(item));
    }
    default:
      return (value: unknown) => value;
  }
}

/** Every field of the register; null where a vendor sends none or nothing. */
function readersOf(fields: Readonly<Record<string, RegisterField>>): (sent: Values) => Record<string, unknown> {
  const readers = Object.entries(fields).map(
    ([name, field]) => [name, field.vendor?.name ?? '', readerOf(field)] as const,
  );
  return (sent) =>
    Object.fromEntries(
      readers.map(([name, wireName, read]) => {
        const value = sent[wireName] ?? null;
        return [name, value === null ? null : read(value as never)];
      }),
    );
}

export class RegisterRecords {
  readonly fields: readonly Field[];
  readonly #register: AnyRegister;
  readonly #validator: RecordValidator<readonly Field[], RegisterRecord>;
  readonly #read: (sent: Values) => Record<string, unknown>;
  /** Those that vendors send, by name. */
  readonly #sent: readonly (readonly [string, RegisterField])[];

  constructor(register: AnyRegister) {
    const { fields, key } = register;
    this.#register = register;
    this.fields = registerFields(register);
    this.#validator = new RecordValidator(this.fields, fields[key].vendor.name);
    this.#read = readersOf(fields);
    this.#sent = Object.entries<RegisterField>(fields).filter(([, { vendor }]) => vendor !== undefined);
  }

  walk(records: RecordSet, context: RegisterContext): Steps<Validated<RegisterRecord>> {
    return this.#validator.walk(records, context, (sent: Values) => {
      const values = this.#read(sent);
      const problem = this.#problem(values);
      if (problem !== null) return problem;
      const key = String(values[this.#register.key]);
      return {
        key,
        values: Object.fromEntries(
          this.#sent.map(([name, field]) => [name, this.#kept(name, field, values[name], key, context)]),
        ),
        updatedAtMs: sent['UPDATE_DATE'] as number | null,
        deleted: sent['DELETED'] as boolean,
      };
    });
  }

  /** What the register's own check says of what was sent. */
  #problem(values: Values): FieldProblem | null {
    const { problem, fields } = this.#register;
    const found = problem?.(values as never) ?? null;
    if (found === null) return null;
    const { name } = (fields[found.field] as RegisterField).vendor ?? { name: found.field };
    return new FieldProblem(name, new Problem('FIELD_RANGE', found.words.en));
  }

  #kept(name: string, field: RegisterField, value: unknown, key: string, context: RegisterContext): unknown {
    if (field.kind !== 'sealed' || typeof value !== 'string') return value;
    const { sealer, blindIndex, companyCode } = context;
    return {
      sealed: sealer.seal(value, registerSecretContext(this.#register.name, companyCode, key, name)),
      blind: registerSecretBlind(blindIndex, field.secret, value),
    };
  }
}
