/** Routes by which a register's rows come and go as files (core/register-api.ts). */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ok } from '../../core/result.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { Content, type RouteSpec, route } from '../route.ts';
import { exportFile, FILE_FORMATS, templateFile } from './export.ts';
import { type FileParts, importFile } from './import.ts';
import { type ListInput, listInput } from './list-query.ts';
import { may, rolesOf, userOf } from './rights.ts';
import { SHEET_LIMITS } from './sheet/sheet-cell.ts';

const TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
} as const;

const words = z.object({ zh: z.string(), en: z.string() });
const importReport = z.object({
  dryRun: z.boolean(),
  kept: z.boolean(),
  counts: z.object({ new: z.int(), changed: z.int(), same: z.int(), refused: z.int() }),
  problems: z.array(z.object({ row: z.int(), column: z.string().nullable(), value: z.string().nullable(), words })),
  unknownColumns: z.array(z.string()),
});

const language = z.enum(['zh', 'en']).default('zh');

export function sheetRoutes(parts: FileParts, register: AnyRegister): RouteSpec[] {
  const { rights, title } = register;
  const path = `/api/registers/${register.name}` as const;
  const titled = (zh: string, en: string) => ({ zh: `${title.zh}：${zh}`, en: `${title.en}: ${en}` });
  const writers = [...(rights.create ?? []), ...(rights.update ?? [])];
  const routes = [
    route({
      method: 'GET',
      path: `${path}/export`,
      roles: rolesOf(rights.read),
      query: listInput(register)
        .omit({ after: true, limit: true })
        .extend({ format: z.enum(FILE_FORMATS), lang: language }),
      words: { title: titled('导出', 'export'), isFor: (session) => may(session, rights.read) },
      async handle({ session, address, query }) {
        const { format, lang, ...input } = query as { format: 'xlsx' | 'csv'; lang: 'zh' | 'en' };
        const user = userOf(session, address);
        const file = await exportFile(parts, register, user, { ...(input as ListInput), limit: 1 }, format, lang);
        return ok(new Content(TYPES[format], Readable.from(file), `${title[lang]}.${format}`));
      },
    }),
  ];
  if (writers.length === 0) return routes;
  return [
    ...routes,
    route({
      method: 'GET',
      path: `${path}/template`,
      roles: rolesOf(writers),
      query: z.object({ lang: language }),
      words: { title: titled('导入模板', 'template for import'), isFor: (session) => may(session, writers) },
      async handle({ session, address, query: { lang } }) {
        const file = templateFile(parts, register, userOf(session, address), lang);
        return ok(new Content(TYPES.xlsx, Readable.from(file), `${title[lang]}.xlsx`));
      },
    }),
    route({
      method: 'POST',
      path: `${path}/import`,
      roles: rolesOf(writers),
      query: z.object({ dryRun: z.enum(['true', 'false']).transform((written) => written === 'true') }),
      takes: 'bytes',
      body: z.instanceof(Buffer),
      bodyLimitBytes: SHEET_LIMITS.fileBytes,
      words: { title: titled('导入', 'import'), answer: importReport, isFor: (session) => may(session, writers) },
      handle: async ({ session, address, query, body }) =>
        ok(await importFile(parts, register, userOf(session, address), body, query.dryRun)),
    }),
  ];
}
