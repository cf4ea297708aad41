import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ERRORS, type ErrorCode } from '../../core/errors.ts';
import { keys } from '../../stream/keys.ts';
import { encodeMessage, MESSAGE, PROTOCOL_VERSION } from '../../stream/protocol/live-message.ts';
import { type Credential, PASSWORD, Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { LiveStranger } from './live-stranger.ts';
import { LogTail } from './log-tail.ts';
import { exchange, type RawAnswer, type RawRequest, send } from './raw-request.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const A = { code: '900000301', name: '甲秘密化工', person: 'a-secret-person', area: 'a-secret-area' };
const B = { code: '900000302', name: '乙公开化工', person: 'b-known-person', area: 'b-known-area' };
/** Of the two people, as a supplier would send them. */
const ID_NUMBERS = ['31022719881224731X', '310115199203084562'];
const MOBILES = ['13917654321', '13817659876'];
const USERS = ['operator', 'park', 'enterprise-a', 'enterprise-b', 'ops'] as const;
type User = (typeof USERS)[number];

let stack: Stack;
let tail: LogTail;
let vendorA: Vendor;
let vendorB: Vendor;
const secrets: Credential[] = [];
const cookies = {} as Record<User, string>;
/** Everything that any answer said, for the search at the end. */
const said: string[] = [];
const strangers: LiveStranger[] = [];

const call = async (path: string, sent: Omit<RawRequest, 'url'> & { as?: User } = {}): Promise<RawAnswer> => {
  const { as, headers, ...rest } = sent;
  const cookie = as === undefined ? {} : { Cookie: cookies[as] };
  const answer = await send({
    url: stack.webUrl + path,
    method: 'GET',
    ...rest,
    headers: { 'X-Requested-With': 'park', ...cookie, ...headers },
  });
  said.push(JSON.stringify(answer.headers), answer.text);
  return answer;
};
const ticketOf = async (user: User): Promise<string> =>
  (await call('/api/live-ticket', { method: 'POST', as: user })).body.ticket;
const live = (query: string, headers: Readonly<Record<string, string>> = {}): LiveStranger => {
  const stranger = new LiveStranger(stack.liveUrl + query, headers);
  strangers.push(stranger);
  return stranger;
};
/** Signed in, with the socket open. */
const enter = async (user: User): Promise<LiveStranger> => {
  const stranger = live(`?ticket=${await ticketOf(user)}`);
  expect(await stranger.opened).toBe('open');
  return stranger;
};
/** Also started, with the picture on it. */
const watch = async (user: User): Promise<LiveStranger> => {
  const stranger = await enter(user);
  stranger.start();
  await vi.waitFor(() => expect(stranger.client.picture.bindings.size).toBeGreaterThan(0), WAIT);
  return stranger;
};
const signIn = (name: string, password: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> =>
  call('/api/session', {
    method: 'POST',
    body: JSON.stringify({ name, password }),
    headers: { 'Content-Type': 'application/json', ...headers },
  });

const move = async (vendor: Vendor, person: string, at: { lng: number; lat: number }, sos = false): Promise<void> => {
  const record = vendor.position(person, at.lng, at.lat, Date.now(), { ACCURACY: 2, SOURCE: 'GNSS', SOS: sos });
  expect((await vendor.send('positions', [record])).accepted).toBe(1);
};
const area = (company: typeof A, lng: number) => ({
  ID: company.area,
  COMPANY_CODE: company.code,
  ZONE_NAME: `${company.name}罐区`,
  ZONE_TYPE: '1',
  AREA_KIND: 'FORBIDDEN',
  GEO: `${lng},30.800;${lng + 0.001},30.800;${lng + 0.001},30.801;${lng},30.801`,
  DELETED: '0',
});

/** The operator's picture, open for the whole file: what strangers do must not touch it. */
let operator: LiveStranger;

beforeAll(async () => {
  stack = await Stack.start();
  tail = new LogTail(stack.redisUrl);
  for (const company of [A, B]) secrets.push(await stack.addCompany(company.code, company.name));
  vendorA = new Vendor(stack.ingestUrl, secrets[0]!);
  vendorB = new Vendor(stack.ingestUrl, secrets[1]!);
  await stack.addUser('operator', 'operator');
  await stack.addUser('park', 'park');
  await stack.addUser('ops', 'ops');
  await stack.addUser('enterprise-a', 'enterprise', A.code);
  await stack.addUser('enterprise-b', 'enterprise', B.code);
  for (const [k, [vendor, company, lng]] of (
    [
      [vendorA, A, 121.48],
      [vendorB, B, 121.49],
    ] as const
  ).entries()) {
    const secret = { IDENTIFY_NUM: ID_NUMBERS[k], MOBILE_NUMBER: MOBILES[k], COMPANY_NAME: company.name };
    await vendor.send('persons', [vendor.person(company.person, secret)]);
    await vendor.send('areas', [area(company, lng)]);
    await move(vendor, company.person, { lng: lng - 0.005, lat: 30.8005 });
  }
  for (const user of USERS) {
    const answer = await signIn(user, PASSWORD);
    expect(answer.status).toBe(200);
    cookies[user] = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0]!;
  }
  // Both call for help, and both stand in their own forbidden area: two alarms each.
  for (const [vendor, company, lng] of [
    [vendorA, A, 121.48],
    [vendorB, B, 121.49],
  ] as const) {
    await move(vendor, company.person, { lng: lng + 0.0005, lat: 30.8005 }, true);
  }
  operator = await watch('operator');
  await vi.waitFor(() => expect(operator.client.picture.alarms.size).toBe(4), WAIT);
  await vi.waitFor(async () => {
    const { rows } = await stack.sql('select count(*) as n from alarm');
    expect(Number(rows[0].n)).toBe(4);
  }, WAIT);
  await tail.news();
}, 150_000);

afterAll(async () => {
  for (const stranger of strangers) stranger.leave();
  await tail?.close();
  await stack?.stop();
}, 60_000);

const alarmOf = (company: typeof A) =>
  [...operator.client.picture.alarms.values()].find((a) => a.rule === 'sos' && a.person?.companyCode === company.code)!;

describe('a socket without a right to it', () => {
  it.each([
    ['no ticket', ''],
    ['an empty ticket', '?ticket='],
    ['a ticket nobody issued', `?ticket=${'A'.repeat(43)}`],
    ['a ticket that reaches into other keys', '?ticket=*'],
    ['a ticket of bytes', '?ticket=%00%ff%0d%0a'],
    ['a ticket of 1,000 letters', `?ticket=${'a'.repeat(1_000)}`],
  ])('[HOS-10] with %s is closed with 4505 and told nothing', async (_what, query) => {
    const stranger = live(query);
    expect(await stranger.opened).toBe('open');
    stranger.start();
    expect(await stranger.closed).toBe(4505);
    expect(stranger.received).toEqual([]);
  });

  it('[HOS-10] a ticket opens one socket', async () => {
    const ticket = await ticketOf('operator');
    const first = live(`?ticket=${ticket}`);
    expect(await first.opened).toBe('open');
    first.start();
    await vi.waitFor(() => expect(first.received.length).toBeGreaterThan(0), WAIT);
    expect(await live(`?ticket=${ticket}`).closed).toBe(4505);
    expect(first.isOpen).toBe(true);
  });

  it('[HOS-10] a ticket lives 30 s, and is none afterwards', async () => {
    const ticket = await ticketOf('operator');
    const leftMs = await tail.redis.pttl(keys.ticket(ticket));
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(30_000);
    await tail.redis.pexpire(keys.ticket(ticket), 1);
    await vi.waitFor(async () => expect(await tail.redis.exists(keys.ticket(ticket))).toBe(0), WAIT);
    expect(await live(`?ticket=${ticket}`).closed).toBe(4505);
  });

  it('[HOS-10] a signed-out session’s ticket opens nothing, and its socket is closed with 4501', async () => {
    const answer = await signIn('park', PASSWORD);
    const own = { Cookie: (answer.headers['set-cookie']?.[0] ?? '').split(';')[0]! };
    const ticket = async (): Promise<string> =>
      (await call('/api/live-ticket', { method: 'POST', headers: own })).body.ticket;
    const open = live(`?ticket=${await ticket()}`);
    expect(await open.opened).toBe('open');
    open.start();
    await vi.waitFor(() => expect(open.received.length).toBeGreaterThan(0), WAIT);
    const unused = await ticket();
    expect((await call('/api/session', { method: 'DELETE', headers: own })).status).toBe(204);
    expect(await open.closed).toBe(4501);
    expect(await live(`?ticket=${unused}`).closed).toBe(4505);
    expect((await call('/api/session', { headers: own })).status).toBe(401);
  });

  it.each([
    'http://evil.example',
    'null',
    'file://',
    'http://127.0.0.1.evil.example',
    'http://evil.example@127.0.0.1.x',
  ])('[HOS-10] from a page at %s: 403, and the ticket is not spent', async (origin) => {
    const ticket = await ticketOf('operator');
    expect(await live(`?ticket=${ticket}`, { Origin: origin }).opened).toBe(403);
    expect(await tail.redis.exists(keys.ticket(ticket))).toBe(1);
  });
});

const act = (change: Readonly<Record<string, unknown>> = {}) => ({
  actId: 'act-of-a-stranger',
  act: 'acknowledge',
  alarmId: 'no-such-alarm',
  comment: null,
  ...change,
});
const message = (type: number, body: unknown): Uint8Array => encodeMessage(type, body);
const START = message(MESSAGE.start, { version: PROTOCOL_VERSION, position: null });
/** Claims 2^32 - 1 items, 3,000 times nested. */
const BOMB = Buffer.concat([Buffer.of(MESSAGE.act), Buffer.alloc(15_000, Buffer.of(0xdd, 0xff, 0xff, 0xff, 0xff))]);

const MALFORMED: readonly (readonly [what: string, code: number, messages: readonly (string | Uint8Array)[]])[] = [
  ['text', 4502, ['start']],
  ['nothing', 4502, [new Uint8Array(0)]],
  ['an act before the start', 4502, [message(MESSAGE.act, act())]],
  ['an acknowledgement before the start', 4502, [message(MESSAGE.ack, { seq: 1 })]],
  ['a start of null', 4502, [message(MESSAGE.start, null)]],
  ['a start without a version', 4502, [message(MESSAGE.start, {})]],
  ['a start of another version', 4504, [message(MESSAGE.start, { version: 99, position: null })]],
  [
    'a start at a place that is none',
    4502,
    [message(MESSAGE.start, { version: PROTOCOL_VERSION, position: { epoch: 7, seq: 'x' } })],
  ],
  ['two starts', 4502, [START, START]],
  ['a message of the server', 4502, [START, message(MESSAGE.snapshot, { epoch: 'x', seq: 1e9, alarms: [] })]],
  ['an unknown type', 4502, [START, Uint8Array.of(0x7f)]],
  ['a type without a body', 4502, [START, Uint8Array.of(MESSAGE.ack)]],
  ['an acknowledgement of text', 4502, [START, message(MESSAGE.ack, { seq: '1' })]],
  ['an act that is none', 4502, [START, message(MESSAGE.act, act({ act: 'delete' }))]],
  ['an act of a prototype', 4502, [START, message(MESSAGE.act, act({ act: '__proto__' }))]],
  ['an act without an id', 4502, [START, message(MESSAGE.act, act({ actId: '' }))]],
  ['an act with a long id', 4502, [START, message(MESSAGE.act, act({ actId: 'a'.repeat(65) }))]],
  ['an act with ids that are objects', 4502, [START, message(MESSAGE.act, act({ alarmId: { length: 5 } }))]],
  ['an act with a comment of 501 characters', 4502, [START, message(MESSAGE.act, act({ comment: 'x'.repeat(501) }))]],
  ['lists that claim to be endless', 4502, [START, BOMB]],
  ['maps nested without end', 4502, [START, Buffer.alloc(16_000, Buffer.of(MESSAGE.act, 0x81, 0xa1, 0x61))]],
  ['a message of 17 KB', 1006, [START, new Uint8Array(17_000)]],
  ['a message of 8 MB', 1006, [START, new Uint8Array(8_000_000)]],
];

describe('a socket that says what it should not', () => {
  it.each(MALFORMED)(
    '[HOS-11] %s: closed with %i, nothing changed, nobody else disturbed',
    async (_what, code, messages) => {
      const stranger = await enter('operator');
      stranger.say(...messages);
      expect(await stranger.closed).toBe(code);
      expect(await tail.news()).toEqual([]);
      expect(operator.isOpen).toBe(true);
    },
  );

  it('[HOS-11] bytes at random, and good messages with wrong bytes in them: closed or ignored, nothing changed', async () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 300 });
    const typed = fc
      .tuple(fc.constantFrom(...Object.values(MESSAGE)), bytes)
      .map(([type, rest]) => Buffer.of(type, ...rest));
    const good = fc.constantFrom(START, message(MESSAGE.ack, { seq: 1 }), message(MESSAGE.act, act({ comment: 'x' })));
    const broken = fc
      .tuple(good, fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([whole, changes]) => {
        const copy = Uint8Array.from(whole);
        for (const [at, byte] of changes) copy[at % copy.length] = byte;
        return copy;
      });
    const samples = fc.sample(fc.array(fc.oneof(bytes, typed, broken), { minLength: 1, maxLength: 4 }), {
      numRuns: 120,
      seed: 20_261_120,
    });
    // One after the other on eight sockets at a time; a socket that was closed is replaced.
    const lane = async (mine: Uint8Array[][]): Promise<void> => {
      let stranger: LiveStranger | null = null;
      for (const messages of mine) {
        if (stranger === null || !stranger.isOpen) {
          stranger = await enter('operator');
          stranger.start();
        }
        stranger.say(...messages);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, k) => lane(samples.filter((_one, at) => at % 8 === k))));
    const last = await watch('operator');
    expect(last.client.picture.alarms.size).toBe(4);
    expect(await tail.news()).toEqual([]);
    expect(operator.isOpen).toBe(true);
  }, 60_000);

  it('[HOS-11] bytes at random on every port end the connection and nothing else', async () => {
    const ports = [stack.webUrl, stack.ingestUrl, stack.liveUrl].map((url) => Number(new URL(url).port));
    const samples = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { numRuns: 20, seed: 7 });
    await Promise.all(ports.flatMap((port) => samples.map((bytes) => exchange(port, bytes, 200))));
    expect((await send({ url: `${stack.ingestUrl}/healthz`, method: 'GET' })).status).toBe(200);
    const health = `${stack.liveUrl.replace('ws:', 'http:').replace('/live', '/health')}`;
    expect((await send({ url: health, method: 'GET' })).status).toBe(200);
    expect((await call('/api/session', { as: 'operator' })).status).toBe(200);
    expect(operator.isOpen).toBe(true);
    expect(await tail.news()).toEqual([]);
  });
});

