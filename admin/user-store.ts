/** Accounts and audit in PostgreSQL (tables app_user and audit). Every write commits together with its audit row. */
import { AppError } from '../core/errors.ts';
import { type Pool, type PoolClient, queryRows, sqlState, withTransaction } from '../db/pool.ts';
import { PASSWORD_RULES } from '../security/password.ts';
import type { Role } from '../stream/protocol/vocabulary.ts';
import { type AuditEntry, insertAudit } from './audit.ts';
import { listedOf } from './listed-user.ts';
import type { ListedUser, NewUser, PasswordSet, StoredUser, UserStore } from './ports.ts';

interface UserRow {
  id: string;
  name: string;
  display_name: string;
  role: Role;
  company_code: string | null;
  department: string | null;
  contractor_code: string | null;
  password_hash: string | null;
  password_history: string[];
  must_change_password: boolean;
  password_changed_at: Date;
  locked_until: Date | null;
  disabled: boolean;
  unconfirmed: boolean;
}

const COLUMNS = `id, name, display_name, role, company_code, department, contractor_code, password_hash,
  password_history, must_change_password, password_changed_at, locked_until, disabled, unconfirmed`;

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

export class PgUserStore implements UserStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async findByName(name: string): Promise<StoredUser | null> {
    const [row] = await queryRows<UserRow>(this.#pool, `SELECT ${COLUMNS} FROM app_user WHERE name = $1`, [name]);
    return row === undefined ? null : userOf(row);
  }

  async add(user: NewUser, audit: AuditEntry): Promise<StoredUser> {
    try {
      return await withTransaction(this.#pool, async (client) => {
        const [row] = await queryRows<UserRow>(
          client,
          `INSERT INTO app_user
             (name, display_name, role, company_code, department, contractor_code, password_hash, must_change_password,
              password_changed_at, created_by, updated_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) RETURNING ${COLUMNS}`,
          [
            user.name,
            user.displayName,
            user.role,
            user.companyCode,
            user.department,
            user.contractorCode,
            user.passwordHash,
            user.mustChangePassword,
            new Date(user.passwordChangedAtMs),
            audit.actor.userName,
          ],
        );
        if (row === undefined) throw new Error('INSERT INTO app_user returned no row');
        await insertAudit(client, audit);
        return userOf(row);
      });
    } catch (cause) {
      const state = sqlState(cause);
      if (state === UNIQUE_VIOLATION) throw new AppError('CONFLICT', { detail: `user ${user.name}`, cause });
      if (state === FOREIGN_KEY_VIOLATION) {
        throw new AppError('NOT_FOUND', { detail: `company ${user.companyCode}`, cause });
      }
      throw cause;
    }
  }

  async stands(userId: string, passwordChangedAtMs: number): Promise<boolean> {
    // The lock waits for whoever is disabling the account or changing its password now.
    const [row] = await queryRows<{ at: Date }>(
      this.#pool,
      `SELECT password_changed_at AS at FROM app_user WHERE id = $1 AND NOT disabled AND NOT unconfirmed FOR SHARE`,
      [userId],
    );
    return row?.at.getTime() === passwordChangedAtMs;
  }

  async recordSignIn(userId: string, atMs: number, rehashed: string | null, audit: AuditEntry): Promise<void> {
    await this.#change(audit, (client) =>
      queryRows(
        client,
        `UPDATE app_user SET failed_count = 0, locked_until = NULL, last_sign_in_at = $2,
           password_hash = coalesce($3, password_hash) WHERE id = $1`,
        [userId, new Date(atMs), rehashed],
      ),
    );
  }

  async recordFailure(
    userId: string,
    failures: number,
    lockedUntilMs: number | null,
    audit: AuditEntry,
  ): Promise<void> {
    await this.#change(audit, (client) =>
      queryRows(client, `UPDATE app_user SET failed_count = $2, locked_until = $3 WHERE id = $1`, [
        userId,
        failures,
        lockedUntilMs === null ? null : new Date(lockedUntilMs),
      ]),
    );
  }

  async setPassword(userId: string, change: PasswordSet, audit: AuditEntry): Promise<void> {
    await this.#change(audit, async (client) => {
      const changed = await queryRows(
        client,
        `UPDATE app_user SET password_hash = $3, password_changed_at = $4, must_change_password = $5,
           failed_count = 0, locked_until = NULL,
           password_history = (array_remove(ARRAY[password_hash], NULL) || password_history)[1:$6]
         WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $2 RETURNING id`,
        [
          userId,
          change.oldHash,
          change.newHash,
          new Date(change.atMs),
          change.mustChangePassword,
          PASSWORD_RULES.historyLength,
        ],
      );
      if (changed.length === 0) throw new AppError('CONFLICT', { detail: 'the password was changed meanwhile' });
    });
  }

  async list(): Promise<ListedUser[]> {
    const rows = await queryRows<UserRow & { last_sign_in_at: Date | null }>(
      this.#pool,
      `SELECT ${COLUMNS}, last_sign_in_at FROM app_user ORDER BY name`,
    );
    return rows.map((row) => ({ ...listedOf(userOf(row)), lastSignInAtMs: row.last_sign_in_at?.getTime() ?? null }));
  }

  async write(entry: AuditEntry): Promise<void> {
    await insertAudit(this.#pool, entry);
  }

  async #change(audit: AuditEntry, work: (client: PoolClient) => Promise<unknown>): Promise<void> {
    await withTransaction(this.#pool, async (client) => {
      await work(client);
      await insertAudit(client, audit);
    });
  }
}

function userOf(row: UserRow): StoredUser {
  return {
    userId: row.id,
    name: row.name,
    displayName: row.display_name,
    role: row.role,
    companyCode: row.company_code,
    department: row.department,
    contractorCode: row.contractor_code,
    passwordHash: row.password_hash,
    passwordHistory: row.password_history,
    mustChangePassword: row.must_change_password,
    passwordChangedAtMs: row.password_changed_at.getTime(),
    lockedUntilMs: row.locked_until?.getTime() ?? null,
    disabled: row.disabled,
    unconfirmed: row.unconfirmed,
  };
}
