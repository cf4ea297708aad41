/** Titles and sentences that came from the server, in the language of the page. */
import type { Words } from '../../core/words.ts';
import { preferences } from '../app/preferences.ts';
import type { Language } from './i18n.ts';

export const wordsIn = (language: Language, words: Words): string => (language === 'en' ? words.en : words.zh);

/** Follows the language. */
export const useWords =
  () =>
  (words: Words): string =>
    wordsIn(preferences.language(), words);
