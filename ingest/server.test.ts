import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { AppError, ERRORS, type ErrorCode } from '../core/errors.ts';
import {
  APP_ID,
  APP_SECRET,
  COMPANY,
  createCredential,
  createPerson,
  createPosition,
  type IngestPark,
  type IngestParkOptions,
  PERSONS,
  POSITIONS,
  type Sent,
  START_MS,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { MemoryNonceLedger } from './memory-ports.ts';
import { DEFAULT_LIMITS } from './server.ts';
import { signRequest } from './sign-request.ts';

let park: IngestPark | null = null;
const start = async (options?: IngestParkOptions): Promise<IngestPark> => {
  park = await startIngestPark(options);
  return park;
};
afterEach(async () => {
  await park?.close();
  park = null;
});

/** Everything that came until the other side closed or `until` was seen. */
function rawExchange(port: number, text: string, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1');
      if (until.test(seen)) socket.destroy();
    });
    socket.on('close', () => resolve(seen));
    socket.on('error', reject);
  });
}

describe('a good request', () => {
  test('[ING-6] is answered 200 after its one entry is in the log', async () => {
    const { send, entries } = await start();
    const answer = await send({ body: { records: [createPosition(), createPosition({ PERSON_ID: 'P-2' })] } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({ batch_id: 'batch-1', accepted: 2, rejected: [] });
    const [entry, ...more] = entries();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      kind: 'fixes',
      receivedAtMs: START_MS,
      body: {
        count: 2,
        origin: { batchId: 'batch-1', appId: APP_ID, companyCode: COMPANY, received: 2, refused: 0 },
      },
    });
  });

  test.each(['HMAC-SM3', 'HMAC-SHA256'] as const)('[ING-1] may be signed with %s', async (alg) => {
    const { send } = await start();
    expect((await send({ alg, body: { records: [createPosition()] } })).status).toBe(200);
  });

  test('[ING-1] may carry a query, which is signed', async () => {
    const { send } = await start();
    const target = `${POSITIONS}?trace=%E5%9B%AD&n=1`;
    expect((await send({ target, body: { records: [] } })).status).toBe(200);
  });

  test('[ING-7] with bad records among good ones keeps the good ones and names the bad ones', async () => {
    const { send, entries } = await start();
    const records = [
      createPosition({ LATITUDE: 91 }),
      createPosition(),
      createPosition({ PERSON_ID: 'P-3', COMPANY_CODE: '310000002' }),
      'no record',
    ];
    const answer = await send({ body: { records } });
    expect(answer.body.accepted).toBe(1);
    expect(answer.body.rejected).toEqual([
      { index: 0, id: 'P-1', field: 'LATITUDE', code: 'FIELD_RANGE', reason: expect.any(String) },
      { index: 2, id: 'P-3', field: 'COMPANY_CODE', code: 'COMPANY_MISMATCH', reason: expect.any(String) },
      { index: 3, id: null, field: null, code: 'FIELD_TYPE', reason: expect.any(String) },
    ]);
    expect(entries()).toMatchObject([{ body: { count: 1, origin: { received: 4, refused: 3 } } }]);
  });

  test('[ING-6] of which no record is accepted appends nothing', async () => {
    const { send, entries } = await start();
    const answer = await send({ body: { records: [createPosition({ LONGITUDE: 'x' })] } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ accepted: 0, rejected: [{ code: 'FIELD_TYPE' }] });
    expect((await send({ body: { records: [] } })).body).toMatchObject({ accepted: 0, rejected: [] });
    expect(entries()).toEqual([]);
  });

  test('[ING-6] is not answered before the log confirmed', async () => {
    let confirm = (): void => {};
    let reached = (): void => {};
    const hasReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { send } = await start({
      wrapLog: (log) => ({
        append: async (entry) => {
          const appended = await log.append(entry);
          reached();
          await new Promise<void>((resolve) => {
            confirm = resolve;
          });
          return appended;
        },
      }),
    });
    let isAnswered = false;
    const answer = send({ body: { records: [createPosition()] } }).then((received) => {
      isAnswered = true;
      return received;
    });
    await hasReached;
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    confirm();
    expect((await answer).status).toBe(200);
  });

  test('[ING-8] may come in chunks without a content-length', async () => {
    const { port, entries, clock } = await start();
    const body = JSON.stringify({ records: [createPosition()] });
    const headers = signRequest({
      method: 'POST',
      target: POSITIONS,
      body,
      appId: APP_ID,
      appSecret: APP_SECRET,
      timestampMs: clock.nowMs(),
    });
    const halves = [body.slice(0, 20), body.slice(20)];
    const text = [
      `POST ${POSITIONS} HTTP/1.1`,
      'Host: park',
      'Content-Type: application/json',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      'Transfer-Encoding: chunked',
      '',
      ...halves.map((half) => `${Buffer.byteLength(half).toString(16)}\r\n${half}`),
      '0',
      '',
      '',
    ].join('\r\n');
    expect(await rawExchange(port, text, /accepted/)).toMatch(/^HTTP\/1.1 200 OK/);
    expect(entries()).toHaveLength(1);
  });
});

