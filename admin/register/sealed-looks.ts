/**
 * Looking for rows by a sealed value: each look says whether a guess is right, so enough of them would tell what the mask hides.
 * Each is on record, without the value, and one person has few of them.
 */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Pool } from '../../db/pool.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { insertAudit } from '../audit.ts';
import type { RegisterUser } from './rights.ts';
import { sealedFields } from './secrets.ts';
import type { ListQuery } from './store.ts';

/** What a desk that checks people needs; the ten thousand phones behind one mask take days. */
export const LOOKS = { most: 60, windowMs: 10 * 60_000 } as const;

interface Looks {
  readonly sinceMs: number;
  readonly count: number;
}

export class SealedLooks {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #byUser = new Map<string, Looks>();

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** Before the list is read. Throws AppError RATE_LIMITED, DATABASE_UNAVAILABLE. */
  async take(register: AnyRegister, user: RegisterUser, { filters }: Pick<ListQuery, 'filters'>): Promise<void> {
    const sealed = new Set(sealedFields(register).map(([name]) => name));
    const fields = filters.map(({ field }) => field).filter((field) => sealed.has(field));
    if (fields.length === 0) return;
    this.#count(user.userId);
    const { userId, userName, address } = user;
    const entry = { actor: { userId, userName, address }, action: 'register.seek', subject: register.name } as const;
    await insertAudit(this.#pool, { ...entry, outcome: 'ok', detail: { fields } });
  }

  #count(userId: string): void {
    const nowMs = this.#clock.nowMs();
    for (const [id, { sinceMs }] of this.#byUser) if (nowMs - sinceMs >= LOOKS.windowMs) this.#byUser.delete(id);
    const { sinceMs, count } = this.#byUser.get(userId) ?? { sinceMs: nowMs, count: 0 };
    if (count >= LOOKS.most) throw new AppError('RATE_LIMITED', { detail: 'looks by sealed values' });
    this.#byUser.set(userId, { sinceMs, count: count + 1 });
  }
}
