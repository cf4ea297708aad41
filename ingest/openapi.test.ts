import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../core/errors.ts';
import {
  AREAS,
  createArea,
  createPerson,
  createPosition,
  type IngestPark,
  PERSONS,
  POSITIONS,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { openApiDocument, RECORD_CODES, REQUEST_CODES } from './openapi.ts';
import { ROUTES } from './routes.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is walked as it is
type Json = any;

let park: IngestPark;
let document: Json;
beforeAll(async () => {
  park = await startIngestPark();
  document = (await park.send({ method: 'GET', target: '/openapi.json' })).body;
});
afterAll(() => park.close());

const samples: Record<string, Record<string, unknown>> = {
  [PERSONS]: createPerson(),
  [AREAS]: createArea(),
  [POSITIONS]: createPosition(),
};

/** Just enough of JSON Schema for what the document uses. */
function conforms(schema: Json, value: unknown): boolean {
  if (schema.$ref !== undefined) return conforms(document.components.schemas[schema.$ref.split('/').at(-1)], value);
  if (schema.allOf?.some((part: Json) => !conforms(part, value)) === true) return false;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
  if (schema.type !== undefined && ![schema.type].flat().includes(typeOf(value, schema))) return false;
  if (typeof value === 'number' && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value)))
    return false;
  if (Array.isArray(value)) return value.every((item) => schema.items === undefined || conforms(schema.items, item));
  if (typeof value !== 'object' || value === null) return true;
  if (schema.required?.some((name: string) => !Object.hasOwn(value, name)) === true) return false;
  return Object.entries(schema.properties ?? {}).every(
    ([name, part]) => !Object.hasOwn(value, name) || conforms(part, (value as Record<string, unknown>)[name]),
  );
}

function typeOf(value: unknown, schema: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value) && [schema.type].flat().includes('integer')) return 'integer';
  return typeof value;
}

describe('GET /openapi.json', () => {
  test('[ING-28] is an OpenAPI 3.1 document of every route that the server has, and of no other', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    expect(Object.keys(document.paths).sort()).toEqual(
      [...ROUTES.map((route) => route.path), '/healthz', '/openapi.json'].sort(),
    );
    for (const [path, operations] of Object.entries<Json>(document.paths)) {
      for (const method of ['get', 'post', 'put', 'delete', 'patch']) {
        const { status } = await park.send({ method: method.toUpperCase(), target: path, headers: { 'X-App-Id': '' } });
        expect([path, method, status === 405]).toEqual([path, method, operations[method] === undefined]);
      }
    }
  });

  test('[ING-28] every $ref leads somewhere', () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas[name ?? '']).toBeDefined();
    }
  });

  test.each(ROUTES.map((route) => route.path))(
    '[ING-28] %s: answers, taken and refused, are as described',
    async (path) => {
      const { responses } = document.paths[path].post;
      const schemaOf = (status: number): Json => responses[status].content['application/json'].schema;
      const bad = { ...samples[path], COMPANY_CODE: '310000009' };
      const taken = await park.send({ target: path, body: { records: [samples[path], bad] } });
      expect([taken.status, taken.body.accepted, taken.body.rejected.length]).toEqual([200, 1, 1]);
      expect(conforms(schemaOf(200), taken.body)).toBe(true);
      for (const sent of [{ raw: 'x' }, { appId: 'app_none' }, { headers: { 'Content-Type': 'text/plain' } }]) {
        const refused = await park.send({ target: path, ...sent });
        expect(conforms(schemaOf(refused.status), refused.body)).toBe(true);
      }
    },
  );

  test.each(ROUTES.map((route) => route.path))(
    '[ING-28] %s: a record is accepted without its optional fields, and not without a required one',
    async (path) => {
      const schema = document.paths[path].post.requestBody.content['application/json'].schema.properties.records.items;
      const sample = samples[path] ?? {};
      const required = new Set<string>(schema.required);
      const least = Object.fromEntries(
        Object.entries(sample).filter(([name]) => required.has(name) || name === 'PERSON_ID'),
      );
      expect((await park.send({ target: path, body: { records: [least] } })).body.accepted).toBe(1);
      for (const name of required) {
        const without = Object.fromEntries(Object.entries(least).filter(([other]) => other !== name));
        const { body } = await park.send({ target: path, body: { records: [without] } });
        expect(body.rejected).toMatchObject([{ field: name, code: 'FIELD_MISSING' }]);
      }
    },
  );

  test.each(ROUTES.map((route) => route.path))(
    '[ING-28] %s: limits of numbers and texts are the ones described',
    async (path) => {
      const schema = document.paths[path].post.requestBody.content['application/json'].schema.properties.records.items;
      for (const [name, part] of Object.entries<Json>(schema.properties)) {
        const beyond: unknown[] = [];
        if (part.maximum !== undefined) beyond.push(part.maximum + 1, part.minimum - 1);
        if (part.maxLength !== undefined) beyond.push('x'.repeat(part.maxLength + 1));
        for (const value of beyond) {
          const record = { ...samples[path], ...(name === 'CARD_NO' ? { PERSON_ID: '' } : {}), [name]: value };
          const { body } = await park.send({ target: path, body: { records: [record] } });
          expect(body.rejected).toMatchObject([{ field: name, code: 'FIELD_RANGE' }]);
        }
      }
    },
  );

  test('[ING-28] lists every code once, under its status, with Retry-After where waiting helps', () => {
    const { responses } = document.paths[POSITIONS].post;
    for (const code of REQUEST_CODES) {
      const response = responses[ERRORS[code].status];
      expect(response.description).toContain(code);
      expect(response.headers?.['Retry-After'] !== undefined).toBe([429, 503].includes(ERRORS[code].status));
    }
    const perRecord = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].status === 200);
    expect([...RECORD_CODES].sort()).toEqual(perRecord.sort());
  });
});

describe('docs/vendor-api.md', () => {
  const text = readFileSync(new URL('../docs/vendor-api.md', import.meta.url), 'utf8');

  test('[ING-28] names every route, every field with whether it is required, and every code with its status', () => {
    for (const route of ROUTES) {
      const section = text.split(/^## /m).find((part) => part.startsWith(`POST ${route.path}`)) ?? '';
      for (const field of route.fields) {
        const names = [field.name, ...('otherNames' in field ? (field.otherNames ?? []) : [])];
        const row =
          section.split('\n').find((line) => line.startsWith(`| ${field.name} |`)) ?? `no row of ${field.name}`;
        for (const name of names) expect(row).toContain(name);
        expect([field.name, row.split('|')[2]?.trim()]).toEqual([field.name, field.required ? 'yes' : '']);
      }
      expect(section.split('\n').filter((line) => /^\| [A-Z_]+ \|/.test(line))).toHaveLength(route.fields.length);
    }
    for (const code of REQUEST_CODES) {
      expect(text).toMatch(new RegExp(`^\\| ${ERRORS[code].status} \\|.*\\b${code}\\b`, 'm'));
    }
    for (const code of RECORD_CODES) expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });
});
