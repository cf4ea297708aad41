/** The page's language for permits: its own texts, and the words of the standard's tables. */
import type { Words } from '../../core/words.ts';
import { type Translate, useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';

export interface Say {
  readonly t: Translate;
  readonly words: (words: Words) => string;
}

/** Follows the language; use inside the reactive tree. */
export const useSay = (): Say => ({ t: useTranslate(), words: useWords() });
