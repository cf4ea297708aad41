import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { alarmOf, areaOf, bindOf } from '../../test/contract/live-world.ts';
import { MemoryLog, MemoryLogStore } from '../memory-log.ts';
import type { Effect } from '../protocol/effects.ts';
import { decodeEntry } from '../protocol/entry-codec.ts';
import { type ActAnswerMessage, decodeMessageBody } from '../protocol/live-message.ts';
import { LivePicture } from '../protocol/live-picture.ts';
import type { Order } from '../protocol/orders.ts';
import { answerAct } from './acts.ts';
import { EffectRing } from './effect-ring.ts';
import type { LiveUser } from './live-socket.ts';
import { LiveSession, SESSION_BOUNDS, type SessionHost } from './session.ts';

const A = '310000001';
const B = '310000002';
const NOW = 1_764_000_000_000;
const HOUR_MS = 3_600_000;

const alarm = (alarmId: string, companyCode: string, change: object = {}): Effect => ({
  t: 'alarm',
  alarm: alarmOf(alarmId, [companyCode], { rule: 'out-of-bounds', latched: false, ...change }),
});
const shelf = {
  t: 'doc',
  doc: 'shelf',
  key: 'shelf-1',
  companyCodes: [A],
  gone: false,
  value: {
    shelfId: 'shelf-1',
    scope: { rule: 'dwell', area: null, person: null },
    reason: '检修',
    by: '值班员',
    fromMs: NOW,
    untilMs: NOW + HOUR_MS,
    endedAtMs: null,
    endedBy: null,
  },
} as const;

const order = (key: string, alarmId: string): Effect => ({
  t: 'doc',
  doc: 'order',
  key,
  companyCodes: [A],
  gone: false,
  value: { orderId: key, alarmIds: [alarmId] } as unknown as Order,
});

/** A picture with alarms of two companies, and users who act on it. */
function createWorld() {
  const logStore = new MemoryLogStore(new ManualClock(NOW), 'e');
  const picture = new LivePicture();
  const effects: Effect[] = [
    bindOf(1, 1, A),
    { t: 'area', area: areaOf('a1', A, 1) },
    alarm('a', A),
    alarm('b', B),
    alarm('seen', A, { acknowledged: true, actId: 'act-seen' }),
    alarm('sos', A, { rule: 'sos', latched: true, acknowledged: true }),
    alarm('crowd', A, { rule: 'gathering', latched: true, acknowledged: true }),
    alarm('ordered', A),
    alarm('by-hand', A),
    order('o', 'ordered'),
    order('hand-made', 'by-hand'),
    shelf,
  ];
  picture.applyEffects([{ seq: 1, atMs: NOW, effects }]);
  const ring = new EffectRing({ items: 8, bytes: 1_024 });
  const none = () => new Uint8Array();
  const host: SessionHost = {
    ring,
    bounds: SESSION_BOUNDS,
    isLoaded: false,
    helloFor: none,
    snapshotFor: none,
    pictureFrameFor: none,
  };
  const log = new MemoryLog(logStore);
  const users: Record<string, Partial<LiveUser>> = {
    operator: { role: 'operator' },
    ops: { role: 'ops' },
    a: { role: 'enterprise', companyCode: A },
    b: { role: 'enterprise', companyCode: B },
  };
  const entries = () => logStore.entries.map((entry) => decodeEntry(entry));
  return {
    entries,
    /** The answer's code; null: kept. */
    act: async (who: string, message: object): Promise<string | null> => {
      const answers: ActAnswerMessage[] = [];
      const socket = {
        send: (bytes: Uint8Array) => {
          answers.push(decodeMessageBody<ActAnswerMessage>(bytes));
          return 1;
        },
        bufferedBytes: () => 0,
        subscribe: () => {},
        unsubscribe: () => {},
        cork: (run: () => void) => run(),
        close: () => {},
      };
      const user = { userId: 'u', userName: '值班员', role: 'operator', companyCode: null, sessionId: 's' } as const;
      const session = new LiveSession({ ...user, ...users[who] } as LiveUser, socket, host, NOW);
      answerAct(session, message, { log, logger: silentLogger, nowMs: NOW, picture });
      await vi.waitFor(() => expect(answers).toHaveLength(1));
      return answers[0]!.ok ? null : answers[0]!.code;
    },
  };
}

