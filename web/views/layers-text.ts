/** Which of a list of names are on, in an address: those that differ from the start, `+` on and `-` off. Pure. */

/** null: as at the start. */
export function layersText(
  known: readonly string[],
  start: ReadonlySet<string>,
  now: ReadonlySet<string>,
): string | null {
  const changed = known.filter((name) => start.has(name) !== now.has(name));
  return changed.length === 0 ? null : changed.map((name) => `${now.has(name) ? '+' : '-'}${name}`).join(',');
}

/** null: no such text, or a name that nobody knows. */
export function layersFrom(
  known: readonly string[],
  start: ReadonlySet<string>,
  text: string,
): ReadonlySet<string> | null {
  const now = new Set(start);
  for (const part of text.split(',')) {
    const name = part.slice(1);
    if (!known.includes(name) || !/^[+-]/.test(part)) return null;
    if (part.startsWith('+')) now.add(name);
    else now.delete(name);
  }
  return now;
}
