import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role, SCREEN_ROLE } from '../stream/protocol/vocabulary.ts';
import { type RouteParts, routes } from './routes.ts';
import { COMPANY, cookieOf, createCard, createTestServer, OTHER_COMPANY, type TestServer } from './test-server.ts';

const CAMERA = '/api/video/31011600021320000001';
const CASCADE = {
  adapter: 'local',
  template: '',
  recordingTemplate: '',
  platformCode: '',
  expectedVersion: 0,
  reason: 'a',
};

/** Written out by hand: a route that changes who may call it has to change this table too. */
const PICTURE: readonly Role[] = ['operator', 'park', 'company-admin', 'enterprise'];
const RUNNING: readonly Role[] = [...PICTURE, 'ops'];
/** Whoever has a session, a wall screen too. */
const SIGNED_IN: readonly Role[] = [...ROLES, SCREEN_ROLE];
const ACCESS: Readonly<Record<string, 'anyone' | readonly Role[]>> = {
  'POST /api/session': 'anyone',
  'POST /api/session/challenge': 'anyone',
  'POST /api/session/factor': 'anyone',
  'POST /api/session/enrolment': 'anyone',
  'POST /api/session/enrolment/confirm': 'anyone',
  'GET /api/registers': ROLES,
  'GET /api/openapi.json': ROLES,
  'GET /api/account': ROLES,
  'POST /api/account/enrolment': ROLES,
  'POST /api/account/enrolment/confirm': ROLES,
  'DELETE /api/account/sessions/:sessionId': ROLES,
  'GET /api/session': SIGNED_IN,
  'GET /api/notices': SIGNED_IN,
  'DELETE /api/session': ROLES,
  'POST /api/password': ROLES,
  'GET /api/settings': 'anyone',
  'GET /api/vehicle-entries/:token': 'anyone',
  'POST /api/vehicle-entries/:token': 'anyone',
  'GET /api/video-tickets/:ticket/:file': 'anyone',
  'GET /api/detectors': PICTURE,
  'GET /api/detectors/near': PICTURE,
  'GET /api/video/near': PICTURE,
  'GET /api/video/cascade': ['park', 'ops'],
  'PUT /api/video/cascade': ['park'],
  'GET /api/video/:cameraCode/live': PICTURE,
  'GET /api/video/:cameraCode/recording': PICTURE,
  'GET /api/video/:cameraCode/pictures/live.m3u8': PICTURE,
  'GET /api/video/:cameraCode/pictures/recording.m3u8': PICTURE,
  'GET /api/video/:cameraCode/pictures/:file': PICTURE,
  'GET /api/permits/:companyCode/:permitId/cameras': PICTURE,
  'POST /api/live-ticket': [...PICTURE, SCREEN_ROLE],
  'GET /api/people/:company/:person': PICTURE,
  'GET /api/people/:company/:person/same': ['operator', 'park', 'company-admin'],
  'GET /api/tracks': PICTURE,
  'POST /api/playbacks': PICTURE,
  'GET /api/playbacks/:playbackId/chunk': PICTURE,
  'GET /api/presence-heat': PICTURE,
  'GET /api/incident-bundles': PICTURE,
  'GET /api/alarms': PICTURE,
  'GET /api/intake/ledger': RUNNING,
  'GET /api/intake/interfaces': RUNNING,
  'GET /api/intake/refusals': PICTURE,
  'GET /api/intake/findings': RUNNING,
  'GET /api/ops/alarms': RUNNING,
  'GET /api/park-settings': PICTURE,
  'GET /api/park-settings/history': PICTURE,
  'POST /api/park-settings': ['park'],
  'POST /api/park-settings/import': ['park'],
  'POST /api/dry-runs': ['park'],
  'POST /api/dry-runs/jobs': ['park'],
  'GET /api/dry-runs/jobs': ['park'],
  'GET /api/dry-runs/jobs/:id': ['park'],
  'DELETE /api/dry-runs/jobs/:id': ['park'],
  'GET /api/alarms/statistics': RUNNING,
  'GET /api/alarms/load': ['operator', 'park', 'ops'],
  'GET /api/alarms/:id': PICTURE,
  'POST /api/wall': PICTURE,
  'GET /api/dashboard/now': PICTURE,
  'GET /api/dashboard/trend': PICTURE,
  'GET /api/dashboard/alarms': PICTURE,
  'GET /api/dashboard/months': PICTURE,
  'GET /api/emergency/:alarmId': PICTURE,
  'GET /api/musters': PICTURE,
  'GET /api/musters/:musterId': PICTURE,
  'POST /api/musters/:musterId/phones': PICTURE,
  'GET /api/reporting': RUNNING,
  'GET /api/reporting/score-cards': RUNNING,
  'GET /api/handovers/draft': PICTURE,
  'GET /api/handovers': PICTURE,
  'GET /api/handovers/:id': PICTURE,
  'POST /api/handovers': PICTURE,
  'POST /api/handovers/:id/take': PICTURE,
  'GET /api/views': PICTURE,
  'PUT /api/views/:owner/:name': PICTURE,
  'DELETE /api/views/:owner/:name': PICTURE,
  'GET /api/names': PICTURE,
  'GET /api/screens': ['park'],
  'POST /api/screens': ['park'],
  'POST /api/screens/:id/code': ['park'],
  'DELETE /api/screens/:id': ['park'],
  'POST /api/screen-session': 'anyone',
  'GET /api/orders': PICTURE,
  'GET /api/orders/statistics': PICTURE,
  'GET /api/orders/:orderId': PICTURE,
  'GET /api/orders/:orderId/assignees': PICTURE,
  'POST /api/orders/:orderId/steps': PICTURE,
  'POST /api/orders/:orderId/attachments': PICTURE,
  'GET /api/orders/:orderId/attachments/:attachmentId': PICTURE,
  'GET /api/permits': PICTURE,
  'GET /api/permits/export': PICTURE,
  'GET /api/permits/boards/day': PICTURE,
  'GET /api/permits/boards/months': PICTURE,
  'GET /api/permits/boards/companies': PICTURE,
  'GET /api/permits/boards/alarms': PICTURE,
  'GET /api/permits/:companyCode/:permitId': PICTURE,
  'GET /api/permits/:companyCode/:permitId/history': PICTURE,
  'GET /api/permits/:companyCode/:permitId/attachments/:attachmentId': PICTURE,
  'GET /api/contacts': ['park', 'company-admin', 'enterprise'],
  'POST /api/contacts/:contactId': ['park', 'company-admin', 'enterprise'],
  'DELETE /api/contacts/:contactId': ['park', 'company-admin', 'enterprise'],
  'GET /api/audit': ['audit-admin'],
  'GET /api/audit/export': ['audit-admin'],
  'GET /api/audit/state': ['audit-admin'],
};

