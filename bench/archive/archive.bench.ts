/**
 * The archive and offline replay: how fast entries become a segment, what a fix takes on disk, and how fast a span is
 * replayed from segments, against stepping the same entries from memory. Run: node dist/bench/archive/archive.bench.js [--json]
 */
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { replay } from '../../server/replay.ts';
import { BlobArchive } from '../../stream/archive/blob-archive.ts';
import { MemoryBlobs } from '../../stream/archive/blob-store.ts';
import { segmentName } from '../../stream/archive/catalogue.ts';
import { SegmentBuilder } from '../../stream/archive/segment.ts';
import { MemoryLog, MemoryLogStore } from '../../stream/memory-log.ts';
import { ENTRY_KIND, type RawEntry } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import { MemoryQuarantineSet } from '../../stream/redis-quarantine.ts';
import { busyLog, projection } from '../engine/busy-park.ts';
import { type BenchResult, type BenchRow, benchResult, runAsProgram } from '../geo/measure.ts';

const PARK = { people: 20_000, fences: 200, batch: 500, rounds: 60 };
const CUT_AT_BYTES = 32 << 20;
const ROUNDS = 3;
const EPOCH = 'bench';

function rawLog(): { entries: RawEntry[]; fixes: number; bytes: number } {
  const entries: RawEntry[] = [];
  let fixes = 0;
  let bytes = 0;
  for (const entry of busyLog(PARK)) {
    if (entry.kind === 'fixes') fixes += entry.body.count;
    const body = encodeBody(entry.kind, entry.body as never);
    bytes += body.length;
    entries.push({
      seq: entry.seq,
      epoch: EPOCH,
      kind: ENTRY_KIND[entry.kind],
      receivedAtMs: entry.receivedAtMs,
      body,
    });
  }
  return { entries, fixes, bytes };
}

async function archived(entries: readonly RawEntry[]): Promise<MemoryBlobs> {
  const blobs = new MemoryBlobs();
  let builder: SegmentBuilder | null = null;
  for (const [i, entry] of entries.entries()) {
    if (builder === null) builder = new SegmentBuilder(entry);
    else builder.add(entry);
    if (builder.rawBytes < CUT_AT_BYTES && i < entries.length - 1) continue;
    await blobs.put(segmentName(builder.head, 0), await builder.finish());
    builder = null;
  }
  return blobs;
}

/** CPU seconds, all threads: packing and unpacking run beside the loop. */
async function cpuSecondsOf(work: () => Promise<unknown>): Promise<{ cpuS: number; wallS: number }> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const wallS = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuS: (user + system) / 1e6, wallS };
}

async function rowOf(variant: string, fixes: number, work: () => Promise<unknown>): Promise<BenchRow[]> {
  const wall: number[] = [];
  const cpu: number[] = [];
  await work();
  for (let round = 0; round < ROUNDS; round++) {
    const { cpuS, wallS } = await cpuSecondsOf(work);
    wall.push(fixes / wallS);
    cpu.push(fixes / cpuS);
  }
  const row = (name: string, rates: number[]): BenchRow => {
    const sorted = rates.sort((a, b) => a - b).map(Math.round);
    return { variant: name, best: sorted.at(-1) ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0 };
  };
  return [row(variant, wall), row(`${variant}, a core's worth`, cpu)];
}

export async function run(): Promise<readonly BenchResult[]> {
  const { entries, fixes, bytes } = rawLog();
  const blobs = await archived(entries);
  const sources = {
    archive: new BlobArchive(blobs),
    log: new MemoryLog(new MemoryLogStore({ nowMs: () => 0 }, 'later')),
    quarantine: new MemoryQuarantineSet(),
    transitionsThen: () => Promise.resolve([]),
    projection,
  };
  const span = { fromMs: entries[0]?.receivedAtMs ?? 0, toMs: entries.at(-1)?.receivedAtMs ?? 0, settings: null };
  const stepAll = async (): Promise<void> => {
    const engine = new Engine(createPark(projection));
    for (const raw of entries) engine.step(decodeEntry(raw));
  };
  const rows = [
    ...(await rowOf('replay from segments', fixes, () => replay(sources, span))),
    ...(await rowOf('step from memory', fixes, stepAll)),
    ...(await rowOf('archive', fixes, () => archived(entries))),
  ];
  const packed = (await blobs.list('')).reduce((sum, blob) => sum + blob.bytes, 0);
  const figures = {
    'MB in the log': Math.round(bytes / 1e5) / 10,
    'times smaller archived': Math.round((100 * bytes) / packed) / 100,
    'bytes a fix archived': Math.round((10 * packed) / fixes) / 10,
  };
  return [benchResult('archive and replay', 'fixes/s', rows, ['replay from segments', 'step from memory'], figures)];
}

await runAsProgram(import.meta.url, run);
