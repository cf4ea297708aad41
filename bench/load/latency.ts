/** How long a position takes from the start of its POST to a frame at a live client, and an alert to its alarm there. Called by bench/run.ts and bench/end-to-end.ts. */
import { setTimeout as pause } from 'node:timers/promises';
import { AlertProbe } from './alert-probe.ts';
import { FrameCounter } from './frame-counter.ts';
import { Probe } from './probe.ts';
import { withCrowd } from './with-crowd.ts';
import { rounded, WARM_UP_MS } from './with-stack.ts';

export interface LatencyResult {
  readonly tickMs: number;
  readonly people: number;
  readonly samples: number;
  readonly failedByCode: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly bytesPerUpdate: number;
  /** SOS and out of bounds by turns: POST to the alarm at an operator's socket. */
  readonly alerts: {
    readonly samples: number;
    readonly unseen: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly maxMs: number;
  };
}

const INTERVAL_MS = 2_000;

export async function runLatency(options: {
  readonly tickMs: number;
  readonly people: number;
  readonly seconds: number;
}): Promise<LatencyResult> {
  const { people, seconds, tickMs } = options;
  return withCrowd({ tickMs, people, intervalMs: INTERVAL_MS }, async ({ stack, park, load }) => {
    load.go();
    const counter = await FrameCounter.start(stack, 1);
    const probe = new Probe({ stack, companyCode: park.plan.companies[0]!.code, sendEveryMs: 90 });
    const alerts = new AlertProbe({ stack, companyCode: park.plan.companies[0]!.code, sendEveryMs: 150 });
    await alerts.start();
    await pause(WARM_UP_MS);
    probe.take();
    alerts.take();
    const before = counter.counts();
    await pause(seconds * 1_000);
    const latencies = probe.take().sort((a, b) => a - b);
    const alertTimes = alerts.take().sort((a, b) => a - b);
    const after = counter.counts();
    const { failedByCode } = await probe.close();
    const { unseen } = await alerts.close();
    await counter.close();
    await load.stop();
    return {
      tickMs,
      people,
      samples: latencies.length,
      failedByCode,
      p50Ms: at(latencies, 0.5),
      p90Ms: at(latencies, 0.9),
      p99Ms: at(latencies, 0.99),
      maxMs: at(latencies, 1),
      bytesPerUpdate: rounded((after.frameBytes - before.frameBytes) / Math.max(1, after.updates - before.updates)),
      alerts: {
        samples: alertTimes.length,
        unseen,
        p50Ms: at(alertTimes, 0.5),
        p99Ms: at(alertTimes, 0.99),
        maxMs: at(alertTimes, 1),
      },
    };
  });
}

const at = (sorted: readonly number[], share: number): number =>
  rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);

export const latencyText = (result: LatencyResult): string =>
  `POST to frame, tick ${result.tickMs} ms, ${result.people} people: p50 ${result.p50Ms} ms, p90 ${result.p90Ms} ms, p99 ${result.p99Ms} ms, max ${result.maxMs} ms (${result.samples} samples, failed ${JSON.stringify(result.failedByCode)}); ${result.bytesPerUpdate} bytes a person-update; POST to alarm p50 ${result.alerts.p50Ms} ms, p99 ${result.alerts.p99Ms} ms, max ${result.alerts.maxMs} ms (${result.alerts.samples} alerts, unseen ${result.alerts.unseen})`;
