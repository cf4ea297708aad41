import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDay, parseTime } from './times.ts';

const NOON = Date.UTC(2026, 6, 1, 4, 5, 6);

describe('parseTime', () => {
  test.each<[unknown, number]>([
    ['2026-07-01 12:05:06', NOON],
    ['20260701120506', NOON],
    ['2026-07-01T12:05:06+08:00', NOON],
    ['2026-07-01T12:05:06+0800', NOON],
    ['2026-07-01T12:05:06+08', NOON],
    ['2026-07-01T04:05:06Z', NOON],
    ['2026-07-01t04:05:06z', NOON],
    ['2026-06-30T20:05:06-08:00', NOON],
    ['2026-07-01T04:05:06.789Z', NOON + 789],
    ['2026-07-01T04:05:06,7Z', NOON + 700],
    ['2026-07-01T04:05:06.123999999Z', NOON + 123],
    ['2026-07-01T04:05Z', NOON - 6_000],
    [NOON, NOON],
    [NOON + 0.9, NOON],
    [String(NOON), NOON],
    [' 2026-07-01 12:05:06 ', NOON],
    ['2024-02-29 00:00:00', Date.UTC(2024, 1, 28, 16)],
  ])('[ING-16] %j is %i', (value, ms) => {
    expect(parseTime(value)).toBe(ms);
  });

  test.each([
    '2026-07-01T12:05:06',
    '2026-07-01',
    '2026-7-1 12:05:06',
    '2026-07-01 12:05',
    '2026-02-29 00:00:00',
    '2026-13-01 00:00:00',
    '2026-00-10 00:00:00',
    '2026-01-00 00:00:00',
    '2026-01-01 24:00:00',
    '2026-01-01 00:60:00',
    '2026-01-01 00:00:60',
    '0001-01-01 00:00:00',
    '2026-07-01T04:05:06+16:00',
    '2026-07-01T04:05:06+08:60',
    '07/01/2026 12:05:06',
    '1767225600',
    'now',
    '',
    null,
    undefined,
    true,
    {},
    [NOON],
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '９'.repeat(13),
  ])('[ING-16] %j is no time', (value) => {
    expect(parseTime(value)).toBeNaN();
  });

  test('[ING-16] reads back what it stands for, in every format', () => {
    const limits = { min: Date.UTC(1990, 0, 1), max: Date.UTC(2099, 11, 31) };
    fc.assert(
      fc.property(fc.integer(limits), (ms) => {
        const wholeSecond = Math.floor(ms / 1000) * 1000;
        const local = new Date(wholeSecond + 8 * 3_600_000).toISOString();
        expect(parseTime(new Date(ms).toISOString())).toBe(ms);
        expect(parseTime(`${local.slice(0, 10)} ${local.slice(11, 19)}`)).toBe(wholeSecond);
        expect(parseTime(local.slice(0, 19).replaceAll(/[-T:]/g, ''))).toBe(wholeSecond);
      }),
    );
  });

  test('[ING-16] never throws', () => {
    fc.assert(fc.property(fc.anything(), (value) => typeof parseTime(value) === 'number'));
  });
});

describe('parseDay', () => {
  test.each<[unknown, string | null]>([
    ['1990-01-31', '1990-01-31'],
    ['19900131', '1990-01-31'],
    ['1990-01-31 00:00:00', '1990-01-31'],
    ['1990-01-30T20:00:00Z', '1990-01-31'],
    [Date.UTC(1990, 0, 30, 16), '1990-01-31'],
    ['1990-02-30', null],
    ['1990', null],
    ['', null],
    [null, null],
    [8.64e15, null],
    [Number.NaN, null],
  ])('[ING-16] %j is the day %j', (value, day) => {
    expect(parseDay(value)).toBe(day);
  });
});
