import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeMessage, MESSAGE } from '../../stream/protocol/live-message.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import { type Credential, PASSWORD, type Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { LiveStranger } from './live-stranger.ts';
import { LogTail } from './log-tail.ts';
import { postSigned, type RawAnswer, send } from './raw-request.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const A = { code: '900000401', name: '甲秘密化工', person: 'a-secret-person', mobile: '13917654329' };
const B = { code: '900000402', name: '乙公开化工', person: 'b-known-person', mobile: '13817659873' };
const DUTY_PHONE = '021-67126666';
const CONTACTS = '/api/registers/company-contacts';
const USERS = ['operator', 'park', 'enterprise-a', 'enterprise-b', 'ops'] as const;
type User = (typeof USERS)[number];

let stack: Stack;
let tail: LogTail;
let operator: LiveStranger;
let contactId: string;
const secrets: Credential[] = [];
const cookies = {} as Record<User, string>;
const strangers: LiveStranger[] = [];

async function call(as: User, method: string, path: string, body?: unknown): Promise<RawAnswer> {
  const json = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const headers = { 'X-Requested-With': 'park', Cookie: cookies[as], ...type };
  return send({ url: stack.webUrl + path, method, headers, ...json });
}

async function watch(user: User): Promise<LiveStranger> {
  const { ticket } = (await call(user, 'POST', '/api/live-ticket')).body as { ticket: string };
  const stranger = new LiveStranger(`${stack.liveUrl}?ticket=${ticket}`);
  strangers.push(stranger);
  expect(await stranger.opened).toBe('open');
  stranger.start();
  await vi.waitFor(() => expect(stranger.client.picture.bindings.size).toBeGreaterThan(0), WAIT);
  return stranger;
}

const sosOf = (code: string) =>
  [...operator.client.picture.alarms.values()].find((one) => one.rule === 'sos' && one.person?.companyCode === code)!;
const orderOf = (code: string) =>
  operator.client.picture.docsOf('order').find((one) => one.rule === 'sos' && one.companyCodes.includes(code))!;
const postAs = (company: 0 | 1, path: string, records: readonly unknown[]) =>
  postSigned(stack.ingestUrl, secrets[company]!, `/v1/positioning/${path}`, records);

beforeAll(async () => {
  stack = await startOnSharedServer();
  tail = new LogTail(stack.redisUrl);
  for (const company of [A, B]) secrets.push(await stack.addCompany(company.code, company.name));
  await stack.addUser('operator', 'operator');
  await stack.addUser('park', 'park');
  await stack.addUser('ops', 'ops');
  await stack.addUser('enterprise-a', 'enterprise', A.code);
  await stack.addUser('enterprise-b', 'enterprise', B.code);
  for (const user of USERS) {
    const answer = await send({
      url: `${stack.webUrl}/api/session`,
      headers: { 'X-Requested-With': 'park', 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: user, password: PASSWORD }),
    });
    cookies[user] = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0]!;
  }
  for (const [n, company] of [A, B].entries()) {
    const vendor = new Vendor(stack.ingestUrl, secrets[n]!);
    const register = { COMPANY_NAME: company.name, MOBILE_NUMBER: company.mobile };
    await vendor.send('persons', [vendor.person(company.person, register)]);
    const at = vendor.position(company.person, 121.48 + n * 0.01, 30.8005, Date.now(), { SOURCE: 'GNSS', SOS: true });
    expect((await vendor.send('positions', [at])).accepted).toBe(1);
  }
  operator = await watch('operator');
  await vi.waitFor(async () => {
    for (const { code } of [A, B]) {
      expect(sosOf(code)).toBeDefined();
      expect((await call('operator', 'GET', `/api/orders/${orderOf(code).orderId}`)).status).toBe(200);
      expect((await call('operator', 'GET', `/api/alarms/${sosOf(code).alarmId}`)).status).toBe(200);
    }
  }, WAIT);
  const values = { kind: 'duty-leader', name: '李', phone: DUTY_PHONE };
  const made = await call('park', 'POST', CONTACTS, { companyCode: A.code, values });
  contactId = (made.body as { id: string }).id;
  await call('park', 'POST', '/api/contacts/a-secret-contact', { companyCode: A.code, name: '王', phone: DUTY_PHONE });
  await tail.news();
}, 150_000);

