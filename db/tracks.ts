/**
 * Tracks of people over a span of time, as stored or simplified to what a screen shows; whether positions lie as rows or
 * as packed segments does not show. Invariant: company scope and the bound on points are enforced here, whoever asks.
 * Coordinates are the vendor's CGCS2000. Called by admin.
 */
import { AppError } from '../core/errors.ts';
import type { CompanyScope } from './company-scope.ts';
import { CopiedRows } from './copy/copied-rows.kernel.ts';
import { copyTo } from './copy/copy-to.ts';
import { NULL_INT2, NULL_INT4, PositionColumns } from './copy/position-columns.ts';
import { findAliases, findPeople, type PersonKey } from './people.ts';
import { type Pool, queryRows, withTransaction } from './pool.ts';
import { instantOf } from './range-partitions.ts';
import { readBorder } from './segments/border.ts';
import { appendPackedPoints, countPackedPoints, type PointSpan } from './segments/packed-points.ts';
import { simplifyTrack } from './simplify-track.kernel.ts';

export interface TrackQuery {
  /** null: of any company in scope. */
  readonly companyCode: string | null;
  readonly people: readonly PersonKey[];
  /** From this instant on, up to but without the other. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Largest distance a point left out may have from the line drawn, m; 0: every point. */
  readonly toleranceM: number;
}

/** Columns of equal length, in order of time. */
export interface Track {
  readonly companyCode: string;
  readonly personId: string | null;
  readonly cardNo: string | null;
  readonly name: string;
  readonly observedAtMs: number[];
  /** CGCS2000, degrees. */
  readonly lng: number[];
  readonly lat: number[];
  readonly heightM: (number | null)[];
  readonly accuracyM: (number | null)[];
  readonly source: (string | null)[];
  /** Positions with a place in the span, before simplification. */
  readonly stored: number;
}

/** 11 days of one person at 1 Hz; above it the span is refused rather than the server filled. */
export const MAX_STORED_POINTS = 1_000_000;
/** More points than any screen has: where a tolerance leaves more, it is doubled until they fit. */
export const MAX_SIMPLIFIED_POINTS = 20_000;

/**
 * The points of one person as POSITION_COLUMNS, at most `limit`. Names only columns that the primary key of `position` carries
 * (docs/adr/0004): another one would cost a page of the table for each fix. Fixes of one instant from two sources: by
 * source, or the order would be that of the pages or the compressed batches.
 */
export const pointsQuery = ({ personId, fromMs, toMs }: PointSpan, limit: number): string => `
  SELECT observed_at, person_id, lng, lat, height_cm, NULL, accuracy_dm, NULL, NULL, NULL, source, NULL, NULL
  FROM position
  WHERE person_id = ${personId} AND observed_at >= '${instantOf(fromMs)}' AND observed_at < '${instantOf(toMs)}'
    AND lng IS NOT NULL
  ORDER BY observed_at, source LIMIT ${limit}`;

/**
 * One track for each person found in scope; people without positions give an empty one. Throws AppError INPUT_INVALID
 * when more than MAX_STORED_POINTS would have to be read, DATABASE_UNAVAILABLE.
 */
export async function readTracks(pool: Pool, scope: CompanyScope, query: TrackQuery): Promise<Track[]> {
  const people = await findPeople(pool, scope, query.companyCode, query.people);
  const words = await queryRows<{ id: number; name: string }>(pool, `SELECT id, name FROM fix_source WHERE id > 0`);
  const sources = new Map(words.map((word) => [word.id, word.name]));
  const aliases = await findAliases(
    pool,
    people.map((person) => person.id),
  );
  const tracks: Track[] = [];
  let room = MAX_STORED_POINTS;
  for (const person of people) {
    const points = new PositionColumns(8192);
    await appendPoints(pool, { ...query, personId: person.id }, points, room);
    const own = points.count;
    for (const { id, alsoId, untilMs } of aliases) {
      if (id !== person.id || untilMs <= query.fromMs) continue;
      await appendPoints(pool, { ...query, personId: alsoId, toMs: Math.min(query.toMs, untilMs) }, points, room);
    }
    room -= points.count;
    const { companyCode, personId, cardNo, name } = person;
    tracks.push({
      companyCode,
      personId,
      cardNo,
      name,
      stored: points.count,
      ...columnsOf(points.count > own ? inOrder(points) : points, query.toleranceM, sources),
    });
  }
  return tracks;
}

