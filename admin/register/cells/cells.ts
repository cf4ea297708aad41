/**
 * Values of fields as files show them, and cells of files as values. What a field takes is judged by check.ts: what cannot be read
 * goes there as it stands, and only what check.ts could not tell is refused here. Files show China standard time.
 */
import { err, ok, type Result } from '../../../core/result.ts';
import type { Words } from '../../../core/words.ts';
import type { Field, ItemsField, Place, StoredFile } from '../../../registers/field.ts';
import { type Cell, type NumberCell, trimmed } from '../sheet/sheet-cell.ts';
import { listText, rowsText, splitList, splitNumbers, splitOptions, splitRows } from './lists.ts';
import { planFromText } from './plan-text.ts';
import {
  dayFrom,
  dayOfNumber,
  instantFrom,
  instantOfNumber,
  instantText,
  serialOfDay,
  serialOfInstant,
} from './times.ts';

export type Language = keyof Words;

/** What is written into a sheet. `serial`: Excel's number of a day or instant. */
export type WrittenCell = null | string | number | { readonly serial: number; readonly as: 'day' | 'instant' };

export const YES: Words = { zh: '是', en: 'Yes' };
export const NO: Words = { zh: '否', en: 'No' };

/** Excel takes no longer text in a cell. */
const CELL_MAX = 32_767;
/** A digit more than Excel keeps. */
const EXACT_BELOW = 1e15;
const TOO_LONG: Words = { zh: '（内容过长，未写入文件）', en: '(too long for a file)' };

const FORMULA: Words = { zh: '公式不予采用：请粘贴为数值', en: 'Formulas are not taken: paste it as a value' };
const UNFIT: Readonly<Record<'formula' | 'error' | 'merged', Words>> = {
  formula: FORMULA,
  error: { zh: '单元格是错误值', en: 'The cell holds an error' },
  merged: { zh: '跨列合并的单元格：请取消合并', en: 'Merged over several columns: unmerge it' },
};
const DIGITS: Words = {
  zh: '数字超过 15 位，Excel 已丢失末尾数字：请将单元格设为文本后重新填写',
  en: 'More than 15 digits: Excel lost the last ones. Format the cell as text and fill it in again',
};
const PERCENT: Words = { zh: '百分比格式：请填写数字本身', en: 'A percentage: fill in the number itself' };
const MASKED: Words = {
  zh: '含有 * 的内容是脱敏显示，不能导入',
  en: 'With * in it this is a masked value, which cannot be imported',
};
const FILES: Words = { zh: '文件只能在页面上添加', en: 'Files are added on the page only' };
const NOT_WRITTEN: Words = {
  zh: '这一格未写入文件，不能据此修改',
  en: 'This was not written into the file and cannot be changed by it',
};

/** A value (shapes as in registers/field.ts, sealed ones masked) as people read it; '' for nothing. */
export function textOf(field: Field, value: unknown, language: Language): string {
  const text = wholeText(field, value, language);
  return text.length > CELL_MAX ? TOO_LONG[language] : text;
}

function wholeText(field: Field, value: unknown, language: Language): string {
  if (value === null || value === undefined) return '';
  switch (field.kind) {
    case 'decimal':
      return (value as number)
        .toFixed(field.digits)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    case 'yes-no':
      return (value === true ? YES : NO)[language];
    case 'instant':
      return instantText(value as number);
    case 'choice':
      return titleOf(field.options, value as string, language);
    case 'choices':
      return listText((value as string[]).map((one) => titleOf(field.options, one, language)));
    case 'references':
      return listText(value as string[]);
    case 'files':
      return listText((value as StoredFile[]).map(({ name }) => name));
    case 'place': {
      const { lng, lat, heightM } = value as Place;
      return (heightM === null ? [lng, lat] : [lng, lat, heightM]).join(' ');
    }
    case 'plan':
      return (value as [number, number][]).map((corner) => corner.join(' ')).join('; ');
    case 'items':
      return rowsText(
        (value as Readonly<Record<string, unknown>>[]).map((item) =>
          Object.entries(field.fields).map(([name, inner]) => wholeText(inner, item[name], language)),
        ),
      );
    default:
      return String(value);
  }
}

const titleOf = (options: Readonly<Record<string, Words>>, value: string, language: Language): string =>
  options[value]?.[language] ?? value;

/** For a sheet whose cells have types: numbers, days and instants as such, as far as Excel has them. */
export function cellOf(field: Field, value: unknown, language: Language): WrittenCell {
  if (value === null || value === undefined) return null;
  if (field.kind === 'integer' || field.kind === 'decimal') {
    if (Math.abs(value as number) < EXACT_BELOW) return value as number;
  }
  if (field.kind === 'day' || field.kind === 'instant') {
    const serial = field.kind === 'day' ? serialOfDay(value as string) : serialOfInstant(value as number);
    if (serial !== null) return { serial, as: field.kind };
  }
  return textOf(field, value, language) || null;
}

/**
 * What a cell says for a field; null: nothing. `standing`: what stands there now. A cell with the very text that a file shows for
 * that is no change, whether the text can be read back (files, masked values) or not.
 */
export function readCell(field: Field, cell: Cell, standing: unknown): Result<unknown, Words> {
  const isText = cell === null || typeof cell === 'string';
  if (isText && isShown(field, standing, cell ?? '')) return ok(standing ?? null);
  if (cell === null) return ok(null);
  if (typeof cell === 'object' && 'unfit' in cell) return err(UNFIT[cell.unfit]);
  if (typeof cell === 'object' && cell.number === standing) return ok(standing);
  if (cell === TOO_LONG.zh || cell === TOO_LONG.en) return err(NOT_WRITTEN);
  return read(field, cell);
}