describe('acts of people who may not', () => {
  it('[HOS-12] a company acknowledges nothing of another’s: answered like an alarm that is not there, no entry', async () => {
    const stranger = await watch('enterprise-b');
    const theirs = alarmOf(A);
    for (const kind of ['acknowledge', 'reset'] as const) {
      const answer = await stranger.act(act({ actId: `${kind}-theirs`, act: kind, alarmId: theirs.alarmId }));
      expect(answer).toEqual({ actId: `${kind}-theirs`, ok: false, code: 'NOT_FOUND' });
    }
    expect(await stranger.act(act({ actId: 'nobody' }))).toEqual({ actId: 'nobody', ok: false, code: 'NOT_FOUND' });
    expect(await tail.news()).toEqual([]);
    expect(alarmOf(A)).toMatchObject({ acknowledged: false, endedAtMs: null });
  });

  it('[HOS-12] operations staff get no picture to act on', async () => {
    expect((await call('/api/live-ticket', { method: 'POST', as: 'ops' })).status).toBe(403);
    expect(await tail.news()).toEqual([]);
  });

  it('[HOS-12] its own alarm a company does acknowledge, once, whatever the comment holds', async () => {
    const stranger = await watch('enterprise-b');
    const mine = act({ actId: 'mine', alarmId: alarmOf(B).alarmId, comment: '\u0000\ud800</script>\u202e' });
    expect(await stranger.act(mine)).toEqual({ actId: 'mine', ok: true, code: null });
    expect(await stranger.act({ ...mine })).toMatchObject({ ok: true });
    expect(await tail.news()).toMatchObject([{ kind: 'act', body: { companyCode: B.code, userName: 'enterprise-b' } }]);
    await vi.waitFor(() => expect(alarmOf(B).acknowledged).toBe(true), WAIT);
    await vi.waitFor(async () => {
      const { rows } = await stack.sql('select act_id, alarm_id from act');
      expect(rows).toEqual([{ act_id: 'mine', alarm_id: alarmOf(B).alarmId }]);
    }, WAIT);
    expect((await stack.sql('select count(*) as n from quarantine')).rows[0].n).toBe('0');
  });
});

