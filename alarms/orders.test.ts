import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORDER_STEPS, type OrderInput, type OrderStep } from '../stream/protocol/acts.ts';
import { type OrderActor, orderStepRefusal, speaksFor, stepsFor } from '../stream/protocol/order-rules.ts';
import { HISTORY_LIMIT, isOpenOrder, ORDER_LOOPS, type Order, type OrderLoop } from '../stream/protocol/orders.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { COMPANY } from '../test/builders/entries.ts';
import { escalateOrder, joinOrder, makeOrder, stepOrder, withdrawFromOrder, worsenOrder } from './orders.ts';
import { DEFAULT_ROUTING, parseRouting } from './settings/routing.ts';

const T0 = Date.UTC(2026, 10, 20, 8);
const PARK: OrderActor = { role: 'operator', companyCode: null };
const OURS: OrderActor = { role: 'enterprise', companyCode: COMPANY };
const OTHERS: OrderActor = { role: 'enterprise', companyCode: '913100002' };
const OPS: OrderActor = { role: 'ops', companyCode: null };
const ASSIGNEE = { userId: 'u2', name: '李四' };

const made = (loop: OrderLoop = 'middle', companyCode: string | null = COMPANY): Order =>
  makeOrder(DEFAULT_ROUTING, createAlarm({ raisedAtMs: T0 }), { loop, companyCode, nowMs: T0 });

const act = (order: Order, actor: OrderActor, step: OrderStep, more: Partial<OrderInput> = {}, comment = '已处理') =>
  stepOrder(
    DEFAULT_ROUTING,
    order,
    { actor, userName: '张三', comment, input: { orderId: order.orderId, step, assignee: ASSIGNEE, ...more } },
    T0 + 1_000,
  );
/** By whom it waits for, to the end. */
function through(order: Order, steps: readonly [OrderActor, OrderStep][]): Order {
  let now = order;
  for (const [actor, step] of steps) now = act(now, actor, step) ?? now;
  return now;
}

