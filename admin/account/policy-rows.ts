/** Sign-in policies as rows of the register `role-policies`, one for each role; a role that nobody changed has the defaults. */
import { isIP } from 'node:net';
import { AppError } from '../../core/errors.ts';
import { type PoolClient, type Queryable, queryRows } from '../../db/pool.ts';
import { changedValues, insertChanges, readChanges } from '../../db/registers/changes.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { compileAddressList } from '../../security/address-list.ts';
import { defaultPolicy } from '../../security/role-policy.ts';
import type { Sessions } from '../../security/sessions.ts';
import { ROLES, type Role } from '../../stream/protocol/vocabulary.ts';
import { countRows, listRows } from '../register/rows-in-memory.ts';
import type {
  Authorship,
  ListQuery,
  RegisterStore,
  RowList,
  RowScope,
  RowUpdate,
  StoredRow,
} from '../register/store.ts';

interface PolicyRow {
  readonly role: Role;
  readonly second_factor: boolean;
  readonly single_session: boolean;
  readonly addresses: readonly string[] | null;
  readonly version: number;
  readonly updated_at: Date;
  readonly updated_by: string;
}

export class PolicyRows implements RegisterStore {
  readonly #register: AnyRegister;
  readonly #sessions: Pick<Sessions, 'list'>;

  constructor(register: AnyRegister, sessions: Pick<Sessions, 'list'>) {
    this.#register = register;
    this.#sessions = sessions;
  }

  async list(db: Queryable, scope: RowScope, query: ListQuery): Promise<RowList> {
    return listRows(this.#register, await this.#all(db), scope, query);
  }

  async count(db: Queryable, scope: RowScope, query: ListQuery, limit: number): Promise<number> {
    return countRows(this.#register, await this.#all(db), scope, query, limit);
  }

  async get(db: Queryable, _scope: RowScope, id: string): Promise<StoredRow | null> {
    return (await this.#all(db)).find((row) => row.id === id) ?? null;
  }

  async byKeys(db: Queryable, _companyCodes: readonly string[] | null, keys: readonly string[]): Promise<StoredRow[]> {
    return (await this.#all(db)).filter((row) => keys.includes(row.id));
  }

  async insert(): Promise<StoredRow[]> {
    throw new AppError('FORBIDDEN', { detail: 'each role has its policy' });
  }

  async update(client: PoolClient, changes: readonly RowUpdate[], by: Authorship): Promise<StoredRow[]> {
    // One policy is changed at a time, by whomever: a row that is not there yet cannot be locked.
    await queryRows(client, 'LOCK TABLE role_policy IN SHARE ROW EXCLUSIVE MODE');
    const stored: StoredRow[] = [];
    for (const { id, version, values } of changes) {
      const before = await this.get(client, { companyCode: null, contractorCode: null }, id);
      if (before === null) throw new AppError('NOT_FOUND');
      if (before.version !== version) {
        throw new AppError('CONFLICT', { detail: `version ${before.version} holds, by ${before.updatedBy}` });
      }
      const next = { ...before.values, ...values };
      const addresses = entriesOf((next['addresses'] as string | null) ?? '');
      await this.#refuseLockOut(client, id as Role, addresses, by);
      await queryRows(
        client,
        `INSERT INTO role_policy (role, second_factor, single_session, addresses, version, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (role) DO UPDATE SET second_factor = excluded.second_factor, single_session = excluded.single_session,
           addresses = excluded.addresses, version = excluded.version, updated_at = excluded.updated_at,
           updated_by = excluded.updated_by`,
        [
          id,
          next['secondFactor'],
          next['singleSession'],
          addresses.length === 0 ? null : addresses,
          version + 1,
          new Date(by.atMs),
          by.userName,
        ],
      );
      const row = await this.get(client, { companyCode: null, contractorCode: null }, id);
      if (row === null) throw new AppError('NOT_FOUND');
      const differs = changedValues(before.values, row.values) ?? { before: {}, after: {} };
      await insertChanges(client, this.#register.name, [{ rowId: id, version: row.version, ...differs }], by);
      stored.push(row);
    }
    return stored;
  }

  async remove(): Promise<void> {
    throw new AppError('FORBIDDEN', { detail: 'each role has its policy' });
  }

  history(db: Queryable, id: string): ReturnType<typeof readChanges> {
    return readChanges(db, this.#register.name, id);
  }

  /** A list that does not let its author's own sessions in would have nobody to mend it. */
  async #refuseLockOut(client: PoolClient, role: Role, addresses: readonly string[], by: Authorship): Promise<void> {
    const [author] = await queryRows<{ role: Role }>(client, 'SELECT role FROM app_user WHERE id::text = $1', [
      by.userId,
    ]);
    if (author?.role !== role || addresses.length === 0) return;
    const lets = compileAddressList(addresses);
    const own = (await this.#sessions.list(by.userId)).map(({ address }) => address);
    const shutOut = own.find((address) => !lets(address));
    if (shutOut !== undefined || own.length === 0) {
      throw new AppError('INPUT_INVALID', {
        detail: `addresses: they would shut you out (${shutOut ?? 'no session'})`,
      });
    }
  }

  async #all(db: Queryable): Promise<StoredRow[]> {
    const kept = new Map(
      (await queryRows<PolicyRow>(db, 'SELECT * FROM role_policy')).map((row) => [row.role, row] as const),
    );
    return ROLES.map((role) => {
      const row = kept.get(role);
      const policy = defaultPolicy(role);
      const atMs = row?.updated_at.getTime() ?? 0;
      return {
        id: role,
        version: row?.version ?? 1,
        companyCode: null,
        state: null,
        values: {
          role,
          secondFactor: row?.second_factor ?? policy.secondFactor,
          singleSession: row?.single_session ?? policy.singleSession,
          addresses: row?.addresses?.join('\n') ?? null,
        },
        createdAtMs: atMs,
        createdBy: row?.updated_by ?? '',
        updatedAtMs: atMs,
        updatedBy: row?.updated_by ?? '',
        fromVendor: [],
        running: null,
      };
    });
  }
}

/** Throws INPUT_INVALID for what is neither an address nor a range. */
function entriesOf(text: string): string[] {
  const entries = text.split(/[\s,;，；]+/).filter((entry) => entry !== '');
  const wrong = entries.find((entry) => {
    const [network = '', prefix, ...rest] = entry.split('/');
    const version = isIP(network);
    if (version === 0 || rest.length > 0) return true;
    return prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128));
  });
  if (wrong !== undefined)
    throw new AppError('INPUT_INVALID', { detail: `addresses: ${wrong} is no address or range` });
  return entries;
}
