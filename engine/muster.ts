/**
 * 紧急集合/疏散清点: who is inside, silent, gone out, safe when an emergency is declared for a place (an area, a company, the whole park), by
 * presence and so by event time, looked at once a second and with each act. Begins and ends by acts alone; several at once, one a place.
 */
import { readActInput } from '../stream/protocol/act-input.ts';
import type { MusterInput } from '../stream/protocol/acts.ts';
import type { Effect, PersonView } from '../stream/protocol/effects.ts';
import type { ActBody, LogEntry } from '../stream/protocol/entry.ts';
import { musterPersonId, musterRefusal, musterSubjectOf, ownerOf } from '../stream/protocol/muster.ts';
import { isAllowed } from './acts.ts';
import { tellEnd, tellMuster } from './muster-docs.ts';
import { keysOf, MusterRun } from './muster-run.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

/** Ids of those that are over, so that a declaration that comes again declares nothing. */
const OVER_KEPT = 1_000;

export class Musters implements Part {
  readonly name = 'musters';
  readonly #runs = new Map<string, MusterRun>();
  #over: string[] = [];

  onEntry(park: Park, entry: LogEntry, effects: Effect[]): void {
    if (entry.kind !== 'act' || entry.body.act !== 'muster' || !isAllowed(entry.body)) return;
    const input = readActInput('muster', entry.body.input) as MusterInput | null | undefined;
    if (input == null || this.#refuses(park, entry.body, input)) return;
    if (input.step === 'declare') this.#declare(park, entry.body, input, effects);
    else if (input.step === 'end') this.#end(park, entry.body, this.#runs.get(input.musterId)!, effects);
    else this.#note(park, entry.body, input, effects);
  }

  onTick(park: Park, effects: Effect[]): void {
    for (const run of this.#runs.values()) {
      run.judge(park, false);
      tellMuster(park, run, effects);
    }
  }

  onForget(park: Park, slot: number): void {
    for (const run of this.#runs.values()) run.forget(park, slot);
  }
  onPerson(_park: Park, slot: number, before: PersonView | null): void {
    if (before !== null) for (const run of this.#runs.values()) run.describe(slot);
  }

  save(): readonly unknown[] {
    return [[...this.#over], ...[...this.#runs.values()].map((run) => run.save())];
  }
  load([over, ...runs]: readonly unknown[]): void {
    this.#over = [...((over as string[] | undefined) ?? [])];
    for (const saved of runs) {
      const run = MusterRun.load(saved as unknown[]);
      this.#runs.set(run.head.musterId, run);
    }
  }

  #refuses(park: Park, act: ActBody, input: MusterInput): boolean {
    const world = {
      hasArea: (key: string) => park.areas.byKey.has(key),
      hasBoundary: (companyCode: string) => (keysOf(park, { of: 'company', companyCode }) ?? []).length > 0,
      musters: () => park.docs.values('muster').filter(({ companyCode }) => companyCode === null),
    };
    return musterRefusal(world, input, act) !== null;
  }

  #declare(park: Park, act: ActBody, { kind, place }: DeclareInput, effects: Effect[]): void {
    const musterId = act.actId;
    if (this.#runs.has(musterId) || this.#over.includes(musterId)) return;
    const areaName = place.of === 'area' ? park.areas.byKey.get(place.area)!.record.name : '';
    const head = { musterId, kind, place, areaName, declaredAtMs: park.nowMs, declaredBy: act.userName };
    const run = new MusterRun(head);
    // Whose place it is sees the emergency though nobody of its own is inside.
    const owner = ownerOf(place);
    if (owner !== null) run.roster.companyIndex(owner);
    this.#runs.set(musterId, run);
    run.judge(park, true);
    tellMuster(park, run, effects);
  }

  #note(park: Park, act: ActBody, { step, musterId, companyCode, id }: NoteInput, effects: Effect[]): void {
    const run = this.#runs.get(musterId)!;
    const { subject, byCard } = musterSubjectOf(id);
    let row = run.roster.rowOf(park.people.slotOf(companyCode, subject, byCard));
    if (row === -1)
      row =
        [...run.gone].find(([, view]) => view.companyCode === companyCode && musterPersonId(view) === id)?.[0] ?? -1;
    if (row === -1) return;
    if (step === 'confirm') run.confirm(row, { by: act.userName, atMs: park.nowMs, text: act.comment ?? '' });
    else run.unconfirm(row);
    run.judge(park, false);
    tellMuster(park, run, effects);
  }

  #end(park: Park, act: ActBody, run: MusterRun, effects: Effect[]): void {
    const { musterId } = run.head;
    run.judge(park, false);
    const over = { endedAtMs: park.nowMs, endedBy: act.userName, endedWith: act.comment!.trim() };
    tellEnd(park, run, over, effects);
    this.#runs.delete(musterId);
    this.#over = [...this.#over, musterId].slice(-OVER_KEPT);
  }
}

type DeclareInput = Extract<MusterInput, { step: 'declare' }>;
type NoteInput = Extract<MusterInput, { id: string }>;
