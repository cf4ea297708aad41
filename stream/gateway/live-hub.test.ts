import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { alarmOf, bindOf, frameOf, personOf, pictureOf } from '../../test/contract/live-world.ts';
import {
  type ActAnswerMessage,
  decodeMessageBody,
  type EffectsMessage,
  encodeMessage,
  MESSAGE,
  PROTOCOL_VERSION,
  type SnapshotMessage,
} from '../protocol/live-message.ts';
import type { Appended, LogAppender } from '../protocol/log.ts';
import { LiveHub } from './live-hub.ts';
import type { LiveSocket, LiveUser } from './live-socket.ts';
import { type LiveSession, START_TIMEOUT_MS } from './session.ts';

const A = '310000001';
const USER: LiveUser = { userId: 'u', userName: 'u', role: 'operator', companyCode: null, sessionId: 's' };
const START = encodeMessage(MESSAGE.start, { version: PROTOCOL_VERSION, position: null });

/** Takes everything, or holds it when told. */
class HeldSocket implements LiveSocket {
  readonly sent: Uint8Array[] = [];
  readonly topics = new Set<string>();
  closeCode: number | null = null;
  isHolding = false;
  held = 0;
  bufferedBytes(): number {
    return this.held;
  }
  send(bytes: Uint8Array): number {
    this.sent.push(bytes);
    if (this.isHolding) this.held += bytes.length;
    return this.held > 0 ? 0 : 1;
  }
  cork(run: () => void): void {
    run();
  }
  subscribe(topic: string): void {
    this.topics.add(topic);
  }
  unsubscribe(topic: string): void {
    this.topics.delete(topic);
  }
  close(code: number): void {
    this.closeCode = code;
  }
  types(): number[] {
    return this.sent.map((bytes) => bytes[0] ?? 0);
  }
}

function createHub(log: LogAppender = { append: () => Promise.reject(new Error('no log')) }) {
  const clock = new ManualClock(1_764_000_000_000);
  const published: [string, Uint8Array][] = [];
  const topics = { publish: (topic: string, bytes: Uint8Array) => void published.push([topic, bytes]) };
  const sessionBounds = { bufferBytes: 1_000, frameBytes: 200 };
  const hub = new LiveHub({ park: 'p', tickMs: 1_000, log, topics, clock, logger: silentLogger, sessionBounds });
  const open = (change: Partial<LiveUser> = {}): { socket: HeldSocket; session: LiveSession } => {
    const socket = new HeldSocket();
    const session = hub.open({ ...USER, ...change }, socket);
    hub.receive(session, START);
    return { socket, session };
  };
  return { hub, clock, published, open };
}

