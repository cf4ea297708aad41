/** Routes of dry runs (core/settings-api.ts): the park tries a setting on stored positions. Nothing of it reaches the live park. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import type { DryRunJob, DryRunJobs, DryRunLine, DryRunRequest } from '../core/settings-api.ts';
import type { Actor } from './audit.ts';
import { json, text } from './inputs.ts';
import { Content, type RouteSpec, route } from './route.ts';
import { actorOf } from './settings-routes.ts';

/** Throws AppError INPUT_INVALID, CONFLICT (one is at it), DATABASE_UNAVAILABLE. */
export interface DryRuns {
  /** The run has begun; returning from the lines ends it. */
  start(request: DryRunRequest, actor: Actor): Promise<AsyncGenerator<DryRunLine>>;
  startJob(request: DryRunRequest, actor: Actor): Promise<DryRunJob>;
  jobs(): DryRunJobs;
  job(id: string): DryRunJob | null;
  /** false: no such job. One that is over stays. */
  cancelJob(id: string): boolean;
}

const TRIES = ['park'] as const;
const AREAS_MAX = 50;

const request = z.object({
  topic: text(32),
  key: z.union([z.literal(''), text(256)]),
  value: json,
  fromMs: z.number().int().min(0),
  toMs: z.number().int().min(0),
  areas: z.array(text(256)).min(1).max(AREAS_MAX).nullable().optional(),
});
const byId = z.object({ id: text(64) });

export function dryRunRoutes(dryRuns: DryRuns): RouteSpec[] {
  return [
    route({
      method: 'POST',
      path: '/api/dry-runs',
      roles: TRIES,
      body: request,
      async handle({ session, body, address }) {
        const lines = await dryRuns.start(body, actorOf(session, address));
        return ok(new Content('application/x-ndjson; charset=utf-8', Readable.from(textOf(lines))));
      },
    }),
    route({
      method: 'POST',
      path: '/api/dry-runs/jobs',
      roles: TRIES,
      body: request,
      handle: async ({ session, body, address }) => ok(await dryRuns.startJob(body, actorOf(session, address))),
    }),
    route({ method: 'GET', path: '/api/dry-runs/jobs', roles: TRIES, handle: async () => ok(dryRuns.jobs()) }),
    route({
      method: 'GET',
      path: '/api/dry-runs/jobs/:id',
      roles: TRIES,
      params: byId,
      async handle({ params }) {
        const job = dryRuns.job(params.id);
        return job === null ? err({ code: 'NOT_FOUND' }) : ok(job);
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/dry-runs/jobs/:id',
      roles: TRIES,
      params: byId,
      handle: async ({ params }) => (dryRuns.cancelJob(params.id) ? ok(undefined) : err({ code: 'NOT_FOUND' })),
    }),
  ];
}

/** A line of JSON each. */
async function* textOf(lines: AsyncGenerator<DryRunLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
