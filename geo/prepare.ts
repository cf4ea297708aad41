/**
 * From positions as read to polygons that may become a fence: checks values and shape, drops repeated neighbours, orders
 * rings by RFC 7946 (outer counterclockwise, holes clockwise). The only file of geo/ that imports Turf.
 * Called by geo/vendor-geometry.ts; what it lets through compiles (geo/fence.ts) and tiles the plane without surprises.
 */
import { booleanClockwise, booleanPointInPolygon, polygon as turfPolygon } from '@turf/turf';
import type { Result } from '../core/result.ts';
import { ok } from '../core/result.ts';
import type { GeometryError, RawPolygons } from './geometry-error.ts';
import { geometryError, NOWHERE } from './geometry-error.ts';
import type { LngLatPolygons } from './polygons.ts';
import { findContact, signedAreaM2 } from './ring-check.ts';

type Position = [lng: number, lat: number];

/** A cleaned ring and, for each of its vertices, the number the vendor knows it by. */
interface CleanRing {
  readonly positions: Position[];
  readonly sentAs: number[];
}

/** 10 cm x 10 cm: less is a slip of drawing, no area of a park. */
export const MIN_AREA_M2 = 0.01;

/** `autoClose`: an unclosed ring is closed (the list form has no closing position); otherwise it is refused. */
export function preparePolygons(raw: RawPolygons, autoClose: boolean): Result<LngLatPolygons, GeometryError> {
  if (raw.length === 0) return geometryError(NOWHERE, 'the geometry is empty');
  const polygons: LngLatPolygons[number][] = [];
  for (const [polygon, rawRings] of raw.entries()) {
    if (rawRings.length === 0) return geometryError({ polygon, ring: -1, vertex: -1 }, 'the polygon has no ring');
    const rings: CleanRing[] = [];
    for (const [ring, positions] of rawRings.entries()) {
      const cleaned = cleanRing(positions, polygon, ring, autoClose);
      if (!cleaned.ok) return cleaned;
      rings.push(cleaned.value);
    }
    const error = shapeError(rings, polygon);
    if (error) return error;
    polygons.push(rings.map((ring, number) => turned(ring.positions, number > 0)));
  }
  return ok(polygons);
}

function turned(positions: Position[], clockwise: boolean): Position[] {
  return booleanClockwise(positions) === clockwise ? positions : positions.reverse();
}

function cleanRing(
  positions: readonly Position[],
  polygon: number,
  ring: number,
  autoClose: boolean,
): Result<CleanRing, GeometryError> {
  for (const [vertex, [lng, lat]] of positions.entries()) {
    const problem = positionProblem(lng, lat);
    if (problem !== '') return geometryError({ polygon, ring, vertex }, problem);
  }
  const place = { polygon, ring, vertex: -1 };
  const first = positions[0];
  const last = positions.at(-1);
  if (!first || !last) return geometryError(place, 'the ring is empty');
  const isClosed = positions.length > 1 && first[0] === last[0] && first[1] === last[1];
  const count = positions.length + (isClosed || !autoClose ? 0 : 1);
  if (count < 4) {
    return geometryError(place, `a closed ring needs at least 4 positions, this one has ${count}`);
  }
  if (!isClosed && !autoClose) {
    return geometryError(
      { ...place, vertex: positions.length - 1 },
      `the ring is not closed: it starts at ${first.join(' ')} and ends at ${last.join(' ')}`,
    );
  }
  const cleaned: CleanRing = { positions: [], sentAs: [] };
  for (const [vertex, position] of positions.entries()) {
    const before = cleaned.positions.at(-1);
    if (before && before[0] === position[0] && before[1] === position[1]) continue;
    cleaned.positions.push([position[0], position[1]]);
    cleaned.sentAs.push(vertex);
  }
  if (!isClosed) {
    cleaned.positions.push([first[0], first[1]]);
    cleaned.sentAs.push(0);
  }
  if (cleaned.positions.length < 4) return geometryError(place, 'the ring has fewer than three different positions');
  return ok(cleaned);
}

/** What is wrong with one position, or ''. */
function positionProblem(lng: number, lat: number): string {
  if (!Number.isFinite(lng) || !Number.isFinite(lat)) return `position ${lng} ${lat} is not finite`;
  if (Math.abs(lng) <= 180 && Math.abs(lat) <= 90) return '';
  if (Math.abs(lng) <= 90 && Math.abs(lat) <= 180) {
    return `lat ${lat} is off the globe; the order is lng, lat: are they swapped?`;
  }
  if (Math.abs(lng) > 360 || Math.abs(lat) > 360) {
    return `position ${lng} ${lat} is off the globe; send CGCS2000 degrees, not plane metres`;
  }
  return `position ${lng} ${lat} is off the globe`;
}

function shapeError(rings: readonly CleanRing[], polygon: number): ReturnType<typeof geometryError> | undefined {
  const contact = findContact(rings.map((r) => r.positions));
  if (contact?.crosses) return contactError(rings, polygon, contact);
  let remainingM2 = 0;
  for (const [ring, { positions }] of rings.entries()) {
    const areaM2 = Math.abs(signedAreaM2(positions));
    remainingM2 += ring === 0 ? areaM2 : -areaM2;
    if (!(areaM2 >= MIN_AREA_M2)) {
      return geometryError({ polygon, ring, vertex: -1 }, `the ring has no area (${areaM2.toFixed(4)} m2)`);
    }
  }
  if (contact) return contactError(rings, polygon, contact);
  for (let ring = 1; ring < rings.length; ring++) {
    const stray = firstOutside(rings[ring]!, rings[0]!);
    if (stray >= 0) return geometryError({ polygon, ring, vertex: stray }, 'the hole lies outside its outer ring');
    for (let other = 1; other < rings.length; other++) {
      if (other !== ring && firstOutside(rings[ring]!, rings[other]!) < 0) {
        const [inner, outer] = [Math.max(ring, other), Math.min(ring, other)];
        return geometryError({ polygon, ring: inner, vertex: -1 }, `the holes ${inner} and ${outer} overlap`);
      }
    }
  }
  if (!(remainingM2 >= MIN_AREA_M2)) {
    return geometryError({ polygon, ring: -1, vertex: -1 }, 'the holes leave nothing of the polygon');
  }
  return undefined;
}

function contactError(
  rings: readonly CleanRing[],
  polygon: number,
  contact: NonNullable<ReturnType<typeof findContact>>,
): ReturnType<typeof geometryError> {
  const place = { polygon, ring: contact.ring, vertex: rings[contact.ring]!.sentAs[contact.vertex]! };
  const other = rings[contact.otherRing]!.sentAs[contact.otherVertex]!;
  const verb = contact.crosses ? 'crosses' : 'touches or runs back over';
  const whose = contact.otherRing === contact.ring ? '' : ` of ring ${contact.otherRing}`;
  return geometryError(place, `self-intersection: the edge from here ${verb} the edge from vertex ${other}${whose}`);
}

/** Number (as sent) of the first vertex of `ring` outside `container`, boundary counted as inside; -1 when none is. */
function firstOutside(ring: CleanRing, container: CleanRing): number {
  const feature = turfPolygon([container.positions]);
  const at = ring.positions.findIndex((position) => !booleanPointInPolygon(position, feature));
  return at < 0 ? -1 : ring.sentAs[at]!;
}
