/**
 * Gas detectors that sound now, as their companies' sensor reports say (AQ 3064.1 A.2), and whom that is near. Where they stand is
 * the setting `detector`; one that nobody placed is kept, for the day it is.
 */
import type { Detector } from '../alarms/settings/detector.ts';
import { areaKey } from '../stream/protocol/effects.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import type { Setting } from './settings-table.ts';

/** One that was not heard of again for so long sounds no more: its end was lost. */
const SILENT_MS = 86_400_000;
const SOUNDING_MAX = 10_000;

/** One that sounds, since when, and when it was heard of last. Plain data, only replaced. */
export interface Sounding {
  readonly key: string;
  readonly sinceMs: number;
  readonly heardAtMs: number;
}

export interface PlacedSounding extends Sounding {
  readonly detector: Detector;
  readonly easting: number;
  readonly northing: number;
}

const plane = new Float64Array(2);

export class GasAlarms implements Part {
  readonly name = 'gas-alarms';
  /** By `company/point`, the one heard of longest ago first. */
  readonly #sounding = new Map<string, Sounding>();
  /** Asked for by every gathering each second; null: one came or went, or a detector was placed, since it was made. */
  #placed: readonly PlacedSounding[] | null = null;

  onEntry(park: Park, entry: LogEntry): void {
    if (entry.kind !== 'sensorReadings') return;
    this.#placed = null;
    for (const { companyCode, readings } of entry.body.records) {
      for (const { pointId, alarmType, alarmEndAtMs } of readings) {
        const key = areaKey(companyCode, pointId);
        const sinceMs = this.#sounding.get(key)?.sinceMs ?? park.nowMs;
        this.#sounding.delete(key);
        if (alarmType === null || alarmEndAtMs !== null) continue;
        this.#sounding.set(key, { key, sinceMs, heardAtMs: park.nowMs });
      }
    }
    for (const key of this.#sounding.keys()) {
      if (this.#sounding.size <= SOUNDING_MAX) break;
      this.#sounding.delete(key);
    }
  }

  onTick(park: Park): void {
    for (const [key, { heardAtMs }] of this.#sounding) {
      if (park.nowMs - heardAtMs <= SILENT_MS) break;
      this.#sounding.delete(key);
      this.#placed = null;
    }
  }

  onSetting(_park: Park, { topic }: Setting): void {
    if (topic === 'detector') this.#placed = null;
  }

  /** Those that sound and that somebody placed, with where each stands; the one heard of longest ago first. */
  placed(park: Park): readonly PlacedSounding[] {
    this.#placed ??= [...this.#sounding.values()].flatMap((sounding) => {
      const detector = park.config.get('detector', sounding.key);
      if (detector === undefined || !park.projection.project(detector.lng, detector.lat, plane, 0)) return [];
      return [{ ...sounding, detector, easting: plane[0]!, northing: plane[1]! }];
    });
    return this.#placed;
  }

  /** A detector that sounds so near that people within `radiusM` of the place have to withdraw. */
  near(park: Park, easting: number, northing: number, radiusM: number): Sounding | null {
    const isNear = (one: PlacedSounding): boolean =>
      Math.hypot(one.easting - easting, one.northing - northing) <= one.detector.radiusM + radiusM;
    return this.placed(park).find(isNear) ?? null;
  }

  save(): readonly unknown[] {
    return [...this.#sounding.values()];
  }
  load(values: readonly unknown[]): void {
    for (const sounding of values as Sounding[]) this.#sounding.set(sounding.key, sounding);
  }
}
