/**
 * A vendor's record meets the row that stands: field by field, whose word it is (`vendor.wins` of each field). Rows remember
 * which fields a vendor gave (`fromVendor`); what is not among them and not empty was said on a page. Pure.
 */
import type { Field } from './field.ts';
import type { AnyRegister } from './register.ts';

type Values = Readonly<Record<string, unknown>>;

export interface StandingRow {
  readonly values: Values;
  readonly fromVendor: readonly string[];
}

export interface Merged {
  /** Those that change, the vendor's words as they came; of a new row all that the vendor sent. */
  readonly values: Values;
  /** Of the whole row afterwards, in the order of the declaration. */
  readonly fromVendor: readonly string[];
}

/**
 * `sent`: by field, as the register holds them; fields that the record does not have are left out, and stand. null: the vendor
 * says that there is nothing. Fields without `vendor` are nobody's but the page's. Where the page wins, the vendor's word fills
 * what is empty and renews what came from it; where the vendor wins it always stands. Records are merged in the order of the
 * log, so the same records give the same row, and one that comes twice changes nothing the second time.
 */
export function mergeVendor(register: AnyRegister, standing: StandingRow | null, sent: Values): Merged {
  const given = new Set(standing?.fromVendor ?? []);
  const values: Record<string, unknown> = {};
  for (const [name, { vendor }] of Object.entries<Field>(register.fields)) {
    if (vendor === undefined || !Object.hasOwn(sent, name)) continue;
    const before = standing?.values[name] ?? null;
    const isSaidOnPage = before !== null && !given.has(name);
    if (vendor.wins === 'page' && isSaidOnPage) continue;
    const after = sent[name] ?? null;
    if (standing === null || !isSame(before, after)) values[name] = after;
    // What the vendor leaves empty is nobody's: a page may say it.
    if (after === null) given.delete(name);
    else given.add(name);
  }
  return { values, fromVendor: Object.keys(register.fields).filter((name) => given.has(name)) };
}

/** As JSON. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.size &&
    left.every(([name, value]) => right.has(name) && isSame(value, right.get(name)))
  );
}
