/**
 * Floors of the people of an earlier moment, as the engine has them (engine/floors.ts): what the newest fix said, else what the
 * areas of the moment say of its place and height, else none.
 */
import { NULL_INT2 } from '../../db/copy/position-columns.ts';
import { compileFence } from '../../geo/fence.ts';
import { type FloorArea, FloorIndex, tellsFloor } from '../../geo/floor-index.kernel.ts';
import { planePolygonsFromLngLat } from '../../geo/polygons.ts';
import type { Projection } from '../../geo/projection.ts';
import { areaKey, type DocEffect, type PersonView } from '../../stream/protocol/effects.ts';
import type { AreaRecord } from '../../stream/protocol/entry.ts';
import { FloorBook } from '../../stream/protocol/floors.ts';
import type { FrameColumns } from '../../stream/protocol/frame.ts';
import type { PastArea } from './ports.ts';

/** Words of FLOOR_NO by the numbers that positions carry. */
export type FloorWords = ReadonlyMap<number, string>;

export class PastFloors {
  readonly #words: FloorWords;
  readonly #views: readonly PersonView[];
  readonly #projection: Pick<Projection, 'project'>;
  readonly #book = new FloorBook();
  /** Of the newest fix of each slot; NULL_INT2: it said nothing. */
  readonly #said: Int16Array;
  readonly #isToAsk: Uint8Array;
  readonly #telling = new Map<string, FloorArea>();
  #areas: readonly PastArea[] = [];
  #areasTaken = 0;
  #index = new FloorIndex([]);

  constructor(words: FloorWords, views: readonly PersonView[], projection: Pick<Projection, 'project'>) {
    this.#words = words;
    this.#views = views;
    this.#projection = projection;
    this.#said = new Int16Array(views.length).fill(NULL_INT2);
    this.#isToAsk = new Uint8Array(views.length);
  }

  /** The slot has a newer fix, which said this. */
  said(slot: number, word: number): void {
    // A word that was said before needs no asking again.
    if (word !== NULL_INT2 && word === this.#said[slot]) return;
    this.#said[slot] = word;
    this.#isToAsk[slot] = 1;
  }

  /** Versions of areas in order of time, of every company: a floor is where it is, whoever stands on it. */
  setAreas(areas: readonly PastArea[]): void {
    this.#areas = areas;
    this.#areasTaken = 0;
  }

  /** Takes what became of the areas until then. */
  advance(atMs: number): void {
    let hasChanged = false;
    for (; (this.#areas[this.#areasTaken]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs; this.#areasTaken++) {
      const record = this.#areas[this.#areasTaken]?.record;
      if (record === undefined) break;
      const key = areaKey(record.companyCode, record.areaId);
      const area = record.deleted ? null : this.#floorArea(key, record);
      if (area !== null) this.#telling.set(key, area);
      hasChanged = (area === null ? this.#telling.delete(key) : true) || hasChanged;
    }
    if (!hasChanged) return;
    this.#index = new FloorIndex([...this.#telling.values()]);
    this.#isToAsk.fill(1);
  }

  #floorArea(key: string, record: AreaRecord): FloorArea | null {
    if (!tellsFloor(record)) return null;
    const polygons = planePolygonsFromLngLat(record.polygons, this.#projection);
    return polygons === null ? null : { key, floorNo: record.floorNo, fence: compileFence(polygons, record) };
  }

  /** Whether the floor of the slot is another one now. */
  refresh(slot: number, { easting, northing, heightM, floor }: FrameColumns): boolean {
    if (this.#isToAsk[slot] === 0) return false;
    this.#isToAsk[slot] = 0;
    const number = this.#numberOf(slot, easting[slot] ?? 0, northing[slot] ?? 0, heightM[slot] ?? Number.NaN);
    if (number === floor[slot]) return false;
    floor[slot] = number;
    return true;
  }

  #numberOf(slot: number, easting: number, northing: number, heightM: number): number {
    const companyCode = this.#views[slot]?.companyCode ?? '';
    const said = this.#said[slot] ?? NULL_INT2;
    if (said !== NULL_INT2) return this.#book.numberOf(companyCode, this.#words.get(said) ?? '');
    const at = this.#index.find(easting, northing, heightM);
    return at === -1 ? 0 : this.#book.numberOf(companyCode, this.#index.floors[at] ?? '');
  }

  /** Names that came since the last time. */
  news(): DocEffect[] {
    const docs = [...this.#book.changed].map((companyCode) => this.#docOf(companyCode));
    this.#book.changed.clear();
    return docs;
  }

  docs(): DocEffect[] {
    return [...this.#book.companyCodes].map((companyCode) => this.#docOf(companyCode));
  }

  #docOf(companyCode: string): DocEffect {
    const value = this.#book.namesOf(companyCode);
    return { t: 'doc', doc: 'floors', key: companyCode, companyCodes: [companyCode], value, gone: false };
  }
}
