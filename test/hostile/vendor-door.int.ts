import { pack } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ERRORS, type ErrorCode } from '../../core/errors.ts';
import { signRequest } from '../../ingest/sign-request.ts';
import { startRedisServer } from '../../server/services/redis-server.ts';
import { FIX_FLAG, type FixBatch } from '../../stream/protocol/entry.ts';
import {
  createAreaAlarm,
  createGathering,
  createHeartbeat,
  createPersonAlarm,
  createSensorReport,
} from '../sample-records.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Credential, Stack } from '../stack/stack.ts';
import { Vendor, type VendorRecord } from '../stack/vendor.ts';
import { LogTail } from './log-tail.ts';
import { exchange, type RawAnswer, send } from './raw-request.ts';

const COMPANY = '900000201';
const OTHER_COMPANY = '900000202';
const POSITIONS = '/v1/positioning/positions';
const PERSONS = '/v1/positioning/persons';
const AREAS = '/v1/positioning/areas';
const GATHERINGS = '/v1/positioning/gatherings';
const PERSON_ALARMS = '/v1/positioning/person-alarms';
const AREA_ALARMS = '/v1/positioning/area-alarms';
const HEARTBEATS = '/v1/heartbeats';
const SENSORS = '/v1/sensors/readings';
const DAY_MS = 86_400_000;
const WAIT = { timeout: 30_000, interval: 50 };
const SQUARE = '121.480,30.800;121.481,30.800;121.481,30.801;121.480,30.801';

type Who = 'main' | 'other' | 'confined' | 'elsewhere' | 'revoked' | 'slow';

interface Attack {
  readonly by?: Who;
  readonly method?: string;
  readonly path?: string;
  /** Signed, when other than what is sent. */
  readonly signedPath?: string;
  readonly signedBody?: string;
  readonly body?: string | Uint8Array;
  readonly records?: readonly unknown[];
  readonly secret?: string;
  readonly alg?: 'HMAC-SM3' | 'HMAC-SHA256';
  readonly offMs?: number;
  readonly nonce?: string;
  /** Over the signature's headers; '' leaves one out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The same on what was signed. */
  readonly change?: (headers: Readonly<Record<string, string>>) => Record<string, string>;
}

let stack: Stack;
let tail: LogTail;
let vendor: Vendor;
const credentials = {} as Record<Who, Credential>;

beforeAll(async () => {
  stack = await startOnSharedServer();
  tail = new LogTail(stack.redisUrl);
  credentials.main = await stack.addCompany(COMPANY, '甲化工');
  credentials.other = await stack.addCompany(OTHER_COMPANY, '乙化工');
  const issue = async (...options: string[]): Promise<Credential> => {
    const [issued] = await stack.park('credential', 'issue', '--company', COMPANY, ...options);
    return issued as unknown as Credential;
  };
  credentials.confined = await issue('--interfaces', 'persons');
  credentials.elsewhere = await issue('--addresses', '198.51.100.0/24');
  credentials.slow = await issue('--rate', '1');
  credentials.revoked = await issue();
  await stack.park('credential', 'revoke', '--company', COMPANY, '--app-id', credentials.revoked.appId);
  vendor = new Vendor(stack.ingestUrl, credentials.main);
}, 120_000);

afterAll(async () => {
  await tail?.close();
  await stack?.stop();
}, 60_000);

const good = (change: VendorRecord = {}): VendorRecord =>
  vendor.position('P-1', 121.48, 30.8, Date.now(), { SOURCE: 'GNSS', ...change });
const goodArea = (change: VendorRecord = {}): VendorRecord => ({
  ID: 'A-1',
  COMPANY_CODE: COMPANY,
  ZONE_NAME: '储罐区',
  ZONE_TYPE: '1',
  GEO: SQUARE,
  DELETED: '0',
  ...change,
});

/** The request as it leaves a hostile sender. */
function requestOf(attack: Attack) {
  const { path = POSITIONS, method = 'POST' } = attack;
  const credential = credentials[attack.by ?? 'main'];
  const body = attack.body ?? JSON.stringify({ records: attack.records ?? [good()] });
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    ...signRequest({
      method: method as 'POST',
      target: attack.signedPath ?? path,
      body: attack.signedBody ?? body,
      appId: credential.appId,
      appSecret: attack.secret ?? credential.appSecret,
      timestampMs: Date.now() + (attack.offMs ?? 0),
      ...(attack.alg === undefined ? {} : { alg: attack.alg }),
      ...(attack.nonce === undefined ? {} : { nonce: attack.nonce }),
    }),
    ...attack.headers,
  };
  Object.assign(headers, attack.change?.(headers));
  for (const [name, value] of Object.entries(headers)) if (value === '') delete headers[name];
  return { url: stack.ingestUrl + path, method, headers, ...(method === 'GET' ? {} : { body }) };
}
const attempt = (attack: Attack): Promise<RawAnswer> => send(requestOf(attack));

/** Counts of everything that a vendor's record could leave in the database, once store has read the whole log. */
async function rows(): Promise<Record<string, number>> {
  const { redis } = tail;
  const seq = Number(await redis.hget('loghead:{demo}', 'seq'));
  await vi.waitFor(async () => {
    const { rows: offsets } = await stack.sql('select next_seq from reader_offset');
    expect(Math.min(...offsets.map((row) => Number(row.next_seq)))).toBeGreaterThan(seq);
  }, WAIT);
  const counts: Record<string, number> = {};
  for (const table of Object.keys(NONE)) {
    counts[table] = Number((await stack.sql(`select count(*) as n from ${table}`)).rows[0].n);
  }
  return counts;
}

