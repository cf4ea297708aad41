import { describe, expect, it } from 'vitest';
import type { DashboardAlarms, DashboardNow, DashboardTrend } from '../../core/dashboard-api.ts';
import type { SenderState } from '../../stream/protocol/sender-state.ts';
import { createAlarmView as alarmView } from '../alarm/alarm-view.fixture.ts';
import { alarmCounts, areaCounts, senderCounts, standingByLevel, trendPoints } from './board-figures.ts';

const alarms = [
  alarmView({ alarmId: '1', rule: 'dwell', level: 3, companyCodes: ['a'] }),
  alarmView({ alarmId: '2', rule: 'sos', level: 1, companyCodes: ['b'] }),
  alarmView({ alarmId: '3', rule: 'dwell', level: 2, companyCodes: ['b'] }),
  alarmView({ alarmId: '4', rule: 'sos', level: 1, companyCodes: ['a'], shelfId: 's' }),
];
const today: DashboardAlarms = {
  step: 'day',
  rows: [
    { period: '2026-11-20', rule: 'dwell', level: 3, raised: 4, marked: 0 },
    { period: '2026-11-20', rule: 'dwell', level: 2, raised: 1, marked: 0 },
    { period: '2026-11-20', rule: 'stillness', level: 2, raised: 9, marked: 0 },
  ],
};

describe('boards', () => {
  it('[CARD-10] alarms: what stands by level and class beside what was raised today; shelved ones count not', () => {
    expect(standingByLevel(alarms, null)).toEqual({ 1: 1, 2: 1, 3: 1, 4: 0 });
    expect(alarmCounts(alarms, today, null)).toEqual([
      { rule: 'sos', standing: 1, worst: 1, today: 0 },
      { rule: 'dwell', standing: 2, worst: 2, today: 5 },
      { rule: 'stillness', standing: 0, worst: null, today: 9 },
    ]);
    expect(alarmCounts(alarms, undefined, 'a')).toEqual([{ rule: 'dwell', standing: 1, worst: 3, today: null }]);
  });

  it('[CARD-11] areas: those with somebody in, of one company its own heads; boundaries are companies', () => {
    const now = {
      areas: [
        { area: 'a/1', name: '罐区', kind: 'WORK', count: 3, companies: [{ companyCode: 'a', count: 1 }] },
        { area: 'a/0', name: '边界', kind: 'COMPANY_BOUNDARY', count: 9, companies: [] },
        { area: 'b/1', name: '泵房', kind: null, count: 5, companies: [{ companyCode: 'b', count: 5 }] },
      ],
    } as unknown as DashboardNow;
    expect(areaCounts(now, null).map(({ key, count }) => [key, count])).toEqual([
      ['b/1', 5],
      ['a/1', 3],
    ]);
    expect(areaCounts(now, 'a').map(({ key, count }) => [key, count])).toEqual([['a/1', 1]]);
    expect(areaCounts(undefined, null)).toEqual([]);
  });

  it('[CARD-11] the day of one company is its own line, nothing where it had nobody', () => {
    const trend: DashboardTrend = {
      day: '2026-11-20',
      stepMs: 300_000,
      points: [
        { atMs: 1, online: 8, types: {}, companies: { a: 3, b: 5 } },
        { atMs: 2, online: 5, types: {}, companies: { b: 5 } },
      ],
    };
    expect(trendPoints(trend, null).map(({ value }) => value)).toEqual([8, 5]);
    expect(trendPoints(trend, 'a').map(({ value }) => value)).toEqual([3, 0]);
  });

  it('[CARD-12] reporting: silent senders before late ones; under maintenance nobody is expected', () => {
    const sender = (companyCode: string, state: SenderState['state']): SenderState => ({
      companyCode,
      interfaceName: 'positions',
      mode: 'periodic',
      allowedS: 30,
      heardAtMs: null,
      state,
      phi: 0,
      sinceMs: 0,
    });
    const senders = [sender('d', 'late'), sender('a', 'online'), sender('c', 'silent'), sender('b', 'maintenance')];
    const { expected, heard, missing } = senderCounts([...senders, sender('e', 'unknown')], null);
    expect([expected, heard, missing.map(({ companyCode }) => companyCode)]).toEqual([4, 2, ['c', 'e', 'd']]);
    expect(senderCounts(senders, 'a')).toEqual({ expected: 1, heard: 1, missing: [] });
  });
});
