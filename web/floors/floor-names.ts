/** Names of floors as people sort them: from below upwards, what tells no number behind. */
import type { AreaView } from '../../stream/protocol/effects.ts';
import type { FloorNames } from '../../stream/protocol/floors.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';

const BELOW = /^(?:B|-|地下|负)\s*(\d+)/i;
const NUMBER = /(\d+)/;

/** Storeys below ground count down. */
function storeyOf(name: string): number {
  const below = BELOW.exec(name)?.[1];
  if (below !== undefined) return -Number(below);
  const number = NUMBER.exec(name)?.[1];
  return number === undefined ? Number.POSITIVE_INFINITY : Number(number);
}

export function sortFloors(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((a, b) => {
    const [storey, other] = [storeyOf(a), storeyOf(b)];
    if (storey !== other) return storey - other;
    return a < b ? -1 : a > b ? 1 : 0;
  });
}

/** Of areas and of people of the park that is shown. */
export function floorNamesOf(areas: Iterable<Pick<AreaView, 'floorNo'>>, companies: readonly FloorNames[]): string[] {
  const names = companies.flatMap((company) => company.names);
  for (const { floorNo } of areas) if (floorNo !== null && floorNo !== '') names.push(floorNo);
  return sortFloors(names);
}

/** 1 by slot: on that floor now. Compares numbers: one look for a name in each company. */
export function slotsOnFloor(
  {
    slotCount,
    floor,
    bindings,
    docsOf,
  }: Pick<LivePicture, 'slotCount' | 'floor' | 'bindings'> & {
    readonly docsOf: (kind: 'floors') => readonly FloorNames[];
  },
  name: string,
): Uint8Array {
  const numbers = new Map(docsOf('floors').map(({ companyCode, names }) => [companyCode, names.indexOf(name) + 1]));
  const on = new Uint8Array(slotCount);
  for (const [slot, { person }] of bindings) {
    const number = numbers.get(person.companyCode) ?? 0;
    if (number > 0 && floor[slot] === number) on[slot] = 1;
  }
  return on;
}
