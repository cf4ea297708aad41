import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SavedViews } from '../../core/views-api.ts';
import { COMPANY, createTestServer, OTHER_COMPANY, type TestServer } from '../test-server.ts';

describe('saved views', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await createTestServer();
    for (const role of ['operator', 'park', 'enterprise', 'ops'] as const) await server.addUser(role, role);
    await server.addUser('operator2', 'operator');
  });
  afterEach(() => server.app.close());

  const call = async (method: 'GET' | 'PUT' | 'DELETE', url: string, by: string, payload?: object) =>
    server.call({ method, url, cookie: await server.cookieOf(by), ...(payload === undefined ? {} : { payload }) });
  const names = async (by: string): Promise<string[]> =>
    ((await call('GET', '/api/views', by)).json() as SavedViews).views.map(({ owner, name }) => `${owner}/${name}`);

  it('[FIND-24] own views are their owner’s alone; those of the park are set by the role park and read by the whole park’s readers', async () => {
    const kept = await call('PUT', `/api/views/own/${encodeURIComponent('夜班/罐区')}`, 'operator', { tab: 'people' });
    expect(kept.statusCode).toBe(204);
    expect((await call('PUT', '/api/views/park/all', 'park', { at: '1,2,3,4,5' })).statusCode).toBe(204);
    expect(await names('operator')).toEqual(['own/夜班/罐区', 'park/all']);
    expect(await names('operator2')).toEqual(['park/all']);
    expect(await names('enterprise')).toEqual([]);
    expect((await call('PUT', '/api/views/park/x', 'operator', {})).statusCode).toBe(403);
    expect((await call('DELETE', '/api/views/park/all', 'enterprise')).statusCode).toBe(403);
    expect((await call('GET', '/api/views', 'ops')).statusCode).toBe(403);
    expect((await call('DELETE', '/api/views/own/none', 'operator')).statusCode).toBe(404);
    expect((await call('DELETE', '/api/views/park/all', 'park')).statusCode).toBe(204);
    expect(await names('operator2')).toEqual([]);
    expect(server.views.changes.map(({ action, by }) => `${action} ${by}`)).toEqual([
      'view.put operator',
      'view.put park',
      'view.remove park',
    ]);
  });

  it.each([
    ['a value that is no text', { at: 1 }],
    ['a list', ['at']],
    ['a long text', { at: 'x'.repeat(2_001) }],
    ['too many keys', Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, 'x']))],
    ['a key of no link', { 'A b': 'x' }],
    ['a prototype', JSON.parse('{"__proto__":"x"}') as object],
  ])('[FIND-24] %s is refused', async (_, view) => {
    expect((await call('PUT', '/api/views/own/v', 'operator', view)).statusCode).toBe(422);
    expect(await names('operator')).toEqual([]);
  });

  it('[FIND-4] a company is told its own companies and cameras alone', async () => {
    const camera = (companyCode: string) => ({ companyCode, code: companyCode, name: '', lng: null, lat: null });
    server.views.named = {
      companies: [COMPANY, OTHER_COMPANY].map((code) => ({ code, name: '' })),
      cameras: [COMPANY, OTHER_COMPANY].map(camera),
    };
    const seen = async (by: string) => (await call('GET', '/api/names', by)).json();
    expect(await seen('operator')).toEqual(server.views.named);
    expect(await seen('enterprise')).toEqual({ companies: [{ code: COMPANY, name: '' }], cameras: [camera(COMPANY)] });
    expect((await call('GET', '/api/names', 'ops')).statusCode).toBe(403);
  });
});
