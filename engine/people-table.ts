/**
 * Everyone the park knows or hears of, struct of arrays by slot. Ids map to slots once a batch; the rest of the engine
 * works on slots. A freed slot rests for 10 minutes and comes back under the next generation, so that a late frame
 * cannot paint one person over another.
 */
import type { Projection } from '../geo/projection.ts';
import type { PersonView } from '../stream/protocol/effects.ts';
import type { FrameColumns } from '../stream/protocol/frame.ts';
import { stateFrom } from '../stream/protocol/frame.ts';
import { FRESHNESS_LIMIT_MS, PERSON_TYPES } from '../stream/protocol/vocabulary.ts';
import { type Binding, PackedBindings, type PackedChunk } from './packed.ts';
import { type WithdrawnData, WithdrawnRecords } from './withdrawn-records.ts';

export const SLOT_REST_MS = 600_000;
/** Newest COLLECT_TIME is kept for this many sources a person; further ones share the last place. */
export const SOURCES_PER_PERSON = 4;

const unidentified = (companyCode: string, personId: string | null, cardNo: string | null): PersonView => ({
  personId,
  cardNo,
  companyCode,
  companyName: '',
  name: '',
  type: 'unidentified',
  department: '',
  post: '',
});

export type PeopleColumns = Record<ColumnName, Float64Array | Float32Array | Uint8Array>;

/** Plain copy of the table for snapshots; columns are cut to `slotCount`. Those of floors begin with engine version 9. */
export interface PeopleData {
  slotCount: number;
  resting: [number, number][];
  withdrawn: WithdrawnData;
  bindings: Iterable<Binding>;
  columns: Omit<PeopleColumns, LaterColumn> & Partial<Pick<PeopleColumns, LaterColumn>>;
}

/**
 * Of a company. A sender that makes up a new PERSON_ID for every fix would else fill the memory of watch and of every
 * screen within the hours that pass before a silent tag is forgotten; no company has so many tags.
 */
export const UNIDENTIFIED_MAX = 100_000;

export class PeopleTable implements FrameColumns {
  /** Slots in use or resting are below this. */
  slotCount = 0;
  easting = new Float64Array(0);
  northing = new Float64Array(0);
  lng = new Float64Array(0);
  lat = new Float64Array(0);
  observedAtMs = new Float64Array(0);
  receivedAtMs = new Float64Array(0);
  heightM = new Float32Array(0);
  generation = new Uint8Array(0);
  /** 1: has a place, and is drawn. */
  placed = new Uint8Array(0);
  typeCode = new Uint8Array(0);
  level = new Uint8Array(0);
  sos = new Uint8Array(0);
  freshness = new Uint8Array(0);
  /** Number among the floors of the person's company, 0 none; Floors keeps it. */
  floor = new Uint8Array(0);
  /** 1: the newest fix named its floor itself. */
  saysFloor = new Uint8Array(0);
  state = new Uint8Array(0);
  /** SOURCES_PER_PERSON entries a slot: id of the source (1-based, 0 free) and its newest COLLECT_TIME. */
  sourceId = new Uint8Array(0);
  sourceNewestMs = new Float64Array(0);
  /** UPDATE_DATE of the newest accepted person record; NaN: none, or without one. */
  updatedAtMs = new Float64Array(0);
  /** 1: fixes of the card in the slot's view are this subject's. */
  wearsCard = new Uint8Array(0);

  readonly views: (PersonView | null)[] = [];
  readonly #packed = new PackedBindings();
  /** Persons withdrawn by a record with an UPDATE_DATE, by areaKey(company, person). */
  readonly withdrawn = new WithdrawnRecords();
  /** Slots whose frame record changed since the frame builder last looked. No state of the engine: not in snapshots. */
  readonly touched: number[] = [];
  #isTouched = new Uint8Array(0);

