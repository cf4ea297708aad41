/**
 * The park as a screen knows it: people by slot in columns, bindings, areas, standing alarms. The gateway keeps one to
 * serve newcomers from, every client keeps one to draw from, and tests compare the two. Fed by a picture or snapshot,
 * then by frames (lossy, absolute) and effects (lossless, absolute): applying either twice is the same as once.
 */
import {
  type AlarmView,
  type AreaView,
  alarmViewFrom,
  areaKey,
  type DocEffect,
  type Effect,
  type EffectsAt,
  type PersonView,
} from './effects.ts';
import {
  decodeFrame,
  encodeFrame,
  FRAME_KIND,
  type FrameHead,
  type FrameTarget,
  frameExtent,
  isSosState,
  levelFromState,
  readFrameHead,
  visitFrame,
} from './frame.ts';
import type { LiveDocKind, LiveDocs } from './live-docs.ts';
import type { SnapshotMessage } from './live-message.ts';
import type { PictureData } from './picture.ts';

/** A slot that no frame mentioned for this long has left the scope; everyone is re-sent at least every 10 s. */
export const SLOT_UNSEEN_MS = 25_000;

export class LivePicture implements FrameTarget {
  /** Columns by slot; grown by doubling, so take them anew after every apply. */
  easting = new Float64Array(0);
  northing = new Float64Array(0);
  heightM = new Float32Array(0);
  generation = new Uint8Array(0);
  state = new Uint8Array(0);
  observedAtMs = new Float64Array(0);
  /** Number among the floors of the person's company; 0 none. See floorAt. */
  floor = new Uint8Array(0);
  /** Wall time of the last frame that named the slot; 0: never seen or gone. */
  seenAtMs = new Float64Array(0);
  /** Slots that the newest frame named: touched[0 .. touchedCount). */
  touched = new Uint32Array(0);
  touchedCount = 0;
  /** Frames applied. Whoever looked after the one before only has to go through `touched` now, */
  frameCount = 0;
  /** unless this grew as well: slots changed that the newest frame does not name. */
  wholeCount = 0;

  readonly bindings = new Map<number, { readonly generation: number; readonly person: PersonView }>();
  /** By areaKey(companyCode, areaId). */
  readonly areas = new Map<string, AreaView>();
  /** Alarms not yet ended, by alarm id. */
  readonly alarms = new Map<string, AlarmView>();
  /** Standing documents by kind and key. */
  readonly #docs = new Map<LiveDocKind, Map<string, DocEffect>>();

  epoch = '';
  /** Effects up to and including this sequence are in here. */
  seq = 0;
  term = 0;
  tick = 0;
  /** Engine wall time of the newest frame. */
  frameAtMs = 0;
  online = 0;
  /** One more than the highest slot ever seen. */
  slotCount = 0;

  load(picture: PictureData): void {
    this.loadSnapshot({ ...picture, seq: picture.alarmsSeq });
    this.term = 0;
    this.applyFrame(picture.frame);
  }

  /** Replaces the lossless side; positions stay until the picture frame that follows. */
  loadSnapshot(snapshot: SnapshotMessage): void {
    this.bindings.clear();
    this.areas.clear();
    this.alarms.clear();
    this.#docs.clear();
    this.epoch = snapshot.epoch;
    this.seq = snapshot.seq;
    for (const { slot, generation, person } of snapshot.bindings) this.bindings.set(slot, { generation, person });
    for (const area of snapshot.areas) this.areas.set(areaKey(area.companyCode, area.areaId), area);
    for (const alarm of snapshot.alarms) this.alarms.set(alarm.alarmId, alarmViewFrom(alarm));
    for (const doc of snapshot.docs ?? []) this.#takeDoc(doc);
  }

  /** Items at or below the known sequence are skipped, so a resumed lane may overlap. */
  applyEffects(items: readonly EffectsAt[]): void {
    for (const item of items) {
      if (item.seq <= this.seq) continue;
      for (const effect of item.effects) this.#applyEffect(effect);
      this.seq = item.seq;
    }
  }

