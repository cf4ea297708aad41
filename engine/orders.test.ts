import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeAlarm, escalateAlarm, recordAlarm, unshelveAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import type { OrderStep } from '../stream/protocol/acts.ts';
import type { AlarmView, DocEffect, Effect } from '../stream/protocol/effects.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import type { Order } from '../stream/protocol/orders.ts';
import type { Role } from '../stream/protocol/vocabulary.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createArea, createPerson } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

/** A run in which alarms come and change by hand. */
class Run extends EngineRun {
  constructor() {
    super();
    this.tick(T0);
  }
  alarm(next: AlarmView | null): DocEffect[] {
    const effects: Effect[] = [];
    this.engine.park.applyAlarm(next, effects);
    return effects.filter((effect): effect is DocEffect => effect.t === 'doc');
  }
  orders(): Order[] {
    return this.engine.park.docs.values('order');
  }
  create(alarmId: string, change: object = {}, by: { role: Role; companyCode: string | null } = PARK): void {
    this.entry('act', {
      actId: `act-${this.entries.length}`,
      act: 'order-create',
      alarmId,
      userId: 'u',
      userName: '值班员',
      comment: '查明原因并换卡',
      input: { party: `${COMPANY}/safety`, deadlineAtMs: this.engine.park.nowMs + HOUR_MS, ...change },
      ...by,
    });
  }
  step(
    orderId: string,
    step: OrderStep,
    by: { role: Role; companyCode: string | null } = { role: 'enterprise', companyCode: COMPANY },
  ): Order | undefined {
    const item = this.entry('act', {
      actId: `act-${this.entries.length}`,
      act: 'order',
      alarmId: '',
      userId: 'u',
      userName: '张三',
      comment: '已处理',
      input: { orderId, step, assignee: { userId: 'u2', name: '李四' } },
      ...by,
    });
    return item?.effects.flatMap((effect) => (effect.t === 'doc' && effect.doc === 'order' ? [effect.value] : []))[0];
  }
}
const PARK = { role: 'operator', companyCode: null } as const;
const HOUR_MS = 3_600_000;

describe('orders of alarms', () => {
  it('[ORD-13] an alarm makes one order, and no second one as it changes or after the order is closed', () => {
    const run = new Run();
    const alarm = createAlarm({ raisedAtMs: T0 });
    run.alarm(alarm);
    const [order] = run.orders();
    expect(order).toMatchObject({ alarmIds: ['alarm-1'], state: 'to-accept', companyCodes: [COMPANY], level: 2 });
    run.step(order!.orderId, 'close', PARK);
    expect(run.orders()).toEqual([]);
    run.alarm(escalateAlarm(alarm));
    run.alarm(changeAlarm(alarm, T0, { level: 1 }));
    expect(run.orders()).toEqual([]);
  });

  it('[ORD-14] a quiet alarm makes none until it is heard again', () => {
    const run = new Run();
    const alarm = { ...createAlarm({ raisedAtMs: T0 }), shelfId: 'shelf-1' };
    run.alarm(alarm);
    expect(run.orders()).toEqual([]);
    run.alarm(unshelveAlarm(alarm, T0, { by: null, why: 'time-over' }));
    expect(run.orders()).toHaveLength(1);
  });

  it('[ORD-15] the route says when: out of bounds once recorded, some classes never, others when handed up', () => {
    const run = new Run();
    const outside = createAlarm({ raisedAtMs: T0, alarmId: 'o', rule: 'out-of-bounds' });
    run.alarm(outside);
    run.alarm(createAlarm({ raisedAtMs: T0, alarmId: 'b', rule: 'low-battery', level: 4 }));
    expect(run.orders()).toEqual([]);
    run.alarm(recordAlarm(outside, T0 + 30_000));
    expect(run.orders().map(({ rule }) => rule)).toEqual(['out-of-bounds']);
    run.setting('routing', '', { routes: [{ rules: ['dwell'], order: 'escalated', loop: 'small' }] });
    const dwell = createAlarm({ raisedAtMs: T0, alarmId: 'd', rule: 'dwell', level: 3 });
    run.alarm(dwell);
    expect(run.orders()).toHaveLength(1);
    run.alarm(escalateAlarm(dwell));
    expect(run.orders().map(({ loop }) => loop)).toEqual(['middle', 'small']);
  });

  it('[ORD-16] what another alarm explains goes to its order', () => {
    const run = new Run();
    const cause = createAlarm({ raisedAtMs: T0, alarmId: 'silent', rule: 'reporting-silent', level: 3 });
    run.alarm(cause);
    for (const n of [1, 2, 3]) {
      run.alarm(
        createAlarm({
          raisedAtMs: T0,
          alarmId: `lost-${n}`,
          rule: 'dwell',
          level: 3,
          under: 'silent',
          subject: `${COMPANY}/p${n}`,
        }),
      );
    }
    expect(run.orders()).toMatchObject([{ alarmCount: 4, alarmIds: ['silent', 'lost-1', 'lost-2', 'lost-3'] }]);
  });

  it('[ORD-17] the same matter again joins while nobody has reported; a call for help never does', () => {
    const run = new Run();
    const again = (alarmId: string, rule: AlarmView['rule'] = 'dwell') =>
      run.alarm(createAlarm({ raisedAtMs: T0, alarmId, rule, level: 3 }));
    again('d1');
    again('d2');
    expect(run.orders()).toMatchObject([{ alarmIds: ['d1', 'd2'] }]);
    const [{ orderId }] = run.orders() as [Order];
    for (const step of ['accept', 'assign', 'report'] as const) run.step(orderId, step);
    again('d3');
    expect(run.orders().map(({ alarmIds }) => alarmIds)).toEqual([['d1', 'd2'], ['d3']]);
    again('s1', 'sos');
    again('s2', 'sos');
    expect(run.orders()).toHaveLength(4);
  });

  it('[ORD-9] [ORD-18] a withdrawn alarm withdraws its order, whose last state is told to those in scope', () => {
    const run = new Run();
    const alarm = createAlarm({ raisedAtMs: T0 });
    run.alarm(alarm);
    const told = run.alarm(withdrawAlarm(alarm, T0, 'withdrawn')).filter((doc) => doc.doc === 'order');
    expect(told).toMatchObject([{ gone: true, companyCodes: [COMPANY], value: { state: 'withdrawn' } }]);
    expect(run.orders()).toEqual([]);
  });

  it('[ORD-4] an act that is not the actor’s, or comes at the wrong time, changes nothing', () => {
    const run = new Run();
    run.alarm(createAlarm({ raisedAtMs: T0 }));
    const [{ orderId }] = run.orders() as [Order];
    expect(run.step(orderId, 'accept', PARK)).toBeUndefined();
    expect(run.step(orderId, 'accept', { role: 'enterprise', companyCode: '913100002' })).toBeUndefined();
    expect(run.step(orderId, 'report')).toBeUndefined();
    expect(run.step('nothing', 'accept')).toBeUndefined();
    expect(run.step(orderId, 'accept')).toMatchObject({ state: 'to-assign' });
    expect(run.step(orderId, 'accept')).toBeUndefined();
  });

  it('[ORD-6] deadlines run on engine time, through a restart', () => {
    const run = new Run();
    run.alarm(createAlarm({ raisedAtMs: T0 }));
    const [{ deadlineAtMs }] = run.orders() as [Order];
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    run.tick(deadlineAtMs - 1);
    expect(run.orders()[0]?.escalations).toBe(0);
    run.tick(deadlineAtMs);
    expect(run.orders()[0]?.escalations).toBe(1);
    const again = run.entries.slice(-2).map((entry) => loaded.engine.step(entry));
    expect(JSON.stringify(again.at(-1))).toBe(JSON.stringify(run.published.at(-1)));
  });
});

