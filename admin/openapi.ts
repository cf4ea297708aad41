/**
 * OpenAPI 3.1 of the routes that one caller may use, from the same declarations that the server registers: what a route takes
 * is the zod schema that it checks by, what it answers the shape that it says. Nothing is written twice.
 */
import { z } from 'zod';
import { ok } from '../core/result.ts';
import type { Session } from '../security/sessions.ts';
import { ROLES } from '../stream/protocol/vocabulary.ts';
import { type RouteSpec, route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** Added to the routes that it tells of, of which it is one. */
export function withOpenApi(specs: readonly RouteSpec[]): RouteSpec[] {
  const all: RouteSpec[] = [
    ...specs,
    route({
      method: 'GET',
      path: '/api/openapi.json',
      roles: ROLES,
      words: { title: { zh: '接口说明', en: 'This document' } },
      handle: async ({ session }) => ok(openApi(all, session)),
    }),
  ];
  return all;
}

export function openApi(specs: readonly RouteSpec[], session: Session): Json {
  const schemas: Record<string, unknown> = { Error: ERROR };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const spec of specs) {
    const isFor = spec.words?.isFor ?? (() => true);
    if (spec.roles !== 'anyone' && !(spec.roles.includes(session.role) && isFor(session))) continue;
    const path = spec.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    (paths[path] as Record<string, unknown>)[spec.method.toLowerCase()] = operation(spec, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'ParkSentry 园区哨兵', version: '1' },
    paths,
    components: {
      schemas,
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'park_session' } },
      parameters: {
        write: { name: 'X-Requested-With', in: 'header', required: true, schema: { const: 'park' } },
        fileName: { name: 'X-File-Name', in: 'header', required: true, schema: { type: 'string' } },
      },
    },
  };
}

function operation(spec: RouteSpec, schemas: Record<string, unknown>): Json {
  const { words, method, path } = spec;
  const named = (schema: z.ZodType, io: 'input' | 'output') => shapeOf(schema, io, schemas);
  const body = words?.body ?? spec.body;
  const content =
    spec.takes === 'bytes'
      ? { 'application/octet-stream': {} }
      : body === undefined
        ? undefined
        : { 'application/json': { schema: named(body, 'input') } };
  const headers = [
    ...(method === 'GET' ? [] : [{ $ref: '#/components/parameters/write' }]),
    ...(spec.takes === 'bytes' ? [{ $ref: '#/components/parameters/fileName' }] : []),
  ];
  const good =
    words?.answer === undefined
      ? { description: method === 'DELETE' ? 'Done, nothing to say.' : 'The answer.' }
      : {
          description: 'The answer.',
          content: { 'application/json': { schema: named(words.answer, 'output') } },
        };
  return {
    operationId: `${method.toLowerCase()} ${path}`,
    tags: [path.split('/')[2] === 'registers' ? `registers/${path.split('/')[3] ?? ''}` : (path.split('/')[2] ?? '')],
    ...(words === undefined ? {} : { summary: words.title.zh, description: words.title.en }),
    ...(spec.roles === 'anyone' ? { security: [] } : { security: [{ session: [] }] }),
    parameters: [...parameters(spec.params, 'path'), ...parameters(spec.query, 'query'), ...headers],
    ...(content === undefined ? {} : { requestBody: { required: true, content } }),
    responses: {
      [method === 'DELETE' ? '204' : '200']: good,
      default: {
        description: 'Refused, or failed.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = shapeOf(schema, 'input', {}) as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: shape,
  }));
}

/** Shapes that have a name go among the components, once. */
function shapeOf(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, unknown>): Json {
  const { $schema, $defs, ...shape } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<
    string,
    unknown
  >;
  Object.assign(schemas, lifted($defs ?? {}));
  return lifted(shape) as Json;
}

const lifted = (json: unknown): unknown =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));

const ERROR = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string' },
    message: { type: 'string' },
    detail: { type: 'string' },
    problems: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'words'],
        properties: {
          field: { type: 'string' },
          words: {
            type: 'object',
            required: ['zh', 'en'],
            properties: { zh: { type: 'string' }, en: { type: 'string' } },
          },
        },
      },
    },
  },
};
