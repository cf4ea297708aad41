/** All that may come to a park with every rule at work, for properties: operations, and the log that they make. */
import fc from 'fast-check';
import { areaKey } from '../../stream/protocol/effects.ts';
import { ENTRY_KIND, FIX_FLAG } from '../../stream/protocol/entry.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import { at, EngineRun, T0 } from './engine-run.ts';
import {
  COMPANY,
  createArea,
  createAreaAlarm,
  createFixBatch,
  createGathering,
  createHeartbeat,
  createOrigin,
  createPerson,
  createPersonAlarm,
} from './entries.ts';
import { lngLatAt, squareAt } from './plane.ts';

const OTHER = '913100002';
const PEOPLE = ['p1', 'p2', 'p3', 'p4', 'p5'];
/** In and out of the areas, at their edges, together and apart. */
const EASTS = [-200, -30, -1, 2, 20, 30, 30, 30, 33, 62, 90, 300];
const SHIFTS = [
  { name: '中班', from: '15:00', to: '16:04' },
  { name: '夜班', from: '16:02', to: '23:00' },
];
const POINTS = [20, 62].map((east) => ({ name: `${east}# 罐`, ...lngLatAt(east, 30), stayS: 5 }));
const LIMITS = { capacityMax: 2, capacityMin: 1, requiredPersonIds: ['p1'], dwellLimitS: 40, stillLimitS: 30 };
const keyA = areaKey(COMPANY, 'a');
const post = (more: object) => ({ name: '值班', areas: [keyA], personIds: ['p1', 'p2'], shifts: SHIFTS, ...more });

/** Values that each setting takes by turns; null withdraws it. */
const SETTINGS: readonly (readonly [SettingTopicName, string, unknown])[] = [
  ['rules', '', { underCapacity: { onDelayMs: 5_000 }, levels: { dwell: 2 } }],
  ['rules', '', { lifeCycle: { offDelayMs: 3_000, escalateLevel2Ms: 20_000 }, gathering: { lastMs: 20_000 } }],
  ['rules', '', null],
  ['area', keyA, { dwellLimitS: 20, capacityMax: null, gathering: { watched: false } }],
  ['area', keyA, { restPlace: true, stillLimitS: 10 }],
  ['area', keyA, null],
  ['post', `${COMPANY}/post`, post({ toleratedAbsenceS: 10, handOverS: 60 })],
  ['post', `${COMPANY}/post`, post({ toleratedAbsenceS: 0, handOverS: 0, personIds: ['p2'] })],
  ['post', `${COMPANY}/post`, null],
  ['calendar', '', { holidays: ['2026-11-20'], makeUpDays: [] }],
  [
    'patrol',
    'r1',
    { name: '巡检', companyCode: COMPANY, points: POINTS, shifts: [{ name: '巡', from: '16:01', to: '16:03' }] },
  ],
  ['patrol', 'r1', { name: '巡检', companyCode: COMPANY, points: POINTS.slice(1), shifts: SHIFTS }],
  ['patrol', 'r1', null],
  ['detector', `${COMPANY}/g1`, { name: '1#', ...lngLatAt(30, 30) }],
  ['suppression', 's1', { how: 'by-design', rules: ['over-capacity', 'dwell'], fromMs: T0, reason: '检修' }],
  ['suppression', 's1', null],
  ['suppression', 's2', { how: 'silence', areas: [keyA], fromMs: T0, toMs: T0 + 200_000, reason: '检修' }],
  ['maintenance', 'm1', { companyCode: COMPANY, interfaces: [], fromMs: T0, toMs: T0 + 300_000, reason: '升级' }],
  ['maintenance', 'm1', null],
  ['alarm-code', `${COMPANY}/77`, { rule: 'dwell', level: 1 }],
  ['alarm-code', `${COMPANY}/77`, { rule: 'sos', level: null }],
  ['routing', '', { personChannels: ['sms'], deliverWithinS: { 1: 10, 2: 20 } }],
  ['roster', 'park/duty', { people: [{ contactId: 'c1', name: '张', channels: ['sms', 'email'] }] }],
  ['roster', 'park/duty', null],
]; // prettier-ignore

