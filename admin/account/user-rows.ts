/**
 * Accounts as rows of the registers `users` and `company-users`: read from app_user, judged by governance.ts once more, since
 * who governs whom depends on the row. Sessions of an account that is disabled, or moves to another desk, end at once.
 */
import { AppError } from '../../core/errors.ts';
import { type PoolClient, type Queryable, queryRows, sqlState } from '../../db/pool.ts';
import { changedValues, insertChanges, readChanges } from '../../db/registers/changes.ts';
import type { AnyRegister } from '../../registers/register.ts';
import type { UserState } from '../../registers/users.ts';
import { isAdministrator } from '../../security/role-policy.ts';
import { foldUserName } from '../../security/session-attempts.ts';
import type { Sessions } from '../../security/sessions.ts';
import type { Role } from '../../stream/protocol/vocabulary.ts';
import { countRows, isInScope, listRows } from '../register/rows-in-memory.ts';
import type {
  Authorship,
  ListQuery,
  NewRow,
  RegisterStore,
  RowList,
  RowScope,
  RowUpdate,
  StoredRow,
  StoredValues,
} from '../register/store.ts';
import { type GoverningAct, governs } from './governance.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const ID_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly role: Role;
  readonly company_code: string | null;
  readonly department: string | null;
  readonly contractor_code: string | null;
  readonly password: 'none' | 'first' | 'set';
  readonly factor: 'none' | 'totp' | 'sm2' | 'both';
  readonly locked_until: number | null;
  readonly last_sign_in_at: number | null;
  readonly state: UserState;
  readonly version: number;
  readonly created_at: number;
  readonly created_by: string;
  readonly updated_at: number;
  readonly updated_by: string;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint AS ${column.slice(2)}`;
const SELECT = `SELECT u.id, u.name, u.display_name, u.role, u.company_code, u.department, u.contractor_code,
  CASE WHEN u.password_hash IS NULL THEN 'none' WHEN u.must_change_password THEN 'first' ELSE 'set' END AS password,
  coalesce((SELECT CASE count(*) WHEN 1 THEN min(f.kind) WHEN 2 THEN 'both' END FROM user_factor f WHERE f.user_id = u.id),
    'none') AS factor,
  CASE WHEN u.disabled THEN 'disabled' WHEN u.unconfirmed THEN 'unconfirmed' ELSE 'active' END AS state,
  ${ms('u.locked_until')}, ${ms('u.last_sign_in_at')}, u.version,
  ${ms('u.created_at')}, u.created_by, ${ms('u.updated_at')}, u.updated_by
  FROM app_user u`;

export class UserRows implements RegisterStore {
  readonly #register: AnyRegister;
  readonly #sessions: Pick<Sessions, 'endAll'>;
  readonly #ofCompanies: boolean;

  constructor(register: AnyRegister, sessions: Pick<Sessions, 'endAll'>) {
    this.#register = register;
    this.#sessions = sessions;
    this.#ofCompanies = register.scope === 'company';
  }

  async list(db: Queryable, scope: RowScope, query: ListQuery): Promise<RowList> {
    return listRows(this.#register, await this.#all(db), scope, query);
  }

  async count(db: Queryable, scope: RowScope, query: ListQuery, limit: number): Promise<number> {
    return countRows(this.#register, await this.#all(db), scope, query, limit);
  }

  async get(db: Queryable, scope: RowScope, id: string): Promise<StoredRow | null> {
    const row = await this.#one(db, id);
    return row !== null && isInScope(this.#register, row, scope) ? row : null;
  }

  async byKeys(db: Queryable, companyCodes: readonly string[] | null, keys: readonly string[]): Promise<StoredRow[]> {
    const rows = await queryRows<UserRow>(
      db,
      `${SELECT} WHERE u.name = ANY ($1::text[]) AND ${
        this.#ofCompanies ? 'u.company_code = ANY ($2::text[])' : 'u.company_code IS NULL AND $2::text[] IS NOT NULL'
      }`,
      [keys, companyCodes ?? []],
    );
    return rows.map((row) => this.#shape(row));
  }

  async insert(client: PoolClient, rows: readonly NewRow[], by: Authorship): Promise<StoredRow[]> {
    const at = new Date(by.atMs);
    const stored: StoredRow[] = [];
    for (const { companyCode, values } of rows) {
      const role = values['role'] as Role;
      await this.#judge(client, by, { userId: '', role, companyCode }, 'make');
      const made = await attempt(String(values['name']), companyCode, () =>
        queryRows<{ id: string }>(
          client,
          `INSERT INTO app_user (name, display_name, role, company_code, department, contractor_code, unconfirmed,
             must_change_password, password_changed_at, created_at, created_by, updated_at, updated_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8, $8, $9, $8, $9) RETURNING id`,
          [
            foldUserName(String(values['name'])),
            values['displayName'],
            role,
            companyCode,
            (this.#ofCompanies ? values['office'] : values['department']) ?? null,
            values['contractorCode'] ?? null,
            isAdministrator(role),
            at,
            by.userName,
          ],
        ),
      );
      const row = await this.#one(client, made[0]?.id ?? '');
      if (row !== null) stored.push(row);
    }
    const changes = stored.map((row) => ({ rowId: row.id, version: 1, before: null, after: told(row) }));
    await insertChanges(client, this.#register.name, changes, by);
    return stored;
  }

  async update(client: PoolClient, changes: readonly RowUpdate[], by: Authorship): Promise<StoredRow[]> {
    const stored: StoredRow[] = [];
    for (const { id, version, values, state } of changes) {
      const before = await this.#lock(client, id, version);
      const account = {
        userId: id,
        role: before.values['role'] as Role,
        companyCode: before.companyCode,
      };
      if (state !== undefined) await this.#judge(client, by, account, actOf(before.state, state));
      if (Object.keys(values).length > 0) await this.#judge(client, by, account, 'change');
      const next = { ...before.values, ...values };
      const desk = this.#ofCompanies ? 'office' : 'department';
      await queryRows(
        client,
        `UPDATE app_user SET display_name = $2, department = $3, disabled = $4, unconfirmed = $5, version = version + 1,
           updated_at = $6, updated_by = $7 WHERE id = $1`,
        [
          id,
          next['displayName'],
          next[desk] ?? null,
          (state ?? before.state) === 'disabled',
          // An administrator's account that comes back is confirmed anew by whoever enables it, who is the second person.
          (state ?? before.state) === 'unconfirmed',
          new Date(by.atMs),
          by.userName,
        ],
      );
      // A session says whose it is, of which department: what was said before must not hold on.
      if (state === 'disabled' || next[desk] !== before.values[desk]) await this.#sessions.endAll(id);
      const row = await this.#one(client, id);
      if (row === null) throw new AppError('NOT_FOUND');
      const differs = changedValues(told(before), told(row)) ?? { before: {}, after: {} };
      await insertChanges(client, this.#register.name, [{ rowId: id, version: row.version, ...differs }], by);
      stored.push(row);
    }
    return stored;
  }

  /** What an account did stands under its name for good. */
  async remove(): Promise<void> {
    throw new AppError('FORBIDDEN', { detail: 'an account is disabled, not removed' });
  }

  history(db: Queryable, id: string): ReturnType<typeof readChanges> {
    return readChanges(db, this.#register.name, id);
  }

  async #judge(
    client: PoolClient,
    by: Authorship,
    account: { readonly userId: string; readonly role: Role; readonly companyCode: string | null },
    act: GoverningAct,
  ): Promise<void> {
    const [author] = await queryRows<{ role: Role; company_code: string | null }>(
      client,
      'SELECT role, company_code FROM app_user WHERE id::text = $1 AND NOT disabled AND NOT unconfirmed',
      [by.userId],
    );
    const isAllowed =
      author !== undefined &&
      governs({ userId: by.userId, role: author.role, companyCode: author.company_code }, account, act);
    if (!isAllowed) throw new AppError('FORBIDDEN', { detail: `${act}: not of this account` });
  }

  async #lock(client: PoolClient, id: string, version: number): Promise<StoredRow> {
    const [held] = ID_FORM.test(id)
      ? await queryRows<{ version: number }>(client, 'SELECT version FROM app_user WHERE id = $1 FOR UPDATE', [id])
      : [];
    const row = await this.#one(client, id);
    if (held === undefined || row === null) throw new AppError('NOT_FOUND', { detail: `${this.#register.name} ${id}` });
    if (held.version !== version) {
      throw new AppError('CONFLICT', { detail: `version ${held.version} holds, by ${row.updatedBy}` });
    }
    return row;
  }

  async #all(db: Queryable): Promise<StoredRow[]> {
    const rows = await queryRows<UserRow>(
      db,
      `${SELECT} WHERE u.company_code IS ${this.#ofCompanies ? 'NOT ' : ''}NULL`,
    );
    return rows.map((row) => this.#shape(row));
  }

  async #one(db: Queryable, id: string): Promise<StoredRow | null> {
    if (!ID_FORM.test(id)) return null;
    const [row] = await queryRows<UserRow>(
      db,
      `${SELECT} WHERE u.id = $1 AND u.company_code IS ${this.#ofCompanies ? 'NOT ' : ''}NULL`,
      [id],
    );
    return row === undefined ? null : this.#shape(row);
  }

  #shape(row: UserRow): StoredRow {
    const own = this.#ofCompanies
      ? { office: row.department }
      : { department: row.department, contractorCode: row.contractor_code };
    return {
      id: row.id,
      version: row.version,
      companyCode: row.company_code,
      state: row.state,
      values: {
        name: row.name,
        displayName: row.display_name,
        role: row.role,
        ...own,
        password: row.password,
        factor: row.factor,
        lockedUntil: row.locked_until,
        lastSignInAt: row.last_sign_in_at,
      },
      createdAtMs: row.created_at,
      createdBy: row.created_by,
      updatedAtMs: row.updated_at,
      updatedBy: row.updated_by,
      fromVendor: [],
      running: null,
    };
  }
}

/** For the history: what somebody wrote, not what the system notes of sign-ins. */
function told({ values, state }: StoredRow): StoredValues {
  const { password: _p, factor: _f, lockedUntil: _l, lastSignInAt: _s, ...written } = values;
  return { ...written, state };
}

function actOf(from: string | null, to: string): GoverningAct {
  if (to === 'disabled') return 'disable';
  return from === 'unconfirmed' ? 'confirm' : 'enable';
}

async function attempt<T>(name: string, companyCode: string | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (sqlState(cause) === UNIQUE_VIOLATION)
      throw new AppError('CONFLICT', { detail: `name: ${name} is taken`, cause });
    if (sqlState(cause) === FOREIGN_KEY_VIOLATION) {
      throw new AppError('INPUT_INVALID', { detail: `companyCode: no company ${companyCode}`, cause });
    }
    throw cause;
  }
}