const NONE = {
  position: 0,
  person: 0,
  person_latest: 0,
  area: 0,
  area_version: 0,
  alarm: 0,
  act: 0,
  quarantine: 0,
  vendor_record: 0,
  heartbeat: 0,
  sensor_report: 0,
  newest_reading: 0,
  interface_sample: 0,
};

const wrongLetter = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** A body of MessagePack in hexadecimal, inside `{records: [...]}` unless it is `whole`. */
const msgpack = (hex: string, whole = false): Attack => ({
  headers: { 'Content-Type': 'application/msgpack' },
  body: Buffer.from(whole ? hex : `81a7${Buffer.from('records').toString('hex')}91${hex}`, 'hex'),
});
const columns = (value: unknown): Attack => ({ body: JSON.stringify({ columns: value }) });

const REFUSED: readonly (readonly [what: string, code: ErrorCode, attack: Attack])[] = [
  // who
  ['an unknown app id', 'APP_UNKNOWN', { change: () => ({ 'X-App-Id': 'app_nobody' }) }],
  ['no app id', 'APP_UNKNOWN', { headers: { 'X-App-Id': '' } }],
  ['an app id that reaches into other keys', 'APP_UNKNOWN', { change: (h) => ({ 'X-App-Id': `${h['X-App-Id']}:x` }) }],
  ['an app id of a prototype', 'APP_UNKNOWN', { headers: { 'X-App-Id': '__proto__' } }],
  ['a pattern as app id', 'APP_UNKNOWN', { headers: { 'X-App-Id': 'app_*' } }],
  ['an app id of 3,000 letters', 'APP_UNKNOWN', { headers: { 'X-App-Id': 'a'.repeat(3_000) } }],
  ['a revoked credential', 'APP_REVOKED', { by: 'revoked' }],
  ['a revoked credential and a wrong secret', 'APP_REVOKED', { by: 'revoked', secret: 'x' }],
  ['another address', 'ADDRESS_DENIED', { by: 'elsewhere' }],
  [
    'another address that claims to be forwarded',
    'ADDRESS_DENIED',
    { by: 'elsewhere', headers: { 'X-Forwarded-For': '198.51.100.7', 'X-Real-IP': '198.51.100.7' } },
  ],
  ['another interface', 'INTERFACE_DENIED', { by: 'confined' }],
  ['another interface with areas', 'INTERFACE_DENIED', { by: 'confined', path: AREAS, records: [] }],
  // when
  ['a clock 301 s behind', 'CLOCK_SKEW', { offMs: -301_000 }],
  ['a clock 301 s ahead', 'CLOCK_SKEW', { offMs: 301_000 }],
  ['a clock a year ahead', 'CLOCK_SKEW', { offMs: 365 * DAY_MS }],
  ['no time', 'CLOCK_SKEW', { headers: { 'X-Timestamp': '' } }],
  ['a time in seconds', 'CLOCK_SKEW', { change: (h) => ({ 'X-Timestamp': h['X-Timestamp']!.slice(0, 10) }) }],
  ['NaN as time', 'CLOCK_SKEW', { headers: { 'X-Timestamp': 'NaN' } }],
  ['1e13 as time', 'CLOCK_SKEW', { headers: { 'X-Timestamp': '1e13' } }],
  ['a negative time', 'CLOCK_SKEW', { change: (h) => ({ 'X-Timestamp': `-${h['X-Timestamp']}` }) }],
  // signature
  ['a wrong secret', 'SIGNATURE_INVALID', { secret: 'wrong' }],
  ['an empty secret', 'SIGNATURE_INVALID', { secret: '' }],
  ['a changed body', 'SIGNATURE_INVALID', { signedBody: '{"records":[]}' }],
  ['a body signed for another route', 'SIGNATURE_INVALID', { signedPath: PERSONS }],
  ['an added query', 'SIGNATURE_INVALID', { path: `${POSITIONS}?a=1`, signedPath: POSITIONS }],
  ['a query in other spelling', 'SIGNATURE_INVALID', { path: `${POSITIONS}?a=%41`, signedPath: `${POSITIONS}?a=A` }],
  ['another algorithm than it names', 'SIGNATURE_INVALID', { headers: { 'X-Sign-Alg': 'HMAC-SHA256' } }],
  ['HMAC-SHA256 passed off as the default', 'SIGNATURE_INVALID', { alg: 'HMAC-SHA256', headers: { 'X-Sign-Alg': '' } }],
  ['no algorithm', 'SIGNATURE_INVALID', { headers: { 'X-Sign-Alg': 'none' } }],
  ['a plain hash', 'SIGNATURE_INVALID', { headers: { 'X-Sign-Alg': 'SM3' } }],
  ['an algorithm of a prototype', 'SIGNATURE_INVALID', { headers: { 'X-Sign-Alg': 'constructor' } }],
  ['no signature', 'SIGNATURE_INVALID', { headers: { 'X-Signature': '' } }],
  [
    'an upper-case signature',
    'SIGNATURE_INVALID',
    { change: (h) => ({ 'X-Signature': h['X-Signature']!.toUpperCase() }) },
  ],
  ['a signature cut short', 'SIGNATURE_INVALID', { change: (h) => ({ 'X-Signature': h['X-Signature']!.slice(2) }) }],
  [
    'a signature wrong in one digit',
    'SIGNATURE_INVALID',
    { change: (h) => ({ 'X-Signature': wrongLetter(h['X-Signature']!) }) },
  ],
  [
    "another company's app id over a right signature",
    'SIGNATURE_INVALID',
    { change: () => ({ 'X-App-Id': credentials.other.appId }) },
  ],
  [
    'another time than was signed',
    'SIGNATURE_INVALID',
    { change: (h) => ({ 'X-Timestamp': String(Number(h['X-Timestamp']) + 1) }) },
  ],
  ['another nonce than was signed', 'SIGNATURE_INVALID', { headers: { 'X-Nonce': 'b'.repeat(20) } }],
  ['no nonce', 'SIGNATURE_INVALID', { headers: { 'X-Nonce': '' } }],
  ['a short nonce, rightly signed', 'SIGNATURE_INVALID', { nonce: 'n'.repeat(15) }],
  ['a long nonce, rightly signed', 'SIGNATURE_INVALID', { nonce: 'n'.repeat(65) }],
  ['a nonce that reaches into other keys', 'SIGNATURE_INVALID', { nonce: 'nonce:{demo}:0000001' }],
  // where
  ['an unknown route', 'ROUTE_UNKNOWN', { path: '/v1/positioning/people' }],
  ['a slash at the end', 'ROUTE_UNKNOWN', { path: `${POSITIONS}/` }],
  ['an encoded letter in the path', 'ROUTE_UNKNOWN', { path: '/v1/positioning/%70ositions' }],
  ['dots in the path', 'ROUTE_UNKNOWN', { path: '/v1/x/../positioning/positions' }],
  ['GET', 'METHOD_DENIED', { method: 'GET' }],
  ['PUT', 'METHOD_DENIED', { method: 'PUT' }],
  ['DELETE on persons', 'METHOD_DENIED', { method: 'DELETE', path: PERSONS }],
  ['OPTIONS', 'METHOD_DENIED', { method: 'OPTIONS' }],
  ['a method of its own', 'METHOD_DENIED', { method: 'PATCH' }],
  // what
  ['5,001 records', 'BODY_TOO_LARGE', { records: Array(5_001).fill({}) }],
  ['a byte more than 4 MiB', 'BODY_TOO_LARGE', { body: Buffer.alloc(4 * 1024 * 1024 + 1, 0x20) }],
  ['no type', 'TYPE_UNSUPPORTED', { headers: { 'Content-Type': '' } }],
  ['text', 'TYPE_UNSUPPORTED', { headers: { 'Content-Type': 'text/plain' } }],
  ['JSON that calls itself msgpack', 'BODY_UNREADABLE', { headers: { 'Content-Type': 'application/msgpack' } }],
  ['JSON of another kind', 'TYPE_UNSUPPORTED', { headers: { 'Content-Type': 'application/json5' } }],
  ['another charset', 'TYPE_UNSUPPORTED', { headers: { 'Content-Type': 'application/json; charset=gb18030' } }],
  ['a packed body', 'TYPE_UNSUPPORTED', { headers: { 'Content-Encoding': 'gzip' } }],
  ['no body', 'BODY_UNREADABLE', { body: '' }],
  ['no JSON', 'BODY_UNREADABLE', { body: 'records=1' }],
  ['JSON cut short', 'BODY_UNREADABLE', { body: '{"records":[{"PERSON_ID":"P-1"' }],
  ['two documents', 'BODY_UNREADABLE', { body: '{"records":[]}{"records":[]}' }],
  ['bytes that are no UTF-8', 'BODY_UNREADABLE', { body: Buffer.from('{"records":["\xff"]}', 'latin1') }],
  ['UTF-16', 'BODY_UNREADABLE', { body: Buffer.from('{"records":[]}', 'utf16le') }],
  ['an array on top', 'BODY_UNREADABLE', { body: '[{"PERSON_ID":"P-1"}]' }],
  ['null on top', 'BODY_UNREADABLE', { body: 'null' }],
  ['no records', 'BODY_UNREADABLE', { body: '{"RECORDS":[]}' }],
  ['records that are no list', 'BODY_UNREADABLE', { body: '{"records":{"0":{}}}' }],
  ['records behind a prototype', 'BODY_UNREADABLE', { body: '{"__proto__":{"records":[{}]}}' }],
  ['a bare NaN', 'BODY_UNREADABLE', { body: '{"records":[{"LONGITUDE":NaN}]}' }],
  ['a bare Infinity', 'BODY_UNREADABLE', { body: '{"records":[{"LONGITUDE":-Infinity}]}' }],
  ['nesting without end', 'BODY_UNREADABLE', { body: '['.repeat(1_000_000) }],
  ['objects nested without end', 'BODY_UNREADABLE', { body: '{"records":'.repeat(200_000) }],
  // MessagePack
  ['MessagePack that calls itself JSON', 'BODY_UNREADABLE', { body: pack({ records: [] }) }],
  ['MessagePack of four thousand million records', 'BODY_UNREADABLE', msgpack('81a77265636f726473ddffffffff', true)],
  ['a map of four thousand million members', 'BODY_UNREADABLE', msgpack('dfffffffff')],
  ['a text of 4 GB', 'BODY_UNREADABLE', msgpack('dbffffffff61')],
  ['an extension of 255 bytes that are not there', 'BODY_UNREADABLE', msgpack('c7ffff')],
  ['binary data', 'BODY_UNREADABLE', msgpack('c40161')],
  ['another extension', 'BODY_UNREADABLE', msgpack('d47200')],
  ['a number as key', 'BODY_UNREADABLE', msgpack('810101')],
  ['a text that is no UTF-8', 'BODY_UNREADABLE', msgpack('a1ff')],
  ['the token that means nothing', 'BODY_UNREADABLE', msgpack('c1')],
  ['MessagePack cut short', 'BODY_UNREADABLE', msgpack('81a3534f53')],
  ['two values of MessagePack', 'BODY_UNREADABLE', msgpack('8080')],
  ['MessagePack nested 33 deep', 'BODY_UNREADABLE', msgpack(`${'91'.repeat(33)}c0`)],
  ['a million and one values', 'BODY_UNREADABLE', msgpack(`dd000f4240${'c0'.repeat(1_000_000)}`)],
  ['5,001 records of MessagePack', 'BODY_TOO_LARGE', msgpack(`81a77265636f726473dc1389${'80'.repeat(5_001)}`, true)],
  // by columns
  ['columns of two lengths', 'BODY_UNREADABLE', columns({ PERSON_ID: ['P-1', 'P-2'], SOS: [true] })],
  ['a column that is no list', 'BODY_UNREADABLE', columns({ PERSON_ID: ['P-1'], SOS: { 0: true, length: 1 } })],
  ['a list of columns', 'BODY_UNREADABLE', columns([['P-1']])],
  ['columns behind a prototype', 'BODY_UNREADABLE', { body: '{"columns":{"__proto__":{"SOS":[true]}}}' }],
  ['records and columns', 'BODY_UNREADABLE', { body: '{"records":[],"columns":{}}' }],
  ['columns of 5,001 records', 'BODY_TOO_LARGE', columns({ SOS: Array(5_001).fill(true) })],
  // the other routes
  ['another interface with calls for help', 'INTERFACE_DENIED', { by: 'confined', path: PERSON_ALARMS, records: [] }],
  ['a route by the name of its interface', 'ROUTE_UNKNOWN', { path: '/v1/positioning/sensors' }],
  ['a heartbeat signed for sensors', 'SIGNATURE_INVALID', { path: HEARTBEATS, signedPath: SENSORS }],
  ['GET of refusals', 'ROUTE_UNKNOWN', { method: 'GET', path: '/v1/refusals' }],
];

