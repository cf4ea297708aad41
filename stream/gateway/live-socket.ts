/**
 * What the gateway needs of a socket and of whoever is behind it; uws-gateway.ts gives it over uWebSockets.js, tests and
 * the fuzz over a simulated network. Nothing else in this folder knows what carries the bytes.
 */
import type { Role } from '../protocol/vocabulary.ts';

/** Whoever a ticket was made out to. */
export interface LiveUser {
  readonly userId: string;
  readonly userName: string;
  readonly role: Role;
  /** null: the whole park. */
  readonly companyCode: string | null;
  readonly sessionId: string;
}

export interface TicketSource {
  /** The holder, once; null for a ticket that is unknown, expired or spent. Throws when that cannot be told now. */
  redeem(ticket: string): Promise<LiveUser | null>;
}

export interface LiveSocket {
  /** Bytes handed over and not yet taken by the network. */
  bufferedBytes(): number;
  /** One of SEND_STATUS: `dropped` means not sent at all. */
  send(bytes: Uint8Array): number;
  /** Sends inside `run` leave together. */
  cork(run: () => void): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  close(code: number, reason: string): void;
}

/** Gives the same bytes to every subscriber of a topic. */
export interface Topics {
  publish(topic: string, bytes: Uint8Array): void;
}

export const PARK_TOPIC = 'park';
/** Frames of this scope; null: whole park. */
export const topicOf = (companyCode: string | null): string =>
  companyCode === null ? PARK_TOPIC : `company/${companyCode}`;
