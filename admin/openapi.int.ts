import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { REGISTERS } from '../registers/index.ts';
import { ROLES, type Role } from '../stream/protocol/vocabulary.ts';
import { SAMPLE } from './register/sample-register.ts';
import { TableStore } from './register/table-store.ts';
import { COMPANY, createRegisterPark, type RegisterPark } from './register/test-park.ts';
import { SESSION_COOKIE } from './server.ts';

type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
};
type Operation = { readonly parameters: readonly { name?: string; in?: string; required?: boolean }[] };

describe('OpenAPI', () => {
  let park: RegisterPark;
  beforeAll(async () => {
    // How a register is kept does not show in its routes.
    const own = REGISTERS.filter(({ kept }) => kept === 'own');
    const stores = Object.fromEntries(own.map((register) => [register.name, new TableStore(register)]));
    park = await createRegisterPark(inject('databaseUrl'), [...REGISTERS, SAMPLE], { stores });
  });
  afterAll(() => park.end());

  async function documentFor(role: Role, more: object = {}): Promise<Document> {
    const companyCode = ['enterprise', 'company-admin', 'contractor'].includes(role) ? COMPANY : null;
    const user = { userId: 'u', userName: 'u', role, companyCode, department: null, contractorCode: null, ...more };
    const { cookie } = await park.server.sessions.start({ ...user, mustChangePassword: false }, '127.0.0.1');
    const answer = await park.server.call({ url: '/api/openapi.json', cookie: `${SESSION_COOKIE}=${cookie}` });
    expect(answer.statusCode).toBe(200);
    return answer.json<Document>();
  }
  const routesOf = ({ paths }: Document): string[] =>
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
  it.each(ROLES)('[REG-72] is valid for %s', async (role) => {
    const result = await new Validator().validate(structuredClone(await documentFor(role)) as never);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it('[REG-72] names every route of the server over all roles, and no other', async () => {
    const documents = await Promise.all([
      ...ROLES.map((role) => documentFor(role)),
      ...['emergency', 'police'].map((department) => documentFor('park', { department })),
      documentFor('enterprise', { department: 'safety' }),
    ]);
    const told = new Set(documents.flatMap(routesOf));
    const has = (route: string): boolean => {
      const [method = '', path = ''] = route.split(' ');
      return park.server.app.hasRoute({ method: method as 'GET', url: path.replace(/\{(\w+)\}/g, ':$1') });
    };
    expect([...told].filter((route) => !has(route))).toEqual([]);
    const served = servedBy(park.server.app.printRoutes({ commonPrefix: false }));
    expect(served.filter((route) => !told.has(route))).toEqual([]);
    expect(served.length).toBeGreaterThan(60);
  });

  it('[REG-72] is limited to what the caller may use', async () => {
    const routes = routesOf(await documentFor('enterprise'));
    expect(routes).toContain('PATCH /api/registers/sample/{id}');
    expect(routes).not.toContain('DELETE /api/registers/sample/{id}');
    expect(routes).not.toContain('POST /api/registers/sample/{id}/reveal');
    expect(routesOf(await documentFor('enterprise', { department: 'safety' }))).toContain(
      'DELETE /api/registers/sample/{id}',
    );
    expect(routesOf(await documentFor('ops')).filter((route) => route.includes('/sample'))).toEqual([]);
  });

  it('[REG-72] says what a route takes and gives by the schemas that check it', async () => {
    const { paths, components } = await documentFor('park');
    const list = paths['/api/registers/sample']?.['get'];
    expect(list?.parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['q', 'sort', 'f.rank', 'f.idNumber']),
    );
    expect(paths['/api/registers/sample']?.['post']).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: {
              properties: { values: { required: ['code', 'name'], properties: { code: { maxLength: 32 } } } },
            },
          },
        },
      },
      responses: {
        '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/sample-row' } } } },
      },
    });
    expect(components).toMatchObject({
      schemas: { 'sample-row': { properties: { state: { enum: ['draft', 'sent', 'done'] } } } },
    });
  });
});

/** Fastify prints a tree, a node a line, with the methods of each that is a route. */
function servedBy(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', segment = '', methods = ''] = /^(\W*?)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/u.exec(line) ?? [];
    if (segment === '') return [];
    above.length = indent.length / 4;
    above.push(segment);
    const path = above.join('').replace(/:(\w+)/g, '{$1}');
    const named = methods.split(', ').filter((method) => method !== '' && method !== 'HEAD' && method !== 'OPTIONS');
    return path.startsWith('/api/') ? named.map((method) => `${method} ${path}`) : [];
  });
}
