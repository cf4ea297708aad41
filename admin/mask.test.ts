import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskMobile } from './mask.ts';

test.each([
  ['13812341234', '138****1234'],
  ['+86 138-1234-1234', '138****1234'],
  ['008613812341234', '138****1234'],
  ['86138123412', '861****3412'],
  ['6712345', '****45'],
  ['110', '****'],
  ['', null],
  ['none', null],
])('[ID-27] %j becomes %j', (mobile, masked) => {
  expect(maskMobile(mobile)).toBe(masked);
});

test('[ID-27] four digits in a row of a mobile number never come through beyond its ends', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^1\d{10}$/), (mobile) => {
      const masked = maskMobile(mobile) ?? '';
      expect(masked).toMatch(/^\d{3}\*{4}\d{4}$/);
      expect(masked.replace(/\*/g, '')).toHaveLength(7);
    }),
  );
});
