/** Which area a place is in, by its plan: the smallest one, a company's boundary only where there is no other. Pure. */
import type { AreaView } from '../../stream/protocol/effects.ts';

interface Plan {
  readonly area: AreaView;
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

export type AreaAt = (lng: number, lat: number) => AreaView | null;

export function areaFinder(areas: Iterable<AreaView>): AreaAt {
  const plans = [...areas].map(planOf).sort((a, b) => rankOf(a) - rankOf(b));
  return (lng, lat) =>
    plans.find(
      ({ area, west, east, south, north }) =>
        lng >= west && lng <= east && lat >= south && lat <= north && isInside(area, lng, lat),
    )?.area ?? null;
}

/** Boundaries come last. */
const rankOf = ({ area, west, east, south, north }: Plan): number =>
  (area.kind === 'COMPANY_BOUNDARY' ? 1_000 : 0) + (east - west) * (north - south);

function planOf(area: AreaView): Plan {
  const corners = area.polygons.flatMap(([outer]) => outer ?? []);
  const lngs = corners.map(([lng]) => lng);
  const lats = corners.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lngs), Math.max(...lngs), Math.min(...lats), Math.max(...lats)];
  return { area, west, east, south, north };
}

/** Crossings of all rings: a hole takes itself out. */
function isInside(area: AreaView, lng: number, lat: number): boolean {
  let isIn = false;
  for (const ring of area.polygons.flat()) {
    for (let i = 1; i < ring.length; i++) {
      const [aLng = 0, aLat = 0] = ring[i - 1] ?? [];
      const [bLng = 0, bLat = 0] = ring[i] ?? [];
      if (aLat > lat !== bLat > lat && lng < aLng + ((lat - aLat) / (bLat - aLat)) * (bLng - aLng)) isIn = !isIn;
    }
  }
  return isIn;
}
