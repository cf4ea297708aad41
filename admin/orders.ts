/**
 * Work orders for the pages: lists, statistics, files, and steps of whoever has no live socket. A step goes into the log like one
 * from the socket; it is checked here by the same rules on what the database knows, and the engine is the judge. Invariant: the
 * scope narrows whatever leaves or is touched, and an order out of scope is answered like one that does not exist.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { OrderAssignee, OrderAttachment, OrderDetail, OrderPage, OrderStatistics } from '../core/order-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import {
  insertAttachment,
  type OrderFilter,
  readAttachment,
  readAttachments,
  readOrder,
  readOrderDeliveries,
  readOrderStatistics,
  readOrders,
  readPartyUsers,
} from '../db/orders.ts';
import { type Pool, withTransaction } from '../db/pool.ts';
import { sm3 } from '../security/gm.ts';
import type { BlobStore } from '../stream/archive/blob-store.ts';
import type { OrderInput } from '../stream/protocol/acts.ts';
import type { Delivery } from '../stream/protocol/deliveries.ts';
import { ENTRY_KIND } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import type { LogAppender } from '../stream/protocol/log.ts';
import { orderStepRefusal } from '../stream/protocol/order-rules.ts';
import { ATTACHMENTS_LIMIT, type Order } from '../stream/protocol/orders.ts';
import type { Role } from '../stream/protocol/vocabulary.ts';
import { insertAudit } from './audit.ts';
import { mediaTypeOf } from './file-type.ts';

/** Who acts, as the session says. */
export interface OrderUser {
  readonly userId: string;
  readonly userName: string;
  readonly role: Role;
  readonly companyCode: CompanyScope;
  readonly address: string | null;
}

export interface NewFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every method throws AppError NOT_FOUND out of scope, and DATABASE_UNAVAILABLE. */
export interface OrderDesk {
  list(scope: CompanyScope, filter: OrderFilter, limit: number): Promise<OrderPage<Order>>;
  detail(scope: CompanyScope, orderId: string): Promise<OrderDetail<Order, Delivery>>;
  /** Users of the party that will report; of another company's party nobody. */
  assignees(scope: CompanyScope, orderId: string): Promise<readonly OrderAssignee[]>;
  statistics(scope: CompanyScope, fromMs: number, toMs: number): Promise<OrderStatistics>;
  /** Resolves when the step lies in the log. Throws the refusal's code, or LOG_UNAVAILABLE. */
  step(user: OrderUser, input: OrderInput, actId: string, comment: string | null): Promise<void>;
  /** Keeps the file; the step `attach` puts it on the order. Throws INPUT_INVALID, ARCHIVE_UNAVAILABLE. */
  keepFile(user: OrderUser, orderId: string, file: NewFile): Promise<OrderAttachment>;
  file(
    scope: CompanyScope,
    orderId: string,
    attachmentId: string,
  ): Promise<{ head: OrderAttachment; bytes: Uint8Array }>;
}

export interface OrderDeskOptions {
  readonly pool: Pool;
  readonly log: LogAppender;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

export const FILE_LIMIT_BYTES = 10 * 1024 * 1024;

export class StoredOrderDesk implements OrderDesk {
  readonly #o: OrderDeskOptions;

  constructor(options: OrderDeskOptions) {
    this.#o = options;
  }

