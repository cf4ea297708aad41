/** How long a position takes from the start of its POST to a frame at a live client. Called by bench/run.ts and bench/end-to-end.ts. */
import { setTimeout as pause } from 'node:timers/promises';
import { createDemoPark } from '../park/demo-park.ts';
import { FrameCounter } from './frame-counter.ts';
import { LoadProcess } from './load-process.ts';
import { Probe } from './probe.ts';
import { sendRegisters } from './registers.ts';
import { rounded, WARM_UP_MS, withStack } from './with-stack.ts';

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
}

export async function runLatency(options: {
  readonly tickMs: number;
  readonly people: number;
  readonly seconds: number;
}): Promise<LatencyResult> {
  return withStack(options.tickMs, async ({ stack }) => {
    const { people, seconds, tickMs } = options;
    const intervalMs = 2_000;
    const load = new LoadProcess({
      url: stack.ingestUrl,
      credentials: stack.credentials,
      ratePerS: (people * 1_000) / intervalMs,
      intervalMs,
      chunkSize: 1_000,
      connections: 4,
    });
    try {
      await load.ready();
      const park = createDemoPark({ people });
      await sendRegisters(stack.ingestUrl, stack.credentials, park);
      load.go();
      const counter = await FrameCounter.start(stack, 1);
      const probe = new Probe({ stack, companyCode: park.plan.companies[0]!.code, sendEveryMs: 90 });
      await pause(WARM_UP_MS);
      probe.take();
      const before = counter.counts();
      await pause(seconds * 1_000);
      const latencies = probe.take().sort((a, b) => a - b);
      const after = counter.counts();
      const { failedByCode } = await probe.close();
      await counter.close();
      await load.stop();
      const at = (share: number): number =>
        rounded(latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? Number.NaN);
      return {
        tickMs,
        people,
        samples: latencies.length,
        failedByCode,
        p50Ms: at(0.5),
        p90Ms: at(0.9),
        p99Ms: at(0.99),
        maxMs: at(1),
        bytesPerUpdate: rounded((after.frameBytes - before.frameBytes) / Math.max(1, after.updates - before.updates)),
      };
    } finally {
      load.kill();
    }
  });
}

export const latencyText = (result: LatencyResult): string =>
  `POST to frame, tick ${result.tickMs} ms, ${result.people} people: p50 ${result.p50Ms} ms, p90 ${result.p90Ms} ms, p99 ${result.p99Ms} ms, max ${result.maxMs} ms (${result.samples} samples, failed ${JSON.stringify(result.failedByCode)}); ${result.bytesPerUpdate} bytes a person-update`;
