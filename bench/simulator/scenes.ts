/**
 * Scenes: what a demonstration shows beside SOS and intrusions, one after the other, each of them in a place of its own where
 * nobody comes else, so that it raises its class of alarm. People walk there in waves, stay, and go back to work.
 * Thresholds that the scenes need are settings of the park (`sceneSettings`), as an operator would make them.
 */
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import type { DemoPark } from '../park/demo-park.ts';
import type { CompanyPlan, Place } from '../park/site-plan.ts';
import type { Habits } from './habits.ts';
import { ACTIVITY, type PeopleState, SCRIPTED } from './people-state.ts';
import type { Ways } from './ways.ts';

interface Scene {
  /** The class of alarm that it raises. */
  readonly name: RuleId;
  readonly company: number;
  readonly at: 'assembly' | 'tankFarm';
  /** How many come, and after they arrived how many more. */
  readonly waves: readonly number[];
  readonly stayS: number;
  /** Setting `area` of the place. */
  readonly setting: object | null;
  /** The one who leaves his post for it. */
  readonly isKeeper?: boolean;
}

/** Companies large enough with 300 people in the park; the one with a tank farm is the second. */
export const SCENES: readonly Scene[] = [
  { name: 'gathering', company: 4, at: 'assembly', waves: [3, 2, 3], stayS: 120, setting: null },
  { name: 'dwell', company: 6, at: 'assembly', waves: [1], stayS: 240, setting: { dwellLimitS: 120 } },
  { name: 'over-capacity', company: 16, at: 'assembly', waves: [5], stayS: 40, setting: { capacityMax: 3 } },
  { name: 'post-vacant', company: 5, at: 'assembly', waves: [1], stayS: 240, setting: null, isKeeper: true },
  { name: 'stillness', company: 1, at: 'tankFarm', waves: [1], stayS: 300, setting: { stillLimitS: 180 } },
];
const VENDOR_ALARM = { company: 9, code: 'FALL', lastsS: 120, text: '标签跌落检测' } as const;

const FIRST_S = 45;
const NEXT_WAVE_S = 75;
const PACE = 1.5;
/** Places in the circle of a scene: nobody stands on another, all within a few metres. */
const SPREAD_M = 5;

export interface VendorAlarm {
  readonly companyCode: string;
  readonly record: object;
}

export interface Scenes {
  step(nowMs: number): void;
  /** Alarms that suppliers sent of their own since the last call (B.3). */
  takeAlarms(): VendorAlarm[];
  readonly sceneCount: number;
}

interface Running {
  readonly scene: Scene;
  readonly people: number[];
  wave: number;
  nextAtMs: number;
}

