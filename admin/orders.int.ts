import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeOrder, stepOrder, withdrawFromOrder } from '../alarms/orders.ts';
import { DEFAULT_ROUTING } from '../alarms/settings/routing.ts';
import { ManualClock } from '../core/clock.ts';
import { applyAlarms } from '../db/alarm-rows.ts';
import { applyDocs } from '../db/doc-rows.ts';
import { queryRows, withTransaction } from '../db/pool.ts';
import { createSealer } from '../security/gm.ts';
import { createAddressBook } from '../server/deliver/address-book.ts';
import { FileBlobs } from '../stream/archive/file-blobs.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import type { OrderStep } from '../stream/protocol/acts.ts';
import type { Delivery } from '../stream/protocol/deliveries.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import { isOpenOrder, type Order } from '../stream/protocol/orders.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { addCompany } from './companies.ts';
import { StoredContactDesk } from './contacts.ts';
import { type OrderUser, StoredOrderDesk } from './orders.ts';

const OWN = '310000001';
const OTHER = '310000002';
const T0 = Date.UTC(2026, 10, 20, 8);
const MINUTE_MS = 60_000;
const clock = new ManualClock(T0);
const sealer = createSealer([new Uint8Array(32).fill(7)]);
const folder = mkdtempSync(join(tmpdir(), 'orders-'));
const store = new MemoryLogStore(clock);

let database: TestDatabase;
let desk: StoredOrderDesk;
let seq = 0;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  desk = new StoredOrderDesk({ pool: database.pool, log: new MemoryLog(store), blobs: new FileBlobs(folder), clock });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const keep = (order: Order, atMs: number): Promise<void> =>
  withTransaction(database.pool, (client) => {
    const { orderId: key, companyCodes } = order;
    const doc = { t: 'doc', doc: 'order', key, companyCodes, value: order, gone: !isOpenOrder(order) } as const;
    return applyDocs(client, 'e', [{ seq: ++seq, atMs, effects: [doc] }]);
  });
const alarmOf = (companyCode: string, alarmId: string, more: Partial<AlarmView> = {}): AlarmView => ({
  ...createAlarm({ raisedAtMs: T0, alarmId, companyCodes: [companyCode], areaCompanyCode: companyCode }),
  ...more,
});
async function made(companyCode: string, alarmId: string, atMs = T0, more: Partial<AlarmView> = {}): Promise<Order> {
  const alarm = alarmOf(companyCode, alarmId, more);
  await withTransaction(database.pool, (client) =>
    applyAlarms(client, 'e', [{ seq: ++seq, atMs, effects: [{ t: 'alarm', alarm }] }]),
  );
  const order = makeOrder(DEFAULT_ROUTING, alarm, { loop: 'small', companyCode, nowMs: atMs });
  await keep(order, atMs);
  return order;
}
async function stepped(order: Order, step: OrderStep, atMs: number): Promise<Order> {
  const [companyCode = ''] = order.companyCodes;
  const actor = { role: 'enterprise', companyCode } as const;
  const input = { orderId: order.orderId, step };
  const next = stepOrder(DEFAULT_ROUTING, order, { actor, userName: 'u', comment: 'x', input }, atMs) as Order;
  await keep(next, atMs);
  return next;
}
const COMPANY_USER: OrderUser = {
  userId: 'u1',
  userName: '张三',
  role: 'enterprise',
  companyCode: OWN,
  address: '10.1.1.1',
};

