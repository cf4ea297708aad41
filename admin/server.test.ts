import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { contentSecurityPolicy } from './page-security.ts';
import { createTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let folder: string;
let cookie: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'park-admin-'));
  mkdirSync(join(folder, 'web/assets'), { recursive: true });
  mkdirSync(join(folder, 'tiles/park'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  writeFileSync(join(folder, 'web/index.html'), '<title>park</title>');
  writeFileSync(join(folder, 'web/assets/index-Ab3dEf9h.js'), 'let plain;');
  writeFileSync(join(folder, 'web/assets/index-Ab3dEf9h.js.br'), brotliCompressSync('let packed;'));
  writeFileSync(join(folder, 'web/logo.svg'), '<svg/>');
  writeFileSync(join(folder, 'tiles/park/tileset.json'), '{"asset":{}}');
  server = await createTestServer({ folders: { web: join(folder, 'web'), tiles: join(folder, 'tiles') } });
  await server.addUser('lin', 'operator');
  cookie = await server.cookieOf('lin');
});
afterAll(async () => {
  await server.app.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => server.call({ method: 'GET', url, cookie, headers });

describe('answers', () => {
  test.each([
    ['/api/nothing', 404, 'NOT_FOUND'],
    ['/api/tracks', 422, 'INPUT_INVALID'],
    ['/api/tracks?people=&from=1&to=2', 422, 'INPUT_INVALID'],
    ['/api/tracks?people=a&from=2&to=1', 422, 'INPUT_INVALID'],
    ['/api/tracks?people=a&from=1&to=9999999999', 422, 'INPUT_INVALID'],
    ['/api/tracks?people=a&from=2026-01-01&to=2', 422, 'INPUT_INVALID'],
    ['/api/tracks?people=a&from=1&to=2&tolerance_m=NaN', 422, 'INPUT_INVALID'],
    [`/api/tracks?people=${Array(51).fill('a').join(',')}&from=1&to=2`, 422, 'INPUT_INVALID'],
    ['/api/tracks?people=a&from=1&to=2', 422, 'REASON_MISSING'],
    ['/api/tracks?people=a&from=1&to=2&reason=%20', 422, 'REASON_MISSING'],
    ['/api/alarms?limit=0', 422, 'INPUT_INVALID'],
    ['/api/alarms?limit=1e9', 422, 'INPUT_INVALID'],
    ['/api/people/900000001/P-404', 404, 'NOT_FOUND'],
    ['/api/people/900000001/%00', 422, 'INPUT_INVALID'],
    ['/api/people/%00/P-1', 422, 'INPUT_INVALID'],
    ['/api/tracks?people=a,%00&from=1&to=2', 422, 'INPUT_INVALID'],
    ['/api/tracks?people=a&company=%1b&from=1&to=2', 422, 'INPUT_INVALID'],
    ['/api/alarms?from=253402300800000', 422, 'INPUT_INVALID'],
    ['/api/alarms?to=0001-01-01T00:00Z', 422, 'INPUT_INVALID'],
    ['/%zz', 422, 'INPUT_INVALID'],
    ['/api/people/900000001/%ed%a0%80', 422, 'INPUT_INVALID'],
  ])('[ID-26] GET %s: %i %s', async (url, status, code) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, message: expect.any(String) });
  });

  test.each([
    ['not json', '{', 'application/json', 'INPUT_INVALID'],
    ['a wrong shape', '{"name": 7}', 'application/json', 'INPUT_INVALID'],
    ['too long', JSON.stringify({ name: 'x'.repeat(70_000) }), 'application/json', 'INPUT_INVALID'],
    ['another type', 'name=lin', 'application/x-www-form-urlencoded', 'TYPE_UNSUPPORTED'],
    ['a name with NUL', '{"name": "li\\u0000n", "password": "x"}', 'application/json', 'INPUT_INVALID'],
    ['a prototype', '{"__proto__": {"name": "lin"}}', 'application/json', 'INPUT_INVALID'],
  ])('[ID-26] a body that is %s', async (_what, payload, type, code) => {
    const answer = await server.call({
      method: 'POST',
      url: '/api/session',
      payload,
      headers: { 'content-type': type },
    });
    expect(answer.json()).toMatchObject({ code });
    expect(answer.statusCode).toBeLessThan(500);
  });

  test('[ID-26] a fault inside is a code and nothing of its text', async () => {
    const alarms = server.directory.alarms.bind(server.directory);
    server.directory.alarms = () => Promise.reject(new Error('password=hunter2 at /srv/secret.ts:1'));
    expect((await get('/api/alarms')).json()).toEqual({ code: 'INTERNAL', message: expect.any(String) });
    server.directory.alarms = () =>
      Promise.reject(new AppError('DATABASE_UNAVAILABLE', { detail: '10.0.0.9:5432', cause: new Error('x') }));
    const away = await get('/api/alarms');
    expect(away.statusCode).toBe(503);
    expect(away.body).not.toContain('10.0.0.9');
    server.directory.alarms = alarms;
  });

  test('[ID-26] the refusal of an input never repeats it', async () => {
    const answer = await server.call({
      method: 'POST',
      url: '/api/session',
      payload: { name: 'lin', password: ['Top-secret-1'] },
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).not.toContain('Top-secret-1');
  });
});

