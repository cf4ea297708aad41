/**
 * Work of today as the map, the strip and the list see it: permits and what is booked without one, with their standing alarms. Computed
 * from the live documents alone. Pure.
 */
import type { WorkKind } from '../../standard/special-work.ts';
import { type AlarmView, areaKey, isQuiet } from '../../stream/protocol/effects.ts';
import { type BookingView, type PermitView, permitKey } from '../../stream/protocol/permits.ts';
import type { ScenePermit } from '../scene/permit-layer.ts';
import { lookOf } from './icon-parts.ts';
import {
  bookingStatus,
  DAY_STATES,
  type DayState,
  dayStateOf,
  KINDS,
  kindOf,
  type WorkStatus,
} from './permit-states.ts';

export interface JobAlarm {
  /** Worst one. */
  readonly level: number;
  readonly count: number;
  /** Nobody acknowledged one of the worst. */
  readonly isWaiting: boolean;
}

export interface JobItem {
  readonly key: string;
  readonly companyCode: string;
  readonly workCode: string;
  readonly kind: WorkKind;
  readonly status: WorkStatus;
  readonly state: DayState;
  readonly content: string;
  readonly site: string;
  /** null: neither its own words nor its area say where. */
  readonly place: { readonly lng: number; readonly lat: number } | null;
  /** Begun, else permitted, else planned. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** null: a booking. */
  readonly permit: PermitView | null;
  readonly alarm: JobAlarm | null;
}

type Place = JobItem['place'];
/** Yellow and blue stand still, as people do. */
const PULSES_UP_TO = 2;

/** By permitKey(); what is shelved or suppressed counts not. */
export function alarmsByPermit(alarms: readonly AlarmView[]): ReadonlyMap<string, JobAlarm> {
  const byPermit = new Map<string, JobAlarm>();
  for (const alarm of alarms) {
    if (alarm.permit === null || !alarm.active || isQuiet(alarm)) continue;
    const key = permitKey(alarm.permit.companyCode, alarm.permit.permitId);
    const known = byPermit.get(key);
    const isWaiting = !alarm.acknowledged;
    const count = (known?.count ?? 0) + 1;
    if (known === undefined || alarm.level < known.level) byPermit.set(key, { level: alarm.level, count, isWaiting });
    else if (alarm.level === known.level)
      byPermit.set(key, { ...known, count, isWaiting: known.isWaiting || isWaiting });
    else byPermit.set(key, { ...known, count });
  }
  return byPermit;
}

/** `placeOfArea`: middle of an area by areaKey(). */
export function jobItems(
  permits: readonly PermitView[],
  bookings: readonly BookingView[],
  alarms: ReadonlyMap<string, JobAlarm>,
  placeOfArea: (key: string) => Place,
): JobItem[] {
  return [
    ...permits.map((permit) => ofPermit(permit, alarms, placeOfArea)),
    ...bookings.map(
      (booking): JobItem => ({
        key: `${booking.from}/${booking.companyCode}/${booking.id}`,
        companyCode: booking.companyCode,
        workCode: booking.workCode,
        kind: kindOf(booking.workCode),
        status: bookingStatus(booking),
        state: dayStateOf(bookingStatus(booking)),
        content: booking.content,
        site: booking.site,
        place: placeOf(booking),
        fromMs: booking.fromMs,
        toMs: booking.toMs,
        permit: null,
        alarm: null,
      }),
    ),
  ].sort(compareJobs);
}

function ofPermit(
  permit: PermitView,
  alarms: ReadonlyMap<string, JobAlarm>,
  placeOfArea: (key: string) => Place,
): JobItem {
  const { companyCode, permitId, workCode, status, areaId } = permit;
  const key = permitKey(companyCode, permitId);
  return {
    key,
    companyCode,
    workCode,
    kind: kindOf(workCode),
    status,
    state: dayStateOf(status),
    content: permit.content,
    site: permit.site,
    place: placeOf(permit) ?? (areaId === null ? null : placeOfArea(areaKey(companyCode, areaId))),
    fromMs: permit.startedAtMs ?? permit.validFromMs ?? permit.plannedFromMs,
    toMs: permit.endedAtMs ?? permit.validToMs ?? permit.plannedToMs,
    permit,
    alarm: alarms.get(key) ?? null,
  };
}