  /** Slots by company whose subject no record describes. */
  readonly #unidentified = new Map<string, number>();
  #byPerson = new Map<string, Map<string, number>>();
  #byCard = new Map<string, Map<string, number>>();
  /** [slot, free again at], oldest first. */
  #resting: [number, number][] = [];

  slotOf(companyCode: string, subject: string, byCard: boolean): number {
    return (byCard ? this.#byCard : this.#byPerson).get(companyCode)?.get(subject) ?? -1;
  }

  /** false: the company has as many subjects that nobody described as one may have. */
  hasRoomForUnidentified(companyCode: string): boolean {
    return (this.#unidentified.get(companyCode) ?? 0) < UNIDENTIFIED_MAX;
  }

  /** Slot of a new subject that nobody has described yet. */
  addUnidentified(companyCode: string, subject: string, byCard: boolean, nowMs: number): number {
    const slot = this.#takeSlot(nowMs);
    if (byCard) this.linkCard(companyCode, subject, slot);
    else this.#index(this.#byPerson, companyCode).set(subject, slot);
    this.setView(slot, unidentified(companyCode, byCard ? null : subject, byCard ? subject : null));
    this.receivedAtMs[slot] = nowMs;
    return slot;
  }

  /** Slot of a person that a record describes before any fix came. */
  addPerson(view: PersonView & { readonly personId: string }, nowMs: number): number {
    const slot = this.#takeSlot(nowMs);
    this.#index(this.#byPerson, view.companyCode).set(view.personId, slot);
    this.setView(slot, view);
    return slot;
  }

  /** From now on fixes of this card are the person's. Returns the slot that held the card before, or -1. */
  linkCard(companyCode: string, cardNo: string, slot: number): number {
    const cards = this.#index(this.#byCard, companyCode);
    const before = cards.get(cardNo) ?? -1;
    if (before !== -1) this.wearsCard[before] = 0;
    cards.set(cardNo, slot);
    this.wearsCard[slot] = 1;
    return before;
  }

  /** The card is somebody's no more; a fix of it is then an unidentified tag's. */
  unlinkCard(companyCode: string, cardNo: string, slot: number): void {
    const cards = this.#byCard.get(companyCode);
    if (cards?.get(cardNo) !== slot) return;
    cards.delete(cardNo);
    this.wearsCard[slot] = 0;
  }

  setView(slot: number, view: PersonView): void {
    this.#countUnidentified(this.views[slot], -1);
    this.#countUnidentified(view, 1);
    this.views[slot] = view;
    this.#packed.invalidate(slot);
    this.typeCode[slot] = PERSON_TYPES.indexOf(view.type);
    this.refreshState(slot);
  }

  /** Forgets the subject; the slot rests. */
  remove(slot: number, nowMs: number): void {
    const view = this.views[slot];
    if (view === null || view === undefined) return;
    if (view.personId !== null) this.#byPerson.get(view.companyCode)?.delete(view.personId);
    if (view.cardNo !== null) this.unlinkCard(view.companyCode, view.cardNo, slot);
    this.#countUnidentified(view, -1);
    this.views[slot] = null;
    this.#packed.invalidate(slot);
    this.updatedAtMs[slot] = Number.NaN;
    this.placed[slot] = 0;
    this.observedAtMs[slot] = 0;
    this.floor[slot] = 0;
    this.saysFloor[slot] = 0;
    this.level[slot] = 0;
    this.sos[slot] = 0;
    this.sourceId.fill(0, slot * SOURCES_PER_PERSON, (slot + 1) * SOURCES_PER_PERSON);
    this.#resting.push([slot, nowMs + SLOT_REST_MS]);
  }

  /**
   * Is this the newest fix of the person from that source? Remembers it if so. Equal times count as repeats.
   */
  advanceSource(slot: number, sourceId: number, observedAtMs: number): boolean {
    const from = slot * SOURCES_PER_PERSON;
    const last = from + SOURCES_PER_PERSON - 1;
    let at = from;
    while (at < last && this.sourceId[at] !== 0 && this.sourceId[at] !== sourceId) at++;
    if (this.sourceId[at] === 0) this.sourceNewestMs[at] = 0;
    if (observedAtMs <= this.sourceNewestMs[at]!) return false;
    this.sourceId[at] = sourceId;
    this.sourceNewestMs[at] = observedAtMs;
    return true;
  }

  place(
    slot: number,
    lng: number,
    lat: number,
    easting: number,
    northing: number,
    heightM: number,
    observedAtMs: number,
    receivedAtMs: number,
  ): void {
    this.lng[slot] = lng;
    this.lat[slot] = lat;
    this.easting[slot] = easting;
    this.northing[slot] = northing;
    this.heightM[slot] = heightM;
    this.observedAtMs[slot] = observedAtMs;
    this.receivedAtMs[slot] = receivedAtMs;
    this.placed[slot] = 1;
    this.freshness[slot] = 0;
    this.refreshState(slot);
    this.touch(slot);
  }

  /** Makes all plane coordinates anew, after the parameters changed. */
  project(projection: Projection): void {
    const plane = new Float64Array(2);
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (this.placed[slot] === 0) continue;
      if (projection.project(this.lng[slot]!, this.lat[slot]!, plane, 0)) {
        this.easting[slot] = plane[0]!;
        this.northing[slot] = plane[1]!;
      } else this.unplace(slot);
    }
  }

  /** Takes the person off the picture; who it is stays known. */
  unplace(slot: number): void {
    this.placed[slot] = 0;
    this.observedAtMs[slot] = 0;
  }

  touch(slot: number): void {
    if (this.#isTouched[slot] === 1) return;
    this.#isTouched[slot] = 1;
    this.touched.push(slot);
  }

  clearTouched(): void {
    for (const slot of this.touched) this.#isTouched[slot] = 0;
    this.touched.length = 0;
  }

  refreshState(slot: number): void {
    const state = stateFrom(this.typeCode[slot]!, this.level[slot]!, this.sos[slot] === 1, this.freshness[slot]!);
    if (state === this.state[slot]) return;
    this.state[slot] = state;
    if (this.placed[slot] === 1) this.touch(slot);
  }

  /**
   * Ages everyone by engine time; calls `forget` for those who have or had a place and are silent for `forgetAfterMs`.
   * `readyAtMs`: when the company said last that its tags rest (Senders).
   */
  age(
    nowMs: number,
    forgetAfterMs: number,
    readyAtMs: (companyCode: string) => number,
    forget: (slot: number) => void,
  ): void {
    const { amber, suspect, offline } = FRESHNESS_LIMIT_MS;
    for (let slot = 0; slot < this.slotCount; slot++) {
      const view = this.views[slot];
      if (view == null || (this.placed[slot] === 0 && view.type !== 'unidentified')) continue;
      let ageMs = nowMs - this.receivedAtMs[slot]!;
      if (ageMs > amber) ageMs = Math.min(ageMs, nowMs - readyAtMs(view.companyCode));
      const code = ageMs <= amber ? 0 : ageMs <= suspect ? 1 : ageMs <= offline ? 2 : 3;
      if (code !== this.freshness[slot]) {
        this.freshness[slot] = code;
        this.refreshState(slot);
      }
      if (ageMs > forgetAfterMs) forget(slot);
    }
  }

  /** People with a place heard from within the offline limit. */
  countOnline(): number {
    let online = 0;
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (this.placed[slot] === 1 && this.freshness[slot]! < 3) online++;
    }
    return online;
  }

  #countUnidentified(view: PersonView | null | undefined, change: 1 | -1): void {
    if (view?.type !== 'unidentified') return;
    this.#unidentified.set(view.companyCode, (this.#unidentified.get(view.companyCode) ?? 0) + change);
  }

