/**
 * What the page's scripts weigh, gzip, and which pages lead to Cesium. On a built page: npm run build, then
 *   node dist/bench/web/page-weight.js [--dist dist/web]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const STATIC_IMPORT = /(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g;
const LAZY_IMPORT = /import\(["'`]\.\/([\w.-]+\.js)["'`]\)/g;
const ENTRY = /src="\/assets\/([\w.-]+\.js)"/;
const CESIUM = 'cesium-';
/** Chunks that load by themselves once the control room is open. */
const CONTROL_ROOM = ['control-room-', 'park-scene-', 'scene-parts-'];
const GZIP_LEVEL = 6;

interface Chunk {
  readonly gzipBytes: number;
  readonly imports: readonly string[];
  readonly lazy: readonly string[];
}

export interface PageWeight {
  /** Every script but Cesium's chunk, kB of 1,000 bytes, gzip. */
  readonly allKb: number;
  readonly cesiumKb: number;
  /** Before sign-in. */
  readonly startKb: number;
  /** What an operator's screen takes in without Cesium's chunk: the start, the control room and its scene. */
  readonly controlRoomKb: number;
  /** Further scripts of a page, without Cesium's chunk and what came at the start; and whether it takes Cesium in. */
  readonly pages: readonly { readonly name: string; readonly kb: number; readonly takesCesium: boolean }[];
}

export function pageWeight(dist: string): PageWeight {
  const assets = join(dist, 'assets');
  const chunks = new Map<string, Chunk>();
  for (const name of readdirSync(assets).filter((file) => file.endsWith('.js'))) {
    const text = readFileSync(join(assets, name), 'utf8');
    const named = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);
    chunks.set(name, {
      gzipBytes: gzipSync(text, { level: GZIP_LEVEL }).length,
      // Tens of thousands of strings; nothing in Cesium leads back to the page.
      imports: name.startsWith(CESIUM) ? [] : named(STATIC_IMPORT),
      lazy: name.startsWith(CESIUM) ? [] : named(LAZY_IMPORT),
    });
  }
  const closure = (name: string, into = new Set<string>()): Set<string> => {
    if (into.has(name) || !chunks.has(name)) return into;
    into.add(name);
    for (const next of chunks.get(name)!.imports) closure(next, into);
    return into;
  };
  const entry = ENTRY.exec(readFileSync(join(dist, 'index.html'), 'utf8'))?.[1];
  if (entry === undefined) throw new Error(`${dist}/index.html names no script: npm run build`);
  const isCesium = (name: string): boolean => name.startsWith(CESIUM);
  if (![...chunks.keys()].some(isCesium)) throw new Error('no chunk is called cesium: web/vite.config.ts');
  const kbOf = (names: Iterable<string>): number =>
    Math.round([...names].reduce((sum, name) => sum + chunks.get(name)!.gzipBytes, 0) / 100) / 10;
  const start = closure(entry);
  const lazy = new Set([...chunks.values()].flatMap((chunk) => chunk.lazy));
  const room = new Set(start);
  for (const name of lazy) if (CONTROL_ROOM.some((part) => name.startsWith(part))) closure(name, room);
  const pages = [...lazy].map((name) => {
    const scripts = [...closure(name)];
    const own = scripts.filter((script) => !start.has(script) && !isCesium(script));
    return { name: name.replace(/-[\w-]{8}\.js$/, ''), kb: kbOf(own), takesCesium: scripts.some(isCesium) };
  });
  return {
    allKb: kbOf([...chunks.keys()].filter((name) => !isCesium(name))),
    cesiumKb: kbOf([...chunks.keys()].filter(isCesium)),
    startKb: kbOf(start),
    controlRoomKb: kbOf([...room].filter((name) => !isCesium(name))),
    pages: pages.sort((a, b) => b.kb - a.kb),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { dist: { type: 'string', default: join(import.meta.dirname, '../../web') } },
  });
  const weight = pageWeight(values.dist);
  console.log(
    `scripts but Cesium's: ${weight.allKb} kB gzip; before sign-in ${weight.startKb} kB; control room ${weight.controlRoomKb} kB; Cesium ${weight.cesiumKb} kB`,
  );
  for (const { name, kb, takesCesium } of weight.pages)
    console.log(`  ${name.padEnd(28)} ${kb.toFixed(1).padStart(7)} kB${takesCesium ? '  and Cesium' : ''}`);
  console.log(JSON.stringify(weight));
}
