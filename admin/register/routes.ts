/**
 * Routes of the registers (core/register-api.ts), one set for each, so that their OpenAPI says what each takes. The roles of a
 * route are those that its right may be given to; the desk judges the rest. The files of import and export have theirs in
 * file-routes.ts.
 */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Pool } from '../../db/pool.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { ROLES } from '../../stream/protocol/vocabulary.ts';
import { text } from '../inputs.ts';
import { Content, type RouteRefusal, type RouteSpec, route } from '../route.ts';
import * as answers from './answer-shapes.ts';
import { schemasOf } from './check.ts';
import { descriptionFor, indexFor } from './description.ts';
import type { Kept, RegisterDesk } from './desk.ts';
import { sheetRoutes } from './file-routes.ts';
import { FILE_LIMIT_BYTES, type RegisterFiles } from './files.ts';
import { type ListInput, listInput } from './list-query.ts';
import { optionReaders } from './references.ts';
import { may, rolesOf, userOf } from './rights.ts';
import type { Secrets } from './secrets.ts';

export interface RegisterParts {
  /** In the order of the navigation. */
  readonly registers: readonly AnyRegister[];
  readonly pool: Pool;
  readonly desk: RegisterDesk;
  readonly secrets: Secrets;
  readonly files: RegisterFiles;
  readonly clock: Clock;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const id = z.object({ id: text(400) });
const version = z.number().int().min(1);
const reason = text(500);
const values = z.record(z.string(), z.unknown());

export function registerRoutes(parts: RegisterParts): RouteSpec[] {
  const { registers } = parts;
  return [
    route({
      method: 'GET',
      path: '/api/registers',
      roles: ROLES,
      words: { title: { zh: '登记册目录', en: 'Registers' }, answer: answers.index },
      handle: async ({ session, address }) => ok(indexFor(registers, userOf(session, address))),
    }),
    ...registers.flatMap((register) => [
      ...readRoutes(parts, register),
      ...writeRoutes(parts, register),
      ...fileRoutes(parts, register),
      ...sheetRoutes(parts, register),
    ]),
  ];
}

const kept = <T>(result: Kept<T>): Result<T, RouteRefusal> => {
  if (result.ok) return ok(result.value);
  const detail = result.error.map(({ field, words }) => `${field}: ${words.en}`).join('; ');
  return err({ code: 'INPUT_INVALID', detail, problems: result.error });
};

function readRoutes({ registers, desk }: RegisterParts, register: AnyRegister): RouteSpec[] {
  const { rights } = register;
  const path = `/api/registers/${register.name}` as const;
  const roles = rolesOf(rights.read);
  const shapes = answers.shapesOf(register);
  const isFor: NonNullable<RouteSpec['words']>['isFor'] = (session) => may(session, rights.read);
  const title = (zh: string, en: string) => ({ zh: `${register.title.zh}：${zh}`, en: `${register.title.en}: ${en}` });
  const readers = optionReaders(registers, register);
  return [
    route({
      method: 'GET',
      path,
      roles,
      query: listInput(register),
      words: { title: title('列表', 'list'), answer: shapes.page, isFor },
      handle: async ({ session, address, query }) =>
        ok(await desk.list(register, userOf(session, address), query as ListInput)),
    }),
    route({
      method: 'GET',
      path: `${path}/description`,
      roles,
      words: { title: title('说明', 'description'), answer: answers.description, isFor },
      handle: async ({ session, address }) => {
        const user = userOf(session, address);
        desk.target(register, user, rights.read);
        return ok(descriptionFor(register, user));
      },
    }),
    route({
      method: 'GET',
      path: `${path}/options`,
      roles: rolesOf(readers),
      query: z.object({
        q: z.string().max(100).optional(),
        keys: z
          .string()
          .max(8_000)
          .transform((written) => written.split(',').filter((key) => key !== '' && !key.includes('\0')))
          .pipe(z.array(z.string()).max(200))
          .optional(),
        company: text(64).optional(),
      }),
      words: { title: title('可选项', 'options'), answer: answers.options, isFor: (session) => may(session, readers) },
      handle: async ({ session, address, query }) => {
        const search = query.q?.replaceAll('\0', '').trim() || null;
        const asked = { search, keys: query.keys ?? [], companyCode: query.company ?? null };
        return ok(await desk.options(register, userOf(session, address), asked));
      },
    }),
    route({
      method: 'GET',
      path: `${path}/:id`,
      roles,
      params: id,
      words: { title: title('一行', 'one row'), answer: shapes.row, isFor },
      handle: async ({ session, address, params }) => ok(await desk.get(register, userOf(session, address), params.id)),
    }),
    route({
      method: 'GET',
      path: `${path}/:id/history`,
      roles,
      params: id,
      words: { title: title('历史', 'history of a row'), answer: answers.history, isFor },
      handle: async ({ session, address, params }) =>
        ok(await desk.history(register, userOf(session, address), params.id)),
    }),
    ...(rights.reveal === undefined
      ? []
      : [
          route({
            method: 'POST',
            path: `${path}/:id/reveal`,
            roles: rolesOf(rights.reveal),
            params: id,
            body: z.object({ field: text(64), reason }),
            words: {
              title: title('查看敏感信息', 'reveal a sealed value'),
              answer: answers.revealed,
              isFor: (session) => may(session, rights.reveal),
            },
            handle: async ({ session, address, params, body }) =>
              ok(await desk.reveal(register, userOf(session, address), params.id, body)),
          }),
        ]),
  ];
}

function writeRoutes({ desk }: RegisterParts, register: AnyRegister): RouteSpec[] {
  const { rights, states, actions } = register;
  const path = `/api/registers/${register.name}` as const;
  const shapes = answers.shapesOf(register);
  const schemas = schemasOf(register);
  const title = (zh: string, en: string) => ({ zh: `${register.title.zh}：${zh}`, en: `${register.title.en}: ${en}` });
  const made: RouteSpec[] = [];
  if (rights.create !== undefined) {
    made.push(
      route({
        method: 'POST',
        path,
        roles: rolesOf(rights.create),
        body: z.object({ companyCode: text(64).optional(), values }),
        bodyLimitBytes: BODY_LIMIT_BYTES,
        words: {
          title: title('新增', 'create'),
          body: z.object({ companyCode: text(64).optional(), values: schemas.create }),
          answer: shapes.row,
          isFor: (session) => may(session, rights.create),
        },
        handle: async ({ session, address, body: { companyCode, values } }) => {
          const input = companyCode === undefined ? { values } : { companyCode, values };
          return kept(await desk.create(register, userOf(session, address), input));
        },
      }),
    );
  }
  if (rights.update !== undefined) {
    made.push(
      route({
        method: 'PATCH',
        path: `${path}/:id`,
        roles: rolesOf(rights.update),
        params: id,
        body: z.object({ version, values }),
        bodyLimitBytes: BODY_LIMIT_BYTES,
        words: {
          title: title('修改', 'change'),
          body: z.object({ version, values: schemas.change }),
          answer: shapes.row,
          isFor: (session) => may(session, rights.update),
        },
        handle: async ({ session, address, params, body }) =>
          kept(await desk.update(register, userOf(session, address), params.id, body)),
      }),
    );
  }
  if (rights.remove !== undefined) {
    made.push(
      route({
        method: 'DELETE',
        path: `${path}/:id`,
        roles: rolesOf(rights.remove),
        params: id,
        query: z.object({ version: z.coerce.number().int().min(1) }),
        words: { title: title('删除', 'remove'), isFor: (session) => may(session, rights.remove) },
        handle: async ({ session, address, params, query }) => {
          await desk.remove(register, userOf(session, address), params.id, query.version);
          return ok(undefined);
        },
      }),
    );
  }
  for (const move of states?.moves ?? []) {
    made.push(
      route({
        method: 'POST',
        path: `${path}/:id/moves/${move.name}`,
        roles: rolesOf(move.by),
        params: id,
        body: z.object({ version, reason: reason.optional() }),
        words: {
          title: title(move.title.zh, move.title.en),
          answer: shapes.row,
          isFor: (session) => may(session, move.by),
        },
        handle: async ({ session, address, params, body: { version, reason } }) => {
          const request = reason === undefined ? { version } : { version, reason };
          return ok(await desk.move(register, userOf(session, address), params.id, move.name, request));
        },
      }),
    );
  }
  for (const action of actions ?? []) {
    made.push(
      route({
        method: 'POST',
        path: `${path}/:id/actions/${action.name}`,
        roles: rolesOf(action.by),
        params: id,
        body: z.object({ version, input: values.default({}) }),
        words: {
          title: title(action.title.zh, action.title.en),
          answer: shapes.actionAnswer,
          isFor: (session) => may(session, action.by),
        },
        handle: async ({ session, address, params, body }) =>
          kept(await desk.act(register, userOf(session, address), params.id, action.name, body)),
      }),
    );
  }
  return made;
}

/** Files that fields hold. */
function fileRoutes({ files }: RegisterParts, register: AnyRegister): RouteSpec[] {
  const { rights } = register;
  const fields = files.fieldsOf(register);
  if (fields.length === 0) return [];
  const path = `/api/registers/${register.name}` as const;
  const field = z.enum(fields as [string, ...string[]]);
  const title = (zh: string, en: string) => ({ zh: `${register.title.zh}：${zh}`, en: `${register.title.en}: ${en}` });
  const writers = [...(rights.create ?? []), ...(rights.update ?? [])];
  return [
    route({
      method: 'POST',
      path: `${path}/files`,
      roles: rolesOf(writers),
      query: z.object({ field }),
      takes: 'bytes',
      body: z.instanceof(Buffer),
      bodyLimitBytes: FILE_LIMIT_BYTES,
      words: {
        title: title('上传文件', 'send a file'),
        answer: answers.storedFile,
        isFor: (session) => may(session, writers),
      },
      handle: async ({ session, address, query, body, fileName }) =>
        ok(await files.keep(register, userOf(session, address), query.field, fileName ?? '', body)),
    }),
    route({
      method: 'GET',
      path: `${path}/:id/files/:field/:file`,
      roles: rolesOf(rights.read),
      params: id.extend({ field, file: z.uuid() }),
      words: { title: title('下载文件', 'a file'), isFor: (session) => may(session, rights.read) },
      handle: async ({ session, address, params }) => {
        const { head, bytes } = await files.read(
          register,
          userOf(session, address),
          params.id,
          params.field,
          params.file,
        );
        return ok(new Content(head.type, Buffer.from(bytes), head.name));
      },
    }),
  ];
}
