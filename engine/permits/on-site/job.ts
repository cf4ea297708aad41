/**
 * A permit in progress as the rules on site see it: where the job is, its own area, who belongs there. Made anew when its permit or
 * its area changed; never changed.
 */
import { type Work, workOf } from '../../../alarms/permits/on-site/conflicts.ts';
import { signedDepthM } from '../../../geo/fence.kernel.ts';
import { areaKey } from '../../../stream/protocol/effects.ts';
import { startedAtMs, statusChanges, statusSinceMs } from '../../../stream/protocol/permit-merge.ts';
import { NOBODY } from '../../alarm-table.ts';
import { type Area, areaDepthM, isValidAt } from '../../areas-table.ts';
import type { Park } from '../../park.ts';
import { isOnDutyAt, type OnPermit } from '../permit-people.ts';
import type { KeptPermit } from '../permit-table.ts';
import type { Measure } from './sight.ts';

/** Somebody on it who was found among the people of the park. */
export type Found = Pick<OnPermit, 'slot' | 'fromMs' | 'toMs'>;

/** Those of one role, and whether any has times of his own: few have, and nobody's need be looked at each second. */
interface Roster {
  readonly all: readonly Found[];
  readonly isTimed: boolean;
}

/** Those of them who are on it then. */
export const onItAt = ({ all, isTimed }: Roster, atMs: number): readonly Found[] =>
  isTimed ? all.filter((one) => isOnDutyAt(one, atMs)) : all;

export interface Job {
  readonly key: string;
  readonly permit: KeptPermit;
  /** null: a code that A.2 does not have. */
  readonly work: Work | null;
  /** The area drawn for it; null: nobody drew one, and it is a circle. */
  readonly area: Area | null;
  readonly easting: number;
  readonly northing: number;
  readonly radiusM: number;
  /** In progress since, as suppliers say; of one that was paused since it went on. */
  readonly sinceMs: number;
  /** Each in each of his spans on it. */
  readonly guardians: Roster;
  readonly workers: Roster;
  /** Is a guardian on duty then whom nobody could find among the people of the park? */
  readonly hasOpenGuardian: (atMs: number) => boolean;
  /** Slots of those who work or watch there: everybody but the approvers. */
  readonly crew: readonly number[];
  /** Slots of everybody on it, in whatever role. */
  readonly slots: ReadonlySet<number>;
  /** Names on it that found nobody, or several: who bears one at its company may be meant. */
  readonly openNames: ReadonlySet<string>;
  /** m outside its area, 0 inside; of a circle from its middle. */
  readonly distanceM: Measure;
  /** m inside its area or circle, negative outside; heights count where the area has a band. */
  readonly depthM: Measure;
}

/** Wider than this an area is no job's own: its guardian could be out of sight and inside. */
const DRAWN_MAX_M = 100;

/**
 * The area that was drawn for the job: of kind WORK, or temporary. One of another kind (a unit, a tank farm), or one too wide, only
 * says in which part of the site the job is, unless the permit has no place of its own.
 */
export function drawnAreaOf(park: Park, { areaKey, jobPlace: place }: KeptPermit): Area | null {
  const area = areaKey === null ? undefined : park.areas.byKey.get(areaKey);
  if (area === undefined || !isValidAt(area.record, park.nowMs)) return null;
  const { west, south, east, north } = area.fence;
  if (place !== null && Math.max(east - west, north - south) > DRAWN_MAX_M) return null;
  return area.record.kind === 'WORK' || !area.record.fixed ? area : null;
}

export const areaKeyOf = ({ record }: Area): string => areaKey(record.companyCode, record.areaId);

/** null: neither a place nor an area: nothing can be watched. */
export function jobOf(permit: KeptPermit, area: Area | null): Job | null {
  const { state, radiusM, people, key, jobPlace } = permit;
  if (jobPlace === null && area === null) return null;
  const { easting, northing } = jobPlace ?? middleOf(area!);
  const fromPlaceM: Measure = (e, n) => Math.hypot(e - easting, n - northing);
  const found = people.filter(({ slot }) => slot !== NOBODY);
  const of = (role: OnPermit['role']): Roster => {
    const all = found.flatMap(({ slot, fromMs, toMs, ...one }) => (one.role === role ? [{ slot, fromMs, toMs }] : []));
    return { all, isTimed: all.some(({ fromMs, toMs }) => fromMs !== null || toMs !== null) };
  };
  const { content = '', details = {} } = state.fields;
  return {
    key,
    permit,
    work: workOf(state.fields.workCode ?? '', [content, ...Object.values(details)]),
    area,
    easting,
    northing,
    radiusM,
    sinceMs: inProgressSinceMs(permit),
    guardians: of('guardian'),
    workers: of('worker'),
    hasOpenGuardian: (atMs) =>
      people.some((one) => one.role === 'guardian' && one.slot === NOBODY && isOnDutyAt(one, atMs)),
    crew: [...new Set(found.filter(({ role }) => role !== 'approver').map(({ slot }) => slot))],
    slots: new Set(found.map(({ slot }) => slot)),
    openNames: new Set(people.flatMap(({ slot, name }) => (slot === NOBODY && name !== '' ? [name] : []))),
    distanceM: area === null ? fromPlaceM : (e, n) => Math.max(0, -signedDepthM(area.fence, e, n)),
    depthM:
      area === null ? (e, n) => radiusM - fromPlaceM(e, n, 0) : (e, n, heightM) => areaDepthM(area, e, n, heightM),
  };
}

function inProgressSinceMs({ state }: KeptPermit): number {
  const begun = statusChanges(state).filter(({ status }) => status === 'working').length;
  return begun > 1 ? statusSinceMs(state) : (startedAtMs(state) ?? statusSinceMs(state));
}

const middleOf = ({ fence }: Area) => ({
  easting: (fence.west + fence.east) / 2,
  northing: (fence.south + fence.north) / 2,
});
