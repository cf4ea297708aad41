/** Where somebody of the live picture is now, in degrees. */
import type { Projection } from '../../geo/projection.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import type { FollowedPlace } from './open-video.ts';

/** null: not in the picture now, or the slot is another's by now. */
export function placeOfSlot(
  picture: LivePicture,
  projection: Projection,
  slot: number,
  generation: number,
): FollowedPlace | null {
  if (slot < 0 || !picture.isPresent(slot) || picture.generation[slot] !== generation) return null;
  const [easting = Number.NaN, northing = Number.NaN] = [picture.easting[slot], picture.northing[slot]];
  const place = projection.lngLatFromEastingNorthing(easting, northing);
  return Number.isFinite(place.lng) && Number.isFinite(place.lat) ? place : null;
}
