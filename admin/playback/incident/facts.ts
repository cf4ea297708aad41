/**
 * What an incident bundle is about: a span, a place, and of what is stored whatever belongs to them: people who were there or whom the
 * alarm names, alarms, permits, areas, each as it was. Positions are looked through here and read again when they are written.
 */
import { AppError } from '../../../core/errors.ts';
import type { CompanyScope } from '../../../db/company-scope.ts';
import { NULL_INT4, PositionColumns } from '../../../db/copy/position-columns.ts';
import { signedDepthM } from '../../../geo/fence.kernel.ts';
import { compileFence, type Fence } from '../../../geo/fence.ts';
import { planePolygonsFromLngLat } from '../../../geo/polygons.ts';
import type { Projection } from '../../../geo/projection.ts';
import { type AlarmView, areaKey, subjectOf } from '../../../stream/protocol/effects.ts';
import { type PermitView, permitKey } from '../../../stream/protocol/permits.ts';
import { pastPermits } from '../past-permits.ts';
import type { PastAlarm, PastArea, PastPark, PastPermitViews, PastPerson } from '../ports.ts';
import { Wearers } from '../wearers.ts';

/** Asked for: round an alarm, or an area or a circle over a span. */
export type IncidentOf =
  | {
      readonly of: 'alarm';
      readonly alarmId: string;
      readonly beforeMs: number;
      readonly afterMs: number;
      readonly radiusM: number;
    }
  | {
      readonly of: 'area';
      readonly fromMs: number;
      readonly toMs: number;
      readonly companyCode: string;
      readonly areaId: string;
    }
  | {
      readonly of: 'circle';
      readonly fromMs: number;
      readonly toMs: number;
      readonly lng: number;
      readonly lat: number;
      readonly radiusM: number;
    };

export interface IncidentPermit {
  readonly atMs: number;
  readonly permit: PermitView;
}

export interface IncidentFacts {
  readonly fromMs: number;
  readonly toMs: number;
  /** The one it is about; null: a place. */
  readonly alarm: AlarmView | null;
  /** Circle looked at, in the plane; null: none, or an area's outline. */
  readonly circle: { readonly easting: number; readonly northing: number; readonly radiusM: number } | null;
  /** Each with the ids under which positions of theirs may be, tags worn among them; `wearers` says which are. */
  readonly people: readonly (PastPerson & { readonly ids: readonly number[] })[];
  readonly wearers: Wearers;
  /** Newest state in the span, by onset. */
  readonly alarms: readonly AlarmView[];
  /** All transitions of these, also behind the span: acknowledgements come when they come. */
  readonly transitions: readonly PastAlarm[];
  /** At the beginning of the span and at its end. */
  readonly permits: readonly IncidentPermit[];
  readonly areas: readonly PastArea[];
}

export interface IncidentParts {
  readonly past: PastPark;
  readonly projection: Projection;
  readonly permitViews: PastPermitViews;
}

const POSITIONS_MAX = 8_000_000;
const PEOPLE_MAX = 2_000;
const PEOPLE_AT_ONCE = 500;

interface Ground {
  holds(easting: number, northing: number): boolean;
  readonly circle: IncidentFacts['circle'];
  /** Areas of which these are the outlines. */
  readonly areaKey: string | null;
}

/** Throws AppError NOT_FOUND (no such alarm, no such area then), INPUT_INVALID above the bounds, DATABASE_UNAVAILABLE. */
export async function incidentFacts(
  parts: IncidentParts,
  scope: CompanyScope,
  asked: IncidentOf,
  nowMs: number,
): Promise<IncidentFacts> {
  const { past, permitViews, projection } = parts;
  const alarm = asked.of === 'alarm' ? await past.alarm(scope, asked.alarmId) : null;
  if (asked.of === 'alarm' && alarm === null) throw new AppError('NOT_FOUND');
  const [fromMs, toMs] =
    asked.of === 'alarm'
      ? [(alarm?.onsetAtMs ?? 0) - asked.beforeMs, Math.min(nowMs, (alarm?.onsetAtMs ?? 0) + asked.afterMs)]
      : [asked.fromMs, asked.toMs];
  const versions = await past.areas(scope, fromMs, toMs);
  const ground = groundOf(projection, asked, alarm, versions);
  const { people, wearers } = await peopleOf(parts, scope, alarm, ground, fromMs, toMs);
  const subjects = new Set(people.map(({ view }) => subjectOf(view)));

  const newest = new Map((await past.alarmsAt(scope, fromMs)).map((one) => [one.alarmId, one]));
  for (const change of await past.alarmChanges(scope, fromMs, toMs)) newest.set(change.alarm.alarmId, change.alarm);
  const alarms = [...newest.values()]
    .filter(
      (one) =>
        one.alarmId === alarm?.alarmId ||
        (one.person !== null && subjects.has(subjectOf(one.person))) ||
        (one.areaId !== null && areaKey(one.areaCompanyCode ?? '', one.areaId) === ground.areaKey) ||
        (one.place !== null && isAt(projection, ground, one.place.lng, one.place.lat)),
    )
    .sort((a, b) => a.onsetAtMs - b.onsetAtMs || (a.alarmId < b.alarmId ? -1 : 1));

  const views = (await past.people(scope)).people.map(({ view }) => view);
  const { permits, words } = await pastPermits(past, permitViews, views, { scope, fromMs, toMs });
  const isConcerned = (permit: PermitView): boolean =>
    (alarm?.permit != null &&
      permitKey(alarm.permit.companyCode, alarm.permit.permitId) === permitKey(permit.companyCode, permit.permitId)) ||
    permit.people.some(({ companyCode, personId }) => subjects.has(`${companyCode}/${personId}`)) ||
    isAt(projection, ground, permit.lng, permit.lat);
  const standing = (atMs: number): IncidentPermit[] =>
    permits.docs().flatMap((doc) => {
      const permit = doc.value as PermitView;
      return isConcerned(permit) ? [{ atMs, permit }] : [];
    });
  permits.lookAt(fromMs);
  const before = standing(fromMs);
  for (const word of words) permits.take(word);
  permits.lookAt(toMs);

  return {
    fromMs,
    toMs,
    alarm,
    circle: ground.circle,
    people,
    wearers,
    alarms,
    transitions: await past.histories(
      scope,
      alarms.map(({ alarmId }) => alarmId),
    ),
    permits: [...before, ...standing(toMs)],
    areas: versions.filter((version) => isNear(projection, ground, version, alarm)),
  };
}

