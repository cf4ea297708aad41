import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { AuditRow } from '../core/audit-api.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { type Actor, COMMAND_LINE, insertAudit } from './audit.ts';
import { type AuditFilter, StoredAuditDesk } from './audit-desk.ts';

const READER: Actor = { userId: 'r', userName: 'reader', address: '10.0.0.9' };
const ALL: AuditFilter = {
  fromMs: null,
  toMs: null,
  userName: null,
  action: null,
  subject: null,
  outcome: null,
  search: null,
};

describe('the audit as its administrator reads it', () => {
  let database: TestDatabase;
  let desk: StoredAuditDesk;

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    desk = new StoredAuditDesk(database.pool);
    // All of one moment: the order is that of the ids then.
    await database.pool.query(
      `INSERT INTO audit (user_name, action, subject, outcome, detail)
       SELECT CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END, 'user.add', 's' || n, 'ok', jsonb_build_object('n', n, '词', '园区' || n)
       FROM generate_series(1, 2050) AS n`,
    );
  });
  afterAll(() => database.drop());

  test('[AUD-31] newest first, page by page, each row once, while more are written', async () => {
    const seen: number[] = [];
    let after = null;
    do {
      const page = await desk.list({ ...ALL, action: 'user.add' }, after, 500, READER);
      seen.push(...page.rows.map(({ id }) => id));
      await insertAudit(database.pool, { actor: COMMAND_LINE, action: 'user.add', subject: 'new', outcome: 'ok' });
      const [at = '', id = ''] = page.next?.split('~') ?? [];
      after = page.next === null ? null : { at, id: Number(id) };
    } while (after !== null);
    expect(seen).toEqual(Array.from({ length: 2050 }, (_, i) => 2050 - i));
  });

  test.each<[Partial<AuditFilter>, number]>([
    [{ userName: 'even', action: 'user.add' }, 1025],
    [{ subject: 's7' }, 1],
    [{ search: '园区2049' }, 1],
    [{ search: '词' }, 2050],
    [{ outcome: 'refused' }, 0],
    [{ toMs: 1 }, 0],
    [{ search: `%' OR true --` }, 0],
  ])('[AUD-31] %j', async (filter, count) => {
    let found = 0;
    for await (const rows of await desk.export({ ...ALL, ...filter }, COMMAND_LINE)) {
      // What searching itself puts on record has the searched words in it.
      found += rows.filter(({ action }) => action !== 'audit.export').length;
    }
    expect(found).toBe(count);
  });

  test('[AUD-33] reading and exporting are on record before anything is shown; turning pages is not', async () => {
    const filter = { ...ALL, search: 'who was it' };
    const { rows } = await desk.list(filter, null, 10, READER);
    expect(rows).toMatchObject([{ action: 'audit.read', userName: 'reader', detail: { search: 'who was it' } }]);
    const [own] = rows as [AuditRow];
    await desk.list(
      filter,
      { at: new Date(own.atMs + 1_000).toISOString().replace('Z', '000Z'), id: own.id },
      10,
      READER,
    );
    expect((await desk.list(filter, null, 10, READER)).rows).toHaveLength(2);
    await desk.export(filter, READER);
    expect((await desk.list({ ...filter, action: 'audit.export' }, null, 10, READER)).rows).toHaveLength(1);
  });

  test('[AUD-34] the state tells of blocks, of rows that wait, and of the last verification', async () => {
    expect(await desk.state()).toMatchObject({ lastBlock: 0, lastSealedAtMs: null, lastVerification: null, gone: 0 });
    expect((await desk.state()).unsealed).toBeGreaterThan(2000);
    const detail = { rows: 12, faults: 1 };
    await insertAudit(database.pool, {
      actor: COMMAND_LINE,
      action: 'audit.verify',
      subject: null,
      outcome: 'refused',
      detail,
    });
    expect((await desk.state()).lastVerification).toMatchObject({ isWhole: false, rows: 12, faults: 1 });
  });
});
