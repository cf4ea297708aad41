/** Order of the orders, how near their deadline is, and which steps they wait for. Pure. */
import type { OrderStep } from '../../stream/protocol/acts.ts';
import type { Order, OrderState } from '../../stream/protocol/orders.ts';
import type { Role } from '../../stream/protocol/vocabulary.ts';

export const isOpen = (order: Pick<Order, 'closedAtMs'>): boolean => order.closedAtMs === null;

/** Open ones first, by deadline; then the closed ones, the newest first. The id breaks ties. */
export function compareOrders(a: Order, b: Order): number {
  if (isOpen(a) !== isOpen(b)) return isOpen(a) ? -1 : 1;
  const byTime = isOpen(a) ? a.deadlineAtMs - b.deadlineAtMs : (b.closedAtMs ?? 0) - (a.closedAtMs ?? 0);
  return byTime !== 0 ? byTime : a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : 0;
}

/** Part of the time for the present state that is left; less is nearer. */
const SOON_MS = 10 * 60_000;
export type Urgency = 'closed' | 'overdue' | 'soon' | 'later';

export function urgencyOf(order: Pick<Order, 'closedAtMs' | 'deadlineAtMs'>, nowMs: number): Urgency {
  if (!isOpen(order)) return 'closed';
  const leftMs = order.deadlineAtMs - nowMs;
  if (leftMs <= 0) return 'overdue';
  return leftMs <= SOON_MS ? 'soon' : 'later';
}

const STEPS: Readonly<Record<OrderState, readonly OrderStep[]>> = {
  'to-accept': ['accept'],
  'to-assign': ['assign'],
  'to-report': ['report'],
  'to-review': ['approve', 'return'],
  closed: [],
  withdrawn: [],
};
/** Steps that judge somebody's work are the park's. */
const OF_THE_PARK: readonly OrderStep[] = ['approve', 'return', 'close'];

/** What the order waits for from this role; the engine has the last word. */
export const stepsOf = (role: Role, order: Pick<Order, 'state'>): OrderStep[] =>
  role === 'ops'
    ? []
    : STEPS[order.state].filter((step) => role === 'park' || role === 'operator' || !OF_THE_PARK.includes(step));

/** Steps that carry words, and whether they are due. */
export const needsWords = (step: OrderStep): boolean => step === 'report' || step === 'return' || step === 'comment';
