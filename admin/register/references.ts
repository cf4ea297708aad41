/** Which rows of other registers are named, whether they stand, and what they are called: one query a register. */
import type { Queryable } from '../../db/pool.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister, Fields, Party } from '../../registers/register.ts';
import { isInScope } from './rows-in-memory.ts';
import type { RegisterStore, RowScope, StoredValues } from './store.ts';

/** A register with what keeps its rows. */
export interface KeptRegister {
  readonly register: AnyRegister;
  readonly store: RegisterStore;
}
export type KeptRegisters = ReadonlyMap<string, KeptRegister>;

export interface Reference {
  /** As in FieldProblem: `shifts.2.post` within items. */
  readonly field: string;
  readonly register: string;
  readonly key: string;
}

export const referencesOf = (fields: Fields, values: StoredValues, within = ''): Reference[] =>
  Object.entries<Field>(fields).flatMap(([name, field]) => {
    const value = values[name] ?? null;
    const path = `${within}${name}`;
    if (value === null) return [];
    switch (field.kind) {
      case 'reference':
        return [{ field: path, register: field.register, key: value as string }];
      case 'references':
        return (value as string[]).map((key) => ({ field: path, register: field.register, key }));
      case 'items':
        return (value as StoredValues[]).flatMap((item, n) => referencesOf(field.fields, item, `${path}.${n}.`));
      default:
        return [];
    }
  });

/** Whose row names what. */
export interface Naming {
  readonly companyCode: string | null;
  readonly references: readonly Reference[];
}

const EVERYBODY: RowScope = { companyCode: null, contractorCode: null };

/** Labels of the rows that stand. */
export class Named {
  readonly #labels = new Map<string, string>();
  readonly #kept: KeptRegisters;

  constructor(kept: KeptRegisters) {
    this.#kept = kept;
  }

  /** `scopeOf`: what whoever names them may know; rows beyond it do not stand. */
  static async read(
    db: Queryable,
    kept: KeptRegisters,
    namings: readonly Naming[],
    scopeOf: (register: AnyRegister) => RowScope = () => EVERYBODY,
  ): Promise<Named> {
    const named = new Named(kept);
    const wanted = new Map<string, { companies: Set<string>; keys: Set<string> }>();
    for (const { companyCode, references } of namings) {
      for (const { register, key } of references) {
        const asked = wanted.get(register) ?? { companies: new Set(), keys: new Set() };
        if (companyCode !== null) asked.companies.add(companyCode);
        asked.keys.add(key);
        wanted.set(register, asked);
      }
    }
    // One after the other: `db` may be one connection.
    for (const [name, { companies, keys }] of wanted) {
      const target = kept.get(name);
      if (target === undefined) continue;
      const { register, store } = target;
      const rows = await store.byKeys(db, register.scope === 'company' ? [...companies] : null, [...keys]);
      const scope = scopeOf(register);
      for (const row of rows) {
        if (!isInScope(register, row, scope)) continue;
        const label = String(row.values[register.label] ?? '');
        named.#labels.set(placeOf(name, row.companyCode, String(row.values[register.key])), label);
      }
    }
    return named;
  }

  /** null: no such row stands. */
  label(companyCode: string | null, { register, key }: Reference): string | null {
    const isScoped = this.#kept.get(register)?.register.scope === 'company';
    return this.#labels.get(placeOf(register, isScoped ? companyCode : null, key)) ?? null;
  }
}

const placeOf = (register: string, companyCode: string | null, key: string): string =>
  JSON.stringify([register, companyCode, key]);

/** Fields of all registers that name rows of this one; fields of items are no columns and are left out. */
export const referringTo = (kept: KeptRegisters, target: AnyRegister): { from: KeptRegister; field: string }[] =>
  [...kept.values()].flatMap((from) =>
    Object.entries<Field>(from.register.fields).flatMap(([field, { kind, ...rest }]) => {
      const names = (kind === 'reference' || kind === 'references') && 'register' in rest && rest.register;
      return names === target.name ? [{ from, field }] : [];
    }),
  );

const namedBy = (fields: Fields): string[] =>
  Object.values<Field>(fields).flatMap((field) => {
    if (field.kind === 'reference' || field.kind === 'references') return [field.register];
    return field.kind === 'items' ? namedBy(field.fields) : [];
  });

/** Whoever writes a register that names this one has to see what there is to name. */
export const optionReaders = (registers: Iterable<AnyRegister>, target: AnyRegister): Party[] => [
  ...target.rights.read,
  ...[...registers]
    .filter(({ fields }) => namedBy(fields).includes(target.name))
    .flatMap(({ rights }) => [...(rights.create ?? []), ...(rights.update ?? [])]),
];
