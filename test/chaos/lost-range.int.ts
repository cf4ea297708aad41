import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { keys } from '../../stream/keys.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { lngLatAt } from '../builders/plane.ts';
import { Screen } from '../stack/screen.ts';
import { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { CrashPark, PARK } from './crash-park.ts';
import { isSoon } from './oracle.ts';
import { runSchedule } from './run-schedule.ts';

const COMPANY = '900000301';
const LIMIT_MS = 60_000;

describe('a range of the log that is gone', () => {
  let stack: Stack | null = null;
  let screen: Screen | null = null;
  let park: CrashPark | null = null;

  afterEach(async () => {
    screen?.close();
    await stack?.stop();
    await park?.stop();
    stack = null;
    park = null;
  }, LIMIT_MS);

  it('[CRASH-8] trimmed ahead of watch and store, it is named by its numbers: watch goes on behind it, store waits before it', async () => {
    stack = await Stack.start({ roles: ['ingest', 'live', 'admin', 'watch', 'store'] });
    const { dataFolder, pids } = stack;
    const vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '丁化工'));
    await stack.addUser('operator1', 'operator');
    screen = await Screen.signIn(stack, 'operator1');
    const redis = createRedis(stack.redisUrl, { name: 'lost-range', logger: silentLogger });
    const sos = async (personId: string): Promise<void> => {
      const { lng, lat } = lngLatAt(500, 500);
      await vendor.send('positions', [vendor.position(personId, lng, lat, Date.now(), { SOS: true, SOURCE: 'SOS' })]);
    };
    const isShown = (personId: string) => async (): Promise<boolean> =>
      screen?.alarmViews.some((alarm) => alarm.person?.personId === personId) ?? false;
    const nextSeqOfStore = async (): Promise<number> =>
      Number((await stack?.sql("SELECT next_seq FROM reader_offset WHERE reader = 'store'"))?.rows[0]?.next_seq);

    await sos('before');
    expect(await isSoon(LIMIT_MS, isShown('before'))).toBe(true);
    const held = [pids.get('watch'), pids.get('store')].map(Number);
    for (const pid of held) process.kill(pid, 'SIGSTOP');
    for (let n = 0; n < 12; n++) await sos(`lost${n}`);
    const lastLost = Number(await redis.hget(keys.logHead(PARK), 'seq'));
    await sos('kept');
    await redis.xtrim(keys.log(PARK), 'MINID', `${lastLost + 1}-0`);
    for (const pid of held) process.kill(pid, 'SIGCONT');

    const names = (role: string) => async (): Promise<boolean> =>
      new RegExp(`entries \\d+ to ${lastLost} are missing`).test(logOf(dataFolder, role));
    expect(await isSoon(LIMIT_MS, names('store'))).toBe(true);
    expect(await isSoon(LIMIT_MS, names('watch'))).toBe(true);
    // What came after it is worked off: nobody waits for help because others are lost.
    expect(await isSoon(LIMIT_MS, isShown('kept'))).toBe(true);
    await sos('after');
    expect(await isSoon(LIMIT_MS, isShown('after'))).toBe(true);
    expect(screen.client.picture.alarms.size).toBeGreaterThanOrEqual(3);
    expect(await nextSeqOfStore()).toBeLessThanOrEqual(lastLost);
    closeRedis(redis);
  }, 180_000);

  it('[CRASH-9] the newest snapshot gone and the one before it cut short: the park that is restored is the undisturbed one', async () => {
    park = await CrashPark.start();
    const { stack: whole } = park;
    expect(await runSchedule(park, { seed: 901, faults: [] })).toEqual([]);
    const watches = ['watch', 'watch-standby'].map((name) => Number(whole.pids.get(name)));
    // Neither may write another one meanwhile, nor take over before the files are as we want them.
    for (const pid of watches) process.kill(pid, 'SIGSTOP');
    const folder = join(whole.dataFolder, 'snapshots', PARK);
    const seqOf = (name: string): number => Number(/^engine-(\d+)-/.exec(name)?.[1]);
    const [older, newest] = readdirSync(folder)
      .filter((name) => name.endsWith('.snapshot'))
      .toSorted((a, b) => seqOf(a) - seqOf(b));
    rmSync(join(folder, String(newest)));
    truncateSync(join(folder, String(older)), 1_000);
    await park.redis.del(keys.snapshot(PARK));
    for (const pid of watches) process.kill(pid, 'SIGKILL');

    expect(await runSchedule(park, { seed: 902, faults: [] })).toEqual([]);
    const said = logOf(whole.dataFolder, 'watch') + logOf(whole.dataFolder, 'watch-standby');
    expect(said).toContain('snapshot-refused');
  }, 180_000);
});

const logOf = (dataFolder: string, role: string): string =>
  readFileSync(join(dataFolder, 'logs', `${role}.log`), 'utf8');
