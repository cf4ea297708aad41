/**
 * Positions of many people over some minutes, as columns, whether they lie as rows or as packed segments. Names only columns that
 * the primary key of `position` carries (docs/adr/0004), and the floor in a park that has floors. Called by admin/playback/.
 */
import { copyTo } from '../copy/copy-to.ts';
import { NULL_INT4, PositionColumns } from '../copy/position-columns.ts';
import { type Pool, queryRows, withTransaction } from '../pool.ts';
import { HOUR_MS, instantOf } from '../range-partitions.ts';
import { readBorder } from '../segments/border.ts';
import { unpackSegment } from '../segments/packed-segment.ts';
import { PlacedRows, placedColumns } from './placed-rows.kernel.ts';

/** People whose packed segments are held at a time. */
const SEGMENTS_OF = 500;

const idsText = (ids: readonly number[]): string => `'{${ids.map(Math.trunc).join(',')}}'::integer[]`;

// Bounds beyond and with an instant: fixes have whole milliseconds.
const within = (fromMs: number, toMs: number): string =>
  `observed_at >= '${instantOf(fromMs + 1)}' AND observed_at < '${instantOf(toMs + 1)}'`;

/**
 * Appends time, person, place, height, accuracy and floor of every fix with a place in (fromMs, toMs], in any order. Throws AppError
 * DATABASE_UNAVAILABLE.
 */
export async function readPastPositions(
  pool: Pool,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  into: PositionColumns,
): Promise<void> {
  await readEither(pool, ids, fromMs, toMs, into, (rowsFromMs, columns) => {
    const text = `SELECT ${columns} FROM position
      WHERE person_id = ANY (${idsText(ids)}) AND ${within(rowsFromMs, toMs)} AND lng IS NOT NULL`;
    return copyRows(pool, text, into);
  });
}

/** Appends of each id the newest fix with a place in (fromMs, toMs], and perhaps older ones. Throws AppError DATABASE_UNAVAILABLE. */
export async function readNewestPositions(
  pool: Pool,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  into: PositionColumns,
): Promise<void> {
  await readEither(pool, ids, fromMs, toMs, into, (rowsFromMs, columns) => {
    const text = `SELECT n.* FROM unnest(${idsText(ids)}) AS asked (id) CROSS JOIN LATERAL (
      SELECT ${columns} FROM position
      WHERE person_id = asked.id AND ${within(rowsFromMs, toMs)} AND lng IS NOT NULL
      ORDER BY observed_at DESC LIMIT 1) AS n`;
    return copyRows(pool, text, into);
  });
}

/** The border is read first: what is packed meanwhile is still there as rows. */
async function readEither(
  pool: Pool,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  into: PositionColumns,
  rows: (fromMs: number, columns: string) => Promise<void>,
): Promise<void> {
  if (ids.length === 0 || fromMs >= toMs) return;
  const { packedToMs } = await readBorder(pool);
  if (fromMs + 1 < packedToMs) await readPacked(pool, ids, fromMs, Math.min(toMs, packedToMs - 1), into);
  if (toMs >= packedToMs) await rows(Math.max(fromMs, packedToMs - 1), placedColumns(await hasFloors(pool)));
}

async function hasFloors(pool: Pool): Promise<boolean> {
  return (await queryRows(pool, 'SELECT id FROM fix_floor WHERE id > 0 LIMIT 1')).length > 0;
}

async function copyRows(pool: Pool, text: string, into: PositionColumns): Promise<void> {
  const copied = new PlacedRows();
  await withTransaction(pool, async (client) => {
    // By person through the key, a few rows of each: from the statistics of a day it might as well read the whole of it.
    await client.query('SET LOCAL enable_seqscan = off');
    await copyTo(client, `COPY (${text}) TO STDOUT (FORMAT binary)`, (bytes) => {
      copied.append(bytes, into);
      return undefined;
    });
  });
}

async function readPacked(
  pool: Pool,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  into: PositionColumns,
): Promise<void> {
  const unpacked = new PositionColumns(4_096);
  for (let at = 0; at < ids.length; at += SEGMENTS_OF) {
    // A segment is an hour at most, so one that reaches into the span begins at most that long before it.
    const segments = await queryRows<{ personId: number; body: Buffer }>(
      pool,
      `SELECT person_id AS "personId", body FROM position_segment
       WHERE person_id = ANY ($1::integer[]) AND from_at > $2 AND from_at <= $3 AND to_at > $4`,
      [ids.slice(at, at + SEGMENTS_OF), instantOf(fromMs - HOUR_MS), instantOf(toMs), instantOf(fromMs)],
    );
    for (const { personId, body } of segments) {
      unpacked.count = 0;
      unpackSegment(body, personId, unpacked);
      for (let i = 0; i < unpacked.count; i++) {
        const atMs = unpacked.observedAtMs[i] ?? 0;
        if (unpacked.lng[i] === NULL_INT4 || atMs <= fromMs || atMs > toMs) continue;
        into.reserve(into.count + 1);
        into.copyRow(into.count++, unpacked, i);
      }
    }
  }
}
