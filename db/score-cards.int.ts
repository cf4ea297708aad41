import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { StoredReportingDesk } from '../admin/reporting.ts';
import { ScoreTally } from '../alarms/score-card.ts';
import { ManualClock } from '../core/clock.ts';
import { createFixBatch } from '../test/builders/entries.ts';
import { lngLatAt } from '../test/builders/plane.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { writeFindings } from './findings.ts';
import { addHours, readScoreCards } from './score-cards.ts';

/** 08:00 of a day at UTC+8. */
const T0 = Date.UTC(2026, 6, 1, 0);
const HOUR = 3_600_000;

describe('reporting read back', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.clear();
    await database.pool.query('TRUNCATE doc, doc_change, setting, coordinate_finding');
  });

  /** Fixes of `company`, each `delaysMs` late, received at an instant. */
  const sent = async (companyCode: string, receivedAtMs: number, delaysMs: readonly number[]): Promise<void> => {
    const tally = new ScoreTally();
    const fixes = delaysMs.map((delayMs, n) => ({ ...lngLatAt(0, 0), person: `p${n}`, atMs: receivedAtMs - delayMs }));
    tally.takeFixes(createFixBatch(fixes, { companyCode }), receivedAtMs);
    await addHours(database.pool, tally.drain(receivedAtMs));
  };
  const span = { fromMs: T0, toMs: T0 + 24 * HOUR, companyCode: null };

  test('[SCO-5] adding an hour twice adds its counts; a span sums its hours, in scope', async () => {
    await sent('c1', T0 + 1, [150, 150, 40_000]);
    await sent('c1', T0 + 2, [150]);
    await sent('c1', T0 + HOUR, [150, -3_000]);
    await sent('c1', T0 + 25 * HOUR, [99_000]);
    await sent('c2', T0, [150]);
    const cards = await readScoreCards(database.pool, null, span);
    expect(
      cards.map(({ companyCode, records, lateShare, aheadShare }) => [companyCode, records, lateShare, aheadShare]),
    ).toEqual([
      ['c1', 6, 1 / 6, 1 / 6],
      ['c2', 1, 0, 0],
    ]);
    expect(cards[0]?.delayP50Ms).toBeGreaterThanOrEqual(100);
    expect(cards[0]?.delayP50Ms).toBeLessThanOrEqual(200);
    expect(cards[0]?.delayP95Ms).toBeGreaterThan(30_000);
    expect((await readScoreCards(database.pool, 'c2', span)).map(({ companyCode }) => companyCode)).toEqual(['c2']);
    expect(await readScoreCards(database.pool, 'c2', { ...span, companyCode: 'c1' })).toEqual([]);
  });

  test('[SCO-6] a card joins the books, refusals, findings and the online rate, and says one score', async () => {
    await sent('c1', T0 + 1, [150, 150]);
    const minute = new Date(T0).toISOString();
    await database.pool.query(
      `INSERT INTO ledger_minute (company_code, interface, minute, received, refused, stored, duplicate)
       VALUES ('c1', 'positions', $1, 10, 5, 4, 1), ('', '', $1, 1, 1, 0, 0)`,
      [minute],
    );
    await database.pool.query(
      `INSERT INTO ledger_refusal (company_code, interface, minute, code, requests)
       VALUES ('c1', 'positions', $1, 'SIGNATURE_INVALID', 3)`,
      [minute],
    );
    await database.pool.query(`INSERT INTO reporting_day VALUES ('2026-07-01', 'c1', 'positions', 90, 100)`);
    const example = { lng: 121, lat: 30 };
    await writeFindings(database.pool, [{ companyCode: 'c1', kind: 'coarse', share: 1, looked: 9, example }], T0);
    const [card, ...others] = await readScoreCards(database.pool, null, span);
    expect(others).toEqual([]);
    expect(card).toMatchObject({
      refusedShare: 0.5,
      duplicateShare: 0.2,
      onlineRate: 0.9,
      completeShare: 0,
      implausibleShare: null,
      refusedRequests: { SIGNATURE_INVALID: 3 },
      findings: ['coarse'],
    });
    // (27 of 30) + (10 of 20) + 20 + (0 of 10) + (4 of 5) + 5 of 90 points, less 10 for the finding.
    expect(card?.score).toBe(Math.round(((100 * 66) / 90 - 10) * 10) / 10);
  });

  test('[RPW-17] now: each sender with its state and rates of day and month; expected and never heard is unknown; in scope', async () => {
    const { pool } = database;
    await pool.query(`INSERT INTO company (code, name) VALUES ('c1', '甲'), ('c2', '乙'), ('c3', '丙')`);
    await pool.query(
      `INSERT INTO company_interface (company_code, interface, stage)
       VALUES ('c1', 'positions', 'live'), ('c2', 'positions', 'trial'), ('c3', 'positions', 'joint'), ('c2', 'areas', 'live')`,
    );
    for (const [companyCode, state] of [
      ['c1', 'late'],
      ['c3', 'silent'],
      ['c9', 'maintenance'],
    ] as const) {
      const value = {
        companyCode,
        interfaceName: 'positions',
        mode: 'periodic',
        allowedS: 30,
        state,
        phi: 1.5,
        sinceMs: T0,
        heardAtMs: T0,
      };
      await pool.query(
        `INSERT INTO doc (kind, key, company_codes, gone, at, value) VALUES ('sender', $1, '{}', false, $2, $3)`,
        [`${companyCode}/positions`, new Date(T0), JSON.stringify(value)],
      );
    }
    await pool.query(
      `INSERT INTO reporting_day VALUES ('2026-07-01', 'c1', 'positions', 30, 60), ('2026-07-02', 'c1', 'positions', 60, 60),
         ('2026-06-30', 'c1', 'positions', 0, 1440)`,
    );
    const desk = new StoredReportingDesk(pool, new ManualClock(T0 + 24 * HOUR));
    const answer = await desk.now(null);
    expect(answer.senders.map(({ companyCode, state }) => `${companyCode} ${state}`)).toEqual([
      'c1 late',
      'c2 unknown',
      'c9 maintenance',
    ]);
    expect(answer).toMatchObject({ expected: 2, online: 1, ratesUntilMs: null });
    expect(answer.senders[0]).toMatchObject({
      companyName: '甲',
      phi: 1.5,
      day: { onlineMinutes: 60, countedMinutes: 60, rate: 1 },
      month: { onlineMinutes: 90, countedMinutes: 120, rate: 0.75 },
    });
    expect((await desk.now('c2')).senders.map(({ companyCode, day }) => [companyCode, day.rate])).toEqual([
      ['c2', null],
    ]);
  });
});
