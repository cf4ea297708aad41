import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { Pace } from '../../core/pace.ts';
import { readTransitions } from '../../db/alarm-transitions.ts';
import { Archiver } from '../../stream/archive/archiver.ts';
import { sealSnapshot } from '../../stream/archive/blob-archive.ts';
import { snapshotName } from '../../stream/archive/catalogue.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import { keys } from '../../stream/keys.ts';
import { ENTRY_KIND, type EntryBodies, type EntryKindName } from '../../stream/protocol/entry.ts';
import { encodeBody } from '../../stream/protocol/entry-codec.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { RedisReaderRegistry } from '../../stream/redis-readers.ts';
import { RedisSnapshotStore } from '../../stream/redis-snapshots.ts';
import { createArea, createFixBatch, createOrigin, createPerson, type FixInput } from '../../test/builders/entries.ts';
import { lngLatAt, squareAt } from '../../test/builders/plane.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { runPark } from '../../test/run-park.ts';
import { loadConfig, runningConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { start as startStore } from '../roles/store.ts';
import { start as startWatch } from '../roles/watch.ts';
import { command as archive } from './archive.ts';
import { command as replay } from './replay.ts';

const commands = [archive, replay].map((command) => ({ ...command, load: async () => command }));

/** Watch and store of the product on a real Redis and PostgreSQL; an archiver with small segments; then the log is trimmed. */
describe('park replay and park archive', () => {
  const park = `test-${randomUUID().slice(0, 8)}`;
  const redis: Redis = createRedis(inject('redisUrl'), { name: 'replay-test' });
  const log = new RedisLog({ redis, park });
  const folder = mkdtempSync(join(tmpdir(), 'parksentry-replay-'));
  const archiveFolder = join(folder, 'archive', park);
  let database: TestDatabase;
  let env: Record<string, string>;
  let span: string[];
  let fromMs = 0;

  beforeAll(async () => {
    await whenReady(redis);
    database = await createTestDatabase(inject('databaseUrl'));
    env = { DATABASE_URL: database.url, REDIS_URL: inject('redisUrl'), PARK_CODE: park, PARK_DATA_DIR: folder };
    fromMs = systemClock.nowMs();
    await live();
    span = ['--from', new Date(fromMs).toISOString(), '--to', new Date(systemClock.nowMs()).toISOString()];
  }, 120_000);
  afterAll(async () => {
    await log.close();
    const found = await redis.keys(`*{${park}}*`);
    if (found.length > 0) await redis.del(...found);
    closeRedis(redis);
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  let appended = 0;
  const append = async <K extends EntryKindName>(kind: K, body: EntryBodies[K]): Promise<void> => {
    const entry = { kind: ENTRY_KIND[kind], receivedAtMs: systemClock.nowMs(), body: encodeBody(kind, body) };
    await log.append({ ...entry, dedupId: `${park}-${++appended}` });
  };
  const fixes = (...inputs: (Partial<FixInput> & { readonly east: number })[]): Promise<void> => {
    const atMs = systemClock.nowMs();
    return append(
      'fixes',
      createFixBatch(inputs.map(({ east, ...more }) => ({ ...lngLatAt(east, 50), atMs, ...more }))),
    );
  };

  /** A park with alarms, watched, stored, archived, and then trimmed away. */
  async function live(): Promise<void> {
    const context = { config: runningConfig(loadConfig(env)), logger: silentLogger, clock: systemClock };
    const roles: RunningRole[] = [await startWatch(context), await startStore(context)];
    const stop = new AbortController();
    const untilAt = (reader: string, nextSeq: number): Promise<void> =>
      vi.waitFor(
        async () => {
          const kept = (await readers.list()).find((registered) => registered.reader === reader);
          expect(kept?.nextSeq).toBeGreaterThanOrEqual(nextSeq);
        },
        { timeout: 30_000, interval: 50 },
      );
    const readers = new RedisReaderRegistry({ redis, park, of: 'log' });
    const archiving = new Archiver({
      openLog: () => new RedisLog({ redis, park, name: 'replay-test-log' }),
      blobs: new FileBlobs(archiveFolder),
      readers,
      snapshots: new RedisSnapshotStore({ redis, park }),
      opsAlarms: new RedisOpsAlarms({ redis, park }),
      retention: { days: 30, maxBytes: null },
      pace: new Pace(() => {}),
      fence: { lease: 'archive', term: 1 },
      clock: systemClock,
      logger: silentLogger,
      cutAfterMs: 200,
      readWaitMs: 50,
    }).run(stop.signal);
    await redis.hset(keys.terms(park), 'archive', 1);
    try {
      await append('persons', {
        origin: createOrigin(),
        records: [createPerson(), createPerson({ personId: 'p2', name: '李\u0000四' })],
      });
      await append('areas', { origin: createOrigin(), records: [createArea({ polygons: squareAt(0, 0, 100) })] });
      for (let i = 0; i < 60; i++) {
        // At least so many segments.
        if (i % 20 === 0) await untilAt('archive', (await log.head()).seq + 1);
        const east = 60 * Math.sin(i / 5);
        await fixes({ east, accuracyM: 1, sos: i === 30 }, { east: -east, accuracyM: 1, person: 'p2' });
      }
      const { epoch, seq } = await log.head();
      await untilAt('archive', seq + 1);
      await untilAt('store', seq + 1);
      await vi.waitFor(
        async () => expect((await readTransitions(database.pool, epoch, 1, seq)).length).toBeGreaterThan(5),
        { timeout: 30_000 },
      );
    } finally {
      for (const role of roles) await role.close();
      // What the roles said last is archived too.
      await untilAt('archive', (await log.head()).seq + 1);
      stop.abort();
      await archiving;
    }
    const { seq } = await log.head();
    await redis.xtrim(keys.log(park), 'MINID', `${seq + 1}-0`);
    await redis.hset(keys.logHead(park), 'keptFrom', seq + 1);
    expect((await log.head()).firstSeq).toBe(seq + 1);
  }

  it('[REP-2] a span whose log is trimmed away gives the alarms that are stored, from files alone', async () => {
    const told = await runPark(['replay', ...span], commands, { env });
    expect(told.err).not.toContain('"level":"error"');
    expect(told.out).toMatch(/same \d+, only then 0, only now 0; digests of the state \d+, differing 0/);
    expect(told.code).toBe(0);
    const { epoch, seq } = await log.head();
    const stored = await readTransitions(database.pool, epoch, 1, seq);
    expect(told.out.match(/^same /gm)?.length).toBe(stored.length + 1);
    expect(told.out).toMatch(/^same {7}\d{4}-\d\d-\d\d [\d:.]{12} {2}raised {7}sos: 张三 \(913100001\)/m);
  });

  it('[REP-4] twice the same span prints the same bytes, as text and as JSON', async () => {
    for (const more of [[], ['--json']]) {
      const [first, second] = [
        await runPark(['replay', ...span, ...more], commands, { env }),
        await runPark(['replay', ...span, ...more], commands, { env }),
      ];
      expect(first.out.length).toBeGreaterThan(500);
      expect(second.out).toBe(first.out);
    }
  });

  it('[REP-5] with a changed rule the difference shows, and is no failure', async () => {
    const rules = join(folder, 'rules.json');
    writeFileSync(rules, JSON.stringify({ outOfBounds: { raiseThreshold: 900, atOnce: 20 } }));
    const told = await runPark(['replay', ...span, '--rules', rules, '--json'], commands, { env });
    expect(told.code).toBe(0);
    const lines = told.out.trim().split('\n');
    const summary = JSON.parse(lines.at(-1) ?? '');
    expect(summary).toMatchObject({ event: 'summary', digestDifferences: 0 });
    expect(summary.onlyThen).toBeGreaterThan(0);
    writeFileSync(rules, JSON.stringify({ outOfBounds: { raiseTreshold: 900 } }));
    const misspelt = await runPark(['replay', ...span, '--rules', rules], commands, { env });
    expect(misspelt).toMatchObject({ code: 1, err: expect.stringContaining('raiseTreshold') });
  });

  it('[REP-3] an alarm that is not stored as it was raised is a failure', async () => {
    const { epoch, seq } = await log.head();
    const [first] = await readTransitions(database.pool, epoch, 1, seq);
    const where = 'WHERE epoch = $1 AND seq = $2 AND ordinal = $3';
    const place = [epoch, first?.seq, first?.ordinal];
    await database.pool.query(`UPDATE alarm_transition SET view = jsonb_set(view, '{level}', '4') ${where}`, place);
    const told = await runPark(['replay', ...span], commands, { env });
    expect(told.code).toBe(1);
    expect(told.out).toMatch(/only then 1, only now 1;/);
  });

  it('[REP-8] a span of which nothing is there is refused', async () => {
    const before = ['--from', '2020-01-01 00:00:00', '--to', '2020-01-02 00:00:00'];
    expect(await runPark(['replay', ...before], commands, { env })).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing of this time'),
    });
    expect(await runPark(['replay', '--from', 'yesterday', '--to', 'now'], commands, { env })).toMatchObject({
      code: 2,
    });
  });

  it('[ARC-30] list shows what there is, check finds it whole, then names a broken file and a gap', async () => {
    const which = { epoch: (await log.head()).epoch, seq: 5, atMs: fromMs };
    await new FileBlobs(archiveFolder).put(snapshotName(which, 0), await sealSnapshot(which, Buffer.from('state')));
    const listed = await runPark(['archive', 'list'], commands, { env });
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/entries 1 to \d+ /) });
    expect(listed.out).toMatch(/snapshot behind entry 5 /);
    const whole = await runPark(['archive', 'check'], commands, { env });
    expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('0 broken, 0 gaps') });

    const days = join(archiveFolder, 'segments');
    const files = readdirSync(days).flatMap((day) => readdirSync(join(days, day)).map((name) => join(days, day, name)));
    const bySeq = files.sort((a, b) => firstSeqOf(a) - firstSeqOf(b));
    expect(bySeq.length).toBeGreaterThan(3);
    const [, torn = '', gone = ''] = bySeq;
    writeFileSync(torn, readFileSync(torn).subarray(0, 100));
    rmSync(gone);
    const told = await runPark(['archive', 'check'], commands, { env });
    expect(told.code).toBe(1);
    expect(told.out).toContain('is torn or changed');
    expect(told.out).toContain(`entries ${firstSeqOf(gone)} to `);
    expect(told.out).toContain('1 broken, 1 gaps');
    expect(await runPark(['replay', ...span], commands, { env })).toMatchObject({
      code: 1,
      err: expect.stringContaining(`entries ${firstSeqOf(torn)} to `),
    });
  });
});

const firstSeqOf = (path: string): number => Number(/_(\d+)-\d+_/.exec(path)?.[1]);
