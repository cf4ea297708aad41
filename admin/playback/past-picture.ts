/**
 * People of an earlier moment by slot, as columns that frames are made from: everybody where the newest fix until then has him, as fresh
 * as it was, gone once it is older than the offline limit. A slot is the rank of the person among those in scope, so that it is the same
 * in every chunk of a playback. Time only goes forward.
 */
import { NULL_INT2, NULL_INT4, type PositionColumns } from '../../db/copy/position-columns.ts';
import type { Projection } from '../../geo/projection.ts';
import { type AlarmView, type Effect, type PersonView, subjectOf } from '../../stream/protocol/effects.ts';
import { encodeFrame, FRAME_KIND, type FrameColumns, stateFrom } from '../../stream/protocol/frame.ts';
import { FRESHNESS_LIMIT_MS, PERSON_TYPES } from '../../stream/protocol/vocabulary.ts';
import { type FloorWords, PastFloors } from './past-floors.ts';
import type { PastPeople } from './ports.ts';
import { Wearers } from './wearers.ts';

/** Everybody is sent again within so many ms, as by the live engine. */
const RESEND_MS = 10_000;
/** The one term of a chunk. */
const TERM = 1;
const NOBODY = -1;

export class PastPicture implements FrameColumns {
  readonly easting: Float64Array;
  readonly northing: Float64Array;
  readonly heightM: Float32Array;
  /** Slots change hands in no playback. */
  readonly generation: Uint8Array;
  readonly state: Uint8Array;
  /** 0: no fix yet. */
  readonly observedAtMs: Float64Array;
  readonly floor: Uint8Array;
  readonly floors: PastFloors;
  /** What positions are to be asked for. */
  readonly ids: readonly number[];
  readonly views: readonly PersonView[];
  readonly #isShown: Uint8Array;
  readonly #hasChanged: Uint8Array;
  readonly #slotOfId = new Map<number, number>();
  readonly #slotOfSubject = new Map<string, number>();
  readonly #wearers: Wearers;
  readonly #alarms = new Map<number, Map<string, AlarmView>>();
  readonly #projection: Pick<Projection, 'project'>;
  readonly #plane = new Float64Array(2);
  readonly #phases: number;
  readonly #slots: Uint32Array;
  #tick = 0;
  #online = 0;

