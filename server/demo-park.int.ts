import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { LocalFiles } from '../admin/video/local-files.ts';
import { LocalVideo, RECORDER_FILE } from '../admin/video/local-video.ts';
import { StoredCameras } from '../admin/video/stored-cameras.ts';
import { MemoryVideoWants } from '../admin/video/video-wants.ts';
import { demoCameraCode, OUT_OF_ORDER } from '../bench/park/cameras.ts';
import { demoCompanies } from '../bench/park/demo-park.ts';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { contactContext } from '../db/company-contacts.ts';
import { type Pool, queryRows } from '../db/pool.ts';
import { openSecret } from '../security/credential-secret.ts';
import { createSealer } from '../security/gm.ts';
import { readMasterKeys } from '../security/master-key.ts';
import { verifyPassword } from '../security/password.ts';
import { aPermit, aPermitVideo, PERMIT_T0 as T0 } from '../stream/protocol/permits.fixture.ts';
import { PermitRun } from '../test/builders/permit-run.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { loadConfig, type RunningConfig, runningConfig } from './config.ts';
import { loadDemoPark } from './demo-park.ts';
import { CameraWatch } from './video/camera-watch.ts';

let database: TestDatabase;
let pool: Pool;
let config: RunningConfig;
let dataFolder: string;

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'park-demo-'));
  database = await createTestDatabase(inject('databaseUrl'));
  pool = database.pool;
  config = runningConfig(
    loadConfig({
      REDIS_URL: inject('redisUrl'),
      DATABASE_URL: database.url,
      PARK_DATA_DIR: dataFolder,
      PARK_DEMO_SIGN_IN: 'true',
    }),
  );
});
afterAll(async () => {
  await database.drop();
  rmSync(dataFolder, { recursive: true });
});

type Credentials = Record<string, { appId: string; appSecret: string }>;
const readCredentials = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Credentials;
const count = async (table: string) => {
  const [row] = await queryRows<{ n: number }>(pool, `SELECT count(*) AS n FROM ${table}`);
  return row?.n;
};

test('[ID-50] loads once, changes nothing the second time, and mends what is missing', async () => {
  const first = await loadDemoPark(config, silentLogger);
  const credentials = readCredentials(first.credentialsFile);
  expect(Object.keys(credentials).sort()).toEqual(
    demoCompanies()
      .map((company) => company.code)
      .sort(),
  );
  const sealer = createSealer(readMasterKeys(config.masterKeyFile));
  for (const row of await queryRows<{ app_id: string; company_code: string; secret_sealed: string }>(
    pool,
    'SELECT app_id, company_code, secret_sealed FROM credential',
  )) {
    expect(openSecret(sealer, row.app_id, row.secret_sealed)).toBe(credentials[row.company_code]?.appSecret);
  }
  // Whom to call can be called: what an emergency opens is what was sealed.
  const contacts = await queryRows<{ company_code: string; kind: string; phone_sealed: string }>(
    pool,
    'SELECT company_code, kind, phone_sealed FROM company_contact',
  );
  expect(contacts.length).toBeGreaterThan(demoCompanies().length);
  for (const { company_code, kind, phone_sealed } of contacts)
    expect(sealer.open(phone_sealed, contactContext(company_code, kind))).toMatch(/^1380001\d{4}$/);
  expect(first.signIns.map((one) => one.role)).toEqual([
    'operator',
    'park',
    'company-admin',
    'enterprise',
    'ops',
    'system-admin',
    'security-admin',
    'audit-admin',
  ]);
  for (const { name, password } of first.signIns) {
    const [row] = await queryRows<{ password_hash: string; must_change_password: boolean }>(
      pool,
      'SELECT password_hash, must_change_password FROM app_user WHERE name = $1',
      [name],
    );
    expect(row?.must_change_password).toBe(false);
    expect(await verifyPassword(password, row?.password_hash ?? '')).toBe(true);
  }
  const tileset = join(dataFolder, 'tiles/park/tileset.json');
  expect(JSON.parse(readFileSync(tileset, 'utf8'))).toMatchObject({ asset: { version: '1.1' } });
  for (const file of [first.credentialsFile, join(dataFolder, 'demo-users.json'), config.masterKeyFile]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }

  const audited = await count('audit');
  const written = statSync(tileset).mtimeMs;
  expect(await loadDemoPark(config, silentLogger)).toEqual(first);
  expect(readCredentials(first.credentialsFile)).toEqual(credentials);
  expect(await count('audit')).toBe(audited);
  expect(statSync(tileset).mtimeMs).toBe(written);

  const [lost = ''] = Object.keys(credentials);
  const { [lost]: _, ...rest } = credentials;
  writeFileSync(first.credentialsFile, JSON.stringify(rest));
  rmSync(join(dataFolder, 'demo-users.json'));
  const mended = await loadDemoPark(config, silentLogger);
  const after = readCredentials(mended.credentialsFile);
  expect(after[lost]?.appId).not.toBe(credentials[lost]?.appId);
  expect({ ...after, [lost]: credentials[lost] }).toEqual(credentials);
  expect(mended.signIns[0]?.password).not.toBe(first.signIns[0]?.password);
  const [operator] = await queryRows<{ password_hash: string }>(
    pool,
    `SELECT password_hash FROM app_user WHERE name = 'operator'`,
  );
  expect(await verifyPassword(mended.signIns[0]?.password ?? '', operator?.password_hash ?? '')).toBe(true);
  expect(await count('credential')).toBe(30);
});