  async list(scope: CompanyScope, filter: OrderFilter, limit: number): Promise<OrderPage<Order>> {
    const orders = await readOrders(this.#o.pool, scope, filter, limit + 1, this.#o.clock.nowMs());
    const last = orders[limit - 1];
    const next = orders.length > limit && last !== undefined ? `${last.madeAtMs}.${last.orderId}` : null;
    return { orders: orders.slice(0, limit), next };
  }

  async detail(scope: CompanyScope, orderId: string): Promise<OrderDetail<Order, Delivery>> {
    const order = await this.#order(scope, orderId);
    const [attachments, deliveries] = await Promise.all([
      readAttachments(this.#o.pool, orderId),
      readOrderDeliveries(this.#o.pool, scope, orderId),
    ]);
    return { order, attachments, deliveries };
  }

  async assignees(scope: CompanyScope, orderId: string): Promise<OrderAssignee[]> {
    const order = await this.#order(scope, orderId);
    return readPartyUsers(
      this.#o.pool,
      scope,
      order.turns.find(({ state }) => state === 'to-report')?.party ?? order.party,
    );
  }

  statistics(scope: CompanyScope, fromMs: number, toMs: number): Promise<OrderStatistics> {
    return readOrderStatistics(this.#o.pool, scope, fromMs, toMs, this.#o.clock.nowMs());
  }

  async step(user: OrderUser, input: OrderInput, actId: string, comment: string | null): Promise<void> {
    const order = await this.#order(user.companyCode, input.orderId);
    const refusal = orderStepRefusal(order, user, input, comment);
    if (refusal !== null) throw new AppError(refusal);
    for (const attachmentId of input.attachmentIds ?? []) {
      const file = await readAttachment(this.#o.pool, input.orderId, attachmentId);
      if (file === null) throw new AppError('INPUT_INVALID', { detail: `no file ${attachmentId} of this order` });
    }
    const { userId, userName, role, companyCode } = user;
    await this.#o.log.append({
      kind: ENTRY_KIND.act,
      receivedAtMs: this.#o.clock.nowMs(),
      body: encodeBody('act', {
        actId,
        act: 'order',
        alarmId: '',
        input,
        role,
        userId,
        userName,
        companyCode,
        comment,
      }),
      dedupId: `act:${actId}`,
    });
  }

  async keepFile(user: OrderUser, orderId: string, { name, bytes }: NewFile): Promise<OrderAttachment> {
    const { pool, blobs, clock } = this.#o;
    const order = await this.#order(user.companyCode, orderId);
    const refusal = orderStepRefusal(order, user, { step: 'attach', attachmentIds: ['one more'] }, null);
    if (refusal !== null) throw new AppError(refusal);
    if ((await readAttachments(pool, orderId)).length >= 2 * ATTACHMENTS_LIMIT) throw new AppError('STEP_UNFIT');
    if (bytes.byteLength === 0 || bytes.byteLength > FILE_LIMIT_BYTES) {
      throw new AppError('INPUT_INVALID', { detail: `a file has 1 to ${FILE_LIMIT_BYTES} bytes` });
    }
    const mediaType = mediaTypeOf(bytes);
    if (mediaType === null)
      throw new AppError('INPUT_INVALID', { detail: 'taken are JPEG, PNG, WebP, PDF, MP4, ZIP and Office files' });
    const digest = sm3(bytes).toString('hex');
    // The same file again lies there already.
    await blobs.put(blobName(digest), bytes);
    const head = { attachmentId: randomUUID(), orderId, name, mediaType, sizeBytes: bytes.byteLength, sm3: digest };
    const attachment = { ...head, by: user.userName, atMs: clock.nowMs() };
    const { userId, userName, address } = user;
    await withTransaction(pool, async (client) => {
      await insertAttachment(client, attachment);
      const detail = { attachmentId: head.attachmentId, mediaType, sizeBytes: head.sizeBytes, sm3: digest };
      const actor = { userId, userName, address };
      await insertAudit(client, { actor, action: 'order.file', subject: orderId, outcome: 'ok', detail });
    });
    return attachment;
  }

  async file(scope: CompanyScope, orderId: string, attachmentId: string) {
    await this.#order(scope, orderId);
    const head = await readAttachment(this.#o.pool, orderId, attachmentId);
    const bytes = head === null ? null : await this.#o.blobs.get(blobName(head.sm3));
    if (head === null || bytes === null || sm3(bytes).toString('hex') !== head.sm3) throw new AppError('NOT_FOUND');
    return { head, bytes };
  }

  async #order(scope: CompanyScope, orderId: string): Promise<Order> {
    const order = await readOrder(this.#o.pool, scope, orderId);
    if (order === null) throw new AppError('NOT_FOUND');
    return order;
  }
}

const blobName = (digest: string): string => `${digest.slice(0, 2)}/${digest}`;
