/**
 * Search over tens of thousands of things by the words somebody types: every word must occur in the thing, and the better it fits the
 * earlier the thing comes. A thing has texts of its own (name, numbers) and texts that it shares with others (company, department,
 * post): those are kept and looked through once for all who share them. Pure.
 */
import { type PinyinPattern, pinyinOf, pinyinPattern } from './pinyin.ts';

/** How well a thing fits: it is called so, begins so, one of its words begins so, or it occurs in it. */
export const FIT = { exact: 0, prefix: 1, word: 2, anywhere: 3 } as const;
const NO_FIT = 4;

export interface Findable {
  /** Name, ids, numbers. */
  readonly own: readonly string[];
  readonly shared: readonly string[];
}

export interface Match<K, T> {
  readonly key: K;
  readonly item: T;
  readonly fit: number;
}

export interface Matches<K, T> {
  /** Best first. */
  readonly items: readonly Match<K, T>[];
  readonly total: number;
}

/** Before each text, and behind the last: no text that people write has it. */
const EDGE = '\u0001';
const PREPARED_AT_ONCE = 500;
/** What words stand apart by, beside the edge: `某某 化工(华东)`. */
const APART = /[\s\-_/.,;:()（）【】、，。·#]/;

/** Texts of one kind in lower case, and their pinyin once somebody types Latin letters. */
class Haystack {
  readonly text: string;
  #pinyin: string[] | null = null;

  constructor(texts: readonly string[]) {
    const given = texts.filter((text) => text !== '');
    this.text = given.length === 0 ? '' : `${EDGE}${given.join(EDGE).toLowerCase()}${EDGE}`;
  }

  get pinyin(): readonly string[] {
    this.prepare();
    return this.#pinyin ?? [];
  }

  prepare(): void {
    this.#pinyin ??= this.text
      .split(EDGE)
      .map(pinyinOf)
      .filter((one) => one !== '');
  }
}

interface Word {
  readonly text: string;
  readonly pinyin: PinyinPattern | null;
}

function fitOf(haystack: Haystack, { text, pinyin }: Word): number {
  const at = haystack.text.indexOf(text);
  if (at >= 0) return literalFit(haystack.text, text, at);
  return pinyin === null ? NO_FIT : pinyinFit(haystack.pinyin, pinyin);
}

function literalFit(all: string, text: string, first: number): number {
  let fit: number = FIT.anywhere;
  for (let at = first; at >= 0; at = all.indexOf(text, at + 1)) {
    const before = all[at - 1] ?? EDGE;
    if (before === EDGE) {
      if (all[at + text.length] === EDGE) return FIT.exact;
      fit = FIT.prefix;
    } else if (fit > FIT.word && APART.test(before)) fit = FIT.word;
  }
  return fit;
}

function pinyinFit(texts: readonly string[], pattern: PinyinPattern): number {
  let fit = NO_FIT;
  for (const text of texts) {
    if (!pattern.anywhere.test(text)) continue;
    if (pattern.whole.test(text)) return FIT.exact;
    fit = Math.min(fit, pattern.start.test(text) ? FIT.prefix : FIT.word);
  }
  return fit;
}

/** What is found through a company or a post alone comes behind who is called so: a name is what people look for. */
const sharedFit = (fit: number): number => (fit === NO_FIT ? NO_FIT : Math.max(fit, FIT.word));

export const wordsOf = (query: string): string[] =>
  query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

interface Entry<T> {
  item: T;
  readonly own: Haystack;
  readonly shared: number;
}

export class FindIndex<K, T> {
  readonly #describe: (item: T) => Findable;
  readonly #entries = new Map<K, Entry<T>>();
  readonly #sharedByText = new Map<string, number>();
  readonly #shared: Haystack[] = [];

  constructor(describe: (item: T) => Findable) {
    this.#describe = describe;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Takes over what is there now. A thing that is the same object as before costs a comparison. */
  sync(items: ReadonlyMap<K, T>): void {
    for (const [key, item] of items) {
      if (this.#entries.get(key)?.item !== item) this.#entries.set(key, this.#entry(item));
    }
    if (this.#entries.size === items.size) return;
    for (const key of this.#entries.keys()) if (!items.has(key)) this.#entries.delete(key);
  }

  #entry(item: T): Entry<T> {
    const { own, shared } = this.#describe(item);
    const text = shared.join(EDGE);
    let at = this.#sharedByText.get(text);
    if (at === undefined) {
      at = this.#shared.push(new Haystack(shared)) - 1;
      this.#sharedByText.set(text, at);
    }
    return { item, own: new Haystack(own), shared: at };
  }

  /** Makes ready for Latin letters what is not yet, until the time is up. true: all of it is. */
  prepare(isTimeUp: () => boolean): boolean {
    let seen = 0;
    for (const { own } of this.#entries.values()) {
      if (seen++ % PREPARED_AT_ONCE === 0 && isTimeUp()) return false;
      own.prepare();
    }
    return true;
  }

  /**
   * The best `limit` of what has every word; an empty query has none. `isLate`: of two that fit alike it comes later (somebody who is
   * away); then those that came first into the index.
   */
  search(query: string, limit: number, isLate: (key: K) => boolean = () => false): Matches<K, T> {
    const words = wordsOf(query).map((text): Word => ({ text, pinyin: pinyinPattern(text) }));
    if (words.length === 0) return { items: [], total: 0 };
    const shared = words.map((word) => this.#shared.map((haystack) => sharedFit(fitOf(haystack, word))));
    const ranks: Match<K, T>[][] = [];
    let total = 0;
    for (const [key, entry] of this.#entries) {
      const fit = fitOfEntry(entry, words, shared);
      if (fit === NO_FIT) continue;
      total++;
      const rank = fit * 2 + (isLate(key) ? 1 : 0);
      ranks[rank] ??= [];
      if (ranks[rank].length < limit) ranks[rank].push({ key, item: entry.item, fit });
    }
    return { items: ranks.flat().slice(0, limit), total };
  }
}

/** A thing fits as its worst word does. */
function fitOfEntry<T>(entry: Entry<T>, words: readonly Word[], shared: readonly (readonly number[])[]): number {
  let worst: number = FIT.exact;
  for (let i = 0; i < words.length; i++) {
    const ofOwn = fitOf(entry.own, words[i] as Word);
    const fit = ofOwn <= FIT.prefix ? ofOwn : Math.min(ofOwn, shared[i]?.[entry.shared] ?? NO_FIT);
    if (fit === NO_FIT) return NO_FIT;
    if (fit > worst) worst = fit;
  }
  return worst;
}