interface Malformed extends Sent {
  readonly status: number;
  readonly code: ErrorCode;
  readonly park?: IngestParkOptions;
}

const good = { records: [createPosition()] };
const MALFORMED: Readonly<Record<string, Malformed>> = {
  'an empty body': { raw: '', status: 400, code: 'BODY_UNREADABLE' },
  'no JSON': { raw: 'hello', status: 400, code: 'BODY_UNREADABLE' },
  'JSON cut short': { raw: '{"records":[{"PERSON_ID":"P-1"', status: 400, code: 'BODY_UNREADABLE' },
  'a bare NaN': { raw: '{"records":[{"LONGITUDE":NaN}]}', status: 400, code: 'BODY_UNREADABLE' },
  'a bare Infinity': { raw: '{"records":[{"LONGITUDE":-Infinity}]}', status: 400, code: 'BODY_UNREADABLE' },
  'a trailing comma': { raw: '{"records":[],}', status: 400, code: 'BODY_UNREADABLE' },
  'bytes that are not UTF-8': { raw: Uint8Array.of(0x7b, 0xff, 0x7d), status: 400, code: 'BODY_UNREADABLE' },
  'an array on top': { raw: '[]', status: 400, code: 'BODY_UNREADABLE' },
  'null on top': { raw: 'null', status: 400, code: 'BODY_UNREADABLE' },
  'no records': { body: {}, status: 400, code: 'BODY_UNREADABLE' },
  'records that are no array': { body: { records: { 0: createPosition() } }, status: 400, code: 'BODY_UNREADABLE' },
  'records behind a prototype': { raw: '{"__proto__":{"records":[]}}', status: 400, code: 'BODY_UNREADABLE' },
  '5,001 records': { body: { records: Array(5_001).fill(0) }, status: 413, code: 'BODY_TOO_LARGE' },
  'no app id': { body: good, headers: { 'X-App-Id': '' }, status: 401, code: 'APP_UNKNOWN' },
  'an unknown app id': { body: good, appId: 'app_other', status: 401, code: 'APP_UNKNOWN' },
  'a revoked credential': {
    body: good,
    park: { credential: { status: 'revoked' } },
    status: 401,
    code: 'APP_REVOKED',
  },
  'an address that is not allowed': {
    body: good,
    park: { credential: { addresses: ['198.51.100.0/24'] } },
    status: 403,
    code: 'ADDRESS_DENIED',
  },
  'an interface that is not allowed': {
    body: good,
    park: { credential: { interfaces: ['areas'] } },
    status: 403,
    code: 'INTERFACE_DENIED',
  },
  'a time in the past': { body: good, timestampMs: START_MS - 300_001, status: 401, code: 'CLOCK_SKEW' },
  'a time ahead': { body: good, timestampMs: START_MS + 300_001, status: 401, code: 'CLOCK_SKEW' },
  'no time': { body: good, headers: { 'X-Timestamp': '' }, status: 401, code: 'CLOCK_SKEW' },
  'another secret': { body: good, appSecret: 'wrong', status: 401, code: 'SIGNATURE_INVALID' },
  'no signature': { body: good, headers: { 'X-Signature': '' }, status: 401, code: 'SIGNATURE_INVALID' },
  'no nonce': { body: good, headers: { 'X-Nonce': '' }, status: 401, code: 'SIGNATURE_INVALID' },
  'a changed nonce': { body: good, headers: { 'X-Nonce': 'n'.repeat(20) }, status: 401, code: 'SIGNATURE_INVALID' },
  'an unknown algorithm': { body: good, headers: { 'X-Sign-Alg': 'MD5' }, status: 401, code: 'SIGNATURE_INVALID' },
  'no content type': { body: good, headers: { 'Content-Type': '' }, status: 415, code: 'TYPE_UNSUPPORTED' },
  'a form': {
    body: good,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'TYPE_UNSUPPORTED',
  },
  'JSON that calls itself msgpack': {
    body: good,
    headers: { 'Content-Type': 'application/msgpack' },
    status: 400,
    code: 'BODY_UNREADABLE',
  },
  'another charset': {
    body: good,
    headers: { 'Content-Type': 'application/json; charset=gbk' },
    status: 415,
    code: 'TYPE_UNSUPPORTED',
  },
  'a compressed body': { body: good, headers: { 'Content-Encoding': 'gzip' }, status: 415, code: 'TYPE_UNSUPPORTED' },
  'more than 4 MiB': { raw: Buffer.alloc(4 * 1024 * 1024 + 1, 32), status: 413, code: 'BODY_TOO_LARGE' },
  'an unknown route': { target: '/v1/positioning/people', status: 404, code: 'ROUTE_UNKNOWN' },
  'a trailing slash': { target: `${POSITIONS}/`, status: 404, code: 'ROUTE_UNKNOWN' },
  'the root': { target: '/', status: 404, code: 'ROUTE_UNKNOWN' },
  'GET on a route that takes POST': { method: 'GET', status: 405, code: 'METHOD_DENIED' },
  'PUT on a route that takes POST': { method: 'PUT', status: 405, code: 'METHOD_DENIED' },
  'DELETE on a route that takes POST': { method: 'DELETE', target: PERSONS, status: 405, code: 'METHOD_DENIED' },
  'POST on /openapi.json': { target: '/openapi.json', status: 405, code: 'METHOD_DENIED' },
};

