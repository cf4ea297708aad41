import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SKIPPED = new Set(['node_modules', 'dist', 'data', '.git', 'docs']);
const RULE = /^- \*\*([A-Z]+-[A-Z]?\d+)\*\*/gm;
const CITED = /(?:it|describe|test)(?:\.\w+)*(?:\([^)]*\))?\(\s*[`'"][^`'"\n]*?\[([A-Z]+-[A-Z]?\d+)\]/g;

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    return /\.(test|int|e2e|contract|fuzz)\.tsx?$/.test(entry.name) || path.includes(join('test', 'contract'))
      ? [path]
      : [];
  });
}

const idsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] as string);

describe('specification', () => {
  const specFolder = join(ROOT, 'docs/spec');
  const rules = readdirSync(specFolder).flatMap((name) => idsIn(readFileSync(join(specFolder, name), 'utf8'), RULE));
  // Loops build some titles from a table, so a citation may stand anywhere in a test file, in brackets.
  const texts = testFiles(ROOT).map((path) => readFileSync(path, 'utf8'));
  const mentioned = new Set(texts.flatMap((text) => idsIn(text, /\[([A-Z]+-[A-Z]?\d+)\]/g)));
  const cited = new Set(texts.flatMap((text) => idsIn(text, CITED)));

  it('every rule id stands once', () => {
    expect(rules.filter((id, i) => rules.indexOf(id) !== i)).toEqual([]);
    expect(rules.length).toBeGreaterThan(50);
  });

  it('every rule has a test that cites it', () => {
    expect(rules.filter((id) => !mentioned.has(id))).toEqual([]);
  });

  it('every cited rule exists', () => {
    const known = new Set(rules);
    expect([...cited].filter((id) => !known.has(id))).toEqual([]);
  });

  it('the index names every file of rules', () => {
    const index = readFileSync(join(ROOT, 'docs/SPEC.md'), 'utf8');
    expect(readdirSync(specFolder).filter((name) => !index.includes(`spec/${name}`))).toEqual([]);
  });
});
