/**
 * Chinese found by Latin letters: `qyf`, `qianyifan`, `qianyf` and `qyifan` all mean 钱一帆. The reading of a character is the syllable
 * between whose neighbours the browser's own collation sorts it, so a table of 402 characters stands in for a dictionary. Pure.
 */
import { OTHER_READINGS, SYLLABLE_STARTS } from './pinyin-table.ts';

const HAN = /\p{Script=Han}/u;
const LATIN = /[a-z0-9]/;
const BEYOND_ASCII = /[\u0080-\uffff]/;

interface Readings {
  readonly syllables: readonly string[];
  readonly starts: readonly string[];
  readonly others: ReadonlyMap<string, readonly string[]>;
  readonly compare: (a: string, b: string) => number;
}

/** null: this browser does not sort by pinyin; Latin letters then find what is written in Latin letters. */
function load(): Readings | null {
  const { compare } = new Intl.Collator('zh-Hans-CN-u-co-pinyin');
  const pairs = SYLLABLE_STARTS.split(' ');
  const starts = pairs.map((pair) => pair.slice(-1));
  if (starts.some((start, i) => i > 0 && compare(starts[i - 1] ?? '', start) >= 0)) return null;
  const others = new Map(
    OTHER_READINGS.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(1).split(',')] as const),
  );
  return { syllables: pairs.map((pair) => pair.slice(0, -1)), starts, others, compare };
}

let readings: Readings | null | undefined;
const known = new Map<string, string>();

/** `qian`; several joined by `|`; '' for what has none. */
function readingOf(character: string): string {
  const cached = known.get(character);
  if (cached !== undefined) return cached;
  const reading = HAN.test(character) ? look(character) : LATIN.test(character) ? character : '';
  known.set(character, reading);
  return reading;
}

function look(character: string): string {
  if (readings === undefined) readings = load();
  if (readings === null || readings.compare(character, readings.starts[0] ?? '') < 0) return '';
  const { starts, syllables, others, compare } = readings;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (compare(starts[middle] ?? '', character) <= 0) low = middle;
    else high = middle - 1;
  }
  const all = [syllables[low] ?? '', ...(others.get(character) ?? [])];
  // 吕 is typed lv and lu.
  const withU = all.filter((one) => one.includes('v')).map((one) => one.replace('v', 'u'));
  return [...new Set([...all, ...withU])].join('|');
}

/** `'qian'yi'fan'`: a syllable each, Latin letters and digits one by one; '' where nothing is Chinese. `text` is in lower case. */
export function pinyinOf(text: string): string {
  if (!BEYOND_ASCII.test(text)) return '';
  let all = '';
  let hasHan = false;
  for (const character of text) {
    const reading = readingOf(character);
    if (reading === '') continue;
    hasHan ||= reading.length > 1 || !LATIN.test(character);
    all += `'${reading}`;
  }
  return hasHan ? `${all}'` : '';
}

/** Longer words mean a text in Latin letters. */
const LETTERS_MAX = 40;
const SPELT = /^(?=.*[a-z])[a-z0-9]+$/;

export interface PinyinPattern {
  /** Every syllable begun, from the first to the last. */
  readonly whole: RegExp;
  readonly start: RegExp;
  readonly anywhere: RegExp;
}

/** Matches pinyinOf() where the letters are the beginnings of syllables that follow each other; null: no such word. */
export function pinyinPattern(word: string): PinyinPattern | null {
  if (word.length > LETTERS_MAX || !SPELT.test(word)) return null;
  const syllable = "'(?:[a-z|]*\\|)?";
  const letters = [...word].join(`(?:[a-z|]*${syllable})?`);
  return {
    whole: new RegExp(`^${syllable}${letters}[a-z|]*'$`),
    start: new RegExp(`^${syllable}${letters}`),
    anywhere: new RegExp(`${syllable}${letters}`),
  };
}
