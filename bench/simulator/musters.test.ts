import { describe, expect, it } from 'vitest';
import { createDemoPark } from '../park/demo-park.ts';
import { ACTIVITY, SCRIPTED } from './people-state.ts';
import { createSimulator } from './simulator.ts';

const START_MS = Date.UTC(2026, 6, 2, 1, 0, 0);
const MINUTE_MS = 60_000;
const park = createDemoPark({ people: 600 });

function begin() {
  const quiet = { sosEveryS: 0, intrusionEveryS: 0, silentShare: 0 };
  const simulator = createSimulator({ park, startMs: START_MS, intervalMs: 2_000, permits: 12, ...quiet });
  const { state } = simulator;
  const company = park.plan.companies[4]!;
  const points = park.areas.filter(({ kind }) => kind === 'ASSEMBLY');
  return {
    simulator,
    state,
    company,
    to: (minute: number): void => {
      for (let ms = simulator.nextAtMs; ms < START_MS + minute * MINUTE_MS; ms += 1_000) simulator.step(ms);
    },
    inCompany: (i: number): boolean => {
      const { u0, u1, v0, v1 } = company.rect;
      const [u, v] = [state.u[i]!, state.v[i]!];
      return state.activity[i] !== ACTIVITY.away && u >= u0 && u <= u1 && v >= v0 && v <= v1;
    },
    isAtPoint: (i: number): boolean =>
      points.some(({ ring }) => {
        const [us, vs] = [ring.map(({ u }) => u), ring.map(({ v }) => v)];
        const [u, v] = [state.u[i]!, state.v[i]!];
        return u > Math.min(...us) && u < Math.max(...us) && v > Math.min(...vs) && v < Math.max(...vs);
      }),
  };
}
const people = park.people.map(({ index }) => index);

describe('called to muster', () => {
  it('[SIM-53] all but a few inside stand at an assembly point in a quarter of an hour, stay, and go back when it is over', () => {
    const { simulator, state, to, isAtPoint } = begin();
    to(6);
    expect(simulator.jobs.openCount).toBe(12);
    const inside = people.filter((i) => state.activity[i] !== ACTIVITY.away);
    expect(inside.filter(isAtPoint).length).toBeLessThan(0.1 * inside.length);
    simulator.musters.hear([{ musterId: 'm1', place: { of: 'park' } }]);
    to(21);
    expect(inside.filter(isAtPoint).length).toBeGreaterThan(0.93 * inside.length);
    expect(inside.filter(isAtPoint).length).toBeLessThan(inside.length);
    const there = people.filter(isAtPoint);
    to(25);
    expect(there.filter((i) => !isAtPoint(i))).toEqual([]);
    simulator.musters.hear([]);
    to(40);
    expect(simulator.musters.calledCount).toBe(0);
    expect(inside.filter(isAtPoint).length).toBeLessThan(0.1 * inside.length);
    expect(simulator.jobs.openCount).toBe(12);
  }, 60_000);

  it('[SIM-53] of one company only who is there, whoever he is, and on the way nobody enters a forbidden area', () => {
    const { simulator, state, company, to, inCompany, isAtPoint } = begin();
    to(3);
    const [inside, others] = [people.filter(inCompany), people.filter((i) => !inCompany(i))];
    simulator.musters.hear([{ musterId: 'm1', place: { of: 'company', companyCode: company.code } }]);
    const forbidden = park.areas.filter(({ kind, fromM }) => kind === 'FORBIDDEN' && fromM === null);
    for (let minute = 3; minute < 18; minute += 0.05) {
      to(minute);
      for (const { ring } of forbidden) {
        const [us, vs] = [ring.map(({ u }) => u), ring.map(({ v }) => v)];
        const strayed = inside.filter(
          (i) =>
            state.u[i]! > Math.min(...us) &&
            state.u[i]! < Math.max(...us) &&
            state.v[i]! > Math.min(...vs) &&
            state.v[i]! < Math.max(...vs),
        );
        expect(strayed).toEqual([]);
      }
    }
    expect(inside.length).toBeGreaterThan(10);
    expect(inside.filter(isAtPoint).length).toBeGreaterThanOrEqual(0.8 * inside.length);
    const idle = others.filter((i) => state.scripted[i] === SCRIPTED.none);
    expect(idle.length).toBeGreaterThan(0.8 * others.length);
  }, 60_000);
});
