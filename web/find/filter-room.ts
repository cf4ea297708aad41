/** The filter that is on: what narrows people on the scene, the counts and the lists. An alarm, the selection and the search box are never narrowed. */
import { type Accessor, createMemo, createSignal } from 'solid-js';
import type { PictureState } from '../app/shown-state.ts';
import type { JobItem } from '../permits/job-items.ts';
import {
  type ChoiceKey,
  type Crews,
  choiceFrom,
  choiceText,
  crewsOf,
  EVERYBODY,
  isEverybody,
  maskOf,
  type PeopleChoice,
} from './people-choice.ts';

const NO_CREWS: Crews = new Map();

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function createFilterRoom(shown: PictureState, jobs: Accessor<readonly JobItem[]>) {
  const [choice, setChoice] = createSignal<PeopleChoice>(EVERYBODY);
  /** Somebody counts by kind of work though no kind is chosen. */
  const [countsKinds, setCountsKinds] = createSignal(false);
  const isOn = (): boolean => !isEverybody(choice());
  // Once a second: people come by the hundred when a shift begins.
  const crews = createMemo((): Crews => {
    if (!countsKinds() && choice().kind.length === 0) return NO_CREWS;
    shown.counts();
    return crewsOf(jobs(), shown.picture.bindings);
  });
  const mask = createMemo(
    (): Uint8Array | null => {
      if (!isOn()) return null;
      shown.counts();
      return maskOf(shown.picture, choice(), crews());
    },
    null,
    { equals: (a, b) => a === b || (a !== null && b !== null && isSame(a, b)) },
  );
  const only = <K extends ChoiceKey>(key: K, values: PeopleChoice[K]): void =>
    void setChoice({ ...choice(), [key]: values });

  return {
    choice,
    isOn,
    crews,
    countKinds: (counts: boolean): void => void setCountsKinds(counts),
    /** Changes when it means others; who came within the second is outside until the next. */
    isOut: createMemo((): ((slot: number) => boolean) => {
      const known = mask();
      return known === null ? () => false : (slot) => known[slot] !== 1;
    }),
    toggle<K extends ChoiceKey>(key: K, value: PeopleChoice[K][number]): void {
      const values = choice()[key] as readonly string[];
      const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
      only(key, next as unknown as PeopleChoice[K]);
    },
    clear: (): void => void setChoice(EVERYBODY),
    /** The one that is chosen: what other lists (permits, boards) are narrowed to. null: none, or several. */
    company: createMemo((): string | null => (choice().company.length === 1 ? (choice().company[0] ?? null) : null)),
    setCompany: (code: string | null): void => only('company', code === null ? [] : [code]),
    link: {
      key: 'f',
      read: () => choiceText(choice()),
      write(text: string | null): boolean {
        const next = text === null ? EVERYBODY : choiceFrom(text);
        if (next !== null) setChoice(next);
        return next !== null;
      },
    },
  };
}
export type FilterRoom = ReturnType<typeof createFilterRoom>;