export function createScenes(
  park: DemoPark,
  state: PeopleState,
  ways: Ways,
  habits: Habits,
  startMs: number,
  everyS: number,
): Scenes {
  const keeper = everyS > 0 ? keeperOf(park) : -1;
  const running: Running[] = [];
  let alarms: VendorAlarm[] = [];
  let open: { readonly companyCode: string; readonly record: object; readonly endAtMs: number } | null = null;
  let nextMs = everyS > 0 ? startMs + 1_000 * Math.min(FIRST_S, everyS) : Number.POSITIVE_INFINITY;
  let sceneCount = 0;
  let returning = false;

  const send = (person: number, place: Place, serial: number): void => {
    const angle = 2.4 * serial;
    const offM = serial === 0 ? 0 : SPREAD_M * Math.sqrt(serial / 8);
    const { rect } = place.zones[0]!;
    const reachM = Math.min(rect.u1 - rect.u0, rect.v1 - rect.v0) / 2 - 1;
    const radiusM = Math.min(offM, reachM);
    state.scripted[person] = SCRIPTED.goingIn;
    ways.toSpot(person, place.index, radiusM * Math.cos(angle), radiusM * Math.sin(angle), PACE);
  };

  if (keeper !== -1) {
    const control = placeOf(park.plan.companies[state.companyIndex[keeper]!]!, 'control');
    ways.putInto(keeper, control.index, 0, 0);
    state.activity[keeper] = ACTIVITY.staying;
    state.scripted[keeper] = SCRIPTED.inside;
    state.speed[keeper] = 0;
  }

  // Who is on his way elsewhere would be taken to be at its end already, and cross what lies between.
  const isAtPlace = (i: number): boolean =>
    state.activity[i] === ACTIVITY.staying || (state.activity[i] === ACTIVITY.moving && state.path[i]?.length === 4);
  const isFree = (i: number): boolean => isAtPlace(i) && state.scripted[i] === SCRIPTED.none && !park.people[i]!.bound;

  const nearest = (company: number, place: Place, count: number): number[] => {
    const { rect } = place.zones[0]!;
    const farM = (i: number): number => Math.abs(state.u[i]! - rect.u0) + Math.abs(state.v[i]! - rect.v0);
    return park.people
      .filter(({ index, companyIndex, habit }) => companyIndex === company && habit !== 'driver' && isFree(index))
      .map(({ index }) => index)
      .sort((a, b) => farM(a) - farM(b) || a - b)
      .slice(0, count);
  };

  const callWave = (one: Running): void => {
    const { scene, people } = one;
    const place = placeOf(park.plan.companies[scene.company]!, scene.at);
    // Whom an earlier wave did not find is made up for.
    const wanted = scene.waves.slice(0, one.wave + 1).reduce((sum, count) => sum + count, 0) - people.length;
    const called = scene.isKeeper === true ? [keeper] : nearest(scene.company, place, wanted);
    for (const person of called) {
      send(person, place, people.length);
      people.push(person);
    }
    one.wave++;
    one.nextAtMs = Number.NaN;
  };

  const settle = (person: number): boolean => {
    if (state.scripted[person] === SCRIPTED.inside) return true;
    if (state.pathAt[person]! < (state.path[person]?.length ?? 0)) return false;
    state.scripted[person] = SCRIPTED.inside;
    state.activity[person] = ACTIVITY.staying;
    state.speed[person] = 0;
    return true;
  };

  /** Whether it goes on. */
  const stepScene = (one: Running, nowMs: number): boolean => {
    const { scene, people } = one;
    // Each looks at everyone: who has arrived stays as he is.
    const areThere = people.map(settle).every(Boolean);
    if (!areThere) return true;
    const isLast = one.wave === scene.waves.length;
    if (Number.isNaN(one.nextAtMs)) one.nextAtMs = nowMs + 1_000 * (isLast ? scene.stayS : NEXT_WAVE_S);
    if (nowMs < one.nextAtMs) return true;
    if (!isLast) {
      callWave(one);
      return true;
    }
    for (const person of people) {
      if (person === keeper) {
        send(person, placeOf(park.plan.companies[scene.company]!, 'control'), 0);
        returning = true;
        continue;
      }
      state.scripted[person] = SCRIPTED.none;
      habits.resume(person, nowMs);
    }
    return false;
  };

  const callVendorAlarm = (nowMs: number): void => {
    const company = park.plan.companies[VENDOR_ALARM.company]!;
    const [person] = nearest(company.index, placeOf(company, 'assembly'), 1);
    if (person === undefined) return;
    const record = {
      ID: `FALL-${nowMs}`,
      COMPANY_CODE: company.code,
      PERSON_ID: park.people[person]!.personId,
      ALARM_TYPE: VENDOR_ALARM.code,
      ALARM_TIME: nowMs,
      DESCRIBE: VENDOR_ALARM.text,
      DELETED: '0',
    };
    alarms.push({ companyCode: company.code, record });
    open = { companyCode: company.code, record, endAtMs: nowMs + 1_000 * VENDOR_ALARM.lastsS };
  };

  return {
    step: (nowMs) => {
      if (returning && settle(keeper)) returning = false;
      if (open !== null && nowMs >= open.endAtMs) {
        const { companyCode, record, endAtMs } = open;
        alarms.push({ companyCode, record: { ...record, ALARM_END_TIME: endAtMs } });
        open = null;
      }
      for (let k = running.length - 1; k >= 0; k--) if (!stepScene(running[k]!, nowMs)) running.splice(k, 1);
      if (nowMs < nextMs) return;
      nextMs = nowMs + 1_000 * everyS;
      const scene = SCENES[sceneCount++ % (SCENES.length + 1)];
      if (scene === undefined) callVendorAlarm(nowMs);
      else if (
        !running.some((one) => one.scene === scene) &&
        !(scene.isKeeper === true && (keeper === -1 || returning))
      ) {
        const one: Running = { scene, people: [], wave: 0, nextAtMs: Number.NaN };
        callWave(one);
        running.push(one);
      }
    },
    takeAlarms: () => {
      const taken = alarms;
      alarms = [];
      return taken;
    },
    get sceneCount() {
      return sceneCount;
    },
  };
}

/** The first place of the kind in which somebody may stay. */
function placeOf(company: CompanyPlan, kind: string): Place {
  const place = company.places.find((one) => one.kind === kind && one.zones.length > 0);
  if (place === undefined) throw new Error(`demonstration park: company ${company.index} has no ${kind}`);
  return place;
}

/** -1: too few people in the park. */
function keeperOf(park: DemoPark): number {
  const company = SCENES.find(({ isKeeper }) => isKeeper === true)!.company;
  const found = park.people.find((one) => one.companyIndex === company && !one.bound && one.habit === 'operator');
  return found?.index ?? -1;
}

export interface SceneSetting {
  readonly topic: 'area' | 'post' | 'alarm-code';
  readonly key: string;
  readonly value: object;
}

/** What an operator would have set for the scenes to be seen. */
export function sceneSettings(park: DemoPark): SceneSetting[] {
  const keyAt = (company: number, kind: string): string => {
    const place = placeOf(park.plan.companies[company]!, kind);
    const area = park.areas.find(
      (one) => one.companyIndex === company && one.place === place.index && one.kind !== 'FORBIDDEN',
    )!;
    return `${area.record.COMPANY_CODE}/${area.record.ID}`;
  };
  const settings = SCENES.flatMap(({ company, at, setting }): SceneSetting[] =>
    setting === null ? [] : [{ topic: 'area', key: keyAt(company, at), value: setting }],
  );
  const vendor = park.plan.companies[VENDOR_ALARM.company]!.code;
  settings.push({ topic: 'alarm-code', key: `${vendor}/${VENDOR_ALARM.code}`, value: { rule: 'stillness', level: 2 } });
  const keeper = keeperOf(park);
  if (keeper === -1) return settings;
  const { companyIndex, personId } = park.people[keeper]!;
  const value = {
    name: '中控室值班',
    areas: [keyAt(companyIndex, 'control')],
    personIds: [personId],
    number: 1,
    shifts: [
      { name: '白班', from: '08:00', to: '20:00' },
      { name: '夜班', from: '20:00', to: '08:00' },
    ],
    toleratedAbsenceS: 120,
  };
  settings.push({ topic: 'post', key: `${park.plan.companies[companyIndex]!.code}/control`, value });
  return settings;
}
