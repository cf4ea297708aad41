import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { DICTIONARIES } from './i18n.ts';

const WEB = join(import.meta.dirname, '..');
/** What is read to or by people; the rest of the attributes are names of the page's own. */
const SPOKEN = new Set(['title', 'aria-label', 'placeholder', 'alt', 'label', 'aria-description']);
const CJK = /[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]/;
/** Two letters side by side: a word. One is a key, a level, a unit's sign. */
const WORD = /\p{Letter}{2}/u;
/** Written the same in every language. */
const SAME_EVERYWHERE = new Set(['Esc', 'Space', 'Enter', 'Ctrl+S', 'JSON', 'CGCS2000']);
/** Chinese that is no text of one language alone: words of the audit in both, what sounds are written how, the sign of the special level on an icon, a language's own name. */
const NO_TEXT = [
  'audit/action-words.ts',
  'find/pinyin-table.ts',
  'permits/icon-parts.ts',
  'vehicle-entry/vehicle-entry-page.tsx',
];
/** Parts of the page take keys in attributes of the same names. */
const KEYS = new Set(keysOf(DICTIONARIES['zh-CN'] as unknown as Tree, ''));

type Tree = { readonly [key: string]: string | Tree };
function keysOf(tree: Tree, prefix: string): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );
}

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' || entry.name === 'public' ? [] : files(path, ending);
    return ending.test(entry.name) && !/\.(test|fixture)\./.test(entry.name) ? [path] : [];
  });
}

const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);

const at = (file: ts.SourceFile, node: ts.Node, text: string): string =>
  `${relative(WEB, file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${text.trim()}`;

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

/** Of a text that stands in both languages beside each other. */
function isOfBoth({ parent }: ts.Node): boolean {
  if (!ts.isPropertyAssignment(parent) || parent.name.getText() !== 'zh') return false;
  return parent.parent.properties.some((one) => one.name?.getText() === 'en');
}

/** Literals with Chinese in them, wherever they stand. */
function chineseIn(file: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(file, (node) => {
    const isText =
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node) ||
      ts.isJsxText(node);
    if (isText && CJK.test(node.text) && !isOfBoth(node)) found.push(at(file, node, node.text));
  });
  return found;
}

/** Words between tags, and in attributes that are read out. */
function wordsIn(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const say = (node: ts.Node, text: string): void => {
    const words = text.split(/\s+/).filter((word) => WORD.test(word) && !SAME_EVERYWHERE.has(word) && !KEYS.has(word));
    if (words.length > 0) found.push(at(file, node, text));
  };
  visit(file, (node) => {
    if (ts.isJsxText(node)) say(node, node.text.replace(/&\w+;/g, ' '));
    if (!ts.isJsxAttribute(node) || !SPOKEN.has(node.name.getText())) return;
    const { initializer } = node;
    if (initializer === undefined) return;
    if (ts.isStringLiteral(initializer)) say(node, initializer.text);
    else if (ts.isJsxExpression(initializer) && initializer.expression !== undefined) {
      const { expression } = initializer;
      if (ts.isStringLiteralLike(expression)) say(node, expression.text);
    }
  });
  return found;
}

/** Keys as they stand in the code: whole, or begun and ended by what is reckoned. */
function keysUsed(file: ts.SourceFile): { readonly whole: string[]; readonly begun: string[] } {
  const whole: string[] = [];
  const begun: string[] = [];
  visit(file, (node) => {
    if (ts.isStringLiteralLike(node)) whole.push(node.text);
    if (ts.isTemplateHead(node) && node.text.includes('.')) begun.push(node.text);
  });
  return { whole, begun };
}

describe('texts of the page', () => {
  it('[WEB-1] every text of the dictionaries is used', () => {
    const words = join(import.meta.dirname, 'words.ts');
    const permitWords = join(import.meta.dirname, 'permit-words.ts');
    const used = [...files(WEB, /\.tsx?$/), words, permitWords].map(parse).map(keysUsed);
    const whole = new Set(used.flatMap((one) => one.whole));
    const begun = used.flatMap((one) => one.begun);
    const unused = [...KEYS].filter((key) => !whole.has(key) && !begun.some((head) => key.startsWith(head)));
    expect(unused).toEqual([]);
  });

  it('[SCR-9] no Chinese stands in the code of the page: it is in the dictionaries', () => {
    const sources = files(WEB, /\.tsx?$/).map(parse);
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.flatMap(chineseIn).filter((text) => !NO_TEXT.some((path) => text.startsWith(path)))).toEqual([]);
  });

  it('[SCR-9] no words stand between tags or in what is read out: they are in the dictionaries', () => {
    expect(
      files(WEB, /\.tsx$/)
        .map(parse)
        .flatMap(wordsIn),
    ).toEqual([]);
  });
});