describe('another company', () => {
  it('[HOS-13] never hears of this one: no person, area, alarm or name of it in any byte', async () => {
    const stranger = await watch('enterprise-b');
    const own = await watch('enterprise-a');
    for (let step = 0; step < 3; step++) {
      await move(vendorA, A.person, { lng: 121.481 + step * 1e-4, lat: 30.8005 }, step === 1);
      await move(vendorB, B.person, { lng: 121.491 + step * 1e-4, lat: 30.8005 });
    }
    await vendorA.send('persons', [vendorA.person('a-secret-newcomer', { COMPANY_NAME: A.name })]);
    await vendorA.send('areas', [{ ...area(A, 121.47), ID: 'a-secret-second' }]);
    await move(vendorA, 'a-secret-newcomer', { lng: 121.4701, lat: 30.8005 });
    await vi.waitFor(() => expect(own.client.picture.bindings.size).toBe(2), WAIT);
    await move(vendorB, 'b-known-newcomer', { lng: 121.49, lat: 30.8 });
    await vi.waitFor(() => expect(stranger.client.picture.bindings.size).toBe(2), WAIT);

    const { bindings, alarms, areas } = stranger.client.picture;
    expect([...bindings.values()].map(({ person }) => person.companyCode)).toEqual([B.code, B.code]);
    expect([...areas.values()].map(({ companyCode }) => companyCode)).toEqual([B.code]);
    for (const alarm of alarms.values()) expect(alarm.companyCodes).toEqual([B.code]);
    const bytes = Buffer.concat(stranger.received);
    expect(bytes.includes(B.person)).toBe(true);
    for (const mark of ['a-secret', A.code, A.name, alarmOf(A).alarmId, alarmOf(A).rule + A.person]) {
      expect(bytes.includes(mark), mark).toBe(false);
    }
    expect(Buffer.concat(own.received).includes(A.person)).toBe(true);
    await tail.news();
  });

  it('[HOS-13] asks the interface in vain: people, tracks and alarms of this one are not there', async () => {
    const span = `from=${Date.now() - 3_600_000}&to=${Date.now() + 1_000}`;
    const people = await call(`/api/people/${A.code}/${A.person}`, { as: 'enterprise-b' });
    expect([people.status, people.body.code]).toEqual([404, 'NOT_FOUND']);
    for (const company of [`&company=${A.code}`, '', '&company=%25', `&company=${B.code}`]) {
      const { body } = await call(`/api/tracks?people=${A.person}${company}&${span}&reason=a`, { as: 'enterprise-b' });
      expect(body.tracks).toEqual([]);
    }
    const alarms = await call('/api/alarms', { as: 'enterprise-b' });
    expect(alarms.body.alarms.length).toBeGreaterThan(0);
    expect(alarms.text).not.toContain(A.code);
    expect(alarms.text).not.toContain(A.person);
    expect((await call('/api/alarms', { as: 'operator' })).text).toContain(A.person);
  });
});

