import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIdNumber } from './id-number.ts';

describe('ID numbers', () => {
  it.each([['11010519491231002X'], ['440524188001010014'], ['110101199003074514']])('[REG-61] %s', (number) => {
    // The second one is GB 11643's own example, of somebody born in 1880.
    expect(isIdNumber(number)).toBe(!number.startsWith('44'));
  });

  it('[REG-61] one digit that is wrong is seen, and so are two neighbours that were swapped', () => {
    const good = '11010519491231002X';
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 9 }), (at, digit) => {
        fc.pre(good[at] !== String(digit));
        expect(isIdNumber(good.slice(0, at) + digit + good.slice(at + 1))).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), (at) => {
        fc.pre(good[at] !== good[at + 1]);
        expect(isIdNumber(good.slice(0, at) + good[at + 1] + good[at] + good.slice(at + 2))).toBe(false);
      }),
    );
  });

  it.each([[''], ['11010519491231002'], ['11010519491231002x'], ['11010519491331002X'], ['x'.repeat(18)]])(
    '[REG-61] not %j',
    (written) => {
      expect(isIdNumber(written)).toBe(false);
    },
  );
});
