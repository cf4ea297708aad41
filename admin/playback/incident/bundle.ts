/** An incident bundle (取证包): what is stored of an alarm or a place over a span, as one ZIP that is made while it is sent. */
import type { Words } from '../../../core/words.ts';
import type { CompanyScope } from '../../../db/company-scope.ts';
import type { Projection } from '../../../geo/projection.ts';
import type { Language } from '../../register/cells/cells.ts';
import type { PastPark } from '../ports.ts';
import type { IncidentFacts } from './facts.ts';
import {
  alarmsCsv,
  areasGeoJson,
  type PersonTrack,
  permitsCsv,
  permitsJson,
  tracksCsv,
  tracksGeoJson,
  tracksOf,
} from './files.ts';
import { reportHtml, type SketchLine } from './report.ts';
import { type FileSum, type ZippedFile, zipped } from './zip.ts';

export interface BundleHead {
  readonly park: Words;
  /** User name. */
  readonly by: string;
  readonly scope: CompanyScope;
  readonly atMs: number;
  readonly reason: string;
  readonly language: Language;
}

/** Of a sketch, a person; a track of more has every so many-th. */
const SKETCH_POINTS = 300;

/** Throws AppError DATABASE_UNAVAILABLE. */
export function incidentBundle(
  past: Pick<PastPark, 'positions'>,
  projection: Projection,
  facts: IncidentFacts,
  head: BundleHead,
): AsyncGenerator<Uint8Array> {
  const lines: SketchLine[] = [];
  const sketched = async function* (): AsyncGenerator<PersonTrack> {
    for await (const track of tracksOf(past, facts)) {
      lines.push(sketchOf(projection, track));
      yield track;
    }
  };
  const files: ZippedFile[] = [
    { name: 'tracks.csv', content: tracksCsv(sketched()) },
    { name: 'tracks.geojson', content: tracksGeoJson(tracksOf(past, facts)) },
    { name: 'alarms.csv', content: alarmsCsv(facts) },
    { name: 'permits.csv', content: permitsCsv(facts) },
    { name: 'permits.json', content: permitsJson(facts) },
    { name: 'areas.geojson', content: areasGeoJson(facts) },
    // Begun after the tracks were written, so the sketch is there.
    { name: 'report.html', content: reportHtml(facts, head, lines, head.language) },
  ];
  const manifest = (sums: readonly FileSum[]): ZippedFile => {
    const { fromMs, toMs, alarm, people, alarms } = facts;
    const { by, scope, atMs, reason, park } = head;
    const about = { park, fromMs, toMs, alarmId: alarm?.alarmId ?? null, people: people.length, alarms: alarms.length };
    const made = { by, companyCode: scope, atMs, at: new Date(atMs).toISOString(), reason };
    return {
      name: 'manifest.json',
      content: [`${JSON.stringify({ version: 1, made, about, files: sums }, null, 2)}\n`],
    };
  };
  return zipped(files, manifest, head.atMs);
}

function sketchOf(projection: Projection, { observedAtMs, lng, lat }: PersonTrack): SketchLine {
  const each = Math.max(1, Math.ceil(observedAtMs.length / SKETCH_POINTS));
  const kept = observedAtMs.map((_, n) => n).filter((n) => n % each === 0);
  const plane = kept.map((n) => projection.eastingNorthingFromLngLat(lng[n] ?? 0, lat[n] ?? 0));
  return {
    easting: plane.map(({ easting }) => easting),
    northing: plane.map(({ northing }) => northing),
    firstMs: observedAtMs[0] ?? null,
    lastMs: observedAtMs.at(-1) ?? null,
  };
}
