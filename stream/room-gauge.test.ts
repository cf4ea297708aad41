import { describe, expect, test } from 'vitest';
import type { Logger } from '../core/logger.ts';
import { silentLogger } from '../core/logger.ts';
import type { Redis } from './redis.ts';
import { MemoryOpsAlarms } from './redis-ops-alarms.ts';
import { RoomGauge, roomFromInfo, tellRoom } from './room-gauge.ts';

const info = (fields: Record<string, number>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('');

describe('roomFromInfo', () => {
  test('[LOG-60] memory is measured against maxmemory, else the configured limit, else the machine', () => {
    expect(roomFromInfo(info({ used_memory: 70, maxmemory: 100 }), 1_000, null).used).toBe(0.7);
    expect(roomFromInfo(info({ used_memory: 70, maxmemory: 0 }), 1_000, null).used).toBe(0.07);
    expect(roomFromInfo(info({ used_memory: 75, maxmemory: 0, total_system_memory: 200 }), 0, null).used).toBe(0.5);
  });

  test('[LOG-61] what a rewrite copies counts while it runs', () => {
    const fields = { used_memory: 60, maxmemory: 100, current_cow_size: 30 };
    expect(roomFromInfo(info({ ...fields, aof_rewrite_in_progress: 1 }), 0, null).used).toBe(0.9);
    expect(roomFromInfo(info({ ...fields, aof_rewrite_in_progress: 0 }), 0, null).used).toBe(0.6);
  });

  test('[LOG-62] the disk counts with what the next rewrite writes, and the fuller of the two decides', () => {
    const room = roomFromInfo(info({ used_memory: 10, maxmemory: 100 }), 0, { totalBytes: 100, freeBytes: 20 });
    expect(room).toEqual({ used: 0.9, memoryUsed: 0.1, diskUsed: 0.9 });
  });
});

describe('RoomGauge', () => {
  const createGauge = (): { gauge: RoomGauge; events: string[] } => {
    const events: string[] = [];
    const note = (event: string): void => void events.push(event);
    const logger: Logger = { ...silentLogger, info: note, warn: note, error: note };
    return { gauge: new RoomGauge({ redis: {} as Redis, limitBytes: 0, logger }), events };
  };
  const at = (used: number) => ({ used, memoryUsed: used, diskUsed: null });

  test('[LOG-63] positions close at 85 % and open again below 80 %; one warning from 70 % on', () => {
    const { gauge, events } = createGauge();
    const open = [0.5, 0.7, 0.75, 0.849, 0.85, 0.84, 0.8, 0.799, 0.84, 0.69, 0.71].map((used) => {
      gauge.take(at(used));
      return gauge.positionsOpen();
    });
    expect(open).toEqual([true, true, true, true, false, false, false, true, true, true, true]);
    expect(events).toEqual(['log-filling', 'log-full', 'log-has-room', 'log-filling']);
  });

  test('[LOG-64] a server that does not answer changes nothing', async () => {
    const { gauge } = createGauge();
    gauge.take(at(0.9));
    await gauge.look();
    expect(gauge.positionsOpen()).toBe(false);
  });

  test('[LOG-66] frames are left out from 95 % on', () => {
    const { gauge } = createGauge();
    const open = [0.5, 0.85, 0.949, 0.95, 1.2, 0.94].map((used) => {
      gauge.take(at(used));
      return gauge.framesOpen();
    });
    expect(open).toEqual([true, true, true, false, false, true]);
  });

  test('[LOG-67] an ops alarm stands for memory and for the disk while either is above 70 %', async () => {
    const opsAlarms = new MemoryOpsAlarms();
    const standing = async () => (await opsAlarms.list()).map(({ subject, detail }) => `${subject}: ${detail}`);
    await tellRoom({ used: 0.9, memoryUsed: 0.72, diskUsed: 0.9 }, opsAlarms, 1);
    expect(await standing()).toEqual([
      "disk: 90 % of the log's disk is used; positions are refused, calls for help are not",
      "memory: 72 % of the log's memory is used",
    ]);
    await tellRoom({ used: 0.7, memoryUsed: 0.7, diskUsed: null }, opsAlarms, 2);
    expect(await standing()).toEqual(["memory: 70 % of the log's memory is used"]);
    await tellRoom({ used: 0.6, memoryUsed: 0.6, diskUsed: 0.1 }, opsAlarms, 3);
    expect(await standing()).toEqual([]);
  });
});
