/**
 * Role `relay`: the outbox of PostgreSQL and rows of registers that rules go by into the log (server/relay.ts, server/heard-feed.ts),
 * under the lease `relay`. Woken by PostgreSQL at each commit that put something there, and looks by itself as well; with
 * PostgreSQL or Redis away it waits and goes on.
 */
import { unpack } from 'msgpackr';
import { isOver } from '../../core/clock.ts';
import { pause } from '../../core/pause.ts';
import { listen } from '../../db/listen.ts';
import { NOTICE_CHANNEL } from '../../db/notices.ts';
import { forgetSent, markSent, OUTBOX_CHANNEL, readUnsent } from '../../db/outbox.ts';
import { createPool, type Pool, withTransaction } from '../../db/pool.ts';
import { beginTelling, markTold, readToldRegisters, readUntold } from '../../db/registers/heard.ts';
import { noteSettingPlace, readPlacedSettings, reissueSetting } from '../../db/settings.ts';
import { REGISTERS } from '../../registers/index.ts';
import { keys } from '../../stream/keys.ts';
import type { Fence } from '../../stream/protocol/log.ts';
import type { PictureData } from '../../stream/protocol/picture.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { HeardFeed, type HeardTables } from '../heard-feed.ts';
import { leadPark } from '../lead-park.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import { Relay, type RelayRows, type RunningSettings } from '../relay.ts';
import type { RoleContext, RunningRole } from '../role.ts';
import { WATCH_LEASE } from '../watch.ts';

const LEASE = 'relay';
/** Without a notification. */
const LOOK_EVERY_MS = 1_000;
/** When neither the log nor the watch is another one; else at once. */
const CHECK_EVERY_MS = 30_000;
const FORGET_EVERY_MS = 3_600_000;
const KEPT_MS = 7 * 86_400_000;
const HEARD_REGISTERS = REGISTERS.filter(({ heard }) => heard !== undefined);

/** A relay that stands still inside a transaction holds nobody up for longer. */
const IDLE_IN_TRANSACTION_MS = 5_000;

export const start = (context: RoleContext): Promise<RunningRole> => runParks(context, LEASE, openPark);

async function openPark(context: ParkContext): Promise<ParkRun> {
  const { config, logger, clock } = context;
  const park = config.parkCode;
  const pool = createPool(config.databaseUrl, {
    max: 3,
    applicationName: 'parksentry-relay',
    idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
    logger,
  });
  const redis = createRedis(config.redisUrl, { name: 'relay', logger });
  const log = new RedisLog({ redis, park, name: 'relay-log' });
  const lanes = new RedisLaneReader({ redis, park });
  const lead = async (fence: Fence, signal: AbortSignal): Promise<void> => {
    /** Log and watch of the picture looked at last: another of either may have begun with nothing. */
    let seenLife = '';
    const relay = new Relay({
      rows: rowsOf(pool, () => clock.nowMs()),
      log: { head: () => log.head(), append: (entry) => log.append(entry, fence) },
      running: async () => {
        const picture = pictureFrom(await lanes.picture());
        seenLife = picture === null ? '' : `${picture.epoch}:${picture.term}`;
        return picture === null ? null : runningFrom(picture);
      },
      clock,
      logger,
    });
    const heard = new HeardFeed({
      registers: HEARD_REGISTERS,
      tables: heardTablesOf(pool),
      log: {
        head: () => log.head(),
        read: (nextSeq, limit, waitMs) => log.read(nextSeq, limit, waitMs),
        close: () => log.close(),
        append: (entry) => log.append(entry, fence),
      },
      clock,
      logger,
    });
    const bell = new Bell();
    const listening = [OUTBOX_CHANNEL, NOTICE_CHANNEL].map((channel) =>
      listen(pool, channel, () => bell.ring(), signal),
    );
    let checkedAtMs = Number.NEGATIVE_INFINITY;
    let forgotAtMs = clock.nowMs();
    while (!signal.aborted) {
      try {
        await relay.send();
        if ((await lifeOf(redis, park)) !== seenLife || isOver(checkedAtMs, CHECK_EVERY_MS, clock.nowMs())) {
          await relay.check();
          checkedAtMs = clock.nowMs();
        }
        if (isOver(forgotAtMs, FORGET_EVERY_MS, clock.nowMs())) {
          forgotAtMs = clock.nowMs();
          await forgetSent(pool, forgotAtMs - KEPT_MS);
        }
      } catch (error) {
        if (!signal.aborted) logger.warn('relay-waits', { error });
      }
      // Apart: what is wrong with a register holds up no setting, and the other way round.
      try {
        await heard.send();
      } catch (error) {
        if (!signal.aborted) logger.warn('registers-untold', { error });
      }
      await bell.heard(LOOK_EVERY_MS, signal);
    }
    await Promise.all(listening);
  };

  return leadPark(context, {
    lease: LEASE,
    lead,
    close: async () => {
      await lanes.close();
      await log.close();
      closeRedis(redis);
      await pool.end();
    },
  });
}

const rowsOf = (pool: Pool, nowMs: () => number): RelayRows => ({
  unsent: (limit) => readUnsent(pool, limit),
  markSent: (row, place) => markSent(pool, row, place),
  settings: () => readPlacedSettings(pool),
  noteSettingPlace: (body, place) => noteSettingPlace(pool, body, place),
  reissueSetting: (body, above) =>
    withTransaction(pool, (client) =>
      reissueSetting(client, body, above, {
        userId: '',
        userName: 'relay',
        atMs: nowMs(),
        reason: 'the engine ran a newer version that the database has not',
      }),
    ),
});

const heardTablesOf = (pool: Pool): HeardTables => ({
  told: () => readToldRegisters(pool),
  begin: (register, told) => beginTelling(pool, register, told),
  untold: (register, limit) => readUntold(pool, register, limit),
  mark: (register, rows, told) => markTold(pool, register, rows, told),
});

/** Epoch of the log and newest term of watch. */
async function lifeOf(redis: Redis, park: string): Promise<string> {
  const [epoch, term] = await Promise.all([
    redis.hget(keys.logHead(park), 'epoch'),
    redis.hget(keys.terms(park), WATCH_LEASE),
  ]);
  return `${epoch}:${term}`;
}

const pictureFrom = (bytes: Uint8Array | null): PictureData | null =>
  bytes === null ? null : (unpack(bytes) as PictureData);

function runningFrom({ epoch, alarmsSeq, docs }: PictureData): RunningSettings {
  const answers = (docs ?? []).flatMap((doc) => (doc.doc === 'setting' && !doc.gone ? [doc] : []));
  return { epoch, seq: alarmsSeq, answers: new Map(answers.map(({ key, value }) => [key, value])) };
}

/** Something may have come. A ring that nobody waits for is heard by the next who does. */
class Bell {
  #rang = false;
  #wake: () => void = () => {};

  ring(): void {
    this.#rang = true;
    this.#wake();
  }

  async heard(withinMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rang) {
      const wait = new AbortController();
      this.#wake = () => wait.abort();
      await pause(withinMs, AbortSignal.any([signal, wait.signal]));
    }
    this.#rang = false;
  }
}
