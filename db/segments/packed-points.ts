/** Points of one person out of packed segments, as db/tracks.ts has them out of rows. */
import { NULL_INT4, type PositionColumns } from '../copy/position-columns.ts';
import { type Pool, queryRows } from '../pool.ts';
import { HOUR_MS, instantOf } from '../range-partitions.ts';
import { unpackSegment } from './packed-segment.ts';

export interface PointSpan {
  /** person.id */
  readonly personId: number;
  readonly fromMs: number;
  /** Without this instant. */
  readonly toMs: number;
}

// A segment is an hour at most, so one that reaches into the span begins at most that long before it: this bounds the
// partitions and the piece of the index.
const SEGMENTS = `FROM position_segment WHERE person_id = $1 AND from_at > $2 AND from_at < $3 AND to_at >= $4`;

const valuesOf = ({ personId, fromMs, toMs }: PointSpan): unknown[] => [
  personId,
  instantOf(fromMs - HOUR_MS),
  instantOf(toMs),
  instantOf(fromMs),
];

/** Fixes in the segments that meet the span: never fewer than the points in it. */
export async function countPackedPoints(pool: Pool, span: PointSpan): Promise<number> {
  const [row] = await queryRows<{ fixes: number }>(
    pool,
    `SELECT coalesce(sum(fixes), 0)::bigint AS fixes ${SEGMENTS}`,
    valuesOf(span),
  );
  return row?.fixes ?? 0;
}

/** Appends points with a place, in order of time and source. Throws Error on a damaged segment, AppError DATABASE_UNAVAILABLE. */
export async function appendPackedPoints(pool: Pool, span: PointSpan, columns: PositionColumns): Promise<void> {
  const bodies = await queryRows<{ body: Buffer }>(pool, `SELECT body ${SEGMENTS} ORDER BY from_at`, valuesOf(span));
  for (const { body } of bodies) {
    let kept = columns.count;
    const from = kept;
    unpackSegment(body, span.personId, columns);
    for (let i = from; i < columns.count; i++) {
      const atMs = columns.observedAtMs[i] ?? 0;
      if (columns.lng[i] === NULL_INT4 || atMs < span.fromMs || atMs >= span.toMs) continue;
      columns.copyRow(kept++, columns, i);
    }
    columns.count = kept;
  }
}
