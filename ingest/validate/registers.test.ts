import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPersonSecret } from '../../security/person-secret.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { blindIndex, COMPANY, createArea, createPerson, START_MS, sealer } from '../../test/ingest-fixture.ts';
import { validateAreas } from './areas.ts';
import { AREA_FIELDS, PERSON_FIELDS } from './fields.ts';
import { validatePersons } from './persons.ts';

const person = (changes: Record<string, unknown> = {}) => validatePersons([createPerson(changes)], COMPANY, sealer);
const area = (changes: Record<string, unknown> = {}) => validateAreas([createArea(changes)], COMPANY);
const refusalOf = (validated: ReturnType<typeof person> | ReturnType<typeof area>): string =>
  validated.rejected.map(({ field, code }) => `${field} ${code}`).join();

describe('a person', () => {
  test('[PRK-12] bears the blind index of the ID number, the same at every company, and the number nowhere', () => {
    const number = '11010119900307123x';
    const of = (companyCode: string, written: string) =>
      validatePersons(
        [createPerson({ COMPANY_CODE: companyCode, IDENTIFY_NUM: written })],
        companyCode,
        sealer,
        blindIndex,
      ).accepted[0];
    const [one, other] = [of(COMPANY, number), of('900000009', ` ${number.toUpperCase()} `)];
    expect(one?.idNumberBlind).toMatch(/^[0-9a-f]{64}$/);
    expect(other?.idNumberBlind).toBe(one?.idNumberBlind);
    expect(of(COMPANY, '110101199003071233')?.idNumberBlind).not.toBe(one?.idNumberBlind);
    expect(JSON.stringify(one)).not.toContain(number);
  });

  test('[ING-24] of AQ 3064.3 B.1 becomes a PersonRecord', () => {
    const { accepted, rejected } = person({
      CARD_NO: 'C-7',
      CONTRACTOR_CODE: '91310000MA1K00000X',
      CERTIFICATES: [{ NAME: '焊接作业', VALID_TO: '2027-01-01', LEVEL: 2, OK: true, NOTE: null }],
      UPDATE_DATE: '2026-07-01 11:00:00',
    });
    expect(rejected).toEqual([]);
    expect(accepted).toEqual([
      {
        personId: 'P-1',
        companyCode: COMPANY,
        companyName: '海澜示例化工',
        name: '周示例',
        type: 'staff',
        department: '一车间',
        post: '操作工',
        gender: 'male',
        birthday: '1990-01-01',
        idNumberSealed: expect.any(String),
        mobileSealed: expect.any(String),
        cardNo: 'C-7',
        contractorCode: '91310000MA1K00000X',
        certificates: [{ NAME: '焊接作业', VALID_TO: '2027-01-01', LEVEL: 2, OK: true, NOTE: null }],
        updatedAtMs: START_MS - 3_600_000,
        deleted: false,
      },
    ]);
  });

  test('[ING-25] reaches the log with ID number and mobile sealed, each for this person alone', () => {
    const { accepted } = person();
    const bytes = Buffer.from(
      encodeBody('persons', {
        origin: { batchId: 'b', appId: 'a', companyCode: COMPANY, received: 1, refused: 0 },
        records: accepted,
      }),
    ).toString('latin1');
    expect(bytes).not.toContain('31010119900101123X');
    expect(bytes).not.toContain('13800000000');
    const sealed = accepted[0]!;
    expect(openPersonSecret(sealer, COMPANY, 'P-1', 'id-number', sealed.idNumberSealed)).toBe('31010119900101123X');
    expect(openPersonSecret(sealer, COMPANY, 'P-1', 'mobile', sealed.mobileSealed)).toBe('13800000000');
    expect(() => openPersonSecret(sealer, COMPANY, 'P-2', 'id-number', sealed.idNumberSealed)).toThrow();
    expect(() => openPersonSecret(sealer, COMPANY, 'P-1', 'mobile', sealed.idNumberSealed)).toThrow();
  });

  test.each(PERSON_FIELDS.filter((field) => field.required).map((field) => field.name))(
    '[ING-18] without %s is refused as FIELD_MISSING',
    (name) => {
      for (const nothing of [undefined, null, ' ']) {
        expect(refusalOf(person({ [name]: nothing }))).toBe(`${name} FIELD_MISSING`);
      }
    },
  );

  test.each<[string, Record<string, unknown>]>([
    ['ID FIELD_TYPE', { ID: 7 }],
    ['PERSON_NAME FIELD_RANGE', { PERSON_NAME: '名'.repeat(129) }],
    ['PERSON_NAME FIELD_RANGE', { PERSON_NAME: '名\u0000' }],
    ['PERSON_TYPE CODE_UNKNOWN', { PERSON_TYPE: '04' }],
    ['PERSON_TYPE CODE_UNKNOWN', { PERSON_TYPE: 'toString' }],
    ['PERSON_TYPE FIELD_TYPE', { PERSON_TYPE: ['01'] }],
    ['GENDER CODE_UNKNOWN', { GENDER: '2' }],
    ['BIRTHDAY TIME_FORMAT', { BIRTHDAY: '1990-02-30' }],
    ['BIRTHDAY FIELD_RANGE', { BIRTHDAY: '1850-01-01' }],
    ['DELETED FIELD_TYPE', { DELETED: 'no' }],
    ['COMPANY_CODE COMPANY_MISMATCH', { COMPANY_CODE: '310000002' }],
    ['CERTIFICATES FIELD_TYPE', { CERTIFICATES: 'none' }],
    ['CERTIFICATES[0] FIELD_TYPE', { CERTIFICATES: ['a'] }],
    ['CERTIFICATES[0] FIELD_TYPE', { CERTIFICATES: [{ A: { B: 1 } }] }],
    ['CERTIFICATES[0] FIELD_TYPE', { CERTIFICATES: [{ A: Number.NaN }] }],
    ['CERTIFICATES[0] FIELD_RANGE', { CERTIFICATES: [JSON.parse('{"__proto__":1}')] }],
    ['CERTIFICATES FIELD_RANGE', { CERTIFICATES: Array(51).fill({}) }],
    ['CERTIFICATES[0] FIELD_RANGE', { CERTIFICATES: [{ A: 'x'.repeat(513) }] }],
    [
      'CERTIFICATES[0] FIELD_RANGE',
      { CERTIFICATES: [Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`M${i}`, 1]))] },
    ],
    ['UPDATE_DATE TIME_FORMAT', { UPDATE_DATE: 'now' }],
    ['UPDATE_DATE FIELD_RANGE', { UPDATE_DATE: 20260701120506 }],
  ])('[ING-18] is refused as %s for %j', (refusal, changes) => {
    expect(refusalOf(person(changes))).toBe(refusal);
  });

  test.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ PERSON_TYPE: 3 }, { type: 'visitor' }],
    [{ PERSON_TYPE: '02' }, { type: 'contractor' }],
    [{ GENDER: 0 }, { gender: 'female' }],
    [{ DELETED: 1 }, { deleted: true }],
    [{ DELETED: false }, { deleted: false }],
    [{ BIRTHDAY: '19900131' }, { birthday: '1990-01-31' }],
    [{ UPDATE_TIME: START_MS }, { updatedAtMs: START_MS }],
    [{ updateDate: START_MS }, { updatedAtMs: START_MS }],
    [{ PERSON_NAME: ' 周示例 ' }, { name: '周示例' }],
  ])('[ING-24] %j is read as %j', (changes, record) => {
    expect(person(changes).accepted).toMatchObject([record]);
  });

  test('[ING-18] that is refused shows the id as far as it can be read, and no more of it', () => {
    expect(person({ ID: 'x'.repeat(5_000) }).rejected[0]?.id).toBe('x'.repeat(64));
    expect(person({ ID: 12 }).rejected[0]?.id).toBe('12');
    expect(person({ ID: {} }).rejected[0]?.id).toBeNull();
  });
});

