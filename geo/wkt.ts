/**
 * Reads WKT and EWKT polygons (OGC 06-103r4 clause 7): POLYGON and MULTIPOLYGON, optional Z, M, ZM, optional SRID prefix.
 * Only the shape is read here; values are checked by geo/prepare.ts. Called by geo/vendor-geometry.ts.
 */
import type { Result } from '../core/result.ts';
import { ok } from '../core/result.ts';
import type { GeometryError, RawPolygons } from './geometry-error.ts';
import { geometryError, NOWHERE, PolygonCollector } from './geometry-error.ts';

/** Degrees on CGCS2000 (2D, 3D) or WGS 84, which differ by decimetres at most. */
const SRIDS = new Set(['4490', '4480', '4326', '4979']);

const HEAD = /^\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*(MULTIPOLYGON|POLYGON)\s*(ZM|Z|M)?\s*/i;
/** One position token; words such as NaN are read too, so that the error can name the vertex. */
const TOKEN = /\s*([(),]|[^\s(),]+)/y;

export function looksLikeWkt(text: string): boolean {
  return /^\s*(?:SRID\s*=|MULTIPOLYGON|POLYGON)/i.test(text);
}

export function parseWkt(text: string): Result<RawPolygons, GeometryError> {
  const head = HEAD.exec(text);
  if (!head) return geometryError(NOWHERE, 'WKT must be POLYGON or MULTIPOLYGON');
  if (head[1] !== undefined && !SRIDS.has(head[1])) {
    return geometryError(NOWHERE, `SRID ${head[1]} is not accepted; send CGCS2000 degrees (SRID 4490)`);
  }
  const collector = new PolygonCollector();
  const reader = new WktReader(text, head[0].length, collector);
  const multi = head[2]?.toUpperCase() === 'MULTIPOLYGON';
  const error = multi ? reader.listOf(() => reader.polygon()) : reader.polygon();
  if (error) return error;
  const rest = reader.next();
  if (rest !== '') return geometryError(NOWHERE, `unexpected "${rest.slice(0, 20)}" after the geometry`);
  return ok(collector.polygons);
}

type Failure = ReturnType<typeof geometryError> | undefined;

class WktReader {
  readonly #text: string;
  readonly #collector: PolygonCollector;
  #at: number;

  constructor(text: string, at: number, collector: PolygonCollector) {
    this.#text = text;
    this.#at = at;
    this.#collector = collector;
  }

  /** The next token, or '' at the end. */
  next(): string {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (!match) return '';
    this.#at = TOKEN.lastIndex;
    return match[1]!;
  }

  /** `( item , item ... )` */
  listOf(item: () => Failure): Failure {
    const open = this.next();
    if (open !== '(') return this.#expected('"("', open);
    for (;;) {
      const failure = item();
      if (failure) return failure;
      const after = this.next();
      if (after === ')') return undefined;
      if (after !== ',') return this.#expected('"," or ")"', after);
    }
  }

  polygon(): Failure {
    this.#collector.startPolygon();
    return this.listOf(() => {
      const started = this.#collector.startRing();
      return started.ok ? this.listOf(() => this.#position()) : started;
    });
  }

  #position(): Failure {
    const values: number[] = [];
    for (;;) {
      const before = this.#at;
      const token = this.next();
      if (token === ',' || token === ')' || token === '(' || token === '') {
        this.#at = before;
        break;
      }
      if (values.length < 2) {
        const value = Number(token);
        if (!Number.isFinite(value))
          return geometryError(this.#collector.place, `"${token.slice(0, 40)}" is no number`);
        values.push(value);
      } else if (values.length < 4) {
        // Z and M are read over, whatever they are.
        values.push(0);
      } else {
        return geometryError(this.#collector.place, 'a position has at most four numbers');
      }
    }
    if (values.length < 2) return geometryError(this.#collector.place, 'a position needs lng and lat');
    const added = this.#collector.add(values[0]!, values[1]!);
    return added.ok ? undefined : added;
  }

  #expected(what: string, got: string): Failure {
    const found = got === '' ? 'the text ends' : `found "${got.slice(0, 20)}"`;
    return geometryError(this.#collector.place, `expected ${what}, ${found}`);
  }
}
