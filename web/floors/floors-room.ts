/** The floor that is chosen: who is on another one is dimmed, areas of others are left out. An alarm is never narrowed. */
import { createMemo, createSignal } from 'solid-js';
import type { PictureState } from '../app/shown-state.ts';
import type { LinkPart } from '../views/link-book.ts';
import { floorNamesOf, slotsOnFloor } from './floor-names.ts';

/** As suppliers may send it. */
const NAME_MAX = 32;

const isSame = (a: ArrayLike<unknown> | null, b: ArrayLike<unknown> | null): boolean =>
  a === b || (a !== null && b !== null && a.length === b.length && Array.from(a).every((one, i) => one === b[i]));

export function createFloorsRoom(shown: PictureState) {
  const [chosen, choose] = createSignal<string | null>(null);
  // Both once a second: people change floors by the dozen.
  const names = createMemo(
    (): readonly string[] => {
      shown.counts();
      shown.registerVersion();
      return floorNamesOf(shown.picture.areas.values(), shown.picture.docsOf('floors'));
    },
    [],
    { equals: isSame },
  );
  const mask = createMemo(
    (): Uint8Array | null => {
      const name = chosen();
      if (name === null) return null;
      shown.counts();
      const { picture } = shown;
      const { slotCount, floor, bindings } = picture;
      return slotsOnFloor({ slotCount, floor, bindings, docsOf: () => picture.docsOf('floors') }, name);
    },
    null,
    { equals: isSame },
  );

  return {
    names,
    /** null: all of them. */
    chosen,
    choose: (name: string | null): void => void choose(name),
    /** Changes when it means others. */
    isOff: createMemo((): ((slot: number) => boolean) => {
      const on = mask();
      return on === null ? () => false : (slot) => on[slot] !== 1;
    }),
    linkPart: {
      key: 'fl',
      read: chosen,
      write(text) {
        if (text !== null && (text === '' || text.length > NAME_MAX)) return false;
        choose(text);
        return true;
      },
    } satisfies LinkPart,
  };
}
export type FloorsRoom = ReturnType<typeof createFloorsRoom>;
