/** A row as one caller sees it: masked, with what the rows it names are called, and what the caller may do with it. */
import type { RegisterRow } from '../../core/register-api.ts';
import { type Queryable, queryPrepared } from '../../db/pool.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { type KeptRegister, type KeptRegisters, Named, referencesOf } from './references.ts';
import { isEditable, may, type RegisterUser } from './rights.ts';
import type { Secrets } from './secrets.ts';
import type { StoredRow } from './store.ts';

export const movesOf = (
  { states }: AnyRegister,
  user: RegisterUser,
  { state, values }: Pick<StoredRow, 'state' | 'values'>,
) =>
  (states?.moves ?? []).filter(
    ({ from, by, needs = [] }) =>
      state !== null &&
      from.includes(state) &&
      may(user, by) &&
      needs.every((field) => (values[field] ?? null) !== null),
  );

export async function shownRows(
  db: Queryable,
  kept: KeptRegisters,
  target: KeptRegister,
  secrets: Secrets,
  user: RegisterUser,
  rows: readonly StoredRow[],
): Promise<RegisterRow[]> {
  const { register, store } = target;
  const namings = rows.map(({ companyCode, values }) => ({
    companyCode,
    references: referencesOf(register.fields, values),
  }));
  const named = await Named.read(db, kept, namings);
  const companies = await companyNames(db, rows);
  const [mayUpdate, mayRemove] = [may(user, register.rights.update), may(user, register.rights.remove)];
  const actions = (register.actions ?? []).filter(({ by }) => may(user, by)).map(({ name }) => name);
  return rows.map((row, i) => {
    const labels: Record<string, Record<string, string>> = {};
    for (const reference of namings[i]?.references ?? []) {
      const label = named.label(row.companyCode, reference);
      // Items say their place in the list, which labels do not need.
      const field = reference.field.replace(/\.\d+\./, '.');
      labels[field] ??= {};
      if (label !== null) (labels[field] as Record<string, string>)[reference.key] = label;
    }
    const place = { register, store, companyCode: row.companyCode, key: String(row.values[register.key]) };
    const { values, companyCode } = row;
    return {
      ...row,
      companyName: companyCode === null ? null : (companies.get(companyCode) ?? null),
      values: secrets.masked(place, values),
      labels,
      may: {
        update: mayUpdate && isEditable(register, row.state),
        remove: mayRemove && isEditable(register, row.state),
        moves: movesOf(register, user, row).map(({ name }) => name),
        actions,
      },
      links: (register.links?.(values as never, companyCode) ?? []).flatMap(({ title, href, by }) =>
        may(user, by) ? [{ title, href }] : [],
      ),
    };
  });
}

async function companyNames(db: Queryable, rows: readonly StoredRow[]): Promise<Map<string, string>> {
  const codes = [...new Set(rows.flatMap(({ companyCode }) => companyCode ?? []))];
  if (codes.length === 0) return new Map();
  const found = await queryPrepared<{ code: string; name: string }>(
    db,
    'SELECT code, name FROM company WHERE code = ANY ($1::text[])',
    [codes],
  );
  return new Map(found.map(({ code, name }) => [code, name]));
}
