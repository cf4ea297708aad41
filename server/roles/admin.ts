/**
 * Role `admin`: the pages and the admin interface on PARK_PORT. Needs Redis for sessions. Without PostgreSQL it starts
 * and serves pages, settings, sessions and live tickets; sign-ins, registers and history answer 503 until it is back.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AttackNotices } from '../../admin/account/attack-notices.ts';
import { createIdentity } from '../../admin/account/identity.ts';
import { PgFactorStore } from '../../admin/account/pg-factors.ts';
import { PgPolicyStore } from '../../admin/account/role-policies.ts';
import { StoredAlarmDesk } from '../../admin/alarms.ts';
import { StoredAuditDesk } from '../../admin/audit-desk.ts';
import { StoredContactDesk } from '../../admin/contacts.ts';
import { StoredDashboard } from '../../admin/dashboard.ts';
import { StoredDetectors } from '../../admin/detectors.ts';
import { DatabaseDirectory } from '../../admin/directory.ts';
import { StoredEmergencyDesk } from '../../admin/emergency.ts';
import { StoredHandoverDesk } from '../../admin/handover.ts';
import { StoredIntakeDesk } from '../../admin/intake-desk.ts';
import { StoredMusterDesk } from '../../admin/musters.ts';
import { Notices } from '../../admin/notices.ts';
import { StoredOrderDesk } from '../../admin/orders.ts';
import { StoredParkSettings } from '../../admin/park-settings.ts';
import { StoredPermitDesk } from '../../admin/permits/permits.ts';
import { StoredPastPark, StoredPlaybacks } from '../../admin/playback/stored-past.ts';
import { TimeMachine } from '../../admin/playback/time-machine.ts';
import { StoredReportingDesk } from '../../admin/reporting.ts';
import { StoredScreenBook } from '../../admin/screens/screen-book.ts';
import { Screens } from '../../admin/screens/screens.ts';
import { createAdminServer } from '../../admin/server.ts';
import { staticFolders } from '../../admin/static-files.ts';
import { PgUserStore } from '../../admin/user-store.ts';
import { VehicleEntries } from '../../admin/vehicle-entries.ts';
import { StoredPermitLinks } from '../../admin/video/stored-cameras.ts';
import { cascadeOrigins } from '../../admin/video/template-video.ts';
import { VideoDesk } from '../../admin/video/video-desk.ts';
import { StoredViewDesk } from '../../admin/views/views.ts';
import { liveSocketUrl, webSettings } from '../../admin/web-settings.ts';
import type { Refusal } from '../../core/web-api.ts';
import { listen } from '../../db/listen.ts';
import { NOTICE_CHANNEL, sendChanges } from '../../db/notices.ts';
import { createPool } from '../../db/pool.ts';
import { createProjection } from '../../geo/projection.ts';
import { RedisRefusals } from '../../ingest/redis-refusals.ts';
import type { KeptRefusal } from '../../ingest/refusals.ts';
import { REGISTERS } from '../../registers/index.ts';
import { openKeys } from '../../security/live-keys.ts';
import { RedisAttemptStore, RedisSessionStore } from '../../security/session-redis.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { openAttachments } from '../attachments.ts';
import { createCredentialParts } from '../credential-parts.ts';
import { ParkDryRuns } from '../dry-run/dry-runs.ts';
import { StoredPast } from '../dry-run/source.ts';
import { pastPermitViews } from '../past-permit-view.ts';
import { createRegisters } from '../registers.ts';
import type { RoleContext, RunningRole } from '../role.ts';
import { createVideoParts } from '../video/video-parts.ts';

/** A change of the cascade holds for pages that are loaded after it. */
const VIDEO_ORIGINS_EVERY_MS = 5_000;
const PAST_CONNECTIONS = 4;

