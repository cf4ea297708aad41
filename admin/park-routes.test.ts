import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { COMPANY, createTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let park: string;
let company: string;

beforeAll(async () => {
  server = await createTestServer();
  await server.addUser('centre', 'park');
  await server.addUser('works', 'enterprise');
  park = await server.cookieOf('centre');
  company = await server.cookieOf('works');
});
afterAll(() => server.app.close());

const post = (url: string, payload: object, cookie = park) => server.call({ method: 'POST', url, payload, cookie });
const get = (url: string, cookie = park) => server.call({ method: 'GET', url, cookie });
const change = { topic: 'rules', key: '', value: {}, expectedVersion: 0, reason: '试行' };
const dryRun = { topic: 'rules', key: '', value: {}, fromMs: 0, toMs: 60_000, areas: ['a/b'] };

describe('settings', () => {
  test('[STG-2] a stale version is 409 CONFLICT, [STG-3] a wrong value 422 with the reason', async () => {
    expect((await post('/api/park-settings', change)).json()).toEqual({ version: 1, running: true, problem: null });
    const stale = await post('/api/park-settings', change);
    expect([stale.statusCode, stale.json<{ code: string }>().code]).toEqual([409, 'CONFLICT']);
    const wrong = await post('/api/park-settings', { ...change, value: { outOfBounds: { clearMarginM: 99 } } });
    expect(wrong.statusCode).toBe(422);
    expect(wrong.json<{ detail: string }>().detail).toContain('clearMarginM');
    for (const reason of ['', 'a\u0000', 'a\ud800']) {
      expect((await post('/api/park-settings', { ...change, reason })).statusCode).toBe(422);
    }
  });

  test.each([
    ['nested beyond reason', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['with NUL', '{"a":"x\\u0000"}'],
    ['with half a pair', '{"a":"x\\ud800"}'],
    ['with such a name', '{"x\\u0000":1}'],
    ['for a prototype', '{"__proto__":{"a":1}}'],
    ['without a value', undefined],
  ])('[STG-3] a value %s is refused as input, tried or kept', async (_what, value) => {
    const bodyOf = (fields: object) =>
      JSON.stringify(fields).replace('"value":{}', value === undefined ? '"other":1' : `"value":${value}`);
    const headers = { cookie: park, 'x-requested-with': 'park', 'content-type': 'application/json' };
    for (const [url, fields] of [
      ['/api/park-settings', change],
      ['/api/park-settings/import', { topic: 'rules', items: [{ key: '', value: {} }], reason: 'x', dryRun: true }],
      ['/api/dry-runs', dryRun],
      ['/api/dry-runs/jobs', dryRun],
    ] as const) {
      const answer = await server.app.inject({ method: 'POST', url, headers, payload: bodyOf(fields) });
      expect([url, answer.statusCode, answer.json<{ code: string }>().code]).toEqual([url, 422, 'INPUT_INVALID']);
    }
  });

  test('[STG-7] reads take the scope of the session', async () => {
    await get('/api/park-settings?topic=area', company);
    await get('/api/park-settings/history?topic=area&key=x', company);
    expect(server.parkSettings.asked.slice(-2).map(({ scope }) => scope)).toEqual([COMPANY, COMPANY]);
  });

  test('[STG-6] an import may be larger than other requests', async () => {
    const items = Array.from({ length: 1_000 }, (_, i) => ({ key: `c/${i}`, value: { text: 'x'.repeat(200) } }));
    expect(
      (await post('/api/park-settings/import', { topic: 'area', items, reason: 'x', dryRun: true })).statusCode,
    ).toBe(200);
  });
});

describe('dry runs', () => {
  test('[DRY-2] lines of JSON, one after the other', async () => {
    server.dryRuns.lines = 3;
    const answer = await post('/api/dry-runs', dryRun);
    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    const kinds = answer.body
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { t: string }).t);
    expect(kinds).toEqual(['progress', 'progress', 'end']);
  });

  test('[DRY-6] closing the request ends the run', async () => {
    server.dryRuns.lines = Number.POSITIVE_INFINITY;
    const before = server.dryRuns.ended;
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect((server.app.server.address() as AddressInfo).port, '127.0.0.1');
    const body = JSON.stringify(dryRun);
    socket.write(
      `POST /api/dry-runs HTTP/1.1\r\nhost: x\r\ncookie: ${park}\r\nx-requested-with: park\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'data');
    expect(server.dryRuns.ended).toBe(before);
    socket.destroy();
    await vi.waitFor(() => expect(server.dryRuns.ended).toBe(before + 1), { timeout: 10_000 });
  });
});

describe('dashboard and emergency', () => {
  test('[DSH-7] a table as a CSV file', async () => {
    const answer = await get('/api/dashboard/alarms?from=2026-11-01&to=2026-11-02&format=csv');
    expect(answer.headers['content-disposition']).toContain('alarms-2026-11-01.csv');
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.body).toBe('\uFEFFperiod,rule,level,raised,marked_false\r\n2026-11-01,sos,1,2,1\r\n');
  });

  test.each([
    '/api/dashboard/alarms?from=2026-11-02&to=2026-11-01',
    '/api/dashboard/alarms?from=2020-01-01&to=2026-11-01',
    '/api/dashboard/alarms?from=2026-02-30&to=2026-03-01',
    '/api/dashboard/trend?day=yesterday',
    '/api/dashboard/months?count=0',
  ])('[DSH-5] %s is no span', async (url) => {
    expect((await get(url)).statusCode).toBe(422);
  });

  test('[DSH-9] the park asks for the alarms of one company; a company gets its own whomever it names', async () => {
    const url = '/api/dashboard/alarms?from=2026-11-01&to=2026-11-02&company=900000999';
    for (const cookie of [park, company]) expect((await get(url, cookie)).statusCode).toBe(200);
    expect(server.dashboard.asked.slice(-2).map(({ scope }) => scope)).toEqual(['900000999', COMPANY]);
  });

  test('[DSH-3] every table takes the scope of the session', async () => {
    const urls = ['now', 'trend', 'alarms?from=2026-11-01&to=2026-11-02&step=month', 'months'];
    for (const url of urls) expect((await get(`/api/dashboard/${url}`, company)).statusCode).toBe(200);
    expect(server.dashboard.asked.slice(-4).map(({ what, scope }) => [what, scope])).toEqual([
      ['now', COMPANY],
      ['trend', COMPANY],
      ['alarms', COMPANY],
      ['months', COMPANY],
    ]);
  });

  test('[EMG-4] emergencies take the scope of the session', async () => {
    await get('/api/emergency/alarm', company);
    expect(server.emergency.asked).toEqual([{ what: 'phones', scope: COMPANY, detail: 'alarm' }]);
  });
});
