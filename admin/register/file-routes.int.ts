import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as XLSX from '@e965/xlsx';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { ImportReport } from '../../core/register-api.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer } from '../../security/gm.ts';
import { MemoryBlobs } from '../../stream/archive/blob-store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { COMPANY, createTestServer, type TestServer } from '../test-server.ts';
import { registerParts } from './parts.ts';
import { SAMPLE } from './sample-register.ts';

const AT = '/api/registers/sample';
const BYTES = { 'content-type': 'application/octet-stream' };

let database: TestDatabase;
let server: TestServer;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'), false, [SAMPLE]);
  await database.pool.query(`INSERT INTO company (code, name) VALUES ('${COMPANY}', '甲公司')`);
  const key = Buffer.alloc(32, 7);
  const registers = registerParts({
    pool: database.pool,
    sealer: createSealer([key]),
    blindIndex: createBlindIndex(key),
    clock: new ManualClock(1_760_000_000_000),
    registers: [SAMPLE],
    stores: {},
    actions: { sample: { rate: async () => [] } },
    blobs: new MemoryBlobs(),
  });
  server = await createTestServer({ registers });
  await server.addUser('own', 'enterprise');
  await server.addUser('look', 'operator');
  cookie = await server.cookieOf('own');
});
afterAll(async () => {
  await server.app.close();
  await database.drop();
});

test('[IMP-24] files go in and out by their routes, under the name of the register', async () => {
  const payload = Buffer.from('编号,名称\na,一\n');
  const sent = await server.call({ method: 'POST', url: `${AT}/import?dryRun=false`, cookie, headers: BYTES, payload });
  expect([sent.statusCode, (sent.json() as ImportReport).counts.new]).toEqual([200, 1]);
  const csv = await server.call({ method: 'GET', url: `${AT}/export?format=csv&f.kind=&q=`, cookie });
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(csv.headers['content-disposition']).toContain(encodeURIComponent('样例.csv'));
  expect(csv.body.startsWith('\uFEFF编号,名称')).toBe(true);
  for (const path of ['export?format=xlsx&lang=en', 'template']) {
    const xlsx = await server.call({ method: 'GET', url: `${AT}/${path}`, cookie });
    expect(xlsx.statusCode).toBe(200);
    expect(XLSX.read(xlsx.rawPayload).SheetNames.length).toBeGreaterThan(0);
  }
});

test('[IMP-24] what is no file, and who may not write, is refused', async () => {
  const url = `${AT}/import?dryRun=true`;
  const json = await server.call({ method: 'POST', url, cookie, payload: { a: 1 } });
  expect([json.statusCode, json.json().code]).toEqual([415, 'TYPE_UNSUPPORTED']);
  const bare = await server.call({
    method: 'POST',
    url: `${AT}/import`,
    cookie,
    headers: BYTES,
    payload: Buffer.from('a'),
  });
  expect(bare.json().code).toBe('INPUT_INVALID');
  const looks = await server.cookieOf('look');
  const refused = await server.call({
    method: 'POST',
    url,
    cookie: looks,
    headers: BYTES,
    payload: Buffer.from('a,b'),
  });
  expect(refused.json().code).toBe('FORBIDDEN');
  expect((await server.call({ method: 'GET', url: `${AT}/export?format=csv&f.nothing=1`, cookie })).statusCode).toBe(
    422,
  );
});

test('[IMP-4] 50 MB are refused by a code of their own before they are sent', async () => {
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  const answer = await new Promise<{ status: number | undefined; code: string }>((resolve, reject) => {
    const sending = request(
      {
        port,
        host: '127.0.0.1',
        path: `${AT}/import?dryRun=true`,
        method: 'POST',
        headers: { ...BYTES, cookie, 'x-requested-with': 'park', 'content-length': 50 * 1024 * 1024 },
      },
      (response) => {
        response.setEncoding('utf8').on('data', (text: string) => {
          resolve({ status: response.statusCode, code: (JSON.parse(text) as { code: string }).code });
          sending.destroy();
        });
      },
    );
    sending.on('error', reject);
    // The first bytes alone: the rest never comes.
    sending.write('PK');
  });
  expect(answer).toEqual({ status: 413, code: 'FILE_TOO_LARGE' });
});
