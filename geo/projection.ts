/**
 * CGCS2000 degrees <-> plane metres. Owns the projection's parameters (presets, PROJ strings, ids) and the Projection
 * object everyone projects with. Order is always lng, lat and easting, northing. Built once at start-up by server,
 * in the browser and in tests; called per position by engine.
 *
 * The city publishes the central meridian, the origin and the height of the projection surface (16.32 m) of
 * Shanghai 2000, not its parameter set: the presets are readings of that notice, to be confirmed on control points.
 */
import type { Result } from '../core/result.ts';
import { err, ok } from '../core/result.ts';
import { kruegerConstants, kruegerConvergenceAndScale, kruegerForward, kruegerInverse } from './projection.kernel.ts';

/** A transverse Mercator plane. The ids of stored geometry and transitions name the parameters they were made with. */
export interface ProjectionParameters {
  readonly id: string;
  readonly lat0Deg: number;
  readonly lon0Deg: number;
  readonly scale: number;
  readonly falseEastingM: number;
  readonly falseNorthingM: number;
  readonly semiMajorAxisM: number;
  readonly inverseFlattening: number;
}

/** CGCS2000 ellipsoid (EPSG 1024); GRS80 has the same two numbers. */
export const CGCS2000_SEMI_MAJOR_AXIS_M = 6378137;
export const CGCS2000_INVERSE_FLATTENING = 298.257222101;

const SHANGHAI_ORIGIN = { lat0Deg: 31.235277777778, lon0Deg: 121.464444444444 } as const;
const CGCS2000 = {
  semiMajorAxisM: CGCS2000_SEMI_MAJOR_AXIS_M,
  inverseFlattening: CGCS2000_INVERSE_FLATTENING,
} as const;

/** The projection surface's height of 16.32 m ignored. */
export const SHANGHAI_2000_A: ProjectionParameters = {
  id: 'shanghai2000-a',
  ...SHANGHAI_ORIGIN,
  scale: 1,
  falseEastingM: -238.1724,
  falseNorthingM: -0.0027,
  ...CGCS2000,
};

/** Default: height taken as a scale 1 + 16.32 / 6368215.77 (mean radius at the origin); 12 cm from A at the park. */
export const SHANGHAI_2000_B: ProjectionParameters = {
  id: 'shanghai2000-b',
  ...SHANGHAI_ORIGIN,
  scale: 1.000002562727,
  falseEastingM: -238.173,
  falseNorthingM: -0.0027,
  ...CGCS2000,
};

/** Height taken as an enlarged ellipsoid; geographic numbers are fed unchanged. Within 1 mm of B at the park. */
export const SHANGHAI_2000_C: ProjectionParameters = {
  id: 'shanghai2000-c',
  lat0Deg: 0,
  lon0Deg: SHANGHAI_ORIGIN.lon0Deg,
  scale: 1,
  falseEastingM: -238.173,
  falseNorthingM: -3457068.7614,
  semiMajorAxisM: 6378153.305305,
  inverseFlattening: CGCS2000_INVERSE_FLATTENING,
};

export const PROJECTION_PRESETS: readonly ProjectionParameters[] = [SHANGHAI_2000_A, SHANGHAI_2000_B, SHANGHAI_2000_C];

/** Both directions of one plane. `out` is the caller's; nothing is allocated by project and unproject. */
export interface Projection {
  readonly parameters: ProjectionParameters;
  /**
   * Degrees -> easting, northing in metres at out[offset], out[offset + 1]. Returns false and writes NaN for a point
   * that is not finite, off the globe, or more than 35 degrees of longitude from the central meridian.
   */
  project(lng: number, lat: number, out: Float64Array, offset?: number): boolean;
  /** Metres -> lng, lat in degrees at out[offset], out[offset + 1]. Returns false and writes NaN out of reach. */
  unproject(easting: number, northing: number, out: Float64Array, offset?: number): boolean;
  eastingNorthingFromLngLat(lng: number, lat: number): { easting: number; northing: number };
  lngLatFromEastingNorthing(easting: number, northing: number): { lng: number; lat: number };
  /** Degrees from true north to grid north, clockwise positive: grid azimuth = true azimuth - convergence. */
  meridianConvergenceDeg(lng: number, lat: number): number;
  /** Length on the plane / length on the ellipsoid. */
  pointScale(lng: number, lat: number): number;
}

