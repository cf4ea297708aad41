import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeOrder } from '../alarms/orders.ts';
import { DEFAULT_ROUTING } from '../alarms/settings/routing.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { mediaTypeOf } from './file-type.ts';
import { COMPANY, createTestServer, OTHER_COMPANY, type TestServer } from './test-server.ts';

const T0 = Date.UTC(2026, 10, 20, 8);
const orderOf = (companyCode: string, alarmId: string) =>
  makeOrder(
    DEFAULT_ROUTING,
    createAlarm({ raisedAtMs: T0, alarmId, companyCodes: [companyCode], areaCompanyCode: companyCode }),
    { loop: 'middle', companyCode, nowMs: T0 },
  );

describe('routes of work orders', () => {
  let server: TestServer;
  let own: string;
  let other: string;
  beforeEach(async () => {
    server = await createTestServer();
    await server.addUser('operator', 'operator');
    await server.addUser('company', 'enterprise');
    server.orders.orders.push(orderOf(COMPANY, 'a1'), orderOf(OTHER_COMPANY, 'a2'));
    [own, other] = server.orders.orders.map(({ orderId }) => orderId) as [string, string];
  });
  afterEach(() => server.app.close());

  const as = async (name: string, method: 'GET' | 'POST', url: string, payload?: object) =>
    server.call({ method, url, cookie: await server.cookieOf(name), ...(payload === undefined ? {} : { payload }) });

  it('[ORD-20] a company sees its own orders; another’s is answered like none', async () => {
    const ids = async (name: string) =>
      ((await as(name, 'GET', '/api/orders')).json() as { orders: { orderId: string }[] }).orders.map((o) => o.orderId);
    expect(await ids('operator')).toEqual([own, other]);
    expect(await ids('company')).toEqual([own]);
    for (const path of ['', '/attachments/f1']) {
      const answer = await as('company', 'GET', `/api/orders/${other}${path}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'NOT_FOUND' }]);
    }
  });

  it('[ORD-20] mine are those of the caller’s department or office, and of a caller without one none', async () => {
    await server.addUser('safety', 'enterprise', { department: 'safety' });
    await server.addUser('leaders', 'park', { department: 'leadership' });
    for (const name of ['safety', 'leaders', 'operator']) await as(name, 'GET', '/api/orders?mine=true&party=park/x');
    const asked = server.orders.asked.filter(({ what }) => what === 'list').map(({ detail }) => detail);
    expect(asked).toMatchObject([{ party: `${COMPANY}/safety` }, { party: 'park/leadership' }, { party: 'park/' }]);
  });

  it('[ORD-21] steps without a live socket, by the same rules', async () => {
    const step = (name: string, orderId: string, body: object) =>
      as(name, 'POST', `/api/orders/${orderId}/steps`, { actId: 'act-1', ...body });
    expect((await step('company', own, { step: 'accept' })).statusCode).toBe(204);
    expect((await step('operator', own, { step: 'accept' })).json()).toMatchObject({ code: 'FORBIDDEN' });
    expect((await step('company', own, { step: 'report' })).json()).toMatchObject({ code: 'STEP_UNFIT' });
    expect((await step('company', own, { step: 'comment', comment: '' })).json()).toMatchObject({
      code: 'REASON_MISSING',
    });
    expect((await step('company', other, { step: 'accept' })).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await step('company', own, { step: 'dance' })).json()).toMatchObject({ code: 'INPUT_INVALID' });
    expect(server.orders.steps).toEqual([{ orderId: own, step: 'accept' }]);
  });

  it('[ORD-22] a file comes back as a download, under its name, and is shown nowhere', async () => {
    const base64 = Buffer.from('picture').toString('base64');
    const kept = await as('company', 'POST', `/api/orders/${own}/attachments`, { name: '现场.png', base64 });
    const { attachmentId } = kept.json() as { attachmentId: string };
    const answer = await as('company', 'GET', `/api/orders/${own}/attachments/${attachmentId}`);
    expect(answer.body).toBe('picture');
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('现场.png')}`,
      'x-content-type-options': 'nosniff',
    });
    expect(
      (await as('company', 'POST', `/api/orders/${own}/attachments`, { name: 'a', base64: '%' })).json(),
    ).toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  it.each([
    ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['application/pdf', [...Buffer.from('%PDF-1.7')]],
    ['video/mp4', [0, 0, 0, 0x18, ...Buffer.from('ftypisom')]],
    [null, [...Buffer.from('<script>alert(1)</script>')]],
    [null, []],
  ])('[ORD-22] %s is told by the first bytes', (expected, bytes) => {
    expect(mediaTypeOf(Uint8Array.from(bytes))).toBe(expected);
  });

  it('[DLV-22] a contact’s number goes in and does not come out; a company keeps its own contacts only', async () => {
    await server.addUser('park', 'park');
    const put = await as('company', 'POST', '/api/contacts/zhang', {
      name: '张三',
      phone: '13800000000',
      companyCode: OTHER_COMPANY,
    });
    expect(put.json()).toMatchObject({ companyCode: COMPANY, hasPhone: true, hasEmail: false });
    expect(put.body).not.toContain('138');
    expect((await as('park', 'POST', '/api/contacts/zhang', { name: '李四' })).json()).toMatchObject({
      code: 'CONFLICT',
    });
    await as('park', 'POST', '/api/contacts/li', { name: '李四', email: 'li@example.cn' });
    const listed = async (name: string) =>
      ((await as(name, 'GET', '/api/contacts')).json() as { contacts: { contactId: string }[] }).contacts.map(
        (c) => c.contactId,
      );
    expect(await listed('park')).toEqual(['zhang', 'li']);
    expect(await listed('company')).toEqual(['zhang']);
    expect((await as('park', 'POST', '/api/contacts/x', { name: 'x', phone: 'call me' })).json()).toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});