export async function start({ config, logger, clock }: RoleContext): Promise<RunningRole> {
  const { sealer, blindIndex } = openKeys(config.masterKeyFile);
  const redis = createRedis(config.redisUrl, { name: 'admin', logger });
  await whenReady(redis);
  const pool = createPool(config.databaseUrl, { applicationName: 'parksentry-admin', logger });
  // Reading the past is long work: however many look, pages find a connection.
  const pastPool = createPool(config.databaseUrl, {
    max: PAST_CONNECTIONS,
    applicationName: 'parksentry-playback',
    logger,
  });
  const users = new PgUserStore(pool);
  const park = config.parkCode;
  const opsAlarms = new RedisOpsAlarms({ redis, park });
  const attacks = new AttackNotices({ opsAlarms, clock, logger });
  const identity = createIdentity({
    users,
    factors: new PgFactorStore(pool),
    policyStore: new PgPolicyStore(pool),
    sessionStore: new RedisSessionStore(redis),
    attemptStore: new RedisAttemptStore(redis),
    sealer,
    clock,
    issuer: config.parkName,
    waivesFactor: config.demoSignIn,
    onAttack: attacks.tell,
  });
  if (config.demoSignIn) logger.warn('demo-sign-in', { meaning: 'no second factor, no forced change of password' });
  const refusals = new RedisRefusals({ redis, park });
  const lanes = new RedisLaneReader({ redis, park });
  const dryRuns = new ParkDryRuns({
    past: new StoredPast(pool),
    projection: createProjection(config.projection),
    audit: pool,
    clock,
    logger,
  });
  const folders = staticFolders(webFolder(), config.dataFolder);
  if (!existsSync(join(folders.web, 'index.html'))) logger.warn('pages-not-built', { folder: folders.web });
  const notices = new Notices({
    registers: REGISTERS,
    sessions: identity.sessions,
    clock,
    send: (change) => sendChanges(pool, [change]),
  });
  const registers = createRegisters({
    pool,
    sealer,
    blindIndex,
    filesFolder: join(config.dataFolder, 'attachments', park),
    clock,
    identity,
    credentials: createCredentialParts(pool, redis, sealer, logger),
    ingestUrl: config.publicIngestUrl ?? null,
  });
  /** Hosts of the park's own video platform, which pages may load pictures from. */
  let videoOrigins: readonly string[] = [];
  const parkSettings = new StoredParkSettings(pool, clock);
  const video = createVideoParts({ pool, redis, park, dataFolder: config.dataFolder, clock });
  const app = await createAdminServer({
    ...identity,
    directory: new DatabaseDirectory(pool, sealer, logger),
    desk: new StoredIntakeDesk({
      pool,
      log: new RedisLog({ redis, park }),
      opsAlarms,
      clock,
      readRefusals: async (companyCode, limit, before) =>
        (await refusals.read(companyCode, limit, before ?? undefined)).map(shownRefusal),
    }),
    parkSettings,
    dryRuns,
    alarmDesk: new StoredAlarmDesk(pool, clock),
    auditDesk: new StoredAuditDesk(pool),
    dashboard: new StoredDashboard(pool, clock),
    reporting: new StoredReportingDesk(pool, clock),
    handovers: new StoredHandoverDesk(pool, clock),
    orders: new StoredOrderDesk({
      pool,
      log: new RedisLog({ redis, park }),
      blobs: new FileBlobs(join(config.dataFolder, 'attachments', park)),
      clock,
    }),
    contacts: new StoredContactDesk({ pool, sealer, clock }),
    registers,
    vehicleEntries: new VehicleEntries({ registers, sealer, attempts: identity.attempts, clock }),
    notices,
    permits: new StoredPermitDesk({ pool, files: openAttachments(config, sealer), sealer, clock, logger }),
    detectors: new StoredDetectors(pool),
    timeMachine: new TimeMachine({
      past: new StoredPastPark(pastPool),
      book: new StoredPlaybacks(pool),
      projection: createProjection(config.projection),
      park: webSettings(config).parkName,
      permitViews: pastPermitViews,
      audit: users,
      clock,
    }),
    views: new StoredViewDesk(pool, clock),
    screens: new Screens({ ...identity, book: new StoredScreenBook(pool, clock), clock }),
    video: new VideoDesk({
      cameras: video.cameras,
      permits: new StoredPermitLinks(pool),
      platform: video.platform,
      pictures: video.local,
      settings: parkSettings,
      sealer,
      clock,
    }),
    musters: new StoredMusterDesk({ pool, sealer, clock, logger }),
    emergency: new StoredEmergencyDesk({
      pool,
      sealer,
      onLane: (alarmId) => newestOnLane(lanes, alarmId),
      clock,
      logger,
    }),
    audit: users,
    settings: webSettings(config),
    live: { url: liveSocketUrl(config.publicLiveUrl), livePort: config.livePort },
    security: {
      livePort: config.livePort,
      liveUrl: config.publicLiveUrl ?? null,
      mapSources: [config.baseMap, config.tilesetUrl ?? ''],
      videoOrigins: () => videoOrigins,
      secure: config.cookieSecure,
    },
    trustProxy: config.trustProxy,
    folders,
    logger,
  });

  const lookAtOrigins = async (): Promise<void> => {
    videoOrigins = cascadeOrigins(await video.cascade());
  };
  // Without PostgreSQL those that were known stay.
  const originsTimer = setInterval(() => void lookAtOrigins().catch(() => {}), VIDEO_ORIGINS_EVERY_MS);
  originsTimer.unref();
  void lookAtOrigins().catch(() => {});

  const ears = new AbortController();
  const listening = listen(pool, NOTICE_CHANNEL, (payload) => notices.hear(payload), ears.signal);

  const end = async (): Promise<void> => {
    clearInterval(originsTimer);
    dryRuns.close();
    notices.close();
    await app.close();
    ears.abort();
    await listening;
    closeRedis(redis);
    await pool.end();
    await pastPool.end();
  };
  let ending: Promise<void> | null = null;
  const close = (): Promise<void> => {
    ending ??= end();
    return ending;
  };

  try {
    await app.listen({ host: config.host, port: config.port });
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : config.port;
    logger.info('admin-listening', { host: config.host, port });
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

/** The store is some moments behind the lane; an emergency does not wait for it. */
const LANE_ITEMS_LOOKED_AT = 500;

async function newestOnLane(lanes: RedisLaneReader, alarmId: string): Promise<AlarmView | null> {
  const { seq } = await lanes.laneHead();
  const items = await lanes.recentEffects(seq, LANE_ITEMS_LOOKED_AT);
  const views = items.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.t === 'alarm' ? [effect.alarm] : [])),
  );
  return views.findLast((alarm) => alarm.alarmId === alarmId) ?? null;
}

const shownRefusal = (refusal: KeptRefusal): Refusal => ({
  id: refusal.cursor,
  atMs: refusal.atMs,
  appId: refusal.appId,
  interface: refusal.interfaceName,
  code: refusal.code,
  index: refusal.index,
  recordId: refusal.recordId,
  field: refusal.field,
  raw: refusal.value,
  reason: refusal.reason,
  expected: refusal.expected?.stringToSign ?? null,
});

/** dist/web, whether this runs from the sources or from dist. */
function webFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const top = join(here, '..', '..');
  return import.meta.url.endsWith('.ts') ? join(top, 'dist', 'web') : join(top, 'web');
}