describe('orders in PostgreSQL', () => {
  it('[ORD-23] lists by filter, newest first, page by page, in scope', async () => {
    const a = await made(OWN, 'list-a', T0);
    const b = await made(OTHER, 'list-b', T0 + 1, { rule: 'dwell', level: 3 });
    const c = await made(OWN, 'list-c', T0 + 2);
    const ids = async (scope: string | null, filter: Parameters<StoredOrderDesk['list']>[1], limit = 50) =>
      (await desk.list(scope, filter, limit)).orders.map(({ orderId }) => orderId);
    expect(await ids(null, {})).toEqual([c.orderId, b.orderId, a.orderId]);
    expect(await ids(OWN, {})).toEqual([c.orderId, a.orderId]);
    expect(await ids(OWN, { company: OTHER })).toEqual([]);
    expect(await ids(null, { rule: 'dwell' })).toEqual([b.orderId]);
    expect(await ids(null, { level: 2, fromMs: T0 + 1, toMs: T0 + 3 })).toEqual([c.orderId]);
    expect(await ids(null, { party: `${OTHER}/control-room`, state: 'to-accept' })).toEqual([b.orderId]);
    const page = await desk.list(null, {}, 2);
    expect(page.next).toBe(`${b.madeAtMs}.${b.orderId}`);
    expect(await ids(null, { before: { madeAtMs: b.madeAtMs, orderId: b.orderId } })).toEqual([a.orderId]);
    clock.set(a.deadlineAtMs);
    expect(await ids(null, { overdue: true })).toEqual([a.orderId]);
    expect(await ids(null, { overdue: false })).toEqual([c.orderId, b.orderId]);
    clock.set(T0);
  });

  it('[ORD-24] counts what became of orders, by class, company and state', async () => {
    const from = T0 + 1_000_000;
    let good = await made(OWN, 'stat-1', from);
    for (const [n, step] of (['accept', 'report', 'approve'] as const).entries()) {
      good = await stepped(good, step, from + (n + 1) * MINUTE_MS);
    }
    const note = { by: 'u', atMs: from, text: '误报' };
    const withdrawn = withdrawFromOrder(await made(OTHER, 'stat-2', from, { falseMark: note }), from + 1, 'withdrawn');
    await keep(withdrawn as Order, from + 1);
    await made(OWN, 'stat-3', from, { rule: 'dwell', level: 3 });
    const { total, byRule, byCompany, byState } = await desk.statistics(null, from, from + 1);
    expect(total).toMatchObject({
      made: 3,
      open: 1,
      closed: 1,
      withdrawn: 1,
      onTimeShare: 1,
      meanCloseMs: 3 * MINUTE_MS,
    });
    expect(total.falseShare).toBeCloseTo(1 / 3);
    expect(byRule.map(({ rule, made: n }) => [rule, n])).toEqual([
      ['over-capacity', 2],
      ['dwell', 1],
    ]);
    expect(byCompany.map(({ companyCode, made: n }) => [companyCode, n])).toEqual([
      [OWN, 2],
      [OTHER, 1],
    ]);
    expect(byState.find(({ state }) => state === 'to-report')).toMatchObject({ count: 1, meanMs: MINUTE_MS });
    const own = await desk.statistics(OWN, from, from + 1);
    expect(own.total.made).toBe(2);
    expect(own.byCompany.map(({ companyCode }) => companyCode)).toEqual([OWN]);
    expect(await desk.statistics(OTHER, from + 1, from + 2)).toMatchObject({ total: { made: 0, onTimeShare: null } });
  });

  it('[ORD-21] a step lies in the log with who and what; a file must be the order’s own', async () => {
    const { orderId } = await made(OWN, 'step-1');
    await expect(
      desk.step(COMPANY_USER, { orderId, step: 'attach', attachmentIds: ['nothing'] }, 'act-0', null),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await desk.step(COMPANY_USER, { orderId, step: 'accept' }, 'act-1', '收到');
    await desk.step(COMPANY_USER, { orderId, step: 'accept' }, 'act-1', '收到');
    const entries = (await new MemoryLog(store).read(1, 10, 0)).map(decodeEntry);
    expect(entries.map(({ kind, body }) => ({ kind, body }))).toMatchObject([
      {
        kind: 'act',
        body: {
          act: 'order',
          input: { orderId, step: 'accept' },
          role: 'enterprise',
          companyCode: OWN,
          comment: '收到',
        },
      },
    ]);
  });

  it('[ORD-22] files are kept under their digest, and for those who may see the order', async () => {
    const { orderId } = await made(OWN, 'file-1');
    const bytes = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
    const kept = await desk.keepFile(COMPANY_USER, orderId, { name: '现场.pdf', bytes });
    expect(kept).toMatchObject({ mediaType: 'image/png', sizeBytes: 11, by: '张三' });
    // Files are listed in order of time.
    clock.advance(1);
    await desk.keepFile(COMPANY_USER, orderId, { name: '现场2.png', bytes });
    expect(Buffer.from((await desk.file(OWN, orderId, kept.attachmentId)).bytes)).toEqual(Buffer.from(bytes));
    await expect(desk.file(OTHER, orderId, kept.attachmentId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { orderId: another } = await made(OWN, 'file-2');
    await expect(desk.file(OWN, another, kept.attachmentId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const script = { name: 'a.png', bytes: Buffer.from('<script>') };
    await expect(desk.keepFile(COMPANY_USER, orderId, script)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect((await desk.detail(OWN, orderId)).attachments.map(({ name }) => name)).toEqual(['现场.pdf', '现场2.png']);
    const record = await queryRows(
      database.pool,
      `SELECT user_name AS by, address AS "from", detail->>'sm3' AS sm3 FROM audit
       WHERE action = 'order.file' AND subject = $1 ORDER BY id`,
      [orderId],
    );
    expect(record).toEqual(Array(2).fill({ by: '张三', from: '10.1.1.1', sm3: kept.sm3 }));
  });

  it('[ORD-27] is given to users of the office that reports, or to the company’s where nobody has that office', async () => {
    const order = await made(OWN, 'assign-a', T0);
    for (const code of [OWN, OTHER]) await addCompany(database.pool, COMMAND_LINE, { code, name: `company ${code}` });
    const names = async (scope: string | null) => (await desk.assignees(scope, order.orderId)).map(({ name }) => name);
    const add = (name: string, role: string, companyCode: string, office: string | null) =>
      queryRows(
        database.pool,
        'INSERT INTO app_user (name, display_name, role, company_code, department) VALUES ($1, $1, $2, $3, $4)',
        [name, role, companyCode, office],
      );
    await add('甲', 'enterprise', OWN, null);
    await add('乙', 'enterprise', OTHER, null);
    expect(await names(OWN)).toEqual(['甲']);
    const office = order.turns.find(({ state }) => state === 'to-report')?.party.split('/')[1] ?? '';
    await add('丙', 'company-admin', OWN, office);
    expect(await names(OWN)).toEqual(['丙']);
    expect(await names(null)).toEqual(['丙']);
    await expect(names(OTHER)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('contacts in PostgreSQL', () => {
  it('[DLV-22] lie sealed, open for the deliverer, and bear the name of their owner', async () => {
    const contacts = new StoredContactDesk({ pool: database.pool, sealer, clock });
    const change = {
      name: '张三',
      language: 'en',
      phone: '13800000000',
      email: 'z@example.cn',
      webhook: 'city',
    } as const;
    await contacts.put(null, 'zhang', change, COMMAND_LINE);
    await contacts.put(null, 'zhang', { name: '张三', language: 'en', webhook: 'city' }, COMMAND_LINE);
    const rows = JSON.stringify(await queryRows(database.pool, 'SELECT contact::text AS row FROM contact'));
    expect(rows).not.toContain('13800000000');
    expect(rows).not.toContain('z@example.cn');
    const book = createAddressBook(database.pool, sealer);
    const to = (channel: string, id = 'zhang', kind = 'contact', party = 'park/duty') =>
      book.addressOf({ party, channel, recipient: { kind, id, name: '' } } as Delivery);
    expect(await to('sms')).toEqual({ address: '13800000000', language: 'en' });
    expect(await to('email')).toMatchObject({ address: 'z@example.cn' });
    expect(await to('webhook')).toMatchObject({ address: 'city' });
    expect(await to('sms', 'nobody')).toBeNull();
    expect(await to('sms', `${OWN}/p1`, 'person')).toBeNull();
    await expect(contacts.put(OWN, 'zhang', { ...change, name: '别人' }, COMMAND_LINE)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(contacts.remove(OWN, 'zhang', COMMAND_LINE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await contacts.remove(null, 'zhang', COMMAND_LINE);
    expect(await to('sms')).toBeNull();
    // A roster still names the id: whoever takes it is sent what his own company's parties are told, and nothing else.
    await contacts.put(OTHER, 'zhang', change, COMMAND_LINE);
    expect(await to('sms')).toBeNull();
    expect(await to('webhook', 'zhang', 'contact', `${OWN}/control-room`)).toBeNull();
    expect(await to('sms', 'zhang', 'contact', `${OTHER}/control-room`)).not.toBeNull();
  });
});
