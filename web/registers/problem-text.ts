/** What went wrong with a call, in words for whoever made it. */
import { ApiError } from '../app/api.ts';
import type { Translate } from '../i18n/i18n.ts';

export function problemText(t: Translate, reason: unknown): string {
  if (!(reason instanceof ApiError)) return t('register.failed', { reason: String(reason) });
  if (reason.code === 'UNREACHABLE') return t('register.unreachable');
  if (reason.status === 401) return t('register.signedOut');
  if (reason.status === 403) return t('register.forbidden');
  if (reason.code === 'NOT_FOUND') return t('register.gone');
  return t('register.failed', { reason: reason.detail === '' ? reason.code : reason.detail });
}
