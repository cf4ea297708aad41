import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AuditKey, type AuditRowText, canonicalBytes, createAuditKeys, rowBytes } from './audit-chain.ts';
import { deriveKey } from './gm.ts';

const words = fc.string({ unit: 'grapheme', maxLength: 6 });
const wordsOrNull = fc.option(words);
const row: fc.Arbitrary<AuditRowText> = fc.record({
  id: words,
  at: words,
  userId: wordsOrNull,
  userName: words,
  action: words,
  subject: wordsOrNull,
  outcome: words,
  detail: words,
  address: wordsOrNull,
});

const KEY = new AuditKey(Buffer.alloc(32, 7));

describe('the chain of the audit', () => {
  test('[AUD-11] no two different rows have the same bytes', () => {
    fc.assert(
      fc.property(row, row, (a, b) => {
        const isSame = Object.keys(a).every((name) => a[name as keyof AuditRowText] === b[name as keyof AuditRowText]);
        expect(rowBytes(a).equals(rowBytes(b))).toBe(isSame);
      }),
    );
  });

  test('[AUD-11] what moves from one column to its neighbour is another row', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), fc.array(words, { maxLength: 5 }), (a, b) => {
        const isSame = a.length === b.length && a.every((one, i) => one === b[i]);
        expect(canonicalBytes(a).equals(canonicalBytes(b))).toBe(isSame);
        expect(canonicalBytes([...a, null]).equals(canonicalBytes([...a, '']))).toBe(false);
      }),
    );
    const rows = ['userId', 'userName', 'action', 'subject', 'outcome', 'address'].map((name) => ({
      ...{
        id: '1',
        at: '2',
        userId: null,
        userName: '',
        action: '',
        subject: null,
        outcome: '',
        detail: '',
        address: null,
      },
      [name]: 'x',
    }));
    expect(new Set(rows.map((one) => rowBytes(one).toString('hex'))).size).toBe(rows.length);
  });

  test('[AUD-11] a block, a row and a month that went are never taken for one another; every part of a block counts', () => {
    const block = {
      no: 2,
      month: '2026-07-01',
      atMs: 5,
      ids: [1, 12],
      digests: Buffer.alloc(64, 1),
      previous: Buffer.alloc(32),
    };
    const others = [
      { ...block, no: 3 },
      { ...block, month: '2026-08-01' },
      { ...block, atMs: 6 },
      { ...block, ids: [11, 2] },
      { ...block, ids: [12, 1] },
      { ...block, digests: Buffer.alloc(64, 2) },
      { ...block, previous: Buffer.alloc(32, 1) },
    ];
    const macs = [block, ...others].map((one) => KEY.blockMac(one).toString('hex'));
    const drop = { month: '2026-07-01', throughNo: 2, startNo: 2, startPrevious: Buffer.alloc(32), atMs: 5 };
    expect(new Set([...macs, KEY.dropMac(drop).toString('hex')]).size).toBe(macs.length + 1);
    const other = new AuditKey(Buffer.alloc(32, 8));
    expect(other.blockMac(block).equals(KEY.blockMac(block))).toBe(false);
  });

  test('[AUD-11] digests are HMAC-SM3 under a key of their own', () => {
    const one = {
      id: '1',
      at: '2',
      userId: null,
      userName: 'a',
      action: 'b',
      subject: null,
      outcome: 'ok',
      detail: '{}',
      address: null,
    };
    const key = deriveKey(Buffer.alloc(32, 7), 'audit chain v1');
    expect(KEY.rowDigest(one).equals(createHmac('sm3', key).update(rowBytes(one)).digest())).toBe(true);
    expect(key.equals(deriveKey(Buffer.alloc(32, 7), 'seal mac v1'))).toBe(false);
  });

  test('[AUD-10] the first master key seals, all of them verify', () => {
    const keys = createAuditKeys([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]);
    const older = new AuditKey(Buffer.alloc(32, 2));
    expect(keys.current.id).toBe(new AuditKey(Buffer.alloc(32, 1)).id);
    expect(keys.of(older.id)?.id).toBe(older.id);
    expect(keys.of('nobody')).toBeUndefined();
  });
});
