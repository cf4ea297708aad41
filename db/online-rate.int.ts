import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { readOnlineMinutes, rollOnlineMinutes } from './online-rate.ts';

/** 08:00 of a day at UTC+8. */
const T0 = Date.UTC(2026, 6, 1, 0);
const MINUTE = 60_000;
const at = (minute: number): string => new Date(T0 + minute * MINUTE).toISOString();

describe('online rate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.clear();
    await database.pool.query('TRUNCATE doc, doc_change, setting');
  });

  const watch = async (companyCode: string, change: Record<string, unknown> = {}, sinceMinute = 0): Promise<void> => {
    const value = {
      companyCode,
      interfaceName: 'positions',
      mode: 'periodic',
      allowedS: 30,
      state: 'online',
      ...change,
    };
    const key = `${companyCode}/${value.interfaceName}`;
    const row = [key, at(sinceMinute), JSON.stringify(value)];
    await database.pool.query(
      `INSERT INTO doc (kind, key, company_codes, gone, at, value) VALUES ('sender', $1, '{}', false, $2, $3)`,
      row,
    );
    await database.pool.query(
      `INSERT INTO doc_change (epoch, seq, ordinal, kind, key, gone, at, value)
       VALUES ('e', (SELECT count(*) FROM doc_change), 0, 'sender', $1, false, $2, $3)`,
      row,
    );
  };
  /** One accepted record in each minute of the list. */
  const sent = (companyCode: string, minutes: readonly number[], interfaceName = 'positions', refused = 0) =>
    database.pool.query(
      `INSERT INTO ledger_minute (company_code, interface, minute, received, refused)
       SELECT $1, $2, m, 1, $4 FROM unnest($3::timestamptz[]) AS m`,
      [companyCode, interfaceName, minutes.map(at), refused],
    );
  const storeAt = (minute: number) =>
    database.pool.query(
      `INSERT INTO reader_offset (reader, epoch, term, next_seq, alarms_next_seq, last_received_ms)
       VALUES ('store', 'e', 1, 1, 1, $1)
       ON CONFLICT (reader) DO UPDATE SET last_received_ms = excluded.last_received_ms`,
      [T0 + minute * MINUTE],
    );
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  const minutesOf = async (scope: string | null = null, fromDay = '2026-07-01', toDay = '2026-07-01') =>
    (await readOnlineMinutes(database.pool, scope, fromDay, toDay)).map(
      ({ companyCode, interfaceName, online, counted }) => `${companyCode}/${interfaceName} ${online}/${counted}`,
    );

  test('[RPW-14] minutes with an accepted batch, of those since it was first heard, each rolled once', async () => {
    await watch('c1');
    await watch('c2', {}, 10);
    await sent('c1', range(0, 103));
    await sent('c2', range(10, 60));
    await sent('c2', range(60, 70), 'positions', 1);
    await storeAt(62);
    await rollOnlineMinutes(database.pool);
    expect(await minutesOf()).toEqual(['c1/positions 60/60', 'c2/positions 50/50']);
    await storeAt(102);
    await Promise.all([rollOnlineMinutes(database.pool), rollOnlineMinutes(database.pool)]);
    await rollOnlineMinutes(database.pool);
    expect(await minutesOf()).toEqual(['c1/positions 100/100', 'c2/positions 50/90']);
    expect(await minutesOf('c2')).toEqual(['c2/positions 50/90']);
  });

  test('[RPW-14] days are those of UTC+8, and a span is the sum of them', async () => {
    await watch('c1', {}, 15 * 60);
    await sent('c1', range(15 * 60, 17 * 60));
    await storeAt(17 * 60 + 2);
    await rollOnlineMinutes(database.pool);
    expect(await minutesOf()).toEqual(['c1/positions 60/60']);
    expect(await minutesOf(null, '2026-07-02', '2026-07-02')).toEqual(['c1/positions 60/60']);
    expect(await minutesOf(null, '2026-07-01', '2026-07-31')).toEqual(['c1/positions 120/120']);
  });

  test('[RPW-15] of a sender on change a heartbeat counts; of a periodic one it does not; a long promise counts as long', async () => {
    await watch('c1', { mode: 'on-change', allowedS: 60 });
    await watch('c2');
    await watch('c3', { interfaceName: 'sensors', allowedS: 600 });
    await sent('c1', [5]);
    await sent('c2', range(0, 63));
    await sent('c3', [0, 10, 40], 'sensors');
    for (const [company, minutes] of [
      ['c1', range(10, 60).filter((m) => m % 2 === 0)],
      ['c2', range(0, 60)],
    ] as const) {
      await database.pool.query(
        `INSERT INTO heartbeat_minute (company_code, interface, minute) SELECT $1, 'positions', unnest($2::timestamptz[])`,
        [company, minutes.map(at)],
      );
    }
    await database.pool.query(
      `UPDATE ledger_minute SET refused = 1 WHERE company_code = 'c2' AND minute BETWEEN $1 AND $2`,
      [at(30), at(59)],
    );
    await storeAt(62);
    await rollOnlineMinutes(database.pool);
    expect(await minutesOf()).toEqual(['c1/positions 52/60', 'c2/positions 30/60', 'c3/sensors 32/60']);
  });

  test('[RPW-16] maintenance, downtime with its grace, and minutes in which nobody was heard do not count', async () => {
    await watch('c1');
    await watch('c2');
    await watch('c2', { interfaceName: 'persons', mode: 'on-change', allowedS: 60 });
    const all = range(0, 103).filter((m) => m < 50 || m >= 60);
    await sent('c1', all);
    await sent(
      'c2',
      all.filter((m) => m < 20 || m >= 30),
    );
    await sent('c2', all, 'persons');
    const value = {
      companyCode: 'c2',
      interfaces: ['positions'],
      fromMs: T0 + 20 * MINUTE,
      toMs: T0 + 30 * MINUTE,
      reason: 'r',
    };
    await database.pool.query(
      `INSERT INTO setting (topic, key, version, value, by, at, reason) VALUES ('maintenance', 'm', 1, $1, 'u', $2, 'r')`,
      [JSON.stringify(value), at(0)],
    );
    await database.pool.query(`INSERT INTO downtime (from_at, to_at, reason) VALUES ($1, $2, 'watch was away')`, [
      at(80),
      at(85),
    ]);
    await storeAt(102);
    await rollOnlineMinutes(database.pool);
    // Nobody in 50 to 59 and a minute on either side: 12; downtime and a minute of grace: 6; maintenance: 10.
    expect(await minutesOf()).toEqual(['c1/positions 82/82', 'c2/persons 82/82', 'c2/positions 72/72']);
  });

  test('[RPW-16] the silence of a single company is its own', async () => {
    await watch('c1');
    await sent('c1', range(0, 30));
    await storeAt(62);
    await rollOnlineMinutes(database.pool);
    expect(await minutesOf()).toEqual(['c1/positions 30/60']);
  });

  test('[RPW-14] who went back to joint testing is not expected', async () => {
    await watch('c1');
    await database.pool.query(`INSERT INTO company (code, name) VALUES ('c1', '甲')`);
    await database.pool.query(
      `INSERT INTO company_interface (company_code, interface, stage) VALUES ('c1', 'positions', 'joint')`,
    );
    await storeAt(62);
    await rollOnlineMinutes(database.pool);
    expect(await minutesOf()).toEqual([]);
  });
});
