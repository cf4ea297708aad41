/** Each rule on site over a whole engine: what violates, what conforms, and the second and the metre between them. */
import { describe, expect, it } from 'vitest';
import { PERMIT_RULE_TABLE, type PermitRuleId } from '../../../standard/permit-rules.ts';
import { areaKey } from '../../../stream/protocol/effects.ts';
import type { Place } from '../../../test/builders/crowd.ts';
import { COMPANY, createArea, createHeartbeat } from '../../../test/builders/entries.ts';
import { lngLatAt, squareAt } from '../../../test/builders/plane.ts';
import { APPROVER, GUARDIAN, guardianRow, SiteRun, T0, WORKER, workerRow } from './site-run.fixture.ts';

interface Case {
  readonly what: string;
  /** Before the first second. */
  readonly set?: (run: SiteRun) => void;
  /** What happens before the fixes and the tick of a second. */
  readonly at?: Readonly<Record<number, (run: SiteRun) => void>>;
  readonly seconds: number;
  /** When it is raised and since when, s from the start; null: never. */
  readonly raised: { readonly atS: number; readonly onsetS: number; readonly ended?: boolean } | null;
}

const HERE: Place = [0, 0];
const FAR: Place = [200, 0];
const put =
  (person: string, place: Place | null) =>
  (run: SiteRun): void => {
    run.put(person, place);
  };
/** A job at the origin, its guardian and worker at it. */
const atWork = (run: SiteRun): void => {
  run.put(GUARDIAN, [3, 0]).put(WORKER, [0, 2]);
  run.permit(HERE);
};
/** A confined space of 20 m with its middle at the job. */
const inSpace = (run: SiteRun): void => {
  run.areas(
    createArea({ areaId: 'space', kind: 'WORK', fixed: false, polygons: squareAt(-10, -10, 20), name: '罐内' }),
  );
  run.put(GUARDIAN, [20, 0]).put(WORKER, [0, 2]);
  run.permit(HERE, { fields: { workCode: '70', areaId: 'space' } });
};
const stranger = (run: SiteRun): void => {
  atWork(run);
  run.people('s1');
  run.put('s1', FAR);
};
const signedAt = (s: number) => (run: SiteRun) => {
  const row = { key: 'a1', stage: '审批人', personId: APPROVER, name: APPROVER, opinion: '同意', atMs: T0 + s * 1_000 };
  run.say({ rows: { approvals: [row] } });
};
/** Ten minutes of places are known before somebody signs at 600 s. */
const signing = (run: SiteRun): void => {
  run.everyS = 10;
  run.permit(HERE, { status: 'issued' });
};
const detector = (radiusM: number) => (run: SiteRun) => {
  atWork(run);
  run.setting('detector', `${COMPANY}/g1`, { name: '1# 可燃气', ...lngLatAt(60, 0), radiusM });
};
const sounds =
  (isOver = false) =>
  (run: SiteRun): void =>
    run.gas('g1', isOver);
/** A second job of blinding, 20 m east, with its own people. */
const blindingNear = (run: SiteRun): void => {
  atWork(run);
  run.people('g2', 'w2');
  run.put('g2', [22, 0]).put('w2', [20, 0]);
  run.permit([20, 0], {
    permitId: 't2',
    fields: { workCode: '50', number: 'MB-1', startedAtMs: T0 + 1 },
    rows: { guardians: [guardianRow('g2')], workers: [workerRow('w2')] },
  });
};
const workArea = (run: SiteRun): void => {
  run.areas(createArea({ areaId: 'yard', kind: 'WORK', polygons: squareAt(300, 0, 40), name: '检修区' }));
  run.people('s1');
  run.everyS = 5;
};
const IN_YARD: Place = [320, 20];

