import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import type { LedgerReport } from '../../server/cli/ledger.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { lngLatAt, squareAt } from '../builders/plane.ts';
import { Screen } from '../stack/screen.ts';
import { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { PARK } from './crash-park.ts';

const COMPANY = '900000301';
const PEOPLE = 50;
const WAIT = { timeout: 60_000, interval: 100 };

const wkt = (): string => {
  const ring = squareAt(0, 0, 60)[0]?.[0] ?? [];
  return `POLYGON((${ring.map(([lng, lat]) => `${lng} ${lat}`).join(',')}))`;
};

/** What the command printed for the newest archived entry. */
interface ArchiveLine {
  readonly lastSeq?: number;
}

describe('a drill: the machine is gone, its backup and archive are not', () => {
  const made: string[] = [];
  const folder = (name: string): string => {
    const path = mkdtempSync(join(realpathSync(tmpdir()), `parksentry-${name}-`));
    chmodSync(path, 0o711);
    made.push(path);
    return path;
  };
  const backupFolder = folder('backup');
  const archiveFolder = folder('archive');
  const restoredFolder = folder('restored');
  const keyFolder = folder('key');
  const env = { PARK_BACKUP_DIR: backupFolder, PARK_ARCHIVE: archiveFolder, PARK_ARCHIVE_CUT_S: '1' };
  let lost: Stack | undefined;
  let stack: Stack | undefined;
  let vendor: Vendor;
  let tick = 0;

  beforeAll(async () => {
    lost = await Stack.start({ env });
    vendor = new Vendor(lost.ingestUrl, await lost.addCompany(COMPANY, '丙化工'));
    await lost.addUser('operator1', 'operator');
    await vendor.send(
      'persons',
      Array.from({ length: PEOPLE }, (_, k) => vendor.person(`p${k}`)),
    );
    await vendor.send('areas', [
      {
        ID: 'forbidden',
        COMPANY_CODE: COMPANY,
        ZONE_NAME: '变电所',
        ZONE_TYPE: '1',
        AREA_KIND: 'FORBIDDEN',
        GEO: wkt(),
        DELETED: '0',
      },
    ]);
  }, 120_000);

  afterAll(async () => {
    await lost?.stop();
    await stack?.stop();
    for (const path of made) rmSync(path, { recursive: true, force: true });
  }, 60_000);

  const send = async (ticks: number): Promise<void> => {
    for (let n = 0; n < ticks; n++) {
      const atMs = Date.now();
      // Apart, so that nothing but the two alarms is raised however long the test takes.
      const east = (k: number): number => (k === 0 ? 30 : 400 + 40 * k + tick);
      await vendor.send(
        'positions',
        Array.from({ length: PEOPLE }, (_, k) => {
          const { lng, lat } = lngLatAt(east(k), k === 0 ? 30 : 400);
          return vendor.position(`p${k}`, lng, lat, atMs, { ACCURACY: 1, SOURCE: 'GNSS' });
        }),
      );
      tick++;
    }
  };

  const ledger = async (of: Stack): Promise<LedgerReport> =>
    ((await of.park('ledger', '--company', COMPANY)) as unknown as [LedgerReport])[0];

  it('[BAK-9] restored on an empty machine, the park has every record and alarm it had accepted, its books balance, and it goes on', async () => {
    if (lost === undefined) throw new Error('no park');
    await send(10);
    await lost.park('backup');
    await send(10);
    const { lng, lat } = lngLatAt(500, 500);
    await vendor.send('positions', [vendor.position('p3', lng, lat, Date.now(), { SOS: true, SOURCE: 'SOS' })]);
    // All that was accepted is stored and archived; the last minute of a real machine would be what is lost.
    const accepted = vendor.accepted;
    const before = await vi.waitFor(async () => {
      const report = await ledger(lost as Stack);
      expect(report.total.stored + report.total.duplicate).toBe(accepted);
      expect(report.total.acknowledged).toBe(accepted);
      return report;
    }, WAIT);
    const alarmsOf = async (of: Stack): Promise<unknown[]> =>
      (await of.sql('SELECT alarm_id, rule, active, acknowledged, onset_at FROM alarm ORDER BY alarm_id')).rows;
    const alarms = await alarmsOf(lost);
    expect(alarms.length).toBeGreaterThanOrEqual(2);
    // What the door counted is an entry too, and the books may name one that the store has still to take.
    const redis = createRedis(lost.redisUrl, { name: 'drill', logger: silentLogger });
    const head = await new RedisLog({ redis, park: PARK }).head();
    closeRedis(redis);
    await vi.waitFor(async () => {
      const lines = (await (lost as Stack).park('archive', 'list')) as ArchiveLine[];
      const lastSeq = Math.max(...lines.flatMap((line) => (line.lastSeq === undefined ? [] : [line.lastSeq])));
      expect(lastSeq).toBeGreaterThanOrEqual(head.seq);
    }, WAIT);
    const key = join(keyFolder, 'master.key');
    copyFileSync(join(lost.dataFolder, 'master.key'), key);
    const gone = lost;
    lost = undefined;
    await gone.stop();

    const restoreEnv = { ...gone.env, ...env, PARK_DATA_DIR: restoredFolder };
    delete (restoreEnv as Record<string, unknown>)['REDIS_URL'];
    delete (restoreEnv as Record<string, unknown>)['DATABASE_URL'];
    const [restored] = await Stack.runPark(restoreEnv, 'restore', '--from', backupFolder, '--key', key);
    const logs = [{ applied: { toSeq: expect.any(Number) } }];
    expect(restored).toMatchObject({ archived: { missing: [], logs } });

    stack = await Stack.start({ dataFolder: restoredFolder, env });
    const after = await ledger(stack);
    expect(after.balanced).toBe(true);
    expect(after.total).toEqual(before.total);
    expect(await alarmsOf(stack)).toEqual(alarms);

    // The same supplier, the same secret, the same operator: the master key opens what was sealed.
    const screen = await Screen.signIn(stack, 'operator1');
    await vi.waitFor(() => {
      const standing = screen.alarmViews.map((alarm) => alarm.rule);
      expect(standing).toEqual(expect.arrayContaining(['sos', 'out-of-bounds']));
    }, WAIT);
    vendor = new Vendor(stack.ingestUrl, vendor.credential);
    await send(3);
    await vi.waitFor(async () => {
      const report = await ledger(stack as Stack);
      expect(report.balanced).toBe(true);
      expect(report.total.stored).toBe(before.total.stored + vendor.accepted);
    }, WAIT);
    screen.close();
  }, 300_000);
});
