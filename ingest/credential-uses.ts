/** When credentials were last used, written at most once a minute for all of them and never on a request's way. */
import type { Logger } from '../core/logger.ts';

const SAVE_EVERY_MS = 60_000;

export class CredentialUses {
  readonly #save: (usedAtMs: ReadonlyMap<string, number>) => Promise<void>;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  /** By app id; only of credentials that exist, so there are as many as those. */
  #usedAtMs = new Map<string, number>();

  constructor(save: (usedAtMs: ReadonlyMap<string, number>) => Promise<void>, logger: Logger) {
    this.#save = save;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.flush(), SAVE_EVERY_MS);
    this.#timer.unref();
  }

  note(appId: string, atMs: number): void {
    this.#usedAtMs.set(appId, atMs);
  }

  /** Never throws: what could not be saved is tried again with the next. */
  async flush(): Promise<void> {
    const saving = this.#usedAtMs;
    if (saving.size === 0) return;
    this.#usedAtMs = new Map();
    try {
      await this.#save(saving);
    } catch (error) {
      this.#logger.warn('credential-uses-not-saved', { error });
      this.#usedAtMs = new Map([...saving, ...this.#usedAtMs]);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