  #index(of: Map<string, Map<string, number>>, companyCode: string): Map<string, number> {
    let index = of.get(companyCode);
    if (index === undefined) {
      index = new Map();
      of.set(companyCode, index);
    }
    return index;
  }

  #takeSlot(nowMs: number): number {
    const rested = this.#resting[0];
    if (rested !== undefined && rested[1] <= nowMs) {
      this.#resting.shift();
      this.generation[rested[0]] = (this.generation[rested[0]]! + 1) & 0xff;
      return rested[0];
    }
    if (this.slotCount >= this.state.length) this.#grow(this.slotCount + 1);
    const slot = this.slotCount++;
    this.views[slot] = null;
    this.updatedAtMs[slot] = Number.NaN;
    return slot;
  }

  #grow(needed: number): void {
    const capacity = Math.max(1024, needed, this.state.length * 2);
    for (const name of COLUMNS) {
      const perSlot = valuesPerSlot(name);
      const from = this[name];
      const grown = new (from.constructor as new (n: number) => typeof from)(capacity * perSlot);
      grown.set(from as never);
      (this as Record<string, unknown>)[name] = grown;
    }
    const touched = new Uint8Array(capacity);
    touched.set(this.#isTouched);
    this.#isTouched = touched;
  }

  /** Who is bound, packed: chunks that nothing changed in since the last time are not packed again. */
  packedBindings(): Generator<PackedChunk> {
    return this.#packed.chunks(this.slotCount, (slot) => this.bindingAt(slot));
  }

  bindingAt(slot: number): Binding | null {
    const person = this.views[slot];
    return person == null ? null : { slot, generation: this.generation[slot]!, person };
  }

  /** Copies; later fixes do not change them. */
  save(): Omit<PeopleData, 'bindings'> & { readonly columns: PeopleColumns } {
    const columns = Object.fromEntries(
      COLUMNS.map((name) => [name, this[name].slice(0, this.slotCount * valuesPerSlot(name))]),
    ) as PeopleColumns;
    return {
      slotCount: this.slotCount,
      resting: this.#resting.map(([slot, at]) => [slot, at]),
      withdrawn: this.withdrawn.save(),
      columns,
    };
  }

  static load(data: PeopleData): PeopleTable {
    const table = new PeopleTable();
    table.#grow(data.slotCount);
    table.slotCount = data.slotCount;
    for (const name of COLUMNS) table[name].set((data.columns[name] ?? []) as never);
    for (let slot = 0; slot < data.slotCount; slot++) table.views[slot] = null;
    for (const { slot, person } of data.bindings) {
      table.views[slot] = person;
      table.#countUnidentified(person, 1);
      const { companyCode, personId, cardNo } = person;
      if (personId !== null) table.#index(table.#byPerson, companyCode).set(personId, slot);
      if (cardNo !== null && table.wearsCard[slot] === 1) table.#index(table.#byCard, companyCode).set(cardNo, slot);
    }
    table.withdrawn.load(data.withdrawn);
    table.#resting = data.resting.map(([slot, at]) => [slot, at]);
    return table;
  }
}

export const COLUMNS = [
  'easting',
  'northing',
  'lng',
  'lat',
  'observedAtMs',
  'receivedAtMs',
  'heightM',
  'generation',
  'placed',
  'typeCode',
  'level',
  'sos',
  'freshness',
  'state',
  'sourceId',
  'sourceNewestMs',
  'updatedAtMs',
  'wearsCard',
  'floor',
  'saysFloor',
] as const satisfies readonly (keyof PeopleTable)[];

type ColumnName = (typeof COLUMNS)[number];
/** Absent in what engine versions before 9 kept; the last of COLUMNS. */
export const LATER_COLUMNS = ['floor', 'saysFloor'] as const satisfies readonly ColumnName[];
type LaterColumn = (typeof LATER_COLUMNS)[number];

const valuesPerSlot = (name: ColumnName): number =>
  name === 'sourceId' || name === 'sourceNewestMs' ? SOURCES_PER_PERSON : 1;
