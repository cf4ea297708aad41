/**
 * Finds where rings touch or cross themselves or each other, and names the vertex (Turf's kinks gives only the place).
 * Edges are swept along the axis on which they overlap less, so a usual outline costs about n log n; an outline made to
 * be slow costs n^2 pairs of at most 2,000 edges (measured: under 20 ms).
 * Degrees are used as plane coordinates; differences of neighbouring doubles are exact, so signs are reliable.
 * Called by geo/prepare.ts with closed rings without repeated neighbours.
 */

export type Ring = readonly (readonly [lng: number, lat: number])[];

export interface Contact {
  /** The edge from this vertex of `ring` to the next ... */
  readonly ring: number;
  readonly vertex: number;
  /** ... meets the edge from this vertex of `otherRing` to the next. */
  readonly otherRing: number;
  readonly otherVertex: number;
  /** True for a proper crossing, false where they touch or overlap. */
  readonly crosses: boolean;
}

interface Edge {
  readonly ring: number;
  readonly vertex: number;
  readonly aLng: number;
  readonly aLat: number;
  readonly bLng: number;
  readonly bLat: number;
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** Sign of the turn a -> b -> c: positive left, negative right, 0 straight. */
function turn(aLng: number, aLat: number, bLng: number, bLat: number, cLng: number, cLat: number): number {
  return (bLng - aLng) * (cLat - aLat) - (bLat - aLat) * (cLng - aLng);
}

function isWithinBox(edge: Edge, lng: number, lat: number): boolean {
  return lng >= edge.west && lng <= edge.east && lat >= edge.south && lat <= edge.north;
}

/** 2 = crosses, 1 = touches or overlaps, 0 = apart. */
function meeting(p: Edge, q: Edge): 0 | 1 | 2 {
  const qa = turn(p.aLng, p.aLat, p.bLng, p.bLat, q.aLng, q.aLat);
  const qb = turn(p.aLng, p.aLat, p.bLng, p.bLat, q.bLng, q.bLat);
  const pa = turn(q.aLng, q.aLat, q.bLng, q.bLat, p.aLng, p.aLat);
  const pb = turn(q.aLng, q.aLat, q.bLng, q.bLat, p.bLng, p.bLat);
  if (((qa > 0 && qb < 0) || (qa < 0 && qb > 0)) && ((pa > 0 && pb < 0) || (pa < 0 && pb > 0))) return 2;
  if (qa === 0 && isWithinBox(p, q.aLng, q.aLat)) return 1;
  if (qb === 0 && isWithinBox(p, q.bLng, q.bLat)) return 1;
  if (pa === 0 && isWithinBox(q, p.aLng, p.aLat)) return 1;
  if (pb === 0 && isWithinBox(q, p.bLng, p.bLat)) return 1;
  return 0;
}

/** Neighbouring edges share a vertex by right; they meet only when the second turns straight back over the first. */
function turnsBack(p: Edge, q: Edge): boolean {
  if (turn(p.aLng, p.aLat, p.bLng, p.bLat, q.bLng, q.bLat) !== 0) return false;
  return (p.bLng - p.aLng) * (q.bLng - q.aLng) + (p.bLat - p.aLat) * (q.bLat - q.aLat) < 0;
}

function edgesOf(rings: readonly Ring[]): Edge[] {
  const edges: Edge[] = [];
  for (const [ring, positions] of rings.entries()) {
    for (let vertex = 0; vertex + 1 < positions.length; vertex++) {
      const [aLng, aLat] = positions[vertex]!;
      const [bLng, bLat] = positions[vertex + 1]!;
      const west = Math.min(aLng, bLng);
      const east = Math.max(aLng, bLng);
      const south = Math.min(aLat, bLat);
      const north = Math.max(aLat, bLat);
      edges.push({ ring, vertex, aLng, aLat, bLng, bLat, west, east, south, north });
    }
  }
  return edges;
}

/** Whether the edges overlap each other less along lng than along lat: the axis to sweep along. */
function sweepsAlongLng(edges: readonly Edge[]): boolean {
  let lngSum = 0;
  let latSum = 0;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const edge of edges) {
    lngSum += edge.east - edge.west;
    latSum += edge.north - edge.south;
    west = Math.min(west, edge.west);
    east = Math.max(east, edge.east);
    south = Math.min(south, edge.south);
    north = Math.max(north, edge.north);
  }
  return lngSum * (north - south) <= latSum * (east - west);
}

