/**
 * Vendor credentials of a company: issued, listed, changed, rotated, revoked (table credential). A secret leaves once, in the
 * answer to its issue or rotation; the row holds it sealed under the master key. A revocation is told to the front door before
 * and beside the row, so it holds also while PostgreSQL is down; it is never taken back, a new credential is issued instead.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Pool, type PoolClient, queryRows, sqlState, withTransaction } from '../db/pool.ts';
import { issueCredential, sealSecret } from '../security/credential-secret.ts';
import type { Sealer } from '../security/gm.ts';
import { type Actor, insertAudit } from './audit.ts';
import type { InputFault } from './route.ts';

/** Tells the vendor front door what changed. */
export interface CredentialAnnouncer {
  changed(appId: string): Promise<void>;
  /** Holds from now on, whatever PostgreSQL says. */
  revoked(appId: string, atMs: number): Promise<void>;
}

/** What a credential may; may be changed later. */
export interface CredentialBounds {
  /** null: all interfaces. */
  readonly interfaces: readonly string[] | null;
  /** Addresses and CIDR blocks; null: any. */
  readonly addresses: readonly string[] | null;
  /** null: the park's default. */
  readonly rateRecordsPerS: number | null;
}

export interface CredentialRequest extends CredentialBounds {
  readonly companyCode: string;
  /** null: one is made. */
  readonly appId: string | null;
  readonly label: string;
  /** Answered in full, kept nowhere. */
  readonly sandbox: boolean;
}

/** App id and the secret, which is shown this once. */
export interface IssuedSecret {
  readonly appId: string;
  readonly appSecret: string;
}

export interface ListedCredential extends Omit<CredentialRequest, 'appId'> {
  readonly appId: string;
  readonly status: 'active' | 'revoked';
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** Until when the secret before the last rotation holds; null: there is none. */
  readonly previousSecretUntil: Date | null;
}

export interface CredentialParts {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly announcer: CredentialAnnouncer;
  /** Interface names the front door knows, and whether it can read an address entry. */
  readonly knownInterfaces: readonly string[];
  readonly isAddressEntry: (entry: string) => boolean;
}

