import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'msgpackr';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { LocalFiles } from '../../admin/video/local-files.ts';
import { MemoryCameras, MemoryPermitLinks } from '../../admin/video/memory-cameras.ts';
import { StoredCameras, StoredPermitLinks } from '../../admin/video/stored-cameras.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { queryRows } from '../../db/pool.ts';
import { createMasterKeyFile } from '../../security/master-key.ts';
import { keys } from '../../stream/keys.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import type { CamerasBody } from '../../stream/protocol/permits.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { type CamerasUnderTest, describeCameras, FIRST, SECOND } from '../../test/contract/video-cameras.ts';
import { loadConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { processesIn } from '../services/process.ts';
import { start } from './video.ts';

const CODE = '31011600021320000001';
const HAS_FFMPEG = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
const WAIT = { timeout: 60_000, interval: 200 };

let database: TestDatabase;
let redis: Redis;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'video-role-'));
  createMasterKeyFile(join(folder, 'master.key'));
  database = await createTestDatabase(inject('databaseUrl'));
  redis = createRedis(inject('redisUrl'), { name: 'video-role-test' });
  await whenReady(redis);
});
afterAll(async () => {
  closeRedis(redis);
  await database.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  for (const code of [FIRST, SECOND])
    await database.pool.query('INSERT INTO company (code, name) VALUES ($1, $1)', [code]);
});
afterEach(async () => {
  await database.pool.query('TRUNCATE reg_cameras, reg_hazard_sources, permit, vendor_record, setting CASCADE');
  await database.pool.query('DELETE FROM company WHERE code = ANY ($1)', [[FIRST, SECOND]]);
});

const insertRow = (table: string, values: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const all = {
    version: 1,
    created_at: 'now',
    created_by: 't',
    updated_at: 'now',
    updated_by: 't',
    from_vendor: '{}',
    ...values,
  };
  const names = Object.keys(all);
  const places = names.map((_, i) => `$${i + 1}`).join(', ');
  return queryRows(database.pool, `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`, Object.values(all));
};

const stored: CamerasUnderTest = {
  get cameras() {
    return new StoredCameras(database.pool);
  },
  get permits() {
    return new StoredPermitLinks(database.pool);
  },
  addCamera: async ({ code, name, companyCode, lng, lat, hazardSource, streamUrl }) => {
    const place = lng === null ? null : JSON.stringify({ lng, lat, heightM: null });
    const values = { code, name, company_code: companyCode, place, hazard_source: hazardSource, stream_url: streamUrl };
    await insertRow('reg_cameras', values);
  },
  addHazardSource: async (companyCode, code) => {
    await insertRow('reg_hazard_sources', { company_code: companyCode, code });
  },
  addPermit: async (companyCode, permitId, startedAtMs) => {
    await queryRows(
      database.pool,
      `INSERT INTO permit (company_code, permit_id, joint_test, deleted, state, company_name, work_code, status, content, site,
         units, started_at, work_at, day, span, updated_at, received_at, words)
       VALUES ($1, $2, false, false, '{}', '', '01', 'working', '', '', '{}', $3, now(), current_date, 'empty', now(), now(), '')`,
      [companyCode, permitId, startedAtMs === null ? null : new Date(startedAtMs)],
    );
  },
  link: async (companyCode, permitId, cameraCode, isDeleted = false) => {
    await queryRows(
      database.pool,
      `INSERT INTO vendor_record (company_code, interface, record_id, joint_test, person_ids, body, content_hash, received_at, deleted)
       VALUES ($1, 'permit-videos', $2, false, '{}', $3, '', now(), $4)`,
      [companyCode, `${permitId}-${cameraCode}`, JSON.stringify({ permitId, cameraCode }), isDeleted],
    );
  },
  close: async () => {},
};

