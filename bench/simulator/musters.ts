/**
 * What people do when they are called to muster: whoever is inside the place stops his work, walks to the nearest assembly point of his
 * company, stays there until it is over, and goes back to work. A few hear nothing. Who is in a scene or a scripted intrusion plays on.
 */
import type { MusterPlace } from '../../stream/protocol/muster.ts';
import type { DemoPark } from '../park/demo-park.ts';
import type { Point } from '../park/site-frame.ts';
import type { Place } from '../park/site-plan.ts';
import type { Habits } from './habits.ts';
import { ACTIVITY, type PeopleState, SCRIPTED } from './people-state.ts';
import type { Jobs } from './permits/jobs.ts';
import type { Ways } from './ways.ts';

export interface CalledTo {
  readonly musterId: string;
  readonly place: MusterPlace;
}

export interface Musters {
  /** All that stand now. */
  hear(standing: readonly CalledTo[]): void;
  step(nowMs: number): void;
  /** Who is called and not back at work. */
  readonly calledCount: number;
}

interface Called {
  readonly musterId: string;
  readonly setOutMs: number;
  isOnHisWay: boolean;
}

/** Of those inside. */
const DEAF_SHARE = 0.03;
const SET_OUT_S = [5, 45] as const;
const PACE = [1.4, 1.9] as const;
const DRIVE_PACE = 7.5;
/** Who comes in later is called then. */
const LOOK_EVERY_MS = 1_000;
/** Of half an assembly point. */
const SPREAD_SHARE = 0.6;

export function createMusters(park: DemoPark, state: PeopleState, ways: Ways, habits: Habits, jobs: Jobs): Musters {
  const { companies } = park.plan;
  let standing: readonly CalledTo[] = [];
  let nextMs = Number.NEGATIVE_INFINITY;
  const called = new Map<number, Called>();
  /** Who hears which of them, by muster; forgotten with it. */
  const deaf = new Map<string, Map<number, boolean>>();

  const isDeaf = (musterId: string, i: number): boolean => {
    const known = deaf.get(musterId) ?? new Map<number, boolean>();
    deaf.set(musterId, known);
    const is = known.get(i) ?? state.random(i) < DEAF_SHARE;
    known.set(i, is);
    return is;
  };

  const callTo = (musterId: string, ring: readonly Point[] | null, nowMs: number): void => {
    const hears = (i: number): boolean =>
      state.activity[i] !== ACTIVITY.away &&
      (ring === null || isInside(ring, state.u[i]!, state.v[i]!)) &&
      !called.has(i) &&
      !isDeaf(musterId, i);
    jobs.callOff(hears, nowMs);
    for (let i = 0; i < state.count; i++) {
      if (state.scripted[i] !== SCRIPTED.none || !hears(i)) continue;
      state.scripted[i] = SCRIPTED.goingIn;
      called.set(i, { musterId, setOutMs: nowMs + 1_000 * state.between(i, ...SET_OUT_S), isOnHisWay: false });
    }
  };

  const setOut = (i: number): void => {
    const { rect, index } = nearestPoint(i);
    const [halfU, halfV] = [(SPREAD_SHARE * (rect.u1 - rect.u0)) / 2, (SPREAD_SHARE * (rect.v1 - rect.v0)) / 2];
    const [du, dv] = [state.between(i, -halfU, halfU), state.between(i, -halfV, halfV)];
    const pace = park.people[i]!.habit === 'driver' ? DRIVE_PACE : state.between(i, ...PACE);
    ways.turnToSpot(i, index, du, dv, pace);
  };

  const nearestPoint = (i: number): Place => {
    const farM = ({ rect }: Place): number =>
      Math.hypot((rect.u0 + rect.u1) / 2 - state.u[i]!, (rect.v0 + rect.v1) / 2 - state.v[i]!);
    const points = companies[state.companyIndex[i]!]!.places.filter(({ kind }) => kind === 'assembly');
    return points.reduce((best, one) => (farM(one) < farM(best) ? one : best));
  };

  /** false: back at work. */
  const stepOne = (i: number, one: Called, isOver: boolean, nowMs: number): boolean => {
    if (!one.isOnHisWay) {
      if (nowMs < one.setOutMs) return true;
      one.isOnHisWay = true;
      setOut(i);
      return true;
    }
    // Who is on his way arrives first: back from there he knows the way.
    if (state.pathAt[i]! < (state.path[i]?.length ?? 0)) return true;
    if (!isOver) {
      state.scripted[i] = SCRIPTED.inside;
      state.activity[i] = ACTIVITY.staying;
      state.speed[i] = 0;
      return true;
    }
    state.scripted[i] = SCRIPTED.none;
    habits.resume(i, nowMs);
    return false;
  };

  /** null: everybody. Of an area that is not of the demonstration: its company's boundary. */
  const ringOf = (place: MusterPlace): readonly Point[] | null => {
    if (place.of === 'park') return null;
    const [companyCode, areaId] = place.of === 'area' ? place.area.split('/', 2) : [place.companyCode, ''];
    const area = park.areas.find(({ record }) => record.COMPANY_CODE === companyCode && record.ID === areaId);
    return area?.ring ?? companies.find(({ code }) => code === companyCode)?.boundary ?? [];
  };

  return {
    hear: (all) => {
      standing = all;
      for (const id of deaf.keys()) if (all.every(({ musterId }) => musterId !== id)) deaf.delete(id);
    },
    step: (nowMs) => {
      if (nowMs < nextMs) return;
      nextMs = nowMs + LOOK_EVERY_MS;
      for (const { musterId, place } of standing) callTo(musterId, ringOf(place), nowMs);
      for (const [i, one] of called) {
        const isOver = standing.every(({ musterId }) => musterId !== one.musterId);
        if (!stepOne(i, one, isOver, nowMs)) called.delete(i);
      }
    },
    get calledCount() {
      return called.size;
    },
  };
}

function isInside(ring: readonly Point[], u: number, v: number): boolean {
  let inside = false;
  for (const [n, a] of ring.entries()) {
    const b = ring[(n + 1) % ring.length]!;
    if (a.v > v !== b.v > v && u < a.u + ((b.u - a.u) * (v - a.v)) / (b.v - a.v)) inside = !inside;
  }
  return inside;
}
