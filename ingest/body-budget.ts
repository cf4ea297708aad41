/**
 * Bytes of request bodies that may lie in memory at once, over all requests, whatever they wait for (the sender, the
 * nonce, the log). Beyond it requests are answered RATE_LIMITED before memory grows. Small requests have a reserve of
 * their own, so that an SOS is read even then.
 */
export interface BodyBudgetOptions {
  readonly bytes: number;
  readonly reserveBytes: number;
  /** Largest body that may use the reserve. */
  readonly reserveBodyBytes: number;
}

/** One request's share. `release` exactly once, after its answer. */
export interface BodyShare {
  /** true: only SOS may be taken from this request. */
  readonly fromReserve: boolean;
  /** false: there is no room for these bytes on top of what the share holds. */
  grow(bytes: number): boolean;
  release(): void;
}

export class BodyBudget {
  readonly #options: BodyBudgetOptions;
  #used = 0;
  #reserveUsed = 0;

  constructor(options: BodyBudgetOptions) {
    this.#options = options;
  }

  get usedBytes(): number {
    return this.#used + this.#reserveUsed;
  }

  /**
   * `declaredBytes`: content-length, or null when the sender does not say. null: no room. Bytes count as they arrive,
   * so claiming a large body and not sending it takes nothing from others.
   */
  open(declaredBytes: number | null): BodyShare | null {
    const isSmall = declaredBytes !== null && declaredBytes <= this.#options.reserveBodyBytes;
    let fromReserve = this.#used + (declaredBytes ?? 0) > this.#options.bytes;
    if (fromReserve && !(isSmall && this.#reserveUsed + declaredBytes <= this.#options.reserveBytes)) return null;
    let held = 0;
    const release = (): void => {
      if (fromReserve) this.#reserveUsed -= held;
      else this.#used -= held;
      held = 0;
    };
    return {
      get fromReserve() {
        return fromReserve;
      },
      grow: (more) => {
        if (!fromReserve && this.#used + more > this.#options.bytes) {
          if (!isSmall) return false;
          const carried = held;
          release();
          fromReserve = true;
          held = carried;
          this.#reserveUsed += carried;
        }
        if (fromReserve && this.#reserveUsed + more > this.#options.reserveBytes) return false;
        held += more;
        if (fromReserve) this.#reserveUsed += more;
        else this.#used += more;
        return true;
      },
      release,
    };
  }
}
