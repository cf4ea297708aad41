/** Whom of the people the operator wants to see: by company, department, post, type and the kind of work they are on. Pure. */
import type { WorkKind } from '../../standard/special-work.ts';
import { freshnessFromState } from '../../stream/protocol/frame.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import { PERSON_TYPES, type PersonType } from '../../stream/protocol/vocabulary.ts';
import type { JobItem } from '../permits/job-items.ts';
import { slotOf, slotsOf } from '../permits/people-now.ts';
import { KINDS } from '../permits/permit-states.ts';

/** An empty list: whatever they are. Who fits every list is meant. */
export interface PeopleChoice {
  readonly company: readonly string[];
  readonly department: readonly string[];
  readonly post: readonly string[];
  readonly type: readonly PersonType[];
  /** Of the permits in progress whose crew they are. */
  readonly kind: readonly WorkKind[];
}
export type ChoiceKey = keyof PeopleChoice;
export const CHOICE_KEYS = ['company', 'department', 'post', 'type', 'kind'] as const satisfies readonly ChoiceKey[];
export const EVERYBODY: PeopleChoice = { company: [], department: [], post: [], type: [], kind: [] };
export const isEverybody = (choice: PeopleChoice): boolean => CHOICE_KEYS.every((key) => choice[key].length === 0);

/** Kinds of work by slot. */
export type Crews = ReadonlyMap<number, ReadonlySet<WorkKind>>;

/** Workers and guardians on duty of what is in progress. */
export function crewsOf(jobs: readonly JobItem[], bindings: LivePicture['bindings']): Crews {
  const atWork = jobs.flatMap(({ state, kind, permit }) =>
    state !== 'working' || permit === null
      ? []
      : permit.people
          .filter(({ role, onDuty }) => role === 'worker' || (role === 'guardian' && onDuty))
          .map((person) => ({ person, kind })),
  );
  const slots = slotsOf(
    atWork.map(({ person }) => person),
    bindings,
  );
  const crews = new Map<number, Set<WorkKind>>();
  for (const { person, kind } of atWork) {
    const slot = slotOf(person, slots);
    if (slot === null) continue;
    const kinds = crews.get(slot);
    if (kinds === undefined) crews.set(slot, new Set([kind]));
    else kinds.add(kind);
  }
  return crews;
}

export type People = Pick<LivePicture, 'slotCount' | 'isPresent' | 'personAt' | 'state'>;
const NO_KINDS: ReadonlySet<WorkKind> = new Set();
const typeOf = (people: People, slot: number): PersonType =>
  PERSON_TYPES[(people.state[slot] ?? 0) & 3] ?? 'unidentified';

/** What a person is by each condition; '' where nobody said. A tag without a known wearer is of no company. */
interface Traits {
  readonly company: string;
  readonly department: string;
  readonly post: string;
  readonly type: PersonType;
  readonly kind: ReadonlySet<WorkKind>;
}

function traitsOf(people: People, slot: number, crews: Crews): Traits {
  const person = people.personAt(slot);
  if (person === null) return { company: '', department: '', post: '', type: 'unidentified', kind: NO_KINDS };
  const { companyCode: company, department, post } = person;
  return { company, department, post, type: typeOf(people, slot), kind: crews.get(slot) ?? NO_KINDS };
}

/** How many conditions the person fails, and one of those. */
function failed(traits: Traits, choice: PeopleChoice): { readonly count: number; readonly key: ChoiceKey | null } {
  let count = 0;
  let key: ChoiceKey | null = null;
  for (const one of CHOICE_KEYS) {
    const wanted: readonly string[] = choice[one];
    if (wanted.length === 0) continue;
    const isIn = one === 'kind' ? choice.kind.some((kind) => traits.kind.has(kind)) : wanted.includes(traits[one]);
    if (isIn) continue;
    count++;
    key = one;
  }
  return { count, key };
}

/** 1 at the slots of those present who fit. */
export function maskOf(people: People, choice: PeopleChoice, crews: Crews): Uint8Array {
  const mask = new Uint8Array(people.slotCount);
  for (let slot = 0; slot < people.slotCount; slot++) {
    if (people.isPresent(slot) && failed(traitsOf(people, slot, crews), choice).count === 0) mask[slot] = 1;
  }
  return mask;
}

export interface ChoiceCounts {
  /** Of those present who fit. */
  readonly total: number;
  /** Fix older than 30 s. */
  readonly stale: number;
  /** The first of them, by slot. */
  readonly slots: readonly number[];
  /** By condition how many there are of each value among those who fit every other condition: what one more press would show. */
  readonly by: Readonly<Record<ChoiceKey, ReadonlyMap<string, number>>>;
}

export function countChoice(people: People, choice: PeopleChoice, crews: Crews, listed: number): ChoiceCounts {
  const by: Record<ChoiceKey, Map<string, number>> = {
    company: new Map(),
    department: new Map(),
    post: new Map(),
    type: new Map(),
    kind: new Map(),
  };
  const add = (key: ChoiceKey, traits: Traits): void => {
    const values: Iterable<string> = key === 'kind' ? traits.kind : [traits[key]];
    for (const value of values) if (value !== '') by[key].set(value, (by[key].get(value) ?? 0) + 1);
  };
  const slots: number[] = [];
  let total = 0;
  let stale = 0;
  for (let slot = 0; slot < people.slotCount; slot++) {
    if (!people.isPresent(slot)) continue;
    const traits = traitsOf(people, slot, crews);
    const { count, key } = failed(traits, choice);
    if (count > 1) continue;
    if (key !== null) {
      add(key, traits);
      continue;
    }
    for (const one of CHOICE_KEYS) add(one, traits);
    total++;
    if (freshnessFromState(people.state[slot] ?? 0) !== 'fresh') stale++;
    if (slots.length < listed) slots.push(slot);
  }
  return { total, stale, slots, by };
}

const SHORT: Readonly<Record<ChoiceKey, string>> = { company: 'c', department: 'd', post: 'p', type: 't', kind: 'k' };

/** `c:900000101;p:外操,班长` for an address; null: everybody. */
export function choiceText(choice: PeopleChoice): string | null {
  if (isEverybody(choice)) return null;
  return CHOICE_KEYS.filter((key) => choice[key].length > 0)
    .map((key) => `${SHORT[key]}:${choice[key].map(escaped).join(',')}`)
    .join(';');
}

const escaped = (value: string): string => value.replace(/[%,;:]/g, (mark) => encodeURIComponent(mark));

/** null: no such text. */
export function choiceFrom(text: string): PeopleChoice | null {
  const choice: Record<ChoiceKey, string[]> = { company: [], department: [], post: [], type: [], kind: [] };
  for (const part of text.split(';')) {
    const [short, values] = part.split(':');
    const key = CHOICE_KEYS.find((one) => SHORT[one] === short);
    if (key === undefined || values === undefined || values === '') return null;
    try {
      choice[key] = values.split(',').map(decodeURIComponent);
    } catch {
      return null;
    }
  }
  const isKnown =
    choice.type.every((type) => (PERSON_TYPES as readonly string[]).includes(type)) &&
    choice.kind.every((kind) => (KINDS as readonly string[]).includes(kind));
  return isKnown ? (choice as unknown as PeopleChoice) : null;
}
