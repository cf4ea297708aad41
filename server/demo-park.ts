/**
 * Loads the demonstration park: companies, one vendor credential for each, users, and the 3D Tiles of the plant. Idempotent:
 * what is there stays, what is missing is made. No password is written in the code; they are made once and kept beside the
 * data, readable by the service's user alone, so that a later start can print them again. Called by `park up`.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Actor, COMMAND_LINE } from '../admin/audit.ts';
import { addCompany, listCompanies } from '../admin/companies.ts';
import { issueCompanyCredential, listCompanyCredentials } from '../admin/credentials.ts';
import { StoredParkSettings } from '../admin/park-settings.ts';
import { PgUserStore } from '../admin/user-store.ts';
import { addUser, resetPassword } from '../admin/users.ts';
import { DEFAULT_CASCADE } from '../alarms/settings/video.ts';
import { createDemoPark, demoCompanies } from '../bench/park/demo-park.ts';
import { writeTileset } from '../bench/park/tileset.ts';
import { detectorSettings } from '../bench/simulator/detectors.ts';
import { sceneSettings } from '../bench/simulator/scenes.ts';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { createPool, type Pool } from '../db/pool.ts';
import { openKeys } from '../security/live-keys.ts';
import { generatePassword } from '../security/password.ts';
import { SignInAttempts } from '../security/session-attempts.ts';
import { RedisAttemptStore, RedisSessionStore } from '../security/session-redis.ts';
import { Sessions } from '../security/sessions.ts';
import { isCompanyRole, type Role } from '../stream/protocol/vocabulary.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../stream/redis.ts';
import type { RunningConfig } from './config.ts';
import { createCredentialParts, openSealer } from './credential-parts.ts';
import { loadDemoRegisters } from './demo-registers.ts';

export interface DemoSignIn {
  readonly name: string;
  readonly password: string;
  readonly role: Role;
}

export interface LoadedDemoPark {
  readonly signIns: readonly DemoSignIn[];
  /** JSON: company code -> {appId, appSecret}; what the simulator signs with. */
  readonly credentialsFile: string;
}

type CredentialFile = Record<string, { readonly appId: string; readonly appSecret: string }>;
type PasswordFile = Record<string, string>;

/** The first people of the park are the same whatever its size; the scenes' are among these. */
const SCENE_PEOPLE = 300;
const SCENE_REASON = 'scenes of the demonstration';
const ACTOR: Actor = { ...COMMAND_LINE, userName: 'demonstration park' };

/** The enterprise user belongs to the first company of the park. */
const USERS: readonly { readonly name: string; readonly role: Role; readonly displayName: string }[] = [
  { name: 'operator', role: 'operator', displayName: '值班员' },
  { name: 'park', role: 'park', displayName: '园区管理' },
  { name: 'company-admin', role: 'company-admin', displayName: '企业管理员' },
  { name: 'company', role: 'enterprise', displayName: '企业用户' },
  { name: 'ops', role: 'ops', displayName: '运维' },
  { name: 'system-admin', role: 'system-admin', displayName: '系统管理员' },
  { name: 'security-admin', role: 'security-admin', displayName: '安全管理员' },
  { name: 'audit-admin', role: 'audit-admin', displayName: '审计管理员' },
];

export async function loadDemoPark(config: RunningConfig, logger: Logger): Promise<LoadedDemoPark> {
  const pool = createPool(config.databaseUrl, { max: 2, applicationName: 'demo-park', logger });
  const redis = createRedis(config.redisUrl, { name: 'demo-park', logger });
  try {
    await whenReady(redis);
    await loadCompanies(pool);
    const credentialsFile = join(config.dataFolder, 'simulator-credentials.json');
    await loadCredentials({ config, pool, redis, logger, file: credentialsFile });
    await loadDemoRegisters(pool, openKeys(config.masterKeyFile));
    const signIns = await loadUsers(pool, redis, join(config.dataFolder, 'demo-users.json'), !config.demoSignIn);
    loadTileset(join(config.dataFolder, 'tiles', 'park'), logger);
    return { signIns, credentialsFile };
  } finally {
    closeRedis(redis);
    await pool.end();
  }
}

/** Nobody's video platform stands behind invented cameras: this machine makes their pictures. */
const DEMO_VIDEO = { topic: 'video', key: '', value: { ...DEFAULT_CASCADE, adapter: 'local' } } as const;