/** Throws on parameters that `projectionProblems` objects to: those must have been checked where they were read. */
export function createProjection(parameters: ProjectionParameters): Projection {
  const problems = projectionProblems(parameters);
  if (problems.length > 0) throw new Error(`Projection ${parameters.id}: ${problems.join('; ')}`);
  const constants = kruegerConstants(parameters);
  const scratch = new Float64Array(2);
  return {
    parameters,
    project: (lng, lat, out, offset = 0) => kruegerForward(constants, lng, lat, out, offset),
    unproject: (easting, northing, out, offset = 0) => kruegerInverse(constants, easting, northing, out, offset),
    eastingNorthingFromLngLat(lng, lat) {
      kruegerForward(constants, lng, lat, scratch, 0);
      return { easting: scratch[0]!, northing: scratch[1]! };
    },
    lngLatFromEastingNorthing(easting, northing) {
      kruegerInverse(constants, easting, northing, scratch, 0);
      return { lng: scratch[0]!, lat: scratch[1]! };
    },
    meridianConvergenceDeg(lng, lat) {
      kruegerConvergenceAndScale(constants, lng, lat, scratch, 0);
      return scratch[0]!;
    },
    pointScale(lng, lat) {
      kruegerConvergenceAndScale(constants, lng, lat, scratch, 0);
      return scratch[1]!;
    },
  };
}

/** What is wrong with a set of parameters, one sentence each; empty when nothing is. */
export function projectionProblems(p: ProjectionParameters): string[] {
  const problems: string[] = [];
  const within = (name: string, value: number, low: number, high: number): void => {
    if (!(value >= low && value <= high)) problems.push(`${name} is ${value}, expected ${low} to ${high}`);
  };
  within('lat_0', p.lat0Deg, -90, 90);
  within('lon_0', p.lon0Deg, -180, 180);
  within('k', p.scale, 0.9, 1.1);
  within('x_0', p.falseEastingM, -1e9, 1e9);
  within('y_0', p.falseNorthingM, -1e9, 1e9);
  within('semi-major axis', p.semiMajorAxisM, 6.3e6, 6.5e6);
  // The kernel's Taylor terms are sized for flattenings up to 1/200; the Earth's ellipsoids lie between 1/293 and 1/301.
  within('inverse flattening', p.inverseFlattening, 200, 1000);
  return problems;
}

const ELLIPSOIDS: Readonly<Record<string, readonly [semiMajorAxisM: number, inverseFlattening: number]>> = {
  GRS80: [CGCS2000_SEMI_MAJOR_AXIS_M, CGCS2000_INVERSE_FLATTENING],
  CGCS2000: [CGCS2000_SEMI_MAJOR_AXIS_M, CGCS2000_INVERSE_FLATTENING],
  WGS84: [6378137, 298.257223563],
  krass: [6378245, 298.3],
};

const NUMBER_KEYS = ['lat_0', 'lon_0', 'k', 'k_0', 'x_0', 'y_0', 'a', 'rf'] as const;
type NumberKey = (typeof NUMBER_KEYS)[number];

