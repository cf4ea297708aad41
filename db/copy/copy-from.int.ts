import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { sqlState, withTransaction } from '../pool.ts';
import { copyFrom } from './copy-from.ts';
import { NULL_INT4, PositionColumns } from './position-columns.ts';
import { POSITION_COLUMNS, PositionRows } from './position-rows.kernel.ts';

const COPY = `COPY rows (${POSITION_COLUMNS}) FROM STDIN (FORMAT binary)`;

describe('COPY from columns', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
    await database.pool.query('CREATE TABLE rows (LIKE position INCLUDING INDEXES)');
  });
  afterAll(() => database.drop());

  function columnsOf(count: number): PositionColumns {
    const columns = new PositionColumns(count);
    for (let i = 0; i < count; i++) {
      columns.observedAtMs[i] = Date.UTC(2026, 6, 1) + i;
      columns.personId[i] = i + 1;
      columns.lng[i] = i % 2 === 0 ? 1_214_712_345 : NULL_INT4;
      columns.lat[i] = -308_123_456;
      columns.flags[i] = 32_767;
    }
    columns.count = count;
    return columns;
  }
  const orderOf = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

  it('[STO-18] PostgreSQL reads the numbers that were written, in a message above any buffer size', async () => {
    const count = 50_000;
    const columns = columnsOf(count);
    const rows = await withTransaction(database.pool, async (client) => {
      const taken = await copyFrom(client, COPY, new PositionRows().encode(columns, orderOf(count), 0, count));
      expect(taken).toBe(count);
      // The connection is in step with the server: the next statement answers as itself.
      return client.query<{
        n: number;
        sum: number;
        placed: number;
        first: Date;
        last: Date;
        lat: number;
        flags: number;
      }>(
        `SELECT count(*) AS n, sum(person_id) AS sum, count(lng) AS placed, min(observed_at) AS first,
                max(observed_at) AS last, min(lat) AS lat, max(flags) AS flags FROM rows`,
      );
    });
    expect(rows.rows[0]).toEqual({
      n: count,
      sum: (count * (count + 1)) / 2,
      placed: count / 2,
      first: new Date(Date.UTC(2026, 6, 1)),
      last: new Date(Date.UTC(2026, 6, 1) + count - 1),
      lat: -308_123_456,
      flags: 32_767,
    });
  });

  it('[STO-18] a refused row is an error of the statement, and the connection stays usable', async () => {
    const columns = columnsOf(2);
    columns.personId[1] = columns.personId[0]!;
    columns.observedAtMs[1] = columns.observedAtMs[0]!;
    const client = await database.pool.connect();
    try {
      await client.query('DELETE FROM rows');
      const copying = copyFrom(client, COPY, new PositionRows().encode(columns, orderOf(2), 0, 2));
      await expect(copying).rejects.toSatisfy((error) => sqlState(error) === '23505');
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      expect((await client.query<{ n: number }>('SELECT count(*) AS n FROM rows')).rows[0]?.n).toBe(0);
    } finally {
      client.release();
    }
  });

  it('[STO-18] bytes that are no COPY data are refused, and the connection stays usable', async () => {
    const client = await database.pool.connect();
    try {
      const message = Uint8Array.from(Buffer.from('640000000868656c6c6f', 'hex').subarray(0, 9));
      await expect(copyFrom(client, COPY, message)).rejects.toThrow('COPY file signature not recognized');
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    } finally {
      client.release();
    }
  });

  it('[STO-17] a connection that dies during COPY gives DATABASE_UNAVAILABLE', async () => {
    const client = await database.pool.connect();
    client.on('error', () => {});
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    const columns = columnsOf(1);
    const copying = copyFrom(client, COPY, new PositionRows().encode(columns, orderOf(1), 0, 1));
    await expect(copying).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    client.release(true);
  });
});
