/** Tables as CSV files that spreadsheets open: UTF-8 with a mark, CRLF. */

/**
 * A cell that begins like a formula is one to a spreadsheet, and names come from outside: an apostrophe before it makes it text.
 * What has such apostrophes of its own gets one more, so that taking one away gives back what was there.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** What a cell holds that was written by `csvLine`. */
export const unguarded = (text: string): string => (text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text);

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  // A semicolon or tab too: where one of them parts the cells, what comes behind it would begin another.
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Before the first line: Excel takes the file for UTF-8. */
export const CSV_MARK = '\uFEFF';

export const csvLine = (row: readonly (string | number | null)[]): string => `${row.map(cell).join(',')}\r\n`;

export const csvFrom = (head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  `${CSV_MARK}${[head, ...rows].map(csvLine).join('')}`;
