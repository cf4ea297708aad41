import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import {
  anActivity,
  aPermit,
  aPermitAlarm,
  aPermitVideo,
  aWord,
  PERMIT_CAMERA,
  PERMIT_COMPANY,
  PERMIT_T0 as T0,
} from '../../stream/protocol/permits.fixture.ts';
import type { PermitFields, PermitRecord, PermitRows, PermitStatus } from '../../stream/protocol/permits.ts';
import { createArea, createFixBatch, createPerson } from '../../test/builders/entries.ts';
import { PermitRun } from '../../test/builders/permit-run.ts';
import { lngLatAt, projection, squareAt } from '../../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from '../snapshot.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

// --- words -----------------------------------------------------------------------------------------------------------

const instant = fc.constantFrom(null, T0 - 9 * HOUR_MS, T0 - 40 * MINUTE_MS, T0 - 5 * MINUTE_MS, T0, T0 + HOUR_MS);
const name = fc.constantFrom('王焊工', '李监护', '路人');
const place = fc.constantFrom(lngLatAt(0, 0), lngLatAt(12, 0), lngLatAt(400, 0), { lng: null, lat: null });

const fields: fc.Arbitrary<Partial<PermitFields>> = fc
  .tuple(
    place,
    fc.record(
      {
        number: fc.constantFrom(null, 'ZY-1', 'ZY-2'),
        workCode: fc.constantFrom('01', '02', '03', '10', '24', '50', '61', '70', '90', 'constructor', ''),
        baseWorkCode: fc.constantFrom(null, '02', '03'),
        activityId: fc.constantFrom(null, 'j1'),
        content: fc.constantFrom('', '焊接'),
        areaId: fc.constantFrom(null, 'a1', '?'),
        plannedFromMs: instant,
        plannedToMs: instant,
        issuedAtMs: instant,
        validFromMs: instant,
        validToMs: instant,
        startedAtMs: instant,
        endedAtMs: instant,
        acceptedAtMs: instant,
        units: fc.constantFrom([], ['检修部'], ['外协']),
        creditCodes: fc.constantFrom([], ['91310000X']),
        isContractorWork: fc.constantFrom(null, true, false),
        guardianNames: fc.array(name, { maxLength: 2 }),
        workerNames: fc.array(name, { maxLength: 3 }),
        workerIds: fc.array(fc.constantFrom('w1', 'w2', '?'), { maxLength: 2 }),
        certificateNames: fc.constantFrom([], ['焊接与热切割作业']),
        certificateNumbers: fc.constantFrom([], ['T1'], ['T1', 'T2']),
        inExArea: fc.constantFrom(null, true, false),
        hazardSourceCode: fc.constantFrom(null, 'H1'),
        isOpenAir: fc.constantFrom(null, true, false),
        riskAnalysis: fc.constantFrom(null, '', '有'),
        briefedBy: fc.constantFrom(null, '赵主任'),
        briefedAtMs: instant,
        isChanged: fc.constantFrom(null, true, false),
        isLinked: fc.constantFrom(null, true, false),
        relatedCodes: fc.constantFrom([], ['10'], ['7'], ['?']),
        blindAction: fc.constantFrom(null, 'insert', 'both'),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([at, rest]) => ({ ...(rest.content === undefined ? {} : at), ...rest }) as Partial<PermitFields>);

const key = fc.constantFrom('1', '2');
const gone = key.map((one) => ({ key: one, gone: true }) as const);
const gas = fc.record({
  key,
  gas: fc.constantFrom('甲烷', '氧气', '硫化氢', '?'),
  value: fc.constantFrom(0, 0.3, 20.9, 25, Number.MAX_VALUE, -1),
  unit: fc.constantFrom('vol%', '%LEL', 'ppm', 'mg/m3', null),
  lelPct: fc.constantFrom(null, 0, 5),
  point: fc.constantFrom(null, '罐内'),
  analyst: fc.constant(null),
  atMs: instant.map((atMs) => atMs ?? T0),
});
const person = { personId: fc.constantFrom(null, 'w1', 'w2', '?'), name };
const certificate = { certificateNumber: fc.constantFrom(null, 'T1'), certificateBlind: fc.constant(null) };
const rows = fc.record(
  {
    gas: fc.array(fc.oneof(gas, gone), { maxLength: 2 }),
    approvals: fc.array(
      fc.oneof(
        fc.record({ key, stage: fc.constant('审批人'), ...person, opinion: fc.constant(null), atMs: instant }),
        gone,
      ),
      { maxLength: 2 },
    ),
    guardians: fc.array(fc.oneof(fc.record({ key, ...person, fromMs: instant, toMs: instant, ...certificate }), gone), {
      maxLength: 2,
    }),
    workers: fc.array(
      fc.oneof(
        fc.record({
          key,
          ...person,
          creditCode: fc.constantFrom(null, '91310000X'),
          certificateName: fc.constantFrom(null, '焊接'),
          fromMs: instant,
          toMs: instant,
          ...certificate,
        }),
        gone,
      ),
      { maxLength: 2 },
    ),
    measures: fc.array(
      fc.oneof(
        fc.record({
          key,
          content: fc.constant('灭火器'),
          isInvolved: fc.constantFrom(null, true, false),
          confirmedBy: fc.constantFrom(null, '李监护'),
          atMs: instant,
        }),
        gone,
      ),
      { maxLength: 2 },
    ),
    links: fc.array(fc.oneof(fc.record({ key, permitId: fc.constantFrom('t1', 't2', 'ZY-2', '?') }), gone), {
      maxLength: 2,
    }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<{ [L in keyof PermitRows]?: PermitRows[L][] }>;

const STATUSES: PermitStatus[] = ['applied', 'issued', 'working', 'working', 'working', 'paused', 'accepted', 'void'];
const word: fc.Arbitrary<PermitRecord> = fc
  .record({
    permitId: fc.constantFrom('t1', 't2'),
    base: fc.constantFrom(true, true, false),
    updatedAtMs: fc.constantFrom(T0 - 2 * HOUR_MS, T0 - 20 * MINUTE_MS, T0 - MINUTE_MS, T0),
    status: fc.option(fc.constantFrom(...STATUSES), { nil: undefined }),
    deleted: fc.constantFrom(undefined, undefined, undefined, undefined, false, true),
    fields,
    rows,
  })
  .map(({ base, status, deleted, ...more }) => ({
    ...(base ? aPermit({ ...more, rows: more.rows }) : aWord(more)),
    ...(status === undefined ? {} : { status }),
    ...(deleted === undefined ? {} : { deleted }),
  }));

/** A park with some of the people and areas that words name. */
function park(): PermitRun {
  const run = new PermitRun();
  run.tick(T0);
  run.persons(createPerson({ personId: 'w1', name: '王焊工' }), createPerson({ personId: 'w2', name: '李监护' }));
  run.areas(
    createArea({ areaId: 'a1', kind: 'WORK', inExArea: true, polygons: squareAt(-20, -20, 60) }),
    createArea({ areaId: 'g', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-200, -200, 400) }),
  );
  return run;
}

const said = (alarm: AlarmView) => ({
  rule: alarm.rule,
  level: alarm.level,
  facts: alarm.permit?.facts,
  number: alarm.permit?.number,
  place: alarm.place,
  people: alarm.people,
  companyCodes: alarm.companyCodes,
});
const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
/** What is active and goes on: what went waits out its off-delay. */
const standing = (run: PermitRun) =>
  ['t1', 't2'].map((id) =>
    run
      .standing(id)
      .filter(({ conditionGoneAtMs }) => conditionGoneAtMs === null)
      .map(said)
      .sort(byText),
  );

describe('words in any order', () => {
  it('[PMT-2] [PMT-22] come to the same state, active alarms and card', () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 7 }).chain((words) =>
          fc.record({
            words: fc.constant(words),
            other: fc.shuffledSubarray([...words, ...words.slice(0, 2)], {
              minLength: words.length + Math.min(2, words.length),
            }),
          }),
        ),
        ({ words, other }) => {
          const [one, two] = [words, other].map((order) => {
            const run = park();
            for (const each of order) run.permits(T0, each);
            run.tick(T0 + 1_000);
            return run;
          }) as [PermitRun, PermitRun];
          const states = (run: PermitRun) =>
            ['t1', 't2'].map((id) => run.part.table.get(`${PERMIT_COMPANY}/${id}`)?.state);
          expect(states(two)).toEqual(states(one));
          expect(standing(two)).toEqual(standing(one));
          expect([...one.part.takeUnjudged(), ...two.part.takeUnjudged()]).toEqual([]);
          expect([two.view(), two.view('t2')]).toEqual([one.view(), one.view('t2')]);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

// --- restart ---------------------------------------------------------------------------------------------------------

type Op = (run: PermitRun) => void;
const ops: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: word.map(
      (one): Op =>
        (run) =>
          run.permits(run.nowMs, one),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1_000, 12_000, 40 * MINUTE_MS, 3 * HOUR_MS, 9 * HOUR_MS).map(
      (ms): Op =>
        (run) =>
          run.tick(run.nowMs + ms),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ deleted: fc.boolean(), permitId: fc.constantFrom('t1', 't2') }).map(
      (change): Op =>
        (run) =>
          run.videos(run.nowMs, aPermitVideo({ ...change, updatedAtMs: run.nowMs })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (online): Op =>
        (run) =>
          run.cameras(run.nowMs, {
            companyCode: PERMIT_COMPANY,
            cameraCode: PERMIT_CAMERA,
            online,
            recordedToMs: null,
            atMs: run.nowMs,
          }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('31', '70', '?').map(
      (code): Op =>
        (run) =>
          run.permitAlarms(run.nowMs, aPermitAlarm({ code, updatedAtMs: run.nowMs, raisedAtMs: run.nowMs })),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Op>((run) => run.activities(run.nowMs, anActivity({ updatedAtMs: run.nowMs }))) },
  {
    weight: 1,
    arbitrary: fc.record({ personId: fc.constantFrom('w1', 'w2', 'w3'), name, deleted: fc.boolean() }).map(
      (change): Op =>
        (run) =>
          run.persons(createPerson(change)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (deleted): Op =>
        (run) =>
          run.areas(createArea({ areaId: 'a1', kind: 'WORK', polygons: squareAt(-20, -20, 60), deleted })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<[number, number]>([0, 0], [300, 0]).map(
      ([east, north]): Op =>
        (run) =>
          run.entry('fixes', createFixBatch([{ person: 'w2', ...lngLatAt(east, north), atMs: run.nowMs }]), run.nowMs),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<[Parameters<PermitRun['setting']>[0], unknown]>(
        ['calendar', { holidays: ['2026-11-20', '2026-11-21'], makeUpDays: [] }],
        ['calendar', null],
        ['rules', { permit: { guardianAwayMs: 0, jobRadiusM: 20 } }],
        ['rules', null],
        ['weather', { notices: [{ fromMs: T0, toMs: T0 + HOUR_MS, windForce: 7, isBad: false }] }],
      )
      .map(
        ([topic, value]): Op =>
          (run) =>
            run.setting(topic, '', value),
      ),
  },
);

describe('an engine that is restored', () => {
  it('[PMT-19] [PMT-22] at any entry goes on with the same permits, alarms and documents, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(ops, { minLength: 2, maxLength: 25 }), fc.nat(24), (list, n) => {
        const run = park();
        const cut = Math.min(n, list.length - 1);
        for (const op of list.slice(0, cut)) op(run);
        const restored = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
        if (!restored.ok) throw new Error(restored.problem);
        const from = run.entries.length;
        for (const op of list.slice(cut)) op(run);
        run.tick(run.nowMs + 1_000);
        const published = run.published.filter(({ seq }) => seq > from);
        const again = run.entries.slice(from).flatMap((entry) => restored.engine.step(entry) ?? []);
        expect(again).toEqual(published);
        expect([...run.part.takeUnjudged()]).toEqual([]);
        expect(digestOf(restored.engine)).toBe(digestOf(run.engine));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('[PMT-4] work that is over is watched no more, also when the rules were changed within the same second', () => {
    const run = park();
    run.permits(T0, aPermit({ fields: { workerIds: ['w1'] } }));
    run.tick(T0 + 1_000);
    run.setting('rules', '', { permit: { nobodyMs: 60_000 } });
    run.permits(T0 + 1_000, aWord({ updatedAtMs: T0 + 1_000, status: 'accepted' }));
    run.ticks(T0 + 2 * MINUTE_MS);
    expect(run.standing()).toEqual([]);
  });

  it('[PMT-6] with deadlines pending raises the same alarms at the same times under the same ids', () => {
    const run = park();
    run.permits(T0, aPermit(), aPermit({ permitId: 't2', fields: { workCode: '70' } }));
    run.tick(T0 + 1_000);
    const restored = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!restored.ok) throw new Error(restored.problem);
    const from = run.entries.length;
    for (let atMs = T0 + MINUTE_MS; atMs <= T0 + 5 * HOUR_MS; atMs += MINUTE_MS) run.tick(atMs);
    const again = run.entries.slice(from).flatMap((entry) => restored.engine.step(entry) ?? []);
    expect(again).toEqual(run.published.filter(({ seq }) => seq > from));
    const late = run.published.filter(({ seq }) => seq > from).flatMap(({ effects }) => effects);
    const rules = late.flatMap((one) =>
      one.t === 'alarm' && one.alarm.transition === 'raised' ? [one.alarm.rule] : [],
    );
    expect(rules).toEqual(expect.arrayContaining(['permit-expired', 'gas-record-overdue', 'no-video']));
  });
});