const isShown = (field: Field, standing: unknown, text: string): boolean =>
  trimmed(textOf(field, standing, 'zh')) === text || trimmed(textOf(field, standing, 'en')) === text;

function read(field: Field, cell: string | boolean | NumberCell): Result<unknown, Words> {
  if (typeof cell === 'object' && cell.as === 'percent') return err(PERCENT);
  switch (field.kind) {
    case 'integer':
    case 'decimal':
      return readNumber(cell);
    case 'yes-no':
      return ok(typeof cell === 'boolean' ? cell : yesNoFrom(typeof cell === 'string' ? cell : String(cell.number)));
    case 'day':
      if (typeof cell === 'object') return ok(dayOfNumber(cell) ?? cell.number);
      return ok(typeof cell === 'string' ? (dayFrom(cell.normalize('NFKC')) ?? cell) : cell);
    case 'instant':
      if (typeof cell === 'object') return ok(instantOfNumber(cell) ?? String(cell.number));
      return ok(typeof cell === 'string' ? (instantFrom(cell.normalize('NFKC')) ?? cell) : cell);
    default: {
      const text = readText(cell);
      return text.ok ? fromText(field, text.value) : text;
    }
  }
}

/** Of the kinds that are written as text. */
function fromText(field: Field, text: string): Result<unknown, Words> {
  switch (field.kind) {
    case 'text':
      return ok(field.form !== undefined || field.unique === true ? asCode(text) : text);
    case 'sealed':
      return text.includes('*') ? err(MASKED) : ok(text.normalize('NFKC'));
    case 'reference':
      return ok(asCode(text));
    case 'references':
      return ok(splitList(text).map(asCode));
    case 'choice':
      return ok(splitOptions(field.options, text).length === 1 ? splitOptions(field.options, text)[0] : text);
    case 'choices':
      return ok(splitOptions(field.options, text));
    case 'files':
      return err(FILES);
    case 'place': {
      const [group, ...more] = splitNumbers(text.normalize('NFKC')) ?? [];
      const [lng, lat, heightM = null, ...rest] = group ?? [];
      return ok(more.length === 0 && rest.length === 0 && lat !== undefined ? { lng, lat, heightM } : text);
    }
    case 'plan': {
      const plain = text.normalize('NFKC');
      return ok(planFromText(plain) ?? splitNumbers(plain) ?? text);
    }
    case 'items':
      return readItems(field, text);
    default:
      return ok(text);
  }
}

/** In plain width where it is all of Latin letters, digits and marks; a name in Chinese keeps its brackets. */
function asCode(text: string): string {
  const plain = text.replace(/[\u3000\uff01-\uff5e]/g, (wide) => wide.normalize('NFKC'));
  return /^[\x20-\x7e]*$/.test(plain) ? plain.trim() : text;
}

const LOST_DIGITS = /^[+-]?\d(\.\d+)?E\+\d{2,3}$/;

function readText(cell: string | boolean | NumberCell): Result<string, Words> {
  if (typeof cell === 'boolean') return ok(cell ? 'TRUE' : 'FALSE');
  if (typeof cell === 'string') return LOST_DIGITS.test(cell) ? err(DIGITS) : ok(cell);
  const { number, as, digits = 0 } = cell;
  if (as === 'date') {
    const instant = instantOfNumber(cell);
    return ok(dayOfNumber(cell) ?? (instant === null ? String(number) : instantText(instant)));
  }
  if (Math.abs(number) >= EXACT_BELOW) return err(DIGITS);
  return ok(String(asTyped(number)).padStart(number >= 0 ? digits : 0, '0'));
}

/** Excel keeps 15 digits and computes with more. */
const asTyped = (number: number): number => Number(number.toPrecision(15));

const NUMBER = /^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/;

function readNumber(cell: string | boolean | NumberCell): Result<unknown, Words> {
  if (typeof cell === 'boolean') return ok(cell);
  if (typeof cell === 'object') {
    if (Math.abs(cell.number) >= EXACT_BELOW) return err(DIGITS);
    return ok(cell.as === 'date' ? String(cell.number) : asTyped(cell.number));
  }
  const plain = cell.normalize('NFKC').replace(/\s/g, '');
  if (LOST_DIGITS.test(plain)) return err(DIGITS);
  return ok(NUMBER.test(plain) ? Number(plain.replaceAll(',', '')) : cell);
}

const SAYS_YES = new Set(['是', '有', '对', 'yes', 'y', 'true', '1', '√', '✓']);
const SAYS_NO = new Set(['否', '无', '不', 'no', 'n', 'false', '0', '×', '✗']);

function yesNoFrom(text: string): unknown {
  const word = text.normalize('NFKC').trim().toLowerCase();
  return SAYS_YES.has(word) ? true : SAYS_NO.has(word) ? false : text;
}

function readItems({ fields }: ItemsField, text: string): Result<unknown, Words> {
  const inner = Object.entries(fields);
  const items: Record<string, unknown>[] = [];
  for (const [n, parts] of splitRows(text).entries()) {
    if (parts.length > inner.length) {
      const [zh, en] = [inner.map(([, { title }]) => title.zh), inner.map(([, { title }]) => title.en)];
      return err({
        zh: `第 ${n + 1} 行应为：${zh.join(' | ')}`,
        en: `Line ${n + 1} should be: ${en.join(' | ')}`,
      });
    }
    const item: Record<string, unknown> = {};
    for (const [i, [name, field]] of inner.entries()) {
      const value = readCell(field, parts[i] || null, null);
      if (!value.ok) return value;
      item[name] = value.value;
    }
    items.push(item);
  }
  return ok(items);
}
