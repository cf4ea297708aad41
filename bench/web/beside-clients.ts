/**
 * A page beside many other clients of the same gateway: does its picture stay live? Run alone, both builds made before:
 *   node dist/bench/web/beside-clients.js [--clients 195] [--people 5000] [--seconds 120]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { FrameCounter } from '../load/frame-counter.ts';
import { withCrowd } from '../load/with-crowd.ts';
import { WARM_UP_MS } from '../load/with-stack.ts';
import { openPage, rendererOf, told, untilDrawn } from './open-page.ts';

const TICK_MS = 1_000;
const INTERVAL_MS = 5_000;
const LOOK_EVERY_MS = 250;

export interface BesideClientsResult {
  readonly renderer: string;
  readonly clients: number;
  readonly people: number;
  readonly seconds: number;
  /** Age of what the page shows, ms. */
  readonly frameAgeMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly looks: number;
  readonly notLiveLooks: number;
  readonly framesPerClientAndS: number;
  readonly clientsClosed: number;
}

export async function runBesideClients(options: {
  readonly clients: number;
  readonly people: number;
  readonly seconds: number;
}): Promise<BesideClientsResult> {
  const { clients, people, seconds } = options;
  return withCrowd({ tickMs: TICK_MS, people, intervalMs: INTERVAL_MS }, async ({ stack, load }) => {
    const counter = await FrameCounter.start(stack, clients);
    load.go();
    await pause(WARM_UP_MS);
    const { page, close } = await openPage(stack);
    try {
      await untilDrawn(page, people / 2);
      await pause(WARM_UP_MS);
      const ages: number[] = [];
      let notLiveLooks = 0;
      const before = counter.counts();
      const endMs = performance.now() + seconds * 1_000;
      while (performance.now() < endMs) {
        await pause(LOOK_EVERY_MS);
        ages.push((await told<number | null>(page, 'frameAgeMs')) ?? Number.POSITIVE_INFINITY);
        if ((await told<string>(page, 'health')) !== 'live') notLiveLooks++;
      }
      const after = counter.counts();
      ages.sort((a, b) => a - b);
      const at = (share: number): number => Math.round(ages[Math.floor((ages.length - 1) * share)] ?? 0);
      return {
        renderer: await rendererOf(page),
        clients,
        people,
        seconds,
        frameAgeMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
        looks: ages.length,
        notLiveLooks,
        framesPerClientAndS: Math.round(((after.frames - before.frames) / clients / seconds) * 100) / 100,
        clientsClosed: after.closed,
      };
    } finally {
      await close();
      await counter.close();
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { clients: { type: 'string' }, people: { type: 'string' }, seconds: { type: 'string' } },
  });
  const result = await runBesideClients({
    clients: Number(values.clients ?? 195),
    people: Number(values.people ?? 5_000),
    seconds: Number(values.seconds ?? 120),
  });
  console.log(
    `page beside ${result.clients} clients, ${result.people} people: picture ${result.frameAgeMs.p50} ms old (p99 ${result.frameAgeMs.p99}), not live at ${result.notLiveLooks} of ${result.looks} looks, ${result.framesPerClientAndS} frames a client and second, ${result.clientsClosed} clients closed (${result.renderer})`,
  );
  console.log(JSON.stringify(result));
}
