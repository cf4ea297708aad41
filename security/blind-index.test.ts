import { expect, test } from 'vitest';
import { createBlindIndex } from './blind-index.ts';

const index = createBlindIndex(Buffer.alloc(32, 1));

test('[ING-31] equal values give equal indexes, whatever the blanks and the letter case', () => {
  expect(index.of('person.id-number', '31010119900101123X')).toMatch(/^[0-9a-f]{64}$/);
  expect(index.of('person.id-number', ' 31010119900101123x ')).toBe(index.of('person.id-number', '31010119900101123X'));
});

test('[ING-31] another purpose, value or key gives another index', () => {
  const of = index.of('person.id-number', '1');
  expect(index.of('person.mobile', '1')).not.toBe(of);
  expect(index.of('person.id-number', '2')).not.toBe(of);
  expect(createBlindIndex(Buffer.alloc(32, 2)).of('person.id-number', '1')).not.toBe(of);
  expect(index.of('ab', 'c')).not.toBe(index.of('a', 'bc'));
});
