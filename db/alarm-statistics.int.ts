import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { StoredAlarmDesk } from '../admin/alarms.ts';
import { ManualClock } from '../core/clock.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { alarmOf } from '../test/contract/live-world.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../test/contract/storage-postgres.ts';
import { type AlarmFilter, ANY_ALARM, listAlarms } from './alarms.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const MINUTE_MS = 60_000;
const A = '310000001';
const B = '310000002';
const SPAN = { fromMs: T0 - MINUTE_MS, toMs: T0 + 120 * MINUTE_MS };

const note = { by: '值班员', atMs: T0, text: '误报' };
const raised = (alarmId: string, companyCodes: string[], minute: number, change: Partial<AlarmView> = {}): AlarmView =>
  alarmOf(alarmId, companyCodes, {
    rule: 'dwell',
    level: 3,
    latched: false,
    subject: 's',
    onsetAtMs: T0 + minute * MINUTE_MS,
    raisedAtMs: T0 + minute * MINUTE_MS,
    ...change,
  });

/** Told in this order, each at its minute. */
const STORY: [minute: number, alarm: AlarmView][] = [
  ...Array.from({ length: 11 }, (_, i): [number, AlarmView] => [0, raised(`flood-${i}`, [A], 0, { subject: 'tag-7' })]),
  [1, raised('both', [A, B], 1, { rule: 'gathering', level: 2, areaCompanyCode: A, areaId: 'a1' })],
  [2, raised('quiet', [B], 2, { shelfId: 's1' })],
  [3, raised('under', [B], 3, { under: 'both' })],
  [
    4,
    raised('both', [A, B], 1, {
      rule: 'gathering',
      level: 1,
      transition: 'level',
      askedAtMs: T0 + 4 * MINUTE_MS,
      why: 'level 2 to 1',
      areaCompanyCode: A,
      areaId: 'a1',
    }),
  ],
  [
    5,
    raised('flood-0', [A], 0, {
      subject: 'tag-7',
      transition: 'marked-false',
      falseMark: note,
      actedBy: '值班员',
      why: '误报',
    }),
  ],
];

describe('alarms counted', () => {
  let database: TestDatabase;
  let desk: StoredAlarmDesk;

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    desk = new StoredAlarmDesk(database.pool, new ManualClock(T0 + 30 * 3_600_000));
    const store = new StorageDatabaseHarness(database).open();
    await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const effects = STORY.map(([minute, alarm], i) => ({
      seq: i + 1,
      atMs: T0 + minute * MINUTE_MS,
      effects: [{ t: 'alarm' as const, alarm }],
    }));
    await store.apply({ entries: [], unfit: [], effects, nextSeq: 1, alarmsNextSeq: effects.length + 1 });
  });
  afterAll(() => database.drop());

  const found = async (scope: string | null, filter: Partial<AlarmFilter>): Promise<string[]> => {
    const query = { fromMs: null, toMs: null, limit: 3, cursor: null, filter: { ...ANY_ALARM, ...filter } };
    return (await listAlarms(database.pool, scope, query)).alarms.map(({ alarmId }) => alarmId);
  };

  it('[LIF-60] the history is filtered by rule, level, area, company and state, within the scope', async () => {
    expect(await found(null, { rules: ['gathering', 'sos'] })).toEqual(['both']);
    expect(await found(null, { levels: [1] })).toEqual(['both']);
    expect(await found(null, { area: `${A}/a1` })).toEqual(['both']);
    expect(await found(null, { companyCode: B })).toEqual(['under', 'quiet', 'both']);
    expect(await found(A, { companyCode: B })).toEqual(['both']);
    expect(await found(null, { state: 'false' })).toEqual(['flood-0']);
    expect(await found(B, { state: 'false' })).toEqual([]);
    expect(await found(null, { state: 'quiet' })).toEqual(['quiet']);
    expect(await found(null, { state: 'ended' })).toEqual([]);
    expect(await found(null, { person: 'nobody' })).toEqual([]);
  });

  it('[LIF-61] one alarm comes with every transition, who and why; another company’s is not there', async () => {
    const detail = await desk.detail(A, 'flood-0');
    expect(detail?.transitions).toEqual([
      { atMs: T0, transition: 'raised', by: null, why: null, level: 3 },
      { atMs: T0 + 5 * MINUTE_MS, transition: 'marked-false', by: '值班员', why: '误报', level: 3 },
    ]);
    expect(await desk.detail(B, 'flood-0')).toBeNull();
    expect(await desk.detail(null, 'none')).toBeNull();
  });

  it('[LIF-62] statistics by rule, area, company and period give the share of false alarms, within the scope', async () => {
    const by = async (scope: string | null, key: Parameters<StoredAlarmDesk['statistics']>[1]) =>
      (await desk.statistics(scope, key, SPAN, ANY_ALARM)).rows.map((row) => [row.key, row.raised, row.falseCount]);
    expect(await by(null, 'rule')).toEqual([
      ['dwell', 13, 1],
      ['gathering', 1, 0],
    ]);
    expect(await by(null, 'area')).toEqual([
      ['', 13, 1],
      [`${A}/a1`, 1, 0],
    ]);
    expect(await by(null, 'company')).toEqual([
      [A, 12, 1],
      [B, 3, 0],
    ]);
    expect(await by(B, 'company')).toEqual([[B, 3, 0]]);
    expect(await by(null, 'day')).toEqual([['2026-07-01', 14, 1]]);
    const [dwell] = (await desk.statistics(A, 'rule', SPAN, ANY_ALARM)).rows;
    expect(dwell).toMatchObject({ key: 'dwell', falseShare: 1 / 11 });
  });

  it('[LOD-6] the load of the past counts what was announced: not the quiet, not the explained, again what asks anew', async () => {
    expect(await desk.load(SPAN)).toMatchObject({
      announced: 13,
      mostIn10Min: 13,
      buckets: [{ atMs: T0, count: 13 }],
      // One of the thirteen periods that the span touches.
      floodShare: 1 / 13,
      causes: [
        { rule: 'dwell', subject: 'tag-7', count: 11 },
        { rule: 'gathering', subject: 's', count: 2 },
      ],
      chattering: [{ subject: 'tag-7', count: 11 }],
      byLevel: [1, 1, 11, 0],
      falseShare: 1 / 14,
      stale: 12,
    });
  });
});
