/**
 * `park store go-on`: a store whose next entries are gone from the log waits; this moves it behind them. The range is named
 * by whoever runs it and noted in the audit trail: nothing is skipped unseen.
 */
import { COMMAND_LINE, insertAudit } from '../../admin/audit.ts';
import { AppError } from '../../core/errors.ts';
import { readStoreOffset } from '../../db/ledger.ts';
import { passLostRange } from '../../db/lost-range.ts';
import { createPool, withTransaction } from '../../db/pool.ts';
import { STORE_READER, type StoreOffsets } from '../../db/store-port.ts';
import { idFromSeq, keys, seqFromId } from '../../stream/keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { WATCH_LEASE } from '../watch.ts';
import { type Command, EXIT_DONE, UsageError } from './command.ts';

const REDIS_WAIT_MS = 3_000;

export const command: Command = {
  name: 'store',
  summary: 'Let the store go on behind entries that the log has lost',
  usage: ['store go-on --from SEQ --reason TEXT'],
  options: {
    from: {
      type: 'string',
      value: 'SEQ',
      doc: 'First entry behind the lost ones, as the ops alarm or a first try tells',
    },
    reason: { type: 'string', value: 'TEXT', doc: 'Why they are gone; kept in the audit trail' },
  },
  notes: [
    'What is lost is lost to the database: look first whether the archive has it (park archive, park restore).',
    'A store that runs goes on by itself within seconds.',
  ],
  async run(context) {
    const [verb] = context.words;
    if (verb !== 'go-on') throw new UsageError('say what: store go-on');
    const from = context.wholeNumber('from', 1, Number.MAX_SAFE_INTEGER);
    if (from === undefined) throw new UsageError('--from is needed');
    const reason = context.required('reason').trim();
    const { config, logger } = context;
    const park = config.parkCode;
    const pool = createPool(databaseUrlOf(config), { max: 1, applicationName: 'park-store' });
    const redis = createRedis(redisUrlOf(config), { name: 'park-store', logger });
    try {
      await whenReady(redis, REDIS_WAIT_MS);
      const at = await readStoreOffset(pool);
      if (at === null) throw new AppError('NOT_FOUND', { detail: 'no store has begun here' });
      const to = await firstReadable(redis, park, at);
      if (from !== to.nextSeq)
        throw new AppError('INPUT_INVALID', { detail: `${missingOf(at, to)}: --from ${to.nextSeq}` });
      const isMoving = to.nextSeq !== at.nextSeq || to.alarmsNextSeq !== at.alarmsNextSeq;
      await withTransaction(pool, async (client) => {
        if (isMoving && !(await passLostRange(client, at, to))) {
          throw new AppError('CONFLICT', { detail: 'the store moved meanwhile; look again' });
        }
        const detail = { reason, from: placeOf(at), to };
        await insertAudit(client, {
          actor: COMMAND_LINE,
          action: 'log.range-lost',
          subject: at.epoch,
          outcome: 'ok',
          detail,
        });
      });
      const opsAlarms = new RedisOpsAlarms({ redis, park });
      for (const reader of [STORE_READER, WATCH_LEASE]) await opsAlarms.clear('log-range-lost', reader);
      context.print({ ok: true, epoch: at.epoch, from: placeOf(at), to }, `${missingOf(at, to)}; noted`);
      return EXIT_DONE;
    } finally {
      closeRedis(redis);
      await pool.end();
    }
  },
};

const placeOf = ({ nextSeq, alarmsNextSeq }: StoreOffsets): StoreOffsets => ({ nextSeq, alarmsNextSeq });

/** Where the store's log and lane go on. */
async function firstReadable(
  redis: Redis,
  park: string,
  at: StoreOffsets & { readonly epoch: string },
): Promise<StoreOffsets> {
  const head = await new RedisLog({ redis, park }).head();
  if (head.epoch !== at.epoch) {
    throw new AppError('CONFLICT', { detail: 'the log began anew, and the store begins with it by itself' });
  }
  if (at.nextSeq > head.seq + 1) {
    throw new AppError('CONFLICT', { detail: 'the log lost its tail, and the store goes back by itself' });
  }
  const [next] = await redis.xrange(keys.log(park), idFromSeq(at.nextSeq), '+', 'COUNT', 1);
  const lane = await new RedisLaneReader({ redis, park }).laneHead();
  return {
    nextSeq: next === undefined ? head.seq + 1 : seqFromId(next[0]),
    alarmsNextSeq: lane.epoch === at.epoch ? Math.max(at.alarmsNextSeq, lane.firstSeq) : at.alarmsNextSeq,
  };
}

function missingOf(at: StoreOffsets, to: StoreOffsets): string {
  const missing = [
    ['entries', at.nextSeq, to.nextSeq],
    ['items of the alarm lane', at.alarmsNextSeq, to.alarmsNextSeq],
  ] as const;
  const told = missing
    .filter(([, from, next]) => next > from)
    .map(([what, from, next]) => `${what} ${from} to ${next - 1} are missing`);
  return told.length === 0 ? `the store lacks nothing; it goes on at ${to.nextSeq}` : told.join(', ');
}
