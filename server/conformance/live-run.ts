/**
 * A conformance run against a park that runs: registers and positions of a company of its own, through the signed vendor
 * interface, in real time; verdicts from the live socket as a screen gets it. Afterwards the people, areas and settings are
 * withdrawn, and with them whatever was raised.
 */
import type { VendorClient } from '../../bench/simulator/vendor-client.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import type { Projection } from '../../geo/projection.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { Point } from './layouts.ts';
import { nextFixes, ringOf, type Sample, type Station, sampleOf } from './stations.ts';

export interface LiveRun {
  readonly client: VendorClient;
  readonly clock: Clock;
  readonly projection: Projection;
  readonly origin: { readonly easting: number; readonly northing: number };
  readonly companyCode: string;
  readonly seconds: number;
  readonly everyS: number;
  readonly sampleS: number;
  readonly signal: AbortSignal;
  /** What stands now, as the live socket told it. */
  alarms(): Iterable<AlarmView>;
}

const RECORDS_A_REQUEST = 500;
const SETTLE_MS = 30_000;

/** Resolves when the park has them. Throws AppError INTERNAL when it took one of them not. */
export async function sendRegisters(run: LiveRun, stations: readonly Station[], isWithdrawal: boolean): Promise<void> {
  const deleted = isWithdrawal ? '1' : '0';
  const areas = stations.map((station) => areaRecord(run, station, deleted));
  const persons = stations.flatMap(({ tags }) => tags.map(({ personId }) => personRecord(run, personId, deleted)));
  const { client, companyCode } = run;
  // Fixes first: one that comes behind its person's withdrawal would bring the tag back.
  await client.settled(SETTLE_MS);
  const before = client.report().total.accepted;
  const registers = [['areas', areas] as const, ['persons', persons] as const];
  // Whoever still stood there when the area went would be told of anew, without it.
  for (const [interfaceName, records] of isWithdrawal ? registers.reverse() : registers) {
    for (let at = 0; at < records.length; at += RECORDS_A_REQUEST) {
      client.send({ companyCode, interfaceName, records: records.slice(at, at + RECORDS_A_REQUEST) });
    }
    await client.settled(SETTLE_MS);
  }
  const accepted = client.report().total.accepted - before;
  if (accepted === areas.length + persons.length) return;
  throw new AppError('INTERNAL', { detail: `the park took ${accepted} of ${areas.length + persons.length} registers` });
}

/** Samples until the time is over or the signal aborts. */
export async function runLive(run: LiveRun, stations: readonly Station[]): Promise<Sample[]> {
  const { clock, client, companyCode, everyS, sampleS, signal } = run;
  const startMs = clock.nowMs();
  const samples: Sample[] = [];
  for (let atS = 0; atS <= run.seconds && !signal.aborted; atS++) {
    await pause(Math.max(0, startMs + atS * 1_000 - clock.nowMs()), signal);
    if (atS % sampleS === 0) {
      const alarms = [...run.alarms()];
      for (const station of stations) {
        if (atS >= station.layout.dueAfterS) samples.push(sampleOf(station, atS, alarms));
      }
    }
    if (atS % everyS !== 0) continue;
    const fixes = stations.flatMap((station) => nextFixes(station, atS, everyS));
    const records = fixes.map(({ personId, source, place, accuracyM }) => {
      const { lng, lat } = lngLatOf(run, place);
      return {
        COMPANY_CODE: companyCode,
        PERSON_ID: personId,
        LONGITUDE: lng,
        LATITUDE: lat,
        ACCURACY: accuracyM,
        SOURCE: source,
        COLLECT_TIME: clock.nowMs(),
      };
    });
    for (let at = 0; at < records.length; at += RECORDS_A_REQUEST) {
      client.send({ companyCode, interfaceName: 'positions', records: records.slice(at, at + RECORDS_A_REQUEST) });
    }
  }
  return samples;
}

const lngLatOf = ({ projection, origin }: LiveRun, { east, north }: Point): { lng: number; lat: number } =>
  projection.lngLatFromEastingNorthing(origin.easting + east, origin.northing + north);

function areaRecord(run: LiveRun, station: Station, deleted: string): object {
  const { areaId, layout, tags } = station;
  const corners = ringOf(station).map((corner) => lngLatOf(run, corner));
  return {
    ID: areaId,
    COMPANY_CODE: run.companyCode,
    ZONE_NAME: station.id,
    ZONE_TYPE: '0',
    GEO: corners.map(({ lng, lat }) => `${lng},${lat}`).join(';'),
    AREA_KIND: 'PRODUCTION',
    ...(layout.capacityMax === null ? {} : { CAPACITY_MAX: layout.capacityMax }),
    ...(layout.isBound ? { BOUND_PERSON_IDS: tags.map(({ personId }) => personId) } : {}),
    DELETED: deleted,
  };
}

const personRecord = ({ companyCode }: LiveRun, personId: string, deleted: string): object => ({
  ID: personId,
  COMPANY_CODE: companyCode,
  COMPANY_NAME: '符合性试验',
  PERSON_NAME: personId,
  // Region 990000 was never given out; the last digit is the check digit of the rest.
  IDENTIFY_NUM: '990000199001010013',
  PERSON_TYPE: '01',
  BIRTHDAY: '1990-01-01',
  GENDER: '1',
  POSITION_NAME: '试验标签',
  MOBILE_NUMBER: '19900000000',
  AFFILIATED_DEPARTMENT: '符合性试验',
  DELETED: deleted,
});
