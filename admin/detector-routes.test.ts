import { expect, it } from 'vitest';
import { COMPANY, createTestServer, OTHER_COMPANY } from './test-server.ts';

it('[PST-33] all with their places and values: the park is shown those of everybody, a company its own alone', async () => {
  const server = await createTestServer();
  for (const role of ['operator', 'enterprise'] as const) await server.addUser(role, role);
  const newest = { value: 21.5, isSounding: true, atMs: 1_000 };
  const own = { companyCode: COMPANY, code: 'own', name: '罐区', unit: '%LEL', newest, lng: 121.48, lat: 30.8 };
  const theirs = { ...own, companyCode: OTHER_COMPANY, code: 'theirs', newest: null };
  server.detectors.detectors.push(own, theirs);
  const ask = async (name: string) =>
    (await server.call({ method: 'GET', url: '/api/detectors', cookie: await server.cookieOf(name) })).json();
  expect(await ask('operator')).toEqual({
    detectors: [own, theirs].sort((a, b) => (a.companyCode < b.companyCode ? -1 : 1)),
  });
  expect(await ask('enterprise')).toEqual({ detectors: [own] });
  await server.app.close();
});

it('[PST-31] a company is shown its own detectors alone, the park all; what is no place is refused', async () => {
  const server = await createTestServer();
  for (const role of ['operator', 'enterprise'] as const) await server.addUser(role, role);
  const detector = { name: '', unit: null, newest: null, lng: 121.48, lat: 30.8 };
  server.detectors.detectors.push(
    { ...detector, companyCode: COMPANY, code: 'own' },
    { ...detector, companyCode: OTHER_COMPANY, code: 'theirs' },
  );
  const ask = async (name: string, query: string) =>
    server.call({ method: 'GET', url: `/api/detectors/near?${query}`, cookie: await server.cookieOf(name) });
  const codes = async (name: string) =>
    ((await ask(name, 'lng=121.48&lat=30.8')).json() as { detectors: { code: string }[] }).detectors.map(
      ({ code }) => code,
    );
  expect(await codes('operator')).toEqual(['own', 'theirs']);
  expect(await codes('enterprise')).toEqual(['own']);
  for (const query of ['', 'lng=900&lat=30', 'lng=121&lat=30&limit=500'])
    expect((await ask('operator', query)).statusCode).toBe(422);
  await server.app.close();
});
