import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import type { WallShow } from '../core/wall-api.ts';
import { type OrderChange, orderChange, type RegisterChange, type SentChange } from '../db/notices.ts';
import type { Session } from '../security/sessions.ts';
import type { Order } from '../stream/protocol/orders.ts';
import { reading } from './notice-reader.ts';
import { Notices, STREAMS_A_SESSION } from './notices.ts';
import { SAMPLE } from './register/sample-register.ts';

const [A, B] = ['900000001', '900000002'];
const clock = new ManualClock(1_790_000_000_000);

const session = (fields: Partial<Session>): Session => ({
  sessionId: `s-${fields.userName ?? 'somebody'}`,
  userId: `id-${fields.userName ?? 'somebody'}`,
  userName: 'somebody',
  role: 'park',
  companyCode: null,
  department: null,
  contractorCode: null,
  mustChangePassword: false,
  address: '::1',
  createdAtMs: clock.nowMs(),
  expiresAtMs: clock.nowMs() + 3_600_000,
  ...fields,
});

const ROW: RegisterChange = {
  about: 'register',
  register: 'sample',
  id: '7',
  count: 1,
  version: 2,
  companyCode: A,
  contractorCodes: ['unit-1'],
  act: 'update',
  by: '林岚',
  userId: 'id-lin',
  atMs: clock.nowMs(),
};

const ORDER: OrderChange = {
  about: 'order',
  orderId: 'o-1',
  state: 'to-accept',
  level: 2,
  parties: [`${A}/control-room`],
  companyCodes: [A],
  subject: '苏岚',
  place: '1# 罐区',
  atMs: clock.nowMs(),
};

