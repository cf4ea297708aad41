/** Position rows of the simulator's people, for benches of the storage: real walks, real errors of the positioning, shifts. */
import { NULL_INT2, type PositionColumns } from '../../db/copy/position-columns.ts';
import { FIX_FLAG } from '../../stream/protocol/entry.ts';
import { createDemoPark } from '../park/demo-park.ts';
import type { PositionVendorRecord } from '../park/vendor-records.ts';
import { createSimulator } from '../simulator/simulator.ts';

export interface SimulatedFixes {
  /** Appends the rows sent until `nowMs` since the last call: each fix once, in the order of sending. */
  take(nowMs: number, columns: PositionColumns): void;
}

const SOURCES = ['', 'GNSS', 'UWB', 'BLE'];
/** Of receipt after observation, ms: what a vendor's batch takes. */
const DELAY_MS = 400;
/** A simulator that slept longer makes up for nothing. */
const LONGEST_STEP_MS = 10_000;

/** People have the ids 1 to `people`. `lateShare`: share of batches sent late, by up to 45 s. */
export function createSimulatedFixes(
  people: number,
  intervalMs: number,
  startMs: number,
  lateShare = 0,
): SimulatedFixes {
  const park = createDemoPark({ people });
  const quiet = { sosEveryS: 0, intrusionEveryS: 0, duplicateShare: 0, lateShare };
  const simulator = createSimulator({ park, startMs, intervalMs, ...quiet });
  const ids = new Map<string, number>();
  for (const person of park.people) {
    ids.set(`${person.record.COMPANY_CODE}/p/${person.personId}`, person.index + 1);
    ids.set(`${person.record.COMPANY_CODE}/c/${person.cardNo}`, person.index + 1);
  }
  const floors = new Map<string, number>();
  const floorOf = (name: string): number => {
    const known = floors.get(name);
    if (known !== undefined) return known;
    floors.set(name, floors.size + 1);
    return floors.size;
  };
  const append = (columns: PositionColumns, record: PositionVendorRecord, sentAtMs: number): void => {
    columns.reserve(columns.count + 1);
    const i = columns.count++;
    const key = record.PERSON_ID === undefined ? `c/${record.CARD_NO}` : `p/${record.PERSON_ID}`;
    columns.personId[i] = ids.get(`${record.COMPANY_CODE}/${key}`)!;
    columns.observedAtMs[i] = record.COLLECT_TIME;
    columns.lng[i] = Math.round(record.LONGITUDE * 1e7);
    columns.lat[i] = Math.round(record.LATITUDE * 1e7);
    columns.heightCm[i] = Math.round(record.ALTITUDE * 100);
    columns.delayMs[i] = sentAtMs - record.COLLECT_TIME + DELAY_MS + ((i * 7919) % 500);
    columns.accuracyDm[i] = Math.round(record.ACCURACY * 10);
    columns.speedCmps[i] = Math.round(record.SPEED * 100);
    columns.headingDeg[i] = record.HEADING ?? NULL_INT2;
    columns.batteryPct[i] = record.BATTERY;
    columns.source[i] = SOURCES.indexOf(record.SOURCE);
    columns.floor[i] = record.FLOOR_NO === undefined ? NULL_INT2 : floorOf(record.FLOOR_NO);
    columns.flags[i] = FIX_FLAG.onlineKnown | FIX_FLAG.online | (record.PERSON_ID === undefined ? FIX_FLAG.byCard : 0);
  };
  let atMs = startMs;
  return {
    take: (nowMs, columns) => {
      while (atMs < nowMs) {
        atMs = Math.min(nowMs, atMs + LONGEST_STEP_MS);
        for (const batch of simulator.step(atMs)) {
          for (const record of batch.records) append(columns, record, batch.atMs);
        }
      }
    },
  };
}
