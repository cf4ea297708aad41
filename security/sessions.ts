/**
 * Sign-in sessions held on the server, and the one-use tickets that open the live socket. A browser holds a random
 * 256-bit id in a cookie; the store knows only its hash, so a copy of the store opens nothing. The store is Redis
 * (security/session-redis.ts) or memory (security/session-memory.ts): sessions go on working while PostgreSQL is down.
 * Rules ID-20 ff. in docs/spec/identity.md. Called by admin/ and, for keepAlive and isLive, by the live gateway.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { type Role, SCREEN_ROLE } from '../stream/protocol/vocabulary.ts';

export interface SessionLimits {
  /** Ends when unused for so long. */
  readonly idleMs: number;
  /** Ends so long after sign-in, used or not. */
  readonly absoluteMs: number;
}

const HOUR_MS = 3_600_000;

/** Ends after half an hour without use, and twelve hours after sign-in whatever happens: the length of a shift. */
export const SESSION_LIMITS: SessionLimits = { idleMs: HOUR_MS / 2, absoluteMs: 12 * HOUR_MS };
/** A wall screen is nobody's shift: it outlives a fortnight switched off, and once a year somebody signs it in anew. */
export const SCREEN_LIMITS: SessionLimits = { idleMs: 14 * 24 * HOUR_MS, absoluteMs: 366 * 24 * HOUR_MS };

/**
 * A control-room screen is read for a whole shift and rarely touched: its open live socket is use. Anyone else who only
 * looks at the map idles (docs/adr/0007-sessions.md).
 */
const SOCKET_IS_USE: ReadonlySet<Role> = new Set<Role>(['operator', SCREEN_ROLE]);

export const TICKET_TTL_MS = 30_000;

export interface SessionUser {
  readonly userId: string;
  readonly userName: string;
  readonly role: Role;
  /** null: the whole park. */
  readonly companyCode: string | null;
  /** Of the park, or the office of a company. */
  readonly department: string | null;
  /** Of the role contractor: its unit. */
  readonly contractorCode: string | null;
}

export interface SessionRecord extends SessionUser {
  readonly mustChangePassword: boolean;
  readonly address: string;
  readonly createdAtMs: number;
  /** End of the absolute life. */
  readonly expiresAtMs: number;
}

/** `sessionId` is the hash of the cookie: enough to find and end a session, useless to sign in with. */
export interface Session extends SessionRecord {
  readonly sessionId: string;
}

/** What a gateway learns when it redeems a ticket (GETDEL of `ticket:<id>`). */
export interface TicketRecord extends SessionUser {
  readonly sessionId: string;
  /** The socket must not outlive this. */
  readonly expiresAtMs: number;
}

export interface SessionStore {
  /** `lifeMs`: for how long it may be listed at the most. */
  put(sessionId: string, userId: string, record: string, ttlMs: number, lifeMs: number): Promise<void>;
  get(sessionId: string): Promise<string | null>;
  /** Sets a new time to live; never brings a removed session back. false: it is gone. */
  extend(sessionId: string, ttlMs: number): Promise<boolean>;
  /** Until it ends by itself; null: it is gone. */
  leftMs(sessionId: string): Promise<number | null>;
  /** Removes and forgets under the user. false: it was gone. */
  remove(sessionId: string, userId: string): Promise<boolean>;
  /** Ids put for the user and not removed; some may have expired. */
  idsOf(userId: string): Promise<string[]>;
  /** Tells the gateways to close the sockets opened under this session. */
  announceEnd(sessionId: string): Promise<void>;
  putTicket(ticketId: string, record: string, ttlMs: number): Promise<void>;
  /** The record, once. */
  takeTicket(ticketId: string): Promise<string | null>;
}

export class Sessions {
  readonly #store: SessionStore;
  readonly #clock: Clock;
  readonly #limits: SessionLimits;

  constructor(store: SessionStore, clock: Clock, limits: SessionLimits = SESSION_LIMITS) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** `cookie` goes to the browser and nowhere else. */
  async start(
    user: SessionUser & { readonly mustChangePassword: boolean },
    address: string,
  ): Promise<{ readonly cookie: string; readonly session: Session }> {
    const cookie = randomBytes(32).toString('base64url');
    const limits = this.#limitsOf(user.role);
    const nowMs = this.#clock.nowMs();
    const record: SessionRecord = {
      userId: user.userId,
      userName: user.userName,
      role: user.role,
      companyCode: user.companyCode,
      department: user.department,
      contractorCode: user.contractorCode,
      mustChangePassword: user.mustChangePassword,
      address,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + limits.absoluteMs,
    };
    const sessionId = sessionIdOf(cookie);
    await this.#store.put(sessionId, user.userId, JSON.stringify(record), limits.idleMs, limits.absoluteMs);
    return { cookie, session: { ...record, sessionId } };
  }

