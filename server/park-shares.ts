/**
 * How the leases of several parks spread over the processes that compete for them: what a process does next, from what
 * it sees. Pure; server/park-leases.ts looks and acts.
 *
 * A free park goes to whoever holds fewest: each process waits longer the more it has above that. When all are held and
 * somebody has two more than one who waits, the one with most gives one up. So loads differ by at most one, and a spread
 * that does so never moves.
 */

/** One park as a process sees it. */
export interface ParkView {
  readonly park: string;
  /** null: free. */
  readonly holder: string | null;
  /** Who competes for it, the process that looks among them. */
  readonly members: readonly string[];
  /** The process that looks is ready to run it. */
  readonly isWanted: boolean;
}

export interface ShareDecision {
  /** Park to take now. */
  readonly take: string | null;
  /** Park to hand over now. */
  readonly giveUp: string | null;
  /** A free park will be due then; null: none waits. */
  readonly dueInMs: number | null;
}

/** Longer a wait by each park above the least that anybody has. */
export const DELAY_STEP_MS = 150;
/** A dead process' park waits no longer than this for a better owner. */
export const LONGEST_DELAY_MS = 200;
/** An uneven spread is left alone for this long: processes start and end together. */
export const PATIENCE_MS = 5_000;
/** After parks that were given up and that nobody took. */
export const LONGEST_PATIENCE_MS = 600_000;

export class ParkShares {
  readonly #me: string;
  readonly #freeSinceMs = new Map<string, number>();
  #unevenSinceMs: number | null = null;
  #patienceMs = PATIENCE_MS;
  /** Told to be handed over, and still held. */
  #leaving: string | null = null;
  readonly #given = new Set<string>();

  constructor(me: string) {
    this.#me = me;
  }

  decide(views: readonly ParkView[], nowMs: number): ShareDecision {
    const loads = loadsOf(views);
    this.#noteFree(views, nowMs);
    this.#noteGiven(views);
    const free = views.filter(({ holder }) => holder === null);
    if (free.length === 0) return { take: null, giveUp: this.#giveUp(views, loads, nowMs), dueInMs: null };
    this.#unevenSinceMs = null;
    const waits = free
      .filter(({ isWanted }) => isWanted)
      .map((view) => ({ park: view.park, dueInMs: this.#dueInMs(view, loads, nowMs) }));
    const due = waits.filter(({ dueInMs }) => dueInMs <= 0).map(({ park }) => park);
    // Not all the same one first.
    const take = due.sort((a, b) => orderOf(this.#me, a) - orderOf(this.#me, b))[0] ?? null;
    return { take, giveUp: null, dueInMs: waits.length === 0 ? null : Math.min(...waits.map((wait) => wait.dueInMs)) };
  }

  #dueInMs({ park, members }: ParkView, loads: ReadonlyMap<string, number>, nowMs: number): number {
    const least = Math.min(...members.map((member) => loads.get(member) ?? 0));
    const delayMs = Math.min(LONGEST_DELAY_MS, DELAY_STEP_MS * Math.max(0, (loads.get(this.#me) ?? 0) - least));
    return (this.#freeSinceMs.get(park) ?? nowMs) + delayMs - nowMs;
  }

  #giveUp(views: readonly ParkView[], loads: ReadonlyMap<string, number>, nowMs: number): string | null {
    const movable = views.filter((view) => lighter(view, loads) !== null);
    if (movable.length === 0) {
      this.#unevenSinceMs = null;
      this.#patienceMs = PATIENCE_MS;
      this.#given.clear();
      return null;
    }
    this.#unevenSinceMs = Math.min(nowMs, this.#unevenSinceMs ?? nowMs);
    const givers = movable.map(({ holder }) => holder ?? '');
    const giver = givers.reduce((best, one) => (isHeavier(one, best, loads) ? one : best));
    if (giver !== this.#me || this.#leaving !== null || nowMs - this.#unevenSinceMs < this.#patienceMs) return null;
    this.#leaving = movable.findLast(({ holder }) => holder === this.#me)?.park ?? null;
    this.#unevenSinceMs = null;
    return this.#leaving;
  }

  #noteFree(views: readonly ParkView[], nowMs: number): void {
    for (const { park, holder } of views) {
      // A clock that was set back must not make a free park wait.
      if (holder !== null) this.#freeSinceMs.delete(park);
      else this.#freeSinceMs.set(park, Math.min(nowMs, this.#freeSinceMs.get(park) ?? nowMs));
    }
  }

  /** A park that came back was given up in vain: the next is given up later. */
  #noteGiven(views: readonly ParkView[]): void {
    for (const { park, holder } of views) {
      const isMine = holder === this.#me;
      if (park === this.#leaving && !isMine) {
        this.#leaving = null;
        this.#given.add(park);
      } else if (isMine && this.#given.delete(park)) {
        this.#patienceMs = Math.min(LONGEST_PATIENCE_MS, 2 * this.#patienceMs);
      }
    }
  }
}

function loadsOf(views: readonly ParkView[]): Map<string, number> {
  const loads = new Map<string, number>();
  for (const { holder } of views) if (holder !== null) loads.set(holder, (loads.get(holder) ?? 0) + 1);
  return loads;
}

/** Who could take this park and would still have no more than its holder; null: nobody. */
function lighter({ holder, members }: ParkView, loads: ReadonlyMap<string, number>): string | null {
  const most = (loads.get(holder ?? '') ?? 0) - 2;
  return members.find((member) => (loads.get(member) ?? 0) <= most) ?? null;
}

function isHeavier(one: string, other: string, loads: ReadonlyMap<string, number>): boolean {
  const more = (loads.get(one) ?? 0) - (loads.get(other) ?? 0);
  return more > 0 || (more === 0 && one > other);
}

/** FNV-1a of both names. */
function orderOf(member: string, park: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${member} ${park}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
