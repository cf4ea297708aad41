/** Files that are on disk when a call returns: what a backup is made of. */
import { open, rename, rm } from 'node:fs/promises';
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
  const hidden = `${path}.${process.pid}.new`;
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

export const removeTree = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
