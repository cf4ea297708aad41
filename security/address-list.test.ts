import { expect, test } from 'vitest';
import { compileAddressList } from './address-list.ts';

test('[ING-5] an empty list allows every address', () => {
  expect(compileAddressList([])('203.0.113.7')).toBe(true);
});

test.each<[readonly string[], string, boolean]>([
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['203.0.113.7'], '203.0.113.7', true],
  [['203.0.113.7'], '203.0.113.8', false],
  [['203.0.113.0/30', '198.51.100.9'], '198.51.100.9', true],
  [[' 10.0.0.0/8 '], '10.0.0.1', true],
  [['0.0.0.0/0'], '203.0.113.7', true],
  [['2001:db8::/32'], '2001:0db8:0000:0000:0000:0000:0000:0001', true],
  [['2001:db8::/32'], '2001:db9::1', false],
  [['2001:db8::5'], '2001:db8::5', true],
  [['10.0.0.0/8'], '::ffff:10.0.0.1', true],
  [['10.0.0.0/8'], '2001:db8::1', false],
  [['10.0.0.0/8'], 'not an address', false],
])('[ING-5] %j lets %s in: %s', (addresses, address, allowed) => {
  expect(compileAddressList(addresses)(address)).toBe(allowed);
});

test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', 'vendor.example', '/8', '10.0.0.0/-1', '::/129'])(
  '[ING-5] the entry %j, which cannot be read, lets nobody in',
  (entry) => {
    expect(compileAddressList([entry])('10.0.0.1')).toBe(false);
  },
);
