/**
 * What a person may do from the page, on an alarm, a shelf or an order. Acts go from the gateway straight into the log; what
 * they do is the engine's to say. Names are written to disk.
 */
import type { MusterKind, MusterPlace } from './muster.ts';
import type { RuleId } from './vocabulary.ts';

export const ACTS = [
  'acknowledge',
  /** Ends a latched alarm: the call was answered, the gathering is seen to have dispersed. */
  'reset',
  'comment',
  'mark-false',
  'unmark-false',
  /** A gathering with a reason; the comment says which measures. */
  'justify',
  'shelve',
  'unshelve',
  'order',
  /** A work order for an alarm that has none open; the comment says what to do. */
  'order-create',
  /** 紧急集合: declared, somebody confirmed by hand, ended with a word. */
  'muster',
] as const;
export type ActName = (typeof ACTS)[number];

/** Steps of a work order: 受理, 派单, 填报, 审核 (passed or sent back), 结案, and what may be added at any time. */
export const ORDER_STEPS = ['accept', 'assign', 'report', 'approve', 'return', 'close', 'comment', 'attach'] as const;
export type OrderStep = (typeof ORDER_STEPS)[number];

/** What a shelf takes in: an alarm is held when it meets all that is named. At least one is. */
export interface ShelfScope {
  readonly rule: RuleId | null;
  /** areaKey() */
  readonly area: string | null;
  /** `company/person`, subjectOf() */
  readonly person: string | null;
}

export interface ShelveInput {
  readonly scope: ShelfScope;
  readonly untilMs: number;
}
export interface UnshelveInput {
  readonly shelfId: string;
}
export interface OrderInput {
  readonly orderId: string;
  readonly step: OrderStep;
  /** Of `assign`: who is to do it. */
  readonly assignee?: { readonly userId: string; readonly name: string };
  /** Of `attach`: names of files that were uploaded for this order. */
  readonly attachmentIds?: readonly string[];
}
export interface OrderCreateInput {
  /** Who is to do it: `park/<department>`, or `<company of the alarm>/<role>`. */
  readonly party: string;
  readonly assignee?: { readonly userId: string; readonly name: string };
  /** Until when it is to be reported done. */
  readonly deadlineAtMs: number;
}
/** `id`: musterPersonId(). */
export type MusterInput =
  | { readonly step: 'declare'; readonly kind: MusterKind; readonly place: MusterPlace }
  | {
      readonly step: 'confirm' | 'unconfirm';
      readonly musterId: string;
      readonly companyCode: string;
      readonly id: string;
    }
  | { readonly step: 'end'; readonly musterId: string };

/** By act: shelve, unshelve, order, order-create, muster; the others have none. */
export type ActInput = ShelveInput | UnshelveInput | OrderInput | OrderCreateInput | MusterInput;
