/**
 * Every route of every register with every role, against one table; and two companies, and two contractor units, against each
 * other's rows, in registers that are filled by the kinds of their fields.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { COMMAND_LINE } from '../../admin/audit.ts';
import { addCompany } from '../../admin/companies.ts';
import type { KeptRegister } from '../../admin/register/references.ts';
import { may } from '../../admin/register/rights.ts';
import type { RegisterParts } from '../../admin/register/routes.ts';
import type { Authorship, StoredRow } from '../../admin/register/store.ts';
import type { RouteSpec } from '../../admin/route.ts';
import { type RouteParts, routes } from '../../admin/routes.ts';
import { COMPANY, createTestServer, OTHER_COMPANY, QUICK_COST, type TestServer } from '../../admin/test-server.ts';
import { PgUserStore } from '../../admin/user-store.ts';
import { addUser } from '../../admin/users.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { withTransaction } from '../../db/pool.ts';
import type { Field } from '../../registers/field.ts';
import { REGISTERS } from '../../registers/index.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer } from '../../security/gm.ts';
import type { SessionUser } from '../../security/sessions.ts';
import { createCredentialParts } from '../../server/credential-parts.ts';
import { createRegisters } from '../../server/registers.ts';
import { isCompanyRole, ROLES, type Role } from '../../stream/protocol/vocabulary.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { createTestDatabase, type TestDatabase } from '../contract/storage-database.ts';
import { REGISTER_ACCESS } from './register-access.ts';
import { declaredAccess, rightsOf } from './register-walk.ts';

const KEY = Buffer.alloc(32, 3);
let database: TestDatabase;
let redis: Redis;
let folder: string;
let parts: RegisterParts;
let server: TestServer;
let systemAdmin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'park-access-'));
  database = await createTestDatabase(inject('databaseUrl'));
  redis = createRedis(inject('redisUrl'), { name: 'access-test' });
  const { pool } = database;
  for (const code of [COMPANY, OTHER_COMPANY]) await addCompany(pool, COMMAND_LINE, { code, name: `company ${code}` });
  const request = {
    name: 'root',
    role: 'system-admin',
    companyCode: null,
    password: 'Kingfisher-21',
    mustChangePassword: false,
  };
  const made = await addUser(new PgUserStore(pool), systemClock, COMMAND_LINE, request, QUICK_COST);
  if (!made.ok) throw new Error(made.error.detail);
  systemAdmin = made.value.user.userId;
  const sealer = createSealer([KEY]);
  const plain = await createTestServer();
  parts = createRegisters({
    pool,
    sealer,
    blindIndex: createBlindIndex(KEY),
    clock: systemClock,
    filesFolder: folder,
    identity: plain.identity,
    credentials: createCredentialParts(pool, redis, sealer, silentLogger),
    ingestUrl: null,
  });
  await plain.app.close();
  server = await createTestServer({ registers: parts });
});
afterAll(async () => {
  await server.app.close();
  closeRedis(redis);
  await database.drop();
  rmSync(folder, { recursive: true });
});

const specsOf = (register: AnyRegister): RouteSpec[] =>
  routes({ registers: parts } as unknown as RouteParts).filter(
    ({ path }) => path === `/api/registers/${register.name}` || path.startsWith(`/api/registers/${register.name}/`),
  );
const someone = (role: Role, changes: Partial<SessionUser> = {}): SessionUser => ({
  userId: `u-${role}`,
  userName: role,
  role,
  companyCode: isCompanyRole(role) ? COMPANY : null,
  department: null,
  contractorCode: role === 'contractor' ? 'unit-1' : null,
  ...changes,
});
const cookieOf = async (user: SessionUser): Promise<string> =>
  `park_session=${(await server.sessions.start({ ...user, mustChangePassword: false }, '127.0.0.1')).cookie}`;
const isOf = ({ role, department }: SessionUser, party: string): boolean => {
  const [of = '', desk] = party.split(':');
  if (desk === undefined) return role === of;
  return desk === department && (of === 'park' ? role === 'park' : isCompanyRole(role));
};
/** Enough for a right to be asked after; no row takes it. */
const bodyOf = ({ method, path }: RouteSpec) => {
  if (method === 'GET') return {};
  if (/\/(import|files)$/.test(path)) {
    const headers = { 'content-type': 'application/octet-stream', 'x-file-name': 'none.txt' };
    return { payload: Buffer.from('x'), headers };
  }
  return { payload: { values: {}, version: 1, reason: 'x', input: {}, field: 'x' } };
};
/** Every role, and every desk that some right names. */
const people = (): SessionUser[] => {
  const parties = Object.values(REGISTER_ACCESS).flatMap((access) =>
    Object.values(access).flatMap((all) => all.split(' ')),
  );
  const desks = [...new Set(parties)].flatMap((party) => {
    const [of, desk] = party.split(':');
    if (desk === undefined) return [];
    return (of === 'park' ? (['park'] as const) : (['company-admin', 'enterprise'] as const)).map((role) =>
      someone(role, { department: desk }),
    );
  });
  return [...ROLES.map((role) => someone(role)), ...desks];
};

