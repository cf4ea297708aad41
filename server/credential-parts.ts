/**
 * What issuing and revoking credentials needs, put together from the database, the master key, Redis and what the front
 * door knows of interfaces and addresses. Used by `park credential` and by the demonstration park.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CredentialAnnouncer, CredentialParts } from '../admin/credentials.ts';
import type { Logger } from '../core/logger.ts';
import type { Pool } from '../db/pool.ts';
import { announceRevocation } from '../ingest/credential-cache.ts';
import { INTERFACES } from '../ingest/ports.ts';
import { compileAddressList } from '../security/address-list.ts';
import { createSealer, type Sealer } from '../security/gm.ts';
import { createMasterKeyFile, readMasterKeys } from '../security/master-key.ts';
import { channels } from '../stream/keys.ts';
import { type Redis, redisFailure } from '../stream/redis.ts';

export function createCredentialParts(pool: Pool, redis: Redis, sealer: Sealer, logger: Logger): CredentialParts {
  return {
    pool,
    sealer,
    announcer: createAnnouncer(redis, logger),
    knownInterfaces: INTERFACES,
    isAddressEntry,
  };
}

/** The park's sealer; the key file is made where there is none yet, and `onCreated` is told its path. */
export function openSealer(masterKeyFile: string, onCreated: (path: string) => void): Sealer {
  mkdirSync(dirname(masterKeyFile), { recursive: true });
  if (createMasterKeyFile(masterKeyFile)) onCreated(masterKeyFile);
  return createSealer(readMasterKeys(masterKeyFile));
}

/** Tells the vendor front doors of this Redis. */
export function createAnnouncer(redis: Redis, logger: Logger): CredentialAnnouncer {
  return {
    async changed(appId) {
      try {
        await redis.publish(channels.credentials, appId);
      } catch (error) {
        // The row stands, and the front door asks for it within seconds: an issued secret must not be lost over this.
        logger.warn('credential-change-not-announced', { appId, error });
      }
    },
    async revoked(appId, atMs) {
      try {
        await announceRevocation(redis, appId, atMs);
      } catch (error) {
        throw redisFailure(error, `telling the front door that ${appId} is revoked`);
      }
    },
  };
}

/** The list lets nobody in by an entry it cannot read, so one that lets in its own network address is readable. */
const isAddressEntry = (entry: string): boolean => compileAddressList([entry])(entry.split('/')[0]?.trim() ?? '');
