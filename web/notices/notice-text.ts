/** Words of notices, and where they lead. Pure. */
import type { LoggedNotice as Notice } from '../../core/notice-api.ts';
import type { OrderState } from '../../stream/protocol/orders.ts';
import type { TextKey, Translate } from '../i18n/i18n.ts';
import { stateText } from '../orders/order-text.ts';

const ACT_TEXT: Readonly<Record<string, TextKey>> = {
  create: 'history.create',
  update: 'history.update',
  remove: 'history.remove',
  import: 'history.import',
  vendor: 'history.vendor',
  'self-entry': 'history.selfEntry',
};
const ACCOUNT_TEXT: Readonly<Record<string, TextKey>> = {
  'password.reset': 'notice.passwordReset',
  'factor.reset': 'notice.factorReset',
  'session.revoke': 'notice.sessionRevoked',
};

/** `titleOf`: how the register is called. */
export function noticeText(t: Translate, notice: Notice, titleOf: (register: string) => string): string {
  switch (notice.about) {
    case 'register': {
      const { by, count, register, act, isOwn } = notice;
      const known = ACT_TEXT[act];
      const words = {
        by: isOwn ? t('notice.me') : by,
        act: known === undefined ? t('notice.handled') : t(known),
        register: titleOf(register),
        n: count,
      };
      return t(count > 1 ? 'notice.rows' : 'notice.row', words);
    }
    case 'order': {
      const { subject, place, state } = notice;
      return t('notice.order', { subject, place, state: stateText(t, state as OrderState) });
    }
    case 'account':
      return t(ACCOUNT_TEXT[notice.act] ?? 'notice.accountChanged', { by: notice.by });
  }
}

/** null: nowhere. */
export function noticeHash(notice: Notice): string | null {
  if (notice.about === 'order') return '#orders';
  if (notice.about === 'account') return null;
  const list = `#registers/${encodeURIComponent(notice.register)}`;
  return notice.id === null || notice.act === 'remove' ? list : `${list}/${encodeURIComponent(notice.id)}`;
}
