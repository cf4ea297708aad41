import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ABSENT_U16, FIX_FLAG, type FixBatch } from '../../stream/protocol/entry.ts';
import { decodeFixes, encodeFixes } from '../../stream/protocol/entry-codec.ts';
import { COMPANY, createPosition, START_MS } from '../../test/ingest-fixture.ts';
import { type PositionsContext, type ValidatedPositions, validatePositions } from './positions.ts';
import type { Rejection } from './records.ts';
import { AHEAD_MS, OLDEST_MS } from './times.ts';

const CONTEXT: PositionsContext = { companyCode: COMPANY, receivedAtMs: START_MS, sosOnly: false };
const ORIGIN = { batchId: 'b', appId: 'a', companyCode: COMPANY, received: 0, refused: 0 };

const validate = (...records: unknown[]): ValidatedPositions => validatePositions(records, CONTEXT);
const one = (changes: Record<string, unknown>): { batch: FixBatch; rejected: readonly Rejection[]; count: number } => {
  const validated = validate(createPosition(changes));
  return { batch: validated.batch(ORIGIN), rejected: validated.rejected, count: validated.accepted };
};
const refusalOf = (changes: Record<string, unknown>): string => {
  const { rejected, count } = one(changes);
  expect(rejected.length + count).toBe(1);
  return rejected.map(({ field, code }) => `${field} ${code}`).join();
};
const flagsOf = (changes: Record<string, unknown>): string[] => {
  const { batch, count } = one(changes);
  expect(count).toBe(1);
  return Object.entries(FIX_FLAG).flatMap(([name, bit]) => ((batch.flags[0]! & bit) === 0 ? [] : [name]));
};