describe('the pages', () => {
  const page = () => readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8').slice(0, 40);

  it.each([
    '/../package.json',
    '/../../package.json',
    '/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '/assets/../../../package.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
    '//etc/passwd.txt',
    '/%2fetc%2fpasswd.txt',
    '/index.html%00.js',
    '/.env',
    '/.git/config.txt',
    '/tiles/../master.key',
    '/tiles/%2e%2e/master.key',
    '/tiles/..%2fmaster.key',
    '/tiles/..%5cmaster.key',
    '/tiles/....//master.key',
    '/tiles/%252e%252e%252fmaster.key',
    '/tiles//etc/passwd',
    '/tiles/park/../../logs/admin.log',
    '/tiles/%00',
    '/tiles/',
    '/%zz',
    '/%c0%ae%c0%ae/package.json',
  ])('[HOS-20] %s leads nowhere outside', async (path) => {
    const answer = await call(path, { as: 'operator' });
    expect([404, 422]).toContain(answer.status);
    expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(answer.text).not.toContain(page());
    expect(answer.text).not.toMatch(/root:|[0-9a-f]{64}/);
  });

  const WALK: readonly (readonly [method: string, path: string, statuses: readonly number[]])[] = [
    // nobody, operator, park, enterprise-a, enterprise-b, ops
    ['GET', '/api/session', [401, 200, 200, 200, 200, 200]],
    ['GET', '/api/settings', [200, 200, 200, 200, 200, 200]],
    ['GET', `/api/people/${A.code}/${A.person}`, [401, 200, 200, 200, 404, 403]],
    ['GET', `/api/people/${B.code}/card:none`, [401, 404, 404, 404, 404, 403]],
    ['GET', `/api/tracks?people=${A.person}&company=${A.code}&from=1&to=2&reason=a`, [401, 200, 200, 200, 200, 403]],
    ['GET', '/api/alarms', [401, 200, 200, 200, 200, 403]],
    ['POST', '/api/live-ticket', [401, 200, 200, 200, 200, 403]],
    ['GET', '/tiles/park/tileset.json', [401, 404, 404, 404, 404, 404]],
    ['HEAD', '/api/alarms', [401, 200, 200, 200, 200, 403]],
    ['PUT', '/api/session', [404, 404, 404, 404, 404, 404]],
    ['TRACE', '/api/session', [404, 404, 404, 404, 404, 404]],
  ];
  it.each(WALK)('[HOS-21] %s %s answers each role as it says', async (method, path, statuses) => {
    const answers = await Promise.all([undefined, ...USERS].map((as) => call(path, { method, ...(as && { as }) })));
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });

  it.each([
    ['another value', 'park_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a pattern', 'park_session=*'],
    ['nothing', 'park_session='],
    ['5,000 letters', `park_session=${'a'.repeat(5_000)}`],
    ['a hash as the store has it', `park_session=${'0'.repeat(64)}`],
  ])('[HOS-21] a session cookie of %s is none', async (_what, Cookie) => {
    const answer = await call('/api/session', { headers: { Cookie } });
    expect([answer.status, answer.body.code]).toEqual([401, 'SIGN_IN_REQUIRED']);
  });

  it('[HOS-22] a write without the header that another site’s form cannot send does nothing', async () => {
    const before = (await stack.sql('select count(*) as n from audit')).rows[0].n;
    for (const header of [{}, { 'X-Requested-With': 'XMLHttpRequest' }, { 'X-Requested-With': '' }]) {
      const answer = await send({
        url: `${stack.webUrl}/api/session`,
        method: 'DELETE',
        headers: { Cookie: cookies.operator, ...header },
      });
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    }
    const form = await send({
      url: `${stack.webUrl}/api/session`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `name=operator&password=${PASSWORD}`,
    });
    expect(form.status).toBe(403);
    expect((await call('/api/session', { as: 'operator' })).status).toBe(200);
    expect((await stack.sql('select count(*) as n from audit')).rows[0].n).toBe(before);
  });

  it('[HOS-22] the session cookie is for this server alone, and out of scripts’ reach', async () => {
    const [cookie = ''] = (await signIn('operator', PASSWORD)).headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^park_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it.each(['/', '/api/settings', '/api/nothing', '/api/alarms?limit=x', '/tiles/x', '/%zz', '/favicon.svg'])(
    '[HOS-22] %s is confined by its headers',
    async (path) => {
      const { headers } = await call(path, { headers: { Host: 'evil.example; script-src *' } });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("default-src 'self'; script-src 'self'"),
      });
      expect(String(headers['content-security-policy'])).not.toContain('evil');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  const CURSOR = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    '/api/people/%00/x',
    `/api/people/${A.code}/%00`,
    `/api/people/${A.code}/card:%0a`,
    `/api/people/${A.code}/%ed%a0%80`,
    '/api/tracks?people=%00&from=1&to=2',
    '/api/tracks?people=a&company=%00&from=1&to=2',
    '/api/tracks?people=a&from=1e5&to=2e5',
    '/api/tracks?people=a&from=NaN&to=Infinity',
    '/api/tracks?people=a&people=b&from=1&to=2',
    `/api/tracks?people=${Array(51).fill('a').join(',')}&from=1&to=2`,
    '/api/alarms?from=999999999999999',
    '/api/alarms?to=0000-01-01T00:00Z',
    '/api/alarms?limit=1e400',
    '/api/alarms?cursor=zz',
    `/api/alarms?cursor=${CURSOR([1, '\u0000'])}`,
    `/api/alarms?cursor=${CURSOR([-8.64e15, 'a'])}`,
    `/api/alarms?cursor=${CURSOR([253_402_300_800_000, 'a'])}`,
    `/api/alarms?cursor=${CURSOR({ length: 2 })}`,
  ])('[HOS-23] %s is refused, and is no fault of the server', async (path) => {
    const answer = await call(path, { as: 'operator' });
    expect([answer.status, answer.body.code]).toEqual([422, 'INPUT_INVALID']);
  });

  it.each<[string, string, ErrorCode]>([
    ['a name with NUL', '{"name":"oper\\u0000ator","password":"x"}', 'INPUT_INVALID'],
    ['a prototype', `{"__proto__":{"name":"operator","password":"${PASSWORD}"}}`, 'INPUT_INVALID'],
    ['objects', '{"name":{"$ne":1},"password":{"$ne":1}}', 'INPUT_INVALID'],
    ['a name as SQL', `{"name":"operator' or '1'='1","password":"${PASSWORD}"}`, 'SIGN_IN_FAILED'],
    ['65 KB', JSON.stringify({ name: 'operator', password: 'x'.repeat(66_000) }), 'INPUT_INVALID'],
    ['nesting without end', '['.repeat(60_000), 'INPUT_INVALID'],
  ])('[HOS-23] signing in with %s', async (_what, body, code) => {
    const answer = await call('/api/session', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect([answer.status, answer.body.code]).toEqual([ERRORS[code].status, code]);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

/** Every file under a folder with its bytes; what vanishes meanwhile is passed over. */
function* filesIn(folder: string): Generator<readonly [path: string, bytes: Buffer]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield [path, readFileSync(path)];
  }
}

describe('what lies on the disks and what is said', () => {
  const masterKey = () => readFileSync(join(stack.dataFolder, 'master.key'), 'utf8').trim();
  const sensitive = (): Readonly<Record<string, string>> => ({
    ...Object.fromEntries([...ID_NUMBERS, ...MOBILES].map((value) => [value, value])),
    'secret of A': secrets[0]!.appSecret,
    'secret of B': secrets[1]!.appSecret,
    password: PASSWORD,
    'master key': masterKey(),
    ...Object.fromEntries(USERS.map((user) => [`cookie of ${user}`, cookies[user].split('=')[1]!])),
  });
  const found = (bytes: Buffer): string[] =>
    Object.entries(sensitive()).flatMap(([what, value]) => (bytes.includes(value) ? [what] : []));

  it('[HOS-30] no ID number, phone, secret, password, cookie or master key in clear in any table', async () => {
    const { rows: tables } = await stack.sql(
      "select table_name from information_schema.tables where table_schema = 'public'",
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { table_name: table } of tables) {
      const { rows } = await stack.sql(`select t::text as row from "${table}" t`);
      expect(found(Buffer.from(rows.map(({ row }) => row).join('\n'))), table).toEqual([]);
    }
    const { rows } = await stack.sql(
      'select id_number_sealed, mobile_sealed from person where id_number_sealed is not null',
    );
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(rows[0].id_number_sealed).toMatch(/^v1\./);
  });

  it('[HOS-30] nor in any file of Redis, PostgreSQL, the snapshots or the logs', async () => {
    await stack.sql('checkpoint');
    const { place } = stack.postgres as { place?: string };
    const folders = [stack.dataFolder, ...(place === undefined || place.startsWith(stack.dataFolder) ? [] : [place])];
    const seen: string[] = [];
    let hasFoundPerson = false;
    for (const folder of folders) {
      for (const [path, bytes] of filesIn(folder)) {
        hasFoundPerson ||= path.includes('redis') && bytes.includes(A.person);
        if (!path.endsWith('master.key')) expect(found(bytes), path).toEqual([]);
        seen.push(path.slice(folder.length));
      }
    }
    // The search looked where things are kept.
    expect(hasFoundPerson).toBe(true);
    expect(seen.some((path) => path.endsWith('ingest.log'))).toBe(true);
    expect(seen.some((path) => path.includes('base/'))).toBe(true);
    expect(statSync(join(stack.dataFolder, 'master.key')).mode & 0o777).toBe(0o600);
  });

  it('[HOS-30] nor in any answer or byte that anybody was sent', async () => {
    const card = await call(`/api/people/${A.code}/${A.person}`, { as: 'operator' });
    expect(card.body.mobileMasked).toBe('139****4321');
    const everything = Buffer.concat([Buffer.from(said.join('\n')), ...strangers.flatMap(({ received }) => received)]);
    // A cookie is said once, to whom it belongs.
    const others = found(everything).filter((what) => !what.startsWith('cookie'));
    expect(others).toEqual([]);
  });
});
