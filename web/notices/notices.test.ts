import { describe, expect, it } from 'vitest';
import type { LoggedNotice as Notice } from '../../core/notice-api.ts';
import { translateIn } from '../i18n/i18n.ts';
import { NO_NOTICES, type NoticeLog, withNotice } from './notice-log.ts';
import { type NoticeEnvironment, NoticeStream, type SourceLike } from './notice-stream.ts';
import { noticeHash, noticeText } from './notice-text.ts';

const row = (fields: Partial<Notice> = {}): Notice =>
  ({
    about: 'register',
    register: 'posts',
    id: 'k1',
    count: 1,
    companyCode: null,
    version: 2,
    act: 'update',
    by: '林岚',
    isOwn: false,
    atMs: 1,
    ...fields,
  }) as Notice;
const ORDER: Notice = {
  about: 'order',
  orderId: 'o-1',
  state: 'to-accept',
  level: 2,
  subject: '苏岚',
  place: '罐区',
  atMs: 5,
};

class FakeSource implements SourceLike {
  readonly #hearers = new Map<string, (event: { readonly data?: unknown }) => void>();
  isClosed = false;
  addEventListener(name: string, hear: (event: { readonly data?: unknown }) => void): void {
    this.#hearers.set(name, hear);
  }
  close(): void {
    this.isClosed = true;
  }
  tell(name: string, data: unknown = {}): void {
    this.#hearers.get(name)?.({ data: JSON.stringify(data) });
  }
}

function world() {
  const sources: FakeSource[] = [];
  const waits: number[] = [];
  const waiting = new Set<() => void>();
  const said: string[] = [];
  const later = (act: () => void) => {
    waiting.add(act);
    return () => void waiting.delete(act);
  };
  const environment: NoticeEnvironment = {
    open: () => {
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    after: (ms, act) => {
      waits.push(ms);
      return later(act);
    },
    whenLookedAt: (act) => later(act),
    random: () => 0.5,
  };
  const stream = new NoticeStream(environment, {
    heard: ({ about }) => said.push(about),
    missed: () => said.push('missed'),
    doubted: () => said.push('doubted'),
  });
  const goOn = (): void => {
    for (const act of [...waiting]) {
      waiting.delete(act);
      act();
    }
  };
  const last = () => sources.at(-1) as FakeSource;
  return { sources, waits, waiting, said, stream, goOn, last };
}

describe('the stream of notices', () => {
  it('[NTC-10] says what came, and after a break that something may have been missed', () => {
    const w = world();
    w.last().tell('begin');
    w.last().tell('notice', ORDER);
    w.last().tell('error');
    expect(w.sources[0]?.isClosed).toBe(true);
    w.goOn();
    w.last().tell('begin');
    w.last().tell('missed');
    expect(w.said).toEqual(['order', 'doubted', 'missed', 'missed']);
    expect(w.sources).toHaveLength(2);
  });

  it('[NTC-10] waits longer with each attempt that fails, and begins with the shortest after one that did not', () => {
    const w = world();
    for (let i = 0; i < 8; i++) {
      w.last().tell('error');
      w.goOn();
    }
    expect(w.waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    w.last().tell('begin');
    w.last().tell('error');
    expect(w.waits.at(-1)).toBe(500);
  });

  it('[NTC-10] one that gave way comes back when its window is looked at, and asks nothing of the session', () => {
    const w = world();
    w.last().tell('begin');
    w.last().tell('full');
    w.last().tell('error');
    expect(w.sources[0]?.isClosed).toBe(true);
    expect(w.said).toEqual([]);
    w.goOn();
    w.last().tell('begin');
    expect(w.said).toEqual(['missed']);
  });

  it('[NTC-12] the end of a session raises the question who is signed in', () => {
    const w = world();
    w.last().tell('begin');
    w.last().tell('end');
    expect(w.said).toEqual(['doubted']);
  });

  it('[NTC-10] closed it stays closed', () => {
    const w = world();
    w.last().tell('error');
    w.stream.close();
    expect(w.waiting.size).toBe(0);
    w.sources[0]?.tell('notice', ORDER);
    expect(w.said).toEqual(['doubted']);
  });
});

describe('the log of notices', () => {
  const all = (...notices: Notice[]): NoticeLog => notices.reduce(withNotice, NO_NOTICES);

  it('[NTC-11] keeps the last 50, newest first, and counts what others did', () => {
    const log = all(...Array.from({ length: 60 }, (_, i) => row({ atMs: i })));
    expect(log.notices).toHaveLength(50);
    expect(log.notices[0]?.atMs).toBe(59);
    expect(log.unread).toBe(50);
    expect(all(row({ isOwn: true }), row()).unread).toBe(1);
  });

  it('[NTC-11] an order that is told twice counts once; in its next state it is told anew', () => {
    expect(all(ORDER, ORDER).unread).toBe(1);
    expect(all(ORDER, { ...ORDER, state: 'to-report', atMs: 9 }).unread).toBe(2);
  });
});

describe('words of notices', () => {
  const t = translateIn('zh-CN');
  const text = (notice: Notice) => noticeText(t, notice, () => '岗位');

  it('[NTC-11] says who did what, in whole sentences', () => {
    expect(text(row())).toBe('林岚修改了一条岗位记录');
    expect(text(row({ count: 12, id: null, act: 'import', isOwn: true }))).toBe('您导入了 12 条岗位记录');
    expect(text(row({ act: 'accept' }))).toBe('林岚办理了一条岗位记录');
    expect(text(ORDER)).toBe('工单待您处理：苏岚 · 罐区（待受理）');
    expect(text({ about: 'account', act: 'password.reset', by: 'zhao', atMs: 1 })).toBe('zhao 重置了您的密码');
    expect(text({ about: 'account', act: 'disable', by: 'zhao', atMs: 1 })).toBe('zhao 修改了您的账号');
  });

  it('[NTC-11] leads to the row, to the list where there is no row, or nowhere', () => {
    expect(noticeHash(row())).toBe('#registers/posts/k1');
    expect(noticeHash(row({ act: 'remove' }))).toBe('#registers/posts');
    expect(noticeHash(row({ id: null }))).toBe('#registers/posts');
    expect(noticeHash(ORDER)).toBe('#orders');
    expect(noticeHash({ about: 'account', act: 'x', by: 'y', atMs: 1 })).toBeNull();
  });
});
