/**
 * What people cost the page: JavaScript of a frame above the same page without them, against PointPrimitiveCollection and Entity in
 * the same run, and the taking in of one frame from its bytes to the vertex buffer. Counted is the processor time of the page's thread
 * in scripts, so that other work on the machine does not count; on a small canvas with dots of a pixel, so that a software renderer draws
 * often enough. Frames of the socket come at the same rate however seldom it draws: a drawn frame carries more of them here than on a card.
 *   node dist/bench/web/people.bench.js [--people 50000] [--entities 10000] [--seconds 6] [--rounds 1]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { serveFolder } from './static-site.ts';

const CANVAS = { width: 320, height: 200 };
const MOVES = 10_000;
const TAKES = 400;
const WARM_UP_FRAMES = 8;
const READY_WITHIN_MS = 60_000;

interface Sampled {
  readonly jsMsPerFrame: number;
  readonly frames: number;
  readonly framesPerS: number;
}

export interface PeopleBenchResult {
  readonly renderer: string;
  readonly load: readonly [before: number, after: number];
  readonly people: number;
  readonly entities: number;
  /** By way and number of people. */
  readonly ways: Readonly<Record<string, Sampled>>;
  /** Above the same page without people, ms of JavaScript a frame. */
  readonly ours: number;
  readonly oursFar: number;
  /** Above one scene of the whole width, of a page that two scenes of half the width share. */
  readonly secondScene: number;
  /** Without names, which they have none of. */
  readonly ofPoints: number;
  readonly ofEntities: number;
  /** One frame of 10,000 moves among `people`, from bytes to the vertex buffer. */
  readonly takeMs: { readonly p50: number; readonly p95: number };
  /** Of the heap, by 4 million moves. */
  readonly bytesPerMove: number;
}

export async function runPeople(options: {
  readonly people: number;
  readonly entities: number;
  readonly seconds: number;
  readonly rounds: number;
}): Promise<PeopleBenchResult> {
  const { people, entities, seconds, rounds } = options;
  const before = loadavg()[0] ?? 0;
  const folder = mkdtempSync(join(tmpdir(), 'parksentry-people-'));
  const pageFolder = join(import.meta.dirname, '../../../bench/web/page');
  await build({ configFile: join(pageFolder, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
  const site = await serveFolder(folder);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--enable-precise-memory-info',
      '--js-flags=--expose-gc',
    ],
  });
  const open = async (): Promise<Page> => {
    const page = await browser.newPage({ viewport: CANVAS });
    page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
    await page.goto(`${site.url}/index.html`);
    await page.waitForFunction('window.bench !== undefined', null, { timeout: READY_WITHIN_MS });
    return page;
  };
  const sample = async (way: string, count: number): Promise<Sampled> => {
    const page = await open();
    try {
      await page.evaluate(`bench.start('${way}', ${count})`);
      await untilFrames(page, WARM_UP_FRAMES);
      // What making the walk left behind is nobody's.
      await page.evaluate('gc()');
      return await sampled(page, seconds);
    } finally {
      await page.close();
    }
  };
  try {
    const first = await open();
    const renderer = (await first.evaluate('bench.renderer()')) as string;
    const taken = (await first.evaluate(`(gc(), bench.take(${people}, ${MOVES}, ${TAKES}))`)) as {
      readonly ms: number[];
      readonly bytesPerMove: number;
    };
    await first.close();
    const asked: readonly (readonly [way: string, count: number])[] = [
      ['nobody', 0],
      ['ours', people],
      ['ours-far', people],
      ['ours-two', people],
      ['ours-unnamed', people],
      ['points', people],
      ['ours-unnamed', entities],
      ['entities', entities],
    ];
    const samples = new Map<string, Sampled[]>(asked.map(([way, count]) => [`${way} ${count}`, []]));
    // In turns: a busy moment of the machine hits all of them.
    for (let round = 0; round < rounds; round++)
      for (const [way, count] of asked) samples.get(`${way} ${count}`)!.push(await sample(way, count));
    const ways = Object.fromEntries([...samples].map(([name, all]) => [name, medianOf(all)]));
    const above = (name: string): number => ways[name]!.jsMsPerFrame - ways['nobody 0']!.jsMsPerFrame;
    const sorted = taken.ms.sort((a, b) => a - b);
    const at = (share: number): number => rounded(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    return {
      renderer,
      load: [before, loadavg()[0] ?? 0],
      people,
      entities,
      ways,
      ours: rounded(above(`ours ${people}`)),
      oursFar: rounded(above(`ours-far ${people}`)),
      secondScene: rounded(above(`ours-two ${people}`) - above(`ours ${people}`)),
      ofPoints: rounded(above(`ours-unnamed ${people}`) / above(`points ${people}`)),
      ofEntities: rounded(above(`ours-unnamed ${entities}`) / above(`entities ${entities}`)),
      takeMs: { p50: at(0.5), p95: at(0.95) },
      bytesPerMove: rounded(taken.bytesPerMove),
    };
  } finally {
    await browser.close();
    site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const framesOf = (page: Page): Promise<number> => page.evaluate('bench.frames()') as Promise<number>;

async function untilFrames(page: Page, frames: number): Promise<void> {
  const endMs = performance.now() + READY_WITHIN_MS;
  while ((await framesOf(page)) < frames) {
    if (performance.now() > endMs) throw new Error('the scene does not draw');
    await pause(50);
  }
}

/** Seconds that the page's thread spent in scripts, not those it waited for the processor. */
async function scriptS(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN;
}

async function sampled(page: Page, seconds: number): Promise<Sampled> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const [framesBefore, before] = [await framesOf(page), await scriptS(session)];
  await pause(seconds * 1_000);
  const [framesAfter, after] = [await framesOf(page), await scriptS(session)];
  const frames = framesAfter - framesBefore;
  return { jsMsPerFrame: rounded(((after - before) * 1_000) / frames), frames, framesPerS: rounded(frames / seconds) };
}

const medianOf = (all: readonly Sampled[]): Sampled =>
  [...all].sort((a, b) => a.jsMsPerFrame - b.jsMsPerFrame)[Math.floor((all.length - 1) / 2)]!;

const rounded = (value: number): number => Math.round(value * 100) / 100;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '50000' },
      entities: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '1' },
    },
  });
  const result = await runPeople({
    people: Number(values.people),
    entities: Number(values.entities),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
  });
  console.log(`${result.renderer}; load ${result.load.map((one) => one.toFixed(1)).join(' to ')} on this machine`);
  for (const [way, { jsMsPerFrame, frames, framesPerS }] of Object.entries(result.ways))
    console.log(
      `  ${way.padEnd(20)} ${jsMsPerFrame.toFixed(2).padStart(8)} ms JS a frame (${frames} frames, ${framesPerS}/s, ${(jsMsPerFrame * framesPerS).toFixed(0)} ms a second)`,
    );
  console.log(
    `${result.people} people: ${result.ours} ms above the page without (${result.oursFar} from far); a second scene adds ${result.secondScene} ms`,
  );
  console.log(`of PointPrimitiveCollection: ${result.ofPoints}; of Entity at ${result.entities}: ${result.ofEntities}`);
  console.log(
    `a frame of ${MOVES} moves among ${result.people}: ${result.takeMs.p50} ms (p95 ${result.takeMs.p95}), ${result.bytesPerMove} bytes of heap a move`,
  );
  console.log(JSON.stringify(result));
}
