/** Notices of the signed-in user within the page: who shows a register hears of it, the bell has the last ones. */
import { type Accessor, createContext, createSignal, onCleanup, useContext } from 'solid-js';
import type { AccountNotice, Notice, OrderNotice, RegisterNotice } from '../../core/notice-api.ts';
import type { WallShow } from '../../core/wall-api.ts';
import { ApiError, api } from '../app/api.ts';
import { isForMe, NO_NOTICES, type NoticeLog, withNotice } from './notice-log.ts';
import { type NoticeEnvironment, NoticeStream } from './notice-stream.ts';

/** null: something may have gone unheard; ask again for what is shown. */
type Hear = (notice: RegisterNotice | null) => void;

const hearers = new Set<{ readonly register: string; readonly hear: Hear }>();

const wallHearers = new Set<(show: WallShow) => void>();

/** For walls, as long as they stand: what their user put there from another page. */
export function onWallNotice(hear: (show: WallShow) => void): void {
  wallHearers.add(hear);
  onCleanup(() => wallHearers.delete(hear));
}

/** For parts of the page that show rows of a register, as long as they stand. Own changes are told too (`isOwn`). */
export function onNotice(register: string, hear: Hear): void {
  const hearer = { register, hear };
  hearers.add(hearer);
  onCleanup(() => hearers.delete(hearer));
}

export interface Notices {
  readonly log: Accessor<NoticeLog>;
  looked(): void;
}

const NoticesContext = createContext<Notices>();
export const NoticesProvider = NoticesContext.Provider;

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (notices === undefined) throw new Error('nobody is signed in');
  return notices;
}

/** Let the server end the sessions that it is about to end. */
const ASK_AFTER_MS = 1_500;

/**
 * As long as its owner stands. `say`: at once, for what asks for something or is about oneself. `onSessionEnded`: nobody is signed in
 * any more.
 */
export function createNotices(say: (notice: OrderNotice | AccountNotice) => void, onSessionEnded: () => void): Notices {
  const [log, setLog] = createSignal(NO_NOTICES);
  const askSession = (): void =>
    void api.session().catch((reason: unknown) => {
      if (reason instanceof ApiError && reason.status === 401) onSessionEnded();
    });
  const hear = (notice: Notice): void => {
    if (notice.about === 'wall') {
      for (const show of [...wallHearers]) show(notice.show);
      return;
    }
    const before = log();
    const after = setLog(withNotice(before, notice));
    if (notice.about === 'register') {
      for (const one of [...hearers]) if (one.register === notice.register) one.hear(notice);
      return;
    }
    if (after !== before && isForMe(notice)) say(notice);
    if (notice.about === 'account') setTimeout(askSession, ASK_AFTER_MS);
  };
  const stream = new NoticeStream(BROWSER, {
    heard: hear,
    missed: () => {
      for (const one of [...hearers]) one.hear(null);
    },
    doubted: askSession,
  });
  onCleanup(() => stream.close());
  return { log, looked: () => void setLog(({ notices }) => ({ notices, unread: 0 })) };
}

const BROWSER: NoticeEnvironment = {
  open: () => new EventSource('/api/notices'),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  whenLookedAt(act) {
    const off = (): void => {
      removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
    const look = (): void => {
      if (document.hidden || !document.hasFocus()) return;
      off();
      act();
    };
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return off;
  },
  random: Math.random,
};
