/**
 * .xlsx files, written row by row as they come: a list of 100,000 rows is never in memory at once, and packing is off the event
 * loop. Text is text to Excel whatever it begins with (quote prefix), so nothing that somebody wrote into a register is a formula.
 */
import type { WrittenCell } from '../cells/cells.ts';
import { type ZipPart, zipped } from './zip.ts';

export interface WrittenColumn {
  readonly heading: string;
  /** In characters. */
  readonly width: number;
  /** What the cells of the column are to be, also those that nobody filled in yet. */
  readonly as: 'text' | 'number' | 'day' | 'instant';
  /** Excel offers these and takes nothing else. */
  readonly choices?: readonly string[];
}

export interface WrittenSheet {
  readonly name: string;
  readonly columns: readonly WrittenColumn[];
  readonly rows: Iterable<readonly WrittenCell[]> | AsyncIterable<readonly WrittenCell[]>;
}

/** Places in styles.xml. */
const STYLE = { number: 0, heading: 1, text: 2, guarded: 3, day: 4, instant: 5 } as const;
const PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** Excel takes no longer list of choices. */
const CHOICES_MAX = 255;
const LAST_ROW = 1_048_576;
const CHUNK_LETTERS = 32_768;

export function xlsx(sheets: readonly WrittenSheet[]): AsyncGenerator<Buffer> {
  const numbers = sheets.map((_, i) => i + 1);
  const parts: ZipPart[] = [
    {
      name: '[Content_Types].xml',
      chunks: [
        `${PROLOGUE}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>${numbers
          .map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPES}.worksheet+xml"/>`)
          .join('')}</Types>`,
      ],
    },
    {
      name: '_rels/.rels',
      chunks: [
        `${PROLOGUE}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
      ],
    },
    {
      name: 'xl/workbook.xml',
      chunks: [
        `${PROLOGUE}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets>${sheets
          .map(({ name }, i) => `<sheet name="${xml(sheetName(name))}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
          .join('')}</sheets></workbook>`,
      ],
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      chunks: [
        `${PROLOGUE}<Relationships xmlns="${PACKAGE}/relationships">${numbers
          .map((n) => `<Relationship Id="rId${n}" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet${n}.xml"/>`)
          .join('')}<Relationship Id="rIdStyles" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
      ],
    },
    { name: 'xl/styles.xml', chunks: [STYLES] },
    ...sheets.map((sheet, i) => ({ name: `xl/worksheets/sheet${i + 1}.xml`, chunks: sheetXml(sheet) })),
  ];
  return zipped(parts);
}

const STYLES = `${PROLOGUE}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`;

async function* sheetXml({ columns, rows }: WrittenSheet): AsyncGenerator<string> {
  const cols = columns
    .map(
      ({ width, as }, i) =>
        `<col min="${i + 1}" max="${i + 1}" width="${width + 2}" style="${STYLE[as]}" customWidth="1"/>`,
    )
    .join('');
  const frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  yield `${PROLOGUE}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${frozen}</sheetView></sheetViews><cols>${cols}</cols><sheetData>`;
  let pending = `<row r="1">${columns.map(({ heading }, i) => textXml(`${letters(i)}1`, heading, STYLE.heading)).join('')}</row>`;
  let number = 1;
  for await (const row of rows) {
    number++;
    pending += `<row r="${number}">${row.map((cell, i) => cellXml(`${letters(i)}${number}`, cell)).join('')}</row>`;
    if (pending.length < CHUNK_LETTERS) continue;
    yield pending;
    pending = '';
  }
  yield `${pending}</sheetData>${validations(columns)}</worksheet>`;
}

function cellXml(place: string, cell: WrittenCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (typeof cell === 'object') return `<c r="${place}" s="${STYLE[cell.as]}"><v>${cell.serial}</v></c>`;
  return textXml(place, cell, /^[=+\-@\t\r\n＝＋－＠']/.test(cell) ? STYLE.guarded : STYLE.text);
}

const textXml = (place: string, text: string, style: number): string =>
  `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xml(text)}</t></is></c>`;

function validations(columns: readonly WrittenColumn[]): string {
  const lists = columns.flatMap(({ choices = [] }, i) => {
    const list = choices.join(',');
    // A list in a cell's rule has no other way to say a comma or a quote.
    if (choices.length === 0 || list.length > CHOICES_MAX || choices.some((choice) => /[,"]/.test(choice))) return [];
    const range = `${letters(i)}2:${letters(i)}${LAST_ROW}`;
    return `<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="${range}"><formula1>"${xml(list)}"</formula1></dataValidation>`;
  });
  return lists.length === 0 ? '' : `<dataValidations count="${lists.length}">${lists.join('')}</dataValidations>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const UNFIT = /_(?=x[\da-fA-F]{4}_)|[^\P{Cc}\t\n]|\p{Cs}|[\ufffe\uffff]/gu;

/** What XML cannot say goes as Excel writes it: `_x000D_`. */
const xml = (text: string): string =>
  text
    .replace(UNFIT, (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter);

/** Excel takes 31 characters and none of some. */
const sheetName = (name: string): string => name.replace(/[[\]:*?/\\']/g, ' ').slice(0, 31);

const LETTERS: string[] = [];
/** A to Z, AA ... */
export function letters(index: number): string {
  LETTERS[index] ??= (index < 26 ? '' : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));
  return LETTERS[index];
}
