import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { pack } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ERRORS, type ErrorCode } from '../core/errors.ts';
import {
  APP_ID,
  APP_SECRET,
  createPosition,
  type IngestPark,
  POSITIONS,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { SAMPLE_RECORDS } from '../test/sample-records.ts';
import { MEDIA_TYPES } from './body-type.ts';
import { CAMERA_ROUTES } from './camera-routes.ts';
import { openApiDocument, RECORD_CODES, REQUEST_CODES } from './openapi.ts';
import { ATTACHMENT_ROUTE, ROUTES } from './routes.ts';
import { signRequest } from './sign-request.ts';
import { STREAM_PATH } from './stream-socket.ts';
import type { Field } from './validate/fields.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is walked as it is
type Json = any;

let park: IngestPark;
let document: Json;
beforeAll(async () => {
  park = await startIngestPark();
  document = (await park.send({ method: 'GET', target: '/openapi.json' })).body;
});
afterAll(() => park.close());

const cameraPaths = CAMERA_ROUTES.map(({ path, parameter: [name] }) => path.replace(`:${name}`, `{${name}}`));

const conforms = (schema: Json, value: unknown): boolean => {
  const ajv = new Ajv2020({ strict: false });
  return ajv.validate({ ...schema, components: document.components }, value);
};

describe('GET /openapi.json', () => {
  test('[ING-28] is an OpenAPI 3.1 document of every route that the server has, and of no other', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    expect(Object.keys(document.paths).sort()).toEqual(
      [
        ...ROUTES.map((route) => route.path),
        ATTACHMENT_ROUTE.path,
        ...cameraPaths,
        STREAM_PATH,
        '/healthz',
        '/openapi.json',
      ].sort(),
    );
    for (const [path, operations] of Object.entries<Json>(document.paths)) {
      // Only with Upgrade, which is shown below.
      if (path === STREAM_PATH) continue;
      for (const method of ['get', 'post', 'put', 'delete', 'patch']) {
        const { status } = await park.send({ method: method.toUpperCase(), target: path, headers: { 'X-App-Id': '' } });
        expect([path, method, status === 405]).toEqual([path, method, operations[method] === undefined]);
      }
    }
  });

  test.each(ROUTES.map((route) => route.path))(
    '[ING-28] %s takes the content types described, and no other',
    async (path) => {
      const described = Object.keys(document.paths[path].post.requestBody.content);
      expect(described).toEqual(Object.values(MEDIA_TYPES).flat());
      for (const type of [
        ...described,
        'text/plain',
        'application/cbor',
        'application/xml',
        'application/octet-stream',
      ]) {
        const body = { records: [SAMPLE_RECORDS[path]] };
        const raw = type === 'application/json' ? JSON.stringify(body) : pack(body);
        const { status } = await park.send({ target: path, raw, headers: { 'Content-Type': type } });
        expect([type, status]).toEqual([type, described.includes(type) ? 200 : 415]);
      }
    },
  );

  test('[ING-28] every $ref leads somewhere', () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas[name ?? '']).toBeDefined();
    }
  });

  test.each(ROUTES.map((route) => route.path))(
    '[ING-28] %s: answers, taken and refused, are as described',
    async (path) => {
      const { responses } = document.paths[path].post;
      const schemaOf = (status: number): Json => responses[status].content['application/json'].schema;
      const bad = { ...SAMPLE_RECORDS[path], COMPANY_CODE: '310000009' };
      const taken = await park.send({ target: path, body: { records: [SAMPLE_RECORDS[path], bad] } });
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
      const sample = SAMPLE_RECORDS[path] ?? {};
      const fields = ROUTES.find((route) => route.path === path)?.fields ?? [];
      const required = new Set(fields.filter((field) => field.required).map((field) => field.name));
      const least = Object.fromEntries(
        Object.entries(sample).filter(([name]) => required.has(name) || ['PERSON_ID', 'INTERVAL_S'].includes(name)),
      );
      expect((await park.send({ target: path, body: { records: [least] } })).body.accepted).toBe(1);
      for (const name of required) {
        const without = Object.fromEntries(Object.entries(least).filter(([other]) => other !== name));
        const { body } = await park.send({ target: path, body: { records: [without] } });
        expect(body.rejected).toMatchObject([{ field: name, code: 'FIELD_MISSING' }]);
      }
    },
  );

  test('[ING-28] frames of the stream, their answers and its close codes are as described', async () => {
    const { get } = document.paths[STREAM_PATH];
    const { frame, answer, closeCodes, frameBytesMax } = get['x-websocket'];
    const headers = signRequest({
      method: 'GET',
      target: STREAM_PATH,
      body: '',
      appId: APP_ID,
      appSecret: APP_SECRET,
      timestampMs: park.clock.nowMs(),
    });
    const socket = new WebSocket(`ws://127.0.0.1:${park.port}${STREAM_PATH}`, { headers });
    await once(socket, 'open');
    const ask = async (sent: object): Promise<Json> => {
      socket.send(JSON.stringify(sent));
      const [data] = await once(socket, 'message');
      return JSON.parse(String(data));
    };
    const records = [createPosition(), {}];
    const taken = await ask({ seq: 1, records });
    expect([taken.accepted, taken.rejected.length, conforms(answer, taken)]).toEqual([1, 1, true]);
    const columns = Object.fromEntries(Object.entries(createPosition()).map(([name, value]) => [name, [value]]));
    for (const sent of [
      { seq: 2, columns },
      { seq: 2, records: [createPosition()] },
    ]) {
      expect([conforms(frame, sent), conforms(answer, await ask(sent))]).toEqual([true, true]);
    }
    expect(conforms(frame, { records: [] })).toBe(false);
    park.room.set(false);
    const refused = await ask({ seq: 3, records });
    park.room.set(true);
    expect([refused.error.code, conforms(answer, refused)]).toEqual(['LOG_FULL', true]);
    socket.send(Buffer.alloc(frameBytesMax + 1));
    const [code] = await once(socket, 'close');
    expect(Object.keys(closeCodes)).toContain(String(code));
  });

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
    for (const route of [...ROUTES, ATTACHMENT_ROUTE]) {
      const section = text.split(/^## /m).find((part) => part.startsWith(`POST ${route.path}`)) ?? '';
      const rows = (fields: readonly Field[], prefix = ''): Field[] =>
        fields.flatMap((field) => [
          { ...field, name: prefix + field.name },
          ...(field.is.type === 'objects' ? rows(field.is.fields, `${prefix}${field.name}[].`) : []),
        ]);
      for (const field of rows(route.fields)) {
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
