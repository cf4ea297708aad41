import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { COMPANY, createArea } from '../../test/builders/entries.ts';
import { MusterTestRun, OTHER, PLANT } from '../../test/builders/muster-run.ts';
import { squareAt } from '../../test/builders/plane.ts';
import { MemoryLog, MemoryLogStore } from '../memory-log.ts';
import { decodeEntry } from '../protocol/entry-codec.ts';
import { type ActAnswerMessage, decodeMessageBody } from '../protocol/live-message.ts';
import { LivePicture } from '../protocol/live-picture.ts';
import { answerAct } from './acts.ts';
import { EffectRing } from './effect-ring.ts';
import type { LiveUser } from './live-socket.ts';
import { LiveSession, SESSION_BOUNDS, type SessionHost } from './session.ts';

const USER = { userId: 'u', userName: '值班员', sessionId: 's' } as const;
const USERS: Readonly<Record<string, LiveUser>> = {
  operator: { ...USER, role: 'operator', companyCode: null },
  ops: { ...USER, role: 'ops', companyCode: null },
  company: { ...USER, role: 'enterprise', companyCode: COMPANY },
  other: { ...USER, role: 'enterprise', companyCode: OTHER },
};

/** A picture in which `m1` stands for the plant, and what the log got. */
function createWorld() {
  const run = new MusterTestRun();
  run.areas(createArea({ areaId: 'site', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-10, -10, 400) }));
  run.declare();
  const picture = new LivePicture();
  picture.applyEffects(run.published);
  const logStore = new MemoryLogStore(new ManualClock(run.atMs), 'e');
  const log = new MemoryLog(logStore);
  const none = () => new Uint8Array();
  const host: SessionHost = {
    ring: new EffectRing({ items: 8, bytes: 1_024 }),
    bounds: SESSION_BOUNDS,
    isLoaded: false,
    helloFor: none,
    snapshotFor: none,
    pictureFrameFor: none,
  };
  return {
    entries: () => logStore.entries.map((entry) => decodeEntry(entry)),
    /** The answer's code; null: kept. */
    act: async (who: string, input: object, comment: string | null = null, actId = 'x'): Promise<string | null> => {
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
      const session = new LiveSession(USERS[who] as LiveUser, socket, host, run.atMs);
      const message = { actId, act: 'muster', alarmId: '', comment, input };
      answerAct(session, message, { log, logger: silentLogger, nowMs: run.atMs, picture });
      await vi.waitFor(() => expect(answers).toHaveLength(1));
      return answers[0]?.ok === true ? null : (answers[0]?.code ?? '');
    },
  };
}
const declare = (place: object, kind = 'drill') => ({ step: 'declare', kind, place });
const end = { step: 'end', musterId: 'm1' };
const confirm = { step: 'confirm', musterId: 'm1', companyCode: COMPANY, id: 'p1' };

describe('musters at the gateway', () => {
  it.each<[who: string, input: object, comment: string | null, code: string]>([
    ['ops', declare({ of: 'park' }), null, 'FORBIDDEN'],
    ['operator', declare(PLANT), null, 'ACT_DONE'],
    ['operator', declare({ of: 'area', area: `${COMPANY}/none` }), null, 'NOT_FOUND'],
    ['operator', declare({ of: 'company', companyCode: OTHER }), null, 'NOT_FOUND'],
    ['company', declare({ of: 'park' }), null, 'NOT_FOUND'],
    ['other', declare(PLANT), null, 'NOT_FOUND'],
    ['operator', declare({ of: 'moon' }), null, 'INPUT_INVALID'],
    ['operator', declare({ of: 'park' }, 'joke'), null, 'INPUT_INVALID'],
    ['operator', end, ' ', 'REASON_MISSING'],
    ['other', end, '结束', 'NOT_FOUND'],
    ['other', confirm, null, 'NOT_FOUND'],
    ['operator', { ...confirm, musterId: 'm9' }, null, 'NOT_FOUND'],
    ['operator', { step: 'confirm', musterId: 'm1' }, null, 'INPUT_INVALID'],
  ])('[MUS-20] %s: %j with %j is refused as %4$s, and leaves no entry', async (who, input, comment, code) => {
    const world = createWorld();
    expect(await world.act(who, input, comment)).toBe(code);
    expect(world.entries()).toEqual([]);
  });

  it('[MUS-20] an id that would be the key of another document is none', async () => {
    expect(await createWorld().act('operator', declare({ of: 'park' }), null, `m1/${COMPANY}`)).toBe('INPUT_INVALID');
  });

  it('[MUS-20] what fits is kept with who and for whom, also when it is sent again', async () => {
    const world = createWorld();
    expect(await world.act('company', declare({ of: 'company', companyCode: COMPANY }, 'real'))).toBeNull();
    expect(await world.act('company', declare({ of: 'company', companyCode: COMPANY }, 'real'))).toBeNull();
    expect(await world.act('operator', declare(PLANT), null, 'm1')).toBeNull();
    expect(await world.act('company', confirm, '在门口', 'y')).toBeNull();
    expect(await world.act('company', end, '全部到位', 'z')).toBeNull();
    expect(world.entries().map(({ body }) => body)).toMatchObject([
      { actId: 'x', act: 'muster', companyCode: COMPANY, role: 'enterprise', input: { step: 'declare', kind: 'real' } },
      { actId: 'm1' },
      { actId: 'y', input: confirm, comment: '在门口' },
      { actId: 'z', input: end },
    ]);
  });
});
