/** Redis on a disk that takes its time, and what a power cut leaves of it. Linux with a C compiler. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const canSlowDown = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

export class SlowDisk {
  /** A program to start in place of redis-server. */
  readonly binary: string;
  readonly #notes: string;

  constructor(folder: string, delayMs: number) {
    this.#notes = join(folder, 'notes');
    mkdirSync(this.#notes, { recursive: true });
    const library = join(folder, 'slow-disk.so');
    const source = join(import.meta.dirname, 'slow-disk.c');
    const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
    if (status !== 0) throw new Error(`cc: ${stderr}`);
    this.binary = join(folder, 'redis-server-slow');
    const environment = `LD_PRELOAD='${library}' SLOW_DISK_MS=${delayMs} SLOW_DISK_NOTES='${this.#notes}'`;
    writeFileSync(this.binary, `#!/bin/sh\n${environment} exec redis-server "$@"\n`);
    chmodSync(this.binary, 0o755);
  }

  /** Files of the folder that are longer than what a sync that ended has covered, with that length. */
  unsynced(folder: string): (readonly [path: string, syncedBytes: number])[] {
    return readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      const { ino, size } = statSync(path);
      const synced = this.#syncedBytes(ino);
      return synced < size ? [[path, synced] as const] : [];
    });
  }

  /** The disk loses what was not synced. */
  cutPower(folder: string): void {
    for (const [path, syncedBytes] of this.unsynced(folder)) truncateSync(path, syncedBytes);
  }

  #syncedBytes(inode: number): number {
    try {
      return Number(readFileSync(join(this.#notes, String(inode)), 'utf8'));
    } catch {
      return 0;
    }
  }
}