const CASES: Partial<Record<PermitRuleId, readonly Case[]>> = {
  'guardian-away': [
    {
      what: 'gone for 60 s',
      set: atWork,
      at: { 10: put(GUARDIAN, FAR), 75: put(GUARDIAN, HERE) },
      seconds: 100,
      raised: { atS: 71, onsetS: 11, ended: true },
    },
    {
      what: 'back after 59 s',
      set: atWork,
      at: { 10: put(GUARDIAN, FAR), 69: put(GUARDIAN, HERE) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'back in the very second',
      set: atWork,
      at: { 10: put(GUARDIAN, FAR), 70: put(GUARDIAN, HERE) },
      seconds: 200,
      raised: null,
    },
    { what: 'at 29.9 m', set: atWork, at: { 10: put(GUARDIAN, [29.9, 0]) }, seconds: 200, raised: null },
    {
      what: 'at 30.1 m',
      set: atWork,
      at: { 10: put(GUARDIAN, [30.1, 0]) },
      seconds: 200,
      raised: { atS: 71, onsetS: 11 },
    },
    {
      what: 'never near: from the start',
      set(run) {
        run.everyS = 10;
        run.put(GUARDIAN, FAR).put(WORKER, HERE);
        run.pass(15);
        run.permit(HERE, { fields: { startedAtMs: T0 + 15_000 } });
      },
      seconds: 100,
      raised: { atS: 75, onsetS: 15 },
    },
    {
      what: 'one of two near',
      set(run) {
        atWork(run);
        run.people('g2');
        run.put('g2', FAR);
        run.say({ rows: { guardians: [guardianRow(GUARDIAN), guardianRow('g2')] } });
      },
      seconds: 200,
      raised: null,
    },
    {
      what: 'both of two gone, counted from the later',
      set(run) {
        atWork(run);
        run.people('g2');
        run.put('g2', [0, 5]);
        run.say({ rows: { guardians: [guardianRow(GUARDIAN), guardianRow('g2')] } });
      },
      at: { 10: put(GUARDIAN, FAR), 40: put('g2', FAR) },
      seconds: 150,
      raised: { atS: 101, onsetS: 41 },
    },
    {
      what: 'handed over to somebody near: the one relieved may go',
      set(run) {
        atWork(run);
        run.people('g2');
        run.put('g2', [0, 5]);
        handOver(run, 20);
      },
      at: { 20: put(GUARDIAN, FAR) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'handed over to somebody far away: from the hand-over',
      set(run) {
        atWork(run);
        run.people('g2');
        run.put('g2', FAR);
        handOver(run, 20);
      },
      seconds: 200,
      raised: { atS: 80, onsetS: 20 },
    },
    {
      what: 'handed over to nobody',
      set(run) {
        atWork(run);
        run.say({ rows: { guardians: [guardianRow(GUARDIAN, { toMs: T0 + 20_000 })] } });
      },
      seconds: 200,
      raised: { atS: 80, onsetS: 20 },
    },
    {
      what: 'his tag silent: told apart',
      set: atWork,
      at: { 10: put(GUARDIAN, null) },
      seconds: 400,
      raised: null,
    },
    {
      what: 'gone and then silent: told, and it stands',
      set: atWork,
      at: { 10: put(GUARDIAN, FAR), 12: put(GUARDIAN, null) },
      seconds: 400,
      raised: { atS: 71, onsetS: 11 },
    },
    {
      what: 'nobody found under his name',
      set(run) {
        run.put(WORKER, HERE);
        run.permit(HERE, { rows: { guardians: [guardianRow('nobody')] } });
      },
      seconds: 200,
      raised: null,
    },
    {
      what: 'paused before the time is over',
      set: atWork,
      at: { 10: put(GUARDIAN, FAR), 40: (run) => run.say({ status: 'paused' }) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'accepted ends it',
      set: atWork,
      at: { 10: put(GUARDIAN, FAR), 90: (run) => run.say({ status: 'accepted', fields: { acceptedAtMs: run.atMs } }) },
      seconds: 200,
      raised: { atS: 71, onsetS: 11, ended: true },
    },
    {
      what: 'paused and gone on: counted from then',
      set: atWork,
      at: {
        10: put(GUARDIAN, FAR),
        40: (run) => run.say({ status: 'paused' }),
        100: (run) => run.say({ status: 'working' }),
      },
      seconds: 200,
      raised: { atS: 161, onsetS: 101 },
    },
  ],
  'guardian-silent': [
    {
      what: 'unheard of for 120 s, and heard again',
      set: atWork,
      at: { 10: put(GUARDIAN, null), 150: put(GUARDIAN, [3, 0]) },
      seconds: 200,
      raised: { atS: 130, onsetS: 10, ended: true },
    },
    {
      what: 'unheard of for 119 s',
      set: atWork,
      at: { 10: put(GUARDIAN, null), 128: put(GUARDIAN, [3, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'never heard',
      set(run) {
        run.put(WORKER, HERE);
        run.permit(HERE);
      },
      seconds: 200,
      raised: { atS: 120, onsetS: 0 },
    },
    {
      what: 'another guardian is heard',
      set(run) {
        atWork(run);
        run.people('g2');
        run.put('g2', [0, 5]);
        run.say({ rows: { guardians: [guardianRow(GUARDIAN), guardianRow('g2')] } });
      },
      at: { 10: put(GUARDIAN, null) },
      seconds: 300,
      raised: null,
    },
    {
      what: 'rests, and his company, which sends on change, stands ready',
      set: atWork,
      at: Object.fromEntries([
        [10, put(GUARDIAN, null)],
        ...Array.from({ length: 13 }, (_, n) => [
          10 + 30 * n,
          (run: SiteRun) => {
            run.put(GUARDIAN, null);
            run.heartbeats(run.atMs, createHeartbeat());
          },
        ]),
      ]),
      seconds: 400,
      raised: null,
    },
  ],
  'guardian-inside': [
    {
      what: 'for more than 30 s',
      set: inSpace,
      at: { 9: put(GUARDIAN, [0, 0]) },
      seconds: 80,
      raised: { atS: 41, onsetS: 10 },
    },
    {
      what: 'for 30 s',
      set: inSpace,
      at: { 9: put(GUARDIAN, [0, 0]), 40: put(GUARDIAN, [40, 0]) },
      seconds: 100,
      raised: null,
    },
    {
      what: 'of other work',
      set(run) {
        inSpace(run);
        run.say({ fields: { workCode: '03' } });
      },
      at: { 9: put(GUARDIAN, [0, 0]) },
      seconds: 100,
      raised: null,
    },
  ],
  intruder: [
    {
      what: 'stays for 60 s',
      set: stranger,
      at: { 10: put('s1', [5, 0]) },
      seconds: 100,
      raised: { atS: 71, onsetS: 11 },
    },
    {
      what: 'leaves after 59 s',
      set: stranger,
      at: { 10: put('s1', [5, 0]), 69: put('s1', FAR) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'and leaves later',
      set: stranger,
      at: { 10: put('s1', [5, 0]), 90: put('s1', FAR) },
      seconds: 200,
      raised: { atS: 71, onsetS: 11, ended: true },
    },
    { what: 'at 9.9 m', set: stranger, at: { 10: put('s1', [9.9, 0]) }, seconds: 100, raised: { atS: 71, onsetS: 11 } },
    { what: 'at 10.1 m', set: stranger, at: { 10: put('s1', [10.1, 0]) }, seconds: 200, raised: null },
    {
      what: 'a tag that nobody is known to wear',
      set(run) {
        atWork(run);
        run.put('ghost', FAR);
      },
      at: { 10: put('ghost', [5, 0]) },
      seconds: 100,
      raised: { atS: 71, onsetS: 11 },
    },
    {
      what: 'in the drawn area, 11 m from its middle',
      set(run) {
        inSpace(run);
        run.people('s1');
        run.put('s1', FAR);
        run.put(GUARDIAN, [15, 0]);
      },
      at: { 10: put('s1', [8, 8]) },
      seconds: 120,
      raised: { atS: 71, onsetS: 11 },
    },
    { what: 'the guardian himself', set: atWork, seconds: 100, raised: null },
    {
      what: 'put on the permit meanwhile',
      set: stranger,
      at: { 10: put('s1', [5, 0]), 80: (run) => run.say({ rows: { workers: [workerRow('s1')] } }) },
      seconds: 120,
      raised: { atS: 71, onsetS: 11, ended: true },
    },
    {
      what: 'on another open permit so near',
      set(run) {
        stranger(run);
        run.permit([25, 0], { permitId: 't2', status: 'issued', rows: { workers: [workerRow('s1')] } });
      },
      at: { 10: put('s1', [5, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'on another open permit too far away for that',
      set(run) {
        stranger(run);
        run.permit([35, 0], { permitId: 't2', status: 'issued', rows: { workers: [workerRow('s1')] } });
      },
      at: { 10: put('s1', [5, 0]) },
      seconds: 100,
      raised: { atS: 71, onsetS: 11 },
    },
    {
      what: 'whose place of work it is',
      set(run) {
        stranger(run);
        const unit = { areaId: 'unit', kind: 'PRODUCTION', polygons: squareAt(-50, -50, 100) } as const;
        run.areas(createArea({ ...unit, requiredPersonIds: ['s1'] }));
      },
      at: { 10: put('s1', [5, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'whom a post at the place names',
      set(run) {
        stranger(run);
        run.areas(createArea({ areaId: 'unit', kind: 'POST', polygons: squareAt(-50, -50, 100) }));
        run.setting('post', `${COMPANY}/p`, {
          name: '外操',
          areas: [areaKey(COMPANY, 'unit')],
          number: 1,
          personIds: ['s1'],
          shifts: [{ name: '白班', from: '08:00', to: '20:00' }],
        });
      },
      at: { 10: put('s1', [5, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'whom the park lets in',
      set(run) {
        stranger(run);
        run.setting('permit-access', '', { people: [`${COMPANY}/s1`] });
      },
      at: { 10: put('s1', [5, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'whose company lets his post in',
      set(run) {
        stranger(run);
        run.setting('permit-access', COMPANY, { posts: ['操作工'] });
      },
      at: { 10: put('s1', [5, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'who bears a name of the permit that found nobody',
      set(run) {
        stranger(run);
        run.say({ rows: { workers: [workerRow('x9', { personId: 'x9', name: 's1' })] } });
        run.people('other');
      },
      at: { 10: put('s1', [5, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'silent before the time is over',
      set: stranger,
      at: { 10: put('s1', [5, 0]), 12: put('s1', null) },
      seconds: 65,
      raised: null,
    },
  ],
  'nobody-on-site': [
    {
      what: 'gone for 10 min',
      set: atWork,
      at: { 10: (run) => run.put(GUARDIAN, FAR).put(WORKER, FAR), 640: put(WORKER, HERE) },
      seconds: 700,
      raised: { atS: 610, onsetS: 10, ended: true },
    },
    {
      what: 'back a second before',
      set: atWork,
      at: { 10: (run) => run.put(GUARDIAN, FAR).put(WORKER, FAR), 608: put(WORKER, HERE) },
      seconds: 700,
      raised: null,
    },
    { what: 'one of them at 49.9 m', set: atWork, at: { 10: put(WORKER, [49.9, 0]) }, seconds: 700, raised: null },
    {
      what: 'all of them silent',
      set: atWork,
      at: { 10: (run) => run.put(GUARDIAN, null).put(WORKER, null) },
      seconds: 700,
      raised: { atS: 610, onsetS: 10 },
    },
    {
      what: 'none of them has a tag',
      set(run) {
        run.permit(HERE);
      },
      seconds: 700,
      raised: null,
    },
  ],
  'too-many-inside': [
    {
      what: 'two for one worker',
      set(run) {
        inSpace(run);
        run.people('s1');
        run.put('s1', FAR);
      },
      at: { 9: put('s1', [0, 0]) },
      seconds: 60,
      raised: { atS: 40, onsetS: 10 },
    },
    {
      what: 'two for two workers',
      set(run) {
        inSpace(run);
        run.people('s1');
        run.say({ rows: { workers: [workerRow('s1')] } });
      },
      at: { 9: put('s1', [0, 0]) },
      seconds: 100,
      raised: null,
    },
    {
      what: 'two permits in the space, each with its worker',
      set(run) {
        inSpace(run);
        run.people('s1');
        const fields = { workCode: '70', areaId: 'space' };
        run.permit(HERE, { permitId: 't2', fields, rows: { workers: [workerRow('s1')] } });
      },
      at: { 9: put('s1', [0, 0]) },
      seconds: 100,
      raised: null,
    },
    { what: 'the worker and the guardian', set: inSpace, at: { 9: put(GUARDIAN, [0, 0]) }, seconds: 100, raised: null },
  ],
  'approver-away': [
    {
      what: 'elsewhere from 5 min before to 5 min after',
      set: signing,
      at: { 1: put(APPROVER, FAR), 605: signedAt(600) },
      seconds: 1_000,
      raised: { atS: 900, onsetS: 600 },
    },
    {
      what: 'there 5 min before',
      set: signing,
      at: { 1: put(APPROVER, HERE), 315: put(APPROVER, FAR), 605: signedAt(600) },
      seconds: 1_000,
      raised: null,
    },
    {
      what: 'gone more than 5 min before',
      set: signing,
      at: { 1: put(APPROVER, HERE), 285: put(APPROVER, FAR), 605: signedAt(600) },
      seconds: 1_000,
      raised: { atS: 900, onsetS: 600 },
    },
    {
      what: 'at 49.9 m',
      set: signing,
      at: { 1: put(APPROVER, [49.9, 0]), 605: signedAt(600) },
      seconds: 1_000,
      raised: null,
    },
    {
      what: 'at 50.1 m',
      set: signing,
      at: { 1: put(APPROVER, [50.1, 0]), 605: signedAt(600) },
      seconds: 1_000,
      raised: { atS: 900, onsetS: 600 },
    },
    { what: 'his tag silent', set: signing, at: { 605: signedAt(600) }, seconds: 1_000, raised: null },
    {
      what: 'told 4 min after it was signed',
      set: signing,
      at: { 1: put(APPROVER, FAR), 840: signedAt(600) },
      seconds: 1_000,
      raised: { atS: 900, onsetS: 600 },
    },
    {
      what: 'told too late to know',
      set: signing,
      at: { 1: put(APPROVER, FAR), 1300: signedAt(600) },
      seconds: 1_500,
      raised: null,
    },
    {
      what: 'of general work',
      set(run) {
        signing(run);
        run.say({ fields: { workCode: '90' } });
      },
      at: { 1: put(APPROVER, FAR), 605: signedAt(600) },
      seconds: 1_000,
      raised: null,
    },
    {
      what: 'it stands until the permit is closed',
      set: signing,
      at: { 1: put(APPROVER, FAR), 605: signedAt(600), 950: (run) => run.say({ status: 'accepted' }) },
      seconds: 1_000,
      raised: { atS: 900, onsetS: 600, ended: true },
    },
  ],
  'work-without-permit': [
    { what: 'for 10 min', set: workArea, at: { 4: put('s1', IN_YARD) }, seconds: 640, raised: { atS: 605, onsetS: 5 } },
    {
      what: 'left a second before',
      set: workArea,
      at: { 4: put('s1', IN_YARD), 599: put('s1', FAR) },
      seconds: 700,
      raised: null,
    },
    {
      what: 'under a permit whose place is in it',
      set(run) {
        workArea(run);
        run.permit(IN_YARD, { status: 'issued' });
      },
      at: { 4: put('s1', IN_YARD) },
      seconds: 700,
      raised: null,
    },
    {
      what: 'under a permit that names it',
      set(run) {
        workArea(run);
        run.permit(HERE, { status: 'issued', fields: { areaId: 'yard' } });
      },
      at: { 4: put('s1', IN_YARD) },
      seconds: 700,
      raised: null,
    },
    {
      what: 'counted from the end of the permit',
      set(run) {
        workArea(run);
        run.permit(IN_YARD, { status: 'issued' });
      },
      at: { 4: put('s1', IN_YARD), 100: (run) => run.say({ status: 'withdrawn' }) },
      seconds: 720,
      raised: { atS: 700, onsetS: 100 },
    },
    {
      what: 'until a permit is there',
      set: workArea,
      at: {
        4: put('s1', IN_YARD),
        620: (run) => {
          run.permit(IN_YARD, { status: 'applied' });
        },
      },
      seconds: 660,
      raised: { atS: 605, onsetS: 5, ended: true },
    },
  ],
  'work-conflict': [
    {
      what: 'hot work and blinding 9.9 m apart for 60 s',
      set: blindingNear,
      at: { 9: put('w2', [9.9, 2]) },
      seconds: 100,
      raised: { atS: 70, onsetS: 10 },
    },
    { what: '10.1 m apart', set: blindingNear, at: { 9: put('w2', [10.1, 2]) }, seconds: 200, raised: null },
    {
      what: 'for 59 s',
      set: blindingNear,
      at: { 9: put('w2', [5, 2]), 69: put('w2', [40, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'and apart again',
      set: blindingNear,
      at: { 9: put('w2', [5, 2]), 90: put('w2', [30, 0]) },
      seconds: 130,
      raised: { atS: 70, onsetS: 10, ended: true },
    },
    {
      what: 'both at lunch',
      set: blindingNear,
      at: { 9: (run) => run.put(WORKER, [100, 100]).put('w2', [102, 100]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'one of them on both permits',
      set(run) {
        blindingNear(run);
        run.say({ permitId: 't2', rows: { workers: [workerRow(WORKER), { key: 'w2', gone: true }] } });
      },
      at: { 9: put(WORKER, [10, 0]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'hot work and digging',
      set(run) {
        blindingNear(run);
        run.say({ permitId: 't2', fields: { workCode: '30' } });
      },
      at: { 9: put('w2', [5, 2]) },
      seconds: 200,
      raised: null,
    },
    {
      what: 'lifting over somebody else',
      set(run) {
        blindingNear(run);
        run.say({ permitId: 't2', fields: { workCode: '61' } });
      },
      at: { 9: put('w2', [5, 2]) },
      seconds: 100,
      raised: { atS: 70, onsetS: 10 },
    },
    {
      what: 'lifting within one activity',
      set(run) {
        blindingNear(run);
        run.say({ fields: { activityId: 'j1' } });
        run.say({ permitId: 't2', fields: { workCode: '61', activityId: 'j1' } });
      },
      at: { 9: put('w2', [5, 2]) },
      seconds: 200,
      raised: null,
    },
  ],
  'gas-near-job': [
    {
      what: 'its radius reaches the circle',
      set: detector(51),
      at: { 10: sounds() },
      seconds: 20,
      raised: { atS: 11, onsetS: 10 },
    },
    { what: 'a metre less does not', set: detector(49), at: { 10: sounds() }, seconds: 60, raised: null },
    {
      what: 'it ends with the gas',
      set: detector(51),
      at: { 10: sounds(), 30: sounds(true) },
      seconds: 60,
      raised: { atS: 11, onsetS: 10, ended: true },
    },
    {
      what: 'not while the work is paused',
      set(run) {
        detector(51)(run);
        run.say({ status: 'paused' });
      },
      at: { 10: sounds() },
      seconds: 60,
      raised: null,
    },
  ],
};

const CITES: Partial<Record<PermitRuleId, string>> = {
  'guardian-away': '[ONS-10]',
  'guardian-silent': '[ONS-13]',
  'guardian-inside': '[ONS-17]',
  intruder: '[ONS-20]',
  'nobody-on-site': '[ONS-22]',
  'too-many-inside': '[ONS-23]',
  'approver-away': '[ONS-31]',
  'work-without-permit': '[ONS-40]',
  'work-conflict': '[ONS-50]',
  'gas-near-job': '[ONS-60]',
};

for (const [rule, cases] of Object.entries(CASES) as [PermitRuleId, readonly Case[]][]) {
  describe(`${rule} (${PERMIT_RULE_TABLE[rule].code})`, () => {
    it.each(cases)(`${CITES[rule]} $what`, ({ set, at = {}, seconds, raised }) => {
      const run = new SiteRun();
      set?.(run);
      const fromMs = run.atMs;
      const beganS = (fromMs - T0) / 1_000;
      const said = run.pass(seconds - beganS, rule, (second) => at[second + beganS]?.(run));
      const alarms = run.published.flatMap(({ effects }) =>
        effects.flatMap((effect) => (effect.t === 'alarm' && effect.alarm.rule === rule ? [effect.alarm] : [])),
      );
      const first = alarms.filter(({ transition }) => transition === 'raised');
      if (raised === null) {
        expect(first.map(({ raisedAtMs }) => (raisedAtMs - T0) / 1_000)).toEqual([]);
        return;
      }
      expect(said.length).toBeGreaterThan(0);
      const times = first.map(({ raisedAtMs, onsetAtMs }) => [(raisedAtMs - T0) / 1_000, (onsetAtMs - T0) / 1_000]);
      expect(times).toEqual([[raised.atS, raised.onsetS]]);
      const { code, clause, level } = PERMIT_RULE_TABLE[rule];
      expect(first[0]).toMatchObject({ level, permit: { code, clause } });
      expect(first[0]?.permit?.facts.length).toBeGreaterThan(0);
      expect(run.standing(rule)).toHaveLength(raised.ended === true ? 0 : 1);
    });
  });
}

it('[ONS-10] every rule on site has a case that violates, one that conforms, and its clause', () => {
  for (const [rule, cases] of Object.entries(CASES) as [PermitRuleId, readonly Case[]][]) {
    expect(cases.some(({ raised }) => raised !== null)).toBe(true);
    expect(cases.some(({ raised }) => raised === null)).toBe(true);
    expect(PERMIT_RULE_TABLE[rule].clause).not.toBe('');
  }
});

function handOver(run: SiteRun, atS: number): void {
  const atMs = T0 + atS * 1_000;
  const rows = [guardianRow(GUARDIAN, { toMs: atMs }), guardianRow('g2', { fromMs: atMs })];
  run.say({ rows: { guardians: rows } });
}
