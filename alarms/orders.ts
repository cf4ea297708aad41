/**
 * Life of one work order: 受理 派单 填报 审核 结案, as its loop has them. Pure: each function returns the order's next state, or null
 * when the event changes nothing. It is closed after its last turn, or by the park with a reason; withdrawn with the last of its
 * alarms. What is closed or withdrawn changes no more.
 */
import type { OrderCreateInput, OrderInput } from '../stream/protocol/acts.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { type OrderActor, orderStepRefusal } from '../stream/protocol/order-rules.ts';
import {
  ALARMS_LISTED,
  isOpenOrder,
  ORDER_STATES,
  type Order,
  type OrderLoop,
  type OrderState,
  type OrderTurn,
} from '../stream/protocol/orders.ts';
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import { partyKey, subjectTextOf } from './routing.ts';
import type { Routing } from './settings/routing.ts';

/** One alarm life makes one order at most: an SOS may come again under its id. */
export const orderIdFor = ({ alarmId, raisedAtMs }: AlarmView): string => `${alarmId}-${raisedAtMs.toString(36)}`;

/** Which way the alarm goes, and when that is asked. */
export interface OrderWay {
  readonly loop: OrderLoop;
  readonly companyCode: string | null;
  readonly nowMs: number;
}

export function makeOrder(routing: Routing, alarm: AlarmView, { loop, companyCode, nowMs }: OrderWay): Order {
  const turns = turnsOf(routing, loop, companyCode);
  const first = turns[0]!;
  const limitMs = limitMsOf(routing, alarm.level, first);
  return {
    orderId: orderIdFor(alarm),
    alarmIds: [alarm.alarmId],
    alarmCount: 1,
    withdrawnCount: 0,
    rule: alarm.rule,
    level: alarm.level,
    companyCodes: alarm.companyCodes,
    loop,
    turns,
    party: first.party,
    escalationParty: partyKey(routing, routing.escalationParty, null),
    assignee: null,
    state: first.state,
    stateSinceMs: nowMs,
    madeAtMs: nowMs,
    deadlineAtMs: nowMs + limitMs,
    limitMs,
    escalations: 0,
    lateStates: 0,
    title: { subject: subjectTextOf(alarm), place: alarm.areaName ?? '' },
    history: [{ atMs: nowMs, by: '', step: 'made', text: '' }],
    attachmentIds: [],
    closedAtMs: null,
  };
}

export interface OrderByHand {
  readonly orderId: string;
  /** User name. */
  readonly by: string;
  readonly input: OrderCreateInput;
  readonly words: string;
}

/**
 * Made by a person, who has accepted and assigned it by that: it begins with 填报 by whom he named, and is reviewed as its loop has it.
 */
export function makeOrderByHand(
  routing: Routing,
  alarm: AlarmView,
  way: OrderWay,
  { orderId, by, input, words }: OrderByHand,
): Order {
  const { party, assignee = null, deadlineAtMs } = input;
  const base = makeOrder(routing, alarm, way);
  return {
    ...base,
    orderId,
    turns: [{ state: 'to-report', party }, ...base.turns.filter(({ state }) => state === 'to-review')],
    party,
    assignee,
    state: 'to-report',
    deadlineAtMs,
    limitMs: deadlineAtMs - way.nowMs,
    history: [{ atMs: way.nowMs, by, step: 'made', text: words }],
  };
}

export interface OrderAct {
  readonly actor: OrderActor;
  readonly userName: string;
  readonly input: OrderInput;
  readonly comment: string | null;
}

/** A person's step; null when it is not his, or does not fit (order-rules.ts says why not). */
export function stepOrder(routing: Routing, order: Order, act: OrderAct, nowMs: number): Order | null {
  const { actor, userName, input, comment } = act;
  if (orderStepRefusal(order, actor, input, comment) !== null) return null;
  const { step, assignee, attachmentIds = [] } = input;
  const text = step === 'assign' ? [assignee!.name, comment].filter(Boolean).join(': ') : (comment?.trim() ?? '');
  const noted: Order = {
    ...order,
    history: [...order.history, { atMs: nowMs, by: userName, step, text }],
    attachmentIds: [...new Set([...order.attachmentIds, ...attachmentIds])],
  };
  switch (step) {
    case 'comment':
    case 'attach':
      return noted;
    case 'close':
      return over(noted, 'closed', nowMs);
    case 'return':
      return turnTo(routing, noted, noted.turns.find(({ state }) => state === 'to-report')!, nowMs);
    case 'assign':
      return onwards(routing, { ...noted, assignee: assignee! }, nowMs);
    default:
      return onwards(routing, noted, nowMs);
  }
}

