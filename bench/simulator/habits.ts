/**
 * What people do next: the part of the model that decides. A shift of eight hours with breaks; those whose shift is
 * over leave through the gate and come back soon after, standing in for their relief, so the park stays populated.
 */
import { boundZoneOf } from '../park/areas.ts';
import type { DemoPark } from '../park/demo-park.ts';
import type { DemoPerson } from '../park/people.ts';
import { ACTIVITY, type PeopleState, SCRIPTED, SOURCE } from './people-state.ts';
import { advance, type Ways } from './ways.ts';

const MINUTE_MS = 60_000;
const SHIFT_MS = 8 * 60 * MINUTE_MS;
const DRIVE_PACE = 7.5;
const GMT8_MS = 8 * 60 * MINUTE_MS;

export interface Habits {
  /** Puts everyone where they would be at this moment. */
  begin(person: number, nowMs: number): void;
  /** Moves one person on. */
  step(person: number, nowMs: number, dtS: number): void;
  /** After a scripted act: back to work. */
  resume(person: number, nowMs: number): void;
}

export function createHabits(park: DemoPark, state: PeopleState, ways: Ways): Habits {
  const people = park.people;
  const placesOf = (person: DemoPerson) => park.plan.companies[person.companyIndex]!.places;
  const walkPace = (person: number): number => state.between(person, 1.05, 1.5);

  const stayFrom = (person: number, nowMs: number): void => {
    state.activity[person] = ACTIVITY.staying;
    state.speed[person] = 0;
    state.pauseUntilMs[person] = nowMs + state.between(person, 4_000, 50_000);
  };

  const setStay = (person: number, nowMs: number, lowMin: number, highMin: number): void => {
    state.stayUntilMs[person] = nowMs + state.between(person, lowMin, highMin) * MINUTE_MS;
  };

  const placeOfKind = (person: DemoPerson, kind: string): number =>
    placesOf(person).find((p) => p.kind === kind && p.zones.length > 0)?.index ?? person.workPlaces[0]!;

  const chooseWork = (person: DemoPerson): number =>
    person.workPlaces[Math.floor(state.random(person.index) * person.workPlaces.length)]!;

  const zoneAndFloor = (person: DemoPerson, placeIndex: number): readonly [number, number] => {
    const zones = placesOf(person)[placeIndex]!.zones;
    const zone = person.bound ? 0 : Math.floor(state.random(person.index) * zones.length);
    const floors = (person.bound ? boundZoneOf(placesOf(person)[placeIndex]!) : zones[zone]!).floors;
    return [zone, Math.floor(state.random(person.index) * floors.length)];
  };

  const goTo = (person: DemoPerson, placeIndex: number, pace: number): void => {
    const [zone, floor] = zoneAndFloor(person, placeIndex);
    ways.toZone(person.index, placeIndex, zone, floor, pace);
  };

  const isMealTime = (nowMs: number): boolean => {
    const minute = Math.floor((nowMs + GMT8_MS) / MINUTE_MS) % 1_440;
    return (minute >= 680 && minute < 760) || (minute >= 1_050 && minute < 1_110) || minute >= 1_410 || minute < 30;
  };

  const next = (person: DemoPerson, nowMs: number): void => {
    const i = person.index;
    const chance = state.random(i);
    if (person.bound) {
      setStay(i, nowMs, 5, 20);
      goTo(person, person.workPlaces[0]!, walkPace(i));
      return;
    }
    if (nowMs >= state.shiftEndMs[i]!) {
      setStay(i, nowMs, 0, 0);
      ways.toExit(i, person.habit === 'driver' ? DRIVE_PACE : walkPace(i));
      return;
    }
    if (person.habit === 'driver') {
      const other = Math.floor(state.random(i) * park.plan.companies.length);
      setStay(i, nowMs, 0, 0);
      if (chance < 0.45) ways.roundTrip(i, other, DRIVE_PACE);
      else {
        setStay(i, nowMs, 3, 12);
        goTo(person, chooseWork(person), DRIVE_PACE);
      }
      return;
    }
    const rests = isMealTime(nowMs) ? 0.5 : person.habit === 'guard' ? 0.01 : 0.06;
    if (chance < rests) {
      setStay(i, nowMs, 12, 30);
      goTo(person, placeOfKind(person, 'canteen'), walkPace(i));
    } else if (chance < rests + 0.08 && person.habit === 'operator') {
      setStay(i, nowMs, 4, 15);
      goTo(person, placeOfKind(person, 'control'), walkPace(i));
    } else {
      if (person.habit === 'office') setStay(i, nowMs, 25, 70);
      else if (person.habit === 'patrol') setStay(i, nowMs, 3, 12);
      else setStay(i, nowMs, 8, 30);
      goTo(person, chooseWork(person), walkPace(i));
    }
  };

  const arrive = (person: DemoPerson, nowMs: number): void => {
    const i = person.index;
    state.path[i] = null;
    if (state.place[i]! >= 0) {
      stayFrom(i, nowMs);
      return;
    }
    if (nowMs < state.shiftEndMs[i]!) {
      next(person, nowMs);
      return;
    }
    state.activity[i] = ACTIVITY.away;
    state.source[i] = SOURCE.gnss;
    state.stayUntilMs[i] = nowMs + state.between(i, 8, 30) * MINUTE_MS;
  };

  const comeBack = (person: DemoPerson, nowMs: number): void => {
    const i = person.index;
    state.shiftEndMs[i] = nowMs + SHIFT_MS * state.between(i, 0.9, 1.1) * (person.type === 'visitor' ? 0.25 : 1);
    next(person, nowMs);
  };

  const smallMove = (person: DemoPerson): void => {
    const zone = placesOf(person)[state.place[person.index]!]!.zones[state.zone[person.index]!];
    const isWide = zone !== undefined && zone.source === 'UWB';
    ways.within(person.index, isWide ? 9 : 3);
  };

  return {
    begin: (i, nowMs) => {
      const person = people[i]!;
      state.quality[i] = state.between(i, 0.75, 1.25);
      state.lane[i] = state.between(i, -2.2, 2.2);
      state.batteryPct[i] = state.between(i, 35, 100);
      state.shiftEndMs[i] = nowMs + SHIFT_MS * state.random(i);
      for (let axis = 0; axis < 3; axis++) state.noise[3 * i + axis] = state.gaussian(i);
      const work = chooseWork(person);
      const [zone, floor] = zoneAndFloor(person, work);
      ways.putInto(i, work, zone, floor);
      stayFrom(i, nowMs);
      // Stays under way are half over on average; a few people are out of the park.
      setStay(i, nowMs, 0, person.habit === 'office' ? 50 : person.habit === 'driver' ? 3 : 18);
      if (!person.bound && state.random(i) < 0.03) {
        const { graph, companies } = park.plan;
        const exit = companies[person.companyIndex]!.exit;
        state.u[i] = graph.u[exit]!;
        state.v[i] = graph.v[exit]!;
        state.height[i] = 0;
        state.place[i] = -1;
        state.activity[i] = ACTIVITY.away;
        state.stayUntilMs[i] = nowMs + state.between(i, 1, 25) * MINUTE_MS;
      }
    },
    step: (i, nowMs, dtS) => {
      const person = people[i]!;
      switch (state.activity[i]) {
        case ACTIVITY.away:
          if (nowMs >= state.stayUntilMs[i]!) comeBack(person, nowMs);
          return;
        case ACTIVITY.moving:
          if (advance(state, i, dtS) && state.scripted[i] === SCRIPTED.none) arrive(person, nowMs);
          return;
        default:
          if (state.scripted[i] !== SCRIPTED.none) return;
          if (nowMs >= state.stayUntilMs[i]! && state.sosUntilMs[i]! < nowMs) next(person, nowMs);
          else if (nowMs >= state.pauseUntilMs[i]!) smallMove(person);
      }
    },
    resume: (i, nowMs) => next(people[i]!, nowMs),
  };
}
