/** Points of one person out of packed segments, as db/tracks.ts reads them out of rows. */
import { NULL_INT2, NULL_INT4, PositionColumns } from '../copy/position-columns.ts';
import { type Pool, queryRows } from '../pool.ts';
import { HOUR_MS, instantOf } from '../range-partitions.ts';
import { unpackSegment } from './packed-segment.ts';

export type PointRow = readonly [
  atMs: number,
  lng: number,
  lat: number,
  heightCm: number | null,
  accuracyDm: number | null,
  source: number,
];

export interface PackedSpan {
  /** person.id */
  readonly personId: number;
  readonly fromMs: number;
  /** Without this instant. */
  readonly toMs: number;
}

// A segment is an hour at most, so one that reaches into the span begins at most that long before it: this bounds the
// partitions and the piece of the index.
const SEGMENTS = `FROM position_segment WHERE person_id = $1 AND from_at > $2 AND from_at < $3 AND to_at >= $4`;

const valuesOf = ({ personId, fromMs, toMs }: PackedSpan): unknown[] => [
  personId,
  instantOf(fromMs - HOUR_MS),
  instantOf(toMs),
  instantOf(fromMs),
];

/** Fixes in the segments that meet the span: never fewer than the points in it. */
export async function countPackedPoints(pool: Pool, span: PackedSpan): Promise<number> {
  const [row] = await queryRows<{ fixes: number }>(
    pool,
    `SELECT coalesce(sum(fixes), 0)::bigint AS fixes ${SEGMENTS}`,
    valuesOf(span),
  );
  return row?.fixes ?? 0;
}

/** Points with a place, in order of time and source. Throws Error on a damaged segment, AppError DATABASE_UNAVAILABLE. */
export async function readPackedPoints(pool: Pool, span: PackedSpan): Promise<PointRow[]> {
  const bodies = await queryRows<{ body: Buffer }>(pool, `SELECT body ${SEGMENTS} ORDER BY from_at`, valuesOf(span));
  const columns = new PositionColumns(1024);
  const points: PointRow[] = [];
  for (const { body } of bodies) {
    columns.clear();
    unpackSegment(body, span.personId, columns);
    for (let i = 0; i < columns.count; i++) {
      const atMs = columns.observedAtMs[i] ?? 0;
      const lng = columns.lng[i] ?? NULL_INT4;
      if (lng === NULL_INT4 || atMs < span.fromMs || atMs >= span.toMs) continue;
      const heightCm = columns.heightCm[i] ?? NULL_INT4;
      const accuracyDm = columns.accuracyDm[i] ?? NULL_INT2;
      points.push([
        atMs,
        lng,
        columns.lat[i] ?? 0,
        heightCm === NULL_INT4 ? null : heightCm,
        accuracyDm === NULL_INT2 ? null : accuracyDm,
        columns.source[i] ?? 0,
      ]);
    }
  }
  return points;
}