/** Its state stands longer than it may: handed up, and again after each further such time, so often as the routing says. */
export function escalateOrder(routing: Routing, order: Order, nowMs: number): Order | null {
  if (!isOpenOrder(order) || order.escalations >= routing.escalations) return null;
  if (nowMs < order.deadlineAtMs + order.limitMs * order.escalations) return null;
  return {
    ...order,
    escalations: order.escalations + 1,
    lateStates: order.lateStates + (order.escalations === 0 ? 1 : 0),
    history: [...order.history, { atMs: nowMs, by: '', step: 'escalated', text: order.party }],
  };
}

/** Another alarm of the same matter. */
export function joinOrder(order: Order, alarm: AlarmView): Order {
  const isListed = order.alarmIds.length < ALARMS_LISTED;
  return {
    ...order,
    alarmIds: isListed ? [...order.alarmIds, alarm.alarmId] : order.alarmIds,
    alarmCount: order.alarmCount + 1,
    companyCodes: withAll(order.companyCodes, alarm.companyCodes),
  };
}

/** The alarm is worse than the order knows, or concerns more companies. A worse one may run a larger loop, and its state has less time. */
export function worsenOrder(
  routing: Routing,
  order: Order,
  alarm: AlarmView,
  { loop, companyCode, nowMs }: OrderWay,
): Order | null {
  if (!isOpenOrder(order)) return null;
  const companyCodes = withAll(order.companyCodes, alarm.companyCodes);
  if (alarm.level >= order.level) return companyCodes === order.companyCodes ? null : { ...order, companyCodes };
  const turns = turnsOf(routing, loop, companyCode);
  // The turn that it waits for, or the next that the other loop has.
  const turn = turns.find((one) => placeOf(one) >= placeOf(order)) ?? turns.at(-1)!;
  const limitMs = limitMsOf(routing, alarm.level, turn);
  return {
    ...order,
    companyCodes,
    level: alarm.level,
    loop,
    turns,
    party: turn.party,
    ...(turn.state === order.state ? {} : { state: turn.state, stateSinceMs: nowMs, escalations: 0 }),
    limitMs,
    deadlineAtMs: Math.min(order.deadlineAtMs, nowMs + limitMs),
    history: [...order.history, { atMs: nowMs, by: '', step: 'level', text: `${order.level} > ${alarm.level}` }],
  };
}

/** One of its alarms rests on nothing any more. */
export function withdrawFromOrder(order: Order, nowMs: number, reason: string): Order | null {
  if (!isOpenOrder(order)) return null;
  const withdrawnCount = order.withdrawnCount + 1;
  if (withdrawnCount < order.alarmCount) return { ...order, withdrawnCount };
  const history = [...order.history, { atMs: nowMs, by: '', step: 'withdrawn', text: reason }];
  return over({ ...order, withdrawnCount, history }, 'withdrawn', nowMs);
}

const placeOf = ({ state }: { readonly state: OrderState }): number => ORDER_STATES.indexOf(state);

const turnsOf = (routing: Routing, loop: OrderLoop, companyCode: string | null): OrderTurn[] =>
  routing.loops[loop].map(({ state, party }) => ({ state, party: partyKey(routing, party, companyCode) }));

const limitMsOf = (routing: Routing, level: AlarmLevel, { state }: OrderTurn): number =>
  routing.deadlinesMin[level - 1]![state] * 60_000;

function onwards(routing: Routing, order: Order, nowMs: number): Order {
  const next = order.turns[order.turns.findIndex(({ state }) => state === order.state) + 1];
  return next === undefined ? over(order, 'closed', nowMs) : turnTo(routing, order, next, nowMs);
}

function turnTo(routing: Routing, order: Order, turn: OrderTurn, nowMs: number): Order {
  const limitMs = limitMsOf(routing, order.level, turn);
  const { state, party } = turn;
  return { ...order, state, party, stateSinceMs: nowMs, limitMs, deadlineAtMs: nowMs + limitMs, escalations: 0 };
}

const over = (order: Order, state: 'closed' | 'withdrawn', nowMs: number): Order => ({
  ...order,
  state,
  stateSinceMs: nowMs,
  closedAtMs: nowMs,
});

const withAll = (known: readonly string[], more: readonly string[]): readonly string[] =>
  more.every((code) => known.includes(code)) ? known : [...new Set([...known, ...more])];
