/**
 * The words that suppliers send on one permit, merged: each field, each row of a list and each status is kept with the update time
 * of the word that said it, and the newest word wins; of two of one time the one whose JSON is greater, whoever came first. So the same
 * words in any order, and however often, come to the same state (a map of last-writer-wins registers). Run by the engine and by
 * the store alike. Pure; states are never changed, only replaced.
 */
import {
  type GoneRow,
  PERMIT_LISTS,
  type PermitFields,
  type PermitList,
  type PermitRecord,
  type PermitRows,
  type PermitStatus,
} from './permits.ts';

export interface StatusAt {
  readonly atMs: number;
  readonly status: PermitStatus;
}
export interface KeptRow<R> {
  readonly atMs: number;
  readonly row: R | GoneRow;
}
/** What a permit is for: another one is to be issued rather than change it (GB 30871-2022 4.16). */
export const FIXED_FIELDS = [
  'workCode',
  'content',
  'site',
  'lng',
  'lat',
  'areaId',
  'blindAction',
  'isChanged',
] as const satisfies readonly (keyof PermitFields)[];
export type FixedField = (typeof FIXED_FIELDS)[number];
export interface FirstWord {
  readonly atMs: number;
  readonly value: string | number | boolean;
}
export type FirstSaid = { readonly [F in FixedField]?: readonly FirstWord[] };

export type KeptRows = { readonly [L in PermitList]?: readonly KeptRow<PermitRows[L]>[] };

/** Plain JSON. */
export interface PermitState {
  readonly companyCode: string;
  readonly permitId: string;
  /** Receipt of its first word. */
  readonly firstReceivedAtMs: number;
  /** Update time of its newest word. */
  readonly updatedAtMs: number;
  readonly deleted: boolean;
  /** When that was said last; null: never. */
  readonly deletedAtMs: number | null;
  /** What was said of its status, by update time, ascending. */
  readonly statuses: readonly StatusAt[];
  readonly fields: Partial<PermitFields>;
  readonly fieldAtMs: { readonly [F in keyof PermitFields]?: number };
  /** Of what must not change after the issue: every value that was ever said, and since when, by that time. */
  readonly firstSaid: FirstSaid;
  /** Ascending by key; rows taken back among them. */
  readonly rows: KeptRows;
}

/**
 * A status told again with every word must not push out when work began, paused or went on: of so many the first that was told again
 * goes; of changes alone so many of the oldest are kept, and of the newest.
 */
const OLDEST_STATUSES = 50;
const NEWEST_STATUSES = 450;
/** Rows of one list, those of the newest words; a supplier that makes up a key for every word would else fill the memory. */
export const ROWS_MAX = 2_000;
/** Values of one fixed field, those said first. */
const FIRST_WORDS_MAX = 20;

export const newPermitState = (
  { companyCode, permitId, updatedAtMs }: PermitRecord,
  receivedAtMs: number,
): PermitState => ({
  companyCode,
  permitId,
  firstReceivedAtMs: receivedAtMs,
  updatedAtMs: updatedAtMs ?? receivedAtMs,
  deleted: false,
  deletedAtMs: null,
  statuses: [],
  fields: {},
  fieldAtMs: {},
  firstSaid: {},
  rows: {},
});

/** The state with the word taken in; `before` itself when the word says nothing new. `before` null: the first word. */
export function mergePermit(before: PermitState | null, record: PermitRecord, receivedAtMs: number): PermitState {
  const atMs = record.updatedAtMs ?? receivedAtMs;
  const from = before ?? newPermitState(record, receivedAtMs);
  const fields = mergeFields(from, record, atMs);
  const rows = mergeRows(from.rows, record, atMs);
  const statuses = mergeStatus(from.statuses, record.status, atMs);
  const firstSaid = mergeFirstSaid(from.firstSaid, record, atMs);
  const isDeletion = record.deleted !== undefined && saysMore(from.deletedAtMs, from.deleted, atMs, record.deleted);
  const isNothing = fields === null && rows === null && statuses === null && firstSaid === null && !isDeletion;
  if (before !== null && isNothing && atMs <= from.updatedAtMs) return before;
  return {
    ...from,
    ...(fields ?? {}),
    rows: rows ?? from.rows,
    statuses: statuses ?? from.statuses,
    firstSaid: firstSaid ?? from.firstSaid,
    ...(isDeletion ? { deleted: record.deleted === true, deletedAtMs: atMs } : {}),
    updatedAtMs: Math.max(from.updatedAtMs, atMs),
  };
}

/** Of two words on one thing. */
function saysMore(knownAtMs: number | null, known: unknown, atMs: number, said: unknown): boolean {
  if (knownAtMs === null) return true;
  if (atMs !== knownAtMs) return atMs > knownAtMs;
  return canonicalText(said) > canonicalText(known);
}

