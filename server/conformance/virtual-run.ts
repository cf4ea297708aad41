/** A conformance run straight through the engine in virtual time: no network, no clock, minutes in seconds. For tests and docs. */
import type { Engine } from '../../engine/engine.ts';
import type { Projection } from '../../geo/projection.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import { ABSENT_U16, type AreaRecord, type EntryBodies, type LogEntry } from '../../stream/protocol/entry.ts';
import { createFixColumns } from '../../stream/protocol/entry-codec.ts';
import type { Point } from './layouts.ts';
import { nextFixes, ringOf, type Sample, type SentFix, type Station, sampleOf } from './stations.ts';

export interface VirtualRun {
  readonly engine: Engine;
  readonly projection: Projection;
  /** Centre of the first station on the plane, m. */
  readonly origin: { readonly easting: number; readonly northing: number };
  readonly companyCode: string;
  readonly startMs: number;
  readonly seconds: number;
  /** Time between two fixes of a tag, and between two samples, s. */
  readonly everyS: number;
  readonly sampleS: number;
}

export function runVirtually(run: VirtualRun, stations: readonly Station[]): Sample[] {
  const { engine, startMs, seconds, everyS, sampleS, companyCode } = run;
  const step = <K extends LogEntry['kind']>(kind: K, body: EntryBodies[K], receivedAtMs: number): void => {
    engine.step({ kind, seq: engine.seq + 1, receivedAtMs, body } as LogEntry);
  };
  const origin = { batchId: '', appId: '', companyCode, received: 0, refused: 0 };
  step('areas', { origin, records: stations.map((station) => areaOf(run, station)) }, startMs);
  for (const { layout, areaId } of stations) {
    if (layout.gatheringFrom === null) continue;
    const value = { gathering: { watched: true, from: layout.gatheringFrom } };
    const setting = { topic: 'area', key: areaKey(companyCode, areaId), version: 1, value } as const;
    step('setting', { ...setting, userId: '', userName: '' }, startMs);
  }
  const samples: Sample[] = [];
  for (let atS = 0; atS <= seconds; atS++) {
    const atMs = startMs + atS * 1_000;
    if (atS % everyS === 0) {
      const fixes = stations.flatMap((station) => nextFixes(station, atS, everyS));
      step('fixes', batchOf(run, fixes, atMs), atMs);
    }
    step('tick', { term: 1 }, atMs);
    if (atS % sampleS !== 0) continue;
    const alarms = [...engine.park.alarms.standing.values()];
    for (const station of stations) {
      if (atS >= station.layout.dueAfterS) samples.push(sampleOf(station, atS, alarms));
    }
  }
  return samples;
}

const lngLatOf = ({ projection, origin }: VirtualRun, { east, north }: Point): { lng: number; lat: number } =>
  projection.lngLatFromEastingNorthing(origin.easting + east, origin.northing + north);

function areaOf(run: VirtualRun, station: Station): AreaRecord {
  const { areaId, layout, tags } = station;
  const ring = ringOf(station).map((corner): [number, number] => {
    const { lng, lat } = lngLatOf(run, corner);
    return [lng, lat];
  });
  return {
    areaId,
    companyCode: run.companyCode,
    name: layout.name,
    fixed: false,
    kind: 'PRODUCTION',
    polygons: [[ring]],
    zMinM: null,
    zMaxM: null,
    floorNo: null,
    capacityMax: layout.capacityMax,
    capacityMin: null,
    dwellLimitS: null,
    stillLimitS: null,
    allowedTypes: [],
    boundPersonIds: layout.isBound ? tags.map(({ personId }) => personId) : [],
    requiredPersonIds: [],
    validFromMs: null,
    validToMs: null,
    inExArea: null,
    updatedAtMs: null,
    deleted: false,
  };
}

function batchOf(run: VirtualRun, fixes: readonly SentFix[], atMs: number): EntryBodies['fixes'] {
  const columns = createFixColumns(fixes.length);
  const sources = [...new Set(fixes.map(({ source }) => source))];
  fixes.forEach(({ place, accuracyM, source }, i) => {
    const { lng, lat } = lngLatOf(run, place);
    columns.subjectIndex[i] = sources.length + i;
    columns.floorIndex[i] = ABSENT_U16;
    columns.sourceIndex[i] = sources.indexOf(source);
    columns.lng[i] = lng;
    columns.lat[i] = lat;
    columns.observedAtMs[i] = atMs;
    columns.accuracyM[i] = accuracyM;
    columns.heightM[i] = Number.NaN;
  });
  const origin = { batchId: '', appId: '', companyCode: run.companyCode, received: fixes.length, refused: 0 };
  return { origin, count: fixes.length, strings: [...sources, ...fixes.map(({ personId }) => personId)], ...columns };
}