const on = (alarmId: string, act: string, comment: string | null = null) => ({ actId: 'x', act, alarmId, comment });
const shelving = (scope: object, untilMs: number = NOW + HOUR_MS, comment: string | null = '检修') => ({
  actId: 'x',
  act: 'shelve',
  alarmId: '',
  comment,
  input: { scope, untilMs },
});
const making = (alarmId: string, input: object = {}, comment: string | null = '换卡') => ({
  actId: 'x',
  act: 'order-create',
  alarmId,
  comment,
  input: { party: `${A}/safety`, deadlineAtMs: NOW + HOUR_MS, ...input },
});
const ordering = (input: object) => ({ actId: 'x', act: 'order', alarmId: '', comment: null, input });

describe('acts at the gateway', () => {
  it('[LIF-40] each refusal has its own code, and leaves no entry', async () => {
    const cases: [who: string, message: object, code: string][] = [
      ['operator', on('seen', 'acknowledge'), 'ACT_DONE'],
      ['operator', on('a', 'reset'), 'ACT_UNFIT'],
      ['operator', on('crowd', 'reset'), 'CONDITION_STANDS'],
      ['operator', on('a', 'comment'), 'REASON_MISSING'],
      ['operator', on('a', 'comment', '  '), 'REASON_MISSING'],
      ['operator', on('a', 'mark-false'), 'REASON_MISSING'],
      ['operator', on('a', 'unmark-false', '误判'), 'ACT_DONE'],
      ['operator', on('a', 'justify', '检修会'), 'ACT_UNFIT'],
      ['a', on('a', 'mark-false', '误报'), 'FORBIDDEN'],
      ['a', on('crowd', 'justify', '检修会'), 'FORBIDDEN'],
      ['a', on('b', 'comment', '来自别家'), 'NOT_FOUND'],
      ['ops', on('a', 'comment', '运维'), 'FORBIDDEN'],
      ['b', shelving({ area: `${A}/a1` }), 'FORBIDDEN'],
      ['a', shelving({ area: `${A}/a1` }), 'FORBIDDEN'],
      ['a', { ...shelving({}), act: 'unshelve', input: { shelfId: 'shelf-1' } }, 'FORBIDDEN'],
      ['operator', shelving({ rule: 'sos' }), 'SOS_NEVER_QUIET'],
      ['operator', shelving({ rule: 'dwell' }, NOW + HOUR_MS, null), 'REASON_MISSING'],
      ['operator', shelving({ rule: 'dwell' }, NOW), 'INPUT_INVALID'],
      ['operator', shelving({ rule: 'dwell' }, NOW + 24 * HOUR_MS + 1), 'INPUT_INVALID'],
      ['operator', shelving({ rule: 'nothing' }), 'INPUT_INVALID'],
      ['operator', shelving({}), 'INPUT_INVALID'],
      ['operator', shelving({ area: 'nowhere/at-all' }), 'NOT_FOUND'],
      ['operator', shelving({ person: `${A}/nobody` }), 'NOT_FOUND'],
      ['operator', shelving({ area: 'a'.repeat(5_000) }), 'INPUT_INVALID'],
      ['operator', { ...shelving({}), input: undefined }, 'INPUT_INVALID'],
      ['operator', { ...shelving({}), act: 'unshelve', input: { shelfId: 'none' } }, 'NOT_FOUND'],
      ['operator', ordering({ orderId: 'none', step: 'accept' }), 'NOT_FOUND'],
      ['operator', ordering({ orderId: 'none', step: 'burn' }), 'INPUT_INVALID'],
      ['operator', ordering({ orderId: 'o', step: 'attach', attachmentIds: Array(21).fill('f') }), 'INPUT_INVALID'],
      ['operator', ordering({ orderId: 'o', step: 'assign', assignee: { userId: 'u' } }), 'INPUT_INVALID'],
    ];
    for (const [who, message, code] of cases) {
      const { act, entries } = createWorld();
      expect(await act(who, message), JSON.stringify(message).slice(0, 200)).toBe(code);
      expect(entries()).toEqual([]);
    }
  });

  it('[CON-12] an order by hand is refused with its own code where none may be made, and leaves no entry', async () => {
    const cases: [who: string, message: object, code: string | null][] = [
      ['a', making('a'), 'FORBIDDEN'],
      ['operator', making('none'), 'NOT_FOUND'],
      ['operator', making('a', {}, ' '), 'REASON_MISSING'],
      ['operator', making('a', { party: `${B}/safety` }), 'INPUT_INVALID'],
      ['operator', making('a', { party: 'park/' }), 'INPUT_INVALID'],
      ['operator', making('a', { deadlineAtMs: NOW }), 'INPUT_INVALID'],
      ['operator', making('a', { deadlineAtMs: NOW + 31 * 24 * HOUR_MS }), 'INPUT_INVALID'],
      ['operator', making('a', { assignee: { userId: 'u' } }), 'INPUT_INVALID'],
      ['operator', making('ordered'), 'ACT_DONE'],
    ];
    for (const [who, message, code] of cases) {
      const { act, entries } = createWorld();
      expect(await act(who, message), JSON.stringify(message)).toBe(code);
      expect(entries()).toEqual([]);
    }
    const { act, entries } = createWorld();
    const assignee = { userId: 'u2', name: '李四' };
    expect(await act('operator', making('a', { assignee, isAdmin: true }))).toBeNull();
    expect(entries()[0]?.body).toMatchObject({
      act: 'order-create',
      alarmId: 'a',
      userName: '值班员',
      comment: '换卡',
      input: { party: `${A}/safety`, deadlineAtMs: NOW + HOUR_MS, assignee },
    });
  });

  it('[LIF-41] what is taken is an entry with role, reason and input as checked, nothing else in it', async () => {
    const { act, entries } = createWorld();
    const more = { isAdmin: true, companyCode: null, role: 'park' };
    const scope = { area: `${A}/a1`, ...more };
    expect(await act('operator', { ...shelving(scope), ...more })).toBeNull();
    expect(entries()[0]?.body).toEqual({
      actId: 'x',
      act: 'shelve',
      alarmId: '',
      comment: '检修',
      input: { scope: { rule: null, area: `${A}/a1`, person: null }, untilMs: NOW + HOUR_MS },
      role: 'operator',
      userId: 'u',
      userName: '值班员',
      companyCode: null,
    });
  });

  it('[LIF-42] an act sent again after it was done is answered as kept', async () => {
    const { act } = createWorld();
    expect(await act('operator', { ...on('seen', 'acknowledge'), actId: 'act-seen' })).toBeNull();
  });

  it('[CON-12] an order by hand that is asked for again after it was made is answered as kept', async () => {
    const { act } = createWorld();
    expect(await act('operator', { ...making('by-hand'), actId: 'made' })).toBeNull();
    expect(await act('operator', making('by-hand'))).toBe('ACT_DONE');
    expect(await act('operator', { ...making('a'), actId: 'not an id of an order' })).toBe('INPUT_INVALID');
  });

  it('[LIF-40] a call for help is over when a person says so', async () => {
    const { act } = createWorld();
    expect(await act('a', on('sos', 'reset'))).toBeNull();
  });

  it('[LIF-43] whatever an act brings: refused with a code, malformed, or kept in the shape of its act', async () => {
    const { act, entries } = createWorld();
    const junk = fc.oneof(
      fc.anything({ maxDepth: 2 }),
      fc.object({ key: fc.constantFrom('scope', 'untilMs', 'rule', 'orderId', 'step', '__proto__') }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('shelve', 'unshelve', 'order', 'order-create', 'comment'),
        junk,
        async (name, input) => {
          const before = entries().length;
          const code = await act('operator', {
            actId: 'x',
            act: name,
            alarmId: name === 'comment' || name === 'order-create' ? 'a' : '',
            comment: null,
            input,
          });
          expect(['INPUT_INVALID', 'NOT_FOUND', 'REASON_MISSING', 'SOS_NEVER_QUIET']).toContain(code);
          expect(entries()).toHaveLength(before);
        },
      ),
      { numRuns: 200 },
    );
  });
});
