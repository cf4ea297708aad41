/**
 * One muster while it stands: who is on its list, where each is by presence, what was said by hand. `judge` looks once at everybody on
 * the list and at who is inside now, and at nobody else. People are listed by slot; of who leaves the engine the row keeps the view.
 */
import { ARRIVE_MS, CONFIRMED, INSIDE, isMissingCode, SAFE, SILENT, stateAfter } from '../alarms/muster.ts';
import type { PersonView } from '../stream/protocol/effects.ts';
import { type MusterKind, type MusterNote, type MusterPlace, PEOPLE_A_PIECE } from '../stream/protocol/muster.ts';
import { PERSON_TYPES } from '../stream/protocol/vocabulary.ts';
import { AreaWatch } from './area-limits.ts';
import { type Area, isValidAt } from './areas-table.ts';
import { MusterFigures } from './muster-figures.ts';
import { GONE, MusterRoster } from './muster-roster.ts';
import type { Park } from './park.ts';
import { Presence } from './presence.ts';

export interface MusterHead {
  readonly musterId: string;
  readonly kind: MusterKind;
  readonly place: MusterPlace;
  readonly areaName: string;
  readonly declaredAtMs: number;
  readonly declaredBy: string;
}

/** An assembly point, `area` its key. */
export interface MusterPoint {
  readonly area: string;
  readonly name: string;
}

/** By slot, for one look: 1 inside; 1 + index of the assembly point. Made anew each time, shared by all musters. */
let here = new Uint8Array(0);
let at = new Uint16Array(0);

export class MusterRun {
  readonly head: MusterHead;
  readonly roster: MusterRoster;
  readonly figures = new MusterFigures();
  readonly notes = new Map<number, Omit<MusterNote, 'at'>>();
  readonly gone = new Map<number, PersonView>();
  /** Pieces of lists whose people changed since they were told, as company index and number of the piece. */
  readonly changed = new Set<number>();
  /** By scope of the figures: what was told last. */
  readonly told: string[] = [];
  points: readonly MusterPoint[] = [];
  /** By company index and point: people there. */
  pointCounts: number[][] = [];
  /** Inside and silent at the declaration, by company index. */
  readonly silentAtStart: number[] = [];
  readonly entered: number[] = [];

  constructor(head: MusterHead, roster = new MusterRoster()) {
    this.head = head;
    this.roster = roster;
  }

  static readonly piecesPerCompany = 65_536;

  typeOf(park: Park, row: number): number {
    const slot = this.roster.slot[row]!;
    return slot === GONE ? PERSON_TYPES.indexOf(this.gone.get(row)!.type) : park.people.typeCode[slot]!;
  }
  viewOf(park: Park, row: number): PersonView {
    const slot = this.roster.slot[row]!;
    return slot === GONE ? this.gone.get(row)! : park.people.views[slot]!;
  }

  /** Everybody's state as of now. `isStart`: the moment of the declaration. */
  judge(park: Park, isStart: boolean): void {
    const isJudged = this.#look(park, isStart);
    const { roster } = this;
    const presence = park.part(Presence);
    this.pointCounts = roster.companies.map(() => this.points.map(() => 0));
    for (let row = 0; row < roster.count; row++) {
      const slot = roster.slot[row]!;
      const point = slot === GONE ? 0 : at[slot]!;
      this.#judgeRow(park, presence, row, slot, point, isJudged, isStart);
      if (point > 0 && roster.state[row] === SAFE) this.pointCounts[roster.company[row]!]![point - 1]!++;
    }
    this.figures.count(roster, (row) => this.typeOf(park, row));
    this.figures.tick(park.nowMs - this.head.declaredAtMs);
  }

