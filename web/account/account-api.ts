/** The server's interface for signing in by steps and for one's own account (core/account-api.ts) as typed calls. */
import type { AccountAnswer, Challenge, Enrolled, Enrolment, ProofKind } from '../../core/account-api.ts';
import type { SessionInfo } from '../../core/web-api.ts';
import { ApiError, request } from '../app/api.ts';
import type { TextKey } from '../i18n/i18n.ts';

export const accountApi = {
  challenge: (pending: string) => request<Challenge>('POST', '/api/session/challenge', { pending }),
  prove: (pending: string, kind: ProofKind, proof: string) =>
    request<SessionInfo>('POST', '/api/session/factor', { pending, kind, proof }),
  beginFirst: (pending: string) => request<Enrolment>('POST', '/api/session/enrolment', { pending }),
  confirmFirst: (pending: string, code: string) =>
    request<Enrolled>('POST', '/api/session/enrolment/confirm', { pending, code }),
  show: () => request<AccountAnswer>('GET', '/api/account'),
  begin: (password: string) => request<Enrolment>('POST', '/api/account/enrolment', { password }),
  confirm: (code: string) =>
    request<{ readonly recoveryCodes: readonly string[] }>('POST', '/api/account/enrolment/confirm', { code }),
  endSession: (sessionId: string) => request<void>('DELETE', `/api/account/sessions/${encodeURIComponent(sessionId)}`),
};

/** What went wrong, and what to do. */
export function problemOf(reason: unknown): TextKey {
  if (!(reason instanceof ApiError) || reason.status === 0 || reason.status >= 500) return 'signIn.unreachable';
  if (reason.code === 'FACTOR_WRONG') return 'account.wrong';
  if (reason.code === 'SIGN_IN_BEGIN_AGAIN') return 'account.over';
  if (reason.code === 'ADDRESS_NOT_ALLOWED') return 'account.addressDenied';
  if (reason.status === 423 || reason.status === 429) return 'signIn.locked';
  return reason.code === 'SIGN_IN_FAILED' ? 'signIn.failed' : 'account.failed';
}
