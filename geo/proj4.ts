/**
 * The only file that imports proj4: the library twin of geo/projection.ts. Used at start-up as a self-check (a wrong
 * parameter or a broken build must stop the park, not shift it), as the oracle in tests, and in the bench.
 */
import proj4 from 'proj4';
import { AppError } from '../core/errors.ts';
import type { Projection, ProjectionParameters } from './projection.ts';
import { projStringFromParameters } from './projection.ts';

/** West, south, east, north in degrees. */
export type Bbox = readonly [west: number, south: number, east: number, north: number];

export interface Proj4Projection {
  readonly parameters: ProjectionParameters;
  eastingNorthingFromLngLat(lng: number, lat: number): { easting: number; northing: number };
  lngLatFromEastingNorthing(easting: number, northing: number): { lng: number; lat: number };
}

/**
 * The two PROJ strings of a plane: degrees on its own ellipsoid, and the plane. No datum is named, so proj4 does no
 * datum shift: the geographic numbers are fed unchanged.
 */
export function proj4Strings(p: ProjectionParameters): { lngLat: string; plane: string } {
  return {
    lngLat: `+proj=longlat +a=${p.semiMajorAxisM} +rf=${p.inverseFlattening} +no_defs`,
    plane: projStringFromParameters(p),
  };
}

/** A cached proj4 converter; proj4 axis order here is lng, lat and easting, northing. */
export function proj4Projection(parameters: ProjectionParameters): Proj4Projection {
  const { lngLat, plane } = proj4Strings(parameters);
  const converter = proj4(lngLat, plane);
  return {
    parameters,
    eastingNorthingFromLngLat(lng, lat) {
      const [easting, northing] = converter.forward([lng, lat]);
      return { easting: easting!, northing: northing! };
    },
    lngLatFromEastingNorthing(easting, northing) {
      const [lng, lat] = converter.inverse([easting, northing]);
      return { lng: lng!, lat: lat! };
    },
  };
}

/** proj4 with both definitions given as strings on every call, as simple code uses it. For the bench. */
export function proj4PerCall(strings: { lngLat: string; plane: string }, lng: number, lat: number): number[] {
  return proj4(strings.lngLat, strings.plane, [lng, lat]);
}

const CHECK_STEPS = 8;
/** Of latitude; of longitude it is less, so the check errs on the strict side. */
const METRES_PER_DEG = 111_320;

/**
 * Compares both directions on a 9 x 9 lattice over the bbox. Throws AppError CONFIG_INVALID naming the worst point
 * when they differ by more than the tolerance (metres), or when either gives no finite value.
 */
export function assertAgreesWithProj4(projection: Projection, bbox: Bbox, toleranceM = 1e-4): void {
  const twin = proj4Projection(projection.parameters);
  let worstM = 0;
  let worstAt = '';
  const note = (differenceM: number, at: string): void => {
    // NaN counts as the worst of all.
    if (!(differenceM <= worstM)) {
      worstM = Number.isNaN(differenceM) ? Number.POSITIVE_INFINITY : differenceM;
      worstAt = at;
    }
  };
  const [west, south, east, north] = bbox;
  for (let i = 0; i <= CHECK_STEPS; i++) {
    for (let j = 0; j <= CHECK_STEPS; j++) {
      const lng = west + ((east - west) * i) / CHECK_STEPS;
      const lat = south + ((north - south) * j) / CHECK_STEPS;
      const ours = projection.eastingNorthingFromLngLat(lng, lat);
      const theirs = twin.eastingNorthingFromLngLat(lng, lat);
      const at = `lng ${lng}, lat ${lat}`;
      note(Math.hypot(ours.easting - theirs.easting, ours.northing - theirs.northing), at);
      const back = projection.lngLatFromEastingNorthing(theirs.easting, theirs.northing);
      note(Math.hypot(back.lng - lng, back.lat - lat) * METRES_PER_DEG, at);
    }
  }
  if (worstM > toleranceM) {
    throw new AppError('CONFIG_INVALID', {
      detail: `projection ${projection.parameters.id} differs from proj4 by ${worstM} m at ${worstAt}, allowed ${toleranceM} m`,
    });
  }
}
