/**
 * App id and secret of a vendor's credential: made here, sealed here, opened here, so that the command that issues
 * one, the pages and ingest agree on the sealing context. The secret is in clear only in the answer to its issue.
 */
import { randomBytes } from 'node:crypto';
import type { Sealer } from './gm.ts';

export interface IssuedCredential {
  readonly appId: string;
  readonly appSecret: string;
}

/** 96 bits of app id and 256 bits of secret, both of `[A-Za-z0-9_-]`. */
export function issueCredential(): IssuedCredential {
  return { appId: `app_${randomBytes(12).toString('hex')}`, appSecret: randomBytes(32).toString('base64url') };
}

const contextOf = (appId: string): string => `credential-secret:${appId}`;

export const sealSecret = (sealer: Sealer, appId: string, appSecret: string): string =>
  sealer.seal(appSecret, contextOf(appId));

/** Throws AppError CONFIG_INVALID when the secret was sealed under another key or for another app id. */
export const openSecret = (sealer: Sealer, appId: string, sealed: string): string =>
  sealer.open(sealed, contextOf(appId));
