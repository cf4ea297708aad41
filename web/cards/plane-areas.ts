/** Areas on the plane, each worked out once for as long as it stands as it is. */
import type { Projection } from '../../geo/projection.ts';
import type { AreaView } from '../../stream/protocol/effects.ts';
import { type PlaneArea, planeArea } from './head-count.ts';

export type PlaneAreas = (area: AreaView) => PlaneArea;

export function createPlaneAreas(projection: Projection): PlaneAreas {
  // An area that changes is another object.
  const known = new WeakMap<AreaView, PlaneArea>();
  return (area) => {
    const found = known.get(area) ?? planeArea(area, projection);
    known.set(area, found);
    return found;
  };
}
