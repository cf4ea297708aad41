import { describe, expect, it } from 'vitest';
import { parkDay } from '../../core/park-time.ts';
import type { ReportingSender } from '../../core/reporting-api.ts';
import { lastDays, sumByRule } from '../dashboard/day-range.ts';
import { percentText, sortSenders } from '../reporting/sender-order.ts';
import { chartPaths, roundTop } from './chart.ts';

describe('charts and tables', () => {
  it('[WEB-27] an axis ends at a round number that holds the most', () => {
    expect([0, 1, 3, 160, 200, 201, 9_999].map(roundTop)).toEqual([1, 1, 5, 200, 200, 500, 10_000]);
  });

  it('[WEB-27] a line breaks where nothing was counted', () => {
    const points = [0, 1, 2, 8, 9].map((atMs) => ({ atMs, value: atMs }));
    expect(chartPaths(points, 0, 10, 10, 3, { width: 100, height: 100 })).toEqual([
      '0.0,100.0 10.0,90.0 20.0,80.0',
      '80.0,20.0 90.0,10.0',
    ]);
  });

  it('[WEB-27] days are those of UTC+8', () => {
    expect(parkDay(Date.parse('2026-03-01T15:59:59Z'))).toBe('2026-03-01');
    expect(parkDay(Date.parse('2026-03-01T16:00:00Z'))).toBe('2026-03-02');
    expect(lastDays(7, Date.parse('2026-03-07T00:00:00Z'))).toEqual({ from: '2026-03-01', to: '2026-03-07' });
  });

  it('[WEB-27] alarms are added up by class, the most frequent first', () => {
    const row = (rule: string, level: number, raised: number, marked = 0) => ({
      period: '',
      rule,
      level,
      raised,
      marked,
    });
    expect(sumByRule([row('sos', 1, 2), row('dwell', 3, 2, 1), row('dwell', 2, 1)])).toEqual([
      { rule: 'dwell', byLevel: [0, 1, 2, 0], raised: 3, marked: 1 },
      { rule: 'sos', byLevel: [2, 0, 0, 0], raised: 2, marked: 0 },
    ]);
  });

  it('[WEB-28] senders that are silent come first, and a rate is never rounded up to all of it', () => {
    const sender = (companyCode: string, state: ReportingSender['state']) =>
      ({ companyCode, state, interfaceName: 'positions' }) as ReportingSender;
    const sorted = sortSenders([
      sender('a', 'online'),
      sender('c', 'silent'),
      sender('b', 'silent'),
      sender('d', 'late'),
    ]);
    expect(sorted.map(({ companyCode }) => companyCode)).toEqual(['b', 'c', 'd', 'a']);
    expect(percentText(0.99999)).toBe('99.9 %');
    expect(percentText(1)).toBe('100.0 %');
  });
});
