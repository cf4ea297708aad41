import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import smCrypto from 'sm-crypto';
import { describe, expect, test } from 'vitest';
import { createSealer, deriveKey, hmacSm3, sm3 } from './gm.ts';

const KEY = Buffer.from('0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210', 'hex');
const OTHER_KEY = Buffer.alloc(32, 7);

describe('SM3 and HMAC-SM3', () => {
  test('SM3 gives the published digests of GB/T 32905 appendix A', () => {
    expect(sm3('abc').toString('hex')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    expect(sm3('abcd'.repeat(16)).toString('hex')).toBe(
      'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
    );
  });

  test('agree with sm-crypto on any bytes and any key up to a block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 1, maxLength: 64 }), (data, key) => {
        expect(sm3(data).toString('hex')).toBe(smCrypto.sm3([...data]));
        expect(hmacSm3(key, data).toString('hex')).toBe(smCrypto.sm3([...data], { key: [...key] }));
      }),
      { numRuns: 60 },
    );
  });
});

describe('SM4', () => {
  const block = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');

  test('one block gives the published vector of GB/T 32907 appendix A', () => {
    const cipher = createCipheriv('sm4-ecb', block, null).setAutoPadding(false);
    expect(Buffer.concat([cipher.update(block), cipher.final()]).toString('hex')).toBe(
      '681edf34d206965e86b3e94f536e4246',
    );
  });

  test('CBC agrees with sm-crypto', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (text, iv) => {
        const cipher = createCipheriv('sm4-cbc', block, iv);
        const ours = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('hex');
        const theirs = smCrypto.sm4.encrypt([...Buffer.from(text, 'utf8')], block.toString('hex'), {
          mode: 'cbc',
          iv: Buffer.from(iv).toString('hex'),
        });
        expect(ours).toBe(theirs);
      }),
      { numRuns: 40 },
    );
  });
});

describe('createSealer', () => {
  const sealer = createSealer([KEY]);

  test('[ING-30] what was sealed opens in the same context, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, context) => {
        expect(sealer.open(sealer.seal(plain, context), context)).toBe(plain);
      }),
    );
  });

  test('[ING-30] the sealed text shows neither the value nor that two values are equal', () => {
    const first = sealer.seal('310101199001011234', 'person:1');
    expect(first).toMatch(/^v1\.[0-9a-f]{16}\.[A-Za-z0-9_-]+$/);
    expect(first).not.toContain('310101');
    expect(sealer.seal('310101199001011234', 'person:1')).not.toBe(first);
  });

  test('[ING-30] does not open in another context, under another key, or with any byte changed', () => {
    const sealed = sealer.seal('secret', 'person:1');
    expect(() => sealer.open(sealed, 'person:2')).toThrow(/another context/);
    expect(() => createSealer([OTHER_KEY]).open(sealed, 'person:1')).toThrow(/not in the key file/);
    const [version, id, payload] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(payload, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => sealer.open(`${version}.${id}.${changed.toString('base64url')}`, 'person:1')).toThrow(/changed/);
    }
  });

  test.each(['', 'v1', 'v2.aa.bb', 'v1.aa', 'v1.aa.bb.cc', 'plain text'])('refuses %j as no sealed value', (text) => {
    expect(() => sealer.open(text, '')).toThrow(/sealed value|key file/);
  });

  test('a truncated value is refused', () => {
    const [version, id] = sealer.seal('x', 'c').split('.') as [string, string];
    expect(() => sealer.open(`${version}.${id}.`, 'c')).toThrow(/changed/);
    expect(() => sealer.open(`${version}.${id}.AAAA`, 'c')).toThrow(/changed/);
  });

  test('after a change of the master key old values open and new ones are sealed under the new key', () => {
    const old = sealer.seal('kept', 'c');
    const changed = createSealer([OTHER_KEY, KEY]);
    expect(changed.open(old, 'c')).toBe('kept');
    expect(() => sealer.open(changed.seal('new', 'c'), 'c')).toThrow(/not in the key file/);
  });

  test('encryption, MAC and key id come from different derived keys', () => {
    const labels = ['key id', 'seal encryption v1', 'seal mac v1', 'blind index v1'];
    expect(new Set(labels.map((label) => deriveKey(KEY, label).toString('hex'))).size).toBe(labels.length);
  });

  test('refuses a key of another length and an empty list', () => {
    expect(() => createSealer([Buffer.alloc(16)])).toThrow(/32 bytes/);
    expect(() => createSealer([])).toThrow(/no master key/);
  });
});