const APP_ID_FORM = /^[A-Za-z0-9_-]{1,64}$/;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Throws AppError NOT_FOUND (no such company), CONFLICT (the app id is taken), DATABASE_UNAVAILABLE. */
export async function issueCompanyCredential(
  parts: CredentialParts,
  actor: Actor,
  request: CredentialRequest,
): Promise<Result<IssuedSecret, InputFault>> {
  const isAppId = request.appId === null || APP_ID_FORM.test(request.appId);
  const fault = isAppId ? faultOf(parts, request) : 'app-id: 1 to 64 of letters, digits, - and _';
  if (fault !== null) return err({ code: 'INPUT_INVALID', detail: fault });
  const made = issueCredential();
  const appId = request.appId ?? made.appId;
  const { companyCode, label, interfaces, addresses, rateRecordsPerS, sandbox } = request;
  try {
    await withTransaction(parts.pool, async (client) => {
      await queryRows(
        client,
        `INSERT INTO credential
           (app_id, company_code, label, secret_sealed, interfaces, addresses, rate_records_per_s, created_by, sandbox)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          appId,
          companyCode,
          label,
          sealSecret(parts.sealer, appId, made.appSecret),
          interfaces,
          addresses,
          rateRecordsPerS,
          actor.userName,
          sandbox,
        ],
      );
      const detail = { companyCode, interfaces, addresses, rateRecordsPerS, sandbox };
      await insertAudit(client, { actor, action: 'credential.issue', subject: appId, outcome: 'ok', detail });
    });
  } catch (cause) {
    const state = sqlState(cause);
    if (state === UNIQUE_VIOLATION) throw new AppError('CONFLICT', { detail: `app id ${appId}`, cause });
    if (state === FOREIGN_KEY_VIOLATION) throw new AppError('NOT_FOUND', { detail: `company ${companyCode}`, cause });
    throw cause;
  }
  await parts.announcer.changed(appId);
  return ok({ appId, appSecret: made.appSecret });
}

/** Newest first; null: of every company. */
export function listCompanyCredentials(pool: Pool, companyCode: string | null): Promise<ListedCredential[]> {
  return queryRows<ListedCredential>(
    pool,
    `SELECT app_id AS "appId", company_code AS "companyCode", label, status, interfaces, addresses,
       rate_records_per_s AS "rateRecordsPerS", sandbox, created_at AS "createdAt", revoked_at AS "revokedAt",
       last_used_at AS "lastUsedAt",
       CASE WHEN previous_secret_until > now() THEN previous_secret_until END AS "previousSecretUntil"
     FROM credential WHERE $1::text IS NULL OR company_code = $1 ORDER BY created_at DESC, app_id`,
    [companyCode],
  );
}

/** Bounds to change; those left out stay as they are. */
export type CredentialChange = Partial<CredentialBounds>;

export interface CredentialName {
  readonly companyCode: string;
  readonly appId: string;
}

/** Throws AppError NOT_FOUND (no such credential of this company, or it was revoked), DATABASE_UNAVAILABLE. */
export async function changeCredential(
  parts: CredentialParts,
  actor: Actor,
  which: CredentialName,
  change: CredentialChange,
): Promise<Result<CredentialBounds, InputFault>> {
  const fault = faultOf(parts, change);
  if (fault !== null) return err({ code: 'INPUT_INVALID', detail: fault });
  const bounds = await withTransaction(parts.pool, async (client) => {
    const before = await lockActive(client, which);
    const { interfaces, addresses, rateRecordsPerS } = { ...before, ...change };
    const after: CredentialBounds = { interfaces, addresses, rateRecordsPerS };
    await queryRows(
      client,
      'UPDATE credential SET interfaces = $2, addresses = $3, rate_records_per_s = $4 WHERE app_id = $1',
      [which.appId, interfaces, addresses, rateRecordsPerS],
    );
    const detail = { companyCode: which.companyCode, before, after };
    await insertAudit(client, { actor, action: 'credential.change', subject: which.appId, outcome: 'ok', detail });
    return after;
  });
  await parts.announcer.changed(which.appId);
  return ok(bounds);
}

/**
 * Gives the credential another secret; the one it had holds for `overlapMs` more, one still older ends now. Throws AppError
 * NOT_FOUND (no such credential of this company, or it was revoked), DATABASE_UNAVAILABLE.
 */
export async function rotateCredential(
  parts: CredentialParts,
  clock: Clock,
  actor: Actor,
  { companyCode, appId, overlapMs }: CredentialName & { readonly overlapMs: number },
): Promise<IssuedSecret & { readonly previousUntil: Date }> {
  const { appSecret } = issueCredential();
  const previousUntil = new Date(clock.nowMs() + overlapMs);
  await withTransaction(parts.pool, async (client) => {
    await lockActive(client, { companyCode, appId });
    await queryRows(
      client,
      `UPDATE credential
       SET previous_secret_sealed = secret_sealed, previous_secret_until = $2, secret_sealed = $3,
         version = version + 1 WHERE app_id = $1`,
      [appId, previousUntil, sealSecret(parts.sealer, appId, appSecret)],
    );
    const detail = { companyCode, previousUntil };
    await insertAudit(client, { actor, action: 'credential.rotate', subject: appId, outcome: 'ok', detail });
  });
  await parts.announcer.changed(appId);
  return { appId, appSecret, previousUntil };
}

async function lockActive(client: PoolClient, { companyCode, appId }: CredentialName): Promise<CredentialBounds> {
  const [row] = await queryRows<CredentialBounds>(
    client,
    `SELECT interfaces, addresses, rate_records_per_s AS "rateRecordsPerS" FROM credential
     WHERE app_id = $1 AND company_code = $2 AND status = 'active' FOR UPDATE`,
    [appId, companyCode],
  );
  if (row === undefined) throw new AppError('NOT_FOUND', { detail: `active credential ${appId} of ${companyCode}` });
  return row;
}

/**
 * false: it was revoked before. Throws AppError NOT_FOUND (no such credential of this company). While PostgreSQL is down
 * the front door refuses the credential at once all the same; then DATABASE_UNAVAILABLE is thrown, and asking again when
 * PostgreSQL is back writes the row.
 */
export async function revokeCompanyCredential(
  parts: Pick<CredentialParts, 'pool' | 'announcer'>,
  clock: Clock,
  actor: Actor,
  { companyCode, appId }: CredentialName,
): Promise<boolean> {
  const atMs = clock.nowMs();
  let changed: boolean;
  try {
    changed = await withTransaction(parts.pool, async (client) => {
      const [row] = await queryRows<{ status: string }>(
        client,
        'SELECT status FROM credential WHERE app_id = $1 AND company_code = $2 FOR UPDATE',
        [appId, companyCode],
      );
      if (row === undefined) throw new AppError('NOT_FOUND', { detail: `credential ${appId} of ${companyCode}` });
      if (row.status === 'revoked') return false;
      await queryRows(
        client,
        `UPDATE credential SET status = 'revoked', revoked_at = $2, revoked_by = $3 WHERE app_id = $1`,
        [appId, new Date(atMs), actor.userName],
      );
      const detail = { companyCode };
      await insertAudit(client, { actor, action: 'credential.revoke', subject: appId, outcome: 'ok', detail });
      return true;
    });
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'DATABASE_UNAVAILABLE') throw cause;
    await parts.announcer.revoked(appId, atMs);
    throw new AppError('DATABASE_UNAVAILABLE', {
      detail: `the front door refuses ${appId} from now on; revoke it again once PostgreSQL is back`,
      cause,
    });
  }
  await parts.announcer.revoked(appId, atMs);
  return changed;
}

function faultOf(parts: CredentialParts, request: CredentialChange): string | null {
  const unknown = request.interfaces?.find((name) => !parts.knownInterfaces.includes(name));
  if (unknown !== undefined) return `interfaces: ${unknown} is none of ${parts.knownInterfaces.join(', ')}`;
  // An entry that cannot be read would let nobody in.
  const unreadable = request.addresses?.find((entry) => !parts.isAddressEntry(entry));
  if (unreadable !== undefined) return `addresses: ${unreadable} is neither an address nor a CIDR block`;
  if (request.interfaces?.length === 0 || request.addresses?.length === 0) return 'an empty list would let nothing in';
  return null;
}