describe('a position', () => {
  test('[ING-17] becomes one row of columns, with the coordinates exactly as sent', () => {
    const { batch } = one({
      LONGITUDE: 121.480123456789,
      LATITUDE: '30.8001234567',
      ALTITUDE: 12.5,
      FLOOR_NO: 'F3',
      ACCURACY: 0.75,
      SPEED: '1.25',
      HEADING: 360,
      BATTERY: 49.6,
      CHARGING: 1,
      ONLINE: '0',
      SOURCE: 'uwb',
      SOS: false,
    });
    expect(batch).toMatchObject({ count: 1, strings: ['P-1', 'F3', 'UWB'] });
    expect([batch.lng[0], batch.lat[0], batch.observedAtMs[0]]).toEqual([
      121.480123456789,
      30.8001234567,
      START_MS - 1_000,
    ]);
    expect([batch.heightM[0], batch.accuracyM[0], batch.speedMps[0], batch.headingDeg[0]]).toEqual([
      12.5, 0.75, 1.25, 0,
    ]);
    expect([batch.subjectIndex[0], batch.floorIndex[0], batch.sourceIndex[0], batch.batteryPct[0]]).toEqual([
      0, 1, 2, 50,
    ]);
    expect(batch.flags[0]).toBe(FIX_FLAG.chargingKnown | FIX_FLAG.charging | FIX_FLAG.onlineKnown | FIX_FLAG.sosKnown);
  });

  test('[ING-17] leaves every optional value absent that is not there, null or empty', () => {
    for (const nothing of [undefined, null, '', '  ']) {
      const absent = Object.fromEntries(
        ['ALTITUDE', 'FLOOR_NO', 'ACCURACY', 'SPEED', 'HEADING', 'BATTERY', 'CHARGING', 'ONLINE', 'SOURCE', 'SOS'].map(
          (name) => [name, nothing],
        ),
      );
      const { batch } = one(absent);
      expect(batch.count).toBe(1);
      for (const column of [batch.heightM, batch.accuracyM, batch.speedMps, batch.headingDeg])
        expect(column[0]).toBeNaN();
      expect([batch.floorIndex[0], batch.sourceIndex[0]]).toEqual([ABSENT_U16, ABSENT_U16]);
      expect([batch.batteryPct[0], batch.flags[0]]).toEqual([0xff, 0]);
    }
  });

  test('[ING-17] of a tag is taken without a person, and PERSON_ID counts when both are there', () => {
    const { batch } = one({ PERSON_ID: undefined, CARD_NO: 'C-7' });
    expect([batch.strings[batch.subjectIndex[0]!], batch.flags[0]]).toEqual(['C-7', FIX_FLAG.byCard]);
    const both = one({ CARD_NO: 'C-7' }).batch;
    expect([both.strings[both.subjectIndex[0]!], both.flags[0]]).toEqual(['P-1', 0]);
  });

  test('[ING-17] says nothing by an accuracy of 0', () => {
    expect(one({ ACCURACY: 0 }).batch.accuracyM[0]).toBeNaN();
  });

  test('[ING-17] shares strings with the other rows of its batch', () => {
    const validated = validate(
      createPosition({ SOURCE: 'GNSS' }),
      createPosition({ SOURCE: 'gnss', PERSON_ID: 'P-2' }),
      createPosition({ SOURCE: 'GNSS', PERSON_ID: 'P-2' }),
    );
    const batch = validated.batch(ORIGIN);
    expect([...batch.subjectIndex.subarray(0, 3)].map((at) => batch.strings[at])).toEqual(['P-1', 'P-2', 'P-2']);
    expect([...batch.sourceIndex.subarray(0, 3)].map((at) => batch.strings[at])).toEqual(['GNSS', 'GNSS', 'GNSS']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['COMPANY_CODE FIELD_MISSING', { COMPANY_CODE: '' }],
    ['COMPANY_CODE FIELD_TYPE', { COMPANY_CODE: 310000001 }],
    ['COMPANY_CODE COMPANY_MISMATCH', { COMPANY_CODE: '310000002' }],
    ['PERSON_ID FIELD_MISSING', { PERSON_ID: undefined }],
    ['PERSON_ID FIELD_MISSING', { PERSON_ID: null, CARD_NO: '' }],
    ['PERSON_ID FIELD_TYPE', { PERSON_ID: 12 }],
    ['PERSON_ID FIELD_RANGE', { PERSON_ID: 'P'.repeat(65) }],
    ['PERSON_ID FIELD_RANGE', { PERSON_ID: 'P\u0000' }],
    ['PERSON_ID FIELD_RANGE', { PERSON_ID: 'P\ud800' }],
    ['CARD_NO FIELD_TYPE', { PERSON_ID: '', CARD_NO: {} }],
    ['LONGITUDE FIELD_MISSING', { LONGITUDE: undefined }],
    ['LONGITUDE FIELD_TYPE', { LONGITUDE: '121,48' }],
    ['LONGITUDE FIELD_TYPE', { LONGITUDE: '0x79' }],
    ['LONGITUDE FIELD_TYPE', { LONGITUDE: '1e2' }],
    ['LONGITUDE FIELD_TYPE', { LONGITUDE: true }],
    ['LONGITUDE FIELD_TYPE', { LONGITUDE: [121.48] }],
    ['LONGITUDE FIELD_RANGE', { LONGITUDE: 180.0000001 }],
    ['LONGITUDE FIELD_RANGE', { LONGITUDE: Number.NaN }],
    ['LONGITUDE FIELD_RANGE', { LONGITUDE: Number.NEGATIVE_INFINITY }],
    ['LONGITUDE FIELD_RANGE', { LONGITUDE: 'NaN' }],
    ['LONGITUDE FIELD_RANGE', { LONGITUDE: '-Infinity' }],
    ['LATITUDE FIELD_RANGE', { LATITUDE: -90.1 }],
    ['LATITUDE FIELD_RANGE', { LATITUDE: 'inf' }],
    ['LATITUDE FIELD_MISSING', { LATITUDE: ' ' }],
    ['COLLECT_TIME FIELD_MISSING', { COLLECT_TIME: null }],
    ['COLLECT_TIME TIME_FORMAT', { COLLECT_TIME: 'yesterday' }],
    ['COLLECT_TIME TIME_FORMAT', { COLLECT_TIME: true }],
    ['COLLECT_TIME TIME_OUT_OF_RANGE', { COLLECT_TIME: START_MS - OLDEST_MS - 1 }],
    ['COLLECT_TIME TIME_OUT_OF_RANGE', { COLLECT_TIME: START_MS + AHEAD_MS + 1 }],
    ['ALTITUDE FIELD_RANGE', { ALTITUDE: 9_001 }],
    ['ACCURACY FIELD_RANGE', { ACCURACY: -1 }],
    ['SPEED FIELD_TYPE', { SPEED: 'fast' }],
    ['HEADING FIELD_RANGE', { HEADING: 361 }],
    ['BATTERY FIELD_RANGE', { BATTERY: 101 }],
    ['CHARGING FIELD_TYPE', { CHARGING: 'yes' }],
    ['ONLINE FIELD_TYPE', { ONLINE: 2 }],
    ['SOURCE FIELD_RANGE', { SOURCE: 'a source' }],
    ['SOURCE FIELD_RANGE', { SOURCE: 'S'.repeat(17) }],
    ['FLOOR_NO FIELD_TYPE', { FLOOR_NO: 3 }],
    ['SOS FIELD_TYPE', { SOS: 'maybe' }],
  ])('[ING-18] is refused as %s for %j', (refusal, changes) => {
    expect(refusalOf(changes)).toBe(refusal);
  });

  test.each([0, 180, -180, '-180.0'])('[ING-18] at longitude %j is on the globe', (LONGITUDE) => {
    expect(one({ LONGITUDE }).count).toBe(1);
  });

  test('[ING-19] seven days old to 60 s ahead is taken with its time as sent', () => {
    for (const aheadMs of [-OLDEST_MS, 0, 1, AHEAD_MS]) {
      const { batch } = one({ COLLECT_TIME: START_MS + aheadMs });
      expect([batch.count, batch.observedAtMs[0], batch.flags[0]]).toEqual([1, START_MS + aheadMs, 0]);
    }
  });

  test('[ING-19] keeps its own time among records that share some', () => {
    const texts = [
      '2026-07-01 11:59:58',
      '2026-07-01 11:59:58',
      'bad',
      'bad',
      '2026-07-01 11:59:59',
      '2026-07-01 11:59:58',
    ];
    const validated = validate(...texts.map((COLLECT_TIME) => createPosition({ COLLECT_TIME })));
    expect(validated.rejected.map(({ index, code }) => [index, code])).toEqual([
      [2, 'TIME_FORMAT'],
      [3, 'TIME_FORMAT'],
    ]);
    const times = [...validated.batch(ORIGIN).observedAtMs.subarray(0, 4)];
    expect(times.map((ms) => ms - START_MS)).toEqual([-2_000, -2_000, -1_000, -2_000]);
  });

  test('[ING-7] that is refused leaves no trace in its neighbours', () => {
    const bad = createPosition({ PERSON_ID: 'X'.repeat(70), SOS: true, SOURCE: 'GNSS', BATTERY: 5, ALTITUDE: 1 });
    const clean = createPosition({ PERSON_ID: 'P-9' });
    const batch = validate(bad, clean, bad).batch(ORIGIN);
    expect(batch.count).toBe(1);
    expect(batch.strings[batch.subjectIndex[0]!]).toBe('P-9');
    expect([batch.flags[0], batch.batteryPct[0], batch.sourceIndex[0]]).toEqual([0, 0xff, ABSENT_U16]);
    expect(batch.heightM[0]).toBeNaN();
  });

  test('[ING-7] that is refused leaves none of its texts in the batch, and later records may bring the same', () => {
    const bad = createPosition({ PERSON_ID: 'of-others', SOURCE: 'UWB', FLOOR_NO: 'F9', COMPANY_CODE: '310000002' });
    const clean = createPosition({ PERSON_ID: 'P-9', SOURCE: 'GNSS' });
    const late = createPosition({ PERSON_ID: 'P-8', SOURCE: 'UWB', FLOOR_NO: 'F9' });
    expect(validate(bad, clean, bad).batch(ORIGIN).strings).toEqual(['P-9', 'GNSS']);
    const batch = validate(clean, bad, late).batch(ORIGIN);
    expect(batch.strings).toEqual(['P-9', 'GNSS', 'P-8', 'F9', 'UWB']);
    expect([batch.sourceIndex[1], batch.floorIndex[1], batch.subjectIndex[1]]).toEqual([4, 3, 2]);
  });
});

describe('SOS', () => {
  test.each([true, 1, '1', 'true', ' TRUE '])('[ING-20] is raised by %j', (SOS) => {
    expect(flagsOf({ SOS })).toEqual(['sos']);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['no coordinates', { LONGITUDE: undefined, LATITUDE: undefined }, ['noPlace']],
    ['half a place', { LATITUDE: 'x' }, ['noPlace']],
    ['a place off the globe', { LONGITUDE: 999 }, ['noPlace']],
    ['NaN for a place', { LONGITUDE: 'NaN', LATITUDE: Number.NaN }, ['noPlace']],
    ['no time', { COLLECT_TIME: undefined }, ['timeReplaced']],
    ['an unreadable time', { COLLECT_TIME: 'soon' }, ['timeReplaced']],
    ['a time long past', { COLLECT_TIME: 0 }, ['timeReplaced']],
    ['a time far ahead', { COLLECT_TIME: START_MS + 1e9 }, ['timeReplaced']],
    ['bad options', { BATTERY: 'low', SOURCE: '?', FLOOR_NO: 3, ONLINE: 'perhaps', ALTITUDE: 1e9, HEADING: [] }, []],
    ['no company', { COMPANY_CODE: undefined }, []],
    ['a company as number', { COMPANY_CODE: 310000001 }, []],
    ['a company that nobody can read', { COMPANY_CODE: { code: '310000002' } }, []],
  ])('[ING-20] is taken with %s', (_, changes, flags) => {
    expect(flagsOf({ SOS: true, ...changes })).toEqual(['sos', ...flags]);
    const { batch } = one({ SOS: true, ...changes });
    expect(Number.isNaN(batch.lng[0]!)).toBe(flags.includes('noPlace'));
    expect(Number.isNaN(batch.lat[0]!)).toBe(flags.includes('noPlace'));
    if (flags.includes('timeReplaced')) expect(batch.observedAtMs[0]).toBe(START_MS);
  });

  test('[ING-20] is the tag’s when the person cannot be read', () => {
    const { batch } = one({ SOS: true, PERSON_ID: 7, CARD_NO: 'C-1' });
    expect([batch.strings, batch.flags[0]]).toEqual([['C-1'], FIX_FLAG.sos | FIX_FLAG.byCard]);
  });

  test('[ING-20] still needs somebody who calls, of the own company', () => {
    expect(refusalOf({ SOS: true, PERSON_ID: undefined })).toBe('PERSON_ID FIELD_MISSING');
    expect(refusalOf({ SOS: true, PERSON_ID: 7 })).toBe('PERSON_ID FIELD_TYPE');
    expect(refusalOf({ SOS: true, PERSON_ID: 7, CARD_NO: ['C-1'] })).toBe('CARD_NO FIELD_TYPE');
    expect(refusalOf({ PERSON_ID: 7, CARD_NO: 'C-1' })).toBe('PERSON_ID FIELD_TYPE');
    expect(refusalOf({ SOS: true, COMPANY_CODE: '310000002' })).toBe('COMPANY_CODE COMPANY_MISMATCH');
  });

  test('[ING-13] alone is taken with sosOnly, and only SOS is counted', () => {
    const records = [
      createPosition(),
      createPosition({ SOS: true }),
      'x',
      { SOS: true },
      createPosition({ SOS: 'maybe' }),
    ];
    const validated = validatePositions(records, { ...CONTEXT, sosOnly: true });
    expect([validated.accepted, validated.received]).toEqual([1, 2]);
    expect(validated.rejected).toMatchObject([{ index: 3, field: 'PERSON_ID' }]);
  });
});

describe('names', () => {
  test.each(['personId', 'PersonId', 'PERSONID', 'personid', 'person_id', 'Person_ID'])(
    '[ING-21] %s is read as PERSON_ID and counted as an alias',
    (name) => {
      const validated = validate({ ...createPosition({ PERSON_ID: undefined }), [name]: 'P-5' });
      expect([validated.accepted, validated.aliases]).toEqual([1, name === 'PERSON_ID' ? 0 : 1]);
      expect(validated.batch(ORIGIN).strings).toEqual(['P-5']);
    },
  );

  test('[ING-21] the published name wins over its aliases, before or after them', () => {
    for (const record of [
      { personId: 'alias', ...createPosition() },
      { ...createPosition(), personId: 'alias' },
    ]) {
      expect(validate(record).batch(ORIGIN).strings).toEqual(['P-1']);
    }
  });

  test.each([null, '', ' '])(
    '[ING-21] a published name that holds %j hides no alias, in rows and in columns',
    (nothing) => {
      const { PERSON_ID, ...rest } = createPosition();
      for (const record of [
        { PERSON_ID: nothing, SOS: nothing, ...rest, personId: PERSON_ID, sos: true },
        { ...rest, personid: nothing, personId: PERSON_ID, sos: true, PERSON_ID: nothing, SOS: nothing },
      ]) {
        const columns = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value, value]]));
        for (const records of [[record], { length: 2, columns }]) {
          const batch = validatePositions(records, CONTEXT).batch(ORIGIN);
          expect([batch.count, batch.strings, batch.flags[0]]).toEqual([records.length, [PERSON_ID], FIX_FLAG.sos]);
        }
      }
    },
  );

  test('[ING-21] of a key given twice the last counts', () => {
    const text = JSON.stringify(createPosition()).replace('{', '{"PERSON_ID":"first",');
    expect(validate(JSON.parse(text)).batch(ORIGIN).strings).toEqual(['P-1']);
  });

  test('[ING-22] unknown names and names of prototypes do nothing', () => {
    const text = `{"__proto__":{"SOS":true,"PERSON_ID":"evil"},"constructor":{"prototype":{"x":1}},"toString":1,"${'k'.repeat(100)}":1,${JSON.stringify(createPosition()).slice(1)}`;
    const validated = validate(JSON.parse(text));
    expect(validated.batch(ORIGIN)).toMatchObject({ count: 1, strings: ['P-1'] });
    expect(validated.batch(ORIGIN).flags[0]).toBe(0);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    // Only through its prototype would this record have a subject.
    const inherited = JSON.parse('{"__proto__":{"PERSON_ID":"evil"}}');
    expect(validate({ ...createPosition({ PERSON_ID: undefined }), ...inherited }).accepted).toBe(0);
  });

  test('[ING-22] a flood of new names neither throws nor breaks the known ones', () => {
    for (let i = 0; i < 3_000; i++) validate({ [`NOISE_${i}`]: i });
    expect(validate({ ...createPosition({ PERSON_ID: undefined }), Person_Id: 'late' }).accepted).toBe(1);
  });
});

