/**
 * Areas as vendors declared them, each with its compiled fence, and the index over all of them. The index is built
 * anew at the first question after a change: areas change by the day, questions come by the second.
 */

import { DEFAULT_ACCURACY_MOVING_M } from '../alarms/evidence.ts';
import { depthInBandM } from '../alarms/out-of-bounds.ts';
import type { RuleSettings } from '../alarms/rule-settings.ts';
import { signedDepthM } from '../geo/fence.kernel.ts';
import { compileFence, type Fence } from '../geo/fence.ts';
import { FenceIndex } from '../geo/fence-index.kernel.ts';
import { planePolygonsFromLngLat } from '../geo/polygons.ts';
import type { Projection } from '../geo/projection.ts';
import { areaKey, areaViewFrom } from '../stream/protocol/effects.ts';
import type { AreaRecord } from '../stream/protocol/entry.ts';
import { isPageDate } from '../stream/protocol/page-records.ts';
import { PackedOnce } from './packed.ts';
import { type WithdrawnData, WithdrawnRecords } from './withdrawn-records.ts';

export { areaViewFrom };

/** Candidates reach this far beyond a fence: evidence saturates at `atOnce` accuracies, 15 m for a moving tag (5 m). */
const bandM = ({ outOfBounds, presence }: RuleSettings): number =>
  Math.max(outOfBounds.atOnce, presence.atOnce) * DEFAULT_ACCURACY_MOVING_M;

/** Never changed, only replaced. */
export interface Area {
  /** Its column in tables by area: kept while the area stands, and in the order of `byKey`. */
  readonly number: number;
  readonly record: AreaRecord;
  readonly version: number;
  readonly fence: Fence;
}

/** As snapshots keep it. */
export const packedAreas = new PackedOnce<Area>(({ record, version }) => ({ record, version }));
/** As pictures show it. */
export const packedAreaViews = new PackedOnce<Area>(areaViewFrom);

export interface AreasData {
  readonly areas: readonly { readonly record: AreaRecord; readonly version: number }[];
  readonly withdrawn: WithdrawnData;
}

export class AreasTable {
  readonly byKey = new Map<string, Area>();
  readonly #withdrawn = new WithdrawnRecords();
  /** Areas that bind people, by `company/person`. */
  readonly #bindingOf = new Map<string, Area[]>();
  readonly #projection: Projection;
  #bandM: number;
  #indexed: Area[] = [];
  #index: FenceIndex | null = null;
  #nextNumber = 0;

  /** Answer of the newest `findNear`: the first `nearCount` of each. */
  nearCount = 0;
  readonly near: Area[] = [];
  nearDepthM = new Float64Array(0);
  #nearNumbers = new Int32Array(0);

  constructor(projection: Projection, settings: RuleSettings) {
    this.#projection = projection;
    this.#bandM = bandM(settings);
  }