describeCameras('StoredCameras', async () => stored);
describeCameras('MemoryCameras', async () => {
  const [cameras, permits] = [new MemoryCameras(), new MemoryPermitLinks()];
  return {
    cameras,
    permits,
    addCamera: async (camera) => void cameras.add(camera),
    addHazardSource: async (companyCode, code) => void cameras.hazardSources.add(`${companyCode}/${code}`),
    addPermit: async (companyCode, permitId, startedAtMs) =>
      void permits.permits.push({
        companyCode,
        permitId,
        startedAtMs,
        endedAtMs: null,
        lng: null,
        lat: null,
        cameraCodes: [],
      }),
    link: async (companyCode, permitId, cameraCode, isDeleted) => {
      const at = permits.permits.findIndex((one) => one.companyCode === companyCode && one.permitId === permitId);
      const permit = permits.permits[at];
      if (permit === undefined || isDeleted === true) return;
      permits.permits[at] = { ...permit, cameraCodes: [...permit.cameraCodes, cameraCode].sort() };
    },
    close: async () => {},
  };
});

describe('role video', () => {
  let park: string;
  let role: RunningRole | null;
  beforeEach(() => {
    park = `t-${randomUUID().slice(0, 18)}`;
    role = null;
  });
  afterEach(async () => {
    await role?.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
  });

  const begin = async (env: Readonly<Record<string, string>>): Promise<void> => {
    const config = loadConfig({ PARK_CODE: park, PARK_DATA_DIR: folder, ...env });
    const running = { ...config, redisUrl: inject('redisUrl'), databaseUrl: database.url };
    role = await start({ config: running, logger: silentLogger, clock: systemClock });
  };
  const states = async (): Promise<CamerasBody['states']> => {
    const log = new RedisLog({ redis, park });
    const { firstSeq, seq } = await log.head();
    const entries = seq < firstSeq ? [] : await log.read(firstSeq, 100, 0);
    await log.close();
    return entries.map(decodeEntry).flatMap((entry) => (entry.kind === 'cameras' ? entry.body.states : []));
  };
  /** A hot-work job at a hazard source, linked to the camera, in the picture that the engine published. */
  const publishJob = async (): Promise<void> => {
    const value = {
      companyCode: FIRST,
      permitId: 'p1',
      workCode: '01',
      status: 'working',
      hazardSourceCode: 'h1',
      cameraCodes: [CODE],
    };
    const doc = { t: 'doc', doc: 'permit', key: `${FIRST}/p1`, companyCodes: [FIRST], gone: false, value };
    const epoch = 'e1';
    await redis.hset(keys.laneHead(park), { epoch, seq: 0, keptFrom: 1 });
    await redis.rpush(keys.picture(park), pack({ epoch, alarmsSeq: 0, docs: [doc] }));
    await stored.addCamera({
      code: CODE,
      name: '罐区',
      companyCode: FIRST,
      lng: null,
      lat: null,
      hazardSource: 'h1',
      streamUrl: null,
    });
    const cascade = JSON.stringify({ adapter: 'local', template: '', recordingTemplate: '', platformCode: '' });
    const by = `INSERT INTO setting (topic, key, version, value, by, at, reason) VALUES ('video', '', 1, $1, 't', now(), 't')`;
    await queryRows(database.pool, by, [cascade]);
  };

  test('[VID-13] [VID-40] without ffmpeg the cameras of jobs are looked at all the same, and are offline', async () => {
    await publishJob();
    await begin({ FFMPEG_BIN: 'no-such-ffmpeg' });
    await vi.waitFor(async () => {
      expect(await states()).toMatchObject([{ companyCode: FIRST, cameraCode: CODE, online: false }]);
    }, WAIT);
  }, 90_000);

  test.skipIf(!HAS_FFMPEG)(
    '[VID-42] [VID-16] the job is recorded as it goes on, and the end of the role ends it',
    async () => {
      await publishJob();
      await begin({});
      const files = new LocalFiles(join(folder, 'video', park));
      await vi.waitFor(async () => expect((await files.segments(CODE)).length).toBeGreaterThanOrEqual(2), WAIT);
      await vi.waitFor(async () => {
        const newest = (await states()).at(-1);
        expect(newest).toMatchObject({ online: true });
        expect(newest?.recordedToMs).toBeGreaterThan(Date.now() - 60_000);
      }, WAIT);
      await role?.close();
      expect(processesIn(files.folderOf(CODE), 'ffmpeg')).toEqual([]);
    },
    120_000,
  );
});