  /** The session behind a cookie, its idle time begun anew; null: none, ended or expired. */
  async use(cookie: string): Promise<Session | null> {
    if (!COOKIE_FORM.test(cookie)) return null;
    const session = await this.#load(sessionIdOf(cookie));
    if (session === null) return null;
    return (await this.#extend(session)) ? session : null;
  }

  /** For a gateway with an open socket; counts as use for an operator and a wall screen. false: the session is over, close the socket. */
  async keepAlive(sessionId: string): Promise<boolean> {
    const session = await this.#load(sessionId);
    if (session === null) return false;
    return SOCKET_IS_USE.has(session.role) ? this.#extend(session) : true;
  }

  /** For whoever tells the page something: being told is no use. */
  async holds(sessionId: string): Promise<boolean> {
    return (await this.#load(sessionId)) !== null;
  }

  async end(session: Pick<Session, 'sessionId' | 'userId'>): Promise<boolean> {
    const wasThere = await this.#store.remove(session.sessionId, session.userId);
    await this.#store.announceEnd(session.sessionId);
    return wasThere;
  }

  /** Live sessions of a user, newest first. */
  async list(userId: string): Promise<Session[]> {
    const found = await Promise.all((await this.#store.idsOf(userId)).map((id) => this.#load(id)));
    return found.filter((session) => session !== null).sort((left, right) => right.createdAtMs - left.createdAtMs);
  }

  /** When the session was used last; null: it is over. */
  async lastUsedAtMs({ sessionId, role }: Pick<Session, 'sessionId' | 'role'>): Promise<number | null> {
    const leftMs = await this.#store.leftMs(sessionId);
    return leftMs === null ? null : this.#clock.nowMs() - (this.#limitsOf(role).idleMs - leftMs);
  }

  /** Ends every session of the user but `keepSessionId`. Returns the ids ended. */
  async endAll(userId: string, keepSessionId: string | null = null): Promise<string[]> {
    const ids = (await this.#store.idsOf(userId)).filter((id) => id !== keepSessionId);
    for (const id of ids) {
      await this.#store.remove(id, userId);
      await this.#store.announceEnd(id);
    }
    return ids;
  }

  /** A ticket id for one live socket, good once and for TICKET_TTL_MS. */
  async issueTicket(session: Session): Promise<string> {
    const ticketId = randomBytes(32).toString('base64url');
    const record: TicketRecord = {
      userId: session.userId,
      userName: session.userName,
      role: session.role,
      companyCode: session.companyCode,
      department: session.department,
      contractorCode: session.contractorCode,
      sessionId: session.sessionId,
      expiresAtMs: session.expiresAtMs,
    };
    await this.#store.putTicket(ticketId, JSON.stringify(record), TICKET_TTL_MS);
    return ticketId;
  }

  /** null: unknown, used, or older than 30 s, or its session has ended since. */
  async redeemTicket(ticketId: string): Promise<TicketRecord | null> {
    if (!COOKIE_FORM.test(ticketId)) return null;
    const text = await this.#store.takeTicket(ticketId);
    if (text === null) return null;
    const record = JSON.parse(text) as TicketRecord;
    return (await this.#load(record.sessionId)) === null ? null : record;
  }

  async #load(sessionId: string): Promise<Session | null> {
    const text = await this.#store.get(sessionId);
    if (text === null) return null;
    const record = JSON.parse(text) as SessionRecord;
    return record.expiresAtMs <= this.#clock.nowMs() ? null : { ...record, sessionId };
  }

  #limitsOf(role: Role): SessionLimits {
    return role === SCREEN_ROLE ? SCREEN_LIMITS : this.#limits;
  }

  /** The end of its absolute life is in the record. */
  #extend({ sessionId, role }: Session): Promise<boolean> {
    return this.#store.extend(sessionId, this.#limitsOf(role).idleMs);
  }
}

/** 32 bytes in base64url. */
const COOKIE_FORM = /^[A-Za-z0-9_-]{43}$/;

export function sessionIdOf(cookie: string): string {
  return createHash('sm3').update(cookie).digest('hex');
}