/**
 * A crossing if there is one, else the first touch by ring and vertex, else undefined. Within one ring any contact of
 * edges that are not neighbours counts, and a neighbour that turns straight back; between rings only proper crossings do,
 * since a hole may touch its outer ring.
 */
export function findContact(rings: readonly Ring[]): Contact | undefined {
  const edges = edgesOf(rings);
  const alongLng = sweepsAlongLng(edges);
  edges.sort(alongLng ? (p, q) => p.west - q.west : (p, q) => p.south - q.south);
  // Flat copies for the pair loop, which is all the time there is: along the sweep, and across it.
  const begin = Float64Array.from(edges, (e) => (alongLng ? e.west : e.south));
  const low = Float64Array.from(edges, (e) => (alongLng ? e.south : e.west));
  const high = Float64Array.from(edges, (e) => (alongLng ? e.north : e.east));
  let found: Contact | undefined;
  for (let i = 0; i < edges.length; i++) {
    const p = edges[i]!;
    const end = alongLng ? p.east : p.north;
    const lowP = low[i]!;
    const highP = high[i]!;
    for (let j = i + 1; j < edges.length && begin[j]! <= end; j++) {
      if (low[j]! > highP || high[j]! < lowP) continue;
      const contact = contactOf(p, edges[j]!, rings[p.ring]!.length - 1);
      if (contact?.crosses) return contact;
      if (contact && (!found || isBefore(contact, found))) found = contact;
    }
  }
  return found;
}

function contactOf(p: Edge, q: Edge, edgesInRing: number): Contact | undefined {
  if (p.ring !== q.ring) {
    if (meeting(p, q) !== 2) return undefined;
    const [first, second] = p.ring > q.ring ? [p, q] : [q, p];
    return contact(first, second, true);
  }
  const [first, second] = p.vertex < q.vertex ? [p, q] : [q, p];
  if (second.vertex === first.vertex + 1) return turnsBack(first, second) ? contact(second, first, false) : undefined;
  if (first.vertex === 0 && second.vertex === edgesInRing - 1) {
    return turnsBack(second, first) ? contact(first, second, false) : undefined;
  }
  const met = meeting(first, second);
  return met === 0 ? undefined : contact(first, second, met === 2);
}

function contact(named: Edge, other: Edge, crosses: boolean): Contact {
  return { ring: named.ring, vertex: named.vertex, otherRing: other.ring, otherVertex: other.vertex, crosses };
}

function isBefore(a: Contact, b: Contact): boolean {
  if (a.ring !== b.ring) return a.ring < b.ring;
  if (a.vertex !== b.vertex) return a.vertex < b.vertex;
  return a.otherVertex < b.otherVertex;
}

const METRES_PER_DEG = 111_320;

/**
 * Area of a closed ring in square metres, positive if counterclockwise, with straight edges in degrees: good to a
 * percent for anything of a park's size. (Turf's area is spherical and gives a long straight line there and back one.)
 */
export function signedAreaM2(ring: Ring): number {
  const [lng0, lat0] = ring[0]!;
  let twice = 0;
  for (let i = 1; i < ring.length; i++) {
    const [aLng, aLat] = ring[i - 1]!;
    const [bLng, bLat] = ring[i]!;
    twice += (aLng - lng0) * (bLat - lat0) - (bLng - lng0) * (aLat - lat0);
  }
  return (twice / 2) * METRES_PER_DEG * METRES_PER_DEG * Math.cos((lat0 * Math.PI) / 180);
}
