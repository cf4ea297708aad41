import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import type { RegisterRow } from '../core/register-api.ts';
import { applyAreas } from '../db/area-rows.ts';
import { applyPersons } from '../db/person-rows.ts';
import { queryRows, withTransaction } from '../db/pool.ts';
import { putSettings } from '../db/settings.ts';
import { Subjects } from '../db/subjects.ts';
import { alarmCodes } from '../registers/alarm-codes.ts';
import { areaLimits } from '../registers/area-limits.ts';
import { areas } from '../registers/areas.ts';
import { calendar } from '../registers/calendar.ts';
import { departments } from '../registers/departments.ts';
import { companyDuty, parkDuty } from '../registers/duty-roster.ts';
import { people } from '../registers/people.ts';
import { posts } from '../registers/posts.ts';
import type { AnyRegister } from '../registers/register.ts';
import { createBlindIndex } from '../security/blind-index.ts';
import { createSealer } from '../security/gm.ts';
import type { UnexplainedCode } from '../stream/protocol/unexplained-code.ts';
import { createArea, createPerson } from '../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { AlarmCodeStore } from './alarm-code-store.ts';
import { areaStore } from './park-registers/areas.ts';
import { peopleStore } from './park-registers/people.ts';
import { RegisterDesk } from './register/desk.ts';
import { exportFile } from './register/export.ts';
import { importFile } from './register/import.ts';
import { keepRegisters } from './register/kept.ts';
import type { RegisterUser } from './register/rights.ts';
import { Secrets } from './register/secrets.ts';

const [A, B] = ['900000001', '900000002'] as const;
const clock = new ManualClock(1_790_000_000_000);
const AS = { address: null, department: null, contractorCode: null };
const PARK: RegisterUser = { ...AS, userId: 'u-park', userName: '林岚', role: 'park', companyCode: null };
const OF_A: RegisterUser = { ...AS, userId: 'u-a', userName: '甲', role: 'company-admin', companyCode: A };
const OF_B: RegisterUser = { ...AS, userId: 'u-b', userName: '乙', role: 'company-admin', companyCode: B };

const sealer = createSealer([Buffer.alloc(32, 9)]);
const REGISTERS = [areas, people, departments, calendar, parkDuty, companyDuty, posts, areaLimits, alarmCodes];

