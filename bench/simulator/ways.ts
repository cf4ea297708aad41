/**
 * Ways between places: down the stairs, out of the door, along the roads, in at the other door, up the stairs. Nobody
 * crosses a cell that is not theirs, which keeps true positions out of forbidden areas.
 */
import type { ForbiddenPart, Zone } from '../park/cells.ts';
import type { DemoPark } from '../park/demo-park.ts';
import { createWayFinder, type WayFinder } from '../park/road-graph.ts';
import type { CompanyPlan, Place } from '../park/site-plan.ts';
import { ACTIVITY, type Path, type PeopleState, SOURCE, sourceCode } from './people-state.ts';

/** Up or down a stair, m/s. */
const STAIR_PACE_SHARE = 0.3;

export interface Ways {
  /** From where the person is to a point of a zone; sets path, place, zone and floor. */
  toZone(person: number, placeIndex: number, zoneIndex: number, floorIndex: number, pace: number): void;
  /** To a point of a place's first zone on the ground, du and dv from its middle, plan m. */
  toSpot(person: number, placeIndex: number, du: number, dv: number, pace: number): void;
  /** As toSpot, also of somebody who is on his way: by the next road node ahead of him, or back to the last behind him. */
  turnToSpot(person: number, placeIndex: number, du: number, dv: number, pace: number): void;
  /** Along the roads to a node, and from there straight to a point of the plan. */
  toNode(person: number, node: number, u: number, v: number, pace: number): void;
  /** A few metres within the present zone. */
  within(person: number, reachM: number): void;
  /** Out through the gate to the public road. */
  toExit(person: number, pace: number): void;
  /** Along the roads to another company's gate and back to the own one. */
  roundTrip(person: number, otherCompany: number, pace: number): void;
  /** Straight into a forbidden part of a place, by the road to its door. */
  intoForbidden(person: number, placeIndex: number, part: ForbiddenPart, pace: number): void;
  /** Back from there to the road in front of it. */
  outOfForbidden(person: number, placeIndex: number, part: ForbiddenPart, pace: number): void;
  /** Puts the person down at once, without a way. */
  putInto(person: number, placeIndex: number, zoneIndex: number, floorIndex: number): void;
}

const stairOf = (zone: Zone): { u: number; v: number } => ({ u: zone.rect.u0 + 1, v: zone.rect.v0 + 1 });

