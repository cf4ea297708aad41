import { describe, expect, it } from 'vitest';
import { createRandom, gaussian } from '../../../bench/random.ts';
import { shifted } from '../../../geo/shifted-datums.ts';
import type { Delivery } from '../../../stream/protocol/deliveries.ts';
import type { AlarmView } from '../../../stream/protocol/effects.ts';
import type { Place } from '../../../test/builders/crowd.ts';
import { at } from '../../../test/builders/engine-run.ts';
import { COMPANY, createArea, createFixBatch, createPerson } from '../../../test/builders/entries.ts';
import { lngLatAt, squareAt } from '../../../test/builders/plane.ts';
import { APPROVER, GUARDIAN, guardianRow, SiteRun, T0, WORKER, workerRow } from './site-run.fixture.ts';

const FAR: Place = [200, 0];
/** 3 m for 68 % of places (AQ 3064.3 7.1.1), as the standard deviation of each axis. */
const SIGMA_M = 3 / Math.sqrt(-2 * Math.log(0.32));

function atWork(): SiteRun {
  const run = new SiteRun();
  run.put(GUARDIAN, [3, 0]).put(WORKER, [0, 2]);
  run.permit([0, 0]);
  return run;
}
const factsOf = (alarm: AlarmView | undefined) =>
  alarm?.permit?.facts.map(({ name, value, limit }) => [name, value, limit]);

const isRaised = ({ transition }: AlarmView): boolean => transition === 'raised';

describe('what is watched', () => {
  const unit = { areaId: 'unit', polygons: squareAt(-49, -49, 98) } as const;

  it('[ONS-1] an area of another kind only says where the job is; one drawn for it is its own, and distances count from its edge', () => {
    const told = (area: Parameters<typeof createArea>[0]): string[] => {
      const run = atWork();
      run.areas(createArea({ ...unit, ...area }));
      run.say({ fields: { areaId: 'unit' } });
      run.put(GUARDIAN, [75, 0]);
      run.people('s1');
      run.put('s1', [30, 0]);
      return run.pass(100).map(({ rule }) => rule);
    };
    expect(told({ kind: 'PRODUCTION', fixed: true })).toEqual(['guardian-away']);
    expect(told({ kind: 'WORK', fixed: true })).toEqual(['intruder']);
    expect(told({ kind: 'PRODUCTION', fixed: false })).toEqual(['intruder']);
    expect(told({ kind: 'WORK', validToMs: T0 - 1 })).toEqual(['guardian-away']);
    // Too wide to be the job's own.
    expect(told({ kind: 'WORK', polygons: squareAt(-49, -49, 130) })).toEqual(['guardian-away']);
  });

  it('[ONS-1] a permit with neither a place nor an area is not watched, and is as soon as it has one', () => {
    const run = atWork();
    run.say({ fields: { lng: null, lat: null } });
    run.put(GUARDIAN, FAR);
    expect(run.pass(120)).toEqual([]);
    run.say({ fields: lngLatAt(0, 0) });
    expect(run.pass(70).map(({ rule }) => rule)).toEqual(['guardian-away']);
  });

  it('[ONS-4] a pause ends what stands, and so do acceptance, withdrawal, voiding', () => {
    for (const status of ['paused', 'accepted', 'withdrawn', 'void'] as const) {
      const run = atWork();
      run.put(GUARDIAN, FAR);
      run.pass(70);
      expect(run.standing('guardian-away')).toHaveLength(1);
      run.say({ status });
      run.pass(15);
      expect(run.standing('guardian-away')).toEqual([]);
    }
  });

  it('[ONS-4] work that was said to have ended is watched no more, though its status waits for acceptance; nor before an end to come', () => {
    const run = atWork();
    run.pass(10);
    run.say({ fields: { endedAtMs: run.atMs + 30_000 } });
    run.put(GUARDIAN, FAR).put(WORKER, FAR);
    expect(run.pass(900)).toEqual([]);
    const late = atWork();
    late.say({ fields: { endedAtMs: T0 + 300_000 } });
    late.put(GUARDIAN, FAR);
    expect(late.pass(120, 'guardian-away').map(({ transition }) => transition)).toContain('raised');
    late.pass(200);
    expect(late.standing('guardian-away')).toEqual([]);
  });

  it('[ONS-1] work that began by ACTUAL_START_TIME is in progress whatever its status says', () => {
    const run = new SiteRun();
    run.put(GUARDIAN, FAR).put(WORKER, [0, 2]);
    run.permit([0, 0], { status: 'issued', fields: { startedAtMs: T0 + 60_000 } });
    expect(run.pass(100, 'guardian-away')).toEqual([]);
    expect(run.pass(30, 'guardian-away').filter(isRaised)).toHaveLength(1);
  });

  it('[ONS-1] a place sent in a shifted datum, or swapped, is watched where its mistake undone puts it; one of zeros is not', () => {
    const boundary = createArea({ areaId: 'b', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-300, -300, 600) });
    const { lng, lat } = lngLatAt(0, 0);
    const [lngShifted, latShifted] = shifted('gcj-02', lng, lat);
    const sent = [
      { lng: lngShifted, lat: latShifted },
      { lng: lat, lat: lng },
      { lng: 0, lat: 0 },
    ];
    const told = sent.map((fields) => {
      const run = new SiteRun();
      run.areas(boundary);
      run.put(GUARDIAN, [3, 0]).put(WORKER, [0, 2]);
      run.permit([0, 0], { fields });
      const near = run.pass(700);
      run.put(GUARDIAN, FAR);
      return [near.length, run.pass(90, 'guardian-away').filter(isRaised).length];
    });
    expect(told).toEqual([
      [0, 1],
      [0, 1],
      [0, 0],
    ]);
  });

  it('[ONS-5] an alarm says who, how far against what and since when, and goes on saying it as it was found', () => {
    const run = atWork();
    run.put(GUARDIAN, [45, 0]);
    const [alarm, ...rest] = run.pass(70, 'guardian-away');
    expect(rest).toEqual([]);
    expect(factsOf(alarm)).toEqual([
      ['at', T0 + 1_000, null],
      ['person', GUARDIAN, null],
      ['distanceM', 45, 30],
    ]);
    expect(alarm).toMatchObject({ level: 1, people: [{ personId: GUARDIAN }], radiusM: 10 });
    run.put(GUARDIAN, [80, 0]);
    expect(run.pass(20, 'guardian-away')).toEqual([]);
  });
});

