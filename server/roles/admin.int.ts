import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { COMMAND_LINE } from '../../admin/audit.ts';
import { addCompany } from '../../admin/companies.ts';
import { PgUserStore } from '../../admin/user-store.ts';
import { addUser } from '../../admin/users.ts';
import { systemClock } from '../../core/clock.ts';
import { type LogFields, type Logger, silentLogger } from '../../core/logger.ts';
import type { AlarmHistory, PersonCard, TrackAnswer } from '../../core/web-api.ts';
import { PartitionKeeper } from '../../db/partition-keeper.ts';
import { queryRows } from '../../db/pool.ts';
import { DAY_MS } from '../../db/range-partitions.ts';
import { createSealer } from '../../security/gm.ts';
import { createMasterKeyFile, readMasterKeys } from '../../security/master-key.ts';
import { sealPersonSecret } from '../../security/person-secret.ts';
import { RedisSessionStore } from '../../security/session-redis.ts';
import { Sessions } from '../../security/sessions.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { loadConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { start } from './admin.ts';

const OWN = '310000001';
const OTHER = '310000002';
const PASSWORD = 'Kingfisher-21';
const AT_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;

let database: TestDatabase;
let dataFolder: string;
let role: RunningRole;
let base: string;

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'park-admin-role-'));
  createMasterKeyFile(join(dataFolder, 'master.key'));
  database = await createTestDatabase(inject('databaseUrl'));
  await loadPark();
  ({ role, base } = await startAdmin(database.url));
});
afterAll(async () => {
  await role.close();
  await database.drop();
  rmSync(dataFolder, { recursive: true });
});

/** Starts the role on a free port and says where. */
async function startAdmin(databaseUrl: string): Promise<{ role: RunningRole; base: string }> {
  let port = 0;
  const logger: Logger = {
    ...silentLogger,
    info: (event: string, fields?: LogFields) => {
      if (event === 'admin-listening') port = Number(fields?.['port']);
    },
  };
  const config = loadConfig({ PARK_DATA_DIR: dataFolder, PARK_HOST: '127.0.0.1', PARK_BASE_MAP: 'natural-earth' });
  const running = { ...config, port: 0, redisUrl: inject('redisUrl'), databaseUrl };
  return { role: await start({ config: running, logger, clock: systemClock }), base: `http://127.0.0.1:${port}` };
}

/** Two companies with one person each, three fixes and one alarm a person. */
async function loadPark(): Promise<void> {
  const { pool, migrated } = database;
  const options = { pool, clock: systemClock, logger: silentLogger, maxBytes: null };
  await new PartitionKeeper({ ...options, timescale: migrated.timescale }).ensureAt([AT_MS]);
  const sealer = createSealer(readMasterKeys(join(dataFolder, 'master.key')));
  const users = new PgUserStore(pool);
  for (const code of [OWN, OTHER]) {
    await addCompany(pool, COMMAND_LINE, { code, name: `company ${code}` }, 'live');
    const mobile = sealPersonSecret(sealer, code, 'P-1', 'mobile', '13812341234');
    const [person] = await queryRows<{ id: number }>(
      pool,
      `INSERT INTO person (company_code, person_id, card_no, name, type, mobile_sealed, received_at)
       VALUES ($1, 'P-1', 'C-1', $2, 'staff', $3, now()) RETURNING id`,
      [code, `wearer of ${code}`, mobile],
    );
    for (const second of [0, 1, 2]) {
      await queryRows(
        pool,
        `INSERT INTO position (observed_at, person_id, lng, lat, delay_ms, source, flags)
         VALUES ($1, $2, $3, 308000000, 10, 0, 0)`,
        [new Date(AT_MS + second * 1000), person?.id, 1_214_800_000 + second],
      );
    }
    const view = { alarmId: `a-${code}`, companyCodes: [code], raisedAtMs: AT_MS };
    await queryRows(
      pool,
      `INSERT INTO alarm (alarm_id, rule, level, company_codes, active, acknowledged, onset_at, raised_at, view)
       VALUES ($1, 'sos', 1, $2, true, false, now(), $3, $4)`,
      [view.alarmId, view.companyCodes, new Date(AT_MS), JSON.stringify(view)],
    );
  }
  for (const [name, userRole, companyCode] of [
    ['centre', 'operator', null],
    ['guest', 'enterprise', OWN],
  ] as const) {
    const request = { name, role: userRole, companyCode, password: PASSWORD, mustChangePassword: false };
    expect(await addUser(users, systemClock, COMMAND_LINE, request)).toMatchObject({ ok: true });
  }
}