export function createWays(park: DemoPark, state: PeopleState): Ways {
  const { graph, companies } = park.plan;
  const finder: WayFinder = createWayFinder(graph);
  const companyOf = (person: number): CompanyPlan => companies[state.companyIndex[person]!]!;

  const start = (person: number, path: Path, pace: number): void => {
    state.path[person] = path;
    state.pathAt[person] = 0;
    state.pace[person] = pace;
    state.activity[person] = ACTIVITY.moving;
  };

  const nearestNode = (person: number): number => {
    let best = 0;
    let bestM = Number.POSITIVE_INFINITY;
    for (let i = 0; i < graph.u.length; i++) {
      const distance = Math.abs(graph.u[i]! - state.u[person]!) + Math.abs(graph.v[i]! - state.v[person]!);
      if (distance < bestM) {
        bestM = distance;
        best = i;
      }
    }
    return best;
  };

  /** Leaves the present place; returns the road node reached. */
  const leave = (person: number, path: Path): number => {
    const index = state.place[person]!;
    if (index < 0) return nearestNode(person);
    const place = companyOf(person).places[index]!;
    const zone = place.zones[state.zone[person]!];
    if (zone !== undefined && state.height[person]! > 0.5) {
      const stair = stairOf(zone);
      path.push(stair.u, stair.v, state.height[person]!, sourceCode(zone.source));
      path.push(stair.u, stair.v, 0, sourceCode(zone.source));
    }
    pushNode(person, path, place.door);
    return place.door;
  };

  const pushNode = (person: number, path: Path, node: number): void => {
    const lane = state.lane[person]!;
    path.push(graph.u[node]! + lane, graph.v[node]! + lane, 0, SOURCE.gnss);
  };

  const follow = (person: number, path: Path, from: number, to: number): void => {
    const nodes = finder.find(from, to);
    for (let i = 1; i < nodes.length; i++) pushNode(person, path, nodes[i]!);
  };

  const pointIn = (person: number, zone: Zone, path: Path, heightM: number): void => {
    const u = state.between(person, zone.rect.u0, zone.rect.u1);
    const v = state.between(person, zone.rect.v0, zone.rect.v1);
    path.push(u, v, heightM, sourceCode(zone.source));
  };

  const climb = (zone: Zone, heightM: number, path: Path): void => {
    if (heightM < 0.5) return;
    const stair = stairOf(zone);
    path.push(stair.u, stair.v, 0, sourceCode(zone.source));
    path.push(stair.u, stair.v, heightM, sourceCode(zone.source));
  };

  const settle = (person: number, place: number, zone: number, floor: number): void => {
    state.place[person] = place;
    state.zone[person] = zone;
    state.floor[person] = floor;
  };

  /** Along the present way, ahead or else back, to a road node of it; null: it has none, so the person is within a place. */
  const ontoRoad = (person: number, path: Path): number | null => {
    const way = state.path[person] ?? null;
    if (way === null) return null;
    for (const step of [4, -4]) {
      path.length = 0;
      for (let at = state.pathAt[person]! - (step < 0 ? 4 : 0); at >= 0 && at < way.length; at += step) {
        path.push(...way.slice(at, at + 4));
        const node = nodeAt(person, way[at]!, way[at + 1]!);
        if (node !== -1) return node;
      }
    }
    path.length = 0;
    return null;
  };

  const nodeAt = (person: number, u: number, v: number): number => {
    const lane = state.lane[person]!;
    return graph.u.findIndex((nodeU, node) => nodeU + lane === u && graph.v[node]! + lane === v);
  };

  const toSpotFrom = (
    person: number,
    path: Path,
    from: number,
    placeIndex: number,
    du: number,
    dv: number,
    pace: number,
  ): void => {
    const place = companyOf(person).places[placeIndex]!;
    const { rect, source } = place.zones[0]!;
    follow(person, path, from, place.door);
    path.push((rect.u0 + rect.u1) / 2 + du, (rect.v0 + rect.v1) / 2 + dv, 0, sourceCode(source));
    settle(person, placeIndex, 0, 0);
    start(person, path, pace);
  };

  const middle = (part: ForbiddenPart): { u: number; v: number } => ({
    u: part.ring.reduce((sum, p) => sum + p.u, 0) / part.ring.length,
    v: part.ring.reduce((sum, p) => sum + p.v, 0) / part.ring.length,
  });

  return {
    toZone: (person, placeIndex, zoneIndex, floorIndex, pace) => {
      const place = companyOf(person).places[placeIndex]!;
      const zone = place.zones[zoneIndex]!;
      const heightM = zone.floors[floorIndex]!.heightM;
      const path: Path = [];
      const same = state.place[person] === placeIndex && state.zone[person] === zoneIndex;
      if (same) {
        if (Math.abs(state.height[person]! - heightM) > 0.5) {
          const stair = stairOf(zone);
          path.push(stair.u, stair.v, state.height[person]!, sourceCode(zone.source));
          path.push(stair.u, stair.v, heightM, sourceCode(zone.source));
        }
      } else {
        const from = leave(person, path);
        follow(person, path, from, place.door);
        climb(zone, heightM, path);
      }
      pointIn(person, zone, path, heightM);
      settle(person, placeIndex, zoneIndex, floorIndex);
      start(person, path, pace);
    },
    toSpot: (person, placeIndex, du, dv, pace) => {
      const path: Path = [];
      toSpotFrom(person, path, leave(person, path), placeIndex, du, dv, pace);
    },
    turnToSpot: (person, placeIndex, du, dv, pace) => {
      const path: Path = [];
      toSpotFrom(person, path, ontoRoad(person, path) ?? leave(person, path), placeIndex, du, dv, pace);
    },
    toNode: (person, node, u, v, pace) => {
      const path: Path = [];
      follow(person, path, leave(person, path), node);
      path.push(u, v, 0, SOURCE.gnss);
      settle(person, -1, 0, 0);
      start(person, path, pace);
    },
    within: (person, reachM) => {
      const zone = companyOf(person).places[state.place[person]!]!.zones[state.zone[person]!]!;
      const u = state.u[person]! + state.between(person, -reachM, reachM);
      const v = state.v[person]! + state.between(person, -reachM, reachM);
      const path = [clamp(u, zone.rect.u0, zone.rect.u1), clamp(v, zone.rect.v0, zone.rect.v1)];
      path.push(state.height[person]!, sourceCode(zone.source));
      start(person, path, 0.8);
    },
    toExit: (person, pace) => {
      const company = companyOf(person);
      const path: Path = [];
      follow(person, path, leave(person, path), company.exit);
      settle(person, -1, 0, 0);
      start(person, path, pace);
    },
    roundTrip: (person, otherCompany, pace) => {
      const path: Path = [];
      const from = leave(person, path);
      const there = companies[otherCompany]!.exit;
      follow(person, path, from, there);
      follow(person, path, there, companyOf(person).gate);
      settle(person, -1, 0, 0);
      start(person, path, pace);
    },
    intoForbidden: (person, placeIndex, part, pace) => {
      const place = companyOf(person).places[placeIndex]!;
      const path: Path = [];
      follow(person, path, leave(person, path), place.door);
      const zone = place.zones[0];
      const heightM = part.fromM === null ? 0 : part.fromM + 2;
      const source = zone === undefined ? SOURCE.gnss : sourceCode(zone.source);
      if (zone !== undefined) climb(zone, heightM, path);
      const target = middle(part);
      path.push(target.u + state.between(person, -4, 4), target.v + state.between(person, -4, 4), heightM, source);
      settle(person, placeIndex, 0, 0);
      start(person, path, pace);
    },
    outOfForbidden: (person, placeIndex, part, pace) => {
      const place: Place = companyOf(person).places[placeIndex]!;
      const path: Path = [];
      const zone = place.zones[0];
      if (zone !== undefined && part.fromM !== null) {
        const stair = stairOf(zone);
        path.push(stair.u, stair.v, state.height[person]!, sourceCode(zone.source));
        path.push(stair.u, stair.v, 0, sourceCode(zone.source));
      }
      pushNode(person, path, place.door);
      settle(person, -1, 0, 0);
      start(person, path, pace);
    },
    putInto: (person, placeIndex, zoneIndex, floorIndex) => {
      const zone = companyOf(person).places[placeIndex]!.zones[zoneIndex]!;
      state.u[person] = state.between(person, zone.rect.u0, zone.rect.u1);
      state.v[person] = state.between(person, zone.rect.v0, zone.rect.v1);
      state.height[person] = zone.floors[floorIndex]!.heightM;
      state.source[person] = sourceCode(zone.source);
      settle(person, placeIndex, zoneIndex, floorIndex);
    },
  };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Moves the person along their path for dtS seconds. Returns true when the end was reached. */
export function advance(state: PeopleState, person: number, dtS: number): boolean {
  const path = state.path[person]!;
  const [fromU, fromV] = [state.u[person]!, state.v[person]!];
  let left = dtS;
  let at = state.pathAt[person]!;
  while (left > 0 && at < path.length) {
    const du = path[at]! - state.u[person]!;
    const dv = path[at + 1]! - state.v[person]!;
    const dh = path[at + 2]! - state.height[person]!;
    const flat = Math.hypot(du, dv);
    const needS = flat / state.pace[person]! + Math.abs(dh) / (STAIR_PACE_SHARE * Math.min(1.3, state.pace[person]!));
    const share = needS <= left ? 1 : left / needS;
    state.u[person] = state.u[person]! + du * share;
    state.v[person] = state.v[person]! + dv * share;
    state.height[person] = state.height[person]! + dh * share;
    state.source[person] = path[at + 3]!;
    left -= needS;
    if (share === 1) at += 4;
  }
  state.pathAt[person] = at;
  state.directionU[person] = state.u[person]! - fromU;
  state.directionV[person] = state.v[person]! - fromV;
  state.speed[person] = Math.hypot(state.directionU[person]!, state.directionV[person]!) / dtS;
  return at >= path.length;
}
