import { describe, expect, it } from 'vitest';
import { LinkBook, type LinkPart } from './link-book.ts';

/** A part that takes numbers, as at the start while null. */
function numberPart(book: LinkBook, key: string, more: Partial<LinkPart> = {}) {
  const part = { value: null as number | null };
  book.add({
    key,
    read: () => part.value?.toString() ?? null,
    write(text) {
      if (text !== null && !/^\d+$/.test(text)) return false;
      part.value = text === null ? null : Number(text);
      return true;
    },
    ...more,
  });
  return part;
}

describe('links', () => {
  it('[FIND-20] what is asked for is written, and what the parts say is the state', () => {
    const book = new LinkBook();
    const [a, b] = [numberPart(book, 'a'), numberPart(book, 'b')];
    expect(book.state()).toEqual({});
    expect(book.take([['a', '1']])).toEqual([]);
    expect(book.settle()).toEqual([]);
    b.value = 2;
    expect([a.value, book.state()]).toEqual([1, { a: '1', b: '2' }]);
  });

  it('[FIND-21] unknown and stale parts are named, and the others stand', () => {
    const book = new LinkBook();
    const [a, b] = [numberPart(book, 'a'), numberPart(book, 'b')];
    expect(
      book.take([
        ['c', '3'],
        ['b', 'gone'],
        ['a', '1'],
      ]),
    ).toEqual(['c']);
    expect(book.settle()).toEqual(['b']);
    expect(book.settle()).toEqual([]);
    expect([a.value, b.value]).toEqual([1, null]);
    expect(book.state()).toEqual({ a: '1' });
  });

  it('[FIND-20] a part that is not ready keeps what was asked of it until it is', () => {
    const book = new LinkBook();
    let isReady = false;
    const a = numberPart(book, 'a', { isReady: () => isReady });
    const b = numberPart(book, 'b');
    book.take([
      ['a', '1'],
      ['b', '2'],
    ]);
    book.settle();
    expect([a.value, b.value]).toEqual([null, 2]);
    expect(book.state()).toEqual({ a: '1', b: '2' });
    isReady = true;
    book.settle();
    expect(a.value).toBe(1);
  });

  it('[FIND-22] a view leaves out what is of the moment, and showing it resets what it does not say', () => {
    const book = new LinkBook();
    const [a, b, t] = [numberPart(book, 'a'), numberPart(book, 'b'), numberPart(book, 't', { isOfMoment: true })];
    a.value = 1;
    t.value = 9;
    const view = book.view();
    expect(view).toEqual({ a: '1' });
    a.value = 7;
    b.value = 7;
    book.takeView({ ...view, unknown: 'x' });
    expect(book.settle()).toEqual([]);
    expect([a.value, b.value, t.value]).toEqual([1, null, 9]);
  });

  it('two parts of one key are a mistake of ours', () => {
    const book = new LinkBook();
    numberPart(book, 'a');
    expect(() => numberPart(book, 'a')).toThrow(/taken/);
  });
});
