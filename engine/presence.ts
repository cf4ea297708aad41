/**
 * Who is inside which area, judged by evidence at its edge (alarms/evidence.kernel.ts): in three dimensions, no margin for
 * entering, the settings' clearing margin for leaving. Every area is watched; a person deep inside or far off costs a
 * comparison. Tells nobody: rules look on ticks, so whoever's fix came first within a second changes nothing.
 *
 * A person stays where he was last known to be, however long he is silent, until he goes off the picture; rules that
 * need him now ask for fresh people (`isFresh`).
 */

import { EVIDENCE, gatherInColumns } from '../alarms/evidence.kernel.ts';
import { effectiveAccuracyM } from '../alarms/evidence.ts';
import type { FixBatch } from '../stream/protocol/entry.ts';
import { type Area, areaDepthM, isSameShape } from './areas-table.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import { NO_PAIR, PresencePairs } from './presence-pairs.ts';

const NOBODY_INSIDE: readonly number[] = [];

/** Freshness from which a person's place is too old for rules of areas: FRESHNESS_LIMIT_MS.suspect. */
const SUSPECT = 2;

export class Presence implements Part {
  readonly name = 'presence';
  readonly #pairs = new PresencePairs();
  /** By Area.number: slots inside, ascending. */
  readonly #insideOf: (number[] | undefined)[] = [];
  /** Area by number, as the table of areas has it. */
  readonly #areaOf: (Area | undefined)[] = [];
  readonly #numberOf = new Map<string, number>();
  /** Areas whose shape changed since the last tick: who rests there sends no fix that would judge them anew. */
  readonly #reshaped = new Set<string>();

  isInside(slot: number, key: string): boolean {
    const pair = this.#pairOf(slot, key);
    return pair !== NO_PAIR && this.#pairs.inside[pair] === 1;
  }

  /** Slots, ascending. Not to be kept: it changes with the next fix. */
  insideOf(key: string): readonly number[] {
    return this.#insideOf[this.#numberOf.get(key) ?? -1] ?? NOBODY_INSIDE;
  }

  /** Event time of the first fix that showed the person inside; NaN: he is not. */
  enteredAtMs(slot: number, key: string): number {
    const pair = this.#pairOf(slot, key);
    return pair !== NO_PAIR && this.#pairs.inside[pair] === 1 ? this.#pairs.enteredAtMs[pair]! : Number.NaN;
  }

