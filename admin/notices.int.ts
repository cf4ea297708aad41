import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeOrder } from '../alarms/orders.ts';
import { DEFAULT_ROUTING } from '../alarms/settings/routing.ts';
import { ManualClock } from '../core/clock.ts';
import { applyDocs } from '../db/doc-rows.ts';
import { listen } from '../db/listen.ts';
import { NOTICE_CHANNEL, sendChanges } from '../db/notices.ts';
import { createPool, type Pool, queryRows, withTransaction } from '../db/pool.ts';
import { createBlindIndex } from '../security/blind-index.ts';
import { createSealer } from '../security/gm.ts';
import type { Session } from '../security/sessions.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { insertAudit } from './audit.ts';
import { reading, type Told } from './notice-reader.ts';
import { Notices } from './notices.ts';
import { RegisterDesk } from './register/desk.ts';
import { keepRegisters } from './register/kept.ts';
import type { RegisterUser } from './register/rights.ts';
import { SAMPLE } from './register/sample-register.ts';
import { Secrets } from './register/secrets.ts';
import { createTestServer } from './test-server.ts';

const [A, B] = ['900000001', '900000002'] as const;
const clock = new ManualClock(1_790_000_000_000);
const AS = { address: null, department: null, contractorCode: null };
const PARK: RegisterUser = { ...AS, userId: 'u-park', userName: '林岚', role: 'park', companyCode: null };
const OF_A: RegisterUser = { ...AS, userId: 'u-a', userName: '甲', role: 'enterprise', companyCode: A };
const OF_B: RegisterUser = { ...AS, userId: 'u-b', userName: '乙', role: 'enterprise', companyCode: B };

const sessionOf = (user: RegisterUser): Session => ({
  ...user,
  sessionId: `s-${user.userId}`,
  mustChangePassword: false,
  address: '::1',
  createdAtMs: clock.nowMs(),
  expiresAtMs: clock.nowMs() + 3_600_000,
});

/** What one admin process is to its pages. */
class Process {
  readonly notices = new Notices({ registers: [SAMPLE], sessions: { holds: async () => true }, clock });
  readonly pool: Pool;
  readonly #ears = new AbortController();
  readonly #listening: Promise<void>;

  constructor(url: string, name: string) {
    this.pool = createPool(url, { applicationName: name });
    this.#listening = listen(this.pool, NOTICE_CHANNEL, (payload) => this.notices.hear(payload), this.#ears.signal);
  }

  open(user: RegisterUser): Told {
    return reading(this.notices.open(sessionOf(user)));
  }

  async close(): Promise<void> {
    this.notices.close();
    this.#ears.abort();
    await this.#listening;
    await this.pool.end();
  }
}

