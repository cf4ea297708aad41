/** What a post asks for at a moment: pure, from its setting, the calendar and the rules. */
import type { PostSettings } from './rule-settings.ts';
import type { Post } from './settings/post.ts';
import { type Calendar, type Shift, shiftsWithin } from './shifts.ts';

export interface Duty {
  /** Shifts that run now. Empty: nobody is asked for. */
  readonly shifts: readonly Shift[];
  /** Named people of the running shifts, ascending; empty: anyone of the company. */
  readonly called: readonly string[];
  /** Who may hold the post: those, and at a hand-over whoever comes next or was before. null: anyone of the company. */
  readonly mayHold: ReadonlySet<string> | null;
  /** The last minutes of a shift: who is relieved may go. */
  readonly isHandingOver: boolean;
}

export const toleratedAbsenceMs = (post: Post, settings: PostSettings): number =>
  post.toleratedAbsenceS === null ? settings.toleratedAbsenceMs : post.toleratedAbsenceS * 1_000;

export function dutyAt(post: Post, calendar: Calendar, settings: PostSettings, atMs: number): Duty {
  const handOverMs = post.handOverS === null ? settings.handOverMs : post.handOverS * 1_000;
  const around = shiftsWithin(post.pattern, calendar, atMs - handOverMs, atMs + handOverMs);
  const shifts = around.filter((shift) => shift.fromMs <= atMs && atMs < shift.toMs);
  const called = peopleOf(post, shifts);
  const mayHold = peopleOf(post, around);
  const isOpen = mayHold === null || called === null;
  return {
    shifts,
    called: called === null ? [] : [...called].sort(),
    mayHold: isOpen ? null : mayHold,
    isHandingOver: shifts.length > 0 && shifts.every((shift) => shift.toMs - atMs <= handOverMs),
  };
}

/** The first of the running shifts that asks for a person: where shifts overlap, the end of one is not the end of the other's. */
export const shiftOf = (post: Post, { shifts }: Duty, personId: string): Shift | undefined =>
  shifts.find(({ window }) => (window.personIds.length > 0 ? window.personIds : post.personIds).includes(personId));

/** null: one of the shifts names nobody, nor does the post. */
function peopleOf(post: Post, shifts: readonly Shift[]): Set<string> | null {
  const people = new Set<string>();
  for (const { window } of shifts) {
    const named = window.personIds.length > 0 ? window.personIds : post.personIds;
    if (named.length === 0) return null;
    for (const personId of named) people.add(personId);
  }
  return people;
}

/** Everybody whom the post or one of its shifts names. */
export const namedPeople = (post: Post): string[] => [
  ...new Set([...post.personIds, ...post.pattern.windows.flatMap((window) => window.personIds)]),
];
