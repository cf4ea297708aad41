/**
 * What signed-in users may want to hear of a change: told by the transaction that makes it, heard by every admin process at its
 * commit (admin/notices.ts). PostgreSQL keeps none of it: who was not listening asks again for what is shown.
 */
import type { WallShow } from '../core/wall-api.ts';
import type { Order } from '../stream/protocol/orders.ts';
import { type Queryable, queryPrepared } from './pool.ts';

export const NOTICE_CHANNEL = 'notices';

export interface RegisterChange {
  readonly about: 'register';
  readonly register: string;
  /** null: several rows. */
  readonly id: string | null;
  readonly count: number;
  readonly version: number | null;
  readonly companyCode: string | null;
  /** Units whose rows they were and are; of registers without contractors none. */
  readonly contractorCodes: readonly string[];
  readonly act: string;
  readonly by: string;
  readonly userId: string;
  readonly atMs: number;
}

export interface OrderChange {
  readonly about: 'order';
  readonly orderId: string;
  readonly state: string;
  readonly level: number;
  /** Who is to act: whose turn it is, and to whom it was handed up. */
  readonly parties: readonly string[];
  readonly companyCodes: readonly string[];
  readonly subject: string;
  readonly place: string;
  readonly atMs: number;
}

export interface AccountChange {
  readonly about: 'account';
  /** Whose. */
  readonly userName: string;
  readonly act: string;
  readonly by: string;
}

/** No change of anything: what somebody wants to see on the walls where he is signed in, and on the park's screens. */
export interface WallChange {
  readonly about: 'wall';
  readonly userId: string;
  /** Of that user; null: sees the whole park. */
  readonly scope: string | null;
  readonly show: WallShow;
}

export type SentChange = RegisterChange | OrderChange | AccountChange | WallChange;

/** PostgreSQL takes payloads below this. */
const PAYLOAD_BYTES_MAX = 8_000;
/** No JSON: whoever hears it asks again for what is shown. */
const UNTOLD = '-';
const WORDS_MAX = 200;

/** One that PostgreSQL would refuse must not take the transaction that it tells of with it: pages hear that they missed something. */
function payloadOf(change: SentChange): string {
  const text = JSON.stringify(change);
  return Buffer.byteLength(text) < PAYLOAD_BYTES_MAX ? text : UNTOLD;
}

/** Inside the caller's transaction. */
export async function sendChanges(db: Queryable, changes: readonly SentChange[]): Promise<void> {
  if (changes.length === 0) return;
  const texts = changes.map(payloadOf);
  await queryPrepared(db, 'SELECT pg_notify($1, t) FROM unnest($2::text[]) AS t', [NOTICE_CHANNEL, texts]);
}

/** The state that an order has just come into, or the handing up; null: nobody has to act because of it. */
export function orderChange(order: Order, atMs: number): OrderChange | null {
  if (order.closedAtMs !== null) return null;
  const last = order.history.at(-1);
  const isHandedUp = last?.step === 'escalated' && last.atMs === atMs;
  if (order.stateSinceMs !== atMs && !isHandedUp) return null;
  const { orderId, state, level, companyCodes, title, party, escalationParty } = order;
  return {
    about: 'order',
    orderId,
    state,
    level,
    parties: isHandedUp ? [party, escalationParty] : [party],
    companyCodes,
    subject: title.subject.slice(0, WORDS_MAX),
    place: title.place.slice(0, WORDS_MAX),
    atMs,
  };
}
