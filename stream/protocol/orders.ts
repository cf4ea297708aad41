/** Work orders (报警工单): the live doc `order`, which is also the engine's own state of one. */
import type { AlarmLevel, RuleId } from './vocabulary.ts';

/** 受理 派单 填报 审核 结案: what the order waits for. `withdrawn`: its alarm was. */
export const ORDER_STATES = ['to-accept', 'to-assign', 'to-report', 'to-review', 'closed', 'withdrawn'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export interface OrderEvent {
  readonly atMs: number;
  readonly by: string;
  readonly step: string;
  readonly text: string;
}

export interface Order {
  readonly orderId: string;
  /** Alarms that it is about; the first made it. */
  readonly alarmIds: readonly string[];
  readonly rule: RuleId;
  readonly level: AlarmLevel;
  readonly companyCodes: readonly string[];
  /** Who has it: a department of the park or a role of a company, as the routing names them. */
  readonly party: string;
  readonly assignee: { readonly userId: string; readonly name: string } | null;
  readonly state: OrderState;
  readonly madeAtMs: number;
  /** For the present state. */
  readonly deadlineAtMs: number;
  readonly escalations: number;
  readonly title: { readonly subject: string; readonly place: string };
  readonly history: readonly OrderEvent[];
  readonly attachmentIds: readonly string[];
  readonly closedAtMs: number | null;
}
