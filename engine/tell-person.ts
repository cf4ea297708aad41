/** Who has a slot, told to all: of whatever brings somebody into the park. */
import type { Effect, PersonView } from '../stream/protocol/effects.ts';
import type { Park } from './park.ts';

/** Tells who has the slot now; `before`: how the same one was described, null for somebody new. */
export function tellPerson(park: Park, slot: number, before: PersonView | null, effects: Effect[]): void {
  effects.push({ t: 'bind', slot, generation: park.people.generation[slot]!, person: park.people.views[slot]! });
  for (const part of park.parts) part.onPerson?.(park, slot, before, effects);
}
