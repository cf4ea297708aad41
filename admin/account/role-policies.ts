/**
 * What is asked of each role's sign-in, at hand for every request: read from the database every few seconds, and as it was read
 * last while the database is away.
 */
import { type Clock, isOver } from '../../core/clock.ts';
import { type Pool, queryRows } from '../../db/pool.ts';
import { type AddressMatcher, compileAddressList } from '../../security/address-list.ts';
import { defaultPolicy, isAdministrator, type RolePolicy } from '../../security/role-policy.ts';
import type { Role } from '../../stream/protocol/vocabulary.ts';

export interface PolicyStore {
  /** Of roles that somebody set; throws DATABASE_UNAVAILABLE. */
  all(): Promise<readonly RolePolicy[]>;
}

export class PgPolicyStore implements PolicyStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async all(): Promise<RolePolicy[]> {
    const rows = await queryRows<{
      role: Role;
      second_factor: boolean;
      single_session: boolean;
      addresses: string[] | null;
    }>(this.#pool, 'SELECT role, second_factor, single_session, addresses FROM role_policy');
    return rows.map((row) => ({
      role: row.role,
      secondFactor: row.second_factor,
      singleSession: row.single_session,
      addresses: row.addresses ?? [],
    }));
  }
}

/** A change holds everywhere within this time, and one request. */
const KEPT_MS = 5_000;

type Known = ReadonlyMap<Role, RolePolicy & { readonly lets: AddressMatcher }>;

export class RolePolicies {
  readonly #store: PolicyStore;
  readonly #clock: Clock;
  /** null: never read. */
  #known: Known | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<Known> | null = null;

  constructor(store: PolicyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** As it is now. Throws DATABASE_UNAVAILABLE. */
  async of(role: Role): Promise<RolePolicy> {
    const policy = (await this.#read()).get(role) ?? defaultPolicy(role);
    return isAdministrator(role) ? { ...policy, secondFactor: true } : policy;
  }

  /**
   * Whether a user of the role may come from this address. Never waits for a database once it was read; while it never was, the
   * three administrators may not and everybody else may: an outage must not take the picture from a control room.
   */
  async lets(role: Role, address: string): Promise<boolean> {
    if (isOver(this.#readAtMs, KEPT_MS, this.#clock.nowMs())) {
      this.#readAtMs = this.#clock.nowMs();
      const reading = this.#read().catch(() => null);
      if (this.#known === null && isAdministrator(role)) await reading;
    }
    return this.#known === null ? !isAdministrator(role) : (this.#known.get(role)?.lets(address) ?? true);
  }

  async #read(): Promise<Known> {
    this.#reading ??= this.#store
      .all()
      .then(
        (policies) => new Map(policies.map((one) => [one.role, { ...one, lets: compileAddressList(one.addresses) }])),
      )
      .finally(() => {
        this.#reading = null;
      });
    this.#known = await this.#reading;
    this.#readAtMs = this.#clock.nowMs();
    return this.#known;
  }
}