  #applyEffect(effect: Effect): void {
    switch (effect.t) {
      case 'bind':
        this.bindings.set(effect.slot, { generation: effect.generation, person: effect.person });
        break;
      case 'unbind':
        if (this.bindings.get(effect.slot)?.generation === effect.generation) {
          this.bindings.delete(effect.slot);
          if (effect.slot < this.seenAtMs.length) this.seenAtMs[effect.slot] = 0;
          this.wholeCount++;
        }
        break;
      case 'area':
        this.areas.set(areaKey(effect.area.companyCode, effect.area.areaId), effect.area);
        break;
      case 'area-removed':
        this.areas.delete(areaKey(effect.companyCode, effect.areaId));
        break;
      case 'alarm':
        if (effect.alarm.endedAtMs === null) this.alarms.set(effect.alarm.alarmId, effect.alarm);
        else this.alarms.delete(effect.alarm.alarmId);
        break;
      case 'doc':
        this.#takeDoc(effect);
        break;
    }
  }

  #takeDoc(doc: DocEffect): void {
    let docs = this.#docs.get(doc.doc);
    if (docs === undefined) {
      docs = new Map();
      this.#docs.set(doc.doc, docs);
    }
    if (doc.gone) docs.delete(doc.key);
    else docs.set(doc.key, doc);
  }

  doc<K extends LiveDocKind>(kind: K, key: string): LiveDocs[K] | undefined {
    return this.#docs.get(kind)?.get(key)?.value as LiveDocs[K] | undefined;
  }

  docsOf<K extends LiveDocKind>(kind: K): LiveDocs[K][] {
    return [...(this.#docs.get(kind)?.values() ?? [])].map((doc) => doc.value as LiveDocs[K]);
  }

  /** false: not a whole frame of this version, or from an older term; nothing changed. */
  applyFrame(bytes: Uint8Array): boolean {
    const head = readFrameHead(bytes);
    if (head === null || head.term < this.term) return false;
    if (head.kind === FRAME_KIND.picture) {
      this.seenAtMs.fill(0);
      this.wholeCount++;
    }
    this.term = head.term;
    this.tick = head.tick;
    this.frameAtMs = head.atMs;
    this.online = head.online;
    const { slots, people } = frameExtent(bytes);
    if (slots > this.seenAtMs.length) this.#grow(slots);
    if (slots > this.slotCount) this.slotCount = slots;
    if (people > this.touched.length) this.touched = new Uint32Array(Math.max(people, this.seenAtMs.length));
    decodeFrame(bytes, head.atMs, this);
    this.touchedCount = people;
    this.frameCount++;
    return true;
  }

  /** Somebody is drawn there: seen, and not silent for SLOT_UNSEEN_MS of frames. */
  isPresent(slot: number): boolean {
    const seen = this.seenAtMs[slot];
    return seen !== undefined && seen > 0 && this.frameAtMs - seen < SLOT_UNSEEN_MS;
  }

  /** The person bound to the slot under the generation its frames carry; null: unidentified. */
  personAt(slot: number): PersonView | null {
    const binding = this.bindings.get(slot);
    return binding !== undefined && binding.generation === this.generation[slot] ? binding.person : null;
  }

  /** Floor (楼层) that the person is on; null: not known. */
  floorAt(slot: number): string | null {
    const number = this.floor[slot] ?? 0;
    if (number === 0) return null;
    const companyCode = this.personAt(slot)?.companyCode;
    return companyCode === undefined ? null : (this.doc('floors', companyCode)?.names[number - 1] ?? null);
  }

  levelAt(slot: number): number {
    return levelFromState(this.state[slot] ?? 0);
  }

  isSosAt(slot: number): boolean {
    return isSosState(this.state[slot] ?? 0);
  }

  /** What a newcomer of this scope (null: whole park) gets of the lossless side. */
  snapshotFor(companyCode: string | null): SnapshotMessage {
    const bindings: { slot: number; generation: number; person: PersonView }[] = [];
    for (const [slot, { generation, person }] of this.bindings) {
      if (companyCode === null || person.companyCode === companyCode) bindings.push({ slot, generation, person });
    }
    const areas = [...this.areas.values()].filter((a) => companyCode === null || a.companyCode === companyCode);
    const alarms = [...this.alarms.values()].filter(
      (a) => companyCode === null || a.companyCodes.includes(companyCode),
    );
    const docs = [...this.#docs.values()]
      .flatMap((byKey) => [...byKey.values()])
      .filter((doc) => companyCode === null || doc.companyCodes.includes(companyCode));
    return { epoch: this.epoch, seq: this.seq, bindings, areas, alarms, docs };
  }

  /** Everyone of the scope as one frame that replaces what the client drew. */
  pictureFrameFor(companyCode: string | null): Uint8Array {
    const slots = new Uint32Array(this.slotCount);
    let count = 0;
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (this.isPresent(slot) && this.#isInScope(slot, companyCode)) slots[count++] = slot;
    }
    return encodeFrame(this.#head(FRAME_KIND.picture, companyCode === null ? this.online : count), slots, count, this);
  }

  /**
   * The definition of the part of a park frame that a company may see; the gateway cuts every company's in one pass
   * (stream/gateway/company-frames.ts) and is tested against this.
   * null: the bytes are no frame. Call after applyFrame.
   */
  companyFrame(parkFrame: Uint8Array, companyCode: string, online: number): Uint8Array | null {
    const head = readFrameHead(parkFrame);
    if (head === null) return null;
    const slots: number[] = [];
    visitFrame(parkFrame, (slot) => {
      if (this.#isInScope(slot, companyCode)) slots.push(slot);
    });
    return encodeFrame({ ...head, online }, Uint32Array.from(slots), slots.length, this);
  }

  #isInScope(slot: number, companyCode: string | null): boolean {
    return companyCode === null || this.personAt(slot)?.companyCode === companyCode;
  }

  #head(kind: number, online: number): FrameHead {
    return { kind, term: this.term, atMs: this.frameAtMs, tick: this.tick, online };
  }

  #grow(needed: number): void {
    const capacity = Math.max(1024, needed, this.seenAtMs.length * 2);
    const wider = <T extends { set(source: T): void }>(grown: T, from: T): T => {
      grown.set(from);
      return grown;
    };
    this.easting = wider(new Float64Array(capacity), this.easting);
    this.northing = wider(new Float64Array(capacity), this.northing);
    this.heightM = wider(new Float32Array(capacity), this.heightM);
    this.generation = wider(new Uint8Array(capacity), this.generation);
    this.state = wider(new Uint8Array(capacity), this.state);
    this.observedAtMs = wider(new Float64Array(capacity), this.observedAtMs);
    this.floor = wider(new Uint8Array(capacity), this.floor);
    this.seenAtMs = wider(new Float64Array(capacity), this.seenAtMs);
  }
}