describe('a malformed request', () => {
  test.each(Object.entries(MALFORMED))(
    '[ING-9] with %s gets its documented answer and changes nothing',
    async (_, row) => {
      const { send, entries, server } = await start(row.park);
      const answer = await send(row);
      expect([answer.status, answer.body.code]).toEqual([row.status, row.code]);
      expect(answer.body.message).toBe(ERRORS[row.code].message);
      expect(entries()).toEqual([]);
      expect(server.bodyBytes).toBe(0);
      // The same door still takes a good request afterwards.
      park?.credentials.put(createCredential());
      expect((await send({ body: good })).status).toBe(200);
    },
  );

  test('[ING-9] 405 says which method is allowed', async () => {
    const { send } = await start();
    expect((await send({ method: 'PUT' })).headers.get('allow')).toBe('POST');
    expect((await send({ method: 'PUT', target: '/healthz' })).headers.get('allow')).toBe('GET');
  });

  test('[ING-4] a replayed request is refused and appends nothing more', async () => {
    const { send, entries } = await start();
    const sent = { body: good, nonce: 'nonce-of-a-replay', timestampMs: START_MS };
    expect((await send(sent)).status).toBe(200);
    const again = await send(sent);
    expect([again.status, again.body.code]).toEqual([401, 'NONCE_REPLAYED']);
    expect(entries()).toHaveLength(1);
  });

  test('[ING-8] a content-length above 4 MiB is refused before the body comes', async () => {
    const { port } = await start();
    const head = `POST ${POSITIONS} HTTP/1.1\r\nHost: park\r\nContent-Type: application/json\r\nContent-Length: 4194305\r\n\r\n`;
    expect(await rawExchange(port, head, /\}$/)).toMatch(/^HTTP\/1.1 413 [\s\S]*BODY_TOO_LARGE/);
  });

  test.each([
    [404, '/v1/nothing'],
    [405, '/healthz'],
    [405, POSITIONS],
  ])('[ING-9] %i to HEAD %s has no body, which would pass for the next answer', async (status, path) => {
    const { port } = await start();
    const request = (method: string, target: string): string => `${method} ${target} HTTP/1.1\r\nHost: park\r\n\r\n`;
    const seen = await rawExchange(port, request('HEAD', path) + request('GET', '/healthz'), /"ok"\}$/);
    expect(seen).toMatch(new RegExp(`^HTTP/1.1 ${status} [^{}]*\r\n\r\nHTTP/1.1 200 `));
  });

  test.each([
    [413, POSITIONS, 'Content-Type: application/json\r\n', 4_194_305],
    [415, POSITIONS, 'Content-Type: text/plain\r\n', 3_000_000],
    [404, '/v1/nothing', '', 3_000_000],
    [405, '/healthz', '', 3_000_000],
  ])('[ING-9] %i reaches a sender that closes behind its request too', async (status, path, type, length) => {
    const { port } = await start();
    const head = `POST ${path} HTTP/1.1\r\nHost: park\r\n${type}Connection: close\r\nContent-Length: ${length}\r\n\r\n`;
    // Reads nothing before all is written, as many clients do; a reset would lose the answer.
    const seen = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1');
      socket.pause();
      socket.write(head);
      socket.write(' '.repeat(length), () => socket.resume());
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(seen).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*}$`));
  });

  test('[ING-8] a sender far above 4 MiB is cut off', async () => {
    const { port } = await start();
    const head = `POST ${POSITIONS} HTTP/1.1\r\nHost: park\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n`;
    // Resolves only because the server closes the connection.
    expect(await rawExchange(port, head, /never/)).toMatch(/^HTTP\/1.1 413 /);
  });

  test('[ING-8] more than 4 MiB in chunks is refused without being kept', async () => {
    const { port, server, entries } = await start();
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const text = `POST ${POSITIONS} HTTP/1.1\r\nHost: park\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`;
    expect(await rawExchange(port, text, /BODY_TOO_LARGE/)).toMatch(/^HTTP\/1.1 413 /);
    expect(server.bodyBytes).toBe(0);
    expect(entries()).toEqual([]);
  });

  test('[ING-8] chunks without end are cut off', async () => {
    const { port } = await start();
    const head = `POST ${POSITIONS} HTTP/1.1\r\nHost: park\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const seen = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(head);
        const more = (): void => {
          if (!socket.destroyed) socket.write(chunk, () => setImmediate(more));
        };
        more();
      });
      socket.on('data', (data) => {
        text += data.toString('latin1');
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
    });
    expect(seen).not.toMatch(/200 OK/);
  });

  test('[ING-8] a body that does not come is given up at the deadline', async () => {
    const { port, server } = await start({ limits: { ...DEFAULT_LIMITS, bodyDeadlineMs: 30 } });
    const head = `POST ${POSITIONS} HTTP/1.1\r\nHost: park\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"rec`;
    expect(await rawExchange(port, head, /never/)).toBe('');
    expect(server.bodyBytes).toBe(0);
  });

  test.each([
    ['an unknown app id', { 'X-App-Id': 'app_other' }, 'APP_UNKNOWN'],
    ['a time long past', { 'X-Timestamp': '1' }, 'CLOCK_SKEW'],
    ['no signature', {}, 'SIGNATURE_INVALID'],
  ])('[ING-15] with %s a body that comes in parts is read past and not kept', async (_, headers, code) => {
    const memory = { ...DEFAULT_LIMITS.memory, bytes: 200_000, senderPart: 1 };
    const { port, server, clock, credentials, send } = await start({ limits: { ...DEFAULT_LIMITS, memory } });
    const find = credentials.find.bind(credentials);
    const hasLooked = new Promise<void>((resolve) => {
      credentials.find = (appId) => {
        setImmediate(resolve);
        return find(appId);
      };
    });
    const all = { 'X-App-Id': APP_ID, 'X-Timestamp': String(clock.nowMs()), 'X-Nonce': 'n'.repeat(16), ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST ${POSITIONS} HTTP/1.1\r\nHost: park\r\nContent-Type: application/json\r\n${lines.join('')}`;
    const part = `186a0\r\n${' '.repeat(100_000)}\r\n`;
    const seen = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n${part}`));
      hasLooked.then(() => {
        expect(server.bodyBytes).toBe(0);
        // More than memory has room for.
        socket.write(`${part.repeat(5)}0\r\n\r\n`);
      }, reject);
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (text.includes('"status":"ok"')) socket.destroy();
        else if (text.endsWith('}')) socket.write('GET /healthz HTTP/1.1\r\nHost: park\r\n\r\n');
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(seen.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
    expect(seen).toContain(code);
    expect((await send({ body: good })).status).toBe(200);
  });

  test('[ING-9] a request whose sender hangs up in the middle of the body changes nothing', async () => {
    const { port, server, send, entries } = await start();
    const head = `POST ${POSITIONS} HTTP/1.1\r\nHost: park\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"rec`;
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(head, () => socket.end()));
      socket.on('close', () => resolve());
    });
    await expect.poll(() => server.bodyBytes).toBe(0);
    expect(entries()).toEqual([]);
    expect((await send({ body: good })).status).toBe(200);
  });
});

