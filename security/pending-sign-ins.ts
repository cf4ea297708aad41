/**
 * Sign-ins that are halfway: the password was right, the second factor is still asked for. They open nothing: a session is
 * started only when the factor was proved. Each lives some minutes in the store under the hash of a random id, like sessions.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { sessionIdOf } from './sessions.ts';

/** Long enough to install an app and scan a picture. */
export const PENDING_TTL_MS = 600_000;
export const CHALLENGE_TTL_MS = 120_000;

export interface PendingSignIn {
  readonly userId: string;
  readonly userName: string;
  readonly address: string;
  /** enrol: there is no factor yet, and the role needs one. */
  readonly step: 'factor' | 'enrol';
  /** Of the password that was right: a sign-in begun under an older one comes to nothing. */
  readonly passwordChangedAtMs: number;
  readonly expiresAtMs: number;
}

/** Texts that vanish. `what` keeps kinds apart. */
export interface ShortLivedStore {
  putShortLived(what: string, id: string, text: string, ttlMs: number): Promise<void>;
  getShortLived(what: string, id: string): Promise<string | null>;
  /** The text, once; null: none, or somebody was faster. */
  takeShortLived(what: string, id: string): Promise<string | null>;
}

export class PendingSignIns {
  readonly #store: ShortLivedStore;
  readonly #clock: Clock;

  constructor(store: ShortLivedStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The id goes to whoever signs in, and nowhere else. */
  async begin(
    pending: Omit<PendingSignIn, 'expiresAtMs'>,
  ): Promise<{ readonly id: string; readonly expiresAtMs: number }> {
    const id = randomBytes(32).toString('base64url');
    const expiresAtMs = this.#clock.nowMs() + PENDING_TTL_MS;
    const text = JSON.stringify({ ...pending, expiresAtMs } satisfies PendingSignIn);
    await this.#store.putShortLived('sign-in', sessionIdOf(id), text, PENDING_TTL_MS);
    return { id, expiresAtMs };
  }

  async find(id: string): Promise<PendingSignIn | null> {
    return pendingOf(await this.#store.getShortLived('sign-in', sessionIdOf(id)));
  }

  /** Of several at once, one gets it. */
  async take(id: string): Promise<PendingSignIn | null> {
    return pendingOf(await this.#store.takeShortLived('sign-in', sessionIdOf(id)));
  }

  /** 32 random bytes in words that say what is signed; a new one takes the place of the one before. */
  async challenge(id: string, userName: string): Promise<{ readonly message: string; readonly expiresAtMs: number }> {
    const message = `ParkSentry sign-in ${userName} ${randomBytes(32).toString('hex')}`;
    await this.#store.putShortLived('challenge', sessionIdOf(id), message, CHALLENGE_TTL_MS);
    return { message, expiresAtMs: this.#clock.nowMs() + CHALLENGE_TTL_MS };
  }

  takeChallenge(id: string): Promise<string | null> {
    return this.#store.takeShortLived('challenge', sessionIdOf(id));
  }

  /** A secret that is shown and not yet proved to be in an app; sealed. `holder`: a sign-in's id or a session's. */
  keepSecret(holder: string, sealed: string): Promise<void> {
    return this.#store.putShortLived('enrolment', sessionIdOf(holder), sealed, PENDING_TTL_MS);
  }

  findSecret(holder: string): Promise<string | null> {
    return this.#store.getShortLived('enrolment', sessionIdOf(holder));
  }

  takeSecret(holder: string): Promise<string | null> {
    return this.#store.takeShortLived('enrolment', sessionIdOf(holder));
  }
}

const pendingOf = (text: string | null): PendingSignIn | null =>
  text === null ? null : (JSON.parse(text) as PendingSignIn);