const STREAM = 'GET /api/notices';
const NO_PENDING = 'A'.repeat(43);
const NO_SCREEN = '00000000-0000-4000-8000-000000000000';
const NO_PLAYBACK = '00000000-0000-4000-8000-000000000000';
const DRY_RUN = { topic: 'rules', key: '', value: {}, fromMs: 0, toMs: 60_000, areas: ['a/b'] };

const EXAMPLES: Readonly<Record<string, { url?: string; payload?: object }>> = {
  'POST /api/session': { payload: { name: 'nobody', password: 'nothing' } },
  'POST /api/session/challenge': { payload: { pending: NO_PENDING } },
  'POST /api/session/factor': { payload: { pending: NO_PENDING, kind: 'totp', proof: '123456' } },
  'POST /api/session/enrolment': { payload: { pending: NO_PENDING } },
  'POST /api/session/enrolment/confirm': { payload: { pending: NO_PENDING, code: '123456' } },
  'POST /api/account/enrolment': { payload: { password: 'nothing' } },
  'POST /api/account/enrolment/confirm': { payload: { code: '123456' } },
  'DELETE /api/account/sessions/:sessionId': { url: `/api/account/sessions/${'0'.repeat(64)}` },
  'POST /api/password': { payload: { current: 'nothing', next: 'nothing' } },
  'GET /api/people/:company/:person': { url: `/api/people/${COMPANY}/P-1` },
  'PUT /api/views/:owner/:name': { url: '/api/views/own/a', payload: { filter: 'a' } },
  'DELETE /api/views/:owner/:name': { url: '/api/views/own/a' },
  'POST /api/screens': { payload: { name: '一号屏' } },
  'POST /api/screens/:id/code': { url: `/api/screens/${NO_SCREEN}/code` },
  'DELETE /api/screens/:id': { url: `/api/screens/${NO_SCREEN}` },
  'POST /api/screen-session': { payload: { code: 'AAAA' } },
  'GET /api/tracks': { url: `/api/tracks?people=P-1&company=${COMPANY}&from=1000&to=2000&reason=a` },
  'POST /api/playbacks': { payload: { fromMs: 1_000, toMs: 2_000, reason: 'a' } },
  'GET /api/playbacks/:playbackId/chunk': {
    url: `/api/playbacks/${NO_PLAYBACK}/chunk?fromMs=1000&toMs=2000&stepMs=1000`,
  },
  'GET /api/incident-bundles': { url: '/api/incident-bundles?alarmId=a&reason=a' },
  'GET /api/presence-heat': { url: '/api/presence-heat?fromMs=1000&toMs=2000&cellM=10' },
  'GET /api/intake/ledger': { url: '/api/intake/ledger?from=1000&to=2000' },
  'GET /api/intake/refusals': { url: `/api/intake/refusals?company=${COMPANY}` },
  'GET /api/park-settings/history': { url: '/api/park-settings/history?topic=rules&key=' },
  'POST /api/park-settings': {
    payload: { topic: 'rules', key: '', value: {}, expectedVersion: 0, reason: 'test' },
  },
  'POST /api/park-settings/import': {
    payload: { topic: 'rules', items: [{ key: '', value: {} }], reason: 'test', dryRun: true },
  },
  'POST /api/dry-runs': { payload: DRY_RUN },
  'POST /api/dry-runs/jobs': { payload: DRY_RUN },
  'POST /api/wall': { payload: { alarmId: null, person: null, permitKey: null, card: null, companyCode: null } },
  'GET /api/alarms/statistics': { url: '/api/alarms/statistics?from=1000&to=2000&by=rule' },
  'GET /api/alarms/load': { url: '/api/alarms/load?from=1000&to=2000' },
  'GET /api/dashboard/alarms': { url: '/api/dashboard/alarms?from=2026-11-01&to=2026-11-20' },
  'GET /api/detectors/near': { url: '/api/detectors/near?lng=121&lat=30' },
  'GET /api/video/near': { url: '/api/video/near?lng=121&lat=30' },
  'PUT /api/video/cascade': { payload: CASCADE },
  'GET /api/video/:cameraCode/live': { url: `${CAMERA}/live` },
  'GET /api/video/:cameraCode/recording': { url: `${CAMERA}/recording?fromMs=1000&toMs=2000` },
  'GET /api/video/:cameraCode/pictures/live.m3u8': { url: `${CAMERA}/pictures/live.m3u8` },
  'GET /api/video/:cameraCode/pictures/recording.m3u8': { url: `${CAMERA}/pictures/recording.m3u8?fromMs=1&toMs=2` },
  'GET /api/video/:cameraCode/pictures/:file': { url: `${CAMERA}/pictures/1795205000000-000001.ts` },
  'GET /api/permits/export': { url: '/api/permits/export?format=csv' },
  'GET /api/permits/boards/alarms': { url: '/api/permits/boards/alarms?from=1000&to=2000' },
  'GET /api/handovers/draft': { url: '/api/handovers/draft?from=1759999999000' },
  'GET /api/handovers/:id': { url: '/api/handovers/1' },
  'POST /api/handovers': { payload: { fromMs: 1_759_999_999_000, name: '张三', notes: '' } },
  'POST /api/handovers/:id/take': { url: '/api/handovers/1/take', payload: { name: '李四', notes: '' } },
  'POST /api/musters/:musterId/phones': { payload: { people: [] } },
  'GET /api/orders/statistics': { url: '/api/orders/statistics?from=1000&to=2000' },
  'POST /api/orders/:orderId/steps': { payload: { actId: 'a', step: 'accept' } },
  'POST /api/orders/:orderId/attachments': { payload: { name: 'a.png', base64: 'AAAA' } },
  'POST /api/vehicle-entries/:token': { payload: { values: { plate: '沪A12345' } } },
  'POST /api/contacts/:contactId': { url: '/api/contacts/zhang', payload: { name: '张三' } },
  'DELETE /api/contacts/:contactId': { url: '/api/contacts/zhang' },
};

