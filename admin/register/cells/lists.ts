/** Several values in one cell: options, keys, corners, and the rows within a row. */
import type { Words } from '../../../core/words.ts';

/** Between the values of a list, as people write it. */
const BETWEEN = /[;；、,，\n]/;

export const listText = (values: readonly string[]): string => values.join('；');

export const splitList = (text: string): string[] =>
  text
    .split(BETWEEN)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The options that are named by either title or by their value, the longest name first: a title may have a comma in it. */
export function splitOptions(options: Readonly<Record<string, Words>>, text: string): string[] {
  const names = Object.entries(options)
    .flatMap(([value, { zh, en }]) => [value, zh, en].map((name) => ({ name: name.toLowerCase(), value })))
    .sort((a, b) => b.name.length - a.name.length);
  const found: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const lower = rest.toLowerCase();
    const named = names.find(({ name }) => lower.startsWith(name) && isEnd(rest.slice(name.length)));
    const length = named?.name.length ?? /^[^;；、,，\n]*/.exec(rest)?.[0].length ?? rest.length;
    found.push(named?.value ?? rest.slice(0, length).trim());
    rest = rest.slice(length).replace(/^\s*[;；、,，\n]?\s*/, '');
  }
  return found;
}

const isEnd = (rest: string): boolean => /^\s*($|[;；、,，\n])/.test(rest);

/** Numbers between blanks and commas, one group for each corner; null: other things too. */
export function splitNumbers(text: string): number[][] | null {
  const groups = text.split(/[;；\n]/).filter((group) => group.trim() !== '');
  const numbers = groups.map((group) =>
    group
      .trim()
      .split(/\s*[,，\s]\s*/)
      .map((part) => (part === '' ? Number.NaN : Number(part))),
  );
  return numbers.every((group) => group.every(Number.isFinite)) ? numbers : null;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '|': '\\|', '\n': '\\n' };

/** A line for each row within the row, its values between bars. */
export const rowsText = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((parts) => parts.map((part) => part.replace(/[\\|\n]/g, (mark) => ESCAPES[mark] ?? mark)).join(' | '))
    .join('\n');

export const splitRows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) =>
      (line.match(/(?:^|\|)(?:\\.|[^|\\])*/g) ?? []).map((part) =>
        part
          .replace(/^\|/, '')
          .replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark))
          .trim(),
      ),
    );
