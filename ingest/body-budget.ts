/**
 * Bytes of request bodies that may lie in memory at once, over all requests, whatever they wait for (the sender, the
 * nonce, the log). Beyond it requests are answered RATE_LIMITED before memory grows. Small requests have a reserve of
 * their own, so that an SOS is read even then. Of both one sender may hold a part alone: whoever sends bodies slowly under
 * another's name shuts out that one, and not the park.
 */
export interface BodyBudgetOptions {
  readonly bytes: number;
  readonly reserveBytes: number;
  /** Largest body that may use the reserve. */
  readonly reserveBodyBytes: number;
  /** Part of either that one sender may hold, 0 to 1. */
  readonly senderPart: number;
}

interface Holder {
  used: number;
  reserveUsed: number;
  shares: number;
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
  /** By sender, as long as one of its requests is open. */
  readonly #holders = new Map<string, Holder>();

  constructor(options: BodyBudgetOptions) {
    this.#options = options;
  }

  get usedBytes(): number {
    return this.#used + this.#reserveUsed;
  }

  /**
   * `declaredBytes`: content-length, or null when the sender does not say. null: no room. Bytes count as they arrive,
   * so claiming a large body and not sending it takes nothing from others. `sender`: whoever the request says it is from.
   */
  open(declaredBytes: number | null, sender: string): BodyShare | null {
    const isSmall = declaredBytes !== null && declaredBytes <= this.#options.reserveBodyBytes;
    const holder = this.#holders.get(sender) ?? { used: 0, reserveUsed: 0, shares: 0 };
    let fromReserve = !this.#hasRoom(holder, declaredBytes ?? 0);
    if (fromReserve && !(isSmall && this.#hasReserve(holder, declaredBytes))) return null;
    let held = 0;
    let isOpen = true;
    holder.shares++;
    this.#holders.set(sender, holder);
    const take = (bytes: number): void => {
      held += bytes;
      if (fromReserve) {
        this.#reserveUsed += bytes;
        holder.reserveUsed += bytes;
      } else {
        this.#used += bytes;
        holder.used += bytes;
      }
    };
    const release = (): void => {
      take(-held);
      if (isOpen && --holder.shares === 0) this.#holders.delete(sender);
      isOpen = false;
    };
    return {
      get fromReserve() {
        return fromReserve;
      },
      grow: (more) => {
        if (!fromReserve && !this.#hasRoom(holder, more)) {
          if (!isSmall) return false;
          const carried = held;
          take(-carried);
          fromReserve = true;
          take(carried);
        }
        if (fromReserve && !this.#hasReserve(holder, more)) return false;
        take(more);
        return true;
      },
      release,
    };
  }

  #hasRoom(holder: Holder, more: number): boolean {
    const { bytes, senderPart } = this.#options;
    return this.#used + more <= bytes && holder.used + more <= bytes * senderPart;
  }

  #hasReserve(holder: Holder, more: number): boolean {
    const { reserveBytes, senderPart } = this.#options;
    return this.#reserveUsed + more <= reserveBytes && holder.reserveUsed + more <= reserveBytes * senderPart;
  }
}
