import { describe, expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { authenticate, checkSignedRequest, type RequestHead } from './authenticate.ts';
import { MemoryCredentials, MemoryNonceLedger } from './memory-ports.ts';
import { type Credential, NONCE_KEPT_MS, NONCE_REFUSED_MS } from './ports.ts';
import { DEFAULT_LIMITS } from './server.ts';
import { signRequest } from './sign-request.ts';
import { CLOCK_WINDOW_MS } from './signature.ts';

const NOW_MS = 1_767_225_600_000;
const BODY = Buffer.from('{"records":[]}');
const NONCE = 'nonce-0123456789';

const credential: Credential = {
  appId: 'app_1',
  companyCode: '310000001',
  secret: 's3cret',
  previousSecret: null,
  status: 'active',
  interfaces: null,
  addresses: [],
  rateRecordsPerS: 1_000,
  sandbox: false,
  stages: {},
};

function createHead(changes: Partial<RequestHead> = {}, timestampMs = NOW_MS): RequestHead {
  const headers = signRequest({
    method: 'POST',
    target: '/v1/positioning/positions',
    body: BODY,
    appId: 'app_1',
    appSecret: 's3cret',
    timestampMs,
    nonce: NONCE,
  });
  return {
    method: 'POST',
    path: '/v1/positioning/positions',
    query: '',
    address: '10.1.2.3',
    appId: 'app_1',
    timestamp: headers['X-Timestamp'],
    nonce: headers['X-Nonce'],
    signAlg: headers['X-Sign-Alg'],
    signature: headers['X-Signature'],
    arrivedAtMs: NOW_MS,
    ...changes,
  };
}

const codeOf = (head: RequestHead, of: Credential | null = credential, body = BODY): string => {
  const checked = checkSignedRequest(head, body, of, 'positions');
  return checked.ok ? 'ok' : checked.error.code;
};

describe('checkSignedRequest', () => {
  test('[ING-2] a rightly signed request holds', () => {
    expect(codeOf(createHead())).toBe('ok');
  });

  // Each row is wrong in its own way and in every way that is checked later: the first check in order answers.
  const everythingWrong: Partial<RequestHead> = {
    address: '192.0.2.1',
    timestamp: String(NOW_MS - 300_001),
    signature: 'f'.repeat(64),
    nonce: 'short',
  };
  const confined: Credential = { ...credential, addresses: ['10.0.0.0/8'], interfaces: ['areas'] };
  test.each<[string, Credential | null, Partial<RequestHead>]>([
    ['APP_UNKNOWN', null, everythingWrong],
    ['APP_REVOKED', { ...confined, status: 'revoked' }, everythingWrong],
    ['ADDRESS_DENIED', confined, everythingWrong],
    ['CLOCK_SKEW', confined, { ...everythingWrong, address: '10.9.9.9' }],
    ['SIGNATURE_INVALID', confined, { signature: 'f'.repeat(64) }],
    ['INTERFACE_DENIED', confined, {}],
  ])('[ING-2] %s is answered before anything that is checked later', (code, of, changes) => {
    expect(codeOf(createHead(changes), of)).toBe(code);
  });

  test('[ING-3] the clock may be off by 300 s either way, and not by a millisecond more', () => {
    for (const offMs of [-300_000, 300_000, 0]) expect(codeOf(createHead({}, NOW_MS + offMs))).toBe('ok');
    for (const offMs of [-300_001, 300_001]) expect(codeOf(createHead({}, NOW_MS + offMs))).toBe('CLOCK_SKEW');
  });

  test.each(['', 'now', '1e12', '-1', '1767225600.5', ' 1767225600000', 'Infinity', '9'.repeat(16)])(
    '[ING-3] X-Timestamp %j is no time',
    (timestamp) => {
      expect(codeOf(createHead({ timestamp }))).toBe('CLOCK_SKEW');
    },
  );

  test.each<[string, Partial<RequestHead>]>([
    ['an unknown algorithm', { signAlg: 'HMAC-MD5' }],
    ['a nonce that is too short', { nonce: 'a'.repeat(15) }],
    ['a nonce that is too long', { nonce: 'a'.repeat(65) }],
    ['a nonce with another character', { nonce: 'abcdefghijklmnop!' }],
    ['no signature', { signature: '' }],
    ['upper-case hex', { signature: createHead().signature.toUpperCase() }],
    ['another path', { path: '/v1/positioning/persons' }],
    ['another query', { query: 'a=1' }],
    ['another method', { method: 'GET' }],
  ])('[ING-2] SIGNATURE_INVALID for %s', (_, changes) => {
    expect(codeOf(createHead(changes))).toBe('SIGNATURE_INVALID');
  });

  test('[ING-2] SIGNATURE_INVALID for one changed byte of the body', () => {
    expect(codeOf(createHead(), credential, Buffer.from('{"records":[ ]}'))).toBe('SIGNATURE_INVALID');
  });

  test('[ONB-7] the secret before the last rotation holds until its time, the new one at once', () => {
    const rotated = { ...credential, secret: 'new', previousSecret: { secret: 's3cret', untilMs: NOW_MS + 1 } };
    expect(codeOf(createHead(), rotated)).toBe('ok');
    const head = createHead({ arrivedAtMs: NOW_MS + 1 });
    expect(codeOf(head, rotated)).toBe('SIGNATURE_INVALID');
    expect(codeOf(head, { ...rotated, secret: 's3cret', previousSecret: null })).toBe('ok');
    expect(codeOf(createHead(), { ...rotated, status: 'revoked' })).toBe('APP_REVOKED');
  });

  test('[ONB-9] a signature that does not hold comes with what it should have been made of, and no secret', () => {
    const checked = checkSignedRequest(createHead({ query: 'a=1' }), BODY, credential, 'positions');
    expect(checked).toMatchObject({ ok: false, error: { code: 'SIGNATURE_INVALID', credential } });
    const { expected } = (checked as { error: { expected: { alg: string; stringToSign: string } } }).error;
    expect(expected.alg).toBe('HMAC-SM3');
    expect(expected.stringToSign.split('\n').toSpliced(3, 1)).toEqual([
      'POST',
      '/v1/positioning/positions',
      'a=1',
      'app_1',
      String(NOW_MS),
      NONCE,
    ]);
  });

  test('[ING-1] without X-Sign-Alg the request counts as HMAC-SM3', () => {
    expect(codeOf(createHead({ signAlg: '' }))).toBe('ok');
  });
});

describe('authenticate', () => {
  const createPorts = () => {
    const clock = new ManualClock(NOW_MS);
    return { clock, credentials: new MemoryCredentials([credential]), nonces: new MemoryNonceLedger(clock) };
  };
  const attempt = async (ports: ReturnType<typeof createPorts>, head = createHead()): Promise<string> => {
    const result = await authenticate(head, BODY, 'positions', ports);
    return result.ok ? 'ok' : result.error.code;
  };

  test('[ING-4] the same nonce is refused for 600 s, and is forgotten some time later', async () => {
    const ports = createPorts();
    expect(await attempt(ports)).toBe('ok');
    ports.clock.advance(NONCE_REFUSED_MS);
    expect(await attempt(ports)).toBe('NONCE_REPLAYED');
    ports.clock.advance(NONCE_KEPT_MS - NONCE_REFUSED_MS);
    expect(await attempt(ports)).toBe('ok');
  });

  test('[ING-4] a request from a clock that runs ahead cannot come again with its body held back', async () => {
    const ports = createPorts();
    const sentMs = NOW_MS + CLOCK_WINDOW_MS;
    expect(await attempt(ports, createHead({}, sentMs))).toBe('ok');
    // The head arrives at the last moment that its time allows, the body as late as one may.
    const head = createHead({ arrivedAtMs: sentMs + CLOCK_WINDOW_MS }, sentMs);
    ports.clock.set(head.arrivedAtMs + DEFAULT_LIMITS.bodyDeadlineMs);
    expect(await attempt(ports, head)).toBe('NONCE_REPLAYED');
  });

  test('[ING-4] a request whose signature does not hold spends no nonce', async () => {
    const ports = createPorts();
    expect(await attempt(ports, createHead({ signature: 'f'.repeat(64) }))).toBe('SIGNATURE_INVALID');
    expect(await attempt(ports)).toBe('ok');
  });

  test('[ING-2] an empty or unknown app id is APP_UNKNOWN', async () => {
    expect(await attempt(createPorts(), createHead({ appId: '' }))).toBe('APP_UNKNOWN');
    expect(await attempt(createPorts(), createHead({ appId: 'app_2' }))).toBe('APP_UNKNOWN');
  });
});