describe('who may', () => {
  test('[ID-85] the table names every register and every right that a declaration gives, and no other', () => {
    const declared = Object.fromEntries(
      REGISTERS.map((register) => [register.name, declaredAccess(REGISTERS, register)]),
    );
    expect(declared).toEqual(REGISTER_ACCESS);
  });

  test.each(REGISTERS.map((register) => [register.name, register] as const))(
    '[ID-85] every route of %s with every role',
    async (_name, register) => {
      for (const user of people()) {
        const cookie = await cookieOf(user);
        for (const spec of specsOf(register)) {
          const allowed = rightsOf(spec, register).some((right) =>
            (REGISTER_ACCESS[register.name]?.[right] ?? '').split(' ').some((party) => isOf(user, party)),
          );
          const url = spec.path
            .replace(':id', '999999999')
            .replace(':field', 'none')
            .replace(':file', 'none')
            .replace(/import$/, 'import?dryRun=true');
          const answer = await server.call({ method: spec.method, url, cookie, ...bodyOf(spec) });
          const isRefused = answer.statusCode === 403;
          expect(
            isRefused,
            `${spec.method} ${spec.path} as ${user.role} ${user.department ?? ''}: ${answer.body}`,
          ).toBe(!allowed);
          expect(answer.statusCode, `${spec.method} ${spec.path} as ${user.role}: ${answer.body}`).toBeLessThan(500);
        }
      }
    },
    120_000,
  );
});

/** Something that the field may hold. Texts, days and instants are nobody else's, and later fields hold later instants. */
function sample(name: string, field: Field, at: number, place: number): unknown {
  switch (field.kind) {
    case 'text': {
      const plain = `${name}-${at}`;
      // Of texts with a form that a store looks at there are times of day.
      const time = `${String(8 + place).padStart(2, '0')}:00`;
      return field.form?.pattern.test(time) === true && !field.form.pattern.test(plain) ? time : plain;
    }
    case 'lines':
    case 'reference':
      return `${name}-${at}`;
    case 'integer':
    case 'decimal':
      return field.min;
    case 'yes-no':
      return false;
    case 'day':
      return new Date(Date.UTC(2020, 0, at)).toISOString().slice(0, 10);
    case 'instant':
      return 1_790_000_000_000 + at * 86_400_000 + place * 3_600_000;
    case 'choice':
      return Object.keys(field.options)[0];
    case 'choices':
      return Object.keys(field.options).slice(0, 1);
    case 'references':
      return [`${name}-${at}`];
    case 'files':
      return [];
    case 'items':
      return [samples(field.fields, at)];
    case 'place':
      return { lng: 121.48, lat: 30.8, heightM: null };
    case 'plan':
      return [
        [121.48, 30.8],
        [121.481, 30.8],
        [121.481, 30.801],
      ];
    case 'sealed':
      return field.secret === 'phone' ? '13917654321' : '31022719881224731X';
  }
}

/** Of every field that has to hold something; null in the others. */
const samples = (fields: Readonly<Record<string, Field>>, at: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field], place) => [
      name,
      field.required === true || field.unique === true ? sample(name, field, at, place) : null,
    ]),
  );

const BY: Omit<Authorship, 'userId'> = { userName: 'root', atMs: 1_790_000_000_000, act: 'create', reason: null };
/** Registers that nobody writes to: what their rows are read from, of a company and a key. */
const READ_FROM: Readonly<Record<string, string>> = {
  tags: 'INSERT INTO person (company_code, card_no, received_at) VALUES ($1, $2, now())',
};
let seeds = 0;
async function seed(target: KeptRegister, companyCode: string | null, unit: string): Promise<StoredRow> {
  const { register, store } = target;
  seeds += 1;
  const values = samples(register.fields, seeds);
  if (register.contractor !== undefined) values[register.contractor] = unit;
  const place = { register, store, companyCode, key: String(values[register.key]) };
  for (const [name, field] of Object.entries<Field>(register.fields)) {
    if (field.kind === 'sealed' && values[name] !== null) {
      values[name] = parts.secrets.seal(place, name, String(values[name]));
    }
  }
  const row = { companyCode, state: register.states?.initial ?? null, values };
  const readFrom = READ_FROM[register.name];
  if (readFrom !== undefined) await database.pool.query(readFrom, [companyCode, place.key]);
  const [made] = await withTransaction(database.pool, (client) =>
    readFrom === undefined
      ? store.insert(client, [row], { ...BY, userId: systemAdmin })
      : store.byKeys(client, [companyCode ?? ''], [place.key]),
  );
  if (made === undefined) throw new Error(`${register.name} kept nothing`);
  return made;
}

