import fc from 'fast-check';
import { addExtension, Packr, pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import {
  AREAS,
  createArea,
  createPosition,
  type IngestPark,
  POSITIONS,
  START_MS,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { SAMPLE_RECORDS } from '../test/sample-records.ts';
import { DEPTH_MAX, decodeMsgpack, VALUES_MAX } from './msgpack-body.ts';
import { parseFrame, parseRecords } from './parse-body.ts';

const packr = new Packr({ useRecords: false });
const problemOf = (bytes: Buffer): string => {
  const decoded = decodeMsgpack(bytes);
  return decoded.ok ? 'none' : decoded.error;
};
const bytes = (...parts: (number | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

describe('decodeMsgpack', () => {
  test('[ING-33] gives what JSON would, for whatever JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const fromJson: unknown = JSON.parse(JSON.stringify(value));
        // The decoder renames what reaches for a prototype; no field has that name.
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        expect(decodeMsgpack(packr.pack(fromJson))).toEqual({ ok: true, value: fromJson });
      }),
    );
  });

  test('[ING-33] reads 64-bit integers as numbers, and timestamps as times', () => {
    expect(decodeMsgpack(bytes(0xcf, 0, 0, 1, 0x9b, 0x76, 0xda, 0, 0))).toMatchObject({ ok: true });
    for (const big of [0n, 1_782_878_400_000n, -5n, 2n ** 63n]) {
      expect(decodeMsgpack(pack(big))).toEqual({ ok: true, value: Number(big) });
    }
    for (const ms of [0, START_MS, START_MS + 123, -1_000, 20_000_000_000_000]) {
      expect(decodeMsgpack(pack(new Date(ms)))).toEqual({ ok: true, value: new Date(ms) });
    }
  });

  const NASTY: readonly [string, Buffer, RegExp][] = [
    ['nothing', bytes(), /ends too early/],
    ['half a number', bytes(0xcb, 0, 0), /ends too early/],
    ['a string longer than the body', bytes(0xdb, 0xff, 0xff, 0xff, 0xff, 'x'), /ends too early/],
    ['an array longer than the body', bytes(0xdd, 0xff, 0xff, 0xff, 0xff), /ends too early/],
    ['a map longer than the body', bytes(0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1, 'a'), /ends too early/],
    [
      'arrays in arrays that announce too much',
      bytes(...Array(30).fill([0xdd, 0x01, 0, 0, 0]).flat()),
      /ends too early/,
    ],
    ['nesting without end', Buffer.alloc(4_000_000, 0x91), /nested deeper/],
    ['maps without end', Buffer.concat(Array(100_000).fill(bytes(0x81, 0xa1, 'a'))), /nested deeper/],
    [
      'more values than any body needs',
      Buffer.concat([bytes(0xdd, 0, 0x3d, 0x09, 0), Buffer.alloc(4_000_000)]),
      /more than/,
    ],
    ['a record definition', new Packr({ useRecords: true }).pack({ a: 1, b: 2 }), /extension/],
    ['a regular expression', new Packr({ moreTypes: true }).pack(/(a+)+$/), /extension/],
    ['an error', new Packr({ moreTypes: true }).pack(new Error('x')), /extension/],
    ['a set', new Packr({ moreTypes: true }).pack(new Set([1])), /extension/],
    [
      'a big integer beyond 64 bits',
      new Packr({ largeBigIntToFloat: false, useBigIntExtension: true }).pack(2n ** 80n),
      /extension/,
    ],
    [
      'bundled strings',
      new Packr({ bundleStrings: true }).pack({ a: 'text that is bundled', b: 'and another one' }),
      /extension/,
    ],
    ['a value of an unknown extension', bytes(0xd4, 0x05, 1), /extension/],
    ['an extension of 4 GB', bytes(0xc9, 0xff, 0xff, 0xff, 0xff, 0x05), /extension/],
    ['a timestamp of an odd length', bytes(0xc7, 5, 0xff, 0, 0, 0, 0, 0), /extension/],
    ['binary data', packr.pack(Buffer.from('P-1')), /binary/],
    ['the token that is never used', bytes(0xc1), /binary data or an extension/],
    ['a number for a key', bytes(0x81, 0x01, 0x01), /key that is no string/],
    ['a map for a key', bytes(0x81, 0x80, 0x01), /key that is no string/],
    ['text in GB18030', bytes(0xa4, 0xd6, 0xdc, 0xca, 0xbe), /not UTF-8/],
    ['half a surrogate pair', bytes(0xa3, 0xed, 0xa0, 0x80), /not UTF-8/],
    ['something behind the value', bytes(0xc0, 0xc0), /goes on after/],
  ];

  test.each(NASTY)('[ING-33] refuses %s', (_, body, problem) => {
    expect(problemOf(body)).toMatch(problem);
    expect(parseRecords(body, 'msgpack')).toMatchObject({ ok: false, error: { code: 'BODY_UNREADABLE' } });
    expect(parseFrame(body, 'msgpack')).toMatchObject({ ok: false, error: { code: 'BODY_UNREADABLE' } });
  });

  test('[ING-33] runs no extension, whoever registered one in this process', () => {
    let ran = false;
    addExtension({
      type: 0x44,
      unpack: () => {
        ran = true;
        return null;
      },
    });
    expect(problemOf(bytes(0xd4, 0x44, 1))).toMatch(/extension/);
    expect(ran).toBe(false);
  });

  test('[ING-33] takes what is just allowed', () => {
    expect(problemOf(Buffer.concat([Buffer.alloc(DEPTH_MAX, 0x91), bytes(0xc0)]))).toBe('none');
    expect(problemOf(Buffer.concat([Buffer.alloc(DEPTH_MAX + 1, 0x91), bytes(0xc0)]))).toMatch(/nested/);
    const head = Buffer.alloc(5);
    head[0] = 0xdd;
    head.writeUInt32BE(VALUES_MAX - 1, 1);
    expect(problemOf(Buffer.concat([head, Buffer.alloc(VALUES_MAX - 1)]))).toBe('none');
  });

  test('[ING-33] survives any bytes, and any damage to a good body', () => {
    const good = packr.pack({ records: [createPosition(), createArea()], seq: 5 });
    const damaged = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const copy = Buffer.from(good);
        for (const [at, value] of changes) copy[at] = value;
        return copy;
      });
    const cut = fc.nat(good.length - 1).map((length) => good.subarray(0, length));
    const noise = fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some));
    fc.assert(
      fc.property(fc.oneof(damaged, cut, noise), (body) => {
        const decoded = decodeMsgpack(body);
        if (decoded.ok) expect(() => JSON.stringify(decoded.value)).not.toThrow();
        expect(typeof parseFrame(body, 'msgpack').ok).toBe('boolean');
      }),
      { numRuns: 5_000 },
    );
    expect(decodeMsgpack(good)).toMatchObject({ ok: true });
  });

  test('[ING-33] a name that reaches for a prototype does nothing', () => {
    const body = packr.pack({ records: [JSON.parse('{"__proto__":{"PERSON_ID":"P-9"},"constructor":1}')] });
    const parsed = parseRecords(body, 'msgpack');
    expect(parsed.ok && 'PERSON_ID' in (parsed.value as object[])[0]!).toBe(false);
    expect(({} as Record<string, unknown>)['PERSON_ID']).toBeUndefined();
  });
});

