import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { validatePositions } from '../../ingest/validate/positions.ts';
import { createDemoPark } from '../park/demo-park.ts';
import type { Point } from '../park/site-frame.ts';
import { SOURCE_NOISE } from './noise.ts';
import { ACTIVITY, SCRIPTED, SOURCE, SOURCES } from './people-state.ts';
import { type Batch, createSimulator, type SimulatorOptions } from './simulator.ts';

/** Hours of simulated time; only a machine that is very busy needs more than a few seconds for any of them. */
vi.setConfig({ testTimeout: 60_000 });

const START_MS = Date.UTC(2026, 6, 2, 1, 0, 0);
const park = createDemoPark({ people: 600 });

const simulate = (options: Partial<SimulatorOptions> = {}) =>
  createSimulator({ park, startMs: START_MS, intervalMs: 2_000, sosEveryS: 60, intrusionEveryS: 40, ...options });

function run(simulator: ReturnType<typeof simulate>, seconds: number, stepMs = 500): Batch[] {
  const batches: Batch[] = [];
  for (let ms = 0; ms <= seconds * 1_000; ms += stepMs) batches.push(...simulator.step(START_MS + ms));
  return batches;
}

const digest = (batches: readonly Batch[]): string =>
  createHash('sha256').update(JSON.stringify(batches)).digest('hex');

function isInside(ring: readonly Point[], u: number, v: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!];
    if (a.v > v !== b.v > v && u < ((b.u - a.u) * (v - a.v)) / (b.v - a.v) + a.u) inside = !inside;
  }
  return inside;
}

