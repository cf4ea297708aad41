import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import { loadConfig } from '../config.ts';
import { checkArchive } from './doctor-archive.ts';

describe('park doctor on the archive', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parksentry-doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const check = (place: string) => checkArchive(loadConfig({ PARK_ARCHIVE: place, PARK_DATA_DIR: folder }));

  it('[ARC-31] says where it lies and how far it reaches, that it is off, or what does not answer', async () => {
    expect(await check('none')).toMatchObject({ state: 'ok', detail: expect.stringContaining('off') });
    const place = join(folder, 'archive');
    expect(await check(place)).toMatchObject({ state: 'unknown', detail: expect.stringContaining('nothing archived') });
    const name = 'segments/2026-11-21/1795248000000-1795248060000_1-60_0_e';
    await new FileBlobs(place).put(name, new Uint8Array(2_000_000));
    expect(await check(place)).toMatchObject({
      state: 'ok',
      detail: `2026-11-21T08:00:00.000Z to 2026-11-21T08:01:00.000Z, 1 segments, 2.0 MB, 0 snapshots, at ${place}`,
    });
    writeFileSync(join(folder, 'file'), '');
    expect(await check(join(folder, 'file'))).toMatchObject({ state: 'wrong' });
  });
});
