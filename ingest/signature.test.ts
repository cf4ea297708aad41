import fc from 'fast-check';
import smCrypto from 'sm-crypto';
import { describe, expect, test } from 'vitest';
import { signRequest } from './sign-request.ts';
import { type SignedParts, signatureHolds, signatureOf, stringToSign } from './signature.ts';

const PARTS: SignedParts = {
  method: 'POST',
  path: '/v1/positioning/positions',
  query: '',
  body: Buffer.from('{"records":[]}'),
  appId: 'app_demo',
  timestamp: '1767225600000',
  nonce: 'n-0123456789abcdef',
  alg: 'HMAC-SM3',
};

const holds = (parts: SignedParts, secret: string, signature: string): boolean =>
  signatureHolds(stringToSign(parts), parts.alg, [secret], signature);

describe('stringToSign', () => {
  test('[ING-1] is seven lines, with an empty third line where there is no query', () => {
    const digest = smCrypto.sm3('{"records":[]}');
    expect(stringToSign(PARTS)).toBe(
      `POST\n/v1/positioning/positions\n\n${digest}\napp_demo\n1767225600000\nn-0123456789abcdef`,
    );
  });

  test('[ING-1] keeps percent-encoding and the query as sent', () => {
    const lines = stringToSign({ ...PARTS, path: '/v1/%e5%8c%ba/a%2Fb', query: 'b=2&a=1&c=%20' }).split('\n');
    expect(lines.slice(1, 3)).toEqual(['/v1/%e5%8c%ba/a%2Fb', 'b=2&a=1&c=%20']);
  });
});

describe('signatureOf', () => {
  test('[ING-1] HMAC-SM3 agrees with sm-crypto for any body and secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ minLength: 1, maxLength: 40 }), (body, secret) => {
        const parts = { ...PARTS, body };
        const text = stringToSign({ ...parts }).replace(/\n[0-9a-f]{64}\n/, `\n${smCrypto.sm3([...body])}\n`);
        // sm-crypto reads keys as bytes; a key longer than a block is hashed first by both.
        const expected = smCrypto.sm3([...Buffer.from(text)], { key: [...Buffer.from(secret, 'utf8')] });
        expect(signatureOf(parts, secret)).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('[ING-1] is the worked example of docs/vendor-signing.md', () => {
    const secret = 'demo-secret-of-no-value';
    expect(signatureOf(PARTS, secret)).toMatchInlineSnapshot(
      `"da07ad314bb7389d5697c98c780ce6caccec12b7f045bbdb09d38946f1b81de0"`,
    );
    expect(signatureOf({ ...PARTS, alg: 'HMAC-SHA256' }, secret)).toMatchInlineSnapshot(
      `"848b2a753f118538b7ec764467418bdcc91e4cb0c407105633cecba1a846a6f5"`,
    );
  });
});

describe('signatureHolds', () => {
  const secret = 'demo-secret-of-no-value';
  const signature = signatureOf(PARTS, secret);

  test('[ING-1] holds for the signed parts, and for no other method, path, query, body, app id, time, nonce, algorithm or secret', () => {
    expect(holds(PARTS, secret, signature)).toBe(true);
    const changes: Partial<SignedParts>[] = [
      { method: 'GET' },
      { path: '/v1/positioning/persons' },
      { query: 'a=1' },
      { body: Buffer.from('{"records":[] }') },
      { appId: 'app_other' },
      { timestamp: '1767225600001' },
      { nonce: 'n-0123456789abcdeg' },
      { alg: 'HMAC-SHA256' },
    ];
    for (const change of changes) expect(holds({ ...PARTS, ...change }, secret, signature)).toBe(false);
    expect(holds(PARTS, `${secret}x`, signature)).toBe(false);
  });

  test('[ONB-7] holds under any of several secrets, and under none of none', () => {
    const text = stringToSign(PARTS);
    expect(signatureHolds(text, PARTS.alg, ['new', secret], signature)).toBe(true);
    expect(signatureHolds(text, PARTS.alg, [secret, 'old'], signature)).toBe(true);
    expect(signatureHolds(text, PARTS.alg, ['new', 'old'], signature)).toBe(false);
    expect(signatureHolds(text, PARTS.alg, [], signature)).toBe(false);
  });

  test.each(['', 'zz', signature.slice(1), signature.toUpperCase(), `${signature}00`])('refuses %j', (given) => {
    expect(holds(PARTS, secret, given)).toBe(false);
  });
});

describe('signRequest', () => {
  const request = {
    method: 'POST',
    target: '/v1/positioning/positions?trace=1',
    body: '{"records":[]}',
    appId: 'app_demo',
    appSecret: 's',
    timestampMs: 1767225600000.7,
  } as const;

  test('[ING-1] gives headers that the server accepts, with HMAC-SM3 by default', () => {
    const headers = signRequest(request);
    expect(headers['X-Timestamp']).toBe('1767225600000');
    expect(headers['X-Sign-Alg']).toBe('HMAC-SM3');
    const parts = { ...PARTS, query: 'trace=1', nonce: headers['X-Nonce'] };
    expect(holds(parts, 's', headers['X-Signature'])).toBe(true);
  });

  test('[ING-1] every request gets its own nonce', () => {
    const nonces = Array.from({ length: 100 }, () => signRequest(request)['X-Nonce']);
    expect(new Set(nonces).size).toBe(100);
    for (const nonce of nonces) expect(nonce).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
  });
});
