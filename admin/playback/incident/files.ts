/** The files of an incident bundle as text, piece by piece. ID numbers and phones are in none of them. */
import { NULL_INT2, NULL_INT4, PositionColumns } from '../../../db/copy/position-columns.ts';
import { CSV_MARK, csvLine } from '../../csv.ts';
import type { PastPark } from '../ports.ts';
import type { IncidentFacts } from './facts.ts';

/** People whose positions are held at a time. */
const PEOPLE_AT_ONCE = 50;
const iso = (atMs: number | null): string => (atMs === null ? '' : new Date(atMs).toISOString());

export interface PersonTrack {
  readonly person: IncidentFacts['people'][number];
  readonly observedAtMs: readonly number[];
  /** CGCS2000, degrees. */
  readonly lng: readonly number[];
  readonly lat: readonly number[];
  readonly heightM: readonly (number | null)[];
  readonly accuracyM: readonly (number | null)[];
}

/** In order of people, each in order of time; those without positions too. */
export async function* tracksOf(past: Pick<PastPark, 'positions'>, facts: IncidentFacts): AsyncGenerator<PersonTrack> {
  const rows = new PositionColumns(8_192);
  for (let at = 0; at < facts.people.length; at += PEOPLE_AT_ONCE) {
    const some = facts.people.slice(at, at + PEOPLE_AT_ONCE);
    rows.count = 0;
    await past.positions(
      some.flatMap(({ ids }) => ids),
      facts.fromMs - 1,
      facts.toMs,
      rows,
    );
    const rowsOf = new Map<number, number[]>();
    for (let row = 0; row < rows.count; row++) {
      const id = rows.personId[row] ?? 0;
      const own = rowsOf.get(id);
      if (own === undefined) rowsOf.set(id, [row]);
      else own.push(row);
    }
    for (const person of some) {
      const own = person.ids
        .flatMap((id) => rowsOf.get(id) ?? [])
        .filter((row) => facts.wearers.of(rows.personId[row] ?? 0, rows.observedAtMs[row] ?? 0) === person.id);
      own.sort((a, b) => (rows.observedAtMs[a] ?? 0) - (rows.observedAtMs[b] ?? 0));
      yield {
        person,
        observedAtMs: own.map((row) => rows.observedAtMs[row] ?? 0),
        lng: own.map((row) => (rows.lng[row] ?? 0) / 1e7),
        lat: own.map((row) => (rows.lat[row] ?? 0) / 1e7),
        heightM: own.map((row) => (rows.heightCm[row] === NULL_INT4 ? null : (rows.heightCm[row] ?? 0) / 100)),
        accuracyM: own.map((row) => (rows.accuracyDm[row] === NULL_INT2 ? null : (rows.accuracyDm[row] ?? 0) / 10)),
      };
    }
  }
}

const whoOf = ({ view }: PersonTrack['person']) =>
  [view.companyCode, view.companyName, view.personId, view.cardNo, view.name, view.type] as const;
const WHO = ['company_code', 'company', 'person_id', 'card_no', 'name', 'type'];

export async function* tracksCsv(tracks: AsyncIterable<PersonTrack>): AsyncGenerator<string> {
  yield CSV_MARK + csvLine([...WHO, 'observed_at', 'lng', 'lat', 'height_m', 'accuracy_m']);
  for await (const { person, observedAtMs, lng, lat, heightM, accuracyM } of tracks) {
    const who = whoOf(person);
    yield observedAtMs
      .map((atMs, n) =>
        csvLine([...who, iso(atMs), lng[n] ?? null, lat[n] ?? null, heightM[n] ?? null, accuracyM[n] ?? null]),
      )
      .join('');
  }
}

const FEATURES = '{"type":"FeatureCollection","coordinateSystem":"CGCS2000","features":[';

