/**
 * Who is where, counted once a minute of engine time: the live doc `census` (数据看板). People online by company and type, people
 * inside by area and by the company of the person. Keeps nothing: the standing document says when it was last counted.
 */
import type { Effect } from '../stream/protocol/effects.ts';
import { FRESHNESS, PERSON_TYPES } from '../stream/protocol/vocabulary.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import { Presence } from './presence.ts';

const EVERY_MS = 60_000;
const OFFLINE = FRESHNESS.indexOf('offline');

export class CensusTaker implements Part {
  readonly name = 'census';

  onTick(park: Park, effects: Effect[]): void {
    const last = park.docs.get('census', '')?.atMs ?? 0;
    if (Math.floor(park.nowMs / EVERY_MS) === Math.floor(last / EVERY_MS)) return;
    const census = { atMs: park.nowMs, people: peopleOnline(park), areas: peopleInside(park) };
    park.docs.put('census', '', census, [], effects);
  }

  save(): readonly unknown[] {
    return [];
  }

  load(): void {}
}

/** Placed, and heard within the offline limit. */
const isOnline = ({ people }: Park, slot: number): boolean =>
  people.views[slot] != null && people.placed[slot] === 1 && people.freshness[slot] !== OFFLINE;

function peopleOnline(park: Park) {
  const { people } = park;
  const byCompany = new Map<string, number[]>();
  for (let slot = 0; slot < people.slotCount; slot++) {
    if (!isOnline(park, slot)) continue;
    const { companyCode } = people.views[slot]!;
    let counts = byCompany.get(companyCode);
    if (counts === undefined) {
      counts = new Array<number>(PERSON_TYPES.length).fill(0);
      byCompany.set(companyCode, counts);
    }
    counts[people.typeCode[slot]!]!++;
  }
  return [...byCompany.keys()].sort().flatMap((companyCode) =>
    PERSON_TYPES.flatMap((type, code) => {
      const count = byCompany.get(companyCode)![code]!;
      return count === 0 ? [] : [{ companyCode, type, count }];
    }),
  );
}

function peopleInside(park: Park) {
  const presence = park.part(Presence);
  return [...park.areas.byKey.keys()].sort().flatMap((area) => {
    const counts = new Map<string, number>();
    for (const slot of presence.insideOf(area)) {
      if (!isOnline(park, slot)) continue;
      const { companyCode } = park.people.views[slot]!;
      counts.set(companyCode, (counts.get(companyCode) ?? 0) + 1);
    }
    return [...counts.keys()].sort().map((companyCode) => ({ area, companyCode, count: counts.get(companyCode)! }));
  });
}