const east = fc.constantFrom(...EASTS);
const n = fc.nat(7);
const lateS = fc.constantFrom(0, 0, 0, 1, 30);
const deleted = fc.constantFrom(false, false, false, false, true);
const who = fc.constantFrom(
  ...PEOPLE.map((person) => ({ person })),
  { card: 'C1' },
  { card: 'C2' },
  { person: 'ghost' },
);
const fix = fc.record({
  who,
  east,
  lateS,
  source: fc.constantFrom('uwb', 'uwb', 'gnss'),
  sos: fc.constantFrom(false, false, false, false, false, false, true),
  pct: fc.constantFrom(90, 90, 90, 10, 255),
  flags: fc.constantFrom(0, 0, 0, FIX_FLAG.charging | FIX_FLAG.chargingKnown, FIX_FLAG.onlineKnown),
});
const of = <T>(weight: number, op: { [K in keyof T]: fc.Arbitrary<T[K]> }) => ({ weight, arbitrary: fc.record(op) });
const is = <T extends string>(op: T): fc.Arbitrary<T> => fc.constant(op);
export const wholeParkOp = fc.oneof(
  of(8, { op: is('fixes'), fixes: fc.uniqueArray(fix, { selector: (one) => one.who, minLength: 1, maxLength: 7 }) }),
  of(3, { op: is('stand'), east, forS: fc.constantFrom(12, 45) }),
  of(3, { op: is('setting'), setting: fc.constantFrom(...SETTINGS) }),
  of(2, {
    op: is('person'),
    personId: fc.constantFrom(...PEOPLE, 'ghost'),
    cardNo: fc.constantFrom(null, 'C1', 'C2'),
    name: fc.constantFrom('张三', '李四'),
    deleted,
  }),
  of(2, {
    op: is('area'),
    areaId: fc.constantFrom('a', 'a', 'b', 'site'),
    east,
    deleted,
    validS: fc.constantFrom(null, null, 60),
  }),
  of(3, {
    op: is('personAlarm'),
    alarmId: fc.constantFrom('v1', 'v2', 'v3'),
    personId: fc.constantFrom('p1', 'p2', 'stranger'),
    type: fc.constantFrom(
      'sos' as const,
      'still' as const,
      'out-of-bounds' as const,
      'dwell' as const,
      'absent' as const,
      'local:77' as const,
    ),
    areaId: fc.constantFrom(null, 'a', 'b'),
    lateS,
    endsS: fc.constantFrom(null, null, 0, 30),
    deleted,
  }),
  of(2, {
    op: is('areaAlarm'),
    alarmId: fc.constantFrom('va1', 'va2'),
    type: fc.constantFrom(
      'over-capacity' as const,
      'under-capacity' as const,
      'post-empty' as const,
      'local:77' as const,
    ),
    lateS,
    endsS: fc.constantFrom(null, null, 0, 30),
    deleted,
  }),
  of(2, {
    op: is('gathering'),
    count: fc.integer({ min: 2, max: 5 }),
    lateS,
    lasted: fc.constantFrom(null, 30),
    deleted,
  }),
  of(1, { op: is('gas'), isOver: fc.boolean() }),
  of(1, {
    op: is('heartbeat'),
    mode: fc.constantFrom('on-change' as const, 'periodic' as const),
    companyCode: fc.constantFrom(COMPANY, OTHER),
  }),
  of(1, { op: is('other'), east }),
  of(1, { op: is('downtime'), forS: fc.constantFrom(5, 90) }),
  of(1, { op: is('quarantined'), isReadable: fc.boolean() }),
  of(4, {
    op: is('act'),
    act: fc.constantFrom(
      'acknowledge' as const,
      'acknowledge' as const,
      'reset' as const,
      'mark-false' as const,
      'justify' as const,
      'comment' as const,
    ),
    n,
  }),
  of(1, {
    op: is('shelve'),
    rule: fc.constantFrom(null, 'dwell' as const, 'gathering' as const),
    isOfArea: fc.boolean(),
    forS: fc.constantFrom(20, 400),
  }),
  of(1, { op: is('unshelve'), n }),
  of(2, {
    op: is('order'),
    step: fc.constantFrom('accept' as const, 'assign' as const, 'report' as const, 'return' as const, 'close' as const),
    n,
  }),
  of(1, { op: is('order-create'), n }),
  of(2, { op: is('receipt'), outcome: fc.constantFrom('sent' as const, 'delivered' as const, 'failed' as const), n }),
  of(4, { op: is('ticks'), forS: fc.constantFrom(1, 4, 12, 65) }),
  of(2, { op: is('jump'), byS: fc.constantFrom(31, 100, 400, 4_000, 13 * 3_600) }),
); // prettier-ignore
export type WholeParkOp = typeof wholeParkOp extends fc.Arbitrary<infer T> ? T : never;

