/**
 * Work orders: what an alarm makes by its routing, or a person by hand, and what becomes of it. The routing makes one order an
 * alarm life at most, a person one where none is open. Alarms that belong together share one: what another alarm explains goes to the other's order; what is raised again of the same rule, subject
 * and place joins while nobody has reported yet, but for a call for help. An order is a standing document; beside it is
 * only kept which order each standing alarm has had.
 */
import {
  escalateOrder,
  joinOrder,
  makeOrder,
  makeOrderByHand,
  type OrderWay,
  stepOrder,
  withdrawFromOrder,
  worsenOrder,
} from '../alarms/orders.ts';
import { companyOf, routeFor } from '../alarms/routing.ts';
import type { Route } from '../alarms/settings/routing.ts';
import { readActInput } from '../stream/protocol/act-input.ts';
import type { OrderCreateInput, OrderInput } from '../stream/protocol/acts.ts';
import type { DeliveryText } from '../stream/protocol/deliveries.ts';
import { type AlarmView, type Effect, isQuiet } from '../stream/protocol/effects.ts';
import type { ActBody, LogEntry } from '../stream/protocol/entry.ts';
import { orderCreateRefusal, orderIdOfAct } from '../stream/protocol/order-rules.ts';
import { isOpenOrder, type Order } from '../stream/protocol/orders.ts';
import { areaOf } from '../stream/protocol/shelves.ts';
import { isAllowed } from './acts.ts';
import { areaKindOf, Deliveries, routingOf } from './deliveries.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

/** What an alarm is of; while an order of the same matter may still be joined. */
const matterOf = (alarm: AlarmView): string => `${alarm.rule} ${alarm.subject} ${areaOf(alarm)}`;
const JOINABLE: readonly string[] = ['to-accept', 'to-assign', 'to-report'];

export class Orders implements Part {
  readonly name = 'orders';
  /** Alarm that stands -> its order, which may be closed already; and the matter it is of. */
  readonly #orderOf = new Map<string, string>();
  /** Matter -> newest open order. */
  readonly #openOf = new Map<string, string>();
  readonly #matterOf = new Map<string, string>();

  onAlarm(park: Park, alarm: AlarmView, effects: Effect[]): void {
    const orderId = this.#orderOf.get(alarm.alarmId);
    const [route, way] = wayOf(park, alarm);
    if (orderId === undefined) this.#consider(park, alarm, route, way, effects);
    else this.#follow(park, orderId, alarm, way, effects);
    if (alarm.endedAtMs !== null) this.#orderOf.delete(alarm.alarmId);
  }

  onEntry(park: Park, entry: LogEntry, effects: Effect[]): void {
    if (entry.kind !== 'act' || !isAllowed(entry.body)) return;
    const { act } = entry.body;
    if (act !== 'order' && act !== 'order-create') return;
    const input = readActInput(act, entry.body.input) ?? null;
    if (input === null) return;
    if (act === 'order') this.#step(park, entry.body, input as OrderInput, effects);
    else this.#create(park, entry.body, input as OrderCreateInput, effects);
  }

  onTick(park: Park, effects: Effect[]): void {
    const routing = routingOf(park);
    for (const order of park.docs.values('order')) {
      if (park.nowMs < order.deadlineAtMs) continue;
      const next = escalateOrder(routing, order, park.nowMs);
      if (next === null) continue;
      this.#put(park, next, effects);
      tell(park, next, 'order-overdue', [next.party, next.escalationParty], effects);
    }
  }