test('[VID-17] [VID-40] the camera of the register that is out of order leaves special hot work unseen; its neighbour does not', async () => {
  await loadDemoPark(config, silentLogger);
  const [company] = demoCompanies();
  const clock = new ManualClock(T0);
  const files = new LocalFiles(join(dataFolder, 'video-way'));
  const wants = new MemoryVideoWants();
  const run = new PermitRun();
  const job = (permitId: string, serial: number): void => {
    const its = { companyCode: company?.code ?? '', permitId };
    run.permits(T0, aPermit({ ...its, fields: { workCode: '01', baseWorkCode: '02' } }));
    run.videos(T0, aPermitVideo({ ...its, videoId: permitId, cameraCode: demoCameraCode(0, serial) }));
  };
  job('unseen', OUT_OF_ORDER);
  job('seen', 1);
  run.tick(T0);
  const views = ['unseen', 'seen'].flatMap((id) => run.view(id, company?.code) ?? []);
  expect(views.map(({ cameraCodes }) => cameraCodes)).toEqual([[demoCameraCode(0, 9)], [demoCameraCode(0, 1)]]);
  const watch = new CameraWatch({
    permits: async () => views,
    cameras: new StoredCameras(pool),
    platform: new LocalVideo({ files, wants, clock }),
    append: async (states) => void run.cameras(clock.nowMs(), ...states),
    clock,
    logger: silentLogger,
  });
  for (const code of [demoCameraCode(0, 9), demoCameraCode(0, 1)]) mkdirSync(files.folderOf(code), { recursive: true });
  // What the recorder would do, were there a picture program.
  const record = (): void => {
    writeFileSync(join(files.folder, RECORDER_FILE), JSON.stringify({ atMs: clock.nowMs(), problem: null }));
    writeFileSync(join(files.folderOf(demoCameraCode(0, 1)), `${clock.nowMs() - 2_000}-000000.ts`), '');
  };
  for (let passedMs = 0; passedMs <= 60_000; passedMs += 5_000) {
    record();
    await watch.look();
    run.tick(clock.nowMs());
    clock.advance(5_000);
  }
  expect(await wants.wanted(clock.nowMs())).toEqual([{ code: demoCameraCode(0, 1), reason: 'record' }]);
  const gaps = ['unseen', 'seen'].map((id) =>
    run.standing(id, company?.code).filter(({ rule }) => rule === 'video-gap'),
  );
  expect(gaps.map(({ length }) => length)).toEqual([1, 0]);
});

test('[PRK-14] fills the registers of the park, and leaves alone what somebody changed or took away', async () => {
  await loadDemoPark(config, silentLogger);
  expect(await count(`company WHERE hazard_level IS NOT NULL`)).toBe(demoCompanies().length);
  expect(await count('(SELECT DISTINCT company_code FROM reg_hazard_sources) AS c')).toBe(demoCompanies().length);
  const [wrong] = await queryRows<{ n: number }>(
    pool,
    `SELECT count(*) AS n FROM reg_cameras c LEFT JOIN reg_hazard_sources h
       ON h.company_code = c.company_code AND h.code = c.hazard_source
       WHERE (h.id IS NULL AND c.stream_url NOT LIKE '%.invalid%') OR c.code !~ '^[0-9]{20}$'`,
  );
  // But for the one of each company that is out of order.
  expect(wrong?.n).toBe(0);
  for (const table of ['units', 'people', 'contracts', 'admissions']) {
    const companies = `(SELECT DISTINCT company_code FROM reg_contractor_${table}) AS c`;
    expect(await count(companies), table).toBe(demoCompanies().length);
  }
  await pool.query(`UPDATE company SET address = '另一处', version = version + 1`);
  await pool.query(`DELETE FROM reg_cameras WHERE id > (SELECT min(id) FROM reg_cameras)`);
  await loadDemoPark(config, silentLogger);
  expect(await count(`company WHERE address = '另一处'`)).toBe(demoCompanies().length);
  expect(await count('reg_cameras')).toBe(1);
});
