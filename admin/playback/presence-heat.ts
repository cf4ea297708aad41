/** Where people spent a span, in person-seconds by cell of the plane grid, from stored positions. Called by time-machine.ts. */
import { AppError } from '../../core/errors.ts';
import type { PresenceHeat } from '../../core/playback-api.ts';
import { NULL_INT4, PositionColumns } from '../../db/copy/position-columns.ts';
import type { Projection } from '../../geo/projection.ts';
import type { PastAlias, PastPark } from './ports.ts';
import { Wearers } from './wearers.ts';

/** A fix says where its person is until the next one, and for so long at most. */
const HOLDS_FOR_MS = 30_000;
/** More would take longer to read than anybody waits. */
const POSITIONS_MAX = 8_000_000;
const CELLS_MAX = 200_000;
/** People read at a time. */
const PEOPLE_AT_ONCE = 200;
/** Positions read at a time, at most about. */
const SLICE_MS = 6 * 3_600_000;
/** Cells of a row of the plane: wide enough for any. */
const ROW = 67_108_864;
const HALF = ROW / 2;

export interface HeatRequest {
  readonly ids: readonly number[];
  readonly aliases: readonly PastAlias[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly cellM: number;
}

/** Throws AppError INPUT_INVALID above the bounds, DATABASE_UNAVAILABLE. */
export async function presenceHeat(
  past: Pick<PastPark, 'positions'>,
  projection: Pick<Projection, 'project'>,
  { ids, aliases, fromMs, toMs, cellM }: HeatRequest,
): Promise<PresenceHeat> {
  const heat = new Heat(projection, fromMs, toMs, cellM);
  const asked = new Set(ids);
  const wearers = new Wearers(aliases);
  const read = [...ids, ...aliases.flatMap(({ id, alsoId }) => (asked.has(id) && !asked.has(alsoId) ? [alsoId] : []))];
  const rows = new PositionColumns(8_192);
  let rowsRead = 0;
  for (let at = 0; at < read.length; at += PEOPLE_AT_ONCE) {
    const some = read.slice(at, at + PEOPLE_AT_ONCE);
    for (let sliceMs = fromMs - HOLDS_FOR_MS; sliceMs < toMs; sliceMs += SLICE_MS) {
      rows.count = 0;
      // Whoever was met before a slice goes on in it: the slices lap over by what a fix holds.
      const sinceMs = Math.max(fromMs - HOLDS_FOR_MS, sliceMs - HOLDS_FOR_MS);
      const untilMs = Math.min(toMs, sliceMs + SLICE_MS);
      await past.positions(some, sinceMs - 1, untilMs, rows);
      rowsRead += rows.count;
      if (rowsRead > POSITIONS_MAX) {
        throw new AppError('INPUT_INVALID', { detail: 'too many positions: ask for a shorter span or fewer people' });
      }
      for (let row = 0; row < rows.count; row++) {
        const id = wearers.of(rows.personId[row] ?? 0, rows.observedAtMs[row] ?? 0);
        rows.personId[row] = id;
        if (!asked.has(id)) rows.lng[row] = NULL_INT4;
      }
      heat.take(rows, Math.max(fromMs, sliceMs), untilMs);
    }
  }
  return { fromMs, toMs, cellM, ...heat.columns() };
}

class Heat {
  readonly #projection: Pick<Projection, 'project'>;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #cellM: number;
  readonly #msByCell = new Map<number, number>();
  readonly #people = new Set<number>();
  readonly #plane = new Float64Array(2);

  constructor(projection: Pick<Projection, 'project'>, fromMs: number, toMs: number, cellM: number) {
    this.#projection = projection;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#cellM = cellM;
  }

  /** What the rows say of the time from `sinceMs` to `untilMs`. */
  take(rows: PositionColumns, sinceMs: number, untilMs: number): void {
    const { count, personId, observedAtMs } = rows;
    const order = Uint32Array.from({ length: count }, (_, row) => row);
    const person = (row: number): number => personId[row] ?? 0;
    const time = (row: number): number => observedAtMs[row] ?? 0;
    if (!isInOrder(rows)) order.sort((a, b) => person(a) - person(b) || time(a) - time(b));
    for (let n = 0; n < count; n++) {
      const row = order[n] ?? 0;
      const next = n + 1 < count ? (order[n + 1] ?? 0) : -1;
      const atMs = time(row);
      const goesOn = next !== -1 && person(next) === person(row);
      const endMs = Math.min(untilMs, this.#toMs, atMs + HOLDS_FOR_MS, goesOn ? time(next) : Number.POSITIVE_INFINITY);
      const dwellMs = endMs - Math.max(sinceMs, this.#fromMs, atMs);
      if (dwellMs > 0) this.#add(rows, row, dwellMs);
    }
  }

  #add({ personId, lng, lat }: PositionColumns, row: number, dwellMs: number): void {
    if (lng[row] === NULL_INT4) return;
    if (!this.#projection.project((lng[row] ?? 0) / 1e7, (lat[row] ?? 0) / 1e7, this.#plane, 0)) return;
    const column = Math.floor((this.#plane[0] ?? 0) / this.#cellM);
    const line = Math.floor((this.#plane[1] ?? 0) / this.#cellM);
    const cell = (line + HALF) * ROW + column + HALF;
    const known = this.#msByCell.get(cell);
    if (known === undefined && this.#msByCell.size >= CELLS_MAX) {
      throw new AppError('INPUT_INVALID', { detail: 'too many cells: ask for larger ones' });
    }
    this.#msByCell.set(cell, (known ?? 0) + dwellMs);
    this.#people.add(personId[row] ?? 0);
  }

  columns(): Pick<PresenceHeat, 'easting' | 'northing' | 'personSeconds' | 'people'> {
    const cells = [...this.#msByCell].sort(([a], [b]) => a - b);
    return {
      easting: cells.map(([cell]) => ((cell % ROW) - HALF) * this.#cellM),
      northing: cells.map(([cell]) => (Math.floor(cell / ROW) - HALF) * this.#cellM),
      personSeconds: cells.map(([, dwellMs]) => Math.min(0xffff_ffff, Math.round(dwellMs / 1_000))),
      people: this.#people.size,
    };
  }
}

/** As the key of the table has them. */
function isInOrder({ count, personId, observedAtMs }: PositionColumns): boolean {
  for (let row = 1; row < count; row++) {
    const before = personId[row - 1] ?? 0;
    const own = personId[row] ?? 0;
    if (before > own || (before === own && (observedAtMs[row - 1] ?? 0) > (observedAtMs[row] ?? 0))) return false;
  }
  return true;
}