  #judgeRow(
    park: Park,
    presence: Presence,
    row: number,
    slot: number,
    point: number,
    isJudged: boolean,
    isStart: boolean,
  ): void {
    const { roster } = this;
    const { people, nowMs } = park;
    if (slot === GONE) {
      if (roster.state[row] === INSIDE) this.#set(row, SILENT, roster.seenAtMs[row]!);
      return;
    }
    const isPlaced = people.placed[slot] === 1;
    const observedAtMs = people.observedAtMs[slot]!;
    const hasMoved = isPlaced && observedAtMs > roster.seenAtMs[row]!;
    if (isPlaced && !(observedAtMs <= roster.seenAtMs[row]!)) {
      roster.seenAtMs[row] = observedAtMs;
      roster.lng[row] = people.lng[slot]!;
      roster.lat[row] = people.lat[slot]!;
    }
    const isFresh = presence.isFresh(park, slot);
    const before = roster.state[row]!;
    const arrivedAtMs =
      point === 0 || before === SAFE ? Number.NaN : presence.enteredAtMs(slot, this.points[point - 1]!.area);
    const hasArrived = point > 0 && (before === SAFE || nowMs - arrivedAtMs >= ARRIVE_MS);
    const state = stateAfter(before, hasArrived, here[slot] === 1, isFresh, isJudged && hasMoved);
    if (isStart && state === SILENT) this.silentAtStart[roster.company[row]!]!++;
    if (state === before && !isStart) return;
    const seenAtMs = Number.isNaN(roster.seenAtMs[row]!) ? nowMs : roster.seenAtMs[row]!;
    const sinceMs = state === SAFE ? Math.max(arrivedAtMs, this.head.declaredAtMs) : seenAtMs;
    this.#set(row, state, sinceMs);
  }

  /** Fills `here` and `at`, lists who is inside and not listed yet. false: nobody can be seen to leave, its areas are gone. */
  #look(park: Park, isStart: boolean): boolean {
    const { people, areas } = park;
    const presence = park.part(Presence);
    if (here.length < people.slotCount) {
      here = new Uint8Array(people.slotCount * 2);
      at = new Uint16Array(people.slotCount * 2);
    }
    here.fill(0, 0, people.slotCount);
    at.fill(0, 0, people.slotCount);
    const keys = keysOf(park, this.head.place);
    if (keys === null) {
      for (let slot = 0; slot < people.slotCount; slot++) {
        if (people.placed[slot] === 1 && people.views[slot] != null) this.#find(park, slot, Number.NaN, isStart);
      }
    } else {
      for (const key of keys) {
        for (const slot of presence.insideOf(key)) {
          this.#find(
            park,
            slot,
            this.roster.rowOf(slot) === -1 ? presence.enteredAtMs(slot, key) : Number.NaN,
            isStart,
          );
        }
      }
    }
    this.points = assemblyPoints(park, keys ?? []);
    this.points.forEach(({ area }, index) => {
      for (const slot of presence.insideOf(area)) at[slot] = index + 1;
    });
    return keys === null || keys.some((key) => areas.byKey.has(key));
  }

  #find(park: Park, slot: number, enteredAtMs: number, isStart: boolean): void {
    here[slot] = 1;
    if (this.roster.rowOf(slot) !== -1) return;
    const row = this.roster.add(slot, park.people.views[slot]!.companyCode);
    const company = this.roster.company[row]!;
    while (this.silentAtStart.length <= company) this.silentAtStart.push(0);
    while (this.entered.length <= company) this.entered.push(0);
    // Who is heard of late, but was there by his own time, was inside.
    const cameAtMs = Number.isNaN(enteredAtMs) ? park.people.observedAtMs[slot]! : enteredAtMs;
    if (!isStart && cameAtMs > this.head.declaredAtMs) {
      this.roster.entered[row] = 1;
      this.entered[company]!++;
    }
    this.roster.state[row] = INSIDE;
    this.#set(row, INSIDE, cameAtMs);
  }

  /** The slot is being freed. Whoever wears the tag from now on stands for it, unless he is on the list himself. */
  forget(park: Park, slot: number): void {
    const row = this.roster.rowOf(slot);
    if (row === -1) return;
    const view = park.people.views[slot]!;
    const wearer = view.personId === null ? park.people.slotOf(view.companyCode, view.cardNo ?? '', true) : slot;
    if (wearer !== slot && wearer !== -1 && this.roster.rowOf(wearer) === -1) this.roster.give(row, wearer);
    else {
      this.gone.set(row, view);
      this.roster.give(row, GONE);
    }
    this.#touch(row);
  }

  /** Described otherwise: the list is told by ids. */
  describe(slot: number): void {
    const row = this.roster.rowOf(slot);
    if (row !== -1) this.#touch(row);
  }

  confirm(row: number, note: Omit<MusterNote, 'at'>): void {
    if (this.roster.state[row] === CONFIRMED) return;
    this.notes.set(row, note);
    this.#set(row, CONFIRMED, note.atMs);
  }

  /** Where he is says the next look. */
  unconfirm(row: number): void {
    if (this.roster.state[row] !== CONFIRMED) return;
    this.notes.delete(row);
    this.#set(row, SILENT, this.roster.seenAtMs[row]!);
  }

  #set(row: number, state: number, sinceMs: number): void {
    this.roster.state[row] = state;
    this.roster.sinceMs[row] = sinceMs;
    this.#touch(row);
  }
  #touch(row: number): void {
    const piece = Math.floor(this.roster.numberOf(row) / PEOPLE_A_PIECE);
    this.changed.add(this.roster.company[row]! * MusterRun.piecesPerCompany + piece);
  }

  isMissing(row: number): boolean {
    return isMissingCode(this.roster.state[row]!);
  }

  save(): unknown[] {
    const { head, roster, figures, notes, gone, told, silentAtStart, entered } = this;
    return [
      { ...head },
      roster.save(),
      figures.save(),
      [...notes],
      [...gone],
      [...told],
      [...silentAtStart],
      [...entered],
    ];
  }

  static load([head, roster, figures, notes, gone, told, silentAtStart, entered]: readonly unknown[]): MusterRun {
    const run = new MusterRun(head as MusterHead, MusterRoster.load(roster as unknown[]));
    run.figures.load(figures as unknown[]);
    for (const [row, note] of notes as [number, MusterNote][]) run.notes.set(row, note);
    for (const [row, view] of gone as [number, PersonView][]) run.gone.set(row, view);
    run.told.push(...(told as string[]));
    run.silentAtStart.push(...(silentAtStart as number[]));
    run.entered.push(...(entered as number[]));
    return run;
  }
}

/** Areas that make the place; null: the whole park, where everybody with a place is inside. */
export function keysOf(park: Park, place: MusterPlace): readonly string[] | null {
  if (place.of === 'park') return null;
  return place.of === 'area' ? [place.area] : (park.part(AreaWatch).lists(park).sites.get(place.companyCode) ?? []);
}

/** Of everybody: who runs to the neighbour's is safe as well. What the emergency is declared for is none. */
function assemblyPoints({ areas, nowMs }: Park, keys: readonly string[]): MusterPoint[] {
  const isPoint = ({ record }: Area): boolean => record.kind === 'ASSEMBLY' && isValidAt(record, nowMs);
  return [...areas.byKey].flatMap(([area, one]) =>
    isPoint(one) && !keys.includes(area) ? [{ area, name: one.record.name }] : [],
  );
}
