/**
 * Rows of a register that are settings of a topic (db/settings.ts): versions, history and what the engine runs are the
 * setting's. There are some hundreds of a topic, so lists are made here (rows-in-memory.ts). A row's id is its key, written so
 * that an address takes it.
 */
import { AppError } from '../../core/errors.ts';
import { type PoolClient, type Queryable, queryRows } from '../../db/pool.ts';
import { changedValues } from '../../db/registers/changes.ts';
import { lockVersions, type NewSetting, problemOf, putSettings } from '../../db/settings.ts';
import type { AnyRegister, SettingRows } from '../../registers/register.ts';
import { countRows, isInScope, listRows } from './rows-in-memory.ts';
import type {
  Authorship,
  ListQuery,
  NewRow,
  RegisterStore,
  RowList,
  RowScope,
  RowUpdate,
  StoredChange,
  StoredRow,
  StoredValues,
} from './store.ts';

// biome-ignore lint/suspicious/noExplicitAny: as AnyRegister
type AnySettingRows = SettingRows<any>;

const ID_MARK = 'k';
export const settingRowId = (key: string): string => `${ID_MARK}${Buffer.from(key).toString('base64url')}`;
/** null: of no key that could be kept. */
const keyOf = (id: string): string | null => {
  const key = id.startsWith(ID_MARK) ? Buffer.from(id.slice(ID_MARK.length), 'base64url').toString() : '\0';
  return key.includes('\0') ? null : key;
};

interface SettingRow {
  readonly key: string;
  readonly version: number;
  readonly value: unknown;
  readonly by: string;
  readonly atMs: number;
  readonly firstBy: string;
  readonly firstAtMs: number;
  readonly running: StoredRow['running'];
}

export class SettingStore implements RegisterStore {
  readonly #register: AnyRegister;
  readonly #kept: AnySettingRows;

  constructor(register: AnyRegister, kept: AnySettingRows) {
    this.#register = register;
    this.#kept = kept;
  }

