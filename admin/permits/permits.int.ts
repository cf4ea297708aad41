import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { listPermits, type PermitFilter } from '../../db/permits/permit-lists.ts';
import { queryRows } from '../../db/pool.ts';
import { createSealer } from '../../security/gm.ts';
import { sealPermitPhone } from '../../security/permit-secret.ts';
import { MemoryAttachments } from '../../stream/archive/attachment-store.ts';
import type { AlarmView, DocEffect } from '../../stream/protocol/effects.ts';
import type { BatchOrigin } from '../../stream/protocol/entry.ts';
import type { PermitRowJson } from '../../stream/protocol/permit-api.ts';
import {
  anActivity,
  aPermit,
  aPermitAlarm,
  aPermitVideo,
  aWord,
  PERMIT_COMPANY as OWN,
  PERMIT_T0 as P0,
  PERMIT_CAMERA,
} from '../../stream/protocol/permits.fixture.ts';
import { type PermitAttachmentRecord, type PermitRecord, permitAlarmSourceId } from '../../stream/protocol/permits.ts';
import { createAlarm } from '../../test/contract/storage.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../../test/contract/storage-postgres.ts';
import { StoreRun } from '../../test/contract/store-run.ts';
import type { Actor } from '../audit.ts';
import { readSheet } from '../register/sheet/read-sheet.ts';
import { StoredPermitDesk } from './permits.ts';

const OTHER = '913100002';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MANY = 1_000_000;
const actor: Actor = { userId: 'u', userName: '值班员', address: '10.0.0.1' };
const sealer = createSealer([new Uint8Array(32).fill(3)]);
const clock = new ManualClock(P0);

let database: TestDatabase;
let harness: StorageDatabaseHarness;
let run: StoreRun;
let files: MemoryAttachments;
let desk: StoredPermitDesk;

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());
beforeEach(async () => {
  harness = await StorageDatabaseHarness.create(database);
  await database.pool.query(`INSERT INTO company (code, name) VALUES ('${OTHER}', '乙化工')`);
  run = await StoreRun.start(harness);
  files = new MemoryAttachments();
  desk = new StoredPermitDesk({ pool: database.pool, files, sealer, clock, logger: silentLogger });
});

const send = (records: readonly PermitRecord[], origin: Partial<BatchOrigin> = {}, receivedAtMs = P0) =>
  run.apply(run.records('permits', records, origin, receivedAtMs));
const ofOther = (record: PermitRecord): Promise<unknown> =>
  send([{ ...record, companyCode: OTHER }], { companyCode: OTHER });
const at = (fromMs: number, more: Partial<PermitRecord> = {}): PermitRecord => {
  const fields = {
    plannedFromMs: fromMs,
    plannedToMs: fromMs + HOUR_MS,
    validFromMs: fromMs,
    validToMs: fromMs + HOUR_MS,
    startedAtMs: fromMs,
  };
  return aPermit({ ...more, fields: { ...fields, ...more.fields } });
};
const ids = async (filter: PermitFilter, scope: string | null = null): Promise<string[]> =>
  (await desk.list(scope, filter, 50, null)).permits.map(({ permitId }) => permitId);
const raise = async (...alarms: AlarmView[]): Promise<void> => {
  await run.applyBatch({
    effects: [{ seq: run.log.seq, atMs: P0, effects: alarms.map((alarm) => ({ t: 'alarm', alarm }) as const) }],
  });
};
const alarmOf = (alarmId: string, change: Partial<AlarmView> = {}, permitId = 't1'): AlarmView =>
  createAlarm({
    alarmId,
    rule: 'guardian-away',
    companyCodes: [OWN],
    raisedAtMs: P0,
    permit: { companyCode: OWN, permitId, number: null, workCode: '03', code: '31', clause: '', facts: [] },
    ...change,
  });
const audited = () =>
  queryRows<{ action: string; subject: string | null; detail: unknown }>(
    database.pool,
    `SELECT action, subject, detail FROM audit WHERE action LIKE 'permit.%' ORDER BY id`,
  );

