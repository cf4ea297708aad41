/**
 * Small facts that a data folder keeps from one start to the next: passwords, ports, and who uses the folder now.
 * Secrets are readable by their owner only and written whole or not at all.
 * Called by the embedded servers and by server/supervisor.ts.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import { startMarkOf } from './process.ts';

/** Below the range from which Linux takes ports of outgoing connections (32768-60999), so that none sits on ours. */
const FIRST_PORT = 15_000;
const LAST_PORT = 31_999;

/** Writes a file whole, on disk, readable by its owner only. */
export function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** The secret kept at `path` (hex), made at the first call. */
export function keptSecret(path: string, byteLength: number): string {
  const kept = readText(path);
  if (kept !== undefined && kept !== '') return kept;
  const secret = randomBytes(byteLength).toString('hex');
  writePrivateFile(path, `${secret}\n`);
  return secret;
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** A free port of 127.0.0.1: the one kept at `path` while it is free, else a new one, kept from then on. */
export async function keptPort(path: string): Promise<number> {
  const kept = Number(readText(path));
  if (Number.isInteger(kept) && kept > 0 && kept < 65_536) {
    // A server that just ended may take a moment to let go of it.
    for (let attempt = 0; attempt < 20; attempt++) {
      if (await isFree(kept)) return kept;
      await pause(100);
    }
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await isFree(port)) {
      writePrivateFile(path, `${port}\n`);
      return port;
    }
  }
  throw new AppError('CONFLICT', { detail: `no free port of 127.0.0.1 between ${FIRST_PORT} and ${LAST_PORT}` });
}

/**
 * Marks `folder` as used by this process until the returned function is called. Throws CONFLICT when another living
 * process uses it; the mark of a dead one is taken over.
 */
export function claimFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'owner.pid');
  const [pidText, mark] = (readText(path) ?? '').split(' ');
  const pid = Number(pidText);
  if (pid > 1 && pid !== process.pid && mark !== undefined && startMarkOf(pid) === mark) {
    throw new AppError('CONFLICT', { detail: `process ${pid} uses ${folder}; end it first, or choose another folder` });
  }
  writePrivateFile(path, `${process.pid} ${startMarkOf(process.pid) ?? ''}\n`);
  return () => {
    if (Number((readText(path) ?? '').split(' ')[0]) === process.pid) rmSync(path, { force: true });
  };
}
