import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIT, FindIndex, wordsOf } from './find-index.ts';
import { pinyinOf } from './pinyin.ts';

interface Person {
  readonly name: string;
  readonly id: string;
  readonly company: string;
  readonly post: string;
}
const person = (name: string, id = 'P1', company = '乙化工', post = '外操'): Person => ({ name, id, company, post });
const describePerson = ({ name, id, company, post }: Person) => ({ own: [name, id], shared: [company, post] });

function indexOf(people: readonly Person[]): FindIndex<number, Person> {
  const index = new FindIndex<number, Person>(describePerson);
  index.sync(new Map(people.entries()));
  return index;
}
const names = (people: readonly Person[], query: string): string[] =>
  indexOf(people)
    .search(query, 50)
    .items.map(({ item }) => item.name);

/** Whether the letters are beginnings of syllables in a row, tried one by one. */
function spells(letters: string, syllables: readonly string[], isFirst = true): boolean {
  if (letters === '') return true;
  return syllables.some((syllable, i) => {
    if (!isFirst && i > 0) return false;
    return syllable.split('|').some((reading) => {
      for (let n = 1; n <= Math.min(reading.length, letters.length); n++) {
        if (letters.slice(0, n) !== reading.slice(0, n)) return false;
        if (spells(letters.slice(n), syllables.slice(i + 1), false)) return true;
      }
      return false;
    });
  });
}
const occurs = (word: string, text: string): boolean =>
  text.toLowerCase().includes(word) ||
  (/[a-z]/.test(word) &&
    /^[a-z0-9]+$/.test(word) &&
    spells(word, pinyinOf(text.toLowerCase()).split("'").filter(Boolean)));
const scan = (people: readonly Person[], query: string): Set<Person> => {
  const words = wordsOf(query);
  if (words.length === 0) return new Set();
  return new Set(
    people.filter(({ name, id, company, post }) =>
      words.every((word) => [name, id, company, post].some((text) => occurs(word, text))),
    ),
  );
};

const han = fc.string({ unit: fc.constantFrom(...'钱一帆孙二娘李单重'), minLength: 1, maxLength: 3 });
const people = fc.array(
  fc.record({
    name: han,
    id: fc.string({ unit: fc.constantFrom(...'P-12qy'), maxLength: 4 }),
    company: fc.constantFrom('乙化工', '丙储运(华东)', 'QY', ''),
    post: fc.constantFrom('外操', '班长', ''),
  }),
  { maxLength: 12 },
);
const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'qyfansedlchzgw12'), minLength: 1, maxLength: 4 }),
  han,
  fc.constantFrom('QY', 'qianyi', '华东', 'p-1', '外'),
);
const query = fc.array(word, { maxLength: 3 }).map((words) => words.join(' '));

describe('the index of the search box', () => {
  it('[FIND-3] finds what a plain scan finds', () => {
    fc.assert(
      fc.property(people, query, (some, text) => {
        const { items, total } = indexOf(some).search(text, 100);
        const found = new Set(items.map(({ item }) => item));
        expect(found).toEqual(scan(some, text));
        expect(total).toBe(found.size);
        expect(items).toHaveLength(total);
      }),
      { numRuns: 400 },
    );
  });

  it('[FIND-3] follows changes: it finds what an index made anew finds', () => {
    fc.assert(
      fc.property(fc.array(people, { minLength: 1, maxLength: 4 }), query, (states, text) => {
        const kept = new FindIndex<number, Person>(describePerson);
        for (const state of states) {
          kept.sync(new Map(state.entries()));
          kept.search(text, 100);
        }
        const last = states.at(-1) ?? [];
        const found = (index: FindIndex<number, Person>) =>
          new Set(index.search(text, 100).items.map(({ item }) => item));
        expect(found(kept)).toEqual(found(indexOf(last)));
        expect(kept.size).toBe(last.length);
      }),
    );
  });

  it('[FIND-1] who is called so comes first, then whose name begins so, then who has it in a word or by company, then anywhere', () => {
    const some = [person('大钱一'), person('李四', 'P2', '钱氏化工'), person('阿 钱'), person('钱五'), person('钱')];
    expect(names(some, '钱')).toEqual(['钱', '钱五', '李四', '阿 钱', '大钱一']);
    expect(indexOf(some).search('钱', 1)).toEqual({ items: [{ key: 4, item: some[4], fit: FIT.exact }], total: 5 });
  });

  it('[FIND-1] every word must fit, and the worst counts', () => {
    const some = [person('李一钱'), person('钱一帆'), person('钱五', 'P3', '丙储运')];
    expect(names(some, '乙化工 钱')).toEqual(['钱一帆', '李一钱']);
    expect(names(some, 'YHG qyf')).toEqual(['钱一帆']);
    expect(names(some, '  ')).toEqual([]);
  });

  it('[FIND-1] who is present comes before who is away, of those that fit alike', () => {
    const some = [person('钱一'), person('钱二'), person('大钱')];
    const found = indexOf(some).search('钱', 9, (key) => key === 0);
    expect(found.items.map(({ item }) => item.name)).toEqual(['钱二', '钱一', '大钱']);
  });

  it('makes pinyin ready in slices of time', () => {
    const index = indexOf([person('钱一帆')]);
    expect(index.prepare(() => true)).toBe(false);
    expect(index.prepare(() => false)).toBe(true);
  });
});
