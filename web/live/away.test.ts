import { expect, test } from 'vitest';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { Away } from './away.ts';

const T0 = Date.UTC(2026, 10, 21);
const standing = (...alarms: [string, number][]): Map<string, AlarmView> =>
  new Map(alarms.map(([alarmId, level]) => [alarmId, { alarmId, level, raisedAtMs: T0, onsetAtMs: T0 } as AlarmView]));

test('[STAY-3] after a break it says how long, what is new and what ended, once', () => {
  const away = new Away();
  expect(away.take('live', T0, standing(['a', 2], ['b', 3]))).toBeNull();
  expect(away.take('stale', T0, standing(['a', 2], ['b', 3]))).toBeNull();
  // As it comes back the lanes may not be complete.
  expect(away.take('lost', T0, standing(['a', 2], ['b', 3], ['c', 3]))).toBeNull();
  expect(away.take('live', T0 + 60_000, standing(['a', 2], ['c', 3]))).toBeNull();
  expect(away.take('live', T0 + 61_000, standing(['a', 2], ['c', 3], ['d', 1]))).toEqual({
    fromMs: T0,
    toMs: T0 + 61_000,
    raised: ['d', 'c'],
    worstLevel: 1,
    ended: 1,
  });
  expect(away.take('live', T0 + 62_000, standing())).toBeNull();
});

test('[STAY-3] a short break, and a page that never was live, have missed nothing', () => {
  const away = new Away();
  for (const health of ['connecting', 'lost', 'live', 'live'] as const)
    expect(away.take(health, T0 + 90_000, standing(['a', 1]))).toBeNull();
  away.take('stale', T0 + 90_000, standing());
  away.take('live', T0 + 93_000, standing(['b', 1]));
  expect(away.take('live', T0 + 94_000, standing(['b', 1]))).toBeNull();
});

test('[STAY-3] a break in which nothing changed is told from a minute on', () => {
  const away = new Away();
  const after = (breakMs: number) => {
    away.take('live', T0, standing(['a', 1]));
    away.take('lost', T0, standing(['a', 1]));
    away.take('live', T0 + breakMs, standing(['a', 1]));
    return away.take('live', T0 + breakMs, standing(['a', 1]));
  };
  expect(after(59_999)).toBeNull();
  expect(after(60_000)).toMatchObject({ raised: [], worstLevel: null, ended: 0 });
});

test('[STAY-3] a connection that flickers is one break, from its first moment', () => {
  const away = new Away();
  away.take('live', T0, standing(['a', 1]));
  away.take('lost', T0, standing(['a', 1]));
  away.take('live', T0 + 10_000, standing(['a', 1], ['b', 2]));
  away.take('lost', T0 + 10_000, standing(['a', 1], ['b', 2]));
  away.take('live', T0 + 20_000, standing(['b', 2]));
  expect(away.take('live', T0 + 20_500, standing(['b', 2]))).toMatchObject({ fromMs: T0, raised: ['b'], ended: 1 });
});