describe('simulator', () => {
  it('[SIM-20] gives the same batches for the same seed, however time is cut', () => {
    const byHalfSeconds = digest(run(simulate(), 120));
    expect(digest(run(simulate(), 120))).toBe(byHalfSeconds);
    expect(digest(run(simulate(), 120, 3_000))).toBe(byHalfSeconds);
    const other = createDemoPark({ people: 600, seed: 3 });
    expect(digest(run(simulate({ park: other }), 120))).not.toBe(byHalfSeconds);
  });

  it('[SIM-21] sends each person once an interval, companies spread over it, and nothing the park refuses', () => {
    const batches = run(simulate(), 300);
    const live = batches.filter((b) => b.kind === 'live');
    const phases = new Set(live.map((b) => (b.atMs - START_MS) % 2_000));
    expect(phases.size).toBe(29);
    for (const batch of batches) {
      const context = { companyCode: batch.companyCode, receivedAtMs: batch.atMs, sosOnly: false };
      const valid = validatePositions(batch.records, context);
      expect(valid.rejected).toEqual([]);
      expect(valid.aliases).toBe(0);
      const subjects = batch.records.map((r) => r.PERSON_ID ?? r.CARD_NO);
      expect(new Set(subjects).size).toBe(subjects.length);
    }
    const perInterval = live.reduce((sum, b) => sum + b.records.length, 0) / 150;
    expect(perInterval).toBeGreaterThan(0.85 * park.people.length);
  });

  it('[SIM-22] keeps true positions out of forbidden areas, by 10 m and more, except for scripted intrusions', () => {
    const simulator = simulate();
    const forbidden = park.areas.filter((a) => a.kind === 'FORBIDDEN');
    const { state } = simulator;
    let entered = 0;
    let strayed = 0;
    for (let ms = 0; ms <= 1_200_000; ms += 2_000) {
      simulator.step(START_MS + ms);
      for (const area of forbidden) {
        for (let i = 0; i < state.count; i++) {
          if (state.companyIndex[i] !== area.companyIndex || state.activity[i] === ACTIVITY.away) continue;
          const height = state.height[i]!;
          if (area.fromM !== null && height < area.fromM - 2) continue;
          const near = [-10, 0, 10].some((du) => isInside(area.ring, state.u[i]! + du, state.v[i]!));
          if (!near) continue;
          if (state.scripted[i] === SCRIPTED.none) strayed++;
          else if (isInside(area.ring, state.u[i]!, state.v[i]!)) entered++;
        }
      }
    }
    expect(strayed).toBe(0);
    expect(entered).toBeGreaterThan(0);
    expect(simulator.script.intrusionCount).toBeGreaterThan(15);
  });

  it('[SIM-23] keeps bound people well inside their area', () => {
    const simulator = simulate();
    const bound = park.people.filter((p) => p.bound);
    expect(bound.length).toBeGreaterThan(3);
    for (let ms = 0; ms <= 1_200_000; ms += 4_000) {
      simulator.step(START_MS + ms);
      const { u, v } = simulator.state;
      for (const person of bound) {
        const area = park.areas.find((a) => a.record.BOUND_PERSON_IDS?.includes(person.personId))!;
        const place = park.plan.companies[person.companyIndex]!.places[area.place!]!;
        expect(u[person.index]! - place.rect.u0).toBeGreaterThan(10);
        expect(place.rect.u1 - u[person.index]!).toBeGreaterThan(10);
        expect(v[person.index]! - place.rect.v0).toBeGreaterThan(10);
        expect(place.rect.v1 - v[person.index]!).toBeGreaterThan(10);
      }
    }
  });

  it('[SIM-24] errs by the stated radius for each source, and neighbouring GNSS fixes err alike', () => {
    const simulator = simulate({ sosEveryS: 0, intrusionEveryS: 0, lateShare: 0, duplicateShare: 0, silentShare: 0 });
    const projection = createProjection(SHANGHAI_2000_B);
    const [plane, truth] = [new Float64Array(2), new Float64Array(2)];
    const byId = new Map(park.people.flatMap((p) => [[p.personId, p.index] as const, [p.cardNo, p.index] as const]));
    const errors: number[][] = SOURCES.map(() => []);
    const last = new Map<number, number>();
    let product = 0;
    let square = 0;
    for (let atMs = START_MS; atMs < START_MS + 900_000; atMs = simulator.nextAtMs) {
      for (const record of simulator.step(atMs).flatMap((b) => b.records)) {
        const i = byId.get(record.PERSON_ID ?? record.CARD_NO!)!;
        projection.project(record.LONGITUDE, record.LATITUDE, plane);
        park.frame.toPlane(simulator.state.u[i]!, simulator.state.v[i]!, truth);
        const east = (plane[0]! - truth[0]!) / simulator.state.quality[i]!;
        const north = (plane[1]! - truth[1]!) / simulator.state.quality[i]!;
        const source = simulator.state.source[i]!;
        errors[source]!.push(Math.hypot(east, north));
        if (source !== SOURCE.gnss) continue;
        const before = last.get(i);
        if (before !== undefined) product += before * east;
        if (before !== undefined) square += east * east;
        last.set(i, east);
      }
    }
    for (const [source, distances] of errors.entries()) {
      const radius = distances.sort((a, b) => a - b)[Math.floor(0.6827 * distances.length)]!;
      expect(radius / SOURCE_NOISE[source]!.radiusM).toBeGreaterThan(0.9);
      expect(radius / SOURCE_NOISE[source]!.radiusM).toBeLessThan(1.1);
    }
    // exp(-2 s / 20 s) = 0.905, less where somebody was under a roof in between.
    expect(product / square).toBeGreaterThan(0.7);
  });

  it('[SIM-25] presses SOS about as often as asked, holds it for a while, and lets go', () => {
    const simulator = simulate({ sosEveryS: 60, intrusionEveryS: 0 });
    const records = run(simulator, 1_200).flatMap((b) => (b.kind === 'live' ? b.records : []));
    expect(simulator.script.sosCount).toBeGreaterThan(14);
    expect(simulator.script.sosCount).toBeLessThan(27);
    const pressed = records.filter((r) => r.SOS === true).length;
    expect(pressed / simulator.script.sosCount).toBeGreaterThan(20);
    expect(records.filter((r) => r.SOS === false).length).toBeGreaterThan(10);
  });

  it('[SIM-26] sends late batches and batches twice, and falls silent now and then', () => {
    const batches = run(simulate({ lateShare: 0.05, duplicateShare: 0.05 }), 240);
    const late = batches.filter((b) => b.kind === 'late');
    const duplicates = batches.filter((b) => b.kind === 'duplicate');
    expect(late.length).toBeGreaterThan(50);
    expect(duplicates.length).toBeGreaterThan(50);
    for (const batch of late) expect(batch.atMs - batch.records[0]!.COLLECT_TIME).toBeGreaterThanOrEqual(8_000);
    const live = new Set(batches.filter((b) => b.kind === 'live').map((b) => JSON.stringify(b.records)));
    for (const batch of duplicates) expect(live.has(JSON.stringify(batch.records))).toBe(true);
    const loud = run(simulate({ silentShare: 0 }), 60).flatMap((b) => b.records).length;
    const quiet = run(simulate({ silentShare: 0.3 }), 60).flatMap((b) => b.records).length;
    expect(quiet).toBeLessThan(0.95 * loud);
  });

  it('[SIM-36] takes a supplier down for 150 s now and then, one at a time, and the others send on', () => {
    const batches = run(simulate({ outageEveryS: 400, lateShare: 0, duplicateShare: 0 }), 900);
    const pauses = park.plan.companies.map(({ code }) => {
      const sentMs = batches.filter(({ companyCode }) => companyCode === code).map(({ atMs }) => atMs);
      return Math.max(...sentMs.slice(1).map((atMs, n) => atMs - sentMs[n]!));
    });
    const down = pauses.filter((longestMs) => longestMs >= 150_000);
    expect(down.length).toBeGreaterThan(0);
    expect(down.length).toBeLessThanOrEqual(3);
    expect(pauses.filter((longestMs) => longestMs < 10_000).length).toBe(park.plan.companies.length - down.length);
  });

  it('[SIM-27] lets people walk, climb, drive, leave and come back', () => {
    const simulator = simulate({ sosEveryS: 0, intrusionEveryS: 0 });
    const { state } = simulator;
    const seen = { walking: false, climbing: false, driving: false, left: false, cameBack: false };
    const wasAway = new Set<number>();
    for (let ms = 0; ms <= 2_400_000; ms += 2_000) {
      simulator.step(START_MS + ms);
      for (let i = 0; i < state.count; i++) {
        if (state.activity[i] === ACTIVITY.away) {
          if (ms > 0) seen.left = true;
          wasAway.add(i);
        } else if (wasAway.has(i)) seen.cameBack = true;
        if (state.speed[i]! > 0.5 && state.speed[i]! < 2) seen.walking = true;
        if (state.speed[i]! > 5) seen.driving = true;
        if (state.height[i]! > 1 && state.activity[i] === ACTIVITY.moving) seen.climbing = true;
      }
    }
    expect(seen).toEqual({ walking: true, climbing: true, driving: true, left: true, cameBack: true });
  });

  it('[SIM-28] does not make up for a pause of the process, and moves nobody further than a step', () => {
    const simulator = simulate();
    simulator.step(START_MS + 2_000);
    const resumed = simulator.step(START_MS + 602_000).filter((b) => b.kind === 'live');
    expect(resumed.length).toBeLessThanOrEqual(2 * 29);
    for (const batch of resumed) expect(batch.atMs).toBeGreaterThan(START_MS + 598_000);
  });
});
