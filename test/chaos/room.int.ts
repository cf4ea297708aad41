import { appendFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import type { LedgerReport } from '../../server/cli/ledger.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { lngLatAt } from '../builders/plane.ts';
import { Screen } from '../stack/screen.ts';
import { canMount, Stack, type StackOptions } from '../stack/stack.ts';
import { Vendor, type VendorRecord } from '../stack/vendor.ts';
import { isSoon } from './oracle.ts';

const COMPANY = '900000201';
const LIMIT_MS = 60_000;
const MB = 1024 * 1024;

interface Reply {
  readonly status: number;
  readonly code?: string;
  readonly accepted?: number;
  readonly kept_sos?: number;
}

const usedBytes = async (redis: Redis): Promise<number> =>
  Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);

/** A park that runs out of something, one company, and one operator. */
class CrampedPark {
  readonly stack: Stack;
  readonly vendor: Vendor;
  readonly screen: Screen;
  readonly redis: Redis;
  /** Records that were sent, and of them those that the park said it kept. */
  readonly sent = new Set<string>();
  readonly kept = new Set<string>();
  #n = 0;

  private constructor(stack: Stack, vendor: Vendor, screen: Screen) {
    this.stack = stack;
    this.vendor = vendor;
    this.screen = screen;
    this.redis = createRedis(stack.redisUrl, { name: 'room-test', logger: silentLogger });
    this.redis.on('error', () => {});
  }

  static async start(options: StackOptions): Promise<CrampedPark> {
    const stack = await Stack.start(options);
    const vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '丙化工'));
    await stack.addUser('operator1', 'operator');
    return new CrampedPark(stack, vendor, await Screen.signIn(stack, 'operator1'));
  }

  async stop(): Promise<void> {
    this.screen.close();
    closeRedis(this.redis);
    await this.stack.stop();
  }

  position(): Promise<Reply> {
    const { lng, lat } = lngLatAt(400, 400);
    return this.#send(this.vendor.position('p1', lng, lat, this.#nowMs(), { SOURCE: 'GNSS' }));
  }

  sos(personId: string): Promise<Reply> {
    const { lng, lat } = lngLatAt(500, 500);
    return this.#send(this.vendor.position(personId, lng, lat, this.#nowMs(), { SOS: true, SOURCE: 'SOS' }));
  }

  isRefusing = async (): Promise<boolean> => {
    const { status, code } = await this.position();
    return status === 503 && code === 'LOG_FULL';
  };

  isTaking = async (): Promise<boolean> => (await this.position()).status === 200;

  isShown = async (personId: string): Promise<boolean> =>
    this.screen.alarmViews.some((alarm) => alarm.rule === 'sos' && alarm.person?.personId === personId);

  /** Everything that was said to be kept is stored, nothing that was not sent, and the books have as many. */
  async expectAllStored(): Promise<void> {
    const stored = async (): Promise<string[]> => {
      const { rows } = await this.stack.sql(
        `SELECT person.person_id || ' ' || (extract(epoch FROM observed_at) * 1000)::bigint AS key
         FROM position JOIN person ON person.id = position.person_id`,
      );
      return rows.map((row) => row.key);
    };
    const areThere = async (): Promise<boolean> => {
      const there = new Set(await stored());
      return [...this.kept].every((key) => there.has(key));
    };
    expect(await isSoon(LIMIT_MS, areThere)).toBe(true);
    const there = await stored();
    expect(there.filter((key) => !this.sent.has(key))).toEqual([]);
    const [report] = (await this.stack.park('ledger', '--company', COMPANY)) as unknown as [LedgerReport];
    expect(report.balanced).toBe(true);
    expect(report.total.stored).toBe(there.length);
  }

  async #send(record: VendorRecord): Promise<Reply> {
    const key = `${record['PERSON_ID']} ${record['COLLECT_TIME']}`;
    this.sent.add(key);
    const response = await this.vendor.post('/v1/positioning/positions', [record], AbortSignal.timeout(5_000));
    const reply = { ...((await response.json()) as Omit<Reply, 'status'>), status: response.status };
    if (reply.status === 200 || reply.kept_sos === 1) this.kept.add(key);
    return reply;
  }

  #nowMs(): number {
    return Date.now() - 10_000 + this.#n++;
  }
}

