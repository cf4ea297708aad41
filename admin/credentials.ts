/**
 * Vendor credentials of a company: issued, listed, revoked (table credential). The secret leaves once, in the answer to its
 * issue; the row holds it sealed under the master key. A revocation is told to the front door before and beside the row, so
 * it holds also while PostgreSQL is down; it is never taken back, a new credential is issued instead.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Pool, queryRows, sqlState, withTransaction } from '../db/pool.ts';
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

export interface CredentialRequest {
  readonly companyCode: string;
  /** null: one is made. */
  readonly appId: string | null;
  readonly label: string;
  /** null: all interfaces. */
  readonly interfaces: readonly string[] | null;
  /** Addresses and CIDR blocks; null: any. */
  readonly addresses: readonly string[] | null;
  /** null: the park's default. */
  readonly rateRecordsPerS: number | null;
}

export interface ListedCredential extends Omit<CredentialRequest, 'appId'> {
  readonly appId: string;
  readonly status: 'active' | 'revoked';
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
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
): Promise<Result<{ readonly appId: string; readonly appSecret: string }, InputFault>> {
  const fault = faultOf(parts, request);
  if (fault !== null) return err({ code: 'INPUT_INVALID', detail: fault });
  const made = issueCredential();
  const appId = request.appId ?? made.appId;
  const { companyCode, label, interfaces, addresses, rateRecordsPerS } = request;
  try {
    await withTransaction(parts.pool, async (client) => {
      await queryRows(
        client,
        `INSERT INTO credential
           (app_id, company_code, label, secret_sealed, interfaces, addresses, rate_records_per_s, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          appId,
          companyCode,
          label,
          sealSecret(parts.sealer, appId, made.appSecret),
          interfaces,
          addresses,
          rateRecordsPerS,
          actor.userName,
        ],
      );
      const detail = { companyCode, interfaces, addresses, rateRecordsPerS };
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
       rate_records_per_s AS "rateRecordsPerS", created_at AS "createdAt", revoked_at AS "revokedAt",
       last_used_at AS "lastUsedAt"
     FROM credential WHERE $1::text IS NULL OR company_code = $1 ORDER BY created_at DESC, app_id`,
    [companyCode],
  );
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
  { companyCode, appId }: { readonly companyCode: string; readonly appId: string },
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

function faultOf(parts: CredentialParts, request: CredentialRequest): string | null {
  if (request.appId !== null && !APP_ID_FORM.test(request.appId)) return 'app-id: 1 to 64 of letters, digits, - and _';
  const unknown = request.interfaces?.find((name) => !parts.knownInterfaces.includes(name));
  if (unknown !== undefined) return `interfaces: ${unknown} is none of ${parts.knownInterfaces.join(', ')}`;
  // An entry that cannot be read would let nobody in.
  const unreadable = request.addresses?.find((entry) => !parts.isAddressEntry(entry));
  if (unreadable !== undefined) return `addresses: ${unreadable} is neither an address nor a CIDR block`;
  if (request.interfaces?.length === 0 || request.addresses?.length === 0) return 'an empty list would let nothing in';
  return null;
}
