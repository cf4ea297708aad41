/**
 * Tracks of people over a span of time, as stored or simplified to what a screen shows; whether positions lie as rows or
 * as packed segments does not show. Invariant: company scope and the bound on points are enforced here, whoever asks.
 * Coordinates are the vendor's CGCS2000. Called by admin.
 */
import { AppError } from '../core/errors.ts';
import type { CompanyScope } from './company-scope.ts';
import { findAliases, findPeople, type PersonKey } from './people.ts';
import { type Pool, queryArrays, queryRows } from './pool.ts';
import { instantOf } from './range-partitions.ts';
import { readBorder } from './segments/border.ts';
import { countPackedPoints, type PointRow, readPackedPoints } from './segments/packed-points.ts';
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

// Fixes of one instant from two sources: by source, or the order would be that of the pages or the compressed batches.
// date_part gives a double: exact to the millisecond once rounded, and ten times cheaper than extract's numeric.
const POINTS = `
  SELECT date_part('epoch', observed_at) * 1000, lng, lat, height_cm, accuracy_dm, source
  FROM position
  WHERE person_id = $1 AND observed_at >= $2 AND observed_at < $3 AND lng IS NOT NULL
  ORDER BY observed_at, source LIMIT $4`;

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
    let rows = await readPoints(pool, person.id, query, room);
    for (const { id, alsoId, untilMs } of aliases) {
      if (id !== person.id || untilMs <= query.fromMs) continue;
      const before = { ...query, toMs: Math.min(query.toMs, untilMs) };
      rows = rows.concat(await readPoints(pool, alsoId, before, room - rows.length)).sort(inOrder);
    }
    room -= rows.length;
    const { companyCode, personId, cardNo, name } = person;
    tracks.push({
      companyCode,
      personId,
      cardNo,
      name,
      stored: rows.length,
      ...columnsOf(rows, query.toleranceM, sources),
    });
  }
  return tracks;
}

/** Points with a place in the span. The border is read first: what is packed meanwhile is still there as rows. */
async function readPoints(
  pool: Pool,
  personId: number,
  { fromMs, toMs }: TrackQuery,
  room: number,
): Promise<PointRow[]> {
  const { packedToMs } = await readBorder(pool);
  let points: PointRow[] = [];
  if (fromMs < packedToMs) {
    const span = { personId, fromMs, toMs: Math.min(toMs, packedToMs) };
    if ((await countPackedPoints(pool, span)) > room) throw tooMany();
    points = await readPackedPoints(pool, span);
  }
  if (toMs > packedToMs) {
    const values = [personId, instantOf(Math.max(fromMs, packedToMs)), instantOf(toMs), room - points.length + 1];
    points = points.concat(await queryArrays<PointRow>(pool, POINTS, values));
  }
  if (points.length > room) throw tooMany();
  return points;
}

const inOrder = (a: PointRow, b: PointRow): number => a[0] - b[0] || a[5] - b[5];

const tooMany = (): AppError => new AppError('INPUT_INVALID', { detail: 'too many positions: ask for a shorter span' });

type Columns = Pick<Track, 'observedAtMs' | 'lng' | 'lat' | 'heightM' | 'accuracyM' | 'source'>;

function columnsOf(rows: readonly PointRow[], toleranceM: number, sources: ReadonlyMap<number, string>): Columns {
  const columns: Columns = { observedAtMs: [], lng: [], lat: [], heightM: [], accuracyM: [], source: [] };
  const keep = toleranceM > 0 ? keptPoints(rows, toleranceM) : null;
  rows.forEach(([atMs, lng, lat, heightCm, accuracyDm, source], index) => {
    if (keep !== null && keep[index] === 0) return;
    columns.observedAtMs.push(Math.round(atMs));
    columns.lng.push(lng / 1e7);
    columns.lat.push(lat / 1e7);
    columns.heightM.push(heightCm === null ? null : heightCm / 100);
    columns.accuracyM.push(accuracyDm === null ? null : accuracyDm / 10);
    columns.source.push(sources.get(source) ?? null);
  });
  return columns;
}

function keptPoints(rows: readonly PointRow[], toleranceM: number): Uint8Array {
  const count = rows.length;
  const atMs = Float64Array.from(rows, (row) => row[0]);
  const lng = Float64Array.from(rows, (row) => row[1] / 1e7);
  const lat = Float64Array.from(rows, (row) => row[2] / 1e7);
  const keep = new Uint8Array(count);
  let tolerance = toleranceM;
  while (simplifyTrack(atMs, lng, lat, count, tolerance, keep) > MAX_SIMPLIFIED_POINTS) tolerance *= 2;
  return keep;
}
