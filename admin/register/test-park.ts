/** The admin server over a database of its own with the registers given, and people of any role. For tests of this folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { ManualClock } from '../../core/clock.ts';
import type { Pool } from '../../db/pool.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer, MASTER_KEY_BYTES } from '../../security/gm.ts';
import type { SessionUser } from '../../security/sessions.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import { createTestDatabase } from '../../test/contract/storage-database.ts';
import { SESSION_COOKIE } from '../server.ts';
import { COMPANY, createTestServer, OTHER_COMPANY, type TestServer } from '../test-server.ts';
import { type RegisterOptions, registerParts } from './parts.ts';

export { COMPANY, OTHER_COMPANY };

export type Who = Partial<SessionUser> & Pick<SessionUser, 'role'>;

export interface RegisterPark {
  readonly pool: Pool;
  readonly server: TestServer;
  readonly clock: ManualClock;
  /** As somebody of a role; by default the whole park's. */
  as(who: Who): Promise<Caller>;
  end(): Promise<void>;
}

export interface Caller {
  call(method: InjectOptions['method'], path: string, payload?: object): Promise<LightMyRequestResponse>;
  send(path: string, name: string, bytes: Buffer): Promise<LightMyRequestResponse>;
}

export async function createRegisterPark(
  databaseUrl: string,
  registers: readonly AnyRegister[],
  more: Partial<Pick<RegisterOptions, 'stores' | 'actions'>> = {},
): Promise<RegisterPark> {
  const database = await createTestDatabase(databaseUrl, false, registers);
  const { pool } = database;
  await pool.query('INSERT INTO company (code, name) VALUES ($1, $2), ($3, $4)', [
    COMPANY,
    '甲公司',
    OTHER_COMPANY,
    '乙公司',
  ]);
  const key = Buffer.alloc(MASTER_KEY_BYTES, 7);
  const folder = mkdtempSync(join(tmpdir(), 'parksentry-registers-'));
  const clock = new ManualClock(1_790_000_000_000);
  const parts = registerParts({
    registers,
    stores: {},
    actions: {},
    ...more,
    pool,
    sealer: createSealer([key]),
    blindIndex: createBlindIndex(key),
    blobs: new FileBlobs(folder),
    clock,
  });
  const server = await createTestServer({ registers: parts });
  return {
    pool,
    server,
    clock,
    async as(who) {
      const user = {
        userId: `u-${who.role}`,
        userName: `${who.role}`,
        companyCode: null,
        department: null,
        contractorCode: null,
      };
      const { cookie: value } = await server.sessions.start(
        { ...user, ...who, mustChangePassword: false },
        '127.0.0.1',
      );
      const cookie = `${SESSION_COOKIE}=${value}`;
      return {
        call: (method, path, payload) =>
          server.call({
            ...(method === undefined ? {} : { method }),
            url: `/api/registers${path}`,
            cookie,
            ...(payload === undefined ? {} : { payload }),
          }),
        send: (path, name, bytes) =>
          server.call({
            method: 'POST',
            url: `/api/registers${path}`,
            cookie,
            payload: bytes,
            headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name) },
          }),
      };
    },
    async end() {
      await server.app.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
