/** Shapes of the routes of work orders and of contacts. */

/** Of an uploaded file. `mediaType` is told by its first bytes, never by its name. */
export interface OrderAttachment {
  readonly attachmentId: string;
  readonly orderId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sm3: string;
  readonly by: string;
  readonly atMs: number;
}

/** Whom an order may be given to. */
export interface OrderAssignee {
  readonly userId: string;
  readonly name: string;
}

/** `Item`: the order as the live lane has it (stream/protocol/orders.ts). */
export interface OrderPage<Item> {
  readonly orders: readonly Item[];
  /** Pass as `before` for older ones; null: there are none. */
  readonly next: string | null;
}

export interface OrderDetail<Item, Told> {
  readonly order: Item;
  readonly attachments: readonly OrderAttachment[];
  /** What was told of it, newest state of each attempt, oldest first. */
  readonly deliveries: readonly Told[];
}

export interface OrderCounts {
  readonly made: number;
  readonly open: number;
  readonly closed: number;
  readonly withdrawn: number;
  /** Open, beyond the deadline of its state. */
  readonly overdue: number;
  /** Share of the closed ones of which no state ran over its deadline, 0 - 1; null: none is closed. */
  readonly onTimeShare: number | null;
  /** From made to closed, ms, of the closed ones. */
  readonly meanCloseMs: number | null;
  /** Share of orders whose first alarm was marked false, 0 - 1. */
  readonly falseShare: number | null;
}

/** Of orders made in [fromMs, toMs). */
export interface OrderStatistics {
  readonly fromMs: number;
  readonly toMs: number;
  readonly total: OrderCounts;
  readonly byRule: readonly (OrderCounts & { readonly rule: string })[];
  readonly byCompany: readonly (OrderCounts & { readonly companyCode: string })[];
  /** How long orders stood in each state that they left, on average. */
  readonly byState: readonly { readonly state: string; readonly count: number; readonly meanMs: number }[];
}

/** Masked: numbers and addresses go in and do not come out again. */
export interface Contact {
  readonly contactId: string;
  readonly companyCode: string | null;
  readonly name: string;
  readonly language: 'zh-CN' | 'en';
  readonly hasPhone: boolean;
  readonly hasEmail: boolean;
  readonly webhook: string | null;
}
