import { pack } from 'msgpackr';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { silentLogger } from '../../core/logger.ts';
import { Engine } from '../../engine/engine.ts';
import { FrameBuilder, pictureFrom } from '../../engine/frames.ts';
import { createPark } from '../../engine/park.ts';
import { MemoryLaneReader, MemoryLanes, MemoryWatchPublisher } from '../../stream/memory-lanes.ts';
import { MemoryLog, MemoryLogStore } from '../../stream/memory-log.ts';
import type { Delivery } from '../../stream/protocol/deliveries.ts';
import { ENTRY_KIND, type EntryBodies, type EntryKindName } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import type { LogAppender } from '../../stream/protocol/log.ts';
import { at, T0 } from '../../test/builders/engine-run.ts';
import { createFixBatch } from '../../test/builders/entries.ts';
import { projection } from '../../test/builders/plane.ts';
import type { DeliveryChannel, Message, Outcome } from './channel.ts';
import { Deliverer } from './deliverer.ts';

/** A park whose log, engine and lanes lie in memory. */
class World {
  readonly clock = new ManualClock(T0);
  readonly store = new MemoryLogStore(this.clock);
  readonly log = new MemoryLog(this.store);
  readonly lanes = new MemoryLanes(this.clock);
  readonly engine = new Engine(createPark(projection));
  readonly sent: Message[] = [];
  #n = 0;

  async put<K extends EntryKindName>(kind: K, body: EntryBodies[K]): Promise<void> {
    const bytes = encodeBody(kind, body as never);
    const receivedAtMs = this.clock.nowMs();
    await this.log.append({ kind: ENTRY_KIND[kind], receivedAtMs, body: bytes, dedupId: `test-${++this.#n}` });
    await this.watch();
  }
  /** Steps the engine through what the log has. */
  async watch(): Promise<void> {
    const publisher = new MemoryWatchPublisher(this.lanes);
    for (const raw of await new MemoryLog(this.store).read(this.engine.seq + 1, 1_000, 0)) {
      const item = this.engine.step(decodeEntry(raw));
      if (item !== null) await publisher.publishEffects(0, item);
    }
  }
  picture(): void {
    const place = { epoch: this.lanes.epoch, term: 0, atMs: this.clock.nowMs(), liveId: '0-0' };
    this.lanes.setPicture(pack(pictureFrom(this.engine, new FrameBuilder(1_000), place)));
  }
  deliveries(): Delivery[] {
    return this.engine.park.docs.values('delivery');
  }
  state(deliveryId: string): string {
    return this.engine.park.docs.get('delivery', deliveryId)?.state ?? 'over';
  }
  /** An SOS that is to be told to the duty desk by SMS. */
  async sos(): Promise<Delivery> {
    const people = [{ contactId: 'zhang', name: '张三', channels: ['sms', 'email'] }];
    const setting = { topic: 'roster', key: 'park/duty', version: 1, userId: 'u', userName: 'u' } as const;
    await this.put('setting', { ...setting, value: { people } });
    await this.put('fixes', createFixBatch([at(0, 0, this.clock.nowMs(), { sos: true })]));
    return this.deliveries().find(({ text, state }) => text === 'alarm' && state === 'due')!;
  }
  channel(answer: (message: Message) => Outcome | Promise<Outcome>): DeliveryChannel {
    return {
      name: 'sms',
      send: async (message) => {
        this.sent.push(message);
        return answer(message);
      },
    };
  }
  deliverer(channels: readonly DeliveryChannel[], log: LogAppender = new MemoryLog(this.store)): Running {
    const stop = new AbortController();
    const lost: unknown[] = [];
    const lanes = new MemoryLaneReader(this.lanes);
    const running = new Deliverer({
      lanes,
      openLog: () => new MemoryLog(this.store),
      log,
      addresses: { addressOf: async () => ({ address: '13800000000', language: 'zh-CN' }) },
      channels,
      clock: this.clock,
      logger: silentLogger,
    }).run(stop.signal, (error) => lost.push(error));
    const kill = async (): Promise<void> => {
      stop.abort();
      await lanes.close();
      await running;
    };
    stops.push(kill);
    return { kill, lost };
  }
}
interface Running {
  readonly kill: () => Promise<void>;
  readonly lost: readonly unknown[];
}
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
const SENT: Outcome = { outcome: 'sent', detail: 'HTTP 200' };

