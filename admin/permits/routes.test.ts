import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPANY, createTestServer, OTHER_COMPANY, type TestServer } from '../test-server.ts';

describe('routes of permits', () => {
  let server: TestServer;
  const cookies = new Map<string, string>();
  beforeAll(async () => {
    server = await createTestServer();
    for (const role of ['operator', 'enterprise', 'contractor', 'ops', 'system-admin'] as const) {
      await server.addUser(role, role);
      cookies.set(role, await server.cookieOf(role));
    }
  });
  afterAll(() => server.app.close());

  const get = async (name: string, path: string) =>
    server.call({ method: 'GET', url: `/api/permits${path}`, cookie: cookies.get(name) ?? '' });
  const asked = async (name: string, path: string) => {
    server.permits.asked.length = 0;
    const answer = await get(name, path);
    return server.permits.asked[0] ?? (answer.json() as object);
  };

  it.each([
    '?companyCode=X',
    '/export?format=xlsx&companyCode=X',
    '/boards/day?companyCode=X',
    '/boards/months',
    '/boards/companies',
    '/boards/alarms?from=1&to=2',
    `/${OTHER_COMPANY}/t1`,
    `/${OTHER_COMPANY}/t1/history`,
    `/${OTHER_COMPANY}/t1/attachments/f1`,
  ])('[PST-20] %s: the scope is of the session, whatever is asked for', async (path) => {
    expect(await asked('enterprise', path)).toMatchObject({ scope: COMPANY });
    expect(await asked('operator', path)).toMatchObject({ scope: null });
  });

  it('[PST-21] takes every filter, and refuses what is none', async () => {
    const filter =
      'search=%E7%84%8A%E6%8E%A5&applicant=a&unit=b&site=c&companyCode=X&alarmed=true&fromMs=1000&toMs=2026-11-20T08:00:00Z';
    expect(await asked('operator', `?${filter}&workCodes=01,70&statuses=working,paused&limit=7&cursor=abc`)).toEqual({
      what: 'list',
      scope: null,
      detail: {
        filter: {
          search: '焊接',
          applicant: 'a',
          unit: 'b',
          site: 'c',
          companyCode: 'X',
          alarmed: true,
          fromMs: 1000,
          toMs: Date.UTC(2026, 10, 20, 8),
          workCodes: ['01', '70'],
          statuses: ['working', 'paused'],
        },
        limit: 7,
        cursor: 'abc',
      },
    });
    expect(await asked('operator', '')).toMatchObject({ detail: { filter: {}, limit: 50, cursor: null } });
    const unfit = [
      '?statuses=asleep',
      '?fromMs=5&toMs=5',
      '?limit=0',
      '?alarmed=1',
      '?search=%00',
      '/boards/day?day=2026-02-30',
    ];
    for (const path of [...unfit, '/boards/alarms?from=0&to=999999999999', '/export?format=pdf']) {
      expect((await get('operator', path)).json(), path).toMatchObject({ code: 'INPUT_INVALID' });
    }
  });

  it('[PST-24] a file goes under its own name, to be kept, by its stored type and no other', async () => {
    const answer = await get('operator', `/${COMPANY}/t1/attachments/f1`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('票".pdf')}`,
    });
    expect(answer.rawPayload).toEqual(Buffer.from([1, 2, 3]));
  });

  it('[PST-20] outside the picture nobody is told anything', async () => {
    for (const role of ['contractor', 'ops', 'system-admin'] as const) {
      expect((await get(role, '')).json(), role).toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});