  /** In the order of the table of areas. */
  areasOf(slot: number): Area[] {
    const areas: Area[] = [];
    for (let pair = this.#pairs.firstOf(slot); pair !== NO_PAIR; pair = this.#pairs.next[pair]!) {
      if (this.#pairs.inside[pair] === 1) areas.push(this.#areaOf[this.#pairs.area[pair]!]!);
    }
    return areas;
  }

  /**
   * Has the person a place, and is it no older than 90 s, or does his company send on change and stand ready? As of the
   * newest tick.
   */
  isFresh(park: Park, slot: number): boolean {
    return park.people.placed[slot] === 1 && park.people.freshness[slot]! < SUSPECT;
  }

  /** Fresh people inside. */
  countFresh(park: Park, key: string): number {
    let count = 0;
    for (const slot of this.insideOf(key)) if (this.isFresh(park, slot)) count++;
    return count;
  }

  onFix(park: Park, batch: FixBatch, i: number, slot: number, observedAtMs: number): void {
    const { areas } = park;
    const pairs = this.#pairs;
    const settings = park.settings.presence;
    const accuracyM = effectiveAccuracyM(batch.accuracyM[i]!, batch.speedMps[i]!);
    const reachM = settings.atOnce * accuracyM;
    // Both ascend by area number, so one pass over the two finds who belongs to whom.
    let pair = pairs.firstOf(slot);
    for (let n = 0; n < areas.nearCount; n++) {
      const { number } = areas.near[n]!;
      while (pair !== NO_PAIR && pairs.area[pair]! < number) pair = this.#judgeFar(park, pair, accuracyM, observedAtMs);
      const depthM = areas.nearDepthM[n]!;
      if (pair !== NO_PAIR && pairs.area[pair] === number) {
        const known = pair;
        pair = pairs.next[pair]!;
        this.#judge(park, known, depthM, accuracyM, observedAtMs);
      } else if (depthM > -reachM) {
        this.#judge(park, pairs.add(slot, number), depthM, accuracyM, observedAtMs);
      }
    }
    while (pair !== NO_PAIR) pair = this.#judgeFar(park, pair, accuracyM, observedAtMs);
  }

  onTick(park: Park): void {
    const { people } = park;
    for (let slot = 0; slot < this.#pairs.slotEnd; slot++) {
      if (people.placed[slot] !== 1 && this.#pairs.firstOf(slot) !== NO_PAIR) this.forget(slot);
    }
    if (this.#reshaped.size > 0) this.#judgeReshaped(park);
  }

  onForget(_park: Park, slot: number): void {
    this.forget(slot);
  }

  onArea(_park: Park, key: string, before: Area | undefined, after: Area | undefined): void {
    if (after === undefined) {
      if (before !== undefined) this.#dropArea(before.number, key);
      return;
    }
    this.#know(key, after);
    if (before !== undefined && isSameShape(before.record, after.record)) return;
    this.#reshaped.add(key);
  }

  /** Nobody has the slot any more, or its fixes are somebody else's. */
  forget(slot: number): void {
    for (let pair = this.#pairs.firstOf(slot); pair !== NO_PAIR; pair = this.#pairs.firstOf(slot)) this.#drop(pair);
  }

  save(): readonly unknown[] {
    const rankOf = new Map<number, number>();
    for (const number of this.#areaOf.keys()) if (this.#areaOf[number] !== undefined) rankOf.set(number, rankOf.size);
    return [[...this.#reshaped], ...this.#pairs.save((number) => rankOf.get(number)!)];
  }

  load(values: readonly unknown[], park: Park): void {
    const numbers: number[] = [];
    for (const [key, area] of park.areas.byKey) {
      this.#know(key, area);
      numbers.push(area.number);
    }
    const [reshaped, ...columns] = values;
    if (reshaped === undefined) {
      // Of an engine that did not watch presence: everyone is judged from where he is.
      for (const key of park.areas.byKey.keys()) this.#reshaped.add(key);
      return;
    }
    for (const key of reshaped as string[]) this.#reshaped.add(key);
    this.#pairs.load(columns as Uint8Array[], (rank) => numbers[rank]!);
    for (let slot = 0; slot < this.#pairs.slotEnd; slot++) {
      for (let pair = this.#pairs.firstOf(slot); pair !== NO_PAIR; pair = this.#pairs.next[pair]!) {
        if (this.#pairs.inside[pair] === 1) this.#insideOf[this.#pairs.area[pair]!]!.push(slot);
      }
    }
  }

  #judge(park: Park, pair: number, depthM: number, accuracyM: number, observedAtMs: number): void {
    const pairs = this.#pairs;
    const settings = park.settings.presence;
    if (pairs.inside[pair] === 1) {
      if (depthM >= settings.atOnce * accuracyM) {
        // Beyond doubt: what was gathered the other way is gone.
        pairs.clear[pair] = 0;
        pairs.meanM[pair] = depthM;
        pairs.lastAtMs[pair] = Math.max(pairs.lastAtMs[pair]!, observedAtMs);
        return;
      }
    } else if (depthM <= -settings.atOnce * accuracyM) {
      pairs.remove(pair);
      return;
    }
    const verdict = gatherInColumns(settings, pairs, pair, depthM, accuracyM, observedAtMs);
    if (verdict === EVIDENCE.raise && pairs.inside[pair] === 0) this.#enter(pair, pairs.onsetAtMs[pair]!);
    else if (verdict === EVIDENCE.clear && pairs.inside[pair] === 1) {
      this.#leave(pair);
      if (depthM <= -settings.atOnce * accuracyM) pairs.remove(pair);
    }
  }

  /** A pair whose area is out of reach of the fix by its plan; returns the next one of its slot. */
  #judgeFar(park: Park, pair: number, accuracyM: number, observedAtMs: number): number {
    const { people } = park;
    const next = this.#pairs.next[pair]!;
    const slot = this.#pairs.slot[pair]!;
    const area = this.#areaOf[this.#pairs.area[pair]!]!;
    const depthM = areaDepthM(area, people.easting[slot]!, people.northing[slot]!, people.heightM[slot]!);
    this.#judge(park, pair, depthM, accuracyM, observedAtMs);
    return next;
  }

  /** Everyone at an area of another shape is in it or not by his newest place alone, from now on. */
  #judgeReshaped(park: Park): void {
    const { areas, people } = park;
    const numbers = new Set<number>();
    for (const key of this.#reshaped) {
      const number = this.#numberOf.get(key);
      if (number !== undefined) numbers.add(number);
    }
    this.#reshaped.clear();
    for (let slot = 0; slot < people.slotCount; slot++) {
      if (people.placed[slot] !== 1) continue;
      for (let pair = this.#pairs.firstOf(slot); pair !== NO_PAIR; ) {
        const next = this.#pairs.next[pair]!;
        const number = this.#pairs.area[pair]!;
        if (numbers.has(number)) {
          // Evidence gathered at another shape counts no more.
          this.#pairs.forget(pair);
          this.#place(park, slot, this.#areaOf[number]!);
        }
        pair = next;
      }
      areas.findNear(people.easting[slot]!, people.northing[slot]!, people.heightM[slot]!);
      for (let n = 0; n < areas.nearCount; n++) {
        const area = areas.near[n]!;
        if (numbers.has(area.number) && areas.nearDepthM[n]! > 0) this.#place(park, slot, area);
      }
    }
  }

  #place(park: Park, slot: number, area: Area): void {
    const { people } = park;
    const isIn = areaDepthM(area, people.easting[slot]!, people.northing[slot]!, people.heightM[slot]!) > 0;
    let pair = this.#pairs.find(slot, area.number);
    if (!isIn) {
      if (pair !== NO_PAIR) this.#drop(pair);
      return;
    }
    if (pair === NO_PAIR) pair = this.#pairs.add(slot, area.number);
    if (this.#pairs.inside[pair] === 0) this.#enter(pair, park.nowMs);
  }

  #enter(pair: number, atMs: number): void {
    const pairs = this.#pairs;
    pairs.inside[pair] = 1;
    pairs.enteredAtMs[pair] = atMs;
    this.#settle(pair);
    const slots = this.#insideOf[pairs.area[pair]!]!;
    slots.splice(placeIn(slots, pairs.slot[pair]!), 0, pairs.slot[pair]!);
  }

  #leave(pair: number): void {
    const pairs = this.#pairs;
    pairs.inside[pair] = 0;
    pairs.enteredAtMs[pair] = 0;
    this.#settle(pair);
    const slots = this.#insideOf[pairs.area[pair]!]!;
    slots.splice(placeIn(slots, pairs.slot[pair]!), 1);
  }

  /** The other side starts from nothing. */
  #settle(pair: number): void {
    this.#pairs.raise[pair] = 0;
    this.#pairs.clear[pair] = 0;
    this.#pairs.onsetAtMs[pair] = 0;
  }

  #drop(pair: number): void {
    if (this.#pairs.inside[pair] === 1) this.#leave(pair);
    this.#pairs.remove(pair);
  }

  #dropArea(number: number, key: string): void {
    for (let slot = 0; slot < this.#pairs.slotEnd; slot++) {
      const pair = this.#pairs.find(slot, number);
      if (pair !== NO_PAIR) this.#pairs.remove(pair);
    }
    this.#insideOf[number] = undefined;
    this.#areaOf[number] = undefined;
    this.#numberOf.delete(key);
    this.#reshaped.delete(key);
  }

  #know(key: string, area: Area): void {
    this.#areaOf[area.number] = area;
    this.#insideOf[area.number] ??= [];
    this.#numberOf.set(key, area.number);
  }

  #pairOf(slot: number, key: string): number {
    const number = this.#numberOf.get(key);
    return number === undefined ? NO_PAIR : this.#pairs.find(slot, number);
  }
}

/** Where the slot stands, or would stand, among ascending ones. */
function placeIn(slots: readonly number[], slot: number): number {
  let from = 0;
  let to = slots.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (slots[middle]! < slot) from = middle + 1;
    else to = middle;
  }
  return from;
}