const post = (path: string, body: object, cookie = '', at = base) =>
  fetch(`${at}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-requested-with': 'park', cookie },
  });
const get = (path: string, cookie: string, at = base) => fetch(`${at}${path}`, { headers: { cookie } });

async function signIn(name: string): Promise<string> {
  const answer = await post('/api/session', { name, password: PASSWORD });
  expect(answer.status).toBe(200);
  return (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

const span = `from=${AT_MS}&to=${AT_MS + 60_000}`;

describe('role admin on Redis and PostgreSQL', () => {
  test('[ID-27] a card carries the latest place and a masked number', async () => {
    const answer = await get(`/api/people/${OTHER}/card:C-1`, await signIn('centre'));
    expect((await answer.json()) as PersonCard).toMatchObject({
      personId: 'P-1',
      companyCode: OTHER,
      companyName: `company ${OTHER}`,
      mobileMasked: '138****1234',
      latest: { observedAtMs: AT_MS + 2_000, receivedAtMs: AT_MS + 2_010, lng: 121.4800002, lat: 30.8 },
    });
  });

  test('[ID-23] a company sees its own card, track and alarms, and those of no other', async () => {
    const cookie = await signIn('guest');
    const own = (await (await get(`/api/people/${OWN}/P-1`, cookie)).json()) as PersonCard;
    expect(own.name).toBe(`wearer of ${OWN}`);
    for (const key of ['P-1', 'card:C-1']) {
      expect((await get(`/api/people/${OTHER}/${key}`, cookie)).status).toBe(404);
    }
    const tracksOf = async (query: string) =>
      ((await (await get(`/api/tracks?people=P-1,card:C-1&${span}${query}&reason=a`, cookie)).json()) as TrackAnswer)
        .tracks;
    expect((await tracksOf('')).map((track) => [track.companyCode, track.stored])).toEqual([[OWN, 3]]);
    expect(await tracksOf(`&company=${OTHER}`)).toEqual([]);
    const alarms = (await (await get('/api/alarms', cookie)).json()) as AlarmHistory;
    expect(alarms.alarms).toMatchObject([{ alarmId: `a-${OWN}` }]);
  });

  test('[ID-23] the control room sees both', async () => {
    const cookie = await signIn('centre');
    const { tracks } = (await (await get(`/api/tracks?people=P-1&${span}&reason=a`, cookie)).json()) as TrackAnswer;
    expect(tracks.map((track) => track.companyCode).sort()).toEqual([OWN, OTHER]);
    expect(tracks[0]).toMatchObject({
      observedAtMs: [AT_MS, AT_MS + 1_000, AT_MS + 2_000],
      lng: [121.48, 121.4800001, 121.4800002],
      heightM: [null, null, null],
    });
    const first = (await (await get('/api/alarms?limit=1', cookie)).json()) as AlarmHistory;
    const second = (await (await get(`/api/alarms?limit=1&cursor=${first.nextCursor}`, cookie)).json()) as AlarmHistory;
    expect([...first.alarms, ...second.alarms]).toHaveLength(2);
    expect(second.nextCursor).toBeNull();
    expect((await get('/api/alarms?cursor=nonsense', cookie)).status).toBe(422);
  });

  test('[ID-30] what happened is in the table', async () => {
    const rows = await queryRows<{ action: string; address: string }>(
      database.pool,
      `SELECT DISTINCT action, address FROM audit WHERE user_name IN ('guest', 'centre') ORDER BY action`,
    );
    expect(rows).toEqual([
      { action: 'session.start', address: '127.0.0.1' },
      { action: 'track.read', address: '127.0.0.1' },
    ]);
  });

  test('[ID-15] without PostgreSQL: pages, sessions, tickets and signing out work; signing in and registers say so', async () => {
    const cookie = await signIn('centre');
    const away = await startAdmin('postgres://park@127.0.0.1:1/park');
    const redis = createRedis(inject('redisUrl'), { name: 'admin-role-test' });
    try {
      await whenReady(redis);
      expect((await get('/api/settings', '', away.base)).status).toBe(200);
      expect((await get('/api/session', cookie, away.base)).status).toBe(200);
      const issued = await post('/api/live-ticket', {}, cookie, away.base);
      const { ticket } = (await issued.json()) as { ticket: string };
      const sessions = new Sessions(new RedisSessionStore(redis), systemClock);
      expect(await sessions.redeemTicket(ticket)).toMatchObject({ userName: 'centre', role: 'operator' });
      for (let count = 0; count < 6; count += 1) {
        const refused = await post('/api/session', { name: 'centre', password: PASSWORD }, '', away.base);
        expect(await refused.json()).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
        expect(refused.status).toBe(503);
      }
      expect((await get(`/api/people/${OWN}/P-1`, cookie, away.base)).status).toBe(503);
      const left = await fetch(`${away.base}/api/session`, {
        method: 'DELETE',
        headers: { cookie, 'x-requested-with': 'park' },
      });
      expect(left.status).toBe(204);
      expect((await get('/api/session', cookie)).status).toBe(401);
      await signIn('centre');
    } finally {
      closeRedis(redis);
      await away.role.close();
    }
  });
});