describe('deliverer', () => {
  it('[DLV-12] carries out what is due once, with its words, and says so in the log', async () => {
    const world = new World();
    const due = await world.sos();
    world.deliverer([world.channel(() => SENT)]);
    await vi.waitFor(async () => {
      await world.watch();
      expect(world.state(due.deliveryId)).toBe('sent');
    });
    expect(world.sent.filter(({ deliveryId }) => deliveryId === due.deliveryId)).toMatchObject([
      { address: '13800000000', subject: expect.stringContaining('SOS'), facts: { kind: 'alarm', party: 'park/duty' } },
    ]);
  });

  it('[DLV-13] a channel that is not configured fails, so that the next way is tried', async () => {
    const world = new World();
    const due = await world.sos();
    world.deliverer([]);
    await vi.waitFor(async () => {
      await world.watch();
      expect(
        world
          .deliveries()
          .find(({ alarmId, text, party }) => alarmId === due.alarmId && text === 'alarm' && party === 'park/duty')
          ?.channel,
      ).toBe('page');
    });
    expect(world.sent).toEqual([]);
  });

  it('[DLV-14] killed between sending and its receipt it sends again under the same id: at least once', async () => {
    const world = new World();
    const due = await world.sos();
    const ofDue = () => world.sent.filter(({ deliveryId }) => deliveryId === due.deliveryId);
    const noLog: LogAppender = { append: () => Promise.reject(new AppError('LOG_UNAVAILABLE')) };
    const first = world.deliverer([world.channel(() => SENT)], noLog);
    await vi.waitFor(() => expect(ofDue()).toHaveLength(1));
    await first.kill();
    world.deliverer([world.channel(() => SENT)]);
    await vi.waitFor(async () => {
      await world.watch();
      expect(world.state(due.deliveryId)).toBe('sent');
    });
    expect(ofDue()).toHaveLength(2);
  });

  it('[DLV-14] killed after the receipt it does not, though engine and picture lag behind', async () => {
    const world = new World();
    const due = await world.sos();
    const first = world.deliverer([world.channel(() => SENT)]);
    await vi.waitFor(async () => expect(await receiptsOf(world)).toContain(due.deliveryId));
    await first.kill();
    world.picture();
    expect(world.state(due.deliveryId)).toBe('due');
    const sentBefore = world.sent.filter(({ deliveryId }) => deliveryId === due.deliveryId).length;
    world.deliverer([world.channel(() => SENT)]);
    world.clock.advance(1_000);
    await world.put('fixes', createFixBatch([at(0, 0, world.clock.nowMs(), { person: 'p2', sos: true })]));
    await vi.waitFor(() => expect(world.sent.some(({ facts }) => facts['alarmId'] !== due.alarmId)).toBe(true));
    expect(world.sent.filter(({ deliveryId }) => deliveryId === due.deliveryId)).toHaveLength(sentBefore);
  });

  it('[DLV-15] tries again while the engine waits; what nobody waits for any more is left', async () => {
    const world = new World();
    const due = await world.sos();
    let tries = 0;
    world.deliverer([
      world.channel(({ deliveryId }) => {
        if (deliveryId !== due.deliveryId) return SENT;
        if (++tries < 3) throw new Error('HTTP 503');
        return SENT;
      }),
    ]);
    await vi.waitFor(
      async () => {
        await world.watch();
        expect(world.state(due.deliveryId)).toBe('sent');
      },
      { timeout: 5_000 },
    );
    expect(tries).toBe(3);
  });

  it.each([
    [
      'hangs',
      (signal: AbortSignal) => new Promise<Outcome>((resolve) => signal.addEventListener('abort', () => resolve(SENT))),
    ],
    ['asks to come later', () => Promise.reject(new Error('SMTP 451'))],
  ])('[DLV-15] a channel that %s holds up no other, and one to be tried again none of its own', async (how, answer) => {
    const world = new World();
    const mailed = new Set<string>();
    const mail: DeliveryChannel = {
      name: 'email',
      send: ({ deliveryId }, signal) => {
        mailed.add(deliveryId);
        return answer(signal);
      },
    };
    const rosterOf = (version: number, channel: string) => {
      const value = { people: [{ contactId: channel, name: '张三', channels: [channel] }] };
      return world.put('setting', { topic: 'roster', key: 'park/duty', version, userId: 'u', userName: 'u', value });
    };
    const call = (person: string) =>
      world.put('fixes', createFixBatch([at(0, 0, world.clock.nowMs(), { person, sos: true })]));
    await rosterOf(1, 'email');
    for (let n = 0; n < 40; n++) await call(`p${n}`);
    world.deliverer([world.channel(() => SENT), mail]);
    await vi.waitFor(() => expect(mailed.size).toBeGreaterThanOrEqual(how === 'hangs' ? 32 : 40));
    await rosterOf(2, 'sms');
    await call('one-more');
    await vi.waitFor(() => expect(world.sent.some(({ subject }) => subject.includes('SOS'))).toBe(true));
  });

  it('[DLV-16] whose lease was taken stops, and its receipt is refused', async () => {
    const world = new World();
    await world.sos();
    const taken: LogAppender = { append: () => Promise.reject(new AppError('TERM_LOST')) };
    const { lost } = world.deliverer([world.channel(() => SENT)], taken);
    await vi.waitFor(() => expect(lost[0]).toMatchObject({ code: 'TERM_LOST' }));
  });
});

async function receiptsOf(world: World): Promise<string[]> {
  const entries = await new MemoryLog(world.store).read(1, 1_000, 0);
  return entries.flatMap((raw) => {
    const entry = decodeEntry(raw);
    return entry.kind === 'receipt' ? [entry.body.deliveryId] : [];
  });
}
