/**
 * A page that is left open: a crowd that moves for a long time in Chromium, and whether its memory grows. Heap in use after a collection,
 * each minute from the second on; frames that the page took. Run alone, both builds made before:
 *   node dist/bench/web/soak.js [--people 20000] [--hz 10] [--minutes 20]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { CDPSession } from 'playwright-core';
import type { LiveTicket, WebSettings } from '../../core/web-api.ts';
import { createProjection } from '../../geo/projection.ts';
import { startPrivateStack } from '../load/private-stack.ts';
import { CrowdGateway } from './crowd-gateway.ts';
import { openPage, rendererOf, told, untilDrawn } from './open-page.ts';

const MINUTE_MS = 60_000;
const TICK_MS = 1_000;
const MB = 1_000_000;

export interface SoakResult {
  readonly renderer: string;
  readonly people: number;
  readonly framesPerS: number;
  readonly minutes: number;
  readonly framesSent: number;
  readonly framesDrawn: number;
  readonly staleLooks: number;
  /** Heap in use after a collection, with what buffers hold, MB, each minute. */
  readonly heapMb: readonly number[];
  /** From the second minute to the last, %. */
  readonly growthPct: number;
}

export async function runSoak(options: { people: number; framesPerS: number; minutes: number }): Promise<SoakResult> {
  const { people, framesPerS, minutes } = options;
  const crowd = new CrowdGateway({ people, framesPerS });
  const liveUrl = await crowd.start();
  const stack = await startPrivateStack({ tickMs: TICK_MS });
  const settings = (await (await fetch(`${stack.webUrl}/api/settings`)).json()) as WebSettings;
  const { lng, lat } = settings.home;
  crowd.middle = createProjection(settings.projection).eastingNorthingFromLngLat(lng, lat);
  const { page, browser, close } = await openPage(stack, (opened) =>
    opened.route('**/api/live-ticket', async (route) => {
      const answer = await route.fetch();
      const ticket = (await answer.json()) as LiveTicket;
      await route.fulfill({ response: answer, json: { ...ticket, url: liveUrl } });
    }),
  );
  try {
    await untilDrawn(page, people);
    const session = await browser.newCDPSession(page);
    const heapMb: number[] = [];
    let staleLooks = 0;
    const drawnBefore = await told<number>(page, 'framesRendered');
    for (let minute = 1; minute <= minutes; minute++) {
      for (let s = 0; s < MINUTE_MS / 1_000; s++) {
        await pause(1_000);
        if ((await told<string>(page, 'health')) !== 'live') staleLooks++;
      }
      heapMb.push(await heapInUse(session));
      process.stderr.write(`minute ${minute}: ${heapMb.at(-1)} MB\n`);
    }
    const first = heapMb[Math.min(1, heapMb.length - 1)] ?? 0;
    const last = heapMb.at(-1) ?? 0;
    return {
      renderer: await rendererOf(page),
      people,
      framesPerS,
      minutes,
      framesSent: crowd.framesSent,
      framesDrawn: (await told<number>(page, 'framesRendered')) - drawnBefore,
      staleLooks,
      heapMb,
      growthPct: Math.round(((last - first) / first) * 1_000) / 10,
    };
  } finally {
    await close();
    await stack.stop();
    await crowd.close();
  }
}

/** Buffers of typed arrays lie outside the heap of the script. */
async function heapInUse(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const usage = (await session.send('Runtime.getHeapUsage')) as {
    readonly usedSize: number;
    readonly backingStorageSize?: number;
  };
  return Math.round(((usage.usedSize + (usage.backingStorageSize ?? 0)) / MB) * 10) / 10;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { people: { type: 'string' }, hz: { type: 'string' }, minutes: { type: 'string' } },
  });
  const result = await runSoak({
    people: Number(values.people ?? 20_000),
    framesPerS: Number(values.hz ?? 10),
    minutes: Number(values.minutes ?? 20),
  });
  console.log(
    `${result.people} people at ${result.framesPerS} Hz for ${result.minutes} min: heap ${result.heapMb[1] ?? result.heapMb[0]} to ${result.heapMb.at(-1)} MB, growth ${result.growthPct} %, ${result.framesDrawn} frames drawn, not live at ${result.staleLooks} looks (${result.renderer})`,
  );
  console.log(JSON.stringify(result));
}
