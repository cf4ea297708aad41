/**
 * Brings the write-ahead log that PostgreSQL archives into the backup folder, packed: PostgreSQL copies each finished
 * segment into a spool beside its cluster (services/postgres-server.ts), from where it goes on disk here and only then
 * leaves the spool. What no kept base backup needs any more is removed.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { writeDurably } from './durable.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);
const PACKED = '.gz';
/** Segments, their partial and backup-history forms, and timeline histories; never the hidden names of a copy under way. */
const SHIPPED = /^([0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history)$/;
const SEGMENT = /^[0-9A-F]{24}$/;

/** Ships everything in the spool; returns how many files. Throws what the file system throws. */
export async function shipWal(spoolFolder: string, walFolder: string): Promise<number> {
  const names = (await readdir(spoolFolder)).filter((name) => SHIPPED.test(name)).sort();
  if (names.length > 0) await mkdir(walFolder, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const spooled = join(spoolFolder, name);
    await writeDurably(join(walFolder, name + PACKED), await pack(await readFile(spooled), { level: 1 }));
    await rm(spooled, { force: true });
  }
  return names.length;
}

/** Names of the segments that are kept, in order. */
export async function listWal(walFolder: string): Promise<string[]> {
  const names = await readdir(walFolder).catch(() => [] as string[]);
  return names
    .filter((name) => name.endsWith(PACKED))
    .map((name) => name.slice(0, -PACKED.length))
    .sort();
}

/** Segments before `firstNeeded` of any timeline go; histories stay. */
export async function pruneWal(walFolder: string, firstNeeded: string): Promise<number> {
  const old = (await listWal(walFolder)).filter((name) => SEGMENT.test(name) && name.slice(8) < firstNeeded.slice(8));
  for (const name of old) await rm(join(walFolder, name + PACKED), { force: true });
  return old.length;
}

/** Unpacks every kept file into `folder`, for recovery to read. */
export async function unpackWal(walFolder: string, folder: string): Promise<number> {
  const names = await listWal(walFolder);
  for (const name of names) {
    await writeDurably(join(folder, name), await unpack(await readFile(join(walFolder, name + PACKED))));
  }
  return names.length;
}

/** Segments missing between the first and the last that a backup needs; a segment is 16 MB. */
export function missingWal(kept: readonly string[], firstWal: string, lastWal: string): string[] {
  const have = new Set(kept);
  const missing: string[] = [];
  const timeline = firstWal.slice(0, 8);
  for (let at = segmentNumber(firstWal); at <= segmentNumber(lastWal); at++) {
    const name = timeline + hex8(Math.floor(at / SEGMENTS_A_LOG)) + hex8(at % SEGMENTS_A_LOG);
    if (!have.has(name)) missing.push(name);
  }
  return missing;
}

/**
 * Segments missing from the first that a backup needs up to the newest kept: recovery ends at the first of them. Where the
 * newest is of a later timeline, only those the backup itself needs are looked for.
 */
export function walHoles(kept: readonly string[], firstWal: string, lastWal: string): string[] {
  const newest = kept
    .filter((name) => SEGMENT.test(name))
    .sort()
    .at(-1);
  const isSame = newest !== undefined && newest.slice(0, 8) === firstWal.slice(0, 8) && newest > lastWal;
  return missingWal(kept, firstWal, isSame ? newest : lastWal);
}

/** 4 GB of log in segments of 16 MB. */
const SEGMENTS_A_LOG = 256;
const segmentNumber = (name: string): number =>
  Number.parseInt(name.slice(8, 16), 16) * SEGMENTS_A_LOG + Number.parseInt(name.slice(16, 24), 16);
const hex8 = (n: number): string => n.toString(16).toUpperCase().padStart(8, '0');