describe('guardians', () => {
  it('[ONS-12] told while nobody is near, a hand-over to somebody who is not there either keeps the alarm and names him', () => {
    const run = atWork();
    run.people('g2');
    run.put('g2', [90, 0]).put(GUARDIAN, FAR);
    const [alarm] = run.pass(70, 'guardian-away');
    run.say({
      rows: { guardians: [guardianRow(GUARDIAN, { toMs: run.atMs }), guardianRow('g2', { fromMs: run.atMs })] },
    });
    const [updated, ...rest] = run.pass(5, 'guardian-away');
    expect(rest).toEqual([]);
    expect(updated).toMatchObject({ alarmId: alarm?.alarmId, transition: 'updated', people: [{ personId: 'g2' }] });
  });

  it('[ONS-14] nothing while the only one on duty is somebody who was not found', () => {
    const run = atWork();
    run.say({ rows: { guardians: [guardianRow(GUARDIAN, { toMs: run.atMs }), guardianRow('nobody')] } });
    run.put(GUARDIAN, FAR);
    expect(run.pass(200, 'guardian-away')).toEqual([]);
    expect(run.standing('guardian-silent')).toEqual([]);
  });

  it('[ONS-16] what fell into our own absence is nobody’s silence, and absence is told its time after it', () => {
    const run = atWork();
    run.put(GUARDIAN, FAR);
    run.pass(20);
    const fromMs = run.atMs;
    run.atMs += 600_000;
    run.entry('downtime', { fromMs, toMs: run.atMs, reason: 'away' }, run.atMs);
    run.put(GUARDIAN, null);
    run.put(WORKER, null);
    expect(run.pass(59)).toEqual([]);
    expect(run.pass(2).map(({ rule }) => rule)).toEqual(['guardian-away']);
    expect(run.pass(58)).toEqual([]);
    const said = run.pass(2).filter(isRaised);
    expect(said.map(({ rule }) => rule)).toEqual(['guardian-silent']);
  });

  it.each([1, 2, 5, 30])(
    '[ONS-15] at a fix each %i s, leaving to 60 m is told in time, whatever the noise',
    (everyS) => {
      for (let seed = 1; seed <= 12; seed++) {
        const random = createRandom(seed);
        const run = atWork();
        run.everyS = everyS;
        run.noise = () => [SIGMA_M * gaussian(random), SIGMA_M * gaussian(random)];
        const leavesAtS = 60 + seed;
        const walk = (second: number): void => {
          run.put(GUARDIAN, [Math.min(60, Math.max(3, 3 + 1.4 * (second - leavesAtS))), 0]);
        };
        const said = run.pass(leavesAtS + 150, 'guardian-away', walk).filter(isRaised);
        expect(said).toHaveLength(1);
        const crossedAtMs = T0 + (leavesAtS + 27 / 1.4) * 1_000;
        const latenessMs = said[0]!.raisedAtMs - crossedAtMs - 60_000;
        expect(latenessMs).toBeLessThanOrEqual(everyS <= 5 ? 10_000 : 10_000 + 1_000 * everyS);
        // Noise may show him out as early as it shows him near.
        expect(latenessMs).toBeGreaterThan(-10_000);
      }
    },
  );

  it('[ONS-15] walking about within 20 m for 8 hours raises nothing', () => {
    const random = createRandom(7);
    const run = atWork();
    let to: Place = [0, 0];
    let at: Place = [0, 0];
    const said: AlarmView[] = [];
    for (const [everyS, hours] of [
      [1, 1],
      [2, 5],
      [5, 1],
      [30, 1],
    ] as const) {
      run.everyS = everyS;
      run.noise = () => [SIGMA_M * gaussian(random), SIGMA_M * gaussian(random)];
      const step = (): void => {
        const leftM = Math.hypot(to[0] - at[0], to[1] - at[1]);
        if (leftM < 2) {
          const angle = 2 * Math.PI * random();
          const outM = 20 * Math.sqrt(random());
          to = [outM * Math.cos(angle), outM * Math.sin(angle)];
        } else {
          const share = Math.min(1, 1.2 / leftM);
          at = [at[0] + share * (to[0] - at[0]), at[1] + share * (to[1] - at[1])];
        }
        run.put(GUARDIAN, at);
      };
      said.push(...run.pass(hours * 3_600, 'guardian-away', step));
    }
    expect(said).toEqual([]);
  }, 120_000);
});

