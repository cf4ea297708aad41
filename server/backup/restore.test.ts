import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { loadConfig } from '../config.ts';
import { SnapshotFiles } from '../snapshot-files.ts';
import { restorePark } from './restore.ts';

describe('restoring into a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parksentry-restore-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const restore = () => {
    const config = loadConfig({ PARK_DATA_DIR: folder });
    const request = { from: join(folder, 'no backups'), backup: null, keyFile: null };
    return restorePark(config, request, { clock: systemClock, logger: silentLogger });
  };
  const { parkCode } = loadConfig({});
  const leftover = { epoch: 'e1', seq: 7, term: 1, bytes: Buffer.from('state') };

  test('[BAK-11] one with a log, or with snapshots of the park, is refused before anything else', async () => {
    await new SnapshotFiles(join(folder, 'snapshots', 'another')).put(leftover);
    await expect(restore()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await new SnapshotFiles(join(folder, 'snapshots', parkCode)).put(leftover);
    await expect(restore()).rejects.toMatchObject({ code: 'CONFLICT', detail: expect.stringContaining('snapshots') });
    mkdirSync(join(folder, 'redis', 'appendonlydir'), { recursive: true });
    await expect(restore()).rejects.toMatchObject({ code: 'CONFLICT', detail: expect.stringContaining('log') });
  });
});
