/** Routes of work permits (stream/protocol/permit-api.ts). They only read; company roles see their own company's alone, contractors none. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ok } from '../../core/result.ts';
import type { PermitFilter } from '../../db/permits/permit-lists.ts';
import { PERMIT_STATUS_BY_CODE } from '../../stream/protocol/permits.ts';
import { PICTURE_ROLES } from '../../stream/protocol/vocabulary.ts';
import { instant, text } from '../inputs.ts';
import { Content, type RouteSpec, route } from '../route.ts';
import { actorOf } from '../settings-routes.ts';
import { PERMITS_TITLE } from './export.ts';
import type { PermitDesk } from './permits.ts';

const LIMIT_MAX = 200;
const MAX_SPAN_MS = 3 * 366 * 86_400_000;
const TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
} as const;

const listOf = <T extends z.ZodType<unknown, string>>(one: T) =>
  z
    .string()
    .transform((written) => written.split(',').filter((part) => part !== ''))
    .pipe(z.array(one).min(1).max(50));
const companyCode = text(64);
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((written) => new Date(`${written}T00:00:00Z`).toJSON()?.startsWith(written) === true, {
    message: 'expected a day as YYYY-MM-DD',
  });
const permit = z.object({ companyCode, permitId: text(128) });

const filters = z.object({
  search: text(200).optional(),
  companyCode: companyCode.optional(),
  applicant: text(128).optional(),
  unit: text(128).optional(),
  site: text(128).optional(),
  workCodes: listOf(text(16)).optional(),
  statuses: listOf(z.enum(Object.values(PERMIT_STATUS_BY_CODE))).optional(),
  fromMs: instant.optional(),
  toMs: instant.optional(),
  alarmed: z
    .enum(['true', 'false'])
    .transform((written) => written === 'true')
    .optional(),
});
const isForward = ({ fromMs, toMs }: { fromMs?: number | undefined; toMs?: number | undefined }): boolean =>
  fromMs === undefined || toMs === undefined || fromMs < toMs;
const BACKWARD = { path: ['toMs'], message: 'expected after fromMs' };

/** Without what was not asked for. */
const filterFrom = (query: z.output<typeof filters>): PermitFilter =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as PermitFilter;

export function permitRoutes(permits: PermitDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/permits',
      roles: PICTURE_ROLES,
      query: filters
        .extend({
          limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(50),
          cursor: z.string().min(1).max(512).optional(),
        })
        .refine(isForward, BACKWARD),
      words: { title: { zh: '作业票列表', en: 'Work permits' } },
      handle: async ({ session, query: { limit, cursor, ...filter } }) =>
        ok(await permits.list(session.companyCode, filterFrom(filter), limit, cursor ?? null)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/export',
      roles: PICTURE_ROLES,
      query: filters
        .extend({ format: z.enum(['xlsx', 'csv']), lang: z.enum(['zh', 'en']).default('zh') })
        .refine(isForward, BACKWARD),
      words: { title: { zh: '导出作业票', en: 'Work permits as a file' } },
      async handle({ session, address, query: { format, lang, ...filter } }) {
        const actor = actorOf(session, address);
        const file = await permits.export(session.companyCode, filterFrom(filter), format, lang, actor);
        return ok(new Content(TYPES[format], Readable.from(file), `${PERMITS_TITLE[lang]}.${format}`));
      },
    }),
    route({
      method: 'GET',
      path: '/api/permits/boards/day',
      roles: PICTURE_ROLES,
      query: z.object({ day: day.optional(), companyCode: companyCode.optional() }),
      words: { title: { zh: '当日作业票统计', en: 'Permits of a day' } },
      handle: async ({ session, query }) =>
        ok(await permits.dayBoard(session.companyCode, query.day ?? null, query.companyCode ?? null)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/boards/months',
      roles: PICTURE_ROLES,
      query: z.object({
        year: z.coerce.number().int().min(2000).max(9998).optional(),
        companyCode: companyCode.optional(),
      }),
      words: { title: { zh: '各月作业票统计', en: 'Permits by month' } },
      handle: async ({ session, query }) =>
        ok(await permits.monthsBoard(session.companyCode, query.year ?? null, query.companyCode ?? null)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/boards/companies',
      roles: PICTURE_ROLES,
      query: z.object({ day: day.optional() }),
      words: { title: { zh: '各企业作业票统计', en: 'Permits by company' } },
      handle: async ({ session, query }) => ok(await permits.companiesBoard(session.companyCode, query.day ?? null)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/boards/alarms',
      roles: PICTURE_ROLES,
      query: z
        .object({ from: instant, to: instant, companyCode: companyCode.optional() })
        .refine(({ from, to }) => from < to && to - from <= MAX_SPAN_MS, {
          path: ['to'],
          message: `expected after from, and at most ${MAX_SPAN_MS / 86_400_000} days later`,
        }),
      words: { title: { zh: '作业票报警统计', en: 'Alarms of permits' } },
      handle: async ({ session, query }) =>
        ok(await permits.alarmsBoard(session.companyCode, query.from, query.to, query.companyCode ?? null)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/:companyCode/:permitId',
      roles: PICTURE_ROLES,
      params: permit,
      words: { title: { zh: '作业票详情', en: 'A work permit' } },
      handle: async ({ session, params }) =>
        ok(await permits.detail(session.companyCode, params.companyCode, params.permitId)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/:companyCode/:permitId/history',
      roles: PICTURE_ROLES,
      params: permit,
      words: { title: { zh: '作业票变更记录', en: 'What was said of a permit' } },
      handle: async ({ session, params }) =>
        ok(await permits.history(session.companyCode, params.companyCode, params.permitId)),
    }),
    route({
      method: 'GET',
      path: '/api/permits/:companyCode/:permitId/attachments/:attachmentId',
      roles: PICTURE_ROLES,
      params: permit.extend({ attachmentId: text(256) }),
      words: { title: { zh: '作业票附件', en: 'File of a permit' } },
      handle: async ({ session, address, params }) => {
        const { head, bytes } = await permits.file(
          session.companyCode,
          params.companyCode,
          params.permitId,
          params.attachmentId,
          actorOf(session, address),
        );
        return ok(new Content(head.mediaType, Buffer.from(bytes), fileNameOf(head.fileName)));
      },
    }),
  ];
}

/** As it was sent, without what no file system takes: it is only ever kept, never shown, under this name. */
const fileNameOf = (sent: string): string =>
  (sent.split(/[/\\]/).at(-1) ?? '').replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').slice(0, 200) || 'file';
