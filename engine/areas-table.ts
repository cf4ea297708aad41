/**
 * Areas as vendors declared them, each with its compiled fence, and the index over the forbidden ones. The index is built
 * anew at the first question after a change: areas change by the day, questions come by the second.
 */

import { EVIDENCE } from '../alarms/evidence.ts';
import { compileFence, type Fence } from '../geo/fence.ts';
import { FenceIndex } from '../geo/fence-index.kernel.ts';
import { planePolygonsFromLngLat } from '../geo/polygons.ts';
import type { Projection } from '../geo/projection.ts';
import { type AreaView, areaKey } from '../stream/protocol/effects.ts';
import type { AreaRecord } from '../stream/protocol/entry.ts';

/** Candidates reach this far beyond a fence: evidence saturates at 3 accuracies, 15 m for a moving tag (5 m). */
export const BAND_M = EVIDENCE.atOnce * 5;

export interface Area {
  readonly record: AreaRecord;
  readonly version: number;
  readonly fence: Fence;
}

export interface AreasData {
  areas: { record: AreaRecord; version: number }[];
}

export class AreasTable {
  readonly byKey = new Map<string, Area>();
  /** Areas that bind people, by `company/person`. */
  readonly #bindingOf = new Map<string, Area[]>();
  #projection: Projection;
  #forbidden: Area[] = [];
  #index: FenceIndex | null = null;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  /** Is this record news? An older update is superseded, an equal one a repeat. */
  isNews(record: AreaRecord): boolean {
    const known = this.byKey.get(areaKey(record.companyCode, record.areaId))?.record.updatedAtMs ?? null;
    return known === null || record.updatedAtMs === null || record.updatedAtMs > known;
  }

  /** null: the shape lies so far from the plane's meridian that it has no plane coordinates; nothing changed. */
  put(record: AreaRecord, version?: number): Area | null {
    const polygons = planePolygonsFromLngLat(record.polygons, this.#projection);
    if (polygons === null) return null;
    const key = areaKey(record.companyCode, record.areaId);
    const area: Area = {
      record,
      version: version ?? (this.byKey.get(key)?.version ?? 0) + 1,
      fence: compileFence(polygons, { zMinM: record.zMinM, zMaxM: record.zMaxM }),
    };
    this.#forget(key);
    this.byKey.set(key, area);
    for (const personId of record.boundPersonIds) {
      const person = areaKey(record.companyCode, personId);
      const bound = this.#bindingOf.get(person);
      if (bound === undefined) this.#bindingOf.set(person, [area]);
      else bound.push(area);
    }
    if (record.kind === 'FORBIDDEN') this.#index = null;
    return area;
  }

  remove(companyCode: string, areaId: string): boolean {
    const key = areaKey(companyCode, areaId);
    this.#forget(key);
    return this.byKey.delete(key);
  }

  #forget(key: string): void {
    const area = this.byKey.get(key);
    if (area === undefined) return;
    if (area.record.kind === 'FORBIDDEN') this.#index = null;
    for (const personId of area.record.boundPersonIds) {
      const person = areaKey(area.record.companyCode, personId);
      const rest = (this.#bindingOf.get(person) ?? []).filter((a) => a !== area);
      if (rest.length === 0) this.#bindingOf.delete(person);
      else this.#bindingOf.set(person, rest);
    }
  }

  /** Forbidden areas within BAND_M of the place; writes numbers for `forbidden()` and returns how many. */
  forbiddenNear(easting: number, northing: number, out: Int32Array): number {
    this.#index ??= this.#buildIndex();
    return this.#index.candidates(easting, northing, out);
  }

  forbidden(number: number): Area {
    return this.#forbidden[number]!;
  }

  forbiddenCount(): number {
    this.#index ??= this.#buildIndex();
    return this.#forbidden.length;
  }

  bindingFor(companyCode: string, personId: string): readonly Area[] {
    return this.#bindingOf.get(areaKey(companyCode, personId)) ?? NO_AREAS;
  }

  #buildIndex(): FenceIndex {
    this.#forbidden = [...this.byKey.values()].filter((area) => area.record.kind === 'FORBIDDEN');
    return FenceIndex.build(
      this.#forbidden.map((area) => area.fence),
      { bandM: BAND_M },
    );
  }

  save(): AreasData {
    return { areas: [...this.byKey.values()].map(({ record, version }) => ({ record, version })) };
  }

  static load(data: AreasData, projection: Projection): AreasTable {
    const table = new AreasTable(projection);
    for (const { record, version } of data.areas) table.put(record, version);
    return table;
  }
}

const NO_AREAS: readonly Area[] = [];

export function isValidAt(record: AreaRecord, atMs: number): boolean {
  return (
    (record.validFromMs === null || record.validFromMs <= atMs) &&
    (record.validToMs === null || atMs < record.validToMs)
  );
}

export function areaViewFrom({ record, version }: Area): AreaView {
  return {
    areaId: record.areaId,
    companyCode: record.companyCode,
    name: record.name,
    kind: record.kind,
    fixed: record.fixed,
    version,
    polygons: record.polygons,
    zMinM: record.zMinM,
    zMaxM: record.zMaxM,
    floorNo: record.floorNo,
    validFromMs: record.validFromMs,
    validToMs: record.validToMs,
  };
}
