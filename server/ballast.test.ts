import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../core/logger.ts';
import { Ballast, DISK_TIMES, DROP_BELOW_BYTES, STEP_BYTES } from './ballast.ts';

const BYTES = 2 * STEP_BYTES + 1_000;
const SPACIOUS = { totalBytes: 100 * DROP_BELOW_BYTES, freeBytes: 50 * DROP_BELOW_BYTES };
const FULL = { ...SPACIOUS, freeBytes: DROP_BELOW_BYTES - 1 };

describe('ballast', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-'));
    file = join(folder, 'ballast');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (bytes = BYTES): Ballast => new Ballast({ file, bytes, logger: silentLogger });
  const size = (): number => (existsSync(file) ? statSync(file).size : 0);

  it('[LOG-68] is made little by little, to its size', async () => {
    const ballast = open();
    const sizes: number[] = [];
    for (let look = 0; look < 4; look++) {
      await ballast.look(SPACIOUS);
      sizes.push(size());
    }
    expect(sizes).toEqual([STEP_BYTES, 2 * STEP_BYTES, BYTES, BYTES]);
  });

  it('[LOG-68] goes when the disk runs full, and is made again only when there is room for it', async () => {
    const ballast = open();
    await ballast.look(SPACIOUS);
    await ballast.look(FULL);
    expect(size()).toBe(0);
    for (const freeBytes of [0, DROP_BELOW_BYTES, 2 * DROP_BELOW_BYTES + BYTES - 1]) {
      await ballast.look({ ...SPACIOUS, freeBytes });
    }
    expect(size()).toBe(0);
    await ballast.look({ ...SPACIOUS, freeBytes: 2 * DROP_BELOW_BYTES + BYTES });
    expect(size()).toBe(STEP_BYTES);
  });

  it('[LOG-68] there is none on a small disk, and none where none is wanted', async () => {
    await open().look({ ...SPACIOUS, totalBytes: DISK_TIMES * BYTES - 1 });
    expect(size()).toBe(0);
    await open().look(SPACIOUS);
    await open(0).look(SPACIOUS);
    expect(size()).toBe(0);
    await open(0).look(SPACIOUS);
    expect(size()).toBe(0);
  });
});
