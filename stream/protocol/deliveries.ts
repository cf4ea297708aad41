/**
 * Words that have to reach a person: the live doc `delivery`, one attempt on one channel, gone when it is over. The engine decides
 * whom, how and when the next is tried; role `deliver` carries out what is `due` and answers with receipts. Neither holds an
 * address: people are named by id, addresses lie sealed in PostgreSQL.
 */
export const CHANNELS = ['page', 'email', 'sms', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What is said; the words by language stand in server/deliver/texts.ts. */
export const DELIVERY_TEXTS = [
  'alarm',
  'alarm-risen',
  'alarm-escalated',
  'order-new',
  'order-returned',
  'order-risen',
  'order-overdue',
  /** Of many for one party: how many of one level wait, since when. */
  'together',
  /** To people of a gathering: leave, there is gas near. */
  'withdraw',
] as const;
export type DeliveryText = (typeof DELIVERY_TEXTS)[number];

/** Somebody with an address: `contact`: an id of the park's contacts; `person`: `company/person` of the register. */
export interface Recipient {
  readonly kind: 'contact' | 'person';
  readonly id: string;
  readonly name: string;
}

/** One way to somebody of a party; recipient null: the party's page, whoever sits before it. */
export interface Hop {
  readonly party: string;
  readonly recipient: Recipient | null;
  readonly channel: Channel;
}

/**
 * due: to be carried out; sent: handed over, nobody said it arrived; delivered: the channel or the person says so; failed: the
 * channel refused; expired: nobody said it arrived in time; answered: what it is about was seen to by somebody meanwhile.
 */
export const DELIVERY_STATES = ['due', 'sent', 'delivered', 'failed', 'expired', 'answered'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Delivery extends Hop {
  readonly deliveryId: string;
  readonly alarmId: string | null;
  readonly orderId: string | null;
  readonly text: DeliveryText;
  readonly values: Readonly<Record<string, string | number>>;
  /** true: for this recipient himself; that somebody else acknowledged does not spare it. */
  readonly mustReach: boolean;
  readonly dueAtMs: number;
  /** Not delivered by then: the next hop. */
  readonly expiresAtMs: number;
  readonly limitMs: number;
  readonly state: DeliveryState;
  readonly stateAtMs: number;
  readonly detail: string;
  /** 1 for the first way that was tried to reach this party or person. */
  readonly attempt: number;
  /** Ways that are left, in order. */
  readonly next: readonly Hop[];
  /** The party above was called in already. */
  readonly isEscalated: boolean;
}
