/**
 * Tickets beside a working park: so many open permits with crews among so many people, and how long a further ticket takes from its
 * POST to the operator's socket. Run alone: node --expose-gc dist/bench/load/permit-latency.js [--permits N] [--people N] [--seconds S]
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { DemoPark } from '../park/demo-park.ts';
import { postSigned } from '../simulator/signed-post.ts';
import { PermitProbe, ticketOf } from './permit-probe.ts';
import type { PrivateStack } from './private-stack.ts';
import { withCrowd } from './with-crowd.ts';
import { rounded, WARM_UP_MS } from './with-stack.ts';

export interface PermitLatencyResult {
  readonly permits: number;
  readonly people: number;
  readonly samples: number;
  readonly failed: number;
  readonly unseen: number;
  /** POST to the permit at an operator's socket. */
  readonly permit: Percentiles;
  /** POST to the alarm of a ticket that is wrong from its first word. */
  readonly alarm: Percentiles;
}
interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const INTERVAL_MS = 10_000;
const TICKETS_A_REQUEST = 200;
const TICK_MS = 1_000;
const SEND_EVERY_MS = 100;
const HOUR_MS = 3_600_000;

export async function runPermitLatency(options: {
  readonly permits: number;
  readonly people: number;
  readonly seconds: number;
}): Promise<PermitLatencyResult> {
  const { permits, people, seconds } = options;
  return withCrowd({ tickMs: TICK_MS, people, intervalMs: INTERVAL_MS }, async ({ stack, park, load }) => {
    await sendPermits(stack, park, permits);
    load.go();
    const companyCode = park.plan.companies[0]!.code;
    const probe = new PermitProbe({
      stack,
      companyCode,
      sendEveryMs: SEND_EVERY_MS,
      place: { lng: 121.48, lat: 30.74 },
    });
    await pause(WARM_UP_MS / 2);
    probe.start();
    await pause(WARM_UP_MS);
    probe.take();
    await pause(seconds * 1_000);
    const { permit, alarm } = probe.take();
    const { failed, unseen } = await probe.close();
    return {
      permits,
      people,
      samples: permit.length,
      failed,
      unseen,
      permit: percentilesOf(permit),
      alarm: percentilesOf(alarm),
    };
  });
}

/**
 * Spread over the grounds of the companies, each with a guardian and two workers of its own company: announced, issued, to begin in an
 * hour. So the park is in order: what is measured is a ticket among many, not a flood of alarms.
 */
async function sendPermits(stack: PrivateStack, park: DemoPark, permits: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const base = new URL(stack.ingestUrl);
  const { companies } = park.plan;
  for (const company of companies) {
    const own = park.people.filter(({ companyIndex }) => companyIndex === company.index);
    const count = Math.floor(permits / companies.length) + (company.index < permits % companies.length ? 1 : 0);
    const ground = park.areas.find(
      (a) => a.companyIndex === company.index && a.record['AREA_KIND'] === 'COMPANY_BOUNDARY',
    );
    const corners = [...String(ground?.record['GEO']).matchAll(/([\d.]+)[ ,]([\d.]+)/g)];
    const middle = (k: number): number => corners.reduce((sum, corner) => sum + Number(corner[k]), 0) / corners.length;
    const jobs = Array.from({ length: count }, (_, n) => {
      const idOf = (k: number): string => String(own[(3 * n + k) % own.length]!.record['ID']);
      const { ACTUAL_START_TIME: _start, ...ticket } = ticketOf({
        permitId: `open-${n}`,
        companyCode: company.code,
        lng: middle(1) + ((n % 9) - 4) * 0.0003,
        lat: middle(2) + ((Math.floor(n / 9) % 9) - 4) * 0.0003,
        isWrong: false,
        workerIds: [idOf(0), idOf(1)],
        guardianId: idOf(2),
      });
      const fromMs = Date.now() + HOUR_MS;
      const jobId = `job-${n}`;
      const times = { START_TIME: fromMs, END_TIME: fromMs + 7 * HOUR_MS };
      const permit = { ...ticket, ...times, JOB_ID: jobId, TICKET_STATUS: '1', ISSUE_TIME: Date.now(), gas: [] };
      const { TICKET_TYPE, TICKET_POSITION, TICKET_CONTENT, COMPANY_CODE } = ticket;
      const job = {
        TICKET_TYPE,
        TICKET_POSITION,
        JOB_CONTENT: TICKET_CONTENT,
        COMPANY_CODE,
        WORK_DEPARTMENT: '维修部',
      };
      return { permit, activity: { ...job, ...times, ID: jobId, DELETED: '0' } };
    });
    for (const what of ['activities', 'tickets'] as const) {
      const records = jobs.map(({ permit, activity }) => (what === 'tickets' ? permit : activity));
      for (let at = 0; at < records.length; at += TICKETS_A_REQUEST) {
        const body = Buffer.from(JSON.stringify({ records: records.slice(at, at + TICKETS_A_REQUEST) }));
        const credential = stack.credentials[company.code]!;
        const post = {
          base,
          path: `/v1/permits/${what}`,
          body,
          credential,
          agent,
          nowMs: Date.now(),
          timeoutMs: 20_000,
        };
        const answer = await postSigned(post);
        const { rejected } = JSON.parse(answer.body) as { rejected?: unknown[] };
        if (answer.status !== 200 || rejected === undefined || rejected.length > 0) {
          throw new Error(`${what}: ${answer.status} ${answer.body.slice(0, 500)}`);
        }
      }
    }
  }
  agent.destroy();
}

function percentilesOf(latencies: readonly number[]): Percentiles {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

export const permitLatencyText = ({
  permits,
  people,
  samples,
  permit,
  alarm,
  unseen,
  failed,
}: PermitLatencyResult): string =>
  `ticket to operator beside ${permits} open permits and ${people} people: on the map p50 ${permit.p50Ms} ms, p99 ${permit.p99Ms} ms; ` +
  `its alarm p50 ${alarm.p50Ms} ms, p99 ${alarm.p99Ms} ms (${samples} tickets, ${unseen} unseen, ${failed} failed)`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      permits: { type: 'string', default: '2000' },
      people: { type: 'string', default: '30000' },
      seconds: { type: 'string', default: '60' },
    },
  });
  const result = await runPermitLatency({
    permits: Number(values.permits),
    people: Number(values.people),
    seconds: Number(values.seconds),
  });
  console.log(permitLatencyText(result));
  console.log(JSON.stringify(result));
}
