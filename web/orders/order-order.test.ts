import { describe, expect, it } from 'vitest';
import type { Order } from '../../stream/protocol/orders.ts';
import { translateIn } from '../i18n/i18n.ts';
import { compareOrders, urgencyOf } from './order-order.ts';
import { deadlineText, partyText, stepText } from './order-text.ts';

const MINUTE = 60_000;
const order = (orderId: string, deadlineAtMs: number, closedAtMs: number | null = null): Order =>
  ({ orderId, deadlineAtMs, closedAtMs }) as Order;

describe('orders', () => {
  it('[WEB-23] open ones come first, the nearest deadline before the others; then the closed, the newest first', () => {
    const listed = [
      order('closed-old', 0, 1),
      order('late', 9 * MINUTE),
      order('b', MINUTE),
      order('closed-new', 0, 2),
      order('a', MINUTE),
    ].sort(compareOrders);
    expect(listed.map(({ orderId }) => orderId)).toEqual(['a', 'b', 'late', 'closed-new', 'closed-old']);
  });

  it('[WEB-23] a deadline is said as what is left of it, and as how far it is over', () => {
    const t = translateIn('zh-CN');
    expect(deadlineText(t, order('o', 5 * MINUTE), 0)).toBe('剩 5 分 00 秒');
    expect(deadlineText(t, order('o', 0), 2 * MINUTE)).toBe('超时 2 分 00 秒');
    expect(deadlineText(t, order('o', 0, 1), 2 * MINUTE)).toBe('');
    expect(urgencyOf(order('o', 5 * MINUTE), 0)).toBe('soon');
    expect(urgencyOf(order('o', 60 * MINUTE), 0)).toBe('later');
    expect(urgencyOf(order('o', 0), 0)).toBe('overdue');
  });

  it('[WEB-23] parties and steps are words; what the park named itself is shown as it is', () => {
    const t = translateIn('zh-CN');
    const companyName = () => '乙化工有限公司';
    expect(partyText(t, 'park/duty', companyName)).toBe('园区 · 值班');
    expect(partyText(t, '900000101/control-room', companyName)).toBe('乙化工 · 值班室');
    expect(partyText(t, 'park/消防', companyName)).toBe('园区 · 消防');
    expect(stepText(t, 'accept')).toBe('受理');
    expect(stepText(t, 'something-new')).toBe('something-new');
  });
});