describe('strangers', () => {
  it('[ONS-20] each by himself, with his company, the distance and since when', () => {
    const run = atWork();
    run.people('s1');
    run.put('s1', [6, 0]).put('ghost', [0, -4]);
    const said = run.pass(62, 'intruder');
    expect(said.map(({ permit }) => permit?.facts.map(({ name, value }) => [name, value]))).toEqual([
      [
        ['person', 's1'],
        ['unit', '甲化工'],
        ['distanceM', 6],
        ['at', T0 + 1_000],
      ],
      [
        ['person', 'ghost'],
        ['distanceM', 4],
        ['at', T0 + 1_000],
      ],
    ]);
    expect(said.map(({ people }) => people.map(({ type }) => type))).toEqual([['staff'], ['unidentified']]);
  });

  it('[ONS-20] walking past the job each minute of an hour raises nothing', () => {
    const run = atWork();
    run.people('s1');
    const said = run.pass(3_600, 'intruder', (second) => run.put('s1', [1.2 * ((second % 60) - 30), 2]));
    expect(said).toEqual([]);
  });

  it('[ONS-21] who bears a name of the permit that found nobody at its company, of whatever company he is', () => {
    const run = atWork();
    const companyCode = '913100002';
    run.persons(createPerson({ personId: 'c1', name: '陈焊工', companyCode }));
    run.persons(createPerson({ personId: 'c2', name: '路人', companyCode }));
    run.say({ fields: { workerNames: ['陈焊工'] } });
    const fixes = () => ['c1', 'c2'].map((person) => at(2, 2, run.atMs, { person, accuracyM: 3 }));
    run.pass(90, 'intruder', () => run.entry('fixes', createFixBatch(fixes(), { companyCode }), run.atMs));
    expect(run.standing('intruder').map(({ person }) => person?.personId)).toEqual(['c2']);
  });

  it('[ONS-21] the approver of the permit, and by default a safety officer of whatever company', () => {
    const run = atWork();
    const row = { key: 'a1', stage: '审批人', personId: APPROVER, name: APPROVER, opinion: null, atMs: T0 };
    run.say({ rows: { approvals: [row] } });
    run.persons(createPerson({ personId: 's1', name: '安全', post: '安全员' }));
    run.put(APPROVER, [2, 2]).put('s1', [4, 0]);
    expect(run.pass(200, 'intruder')).toEqual([]);
    run.setting('permit-access', '', { posts: [] });
    expect(run.pass(70, 'intruder').map(({ person }) => person?.personId)).toEqual(['s1']);
  });

  it('[ONS-20] who was there before the work began has his time from then on', () => {
    const run = new SiteRun();
    run.people('s1');
    run.areas(createArea({ areaId: 'spot', kind: 'WORK', polygons: squareAt(-20, -20, 40) }));
    run.put('s1', [5, 0]).put(GUARDIAN, [3, 0]).put(WORKER, [0, 2]);
    run.pass(300);
    run.permit([0, 0], { fields: { areaId: 'spot', startedAtMs: run.atMs } });
    const beganAtMs = run.atMs;
    expect(run.pass(59, 'intruder')).toEqual([]);
    expect(run.pass(2, 'intruder').map(({ onsetAtMs }) => onsetAtMs)).toEqual([beganAtMs]);
  });

  it('[ONS-20] who is forgotten is no stranger any more', () => {
    const run = atWork();
    run.people('s1');
    run.put('s1', [6, 0]);
    run.pass(70);
    expect(run.standing('intruder')).toHaveLength(1);
    run.put('s1', null);
    run.persons(createPerson({ personId: 's1', deleted: true }));
    run.pass(15);
    expect(run.standing('intruder')).toEqual([]);
  });
});