  /** Other settings reach further or less far beyond a fence. */
  useRules(settings: RuleSettings): void {
    if (bandM(settings) === this.#bandM) return;
    this.#bandM = bandM(settings);
    this.#index = null;
  }

  /**
   * Is this record news? An older update is superseded, an equal one a repeat, and so is the same content without an
   * UPDATE_DATE on either side; a page's record gives way to a vendor's. The store judges alike (db/register-rules.ts).
   */
  isNews(record: AreaRecord): boolean {
    const key = areaKey(record.companyCode, record.areaId);
    const known = this.byKey.get(key)?.record;
    const withdrawn = known === undefined ? this.#withdrawn.get(key) : undefined;
    const knownMs = known?.updatedAtMs ?? withdrawn?.updatedAtMs ?? null;
    const isPages = isPageDate(record.updatedAtMs);
    if ((known ?? withdrawn) !== undefined && isPageDate(knownMs) !== isPages) return !isPages;
    if (knownMs !== null && record.updatedAtMs !== null) return record.updatedAtMs > knownMs;
    if (known === undefined) return withdrawn === undefined || !record.deleted;
    return record.deleted || !isSameArea(known, record);
  }

  /** null: the shape lies so far from the plane's meridian that it has no plane coordinates; nothing changed. */
  put(record: AreaRecord, version?: number): Area | null {
    const polygons = planePolygonsFromLngLat(record.polygons, this.#projection);
    if (polygons === null) return null;
    const key = areaKey(record.companyCode, record.areaId);
    const area: Area = {
      number: this.byKey.get(key)?.number ?? this.#nextNumber++,
      record,
      version: version ?? this.#versionOf(key) + 1,
      fence: compileFence(polygons, { zMinM: record.zMinM, zMaxM: record.zMaxM }),
    };
    this.#forget(key);
    this.byKey.set(key, area);
    this.#withdrawn.delete(key);
    for (const personId of record.boundPersonIds) {
      const person = areaKey(record.companyCode, personId);
      const bound = this.#bindingOf.get(person);
      // In an order that does not hang on which area changed last: a restored table must raise in the same one.
      if (bound === undefined) this.#bindingOf.set(person, [area]);
      else this.#bindingOf.set(person, [...bound, area].sort(byAreaId));
    }
    this.#index = null;
    return area;
  }

  /** Takes a record that withdraws its area; returns whether the area was there. */
  remove(record: AreaRecord): boolean {
    const key = areaKey(record.companyCode, record.areaId);
    const version = this.#versionOf(key) + 1;
    this.#forget(key);
    this.#withdrawn.put(key, { updatedAtMs: record.updatedAtMs, version });
    return this.byKey.delete(key);
  }

  #versionOf(key: string): number {
    return (this.byKey.get(key) ?? this.#withdrawn.get(key))?.version ?? 0;
  }

  #forget(key: string): void {
    const area = this.byKey.get(key);
    if (area === undefined) return;
    this.#index = null;
    for (const personId of area.record.boundPersonIds) {
      const person = areaKey(area.record.companyCode, personId);
      const rest = (this.#bindingOf.get(person) ?? []).filter((a) => a !== area);
      if (rest.length === 0) this.#bindingOf.delete(person);
      else this.#bindingOf.set(person, rest);
    }
  }

  /**
   * Areas that hold the place or lie so near that a fix there is evidence at their edge: into `near` and `nearDepthM`, in the
   * order of `byKey`; returns how many. One look-up serves every rule that asks about a fix.
   */
  findNear(easting: number, northing: number, heightM: number): number {
    const index = this.#index ?? this.#buildIndex();
    const count = index.candidates(easting, northing, this.#nearNumbers);
    for (let n = 0; n < count; n++) {
      const area = this.#indexed[this.#nearNumbers[n]!]!;
      this.near[n] = area;
      this.nearDepthM[n] = areaDepthM(area, easting, northing, heightM);
    }
    this.nearCount = count;
    return count;
  }

  bindingFor(companyCode: string, personId: string): readonly Area[] {
    return this.#bindingOf.get(areaKey(companyCode, personId)) ?? NO_AREAS;
  }

  #buildIndex(): FenceIndex {
    this.#indexed = [...this.byKey.values()];
    const index = FenceIndex.build(
      this.#indexed.map((area) => area.fence),
      { bandM: this.#bandM },
    );
    if (index.maxHits > this.#nearNumbers.length) {
      this.#nearNumbers = new Int32Array(index.maxHits);
      this.nearDepthM = new Float64Array(index.maxHits);
    }
    this.#index = index;
    return index;
  }

  saveWithdrawn(): WithdrawnData {
    return this.#withdrawn.save();
  }

  static load(data: AreasData, projection: Projection, settings: RuleSettings): AreasTable {
    const table = new AreasTable(projection, settings);
    for (const { record, version } of data.areas) table.put(record, version);
    table.#withdrawn.load(data.withdrawn);
    return table;
  }
}

const NO_AREAS: readonly Area[] = [];

/** Signed depth of a place in the area, m: positive only inside both the plan and the height band. */
export const areaDepthM = ({ fence, record }: Area, easting: number, northing: number, heightM: number): number =>
  depthInBandM(signedDepthM(fence, easting, northing), heightM, record.zMinM, record.zMaxM);

/** Of one company: areas bind people of their own company only. */
const byAreaId = (a: Area, b: Area): number => (a.record.areaId < b.record.areaId ? -1 : 1);

/** The place itself: evidence gathered at another shape counts no more. */
export function isSameShape(a: AreaRecord, b: AreaRecord): boolean {
  return a.zMinM === b.zMinM && a.zMaxM === b.zMaxM && isSameJson(a.polygons, b.polygons);
}

function isSameArea(a: AreaRecord, b: AreaRecord): boolean {
  return isSameJson({ ...a, updatedAtMs: null }, { ...b, updatedAtMs: null });
}

function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => isSameJson((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}

export function isValidAt(record: AreaRecord, atMs: number): boolean {
  return (
    (record.validFromMs === null || record.validFromMs <= atMs) &&
    (record.validToMs === null || atMs < record.validToMs)
  );
}
