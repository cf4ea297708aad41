/**
 * Gas detectors that sound now, as their companies' sensor reports say (AQ 3064.1 A.2), and whom that is near. Where they stand is
 * the setting `detector`; one that nobody placed is kept, for the day it is.
 */
import { areaKey } from '../stream/protocol/effects.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

/** One that was not heard of again for so long sounds no more: its end was lost. */
const SILENT_MS = 86_400_000;
const SOUNDING_MAX = 10_000;

const plane = new Float64Array(2);

export class GasAlarms implements Part {
  readonly name = 'gas-alarms';
  /** When each was heard of last, by `company/point`, oldest first. */
  readonly #soundingAtMs = new Map<string, number>();

  onEntry(park: Park, entry: LogEntry): void {
    if (entry.kind !== 'sensorReadings') return;
    for (const { companyCode, readings } of entry.body.records) {
      for (const { pointId, alarmType, alarmEndAtMs } of readings) {
        const key = areaKey(companyCode, pointId);
        this.#soundingAtMs.delete(key);
        if (alarmType !== null && alarmEndAtMs === null) this.#soundingAtMs.set(key, park.nowMs);
      }
    }
    for (const key of this.#soundingAtMs.keys()) {
      if (this.#soundingAtMs.size <= SOUNDING_MAX) break;
      this.#soundingAtMs.delete(key);
    }
  }

  onTick(park: Park): void {
    for (const [key, atMs] of this.#soundingAtMs) {
      if (park.nowMs - atMs <= SILENT_MS) break;
      this.#soundingAtMs.delete(key);
    }
  }

  /** Does a detector sound so near that people within `radiusM` of the place have to withdraw? */
  soundsNear(park: Park, easting: number, northing: number, radiusM: number): boolean {
    for (const key of this.#soundingAtMs.keys()) {
      const detector = park.config.get('detector', key);
      if (detector === undefined || !park.projection.project(detector.lng, detector.lat, plane, 0)) continue;
      if (Math.hypot(plane[0]! - easting, plane[1]! - northing) <= detector.radiusM + radiusM) return true;
    }
    return false;
  }

  save(): readonly unknown[] {
    return [...this.#soundingAtMs];
  }
  load(values: readonly unknown[]): void {
    for (const [key, atMs] of values as [string, number][]) this.#soundingAtMs.set(key, atMs);
  }
}