describe('addresses', () => {
  test('[ING-5] X-Forwarded-For counts only behind a trusted proxy, and there its last entry', async () => {
    const credential = { addresses: ['198.51.100.7'] };
    const headers = { 'X-Forwarded-For': '203.0.113.1, 198.51.100.7' };
    const direct = await start({ credential });
    expect((await direct.send({ body: good, headers })).body.code).toBe('ADDRESS_DENIED');
    await direct.close();
    const behindProxy = await start({ credential, trustProxy: true });
    expect((await behindProxy.send({ body: good, headers })).status).toBe(200);
    const forged = { 'X-Forwarded-For': '198.51.100.7, 203.0.113.1' };
    expect((await behindProxy.send({ body: good, headers: forged })).body.code).toBe('ADDRESS_DENIED');
  });
});

describe('the log', () => {
  test('[ING-10] that does not confirm is 503 LOG_UNAVAILABLE with Retry-After', async () => {
    const { send, store } = await start();
    store.isDown = true;
    const answer = await send({ body: good });
    expect([answer.status, answer.body.code]).toEqual([503, 'LOG_UNAVAILABLE']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    store.isDown = false;
    expect((await send({ body: good })).status).toBe(200);
  });

  test('[ING-10] nonces that cannot be looked up are 503 as well, and append nothing', async () => {
    class SilentLedger extends MemoryNonceLedger {
      override spend(): Promise<boolean> {
        return Promise.reject(new AppError('REDIS_UNAVAILABLE'));
      }
    }
    const { send, entries } = await start({ nonces: (clock) => new SilentLedger(clock) });
    const answer = await send({ body: good });
    expect([answer.status, answer.body.code]).toEqual([503, 'LOG_UNAVAILABLE']);
    expect(entries()).toEqual([]);
  });

  test('[ING-9] a failure that nobody foresaw is 500 INTERNAL and the door stays open', async () => {
    let isBroken = true;
    const { send } = await start({
      wrapLog: (log) => ({
        append: (entry) => (isBroken ? Promise.reject(new TypeError('a bug')) : log.append(entry)),
      }),
    });
    expect((await send({ body: good })).body.code).toBe('INTERNAL');
    isBroken = false;
    expect((await send({ body: good })).status).toBe(200);
  });
});

describe('closing', () => {
  test('answers what is under way and refuses what comes later', async () => {
    let confirm = (): void => {};
    let reached = (): void => {};
    const hasReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { send, server, port, entries } = await start({
      wrapLog: (log) => ({
        append: async (entry) => {
          reached();
          await new Promise<void>((resolve) => {
            confirm = resolve;
          });
          return log.append(entry);
        },
      }),
    });
    const answer = send({ body: { records: [createPosition()] } });
    await hasReached;
    const closed = server.close();
    confirm();
    expect((await answer).status).toBe(200);
    await closed;
    expect(entries()).toHaveLength(1);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });
});

describe('counters', () => {
  test('[ING-11] count batches, records, aliases and answers', async () => {
    const { send, server } = await start();
    await send({ body: { records: [createPosition(), createPosition({ LATITUDE: 95 })] } });
    await send({ target: PERSONS, body: { records: [createPerson({ UPDATE_TIME: START_MS })] } });
    await send({ raw: 'x' });
    expect(server.metrics.snapshot()).toEqual({
      interfaces: {
        positions: { batches: 1, accepted: 1, rejected: 1, aliases: 0 },
        persons: { batches: 1, accepted: 1, rejected: 0, aliases: 1 },
      },
      answers: { 200: 2, 400: 1 },
    });
  });

  test('GET /healthz answers', async () => {
    const { send } = await start();
    expect((await send({ method: 'GET', target: '/healthz' })).body).toEqual({ status: 'ok' });
  });
});
