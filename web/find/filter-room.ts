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

/** Ends the filter's text in an address: the others are hidden. */
const ONLY = ';only';
const NO_CREWS: Crews = new Map();

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function createFilterRoom(shown: PictureState, jobs: Accessor<readonly JobItem[]>) {
  const [choice, setChoice] = createSignal<PeopleChoice>(EVERYBODY);
  /** Somebody counts by kind of work though no kind is chosen. */
  const [countsKinds, setCountsKinds] = createSignal(false);
  const isOn = (): boolean => !isEverybody(choice());
  /** The others are not drawn, rather than faded. */
  const [areOthersHidden, setOthersHidden] = createSignal(false);
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
    areOthersHidden: (): boolean => isOn() && areOthersHidden(),
    setOthersHidden,
    clear: (): void => {
      setChoice(EVERYBODY);
      setOthersHidden(false);
    },
    /** The one that is chosen: what other lists (permits, boards) are narrowed to. null: none, or several. */
    company: createMemo((): string | null => (choice().company.length === 1 ? (choice().company[0] ?? null) : null)),
    setCompany: (code: string | null): void => only('company', code === null ? [] : [code]),
    link: {
      key: 'f',
      read: () => {
        const text = choiceText(choice());
        return text === null || !areOthersHidden() ? text : `${text}${ONLY}`;
      },
      write(text: string | null): boolean {
        const isOnly = text?.endsWith(ONLY) === true;
        const next = text === null ? EVERYBODY : choiceFrom(isOnly ? text.slice(0, -ONLY.length) : text);
        if (next === null) return false;
        setChoice(next);
        setOthersHidden(isOnly);
        return true;
      },
    },
  };
}
export type FilterRoom = ReturnType<typeof createFilterRoom>;
