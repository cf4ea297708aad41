/** Work orders (报警工单): the live doc `order`, which is also the engine's own state of one. */
import type { AlarmLevel, RuleId } from './vocabulary.ts';

/** 受理 派单 填报 审核: what an open order waits for. */
export const OPEN_ORDER_STATES = ['to-accept', 'to-assign', 'to-report', 'to-review'] as const;
export type OpenOrderState = (typeof OPEN_ORDER_STATES)[number];
/** 结案; `withdrawn`: its alarms were. */
export const ORDER_STATES = [...OPEN_ORDER_STATES, 'closed', 'withdrawn'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** 小 中 大: the company closes it itself, a department of the park reviews, the park's leadership reviews. */
export const ORDER_LOOPS = ['small', 'middle', 'large'] as const;
export type OrderLoop = (typeof ORDER_LOOPS)[number];

export interface OrderEvent {
  readonly atMs: number;
  /** User name; '': the engine. */
  readonly by: string;
  /** `made`, a step of acts.ts, `level`, `escalated`, `withdrawn`. */
  readonly step: string;
  readonly text: string;
}

/** Whose turn it is in a state: `park/<department>` or `<company>/<role>`. */
export interface OrderTurn {
  readonly state: OpenOrderState;
  readonly party: string;
}

export interface Order {
  readonly orderId: string;
  /** Alarms that it is about, the first ALARMS_LISTED of them; the first made it. */
  readonly alarmIds: readonly string[];
  readonly alarmCount: number;
  /** How many of them were withdrawn. */
  readonly withdrawnCount: number;
  readonly rule: RuleId;
  /** The highest that its alarms had. */
  readonly level: AlarmLevel;
  readonly companyCodes: readonly string[];
  readonly loop: OrderLoop;
  /** In order; after the last it is closed. */
  readonly turns: readonly OrderTurn[];
  /** Who has it now: of the present turn, or of the last. */
  readonly party: string;
  /** May step in once the order was handed up. */
  readonly escalationParty: string;
  readonly assignee: { readonly userId: string; readonly name: string } | null;
  readonly state: OrderState;
  readonly stateSinceMs: number;
  readonly madeAtMs: number;
  /** For the present state. */
  readonly deadlineAtMs: number;
  readonly limitMs: number;
  /** How often it was handed up in the present state. */
  readonly escalations: number;
  /** How many states ran over their deadline. */
  readonly lateStates: number;
  readonly title: { readonly subject: string; readonly place: string };
  readonly history: readonly OrderEvent[];
  readonly attachmentIds: readonly string[];
  readonly closedAtMs: number | null;
}

export const ALARMS_LISTED = 100;
/** More events than this: no more comments, files or returns; the order travels whole with each change. */
export const HISTORY_LIMIT = 200;
export const ATTACHMENTS_LIMIT = 50;

export const isOpenOrder = (order: Pick<Order, 'closedAtMs'>): boolean => order.closedAtMs === null;
