/**
 * Text that PostgreSQL takes: no NUL (neither text nor jsonb can hold one) and no half of a surrogate pair. One such
 * character from a vendor must not stop the store. Called wherever a string of the log goes into a statement.
 */
// In unicode mode \p{Cs} matches only surrogates that stand alone.
const UNFIT = /[\0\p{Cs}]/gu;

export const cleanText = (text: string): string => text.replace(UNFIT, '\uFFFD');

export const cleanTextOrNull = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : cleanText(text);

/** JSON text for a jsonb parameter. */
export const cleanJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? cleanText(inner) : inner));

/** The same records with every string made to fit; the array itself when all fit already. */
export function cleanRecords<T>(records: readonly T[]): readonly T[] {
  // JSON escapes exactly what PostgreSQL cannot hold: NUL, and surrogates that stand alone.
  return /\\u(?:0000|d[89a-f])/.test(JSON.stringify(records)) ? (JSON.parse(cleanJson(records)) as T[]) : records;
}
