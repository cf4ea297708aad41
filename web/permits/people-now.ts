/** Where people of a permit are now, by the live picture. Pure. */
import { freshnessFromState } from '../../stream/protocol/frame.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import type { PermitPerson } from '../../stream/protocol/permits.ts';

export interface PersonNow {
  /** null: not on the picture. */
  readonly slot: number | null;
  readonly observedAtMs: number | null;
  readonly isStale: boolean;
  /** From the job, on the plane; null: one of the two is not known. */
  readonly distanceM: number | null;
}

const AWAY: PersonNow = { slot: null, observedAtMs: null, isStale: false, distanceM: null };
const personKey = (companyCode: string, personId: string): string => `${companyCode}/${personId}`;

/** Slots of those whom the park knows, by `company/person`; one walk over the bindings for all of them. */
export function slotsOf(
  people: readonly Pick<PermitPerson, 'companyCode' | 'personId'>[],
  bindings: LivePicture['bindings'],
): ReadonlyMap<string, number> {
  const wanted = new Set(
    people.flatMap(({ companyCode, personId }) =>
      companyCode === null || personId === null ? [] : [personKey(companyCode, personId)],
    ),
  );
  const slots = new Map<string, number>();
  if (wanted.size === 0) return slots;
  for (const [slot, { person }] of bindings) {
    if (person.personId === null) continue;
    const key = personKey(person.companyCode, person.personId);
    if (wanted.has(key)) slots.set(key, slot);
  }
  return slots;
}

export const slotOf = (
  { companyCode, personId }: Pick<PermitPerson, 'companyCode' | 'personId'>,
  slots: ReadonlyMap<string, number>,
): number | null =>
  companyCode === null || personId === null ? null : (slots.get(personKey(companyCode, personId)) ?? null);

type Columns = Pick<LivePicture, 'easting' | 'northing' | 'state' | 'observedAtMs' | 'isPresent'>;

/** `job`: easting and northing of the job, m. */
export function personNow(slot: number | null, picture: Columns, job: ArrayLike<number> | null): PersonNow {
  if (slot === null || !picture.isPresent(slot)) return AWAY;
  const easting = picture.easting[slot];
  const northing = picture.northing[slot];
  const isKnown = job !== null && easting !== undefined && northing !== undefined;
  return {
    slot,
    observedAtMs: picture.observedAtMs[slot] ?? null,
    isStale: freshnessFromState(picture.state[slot] ?? 0) !== 'fresh',
    distanceM: isKnown ? Math.hypot(easting - (job[0] ?? 0), northing - (job[1] ?? 0)) : null,
  };
}
