/**
 * JSON between the page and the server for signing in by steps and for one's own account.
 *
 *   POST   /api/session                       SignInRequest -> SignInAnswer
 *   POST   /api/session/challenge             PendingRequest -> Challenge              (to sign with an SM2 key)
 *   POST   /api/session/factor                FactorRequest -> SessionInfo
 *   POST   /api/session/enrolment             PendingRequest -> Enrolment
 *   POST   /api/session/enrolment/confirm     EnrolmentProof -> Enrolled
 *   GET    /api/account                       -> AccountAnswer
 *   POST   /api/account/enrolment             { password } -> Enrolment
 *   POST   /api/account/enrolment/confirm     { code } -> { recoveryCodes }
 *   DELETE /api/account/sessions/:sessionId   -> 204
 */
import type { SessionInfo } from './web-api.ts';

export type FactorKind = 'totp' | 'sm2';
export const PROOF_KINDS = ['totp', 'sm2', 'recovery'] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

/** The password was right. `pending` goes with the next request, within `expiresAtMs`. */
export interface FactorStep {
  readonly step: 'factor';
  readonly pending: string;
  readonly expiresAtMs: number;
  /** What would do. */
  readonly proofs: readonly ProofKind[];
}

/** The same, and there is no factor yet: one is set up before anything else. */
export interface EnrolStep {
  readonly step: 'enrol';
  readonly pending: string;
  readonly expiresAtMs: number;
}

export type SignInAnswer = SessionInfo | FactorStep | EnrolStep;

export interface PendingRequest {
  readonly pending: string;
}

export interface Challenge {
  /** Its UTF-8 bytes are signed (SM2 with SM3, user id 1234567812345678). */
  readonly message: string;
  readonly expiresAtMs: number;
}

/** `proof`: a code of the app, a recovery code, or a signature of the challenge (raw r||s or DER, hex or Base64). */
export interface FactorRequest extends PendingRequest {
  readonly kind: ProofKind;
  readonly proof: string;
}

export interface Enrolment {
  /** Base32, for typing it in. */
  readonly secret: string;
  readonly uri: string;
  /** The uri as a picture. */
  readonly qrSvg: string;
}

export interface EnrolmentProof extends PendingRequest {
  readonly code: string;
}

export interface Enrolled {
  readonly session: SessionInfo;
  /** Shown once. */
  readonly recoveryCodes: readonly string[];
}

export interface AccountAnswer {
  readonly factors: readonly {
    readonly kind: FactorKind;
    readonly createdAtMs: number;
    readonly lastUsedAtMs: number | null;
  }[];
  readonly recoveryCodesLeft: number;
  /** Whether the role needs a second factor. */
  readonly needsFactor: boolean;
  readonly passwordDueAtMs: number;
  /** Newest first. */
  readonly sessions: readonly AccountSession[];
}

export interface AccountSession {
  readonly sessionId: string;
  readonly address: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** The one that asks. */
  readonly isThis: boolean;
}