describe('life of an order', () => {
  it('[ORD-1] runs through the turns of its loop and is closed after the last', () => {
    const states: string[] = [];
    let order = made('middle');
    for (const [actor, step] of [
      [OURS, 'accept'],
      [OURS, 'assign'],
      [OURS, 'report'],
      [PARK, 'approve'],
    ] as const) {
      states.push(`${order.state} ${order.party}`);
      order = act(order, actor, step) as Order;
    }
    expect(states).toEqual([
      `to-accept ${COMPANY}/control-room`,
      `to-assign ${COMPANY}/control-room`,
      `to-report ${COMPANY}/safety`,
      'to-review park/safety',
    ]);
    expect(order).toMatchObject({ state: 'closed', closedAtMs: T0 + 1_000, assignee: ASSIGNEE });
    expect(order.history.map(({ step, by }) => [step, by])).toEqual([
      ['made', ''],
      ['accept', '张三'],
      ['assign', '张三'],
      ['report', '张三'],
      ['approve', '张三'],
    ]);
  });

  it('[ORD-2] a review that is not passed goes back to the report, with the reason', () => {
    const reviewed = through(made(), [
      [OURS, 'accept'],
      [OURS, 'assign'],
      [OURS, 'report'],
    ]);
    expect(act(reviewed, PARK, 'return', {}, ' ')).toBeNull();
    expect(act(reviewed, PARK, 'return', {}, '照片不清')).toMatchObject({
      state: 'to-report',
      party: `${COMPANY}/safety`,
      history: expect.arrayContaining([expect.objectContaining({ step: 'return', text: '照片不清' })]),
    });
  });

  it('[ORD-3] the loops: the company closes a small one, a park department a middle one, the leadership a large one', () => {
    const reviewer = (loop: OrderLoop) => made(loop).turns.at(-1)?.party;
    expect(ORDER_LOOPS.map(reviewer)).toEqual([`${COMPANY}/safety`, 'park/safety', 'park/leadership']);
    expect(made('small').turns.every(({ party }) => party.startsWith(COMPANY))).toBe(true);
  });

  it('[ORD-4] a step is for whose turn it is; the company is never the park, nor another company', () => {
    const order = made();
    const code = (actor: OrderActor, step: OrderStep) =>
      orderStepRefusal(order, actor, { step, assignee: ASSIGNEE }, '原因');
    expect(code(PARK, 'accept')).toBe('FORBIDDEN');
    expect(code(OTHERS, 'accept')).toBe('NOT_FOUND');
    expect(code(OPS, 'comment')).toBe('NOT_FOUND');
    expect(code(OURS, 'report')).toBe('STEP_UNFIT');
    expect(code(OURS, 'close')).toBe('FORBIDDEN');
    expect(code(OURS, 'accept')).toBeNull();
    expect(code(PARK, 'close')).toBeNull();
  });

  it('[ORD-5] an order that was handed up may be carried on by the escalation party', () => {
    const order = made();
    const late = escalateOrder(DEFAULT_ROUTING, order, order.deadlineAtMs) as Order;
    expect(late).toMatchObject({ escalations: 1, lateStates: 1 });
    expect(act(late, PARK, 'accept')).toMatchObject({ state: 'to-assign', escalations: 0, lateStates: 1 });
  });

  it('[ORD-6] is handed up at its deadline and after each further such time, so often as configured', () => {
    let order = made();
    const { deadlineAtMs, limitMs } = order;
    expect(escalateOrder(DEFAULT_ROUTING, order, deadlineAtMs - 1)).toBeNull();
    for (let n = 0; n < DEFAULT_ROUTING.escalations; n++) {
      expect(escalateOrder(DEFAULT_ROUTING, order, deadlineAtMs + n * limitMs - 1)).toBeNull();
      order = escalateOrder(DEFAULT_ROUTING, order, deadlineAtMs + n * limitMs) as Order;
    }
    expect(order).toMatchObject({ escalations: 3, lateStates: 1 });
    expect(escalateOrder(DEFAULT_ROUTING, order, deadlineAtMs + 100 * limitMs)).toBeNull();
  });

  it('[ORD-7] the deadline is that of level and state', () => {
    const { deadlinesMin } = DEFAULT_ROUTING;
    const order = made();
    expect(order.limitMs).toBe((deadlinesMin[1]?.['to-accept'] ?? 0) * 60_000);
    expect(act(order, OURS, 'accept')?.limitMs).toBe((deadlinesMin[1]?.['to-assign'] ?? 0) * 60_000);
  });

  it('[ORD-8] a worse alarm takes the larger loop on from where the order is, and has less time', () => {
    const order = through(made('middle'), [
      [OURS, 'accept'],
      [OURS, 'assign'],
    ]);
    const way = { loop: 'large', companyCode: COMPANY, nowMs: T0 + 60_000 } as const;
    const worse = worsenOrder(DEFAULT_ROUTING, order, createAlarm({ raisedAtMs: T0, level: 1 }), way);
    expect(worse).toMatchObject({ level: 1, loop: 'large', state: 'to-report', party: `${COMPANY}/safety` });
    expect(worse?.turns.at(-1)?.party).toBe('park/leadership');
    expect(worse?.deadlineAtMs).toBe(T0 + 60_000 + 120 * 60_000);
    expect(worsenOrder(DEFAULT_ROUTING, order, createAlarm({ raisedAtMs: T0, level: 4 }), way)).toBeNull();
    // A small loop has no 派单 to wait in.
    const assigning = through(made('middle'), [[OURS, 'accept']]);
    const small = worsenOrder(DEFAULT_ROUTING, assigning, createAlarm({ raisedAtMs: T0, level: 1 }), {
      ...way,
      loop: 'small',
    });
    expect(small).toMatchObject({ state: 'to-report', stateSinceMs: T0 + 60_000, escalations: 0 });
  });

  it('[ORD-9] is withdrawn with the last of its alarms', () => {
    const two = joinOrder(made(), createAlarm({ raisedAtMs: T0, alarmId: 'alarm-2' }));
    const one = withdrawFromOrder(two, T0 + 1, 'withdrawn') as Order;
    expect(one.state).toBe('to-accept');
    expect(withdrawFromOrder(one, T0 + 2, 'withdrawn')).toMatchObject({ state: 'withdrawn', closedAtMs: T0 + 2 });
  });

  it('[ORD-10] comments and files at any time; a full history takes neither, and can still be closed', () => {
    const order = act(made(), PARK, 'comment', {}, '请先到现场') as Order;
    expect(order).toMatchObject({ state: 'to-accept', history: [{}, { step: 'comment', text: '请先到现场' }] });
    expect(act(order, OURS, 'attach', { attachmentIds: ['f1', 'f2'] })?.attachmentIds).toEqual(['f1', 'f2']);
    expect(act(order, OURS, 'attach')).toBeNull();
    const full = { ...order, history: Array.from({ length: HISTORY_LIMIT }, () => order.history[0]!) };
    expect(act(full, PARK, 'comment')).toBeNull();
    expect(act(full, OURS, 'accept')?.state).toBe('to-assign');
  });

  const actor = fc.constantFrom(PARK, OURS, OTHERS, OPS);
  const move = fc.oneof(
    fc.record({ actor, step: fc.constantFrom(...ORDER_STEPS.filter((step) => step !== 'close')) }),
    fc.record({ waitMin: fc.integer({ min: 1, max: 5_000 }) }),
    fc.record({ level: fc.constantFrom(1 as const, 2 as const, 3 as const) }),
  );

  it('[ORD-11] whatever is done to it, only what it offered changed it, and those whose turn it is can close it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ORDER_LOOPS),
        fc.constantFrom(COMPANY, null),
        fc.array(move, { maxLength: 40 }),
        (loop, company, moves) => {
          let order = made(loop, company);
          let nowMs = T0;
          for (const one of moves) {
            if ('waitMin' in one) {
              nowMs += one.waitMin * 60_000;
              order = escalateOrder(DEFAULT_ROUTING, order, nowMs) ?? order;
            } else if ('level' in one) {
              const alarm = createAlarm({ raisedAtMs: T0, level: one.level });
              const way = { loop: 'large' as const, companyCode: company, nowMs };
              order = worsenOrder(DEFAULT_ROUTING, order, alarm, way) ?? order;
            } else {
              const input = { attachmentIds: one.step === 'attach' ? [`f${nowMs}`] : [] };
              const next = act(order, one.actor, one.step, input);
              expect(next !== null).toBe(
                stepsFor(order, one.actor).includes(one.step) &&
                  !(one.step === 'attach' && order.attachmentIds.includes(`f${nowMs}`)),
              );
              if (!isOpenOrder(order)) expect(next).toBeNull();
              order = next ?? order;
            }
          }
          for (let n = 0; n < 4 && isOpenOrder(order); n++) {
            const owner = [PARK, OURS].find((one) => speaksFor(one, order.party)) as OrderActor;
            const step = stepsFor(order, owner)[0] as OrderStep;
            order = act(order, owner, step) as Order;
          }
          expect(order.state).toBe('closed');
        },
      ),
    );
  });
});

