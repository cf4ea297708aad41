/**
 * The figures of one muster: how many are where, by company and type, when the first, half and all of those who were inside were
 * safe, and how it went minute by minute; for everybody and for each company. Counted anew each tick from the roster's columns.
 */
import { isMissingCode, isSafeCode, nthTimeMs } from '../alarms/muster.ts';
import {
  MINUTES_LIMIT,
  MUSTER_STATES,
  type MusterCounts,
  type MusterMinute,
  missingOf,
  safeOf,
  totalOf,
} from '../stream/protocol/muster.ts';
import { PERSON_TYPES } from '../stream/protocol/vocabulary.ts';
import type { MusterRoster } from './muster-roster.ts';

const STATES = MUSTER_STATES.length;
const CELLS = STATES * PERSON_TYPES.length;
const MINUTE_MS = 60_000;
/** Scope of the figures: everybody, or the company with index `scope - 1`. */
export const EVERYBODY = 0;

/** Of those who were inside at the start; null: not so. */
export interface MusterTimes {
  readonly first: number | null;
  readonly half: number | null;
  readonly all: number | null;
  /** Of everybody on the list: nobody is missing since. */
  readonly none: number | null;
}
const NO_TIMES: MusterTimes = { first: null, half: null, all: null, none: null };

export class MusterFigures {
  /** By scope, type, state. */
  #cells = new Int32Array(0);
  /** By scope: inside at the start, and how many of those are safe. */
  #atStart = new Int32Array(0);
  #safeOfStart = new Int32Array(0);
  readonly #times: MusterTimes[] = [NO_TIMES];
  readonly #minutes: MusterMinute[][] = [[]];

  /** `typeOf`: code of the row's person. */
  count(roster: MusterRoster, typeOf: (row: number) => number): void {
    const scopes = roster.companies.length + 1;
    if (this.#cells.length !== scopes * CELLS) {
      this.#cells = new Int32Array(scopes * CELLS);
      this.#atStart = new Int32Array(scopes);
      this.#safeOfStart = new Int32Array(scopes);
    } else {
      this.#cells.fill(0);
      this.#atStart.fill(0);
      this.#safeOfStart.fill(0);
    }
    for (let row = 0; row < roster.count; row++) {
      const scope = roster.company[row]! + 1;
      const state = roster.state[row]!;
      const cell = typeOf(row) * STATES + state;
      this.#cells[scope * CELLS + cell]!++;
      this.#cells[cell]!++;
      if (roster.entered[row] === 1) continue;
      this.#atStart[scope]!++;
      this.#atStart[EVERYBODY]!++;
      if (!isSafeCode(state)) continue;
      this.#safeOfStart[scope]!++;
      this.#safeOfStart[EVERYBODY]!++;
    }
    for (let scope = 0; scope < scopes; scope++) this.#time(roster, scope);
  }

  /** Ends the minutes that are over. */
  tick(sinceDeclaredMs: number): void {
    const over = Math.min(MINUTES_LIMIT, Math.floor(sinceDeclaredMs / MINUTE_MS));
    const scopes = this.#cells.length / CELLS;
    for (let scope = 0; scope < scopes; scope++) {
      const minutes = this.#minutesOf(scope);
      if (minutes.length >= over) continue;
      const counts = this.counts(scope);
      while (minutes.length < over) minutes.push([missingOf(counts), counts.left, safeOf(counts)]);
    }
  }

  counts(scope: number): MusterCounts {
    return this.#countsOf((state) => {
      let sum = 0;
      for (let type = 0; type < PERSON_TYPES.length; type++) sum += this.#cells[scope * CELLS + type * STATES + state]!;
      return sum;
    });
  }
  byType(scope: number) {
    return PERSON_TYPES.flatMap((type, code) => {
      const counts = this.#countsOf((state) => this.#cells[scope * CELLS + code * STATES + state]!);
      return totalOf(counts) === 0 ? [] : [{ type, ...counts }];
    });
  }
  atStart(scope: number): number {
    return this.#atStart[scope]!;
  }
  times(scope: number): MusterTimes {
    return this.#times[scope] ?? NO_TIMES;
  }
  minutes(scope: number): readonly MusterMinute[] {
    return this.#minutesOf(scope);
  }

  /** Differs when anything that is told of the scope does. */
  signature(scope: number): string {
    const { first, half, all, none } = this.times(scope);
    const cells = this.#cells.subarray(scope * CELLS, (scope + 1) * CELLS).join(' ');
    return [cells, this.#atStart[scope], this.#minutesOf(scope).length, first, half, all, none].join(' ');
  }

  save(): unknown[] {
    return [[...this.#times], this.#minutes.map((minutes) => [...minutes])];
  }
  load([times, minutes]: readonly unknown[]): void {
    this.#times.splice(0, 1, ...(times as MusterTimes[]));
    this.#minutes.splice(0, 1, ...(minutes as MusterMinute[][]));
  }

  #countsOf(countOf: (state: number) => number): MusterCounts {
    return Object.fromEntries(MUSTER_STATES.map((name, state) => [name, countOf(state)])) as unknown as MusterCounts;
  }

  /** A company that came later had nobody there in the minutes before. */
  #minutesOf(scope: number): MusterMinute[] {
    while (this.#minutes.length <= scope) this.#minutes.push([]);
    const minutes = this.#minutes[scope]!;
    const before = this.#minutes[EVERYBODY]!.length - 1;
    if (scope !== EVERYBODY && minutes.length === 0) while (minutes.length < before) minutes.push([0, 0, 0]);
    return minutes;
  }

  #time(roster: MusterRoster, scope: number): void {
    const known = this.times(scope);
    const atStart = this.#atStart[scope]!;
    const safe = this.#safeOfStart[scope]!;
    const half = Math.ceil(atStart / 2);
    const nth = (n: number): number | null => nthTimeMs(this.#sinceMs(roster, scope, true), n);
    const { first } = known;
    const counts = this.counts(scope);
    const isOpen = missingOf(counts) > 0 || totalOf(counts) === 0;
    this.#times[scope] = {
      first: first ?? (safe > 0 ? nth(1) : null),
      half: half > 0 && safe >= half ? (known.half ?? nth(half)) : null,
      all: atStart > 0 && safe === atStart ? (known.all ?? nth(atStart)) : null,
      none: isOpen ? null : (known.none ?? lastOf(this.#sinceMs(roster, scope, false))),
    };
  }

  /** When those of the scope came to where they are: the safe ones who were inside at the start, or all who are not missing. */
  #sinceMs(roster: MusterRoster, scope: number, isOfStart: boolean): number[] {
    const times: number[] = [];
    for (let row = 0; row < roster.count; row++) {
      if (scope !== EVERYBODY && roster.company[row] !== scope - 1) continue;
      const state = roster.state[row]!;
      if (isOfStart ? roster.entered[row] === 0 && isSafeCode(state) : !isMissingCode(state))
        times.push(roster.sinceMs[row]!);
    }
    return times;
  }
}

const lastOf = (timesMs: readonly number[]): number | null =>
  timesMs.length === 0 ? null : timesMs.reduce((last, atMs) => Math.max(last, atMs));
