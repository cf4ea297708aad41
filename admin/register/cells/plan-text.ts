/** A ground plan as other systems write one: WKT or GeoJSON of one polygon without holes. */
import { looksLikeWkt, parseWkt } from '../../../geo/wkt.ts';

type Ring = readonly (readonly number[])[];

/** Corners, not closed; null: it is none of these. Whether they make a plan is for the check of the field. */
export function planFromText(text: string): number[][] | null {
  const rings = looksLikeWkt(text) ? fromWkt(text) : text.startsWith('{') ? fromGeoJson(text) : null;
  const [ring] = rings ?? [];
  if (rings?.length !== 1 || ring === undefined) return null;
  const corners = ring.map(([lng, lat]) => [Number(lng), Number(lat)]);
  const [first, last] = [corners[0], corners.at(-1)];
  const isClosed = corners.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return isClosed ? corners.slice(0, -1) : corners;
}

function fromWkt(text: string): readonly Ring[] | null {
  const parsed = parseWkt(text);
  return parsed.ok && parsed.value.length === 1 ? (parsed.value[0] ?? null) : null;
}

function fromGeoJson(text: string): readonly Ring[] | null {
  try {
    const { type, coordinates } = JSON.parse(text) as { type?: unknown; coordinates?: unknown };
    const isRing = (ring: unknown): ring is Ring => Array.isArray(ring) && ring.every(Array.isArray);
    return type === 'Polygon' && Array.isArray(coordinates) && coordinates.every(isRing) ? coordinates : null;
  } catch {
    return null;
  }
}
