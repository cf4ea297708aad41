/** Files that are on disk when a call returns: what a backup is made of. */
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The names in `folder` and in every folder below it; the files themselves are their writers' business. */
export async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  }
  await syncPath(folder);
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
