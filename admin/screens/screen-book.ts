/** Wall screens and their codes as they are kept. Twin: memory-screen-book.ts. Invariant: a code is taken once, and never after its time. */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { SCREENS_MAX } from '../../core/screen-api.ts';
import { type Pool, queryRows, withTransaction } from '../../db/pool.ts';
import { type Actor, type AuditAction, insertAudit } from '../audit.ts';

export interface KeptScreen {
  readonly screenId: string;
  readonly name: string;
  readonly addedAtMs: number;
  readonly addedBy: string;
  readonly codeUntilMs: number | null;
}

export interface KeptCode {
  readonly hash: string;
  readonly untilMs: number;
}

/** Throws AppError DATABASE_UNAVAILABLE. Every change is audited. */
export interface ScreenBook {
  /** By name. */
  all(): Promise<KeptScreen[]>;
  /** Returns its id. Throws AppError CONFLICT: the name is there, or SCREENS_MAX are. */
  add(name: string, code: KeptCode, actor: Actor): Promise<string>;
  /** In place of an earlier one. Throws AppError NOT_FOUND. */
  setCode(screenId: string, code: KeptCode, actor: Actor): Promise<void>;
  /** null: there is none, or its time is over. */
  byCode(hash: string): Promise<Pick<KeptScreen, 'screenId' | 'name'> | null>;
  /** Takes the code. false: it is gone meanwhile, or the screen is. */
  take(hash: string, address: string): Promise<boolean>;
  /** Throws AppError NOT_FOUND. */
  remove(screenId: string, actor: Actor): Promise<void>;
}

const atMs = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

export class StoredScreenBook implements ScreenBook {
  readonly #pool: Pool;
  readonly #clock: Clock;

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  all(): Promise<KeptScreen[]> {
    return queryRows(
      this.#pool,
      `SELECT id AS "screenId", name, ${atMs('added_at')} AS "addedAtMs", added_by AS "addedBy",
         CASE WHEN code_until > $1 THEN ${atMs('code_until')} END AS "codeUntilMs"
       FROM screen ORDER BY name COLLATE "C"`,
      [this.#now()],
    );
  }

  add(name: string, code: KeptCode, actor: Actor): Promise<string> {
    const sql = `INSERT INTO screen (name, added_at, added_by, code_hash, code_until)
      SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM screen) < $6
      ON CONFLICT (name) DO NOTHING RETURNING id AS "screenId", name`;
    const values = [name, this.#now(), actor.userName, code.hash, new Date(code.untilMs), SCREENS_MAX];
    return this.#change('screen.add', actor, sql, values, 'CONFLICT');
  }

  async setCode(screenId: string, code: KeptCode, actor: Actor): Promise<void> {
    const sql = `UPDATE screen SET code_hash = $2, code_until = $3 WHERE id = $1 RETURNING id AS "screenId", name`;
    await this.#change('screen.code', actor, sql, [screenId, code.hash, new Date(code.untilMs)], 'NOT_FOUND');
  }

  async byCode(hash: string): Promise<Pick<KeptScreen, 'screenId' | 'name'> | null> {
    const sql = 'SELECT id AS "screenId", name FROM screen WHERE code_hash = $1 AND code_until > $2';
    const [screen] = await queryRows<{ screenId: string; name: string }>(this.#pool, sql, [hash, this.#now()]);
    return screen ?? null;
  }

  async take(hash: string, address: string): Promise<boolean> {
    const sql = `UPDATE screen SET code_hash = NULL, code_until = NULL
      WHERE code_hash = $1 AND code_until > $2 RETURNING id AS "screenId", name`;
    return withTransaction(this.#pool, async (client) => {
      const [screen] = await queryRows<{ name: string }>(client, sql, [hash, this.#now()]);
      if (screen === undefined) return false;
      const actor = { userId: null, userName: screen.name, address };
      await insertAudit(client, { actor, action: 'screen.start', subject: screen.name, outcome: 'ok' });
      return true;
    });
  }

  async remove(screenId: string, actor: Actor): Promise<void> {
    const sql = 'DELETE FROM screen WHERE id = $1 RETURNING id AS "screenId", name';
    await this.#change('screen.remove', actor, sql, [screenId], 'NOT_FOUND');
  }

  #now(): Date {
    return new Date(this.#clock.nowMs());
  }

  /** Returns the id of the one screen that `sql` changes; throws `otherwise` where it changes none. */
  #change(
    action: AuditAction,
    actor: Actor,
    sql: string,
    values: readonly unknown[],
    otherwise: 'CONFLICT' | 'NOT_FOUND',
  ): Promise<string> {
    return withTransaction(this.#pool, async (client) => {
      const [screen] = await queryRows<{ screenId: string; name: string }>(client, sql, [...values]);
      if (screen === undefined) throw new AppError(otherwise, { detail: 'screen' });
      await insertAudit(client, { actor, action, subject: screen.name, outcome: 'ok' });
      return screen.screenId;
    });
  }
}