describe('sign-offs', () => {
  it('[ONS-30] places of everybody are kept for a quarter of an hour, across a restart too', () => {
    const run = new SiteRun();
    run.everyS = 10;
    run.put(APPROVER, FAR);
    run.pass(620);
    const row = { key: 'a1', stage: '审批人', personId: APPROVER, name: APPROVER, opinion: null, atMs: T0 + 320_000 };
    run.permit([0, 0], { status: 'issued', rows: { approvals: [row] } });
    const said = run.pass(40, 'approver-away');
    expect(said.map(factsOf)).toEqual([
      [
        ['person', APPROVER, null],
        ['issuedAt', T0 + 320_000, null],
        ['distanceM', 200, 50],
      ],
    ]);
  });
});

describe('gas near a job', () => {
  const told = (run: SiteRun): Delivery[] =>
    run.engine.park.docs.values('delivery').filter(({ text }) => text === 'withdraw');
  const peopleTold = (run: SiteRun): string[] =>
    told(run)
      .flatMap(({ recipient }) => (recipient?.kind === 'person' ? [recipient.id] : []))
      .sort();

  it('[ONS-61] its crew wherever they are and who is in its area are told to leave, each once, and who comes later', () => {
    const run = atWork();
    run.people('s1', 's2');
    run.setting('detector', `${COMPANY}/g1`, { name: '1# 可燃气', ...lngLatAt(40, 0), radiusM: 40 });
    run.put(WORKER, [90, 0]).put('s1', [5, 0]).put('s2', [60, 0]);
    run.pass(5);
    run.gas('g1');
    run.pass(5);
    const [alarm] = run.standing('gas-near-job');
    expect(alarm).toMatchObject({ level: 1, subject: `${COMPANY}/t1` });
    expect(peopleTold(run)).toEqual([GUARDIAN, 's1', WORKER].map((id) => `${COMPANY}/${id}`));
    expect(
      told(run).every(({ alarmId, values }) => alarmId === alarm?.alarmId && values['detector'] === '1# 可燃气'),
    ).toBe(true);
    run.put('s2', [4, 0]);
    run.pass(5);
    expect(peopleTold(run)).toEqual([GUARDIAN, 's1', 's2', WORKER].map((id) => `${COMPANY}/${id}`));
  });
});

describe('crews that meet', () => {
  it('[ONS-50] is told once, at the job that began later, with the other’s number', () => {
    const run = atWork();
    run.people('w2');
    run.put('w2', [8, 0]);
    const rows = { guardians: [guardianRow(GUARDIAN)], workers: [workerRow('w2')] };
    run.permit([8, 0], { permitId: 'a0', fields: { workCode: '50', startedAtMs: T0 + 1, number: 'MB-1' }, rows });
    const said = run.pass(70, 'work-conflict');
    expect(said.map(({ subject, permit, people }) => [subject, permit?.facts[0]?.value, people.length])).toEqual([
      [`${COMPANY}/a0`, 'DH-20261120-001', 2],
    ]);
  });
});
