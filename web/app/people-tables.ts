/** Counts and search over LivePicture, computed once or twice a second or on a key press. Pure. */

import type { AreaView, PersonView } from '../../stream/protocol/effects.ts';
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

export interface FoundPerson {
  readonly slot: number;
  readonly person: PersonView;
  /** On the scene now. */
  readonly isPresent: boolean;
}

export interface Found {
  readonly people: readonly FoundPerson[];
  readonly areas: readonly AreaView[];
  /** More matched than are listed. */
  readonly isMore: boolean;
}

const FOUND_LIMIT = 50;

/** Every word must occur in name, id, card, company, department or post; names that start with the words come first. */
export function find(picture: LivePicture, query: string): Found {
  const words = query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return { people: [], areas: [], isMore: false };
  const people: (FoundPerson & { readonly rank: number })[] = [];
  for (const [slot, { person }] of picture.bindings) {
    const text =
      `${person.name} ${person.personId ?? ''} ${person.cardNo ?? ''} ${person.companyName} ${person.companyCode} ${person.department} ${person.post}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const isPresent = picture.isPresent(slot);
    const isExact = person.name.toLowerCase().startsWith(words[0] ?? '') || person.personId === words[0];
    people.push({ slot, person, isPresent, rank: (isExact ? 0 : 2) + (isPresent ? 0 : 1) });
  }
  people.sort((a, b) => a.rank - b.rank || a.slot - b.slot);
  const areas = [...picture.areas.values()].filter((area) => {
    const text = `${area.name} ${area.areaId} ${area.companyCode}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return {
    people: people.slice(0, FOUND_LIMIT),
    areas: areas.slice(0, FOUND_LIMIT),
    isMore: people.length > FOUND_LIMIT || areas.length > FOUND_LIMIT,
  };
}