  save(): readonly unknown[] {
    return [[...this.#orderOf], [...this.#matterOf], [...this.#openOf]];
  }
  load([orderOf, matterOfOrder, openOf]: readonly unknown[]): void {
    fill(this.#orderOf, orderOf);
    fill(this.#matterOf, matterOfOrder);
    fill(this.#openOf, openOf);
  }

  /** One that has no order yet: it may be explained by another, join, or make its own. */
  #consider(park: Park, alarm: AlarmView, route: Route, way: OrderWay, effects: Effect[]): void {
    if (alarm.endedAtMs !== null || !alarm.active || isQuiet(alarm)) return;
    if (alarm.under !== null) {
      this.#join(park, this.#orderOf.get(alarm.under), alarm, way, effects);
      return;
    }
    if (!isDue(route, alarm)) return;
    const matter = matterOf(alarm);
    if (alarm.rule !== 'sos' && this.#join(park, this.#openOf.get(matter), alarm, way, effects)) return;
    this.#begin(park, makeOrder(routingOf(park), alarm, way), alarm, effects);
  }

  /** By a person's hand, whatever the routing says of the alarm. */
  #create(
    park: Park,
    { actId, alarmId, userName, comment }: ActBody,
    input: OrderCreateInput,
    effects: Effect[],
  ): void {
    const alarm = park.alarms.standing.get(alarmId);
    const hasOrder = park.docs.get('order', this.#orderOf.get(alarmId) ?? '') !== undefined;
    const orderId = orderIdOfAct(actId);
    if (orderId === null || alarm === undefined) return;
    if (orderCreateRefusal(alarm, hasOrder, input, comment, park.nowMs) !== null) return;
    const made = { orderId, by: userName, input, words: (comment ?? '').trim() };
    this.#begin(park, makeOrderByHand(routingOf(park), alarm, wayOf(park, alarm)[1], made), alarm, effects);
  }

  #begin(park: Park, order: Order, alarm: AlarmView, effects: Effect[]): void {
    const matter = matterOf(alarm);
    this.#orderOf.set(alarm.alarmId, order.orderId);
    this.#matterOf.set(order.orderId, matter);
    this.#openOf.set(matter, order.orderId);
    this.#put(park, order, effects);
    tell(park, order, 'order-new', [order.party], effects);
  }

  #join(park: Park, orderId: string | undefined, alarm: AlarmView, way: OrderWay, effects: Effect[]): boolean {
    const order = orderId === undefined ? undefined : park.docs.get('order', orderId);
    if (order === undefined || !JOINABLE.includes(order.state)) return false;
    this.#orderOf.set(alarm.alarmId, order.orderId);
    const joined = joinOrder(order, alarm);
    this.#put(park, worsenOrder(routingOf(park), joined, alarm, way) ?? joined, effects);
    return true;
  }

  #follow(park: Park, orderId: string, alarm: AlarmView, way: OrderWay, effects: Effect[]): void {
    const order = park.docs.get('order', orderId);
    if (order === undefined) return;
    if (alarm.transition === 'ended') {
      const next = withdrawFromOrder(order, park.nowMs, alarm.reason ?? '');
      if (next !== null) this.#put(park, next, effects);
      return;
    }
    const next = worsenOrder(routingOf(park), order, alarm, way);
    if (next === null) return;
    this.#put(park, next, effects);
    if (next.level < order.level) tell(park, next, 'order-risen', [next.party], effects);
  }

  #step(park: Park, act: ActBody, input: OrderInput, effects: Effect[]): void {
    const order = park.docs.get('order', input.orderId);
    if (order === undefined) return;
    const { companyCode, userName, comment } = act;
    const role = act.role ?? (companyCode === null ? 'operator' : 'enterprise');
    const by = { actor: { role, companyCode }, userName, input, comment };
    const next = stepOrder(routingOf(park), order, by, park.nowMs);
    if (next === null) return;
    this.#put(park, next, effects);
    const isTurned = next.stateSinceMs !== order.stateSinceMs || next.state !== order.state;
    if (!isTurned) return;
    const about = { alarmId: null, orderId: order.orderId, isSeen: true, by: userName };
    park.part(Deliveries).answered(park, about, effects);
    if (isOpenOrder(next))
      tell(park, next, input.step === 'return' ? 'order-returned' : 'order-new', [next.party], effects);
  }

  #put(park: Park, order: Order, effects: Effect[]): void {
    if (isOpenOrder(order)) {
      park.docs.put('order', order.orderId, order, order.companyCodes, effects);
      return;
    }
    park.docs.end('order', order.orderId, order, effects);
    const matter = this.#matterOf.get(order.orderId);
    this.#matterOf.delete(order.orderId);
    if (matter !== undefined && this.#openOf.get(matter) === order.orderId) this.#openOf.delete(matter);
    const about = { alarmId: null, orderId: order.orderId, isSeen: order.state === 'closed', by: '' };
    park.part(Deliveries).answered(park, about, effects);
  }
}

const fill = (map: Map<string, string>, entries: unknown): void => {
  for (const [key, value] of (entries ?? []) as [string, string][]) map.set(key, value);
};

function wayOf(park: Park, alarm: AlarmView): [Route, OrderWay] {
  const route = routeFor(routingOf(park), alarm, areaKindOf(park, alarm));
  return [route, { loop: route.loop, companyCode: companyOf(alarm), nowMs: park.nowMs }];
}

const isDue = ({ order }: Route, alarm: AlarmView): boolean =>
  order === 'raised' ||
  (order === 'recorded' && alarm.recordedAtMs !== null) ||
  (order === 'escalated' && alarm.escalations > 0);

/** Each turn is told of once, each handing up once. */
function tell(park: Park, order: Order, text: DeliveryText, parties: readonly string[], effects: Effect[]): void {
  const { orderId, rule, level, title, state, deadlineAtMs } = order;
  park.part(Deliveries).announce(
    park,
    {
      key: `order ${orderId} ${order.history.length}`,
      text,
      values: { rule, level, subject: title.subject, place: title.place, state, atMs: order.madeAtMs, deadlineAtMs },
      level,
      alarmId: order.alarmIds[0]!,
      orderId,
      parties,
    },
    effects,
  );
}
