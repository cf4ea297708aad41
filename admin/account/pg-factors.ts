/** Second factors in PostgreSQL (tables user_factor and user_recovery_code). */
import type { FactorKind } from '../../core/account-api.ts';
import { type Pool, type PoolClient, queryRows, withTransaction } from '../../db/pool.ts';
import { type AuditEntry, insertAudit } from '../audit.ts';
import type { FactorStore, NewTotp, StoredFactor } from './factors.ts';

interface FactorRow {
  kind: FactorKind;
  secret_sealed: string | null;
  public_key: string | null;
  created_at: Date;
  last_used_at: Date | null;
}

export class PgFactorStore implements FactorStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async of(userId: string): Promise<StoredFactor[]> {
    const rows = await queryRows<FactorRow>(
      this.#pool,
      'SELECT kind, secret_sealed, public_key, created_at, last_used_at FROM user_factor WHERE user_id = $1 ORDER BY kind',
      [userId],
    );
    return rows.map((row) => ({
      kind: row.kind,
      secretSealed: row.secret_sealed,
      publicKey: row.public_key,
      createdAtMs: row.created_at.getTime(),
      lastUsedAtMs: row.last_used_at?.getTime() ?? null,
    }));
  }

  async recoveryCodesLeft(userId: string): Promise<number> {
    const [row] = await queryRows<{ left: number }>(
      this.#pool,
      'SELECT count(*)::int AS left FROM user_recovery_code WHERE user_id = $1 AND used_at IS NULL',
      [userId],
    );
    return row?.left ?? 0;
  }

  putTotp(userId: string, { secretSealed, step, recoveryHashes, atMs }: NewTotp, audit: AuditEntry): Promise<void> {
    return this.#change(audit, async (client) => {
      await queryRows(
        client,
        `INSERT INTO user_factor (user_id, kind, secret_sealed, last_step, created_at, created_by)
         VALUES ($1, 'totp', $2, $3, $4, $5)
         ON CONFLICT (user_id, kind) DO UPDATE SET secret_sealed = excluded.secret_sealed,
           last_step = greatest(user_factor.last_step, excluded.last_step), created_at = excluded.created_at,
           created_by = excluded.created_by, last_used_at = NULL`,
        [userId, secretSealed, step, new Date(atMs), audit.actor.userName],
      );
      await queryRows(client, 'DELETE FROM user_recovery_code WHERE user_id = $1', [userId]);
      await queryRows(client, 'INSERT INTO user_recovery_code (user_id, code_hash) SELECT $1, unnest($2::text[])', [
        userId,
        recoveryHashes,
      ]);
    });
  }

  putSm2(userId: string, publicKey: string, atMs: number, audit: AuditEntry): Promise<void> {
    return this.#change(audit, (client) =>
      queryRows(
        client,
        `INSERT INTO user_factor (user_id, kind, public_key, created_at, created_by) VALUES ($1, 'sm2', $2, $3, $4)
         ON CONFLICT (user_id, kind) DO UPDATE SET public_key = excluded.public_key, created_at = excluded.created_at,
           created_by = excluded.created_by, last_used_at = NULL`,
        [userId, publicKey, new Date(atMs), audit.actor.userName],
      ),
    );
  }

  async takeStep(userId: string, step: number, atMs: number): Promise<boolean> {
    const taken = await queryRows(
      this.#pool,
      `UPDATE user_factor SET last_step = $2, last_used_at = $3
       WHERE user_id = $1 AND kind = 'totp' AND last_step < $2 RETURNING id`,
      [userId, step, new Date(atMs)],
    );
    return taken.length === 1;
  }

  async takeRecoveryCode(userId: string, hash: string, atMs: number): Promise<boolean> {
    const taken = await queryRows(
      this.#pool,
      `UPDATE user_recovery_code SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL
       RETURNING code_hash`,
      [userId, hash, new Date(atMs)],
    );
    return taken.length === 1;
  }

  async noteUse(userId: string, kind: FactorKind, atMs: number): Promise<void> {
    await queryRows(this.#pool, 'UPDATE user_factor SET last_used_at = $3 WHERE user_id = $1 AND kind = $2', [
      userId,
      kind,
      new Date(atMs),
    ]);
  }

  remove(userId: string, audit: AuditEntry): Promise<void> {
    return this.#change(audit, async (client) => {
      await queryRows(client, 'DELETE FROM user_factor WHERE user_id = $1', [userId]);
      await queryRows(client, 'DELETE FROM user_recovery_code WHERE user_id = $1', [userId]);
    });
  }

  async #change(audit: AuditEntry, work: (client: PoolClient) => Promise<unknown>): Promise<void> {
    await withTransaction(this.#pool, async (client) => {
      await work(client);
      await insertAudit(client, audit);
    });
  }
}
