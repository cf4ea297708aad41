import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import {
  DEFAULT_COST,
  generatePassword,
  hashPassword,
  isPasswordExpired,
  needsRehash,
  newPasswordFault,
  PASSWORD_RULES,
  passwordFault,
  verifyPassword,
} from './password.ts';

const QUICK = { logN: 4, r: 8, p: 1 };

describe('password rules', () => {
  test.each([
    ['Short1!aa', 'too-short'],
    ['Ab3'.repeat(43), 'too-long'],
    ['alllowercaseletters', 'too-few-classes'],
    ['lowercase12345', 'too-few-classes'],
    ['UPPER-lower-only', null],
    ['lower123!!!!', null],
    ['Reaktor12345', null],
    ['园区哨兵园区哨兵ab12', null],
    ['', 'too-short'],
  ])('[ID-1] %j: %s', (password, fault) => {
    expect(passwordFault(password)).toBe(fault);
  });

  test('[ID-1] length counts characters, not UTF-16 units', () => {
    expect(passwordFault('aA1😀😀😀')).toBe('too-short');
  });

  test('[ID-2] none of the last five, the current one included; the sixth may come back', async () => {
    const olds = ['Quarry-one-1', 'Quarry-two-2', 'Quarry-three-3', 'Quarry-four-4', 'Quarry-five-5', 'Quarry-six-6'];
    const hashes = await Promise.all(olds.map((old) => hashPassword(old, QUICK)));
    for (const old of olds.slice(0, 5)) expect(await newPasswordFault(old, hashes)).toBe('used-before');
    expect(await newPasswordFault('Quarry-six-6', hashes)).toBeNull();
    expect(await newPasswordFault('Quarry-new-7', hashes)).toBeNull();
  });

  test('[ID-3] due for change after 90 days to the millisecond', () => {
    const clock = new ManualClock(1_000);
    clock.advance(PASSWORD_RULES.maxAgeMs - 1);
    expect(isPasswordExpired(1_000, clock)).toBe(false);
    clock.advance(1);
    expect(isPasswordExpired(1_000, clock)).toBe(true);
  });

  test('[ID-1] generated passwords meet the rules and differ', () => {
    const made = new Set(Array.from({ length: 200 }, () => generatePassword()));
    expect(made.size).toBe(200);
    for (const one of made) expect(passwordFault(one)).toBeNull();
  });
});

describe('password hashes', () => {
  test('[ID-7] verifies what it hashed and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        async (one, other) => {
          const stored = await hashPassword(one, QUICK);
          expect(await verifyPassword(one, stored)).toBe(true);
          if (one.normalize('NFKC') !== other.normalize('NFKC'))
            expect(await verifyPassword(other, stored)).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('[ID-7] the same password hashes differently each time, and the cost is in the hash', async () => {
    const [first, second] = [await hashPassword('Harbour-77-x', QUICK), await hashPassword('Harbour-77-x', QUICK)];
    expect(first).not.toBe(second);
    expect(first).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$/);
    expect(needsRehash(first, QUICK)).toBe(false);
    expect(needsRehash(first, DEFAULT_COST)).toBe(true);
  });

  test('[ID-7] composed and decomposed spellings are one password', async () => {
    const stored = await hashPassword('Zür\u0069ch-2031-e\u0301', QUICK);
    expect(await verifyPassword('Zu\u0308rich-2031-\u00e9', stored)).toBe(true);
  });

  test.each(['', 'plain', `$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(43)}`, '$2b$10$abcdefghijk'])(
    '[ID-7] a stored text that is no hash is an error, not a match: %j',
    async (stored) => {
      await expect(verifyPassword('x', stored)).rejects.toMatchObject({ code: 'INTERNAL' });
    },
  );
});