  async list(db: Queryable, scope: RowScope, query: ListQuery): Promise<RowList> {
    return listRows(this.#register, await this.rows(db, null), scope, query);
  }

  async count(db: Queryable, scope: RowScope, query: ListQuery, limit: number): Promise<number> {
    return countRows(this.#register, await this.rows(db, null), scope, query, limit);
  }

  async get(db: Queryable, scope: RowScope, id: string): Promise<StoredRow | null> {
    const key = keyOf(id);
    const [row] = key === null ? [] : await this.rows(db, [key]);
    return row !== undefined && isInScope(this.#register, row, scope) ? row : null;
  }

  async byKeys(db: Queryable, companyCodes: readonly string[] | null, keys: readonly string[]): Promise<StoredRow[]> {
    const { key, scope } = this.#register;
    return (await this.rows(db, null)).filter(
      (row) =>
        keys.includes(String(row.values[key])) &&
        (scope === 'park' || (row.companyCode !== null && companyCodes?.includes(row.companyCode) === true)),
    );
  }

  async insert(client: PoolClient, rows: readonly NewRow[], by: Authorship): Promise<readonly StoredRow[]> {
    const made = rows.map(({ values, companyCode }) => this.#settingOf(values, companyCode));
    const held = await lockVersions(
      client,
      this.#kept.topic,
      made.map(({ key }) => key),
    );
    const settings = made.map(({ key, value }): NewSetting => {
      const now = held.get(key);
      if (now !== undefined && now.value !== null) {
        throw new AppError('CONFLICT', { detail: `${this.#register.key}: another row has it` });
      }
      return { topic: this.#kept.topic, key, value, expectedVersion: now?.version ?? 0 };
    });
    return this.#put(client, settings, by);
  }

  async update(client: PoolClient, changes: readonly RowUpdate[], by: Authorship): Promise<readonly StoredRow[]> {
    const before = await this.#lock(client, changes);
    const settings = changes.map(({ id, values, version }): NewSetting => {
      const row = before.get(id) as StoredRow;
      const { key, value } = this.#settingOf({ ...row.values, ...values }, row.companyCode);
      if (key !== keyOf(id)) {
        throw new AppError('INPUT_INVALID', { detail: `${this.#register.key}: names the row for good` });
      }
      return { topic: this.#kept.topic, key, value, expectedVersion: version };
    });
    return this.#put(client, settings, by);
  }

  async remove(client: PoolClient, id: string, version: number, by: Authorship): Promise<void> {
    await this.#lock(client, [{ id, version }]);
    const setting = { topic: this.#kept.topic, key: keyOf(id) ?? '', value: null, expectedVersion: version };
    await putSettings(client, [setting], authorOf(by));
  }

  async history(db: Queryable, id: string): Promise<StoredChange[]> {
    const key = keyOf(id);
    const versions = await queryRows<Omit<StoredChange, 'act' | 'before' | 'after'> & { readonly value: unknown }>(
      db,
      `SELECT version, value, by, (extract(epoch FROM at) * 1000)::bigint AS "atMs", reason FROM setting_version
       WHERE topic = $1 AND key = $2 ORDER BY version`,
      [this.#kept.topic, key],
    );
    let last: StoredValues | null = null;
    const changes = versions.map(({ value, version, by, atMs, reason }): StoredChange => {
      const before: StoredValues | null = last;
      const now = value === null ? null : this.#kept.fromSetting(key ?? '', value).values;
      last = now;
      const act = before === null ? 'create' : now === null ? 'remove' : 'update';
      const differs =
        before !== null && now !== null ? (changedValues(before, now) ?? { before: {}, after: {} }) : null;
      // Without a reason of its own the act stands in its place.
      const said = reason === act || reason === 'import' ? null : reason;
      return {
        version,
        by,
        atMs,
        act: reason === 'import' ? reason : act,
        reason: said,
        ...(differs ?? { before, after: now }),
      };
    });
    return changes.reverse();
  }

  /** Throws AppError INPUT_INVALID with what the topic's check says. */
  #settingOf(values: StoredValues, companyCode: string | null): { readonly key: string; readonly value: unknown } {
    const setting = this.#kept.toSetting(values as never, companyCode);
    const problem = problemOf(this.#kept.topic, setting.key, setting.value);
    if (problem !== null) throw new AppError('INPUT_INVALID', { detail: problem });
    return setting;
  }

  async #put(client: PoolClient, settings: readonly NewSetting[], by: Authorship): Promise<StoredRow[]> {
    await putSettings(client, settings, authorOf(by));
    const keys = settings.map(({ key }) => key);
    const rows = new Map((await this.rows(client, keys)).map((row) => [row.id, row]));
    return keys.map((key) => rows.get(settingRowId(key)) as StoredRow);
  }

  async #lock(
    client: PoolClient,
    wanted: readonly { readonly id: string; readonly version: number }[],
  ): Promise<Map<string, StoredRow>> {
    const keys = wanted.map(({ id }) => keyOf(id) ?? '');
    await lockVersions(client, this.#kept.topic, keys);
    const rows = new Map((await this.rows(client, keys)).map((row) => [row.id, row]));
    for (const { id, version } of wanted) {
      const row = rows.get(id);
      if (row === undefined) throw new AppError('NOT_FOUND', { detail: `${this.#register.name} ${id}` });
      if (row.version !== version) {
        throw new AppError('CONFLICT', { detail: `version ${row.version} holds, by ${row.updatedBy}` });
      }
    }
    return rows;
  }

  /** Those that hold. `keys` null: all. Open to stores that know of more than what is set. */
  protected async rows(db: Queryable, keys: readonly string[] | null): Promise<StoredRow[]> {
    const rows = await queryRows<SettingRow>(
      db,
      `SELECT s.key, s.version, s.value, s.by, (extract(epoch FROM s.at) * 1000)::bigint AS "atMs",
         f.by AS "firstBy", (extract(epoch FROM f.at) * 1000)::bigint AS "firstAtMs",
         CASE WHEN d.value IS NULL THEN NULL
           ELSE jsonb_build_object('version', d.value -> 'version', 'problem', d.value -> 'problem') END AS running
       FROM setting s
       JOIN LATERAL (SELECT v.by, v.at FROM setting_version v WHERE v.topic = s.topic AND v.key = s.key
         ORDER BY v.version LIMIT 1) f ON true
       LEFT JOIN doc d ON d.kind = 'setting' AND d.key = s.topic || ':' || s.key AND NOT d.gone
       WHERE s.topic = $1 AND s.value IS NOT NULL AND ($2::text[] IS NULL OR s.key = ANY ($2)) ORDER BY s.key COLLATE "C"`,
      [this.#kept.topic, keys],
    );
    return rows.map(({ key, version, value, by, atMs, firstBy, firstAtMs, running }): StoredRow => {
      const { companyCode, values } = this.#kept.fromSetting(key, value);
      const times = { createdAtMs: firstAtMs, createdBy: firstBy, updatedAtMs: atMs, updatedBy: by };
      return { id: settingRowId(key), version, companyCode, state: null, values, ...times, fromVendor: [], running };
    });
  }
}

const authorOf = (by: Authorship) => ({ ...by, reason: by.reason ?? by.act });
