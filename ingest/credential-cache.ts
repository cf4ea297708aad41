/**
 * Credentials for the front door. PostgreSQL is the truth; Redis holds a sealed copy of at most 24 h, so that ingest
 * also starts and runs without PostgreSQL; this process keeps an answer for at most 5 s. A revocation known to either
 * side wins: a credential is never un-revoked, a new one is issued. Changes are announced on a Redis channel.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { openSecret } from '../security/credential-secret.ts';
import type { Sealer } from '../security/gm.ts';
import { channels, keys } from '../stream/keys.ts';
import type { InterfaceStage } from '../stream/protocol/vocabulary.ts';
import { closeRedis, duplicateRedis, type Redis } from '../stream/redis.ts';
import type { Credential, CredentialSource } from './ports.ts';

/** A credential as PostgreSQL keeps it. */
export interface CredentialRow {
  readonly appId: string;
  readonly companyCode: string;
  /** security/credential-secret.ts */
  readonly secretSealed: string;
  /** The secret before the last rotation, and until when it holds; both null: none. */
  readonly previousSecretSealed: string | null;
  readonly previousUntilMs: number | null;
  readonly status: 'active' | 'revoked';
  readonly interfaces: readonly string[] | null;
  readonly addresses: readonly string[] | null;
  readonly rateRecordsPerS: number | null;
  readonly sandbox: boolean;
  /** By interface; one that is absent stands in its joint test. */
  readonly stages: Readonly<Record<string, InterfaceStage>>;
}

export type CredentialLoader = (appId: string) => Promise<CredentialRow | null>;

const LOCAL_AGE_MS = 5_000;
/** Of a sandbox credential that has no rate of its own: enough to try everything, too little to load the park. */
export const SANDBOX_RECORDS_PER_S = 100;
const COPY_AGE_MS = 24 * 3_600_000;
/** An unchanged copy is written again only this often: with appendfsync always each write is a disk write. */
const COPY_REFRESH_MS = 3_600_000;
const LOAD_TIMEOUT_MS = 1_000;
/** After a failure PostgreSQL is left alone this long, so that requests do not queue behind its timeouts. */
const DATABASE_REST_MS = 5_000;
/** Random app ids must not fill memory; forgetting costs one more lookup each. */
const LOCAL_ENTRIES_MAX = 10_000;
const APP_ID = /^[A-Za-z0-9_-]{1,64}$/;

interface RedisCopy {
  readonly row: CredentialRow | null;
  readonly savedAtMs: number;
  readonly revoked: boolean;
}
const NO_COPY: RedisCopy = { row: null, savedAtMs: 0, revoked: false };

export interface CredentialCacheOptions {
  readonly redis: Redis;
  /** Reads PostgreSQL; throws when it does not answer. */
  readonly load: CredentialLoader;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Limit of credentials that have none of their own. */
  readonly defaultRateRecordsPerS: number;
}