export async function* tracksGeoJson(tracks: AsyncIterable<PersonTrack>): AsyncGenerator<string> {
  yield FEATURES;
  let between = '\n';
  for await (const { person, observedAtMs, lng, lat, heightM } of tracks) {
    if (observedAtMs.length === 0) continue;
    const points = lng.map((east, n) => [east, lat[n] ?? 0, ...(heightM[n] == null ? [] : [heightM[n]])]);
    const { companyCode, companyName, personId, cardNo, name, type } = person.view;
    const feature = {
      type: 'Feature',
      properties: { companyCode, companyName, personId, cardNo, name, type, observedAtMs },
      geometry:
        points.length === 1 ? { type: 'Point', coordinates: points[0] } : { type: 'LineString', coordinates: points },
    };
    yield between + JSON.stringify(feature);
    between = ',\n';
  }
  yield '\n]}\n';
}

/** A line for each transition, with the alarm's state behind it. */
export function* alarmsCsv({ transitions }: IncidentFacts): Generator<string> {
  yield CSV_MARK +
    csvLine([
      'alarm_id',
      'rule',
      'at',
      'transition',
      'by',
      'why',
      'level',
      'active',
      'acknowledged_at',
      'acknowledged_by',
      'onset_at',
      'raised_at',
      'cleared_at',
      'ended_at',
      'person',
      'area',
      'permit',
      'lng',
      'lat',
      'comment',
      'false_mark',
    ]);
  for (const { atMs, alarm } of transitions) {
    yield csvLine([
      alarm.alarmId,
      alarm.rule,
      iso(atMs),
      alarm.transition,
      alarm.actedBy,
      alarm.why,
      alarm.level,
      alarm.active ? 'yes' : 'no',
      iso(alarm.acknowledgedAtMs),
      alarm.acknowledgedBy,
      iso(alarm.onsetAtMs),
      iso(alarm.raisedAtMs),
      iso(alarm.clearedAtMs),
      iso(alarm.endedAtMs),
      alarm.person?.name ?? '',
      alarm.areaName,
      alarm.permit?.number ?? alarm.permit?.permitId ?? '',
      alarm.place?.lng ?? null,
      alarm.place?.lat ?? null,
      alarm.comment,
      alarm.falseMark?.text ?? '',
    ]);
  }
}

export function* permitsCsv({ permits }: IncidentFacts): Generator<string> {
  const head = ['as_of', 'company_code', 'permit_id', 'number', 'work_code', 'status', 'content', 'site', 'lng', 'lat'];
  yield CSV_MARK +
    csvLine([...head, 'valid_from', 'valid_to', 'started_at', 'ended_at', 'units', 'responsible', 'people']);
  for (const { atMs, permit } of permits) {
    yield csvLine([
      iso(atMs),
      permit.companyCode,
      permit.permitId,
      permit.number,
      permit.workCode,
      permit.status,
      permit.content,
      permit.site,
      permit.lng,
      permit.lat,
      iso(permit.validFromMs),
      iso(permit.validToMs),
      iso(permit.startedAtMs),
      iso(permit.endedAtMs),
      permit.units.join(' '),
      permit.responsibleName,
      permit.people.map(({ role, name }) => `${role}: ${name}`).join(', '),
    ]);
  }
}

export function* permitsJson({ permits }: IncidentFacts): Generator<string> {
  yield `${JSON.stringify(permits, null, 1)}\n`;
}

/** Each version that held in the span; one that was withdrawn has no outline. */
export function* areasGeoJson({ areas }: IncidentFacts): Generator<string> {
  const features = areas.map(({ atMs, version, record }) => {
    const { companyCode, areaId, name, kind, deleted } = record;
    return JSON.stringify({
      type: 'Feature',
      properties: { companyCode, areaId, name, kind, version, sinceMs: atMs, withdrawn: deleted },
      geometry: deleted ? null : { type: 'MultiPolygon', coordinates: record.polygons },
    });
  });
  yield `${FEATURES}\n${features.join(',\n')}\n]}\n`;
}