afterAll(async () => {
  for (const stranger of strangers) stranger.leave();
  await tail?.close();
  await stack?.stop();
}, 60_000);

describe('another company', () => {
  it('[HOS-13] is told nothing of alarms, orders, files, settings, phones and score cards that are not its own', async () => {
    const [alarmId, orderId] = [sosOf(A.code).alarmId, orderOf(A.code).orderId];
    const closed = [
      `/api/alarms/${alarmId}`,
      `/api/orders/${orderId}`,
      `/api/orders/${orderId}/attachments/x`,
      `/api/emergency/${alarmId}`,
      `${CONTACTS}/${contactId}`,
      `/api/park-settings/history?topic=area&key=${A.code}/a`,
    ];
    for (const path of closed) expect([path, (await call('enterprise-b', 'GET', path)).status]).toEqual([path, 404]);
    const open = [
      `/api/alarms?company=${A.code}`,
      '/api/alarms?format=csv',
      '/api/alarms/statistics?from=1000&to=90000000000&by=company',
      '/api/orders',
      `/api/orders?company=${A.code}`,
      '/api/orders/statistics?from=0&to=9999999999999',
      '/api/contacts',
      '/api/park-settings',
      '/api/reporting',
      `/api/reporting/score-cards?company=${A.code}`,
      '/api/dashboard/now',
      '/api/dashboard/trend',
      '/api/dashboard/alarms?from=2026-01-01&to=2026-12-31',
      '/api/dashboard/months',
    ];
    for (const path of open) {
      const { status, text } = await call('enterprise-b', 'GET', path);
      expect([path, status]).toEqual([path, 200]);
      const told = [A.code, A.name, A.person, alarmId, orderId, 'a-secret'].filter((mark) => text.includes(mark));
      expect([path, told]).toEqual([path, []]);
    }
  });

  it('[HOS-12] changes nothing that is not its own, and makes nothing quiet or false, its own neither', async () => {
    const stranger = await watch('enterprise-b');
    const untilMs = Date.now() + 600_000;
    const tries: [string, Record<string, unknown>, string][] = [
      ['mark-false', { alarmId: sosOf(B.code).alarmId, comment: 'x' }, 'FORBIDDEN'],
      ['justify', { alarmId: sosOf(B.code).alarmId, comment: 'x' }, 'FORBIDDEN'],
      ['shelve', { comment: 'x', input: { scope: { rule: 'dwell' }, untilMs } }, 'FORBIDDEN'],
      ['unshelve', { input: { shelfId: 'x' } }, 'FORBIDDEN'],
      ['comment', { alarmId: sosOf(A.code).alarmId, comment: 'x' }, 'NOT_FOUND'],
      ['order', { input: { orderId: orderOf(A.code).orderId, step: 'accept' } }, 'NOT_FOUND'],
    ];
    for (const [act, rest, code] of tries) {
      const sent = { actId: `b-${act}`, act, alarmId: '', comment: null, ...rest };
      expect(await stranger.act(sent)).toEqual({ actId: `b-${act}`, ok: false, code });
    }
    const path = `/api/orders/${orderOf(A.code).orderId}`;
    expect((await call('enterprise-b', 'POST', `${path}/steps`, { actId: 'b', step: 'accept' })).status).toBe(404);
    const file = { name: 'x.png', base64: Buffer.from('89504e470d0a1a0a', 'hex').toString('base64') };
    expect((await call('enterprise-b', 'POST', `${path}/attachments`, file)).status).toBe(404);
    const change = { version: 1, values: { name: 'x' } };
    expect((await call('enterprise-b', 'PATCH', `${CONTACTS}/${contactId}`, change)).status).toBe(403);
    expect((await call('enterprise-b', 'POST', '/api/contacts/a-secret-contact', { name: 'x' })).status).toBe(409);
    expect((await call('enterprise-b', 'DELETE', '/api/contacts/a-secret-contact')).status).toBe(404);
    for (const user of ['enterprise-b', 'ops', 'operator'] as const) {
      const change = { topic: 'rules', key: '', value: {}, expectedVersion: 0, reason: 'x' };
      expect((await call(user, 'POST', '/api/park-settings', change)).status).toBe(403);
    }
    expect(await tail.news()).toEqual([]);
  });
});