const placeOf = ({ lng, lat }: { readonly lng: number | null; readonly lat: number | null }): Place =>
  lng === null || lat === null ? null : { lng, lat };

const RANK: Readonly<Record<WorkStatus, number>> = {
  working: 0,
  paused: 1,
  issued: 2,
  applied: 3,
  booked: 4,
  accepted: 5,
  cancelled: 6,
  withdrawn: 6,
  void: 6,
};

/** What is in alarm by level, what goes on, what will, what is over; the newest first. */
export const compareJobs = (a: JobItem, b: JobItem): number =>
  alarmRank(a) - alarmRank(b) ||
  RANK[a.status] - RANK[b.status] ||
  (b.fromMs ?? 0) - (a.fromMs ?? 0) ||
  (a.key < b.key ? -1 : 1);

const alarmRank = ({ alarm }: JobItem): number => (alarm === null ? 9 : alarm.level + (alarm.isWaiting ? 0 : 0.5));

export interface JobFilter {
  readonly state: DayState | null;
  readonly kind: WorkKind | null;
  readonly isAlarmed: boolean;
  readonly companyCode: string | null;
  /** Those alone, as from a heap on the map. */
  readonly keys: readonly string[] | null;
}
export const EVERY_JOB: JobFilter = { state: null, kind: null, isAlarmed: false, companyCode: null, keys: null };

export const fits = (item: JobItem, filter: JobFilter): boolean =>
  (filter.state === null || item.state === filter.state) &&
  (filter.kind === null || item.kind === filter.kind) &&
  (!filter.isAlarmed || item.alarm !== null) &&
  (filter.companyCode === null || item.companyCode === filter.companyCode) &&
  (filter.keys === null || filter.keys.includes(item.key));

export interface JobCounts {
  readonly total: number;
  readonly alarmed: number;
  readonly paused: number;
  readonly byState: Readonly<Record<DayState, number>>;
  /** In progress, by kind; and all. */
  readonly byKind: readonly { readonly kind: WorkKind; readonly working: number; readonly total: number }[];
}

export function jobCounts(items: readonly JobItem[]): JobCounts {
  const byState = Object.fromEntries(DAY_STATES.map((state) => [state, 0])) as Record<DayState, number>;
  const byKind = new Map(KINDS.map((kind) => [kind, { kind, working: 0, total: 0 }]));
  let alarmed = 0;
  let paused = 0;
  for (const item of items) {
    byState[item.state]++;
    if (item.alarm !== null) alarmed++;
    if (item.status === 'paused') paused++;
    const kind = byKind.get(item.kind);
    if (kind === undefined) continue;
    kind.total++;
    if (item.state === 'working') kind.working++;
  }
  return { total: items.length, alarmed, paused, byState, byKind: [...byKind.values()] };
}

export interface ShownJobs {
  readonly kinds: ReadonlySet<WorkKind>;
  readonly states: ReadonlySet<DayState>;
  readonly selectedKey: string | null;
  /** null: every company. */
  readonly companyCode: string | null;
}

/** What the scene draws: what the layers show; the chosen one and those in alarm whatever they show. */
export function sceneJobs(items: readonly JobItem[], shown: ShownJobs): ScenePermit[] {
  const permits: ScenePermit[] = [];
  for (const item of items) {
    const { key, place, alarm } = item;
    const isAlways = key === shown.selectedKey || alarm !== null;
    const isOn = shown.kinds.has(item.kind) && shown.states.has(item.state);
    const isOfCompany = shown.companyCode === null || item.companyCode === shown.companyCode;
    if (place === null || !(isAlways || (isOn && isOfCompany))) continue;
    permits.push({
      key,
      ...place,
      look: lookOf(item.workCode, item.status, alarm?.level),
      isWaiting: alarm?.isWaiting ?? false,
      pulses: alarm?.isWaiting === true && alarm.level <= PULSES_UP_TO,
      rank: RANK[item.status],
    });
  }
  return permits;
}
