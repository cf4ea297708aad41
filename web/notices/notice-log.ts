/** The notices of this session, newest first, and how many of them nobody has looked at. Pure. */
import type { LoggedNotice as Notice } from '../../core/notice-api.ts';

export interface NoticeLog {
  readonly notices: readonly Notice[];
  readonly unread: number;
}

export const NO_NOTICES: NoticeLog = { notices: [], unread: 0 };
const KEPT = 50;

/** The same log: it was told before. */
export function withNotice(log: NoticeLog, notice: Notice): NoticeLog {
  if (log.notices.some((other) => isSame(other, notice))) return log;
  const counts = notice.about !== 'register' || !notice.isOwn;
  return { notices: [notice, ...log.notices].slice(0, KEPT), unread: Math.min(KEPT, log.unread + Number(counts)) };
}

/** Whether it is said at once: it asks for something, or is about oneself. */
export const isForMe = (notice: Notice): boolean => notice.about !== 'register';

/** The store tells an order again when it begins anew after a failure. */
const isSame = (a: Notice, b: Notice): boolean =>
  a.about === 'order' && b.about === 'order' && a.orderId === b.orderId && a.atMs === b.atMs;