describe('routing', () => {
  it('[ORD-12] own routes go before the default ones; what is left out stays as it was', () => {
    const parsed = parseRouting({
      routes: [{ rules: ['dwell'], order: 'never' }],
      deadlinesMin: { '1': { 'to-accept': 3 } },
      deliverWithinS: { '4': 900 },
    });
    if (!parsed.ok) throw new Error(parsed.error);
    expect(parsed.value.routes[0]).toMatchObject({ rules: ['dwell'], order: 'never', tell: [] });
    expect(parsed.value.routes.slice(1)).toEqual(DEFAULT_ROUTING.routes);
    expect(parsed.value.deadlinesMin[0]).toEqual({ ...DEFAULT_ROUTING.deadlinesMin[0], 'to-accept': 3 });
    expect(parsed.value.deliverWithinS).toEqual([60, 120, 600, 900]);
  });

  it.each([
    [{ routes: [{ rules: ['nothing'], order: 'raised' }] }, 'routes 1: rules is a list of'],
    [{ routes: [{ order: 'raised', tell: ['everybody'] }] }, 'tell is a list of park:'],
    [{ loops: { small: [{ state: 'to-accept', party: 'company:safety' }] } }, 'small has no to-report'],
    [
      {
        loops: {
          large: [
            { state: 'to-review', party: 'park:a' },
            { state: 'to-report', party: 'park:a' },
          ],
        },
      },
      'large has its states in the order',
    ],
    [{ escalationParty: 'company:leader' }, 'escalationParty is park:'],
    [{ deadlines: {} }, 'there is no "deadlines"'],
  ])('[ORD-12] %j is refused: %s', (value, message) => {
    const parsed = parseRouting(value);
    expect(parsed.ok ? '' : parsed.error).toContain(message);
  });
});
