/** Memory twins of orders and contacts, for tests of the routes. */
import { AppError } from '../core/errors.ts';
import type {
  Contact,
  OrderAssignee,
  OrderAttachment,
  OrderCounts,
  OrderDetail,
  OrderPage,
  OrderStatistics,
} from '../core/order-api.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { OrderFilter } from '../db/orders.ts';
import type { OrderInput } from '../stream/protocol/acts.ts';
import type { Delivery } from '../stream/protocol/deliveries.ts';
import { orderStepRefusal } from '../stream/protocol/order-rules.ts';
import type { Order } from '../stream/protocol/orders.ts';
import type { ContactChange, ContactDesk } from './contacts.ts';
import type { Asked } from './memory-park-ports.ts';
import type { NewFile, OrderDesk, OrderUser } from './orders.ts';

const NONE: OrderCounts = {
  made: 0,
  open: 0,
  closed: 0,
  withdrawn: 0,
  overdue: 0,
  onTimeShare: null,
  meanCloseMs: null,
  falseShare: null,
};

/** Steps are kept, not done: what they do is the engine's to say. */
export class MemoryOrderDesk implements OrderDesk {
  readonly asked: Asked[] = [];
  readonly orders: Order[] = [];
  readonly steps: OrderInput[] = [];
  readonly files: (OrderAttachment & { readonly bytes: Uint8Array })[] = [];

  async list(scope: CompanyScope, filter: OrderFilter): Promise<OrderPage<Order>> {
    this.asked.push({ what: 'list', scope, detail: filter });
    return { orders: this.orders.filter((one) => isInScope(one, scope)), next: null };
  }

  async detail(scope: CompanyScope, orderId: string): Promise<OrderDetail<Order, Delivery>> {
    return { order: this.#order(scope, orderId), attachments: this.files, deliveries: [] };
  }

  async assignees(scope: CompanyScope, orderId: string): Promise<OrderAssignee[]> {
    this.#order(scope, orderId);
    return [];
  }

  async statistics(scope: CompanyScope, fromMs: number, toMs: number): Promise<OrderStatistics> {
    this.asked.push({ what: 'statistics', scope, detail: null });
    return { fromMs, toMs, total: NONE, byRule: [], byCompany: [], byState: [] };
  }

  async step(user: OrderUser, input: OrderInput, _actId: string, comment: string | null): Promise<void> {
    const refusal = orderStepRefusal(this.#order(user.companyCode, input.orderId), user, input, comment);
    if (refusal !== null) throw new AppError(refusal);
    this.steps.push(input);
  }

  async keepFile(user: OrderUser, orderId: string, { name, bytes }: NewFile): Promise<OrderAttachment> {
    this.#order(user.companyCode, orderId);
    const head = { attachmentId: `f${this.files.length + 1}`, orderId, name, mediaType: 'image/png', sm3: '' };
    const file = { ...head, sizeBytes: bytes.byteLength, by: user.userName, atMs: 0 };
    this.files.push({ ...file, bytes });
    return file;
  }

  async file(scope: CompanyScope, orderId: string, attachmentId: string) {
    this.#order(scope, orderId);
    const found = this.files.find((one) => one.attachmentId === attachmentId);
    if (found === undefined) throw new AppError('NOT_FOUND');
    const { bytes, ...head } = found;
    return { head, bytes };
  }

  #order(scope: CompanyScope, orderId: string): Order {
    const order = this.orders.find((one) => one.orderId === orderId && isInScope(one, scope));
    if (order === undefined) throw new AppError('NOT_FOUND');
    return order;
  }
}

const isInScope = ({ companyCodes }: Order, scope: CompanyScope): boolean =>
  scope === null || companyCodes.includes(scope);

export class MemoryContactDesk implements ContactDesk {
  readonly contacts: Contact[] = [];

  async list(scope: CompanyScope): Promise<readonly Contact[]> {
    return this.contacts.filter(({ companyCode }) => scope === null || companyCode === scope);
  }

  async put(owner: CompanyScope, contactId: string, { phone, email, ...change }: ContactChange): Promise<Contact> {
    const before = this.#find(contactId);
    if (before !== undefined && before.companyCode !== owner) throw new AppError('CONFLICT');
    const has = (value: string | null | undefined, was: boolean) => (value === undefined ? was : value !== null);
    const contact = {
      contactId,
      companyCode: owner,
      ...change,
      hasPhone: has(phone, before?.hasPhone ?? false),
      hasEmail: has(email, before?.hasEmail ?? false),
    };
    await this.remove(owner, contactId).catch(() => {});
    this.contacts.push(contact);
    return contact;
  }

  async remove(owner: CompanyScope, contactId: string): Promise<void> {
    const found = this.#find(contactId);
    if (found === undefined || found.companyCode !== owner) throw new AppError('NOT_FOUND');
    this.contacts.splice(this.contacts.indexOf(found), 1);
  }

  #find(contactId: string): Contact | undefined {
    return this.contacts.find((one) => one.contactId === contactId);
  }
}
