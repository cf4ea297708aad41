/** Order of the orders, and how near their deadline is. Pure. */
import { isOpenOrder, type Order } from '../../stream/protocol/orders.ts';

/** Open ones first, by deadline; then the closed ones, the newest first. The id breaks ties. */
export function compareOrders(a: Order, b: Order): number {
  if (isOpenOrder(a) !== isOpenOrder(b)) return isOpenOrder(a) ? -1 : 1;
  const byTime = isOpenOrder(a) ? a.deadlineAtMs - b.deadlineAtMs : (b.closedAtMs ?? 0) - (a.closedAtMs ?? 0);
  return byTime !== 0 ? byTime : a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : 0;
}

/** Part of the time for the present state that is left; less is nearer. */
const SOON_MS = 10 * 60_000;
export type Urgency = 'closed' | 'overdue' | 'soon' | 'later';

export function urgencyOf(order: Pick<Order, 'closedAtMs' | 'deadlineAtMs'>, nowMs: number): Urgency {
  if (!isOpenOrder(order)) return 'closed';
  const leftMs = order.deadlineAtMs - nowMs;
  if (leftMs <= 0) return 'overdue';
  return leftMs <= SOON_MS ? 'soon' : 'later';
}