/** Streams end and tell on later turns. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

async function toldTo(who: Partial<Session>, change: SentChange) {
  const notices = new Notices({ registers: [SAMPLE], sessions: { holds: async () => true }, clock });
  const told = reading(notices.open(session(who)));
  notices.hear(JSON.stringify(change));
  await settled();
  notices.close();
  return told.notices;
}

describe('who hears what', () => {
  it('[NTC-2] a change of a row is told to who may read the register, with who made it', async () => {
    const [notice] = await toldTo({ role: 'operator' }, ROW);
    const { contractorCodes: _, userId: __, ...shown } = ROW;
    expect(notice).toEqual({ ...shown, isOwn: false });
    expect(await toldTo({ userId: 'id-lin' }, ROW)).toMatchObject([{ isOwn: true }]);
  });

  it.each<[string, Partial<Session>, number]>([
    ['the company itself', { role: 'enterprise', companyCode: A }, 1],
    ['another company', { role: 'enterprise', companyCode: B }, 0],
    ['a company without a code', { role: 'enterprise' }, 0],
    ['the unit', { role: 'contractor', companyCode: B, contractorCode: 'unit-1' }, 0],
    ['the unit of that company', { role: 'contractor', companyCode: A, contractorCode: 'unit-1' }, 1],
    ['another unit', { role: 'contractor', companyCode: A, contractorCode: 'unit-2' }, 0],
    ['a role without the right', { role: 'ops' }, 0],
    ['the audit administrator', { role: 'audit-admin' }, 0],
  ])('[NTC-3] a row of company A: %s', async (_, who, count) => {
    expect(await toldTo(who, ROW)).toHaveLength(count);
  });

  it('[NTC-3] a register that this version does not know is told to nobody', async () => {
    expect(await toldTo({}, { ...ROW, register: 'unheard' })).toEqual([]);
  });

  it.each<[string, Partial<Session>, number]>([
    ['its control room', { role: 'enterprise', companyCode: A, department: 'control-room' }, 1],
    ['its staff without a department', { role: 'enterprise', companyCode: A }, 1],
    ['another department of it', { role: 'enterprise', companyCode: A, department: 'safety' }, 0],
    ['the control room of another company', { role: 'enterprise', companyCode: B, department: 'control-room' }, 0],
    ['the park', { role: 'park' }, 0],
    ['a contractor', { role: 'contractor', companyCode: A, contractorCode: 'unit-1' }, 0],
  ])('[NTC-4] an order that waits for a company: %s', async (_, who, count) => {
    expect(await toldTo(who, ORDER)).toHaveLength(count);
  });

  it('[NTC-4] an order that was handed up is told to both', async () => {
    const order = { ...ORDER, parties: [`${A}/control-room`, 'park/duty'] };
    expect(await toldTo({ role: 'park', department: 'duty' }, order)).toMatchObject([
      { about: 'order', orderId: 'o-1' },
    ]);
    expect(await toldTo({ role: 'park', department: 'safety' }, order)).toEqual([]);
    expect(await toldTo({ role: 'operator' }, order)).toHaveLength(1);
  });

  it('[NTC-5] who changed my account is told to me alone, whatever I may read', async () => {
    const change: SentChange = { about: 'account', userName: 'wang', act: 'password.reset', by: 'zhao' };
    const mine = { about: 'account', act: 'password.reset', by: 'zhao', atMs: clock.nowMs() };
    expect(await toldTo({ userName: 'wang', role: 'contractor' }, change)).toEqual([mine]);
    expect(await toldTo({ userName: 'li' }, change)).toEqual([]);
    const row: RegisterChange = { ...ROW, register: 'users', id: 'id-wang', act: 'disable', by: 'zhao' };
    expect(await toldTo({ userId: 'id-wang', role: 'ops' }, row)).toEqual([{ ...mine, act: 'disable' }]);
    expect(await toldTo({ userId: 'id-li', role: 'ops' }, row)).toEqual([]);
    const ofCompany = { ...row, register: 'company-users' };
    expect(await toldTo({ userId: 'id-wang', role: 'enterprise' }, ofCompany)).toEqual([{ ...mine, act: 'disable' }]);
  });
});

describe('a stream', () => {
  const live = new Set<string>();
  let notices: Notices;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    live.clear();
    const sessions = { holds: async (id: string) => live.has(id) };
    notices = new Notices({ registers: [SAMPLE], sessions, clock, beatMs: 20_000 });
  });
  afterEach(() => {
    notices.close();
    vi.useRealTimers();
  });
  const open = (who: Partial<Session> = {}) => {
    live.add(session(who).sessionId);
    const body = notices.open(session(who));
    return { body, told: reading(body) };
  };

  it('[NTC-6] begins by saying so, and gives signs of life whether anything happens or not', async () => {
    const { told } = open({ role: 'enterprise', companyCode: B });
    for (let i = 0; i < 50; i++) notices.hear(JSON.stringify(ROW));
    await vi.advanceTimersByTimeAsync(45_000);
    await settled();
    expect(told.events).toEqual(['begin', ':', ':']);
  });

  it('[NTC-6] ends with its session, within a minute', async () => {
    const one = open({ userName: 'wang' });
    const other = open({ userName: 'li' });
    live.delete('s-wang');
    await vi.advanceTimersByTimeAsync(60_000);
    await settled();
    expect(one.told.events.at(-1)).toBe('end');
    expect(one.told.isOver()).toBe(true);
    expect(other.told.isOver()).toBe(false);
  });

  it('[NTC-6] a look at the session that fails ends nothing', async () => {
    const sessions = { holds: () => Promise.reject(new Error('away')) };
    const stubborn = new Notices({ registers: [], sessions, clock, beatMs: 20_000 });
    const told = reading(stubborn.open(session({})));
    await vi.advanceTimersByTimeAsync(180_000);
    await settled();
    expect(told.isOver()).toBe(false);
    stubborn.close();
  });

  it('[NTC-7] of a session the oldest gives way to a fourth, and is told why', async () => {
    const first = open();
    const others = Array.from({ length: STREAMS_A_SESSION - 1 }, () => open());
    await settled();
    expect(first.told.isOver()).toBe(false);
    const stranger = open({ userName: 'li' });
    const last = open();
    await settled();
    expect(first.told.events).toEqual(['begin', 'full']);
    expect(first.told.isOver()).toBe(true);
    for (const { told } of [...others, stranger, last]) expect(told.events).toEqual(['begin']);
  });

  it('[NTC-8] what nobody reads is held up to a bound, then the stream breaks off; others go on', async () => {
    const deaf = notices.open(session({ userName: 'deaf' }));
    const { told } = open({ userName: 'li' });
    const big = { ...ROW, by: '王'.repeat(1_000) };
    for (let i = 0; i < 200; i++) notices.hear(JSON.stringify(big));
    await settled();
    expect(deaf.destroyed).toBe(true);
    expect(told.notices).toHaveLength(200);
    expect(told.isOver()).toBe(false);
  });

  it('[NTC-9] what may have gone unheard is said to everybody', async () => {
    const { told } = open({ role: 'audit-admin' });
    notices.hear(null);
    notices.hear('what no version writes');
    notices.hear(JSON.stringify({ about: 'something newer' }));
    await settled();
    expect(told.events).toEqual(['begin', 'missed', 'missed']);
  });

  it('[NTC-6] a page that goes leaves nothing behind', async () => {
    const { body, told } = open();
    await settled();
    body.destroy();
    await settled();
    notices.hear(JSON.stringify(ROW));
    expect(told.events).toEqual(['begin']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('walls', () => {
  it('[SCR-12] what a user puts on the wall reaches the streams of that user, and of nobody else', async () => {
    const show = { alarmId: 'a1', person: null, permitKey: null, card: null, companyCode: A };
    const sent: SentChange[] = [];
    const notices = new Notices({
      registers: [SAMPLE],
      sessions: { holds: async () => true },
      clock,
      send: async (change) => void sent.push(change),
    });
    const [mine, other] = ['li', 'wang'].map((userName) => reading(notices.open(session({ userName }))));
    await notices.showOnWall(session({ userName: 'li' }), show);
    expect(sent).toEqual([{ about: 'wall', userId: 'id-li', scope: null, show }]);
    for (const change of sent) notices.hear(JSON.stringify(change));
    await settled();
    notices.close();
    expect(mine?.notices).toEqual([{ about: 'wall', show }]);
    expect(other?.notices).toEqual([]);
  });

  it('[SCR-12] a screen of the park shows what a desk of the whole park puts there, and not what a company does', async () => {
    const shows = ['a1', 'a2'].map((alarmId) => ({
      alarmId,
      person: null,
      permitKey: null,
      card: null,
      companyCode: null,
    }));
    const notices = new Notices({ registers: [SAMPLE], sessions: { holds: async () => true }, clock });
    const wall = reading(notices.open(session({ userName: 'wall', role: 'screen' })));
    await notices.showOnWall(session({ userName: 'li', companyCode: A }), shows[0] as WallShow);
    await notices.showOnWall(session({ userName: 'li', companyCode: null }), shows[1] as WallShow);
    await settled();
    notices.close();
    expect(wall.notices).toEqual([{ about: 'wall', show: shows[1] }]);
  });
});

describe('orders', () => {
  const order = (fields: Partial<Order>): Order =>
    ({
      orderId: 'o-1',
      state: 'to-accept',
      stateSinceMs: 5_000,
      level: 2,
      party: `${A}/control-room`,
      escalationParty: 'park/duty',
      companyCodes: [A],
      title: { subject: '苏岚', place: '罐区' },
      history: [{ atMs: 5_000, by: '', step: 'made', text: '' }],
      closedAtMs: null,
      ...fields,
    }) as Order;
  const handedUp = { atMs: 9_000, by: '', step: 'escalated', text: '' };

  it('[NTC-4] is told when it comes into a state, and when it is handed up; not at every change', () => {
    expect(orderChange(order({}), 5_000)).toMatchObject({ orderId: 'o-1', parties: [`${A}/control-room`] });
    expect(orderChange(order({}), 6_000)).toBeNull();
    expect(orderChange(order({ history: [handedUp] }), 9_000)?.parties).toEqual([`${A}/control-room`, 'park/duty']);
    expect(orderChange(order({ history: [handedUp] }), 9_001)).toBeNull();
    expect(orderChange(order({ state: 'closed', closedAtMs: 5_000 }), 5_000)).toBeNull();
  });
});
