/** What is unique beside the key, and which standing rows have it: one query a field for a whole batch. */
import type { Queryable } from '../../db/pool.ts';
import type { Field } from '../../registers/field.ts';
import type { KeptRegister } from './references.ts';
import type { SealedValue } from './store.ts';
import type { Prepared } from './writer.ts';

export interface UniqueValue {
  readonly field: string;
  /** The value, or its blind index. */
  readonly mark: string;
}

export interface TakenValues {
  uniqueOf(prepared: Prepared): UniqueValue[];
  isTaken(field: string, companyCode: string | null, mark: string, by: string | undefined): boolean;
}

export async function takenValues(
  db: Queryable,
  { register, store }: KeptRegister,
  prepared: readonly Prepared[],
): Promise<TakenValues> {
  const fields = Object.entries<Field>(register.fields).filter(
    ([name, { unique }]) => unique === true && name !== register.key,
  );
  const marksOf = (values: Readonly<Record<string, unknown>>): UniqueValue[] =>
    fields.flatMap(([field]) => {
      const mark = markOf(values[field]);
      return mark === null ? [] : [{ field, mark }];
    });
  const taken = new Map<string, string>();
  for (const [field] of fields) {
    const marks = [...new Set(prepared.flatMap(({ values }) => markOf(values[field]) ?? []))];
    let after: string | null = null;
    while (marks.length > 0) {
      const page = await store.list(
        db,
        { companyCode: null, contractorCode: null },
        {
          search: null,
          filters: [{ field, oneOf: marks }],
          companyCode: null,
          states: [],
          sort: { by: register.list.sort.by, descending: false },
          after,
          limit: 1_000,
        },
      );
      for (const { id, companyCode, values } of page.rows) {
        const mark = markOf(values[field]);
        if (mark !== null) taken.set(JSON.stringify([field, companyCode, mark]), id);
      }
      if (page.next === null) break;
      after = page.next;
    }
  }
  return {
    uniqueOf: ({ values }) => marksOf(values),
    isTaken(field, companyCode, mark, by) {
      const id = taken.get(JSON.stringify([field, companyCode, mark]));
      return id !== undefined && id !== by;
    },
  };
}

function markOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? (value as SealedValue).blind : String(value);
}
