import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePatrol } from '../alarms/settings/patrol.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { PatrolRound } from '../stream/protocol/patrols.ts';
import { CrowdRun, type Place } from '../test/builders/crowd.ts';
import { T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createPerson } from '../test/builders/entries.ts';
import { lngLatAt, projection } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

/** T0 is 16:00 in the park. */
const WINDOW = { name: '下午', from: '16:01', to: '16:05' };
const ENDS_MS = T0 + 300_000;
const POINTS: Record<string, Place> = { '1# 罐': [0, 0], '2# 罐': [100, 0], 泵房: [200, 0] };
const points = Object.entries(POINTS).map(([name, [e, n]]) => ({ name, ...lngLatAt(e, n), stayS: 10 }));

function patrol(more: object = {}): CrowdRun {
  const run = new CrowdRun();
  run.tick(T0);
  for (const personId of ['p1', 'p2', 'p3']) run.persons(createPerson({ personId, department: `部门${personId}` }));
  set(run, more);
  return run;
}
const set = (run: CrowdRun, more: object = {}) =>
  run.setting('patrol', 'r1', { name: '罐区巡检', companyCode: COMPANY, points, shifts: [WINDOW], ...more });
const round = (run: CrowdRun): PatrolRound | undefined => run.engine.park.docs.get('patrol', 'r1');
const missed = (run: CrowdRun): AlarmView[] =>
  [...run.engine.park.alarms.standing.values()].filter(({ rule }) => rule === 'patrol-missed');
const walked = (run: CrowdRun) => round(run)?.points.map(({ walkedAtMs }) => walkedAtMs !== null);
const until = (run: CrowdRun, atMs: number) => run.pass((atMs - run.atMs) / 1_000);
/** `person` stays at each point for so long. */
function walk(run: CrowdRun, person: string, names: readonly string[], seconds = 20): void {
  for (const name of names) run.stand({ [person]: POINTS[name]! }).pass(seconds);
}
const ALL = Object.keys(POINTS);

