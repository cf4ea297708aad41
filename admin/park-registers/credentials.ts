/**
 * Credentials as rows of a register: issued with an id and a secret made here, changed within what the front door understands,
 * revoked for good. Whoever may see the secret asks for it apart (credential-actions.ts). The front door is told after the
 * commit, and of a revocation before it too, so that it holds whatever becomes of the row.
 */
import { AppError } from '../../core/errors.ts';
import { type Pool, type PoolClient, queryRows, sqlState } from '../../db/pool.ts';
import { insertChanges } from '../../db/registers/changes.ts';
import { credentials } from '../../registers/credentials.ts';
import { issueCredential, sealSecret } from '../../security/credential-secret.ts';
import type { CredentialParts } from '../credentials.ts';
import type { Authorship, NewRow, RowUpdate, StoredRow, StoredValues } from '../register/store.ts';
import { TableStore } from '../register/table-store.ts';

const FOREIGN_KEY_VIOLATION = '23503';

export class CredentialStore extends TableStore {
  readonly #parts: Omit<CredentialParts, 'pool'>;

  constructor(parts: Omit<CredentialParts, 'pool'>) {
    super(credentials);
    this.#parts = parts;
  }

  override async insert(client: PoolClient, rows: readonly NewRow[], by: Authorship): Promise<readonly StoredRow[]> {
    const appIds: string[] = [];
    for (const { companyCode, values } of rows) {
      this.#check(values);
      const { appId, appSecret } = issueCredential();
      appIds.push(appId);
      await this.#insert(client, appId, sealSecret(this.#parts.sealer, appId, appSecret), companyCode, values, by);
    }
    const companies = rows.flatMap(({ companyCode }) => companyCode ?? []);
    const made = new Map((await this.byKeys(client, companies, appIds)).map((row) => [row.values['appId'], row]));
    const stored = appIds.map((appId) => made.get(appId) as StoredRow);
    const told = stored.map(({ id, values, state }) => ({
      rowId: id,
      version: 1,
      before: null,
      after: { ...values, state },
    }));
    await insertChanges(client, credentials.name, told, by);
    return stored;
  }

  override async update(
    client: PoolClient,
    changes: readonly RowUpdate[],
    by: Authorship,
  ): Promise<readonly StoredRow[]> {
    for (const { values } of changes) this.#check(values);
    const rows = await super.update(client, changes, by);
    for (const [i, row] of rows.entries()) {
      if (changes[i]?.state === 'revoked') await this.#parts.announcer.revoked(String(row.values['appId']), by.atMs);
    }
    return rows;
  }

  /** Nothing is waited for: the front door is told that what it knows is old. */
  async settle(_db: Pool, row: StoredRow): Promise<StoredRow> {
    await this.#parts.announcer.changed(String(row.values['appId']));
    return row;
  }

  #check(values: StoredValues): void {
    const { knownInterfaces, isAddressEntry } = this.#parts;
    const named = (values['interfaces'] ?? []) as string[];
    const unknown = named.find((name) => !knownInterfaces.includes(name));
    if (unknown !== undefined) throw new AppError('INPUT_INVALID', { detail: `interfaces: ${unknown} is unknown` });
    const unreadable = linesOf(values['addresses'])?.find((entry) => !isAddressEntry(entry));
    if (unreadable !== undefined) {
      throw new AppError('INPUT_INVALID', {
        detail: `addresses: ${unreadable} is neither an address nor a CIDR block`,
      });
    }
  }

  async #insert(
    client: PoolClient,
    appId: string,
    sealed: string,
    companyCode: string | null,
    values: StoredValues,
    by: Authorship,
  ): Promise<void> {
    try {
      await queryRows(
        client,
        `INSERT INTO credential (app_id, company_code, label, secret_sealed, interfaces, addresses, rate_records_per_s, sandbox,
           created_at, created_by, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10)`,
        [
          appId,
          companyCode,
          values['label'],
          sealed,
          listOrNull((values['interfaces'] ?? null) as string[] | null),
          linesOf(values['addresses']),
          values['rateRecordsPerS'] ?? null,
          values['sandbox'] ?? false,
          new Date(by.atMs),
          by.userName,
        ],
      );
    } catch (cause) {
      if (sqlState(cause) !== FOREIGN_KEY_VIOLATION) throw cause;
      throw new AppError('INPUT_INVALID', { detail: 'companyCode: no such company', cause });
    }
  }
}

const listOrNull = (list: string[] | null): string[] | null => (list === null || list.length === 0 ? null : list);

/** Empty: null, which lets in everybody; an empty list would let in nobody. */
const linesOf = (text: unknown): string[] | null =>
  listOrNull(
    String(text ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  );
