/**
 * The demonstration park in motion: `step(nowMs)` moves everyone to that moment and returns the batches that the
 * companies' suppliers would have sent since the last call. Deterministic: the same park, options and start give the
 * same batches, however the steps are cut. Companies take turns within the interval, so the load is even.
 */
import type { DemoPark } from '../park/demo-park.ts';
import { GROUND_HEIGHT_M } from '../park/site-frame.ts';
import type { PositionVendorRecord } from '../park/vendor-records.ts';
import { createRandom, type Random } from '../random.ts';
import { createDetectors, type Detectors } from './detectors.ts';
import { createHabits } from './habits.ts';
import { createMusters, type Musters } from './musters.ts';
import { SOURCE_NOISE, stepNoise } from './noise.ts';
import { ACTIVITY, PeopleState, SCRIPTED, SOURCES } from './people-state.ts';
import { createJobs, type Jobs, type PermitOptions } from './permits/jobs.ts';
import { createScenes, type Scenes } from './scenes.ts';
import { createScript, type Script, type ScriptOptions } from './script.ts';
import { createWays } from './ways.ts';

export interface SimulatorOptions extends ScriptOptions, PermitOptions {
  readonly park: DemoPark;
  readonly startMs: number;
  /** Time between two fixes of a person, ms. */
  readonly intervalMs: number;
  /** Share of batches held back and sent late; of batches sent twice. Default 0.005 each. */
  readonly lateShare?: number;
  readonly duplicateShare?: number;
  /** Share of time in which a tag is silent, roughly. Default 0.02. */
  readonly silentShare?: number;
  /** Time between two scenes (scenes.ts), s; 0 or absent: none. */
  readonly sceneEveryS?: number;
}

export interface Batch {
  readonly companyCode: string;
  /** When the supplier sends it, epoch ms. */
  readonly atMs: number;
  readonly kind: 'live' | 'late' | 'duplicate';
  readonly records: readonly PositionVendorRecord[];
}

export interface Simulator {
  /** Batches due up to nowMs, in order of time. */
  step(nowMs: number): Batch[];
  /** When the next batch is due, epoch ms. */
  readonly nextAtMs: number;
  /** True positions, for tests. */
  readonly state: PeopleState;
  readonly script: Script;
  readonly scenes: Scenes;
  readonly jobs: Jobs;
  /** Nobody is called but by `hear`. */
  readonly musters: Musters;
  readonly detectors: Detectors;
}

interface Supplier {
  readonly companyIndex: number;
  readonly people: readonly number[];
  readonly random: Random;
  readonly byCard: boolean;
  nextAtMs: number;
  lastAtMs: number;
}

const SILENCE_MEAN_S = 40;
/** After a longer pause (the process slept) nobody is moved further than this in one step, and no backlog is made up. */
const LONGEST_STEP_MS = 30_000;