describe('orders by hand', () => {
  /** Low batteries make no order by themselves. */
  const battery = (run: Run) => run.alarm(createAlarm({ raisedAtMs: T0, alarmId: 'b', rule: 'low-battery', level: 4 }));

  it('[CON-10] begins with the report of whom the operator named, until the deadline, and is reviewed as its loop has it', () => {
    const run = new Run();
    battery(run);
    run.create('b', { assignee: { userId: 'u2', name: '李四' } });
    const [order] = run.orders();
    expect(order).toMatchObject({
      alarmIds: ['b'],
      state: 'to-report',
      party: `${COMPANY}/safety`,
      assignee: { userId: 'u2', name: '李四' },
      limitMs: HOUR_MS,
      history: [{ by: '值班员', step: 'made', text: '查明原因并换卡' }],
    });
    run.tick(order!.deadlineAtMs);
    expect(run.orders()).toMatchObject([{ escalations: 1 }]);
    expect(run.step(order!.orderId, 'report')).toMatchObject({ state: 'to-review' });
    expect(run.step(order!.orderId, 'approve')).toMatchObject({ state: 'closed' });
  });

  it('[CON-11] one open order an alarm; after it is over another may be made', () => {
    const run = new Run();
    battery(run);
    run.create('b');
    run.create('b');
    expect(run.orders()).toHaveLength(1);
    const [first] = run.orders() as [Order];
    run.step(first.orderId, 'close', PARK);
    run.tick(run.engine.park.nowMs + 1_000);
    run.create('b');
    expect(run.orders()).toMatchObject([{ alarmIds: ['b'], state: 'to-report' }]);
    expect(run.orders()[0]?.orderId).not.toBe(first.orderId);
  });

  it('[CON-11] not by a company, not for what is over, not to a stranger, not without a time ahead', () => {
    const run = new Run();
    battery(run);
    run.create('b', {}, { role: 'enterprise', companyCode: COMPANY });
    run.create('nothing');
    run.create('b', { party: '913100002/safety' });
    run.create('b', { party: COMPANY });
    run.create('b', { deadlineAtMs: T0 });
    run.create('b', { deadlineAtMs: T0 + 31 * 24 * HOUR_MS });
    expect(run.orders()).toEqual([]);
  });
});