const declared = routes({ registers: { registers: [] } } as unknown as RouteParts).map(
  (spec) => `${spec.method} ${spec.path}`,
);
/** Of a file: none. */
const codeOf = (answer: { body: string }): string | undefined =>
  answer.body.startsWith('{') ? (JSON.parse(answer.body) as { code?: string }).code : undefined;

describe('who may call what', () => {
  let server: TestServer;
  const cookies = new Map<Role, string>();

  beforeAll(async () => {
    server = await createTestServer({ folders: { web: '/nonexistent', tiles: '/nonexistent' } });
    server.directory.cards.push(createCard(COMPANY, 'P-1'));
    for (const role of ROLES) await server.addUser(role, role);
  });
  afterAll(() => server.app.close());

  /** A screen signs in by a code. */
  async function cookieOfRole(role: Role): Promise<string> {
    if (role !== SCREEN_ROLE) return server.cookieOf(role);
    const by = { userId: null, userName: 'park', address: null };
    const [screen] = await server.screens.list();
    const { code } = await (screen ? server.screens.renew(screen.screenId, by) : server.screens.add('wall', by));
    return cookieOf(await server.call({ method: 'POST', url: '/api/screen-session', payload: { code } }));
  }

  async function call(key: string, cookie?: string) {
    const [method, path] = key.split(' ') as ['GET', string];
    const example = EXAMPLES[key];
    if (key === STREAM) return firstOf(path, cookie);
    return server.call({
      method,
      url: example?.url ?? path,
      ...(example?.payload === undefined ? {} : { payload: example.payload }),
      ...(cookie === undefined ? {} : { cookie }),
    });
  }

  /** What does not end by itself is left once it has begun. */
  async function firstOf(url: string, cookie?: string) {
    const options = { method: 'GET', url, payloadAsStream: true } as const;
    const answer = await server.call(cookie === undefined ? options : { ...options, cookie });
    if (answer.statusCode !== 200) return { body: (await answer.stream().toArray()).join('') };
    answer.stream().destroy();
    return { body: '' };
  }

  test('[ID-20] the table of this test names every route, and no other', () => {
    expect([...declared].sort()).toEqual(Object.keys(ACCESS).sort());
  });

  test.each(declared)('[ID-21] %s without a session', async (key) => {
    const code = codeOf(await call(key));
    if (ACCESS[key] === 'anyone') expect(code).not.toBe('SIGN_IN_REQUIRED');
    else expect(code).toBe('SIGN_IN_REQUIRED');
  });

  test.each(declared.flatMap((key) => SIGNED_IN.map((role) => [key, role] as const)))(
    '[ID-21] %s as %s',
    async (key, role) => {
      server.clock.advance(60_000);
      const cookie = await cookieOfRole(role);
      const code = codeOf(await call(key, cookie));
      const access = ACCESS[key];
      if (access === 'anyone' || access?.includes(role)) {
        expect(code).not.toBe('FORBIDDEN');
        expect(code).not.toBe('SIGN_IN_REQUIRED');
        expect(code).not.toBe('INPUT_INVALID');
        expect(code).not.toBe('INTERNAL');
      } else expect(code).toBe('FORBIDDEN');
      cookies.set(role, cookie);
    },
  );

  test.each(declared)('[ID-21] %s with a cookie that was made up', async (key) => {
    const code = codeOf(await call(key, `park_session=${'A'.repeat(43)}`));
    if (ACCESS[key] !== 'anyone') expect(code).toBe('SIGN_IN_REQUIRED');
  });

  test('[ID-21] tiles are for signed-in people, the page itself for anyone', async () => {
    expect(codeOf(await server.call({ method: 'GET', url: '/tiles/park/tileset.json' }))).toBe('SIGN_IN_REQUIRED');
    const withSession = await server.call({
      method: 'GET',
      url: '/tiles/park/tileset.json',
      cookie: await server.cookieOf('operator'),
    });
    expect(withSession.statusCode).toBe(404);
    expect((await server.call({ method: 'GET', url: '/' })).statusCode).not.toBe(401);
  });

  test.each(declared)('[ID-22] %s before the first change of password', async (key) => {
    server.clock.advance(60_000);
    const name = `fresh-${declared.indexOf(key)}`;
    const access = ACCESS[key];
    const role = access === undefined || access === 'anyone' ? 'operator' : (access[0] ?? 'operator');
    await server.addUser(name, role, { mustChangePassword: true });
    const code = codeOf(await call(key, await server.cookieOf(name)));
    const allowed = ACCESS[key] === 'anyone' || /\/(session|password)$/.test(key);
    if (allowed) expect(code).not.toBe('PASSWORD_CHANGE_REQUIRED');
    else expect(code).toBe('PASSWORD_CHANGE_REQUIRED');
  });

  test.each(declared.filter((key) => !key.startsWith('GET')))(
    '[ID-24] %s without the header does nothing',
    async (key) => {
      const [method, url] = key.split(' ') as ['POST', string];
      const before = server.users.audit.length;
      const cookie = await server.cookieOf('operator');
      const audited = server.users.audit.length - before;
      const answer = await server.app.inject({
        method,
        url,
        payload: EXAMPLES[key]?.payload ?? {},
        headers: { cookie },
      });
      expect(answer.statusCode).toBe(403);
      expect(codeOf(answer)).toBe('FORBIDDEN');
      expect(server.users.audit.length - before).toBe(audited);
      expect((await server.call({ method: 'GET', url: '/api/session', cookie })).statusCode).toBe(200);
      server.clock.advance(60_000);
    },
  );
});

