/** Files that are on disk when a call returns: what a backup is made of. */
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Under a hidden name first, then renamed: there whole or not at all. Takes the place of a file of that name. */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const hidden = `${path}.new`;
  const file = await open(hidden, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(hidden, path);
  await syncPath(dirname(path));
}

/** Copies and syncs; the folder entry is on disk only when its folder is synced. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to);
  await syncPath(to);
}

export const removeTree = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
