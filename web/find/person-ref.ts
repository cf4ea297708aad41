/** A person in an address or a saved view: `company/id`, `company/card:number`. Slots are of one connection alone. Pure. */
import type { PersonView } from '../../stream/protocol/effects.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import { personKey } from '../app/api.ts';

/** null: neither id nor card is known. */
export function personRef(person: PersonView): string | null {
  const key = personKey(person);
  return key === null ? null : `${person.companyCode}/${key}`;
}

/** Slots in the order of the refs; null: nobody on the picture is called so. One walk over the bindings. */
export function slotsOfRefs(bindings: LivePicture['bindings'], refs: readonly string[]): (number | null)[] {
  const wanted = new Set(refs);
  const slots = new Map<string, number>();
  for (const [slot, { person }] of bindings) {
    const ref = personRef(person);
    if (ref !== null && wanted.has(ref)) slots.set(ref, slot);
  }
  return refs.map((ref) => slots.get(ref) ?? null);
}

/** Several of them in one text. */
export const refsText = (refs: readonly string[]): string | null =>
  refs.length === 0 ? null : refs.map((ref) => ref.replaceAll(',', '%2C')).join(',');

export const refsFrom = (text: string | null): string[] =>
  text === null ? [] : text.split(',').map((ref) => ref.replaceAll('%2C', ','));
