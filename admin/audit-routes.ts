/** Routes of the audit (core/audit-api.ts): its administrator's alone. Nobody writes here. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { AuditRow } from '../core/audit-api.ts';
import { ok } from '../core/result.ts';
import type { Session } from '../security/sessions.ts';
import type { Actor } from './audit.ts';
import type { AuditDesk, AuditFilter, AuditPlace } from './audit-desk.ts';
import { CSV_MARK, csvLine } from './csv.ts';
import { instant, text } from './inputs.ts';
import { Content, type RouteSpec, route } from './route.ts';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 500;

const place = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z~\d{1,15}$/, 'expected what an earlier answer called next')
  .transform((written): AuditPlace => {
    const [at = '', id = ''] = written.split('~');
    return { at, id: Number(id) };
  });

const filter = {
  from: instant.optional(),
  to: instant.optional(),
  user: text(128).optional(),
  action: text(64).optional(),
  subject: text(256).optional(),
  outcome: z.enum(['ok', 'refused', 'accepted', 'noted']).optional(),
  search: text(128).optional(),
};
type Filter = z.infer<z.ZodObject<typeof filter>>;

const filterOf = ({ from, to, user, action, subject, outcome, search }: Filter): AuditFilter => ({
  fromMs: from ?? null,
  toMs: to ?? null,
  userName: user ?? null,
  action: action ?? null,
  subject: subject ?? null,
  outcome: outcome ?? null,
  search: search ?? null,
});

export function auditRoutes(desk: AuditDesk): RouteSpec[] {
  return [
    route({
      method: 'GET',
      path: '/api/audit',
      roles: ['audit-admin'],
      query: z.object({
        ...filter,
        after: place.optional(),
        limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
      }),
      handle: async ({ session, query, address }) =>
        ok(await desk.list(filterOf(query), query.after ?? null, query.limit, readerOf(session, address))),
    }),
    route({
      method: 'GET',
      path: '/api/audit/export',
      roles: ['audit-admin'],
      query: z.object({ ...filter, format: z.enum(['csv', 'jsonl']).default('csv') }),
      async handle({ session, query, address }) {
        const pages = await desk.export(filterOf(query), readerOf(session, address));
        const isCsv = query.format === 'csv';
        const lines = Readable.from(isCsv ? csvOf(pages) : jsonOf(pages));
        return ok(new Content(isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl', lines, `audit.${query.format}`));
      },
    }),
    route({
      method: 'GET',
      path: '/api/audit/state',
      roles: ['audit-admin'],
      handle: async () => ok(await desk.state()),
    }),
  ];
}

const readerOf = (session: Session, address: string): Actor => ({
  userId: session.userId,
  userName: session.userName,
  address,
});

const HEAD = ['id', 'at', 'user', 'user_id', 'action', 'subject', 'outcome', 'address', 'detail'];

async function* csvOf(pages: AsyncIterable<readonly AuditRow[]>): AsyncGenerator<string> {
  yield CSV_MARK + csvLine(HEAD);
  for await (const rows of pages) {
    yield rows
      .map((row) =>
        csvLine([
          row.id,
          new Date(row.atMs).toISOString(),
          row.userName,
          row.userId,
          row.action,
          row.subject,
          row.outcome,
          row.address,
          JSON.stringify(row.detail),
        ]),
      )
      .join('');
  }
}

/** One row a line, for a log collector. */
async function* jsonOf(pages: AsyncIterable<readonly AuditRow[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
