import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { VendorClient } from './vendor-client.ts';

type Handler = (request: IncomingMessage, body: { records: object[] }, answer: ServerResponse) => void;

let server: Server | undefined;
let client: VendorClient | undefined;

afterEach(async () => {
  client?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)));
});

async function start(
  handler: Handler,
  options: { queueLimit?: number; timeoutMs?: number } = {},
): Promise<VendorClient> {
  server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, JSON.parse(Buffer.concat(chunks).toString()), answer));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new VendorClient({
    url: `http://127.0.0.1:${port}`,
    credentials: { '900000001': { appId: 'app-1', appSecret: 'secret-1' } },
    clock: systemClock,
    logger: silentLogger,
    firstPauseMs: 5,
    ...options,
  });
  return client;
}

const accept: Handler = (_request, body, answer) =>
  void answer.end(JSON.stringify({ batch_id: 'b', accepted: body.records.length, rejected: [] }));

const batch = (count: number, more: { isUrgent?: boolean; isDuplicate?: boolean } = {}) => ({
  companyCode: '900000001',
  interfaceName: 'positions' as const,
  records: Array.from({ length: count }, (_, i) => ({ PERSON_ID: `p${i}` })),
  ...more,
});

const countsOf = (c: VendorClient) => c.report().companies['900000001']!['positions']!;

describe('vendor client', () => {
  it('[SIM-30] sends in order, one batch at a time, over one kept connection, signed with fresh nonces', async () => {
    const seen: { count: number; nonce: string; port: number }[] = [];
    let running = 0;
    const c = await start((request, body, answer) => {
      expect(++running).toBe(1);
      const nonce = String(request.headers['x-nonce']);
      seen.push({ count: body.records.length, nonce, port: request.socket.remotePort! });
      expect(request.headers['x-signature']).toMatch(/^[0-9a-f]{64}$/);
      setTimeout(() => {
        running--;
        accept(request, body, answer);
      }, 5);
    });
    for (const count of [1, 2, 3, 4]) c.send(batch(count));
    expect(await c.settled(5_000)).toBe(true);
    expect(seen.map((s) => s.count)).toEqual([1, 2, 3, 4]);
    expect(new Set(seen.map((s) => s.nonce)).size).toBe(4);
    expect(new Set(seen.map((s) => s.port)).size).toBe(1);
    expect(countsOf(c)).toMatchObject({ batches: 4, records: 10, requests: 4, accepted: 10, rejected: 0 });
  });

  it('[SIM-31] waits as long as Retry-After says after 503 and 429, then sends the same records signed anew', async () => {
    const seen: { atMs: number; nonce: string; body: string }[] = [];
    const c = await start((request, body, answer) => {
      const nonce = String(request.headers['x-nonce']);
      seen.push({ atMs: performance.now(), nonce, body: JSON.stringify(body) });
      if (seen.length > 2) return accept(request, body, answer);
      answer.statusCode = seen.length === 1 ? 503 : 429;
      answer.setHeader('Retry-After', '1');
      answer.end(JSON.stringify({ code: seen.length === 1 ? 'LOG_UNAVAILABLE' : 'RATE_LIMITED', message: '' }));
    });
    c.send(batch(2));
    expect(await c.settled(10_000)).toBe(true);
    expect(seen).toHaveLength(3);
    expect(seen[1]!.atMs - seen[0]!.atMs).toBeGreaterThan(950);
    expect(new Set(seen.map((s) => s.nonce)).size).toBe(3);
    expect(new Set(seen.map((s) => s.body)).size).toBe(1);
    expect(countsOf(c)).toMatchObject({ accepted: 2, refusedByCode: { LOG_UNAVAILABLE: 1, RATE_LIMITED: 1 } });
  });

  it('[SIM-32] sends again after a lost connection and a missing answer, and counts both as unanswered', async () => {
    let attempt = 0;
    const c = await start(
      (request, body, answer) => {
        attempt++;
        if (attempt === 1) request.socket.destroy();
        else if (attempt === 2) return;
        else if (attempt === 3) {
          answer.writeHead(200, { 'Content-Length': '400' });
          answer.write('{"batch_id"');
          setTimeout(() => request.socket.destroy(), 10);
        } else accept(request, body, answer);
      },
      { timeoutMs: 100 },
    );
    c.send(batch(3));
    expect(await c.settled(5_000)).toBe(true);
    expect(attempt).toBe(4);
    expect(countsOf(c)).toMatchObject({ accepted: 3, acceptedDistinct: 3, unanswered: 3, unansweredRecords: 9 });
  });

  it('[SIM-33] gives up what the park refuses for good, goes on with the next, and keeps refused records by code', async () => {
    const c = await start((request, body, answer) => {
      if (body.records.length === 1) {
        answer.statusCode = 403;
        return void answer.end(JSON.stringify({ code: 'INTERFACE_DENIED', message: '' }));
      }
      if (body.records.length === 2) return accept(request, body, answer);
      const rejected = [{ index: 0, id: 'p0', field: 'LATITUDE', code: 'FIELD_RANGE', reason: '' }];
      answer.end(JSON.stringify({ batch_id: 'b', accepted: 2, rejected }));
    });
    c.send(batch(1));
    c.send(batch(2, { isDuplicate: true }));
    c.send(batch(3));
    expect(await c.settled(5_000)).toBe(true);
    expect(countsOf(c)).toMatchObject({
      accepted: 4,
      acceptedDistinct: 2,
      rejected: 1,
      rejectedByCode: { FIELD_RANGE: 1 },
      refusedByCode: { INTERFACE_DENIED: 1 },
      givenUp: 1,
      givenUpRecords: 1,
    });
  });

  it('[SIM-34] keeps a bounded queue: the oldest batch without an SOS is pushed out', async () => {
    const seen: number[] = [];
    let release: (() => void) | undefined;
    const c = await start(
      (request, body, answer) => {
        seen.push(body.records.length);
        if (seen.length === 1) release = () => accept(request, body, answer);
        else accept(request, body, answer);
      },
      { queueLimit: 3 },
    );
    c.send(batch(1));
    await expect.poll(() => release !== undefined).toBe(true);
    c.send(batch(2, { isUrgent: true }));
    c.send(batch(3));
    c.send(batch(4));
    c.send(batch(5));
    expect(c.report().pending).toBe(3);
    release!();
    expect(await c.settled(5_000)).toBe(true);
    expect(seen).toEqual([1, 2, 5]);
    expect(countsOf(c)).toMatchObject({ givenUp: 2, givenUpRecords: 7, accepted: 8 });
  });

  it('[SIM-35] close ends it at once with what is waiting still on record', async () => {
    const c = await start(() => undefined);
    c.send(batch(7));
    await expect.poll(() => countsOf(c).requests).toBe(1);
    c.close();
    expect(await c.settled(50)).toBe(false);
    expect(c.report()).toMatchObject({ pending: 1, pendingRecords: 7 });
  });
});
