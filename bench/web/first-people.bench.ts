/**
 * From the press of Enter at sign-in to the first people drawn, against a park of its own with the demonstration's people, in a browser
 * whose cache is warm. Both builds made before (npm run build):
 *   node dist/bench/web/first-people.bench.js [--people 1000] [--visits 3]
 */
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { withCrowd } from '../load/with-crowd.ts';
import { openPage, rendererOf, told, untilDrawn } from './open-page.ts';

const TICK_MS = 1_000;
const INTERVAL_MS = 5_000;

export interface FirstPeopleResult {
  readonly renderer: string;
  readonly load: readonly [before: number, after: number];
  readonly people: number;
  /** The first visit fills the cache. */
  readonly coldMs: number;
  readonly warmMs: readonly number[];
}

export async function runFirstPeople(people: number, visits: number): Promise<FirstPeopleResult> {
  const before = loadavg()[0] ?? 0;
  return withCrowd({ tickMs: TICK_MS, people, intervalMs: INTERVAL_MS }, async ({ stack, load }) => {
    load.go();
    let startMs = performance.now();
    const { page, browser, close } = await openPage(stack);
    try {
      await untilSeen(page);
      const coldMs = Math.round(performance.now() - startMs);
      const warmMs: number[] = [];
      for (let visit = 0; visit < visits; visit++) {
        await browser.clearCookies();
        await page.goto(`${stack.webUrl}/?profile=test&visit=${visit}`);
        await page.fill('input[name=name]', stack.operator.name);
        await page.fill('input[name=password]', stack.operator.password);
        startMs = performance.now();
        await page.keyboard.press('Enter');
        await untilSeen(page);
        warmMs.push(Math.round(performance.now() - startMs));
      }
      return { renderer: await rendererOf(page), load: [before, loadavg()[0] ?? 0], people, coldMs, warmMs };
    } finally {
      await close();
    }
  });
}

/** People are on the scene, and a frame with them was drawn. */
async function untilSeen(page: Page): Promise<void> {
  await untilDrawn(page, 1);
  const frames = await told<number>(page, 'framesRendered');
  while ((await told<number>(page, 'framesRendered')) <= frames) await pause(20);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { people: { type: 'string', default: '1000' }, visits: { type: 'string', default: '3' } },
  });
  const result = await runFirstPeople(Number(values.people), Number(values.visits));
  console.log(
    `first people: ${result.warmMs.join(', ')} ms after sign-in with a warm cache, ${result.coldMs} ms with the page and a cold one; load ${result.load.map((one) => one.toFixed(1)).join(' to ')} (${result.renderer})`,
  );
  console.log(JSON.stringify(result));
}
