/**
 * Role `quality`: watches whether companies' coordinates can be what they claim to be, counts for their score cards, and rolls
 * up their online rates (server/quality.ts). In each park the holder of the lease `quality` works. With PostgreSQL away it goes
 * on and keeps the next judgement. In the same process, under a lease of its own, the audit is sealed (server/audit/duty.ts).
 */
import { noteProjection, readStandingAreas, writeFindings } from '../../db/findings.ts';
import { rollOnlineMinutes } from '../../db/online-rate.ts';
import { createPool, type Pool, queryRows } from '../../db/pool.ts';
import { addHours } from '../../db/score-cards.ts';
import { createProjection, projStringFromParameters } from '../../geo/projection.ts';
import { RedisRefusals } from '../../ingest/redis-refusals.ts';
import type { AreaRecord } from '../../stream/protocol/entry.ts';
import type { Fence } from '../../stream/protocol/log.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { openSealing, SEAL_LEASE } from '../audit/duty.ts';
import { leadPark } from '../lead-park.ts';
import { type ParkContext, type ParkRun, runParks } from '../parks.ts';
import { Quality } from '../quality.ts';
import type { RoleContext, RunningRole } from '../role.ts';

const LEASE = 'quality';
/** Of a company, newest first: a sender that swaps its numbers is refused with every record. */
const REFUSALS_LOOKED_AT = 200;

export async function start(context: RoleContext): Promise<RunningRole> {
  const duties = [await runParks(context, LEASE, openPark), await runParks(context, SEAL_LEASE, openSealing)];
  return {
    failed: Promise.race(duties.map(({ failed }) => failed ?? new Promise<never>(() => {}))),
    close: async () => {
      await Promise.all(duties.map((duty) => duty.close()));
    },
  };
}

async function openPark(context: ParkContext): Promise<ParkRun> {
  const { config, logger, clock } = context;
  const park = config.parkCode;
  const pool = createPool(config.databaseUrl, { max: 1, applicationName: 'parksentry-quality', logger });
  const redis = createRedis(config.redisUrl, { name: 'quality', logger });
  const log = new RedisLog({ redis, park, name: 'quality-log' });
  const refusals = new RedisRefusals({ redis, park });
  const projection = createProjection(config.projection);
  // What two of them find is the same: nothing is written under the term.
  const lead = async (_fence: Fence, signal: AbortSignal): Promise<void> => {
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
      addHours: (tallies) => addHours(pool, tallies),
      rollMinutes: async () => {
        await rollOnlineMinutes(pool);
      },
      clock,
      logger,
    });
    await quality.run(signal);
  };
  return leadPark(context, {
    lease: LEASE,
    lead,
    close: async () => {
      await log.close();
      closeRedis(redis);
      await pool.end();
    },
  });
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
