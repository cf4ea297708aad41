/** The one port through which words leave the park: a channel takes a message to an address and says what became of it. */
import type { Channel } from '../../stream/protocol/deliveries.ts';
import type { ReceiptBody } from '../../stream/protocol/entry.ts';

export type Language = 'zh-CN' | 'en';

export interface Message {
  /** Also the idempotency key: after a crash the same message may be sent again under it. */
  readonly deliveryId: string;
  /** Phone, e-mail address, name of a webhook. In clear: it lives in memory only, and in no log line. */
  readonly address: string;
  readonly subject: string;
  readonly body: string;
  /** What a machine reads: kind of text, its values, the alarm and the order. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export type Outcome = Pick<ReceiptBody, 'outcome' | 'detail'>;

export interface DeliveryChannel {
  readonly name: Channel;
  /**
   * `failed`: this address or this message will never do. Throws where another try may help (no connection, 5xx, throttled);
   * the message of the error goes into the receipt and so holds no address.
   */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
}
