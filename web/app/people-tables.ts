/** Counts over LivePicture, computed once a second. Pure. */
import { freshnessFromState } from '../../stream/protocol/frame.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import { PERSON_TYPES, type PersonType } from '../../stream/protocol/vocabulary.ts';

export interface PeopleCounts {
  readonly total: number;
  readonly byType: Readonly<Record<PersonType, number>>;
  /** Fix older than 30 s. */
  readonly stale: number;
  /** Largest first. */
  readonly companies: readonly { readonly code: string; readonly name: string; readonly count: number }[];
}

export const NO_PEOPLE: PeopleCounts = {
  total: 0,
  byType: { staff: 0, contractor: 0, visitor: 0, unidentified: 0 },
  stale: 0,
  companies: [],
};

export function countPeople(picture: LivePicture): PeopleCounts {
  const byType: Record<PersonType, number> = { staff: 0, contractor: 0, visitor: 0, unidentified: 0 };
  const companies = new Map<string, { code: string; name: string; count: number }>();
  let total = 0;
  let stale = 0;
  for (let slot = 0; slot < picture.slotCount; slot++) {
    if (!picture.isPresent(slot)) continue;
    total++;
    const state = picture.state[slot] ?? 0;
    if (freshnessFromState(state) !== 'fresh') stale++;
    const person = picture.personAt(slot);
    byType[person === null ? 'unidentified' : (PERSON_TYPES[state & 3] ?? 'unidentified')]++;
    if (person === null) continue;
    const company = companies.get(person.companyCode);
    if (company === undefined) {
      companies.set(person.companyCode, { code: person.companyCode, name: person.companyName, count: 1 });
    } else company.count++;
  }
  const sorted = [...companies.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return { total, byType, stale, companies: sorted };
}