describe('an emergency', () => {
  it('[HOS-30] opens numbers of its own people to who may see them, on record, and nowhere else do they stand in clear', async () => {
    const { alarmId } = sosOf(A.code);
    const own = await call('enterprise-a', 'GET', `/api/emergency/${alarmId}`);
    expect(own.body).toMatchObject({
      people: [{ mobile: A.mobile }],
      companies: [{ dutyLeader: { phone: DUTY_PHONE } }],
    });
    expect((await call('ops', 'GET', `/api/emergency/${alarmId}`)).status).toBe(403);
    expect((await call('operator', 'GET', '/api/emergency/none')).status).toBe(404);
    const { rows } = await stack.sql(
      `select user_name, outcome, subject from audit where action = 'emergency.read' order by id desc limit 2`,
    );
    expect(rows).toMatchObject([
      { user_name: 'operator', outcome: 'refused', subject: 'none' },
      { user_name: 'enterprise-a', outcome: 'ok', subject: alarmId },
    ]);
    const numbers = [A.mobile, B.mobile, DUTY_PHONE];
    for (const table of ['audit', 'contact', 'company_contact', 'doc', 'doc_change', 'alarm', 'person']) {
      const text = JSON.stringify((await stack.sql(`select t::text as row from "${table}" t`)).rows);
      expect([table, numbers.filter((one) => text.includes(one))]).toEqual([table, []]);
    }
    const logs = join(stack.dataFolder, 'logs');
    for (const name of readdirSync(logs)) {
      const text = readFileSync(join(logs, name), 'utf8');
      expect([name, numbers.filter((one) => text.includes(one))]).toEqual([name, []]);
    }
  });
});

describe('files of orders', () => {
  it('[HOS-20] what a browser runs is not taken; what is taken is handed out as a file under no path of its own', async () => {
    const path = `/api/orders/${orderOf(A.code).orderId}/attachments`;
    for (const text of [
      '<!doctype html><script>alert(1)</script>',
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '%!PS',
    ]) {
      const file = { name: 'x.png', base64: Buffer.from(text).toString('base64') };
      expect((await call('enterprise-a', 'POST', path, file)).status).toBe(422);
    }
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('<script>alert(1)</script>')]);
    const name = '../../../etc/"; filename=x.html';
    const kept = await call('enterprise-a', 'POST', path, { name, base64: png.toString('base64') });
    expect(kept.status).toBe(200);
    const file = await call('enterprise-a', 'GET', `${path}/${kept.body.attachmentId}`);
    expect(file.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    expect(file.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''[\w.%-]+$/);
    for (const id of ['..%2f..%2fmaster.key', '%2e%2e', kept.body.sm3]) {
      expect((await call('enterprise-a', 'GET', `${path}/${id}`)).status).toBe(404);
    }
    expect(
      (await call('enterprise-a', 'POST', path, { name: 'a\ud800.png', base64: png.toString('base64') })).status,
    ).toBe(422);
  });
});