  constructor(
    { people, aliases }: PastPeople,
    projection: Pick<Projection, 'project'>,
    stepMs: number,
    floorWords: FloorWords,
  ) {
    const count = people.length;
    this.#projection = projection;
    this.#phases = Math.max(1, Math.floor(RESEND_MS / stepMs));
    this.easting = new Float64Array(count);
    this.northing = new Float64Array(count);
    this.heightM = new Float32Array(count).fill(Number.NaN);
    this.generation = new Uint8Array(count);
    this.state = new Uint8Array(count);
    this.observedAtMs = new Float64Array(count);
    this.floor = new Uint8Array(count);
    this.#isShown = new Uint8Array(count);
    this.#hasChanged = new Uint8Array(count);
    this.#slots = new Uint32Array(count);
    this.ids = people.map(({ id }) => id);
    this.views = people.map(({ view }) => view);
    this.floors = new PastFloors(floorWords, this.views, projection);
    people.forEach(({ id, view }, slot) => {
      this.#slotOfId.set(id, slot);
      this.#slotOfSubject.set(subjectOf(view), slot);
      // A person is found by the card too, unless it is a tag of its own.
      if (view.cardNo !== null && view.personId !== null) {
        const tag = subjectOf({ ...view, personId: null });
        if (!this.#slotOfSubject.has(tag)) this.#slotOfSubject.set(tag, slot);
      }
    });
    this.#wearers = new Wearers(aliases.filter(({ id }) => this.#slotOfId.has(id)));
  }

  get online(): number {
    return this.#online;
  }

  /** A fix that is not its person's newest changes nothing. */
  place({ personId, observedAtMs, lng, lat, heightCm, floor }: PositionColumns, row: number): void {
    const atMs = observedAtMs[row] ?? 0;
    const slot = this.#slotOf(personId[row] ?? 0, atMs);
    if (slot === NOBODY || atMs < (this.observedAtMs[slot] ?? 0) || lng[row] === NULL_INT4) return;
    if (!this.#projection.project((lng[row] ?? 0) / 1e7, (lat[row] ?? 0) / 1e7, this.#plane, 0)) return;
    const height = heightCm[row] ?? NULL_INT4;
    this.easting[slot] = this.#plane[0] ?? 0;
    this.northing[slot] = this.#plane[1] ?? 0;
    this.heightM[slot] = height === NULL_INT4 ? Number.NaN : height / 100;
    this.observedAtMs[slot] = atMs;
    this.floors.said(slot, floor[row] ?? NULL_INT2);
    this.#hasChanged[slot] = 1;
  }

  #slotOf(id: number, atMs: number): number {
    return this.#slotOfId.get(this.#wearers.of(id, atMs)) ?? NOBODY;
  }

  /** The alarm under its person's slot of this playback; ended ones count no more for the person's level. */
  takeAlarm(alarm: AlarmView): AlarmView {
    const { person, alarmId } = alarm;
    const slot =
      alarm.slot === NOBODY || person === null ? NOBODY : (this.#slotOfSubject.get(subjectOf(person)) ?? NOBODY);
    const shown = { ...alarm, slot, generation: 0 };
    if (slot === NOBODY) return shown;
    const alarms = this.#alarms.get(slot) ?? new Map<string, AlarmView>();
    this.#alarms.set(slot, alarms);
    if (alarm.endedAtMs === null) alarms.set(alarmId, shown);
    else alarms.delete(alarmId);
    return shown;
  }

  /** Ages everybody. Gives who came and who went, and floors that got a name. */
  advance(atMs: number): Effect[] {
    const effects: Effect[] = [];
    this.floors.advance(atMs);
    this.#online = 0;
    for (let slot = 0; slot < this.ids.length; slot++) {
      const seenAtMs = this.observedAtMs[slot] ?? 0;
      const ageMs = atMs - seenAtMs;
      const isShown = seenAtMs > 0 && ageMs <= FRESHNESS_LIMIT_MS.offline;
      if (isShown) this.#online++;
      const person = this.views[slot];
      if (isShown !== (this.#isShown[slot] === 1) && person !== undefined) {
        this.#isShown[slot] = isShown ? 1 : 0;
        effects.push(isShown ? { t: 'bind', slot, generation: 0, person } : { t: 'unbind', slot, generation: 0 });
      }
      if (!isShown) continue;
      this.#refresh(slot, ageMs);
      if (this.floors.refresh(slot, this)) this.#hasChanged[slot] = 1;
    }
    effects.push(...this.floors.news());
    return effects;
  }

  #refresh(slot: number, ageMs: number): void {
    let level = 0;
    let sos = false;
    for (const alarm of this.#alarms.get(slot)?.values() ?? []) {
      if (!alarm.active) continue;
      if (level === 0 || alarm.level < level) level = alarm.level;
      sos ||= alarm.rule === 'sos';
    }
    const { amber, suspect } = FRESHNESS_LIMIT_MS;
    const freshness = ageMs <= amber ? 0 : ageMs <= suspect ? 1 : 2;
    const type = PERSON_TYPES.indexOf(this.views[slot]?.type ?? 'unidentified');
    const state = stateFrom(type, level, sos, freshness);
    if (state === this.state[slot]) return;
    this.state[slot] = state;
    this.#hasChanged[slot] = 1;
  }

  bindings(): { readonly slot: number; readonly generation: number; readonly person: PersonView }[] {
    return this.views.flatMap((person, slot) => (this.#isShown[slot] === 1 ? [{ slot, generation: 0, person }] : []));
  }

  /** Whoever changed since the last one, and each in his turn; `picture`: everybody. Call after `advance`. */
  frame(kind: keyof typeof FRAME_KIND, atMs: number): Uint8Array {
    const phase = this.#tick % this.#phases;
    let count = 0;
    for (let slot = 0; slot < this.ids.length; slot++) {
      if (this.#isShown[slot] === 0) continue;
      if (kind === 'delta' && this.#hasChanged[slot] === 0 && slot % this.#phases !== phase) continue;
      this.#slots[count++] = slot;
    }
    this.#hasChanged.fill(0);
    this.#tick++;
    const head = { kind: FRAME_KIND[kind], term: TERM, atMs, tick: this.#tick, online: this.#online };
    return encodeFrame(head, this.#slots, count, this);
  }
}
