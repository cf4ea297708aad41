/** Who and where, as alarms say it. Read by whatever raises one. */
import type { AlarmPlace } from '../stream/protocol/effects.ts';
import type { FixBatch } from '../stream/protocol/entry.ts';
import type { Park } from './park.ts';

const plane = new Float64Array(2);

/** null: so far from the plane's meridian that it has no plane coordinates. */
export function placeOfFix(park: Park, batch: FixBatch, i: number, observedAtMs: number): AlarmPlace | null {
  if (!park.projection.project(batch.lng[i]!, batch.lat[i]!, plane, 0)) return null;
  const heightM = batch.heightM[i]!;
  return {
    lng: batch.lng[i]!,
    lat: batch.lat[i]!,
    easting: plane[0]!,
    northing: plane[1]!,
    heightM: Number.isNaN(heightM) ? null : heightM,
    observedAtMs,
    lastKnown: false,
    gridId: park.projection.parameters.id,
  };
}

/** null: never placed. */
export function lastKnownPlace(park: Park, slot: number): AlarmPlace | null {
  const { people } = park;
  if (people.placed[slot] === 0) return null;
  const heightM = people.heightM[slot]!;
  return {
    lng: people.lng[slot]!,
    lat: people.lat[slot]!,
    easting: people.easting[slot]!,
    northing: people.northing[slot]!,
    heightM: Number.isNaN(heightM) ? null : heightM,
    observedAtMs: people.observedAtMs[slot]!,
    lastKnown: true,
    gridId: park.projection.parameters.id,
  };
}