describe('LiveHub', () => {
  test('[LIVE-3] clients that come before the picture wait for it', () => {
    const { hub, open } = createHub();
    const { socket } = open();
    expect(socket.types()).toEqual([]);
    hub.load('e', pictureOf('e', { alarmsSeq: 4 }));
    expect(socket.types()).toEqual([MESSAGE.hello, MESSAGE.snapshot, MESSAGE.frame]);
  });

  test('[LIVE-7] a snapshot holds what is up to its sequence, and what follows comes behind it', () => {
    const { hub, open } = createHub();
    hub.load('e', pictureOf('e', { alarmsSeq: 4, bindings: [{ slot: 1, generation: 1, person: personOf('P', A) }] }));
    hub.takeEffects([{ seq: 6, atMs: 1, effects: [bindOf(2, 1, A)] }]);
    const { socket } = open();
    const snapshot = decodeMessageBody<SnapshotMessage>(socket.sent[1]!);
    expect(snapshot.seq).toBe(6);
    expect(snapshot.bindings.map((binding) => binding.slot)).toEqual([1, 2]);
    hub.takeEffects([
      { seq: 6, atMs: 1, effects: [bindOf(9, 1, A)] },
      { seq: 9, atMs: 2, effects: [bindOf(3, 1, A)] },
    ]);
    const later = socket.sent.slice(3).map((bytes) => decodeMessageBody<EffectsMessage>(bytes).items[0]?.seq);
    expect(later).toEqual([9]);
  });

  test('[LIVE-11] a socket that holds its bound is given nothing lossless until it drains, and then everything in order', () => {
    const { hub, open } = createHub();
    hub.load('e', null);
    const { socket, session } = open();
    socket.isHolding = true;
    const before = socket.sent.length;
    for (let seq = 1; seq <= 100; seq++) hub.takeEffects([{ seq, atMs: seq, effects: [bindOf(seq, 1, A)] }]);
    const largest = Math.max(...socket.sent.slice(before).map((bytes) => bytes.length));
    expect(socket.held).toBeGreaterThanOrEqual(1_000);
    expect(socket.held).toBeLessThan(1_000 + largest);
    socket.isHolding = false;
    socket.held = 0;
    session.pump();
    const seqs = socket.sent.slice(before).map((bytes) => decodeMessageBody<EffectsMessage>(bytes).items[0]?.seq);
    expect(seqs).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  test('[LIVE-12] a socket that holds older frames leaves the topic and comes back by one picture', () => {
    const { hub, open } = createHub();
    hub.load('e', null);
    const { socket, session } = open({ companyCode: A });
    expect([...socket.topics]).toEqual([`company/${A}`]);
    socket.held = 201;
    hub.takeFrame(frameOf({ term: 1, atMs: 1, tick: 1, online: 0 }, []));
    expect([...socket.topics]).toEqual([]);
    session.pump();
    expect(hub.statistics().behind).toBe(1);
    socket.held = 0;
    const before = socket.sent.length;
    session.pump();
    expect(socket.types().slice(before)).toEqual([MESSAGE.frame]);
    expect([...socket.topics]).toEqual([`company/${A}`]);
  });

  test('[LIVE-20] frames of the park go to the topic of the park as they are, and only where somebody watches', () => {
    const { hub, open, published } = createHub();
    hub.load('e', null);
    const frame = frameOf({ term: 1, atMs: 1, tick: 1, online: 0 }, []);
    hub.takeFrame(frame);
    expect(published).toEqual([]);
    open();
    hub.takeFrame(frame);
    expect(published).toEqual([['park', frame]]);
  });

  test('[LIVE-33] at most 8 acts of a client wait for the log', async () => {
    const waiting: ((appended: Appended) => void)[] = [];
    const { hub, open } = createHub({ append: () => new Promise((resolve) => waiting.push(resolve)) });
    hub.load('e', pictureOf('e', { alarms: [alarmOf('x', [A])] }));
    const { socket, session } = open();
    const before = socket.sent.length;
    for (let i = 0; i < 9; i++) {
      hub.receive(
        session,
        encodeMessage(MESSAGE.act, { actId: `a${i}`, act: 'acknowledge', alarmId: 'x', comment: null }),
      );
    }
    const answers = () => socket.sent.slice(before).map((bytes) => decodeMessageBody<ActAnswerMessage>(bytes));
    expect(answers()).toEqual([{ actId: 'a8', ok: false, code: 'RATE_LIMITED' }]);
    for (const resolve of waiting) resolve({ seq: 1, repeat: false });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers().filter((answer) => answer.ok).length).toBe(8);
    hub.receive(session, encodeMessage(MESSAGE.act, { actId: 'a9', act: 'acknowledge', alarmId: 'x', comment: null }));
    expect(waiting.length).toBe(9);
  });

  test('[LIVE-14] a client that does not start within 10 s is closed with 4002', () => {
    const { hub, clock } = createHub();
    const socket = new HeldSocket();
    hub.open(USER, socket);
    clock.advance(START_TIMEOUT_MS);
    hub.tick();
    expect(socket.closeCode).toBeNull();
    clock.advance(1);
    hub.tick();
    expect(socket.closeCode).toBe(4002);
  });
});