export class CredentialCache implements CredentialSource {
  readonly #options: CredentialCacheOptions;
  readonly #local = new Map<string, { readonly credential: Credential | null; readonly atMs: number }>();
  readonly #underWay = new Map<string, Promise<Credential | null>>();
  #databaseRestsUntilMs = 0;
  /** Grows with each drop: an answer that was under way during one is not kept. */
  #drops = 0;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
  }

  async find(appId: string): Promise<Credential | null> {
    if (!APP_ID.test(appId)) return null;
    const local = this.#local.get(appId);
    if (local !== undefined && this.#options.clock.nowMs() - local.atMs < LOCAL_AGE_MS) return local.credential;
    let lookup = this.#underWay.get(appId);
    if (lookup === undefined) {
      lookup = this.#lookup(appId).finally(() => this.#underWay.delete(appId));
      this.#underWay.set(appId, lookup);
    }
    return lookup;
  }

  /** Forgets this process's answer, or all of them; the next request asks PostgreSQL and Redis again. */
  drop(appId?: string): void {
    this.#drops++;
    this.#databaseRestsUntilMs = 0;
    if (appId === undefined) {
      this.#local.clear();
      this.#underWay.clear();
      return;
    }
    this.#local.delete(appId);
    this.#underWay.delete(appId);
  }

  async #lookup(appId: string): Promise<Credential | null> {
    const { clock } = this.#options;
    const drops = this.#drops;
    const atMs = clock.nowMs();
    const [truth, copy] = await Promise.all([this.#readTruth(appId, atMs), this.#readCopy(appId)]);
    if (truth !== undefined) await this.#saveCopy(appId, truth, copy, atMs);
    const row = truth === undefined ? this.#usableCopy(copy, atMs) : truth;
    const credential = row === null ? null : this.#opened(appId, row, copy.revoked);
    if (drops === this.#drops) {
      if (this.#local.size >= LOCAL_ENTRIES_MAX) this.#local.clear();
      this.#local.set(appId, { credential, atMs });
    }
    return credential;
  }

  #opened(appId: string, row: CredentialRow, revoked: boolean): Credential {
    const { sealer, defaultRateRecordsPerS } = this.#options;
    const { previousSecretSealed, previousUntilMs, sandbox } = row;
    const defaultRate = sandbox ? SANDBOX_RECORDS_PER_S : defaultRateRecordsPerS;
    return {
      appId,
      companyCode: row.companyCode,
      secret: openSecret(sealer, appId, row.secretSealed),
      previousSecret:
        previousSecretSealed === null || previousUntilMs === null
          ? null
          : { secret: openSecret(sealer, appId, previousSecretSealed), untilMs: previousUntilMs },
      status: revoked ? 'revoked' : row.status,
      interfaces: row.interfaces,
      addresses: row.addresses ?? [],
      rateRecordsPerS: row.rateRecordsPerS ?? defaultRate,
      sandbox,
      stages: row.stages,
    };
  }

  /** undefined: PostgreSQL does not say. */
  async #readTruth(appId: string, atMs: number): Promise<CredentialRow | null | undefined> {
    if (atMs < this.#databaseRestsUntilMs) return undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new AppError('DATABASE_UNAVAILABLE', { detail: 'timed out' })),
          LOAD_TIMEOUT_MS,
        );
      });
      return await Promise.race([this.#options.load(appId), timeout]);
    } catch (error) {
      this.#databaseRestsUntilMs = this.#options.clock.nowMs() + DATABASE_REST_MS;
      this.#options.logger.warn('credential-database-silent', { error });
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #usableCopy(copy: RedisCopy, atMs: number): CredentialRow {
    if (copy.row !== null && atMs - copy.savedAtMs <= COPY_AGE_MS) return copy.row;
    throw new AppError('DATABASE_UNAVAILABLE', { detail: 'no copy of the credential that is young enough' });
  }

  async #readCopy(appId: string): Promise<RedisCopy> {
    const { redis, sealer, logger } = this.#options;
    try {
      const [sealed, savedAtMs, revokedAtMs] = await redis.hmget(
        keys.credential(appId),
        'sealed',
        'savedAtMs',
        'revokedAtMs',
      );
      const revoked = typeof revokedAtMs === 'string';
      if (typeof sealed !== 'string') return { ...NO_COPY, revoked };
      const row = JSON.parse(sealer.open(sealed, copyContext(appId))) as CredentialRow;
      // A copy made before there were stages does not say whether this is a test.
      if (row.stages === undefined) return { ...NO_COPY, revoked };
      return { row, savedAtMs: Number(savedAtMs), revoked };
    } catch (error) {
      logger.warn('credential-copy-unreadable', { appId, error });
      return NO_COPY;
    }
  }

  /** Never throws: without the copy ingest works as long as PostgreSQL does. */
  async #saveCopy(appId: string, truth: CredentialRow | null, copy: RedisCopy, atMs: number): Promise<void> {
    const { redis, sealer, logger } = this.#options;
    const key = keys.credential(appId);
    try {
      if (truth === null) {
        if (copy.row !== null) await redis.hdel(key, 'sealed', 'savedAtMs');
        return;
      }
      if (truth.status === 'revoked' && !copy.revoked) await keepRevocation(redis, appId, atMs);
      const text = JSON.stringify(truth);
      if (JSON.stringify(copy.row) === text && atMs - copy.savedAtMs < COPY_REFRESH_MS) return;
      await redis.hset(key, { sealed: sealer.seal(text, copyContext(appId)), savedAtMs: String(atMs) });
      // A known revocation is kept without end; everything else may go once it is too old to be used.
      if (truth.status === 'active' && !copy.revoked) await redis.pexpire(key, COPY_AGE_MS);
    } catch (error) {
      logger.warn('credential-copy-not-saved', { appId, error });
    }
  }
}

const copyContext = (appId: string): string => `credential-copy:${appId}`;

async function keepRevocation(redis: Redis, appId: string, atMs: number): Promise<void> {
  await redis.hset(keys.credential(appId), 'revokedAtMs', String(atMs));
  await redis.persist(keys.credential(appId));
}

/**
 * Makes a revocation hold at once in every ingest process, also while PostgreSQL is down. Call it beside the row's own
 * change. Throws what the Redis client throws.
 */
export async function announceRevocation(redis: Redis, appId: string, atMs: number): Promise<void> {
  await keepRevocation(redis, appId, atMs);
  await redis.publish(channels.credentials, appId);
}

/**
 * Drops cached answers as changes are announced, and all of them after a lost connection; then tells `onChange` (no app
 * id: any of them may have changed). Returns its `close`.
 */
export function followCredentialChanges(
  redis: Redis,
  cache: CredentialCache,
  logger: Logger,
  onChange: (appId?: string) => void = () => {},
): () => void {
  const subscriber = duplicateRedis(redis, 'ingest-credentials', logger);
  subscriber.on('message', (_channel: string, appId: string) => {
    cache.drop(appId);
    onChange(appId);
  });
  // Also runs after each reconnection: announcements made meanwhile were missed.
  subscriber.on('ready', () => {
    cache.drop();
    onChange();
  });
  subscriber.subscribe(channels.credentials).catch((error: unknown) => {
    // ioredis subscribes again by itself once connected; until then the 5 s limit holds.
    logger.warn('credential-changes-not-followed', { error });
  });
  return () => closeRedis(subscriber);
}
