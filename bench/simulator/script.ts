/**
 * Scripted incidents: somebody presses SOS, somebody walks into a forbidden area, a supplier's system goes down. Everything else in the simulation
 * keeps out of forbidden areas, so every other alarm is a false one.
 */

import type { ForbiddenPart } from '../park/cells.ts';
import type { DemoPark } from '../park/demo-park.ts';
import { createRandom } from '../random.ts';
import type { Habits } from './habits.ts';
import { ACTIVITY, type PeopleState, SCRIPTED } from './people-state.ts';
import type { Ways } from './ways.ts';

export interface ScriptOptions {
  /** Mean time between two SOS, s; 0: never. */
  readonly sosEveryS: number;
  /** Mean time between two intrusions, s; 0: never. */
  readonly intrusionEveryS: number;
  /** Mean time between two outages of a supplier's system, s; 0 or absent: never. */
  readonly outageEveryS?: number;
}

export interface Script {
  /** Starts and ends incidents that are due. */
  step(nowMs: number): void;
  /** The company's supplier sends nothing: its system is down. One company at a time. */
  isDown(companyIndex: number, nowMs: number): boolean;
  readonly sosCount: number;
  readonly intrusionCount: number;
}

interface Intrusion {
  readonly person: number;
  readonly place: number;
  readonly part: ForbiddenPart;
  leaveAtMs: number;
}

/** The first ones come soon, so that a demonstration has something to show. */
const FIRST_SOS_S = 25;
const FIRST_INTRUSION_S = 8;
const FIRST_OUTAGE_S = 180;
/** Longer than the 60 s after which a silent company is told of, shorter than a lunch break. */
const OUTAGE_S = 150;
const WALK_PACE = 1.5;
/** Candidates looked at for one intrusion; the area with somebody nearest is taken. */
const AREAS_LOOKED_AT = 8;

export function createScript(
  park: DemoPark,
  state: PeopleState,
  ways: Ways,
  habits: Habits,
  startMs: number,
  options: ScriptOptions,
): Script {
  const random = createRandom(park.seed ^ 0x5c21);
  const running: Intrusion[] = [];
  const targets = park.plan.companies.flatMap((company) =>
    company.places.flatMap((place) => place.forbidden.map((part) => ({ company, place, part }))),
  );
  const every = (seconds: number): number => seconds * 1_000 * (0.7 + 0.6 * random());
  const first = (everyS: number, firstS: number): number =>
    everyS > 0 ? startMs + Math.min(firstS, everyS) * 1_000 : Number.POSITIVE_INFINITY;
  let nextSosMs = first(options.sosEveryS, FIRST_SOS_S);
  let nextIntrusionMs = first(options.intrusionEveryS, FIRST_INTRUSION_S);
  // Of its own, so that the other incidents are the same with and without outages.
  const outageRandom = createRandom(park.seed ^ 0x0f1e);
  const outageEveryS = options.outageEveryS ?? 0;
  let nextOutageMs = first(outageEveryS, FIRST_OUTAGE_S);
  let downCompany = -1;
  let downUntilMs = 0;
  let sosCount = 0;
  let intrusionCount = 0;

  const isFree = (i: number): boolean =>
    state.activity[i] !== ACTIVITY.away && state.scripted[i] === SCRIPTED.none && !park.people[i]!.bound;

  const startSos = (nowMs: number): void => {
    for (let attempt = 0; attempt < 50; attempt++) {
      const i = Math.floor(random() * state.count);
      if (state.activity[i] === ACTIVITY.away || state.sosUntilMs[i]! >= nowMs) continue;
      state.sosUntilMs[i] = nowMs + 1_000 * (50 + 60 * random());
      sosCount++;
      return;
    }
  };

  const nearestTo = (companyIndex: number, u: number, v: number): { person: number; distanceM: number } => {
    let person = -1;
    let distanceM = Number.POSITIVE_INFINITY;
    for (let i = 0; i < state.count; i++) {
      if (state.companyIndex[i] !== companyIndex || !isFree(i) || park.people[i]!.habit === 'driver') continue;
      const distance = Math.abs(state.u[i]! - u) + Math.abs(state.v[i]! - v);
      if (distance < distanceM) {
        distanceM = distance;
        person = i;
      }
    }
    return { person, distanceM };
  };

  const startIntrusion = (): void => {
    let best: { person: number; distanceM: number; target: (typeof targets)[number] } | null = null;
    for (let k = 0; k < AREAS_LOOKED_AT; k++) {
      const target = targets[Math.floor(random() * targets.length)]!;
      const corner = target.part.ring[0]!;
      const found = nearestTo(target.company.index, corner.u, corner.v);
      if (found.person >= 0 && (best === null || found.distanceM < best.distanceM)) best = { ...found, target };
    }
    if (best === null) return;
    const { person, target } = best;
    running.push({ person, place: target.place.index, part: target.part, leaveAtMs: Number.POSITIVE_INFINITY });
    state.scripted[person] = SCRIPTED.goingIn;
    ways.intoForbidden(person, target.place.index, target.part, WALK_PACE);
    intrusionCount++;
  };

  const hasArrived = (i: number): boolean => {
    const path = state.path[i];
    return path === null || path === undefined || state.pathAt[i]! >= path.length;
  };

  const stepIntrusion = (intrusion: Intrusion, nowMs: number): boolean => {
    const i = intrusion.person;
    switch (state.scripted[i]) {
      case SCRIPTED.goingIn:
        if (!hasArrived(i)) return true;
        state.scripted[i] = SCRIPTED.inside;
        state.activity[i] = ACTIVITY.staying;
        state.speed[i] = 0;
        intrusion.leaveAtMs = nowMs + 1_000 * (40 + 35 * random());
        return true;
      case SCRIPTED.inside:
        if (nowMs < intrusion.leaveAtMs) return true;
        state.scripted[i] = SCRIPTED.goingOut;
        ways.outOfForbidden(i, intrusion.place, intrusion.part, WALK_PACE);
        return true;
      default:
        if (!hasArrived(i)) return true;
        state.scripted[i] = SCRIPTED.none;
        habits.resume(i, nowMs);
        return false;
    }
  };

  return {
    step: (nowMs) => {
      if (nowMs >= nextSosMs) {
        startSos(nowMs);
        nextSosMs = nowMs + every(options.sosEveryS);
      }
      if (nowMs >= nextIntrusionMs) {
        startIntrusion();
        nextIntrusionMs = nowMs + every(options.intrusionEveryS);
      }
      if (nowMs >= nextOutageMs) {
        downCompany = Math.floor(outageRandom() * park.plan.companies.length);
        downUntilMs = nowMs + 1_000 * OUTAGE_S;
        nextOutageMs = nowMs + 1_000 * Math.max(OUTAGE_S, outageEveryS * (0.7 + 0.6 * outageRandom()));
      }
      for (let k = running.length - 1; k >= 0; k--) {
        if (!stepIntrusion(running[k]!, nowMs)) running.splice(k, 1);
      }
    },
    isDown: (companyIndex, nowMs) => companyIndex === downCompany && nowMs < downUntilMs,
    get sosCount() {
      return sosCount;
    },
    get intrusionCount() {
      return intrusionCount;
    },
  };
}