describe('patrols', () => {
  it('[PAT-1] a point is walked when somebody entitled stayed there long enough within the round; the doc says who and when', () => {
    const run = patrol();
    until(run, T0 + 60_000);
    expect(round(run)).toMatchObject({ state: 'open', window: '下午', fromMs: T0 + 60_000, toMs: ENDS_MS });
    walk(run, 'p1', ALL);
    expect(round(run)).toMatchObject({ state: 'walked' });
    expect(round(run)?.points[1]).toMatchObject({
      name: '2# 罐',
      by: { companyCode: COMPANY, personId: 'p1', name: '张三' },
    });
    until(run, ENDS_MS + 30_000);
    expect(missed(run)).toEqual([]);
    expect(round(run)?.state).toBe('walked');
  });

  it('[PAT-1] not by passing, not before the round, with gaps in fixes of up to a minute', () => {
    const run = patrol();
    walk(run, 'p1', ['1# 罐'], 50);
    run.stand({ p1: [500, 0] });
    until(run, T0 + 70_000);
    walk(run, 'p1', ['2# 罐'], 5);
    run.stand({ p1: [500, 0] }).pass(5);
    expect(walked(run)).toEqual([false, false, false]);
    run.stand({ p1: POINTS['泵房']! }).pass(1);
    run.places.clear();
    run.pass(30);
    expect(walked(run)).toEqual([false, false, true]);
  });

  it('[PAT-2] who may walk it: people or departments that are named, of a window its own, else anyone of the company', () => {
    const by = (more: object) => {
      const run = patrol(more);
      until(run, T0 + 60_000);
      walk(run, 'p1', ['1# 罐']);
      walk(run, 'p2', ['2# 罐']);
      walk(run, 'p3', ['泵房']);
      return walked(run);
    };
    expect(by({})).toEqual([true, true, true]);
    expect(by({ personIds: [`${COMPANY}/p2`] })).toEqual([false, true, false]);
    expect(by({ departments: [`${COMPANY}/部门p3`] })).toEqual([false, false, true]);
    expect(by({ shifts: [{ ...WINDOW, personIds: ['p1'] }] })).toEqual([true, false, false]);
    expect(by({ companyCode: '913100002' })).toEqual([false, false, false]);
  });

  it('[PAT-3] what is not walked by the end raises one alarm that names the points, and their number', () => {
    const run = patrol();
    until(run, T0 + 60_000);
    walk(run, 'p1', ['2# 罐']);
    run.stand({ p1: [500, 0] });
    until(run, ENDS_MS - 1_000);
    expect(missed(run)).toEqual([]);
    until(run, ENDS_MS + 60_000);
    expect(missed(run)).toMatchObject([
      { level: 3, latched: false, active: true, subject: 'patrol:r1', detail: '1# 罐、泵房', count: 1, limit: 3 },
    ]);
    expect(missed(run)[0]).toMatchObject({
      onsetAtMs: ENDS_MS,
      companyCodes: [COMPANY],
      settingVersions: { 'patrol:r1': 1 },
    });
    expect(round(run)?.state).toBe('missed');
  });

  it('[PAT-4] the alarm clears when the rest is walked late, and says meanwhile what is left', () => {
    const run = patrol();
    run.stand({ p1: [500, 0] });
    until(run, ENDS_MS + 5_000);
    walk(run, 'p1', ['1# 罐', '2# 罐']);
    expect(missed(run)).toMatchObject([{ active: true, detail: '泵房', count: 2 }]);
    walk(run, 'p1', ['泵房']);
    expect(missed(run)).toMatchObject([{ active: false, reason: 'walked-late' }]);
    expect(round(run)).toMatchObject({ state: 'late', points: [{ isLate: true }, { isLate: true }, { isLate: true }] });
  });

  it('[PAT-4] or when a later round is walked whole; one that is missed too takes its place', () => {
    const shifts = [WINDOW, { name: '二', from: '16:06', to: '16:09' }, { name: '三', from: '16:10', to: '16:14' }];
    const run = patrol({ shifts });
    run.stand({ p1: [500, 0] });
    until(run, ENDS_MS + 5_000);
    const [first] = missed(run);
    until(run, T0 + 9 * 60_000 + 5_000);
    expect(missed(run)).toMatchObject([
      { alarmId: first?.alarmId, active: false, reason: 'next-missed' },
      { active: true, onsetAtMs: T0 + 9 * 60_000 },
    ]);
    until(run, T0 + 10 * 60_000 + 5_000);
    walk(run, 'p1', ALL);
    expect(missed(run).map(({ active, reason }) => [active, reason])).toEqual([
      [false, 'next-missed'],
      [false, 'walked'],
    ]);
  });

  it('[PAT-5] a window that ran when the patrol was first heard of is no round; one withdrawn ends its alarm and its doc', () => {
    const run = patrol({ shifts: [{ name: '全天', from: '15:00', to: '16:05' }] });
    until(run, ENDS_MS + 10_000);
    expect([round(run), missed(run)]).toEqual([undefined, []]);
    set(run, { shifts: [{ name: '晚', from: '16:06', to: '16:07' }] });
    until(run, T0 + 7 * 60_000 + 2_000);
    expect(missed(run)).toHaveLength(1);
    run.setting('patrol', 'r1', null);
    expect([round(run), missed(run)]).toEqual([undefined, []]);
  });

  it('[PAT-5] a change of the setting in the middle of a round keeps what was walked', () => {
    const run = patrol();
    until(run, T0 + 60_000);
    walk(run, 'p1', ['1# 罐', '泵房']);
    set(run, { points: [points[2]!, { name: '新', ...lngLatAt(400, 0) }] });
    expect(round(run)?.points).toMatchObject([
      { name: '泵房', by: { personId: 'p1' } },
      { name: '新', walkedAtMs: null },
    ]);
  });

  it('[PAT-6] an engine restored at any entry says the same, byte for byte, with the same digest', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom('p1', 'p2'), fc.constantFrom(...ALL), fc.integer({ min: 1, max: 60 })),
      {
        minLength: 5,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), (walks, share) => {
        const whole = patrol();
        for (const [person, name, seconds] of walks) walk(whole, person, [name], seconds);
        const cut = Math.floor(share * whole.entries.length);
        const before = new CrowdRun();
        for (const entry of whole.entries.slice(0, cut)) before.take(entry);
        const loaded = loadSnapshot(saveSnapshot(before.engine, 'e'), projection, 'e');
        if (!loaded.ok) throw new Error(loaded.problem);
        const resumed = whole.entries.slice(cut).flatMap((entry) => loaded.engine.step(entry) ?? []);
        const seq = whole.entries[cut]?.seq ?? Number.POSITIVE_INFINITY;
        expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole.published.filter((item) => item.seq >= seq)));
        expect(digestOf(loaded.engine)).toBe(digestOf(whole.engine));
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  it('[PAT-7] points come as a list or as the text of a CSV file; what is wrong is named', () => {
    const base = { name: '巡检', companyCode: COMPANY, shifts: [WINDOW] };
    const csv = '\uFEFFname,lng,lat,radiusM,stayS\r\n1# 罐,121.48,30.8,20,60\n泵房,121.49,30.8,,\n';
    expect(parsePatrol({ ...base, points: csv }, 'r1')).toMatchObject({
      ok: true,
      value: {
        points: [
          { name: '1# 罐', lng: 121.48, lat: 30.8, radiusM: 20, stayS: 60, zMinM: null },
          { name: '泵房', radiusM: 15, stayS: 30 },
        ],
      },
    });
    const wrong = (more: object) => {
      const parsed = parsePatrol({ ...base, points: csv, ...more }, 'r1');
      return parsed.ok ? null : parsed.error;
    };
    expect(wrong({ points: 'name,lng,lat\n罐,abc,30' })).toBe('patrol points line 2: lng is a number from -180 to 180');
    expect(wrong({ points: 'name,lng\n罐,121,30' })).toBe('patrol: points line 2 has more cells than the head');
    expect(wrong({ points: [] })).toBe('patrol: points has none');
    expect(wrong({ points: [points[0], points[0]] })).toBe('patrol: points has two of one name');
    expect(wrong({ personIds: ['p1'] })).toBe('patrol: personIds has "p1", which is not company/name');
    expect(wrong({ extra: 1 })).toContain('there is no "extra"');
  });
});
