/**
 * The leases of several parks, as one process competes for them: shows itself to the others, looks what is free, and
 * takes and gives up what server/park-shares.ts decides. Every park gets a LeaseKeeper whose `acquire` waits for that
 * turn, so whoever runs the park (server/watch.ts, the store) need not know of the others. Used by server/parks.ts.
 */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { LeaseKeeper, LeaseMembers } from '../stream/protocol/log.ts';
import { ParkShares, type ParkView } from './park-shares.ts';

/** Of who waits for a park: oftener than any wait in park-shares.ts, so that the one with fewest sees a free one in time. */
const LOOK_EVERY_MS = 100;
/** Of who has all it wants. */
const SHOW_EVERY_MS = 500;
/** Shorter than any lease: who holds an abandoned one is no longer counted when it ends. */
const MEMBER_TTL_MS = 1_500;

export interface LeasePorts {
  readonly keeper: LeaseKeeper;
  readonly members: LeaseMembers;
}

export interface ParkLeasesOptions {
  /** Name of the lease, the same in every park. */
  readonly lease: string;
  /** This process, and the holder of what it takes. */
  readonly member: string;
  readonly parks: ReadonlyMap<string, LeasePorts>;
  /** The park is to be handed over: end it in order, and its lease with it. */
  readonly onGiveUp: (park: string) => void;
  /** Is this holder surely dead? Its leases are then free at once. */
  readonly isGone?: (holder: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Somebody who waits for a park's lease. */
interface Request {
  readonly ttlMs: number;
  readonly grant: (term: number) => void;
}

export class ParkLeases {
  readonly #o: ParkLeasesOptions;
  readonly #shares: ParkShares;
  readonly #requests = new Map<string, Request>();
  readonly #held = new Set<string>();
  #isUnreachable = false;
  #wake: () => void = () => {};

  constructor(options: ParkLeasesOptions) {
    this.#o = options;
    this.#shares = new ParkShares(options.member);
  }

  /** For the one that runs the park: its `acquire` waits for this process' turn. */
  keeperOf(park: string): LeaseKeeper {
    const { keeper } = this.#portsOf(park);
    return {
      acquire: (_lease, _holder, ttlMs, signal) => this.#turn(park, ttlMs, signal),
      tryAcquire: (lease, holder, ttlMs) => keeper.tryAcquire(lease, holder, ttlMs),
      renew: (lease, holder, ttlMs, term) => keeper.renew(lease, holder, ttlMs, term),
      release: (lease, holder) => {
        this.#held.delete(park);
        return keeper.release(lease, holder);
      },
    };
  }

  /** Until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { lease, member, parks } = this.#o;
    while (!signal.aborted) await this.#pause(await this.#round(), signal);
    await Promise.all([...parks.values()].map(({ members }) => members.leave(lease, member).catch(() => {})));
  }

  /** Looks, and does one thing; returns the ms until the next look. */
  async #round(): Promise<number> {
    const { clock, logger, lease, member, onGiveUp } = this.#o;
    const seen = await this.#look();
    if (seen === null) return LOOK_EVERY_MS;
    const { take, giveUp, dueInMs } = this.#shares.decide(seen.views, clock.nowMs());
    if (giveUp !== null) {
      logger.info('park-given-up', { park: giveUp, lease });
      onGiveUp(giveUp);
    }
    const request = take === null ? undefined : this.#requests.get(take);
    const restMs = this.#requests.size > 0 ? LOOK_EVERY_MS : SHOW_EVERY_MS;
    if (take === null || request === undefined) return Math.min(restMs, seen.freeInMs, dueInMs ?? restMs);
    const term = await this.#portsOf(take).keeper.tryAcquire(lease, member, request.ttlMs);
    if (term === null) return 0;
    if (!this.#requests.delete(take)) {
      // Nobody waits for it any more.
      await this.#portsOf(take)
        .keeper.release(lease, member)
        .catch(() => {});
      return 0;
    }
    logger.info('park-taken', { park: take, lease, term });
    this.#held.add(take);
    request.grant(term);
    return 0;
  }

  async #look(): Promise<{ views: ParkView[]; freeInMs: number } | null> {
    const { lease, member, parks, logger, isGone = () => false } = this.#o;
    let freeInMs = SHOW_EVERY_MS;
    const look = async ([park, { keeper, members }]: [string, LeasePorts]): Promise<ParkView> => {
      const isWanted = this.#requests.has(park);
      // Who neither has it nor could take it is nobody to give it to.
      const shownMs = isWanted || this.#held.has(park) ? MEMBER_TTL_MS : 0;
      const view = await members.look(lease, member, shownMs);
      if (view.holder !== null && isGone(view.holder)) {
        logger.info('lease-of-the-gone', { park, lease, holder: view.holder });
        await keeper.release(lease, view.holder);
        return { park, holder: null, members: view.members.filter((one) => !isGone(one)), isWanted };
      }
      // An abandoned lease is taken when it ends, not a look later.
      if (isWanted && view.holder !== null) freeInMs = Math.min(freeInMs, view.leftMs + 1);
      return { park, holder: view.holder, members: view.members, isWanted };
    };
    try {
      const views = await Promise.all([...parks].map(look));
      this.#isUnreachable = false;
      return { views, freeInMs };
    } catch (error) {
      if (!this.#isUnreachable) logger.warn('lease-unreachable', { lease, error });
      this.#isUnreachable = true;
      return null;
    }
  }

  #turn(park: string, ttlMs: number, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#requests.delete(park);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      const grant = (term: number): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(term);
      };
      this.#requests.set(park, { ttlMs, grant });
      this.#wake();
    });
  }

  #portsOf(park: string): LeasePorts {
    const ports = this.#o.parks.get(park);
    if (ports === undefined) throw new Error(`park ${park} is none of this process`);
    return ports;
  }

  /** Ends early when somebody asks for a park or the signal aborts. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, ms));
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }
}
