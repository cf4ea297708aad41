/**
 * Codes of an authenticator app (TOTP, RFC 6238 with SHA-1, six digits, 30 s: what every app knows). The secret stands with the
 * user sealed; which steps were taken is the caller's to keep.
 */
import { Secret, TOTP } from 'otpauth';
import type { Sealer } from './gm.ts';

const PERIOD_MS = 30_000;
/** Steps that a phone's clock may be off. */
const WINDOW = 1;
const CODE_FORM = /^\d{6}$/;

const contextOf = (userId: string): string => `factor:${userId}:totp`;

export const sealTotpSecret = (sealer: Sealer, userId: string, secret: string): string =>
  sealer.seal(secret, contextOf(userId));

/** Throws AppError CONFIG_INVALID when it was sealed under another key or for another user. */
export const openTotpSecret = (sealer: Sealer, userId: string, sealed: string): string =>
  sealer.open(sealed, contextOf(userId));

/** 160 bits in Base32. */
export const makeTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** `otpauth://` address for the app. */
export const totpUri = (secret: string, userName: string, issuer: string): string =>
  totp(secret, userName, issuer).toString();

/** The step (30 s since 1970) whose code this is, the one before and after now included; null: of none. */
export function totpStep(secret: string, code: string, nowMs: number): number | null {
  const token = code.replaceAll(' ', '');
  if (!CODE_FORM.test(token)) return null;
  const delta = totp(secret).validate({ token, timestamp: nowMs, window: WINDOW });
  return delta === null ? null : Math.floor(nowMs / PERIOD_MS) + delta;
}

/** What the app shows now. */
export const totpCode = (secret: string, nowMs: number): string => totp(secret).generate({ timestamp: nowMs });

function totp(secret: string, label = '', issuer = ''): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_MS / 1000,
    secret: Secret.fromBase32(secret),
  });
}