describe('an area', () => {
  test('[ING-26] of AQ 3064.3 B.2 becomes an AreaRecord, with every optional value absent', () => {
    const { accepted, rejected } = area();
    expect(rejected).toEqual([]);
    expect(accepted).toMatchObject([
      {
        areaId: 'A-1',
        companyCode: COMPANY,
        name: '储罐区',
        fixed: true,
        kind: null,
        zMinM: null,
        zMaxM: null,
        floorNo: null,
        capacityMax: null,
        capacityMin: null,
        dwellLimitS: null,
        stillLimitS: null,
        allowedTypes: [],
        boundPersonIds: [],
        requiredPersonIds: [],
        validFromMs: null,
        validToMs: null,
        inExArea: null,
        updatedAtMs: null,
        deleted: false,
      },
    ]);
    expect(accepted[0]!.polygons).toHaveLength(1);
  });

  test("[ING-26] takes the park's own fields", () => {
    const { accepted } = area({
      ZONE_TYPE: 0,
      AREA_KIND: 'FORBIDDEN',
      Z_MIN: '-2.5',
      Z_MAX: 12,
      FLOOR_NO: 'F2',
      CAPACITY_MAX: '9',
      CAPACITY_MIN: 2,
      DWELL_LIMIT_S: 600,
      STILL_LIMIT_S: 120,
      ALLOWED_TYPES: ['02', 1, '02'],
      BOUND_PERSON_IDS: ['P-1', ' P-2 '],
      REQUIRED_PERSON_IDS: ['P-3'],
      VALID_FROM: '2026-07-01 08:00:00',
      VALID_TO: '2026-07-01T18:00:00+08:00',
      IN_EX_AREA: 'true',
      UPDATE_DATE: START_MS,
    });
    expect(accepted).toMatchObject([
      {
        fixed: false,
        kind: 'FORBIDDEN',
        zMinM: -2.5,
        zMaxM: 12,
        floorNo: 'F2',
        capacityMax: 9,
        capacityMin: 2,
        dwellLimitS: 600,
        stillLimitS: 120,
        allowedTypes: ['contractor', 'staff'],
        boundPersonIds: ['P-1', 'P-2'],
        requiredPersonIds: ['P-3'],
        validFromMs: START_MS - 4 * 3_600_000,
        validToMs: START_MS + 6 * 3_600_000,
        inExArea: true,
        updatedAtMs: START_MS,
      },
    ]);
  });

  test.each(AREA_FIELDS.filter((field) => field.required).map((field) => field.name))(
    '[ING-18] without %s is refused as FIELD_MISSING',
    (name) => {
      expect(refusalOf(area({ [name]: undefined }))).toBe(`${name} FIELD_MISSING`);
    },
  );

  test.each<[string, Record<string, unknown>]>([
    ['ZONE_TYPE CODE_UNKNOWN', { ZONE_TYPE: '2' }],
    ['AREA_KIND CODE_UNKNOWN', { AREA_KIND: 'forbidden' }],
    ['Z_MAX FIELD_RANGE', { Z_MIN: 5, Z_MAX: 4 }],
    ['Z_MAX FIELD_RANGE', { Z_MIN: 5, Z_MAX: 5 }],
    ['Z_MIN FIELD_RANGE', { Z_MIN: Number.POSITIVE_INFINITY }],
    ['VALID_TO FIELD_RANGE', { VALID_FROM: START_MS, VALID_TO: START_MS - 1 }],
    ['CAPACITY_MAX FIELD_RANGE', { CAPACITY_MIN: 3, CAPACITY_MAX: 2 }],
    ['CAPACITY_MAX FIELD_RANGE', { CAPACITY_MAX: 2.5 }],
    ['DWELL_LIMIT_S FIELD_RANGE', { DWELL_LIMIT_S: 0 }],
    ['ALLOWED_TYPES[0] CODE_UNKNOWN', { ALLOWED_TYPES: ['09'] }],
    ['BOUND_PERSON_IDS FIELD_TYPE', { BOUND_PERSON_IDS: 'P-1' }],
    ['BOUND_PERSON_IDS[0] FIELD_MISSING', { BOUND_PERSON_IDS: [''] }],
    ['REQUIRED_PERSON_IDS FIELD_RANGE', { REQUIRED_PERSON_IDS: Array(5_001).fill('P') }],
    ['GEO FIELD_TYPE', { GEO: 5 }],
    ['GEO GEOMETRY_INVALID', { GEO: 'POLYGON((121.48 30.8, 121.481 30.8' }],
    ['GEO GEOMETRY_INVALID', { GEO: { type: 'Point', coordinates: [121.48, 30.8] } }],
    ['GEO GEOMETRY_INVALID', { GEO: '121.48,30.8;121.49,30.9;121.49,30.8;121.48,30.9' }],
  ])('[ING-18] is refused as %s for %j', (refusal, changes) => {
    expect(refusalOf(area(changes))).toBe(refusal);
  });

  test('[ING-27] with a bad vertex is told which polygon, ring and vertex', () => {
    const bad = {
      type: 'Polygon',
      coordinates: [
        [
          [121.48, 30.8],
          [121.49, 95],
          [121.49, 30.81],
          [121.48, 30.8],
        ],
      ],
    };
    expect(area({ GEO: bad }).rejected).toMatchObject([
      { field: 'GEO', code: 'GEOMETRY_INVALID', reason: expect.stringMatching(/ring 0.*vertex 1/) },
    ]);
  });

  test('[ING-26] is read from WKT and GeoJSON alike', () => {
    const ring = [
      [121.48, 30.8],
      [121.481, 30.8],
      [121.481, 30.801],
      [121.48, 30.8],
    ];
    const wkt = `POLYGON((${ring.map((vertex) => vertex.join(' ')).join(', ')}))`;
    const geoJson = { type: 'Polygon', coordinates: [ring] };
    const plain = ring.map((vertex) => vertex.join(',')).join(';');
    const [first, ...others] = [wkt, geoJson, JSON.stringify(geoJson), plain].map(
      (GEO) => area({ GEO }).accepted[0]?.polygons,
    );
    expect(first).toEqual([[ring]]);
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('any input', () => {
  const names = fc.constantFrom(...new Set([...PERSON_FIELDS, ...AREA_FIELDS].map((field) => field.name)));
  const members = fc.array(fc.tuple(names, fc.oneof(fc.jsonValue(), fc.anything())), { maxLength: 5 });

  test('[ING-23] never throws, and accounts for every record', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(members, fc.anything()), { maxLength: 4 }), (inputs) => {
        const changes = inputs.map((input) =>
          Array.isArray(input) ? Object.fromEntries(input.filter(Array.isArray)) : null,
        );
        for (const [validated, records] of [
          [
            validatePersons(
              changes.map((change) => change && createPerson(change)),
              COMPANY,
              sealer,
            ),
            changes,
          ],
          [
            validateAreas(
              changes.map((change) => change && createArea(change)),
              COMPANY,
            ),
            changes,
          ],
          [validatePersons(inputs, COMPANY, sealer), inputs],
          [validateAreas(inputs, COMPANY), inputs],
        ] as const) {
          expect(validated.accepted.length + validated.rejected.length).toBe(records.length);
          expect(() => JSON.stringify([validated.accepted, validated.rejected])).not.toThrow();
        }
      }),
      { numRuns: 150 },
    );
  });

  test('[ING-23] nesting as deep as a body can be is refused, not walked', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(refusalOf(person({ CERTIFICATES: deep }))).toBe('CERTIFICATES[0] FIELD_TYPE');
    expect(refusalOf(area({ GEO: deep }))).toBe('GEO GEOMETRY_INVALID');
    expect(refusalOf(area({ GEO: { type: 'Polygon', coordinates: deep } }))).toBe('GEO GEOMETRY_INVALID');
    expect(refusalOf(area({ BOUND_PERSON_IDS: deep }))).toBe('BOUND_PERSON_IDS[0] FIELD_TYPE');
  });
});
