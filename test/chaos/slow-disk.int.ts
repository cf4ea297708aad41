import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import type { EmbeddedServer } from '../../server/services/process.ts';
import { startRedisServer } from '../../server/services/redis-server.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { isSoon } from './oracle.ts';
import { canSlowDown, SlowDisk } from './slow-disk.ts';

const PARK = 'slow';
const SYNC_MS = 80;
const SENDERS = 12;
const ENOUGH = 150;

let dataFolder: string;
let server: EmbeddedServer | null = null;

beforeEach(() => {
  dataFolder = mkdtempSync(join(realpathSync(tmpdir()), 'parksentry-slow-'));
});

afterEach(async () => {
  await server?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

it.skipIf(!canSlowDown)(
  '[CRASH-5] Redis with a slow disk, killed in the middle, its files cut to what was synced: every acknowledged append is there',
  async () => {
    const disk = new SlowDisk(dataFolder, SYNC_MS);
    server = await startRedisServer({ dataFolder, binary: disk.binary, maxMemoryMb: 64 });
    const redis = createRedis(server.url, { name: 'slow-disk', logger: silentLogger });
    await whenReady(redis);
    const log = new RedisLog({ redis, park: PARK });
    /** Sequence of each acknowledged body. */
    const acknowledged = new Map<string, number>();
    let isOver = false;
    let begun = 0;
    const sender = async (): Promise<void> => {
      while (!isOver) {
        const text = `entry ${begun++}`;
        // Of many sizes, so that some writes go through the buffer in pieces.
        const body = Buffer.from(text.padEnd(20 + (begun % 7) * 3_000));
        try {
          const { seq } = await log.append({ kind: 1, receivedAtMs: Date.now(), body, dedupId: text });
          acknowledged.set(text, seq);
        } catch {
          return;
        }
      }
    };
    const senders = Array.from({ length: SENDERS }, sender);
    const files = join(dataFolder, 'redis', 'appendonlydir');
    const isSyncing = async (): Promise<boolean> => acknowledged.size >= ENOUGH && disk.unsynced(files).length > 0;
    expect(await isSoon(30_000, isSyncing)).toBe(true);
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    isOver = true;
    await Promise.all(senders);
    closeRedis(redis);
    disk.cutPower(files);

    server = await startRedisServer({ dataFolder, maxMemoryMb: 64 });
    const again = createRedis(server.url, { name: 'slow-disk', logger: silentLogger });
    const reader = new RedisLog({ redis: again, park: PARK });
    const kept = await reader.read(1, 100_000, 0);
    await reader.close();
    closeRedis(again);
    const bySeq = new Map(kept.map(({ seq, body }) => [seq, Buffer.from(body).toString().trimEnd()]));
    expect([...acknowledged].filter(([text, seq]) => bySeq.get(seq) !== text)).toEqual([]);
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, n) => n + 1));
  },
  60_000,
);
