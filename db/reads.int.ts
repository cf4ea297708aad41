import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../core/logger.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import { COMPANY, createFixBatch, createOrigin, createPerson, EntrySequence } from '../test/builders/entries.ts';
import { createAlarm } from '../test/contract/storage.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../test/contract/storage-postgres.ts';
import { StoreRun } from '../test/contract/store-run.ts';
import { listAlarms } from './alarms.ts';
import { findCredential } from './credentials.ts';
import { readLedger, readStoreOffset } from './ledger.ts';
import { findPersonCard } from './people.ts';
import { createPool, withTransaction } from './pool.ts';
import { pointsQuery, readTracks, type TrackQuery } from './tracks.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const DAY = 86_400_000;
const OTHER = '913100002';

describe('reads', () => {
  let database: TestDatabase;
  const log = new EntrySequence();
  const alarms: AlarmView[] = [];

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    const harness = new StorageDatabaseHarness(database);
    const store = harness.open();
    await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    const walk = (person: string, seconds: number[]) =>
      seconds.map((second) => ({
        person,
        lng: 121.48 + second * 1e-5,
        lat: 30.8,
        heightM: 4,
        accuracyM: 2.5,
        source: 'GNSS',
        atMs: T0 + second * 1000,
      }));
    const entries: LogEntry[] = [
      log.next(
        'persons',
        {
          origin: createOrigin({ received: 2 }),
          records: [
            createPerson({ personId: 'p1', name: '张三', cardNo: 'c1', certificates: [{ name: '焊工证' }] }),
            createPerson({ personId: 'p2', name: '李_四%', deleted: true }),
          ],
        },
        T0,
      ),
      log.next('fixes', createFixBatch(walk('p1', [0, 1, 2, 3, 4, 86_400])), T0),
      log.next('fixes', createFixBatch([{ person: 'p1', atMs: T0 + 2 * DAY, sos: true }]), T0 + 2 * DAY),
      log.next(
        'fixes',
        createFixBatch([...walk('p1', [1]), { card: 'c9', lng: 121.5, lat: 30.9, atMs: T0 }], { companyCode: OTHER }),
        T0,
      ),
    ];
    for (let i = 0; i < 7; i++) {
      alarms.push(
        createAlarm({
          alarmId: `alarm-${i}`,
          // Two of the same moment: the id decides.
          raisedAtMs: T0 + Math.floor(i / 2) * 1000,
          companyCodes: i % 3 === 0 ? [COMPANY, OTHER] : [COMPANY],
        }),
      );
    }
    await store.apply({
      entries,
      unfit: [],
      effects: [
        { seq: 2, atMs: T0, effects: alarms.map((alarm) => ({ t: 'alarm', alarm }) as const) },
        { seq: 3, atMs: T0, effects: [{ t: 'alarm', alarm: { ...alarms[0]!, transition: 'acknowledged' } }] },
      ],
      nextSeq: log.seq + 1,
      alarmsNextSeq: 4,
    });
    await database.pool.query(`INSERT INTO company (code, name) VALUES ($1, '乙化工')`, [OTHER]);
  });
  afterAll(() => database.drop());

  const tracks = (change: Partial<TrackQuery>, scope: string | null = null) =>
    readTracks(database.pool, scope, {
      companyCode: null,
      people: [{ personId: 'p1' }],
      fromMs: T0 - DAY,
      toMs: T0 + 3 * DAY,
      toleranceM: 0,
      ...change,
    });

  describe('tracks', () => {
    it("[STO-37] a person's track begins with the positions of the tag from before anybody was said to wear it", async () => {
      const mine = await createTestDatabase(inject('databaseUrl'));
      try {
        const run = await StoreRun.start(new StorageDatabaseHarness(mine));
        const by = (who: { person?: string; card?: string }, second: number) => ({
          ...who,
          lng: 121.48,
          lat: 30.8,
          atMs: T0 + second * 1000,
        });
        await run.apply(
          run.fixes([by({ card: 'c1' }, 0), by({ card: 'c1' }, 10)], {}, T0 + 10_000),
          run.records('persons', [createPerson({ personId: 'p1', cardNo: 'c1' })], {}, T0 + 20_000),
          run.fixes([by({ card: 'c1' }, 21), by({ person: 'p1' }, 5)], {}, T0 + 21_000),
          run.records('persons', [createPerson({ personId: 'p1', cardNo: null, deleted: true })], {}, T0 + 30_000),
          run.fixes([by({ card: 'c1' }, 40)], {}, T0 + 40_000),
          run.records('persons', [createPerson({ personId: 'p2', cardNo: 'c1' })], {}, T0 + 50_000),
        );
        const seconds = async (personId: string, fromS: number): Promise<number[]> => {
          const span = { fromMs: T0 + fromS * 1000, toMs: T0 + DAY, toleranceM: 0, companyCode: null };
          const [track] = await readTracks(mine.pool, null, { ...span, people: [{ personId }] });
          return (track?.observedAtMs ?? []).map((ms) => (ms - T0) / 1000);
        };
        expect(await seconds('p1', 0)).toEqual([0, 5, 10, 21]);
        expect(await seconds('p1', 6)).toEqual([10, 21]);
        expect(await seconds('p2', 0)).toEqual([]);
      } finally {
        await mine.drop();
      }
    });

    it('[STO-23] gives the fixes of the span in order, over days, in the units of the interface', async () => {
      const [track] = await tracks({ companyCode: COMPANY });
      expect(track).toMatchObject({ companyCode: COMPANY, personId: 'p1', cardNo: 'c1', name: '张三', stored: 6 });
      expect(track?.observedAtMs).toEqual([0, 1, 2, 3, 4, 86_400].map((second) => T0 + second * 1000));
      expect(track?.lng.slice(0, 2)).toEqual([121.48, 121.48001]);
      expect(track?.heightM[0]).toBe(4);
      expect(track?.accuracyM[0]).toBe(2.5);
      expect(track?.source[0]).toBe('GNSS');
    });

    it('[STO-23] takes from, leaves out to', async () => {
      const [track] = await tracks({ companyCode: COMPANY, fromMs: T0 + 1000, toMs: T0 + 3000 });
      expect(track?.observedAtMs).toEqual([T0 + 1000, T0 + 2000]);
    });

    it('[STO-23] simplifies on request and says how many there were', async () => {
      const [track] = await tracks({ companyCode: COMPANY, toMs: T0 + 10_000, toleranceM: 1 });
      expect(track).toMatchObject({ stored: 5, observedAtMs: [T0, T0 + 4000] });
    });

    it('[STO-23] several people, also by card, worn or not', async () => {
      const found = await tracks({ people: [{ cardNo: 'c1' }, { cardNo: 'c9' }] });
      expect(found.map((track) => [track.personId, track.cardNo, track.stored]).sort()).toEqual([
        [null, 'c9', 1],
        ['p1', 'c1', 6],
      ]);
    });

    it('[STO-41] reads the key alone once autovacuum has been there, which it is asked to be soon', async () => {
      const { pool } = database;
      await pool.query('VACUUM position');
      const plan = await withTransaction(pool, async (client) => {
        // Of a few rows the whole table is cheaper.
        await client.query('SET LOCAL enable_seqscan = off');
        await client.query('SET LOCAL enable_bitmapscan = off');
        const span = { personId: 1, fromMs: T0, toMs: T0 + DAY };
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE) ${pointsQuery(span, 10)}`);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      });
      expect(plan).toMatch(/Index Only Scan.* rows=5/);
      expect(plan).toContain('Heap Fetches: 0');
      expect(plan).not.toMatch(/Index Scan|Heap Fetches: [1-9]/);
      const { rows } = await pool.query<{ options: string[] | null }>(
        `SELECT DISTINCT reloptions AS options FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
         WHERE inhparent = 'position'::regclass`,
      );
      expect(rows).toEqual([
        { options: ['autovacuum_vacuum_insert_scale_factor=0', 'autovacuum_vacuum_insert_threshold=100000'] },
      ]);
    });

    it('[STO-24] shows one company nothing of another', async () => {
      expect((await tracks({}, null)).map((track) => track.companyCode).sort()).toEqual([COMPANY, OTHER]);
      expect((await tracks({}, OTHER)).map((track) => track.companyCode)).toEqual([OTHER]);
      expect(await tracks({ companyCode: COMPANY }, OTHER)).toEqual([]);
    });
  });

  describe('people', () => {
    it('[STO-24] the card has the newest place, and only within the scope', async () => {
      const card = await findPersonCard(database.pool, COMPANY, COMPANY, { personId: 'p1' });
      expect(card).toMatchObject({ name: '张三', companyName: '甲化工', certificates: [{ name: '焊工证' }] });
      expect(card?.latest).toEqual({
        observedAtMs: T0 + DAY,
        receivedAtMs: T0,
        lng: 122.344,
        lat: 30.8,
        heightM: 4,
        accuracyM: 2.5,
        floor: null,
        batteryPct: null,
        source: 'GNSS',
      });
      expect(await findPersonCard(database.pool, OTHER, COMPANY, { personId: 'p1' })).toBeNull();
      expect(await findPersonCard(database.pool, null, COMPANY, { personId: 'nobody' })).toBeNull();
    });

    it('[STO-24] a card number finds its wearer, else the tag; the company register lends its name', async () => {
      expect(await findPersonCard(database.pool, null, COMPANY, { cardNo: 'c1' })).toMatchObject({ personId: 'p1' });
      expect(await findPersonCard(database.pool, null, OTHER, { cardNo: 'c9' })).toMatchObject({
        personId: null,
        type: 'unidentified',
        companyName: '乙化工',
        latest: { lng: 121.5, lat: 30.9 },
      });
    });
  });

  describe('alarms', () => {
    it('[STO-25] pages neither repeat nor skip, newest first', async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await listAlarms(database.pool, null, { fromMs: null, toMs: null, limit: 3, cursor });
        seen.push(...page.alarms.map((alarm) => alarm.alarmId));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `alarm-${i}`));
    });

    it('[STO-24] shows a company only the alarms that concern it', async () => {
      const query = { fromMs: T0 + 1000, toMs: T0 + 3001, limit: 10, cursor: null };
      const page = await listAlarms(database.pool, OTHER, query);
      expect(page.alarms.map((alarm) => alarm.alarmId)).toEqual(['alarm-6', 'alarm-3']);
    });

    it.each([
      'x',
      'W10',
      Buffer.from('[1e300,"a"]').toString('base64url'),
      Buffer.from('["1","a"]').toString('base64url'),
    ])('[STO-25] refuses the cursor %s', async (cursor) => {
      await expect(
        listAlarms(database.pool, null, { fromMs: null, toMs: null, limit: 3, cursor }),
      ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    });
  });

  it('[STO-13] the ledger sums by company and interface, within scope and span', async () => {
    expect(await readLedger(database.pool, OTHER, { fromMs: null, toMs: null })).toMatchObject([
      { companyCode: OTHER, interface: 'positions', received: 2, stored: 2 },
    ]);
    const all = await readLedger(database.pool, null, { fromMs: T0 + DAY, toMs: null });
    expect(all).toMatchObject([{ companyCode: COMPANY, received: 1, stored: 1 }]);
    expect(await readStoreOffset(database.pool)).toMatchObject({ epoch: 'e', term: 1, nextSeq: 5, alarmsNextSeq: 4 });
  });

  it('[STO-26] finds a credential by its app id, revoked ones too', async () => {
    await database.pool.query(
      `INSERT INTO credential (app_id, company_code, secret_sealed, interfaces, rate_records_per_s)
       VALUES ('app-1', $1, 'sealed', '{positions}', 100)`,
      [OTHER],
    );
    await database.pool.query(
      `INSERT INTO credential (app_id, company_code, secret_sealed, status, revoked_at)
       VALUES ('app-2', $1, 'sealed', 'revoked', now())`,
      [OTHER],
    );
    await database.pool.query(
      `INSERT INTO company_interface (company_code, interface, stage) VALUES ($1, 'positions', 'trial')`,
      [OTHER],
    );
    expect(await findCredential(database.pool, 'app-1')).toEqual({
      appId: 'app-1',
      companyCode: OTHER,
      secretSealed: 'sealed',
      status: 'active',
      interfaces: ['positions'],
      addresses: null,
      rateRecordsPerS: 100,
      sandbox: false,
      previousSecretSealed: null,
      previousUntilMs: null,
      stages: { positions: 'trial' },
    });
    expect((await findCredential(database.pool, 'app-2'))?.status).toBe('revoked');
    expect(await findCredential(database.pool, 'app-3')).toBeNull();
  });

  it('[STO-17] a database that is not there is DATABASE_UNAVAILABLE, not a crash', async () => {
    const nowhere = createPool('postgres://nobody@127.0.0.1:1/none', { max: 1, logger: silentLogger });
    await expect(findCredential(nowhere, 'app-1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await nowhere.end();
  });
});
