/**
 * Where everybody was in the last quarter of an hour, a place each half minute: for sign-offs, which are told after they happened.
 * A column of places a look, 240 B a person in all (7 MB for 30,000); a column is written once, so a snapshot packs the newest alone.
 * Single precision holds a place of the plane to 1 cm.
 */
import type { Steps } from '../../../core/slices.ts';
import { PackedOnce } from '../../packed.ts';
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';

export const LOOK_EVERY_MS = 30_000;
const LOOKS = 30;

interface Look {
  /** Engine time. */
  readonly atMs: number;
  /** Easting and northing by slot; NaN: he had no fresh place. */
  readonly places: Float32Array<ArrayBuffer>;
}

const packedLooks = new PackedOnce<Look>(({ atMs, places }) => [atMs, new Uint8Array(places.buffer)]);

export class PlacesKept {
  /** Oldest first. A look whose places change is another object. */
  #looks: Look[] = [];
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
    if (planeId !== this.#planeId) this.#looks = [];
    this.#planeId = planeId;
    this.#newestAtMs = atMs;
    const { people } = park;
    const presence = park.part(Presence);
    const places = new Float32Array(2 * people.slotCount).fill(Number.NaN);
    for (let slot = 0; slot < people.slotCount; slot++) {
      if (!presence.isFresh(park, slot)) continue;
      places[2 * slot] = people.easting[slot]!;
      places[2 * slot + 1] = people.northing[slot]!;
    }
    this.#looks = [...this.#looks.slice(1 - LOOKS), { atMs, places }];
    return true;
  }

  /** Of somebody within a span of engine time, by his distance from a job; `slot` beyond those known: never seen. */
  sightings(slot: number, fromMs: number, toMs: number, distanceM: (easting: number, northing: number) => number) {
    let looks = 0;
    let seen = 0;
    let nearestM = Number.POSITIVE_INFINITY;
    for (const { atMs, places } of this.#looks) {
      if (atMs < fromMs || atMs > toMs) continue;
      looks++;
      const easting = places[2 * slot] ?? Number.NaN;
      if (Number.isNaN(easting)) continue;
      seen++;
      nearestM = Math.min(nearestM, distanceM(easting, places[2 * slot + 1]!));
    }
    return { looks, seen, nearestM };
  }

  /** The slot is another's from now on. */
  forget(slot: number): void {
    for (const [n, look] of this.#looks.entries()) {
      if (Number.isNaN(look.places[2 * slot] ?? Number.NaN)) continue;
      look.places.fill(Number.NaN, 2 * slot, 2 * slot + 2);
      this.#looks[n] = { ...look };
    }
  }

  /** The newest look and its plane, then one value a look. */
  save(): readonly unknown[] {
    return [[this.#planeId, this.#newestAtMs], ...this.#looks.map((look) => packedLooks.of(look))];
  }
  *packAhead(): Steps<undefined> {
    for (const look of this.#looks) {
      packedLooks.of(look);
      yield;
    }
  }

  load([head, ...looks]: readonly unknown[]): void {
    [this.#planeId, this.#newestAtMs] = head as [string, number];
    this.#looks = (looks as [number, Uint8Array][]).map(([atMs, places]) => ({
      atMs,
      places: new Float32Array(Uint8Array.from(places).buffer),
    }));
  }
}
