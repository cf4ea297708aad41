/**
 * Counts sign-in attempts: by name, which locks after PASSWORD_RULES.maxFailures, and by address, which limits the
 * rate. An attempt is counted before the password is looked at, so a hundred guesses in parallel are a hundred counts.
 * Unknown names lock like known ones: an answer never tells whether a user exists. Called by admin/sign-in.ts.
 */
import { createHash } from 'node:crypto';
import { PASSWORD_RULES } from './password.ts';

export interface Attempts {
  readonly count: number;
  /** Until the count falls back to 0; 0 when nothing is counted. */
  readonly remainingMs: number;
}

/** Counters that vanish when their window ends. */
export interface AttemptStore {
  /** One more; the window starts with the first. */
  add(key: string, windowMs: number): Promise<Attempts>;
  /** A counter that exists lives `windowMs` from now. */
  restartWindow(key: string, windowMs: number): Promise<void>;
  clear(key: string): Promise<void>;
}

export interface RateLimit {
  readonly attempts: number;
  readonly windowMs: number;
}

/** A shift change behind one address is a dozen sign-ins; a guesser is stopped at one every three seconds. */
export const ADDRESS_LIMIT = { attempts: 20, windowMs: 60_000 } as const;

export type AttemptVerdict =
  | { readonly kind: 'allowed'; readonly attempt: number }
  | { readonly kind: 'locked'; readonly retryAfterMs: number };

export class SignInAttempts {
  readonly #store: AttemptStore;

  constructor(store: AttemptStore) {
    this.#store = store;
  }

  /** Counts a request from an address. null: let through; else how long the address has to wait, ms. */
  limitAddress(address: string): Promise<number | null> {
    return this.limit(`address:${address}`, ADDRESS_LIMIT);
  }

  /** The same of anything else that is done without a session, counted under a key of its own. */
  async limit(key: string, { attempts, windowMs }: RateLimit): Promise<number | null> {
    const { count, remainingMs } = await this.#store.add(key, windowMs);
    return count > attempts ? remainingMs : null;
  }

  /** Counts a guess at the name's password. `attempt` goes back into `failed`. */
  async begin(name: string): Promise<AttemptVerdict> {
    const { count, remainingMs } = await this.#store.add(nameKey(name), PASSWORD_RULES.lockMs);
    return count > PASSWORD_RULES.maxFailures
      ? { kind: 'locked', retryAfterMs: remainingMs }
      : { kind: 'allowed', attempt: count };
  }

  /** true: this failure locked the name. */
  async failed(name: string, attempt: number): Promise<boolean> {
    if (attempt < PASSWORD_RULES.maxFailures) return false;
    await this.#store.restartWindow(nameKey(name), PASSWORD_RULES.lockMs);
    return true;
  }

  async succeeded(name: string): Promise<void> {
    await this.#store.clear(nameKey(name));
  }
}

/** Names are hashed: they come from anyone and may hold anything, a password typed into the wrong field included. */
function nameKey(name: string): string {
  return `name:${createHash('sm3').update(foldUserName(name)).digest('hex')}`;
}

/** One user name, one spelling. */
export function foldUserName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