export function createSimulator(options: SimulatorOptions): Simulator {
  const { park, startMs, intervalMs } = options;
  const lateShare = options.lateShare ?? 0.005;
  const duplicateShare = options.duplicateShare ?? 0.005;
  const silencesPerS = (options.silentShare ?? 0.02) / SILENCE_MEAN_S;
  const state = new PeopleState(park);
  const ways = createWays(park, state);
  const habits = createHabits(park, state, ways);
  const script = createScript(park, state, ways, habits, startMs, options);
  const held: Batch[] = [];
  const lngLat = new Float64Array(2);
  const error = new Float64Array(3);
  for (let i = 0; i < state.count; i++) habits.begin(i, startMs);
  const scenes = createScenes(park, state, ways, habits, startMs, options.sceneEveryS ?? 0);

  const jobs = createJobs(park, state, ways, habits, startMs, options);
  const musters = createMusters(park, state, ways, habits, jobs);

  const companies = park.plan.companies;
  const suppliers: Supplier[] = companies.map((company) => ({
    companyIndex: company.index,
    people: park.people.filter((p) => p.companyIndex === company.index).map((p) => p.index),
    random: createRandom(park.seed * 31 + company.index),
    // Some vendors know only the tag, not who wears it.
    byCard: company.index % 5 === 4,
    nextAtMs: startMs + Math.round((intervalMs * company.index) / companies.length),
    lastAtMs: startMs - intervalMs + Math.round((intervalMs * company.index) / companies.length),
  }));

  const isSilent = (i: number, nowMs: number, dtS: number): boolean => {
    if (jobs.isMuted(i)) return true;
    if (state.sosUntilMs[i]! >= nowMs || state.scripted[i] !== SCRIPTED.none) return false;
    if (nowMs < state.silentUntilMs[i]!) return true;
    if (state.random(i) >= silencesPerS * dtS) return false;
    // One silence in thirty is a flat battery or a tag left in a locker.
    const isLong = state.random(i) < 1 / 30;
    const mean = isLong ? 12 * 60 : SILENCE_MEAN_S;
    state.silentUntilMs[i] = nowMs - 1_000 * mean * Math.log(1 - state.random(i));
    return true;
  };

  const recordOf = (i: number, supplier: Supplier, nowMs: number, dtS: number): PositionVendorRecord => {
    stepNoise(state, i, dtS, error);
    park.frame.toLngLat(state.u[i]! + error[0]!, state.v[i]! + error[1]!, lngLat);
    state.batteryPct[i] = state.batteryPct[i]! < 12 ? 100 : state.batteryPct[i]! - dtS / 720;
    const person = park.people[i]!;
    const source = state.source[i]!;
    const record: PositionVendorRecord = {
      COMPANY_CODE: person.record.COMPANY_CODE,
      ...(supplier.byCard ? { CARD_NO: person.cardNo } : { PERSON_ID: person.personId }),
      LONGITUDE: Math.round(lngLat[0]! * 1e7) / 1e7,
      LATITUDE: Math.round(lngLat[1]! * 1e7) / 1e7,
      ALTITUDE: Math.round((GROUND_HEIGHT_M + state.height[i]! + error[2]!) * 100) / 100,
      ACCURACY: Math.round(SOURCE_NOISE[source]!.radiusM * state.quality[i]! * 10) / 10,
      SPEED: Math.round(state.speed[i]! * 10) / 10,
      BATTERY: Math.round(state.batteryPct[i]!),
      ONLINE: 1,
      SOURCE: SOURCES[source]!,
      COLLECT_TIME: nowMs,
    };
    if (state.speed[i]! > 0.2) record.HEADING = headingOf(i);
    const floorNo = floorOf(i);
    if (floorNo !== undefined) record.FLOOR_NO = floorNo;
    // Pressed: true with every fix; let go: false once; otherwise the field is left out.
    if (state.sosUntilMs[i]! >= nowMs) record.SOS = true;
    else if (state.sosUntilMs[i]! > nowMs - 1.5 * intervalMs) record.SOS = false;
    return record;
  };

  const headingOf = (i: number): number => {
    const [du, dv] = [state.directionU[i]!, state.directionV[i]!];
    park.frame.toPlane(0, 0, lngLat);
    const [e0, n0] = [lngLat[0]!, lngLat[1]!];
    park.frame.toPlane(du, dv, lngLat);
    const degrees = (Math.atan2(lngLat[0]! - e0, lngLat[1]! - n0) * 180) / Math.PI;
    return Math.round((degrees + 360) % 360);
  };

  const floorOf = (i: number): string | undefined => {
    if (state.activity[i] !== ACTIVITY.staying || state.scripted[i] !== SCRIPTED.none) return undefined;
    const place = companies[state.companyIndex[i]!]!.places[state.place[i]!];
    return place?.zones[state.zone[i]!]?.floors[state.floor[i]!]?.floorNo;
  };

  const tick = (supplier: Supplier, out: Batch[]): void => {
    const atMs = supplier.nextAtMs;
    const dtS = Math.min(LONGEST_STEP_MS, atMs - supplier.lastAtMs) / 1_000;
    supplier.lastAtMs = atMs;
    supplier.nextAtMs = atMs + intervalMs;
    script.step(atMs);
    scenes.step(atMs);
    jobs.step(atMs);
    musters.step(atMs);
    const records: PositionVendorRecord[] = [];
    for (const i of supplier.people) {
      habits.step(i, atMs, dtS);
      if (state.activity[i] === ACTIVITY.away || isSilent(i, atMs, dtS)) continue;
      records.push(recordOf(i, supplier, atMs, dtS));
    }
    if (records.length === 0 || script.isDown(supplier.companyIndex, atMs)) return;
    const companyCode = companies[supplier.companyIndex]!.code;
    const fate = supplier.random();
    const hasSos = records.some((record) => record.SOS === true);
    if (fate < lateShare && !hasSos) {
      const delayMs = 8_000 + 37_000 * supplier.random();
      held.push({ companyCode, atMs: atMs + delayMs, kind: 'late', records });
      return;
    }
    out.push({ companyCode, atMs, kind: 'live', records });
    if (fate > 1 - duplicateShare) held.push({ companyCode, atMs: atMs + intervalMs, kind: 'duplicate', records });
  };

  const earliest = (): Supplier => {
    let best = suppliers[0]!;
    for (const supplier of suppliers) if (supplier.nextAtMs < best.nextAtMs) best = supplier;
    return best;
  };

  return {
    state,
    script,
    scenes,
    jobs,
    musters,
    detectors: createDetectors(park, startMs, jobs.soundsAt),
    get nextAtMs() {
      return earliest().nextAtMs;
    },
    step: (nowMs) => {
      for (const supplier of suppliers) {
        const behindMs = nowMs - supplier.nextAtMs;
        if (behindMs > LONGEST_STEP_MS) supplier.nextAtMs += Math.floor(behindMs / intervalMs) * intervalMs;
      }
      const out: Batch[] = [];
      for (let due = earliest(); due.nextAtMs <= nowMs; due = earliest()) tick(due, out);
      for (let k = held.length - 1; k >= 0; k--) {
        if (held[k]!.atMs <= nowMs) out.push(...held.splice(k, 1));
      }
      return out.sort((a, b) => a.atMs - b.atMs || a.companyCode.localeCompare(b.companyCode));
    },
  };
}
