/** Alarms of then against alarms of now: the same only when entry, order, id, transition and the whole view are. */
import { cleanJson } from '../db/clean-text.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';

export interface TransitionAt {
  /** Log entry that caused it, and its place among that entry's effects. */
  readonly seq: number;
  readonly ordinal: number;
  /** Engine time. */
  readonly atMs: number;
  readonly alarmId: string;
  readonly transition: string;
  readonly view: AlarmView;
}

export type Verdict = 'same' | 'only then' | 'only now';

export interface Compared {
  readonly verdict: Verdict;
  readonly transition: TransitionAt;
}

/** Both in order of (seq, ordinal); so is the result, and of one place what was then comes first. */
export function compareTransitions(then: readonly TransitionAt[], now: readonly TransitionAt[]): Compared[] {
  const compared: Compared[] = [];
  let n = 0;
  for (const was of then) {
    for (let is = now[n]; is !== undefined && inOrder(is, was) < 0; is = now[++n]) {
      compared.push({ verdict: 'only now', transition: is });
    }
    const is = now[n];
    if (is !== undefined && inOrder(is, was) === 0 && contentOf(is) === contentOf(was)) {
      compared.push({ verdict: 'same', transition: is });
      n++;
    } else {
      compared.push({ verdict: 'only then', transition: was });
    }
  }
  for (const is of now.slice(n)) compared.push({ verdict: 'only now', transition: is });
  return compared;
}

const inOrder = (a: TransitionAt, b: TransitionAt): number => a.seq - b.seq || a.ordinal - b.ordinal;

/** As text that is equal when two are, however their keys are ordered and after a way through the database. */
const contentOf = ({ atMs, alarmId, transition, view }: TransitionAt): string =>
  cleanJson(inKeyOrder([atMs, alarmId, transition, view]));

function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inKeyOrder(inner)]));
}
