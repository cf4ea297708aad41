import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPANY, createTestServer, OTHER_COMPANY, type TestServer } from './test-server.ts';

describe('routes of the reporting watch', () => {
  let server: TestServer;
  const cookies = new Map<string, string>();
  beforeAll(async () => {
    server = await createTestServer();
    for (const role of ['park', 'enterprise'] as const) {
      await server.addUser(role, role);
      cookies.set(role, await server.cookieOf(role));
    }
  });
  afterAll(() => server.app.close());

  const get = (role: string, url: string) => server.call({ method: 'GET', url, cookie: cookies.get(role) as string });

  test('[RPW-17] what is asked is narrowed to the scope of the session', async () => {
    server.reporting.asked.length = 0;
    await get('enterprise', '/api/reporting');
    await get('enterprise', `/api/reporting/score-cards?from=1&to=2&company=${OTHER_COMPANY}`);
    await get('park', '/api/reporting/score-cards');
    const other = { fromMs: 1, toMs: 2, companyCode: OTHER_COMPANY };
    expect(server.reporting.asked).toEqual([[COMPANY], [COMPANY, other], [null, {}]]);
  });

  const DAYS_31 = 31 * 86_400_000;
  for (const [query, status] of [
    ['', 200],
    ['?company=c1', 200],
    ['?from=1000&to=2000', 200],
    [`?from=0&to=${DAYS_31}`, 200],
    ['?from=1000', 422],
    ['?to=1000', 422],
    ['?from=2000&to=1000', 422],
    [`?from=0&to=${DAYS_31 + 1}`, 422],
  ] as const) {
    test(`[SCO-6] a span has both ends, the later behind, at most 31 days: "${query}" is ${status}`, async () => {
      expect((await get('park', `/api/reporting/score-cards${query}`)).statusCode).toBe(status);
    });
  }
});
