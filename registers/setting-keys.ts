/**
 * Keys of settings that begin with a company's code (`913100001/a1`) as rows name them: by the code alone where the thing is of the
 * row's own company, with a slash before the whole where it is another's (`/913100002/a1`), so that nothing is lost on the way.
 */
export const companyKey = (companyCode: string | null, code: string): string => `${companyCode}/${code}`;

/** Throws for what no setting of such a topic is kept under. */
export function splitKey(key: string): { readonly companyCode: string; readonly code: string } {
  const at = key.indexOf('/');
  if (at < 1) throw new Error(`a key of a company: ${key}`);
  return { companyCode: key.slice(0, at), code: key.slice(at + 1) };
}

export const keysOf = (companyCode: string | null, codes: readonly string[] | null): string[] =>
  (codes ?? []).map((code) => (code.startsWith('/') ? code.slice(1) : companyKey(companyCode, code)));

/** null: none. */
export const codesOf = (companyCode: string, keys: readonly string[]): string[] | null =>
  filled(keys.map((key) => (key.startsWith(`${companyCode}/`) ? key.slice(companyCode.length + 1) : `/${key}`)));

/** What is empty in a row is null. */
export const filled = <T>(list: readonly T[]): T[] | null => (list.length === 0 ? null : [...list]);

/** A list of lines; blank ones count for nothing. */
export const linesOf = (text: string | null): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
export const textOf = (lines: readonly string[]): string | null => (lines.length === 0 ? null : lines.join('\n'));

/** The value without fields that say nothing. */
export const without = <T extends object>(value: T, nothing: unknown = null): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== nothing)) as Partial<T>;