describe('what is no request', () => {
  const exchange = (port: number, bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let seen = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => {
        seen += chunk.toString('latin1');
      });
      socket.on('close', () => resolve(seen));
      socket.on('error', reject);
    });

  test.each([
    ['no HTTP', 'SECRET\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'SECRET'.repeat(4_000)}\r\n\r\n`, 431],
  ])('[ID-26] %s is answered in the form of every failure', async (_what, bytes, status) => {
    const own = await createTestServer();
    await own.app.listen({ host: '127.0.0.1', port: 0 });
    const seen = await exchange((own.app.server.address() as { port: number }).port, bytes);
    expect(seen).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*nosniff[\\s\\S]*{"code":"INPUT_INVALID","message":`));
    expect(seen).not.toContain('SECRET');
    await own.app.close();
  });
});

describe('addresses', () => {
  test('[ID-8] behind a trusted proxy the address is the one that the proxy added, whatever the sender claims', async () => {
    const own = await createTestServer({ trustProxy: true });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 21; attempt += 1) {
      const { statusCode } = await own.call({
        method: 'POST',
        url: '/api/session',
        payload: { name: `nobody-${attempt}`, password: 'x' },
        headers: { 'x-forwarded-for': `203.0.113.${attempt}, 198.51.100.7` },
      });
      statuses.push(statusCode);
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
    expect(statuses[20]).toBe(429);
    await own.app.close();
  });
});

describe('headers', () => {
  test.each(['/', '/api/settings', '/api/nothing', '/tiles/park/tileset.json', '/%zz'])(
    '[ID-25] on %s',
    async (url) => {
      const { headers } = await get(url);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['strict-transport-security']).toBeUndefined();
    },
  );

  test('[ID-25] answers of the interface are never cached', async () => {
    expect((await get('/api/session')).headers['cache-control']).toBe('no-store');
  });

  const security = { livePort: 7002, liveUrl: null, mapSources: ['grid', '/tiles/park/tileset.json'], secure: false };

  test('[ID-25] the policy names no outside host and lets the live socket of this host in', () => {
    const policy = contentSecurityPolicy(security, 'park.internal');
    expect(policy.match(/[a-z]+:\/\/[^\s;]+/g)).toEqual(['ws://park.internal:7002', 'wss://park.internal:7002']);
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval' blob:;");
    expect(policy).toContain("worker-src 'self' blob:;");
    expect(policy).not.toContain("'unsafe-eval'");
  });

  test.each(["x; script-src 'unsafe-inline'", 'a b', '', 'evil"', '*'])(
    '[ID-25] a host header %j does not get into the policy',
    (host) => {
      expect(contentSecurityPolicy(security, host)).toContain("connect-src 'self' blob: data:;");
    },
  );

  test('[ID-25] a map on the own network and a proxied live socket are let in by origin', () => {
    const policy = contentSecurityPolicy(
      {
        ...security,
        liveUrl: 'wss://live.park.internal/live',
        mapSources: ['http://maps.park.internal:8080/{z}/{x}/{y}.png'],
      },
      'park.internal',
    );
    expect(policy).toContain("img-src 'self' data: blob: http://maps.park.internal:8080;");
    expect(policy).toContain("connect-src 'self' blob: data: wss://live.park.internal http://maps.park.internal:8080;");
  });
});

describe('files', () => {
  test('[ID-28] the page for every address of its own, never for a missing file', async () => {
    for (const url of ['/', '/alarms', '/alarms/2026/07']) {
      const answer = await get(url);
      expect([answer.statusCode, answer.body]).toEqual([200, '<title>park</title>']);
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
    for (const url of ['/assets/gone-12345678.js', '/tiles/park/gone.json', '/favicon.ico']) {
      expect((await get(url)).json()).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('[ID-28] files named after their content are kept for ever, others are asked about again', async () => {
    const hashed = await get('/assets/index-Ab3dEf9h.js');
    expect(hashed.body).toBe('let plain;');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/logo.svg')).headers['cache-control']).toBe('public, max-age=3600');
  });

  test('[ID-28] a packed copy is sent where the browser takes it', async () => {
    const answer = await get('/assets/index-Ab3dEf9h.js', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers['content-encoding']).toBe('br');
    expect(answer.headers['content-type']).toContain('javascript');
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/tiles/../../secret.txt',
    '/tiles/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/tiles//etc/passwd',
    '/assets/..%5c..%5csecret.txt',
    '/%00.txt',
  ])('[ID-28] %s leads nowhere', async (url) => {
    const answer = await get(url);
    expect(answer.body).not.toContain('outside');
    expect(answer.body).not.toContain('root:');
    expect(answer.statusCode).toBeLessThan(500);
  });
});

test('[ID-14] a live ticket opens a socket as the user who asked for it', async () => {
  const answer = await server.call({ method: 'POST', url: '/api/live-ticket', cookie });
  const { ticket, url, livePort } = answer.json<{ ticket: string; url: string; livePort: number }>();
  expect([url, livePort]).toEqual(['', 7002]);
  expect(await server.sessions.redeemTicket(ticket)).toMatchObject({ userName: 'lin', role: 'operator' });
});
