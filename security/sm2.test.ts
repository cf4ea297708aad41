import fc from 'fast-check';
import smCrypto from 'sm-crypto';
import { describe, expect, test } from 'vitest';
import { makeSm2Key, readSm2PublicKey, signSm2, verifySm2 } from './sm2.ts';

/** GB/T 32918.5-2017 appendix A.2: curve sm2p256v1, "message digest", user id 1234567812345678 (GM/T 0009). */
const X = '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020';
const Y = 'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
const D = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8';
const R = 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3';
const S = 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa';
const N = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123';
const MESSAGE = 'message digest';
const DER = `3046022100${R}022100${S}`;
const KEY = X + Y;

describe('SM2 signatures', () => {
  test('[ID-71] the published signature is good: raw and DER, hex and Base64', () => {
    for (const hex of [R + S, (R + S).toUpperCase(), DER]) {
      expect(verifySm2(MESSAGE, hex, KEY)).toBe(true);
      expect(verifySm2(MESSAGE, Buffer.from(hex, 'hex').toString('base64'), KEY)).toBe(true);
    }
    expect(verifySm2(MESSAGE, `${R}\n${S}`, KEY)).toBe(true);
  });

  test('[ID-71] of another message, another key, or swapped it is not', () => {
    expect(verifySm2('message digesT', R + S, KEY)).toBe(false);
    expect(verifySm2(MESSAGE, R + S, makeSm2Key().publicKey)).toBe(false);
    expect(verifySm2(MESSAGE, S + R, KEY)).toBe(false);
  });

  test('[ID-71] made with another user id it is not', () => {
    const other = smCrypto.sm2.doSignature(MESSAGE, D, { hash: true, userId: 'ALICE123@YAHOO.COM' });
    expect(verifySm2(MESSAGE, other, KEY)).toBe(false);
    expect(verifySm2(MESSAGE, signSm2(MESSAGE, D), KEY)).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['r zero', '0'.repeat(64) + S],
    ['s zero', R + '0'.repeat(64)],
    ['s the order', R + N],
    ['r above the order', 'f'.repeat(64) + S],
    ['short', (R + S).slice(2)],
    ['a byte after the DER', `${DER}00`],
    ['DER with a longer r than it needs', `304702220000${R}022100${S}`],
    ['DER with a negative r', `30450220${R}022100${S}`],
    ['no hex', 'z'.repeat(128)],
    ['far too long', 'a'.repeat(2_000)],
  ])('[ID-71] %s is no signature', (_what, signature) => {
    expect(verifySm2(MESSAGE, signature, KEY)).toBe(false);
  });

  test('[ID-71] any bit changed in the signature makes it none, and no text throws', () => {
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const bytes = Buffer.from(R + S, 'hex');
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(verifySm2(MESSAGE, bytes.toString('hex'), KEY)).toBe(false);
      }),
      { numRuns: 12 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(verifySm2(MESSAGE, text, KEY)).toBe(false);
      }),
    );
  });

  test('[ID-71] a public key is a point of the curve, however written', () => {
    for (const text of [KEY, `04${KEY}`, `04${KEY}`.toUpperCase(), Buffer.from(`04${KEY}`, 'hex').toString('base64')]) {
      expect(readSm2PublicKey(text)).toBe(KEY);
    }
    for (const text of ['', X, `${Y}${X}`, `02${X}`, '0'.repeat(128), 'f'.repeat(128)]) {
      expect(readSm2PublicKey(text)).toBeNull();
    }
  });
});
