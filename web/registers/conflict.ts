/** Two people changed one record: what each did, by field, and what comes of it once it is said whose stands. Pure. */
import type { RowValues } from '../../core/register-api.ts';
import { sameValue } from './drafts.ts';

export type Side = 'mine' | 'theirs';

export interface FieldConflict {
  readonly field: string;
  readonly before: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Both changed it, and not to the same. */
  readonly clashes: boolean;
}

/** `mine`: the fields I changed; `before`, `theirs`: whole rows as I opened it and as it stands now. Only fields that they changed. */
export function conflictsOf(
  fields: readonly string[],
  before: RowValues,
  mine: RowValues,
  theirs: RowValues,
): FieldConflict[] {
  return fields
    .filter((field) => !sameValue(before[field], theirs[field]))
    .map((field) => {
      const isMine = field in mine;
      const own = isMine ? mine[field] : before[field];
      const clashes = isMine && !sameValue(own, theirs[field]);
      return { field, before: before[field], mine: own, theirs: theirs[field], clashes };
    });
}

/** My changes upon their row: where both changed a field, the chosen side's; mine stand where they changed nothing. */
export function mergedChanges(
  conflicts: readonly FieldConflict[],
  mine: RowValues,
  chosen: Readonly<Record<string, Side>>,
): Record<string, unknown> {
  const given = new Set(
    conflicts.filter(({ field, clashes }) => !clashes || chosen[field] === 'theirs').map(({ field }) => field),
  );
  return Object.fromEntries(Object.entries(mine).filter(([field]) => !given.has(field)));
}