describe('registration', () => {
  test('[ID-20] a route that does not say who may call it stops the server', async () => {
    const server = await createTestServer();
    // The hook belongs to this server, so a plain Fastify takes the route and this one does not.
    expect(() => Fastify().get('/x', async () => 'x')).not.toThrow();
    const { requireRolesOnEveryRoute } = await import('./server.ts');
    const app = Fastify();
    requireRolesOnEveryRoute(app);
    expect(() => app.get('/x', async () => 'x')).toThrow(/GET \/x does not say which roles/);
    expect(() => app.get('/y', { config: { roles: [] } }, async () => 'y')).toThrow(/roles/);
    expect(() => app.get('/z', { config: { roles: ['park'] } }, async () => 'z')).not.toThrow();
    await server.app.close();
  });
});

describe('company scope', () => {
  test('[ID-23] a company sees its own and nothing of others, whatever it asks for', async () => {
    const server = await createTestServer();
    await server.addUser('guest', 'enterprise');
    await server.addUser('centre', 'park');
    server.directory.cards.push(createCard(COMPANY, 'P-1'), createCard(OTHER_COMPANY, 'P-2'));
    const cookie = await server.cookieOf('guest');
    const own = await server.call({ method: 'GET', url: `/api/people/${COMPANY}/P-1`, cookie });
    expect(own.json()).toMatchObject({ personId: 'P-1', companyCode: COMPANY });
    const foreign = await server.call({ method: 'GET', url: `/api/people/${OTHER_COMPANY}/P-2`, cookie });
    const absent = await server.call({ method: 'GET', url: `/api/people/${OTHER_COMPANY}/P-9`, cookie });
    expect(foreign.statusCode).toBe(404);
    expect(foreign.body).toBe(absent.body);
    await server.call({
      method: 'GET',
      url: `/api/tracks?people=P-2&company=${OTHER_COMPANY}&from=1&to=2&reason=a`,
      cookie,
    });
    await server.call({ method: 'GET', url: '/api/alarms', cookie });
    expect(server.directory.asked.map((one) => one.scope)).toEqual(Array(5).fill(COMPANY));
    const centre = await server.cookieOf('centre');
    const seen = await server.call({ method: 'GET', url: `/api/people/${OTHER_COMPANY}/card:C-P-2`, cookie: centre });
    expect(seen.json()).toMatchObject({ personId: 'P-2' });
    await server.app.close();
  });
});