describe('running out of room', () => {
  let park: CrampedPark | null = null;

  afterEach(async () => {
    await park?.stop();
    park = null;
  }, LIMIT_MS);

  it('[CRASH-6] memory 85 % full: positions are refused, SOS and acts are taken, and positions again when there is room', async () => {
    park = await CrampedPark.start({ redisMaxMemoryMb: 64 });
    const { redis, screen } = park;
    expect(await isSoon(LIMIT_MS, park.isTaking)).toBe(true);
    const fillers: string[] = [];
    while ((await usedBytes(redis)) < 0.88 * 64 * MB) {
      const filler = `filler-${fillers.length}`;
      await redis.set(filler, Buffer.alloc(MB / 4));
      fillers.push(filler);
    }
    expect(await isSoon(LIMIT_MS, park.isRefusing)).toBe(true);

    for (let n = 0; n < 50; n++) expect(await park.sos(`s${n}`)).toMatchObject({ code: 'LOG_FULL', kept_sos: 1 });
    expect(await isSoon(LIMIT_MS, () => (park as CrampedPark).isShown('s49'))).toBe(true);
    const alarmId = screen.alarmViews.find((alarm) => alarm.person?.personId === 's49')?.alarmId ?? '';
    screen.act('acknowledge', alarmId);
    const isAcknowledged = async (): Promise<boolean> =>
      screen.client.picture.alarms.get(alarmId)?.acknowledged === true;
    expect(await isSoon(LIMIT_MS, isAcknowledged)).toBe(true);

    await redis.del(...fillers);
    expect(await isSoon(LIMIT_MS, park.isTaking)).toBe(true);
    await park.expectAllStored();
  }, 180_000);

  it.skipIf(!canMount)(
    '[CRASH-7] disk full: positions are refused early, SOS is taken; a Redis that ends itself for want of room has everything acknowledged after it',
    async () => {
      park = await CrampedPark.start({ diskMb: 600 });
      const { stack } = park;
      const filler = join(stack.dataFolder, 'filler');
      const leave = (leftBytes: number): void => {
        for (;;) {
          const { bavail, bsize } = statfsSync(stack.dataFolder);
          const bytes = Math.min(MB, bavail * bsize - leftBytes);
          if (bytes <= 0) return;
          try {
            appendFileSync(filler, Buffer.alloc(bytes));
          } catch (error) {
            // Somebody else took the last of it meanwhile.
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          }
        }
      };
      expect(await isSoon(LIMIT_MS, park.isTaking)).toBe(true);
      leave(60 * MB);
      expect(await isSoon(LIMIT_MS, park.isRefusing)).toBe(true);
      for (let n = 0; n < 20; n++) expect(await park.sos(`s${n}`)).toMatchObject({ code: 'LOG_FULL', kept_sos: 1 });
      expect(await isSoon(LIMIT_MS, () => (park as CrampedPark).isShown('s19'))).toBe(true);

      // The last page: frames and calls for help take what is left of it.
      leave(0);
      let hasEnded = false;
      void stack.redis.ended.then(() => {
        hasEnded = true;
      });
      const crammed = park;
      let n = 20;
      const ends = async (): Promise<boolean> => {
        await crammed.sos(`s${n++}`);
        return hasEnded;
      };
      expect(await isSoon(LIMIT_MS, ends)).toBe(true);

      rmSync(filler);
      await stack.startRedis();
      expect(await isSoon(LIMIT_MS, park.isTaking)).toBe(true);
      // PostgreSQL lies on the same disk, and may have ended itself too.
      if (!(await isSoon(5_000, async () => (await stack.sql('SELECT 1')).rowCount === 1))) await stack.startPostgres();
      await park.expectAllStored();
    },
    180_000,
  );
});
