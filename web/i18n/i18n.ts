/** Languages of the page. zh-CN is the source; en must carry the same keys (typed, and tested for placeholders). */
import { type BaseRecordDict, flatten, resolveTemplate, translator } from '@solid-primitives/i18n';
import { type Accessor, createContext, createMemo, useContext } from 'solid-js';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same tree of keys with any text at the leaves. */
export type Dictionary<T = typeof zhCn> = { readonly [K in keyof T]: T[K] extends string ? string : Dictionary<T[K]> };

export const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { 'zh-CN': zhCn, en };

type Leaves<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Leaves<T[K], `${P}${K}.`>;
}[keyof T & string];
export type TextKey = Leaves<typeof zhCn>;

/** Text of a key; `{{ name }}` in it is replaced by the argument of that name. */
export type Translate = (key: TextKey, args?: Readonly<Record<string, string | number>>) => string;

const flat = (language: Language): Record<string, string> =>
  flatten(DICTIONARIES[language] as unknown as BaseRecordDict) as unknown as Record<string, string>;

/** Follows the language; use inside the reactive tree. */
export function createTranslate(language: Accessor<Language>): Translate {
  const translate = translator(
    createMemo(() => flat(language())),
    resolveTemplate,
  );
  return (key, args) => translate(key, args ?? {}) ?? key;
}

/** One fixed language. */
export function translateIn(language: Language): Translate {
  const dictionary = flat(language);
  const translate = translator(() => dictionary, resolveTemplate);
  return (key, args) => translate(key, args ?? {}) ?? key;
}

export const TranslateContext = createContext<Translate>(translateIn('zh-CN'));
export const useTranslate = (): Translate => useContext(TranslateContext);