describe('lists', () => {
  it('[PST-21] page by page each once, work begun last first, while more come in', async () => {
    await send(Array.from({ length: 25 }, (_, n) => at(P0 - (n % 7) * HOUR_MS, { permitId: `t${n}` })));
    const seen: PermitRowJson[] = [];
    for (let cursor: string | null = null, page = 0; page === 0 || cursor !== null; page++) {
      const answer = await desk.list(null, {}, 10, cursor);
      seen.push(...answer.permits);
      cursor = answer.cursor;
      await send([at(P0 + DAY_MS, { permitId: `later${page}` })]);
    }
    expect(new Set(seen.map(({ permitId }) => permitId)).size).toBe(25);
    expect(seen).toHaveLength(25);
    const began = seen.map(({ startedAtMs }) => startedAtMs ?? 0);
    expect(began).toEqual([...began].sort((a, b) => b - a));
    await expect(desk.list(null, {}, 10, 'made up')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  const FILTERS: readonly [string, PermitFilter, string[]][] = [
    ['a number', { search: 'sx-0007' }, ['space']],
    ['one Chinese character of the content', { search: '清' }, ['space']],
    ['several words wherever they are', { search: '反应釜 生产二部' }, ['space']],
    ['in full width', { search: 'ＳＸ－０００７' }, ['space']],
    ['a sign that means something to SQL', { search: '%' }, []],
    ['applicant', { applicant: '二部' }, ['space']],
    ['an applicant that is but a place', { applicant: '管廊' }, []],
    ['unit', { unit: '检修' }, ['fire']],
    ['place', { site: '管廊' }, ['fire']],
    ['detail codes', { workCodes: ['70', '01'] }, ['space']],
    ['statuses', { statuses: ['working'] }, ['fire']],
    ['with alarms', { alarmed: true }, ['fire']],
    ['without', { alarmed: false }, ['space']],
    ['a company', { companyCode: OWN }, ['fire', 'space']],
    ['another company', { companyCode: OTHER }, []],
    ['a span that meets the plan', { fromMs: P0 - DAY_MS, toMs: P0 - DAY_MS + 1 }, ['space']],
    ['open to the past', { toMs: P0 - HOUR_MS }, ['space']],
    ['open to the future', { fromMs: P0 + 30 * 60_000 }, ['fire']],
    ['both', {}, ['fire', 'space']],
  ];
  it('[PST-21] finds by every filter', async () => {
    const space = {
      number: 'SX-0007',
      workCode: '70',
      content: '清罐检查',
      site: '反应釜 R-101',
      applicant: '生产二部',
    };
    await send([
      at(P0, { permitId: 'fire' }),
      at(P0 - DAY_MS, { permitId: 'space', status: 'accepted', fields: { ...space, units: ['示例清洗'] } }),
    ]);
    await raise(alarmOf('x1', {}, 'fire'));
    for (const [what, filter, found] of FILTERS) {
      expect(await ids(filter), what).toEqual(found);
      expect((await desk.list(null, filter, 50, null)).total, what).toBe(found.length);
      // As where there are too many to look at each.
      const walked = await listPermits(database.pool, null, filter, 50, null, MANY);
      expect(
        walked.permits.map(({ permitId }) => permitId),
        what,
      ).toEqual(found);
    }
  });

  it('[PST-6] [PST-20] have nothing of joint tests, of what was withdrawn, and of other companies', async () => {
    await send([at(P0, { permitId: 'joint' })], { stage: 'joint' });
    await send([at(P0, { permitId: 'gone' }), at(P0, { permitId: 'own' })]);
    await send([aWord({ permitId: 'gone', updatedAtMs: P0 + 1, deleted: true })]);
    await ofOther(at(P0, { permitId: 'other' }));
    expect((await ids({})).sort()).toEqual(['other', 'own']);
    expect(await ids({}, OWN)).toEqual(['own']);
    expect(await ids({ companyCode: OTHER }, OWN)).toEqual([]);
    await expect(desk.detail(null, OWN, 'joint')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await desk.detail(null, OWN, 'gone')).toMatchObject({ deleted: true });
  });
});

const attachment = (change: Partial<PermitAttachmentRecord> = {}): PermitAttachmentRecord => ({
  attachmentId: 'f1',
  companyCode: OWN,
  permitId: 't1',
  kind: 'ticket',
  fileName: '作业票.pdf',
  mediaType: 'application/pdf',
  bytes: 5,
  hash: 'ab'.repeat(32),
  updatedAtMs: P0,
  deleted: false,
  ...change,
});

describe('one permit', () => {
  it('[PST-22] with all that belongs to it, and nothing that belongs to another', async () => {
    const phone = sealPermitPhone(sealer, OWN, 't1', '13812341234');
    const links = [{ key: 'l1', permitId: 'GC-0002' }];
    await send([
      aPermit({ fields: { activityId: 'j1', responsiblePhoneSealed: phone }, rows: { links } }),
      aWord({ updatedAtMs: P0 + 1, status: 'paused', rows: { gas: [{ key: 'g1', gone: true }] } }),
      aPermit({ permitId: 't2', fields: { number: 'GC-0002', workCode: '22' } }),
      aPermit({ permitId: 't3', fields: { activityId: 'j1' } }),
      aPermit({ permitId: 't4' }),
    ]);
    await ofOther(aPermit({ fields: { number: 'GC-0002', activityId: 'j1' } }));
    await run.apply(
      run.records('activities', [anActivity()]),
      run.records('permitVideos', [aPermitVideo(), aPermitVideo({ videoId: 'v2', permitId: 't2', cameraCode: 'x' })]),
      run.records('permitAttachments', [attachment(), attachment({ attachmentId: 'f2', deleted: true })]),
      run.records('permitAttachments', [attachment({ attachmentId: 'f3' })], { stage: 'joint' }),
      run.records('permitAlarms', [
        aPermitAlarm({ alarmId: 'own1', result: '已整改' }),
        aPermitAlarm({ alarmId: 'own2' }),
      ]),
    );
    const source = {
      by: 'vendor',
      recordId: permitAlarmSourceId(OWN, 'own1'),
      localCode: '',
      raisedAtMs: P0,
      endedAtMs: null,
      description: '',
    } as const;
    await raise(alarmOf('x1', { level: 2 }), alarmOf('x2', { raisedAtMs: P0 + 1, sources: [source] }));
    await keepOrder('x1', 'to-confirm');
    const coverage = { workMs: 60_000, coveredMs: 59_000 };
    await database.pool.query(
      `INSERT INTO doc (kind, key, company_codes, gone, at, value) VALUES ('coverage', $1, $2, true, now(), $3)`,
      [`${OWN}/t1`, [OWN], coverage],
    );
    const detail = await desk.detail(OWN, OWN, 't1');
    expect(detail).toMatchObject({
      number: 'DH-20261120-001',
      companyName: '甲化工',
      status: 'paused',
      deleted: false,
      responsiblePhoneMasked: '138****1234',
      statuses: [
        { atMs: P0, status: 'working' },
        { atMs: P0 + 1, status: 'paused' },
      ],
      rows: { gas: [], links },
      attachments: [{ attachmentId: 'f1', fileName: '作业票.pdf', bytes: 5 }],
      cameraCodes: [PERMIT_CAMERA],
      coverage,
      activity: { activityId: 'j1', fromMs: P0 },
      alarmCount: 2,
      worstLevel: 1,
    });
    expect(JSON.stringify(detail)).not.toContain(phone);
    expect(detail.linked.map(({ companyCode, permitId }) => [companyCode, permitId])).toEqual([
      [OWN, 't2'],
      [OWN, 't3'],
    ]);
    expect(detail.alarms.map(({ alarmId, by, code, result }) => [alarmId, by, code, result])).toEqual([
      ['x2', 'vendor', '31', '已整改'],
      ['own2', 'vendor', '31', ''],
      ['x1', 'park', '31', 'to-confirm'],
    ]);
  });

  async function keepOrder(alarmId: string, state: string): Promise<void> {
    const value = { orderId: `${alarmId}-1`, alarmIds: [alarmId], state, madeAtMs: P0, deadlineAtMs: P0 };
    const doc = { t: 'doc', doc: 'order', key: value.orderId, companyCodes: [OWN], value, gone: false };
    await run.applyBatch({ effects: [{ seq: run.log.seq, atMs: P0, effects: [doc as unknown as DocEffect] }] });
  }

  it('[PST-23] the history is every word, newest first, the phone masked', async () => {
    const phone = sealPermitPhone(sealer, OWN, 't1', '13812341234');
    await send([aPermit({ fields: { responsiblePhoneSealed: phone } })], { appId: 'app-a' });
    await send([aWord({ updatedAtMs: P0 + 5, status: 'accepted' })], { appId: 'app-b' }, P0 + 6);
    const { words } = await desk.history(null, OWN, 't1');
    expect(words[0]).toEqual({ receivedAtMs: P0 + 6, updatedAtMs: P0 + 5, by: 'app-b', said: { status: 'accepted' } });
    expect(words[1]).toMatchObject({
      by: 'app-a',
      said: { status: 'working', content: '管廊支架焊接', responsiblePhoneMasked: '138****1234' },
    });
    expect(JSON.stringify(words)).not.toContain(phone);
  });

  it('[PST-20] of another company is not there: detail, history, file', async () => {
    await send([aPermit()]);
    await run.apply(run.records('permitAttachments', [attachment()]));
    const missing = { code: 'NOT_FOUND' };
    await expect(desk.detail(OTHER, OWN, 't1')).rejects.toMatchObject(missing);
    await expect(desk.history(OTHER, OWN, 't1')).rejects.toMatchObject(missing);
    await expect(desk.file(OTHER, OWN, 't1', 'f1', actor)).rejects.toMatchObject(missing);
    await expect(desk.detail(OWN, OTHER, 't1')).rejects.toMatchObject(missing);
    expect(await audited()).toEqual([]);
  });

  it('[PST-24] a file is on record before it leaves; one of another permit or taken back is not there', async () => {
    await send([aPermit(), aPermit({ permitId: 't2' })]);
    await run.apply(
      run.records('permitAttachments', [attachment(), attachment({ attachmentId: 'gone', deleted: true })]),
    );
    await files.put('ab'.repeat(32), new Uint8Array([1, 2, 3]));
    const { head, bytes } = await desk.file(OWN, OWN, 't1', 'f1', actor);
    expect([head.mediaType, [...bytes]]).toEqual(['application/pdf', [1, 2, 3]]);
    expect(await audited()).toMatchObject([
      { action: 'permit.file', subject: `${OWN}/t1`, detail: { attachmentId: 'f1', hash: 'ab'.repeat(32) } },
    ]);
    await expect(desk.file(OWN, OWN, 't2', 'f1', actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(desk.file(OWN, OWN, 't1', 'gone', actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('files of lists', () => {
  const collect = async (pieces: AsyncIterable<string | Buffer>): Promise<Buffer> => {
    const all: Buffer[] = [];
    for await (const piece of pieces) all.push(Buffer.from(piece));
    return Buffer.concat(all);
  };

  it.each(['xlsx', 'csv'] as const)(
    '[PST-25] %s: the list under the same filters, on record, no formula',
    async (format) => {
      await send([
        aPermit({ fields: { content: '=HYPERLINK("http://x")' } }),
        ...Array.from({ length: 600 }, (_, n) => at(P0 - HOUR_MS - n, { permitId: `m${n}` })),
        aPermit({ permitId: 'other', fields: { workCode: '70' } }),
      ]);
      await ofOther(aPermit());
      const file = await collect(await desk.export(OWN, { workCodes: ['03'] }, format, 'zh', actor));
      const sheet = readSheet(file);
      if (!sheet.ok) throw new Error(sheet.error);
      const rows = sheet.value.rows.map(({ cells }) => cells);
      expect(rows).toHaveLength(601);
      expect(sheet.value.headings.slice(0, 5)).toEqual(['作业票编号', '企业代码', '企业名称', '作业类型', '状态']);
      expect(rows[0]?.slice(0, 5)).toEqual(['DH-20261120-001', OWN, '甲化工', '二级动火作业', '作业中']);
      expect(rows[0]?.[9]).toBe('=HYPERLINK("http://x")');
      expect(await audited()).toMatchObject([
        { action: 'permit.export', subject: OWN, detail: { rows: 601, format, query: { workCodes: ['03'] } } },
      ]);
    },
  );
});

describe('boards', () => {
  it('[PST-26] a day by code and status, with alarms, and what is booked', async () => {
    await send([
      at(P0, { permitId: 'a', fields: { activityId: 'j1' } }),
      at(P0, { permitId: 'b' }),
      at(P0, { permitId: 'c', status: 'accepted', fields: { workCode: '70' } }),
      at(P0 - DAY_MS, { permitId: 'd' }),
    ]);
    await ofOther(at(P0));
    await raise(alarmOf('x1', {}, 'a'), alarmOf('x2', { endedAtMs: P0 }, 'a'));
    await run.apply(
      run.records('activities', [
        anActivity(),
        anActivity({ activityId: 'j2' }),
        anActivity({ activityId: 'j3', fromMs: P0 - DAY_MS }),
      ]),
    );
    await database.pool.query(
      `INSERT INTO reg_work_bookings (company_code, state, version, created_at, created_by, updated_at, updated_by, from_vendor, number, starts_at)
       SELECT $1, state, 1, now(), '', now(), '', '{}', state, $2 FROM unnest(ARRAY['booked', 'filed', 'cancelled', 'returned']) AS state`,
      [OWN, new Date(P0)],
    );
    const { counts, ...totals } = await desk.dayBoard(OWN, null, null);
    expect(totals).toEqual({ day: '2026-11-20', total: 3, booked: 3, alarmed: 1, openAlarms: 1 });
    expect(counts).toEqual([
      { workCode: '03', status: 'working', count: 2 },
      { workCode: '70', status: 'accepted', count: 1 },
    ]);
    expect((await desk.dayBoard(null, '2026-11-20', null)).total).toBe(4);
    expect((await desk.dayBoard(null, '2026-11-20', OTHER)).total).toBe(1);
    expect((await desk.dayBoard(OWN, '2026-11-20', OTHER)).total).toBe(0);
    expect((await desk.dayBoard(OWN, '2026-11-19', null)).total).toBe(1);
  });

  it('[PST-26] companies of a day', async () => {
    await send([
      at(P0, { permitId: 'a' }),
      at(P0, { permitId: 'b', status: 'paused' }),
      at(P0, { permitId: 'c', status: 'accepted' }),
    ]);
    await ofOther(at(P0));
    await raise(alarmOf('x1', {}, 'b'));
    const own = { companyCode: OWN, companyName: '示例企业', total: 3, working: 1, paused: 1, accepted: 1, alarmed: 1 };
    const other = {
      companyCode: OTHER,
      companyName: '乙化工',
      total: 1,
      working: 1,
      paused: 0,
      accepted: 0,
      alarmed: 0,
    };
    expect(await desk.companiesBoard(null, null)).toEqual({ day: '2026-11-20', companies: [own, other] });
    expect((await desk.companiesBoard(OTHER, null)).companies).toEqual([other]);
  });

  it('[PST-26] months of a year, as many as the lists have', async () => {
    await send([
      at(P0, { permitId: 'a' }),
      at(P0 - 40 * DAY_MS, { permitId: 'b' }),
      at(P0 - 400 * DAY_MS, { permitId: 'c' }),
      at(P0, { permitId: 'd', fields: { workCode: '70' } }),
    ]);
    await send([aWord({ permitId: 'b', updatedAtMs: P0 + 1, deleted: true })]);
    await ofOther(at(P0));
    const { months } = await desk.monthsBoard(OWN, null, null);
    expect(months).toHaveLength(12);
    expect(months.filter(({ counts }) => Object.keys(counts).length > 0)).toEqual([
      { month: 11, counts: { '03': 1, '70': 1 } },
    ]);
    expect((await desk.monthsBoard(null, 2026, null)).months[10]?.counts).toEqual({ '03': 2, '70': 1 });
    expect((await desk.monthsBoard(OWN, 2026, OTHER)).months[10]?.counts).toEqual({});
    expect((await desk.monthsBoard(OWN, 2025, null)).months[9]?.counts).toEqual({ '03': 1 });
  });

  it('[PST-27] alarms by rule and code and what became of them, of permits alone', async () => {
    await send([aPermit()]);
    const note = { by: '王', atMs: P0, text: '误报' };
    await raise(
      alarmOf('x1'),
      alarmOf('x2', { acknowledged: true }),
      alarmOf('x3', { acknowledged: true, endedAtMs: P0 + 1, falseMark: note }),
      alarmOf('x4', { raisedAtMs: P0 - 2 * DAY_MS }),
      createAlarm({ alarmId: 'x5', raisedAtMs: P0, companyCodes: [OWN] }),
    );
    const line = { rule: 'guardian-away', code: '31', count: 3, open: 1, acknowledged: 1, closed: 1, falseCount: 1 };
    expect(await desk.alarmsBoard(OWN, P0 - DAY_MS, P0 + DAY_MS, null)).toEqual({ rules: [line] });
    expect(await desk.alarmsBoard(OTHER, P0 - DAY_MS, P0 + DAY_MS, null)).toEqual({ rules: [] });
    expect(await desk.alarmsBoard(null, P0 - DAY_MS, P0 + DAY_MS, OTHER)).toEqual({ rules: [] });
  });
});
