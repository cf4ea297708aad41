import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestServer, type TestServer } from './test-server.ts';

const ROW = {
  id: 7,
  atMs: Date.UTC(2026, 6, 1),
  userId: null,
  userName: '=1+1',
  action: 'user.add',
  subject: 'a,b',
  outcome: 'ok',
  detail: { 词: '园区' },
  address: '10.0.0.1',
};

describe('routes of the audit', () => {
  let server: TestServer;
  let cookie: string;
  beforeAll(async () => {
    server = await createTestServer();
    await server.addUser('reader', 'audit-admin');
    cookie = await server.cookieOf('reader');
    server.auditDesk.rows = [ROW];
  });
  afterAll(() => server.app.close());

  const get = (path: string) => server.call({ method: 'GET', url: `/api/audit${path}`, cookie });

  test('[AUD-31] filters reach the desk with who reads', async () => {
    const query = 'from=2026-07-01T00:00:00Z&user=u&action=user.add&subject=s&outcome=refused&search=%E5%9B%AD';
    const answer = await get(`?${query}&after=2026-07-01T00:00:00.000001Z~7`);
    expect(answer.json()).toEqual({ rows: [ROW], next: null });
    expect(server.auditDesk.asked.at(-1)).toEqual({
      what: 'list',
      by: 'reader',
      filter: {
        fromMs: Date.UTC(2026, 6, 1),
        toMs: null,
        userName: 'u',
        action: 'user.add',
        subject: 's',
        outcome: 'refused',
        search: '园',
      },
    });
  });

  test.each(['?after=1', '?from=yesterday', '?outcome=maybe', '?limit=0', '?limit=501', '/export?format=xlsx'])(
    '[AUD-31] refuses %s',
    async (path) => {
      expect((await get(path)).json()).toMatchObject({ code: 'INPUT_INVALID' });
    },
  );

  test('[AUD-32] the export is a file that no spreadsheet runs, or a line of JSON a row', async () => {
    const csv = await get('/export');
    expect(csv.headers['content-disposition']).toContain('audit.csv');
    expect(csv.body.split('\r\n')[1]).toBe(
      `7,2026-07-01T00:00:00.000Z,'=1+1,,user.add,"a,b",ok,10.0.0.1,"{""词"":""园区""}"`,
    );
    expect(JSON.parse((await get('/export?format=jsonl')).body.trim())).toEqual(ROW);
    expect(server.auditDesk.asked.at(-1)).toMatchObject({ what: 'export', by: 'reader' });
  });
});
