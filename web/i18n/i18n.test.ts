import { describe, expect, it } from 'vitest';
import { DICTIONARIES, LANGUAGES, translateIn } from './i18n.ts';

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [path, text] of leaves(value, `${prefix}${key}.`)) found.set(path, text);
  }
  return found;
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((m) => m[1]!).sort();

describe('texts', () => {
  const source = leaves(DICTIONARIES['zh-CN'] as unknown as Tree);

  it.each(LANGUAGES)('[WEB-1] %s has every key, no empty text, and the same placeholders', (language) => {
    const other = leaves(DICTIONARIES[language] as unknown as Tree);
    expect([...other.keys()].sort()).toEqual([...source.keys()].sort());
    for (const [key, text] of other) {
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(text), key).toEqual(placeholders(source.get(key)!));
    }
  });

  it('[WEB-1] the English dictionary holds no Chinese but the name of the other language', () => {
    const chinese = [...leaves(DICTIONARIES.en as unknown as Tree)].filter(([, text]) => /[一-鿿]/.test(text));
    expect(chinese.map(([key]) => key)).toEqual(['strip.language']);
  });

  it('fills placeholders in', () => {
    expect(translateIn('zh-CN')('alarm.lasting', { time: '12 秒' })).toBe('持续 12 秒');
    expect(translateIn('en')('alarm.lasting', { time: '12 s' })).toBe('for 12 s');
  });
});
