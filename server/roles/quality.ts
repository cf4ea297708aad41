/**
 * Role `quality`: watches whether companies' coordinates can be what they claim to be, and keeps what it finds
 * (server/quality.ts). The holder of the lease `quality` works, others wait. With PostgreSQL away it goes on and keeps
 * the next judgement.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { noteProjection, readStandingAreas, writeFindings } from '../../db/findings.ts';
import { createPool, type Pool, queryRows } from '../../db/pool.ts';
import { createProjection, projStringFromParameters } from '../../geo/projection.ts';
import { RedisRefusals } from '../../ingest/redis-refusals.ts';
import type { AreaRecord } from '../../stream/protocol/entry.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLeaseKeeper } from '../../stream/redis-lease.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { Quality } from '../quality.ts';
import type { RoleContext, RunningRole } from '../role.ts';

const LEASE = 'quality';
const LEASE_TTL_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
/** Of a company, newest first: a sender that swaps its numbers is refused with every record. */
const REFUSALS_LOOKED_AT = 200;

export async function start({ config, logger, clock }: RoleContext): Promise<RunningRole> {
  const park = config.parkCode;
  const pool = createPool(config.databaseUrl, { max: 1, applicationName: 'parksentry-quality', logger });
  const redis = createRedis(config.redisUrl, { name: 'quality', logger });
  const leases = new RedisLeaseKeeper({ redis, park, logger });
  const holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const log = new RedisLog({ redis, park, name: 'quality-log' });
  const refusals = new RedisRefusals({ redis, park });
  const projection = createProjection(config.projection);
  const stop = new AbortController();
  const quality = new Quality({
    projection,
    home: config.home,
    reader: log,
    opsAlarms: new RedisOpsAlarms({ redis, park }),
    readAreas: () => readStandingAreas<AreaRecord>(pool),
    refusedLatitudes: newRefusedLatitudes(pool, refusals, clock.nowMs()),
    keep: async (findings, atMs) => {
      await writeFindings(pool, findings, atMs);
      await noteProjection(pool, projection.parameters.id, projStringFromParameters(projection.parameters), atMs);
    },
    clock,
    logger,
  });

  const run = async (): Promise<void> => {
    const term = await leases.acquire(LEASE, holder, LEASE_TTL_MS, stop.signal);
    const lead = new AbortController();
    const end = (): void => lead.abort();
    stop.signal.addEventListener('abort', end, { once: true });
    const renewal = setInterval(() => {
      // Not knowing is no reason to stop: what two of them find is the same.
      leases.renew(LEASE, holder, LEASE_TTL_MS, term).then(
        (isMine) => {
          if (!isMine) end();
        },
        () => {},
      );
    }, RENEW_EVERY_MS);
    try {
      await quality.run(lead.signal);
    } finally {
      clearInterval(renewal);
      await leases.release(LEASE, holder).catch(() => {});
    }
    if (!stop.signal.aborted) throw new Error('the lease went to another process');
  };
  const running = run();
  running.catch(() => {});
  return {
    failed: running.then(() => new Promise<never>(() => {})),
    close: async () => {
      stop.abort();
      await running.catch(() => {});
      await log.close();
      closeRedis(redis);
      await pool.end();
    },
  };
}

/** Gives each refused LATITUDE once, from `sinceMs` on. */
function newRefusedLatitudes(pool: Pool, refusals: RedisRefusals, sinceMs: number) {
  let seenMs = sinceMs;
  return async () => {
    const companies = await queryRows<{ code: string }>(pool, 'SELECT code FROM company');
    const found: { companyCode: string; latitude: number; atMs: number }[] = [];
    let newestMs = seenMs;
    for (const { code } of companies) {
      for (const { atMs, field, value } of await refusals.read(code, REFUSALS_LOOKED_AT)) {
        if (atMs <= seenMs) break;
        newestMs = Math.max(newestMs, atMs);
        const latitude = Number(value ?? Number.NaN);
        if (field === 'LATITUDE' && Number.isFinite(latitude)) found.push({ companyCode: code, latitude, atMs });
      }
    }
    seenMs = newestMs;
    return found.toReversed();
  };
}