export interface ProjectionTextError {
  readonly code: 'CONFIG_INVALID';
  /** Everything that is wrong, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Reads `+proj=tmerc +lat_0=.. +lon_0=.. +k=.. +x_0=.. +y_0=.. +ellps=GRS80 +units=m +no_defs` (or +a and +rf for the
 * ellipsoid; defaults as PROJ's, but lon_0 and the ellipsoid must be given). A datum shift or another unit is refused,
 * never ignored. Without an id, one is derived from the parameters, so other parameters always carry another id.
 */
export function parametersFromProjString(text: string, id?: string): Result<ProjectionParameters, ProjectionTextError> {
  const problems: string[] = [];
  const numbers = new Map<NumberKey, number>();
  const seen = new Set<string>();
  let ellipsoid: readonly [number, number] | undefined;
  for (const token of text.trim().split(/\s+/)) {
    const match = /^\+?([A-Za-z_][A-Za-z0-9_]*)(?:=(.*))?$/.exec(token);
    if (!match) {
      problems.push(`"${token}" is not of the form +key=value`);
      continue;
    }
    const key = match[1]!;
    const value = match[2] ?? '';
    if (seen.has(key)) problems.push(`+${key} is given twice`);
    seen.add(key);
    if ((NUMBER_KEYS as readonly string[]).includes(key)) {
      const number = value.trim() === '' ? Number.NaN : Number(value);
      if (Number.isFinite(number)) numbers.set(key as NumberKey, number);
      else problems.push(`+${key}=${value} is not a number`);
    } else if (key === 'proj') {
      if (value !== 'tmerc' && value !== 'etmerc') problems.push(`+proj=${value} is not supported, expected tmerc`);
    } else if (key === 'ellps') {
      ellipsoid = ELLIPSOIDS[value];
      if (!ellipsoid) {
        problems.push(`+ellps=${value} is unknown, expected ${Object.keys(ELLIPSOIDS).join(', ')}, or +a and +rf`);
      }
    } else if (key === 'units') {
      if (value !== 'm') problems.push(`+units=${value} is not supported, expected m`);
    } else if (key !== 'no_defs' && key !== 'type') {
      problems.push(`+${key} is not supported`);
    }
  }
  if (!seen.has('proj')) problems.push('+proj=tmerc is missing');
  if (!seen.has('lon_0')) problems.push('+lon_0 (central meridian, degrees) is missing');
  if (seen.has('k') && seen.has('k_0')) problems.push('+k and +k_0 are the same; give one');
  if (seen.has('ellps') && (seen.has('a') || seen.has('rf'))) problems.push('give either +ellps or +a and +rf');
  if (!seen.has('ellps') && !(seen.has('a') && seen.has('rf'))) problems.push('+ellps (or +a and +rf) is missing');
  if (problems.length > 0) return err({ code: 'CONFIG_INVALID', problems });
  const unnamed = {
    lat0Deg: numbers.get('lat_0') ?? 0,
    lon0Deg: numbers.get('lon_0') ?? 0,
    scale: numbers.get('k') ?? numbers.get('k_0') ?? 1,
    falseEastingM: numbers.get('x_0') ?? 0,
    falseNorthingM: numbers.get('y_0') ?? 0,
    semiMajorAxisM: numbers.get('a') ?? ellipsoid?.[0] ?? Number.NaN,
    inverseFlattening: numbers.get('rf') ?? ellipsoid?.[1] ?? Number.NaN,
  };
  const parameters = { id: id ?? derivedId(unnamed), ...unnamed };
  const wrong = projectionProblems(parameters);
  return wrong.length > 0 ? err({ code: 'CONFIG_INVALID', problems: wrong }) : ok(parameters);
}

/** What configuration may carry: the id of a preset, or a PROJ string. */
export function parametersFromConfiguration(text: string): Result<ProjectionParameters, ProjectionTextError> {
  const name = text.trim();
  const preset = PROJECTION_PRESETS.find((p) => p.id === name);
  if (preset) return ok(preset);
  if (/[+=]/.test(name)) return parametersFromProjString(name);
  const ids = PROJECTION_PRESETS.map((p) => p.id).join(', ');
  return err({ code: 'CONFIG_INVALID', problems: [`"${name}" is neither one of ${ids} nor a PROJ string`] });
}

/** The PROJ string of a set of parameters, at full precision; reading it back gives the same numbers. */
export function projStringFromParameters(p: ProjectionParameters): string {
  return (
    `+proj=tmerc +lat_0=${p.lat0Deg} +lon_0=${p.lon0Deg} +k=${p.scale} +x_0=${p.falseEastingM} ` +
    `+y_0=${p.falseNorthingM} +a=${p.semiMajorAxisM} +rf=${p.inverseFlattening} +units=m +no_defs`
  );
}

/** A preset's own id when the numbers are the preset's, else `tmerc-` and a 32-bit FNV-1a of them. */
function derivedId(p: Omit<ProjectionParameters, 'id'>): string {
  const text = projStringFromParameters({ id: '', ...p });
  const preset = PROJECTION_PRESETS.find((known) => projStringFromParameters(known) === text);
  if (preset) return preset.id;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `tmerc-${(hash >>> 0).toString(16).padStart(8, '0')}`;
}