describe('a request that is refused whole', () => {
  it.each(REFUSED)('[HOS-1] %s: %s, and no entry', async (_what, code, attack) => {
    const answer = await attempt(attack);
    const { status, message } = ERRORS[code];
    expect([answer.status, answer.body.code, answer.body.message]).toEqual([status, code, message]);
    expect(Object.keys(answer.body).filter((name) => !['code', 'message', 'detail'].includes(name))).toEqual([]);
    if (code === 'METHOD_DENIED') expect(answer.headers.allow).toBe('POST');
    expect(await tail.news()).toEqual([]);
  });

  const RAW: readonly (readonly [what: string, bytes: string, status: RegExp])[] = [
    ['bytes that are no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^(HTTP\/1\.1 (400|505) |$)/],
    ['HTTP/1.0', `POST ${POSITIONS} HTTP/1.0\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 505 /],
    ['headers without end', `POST ${POSITIONS} HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(50_000)}`, /^HTTP\/1\.1 431 /],
    [
      'two lengths of two kinds',
      `POST ${POSITIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ['a negative length', `POST ${POSITIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`, /^HTTP\/1\.1 400 /],
    [
      'a chunk of 2^64 bytes',
      `POST ${POSITIONS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a length of 100 GB',
      `POST ${POSITIONS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{`,
      /^HTTP\/1\.1 413 /,
    ],
    [
      'a socket upgrade',
      `GET ${POSITIONS} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      /^HTTP\/1\.1 405 /,
    ],
  ];
  it.each(RAW)('[HOS-1] %s: refused or cut off, and no entry', async (_what, bytes, status) => {
    expect(await exchange(Number(new URL(stack.ingestUrl).port), bytes)).toMatch(status);
    expect(await tail.news()).toEqual([]);
  });

  it('[HOS-1] a thousand requests sent without reading an answer: the connection is cut, the door stays open', async () => {
    const port = Number(new URL(stack.ingestUrl).port);
    await exchange(port, 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5_000));
    const { url, headers, body } = requestOf({ records: [] });
    const lines = Object.entries({ Host: 'x', ...headers, 'Content-Length': String(body?.length) });
    const one = `POST ${url.slice(stack.ingestUrl.length)} HTTP/1.1\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n${body}`;
    expect((await exchange(port, one.repeat(20))).match(/HTTP\/1\.1 200/g) ?? []).toHaveLength(0);
    expect((await attempt({ records: [] })).status).toBe(200);
    expect(await tail.news()).toEqual([]);
  });
});

const far = (days: number): number => Date.now() + days * DAY_MS;

type Refused = readonly [what: string, code: ErrorCode, field: string | null, record: () => unknown, reason?: RegExp];
const BAD_POSITIONS: readonly Refused[] = [
  ['no object', 'FIELD_TYPE', null, () => 'P-1'],
  ['a list', 'FIELD_TYPE', null, () => [good()]],
  ['null', 'FIELD_TYPE', null, () => null],
  ['another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => good({ COMPANY_CODE: OTHER_COMPANY })],
  ['another company, in an SOS', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => good({ COMPANY_CODE: 'x', SOS: true })],
  ['no company', 'FIELD_MISSING', 'COMPANY_CODE', () => good({ COMPANY_CODE: null })],
  ['a company as number', 'FIELD_TYPE', 'COMPANY_CODE', () => good({ COMPANY_CODE: Number(COMPANY) })],
  ['no person', 'FIELD_MISSING', 'PERSON_ID', () => good({ PERSON_ID: '  ' })],
  ['an SOS of nobody', 'FIELD_MISSING', 'PERSON_ID', () => good({ PERSON_ID: null, SOS: true })],
  ['a person as object', 'FIELD_TYPE', 'PERSON_ID', () => good({ PERSON_ID: { toString: 'P-1' } })],
  ['a person of 65 characters', 'FIELD_RANGE', 'PERSON_ID', () => good({ PERSON_ID: 'p'.repeat(65) })],
  ['a person with NUL', 'FIELD_RANGE', 'PERSON_ID', () => good({ PERSON_ID: 'P\u00001' })],
  ['a person with half a character', 'FIELD_RANGE', 'PERSON_ID', () => good({ PERSON_ID: 'P\ud8001' })],
  ['no longitude', 'FIELD_MISSING', 'LONGITUDE', () => good({ LONGITUDE: undefined })],
  ['NaN as longitude', 'FIELD_RANGE', 'LONGITUDE', () => good({ LONGITUDE: 'NaN' })],
  ['infinity as latitude', 'FIELD_RANGE', 'LATITUDE', () => good({ LATITUDE: '-Infinity' })],
  ['a longitude off the globe', 'FIELD_RANGE', 'LONGITUDE', () => good({ LONGITUDE: 180.0000001 })],
  ['a latitude off the globe', 'FIELD_RANGE', 'LATITUDE', () => good({ LATITUDE: -90.0000001 })],
  ['coordinates the wrong way round', 'FIELD_RANGE', 'LATITUDE', () => good({ LONGITUDE: 30.8, LATITUDE: 121.48 })],
  ['a longitude as list', 'FIELD_TYPE', 'LONGITUDE', () => good({ LONGITUDE: [121.48] })],
  ['a longitude in powers of ten', 'FIELD_TYPE', 'LONGITUDE', () => good({ LONGITUDE: '1.2148e2' })],
  ['a longitude in hexadecimal', 'FIELD_TYPE', 'LONGITUDE', () => good({ LONGITUDE: '0x79' })],
  ['no time', 'FIELD_MISSING', 'COLLECT_TIME', () => good({ COLLECT_TIME: undefined })],
  ['a day that is none', 'TIME_FORMAT', 'COLLECT_TIME', () => good({ COLLECT_TIME: '2026-02-30 12:00:00' })],
  ['a time without zone', 'TIME_FORMAT', 'COLLECT_TIME', () => good({ COLLECT_TIME: '2026-02-03T12:00:00' })],
  ['a time of 8 days ago', 'TIME_OUT_OF_RANGE', 'COLLECT_TIME', () => good({ COLLECT_TIME: far(-8) })],
  ['a time in two minutes', 'TIME_OUT_OF_RANGE', 'COLLECT_TIME', () => good({ COLLECT_TIME: Date.now() + 120_000 })],
  ['a time in ten years', 'TIME_OUT_OF_RANGE', 'COLLECT_TIME', () => good({ COLLECT_TIME: far(3_650) })],
  ['a time of 1e300', 'TIME_OUT_OF_RANGE', 'COLLECT_TIME', () => good({ COLLECT_TIME: 1e300 })],
  ['a height beyond', 'FIELD_RANGE', 'ALTITUDE', () => good({ ALTITUDE: 9_001 })],
  ['an accuracy below zero', 'FIELD_RANGE', 'ACCURACY', () => good({ ACCURACY: -1 })],
  ['a flag of 2', 'FIELD_TYPE', 'CHARGING', () => good({ CHARGING: 2 })],
  ['SOS maybe', 'FIELD_TYPE', 'SOS', () => good({ SOS: 'maybe' })],
  ['a source with a space', 'FIELD_RANGE', 'SOURCE', () => good({ SOURCE: 'GN SS' })],
];
const person = (change: VendorRecord): VendorRecord => vendor.person('P-1', change);
const BAD_PERSONS: readonly Refused[] = [
  ['another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => person({ COMPANY_CODE: OTHER_COMPANY })],
  ['an unknown type', 'CODE_UNKNOWN', 'PERSON_TYPE', () => person({ PERSON_TYPE: '99' })],
  ['a type of a prototype', 'CODE_UNKNOWN', 'PERSON_TYPE', () => person({ PERSON_TYPE: 'constructor' })],
  ['no ID number', 'FIELD_MISSING', 'IDENTIFY_NUM', () => person({ IDENTIFY_NUM: '' })],
  ['a birthday that is none', 'TIME_FORMAT', 'BIRTHDAY', () => person({ BIRTHDAY: '1990-13-01' })],
  ['certificates nested', 'FIELD_TYPE', 'CERTIFICATES[0]', () => person({ CERTIFICATES: [{ A: { B: 1 } }] })],
  [
    'certificates that reach for a prototype',
    'FIELD_RANGE',
    'CERTIFICATES[0]',
    () => person({ CERTIFICATES: [JSON.parse('{"__proto__":1}')] }),
  ],
  ['51 certificates', 'FIELD_RANGE', 'CERTIFICATES', () => person({ CERTIFICATES: Array(51).fill({}) })],
];
const geo = (GEO: unknown): VendorRecord => goodArea({ GEO });
const BAD_AREAS: readonly Refused[] = [
  ['another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => goodArea({ COMPANY_CODE: OTHER_COMPANY })],
  ['a number', 'FIELD_TYPE', 'GEO', () => geo(7)],
  [
    'an unclosed ring',
    'GEOMETRY_INVALID',
    'GEO',
    () => geo('POLYGON((121 30,122 30,122 31,121 31))'),
    /ring 0.*not closed/,
  ],
  [
    'a ring that crosses itself',
    'GEOMETRY_INVALID',
    'GEO',
    () => geo('POLYGON((121 30,122 31,122 30,121 31,121 30))'),
    /polygon 0, ring 0, vertex \d+: self-intersection/,
  ],
  [
    'NaN in a hole',
    'GEOMETRY_INVALID',
    'GEO',
    () => geo('POLYGON((121 30,122 30,122 31,121 31,121 30),(121.1 30.1,121.2 30.1,NaN 30.2,121.1 30.1))'),
    /polygon 0, ring 1, vertex 2/,
  ],
  ['infinity', 'GEOMETRY_INVALID', 'GEO', () => geo('121,30;Infinity,30;122,31'), /vertex 1/],
  ['a vertex off the globe', 'GEOMETRY_INVALID', 'GEO', () => geo('121,30;122,30;122,91;121,31'), /ring 0, vertex 2/],
  ['two positions', 'GEOMETRY_INVALID', 'GEO', () => geo('121,30;122,30'), /ring 0/],
  ['no area', 'GEOMETRY_INVALID', 'GEO', () => geo('121,30;121,30;121,30;121,30'), /polygon 0/],
  ['a geometry of another kind', 'GEOMETRY_INVALID', 'GEO', () => geo({ type: 'Point', coordinates: [121, 30] })],
  [
    'GeoJSON nested without end',
    'GEOMETRY_INVALID',
    'GEO',
    () => geo(`{"type":"Polygon","coordinates":${nested('[', ']', 100_000)}}`),
  ],
  [
    '10,000 vertices',
    'GEOMETRY_INVALID',
    'GEO',
    () => geo(Array.from({ length: 10_000 }, (_, k) => `${121 + k / 1e5},30`).join(';')),
  ],
  ['a floor below its ceiling', 'FIELD_RANGE', 'Z_MAX', () => goodArea({ Z_MIN: 10, Z_MAX: 10 })],
  ['a capacity of 1e999', 'FIELD_RANGE', 'CAPACITY_MAX', () => goodArea({ CAPACITY_MAX: 'Infinity' })],
  ['half a person', 'FIELD_RANGE', 'CAPACITY_MAX', () => goodArea({ CAPACITY_MAX: 0.5 })],
  ['an unknown kind', 'CODE_UNKNOWN', 'AREA_KIND', () => goodArea({ AREA_KIND: '__proto__' })],
];

const BAD_OTHERS: readonly (readonly [path: string, ...Refused])[] = [
  [GATHERINGS, 'another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => createGathering()],
  [GATHERINGS, 'members that are none', 'FIELD_TYPE', 'ALARM_AREA[0]', () => gathering(['P-1'])],
  [GATHERINGS, 'a place off the globe', 'FIELD_RANGE', 'ALARM_AREA[1].X', () => gathering([MEMBER, MEMBER_AWAY])],
  [GATHERINGS, '1,001 members', 'FIELD_RANGE', 'ALARM_AREA', () => gathering(Array(1_001).fill(MEMBER))],
  [PERSON_ALARMS, 'another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => personAlarm({ COMPANY_CODE: 'x' })],
  [
    PERSON_ALARMS,
    'a type of a prototype',
    'CODE_UNKNOWN',
    'ALARM_TYPE',
    () => personAlarm({ ALARM_TYPE: '__proto__' }),
  ],
  [
    PERSON_ALARMS,
    'an end before its start',
    'FIELD_RANGE',
    'ALARM_END_TIME',
    () => personAlarm({ ALARM_END_TIME: 7e11 }),
  ],
  [
    PERSON_ALARMS,
    'a call of nobody',
    'FIELD_MISSING',
    'PERSON_ID',
    () => personAlarm({ ALARM_TYPE: 0, PERSON_ID: '' }),
  ],
  [
    PERSON_ALARMS,
    'a call of another company',
    'COMPANY_MISMATCH',
    'COMPANY_CODE',
    () => personAlarm({ ALARM_TYPE: 0, COMPANY_CODE: OTHER_COMPANY }),
  ],
  [AREA_ALARMS, 'another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => createAreaAlarm({ COMPANY_CODE: 'x' })],
  [AREA_ALARMS, 'a type of people', 'CODE_UNKNOWN', 'ALARM_TYPE', () => createAreaAlarm({ ALARM_TYPE: '0' })],
  [HEARTBEATS, 'another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => createHeartbeat()],
  [HEARTBEATS, 'itself', 'CODE_UNKNOWN', 'INTERFACE', () => own(createHeartbeat({ INTERFACE: 'heartbeats' }))],
  [HEARTBEATS, 'no interval', 'FIELD_MISSING', 'INTERVAL_S', () => own(createHeartbeat({ INTERVAL_S: null }))],
  [SENSORS, 'another company', 'COMPANY_MISMATCH', 'COMPANY_CODE', () => createSensorReport()],
  [
    SENSORS,
    'a time long past',
    'TIME_OUT_OF_RANGE',
    'COLLECT_TIME',
    () => own(createSensorReport({ COLLECT_TIME: 7e11 })),
  ],
  [SENSORS, 'NaN', 'FIELD_RANGE', 'DATASET[0].VALUE', () => sensors([{ QUOTAID: 'Q', VALUE: 'NaN' }])],
  [SENSORS, 'readings nested', 'FIELD_TYPE', 'DATASET[1]', () => sensors([{ QUOTAID: 'Q', VALUE: 1 }, [[[]]]])],
];
const own = (record: VendorRecord): VendorRecord => ({ ...record, COMPANY_CODE: COMPANY });
const personAlarm = (change: VendorRecord): VendorRecord => createPersonAlarm({ ALARM_TIME: Date.now(), ...change });
const MEMBER = { NAME: '周示例', PERSONTYPE: '01', PERSONID: 'P-1' };
const MEMBER_AWAY = { ...MEMBER, X: 181, Y: 30 };
const gathering = (ALARM_AREA: unknown): VendorRecord => own(createGathering({ ALARM_AREA }));
const sensors = (DATASET: unknown): VendorRecord => own(createSensorReport({ COLLECT_TIME: Date.now(), DATASET }));

/** The same record by columns in MessagePack; what is no record is sent as it is. */
const asColumns = (record: unknown): Attack => {
  const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record);
  const columns = isRecord ? Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value]])) : null;
  return {
    headers: { 'Content-Type': 'application/msgpack' },
    body: pack(columns === null ? { records: [record] } : { columns }),
  };
};

describe('a record that is refused', () => {
  const check = async (path: string, [, code, field, record, reason]: Refused): Promise<void> => {
    const { status, body } = await attempt({ path, records: [record()] });
    expect(status).toBe(200);
    expect(body).toEqual({
      batch_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accepted: 0,
      rejected: [{ index: 0, id: body.rejected[0]?.id, field, code, reason: expect.any(String) }],
    });
    if (reason !== undefined) expect(body.rejected[0].reason).toMatch(reason);
    const packed = await attempt({ path, ...asColumns(record()) });
    if (packed.body.batch_id !== undefined) expect(packed.body.rejected).toEqual(body.rejected);
    else expect(packed.body.code).toBe('BODY_UNREADABLE');
    expect(await tail.news()).toEqual([]);
  };
  it.each(BAD_POSITIONS)('[HOS-2] a position with %s: %s of %s, and no entry', (...row) =>
    check(POSITIONS, row as unknown as Refused),
  );
  it.each(BAD_PERSONS)('[HOS-2] a person with %s: %s of %s, and no entry', (...row) =>
    check(PERSONS, row as unknown as Refused),
  );
  it.each(BAD_OTHERS)('[HOS-2] to %s, %s: %s of %s, and no entry', (path, ...row) =>
    check(path as string, row as unknown as Refused),
  );
  it.each(BAD_AREAS)('[HOS-2] an area with %s: %s of %s, and no entry', (...row) =>
    check(AREAS, row as unknown as Refused),
  );

  it.each(['1e999', '-1e999', '1e400'])('[HOS-2] %s in JSON is infinity: FIELD_RANGE, and no entry', async (number) => {
    const record = JSON.stringify(good({ LONGITUDE: '@' })).replace('"@"', number);
    const { body } = await attempt({ body: `{"records":[${record}]}` });
    expect(body).toMatchObject({ accepted: 0, rejected: [{ field: 'LONGITUDE', code: 'FIELD_RANGE' }] });
    expect(await tail.news()).toEqual([]);
  });

  it('[HOS-2] 5,000 records nested as deep as a body can be are refused one by one', async () => {
    const depth = 300;
    const { body } = await attempt({
      body: `{"records":[${Array(5_000)
        .fill(nested('[', ']', depth))
        .join(',')}]}`,
    });
    expect([body.accepted, body.rejected.length]).toEqual([0, 5_000]);
    expect(await tail.news()).toEqual([]);
  });
});

it('[HOS-3] after every refusal the database holds nothing', async () => {
  expect(await rows()).toEqual(NONE);
});

describe('what looks hostile and is documented as taken', () => {
  const takenBatch = async (): Promise<FixBatch> => {
    const news = await tail.news();
    expect(news).toMatchObject([{ kind: 'fixes' }]);
    return news[0]!.body as FixBatch;
  };

  it('[HOS-4] of a name that is there twice the last value counts, as JSON has it', async () => {
    const record = JSON.stringify(good()).replace('{', '{"PERSON_ID":"P-0",');
    expect((await attempt({ body: `{"records":[${record}]}` })).body).toMatchObject({ accepted: 1, rejected: [] });
    expect((await takenBatch()).strings).toContain('P-1');
  });

  it('[HOS-4] names of prototypes are unknown names and change nothing', async () => {
    const record = JSON.stringify(good()).replace(
      '{',
      '{"__proto__":{"SOS":true,"COMPANY_CODE":"x"},"constructor":{"prototype":{"SOS":true}},"toString":1,',
    );
    expect((await attempt({ body: `{"records":[${record}]}` })).body).toMatchObject({ accepted: 1, rejected: [] });
    expect((await takenBatch()).flags[0]! & FIX_FLAG.sos).toBe(0);
    const next = await attempt({ records: [good({ COLLECT_TIME: Date.now() + 1 })] });
    expect(next.body).toMatchObject({ accepted: 1 });
    expect((await takenBatch()).flags[0]! & FIX_FLAG.sos).toBe(0);
  });

  it('[HOS-4] the ends of the globe are places like others: the park goes on', async () => {
    const ends = [
      [-180, -90],
      [180, 90],
      [0, 0],
      [121.48, 90],
      [1e-320, -0],
    ] as const;
    const records = ends.map(([lng, lat], k) => good({ PERSON_ID: `end-${k}`, LONGITUDE: lng, LATITUDE: lat }));
    expect((await attempt({ records })).body).toMatchObject({ accepted: ends.length, rejected: [] });
    expect((await takenBatch()).count).toBe(ends.length);
    await vi.waitFor(async () => expect((await rows())['position']).toBeGreaterThanOrEqual(ends.length), WAIT);
    expect((await rows())['quarantine']).toBe(0);
  });
});

describe('a request that comes again', () => {
  it('[HOS-5] is refused while its nonce is known, and appends nothing more', async () => {
    const sent = requestOf({ records: [good({ PERSON_ID: 'again' })] });
    expect((await send(sent)).body).toMatchObject({ accepted: 1 });
    expect(await tail.news()).toHaveLength(1);
    const again = await send(sent);
    expect([again.status, again.body.code]).toEqual([401, 'NONCE_REPLAYED']);
    expect(await tail.news()).toEqual([]);
  });

  it('[HOS-5] twenty times at once is let in once', async () => {
    const sent = requestOf({ records: [good({ PERSON_ID: 'at-once' })] });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(sent)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
    expect(await tail.news()).toHaveLength(1);
  });

  it('[HOS-5] with another body, path or time is not the same request and has no signature', async () => {
    const nonce = 'nonce-of-a-thief-01';
    expect((await attempt({ nonce, records: [] })).status).toBe(200);
    const stolen = requestOf({ nonce, records: [] });
    const changed = await send({ ...stolen, body: JSON.stringify({ records: [good()] }) });
    expect(changed.body.code).toBe('SIGNATURE_INVALID');
    expect(await tail.news()).toEqual([]);
  });

  it('[HOS-5] a nonce belongs to its credential: another company’s use of it burns nothing', async () => {
    const nonce = 'nonce-shared-by-two';
    const other = await attempt({ by: 'other', nonce, records: [good({ COMPANY_CODE: OTHER_COMPANY })] });
    expect(other.body).toMatchObject({ accepted: 1 });
    expect((await attempt({ nonce })).body).toMatchObject({ accepted: 1 });
    expect(await tail.news()).toHaveLength(2);
  });
});

describe('more than the rate', () => {
  const limited = (records: readonly unknown[]): Promise<RawAnswer> => attempt({ by: 'slow', records });

  it('[HOS-6] is RATE_LIMITED with Retry-After and keeps nothing; SOS is kept and counted', async () => {
    const many = Array.from({ length: 5_000 }, (_, k) => good({ PERSON_ID: `r${k}` }));
    expect((await limited(many)).body).toMatchObject({ accepted: 5_000 });
    expect(await tail.news()).toHaveLength(1);
    const refused = await limited([good()]);
    expect([refused.status, refused.body]).toEqual([
      429,
      { code: 'RATE_LIMITED', message: ERRORS.RATE_LIMITED.message },
    ]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await tail.news()).toEqual([]);

    const mixed = await limited([
      good(),
      good({ PERSON_ID: 'help', SOS: true, COLLECT_TIME: 'now', LONGITUDE: 1e300, ACCURACY: 'x' }),
      good({ PERSON_ID: 'not-ours', COMPANY_CODE: OTHER_COMPANY, SOS: true }),
    ]);
    expect([mixed.status, mixed.body.code, mixed.body.kept_sos]).toEqual([429, 'RATE_LIMITED', 1]);
    const [entry] = await tail.news();
    const batch = entry?.body as FixBatch;
    expect([batch.count, batch.strings.includes('help'), batch.strings.includes('not-ours')]).toEqual([1, true, false]);
    expect(batch.flags[0]! & (FIX_FLAG.sos | FIX_FLAG.noPlace | FIX_FLAG.timeReplaced)).toBe(
      FIX_FLAG.sos | FIX_FLAG.noPlace | FIX_FLAG.timeReplaced,
    );
  });

  it('[HOS-6] does not spare the signature of an SOS, and stops nobody else', async () => {
    const sos = [good({ SOS: true })];
    expect((await attempt({ by: 'slow', secret: 'x', records: sos })).status).toBe(401);
    expect((await attempt({ by: 'revoked', records: sos })).body.code).toBe('APP_REVOKED');
    expect(await tail.news()).toEqual([]);
    expect((await attempt({ records: [good()] })).status).toBe(200);
    expect(await tail.news()).toHaveLength(1);
  });
});

describe('a log that cannot take it', () => {
  it('[HOS-7] without room: 503 LOG_FULL with Retry-After for positions, while SOS, people and areas are kept', async () => {
    const [, maxMemory = '0'] = (await tail.redis.config('GET', 'maxmemory')) as [string, string];
    // So much that a seventh of it is room for what the park does meanwhile.
    await tail.redis.setrange('hostile-filler', 60_000_000, 'x');
    const used = Number(/used_memory:(\d+)/.exec(await tail.redis.info('memory'))?.[1]);
    await tail.redis.config('SET', 'maxmemory', String(Math.round(used * 1.12)));
    try {
      let refused = await attempt({ records: [good({ PERSON_ID: 'full' })] });
      await vi.waitFor(async () => {
        refused = await attempt({ records: [good({ PERSON_ID: 'full' })] });
        expect(refused.status).toBe(503);
      }, WAIT);
      await tail.news();
      expect(refused.body.code).toBe('LOG_FULL');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      const sos = await attempt({ records: [good(), good({ PERSON_ID: 'help-2', SOS: '1' })] });
      expect([sos.status, sos.body.code, sos.body.kept_sos]).toEqual([503, 'LOG_FULL', 1]);
      expect((await attempt({ path: PERSONS, records: [person({})] })).body).toMatchObject({ accepted: 1 });
      expect((await attempt({ path: AREAS, records: [goodArea()] })).body).toMatchObject({ accepted: 1 });
      expect((await tail.news()).map(({ kind }) => kind)).toEqual(['fixes', 'persons', 'areas']);
    } finally {
      await tail.redis.config('SET', 'maxmemory', maxMemory);
      await tail.redis.del('hostile-filler');
    }
    await vi.waitFor(async () => expect((await attempt({ records: [good()] })).status).toBe(200), WAIT);
    await tail.news();
  });

  it('[HOS-7] without Redis: 503 LOG_UNAVAILABLE with Retry-After at once, and nothing is kept', async () => {
    process.kill(stack.redis.pid, 'SIGKILL');
    let answers: RawAnswer[] = [];
    try {
      await vi.waitFor(async () => {
        answers = await Promise.all([POSITIONS, PERSONS, AREAS].map((path) => attempt({ path, records: [good()] })));
        expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
      }, WAIT);
    } finally {
      stack.redis = await startRedisServer({ dataFolder: stack.dataFolder, maxMemoryMb: 1024 });
    }
    for (const { body, headers } of answers) {
      expect(body).toMatchObject({ code: 'LOG_UNAVAILABLE', message: ERRORS.LOG_UNAVAILABLE.message });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    await vi.waitFor(
      async () => expect((await attempt({ records: [good({ PERSON_ID: 'back' })] })).status).toBe(200),
      WAIT,
    );
    await vi.waitFor(async () => expect((await tail.news()).at(-1)).toMatchObject({ kind: 'fixes' }), WAIT);
  });
});

it('[HOS-3] in the end the ledger balances and nothing lies in quarantine', async () => {
  const { quarantine } = await rows();
  expect(quarantine).toBe(0);
  const [report] = (await stack.park('ledger')) as unknown as [{ balanced: boolean }];
  expect(report.balanced).toBe(true);
});
