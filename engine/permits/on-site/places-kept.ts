/**
 * Where everybody was in the last quarter of an hour, a place each half minute: for sign-offs, which are told after they happened.
 * Struct of arrays: a row of columns a slot, 240 B a person (7 MB for 30,000). Single precision holds a place of the plane to 1 cm.
 */
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';

export const LOOK_EVERY_MS = 30_000;
const LOOKS = 30;

export class PlacesKept {
  /** Engine times of the looks, by column; NaN: none yet. */
  #atMs = new Float64Array(LOOKS).fill(Number.NaN);
  /** Easting and northing by slot and column; NaN: he had no fresh place. */
  #places = new Float32Array(0);
  #slots = 0;
  #newestAtMs = 0;
  #planeId = '';

  /** Engine time of the newest look; 0: none. */
  get newestAtMs(): number {
    return this.#newestAtMs;
  }

  /** Once in half a minute; true: it looked. */
  look(park: Park): boolean {
    const atMs = Math.floor(park.nowMs / LOOK_EVERY_MS) * LOOK_EVERY_MS;
    if (atMs <= this.#newestAtMs) return false;
    const planeId = park.projection.parameters.id;
    if (planeId !== this.#planeId) this.#forgetAll(planeId);
    this.#newestAtMs = atMs;
    const column = (atMs / LOOK_EVERY_MS) % LOOKS;
    this.#atMs[column] = atMs;
    const { people } = park;
    this.#reserve(people.slotCount);
    const presence = park.part(Presence);
    for (let slot = 0; slot < people.slotCount; slot++) {
      const at = 2 * (slot * LOOKS + column);
      const isFresh = presence.isFresh(park, slot);
      this.#places[at] = isFresh ? people.easting[slot]! : Number.NaN;
      this.#places[at + 1] = isFresh ? people.northing[slot]! : Number.NaN;
    }
    return true;
  }

  /** Of somebody within a span of engine time, by his distance from a job; `slot` beyond those known: never seen. */
  sightings(slot: number, fromMs: number, toMs: number, distanceM: (easting: number, northing: number) => number) {
    let looks = 0;
    let seen = 0;
    let nearestM = Number.POSITIVE_INFINITY;
    for (let column = 0; column < LOOKS; column++) {
      const atMs = this.#atMs[column]!;
      if (!(atMs >= fromMs && atMs <= toMs)) continue;
      looks++;
      const easting = slot < this.#slots ? this.#places[2 * (slot * LOOKS + column)]! : Number.NaN;
      if (Number.isNaN(easting)) continue;
      seen++;
      nearestM = Math.min(nearestM, distanceM(easting, this.#places[2 * (slot * LOOKS + column) + 1]!));
    }
    return { looks, seen, nearestM };
  }

  /** The slot is another's from now on. */
  forget(slot: number): void {
    if (slot < this.#slots) this.#places.fill(Number.NaN, 2 * slot * LOOKS, 2 * (slot + 1) * LOOKS);
  }

  save(): readonly unknown[] {
    const places = this.#places.slice(0, 2 * this.#slots * LOOKS);
    return [this.#planeId, this.#newestAtMs, [...this.#atMs], new Uint8Array(places.buffer)];
  }

  load([planeId, newestAtMs, atMs, places]: readonly unknown[]): void {
    this.#planeId = planeId as string;
    this.#newestAtMs = newestAtMs as number;
    this.#atMs = Float64Array.from(atMs as number[]);
    this.#places = new Float32Array(Uint8Array.from(places as Uint8Array).buffer);
    this.#slots = this.#places.length / (2 * LOOKS);
  }

  #forgetAll(planeId: string): void {
    this.#planeId = planeId;
    this.#atMs.fill(Number.NaN);
    this.#places.fill(Number.NaN);
  }

  #reserve(slots: number): void {
    if (slots <= this.#slots) return;
    const needed = 2 * slots * LOOKS;
    if (needed > this.#places.length) {
      const grown = new Float32Array(Math.max(2 * LOOKS * 256, needed + needed / 4)).fill(Number.NaN);
      grown.set(this.#places);
      this.#places = grown;
    }
    this.#slots = slots;
  }
}
