import { afterAll, beforeAll, inject } from 'vitest';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import { readPastPositions } from '../../db/playback/past-positions.ts';
import type { Pool } from '../../db/pool.ts';
import { createPartition, HOUR_MS, instantOf, startOf } from '../../db/range-partitions.ts';
import { packSegment } from '../../db/segments/packed-segment.ts';
import { pastParkContract } from '../../test/contract/past-park.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { StorageDatabaseHarness } from '../../test/contract/storage-postgres.ts';
import { StoredPastPark } from './stored-past.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

/** As the ladder does it, without thinning. */
async function pack(pool: Pool, beforeMs: number): Promise<void> {
  const { rows } = await pool.query<{ id: number }>('SELECT id FROM person ORDER BY id');
  await createPartition(pool, 'position_segment', startOf(beforeMs, 'month'), 'month');
  for (const { id } of rows) {
    const points = new PositionColumns(64);
    await readPastPositions(pool, [id], beforeMs - HOUR_MS, beforeMs - 1, points);
    if (points.count === 0) continue;
    await pool.query(
      'INSERT INTO position_segment (from_at, to_at, person_id, fixes, dropped, body) VALUES ($1, $2, $3, $4, 0, $5)',
      [
        instantOf(points.observedAtMs[0]!),
        instantOf(points.observedAtMs[points.count - 1]!),
        id,
        points.count,
        packSegment(points, 0, points.count),
      ],
    );
  }
  await pool.query('UPDATE position_ladder SET packed_to = $1', [instantOf(beforeMs)]);
  await pool.query('DELETE FROM position WHERE observed_at < $1', [instantOf(beforeMs)]);
}

pastParkContract(
  'PostgreSQL',
  async () => {
    const storage = await StorageDatabaseHarness.create(database);
    const { pool } = database;
    return {
      open: () => storage.open(),
      past: new StoredPastPark(pool),
      pack: (beforeMs) => pack(pool, beforeMs),
    };
  },
  12,
);
