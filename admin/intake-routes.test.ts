import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerAnswer, Refusal } from '../core/web-api.ts';
import { COMPANY, createTestServer, OTHER_COMPANY, type TestServer } from './test-server.ts';

const sum = (companyCode: string): LedgerAnswer['sums'][number] => ({
  companyCode,
  interface: 'positions',
  received: 10,
  refused: 1,
  duplicate: 0,
  superseded: 0,
  quarantined: 0,
  stored: 8,
  acknowledged: 9,
  unanswered: 0,
  refusedRequests: 2,
  pending: 1,
  balanced: true,
});

const refusal = (id: string): Refusal => ({
  id,
  atMs: 1,
  appId: 'app',
  interface: 'positions',
  code: 'FIELD_RANGE',
  index: 0,
  recordId: 'p1',
  field: 'LATITUDE',
  raw: '121.48',
  reason: 'is off the globe',
  expected: null,
});

describe('the intake desk', () => {
  let server: TestServer;
  let operator: string;
  let enterprise: string;

  beforeAll(async () => {
    server = await createTestServer();
    await server.addUser('operator', 'operator');
    await server.addUser('enterprise', 'enterprise');
    operator = await server.cookieOf('operator');
    enterprise = await server.cookieOf('enterprise');
    const { desk } = server;
    desk.sums.push(sum(COMPANY), sum(OTHER_COMPANY), sum(''));
    for (const companyCode of [COMPANY, OTHER_COMPANY]) {
      desk.interfaceList.push({ companyCode, companyName: '', interface: 'areas', stage: 'joint', checkList: [] });
      desk.findingList.push({
        companyCode,
        kind: 'zero',
        sinceMs: 1,
        lastMs: 2,
        endedAtMs: null,
        share: 1,
        looked: 1,
        example: { lng: 0, lat: 0 },
      });
    }
    const said = { detail: '', sinceMs: 1, atMs: 1 };
    desk.alarmList.push(
      { code: 'archive-behind', subject: 'archive', companyCode: null, ...said },
      { code: 'ledger-unbalanced', subject: `${COMPANY}/areas`, companyCode: COMPANY, ...said },
    );
    desk.refusalsOf
      .set(COMPANY, [refusal('own')])
      .set(OTHER_COMPANY, [refusal('other')])
      .set('', [refusal('unknown')]);
  });
  afterAll(() => server.app.close());

  const get = async <T>(url: string, cookie: string): Promise<T> =>
    JSON.parse((await server.call({ method: 'GET', url, cookie })).body) as T;

  test('[ID-60] gives the whole park to its readers, and a company what is its own', async () => {
    const codes = async (url: string, list: string, cookie: string): Promise<(string | null)[]> =>
      (await get<Record<string, { companyCode: string | null }[]>>(url, cookie))[list]!.map((one) => one.companyCode);
    const ledger = '/api/intake/ledger?from=0&to=60000';
    expect(await codes(ledger, 'sums', operator)).toEqual([COMPANY, OTHER_COMPANY, '']);
    expect(await codes(ledger, 'sums', enterprise)).toEqual([COMPANY]);
    expect(await codes('/api/intake/interfaces', 'interfaces', operator)).toEqual([COMPANY, OTHER_COMPANY]);
    expect(await codes('/api/intake/interfaces', 'interfaces', enterprise)).toEqual([COMPANY]);
    expect(await codes('/api/intake/findings', 'findings', enterprise)).toEqual([COMPANY]);
    expect(await codes('/api/ops/alarms', 'alarms', operator)).toEqual([null, COMPANY]);
    expect(await codes('/api/ops/alarms', 'alarms', enterprise)).toEqual([COMPANY]);
  });

  test('[ID-61] shows refusals of a company to itself and to the park, those of unknown apps to the park alone', async () => {
    const ids = async (company: string, cookie: string): Promise<string[]> =>
      (await get<{ refusals: Refusal[] }>(`/api/intake/refusals?company=${company}`, cookie)).refusals.map((r) => r.id);
    expect(await ids(COMPANY, enterprise)).toEqual(['own']);
    expect(await ids(OTHER_COMPANY, enterprise)).toEqual([]);
    expect(await ids('-', enterprise)).toEqual([]);
    expect(await ids(OTHER_COMPANY, operator)).toEqual(['other']);
    expect(await ids('-', operator)).toEqual(['unknown']);
  });

  test.each(['from=5&to=5', 'from=1', 'from=0&to=99999999999999', 'from=x&to=2', 'from=0&to=1&company=%00'])(
    '[ID-62] refuses a span that is none: %s',
    async (query) => {
      const answer = await server.call({ method: 'GET', url: `/api/intake/ledger?${query}`, cookie: operator });
      expect(answer.statusCode).toBe(422);
    },
  );
});