/** The log of all that and what was published, from a park that has people, areas with every limit, and a shift that runs. */
export function wholeParkRun(ops: readonly WholeParkOp[]): EngineRun {
  const run = new EngineRun();
  run.tick(T0);
  run.persons(...PEOPLE.map((personId) => createPerson({ personId, cardNo: personId === 'p1' ? 'C1' : null })));
  run.areas(
    createArea({ areaId: 'a', kind: 'HAZARD_SOURCE', polygons: squareAt(0, 0, 60), ...LIMITS }),
    createArea({ areaId: 'b', kind: 'FORBIDDEN', polygons: squareAt(60, 0, 60), allowedTypes: ['visitor'] }),
    createArea({
      areaId: 'site',
      kind: 'COMPANY_BOUNDARY',
      polygons: squareAt(-100, -100, 250),
      boundPersonIds: ['p3'],
    }),
  ); // prettier-ignore
  for (const [topic, key, value] of SETTINGS.slice(0, 16)) if (topic !== 'suppression') run.setting(topic, key, value);
  for (const [n, each] of ops.entries()) play(run, each, `act-${n}`);
  return run;
}

function play(run: EngineRun, each: WholeParkOp, actId: string): void {
  const { park } = run.engine;
  const { nowMs, docs } = park;
  const atMs = nowMs + 500;
  const user = { userId: 'u', userName: '值班员', role: 'operator' as const, companyCode: null, comment: '原因' };
  const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
  switch (each.op) {
    case 'fixes': {
      const inputs = each.fixes.map(({ who, east, lateS, source, sos }) =>
        at(east, 30, atMs - lateS * 1_000, { ...who, source, sos, accuracyM: 2 }),
      ); // prettier-ignore
      const batch = createFixBatch(inputs);
      each.fixes.forEach(({ pct, flags }, i) => {
        batch.batteryPct[i] = pct;
        batch.flags[i]! |= flags;
      });
      run.entry('fixes', batch, atMs);
      break;
    }
    case 'stand':
      for (let s = 0; s < each.forS; s += 3) {
        const now = run.engine.park.nowMs + 1_000;
        run.fixes(
          PEOPLE.slice(0, 4).map((person, i) => at(each.east + 3 * i, 30, now, { person, accuracyM: 2 })),
          now,
        );
        run.ticks(now + 2_000);
      } // prettier-ignore
      break;
    case 'setting':
      run.setting(...each.setting);
      break;
    case 'person':
      run.persons(createPerson(each));
      break;
    case 'area': {
      const kind = each.areaId === 'a' ? 'HAZARD_SOURCE' : each.areaId === 'b' ? 'FORBIDDEN' : 'COMPANY_BOUNDARY';
      const validToMs = each.validS === null ? null : nowMs + each.validS * 1_000;
      const polygons = squareAt(each.east % 50, 0, 60);
      run.areas(createArea({ areaId: each.areaId, kind, polygons, ...LIMITS, validToMs, deleted: each.deleted }));
      break;
    }
    case 'personAlarm':
    case 'areaAlarm': {
      const { op, lateS, endsS, ...record } = each;
      const times = { raisedAtMs: atMs - lateS * 1_000, endedAtMs: endsS === null ? null : atMs + endsS * 1_000 };
      if ('personId' in record) run.personAlarms(atMs, createPersonAlarm({ ...record, ...times }));
      else run.areaAlarms(atMs, createAreaAlarm({ ...record, ...times, areaId: 'a' }));
      break;
    }
    case 'gathering': {
      const { count, lateS, lasted, deleted } = each;
      const startedAtMs = atMs - (atMs % 60_000) - lateS * 1_000;
      run.gatherings(atMs, createGathering(PEOPLE.slice(0, count), { startedAtMs, lasted, deleted }));
      break;
    }
    case 'gas': {
      const reading = { pointId: 'g1', value: 9, alarmType: '1', alarmAtMs: atMs };
      const report = { companyCode: COMPANY, identifier: '', dataId: '', gatewayId: '', collectedAtMs: atMs };
      const readings = [{ ...reading, alarmEndAtMs: each.isOver ? atMs : null }];
      const records = [{ ...report, connected: null, reportType: '', readings }];
      run.entry('sensorReadings', { origin: createOrigin(), records }, atMs);
      break;
    }
    case 'heartbeat':
      run.heartbeats(atMs, createHeartbeat({ mode: each.mode, companyCode: each.companyCode }));
      break;
    case 'other': {
      const batch = createFixBatch([at(each.east, 40, atMs, { person: 'q1' })], { companyCode: OTHER });
      run.entry('fixes', batch, atMs);
      break;
    }
    case 'downtime':
      run.entry('downtime', { fromMs: nowMs, toMs: nowMs + each.forS * 1_000, reason: 'restart' }, atMs);
      break;
    case 'quarantined': {
      const entry = { kind: ENTRY_KIND.fixes, receivedAtMs: nowMs, payload: new Uint8Array(3) };
      const body = { seq: 1, reason: 'throws', ...(each.isReadable ? { entry } : {}) };
      run.entry('quarantined', body as never, atMs);
      break;
    }
    case 'act': {
      const alarmId = pick([...park.alarms.standing.keys()], each.n);
      if (alarmId !== undefined) run.entry('act', { ...user, actId, act: each.act, alarmId });
      break;
    }
    case 'shelve': {
      const scope = { rule: each.rule, area: each.isOfArea || each.rule === null ? keyA : null, person: null };
      const input = { scope, untilMs: nowMs + each.forS * 1_000 };
      run.entry('act', { ...user, actId, act: 'shelve', alarmId: '', input });
      break;
    }
    case 'unshelve': {
      const shelfId = pick(docs.values('shelf'), each.n)?.shelfId;
      if (shelfId !== undefined) run.entry('act', { ...user, actId, act: 'unshelve', alarmId: '', input: { shelfId } });
      break;
    }
    case 'order': {
      const orderId = pick(docs.values('order'), each.n)?.orderId;
      const assignee = each.step === 'assign' ? { assignee: { userId: 'w', name: '王' } } : {};
      const input = { orderId: orderId ?? '', step: each.step, ...assignee };
      if (orderId !== undefined) run.entry('act', { ...user, role: 'park', actId, act: 'order', alarmId: '', input });
      break;
    }
    case 'order-create': {
      const alarm = pick([...run.engine.park.alarms.standing.values()], each.n);
      if (alarm === undefined) break;
      const input = { party: 'park/duty', deadlineAtMs: nowMs + 600_000 };
      run.entry('act', {
        ...user,
        role: 'park',
        actId,
        act: 'order-create',
        alarmId: alarm.alarmId,
        comment: '查',
        input,
      });
      break;
    }
    case 'receipt': {
      const delivery = pick(docs.values('delivery'), each.n);
      if (delivery === undefined) break;
      run.entry('receipt', { deliveryId: delivery.deliveryId, outcome: each.outcome, detail: '' }, atMs);
      break;
    }
    case 'ticks':
      run.ticks(nowMs + each.forS * 1_000);
      break;
    case 'jump':
      run.tick(nowMs + each.byS * 1_000);
      break;
  }
}