describe('acts and settings that are none', () => {
  it('[HOS-11] a malformed act ends its own connection at worst, and nothing is appended', async () => {
    const bad: unknown[] = [
      { actId: 'x', act: 'constructor', alarmId: 'a', comment: null },
      { actId: 'x', act: 'shelve', alarmId: '', comment: 'x', input: { scope: { rule: '__proto__' }, untilMs: 1e308 } },
      { actId: 'x', act: 'order', alarmId: '', comment: null, input: { orderId: { $gt: '' }, step: 'accept' } },
      { actId: 'x', act: 'order', alarmId: '', comment: null, input: { orderId: 'x', step: 'toString' } },
      { actId: 'x', act: 'comment', alarmId: sosOf(A.code).alarmId, comment: 'x'.repeat(100_000) },
      [[[[]]]],
      null,
    ];
    for (const one of bad) {
      const stranger = await watch('operator');
      stranger.say(encodeMessage(MESSAGE.act, one));
      await vi.waitFor(
        () => expect(!stranger.isOpen || stranger.received.some((d) => d[0] === MESSAGE.actAnswer)).toBe(true),
        WAIT,
      );
    }
    expect(operator.isOpen).toBe(true);
    expect(await tail.news()).toEqual([]);
  });

  it.each([
    ['too deep', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['for a prototype', '{"__proto__":{"restPlace":true}}'],
    ['for a constructor', '{"constructor":{"prototype":{"restPlace":true}}}'],
    ['with NUL', '{"restPlace":"\\u0000"}'],
    ['of 4 MB', `{"a":"${'x'.repeat(3_900_000)}"}`],
  ])('[HOS-23] a setting %s is refused as input', async (_what, value) => {
    const body = `{"topic":"area","key":"${A.code}/a","value":${value},"expectedVersion":0,"reason":"x"}`;
    const answer = await call('park', 'POST', '/api/park-settings', body);
    expect([answer.status, answer.body.code]).toEqual([422, 'INPUT_INVALID']);
  });
});

describe('a supplier with a valid credential', () => {
  const nowText = (): string =>
    new Date(Date.now() + 8 * 3_600_000 - 1_000).toISOString().slice(0, 19).replace('T', ' ');
  const alarm = (n: number, type: string) => ({
    ID: `p${n}`,
    PERSON_ID: B.person,
    ALARM_TYPE: type,
    ALARM_TIME: nowText(),
    DELETED: '0',
  });
  const crowd = (n: number, size = 3, more: object = {}) => ({
    COMPANY_CODE: B.code,
    TIME_STAMP: '2026-11-01 08:00:00',
    ALARM_AREA: Array.from({ length: size }, (_, i) => ({
      NAME: '周',
      PERSONTYPE: '01',
      PERSONID: `c${n}-${i}`,
      X: 121.49,
      Y: 30.8,
    })),
    DELETED: '0',
    ...more,
  });

  it('[HOS-4] codes of prototypes are its own codes; times and numbers without end are refused by name', async () => {
    const types = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'];
    const taken = await postAs(
      1,
      'person-alarms',
      types.map((type, n) => alarm(n, type)),
    );
    expect(taken.body).toMatchObject({ accepted: 4 });
    const refused = await postAs(1, 'gatherings', [
      crowd(1, 3, { ALARM_LAST_TIME: 1e308 }),
      crowd(2, 3, { UPDATE_DATE: '9999-12-31 23:59:59' }),
      crowd(3, 5_001),
    ]);
    const fields = ['ALARM_LAST_TIME', 'UPDATE_DATE', 'ALARM_AREA'];
    expect(refused.body).toMatchObject({
      accepted: 0,
      rejected: fields.map((field) => ({ field, code: 'FIELD_RANGE' })),
    });
    const entries = await tail.news();
    expect(
      entries.flatMap(({ kind, body }) => (kind === 'personAlarms' ? body.records.map((one) => one.type) : [])),
    ).toEqual(types.map((type) => `local:${type}`));
  });

  it('[HOS-6] sends gatherings and codes by the thousand, and another company’s call for help is seen all the same', async () => {
    await postAs(
      1,
      'gatherings',
      Array.from({ length: 5_000 }, (_, n) => crowd(n)),
    );
    await postAs(
      1,
      'person-alarms',
      Array.from({ length: 5_000 }, (_, n) => alarm(n, `X${n}`)),
    );
    const vendor = new Vendor(stack.ingestUrl, secrets[0]!);
    const at = vendor.position('a-secret-second', 121.48, 30.8005, Date.now(), { SOURCE: 'GNSS', SOS: true });
    expect((await vendor.send('positions', [at])).accepted).toBe(1);
    await vi.waitFor(() => {
      const found = [...operator.client.picture.alarms.values()].filter(({ rule }) => rule === 'sos');
      expect(found.map(({ subject }) => subject)).toContain(`${A.code}/a-secret-second`);
    }, WAIT);
    const { alarms } = operator.client.picture;
    expect([...alarms.values()].filter(({ rule }) => rule === 'gathering').length).toBeLessThanOrEqual(100);
    expect(operator.client.picture.docsOf('alarm-code').length).toBeLessThanOrEqual(100);
    expect(Number((await stack.sql('select count(*) as n from quarantine')).rows[0].n)).toBe(0);
  });
});