type Op =
  | { readonly op: 'fix'; readonly who: string; readonly east: number; readonly sos: boolean }
  | { readonly op: 'alarm'; readonly act: 'acknowledge' | 'reset'; readonly n: number }
  | { readonly op: 'order'; readonly step: OrderStep; readonly n: number; readonly isPark: boolean }
  | { readonly op: 'gone'; readonly who: string }
  | { readonly op: 'receipt'; readonly n: number; readonly outcome: 'sent' | 'delivered' | 'failed' }
  | { readonly op: 'wait'; readonly s: number };
const who = fc.constantFrom('p1', 'p2');
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('fix' as const), who, east: fc.constantFrom(5, 200), sos: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('alarm' as const),
      act: fc.constantFrom('acknowledge' as const, 'reset' as const),
      n: fc.nat(3),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('order' as const),
      step: fc.constantFrom<OrderStep>('accept', 'assign', 'report', 'approve', 'return', 'close', 'comment'),
      n: fc.nat(3),
      isPark: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('gone' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('receipt' as const),
      n: fc.nat(5),
      outcome: fc.constantFrom('sent' as const, 'delivered' as const, 'failed' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('wait' as const), s: fc.constantFrom(1, 31, 61, 400, 9_000) }) },
);

const ROSTER = {
  people: [
    { contactId: 'zhang', name: '张三', channels: ['sms', 'email'] },
    { contactId: 'li', name: '李四', channels: ['webhook'] },
  ],
};

function play(ops: readonly Op[]): Run {
  const run = new Run();
  run.setting('roster', 'park/duty', ROSTER);
  run.areas(createArea({ kind: 'FORBIDDEN', polygons: squareAt(0, 0, 60), allowedTypes: [] }));
  const registered = (personId: string) => createPerson({ personId, name: personId });
  run.persons(registered('p1'), registered('p2'));
  const { park } = run.engine;
  for (const one of ops) {
    const alarms = [...park.alarms.standing.values()];
    const orders = run.orders();
    if (one.op === 'fix') run.fixes([at(one.east, 5, park.nowMs, { person: one.who, sos: one.sos })], park.nowMs);
    else if (one.op === 'alarm') run.act(one.act, alarms[one.n % Math.max(1, alarms.length)]?.alarmId ?? 'none');
    else if (one.op === 'gone') run.persons(createPerson({ personId: one.who, deleted: true }), registered(one.who));
    else if (one.op === 'wait') for (const s of [1, one.s]) run.tick(park.nowMs + s * 1_000);
    else if (one.op === 'receipt') {
      const { deliveryId = 'none' } = park.docs.values('delivery')[one.n] ?? {};
      run.entry('receipt', { deliveryId, outcome: one.outcome, detail: '' });
    } else {
      const by = one.isPark ? PARK : ({ role: 'enterprise', companyCode: COMPANY } as const);
      run.step(orders[one.n % Math.max(1, orders.length)]?.orderId ?? 'none', one.step, by);
    }
  }
  return run;
}

describe('orders through the engine', () => {
  it('[ORD-13] [ORD-19] never two orders for one life of an alarm, and all alarms that ask have had one', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
        const run = play(ops);
        const madeFor = new Map<string, Set<string>>();
        for (const { effects } of run.published) {
          for (const effect of effects) {
            if (effect.t !== 'doc' || effect.doc !== 'order') continue;
            for (const alarmId of effect.value.alarmIds) {
              madeFor.set(alarmId, (madeFor.get(alarmId) ?? new Set()).add(effect.key));
            }
          }
        }
        const raised = run.published
          .flatMap(({ effects }) => effects)
          .flatMap((effect) => (effect.t === 'alarm' ? [effect.alarm] : []));
        for (const [alarmId, orders] of madeFor) {
          const lives = new Set(raised.filter((one) => one.alarmId === alarmId).map((one) => one.raisedAtMs));
          expect(orders.size).toBeLessThanOrEqual(lives.size);
        }
        for (const alarm of raised) if (alarm.rule === 'sos') expect(madeFor.has(alarm.alarmId)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('[ORD-19] [DLV-11] restored at any entry, an engine goes on byte for byte', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 30 }), fc.nat(), (ops, cut) => {
        const run = play(ops);
        const place = cut % run.entries.length;
        const first = new EngineRun();
        for (const entry of run.entries.slice(0, place)) first.engine.step(entry);
        const loaded = loadSnapshot(saveSnapshot(first.engine, 'e'), projection, 'e');
        if (!loaded.ok) throw new Error(loaded.problem);
        const itemsOf = (step: (entry: LogEntry) => unknown) => run.entries.slice(place).map((entry) => step(entry));
        expect(JSON.stringify(itemsOf((entry) => loaded.engine.step(entry)))).toBe(
          JSON.stringify(itemsOf((entry) => run.published.find(({ seq }) => seq === entry.seq) ?? null)),
        );
        expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
      }),
      { numRuns: 60 },
    );
  });
});
