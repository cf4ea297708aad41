import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { Pace } from '../core/pace.ts';
import { parkDayStartMs } from '../core/park-time.ts';
import { applyAlarms } from '../db/alarm-rows.ts';
import { applyDocs } from '../db/doc-rows.ts';
import { HOUR_MS } from '../db/person-cells.kernel.ts';
import { forgetPersonCells, insertPersonCells } from '../db/person-cells.ts';
import { queryRows, withTransaction } from '../db/pool.ts';
import type { Census } from '../stream/protocol/census.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { addCompany } from './companies.ts';
import { StoredDashboard } from './dashboard.ts';

const OWN = '310000001';
const OTHER = '310000002';
const TODAY = '2026-11-20';
const MINUTE_MS = 60_000;

let database: TestDatabase;
let dashboard: StoredDashboard;
const clock = new ManualClock(parkDayStartMs(TODAY) + 12 * 3_600_000);
let seq = 0;

const take = (atMs: number, people: Census['people'], areas: Census['areas'] = [], at = ++seq) =>
  withTransaction(database.pool, (client) =>
    applyDocs(client, 'e', [
      {
        seq: at,
        atMs,
        effects: [{ t: 'doc', doc: 'census', key: '', companyCodes: [], value: { atMs, people, areas }, gone: false }],
      },
    ]),
  );
const raise = (alarmId: string, raisedAtMs: number, change: Partial<AlarmView> = {}) => {
  const alarm = {
    alarmId,
    transition: 'raised',
    rule: 'dwell',
    level: 3,
    companyCodes: [OWN],
    person: null,
    areaCompanyCode: null,
    areaId: null,
    active: true,
    acknowledged: false,
    onsetAtMs: raisedAtMs,
    raisedAtMs,
    clearedAtMs: null,
    acknowledgedAtMs: null,
    endedAtMs: null,
    falseMark: null,
    comments: [],
    ...change,
  } as unknown as AlarmView;
  return withTransaction(database.pool, (client) =>
    applyAlarms(client, 'e', [{ seq: ++seq, atMs: raisedAtMs, effects: [{ t: 'alarm', alarm }] }]),
  );
};
const people = (own: number, other: number): Census['people'] => [
  { companyCode: OWN, type: 'staff', count: own },
  { companyCode: OWN, type: 'visitor', count: 1 },
  { companyCode: OTHER, type: 'staff', count: other },
];

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  dashboard = new StoredDashboard(database.pool, clock);
  await addCompany(database.pool, COMMAND_LINE, { code: OWN, name: '甲化工' });
  await queryRows(
    database.pool,
    `INSERT INTO area (company_code, area_id, version, name, kind, fixed, body, content_hash, received_at)
     VALUES ($1, 'a', 1, '罐区', 'PRODUCTION', true, '{}', '', now())`,
    [OWN],
  );
  await take(parkDayStartMs('2026-10-31'), people(100, 0));
  await take(parkDayStartMs(TODAY) - MINUTE_MS, people(50, 50));
  await take(parkDayStartMs(TODAY), people(1, 2));
  await take(parkDayStartMs(TODAY) + 4 * MINUTE_MS, people(3, 4));
  await take(parkDayStartMs(TODAY) + 11 * MINUTE_MS, people(5, 6), [
    { area: `${OWN}/a`, companyCode: OWN, count: 2 },
    { area: `${OWN}/a`, companyCode: OTHER, count: 3 },
    { area: `${OTHER}/b`, companyCode: OTHER, count: 1 },
  ]);
  const note = { by: 'x', atMs: 0, text: '' };
  await raise('1', parkDayStartMs(TODAY));
  await raise('2', parkDayStartMs(TODAY) - 1, { falseMark: note });
  await raise('3', parkDayStartMs(TODAY) + 1, { rule: 'sos', level: 1, companyCodes: [OTHER], falseMark: note });
  await raise('4', parkDayStartMs('2026-10-01'));
});
afterAll(() => database.drop());