function mergeFields(
  { fields, fieldAtMs }: PermitState,
  record: PermitRecord,
  atMs: number,
): Pick<PermitState, 'fields' | 'fieldAtMs'> | null {
  const won = Object.entries(record.fields).filter(([name, value]) => {
    const field = name as keyof PermitFields;
    return value !== undefined && saysMore(fieldAtMs[field] ?? null, fields[field], atMs, value);
  });
  if (won.length === 0) return null;
  return {
    fields: { ...fields, ...Object.fromEntries(won) },
    fieldAtMs: { ...fieldAtMs, ...Object.fromEntries(won.map(([name]) => [name, atMs])) },
  };
}

/**
 * A supplier says the same value with every word, so the time of the newest word on a field does not tell when it changed; the
 * first time of each value does, in whatever order words come.
 */
function mergeFirstSaid(known: FirstSaid, { fields }: PermitRecord, atMs: number): FirstSaid | null {
  let merged: FirstSaid | null = null;
  for (const field of FIXED_FIELDS) {
    const value = fields[field];
    if (value === undefined || value === null || value === '') continue;
    const words = known[field] ?? [];
    const before = words.find((one) => one.value === value);
    if (before !== undefined && before.atMs <= atMs) continue;
    const next = [...words.filter((one) => one !== before), { atMs, value }]
      .sort((a, b) => a.atMs - b.atMs || (canonicalText(a.value) < canonicalText(b.value) ? -1 : 1))
      .slice(0, FIRST_WORDS_MAX);
    // A word later than all that are kept changes nothing.
    if (before === undefined && next.length === words.length && next.every((one, n) => one === words[n])) continue;
    merged = { ...(merged ?? known), [field]: next };
  }
  return merged;
}

function mergeRows(known: KeptRows, record: PermitRecord, atMs: number): KeptRows | null {
  let merged: KeptRows | null = null;
  for (const list of PERMIT_LISTS) {
    const said = record.rows[list];
    if (said === undefined) continue;
    const byKey = new Map<string, KeptRow<PermitRows[typeof list]>>(
      (known[list] as readonly KeptRow<PermitRows[typeof list]>[] | undefined)?.map((kept) => [kept.row.key, kept]),
    );
    let isOther = false;
    for (const row of said) {
      const kept = byKey.get(row.key);
      if (kept !== undefined && !saysMore(kept.atMs, kept.row, atMs, row)) continue;
      byKey.set(row.key, { atMs, row });
      isOther = true;
    }
    if (!isOther) continue;
    merged = { ...(merged ?? known), [list]: newestRows([...byKey.values()]).sort(byRowKey) };
  }
  return merged;
}

type AnyRow = KeptRow<{ readonly key: string }>;
const byRowKey = (a: AnyRow, b: AnyRow): number => (a.row.key < b.row.key ? -1 : 1);

function newestRows<K extends AnyRow>(rows: K[]): K[] {
  if (rows.length <= ROWS_MAX) return rows;
  return rows.sort((a, b) => b.atMs - a.atMs || byRowKey(b, a)).slice(0, ROWS_MAX);
}

function mergeStatus(
  known: readonly StatusAt[],
  status: PermitStatus | undefined,
  atMs: number,
): readonly StatusAt[] | null {
  if (status === undefined) return null;
  const place = known.findIndex((one) => one.atMs >= atMs);
  const same = known[place];
  if (same?.atMs === atMs) {
    if (status <= same.status) return null;
    return known.with(place, { atMs, status });
  }
  const merged = known.toSpliced(place === -1 ? known.length : place, 0, { atMs, status });
  if (merged.length <= OLDEST_STATUSES + NEWEST_STATUSES) return merged;
  const again = merged.findIndex((one, n) => n > 0 && merged[n - 1]!.status === one.status);
  if (again !== -1) return merged.toSpliced(again, 1);
  return [...merged.slice(0, OLDEST_STATUSES), ...merged.slice(-NEWEST_STATUSES)];
}

/** Of plain values; names in a fixed order, so that the same value has the same text. */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${name}:${canonicalText((value as Record<string, unknown>)[name])}`).join()}}`;
}

// --- reading it ------------------------------------------------------------------------------------------------------

/** A permit that never said its status was applied for. */
export const statusOf = ({ statuses }: PermitState): PermitStatus => statuses.at(-1)?.status ?? 'applied';

/** Stands of the status in their order, those told again left out. */
export function statusChanges({ statuses }: PermitState): StatusAt[] {
  return statuses.filter((one, n) => n === 0 || statuses[n - 1]?.status !== one.status);
}

/** Since when the status is what it is. */
export const statusSinceMs = (state: PermitState): number =>
  statusChanges(state).at(-1)?.atMs ?? state.firstReceivedAtMs;

/** Rows that stand. */
export const rowsOf = <L extends PermitList>(state: PermitState, list: L): PermitRows[L][] =>
  ((state.rows[list] ?? []) as readonly KeptRow<PermitRows[L]>[]).flatMap(({ row }) => ('gone' in row ? [] : [row]));

/** When work began: as said, else the first word that it goes on; null: it has not. */
export const startedAtMs = (state: PermitState): number | null =>
  state.fields.startedAtMs ?? state.statuses.find(({ status }) => status === 'working')?.atMs ?? null;
