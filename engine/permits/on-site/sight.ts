/** Where somebody is now, as the rules on site ask for it: by his newest fix, and filtered. */
import type { AlarmPerson } from '../../../stream/protocol/effects.ts';
import { FilteredPlaces } from '../../filtered-places.ts';
import type { Park } from '../../park.ts';

/** How far a place lies from something, m. */
export type Measure = (easting: number, northing: number, heightM: number) => number;

export const newestM = ({ people }: Park, slot: number, measure: Measure): number =>
  measure(people.easting[slot]!, people.northing[slot]!, people.heightM[slot]!);

/** The mean begins anew after a gap in fixes; of a tag that rests and sends nothing its last fix says more than a mean that lags. */
export function filteredM(park: Park, slot: number, measure: Measure): number {
  const { people } = park;
  const filtered = park.part(FilteredPlaces);
  const isStale =
    !(filtered.known[slot]! > 0) || park.nowMs - filtered.observedAtMs[slot]! > park.settings.gathering.gapMs;
  if (isStale) return newestM(park, slot, measure);
  return measure(filtered.easting[slot]!, filtered.northing[slot]!, people.heightM[slot]!);
}

/** Engine time at which the tag, or its company for tags that rest, was heard of last; 0: never. */
export function heardAtMs(park: Park, slot: number): number {
  if (park.people.placed[slot] !== 1) return 0;
  const view = park.people.views[slot];
  return Math.max(park.people.receivedAtMs[slot]!, view == null ? 0 : park.senders.readyAtMs(view.companyCode));
}

export function alarmPersonOf({ people }: Park, slot: number): AlarmPerson {
  const { companyCode, personId, cardNo, name, type } = people.views[slot]!;
  return { companyCode, personId, cardNo, name, type };
}

/** As facts call him. */
export function nameOf({ people }: Park, slot: number): string {
  const { name, personId, cardNo } = people.views[slot]!;
  return name || (personId ?? cardNo ?? '');
}

export const metres = (distanceM: number): number => Math.round(distanceM * 10) / 10;
