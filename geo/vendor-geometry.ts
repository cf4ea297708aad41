/**
 * A vendor's GEO field -> checked polygons in CGCS2000 degrees. Accepts WKT (POLYGON, MULTIPOLYGON, optional SRID, Z and M
 * dropped), GeoJSON (Polygon, MultiPolygon, Feature; text or object) and the list `lng,lat;lng,lat;...`.
 * Called by ingest for area records and by admin; errors go back to the vendor as they are.
 */
import type { Result } from '../core/result.ts';
import { ok } from '../core/result.ts';
import type { GeometryError, RawPolygons } from './geometry-error.ts';
import { geometryError, NOWHERE, PolygonCollector } from './geometry-error.ts';
import type { LngLatPolygons } from './polygons.ts';
import { preparePolygons } from './prepare.ts';
import { looksLikeWkt, parseWkt } from './wkt.ts';

export type { GeometryError } from './geometry-error.ts';

/** Never throws, whatever comes in. Rings of the value are closed, ordered by RFC 7946 and free of self-contact. */
export function parseVendorGeometry(geometry: string | object): Result<LngLatPolygons, GeometryError> {
  if (typeof geometry === 'string') {
    const text = geometry.trim();
    if (text === '') return geometryError(NOWHERE, 'the geometry is empty');
    if (text.startsWith('{')) return parseGeoJsonText(text);
    const isWkt = looksLikeWkt(text);
    const raw = isWkt ? parseWkt(text) : parseList(text);
    return raw.ok ? preparePolygons(raw.value, !isWkt) : raw;
  }
  const raw = readGeoJson(geometry);
  return raw.ok ? preparePolygons(raw.value, false) : raw;
}

function parseGeoJsonText(text: string): Result<LngLatPolygons, GeometryError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return geometryError(NOWHERE, 'the geometry begins like GeoJSON but is not readable as JSON');
  }
  const raw = readGeoJson(value);
  return raw.ok ? preparePolygons(raw.value, false) : raw;
}

function readGeoJson(value: unknown): Result<RawPolygons, GeometryError> {
  const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;
  if (!isObject(value)) return geometryError(NOWHERE, 'expected WKT, GeoJSON or "lng,lat;lng,lat;..."');
  const geometry = value['type'] === 'Feature' ? value['geometry'] : value;
  const type = isObject(geometry) ? geometry['type'] : undefined;
  if (!isObject(geometry) || (type !== 'Polygon' && type !== 'MultiPolygon')) {
    return geometryError(NOWHERE, 'GeoJSON must be a Polygon, a MultiPolygon or a Feature of one');
  }
  const coordinates: unknown = type === 'Polygon' ? [geometry['coordinates']] : geometry['coordinates'];
  if (!Array.isArray(coordinates)) return geometryError(NOWHERE, 'coordinates must be an array');
  const collector = new PolygonCollector();
  for (const rings of coordinates as unknown[]) {
    collector.startPolygon();
    if (!Array.isArray(rings)) return geometryError(collector.place, 'a polygon must be an array of rings');
    for (const ring of rings as unknown[]) {
      const started = collector.startRing();
      if (!started.ok) return started;
      if (!Array.isArray(ring)) return geometryError(collector.place, 'a ring must be an array of positions');
      for (const position of ring as unknown[]) {
        const [lng, lat]: unknown[] = Array.isArray(position) ? position : [];
        if (typeof lng !== 'number' || typeof lat !== 'number') {
          return geometryError(collector.place, 'a position must be [lng, lat] in numbers');
        }
        const added = collector.add(lng, lat);
        if (!added.ok) return added;
      }
    }
  }
  return ok(collector.polygons);
}

/** `lng,lat;lng,lat;...`, a third value is dropped; a final ";" and blanks do no harm. */
function parseList(text: string): Result<RawPolygons, GeometryError> {
  const collector = new PolygonCollector();
  collector.startPolygon();
  collector.startRing();
  for (let from = 0; from < text.length; ) {
    const semicolon = text.indexOf(';', from);
    const to = semicolon < 0 ? text.length : semicolon;
    const item = text.slice(from, to).trim();
    from = to + 1;
    if (item === '') {
      if (from < text.length) return geometryError(collector.place, 'an empty position between two ";"');
      break;
    }
    const parts = item.split(',', 4);
    const lng = numberOf(parts[0]);
    const lat = numberOf(parts[1]);
    if (Number.isNaN(lng) || Number.isNaN(lat) || parts.length > 3) {
      const hint = collector.place.vertex === 0 ? '; expected WKT, GeoJSON or "lng,lat;lng,lat;..."' : '';
      return geometryError(collector.place, `"${item.slice(0, 40)}" is not lng,lat${hint}`);
    }
    const added = collector.add(lng, lat);
    if (!added.ok) return added;
  }
  return ok(collector.polygons);
}

/** NaN for what is no number; Number('') would be 0. */
function numberOf(text: string | undefined): number {
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text);
}
