/** What is told of a muster: its document for the park, one for each company concerned, and the lists of people in pieces. */
import { SILENT } from '../alarms/muster.ts';
import type { Effect } from '../stream/protocol/effects.ts';
import {
  MISSING_LISTED,
  type Muster,
  type MusterMissing,
  type MusterPeople,
  musterPersonId,
  PEOPLE_A_PIECE,
} from '../stream/protocol/muster.ts';
import { EVERYBODY } from './muster-figures.ts';
import { GONE } from './muster-roster.ts';
import { MusterRun } from './muster-run.ts';
import type { Park } from './park.ts';
import { Presence } from './presence.ts';

/** Tells what changed since it was told last. */
export function tellMuster(park: Park, run: MusterRun, effects: Effect[]): void {
  const { roster, head } = run;
  for (let scope = EVERYBODY; scope <= roster.companies.length; scope++) {
    const signature = [
      run.figures.signature(scope),
      pointsOf(run, scope).map(({ count }) => count),
      enteredOf(run, scope),
    ].join('|');
    if (run.told[scope] === signature) continue;
    run.told[scope] = signature;
    park.docs.put('muster', keyOf(run, scope), musterOf(run, scope), companiesOf(run, scope), effects);
  }
  for (const [company, piece] of piecesOf([...run.changed].sort((a, b) => a - b))) {
    const code = roster.companies[company]!;
    const key = `${head.musterId}/${code}/${piece}`;
    park.docs.put('muster-people', key, peopleOf(park, run, company, piece), [code], effects);
  }
  run.changed.clear();
}

/** Its last state, with who is missing by name; none of its documents stands any more. */
export function tellEnd(
  park: Park,
  run: MusterRun,
  over: Pick<Muster, 'endedAtMs' | 'endedBy' | 'endedWith'>,
  effects: Effect[],
): void {
  tellMuster(park, run, effects);
  const { roster, head } = run;
  for (let scope = EVERYBODY; scope <= roster.companies.length; scope++) {
    const all = scope === EVERYBODY ? [] : missingOf(park, run, scope - 1);
    const missing = all.slice(0, MISSING_LISTED);
    const muster = { ...musterOf(run, scope), ...over, missing, missingUnlisted: all.length - missing.length };
    park.docs.end('muster', keyOf(run, scope), muster, effects);
  }
  roster.rowsOf.forEach((rows, company) => {
    for (let piece = 0; piece * PEOPLE_A_PIECE < rows.length; piece++) {
      const key = `${head.musterId}/${roster.companies[company]}/${piece}`;
      park.docs.end('muster-people', key, peopleOf(park, run, company, piece), effects);
    }
  });
}

const keyOf = ({ head, roster }: MusterRun, scope: number): string =>
  scope === EVERYBODY ? head.musterId : `${head.musterId}/${roster.companies[scope - 1]}`;
const companiesOf = ({ roster }: MusterRun, scope: number): string[] =>
  scope === EVERYBODY ? [] : [roster.companies[scope - 1]!];
const piecesOf = (changed: readonly number[]): [company: number, piece: number][] =>
  changed.map((one) => [Math.floor(one / MusterRun.piecesPerCompany), one % MusterRun.piecesPerCompany]);

const sumOf = (of: readonly number[], scope: number): number =>
  scope === EVERYBODY ? of.reduce((sum, one) => sum + one, 0) : (of[scope - 1] ?? 0);
const enteredOf = (run: MusterRun, scope: number): number => sumOf(run.entered, scope);

const pointsOf = ({ points, pointCounts }: MusterRun, scope: number) =>
  points.flatMap((point, index) => {
    const count = sumOf(
      pointCounts.map((counts) => counts[index]!),
      scope,
    );
    return count === 0 ? [] : [{ ...point, count }];
  });

function musterOf(run: MusterRun, scope: number): Muster {
  const { head, figures, roster } = run;
  const times = figures.times(scope);
  return {
    ...head,
    companyCode: scope === EVERYBODY ? null : roster.companies[scope - 1]!,
    endedAtMs: null,
    endedBy: null,
    endedWith: null,
    counts: figures.counts(scope),
    atStart: figures.atStart(scope),
    silentAtStart: sumOf(run.silentAtStart, scope),
    entered: enteredOf(run, scope),
    byType: figures.byType(scope),
    byCompany:
      scope === EVERYBODY
        ? roster.companies.map((companyCode, company) => ({ companyCode, ...figures.counts(company + 1) }))
        : [],
    points: pointsOf(run, scope),
    firstSafeAtMs: times.first,
    halfSafeAtMs: times.half,
    allSafeAtMs: times.all,
    noneMissingAtMs: times.none,
    minutes: [...figures.minutes(scope)],
    missing: [],
    missingUnlisted: 0,
  };
}

function peopleOf(park: Park, run: MusterRun, company: number, piece: number): MusterPeople {
  const { roster, head, notes, gone } = run;
  const rows = roster.rowsOf[company]!.slice(piece * PEOPLE_A_PIECE, (piece + 1) * PEOPLE_A_PIECE);
  return {
    musterId: head.musterId,
    companyCode: roster.companies[company]!,
    ids: rows.map((row) => musterPersonId(run.viewOf(park, row))),
    slots: rows.map((row) => roster.slot[row]!),
    states: rows.map((row) => roster.state[row]!),
    sinceS: rows.map((row) => Math.round((roster.sinceMs[row]! - head.declaredAtMs) / 1_000)),
    entered: rows.map((row) => roster.entered[row]!),
    notes: rows.flatMap((row, at) => {
      const note = notes.get(row);
      return note === undefined ? [] : [{ at, ...note }];
    }),
    gone: rows.flatMap((row, at) => {
      const view = gone.get(row);
      return view === undefined ? [] : [{ at, name: view.name, type: view.type, ...seenOf(run, row) }];
    }),
  };
}

function missingOf(park: Park, run: MusterRun, company: number): MusterMissing[] {
  const presence = park.part(Presence);
  return run.roster.rowsOf[company]!.filter((row) => run.isMissing(row)).map((row) => {
    const { companyCode, personId, cardNo, name, type } = run.viewOf(park, row);
    const slot = run.roster.slot[row]!;
    const areas = slot === GONE ? [] : presence.areasOf(slot).map(({ record }) => record);
    return {
      ...{ companyCode, personId, cardNo, name, type },
      state: run.roster.state[row] === SILENT ? 'silent' : 'inside',
      ...seenOf(run, row),
      areaName: (areas.find(({ kind }) => kind !== 'COMPANY_BOUNDARY') ?? areas[0])?.name ?? null,
      hasEntered: run.roster.entered[row] === 1,
    };
  });
}

function seenOf({ roster }: MusterRun, row: number) {
  const seenAtMs = roster.seenAtMs[row]!;
  return Number.isNaN(seenAtMs)
    ? { seenAtMs: null, lng: null, lat: null }
    : { seenAtMs, lng: roster.lng[row]!, lat: roster.lat[row]! };
}
