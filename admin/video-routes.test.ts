import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../security/gm.ts';
import type { CascadeView, PermitCameras } from '../stream/protocol/permit-api.ts';
import { contentSecurityPolicy } from './page-security.ts';
import { COMPANY, createTestServer, OTHER_COMPANY, SERVER_KEY, type TestServer } from './test-server.ts';
import { issueTicket, ticketPath } from './video/video-tickets.ts';

const OWN = '31011600021320000001';
const OTHERS = '31011600021320000002';
const LINKED = '31011600021320000003';
const NOBODYS = '31011600021320000009';
const SEGMENT = '1795205000000-000001.ts';
const span = 'fromMs=1760000000000&toMs=1760000060000';

describe('routes of pictures', () => {
  let server: TestServer;
  const cookies = new Map<string, Promise<string>>();
  beforeEach(async () => {
    server = await createTestServer();
    cookies.clear();
    for (const role of ['operator', 'park', 'ops', 'enterprise', 'contractor'] as const)
      await server.addUser(role, role);
    const { cameras, platform, permits, pictures } = server.video;
    cameras.add({ code: OWN, companyCode: COMPANY, lng: 121.48, lat: 30.8 });
    cameras.add({ code: OTHERS, companyCode: OTHER_COMPANY, lng: 121.4801, lat: 30.8 });
    cameras.add({ code: LINKED, companyCode: OTHER_COMPANY, lng: 121.49, lat: 30.8 });
    for (const code of [OWN, OTHERS, LINKED]) {
      platform.add(code);
      pictures.files.set(`${code}/live.m3u8`, Buffer.from('#EXTM3U\n'));
      pictures.files.set(`${code}/recording.m3u8`, Buffer.from('#EXTM3U\n'));
      pictures.files.set(`${code}/${SEGMENT}`, Buffer.from('bytes'));
    }
    const permit = { lng: 121.48, lat: 30.8, startedAtMs: 1_760_000_000_000, endedAtMs: null };
    permits.permits.push(
      { ...permit, companyCode: COMPANY, permitId: 'p1', cameraCodes: [LINKED, OWN] },
      { ...permit, companyCode: COMPANY, permitId: 'p2', cameraCodes: [] },
      { ...permit, companyCode: OTHER_COMPANY, permitId: 'p1', cameraCodes: [OTHERS] },
    );
  });
  afterEach(() => server.app.close());

  const cookieOf = (name: string): Promise<string> => {
    const known = cookies.get(name) ?? server.cookieOf(name);
    cookies.set(name, known);
    return known;
  };
  const get = async (name: string, url: string) => server.call({ method: 'GET', url, cookie: await cookieOf(name) });

  it('[VID-20] a company sees its own cameras; another’s is answered like none, also one that its permit names', async () => {
    const paths = [
      'live',
      `recording?${span}`,
      'pictures/live.m3u8',
      `pictures/recording.m3u8?${span}`,
      `pictures/${SEGMENT}`,
    ];
    for (const path of paths) {
      const status = async (name: string, code: string) => (await get(name, `/api/video/${code}/${path}`)).statusCode;
      expect([await status('enterprise', OWN), await status('enterprise', LINKED)]).toEqual([200, 404]);
      expect([await status('enterprise', OTHERS), await status('enterprise', NOBODYS)]).toEqual([404, 404]);
      expect([await status('operator', OTHERS), await status('operator', NOBODYS)]).toEqual([200, 404]);
      expect([await status('contractor', OWN), await status('ops', OWN)]).toEqual([403, 403]);
    }
  });

  it('[VID-20] pictures need a session, and go as what they are', async () => {
    expect((await server.call({ method: 'GET', url: `/api/video/${OWN}/live` })).statusCode).toBe(401);
    const playlist = await get('operator', `/api/video/${OWN}/pictures/live.m3u8`);
    expect(playlist.headers['content-type']).toBe('application/vnd.apple.mpegurl');
    expect((await get('operator', `/api/video/${OWN}/pictures/${SEGMENT}`)).headers['content-type']).toBe('video/mp2t');
  });

  it.each([
    ['/api/video/..%2f..%2fmaster.key/pictures/live.m3u8', 422],
    [`/api/video/${OWN}/pictures/..%2f..%2fmaster.key`, 404],
    [`/api/video/${OWN}/pictures/..%5c..%5cmaster.key`, 404],
    [`/api/video/${OWN}/pictures/%00`, 422],
    ['/api/video/31011600021320000001x/live', 422],
    [`/api/video/${OWN}/recording?fromMs=5&toMs=5`, 422],
    ['/api/video/near?lng=900&lat=30', 422],
    ['/api/video/near?lng=121&lat=30&limit=500', 422],
  ])('[VID-14] %s is refused', async (url, status) => {
    expect((await get('operator', url)).statusCode).toBe(status);
  });

  it('[VID-21] a permit has the cameras that it is linked to, else those nearest to it, by distance', async () => {
    const of = async (name: string, permit: string) => {
      const answer = await get(name, `/api/permits/${permit}/cameras`);
      return answer.statusCode === 200 ? (answer.json() as PermitCameras) : answer.statusCode;
    };
    expect(await of('enterprise', `${COMPANY}/p1`)).toMatchObject({ linked: [{ code: OWN }], nearest: [] });
    const all = (await of('operator', `${COMPANY}/p1`)) as PermitCameras;
    expect(all.linked.map(({ code }) => code).sort()).toEqual([OWN, LINKED]);
    expect(await of('operator', `${COMPANY}/p2`)).toMatchObject({
      linked: [],
      nearest: [{ code: OWN, distanceM: 0 }, { code: OTHERS, distanceM: 10 }, { code: LINKED }],
      fromMs: 1_760_000_000_000,
      toMs: null,
    });
    expect(await of('enterprise', `${COMPANY}/p2`)).toMatchObject({ nearest: [{ code: OWN }] });
    expect(await of('enterprise', `${OTHER_COMPANY}/p1`)).toBe(404);
    expect(await of('operator', `${COMPANY}/p9`)).toBe(404);
    const near = (await get('enterprise', '/api/video/near?lng=121.4801&lat=30.8')).json() as { cameras: unknown[] };
    expect(near.cameras).toHaveLength(1);
  });

  it('[VID-22] the cascade is versioned and on record; the park changes it, and ops reads it', async () => {
    const value = {
      adapter: 'template' as const,
      template: 'https://v.example/{code}.m3u8',
      recordingTemplate: '',
      platformCode: '',
    };
    const put = async (name: string, body: object) =>
      server.call({ method: 'PUT', url: '/api/video/cascade', payload: body, cookie: await cookieOf(name) });
    expect((await get('ops', '/api/video/cascade')).json()).toMatchObject({
      adapter: 'template',
      template: '',
      version: 0,
    });
    const change = { ...value, expectedVersion: 0, reason: '接入视频平台' };
    expect((await put('ops', change)).statusCode).toBe(403);
    expect((await put('park', change)).json()).toEqual({ ...value, version: 1 } satisfies CascadeView);
    expect((await put('park', change)).json()).toMatchObject({ code: 'CONFLICT' });
    const secret = { ...change, expectedVersion: 1, template: 'https://u:p@v.example/{code}' };
    expect((await put('park', secret)).json()).toMatchObject({ code: 'INPUT_INVALID' });
    expect((await get('operator', '/api/video/cascade')).statusCode).toBe(403);
    expect(server.parkSettings.asked).toContainEqual({ what: 'put', scope: null, detail: 'park' });
  });

  it('[VID-15] a ticket opens the live picture of its camera without a session, and nothing else', async () => {
    const ticket = issueTicket(createSealer([SERVER_KEY]), server.clock, OWN);
    const status = async (url: string) => (await server.call({ method: 'GET', url })).statusCode;
    expect(await status(ticketPath(ticket))).toBe(200);
    expect(await status(`/api/video-tickets/${ticket}/${SEGMENT}`)).toBe(200);
    expect(await status(`/api/video-tickets/${ticket}/recording.m3u8`)).toBe(404);
    expect(await status(`/api/video-tickets/v1.x.y/live.m3u8`)).toBe(404);
    server.clock.advance(12 * 3_600_000);
    expect(await status(ticketPath(ticket))).toBe(404);
  });
});

describe('the policy of pages', () => {
  it('[VID-23] lets pictures come from the hosts of the cascade and from nowhere else', () => {
    let origins: readonly string[] = [];
    const security = { livePort: 7002, liveUrl: null, mapSources: [], secure: false, videoOrigins: () => origins };
    const sourcesOf = (directive: string): string[] =>
      contentSecurityPolicy(security, 'park.example')
        .split('; ')
        .find((one) => one.startsWith(`${directive} `))
        ?.split(' ')
        .slice(1) ?? [];
    expect(sourcesOf('media-src')).toEqual(["'self'", 'blob:']);
    origins = ['https://video.example:8443', 'https://evil.example; script-src *'];
    expect(sourcesOf('media-src')).toEqual(["'self'", 'blob:', 'https://video.example:8443']);
    expect(sourcesOf('connect-src')).toContain('https://video.example:8443');
    expect(sourcesOf('script-src')).not.toContain('*');
  });
});
