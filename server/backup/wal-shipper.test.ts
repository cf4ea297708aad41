import { expect, test } from 'vitest';
import { walHoles } from './wal-shipper.ts';

const segment = (n: number, timeline = 1): string =>
  `0000000${timeline}00000000000000${n.toString(16).toUpperCase().padStart(2, '0')}`;

test('[BAK-3] a hole behind what a backup needs itself is named, too, as far as its timeline reaches', () => {
  const [first, last] = [segment(2), segment(3)];
  expect(
    walHoles(
      [2, 3].map((n) => segment(n)),
      first,
      last,
    ),
  ).toEqual([]);
  expect(
    walHoles(
      [2, 3, 4, 7].map((n) => segment(n)),
      first,
      last,
    ),
  ).toEqual([segment(5), segment(6)]);
  expect(
    walHoles(
      [2, 4].map((n) => segment(n)),
      first,
      last,
    ),
  ).toEqual([segment(3)]);
  expect(walHoles([segment(2), segment(3), segment(9, 2), '00000002.history'], first, last)).toEqual([]);
});