describe('registers over settings', () => {
  let database: TestDatabase;
  let desk: RegisterDesk;
  let parts: Parameters<typeof importFile>[0];

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'), false, REGISTERS);
    const { pool } = database;
    // Each test begins with none.
    await pool.query('ALTER TABLE setting_version DISABLE TRIGGER USER');
    await pool.query(`INSERT INTO company (code, name) VALUES ($1, '甲公司'), ($2, '乙公司')`, [A, B]);
    const secrets = new Secrets(sealer, createBlindIndex(Buffer.alloc(32, 9)));
    const kept = keepRegisters(REGISTERS, {
      areas: areaStore(),
      people: peopleStore(sealer),
      'alarm-codes': new AlarmCodeStore(),
    });
    desk = new RegisterDesk({ pool, kept, actions: {}, secrets, clock });
    parts = { pool, desk, secrets, clock };
    await withTransaction(pool, async (client) => {
      await applyAreas(client, A, [createArea({ areaId: 'a1', name: '中控室' })], clock.nowMs());
      await applyPersons(client, new Subjects(), A, [createPerson({ personId: 'p1', name: '苏岚' })], clock.nowMs());
    });
    await create(departments, { code: 'duty', name: '值班室' });
  });
  beforeEach(async () => {
    await database.pool.query(
      'TRUNCATE setting, setting_version, outbox, doc, reg_calendar, reg_park_duty, reg_company_duty',
    );
  });
  afterAll(() => database.drop());

  async function create(register: AnyRegister, values: object, companyCode: string | null = null, user = PARK) {
    const input = { values: values as RegisterRow['values'], ...(companyCode === null ? {} : { companyCode }) };
    const made = await desk.create(register, user, input);
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    return made.value;
  }
  const settings = (topic: string) =>
    queryRows<{ key: string; version: number; value: unknown }>(
      database.pool,
      'SELECT key, version, value FROM setting WHERE topic = $1 ORDER BY key',
      [topic],
    );
  const list = async (register: AnyRegister, user = PARK) =>
    (await desk.list(register, user, { sort: register.key, limit: 200 })).rows;

  it('[STR-1] a row is one setting, with its version, on its way to the engine, and leads to its dry run', async () => {
    const row = await create(areaLimits, { area: 'a1', capacityMax: 20, lifted: ['dwellLimitS'] }, A);
    const value = { capacityMax: 20, dwellLimitS: null };
    expect(await settings('area')).toEqual([{ key: `${A}/a1`, version: 1, value }]);
    expect(row).toMatchObject({ version: 1, companyCode: A, labels: { area: { a1: '中控室' } } });
    expect(row.links).toMatchObject([{ href: `#settings/try/area/${A}%2Fa1` }]);
    const outbox = await queryRows<{ body: object }>(database.pool, 'SELECT body FROM outbox');
    expect(outbox).toMatchObject([{ body: { topic: 'area', key: `${A}/a1`, version: 1, value } }]);
    expect(await list(areaLimits, OF_A)).toMatchObject([{ links: [] }]);
    await desk.remove(areaLimits, PARK, row.id, 1);
    expect(await settings('area')).toMatchObject([{ version: 2, value: null }]);
  });

  it('[STR-1] names of areas and people that do not stand are refused; shifts travel as they are', async () => {
    const shifts = [{ name: '白班', from: '08:00', to: '20:00', people: ['p1'] }];
    const post = { code: 'x1', name: '中控室', areas: ['a1'], number: 1, shifts, days: 'every' };
    const wrong = await desk.create(posts, PARK, { companyCode: A, values: { ...post, areas: ['a2'] } });
    expect(wrong).toMatchObject({ ok: false, error: [{ field: 'areas' }] });
    const row = await create(posts, post, A);
    expect(row.values).toMatchObject({ ...post, shifts });
    expect(await settings('post')).toMatchObject([
      { key: `${A}/x1`, value: { areas: [`${A}/a1`], shifts: [{ name: '白班', personIds: ['p1'] }] } },
    ]);
    expect(await list(posts, OF_B)).toEqual([]);
    await expect(desk.update(posts, OF_A, row.id, { version: 1, values: { number: 2 } })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('[STR-3] each change of the calendar puts it whole; without rows it is withdrawn', async () => {
    const row = await create(calendar, { name: '国庆节', kind: 'holiday', from: '2026-10-01', to: '2026-10-02' });
    const other = await create(calendar, {
      name: '夜间',
      kind: 'night',
      from: '2026-01-01',
      fromTime: '20:00',
      toTime: '06:00',
    });
    expect(await settings('calendar')).toEqual([
      {
        key: '',
        version: 2,
        value: {
          holidays: ['2026-10-01', '2026-10-02'],
          makeUpDays: [],
          nights: [{ from: '2026-01-01', to: null, fromMinute: 1_200, toMinute: 360 }],
        },
      },
    ]);
    await create(calendar, { name: '调休', kind: 'make-up', from: '2026-10-10' });
    const clash = desk.create(calendar, PARK, { values: { name: '错', kind: 'holiday', from: '2026-10-10' } });
    await expect(clash).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    for (const one of await list(calendar)) await desk.remove(calendar, PARK, one.id, one.version);
    expect(row.id).not.toBe(other.id);
    expect((await settings('calendar'))[0]).toMatchObject({ value: null });
  });

  it('[STR-3] of many who add days at once none loses his', async () => {
    const days = Array.from({ length: 8 }, (_, n) => `2026-10-0${n + 1}`);
    await Promise.all(days.map((from) => create(calendar, { name: from, kind: 'holiday', from })));
    expect(await settings('calendar')).toEqual([{ key: '', version: 8, value: { holidays: days, makeUpDays: [] } }]);
  });

  it('[STR-8] what was put by another way is not overwritten until it is withdrawn', async () => {
    const author = { userId: '', userName: 'park command', atMs: clock.nowMs(), reason: '' };
    const put = (value: unknown, expectedVersion: number) =>
      withTransaction(database.pool, (client) =>
        putSettings(client, [{ topic: 'calendar', key: '', value, expectedVersion }], author),
      );
    await put({ holidays: ['2026-01-01'], makeUpDays: [] }, 0);
    const add = () => create(calendar, { name: '国庆节', kind: 'holiday', from: '2026-10-01' });
    await expect(add()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await list(calendar)).toEqual([]);
    await put(null, 1);
    await add();
    expect((await settings('calendar'))[0]).toMatchObject({ version: 3, value: { holidays: ['2026-10-01'] } });
  });

  it('[STR-8] what an older version told of the same rows is taken for theirs', async () => {
    const author = { userId: '', userName: 'park command', atMs: clock.nowMs(), reason: '' };
    await create(calendar, { name: '国庆节', kind: 'holiday', from: '2026-10-01' });
    await create(calendar, { name: '进博会', kind: 'event', from: '2026-11-05' });
    await withTransaction(database.pool, (client) =>
      putSettings(
        client,
        [{ topic: 'calendar', key: '', value: { holidays: ['2026-10-01'], makeUpDays: [] }, expectedVersion: 2 }],
        author,
      ),
    );
    await create(calendar, { name: '调休', kind: 'make-up', from: '2026-10-10' });
    expect((await settings('calendar'))[0]).toMatchObject({
      value: { makeUpDays: ['2026-10-10'], events: [{ name: '进博会', from: '2026-11-05', to: '2026-11-05' }] },
    });
  });

  it('[STR-4] a company keeps its duty roster, by a file too; each office is a setting, and goes with its last duty', async () => {
    const file = [
      '编号,值班岗位,值班人,联系人编号,通知方式,上班,下班',
      'd1,control-room,张三,zhang,短信,2026-10-01 08:00,2026-10-01 20:00',
      'd2,control-room,李四,li,短信；邮件,2026-10-01 20:00,2026-10-02 08:00',
      'd3,duty-leader,王五,wang,短信,2026-10-01 08:00,2026-10-02 08:00',
    ].join('\n');
    const report = await importFile(parts, companyDuty, OF_A, Buffer.from(file), false);
    expect(report).toMatchObject({ kept: true, counts: { new: 3, refused: 0 }, problems: [], unknownColumns: [] });
    const rosters = await settings('roster');
    expect(rosters.map(({ key }) => key)).toEqual([`${A}/control-room`, `${A}/duty-leader`]);
    expect(rosters[0]?.value).toEqual({
      duties: [
        {
          contactId: 'zhang',
          name: '张三',
          channels: ['sms'],
          fromMs: Date.parse('2026-10-01T08:00+08:00'),
          toMs: Date.parse('2026-10-01T20:00+08:00'),
        },
        {
          contactId: 'li',
          name: '李四',
          channels: ['email', 'sms'],
          fromMs: Date.parse('2026-10-01T20:00+08:00'),
          toMs: Date.parse('2026-10-02T08:00+08:00'),
        },
      ],
    });
    const pieces: Buffer[] = [];
    for await (const piece of await exportFile(parts, companyDuty, OF_A, { sort: 'code', limit: 200 }, 'csv', 'zh')) {
      pieces.push(Buffer.from(piece));
    }
    const again = await importFile(parts, companyDuty, OF_A, Buffer.concat(pieces), false);
    expect(again.counts).toEqual({ new: 0, changed: 0, same: 3, refused: 0 });
    const leader = (await list(companyDuty, OF_A)).find(({ values }) => values['code'] === 'd3') as RegisterRow;
    await desk.remove(companyDuty, OF_A, leader.id, leader.version);
    expect((await settings('roster')).map(({ value }) => value === null)).toEqual([false, true]);
    expect(await list(companyDuty, OF_B)).toEqual([]);
  });

  it('[STR-4] one company neither waits for another’s roster, nor is stopped by it', async () => {
    const duty = {
      code: 'd1',
      office: 'safety',
      name: '赵六',
      contact: 'zhao',
      channels: ['page'],
      from: 1_000,
      to: 2_000,
    };
    const kept = desk.target(companyDuty, OF_B, companyDuty.rights.create);
    const by = desk.authorship(OF_B, 'create');
    await withTransaction(parts.pool, async (client) => {
      const [checked] = await desk.writer.check(client, kept, OF_B, [{ row: null, companyCode: B, values: duty }]);
      if (checked?.ok !== true) throw new Error(JSON.stringify(checked));
      await desk.writer.keep(client, kept, [checked.value], by);
      // That of B is not committed yet.
      expect(await desk.create(companyDuty, OF_A, { values: duty })).toMatchObject({ ok: true });
    });
    expect((await settings('roster')).map(({ key }) => key).sort()).toEqual([`${A}/safety`, `${B}/safety`]);
  });

  it('[STR-4] the park’s duty roster goes by its departments', async () => {
    const duty = { code: 'd1', name: '赵六', contact: 'zhao', channels: ['page'], from: 1_000, to: 2_000 };
    const wrong = await desk.create(parkDuty, PARK, { values: { ...duty, department: 'none' } });
    expect(wrong).toMatchObject({ ok: false, error: [{ field: 'department' }] });
    await create(parkDuty, { ...duty, department: 'duty' });
    expect(await settings('roster')).toMatchObject([{ key: 'park/duty', value: { duties: [{ contactId: 'zhao' }] } }]);
  });

  it('[STR-9] codes that arrived unexplained stand in the list, and are explained by filling them in', async () => {
    const arrived: UnexplainedCode = {
      companyCode: A,
      code: '17',
      waiting: 3,
      sinceMs: 1_000,
      newestAtMs: 2_000,
      description: '静电接地异常',
    };
    await database.pool.query(
      `INSERT INTO doc (kind, key, company_codes, gone, at, value) VALUES ('alarm-code', $1, $2, false, now(), $3)`,
      [`${A}/17`, [A], JSON.stringify(arrived)],
    );
    const [waiting] = (await list(alarmCodes)) as [RegisterRow];
    expect(waiting).toMatchObject({ version: 0, companyCode: A, state: 'unexplained', running: null });
    expect(waiting.values).toMatchObject({ code: '17', rule: null, description: '静电接地异常', waiting: 3 });
    expect(await list(alarmCodes, OF_A)).toHaveLength(1);
    expect(await list(alarmCodes, OF_B)).toEqual([]);
    await expect(desk.remove(alarmCodes, PARK, waiting.id, 0)).rejects.toMatchObject({ code: 'CONFLICT' });
    const done = await desk.update(alarmCodes, PARK, waiting.id, { version: 0, values: { rule: 'dwell', level: '2' } });
    expect(done).toMatchObject({ ok: true, value: { version: 1, state: 'explained' } });
    expect(await settings('alarm-code')).toEqual([{ key: `${A}/17`, version: 1, value: { rule: 'dwell', level: 2 } }]);
    expect(await list(alarmCodes)).toHaveLength(1);
    await desk.remove(alarmCodes, PARK, waiting.id, 1);
    expect(await list(alarmCodes)).toMatchObject([{ version: 2, state: 'unexplained' }]);
    const again = await desk.update(alarmCodes, PARK, waiting.id, { version: 2, values: { rule: 'dwell' } });
    expect(again).toMatchObject({ ok: true, value: { version: 3, values: { rule: 'dwell', level: null } } });
  });
});