describe('notices over PostgreSQL', () => {
  let database: TestDatabase;
  let desk: RegisterDesk;
  let processes: readonly [Process, Process];

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'), false, [SAMPLE]);
    await database.pool.query(`INSERT INTO company (code, name) VALUES ($1, '甲公司'), ($2, '乙公司')`, [A, B]);
    const secrets = new Secrets(createSealer([Buffer.alloc(32, 9)]), createBlindIndex(Buffer.alloc(32, 9)));
    desk = new RegisterDesk({
      pool: database.pool,
      kept: keepRegisters([SAMPLE], {}),
      actions: {},
      secrets,
      clock,
    });
    processes = [new Process(database.url, 'first'), new Process(database.url, 'second')];
    // Each says once that it begins to listen; before that nothing can be missed by it.
    const told = processes.map((one) => one.open(PARK));
    await vi.waitFor(() => {
      for (const one of told) expect(one.events).toContain('missed');
    });
  });
  afterAll(async () => {
    for (const one of processes) await one.close();
    await database.drop();
  });

  let codes = 0;
  async function create(user: RegisterUser, companyCode: string) {
    const values = { code: `c-${++codes}`, name: '样例' };
    const made = await desk.create(SAMPLE, user, { companyCode, values });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    return made.value;
  }

  it('[NTC-9] a notice too long to be sent stops no transaction: pages hear that something was missed', async () => {
    const companyCodes = Array.from({ length: 1_000 }, (_, n) => `${910_000_000 + n}`);
    const order = { about: 'order', orderId: 'o-1', state: 'issued', level: 1, parties: ['park/duty'] } as const;
    const told = processes.map((one) => one.open(PARK));
    await sendChanges(database.pool, [{ ...order, companyCodes, subject: '聚集', place: '广场', atMs: clock.nowMs() }]);
    await vi.waitFor(() => {
      for (const one of told) expect(one.events).toContain('missed');
    });
    for (const one of told) expect(one.notices).toEqual([]);
  });

  it('[NTC-1] pages of every process hear a change once it is committed, each user what they may read', async () => {
    const told = processes.map((one) => ({ park: one.open(PARK), a: one.open(OF_A), b: one.open(OF_B) }));
    const row = await create(OF_A, A);
    await desk.update(SAMPLE, PARK, row.id, { version: 1, values: { name: '改过' } });
    await create(OF_B, B);
    await vi.waitFor(() => {
      for (const { park } of told) expect(park.notices).toHaveLength(3);
    });
    for (const { park, a, b } of told) {
      expect(park.notices).toMatchObject([
        { about: 'register', register: 'sample', id: row.id, companyCode: A, version: 1, act: 'create', by: '甲' },
        { id: row.id, version: 2, act: 'update', by: '林岚', isOwn: true },
        { companyCode: B, by: '乙' },
      ]);
      expect(a.notices).toMatchObject([
        { act: 'create', isOwn: true },
        { act: 'update', isOwn: false },
      ]);
      // Not even that something was: no event, no number that counts.
      expect(b.events).toEqual(['begin', 'notice']);
      expect(b.notices).toMatchObject([{ companyCode: B, count: 1 }]);
    }
  });

  it('[NTC-1] what is rolled back, or changes nothing, is told to nobody', async () => {
    const earlier = processes[1].open(PARK);
    const row = await create(PARK, A);
    await vi.waitFor(() => expect(earlier.notices).toHaveLength(1));
    const told = processes[1].open(PARK);
    const failed = withTransaction(database.pool, async (client) => {
      await sendChanges(client, [{ about: 'account', userName: PARK.userName, act: 'user.change', by: 'x' }]);
      throw new Error('back');
    });
    await expect(failed).rejects.toThrow('back');
    await desk.update(SAMPLE, PARK, row.id, { version: 1, values: { name: '样例' } });
    await desk.remove(SAMPLE, PARK, row.id, 1);
    await vi.waitFor(() => expect(told.notices.at(-1)).toMatchObject({ id: row.id, act: 'remove' }));
    expect(told.notices).toHaveLength(1);
  });

  it('[NTC-2] many rows of one transaction are one notice for each company', async () => {
    const told = processes[0].open(PARK);
    const ofA = processes[0].open(OF_A);
    const target = desk.target(SAMPLE, PARK, ['park']);
    await withTransaction(database.pool, async (client) => {
      const drafts = [A, A, A, B].map((companyCode) => ({
        row: null,
        companyCode,
        values: { code: `m-${++codes}`, name: '批量' },
      }));
      const checked = await desk.writer.check(client, target, PARK, drafts);
      const prepared = checked.flatMap((one) => (one.ok ? [one.value] : []));
      await desk.writer.keep(client, target, prepared, desk.authorship(PARK, 'import'));
    });
    await vi.waitFor(() => expect(told.notices).toHaveLength(2));
    expect(told.notices).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: null, count: 3, version: null, companyCode: A, act: 'import' }),
        expect.objectContaining({ count: 1, companyCode: B, act: 'import' }),
      ]),
    );
    expect(ofA.notices).toMatchObject([{ id: null, count: 3, companyCode: A }]);
  });

  it('[NTC-4] the store tells an order with its row, to the company that has to act', async () => {
    const told = processes[0].open({ ...OF_A, department: 'control-room' });
    const others = [processes[0].open({ ...OF_A, department: 'safety' }), processes[1].open(OF_B)];
    const atMs = clock.nowMs();
    const alarm = createAlarm({ raisedAtMs: atMs, alarmId: 'a1', companyCodes: [A], areaCompanyCode: A, level: 2 });
    const order = makeOrder(DEFAULT_ROUTING, alarm, { loop: 'small', companyCode: A, nowMs: atMs });
    const effect = {
      t: 'doc',
      doc: 'order',
      key: order.orderId,
      companyCodes: [A],
      gone: false,
      value: order,
    } as const;
    const items = [
      { seq: 7, atMs, effects: [effect] },
      { seq: 8, atMs: atMs + 1_000, effects: [{ ...effect, value: { ...order, attachmentIds: ['f'] } }] },
    ];
    await withTransaction(database.pool, (client) => applyDocs(client, 'e1', items));
    await vi.waitFor(() => expect(told.notices).toHaveLength(1));
    const { orderId, title } = order;
    expect(told.notices).toEqual([{ about: 'order', orderId, state: 'to-accept', level: order.level, ...title, atMs }]);
    await create(PARK, B);
    await vi.waitFor(() => expect(others[1]?.events).toContain('notice'));
    expect(others.flatMap(({ notices }) => notices)).toMatchObject([{ about: 'register', companyCode: B }]);
  });

  it('[NTC-5] a password that is given anew is told where the account is open', async () => {
    const told = processes[1].open(OF_A);
    const stranger = processes[1].open(OF_B);
    const actor = { userId: null, userName: 'park command', address: null };
    const entry = { actor, action: 'password.reset', subject: OF_A.userName } as const;
    await withTransaction(database.pool, async (client) => {
      await insertAudit(client, { ...entry, outcome: 'refused' });
      await insertAudit(client, { ...entry, outcome: 'ok' });
    });
    await vi.waitFor(() => expect(told.notices).toHaveLength(1));
    expect(told.notices).toMatchObject([{ about: 'account', act: 'password.reset', by: 'park command' }]);
    expect(stranger.notices).toEqual([]);
  });

  it('[NTC-9] a lost connection is made again, and pages hear that something may have gone unheard', async () => {
    const told = processes[0].open(PARK);
    await queryRows(
      database.pool,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'`,
    );
    await vi.waitFor(() => expect(told.events).toContain('missed'), 10_000);
    await create(PARK, A);
    await vi.waitFor(() => expect(told.notices).toHaveLength(1));
  });

  it('[NTC-6] over HTTP: a stream that is not kept by anybody between, open until its session ends', async () => {
    const server = await createTestServer();
    await server.addUser('guest', 'enterprise');
    const address = await server.app.listen({ port: 0, host: '127.0.0.1' });
    const cookie = await server.cookieOf('guest');
    const answer = await fetch(`${address}/api/notices`, { headers: { cookie } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const told = reading(Readable.fromWeb(answer.body as never));
    server.notices.hear(JSON.stringify({ about: 'account', userName: 'guest', act: 'user.change', by: 'x' }));
    await vi.waitFor(() => expect(told.notices).toHaveLength(1));
    server.notices.close();
    await vi.waitFor(() => expect(told.isOver()).toBe(true));
    await server.app.close();
  });
});