/** Nothing that this user asks for shows the row or changes it. */
async function isHidden(target: KeptRegister, user: SessionUser, theirs: StoredRow): Promise<void> {
  const { register } = target;
  const cookie = await cookieOf(user);
  const key = String(theirs.values[register.key]);
  const search = new URLSearchParams({ search: key });
  const company = new URLSearchParams(theirs.companyCode === null ? {} : { company: theirs.companyCode });
  const at = `/api/registers/${register.name}`;
  for (const url of [at, `${at}?${search}`, `${at}?${company}`, `${at}/options?${search}`, `${at}/export?format=csv`]) {
    const answer = await server.call({ method: 'GET', url, cookie });
    const all = answer.body.includes(`"id":"${theirs.id}"`);
    expect(all, `${url} as ${user.role} of ${user.companyCode ?? user.contractorCode}`).toBe(false);
    // A code that means nothing by itself may stand in many registers; a key of our making stands in one row alone.
    if (/\d-|-\d/.test(key)) expect(answer.body, url).not.toContain(`"${key}"`);
  }
  for (const spec of specsOf(register).filter(({ path }) => path.includes('/:id'))) {
    const url = spec.path.replace(':id', encodeURIComponent(theirs.id)).replace(':field', 'x').replace(':file', 'x');
    const payload =
      spec.method === 'GET'
        ? {}
        : { payload: { version: theirs.version, values: {}, reason: 'x', input: {}, field: 'x' } };
    const query = spec.method === 'DELETE' ? `?version=${theirs.version}` : '';
    const answer = await server.call({ method: spec.method, url: url + query, cookie, ...payload });
    expect([403, 404, 422], `${spec.method} ${url} as ${user.role}: ${answer.body}`).toContain(answer.statusCode);
    expect(answer.body).not.toContain(`"id":"${theirs.id}"`);
  }
  const after = await target.store.get(database.pool, { companyCode: null, contractorCode: null }, theirs.id);
  expect(after?.version).toBe(theirs.version);
}

describe('whose rows', () => {
  const ofCompanies = REGISTERS.filter(({ scope }) => scope === 'company');
  test.each(ofCompanies.map((register) => [register.name, register] as const))(
    '[ID-86] %s: a company finds nothing of another',
    async (name, register) => {
      const target = parts.desk.target(register, { ...someone('park'), address: null }, ['park']);
      expect(target.register.name).toBe(name);
      const own = await seed(target, COMPANY, `${name}-1`);
      const theirs = await seed(target, OTHER_COMPANY, `${name}-2`);
      for (const role of ['company-admin', 'enterprise'] as const) await isHidden(target, someone(role), theirs);
      const reader = (['company-admin', 'enterprise'] as const).find((role) =>
        may(someone(role), register.rights.read),
      );
      if (reader === undefined) return;
      const shown = await server.call({
        method: 'GET',
        url: `/api/registers/${name}/${encodeURIComponent(own.id)}`,
        cookie: await cookieOf(someone(reader)),
      });
      expect(shown.statusCode, shown.body).toBe(200);
    },
    60_000,
  );

  const ofUnits = REGISTERS.filter(({ contractor }) => contractor !== undefined);
  test.each(ofUnits.map((register) => [register.name, register] as const))(
    '[ID-86] %s: a contractor unit finds nothing of another, of the same company too',
    async (name, register) => {
      const target = parts.desk.target(register, { ...someone('park'), address: null }, ['park']);
      const own = await seed(target, COMPANY, `${name}-a`);
      const theirs = await seed(target, COMPANY, `${name}-b`);
      const contractor = someone('contractor', { contractorCode: `${name}-a` });
      await isHidden(target, contractor, theirs);
      if (!may(contractor, register.rights.read)) return;
      const shown = await server.call({
        method: 'GET',
        url: `/api/registers/${name}/${encodeURIComponent(own.id)}`,
        cookie: await cookieOf(contractor),
      });
      expect(shown.statusCode, shown.body).toBe(200);
    },
    60_000,
  );
});