/** Thresholds, a post and a local code that the simulator's scenes are seen by, where its detectors stand, and where pictures come from. What anybody set since, or withdrew, stays. */
export async function loadSceneSettings(config: RunningConfig, people: number): Promise<void> {
  const pool = createPool(config.databaseUrl, { max: 2, applicationName: 'demo-park' });
  try {
    const settings = new StoredParkSettings(pool, systemClock);
    const park = createDemoPark({ people: Math.min(people, SCENE_PEOPLE) });
    const wanted = [...sceneSettings(park), ...detectorSettings(park), DEMO_VIDEO];
    for (const topic of new Set(wanted.map((one) => one.topic))) {
      const known = new Set((await settings.list(null, topic)).settings.map(({ key }) => key));
      const items = wanted.filter((one) => one.topic === topic && !known.has(one.key));
      const request = { topic, items: items.map(({ key, value }) => ({ key, value })), reason: SCENE_REASON };
      const done = await settings.import({ ...request, dryRun: false }, ACTOR);
      const problem = done.items.find((item) => item.problem !== null);
      if (problem !== undefined) {
        throw new AppError('INTERNAL', { detail: `${topic} ${problem.key}: ${problem.problem}` });
      }
    }
  } finally {
    await pool.end();
  }
}

async function loadCompanies(pool: Pool): Promise<void> {
  const present = new Set((await listCompanies(pool)).map((company) => company.code));
  for (const { code, name } of demoCompanies()) {
    if (present.has(code)) continue;
    const added = await addCompany(pool, ACTOR, { code, name }, 'live');
    if (!added.ok) throw new AppError(added.error.code, { detail: added.error.detail });
  }
}

/** A credential in the file counts only while the database knows it as active. */
async function loadCredentials(parts: {
  readonly config: RunningConfig;
  readonly pool: Pool;
  readonly redis: Redis;
  readonly logger: Logger;
  readonly file: string;
}): Promise<void> {
  const { config, pool, redis, logger, file } = parts;
  const held = readJson<CredentialFile>(file) ?? {};
  const active = new Set(
    (await listCompanyCredentials(pool, null)).filter((one) => one.status === 'active').map((one) => one.appId),
  );
  const sealer = openSealer(config.masterKeyFile, (path) => logger.warn('master-key-made', { path }));
  const credentialParts = createCredentialParts(pool, redis, sealer, logger);
  for (const { code } of demoCompanies()) {
    const known = held[code];
    if (known !== undefined && active.has(known.appId)) continue;
    const issued = await issueCompanyCredential(credentialParts, ACTOR, {
      companyCode: code,
      appId: null,
      label: 'simulator',
      interfaces: null,
      addresses: null,
      rateRecordsPerS: null,
      sandbox: false,
    });
    if (!issued.ok) throw new AppError(issued.error.code, { detail: issued.error.detail });
    held[code] = issued.value;
    // Written after each: a secret is given out once, and a start that breaks off must not lose it.
    writePrivateJson(file, held);
  }
}

async function loadUsers(pool: Pool, redis: Redis, file: string, mustChangePassword: boolean): Promise<DemoSignIn[]> {
  const users = new PgUserStore(pool);
  const sessions = new Sessions(new RedisSessionStore(redis), systemClock);
  const attempts = new SignInAttempts(new RedisAttemptStore(redis));
  const passwords = readJson<PasswordFile>(file) ?? {};
  const signIns: DemoSignIn[] = [];
  for (const { name, role, displayName } of USERS) {
    const isKept = passwords[name] !== undefined;
    const password = passwords[name] ?? generatePassword();
    passwords[name] = password;
    writePrivateJson(file, passwords);
    const companyCode = isCompanyRole(role) ? (demoCompanies()[0]?.code ?? null) : null;
    const request = { name, displayName, role, companyCode, password, mustChangePassword };
    const present = await users.findByName(name);
    if (present === null) {
      const added = await addUser(users, systemClock, ACTOR, request);
      if (!added.ok) throw new AppError(added.error.code, { detail: added.error.detail });
    } else if (!isKept) {
      const reset = await resetPassword(users, sessions, attempts, systemClock, ACTOR, request);
      if (!reset.ok) throw new AppError(reset.error.code, { detail: reset.error.detail });
    }
    signIns.push({ name, password, role });
  }
  return signIns;
}

function loadTileset(folder: string, logger: Logger): void {
  if (existsSync(join(folder, 'tileset.json'))) return;
  const written = writeTileset(folder, createDemoPark({ people: 0 }));
  logger.info('demo-tileset-written', { folder, ...written });
}

function readJson<T>(file: string): T | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { detail: `${file} is not readable as JSON; move it away`, cause });
  }
}

/** Whole or not at all, and never readable by others. */
function writePrivateJson(file: string, value: object): void {
  mkdirSync(join(file, '..'), { recursive: true });
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}
