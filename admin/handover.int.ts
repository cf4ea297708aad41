import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { applyAlarms } from '../db/alarm-rows.ts';
import { applyDocs } from '../db/doc-rows.ts';
import { readHandoverSummary } from '../db/handover.ts';
import { queryRows, withTransaction } from '../db/pool.ts';
import type { AlarmView, DocEffect } from '../stream/protocol/effects.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { handoverContract } from '../test/contract/handovers.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { addCompany } from './companies.ts';
import { StoredHandoverDesk } from './handover.ts';

const OWN = '310000001';
const OTHER = '310000002';
const HOUR_MS = 3_600_000;
const NOW = 1_764_000_000_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database?.drop());

handoverContract(async () => {
  await database.pool.query('TRUNCATE shift_handover');
  const clock = new ManualClock(NOW);
  return { desk: new StoredHandoverDesk(database.pool, clock), clock };
});

describe('hand-overs in PostgreSQL', () => {
  let seq = 0;
  const apply = (effects: readonly (DocEffect | { t: 'alarm'; alarm: AlarmView })[]) =>
    withTransaction(database.pool, async (client) => {
      const items = [{ seq: ++seq, atMs: NOW, effects }];
      await applyAlarms(client, 'e', items);
      await applyDocs(client, 'e', items);
    });
  const alarm = (alarmId: string, { raisedAtMs = NOW - HOUR_MS, ...change }: Partial<AlarmView>) =>
    ({ t: 'alarm', alarm: { ...createAlarm({ alarmId, raisedAtMs }), companyCodes: [OWN], ...change } }) as const;
  const doc = (kind: string, key: string, companyCodes: readonly string[], value: object, gone = false) =>
    ({ t: 'doc', doc: kind, key, companyCodes, value, gone }) as unknown as DocEffect;
  const sender = (companyCode: string, state: string) =>
    doc('sender', `${companyCode}/positions`, [companyCode], {
      companyCode,
      interfaceName: 'positions',
      state,
      sinceMs: NOW - HOUR_MS,
    });
  const order = (orderId: string, deadlineAtMs: number, companyCodes = [OWN], closedAtMs: number | null = null) => {
    const value = {
      orderId,
      rule: 'dwell',
      level: 3,
      title: { subject: '张三', place: '罐区' },
      state: closedAtMs === null ? 'to-report' : 'closed',
      party: `${OWN}/safety`,
      parties: [],
      assignee: { userId: 'u', name: '李四' },
      deadlineAtMs,
      madeAtMs: NOW,
      stateSinceMs: NOW,
      alarmIds: ['a'],
      escalations: 0,
      escalationParty: 'park/duty',
    };
    return doc('order', orderId, companyCodes, value, closedAtMs !== null);
  };

  beforeAll(async () => {
    await addCompany(database.pool, COMMAND_LINE, { code: OWN, name: '甲化工' });
    await addCompany(database.pool, COMMAND_LINE, { code: OTHER, name: '乙化工' });
    await apply([
      alarm('before', { rule: 'sos', level: 1, raisedAtMs: NOW - 9 * HOUR_MS, onsetAtMs: NOW - 9 * HOUR_MS }),
      alarm('seen', {
        rule: 'dwell',
        level: 3,
        raisedAtMs: NOW - HOUR_MS,
        acknowledged: true,
        acknowledgedAtMs: NOW - HOUR_MS + 60_000,
        acknowledgedBy: '王五',
        comments: [{ by: '王五', atMs: NOW, text: '在查' }],
      }),
      alarm('over', {
        rule: 'dwell',
        level: 3,
        raisedAtMs: NOW - HOUR_MS,
        acknowledged: true,
        acknowledgedAtMs: NOW - HOUR_MS + 120_000,
        active: false,
        endedAtMs: NOW,
        falseMark: { by: '王五', atMs: NOW, text: '误报' },
      }),
      alarm('other', { rule: 'dwell', level: 3, raisedAtMs: NOW - HOUR_MS, companyCodes: [OTHER] }),
      order('o-late', NOW + HOUR_MS),
      order('o-soon', NOW + 60_000),
      order('o-other', NOW + 60_000, [OTHER]),
      order('o-closed', NOW + 60_000, [OWN], NOW),
      doc('shelf', 's', [OWN], {
        shelfId: 's',
        scope: { rule: 'dwell', area: null, person: null },
        reason: '检修',
        by: '王五',
        fromMs: NOW,
        untilMs: NOW + HOUR_MS,
        endedAtMs: null,
        endedBy: null,
      }),
      sender(OWN, 'silent'),
      sender(OTHER, 'online'),
    ]);
    // Of a company in joint testing no silence is counted.
    await queryRows(database.pool, `UPDATE company_interface SET stage = 'live'`);
    const span = `tstzrange(now(), now() + interval '1 hour')`;
    await queryRows(
      database.pool,
      `INSERT INTO permit (company_code, permit_id, joint_test, deleted, state, number, company_name, work_code, status, content,
         site, units, work_at, day, span, updated_at, received_at, words, open_alarms)
       SELECT $1, id, false, false, '{}', 'DH-' || id, '甲化工', '11', status, '', '一号罐区', '{}', now(), current_date, ${span},
         now(), now(), '', open
       FROM (VALUES ('p1', 'working', 0), ('p2', 'paused', 2), ('p3', 'accepted', 0)) AS t (id, status, open)`,
      [OWN],
    );
  });

  it('[CON-50] sums up the span by class, level and handling, and what stands whenever it began', async () => {
    const summary = await readHandoverSummary(database.pool, null, NOW - 8 * HOUR_MS, NOW);
    expect(summary.alarms).toEqual([
      {
        rule: 'dwell',
        level: 3,
        raised: 3,
        acknowledged: 2,
        ended: 1,
        markedFalse: 1,
        escalated: 0,
        acknowledgedAfterMs: 90_000,
      },
    ]);
    expect(summary.standing.map(({ alarmId }) => alarmId)).toEqual(['before', 'other', 'seen']);
    expect(summary.standingCount).toBe(3);
    expect(summary.standing[2]).toMatchObject({ acknowledgedBy: '王五', comments: [{ by: '王五', text: '在查' }] });
    expect(summary.shelves).toMatchObject([{ shelfId: 's', rule: 'dwell', reason: '检修', untilMs: NOW + HOUR_MS }]);
    expect(summary.orders.map(({ orderId }) => orderId)).toEqual(['o-other', 'o-soon', 'o-late']);
    expect(summary.orders[1]).toMatchObject({ subject: '张三', place: '罐区', assignee: '李四', state: 'to-report' });
    expect(summary.permits.map(({ permitId, openAlarms }) => [permitId, openAlarms])).toEqual([
      ['p2', 2],
      ['p1', 0],
    ]);
    expect(summary.companyNames).toEqual({ [OWN]: '甲化工', [OTHER]: '乙化工' });
    expect(summary.silent).toEqual([
      { companyCode: OWN, companyName: '甲化工', interfaceName: 'positions', sinceMs: NOW - HOUR_MS },
    ]);
  });

  it('[CON-53] a company’s summary holds nothing of another', async () => {
    const summary = await readHandoverSummary(database.pool, OTHER, NOW - 8 * HOUR_MS, NOW);
    expect(summary).toMatchObject({
      alarms: [{ raised: 1 }],
      standing: [{ alarmId: 'other' }],
      shelves: [],
      orders: [{ orderId: 'o-other' }],
      permits: [],
      silent: [],
      companyNames: { [OTHER]: '乙化工' },
    });
  });

  it('[CON-51] what was given and taken cannot be changed, and is on record', async () => {
    const desk = new StoredHandoverDesk(database.pool, new ManualClock(NOW));
    const by = (userId: string) => ({ userId, userName: `u${userId}`, companyCode: null, address: '10.0.0.1' });
    const { id } = await desk.give(by('1'), NOW - HOUR_MS, { name: '张三', notes: '一切正常' });
    const change = (set: string) => queryRows(database.pool, `UPDATE shift_handover SET ${set} WHERE id = $1`, [id]);
    await expect(change(`notes = 'anders'`)).rejects.toThrow(/kept/);
    await desk.take(by('2'), id, { name: '李四', notes: '' });
    await expect(change(`taken_name = '王五'`)).rejects.toThrow(/kept/);
    await expect(queryRows(database.pool, 'DELETE FROM shift_handover')).rejects.toThrow(/kept/);
    const audit = await queryRows<{ action: string; user_name: string; detail: object }>(
      database.pool,
      `SELECT action, user_name, detail FROM audit WHERE action LIKE 'handover.%' AND subject = $1 ORDER BY id`,
      [String(id)],
    );
    expect(audit).toMatchObject([
      { action: 'handover.give', user_name: 'u1', detail: { name: '张三' } },
      { action: 'handover.take', user_name: 'u2', detail: { name: '李四' } },
    ]);
  });
});
