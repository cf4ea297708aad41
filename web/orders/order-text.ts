/** Words of orders. Pure. */
import type { Order, OrderState } from '../../stream/protocol/orders.ts';
import { type CompanyName, shortCompany } from '../alarm/alarm-text.ts';
import { durationText } from '../app/time-text.ts';
import type { TextKey, Translate } from '../i18n/i18n.ts';
import { urgencyOf } from './order-order.ts';

const STATE_TEXT: Readonly<Record<OrderState, TextKey>> = {
  'to-accept': 'order.state.toAccept',
  'to-assign': 'order.state.toAssign',
  'to-report': 'order.state.toReport',
  'to-review': 'order.state.toReview',
  closed: 'order.state.closed',
  withdrawn: 'order.state.withdrawn',
};
const STEP_TEXT: Readonly<Record<string, TextKey>> = {
  made: 'order.step.made',
  accept: 'order.step.accept',
  assign: 'order.step.assign',
  report: 'order.step.report',
  approve: 'order.step.approve',
  return: 'order.step.return',
  close: 'order.step.close',
  comment: 'order.step.comment',
  attach: 'order.step.attach',
  escalated: 'order.step.escalated',
  level: 'order.step.level',
  withdrawn: 'order.step.withdrawn',
};

export const stateText = (t: Translate, state: OrderState): string => t(STATE_TEXT[state]);

/** A step that the page does not know is shown as it came. */
export const stepText = (t: Translate, step: string): string => {
  const key = STEP_TEXT[step];
  return key === undefined ? step : t(key);
};

/** `剩 12 分` or `超时 3 分`; empty once closed. */
export function deadlineText(t: Translate, order: Pick<Order, 'closedAtMs' | 'deadlineAtMs'>, nowMs: number): string {
  const urgency = urgencyOf(order, nowMs);
  if (urgency === 'closed') return '';
  const time = durationText(t, Math.abs(order.deadlineAtMs - nowMs));
  return t(urgency === 'overdue' ? 'order.overdue' : 'order.left', { time });
}

const OF_PARTY: Readonly<Record<string, TextKey>> = {
  duty: 'order.of.duty',
  safety: 'order.of.safety',
  leadership: 'order.of.leadership',
  'control-room': 'order.of.controlRoom',
};

/** `park/duty`, `<company>/control-room` in words; a department that the park named itself is shown as it is. */
export function partyText(t: Translate, party: string, companyName: CompanyName): string {
  const slash = party.indexOf('/');
  const of = party.slice(0, slash);
  const key = OF_PARTY[party.slice(slash + 1)];
  const rest = key === undefined ? party.slice(slash + 1) : t(key);
  return `${of === 'park' ? t('order.of.park') : shortCompany(companyName(of))} · ${rest}`;
}