/**
 * Points with a place in the span, `points` staying within `room`. The border is read first: what is packed meanwhile is
 * still there as rows.
 */
async function appendPoints(pool: Pool, span: PointSpan, points: PositionColumns, room: number): Promise<void> {
  const { packedToMs } = await readBorder(pool);
  if (span.fromMs < packedToMs) {
    const packed = { ...span, toMs: Math.min(span.toMs, packedToMs) };
    if (points.count + (await countPackedPoints(pool, packed)) > room) throw tooMany();
    await appendPackedPoints(pool, packed, points);
  }
  if (span.toMs > packedToMs) {
    const text = pointsQuery({ ...span, fromMs: Math.max(span.fromMs, packedToMs) }, room - points.count + 1);
    const copied = new CopiedRows();
    await withTransaction(pool, (client) =>
      copyTo(client, `COPY (${text}) TO STDOUT (FORMAT binary)`, (bytes) => {
        copied.append(bytes, points);
        return undefined;
      }),
    );
  }
  if (points.count > room) throw tooMany();
}

/** Points of several subjects as one track. */
function inOrder(points: PositionColumns): PositionColumns {
  const { count, observedAtMs, source } = points;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => (observedAtMs[a] ?? 0) - (observedAtMs[b] ?? 0) || (source[a] ?? 0) - (source[b] ?? 0));
  const sorted = new PositionColumns(count);
  for (const i of order) sorted.copyRow(sorted.count++, points, i);
  return sorted;
}

const tooMany = (): AppError => new AppError('INPUT_INVALID', { detail: 'too many positions: ask for a shorter span' });

type Columns = Pick<Track, 'observedAtMs' | 'lng' | 'lat' | 'heightM' | 'accuracyM' | 'source'>;

function columnsOf(points: PositionColumns, toleranceM: number, sources: ReadonlyMap<number, string>): Columns {
  const columns: Columns = { observedAtMs: [], lng: [], lat: [], heightM: [], accuracyM: [], source: [] };
  const keep = toleranceM > 0 ? keptPoints(points, toleranceM) : null;
  for (let i = 0; i < points.count; i++) {
    if (keep !== null && keep[i] === 0) continue;
    const heightCm = points.heightCm[i] ?? NULL_INT4;
    const accuracyDm = points.accuracyDm[i] ?? NULL_INT2;
    columns.observedAtMs.push(points.observedAtMs[i] ?? 0);
    columns.lng.push((points.lng[i] ?? 0) / 1e7);
    columns.lat.push((points.lat[i] ?? 0) / 1e7);
    columns.heightM.push(heightCm === NULL_INT4 ? null : heightCm / 100);
    columns.accuracyM.push(accuracyDm === NULL_INT2 ? null : accuracyDm / 10);
    columns.source.push(sources.get(points.source[i] ?? 0) ?? null);
  }
  return columns;
}

function keptPoints({ count, observedAtMs, lng, lat }: PositionColumns, toleranceM: number): Uint8Array {
  const lngDeg = Float64Array.from(lng.subarray(0, count), (value) => value / 1e7);
  const latDeg = Float64Array.from(lat.subarray(0, count), (value) => value / 1e7);
  const keep = new Uint8Array(count);
  let tolerance = toleranceM;
  while (simplifyTrack(observedAtMs, lngDeg, latDeg, count, tolerance, keep) > MAX_SIMPLIFIED_POINTS) tolerance *= 2;
  return keep;
}