describe('dashboard', () => {
  test('[DSH-3] people now by company, type and area, with names', async () => {
    expect(await dashboard.now(null)).toEqual({
      atMs: parkDayStartMs(TODAY) + 11 * MINUTE_MS,
      online: 12,
      companies: [
        { companyCode: OWN, companyName: '甲化工', online: 6, types: { staff: 5, visitor: 1 } },
        { companyCode: OTHER, companyName: '', online: 6, types: { staff: 6 } },
      ],
      types: [
        { type: 'staff', count: 11 },
        { type: 'visitor', count: 1 },
      ],
      areas: [
        {
          area: `${OWN}/a`,
          name: '罐区',
          kind: 'PRODUCTION',
          count: 5,
          companies: [
            { companyCode: OWN, count: 2 },
            { companyCode: OTHER, count: 3 },
          ],
        },
        { area: `${OTHER}/b`, name: '', kind: null, count: 1, companies: [{ companyCode: OTHER, count: 1 }] },
      ],
    });
  });

  test('[DSH-3] a company sees its own people, also in areas of others', async () => {
    const now = await dashboard.now(OTHER);
    expect(now).toMatchObject({ online: 6, companies: [{ companyCode: OTHER }], types: [{ type: 'staff', count: 6 }] });
    expect(now.areas.map(({ area, count, companies }) => [area, count, companies.length])).toEqual([
      [`${OWN}/a`, 3, 1],
      [`${OTHER}/b`, 1, 1],
    ]);
  });

  test('[DSH-4] the trend of a day: the newest census of each five minutes', async () => {
    const trend = await dashboard.trend(null, null);
    expect(trend).toMatchObject({ day: TODAY, stepMs: 300_000 });
    const start = parkDayStartMs(TODAY);
    expect(trend.points.map(({ atMs, online }) => [(atMs - start) / MINUTE_MS, online])).toEqual([
      [4, 8],
      [11, 12],
    ]);
    expect((await dashboard.trend(OTHER, TODAY)).points).toMatchObject([
      { online: 4, types: { staff: 4 }, companies: { [OTHER]: 4 } },
      { online: 6 },
    ]);
    expect((await dashboard.trend(null, '2026-11-19')).points).toMatchObject([{ online: 101 }]);
  });

  test('[DSH-5] alarms by day and month of UTC+8, rule and level, with those marked', async () => {
    const row = { rule: 'dwell', level: 3, raised: 1, marked: 0 };
    const sos = { period: TODAY, rule: 'sos', level: 1, raised: 1, marked: 1 };
    expect((await dashboard.alarms(null, 'day', '2026-11-19', TODAY)).rows).toEqual([
      { ...row, period: '2026-11-19', marked: 1 },
      { ...row, period: TODAY },
      sos,
    ]);
    expect((await dashboard.alarms(OWN, 'month', '2026-10-01', TODAY)).rows).toEqual([
      { ...row, period: '2026-10' },
      { ...row, period: '2026-11', raised: 2, marked: 1 },
    ]);
    expect((await dashboard.alarms(OTHER, 'day', TODAY, TODAY)).rows).toEqual([sos]);
  });

  test('[DSH-6] months: most and mean of people online, and alarms; each census counts once', async () => {
    await take(parkDayStartMs(TODAY) + 11 * MINUTE_MS, people(500, 500), [], 5);
    expect((await dashboard.months(null, 3)).months).toEqual([
      { month: '2026-09', onlineMax: null, onlineMean: null, alarms: 0, marked: 0 },
      { month: '2026-10', onlineMax: 101, onlineMean: 101, alarms: 1, marked: 0 },
      { month: '2026-11', onlineMax: 101, onlineMean: 31.3, alarms: 3, marked: 2 },
    ]);
    const [month] = (await dashboard.months(OTHER, 1)).months;
    expect(month).toEqual({ month: '2026-11', onlineMax: 50, onlineMean: 15.5, alarms: 1, marked: 1 });
  });

  test('[DSH-8] what is old goes hour by hour with its censuses, and the days of censuses stay', async () => {
    const [person] = await queryRows<{ id: number }>(
      database.pool,
      `INSERT INTO person (company_code, person_id, received_at) VALUES ($1, 'p', now()) RETURNING id`,
      [OWN],
    );
    const old = parkDayStartMs('2026-10-31');
    const hours = [old, old + HOUR_MS, parkDayStartMs(TODAY)].map((atMs) => atMs / HOUR_MS);
    const personIds = hours.map(() => person?.id ?? 0);
    await withTransaction(database.pool, (client) => insertPersonCells(client, { hours, cells: [1, 1, 1], personIds }));
    const pace = new Pace(
      () => {},
      () => 0,
    );
    await forgetPersonCells(database.pool, parkDayStartMs(TODAY), pace, new AbortController().signal);
    const left = await queryRows<{ hour: number }>(database.pool, 'SELECT hour FROM person_cell');
    expect(left).toEqual([{ hour: hours[2] }]);
    expect((await dashboard.trend(null, '2026-10-31')).points).toEqual([]);
    expect((await dashboard.trend(null, TODAY)).points).toHaveLength(2);
    expect((await dashboard.months(null, 2)).months[0]).toMatchObject({ month: '2026-10', onlineMax: 101 });
  });
});
