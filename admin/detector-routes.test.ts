import { expect, it } from 'vitest';
import { COMPANY, createTestServer, OTHER_COMPANY } from './test-server.ts';

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