describe('a MessagePack request', () => {
  test('[ING-33] [ING-34] of any route makes the entry that JSON makes, by rows and by columns', async () => {
    const park: IngestPark = await startIngestPark();
    try {
      for (const [target, record] of Object.entries(SAMPLE_RECORDS)) {
        const columns = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value, null, value]]));
        const rows = { records: [record, {}, record] };
        const headers = { 'Content-Type': 'application/msgpack' };
        const answers = [
          await park.send({ target, body: rows }),
          await park.send({ target, body: { columns } }),
          await park.send({ target, raw: packr.pack(rows), headers }),
          await park.send({ target, raw: packr.pack({ columns }), headers }),
        ];
        for (const answer of answers) {
          expect([target, answer.status, answer.body.accepted]).toEqual([target, 200, 2]);
          expect(answer.body.rejected).toEqual(answers[0]!.body.rejected);
        }
        const made = park
          .entries()
          .slice(-4)
          .map((entry) => withoutOrigin(entry.body));
        for (const body of made) expect(body).toEqual(made[0]);
      }
    } finally {
      await park.close();
    }
  });

  test('[ING-33] keeps a call for help above the rate', async () => {
    const park: IngestPark = await startIngestPark({ credential: { rateRecordsPerS: 1 } });
    try {
      const headers = { 'Content-Type': 'application/x-msgpack' };
      expect((await park.send({ body: { records: Array(5_000).fill(createPosition()) } })).status).toBe(200);
      const raw = packr.pack({ records: [createPosition(), createPosition({ SOS: true })] });
      expect((await park.send({ raw, headers, target: POSITIONS })).body).toMatchObject({
        code: 'RATE_LIMITED',
        kept_sos: 1,
      });
      expect((await park.send({ raw, headers, target: AREAS })).body.kept_sos).toBeUndefined();
    } finally {
      await park.close();
    }
  });
});

/** Sealed values differ each time. */
function withoutOrigin(body: object): unknown {
  const text = JSON.stringify(body, (name, value: unknown) => (name === 'origin' || /sealed$/i.test(name) ? 0 : value));
  return JSON.parse(text);
}