describe('any input', () => {
  const field = fc.constantFrom(
    ...[
      'COMPANY_CODE',
      'PERSON_ID',
      'cardNo',
      'LONGITUDE',
      'latitude',
      'COLLECT_TIME',
      'collectTime',
      'ALTITUDE',
      'ACCURACY',
    ],
    ...['SPEED', 'HEADING', 'BATTERY', 'SOURCE', 'SOS', 'sos', 'FLOOR_NO', 'ONLINE', '__proto__'],
  );
  const value = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.boolean(),
    fc.constantFrom(
      null,
      'NaN',
      'Infinity',
      '121.48',
      COMPANY,
      '2026-07-01 12:00:00',
      START_MS,
      [],
      {},
      Number.POSITIVE_INFINITY,
      -0,
    ),
    fc.jsonValue(),
  );
  const record = fc.oneof(
    fc.array(fc.tuple(field, value), { maxLength: 12 }).map((members) => createPosition(Object.fromEntries(members))),
    fc.jsonValue(),
    fc.anything(),
  );

  test('[ING-23] never throws, never lets NaN in unmarked, and accounts for every record', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), fc.boolean(), (records, sosOnly) => {
        const validated = validatePositions(records, { ...CONTEXT, sosOnly });
        const batch = validated.batch(ORIGIN);
        expect(validated.accepted + validated.rejected.length).toBe(validated.received);
        if (!sosOnly) expect(validated.received).toBe(records.length);
        for (let i = 0; i < batch.count; i++) {
          const flags = batch.flags[i]!;
          const hasPlace = Math.abs(batch.lng[i]!) <= 180 && Math.abs(batch.lat[i]!) <= 90;
          expect(hasPlace).toBe((flags & FIX_FLAG.noPlace) === 0);
          if (!hasPlace) expect(flags & FIX_FLAG.sos).toBe(FIX_FLAG.sos);
          expect(batch.observedAtMs[i]).toBeGreaterThanOrEqual(START_MS - OLDEST_MS);
          expect(batch.observedAtMs[i]).toBeLessThanOrEqual(START_MS + AHEAD_MS);
          for (const column of [batch.heightM, batch.accuracyM, batch.speedMps, batch.headingDeg]) {
            expect(Math.abs(column[i]!)).not.toBe(Number.POSITIVE_INFINITY);
          }
        }
        // What was accepted can be written to the log and read back.
        expect(decodeFixes(encodeFixes(batch)).count).toBe(batch.count);
        expect(() => JSON.stringify(validated.rejected)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
