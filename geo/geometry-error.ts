/** What is wrong with a vendor's geometry, and where: the one shape of every geometry error in geo/. */
import type { Result } from '../core/result.ts';
import { err } from '../core/result.ts';

export interface GeometryError {
  readonly code: 'GEOMETRY_INVALID';
  /** Numbers from 0 as in GeoJSON's coordinates[polygon][ring][vertex]; -1 where the error has no such place. */
  readonly polygon: number;
  readonly ring: number;
  readonly vertex: number;
  /** One sentence for the vendor; names the place in words too. */
  readonly problem: string;
}

/** Where parsing or checking stands. */
export interface GeometryPlace {
  readonly polygon: number;
  readonly ring: number;
  readonly vertex: number;
}

export const NOWHERE: GeometryPlace = { polygon: -1, ring: -1, vertex: -1 };

/** Nothing sensible has more; keeps the work of one record bounded. */
export const MAX_VERTICES = 2_000;
export const MAX_RINGS = 100;

export function geometryError(place: GeometryPlace, problem: string): { readonly ok: false; error: GeometryError } {
  const words: string[] = [];
  if (place.polygon >= 0) words.push(`polygon ${place.polygon}`);
  if (place.ring >= 0) words.push(`ring ${place.ring}`);
  if (place.vertex >= 0) words.push(`vertex ${place.vertex}`);
  const where = words.length > 0 ? `${words.join(', ')}: ` : '';
  const { polygon, ring, vertex } = place;
  return err({ code: 'GEOMETRY_INVALID', polygon, ring, vertex, problem: `${where}${problem}` });
}

/** Positions as read, before any check of their values: polygons[p][r][v] = [lng, lat]. */
export type RawPolygons = [lng: number, lat: number][][][];

/** Collects positions from a reader and refuses more than the limits allow while reading, not after. */
export class PolygonCollector {
  readonly polygons: RawPolygons = [];
  #rings = 0;
  #vertices = 0;

  get place(): GeometryPlace {
    const rings = this.polygons.at(-1);
    return { polygon: this.polygons.length - 1, ring: (rings?.length ?? 0) - 1, vertex: rings?.at(-1)?.length ?? -1 };
  }
  startPolygon(): void {
    this.polygons.push([]);
  }
  startRing(): Result<void, GeometryError> {
    this.polygons.at(-1)?.push([]);
    if (++this.#rings > MAX_RINGS) return geometryError(this.place, `more than ${MAX_RINGS} rings`);
    return { ok: true, value: undefined };
  }
  add(lng: number, lat: number): Result<void, GeometryError> {
    if (++this.#vertices > MAX_VERTICES) return geometryError(this.place, `more than ${MAX_VERTICES} vertices`);
    this.polygons.at(-1)?.at(-1)?.push([lng, lat]);
    return { ok: true, value: undefined };
  }
}
