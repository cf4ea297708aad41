/** What users prove to have beside the password, as the database keeps it. PostgreSQL: pg-factors.ts; memory-factors.ts is its twin. */
import type { FactorKind } from '../../core/account-api.ts';
import type { AuditEntry } from '../audit.ts';

export interface StoredFactor {
  readonly kind: FactorKind;
  /** Of totp: security/totp.ts. */
  readonly secretSealed: string | null;
  /** Of sm2: security/sm2.ts. */
  readonly publicKey: string | null;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

export interface NewTotp {
  readonly secretSealed: string;
  /** Whose code proved it; it is not taken again. */
  readonly step: number;
  readonly recoveryHashes: readonly string[];
  readonly atMs: number;
}

/** Each write that is no sign-in carries its audit entry and commits with it. Throws DATABASE_UNAVAILABLE. */
export interface FactorStore {
  of(userId: string): Promise<readonly StoredFactor[]>;
  recoveryCodesLeft(userId: string): Promise<number>;
  /** In the place of the app and the recovery codes before. */
  putTotp(userId: string, totp: NewTotp, audit: AuditEntry): Promise<void>;
  /** In the place of the key before. */
  putSm2(userId: string, publicKey: string, atMs: number, audit: AuditEntry): Promise<void>;
  /** false: that step or a later one was taken before. Of several at once, one gets true. */
  takeStep(userId: string, step: number, atMs: number): Promise<boolean>;
  /** false: no such code, or it was used. Of several at once, one gets true. */
  takeRecoveryCode(userId: string, hash: string, atMs: number): Promise<boolean>;
  noteUse(userId: string, kind: FactorKind, atMs: number): Promise<void>;
  /** All of them, and the recovery codes. */
  remove(userId: string, audit: AuditEntry): Promise<void>;
}
