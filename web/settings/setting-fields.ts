/** A setting's plain JSON as fields: one for each number, text or truth in it, by its path. Pure. */
export type Leaf = string | number | boolean;
export type Path = readonly (string | number)[];

export interface Field {
  readonly path: Path;
  readonly value: Leaf;
}

export function fieldsOf(value: unknown, path: Path = []): Field[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((item, i) => fieldsOf(item, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => fieldsOf(item, [...path, key]));
}

/** A new value in which only that leaf differs. */
export function withField(value: unknown, [key, ...rest]: Path, leaf: Leaf): unknown {
  if (key === undefined) return leaf;
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? withField(item, rest, leaf) : item));
  const fields = typeof value === 'object' && value !== null ? value : {};
  return { ...fields, [key]: withField((fields as Record<string, unknown>)[key], rest, leaf) };
}

/** `{ok: false}`: the text is no JSON. */
export function parseJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (reason) {
    return { ok: false, problem: reason instanceof Error ? reason.message : String(reason) };
  }
}

export const jsonText = (value: unknown): string => JSON.stringify(value, null, 2);
