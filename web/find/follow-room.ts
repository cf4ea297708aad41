/** People who are kept an eye on: a list beside the map, marked on the scene, and held in view while the operator wants it. */
import { createSignal } from 'solid-js';
import type { PersonView } from '../../stream/protocol/effects.ts';
import type { PictureState } from '../app/shown-state.ts';
import { personRef, refsFrom, refsText, slotsOfRefs } from './person-ref.ts';

/** As many as can be told apart by a number at a glance. */
export const FOLLOWED_MAX = 12;

export interface Followed {
  readonly slot: number;
  readonly generation: number;
  /** null: unidentified. */
  readonly person: PersonView | null;
}

export function createFollowRoom(shown: PictureState) {
  const [followed, setFollowed] = createSignal<readonly Followed[]>([]);
  const [isHeld, setHeld] = createSignal(false);
  const set = (next: readonly Followed[]): void => {
    setFollowed(next.slice(0, FOLLOWED_MAX));
    if (next.length === 0) setHeld(false);
  };
  const of = (slot: number): Followed | null => {
    const generation = shown.picture.generation[slot];
    return generation === undefined ? null : { slot, generation, person: shown.picture.personAt(slot) };
  };
  return {
    followed,
    isFull: (): boolean => followed().length >= FOLLOWED_MAX,
    has: (slot: number): boolean => followed().some((one) => one.slot === slot),
    toggle(slot: number): void {
      if (followed().some((one) => one.slot === slot)) set(followed().filter((one) => one.slot !== slot));
      else {
        const one = of(slot);
        if (one !== null) set([...followed(), one]);
      }
    },
    clear: (): void => set([]),
    /** On the picture, and the tag is not another's by now. */
    isPresent: ({ slot, generation }: Followed): boolean =>
      shown.picture.isPresent(slot) && shown.picture.generation[slot] === generation,
    /** The camera holds all of them in view, until a hand moves it. */
    isHeld,
    setHeld,
    link: {
      key: 'w',
      read(): string | null {
        const refs = followed().flatMap(({ person }) => (person === null ? [] : (personRef(person) ?? [])));
        return refsText(refs);
      },
      isReady: shown.hasSnapshot,
      write(text: string | null): boolean {
        const refs = refsFrom(text);
        const found = slotsOfRefs(shown.picture.bindings, refs).flatMap((slot) =>
          slot === null ? [] : (of(slot) ?? []),
        );
        set(found);
        return found.length === refs.length;
      },
    },
  };
}
export type FollowRoom = ReturnType<typeof createFollowRoom>;
