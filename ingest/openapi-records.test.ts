import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blindIndex, COMPANY, START_MS, sealer } from '../test/ingest-fixture.ts';
import { SAMPLE_RECORDS } from '../test/sample-records.ts';
import { arbitraryOf } from '../test/schema-arbitrary.ts';
import { openApiDocument } from './openapi.ts';
import { type CheckedBatch, ROUTES, type Route } from './routes.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is walked as it is
type Json = any;

const document: Json = JSON.parse(JSON.stringify(openApiDocument()));
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(document, 'document');

const bodySchema = (route: Route): Json => document.components.schemas[`${route.interfaceName}-body`];
const recordSchema = (route: Route): Json => bodySchema(route).oneOf[0].properties.records.items;
const conformsTo = (route: Route) =>
  ajv.compile({ $ref: `document#/components/schemas/${route.interfaceName}-body/oneOf/0/properties/records/items` });
const check = async (route: Route, records: readonly unknown[]): Promise<CheckedBatch> =>
  route.check(records, { companyCode: COMPANY, receivedAtMs: START_MS, sealer, blindIndex, sosOnly: false });

/** What no schema can say: whose company it is, and which two fields do not fit together. */
function consistent(record: Record<string, unknown>): Record<string, unknown> {
  const { Z_MIN, CAPACITY_MIN, VALID_FROM, ALARM_END_TIME, SPECIAL_WORKS, ...rest } = record;
  if (typeof rest['COMPANY_CODE'] === 'string' && rest['COMPANY_CODE'].trim() !== '') rest['COMPANY_CODE'] = COMPANY;
  if (rest['UNITS_TOTAL'] !== undefined) {
    Object.assign(rest, { UNITS_TOTAL: 9, UNITS_RUNNING: 5, UNITS_STOPPED: 3, UNITS_REPAIR: 1 });
  }
  if (rest['MODE'] !== undefined) rest['INTERVAL_S'] = 60;
  return rest;
}

describe('the OpenAPI document', () => {
  test('[ING-28] is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect([result.valid, result.errors]).toEqual([true, undefined]);
  });
});

describe.each(ROUTES.map((route) => [route.path, route] as const))('%s', (path, route) => {
  const conforms = conformsTo(route);
  const sample = SAMPLE_RECORDS[path] ?? {};

  test('[ING-35] a record made from the document is accepted', async () => {
    const records = arbitraryOf(recordSchema(route), { document, nowMs: START_MS }) as fc.Arbitrary<
      Record<string, unknown>
    >;
    await fc.assert(
      fc.asyncProperty(records.map(consistent), async (record) => {
        expect(conforms(record)).toBe(true);
        const { rejected } = await check(route, [record]);
        expect(rejected).toEqual([]);
      }),
    );
  });

  test('[ING-28] the limits of numbers and texts are the ones described', async () => {
    for (const { name, is } of route.fields) {
      const beyond: unknown[] = [];
      if (is.type === 'number') beyond.push(is.max + 1, is.min - 1, String(is.max + 1));
      if (is.type === 'text' || is.type === 'prose') beyond.push('x'.repeat(is.maxLength + 1));
      for (const value of beyond) {
        // A CARD_NO beside a PERSON_ID is not looked at.
        const record = {
          ...sample,
          ...(name === 'CARD_NO' && path.endsWith('positions') ? { PERSON_ID: '' } : {}),
          [name]: value,
        };
        expect((await check(route, [record])).rejected).toMatchObject([{ field: name, code: 'FIELD_RANGE' }]);
      }
    }
  });

  test('[ING-35] a record that does not conform to the document is refused', async () => {
    expect(conforms(sample)).toBe(true);
    const names = route.fields.map((field) => field.name);
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(
        'x'.repeat(64),
        'x'.repeat(65),
        '😀'.repeat(64),
        ` ${'x'.repeat(64)}\n`,
        'x'.repeat(129),
        'a\u0000b',
      ),
      fc.constantFrom('1e2', 'NaN', '+1', '1.', '１', '01', 1, '1', ' 1 ', -1, 361, 1e300, 'TRUE', 'yes', 0.5),
      fc.constantFrom('2026-07-01', '20260701120000', '2026-07-01 12:00', START_MS, '2026-07-01T12:00:00Z', 5),
      fc.constantFrom([{}], [[]], [null], [' '], ['01', 3], [{ A: { B: 1 } }], [{ A: 'x'.repeat(513) }], [{ '1': 1 }]),
      fc.constantFrom(...Object.values(SAMPLE_RECORDS).flatMap((record) => Object.values(record))),
    );
    const mutations = fc.array(fc.tuple(fc.constantFrom(...names), fc.option(odd, { nil: undefined })), {
      minLength: 1,
      maxLength: 3,
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const record = JSON.parse(JSON.stringify({ ...sample, ...Object.fromEntries(changes) }));
        const { accepted } = await check(route, [record]);
        if (accepted === 1) expect([record, conforms(record)]).toEqual([record, true]);
        else refused++;
      }),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
