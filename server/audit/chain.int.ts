import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { COMMAND_LINE, insertAudit } from '../../admin/audit.ts';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { type Head, readLastHead, readWaiting } from '../../db/audit-chain.ts';
import { keepAuditMonths, monthStart } from '../../db/audit-months.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { type AuditKeys, createAuditKeys } from '../../security/audit-chain.ts';
import { MemoryBlobs } from '../../stream/archive/blob-store.ts';
import { createTestDatabase, setAuditTriggers, type TestDatabase } from '../../test/contract/storage-database.ts';
import { HeadBlobs, HeadFiles } from './heads.ts';
import { AuditSealer, BEHIND_AFTER_MS } from './sealer.ts';
import { type Fault, type Verified, verifyAudit } from './verify.ts';

const KEY = Buffer.alloc(32, 1);
const NEW_KEY = Buffer.alloc(32, 2);
const NOW = Date.now();
const MONTH_MS = 31 * 86_400_000;

describe('the chain of the audit', () => {
  let database: TestDatabase;
  let pool: Pool;
  let folder: string;
  let files: HeadFiles;
  let blobs: MemoryBlobs;
  let clock: ManualClock;
  let keys: AuditKeys;
  let alarms: Map<string, string>;
  let sealer: AuditSealer;

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    pool = database.pool;
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.clear();
    folder = mkdtempSync(join(tmpdir(), 'audit-chain-'));
    files = new HeadFiles(folder);
    blobs = new MemoryBlobs();
    clock = new ManualClock(NOW);
    keys = createAuditKeys([KEY]);
    alarms = new Map();
    sealer = createSealer();
    return () => rmSync(folder, { recursive: true });
  });

  const createSealer = (given: { files?: Pick<HeadFiles, 'append' | 'last'>; copies?: HeadBlobs } = {}) =>
    new AuditSealer({
      pool,
      keys: () => keys,
      files,
      copies: null,
      ...given,
      opsAlarms: {
        raise: async ({ code, subject, detail }) => void alarms.set(`${code} ${subject}`, detail),
        clear: async (code, subject) => void alarms.delete(`${code} ${subject}`),
      },
      clock,
      logger: silentLogger,
    });

  const write = (subject: string, detail: Record<string, unknown> = {}): Promise<void> =>
    insertAudit(pool, { actor: COMMAND_LINE, action: 'setting.put', subject, outcome: 'ok', detail });
  /** Three blocks: rows 1-2, 3-4, 5-6. */
  const writeSix = async (): Promise<void> => {
    for (let n = 1; n <= 6; n++) {
      await write(`s${n}`, { n, 词: '园区' });
      if (n % 2 === 0) await sealer.round();
    }
  };
  /** As the owner of the database, behind the product's back. */
  const tamper = async (...statements: string[]): Promise<void> => {
    await pool.query(setAuditTriggers('DISABLE'));
    for (const statement of statements) await pool.query(statement);
    await pool.query(setAuditTriggers('ENABLE'));
  };
  async function* nothing(): AsyncGenerator<Head> {}
  const verify = async (
    heads: AsyncIterable<Head>[] = [files.read()],
    span: { fromMs: number | null; toMs: number | null } = { fromMs: null, toMs: null },
  ): Promise<{ faults: Fault[]; verified: Verified; kinds: (readonly [string, number | null])[] }> => {
    const faults: Fault[] = [];
    const verified = await verifyAudit({ pool, keys, heads, span, onFault: (fault) => faults.push(fault) });
    return { faults, verified, kinds: faults.map(({ kind, row, block }) => [kind, row ?? block] as const) };
  };

  test('[AUD-1] a row waits for its seal from the transaction that wrote it, and goes with it', async () => {
    await withTransaction(pool, async (client) => {
      await insertAudit(client, { actor: COMMAND_LINE, action: 'user.add', subject: 'a', outcome: 'ok' });
      expect(await readWaiting(client)).toEqual({ count: 1, goneIds: [] });
      throw new Error('taken back');
    }).catch(() => {});
    expect(await readWaiting(pool)).toEqual({ count: 0, goneIds: [] });
  });

  test('[AUD-2] what was written is sealed in blocks, and verifies with every row', async () => {
    await writeSix();
    expect(await verify()).toMatchObject({ faults: [], verified: { blocks: 3, rows: 6, heads: 3 } });
    expect(await readWaiting(pool)).toEqual({ count: 0, goneIds: [] });
    await sealer.round();
    expect((await readLastHead(pool))?.no).toBe(3);
  });

  test('[AUD-2] nothing in the order of ids or the end of transactions is lost: each row is sealed once', async () => {
    const late = await pool.connect();
    await late.query('BEGIN');
    await insertAudit(late, { actor: COMMAND_LINE, action: 'user.add', subject: 'late', outcome: 'ok' });
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 15; n++) {
        await withTransaction(pool, async (client) => {
          await insertAudit(client, {
            actor: COMMAND_LINE,
            action: 'user.add',
            subject: `${writer}.${n}`,
            outcome: 'ok',
          });
          if (n % 5 === 0) await client.query('SELECT pg_sleep(0.01)');
        });
      }
    });
    const done = Promise.all(writers).then(() => true);
    // Several at once: all but one are refused, and none is lost.
    const sealers = [sealer, createSealer(), createSealer(), createSealer()];
    const rounds = () => Promise.allSettled(sealers.map((one) => one.round()));
    while (!(await Promise.race([done, rounds().then(() => false)])));
    await rounds();
    await sealer.round();
    await late.query('COMMIT');
    late.release();
    await sealer.round();
    const { rows } = await pool.query(
      'SELECT count(*) AS sealed, count(DISTINCT id) AS ids FROM (SELECT unnest(ids) AS id FROM audit_seal) AS s',
    );
    expect(rows).toEqual([{ sealed: 121, ids: 121 }]);
    expect(await verify()).toMatchObject({ faults: [], verified: { rows: 121 } });
  });

  test.each([
    ['user_id', `'u'`],
    ['user_name', `'somebody else'`],
    ['action', `'user.change'`],
    ['subject', 'NULL'],
    ['subject', `''`],
    ['outcome', `'refused'`],
    ['detail', `'{"n": 4}'`],
    ['address', `'10.0.0.1'`],
    ['at', `at + interval '1 microsecond'`],
    ['at', `at - interval '40 days'`],
    ['at', `'infinity'`],
  ])('[AUD-5] an altered row is named: %s = %s', async (column, value) => {
    await writeSix();
    await tamper(`UPDATE audit SET ${column} = ${value} WHERE id = 3`);
    expect((await verify()).kinds).toEqual([['row-altered', 3]]);
  });

  test('[AUD-5] two rows that changed places are both named', async () => {
    await writeSix();
    await tamper(
      'UPDATE audit SET id = 99 WHERE id = 2',
      'UPDATE audit SET id = 2 WHERE id = 5',
      'UPDATE audit SET id = 5 WHERE id = 99',
    );
    expect((await verify()).kinds).toEqual([
      ['row-altered', 2],
      ['row-altered', 5],
    ]);
  });

  test('[AUD-6] a removed row is named, one in the middle and one that had no seal yet', async () => {
    await writeSix();
    await write('s7');
    await tamper('DELETE FROM audit WHERE id IN (3, 7)');
    expect((await verify()).kinds).toEqual([
      ['row-removed', 3],
      ['row-removed', 7],
    ]);
  });

  test('[AUD-7] a row that was put in is named, in any month, and also under the id of another', async () => {
    await writeSix();
    await tamper(
      `INSERT INTO audit (id, user_name, action, outcome) VALUES (70, 'x', 'user.add', 'ok')`,
      `INSERT INTO audit (id, at, user_name, action, outcome) VALUES (71, '1999-01-01', 'x', 'user.add', 'ok')`,
      `INSERT INTO audit SELECT id, at + interval '1 second', user_id, user_name, action, subject, outcome, detail, address FROM audit WHERE id = 2`,
    );
    expect((await verify()).kinds.toSorted()).toEqual([
      ['row-inserted', 2],
      ['row-inserted', 70],
      ['row-inserted', 71],
    ]);
  });

  test('[AUD-7] a row that waits is no fault while somebody seals, and one when nobody does', async () => {
    await writeSix();
    await write('s7');
    const verifying = verify();
    await sealer.round();
    expect((await verifying).kinds).toEqual([]);
    await write('s8');
    expect((await verify()).kinds).toEqual([['row-unsealed', 8]]);
  });

  test('[AUD-8] a tail that was cut off is told by the heads outside, of the files and of the archive', async () => {
    const copies = new HeadBlobs(blobs);
    sealer = createSealer({ copies });
    await write('s0');
    await sealer.round();
    clock.advance(600_001);
    await write('s1');
    await sealer.round();
    const cut = ['DELETE FROM audit WHERE id = 2', 'DELETE FROM audit_seal WHERE no = 2'];
    await tamper(...cut);
    expect((await verify()).kinds).toEqual([['cut-off', 2]]);
    const archived = async function* () {
      yield* await copies.read();
    };
    expect((await verify([archived()])).kinds).toEqual([['cut-off', 2]]);
    // Without heads nothing shows: that is what they are for.
    expect((await verify([nothing()])).kinds).toEqual([]);
  });

  test('[AUD-8] rows whose seals alone were cut off are no rows any more', async () => {
    await writeSix();
    await tamper('DELETE FROM audit_seal WHERE no = 3');
    expect((await verify()).kinds).toEqual([
      ['cut-off', 3],
      ['row-inserted', 5],
      ['row-inserted', 6],
    ]);
  });

  test('[AUD-8] after a cut the sealer says so, goes on behind it, and the gap stays to be seen', async () => {
    await writeSix();
    await tamper('DELETE FROM audit WHERE id > 2', 'DELETE FROM audit_seal WHERE no > 1');
    await write('s7');
    await sealer.round();
    expect([...alarms.keys()]).toEqual(['audit-broken chain']);
    expect((await readLastHead(pool))?.no).toBe(4);
    expect((await verify()).kinds).toEqual([['blocks-removed', 2]]);
    // Also one that starts anew, and knows of it from the files alone.
    await tamper('DELETE FROM audit WHERE id > 2', 'DELETE FROM audit_seal WHERE no > 1');
    alarms.clear();
    await createSealer().round();
    expect([...alarms.keys()]).toEqual(['audit-broken chain']);
  });

  test('[AUD-9] blocks that were removed, changed or made anew are named', async () => {
    await writeSix();
    await tamper('DELETE FROM audit WHERE id <= 2', 'DELETE FROM audit_seal WHERE no = 1');
    expect((await verify()).kinds).toEqual([
      ['blocks-removed', 1],
      ['chain-broken', 2],
    ]);
    await database.clear();
    rmSync(folder, { recursive: true });
    sealer = createSealer();
    await writeSix();
    await tamper(
      'DELETE FROM audit WHERE id = 3',
      'UPDATE audit_seal SET ids = ids[2:2], digests = substr(digests, 33) WHERE no = 2',
    );
    expect((await verify()).kinds).toEqual([['block-altered', 2]]);
    await tamper(`UPDATE audit_seal SET at = at - interval '1 day' WHERE no = 1`);
    expect((await verify()).kinds).toEqual([
      ['block-altered', 1],
      ['block-altered', 2],
    ]);
  });

  test('[AUD-9] a chain made anew under the right key does not fit the heads outside', async () => {
    await writeSix();
    await tamper(
      'TRUNCATE audit_seal',
      'INSERT INTO audit_unsealed SELECT id, at FROM audit',
      `UPDATE audit SET subject = 'x' WHERE id = 1`,
    );
    const other = new HeadFiles(join(folder, 'other'));
    await createSealer({ files: other }).round();
    expect((await verify([other.read()])).kinds).toEqual([]);
    expect((await verify()).kinds).toEqual([
      ['head-differs', 1],
      ['cut-off', 2],
    ]);
  });

  test('[AUD-10] blocks of an older master key verify while it is in the key file, and are named when it is not', async () => {
    await writeSix();
    keys = createAuditKeys([NEW_KEY, KEY]);
    await write('s7');
    await sealer.round();
    expect(await verify()).toMatchObject({ faults: [], verified: { rows: 7 } });
    keys = createAuditKeys([NEW_KEY]);
    expect((await verify()).kinds).toEqual([1, 2, 3].map((no) => ['key-unknown', no]));
  });

  test('[AUD-4] a sealer that ended between database and file writes the heads at its next start', async () => {
    await writeSix();
    const broken = createSealer({
      files: { last: () => files.last(), append: () => Promise.reject(new Error('gone')) },
    });
    await write('s7');
    await expect(broken.round()).rejects.toThrow('gone');
    expect((await files.last())?.no).toBe(3);
    // And one whose last line was torn.
    const [name] = readdirSync(folder);
    const path = join(folder, name ?? '');
    appendFileSync(path, '{"no":4,"ma');
    await createSealer().round();
    expect((await files.last())?.no).toBe(4);
    expect(alarms.size).toBe(0);
    expect(await verify()).toMatchObject({ faults: [], verified: { heads: 4 } });
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
    expect((await files.last())?.no).toBe(4);
  });

  test('[AUD-4] heads or rows that are behind for a minute are told, and the word taken back', async () => {
    let isGone = true;
    const failing = createSealer({
      files: {
        last: () => files.last(),
        append: (heads) => (isGone ? Promise.reject(new Error('gone')) : files.append(heads)),
      },
    });
    await write('s1');
    const one = async (): Promise<void> => {
      const stop = new AbortController();
      const running = failing.run(stop.signal);
      stop.abort();
      await running;
    };
    await one();
    expect(alarms.size).toBe(0);
    clock.advance(BEHIND_AFTER_MS + 1);
    await one();
    expect([...alarms.keys()]).toEqual(['audit-behind heads']);
    isGone = false;
    await one();
    expect(alarms.size).toBe(0);
    await write('s2');
    await tamper('DELETE FROM audit WHERE id = 2');
    clock.advance(BEHIND_AFTER_MS + 1);
    await one();
    expect([...alarms.keys()]).toEqual(['audit-behind rows']);
  });

  test('[AUD-3] months are made ahead; one that is too old goes, and what is left verifies', async () => {
    const old = (months: number): string => new Date(monthStart(NOW, -months) + 5 * 86_400_000).toISOString();
    await keepAuditMonths({ pool, keys, keptMonths: 20, logger: silentLogger }, NOW);
    const insertOld = async (months: number): Promise<void> => {
      await pool.query(`INSERT INTO audit (at, user_name, action, outcome) VALUES ($1, 'x', 'user.add', 'ok')`, [
        old(months),
      ]);
      await sealer.round();
    };
    for (const months of [15, 14, 13, 2, 14]) await insertOld(months);
    // Not sealed yet: it stays.
    await pool.query(`INSERT INTO audit (at, user_name, action, outcome) VALUES ($1, 'x', 'user.add', 'ok')`, [
      old(13),
    ]);
    const keep = () => keepAuditMonths({ pool, keys, keptMonths: 12, logger: silentLogger }, NOW);
    const first = await keep();
    expect(first.slice(-2)).toEqual(
      [15, 14].map((months) => new Date(monthStart(NOW, -months)).toISOString().slice(0, 10)),
    );
    await sealer.round();
    expect(await keep()).toHaveLength(1);
    const { rows } = await pool.query('SELECT no FROM audit_seal ORDER BY no');
    expect(rows.map(({ no }) => no)).toEqual([4, 5, 6]);
    expect(await verify()).toMatchObject({ faults: [], verified: { rows: 1 } });
    await insertOld(0);
    // A row of a month that went is nobody's to refuse.
    await insertOld(14);
    expect(await verify()).toMatchObject({ faults: [], verified: { rows: 3 } });
    await keepAuditMonths({ pool, keys, keptMonths: 12, logger: silentLogger }, NOW + MONTH_MS);
    expect((await verify()).faults).toEqual([]);
  });

  test('[AUD-3] a month that somebody dropped by hand is missed, and a forged record of it is told', async () => {
    await writeSix();
    await tamper('DELETE FROM audit');
    expect((await verify()).kinds.map(([kind]) => kind)).toEqual(Array(6).fill('row-removed'));
    await tamper(
      `INSERT INTO audit_drop SELECT DISTINCT month, 3, 4, '\\x00'::bytea, now(), key_id, '\\x00'::bytea FROM audit_seal`,
    );
    expect((await verify()).kinds.map(([kind]) => kind)).toEqual(['drop-altered', ...Array(6).fill('row-removed')]);
  });

  test('[AUD-2] a span looks at the blocks that were sealed in it alone', async () => {
    await writeSix();
    clock.advance(60_000);
    await write('s7');
    await sealer.round();
    await tamper('DELETE FROM audit WHERE id = 3');
    const span = { fromMs: NOW + 60_000, toMs: null };
    expect(await verify([files.read()], span)).toMatchObject({ faults: [], verified: { blocks: 1 } });
  });
});
