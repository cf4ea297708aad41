/** Orders that are over, which the live lane has no more: asked for page by page, the newest first. */
import { createSignal } from 'solid-js';
import type { OrderPage } from '../../core/order-api.ts';
import type { Order } from '../../stream/protocol/orders.ts';
import { request } from '../app/api.ts';
import { compareOrders } from './order-order.ts';

const OVER = ['closed', 'withdrawn'] as const;
const PAGE = 50;

export function createClosedOrders() {
  const [orders, setOrders] = createSignal<readonly Order[]>([]);
  const [phase, setPhase] = createSignal<'loading' | 'ready' | 'failed'>('loading');
  const [next, setNext] = createSignal<readonly (string | null)[]>([]);
  let asked = 0;

  const pageOf = (state: string, before: string | null): Promise<OrderPage<Order>> => {
    const query = new URLSearchParams({ state, limit: String(PAGE) });
    if (before !== null) query.set('before', before);
    return request('GET', `/api/orders?${query}`);
  };

  /** `before`: where each state goes on; null: there is no more of it. */
  const load = async (before: readonly (string | null)[] | null): Promise<void> => {
    const mine = ++asked;
    setPhase('loading');
    try {
      const none = Promise.resolve<OrderPage<Order>>({ orders: [], next: null });
      const pages = await Promise.all(
        OVER.map((state, i) => {
          const from = before?.[i] ?? null;
          return before !== null && from === null ? none : pageOf(state, from);
        }),
      );
      if (mine !== asked) return;
      const more = pages.flatMap((page) => page.orders);
      const known = before === null ? [] : orders();
      const byId = new Map([...known, ...more].map((order) => [order.orderId, order]));
      setOrders([...byId.values()].sort(compareOrders));
      setNext(pages.map((page) => page.next));
      setPhase('ready');
    } catch {
      if (mine === asked) setPhase('failed');
    }
  };

  return {
    orders,
    phase,
    hasMore: () => next().some((cursor) => cursor !== null),
    refresh: () => load(null),
    loadMore: () => load(next()),
  };
}
