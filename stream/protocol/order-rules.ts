/**
 * Which step of an order is whose, when: one place for the page (what it offers), the gateway and the admin interface (what they
 * refuse at once) and the engine (what it does). The engine is the judge.
 */
import type { ErrorCode } from '../../core/errors.ts';
import type { OrderCreateInput, OrderInput, OrderStep } from './acts.ts';
import type { AlarmView } from './effects.ts';
import { ATTACHMENTS_LIMIT, HISTORY_LIMIT, isOpenOrder, type OpenOrderState, type Order } from './orders.ts';
import { isCompanyRole, type Role } from './vocabulary.ts';

export interface OrderActor {
  readonly role: Role;
  /** Of a company's user. */
  readonly companyCode: string | null;
}

const STEPS_OF: Readonly<Record<OpenOrderState, readonly OrderStep[]>> = {
  'to-accept': ['accept'],
  'to-assign': ['assign'],
  'to-report': ['report'],
  'to-review': ['approve', 'return'],
};
/** Steps that say nothing without words. `close` ends an order before its last turn, by the park, with the reason. */
const WITH_WORDS: readonly OrderStep[] = ['report', 'return', 'close', 'comment'];

export const needsWords = (step: OrderStep): boolean => WITH_WORDS.includes(step);

const isOfPark = ({ role }: OrderActor): boolean => role === 'operator' || role === 'park';

/** Whether the actor may speak for a party. Its people are not told apart: the park has one desk, a company one account or more. */
export const speaksFor = (actor: OrderActor, party: string): boolean =>
  party.startsWith('park/')
    ? isOfPark(actor)
    : isCompanyRole(actor.role) && actor.companyCode !== null && party.startsWith(`${actor.companyCode}/`);

/** An order that was handed up may be carried on by whom it was handed to. */
export const isTurnOf = (order: Order, actor: OrderActor): boolean =>
  speaksFor(actor, order.party) || (order.escalations > 0 && speaksFor(actor, order.escalationParty));

export const seesOrder = (order: Pick<Order, 'companyCodes'>, actor: OrderActor): boolean =>
  isOfPark(actor) ||
  (isCompanyRole(actor.role) && actor.companyCode !== null && order.companyCodes.includes(actor.companyCode));

/** Steps that the order offers the actor now. */
export function stepsFor(order: Order, actor: OrderActor): OrderStep[] {
  if (!isOpenOrder(order) || !seesOrder(order, actor)) return [];
  const ofTurn = isTurnOf(order, actor) ? STEPS_OF[order.state as OpenOrderState] : [];
  const isFull = order.history.length >= HISTORY_LIMIT;
  const always: OrderStep[] = [...(isOfPark(actor) ? (['close'] as const) : []), 'comment', 'attach'];
  return [...ofTurn, ...always].filter(
    (step) =>
      (step !== 'return' || order.turns.some(({ state }) => state === 'to-report')) &&
      !(isFull && (step === 'comment' || step === 'attach' || step === 'return')),
  );
}

/** Why the step does nothing to this order now; null: it does. */
export function orderStepRefusal(
  order: Order | undefined,
  actor: OrderActor,
  input: Omit<OrderInput, 'orderId'>,
  comment: string | null,
): ErrorCode | null {
  // Somebody else's is answered like one that does not exist.
  if (order === undefined || !seesOrder(order, actor)) return 'NOT_FOUND';
  const { step, assignee, attachmentIds = [] } = input;
  if (!stepsFor(order, actor).includes(step)) {
    const ofState = isOpenOrder(order) && STEPS_OF[order.state as OpenOrderState].includes(step);
    return (ofState && !isTurnOf(order, actor)) || (step === 'close' && !isOfPark(actor)) ? 'FORBIDDEN' : 'STEP_UNFIT';
  }
  if (needsWords(step) && (comment ?? '').trim() === '') return 'REASON_MISSING';
  if (step === 'assign' && assignee === undefined) return 'INPUT_INVALID';
  const added = attachmentIds.filter((id) => !order.attachmentIds.includes(id)).length;
  if (step === 'attach' && added === 0) return 'INPUT_INVALID';
  return added > 0 && order.attachmentIds.length + added > ATTACHMENTS_LIMIT ? 'STEP_UNFIT' : null;
}

/** An order made by hand runs no longer than this. */
export const ORDER_LIMIT_MS = 30 * 86_400_000;
const DESK = /^[\p{L}\p{N}_-]{1,40}$/u;

/** A department of the park, or a role of a company that the alarm concerns. */
function isPartyOf(party: string, companyCodes: readonly string[]): boolean {
  const slash = party.indexOf('/');
  const of = party.slice(0, slash);
  return (of === 'park' || companyCodes.includes(of)) && DESK.test(party.slice(slash + 1));
}

/** One order an act, told by its id: an act that is sent again finds what it made. null: no id for an order. */
export const orderIdOfAct = (actId: string): string | null => (/^[\w-]{1,64}$/.test(actId) ? `hand-${actId}` : null);

/** Why no order is made by hand for this alarm now; null: one is. `hasOrder`: one of it is open. */
export function orderCreateRefusal(
  alarm: Pick<AlarmView, 'endedAtMs' | 'companyCodes'> | undefined,
  hasOrder: boolean,
  { party, deadlineAtMs }: OrderCreateInput,
  comment: string | null,
  nowMs: number,
): ErrorCode | null {
  if (alarm === undefined || alarm.endedAtMs !== null) return 'NOT_FOUND';
  if ((comment ?? '').trim() === '') return 'REASON_MISSING';
  if (deadlineAtMs <= nowMs || deadlineAtMs > nowMs + ORDER_LIMIT_MS) return 'INPUT_INVALID';
  if (!isPartyOf(party, alarm.companyCodes)) return 'INPUT_INVALID';
  return hasOrder ? 'ACT_DONE' : null;
}