/** Those whom the alarm names, and those who were on the ground within the span. */
async function peopleOf(
  { past, projection }: IncidentParts,
  scope: CompanyScope,
  alarm: AlarmView | null,
  ground: Ground,
  fromMs: number,
  toMs: number,
): Promise<Pick<IncidentFacts, 'people' | 'wearers'>> {
  const { people, aliases } = await past.people(scope);
  const wearers = new Wearers(aliases);
  const there = new Set<number>();
  const rows = new PositionColumns(8_192);
  const plane = new Float64Array(2);
  let read = 0;
  for (let at = 0; at < people.length; at += PEOPLE_AT_ONCE) {
    const ids = people.slice(at, at + PEOPLE_AT_ONCE).map(({ id }) => id);
    rows.count = 0;
    await past.positions(ids, fromMs - 1, toMs, rows);
    read += rows.count;
    if (read > POSITIONS_MAX)
      throw new AppError('INPUT_INVALID', { detail: 'too many positions: ask for a shorter span' });
    for (let row = 0; row < rows.count; row++) {
      const id = wearers.of(rows.personId[row] ?? 0, rows.observedAtMs[row] ?? 0);
      if (there.has(id) || rows.lng[row] === NULL_INT4) continue;
      if (!projection.project((rows.lng[row] ?? 0) / 1e7, (rows.lat[row] ?? 0) / 1e7, plane, 0)) continue;
      if (ground.holds(plane[0] ?? 0, plane[1] ?? 0)) there.add(id);
    }
  }
  const named = new Set([...(alarm?.person == null ? [] : [alarm.person]), ...(alarm?.people ?? [])].map(subjectOf));
  for (const { id, view } of people) if (named.has(subjectOf(view))) there.add(id);
  // An alarm of a tag is about whoever wore it.
  for (const { id, alsoId } of aliases) if (there.has(alsoId)) there.add(id);
  const chosen = people.filter(({ id }) => there.has(id));
  if (chosen.length > PEOPLE_MAX) {
    throw new AppError('INPUT_INVALID', {
      detail: `more than ${PEOPLE_MAX} people: ask for a smaller place or a shorter span`,
    });
  }
  const idsOf = (own: number): number[] => [own, ...aliases.flatMap(({ id, alsoId }) => (id === own ? [alsoId] : []))];
  return { people: chosen.map((person) => ({ ...person, ids: idsOf(person.id) })), wearers };
}

function groundOf(
  projection: Projection,
  asked: IncidentOf,
  alarm: AlarmView | null,
  versions: readonly PastArea[],
): Ground {
  if (asked.of === 'area') {
    const key = areaKey(asked.companyCode, asked.areaId);
    const fences = versions.flatMap((version) => (keyOf(version) === key ? fenceOf(projection, version) : []));
    if (fences.length === 0) throw new AppError('NOT_FOUND');
    const holds = (easting: number, northing: number): boolean =>
      fences.some((fence) => signedDepthM(fence, easting, northing) > 0);
    return { holds, circle: null, areaKey: key };
  }
  const key = alarm?.areaId == null ? null : areaKey(alarm.areaCompanyCode ?? '', alarm.areaId);
  // By degrees: the plane that an alarm's place was told in may have been another.
  const place = asked.of === 'circle' ? asked : (alarm?.place ?? null);
  if (place === null) return { holds: () => false, circle: null, areaKey: key };
  const { easting, northing } = projection.eastingNorthingFromLngLat(place.lng, place.lat);
  const radiusM = Math.max(asked.radiusM, alarm?.radiusM ?? 0);
  const holds = (e: number, n: number): boolean => Math.hypot(e - easting, n - northing) <= radiusM;
  return { holds, circle: { easting, northing, radiusM }, areaKey: key };
}

const keyOf = ({ record }: PastArea): string => areaKey(record.companyCode, record.areaId);

function fenceOf(projection: Projection, { record }: PastArea): Fence[] {
  if (record.deleted || record.polygons.length === 0) return [];
  const plane = planePolygonsFromLngLat(record.polygons, projection);
  return plane === null ? [] : [compileFence(plane)];
}

function isAt(projection: Projection, ground: Ground, lng: number | null, lat: number | null): boolean {
  if (lng === null || lat === null) return false;
  const plane = new Float64Array(2);
  return projection.project(lng, lat, plane, 0) && ground.holds(plane[0] ?? 0, plane[1] ?? 0);
}

/** The area itself, and whatever reaches into the circle. */
function isNear(projection: Projection, ground: Ground, version: PastArea, alarm: AlarmView | null): boolean {
  if (keyOf(version) === ground.areaKey) return true;
  const { circle } = ground;
  if (circle === null) return false;
  const isOfAlarm = alarm?.areaId === version.record.areaId && alarm.areaCompanyCode === version.record.companyCode;
  return (
    isOfAlarm ||
    fenceOf(projection, version).some((fence) => signedDepthM(fence, circle.easting, circle.northing) > -circle.radiusM)
  );
}
