import { pack } from 'msgpackr';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { LiveProbe } from '../../test/contract/live-probe.ts';
import { alarmOf, bindOf, frameOf, personOf, pictureOf } from '../../test/contract/live-world.ts';
import { MemoryLaneReader, MemoryLanes, MemoryWatchPublisher } from '../memory-lanes.ts';
import { MemoryLog, MemoryLogStore } from '../memory-log.ts';
import type { Effect } from '../protocol/effects.ts';
import { decodeEntry } from '../protocol/entry-codec.ts';
import { CLOSE_CODE, encodeMessage, MESSAGE, PROTOCOL_VERSION } from '../protocol/live-message.ts';
import { LaneFollower } from './lane-follower.ts';
import { LiveHub } from './live-hub.ts';
import type { LiveUser } from './live-socket.ts';
import { ACK_TIMEOUT_MS } from './session.ts';
import { isOriginAllowed, SOCKETS_PER_USER, UwsGateway, UwsTopics } from './uws-gateway.ts';

const A = '310000001';
const B = '310000002';
const EPOCH = 'epoch-1';

const user = (change: Partial<LiveUser> = {}): LiveUser => ({
  userId: 'u1',
  userName: '值班员',
  role: 'operator',
  companyCode: null,
  sessionId: 's1',
  ...change,
});

/** A gateway on a free port over memory lanes. */
async function openGateway() {
  const clock = new ManualClock(1_764_000_000_000);
  const lanes = new MemoryLanes(clock, EPOCH);
  lanes.term = 1;
  const publisher = new MemoryWatchPublisher(lanes);
  const logStore = new MemoryLogStore(clock, EPOCH);
  const topics = new UwsTopics();
  const log = new MemoryLog(logStore);
  const hub = new LiveHub({ park: 'demo', tickMs: 1_000, log, topics, clock, logger: silentLogger });
  const follower = new LaneFollower({ lanes: new MemoryLaneReader(lanes), hub, logger: silentLogger });
  const tickets = new Map<string, LiveUser>([
    ['park', user()],
    ['ops', user({ role: 'ops' })],
    ['contractor', user({ role: 'contractor' })],
    ['audit-admin', user({ role: 'audit-admin' })],
    ['a', user({ role: 'enterprise', companyCode: A, sessionId: 's-a', userId: 'ua' })],
    ['nobody', user({ role: 'enterprise', companyCode: null })],
    ['b', user({ role: 'enterprise', companyCode: B, sessionId: 's-b' })],
  ]);
  const spent = new Set<string>();
  const gateway = new UwsGateway({
    hub,
    topics,
    tickets: {
      redeem: async (ticket) => {
        const [name = ''] = ticket.split('.');
        if (spent.has(ticket)) return null;
        spent.add(ticket);
        return tickets.get(name) ?? null;
      },
    },
    allowedOrigins: ['https://park.example'],
    logger: silentLogger,
  });
  const port = await gateway.listen('127.0.0.1', 0);
  let count = 0;
  const probes: LiveProbe[] = [];
  const base = `ws://127.0.0.1:${port}/live`;
  return {
    clock,
    lanes,
    publisher,
    logStore,
    hub,
    follower,
    gateway,
    base,
    /** Every call a new ticket of that user. */
    connect: (who: string, options: ConstructorParameters<typeof LiveProbe>[1] = {}) => {
      const probe = new LiveProbe(`${base}?ticket=${who}.${++count}`, options);
      probes.push(probe);
      return probe;
    },
    connectTo: (url: string, options: ConstructorParameters<typeof LiveProbe>[1] = {}) => {
      const probe = new LiveProbe(url, options);
      probes.push(probe);
      return probe;
    },
    publish: async (seq: number, effects: Effect[]) => {
      await publisher.publishEffects(1, { seq, atMs: clock.nowMs(), effects });
    },
    close: async () => {
      for (const probe of probes) probe.end();
      await follower.close();
      await gateway.close();
    },
  };
}

describe('gateway', () => {
  let world: Awaited<ReturnType<typeof openGateway>>;
  beforeEach(async () => {
    world = await openGateway();
    world.lanes.trimEffects(11);
    const picture = pictureOf(EPOCH, {
      alarmsSeq: 10,
      bindings: [
        { slot: 1, generation: 1, person: personOf('P1-1', A) },
        { slot: 2, generation: 1, person: personOf('P2-1', B) },
      ],
      alarms: [alarmOf('alarm-a', [A])],
      places: [
        { slot: 1, generation: 1, easting: 100, northing: 200 },
        { slot: 2, generation: 1, easting: 2_100, northing: 200 },
      ],
    });
    await world.publisher.publishPicture(1, pack(picture));
    world.follower.start();
  });
  afterEach(() => world.close());

  test('[LIVE-3] a newcomer gets hello, snapshot and picture, then what comes', async () => {
    const probe = world.connect('park');
    await probe.untilLive();
    expect(probe.types.slice(0, 3)).toEqual([MESSAGE.hello, MESSAGE.snapshot, MESSAGE.frame]);
    expect(probe.hellos[0]).toMatchObject({ park: 'demo', userName: '值班员', role: 'operator', resumed: false });
    expect(probe.client.picture.personAt(2)?.companyCode).toBe(B);
    await world.publish(11, [bindOf(7, 1, A)]);
    await world.publisher.publishFrame(
      1,
      frameOf({ term: 1, atMs: 1_764_000_001_000, tick: 2, online: 3 }, [
        { slot: 7, generation: 1, easting: 50, northing: 60 },
      ]),
      0,
    );
    await probe.until(() => probe.client.picture.isPresent(7));
    expect(probe.client.picture).toMatchObject({ seq: 11, online: 3 });
    expect(probe.client.picture.personAt(7)?.companyCode).toBe(A);
  });

  test('[LIVE-20] a company sees its own people, alarms and places and nobody else', async () => {
    const probe = world.connect('a');
    await probe.untilLive();
    const { picture } = probe.client;
    expect([...picture.bindings.keys()]).toEqual([1]);
    expect(picture.isPresent(2)).toBe(false);
    expect(picture.alarms.has('alarm-a')).toBe(true);
    await world.publish(11, [bindOf(8, 1, B), { t: 'alarm', alarm: alarmOf('alarm-b', [B]) }]);
    await world.publisher.publishFrame(
      1,
      frameOf({ term: 1, atMs: 1_764_000_001_000, tick: 2, online: 3 }, [
        { slot: 8, generation: 1, easting: 50, northing: 60 },
        { slot: 1, generation: 1, easting: 101, northing: 200 },
      ]),
      0,
    );
    await probe.until(() => picture.tick === 2);
    expect(picture).toMatchObject({ seq: 11, online: 1 });
    expect(picture.isPresent(8)).toBe(false);
    expect(picture.bindings.has(8)).toBe(false);
    expect(picture.alarms.has('alarm-b')).toBe(false);
    expect(picture.easting[1]).toBeCloseTo(101, 1);
  });

  test('[LIVE-23] neither a company’s user without a company nor a role that sees no people is let in', async () => {
    for (const who of ['nobody', 'ops', 'contractor', 'audit-admin']) {
      expect(await world.connect(who).untilClosed()).toBe(CLOSE_CODE.ticketInvalid);
    }
  });

  test('[LIVE-5] a client that comes back goes on where it stopped', async () => {
    const first = world.connect('park');
    await first.untilLive();
    await world.publish(11, [bindOf(3, 1, A)]);
    await first.until(() => first.client.picture.seq === 11);
    first.end();
    await world.publish(12, [bindOf(4, 1, A)]);
    await world.publish(15, [bindOf(5, 1, B)]);
    const second = world.connect('park', { client: first.client });
    await second.until(() => second.client.picture.seq === 15);
    expect(second.hellos[0]?.resumed).toBe(true);
    expect(second.types).not.toContain(MESSAGE.snapshot);
    expect([...second.client.picture.bindings.keys()].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test('[LIVE-6] a client from before the kept window, or of another epoch, gets a snapshot', async () => {
    for (const position of [
      { epoch: EPOCH, seq: 9 },
      { epoch: 'another', seq: 10 },
    ]) {
      const probe = world.connect('park', {
        start: encodeMessage(MESSAGE.start, { version: PROTOCOL_VERSION, position }),
      });
      await probe.untilLive();
      expect(probe.hellos[0]?.resumed).toBe(false);
      expect(probe.types).toContain(MESSAGE.snapshot);
    }
  });

  test('[LIVE-1] a ticket opens one socket; without a good one the socket closes with 4505', async () => {
    const good = world.connectTo(`${world.base}?ticket=park.once`);
    await good.untilLive();
    for (const url of [`${world.base}?ticket=park.once`, `${world.base}?ticket=unknown`, world.base]) {
      expect(await world.connectTo(url).untilClosed()).toBe(CLOSE_CODE.ticketInvalid);
    }
  });

  test('[LIVE-45] a user has so many sockets and no more; other users have theirs, and a closed one makes room', async () => {
    const open = Array.from({ length: SOCKETS_PER_USER }, () => world.connect('park'));
    await Promise.all(open.map((probe) => probe.untilLive()));
    expect(await world.connect('park').untilClosed()).toBe(CLOSE_CODE.slowDown);
    await world.connect('a').untilLive();
    expect(open.every((probe) => probe.closed === null)).toBe(true);
    open[0]!.end();
    await expect.poll(() => world.hub.socketsOf('u1')).toBe(SOCKETS_PER_USER - 1);
    await world.connect('park').untilLive();
  });

  test('[LIVE-2] a page of another host is refused, the own host and a configured one are not', async () => {
    const other = world.connect('park', { origin: 'https://elsewhere.example' });
    await other.untilClosed();
    expect(other.types).toEqual([]);
    await world.connect('park', { origin: 'http://127.0.0.1:7000' }).untilLive();
    await world.connect('park', { origin: 'https://park.example' }).untilLive();
  });

  test('[LIVE-30] an act is kept in the log with who did it, then answered; the same id again is not done twice', async () => {
    const probe = world.connect('a');
    await probe.untilLive();
    const act = { actId: 'act-1', act: 'acknowledge', alarmId: 'alarm-a', comment: '已派人' } as const;
    probe.act(act);
    probe.act(act);
    await probe.until(() => probe.answers.length === 2);
    expect(probe.answers).toEqual([
      { actId: 'act-1', ok: true, code: null },
      { actId: 'act-1', ok: true, code: null },
    ]);
    expect(world.logStore.entries.map((entry) => decodeEntry(entry))).toMatchObject([
      { kind: 'act', body: { ...act, userId: 'ua', userName: '值班员', companyCode: A } },
    ]);
  });

  test('[LIVE-31] a company may not act on what it does not see, and nobody on what is not there', async () => {
    const act = { actId: 'x', act: 'reset', alarmId: 'alarm-a', comment: null } as const;
    const cases = [
      ['b', act, 'NOT_FOUND'],
      ['park', { ...act, alarmId: 'none' }, 'NOT_FOUND'],
    ] as const;
    for (const [who, message, code] of cases) {
      const probe = world.connect(who);
      await probe.untilLive();
      probe.act(message);
      await probe.until(() => probe.answers.length === 1);
      expect(probe.answers[0]).toEqual({ actId: 'x', ok: false, code });
    }
    expect(world.logStore.entries).toEqual([]);
  });

  test('[LIVE-32] an act that the log did not confirm is answered so', async () => {
    const probe = world.connect('park');
    await probe.untilLive();
    world.logStore.isDown = true;
    probe.act({ actId: 'x', act: 'acknowledge', alarmId: 'alarm-a', comment: null });
    await probe.until(() => probe.answers.length === 1);
    expect(probe.answers[0]).toEqual({ actId: 'x', ok: false, code: 'LOG_UNAVAILABLE' });
  });

  test('[LIVE-40] malformed, unexpected and oversized messages close the socket and change nothing', async () => {
    const start = encodeMessage(MESSAGE.start, { version: PROTOCOL_VERSION, position: null });
    const bad: [string, Uint8Array][] = [
      ['garbage', new Uint8Array([MESSAGE.start, 0xc1, 0xff])],
      ['nothing', new Uint8Array([])],
      ['act before start', encodeMessage(MESSAGE.act, { actId: 'x', act: 'reset', alarmId: 'alarm-a', comment: null })],
      ['server type', encodeMessage(MESSAGE.hello, {})],
      ['null start', encodeMessage(MESSAGE.start, null)],
      ['start position', encodeMessage(MESSAGE.start, { version: PROTOCOL_VERSION, position: { epoch: 1, seq: 'x' } })],
    ];
    for (const [, bytes] of bad) {
      expect(await world.connect('park', { start: bytes }).untilClosed()).toBe(CLOSE_CODE.protocolError);
    }
    for (const body of [null, { actId: '', act: 'reset', alarmId: 'a' }, { actId: 'x', act: 'delete', alarmId: 'a' }]) {
      const probe = world.connect('park');
      await probe.untilLive();
      probe.send(encodeMessage(MESSAGE.act, body));
      expect(await probe.untilClosed()).toBe(CLOSE_CODE.protocolError);
    }
    const twice = world.connect('park');
    await twice.untilLive();
    twice.send(start);
    expect(await twice.untilClosed()).toBe(CLOSE_CODE.protocolError);
    const large = world.connect('park');
    await large.untilLive();
    large.send(new Uint8Array(20_000));
    await large.untilClosed();
    expect(world.logStore.entries).toEqual([]);
  });

  test('[LIVE-4] another protocol version is closed with 4504', async () => {
    const start = encodeMessage(MESSAGE.start, { version: 99, position: null });
    expect(await world.connect('park', { start }).untilClosed()).toBe(CLOSE_CODE.versionUnknown);
  });

  test('[LIVE-41] the end of a sign-in session closes its sockets with 4501 and no other', async () => {
    const [mine, other] = [world.connect('a'), world.connect('park')];
    await Promise.all([mine.untilLive(), other.untilLive()]);
    world.hub.endSession('s-a');
    expect(await mine.untilClosed()).toBe(CLOSE_CODE.sessionEnded);
    await world.publish(11, []);
    await other.until(() => other.client.picture.seq === 11);
  });

  test('[LIVE-14] a client that acknowledges nothing for 60 s is closed with 4002, one that does stays', async () => {
    const [silent, alive] = [world.connect('park'), world.connect('park')];
    await Promise.all([silent.untilLive(), alive.untilLive()]);
    world.clock.advance(ACK_TIMEOUT_MS);
    alive.send(encodeMessage(MESSAGE.ack, { seq: 10 }));
    alive.act({ actId: 'sync', act: 'reset', alarmId: 'alarm-a', comment: null });
    await alive.until(() => alive.answers.length === 1);
    world.clock.advance(1);
    world.hub.tick();
    expect(await silent.untilClosed()).toBe(CLOSE_CODE.slowDown);
    expect(alive.closed).toBeNull();
  });

  test('[LIVE-12] a stalled socket is taken off the frames, holds bounded bytes, and catches up by one picture', async () => {
    const probe = world.connect('park');
    await probe.untilLive();
    probe.stall();
    const crowd = Array.from({ length: 20_000 }, (_, i) => ({
      slot: i + 10,
      generation: 1,
      easting: i / 20,
      northing: 5,
    }));
    let tick = 2;
    const publishCrowd = async (): Promise<void> => {
      const at = { term: 1, atMs: 1_764_000_001_000 + tick, tick: tick++, online: crowd.length };
      await world.publisher.publishFrame(1, frameOf(at, crowd), 0);
    };
    // The kernel takes some megabytes before it pushes back.
    await vi.waitUntil(
      async () => {
        await publishCrowd();
        return world.hub.statistics().behind === 1;
      },
      { interval: 5, timeout: 30_000 },
    );
    const ticksWhenBehind = tick;
    for (let i = 0; i < 50; i++) await publishCrowd();
    await world.publish(11, [bindOf(3, 1, A)]);
    await vi.waitUntil(() => world.hub.picture.tick === tick - 1, { timeout: 30_000 });
    const received = probe.client.statistics.frames;
    probe.resume();
    await probe.until(() => probe.client.picture.tick >= tick - 1 && probe.client.picture.seq === 11);
    const skipped = tick - 2 - (probe.client.statistics.frames - received);
    expect(skipped).toBeGreaterThan(0);
    expect(probe.client.statistics.frames).toBeLessThan(ticksWhenBehind + 5);
    expect(world.hub.statistics().behind).toBe(0);
    await publishCrowd();
    await probe.until(() => probe.client.picture.tick === tick - 1);
    expect(probe.client.picture.isPresent(20_009)).toBe(true);
  }, 60_000);

  test('[LIVE-8] another epoch of the lanes brings every client a snapshot of the new picture', async () => {
    const probe = world.connect('park');
    await probe.untilLive();
    world.lanes.picture = pack(
      pictureOf('epoch-2', { alarmsSeq: 3, bindings: [{ slot: 9, generation: 1, person: personOf('N', B) }] }),
    );
    world.lanes.restart('epoch-2');
    await probe.until(() => probe.client.picture.epoch === 'epoch-2');
    await world.publish(4, [bindOf(3, 1, A)]);
    await probe.until(() => probe.client.picture.seq === 4);
    expect([...probe.client.picture.bindings.keys()].sort()).toEqual([3, 9]);
  });

  test('[LIVE-13] frames of an older term go to nobody', async () => {
    const probe = world.connect('park');
    await probe.untilLive();
    const place = { slot: 1, generation: 1, northing: 200 };
    const at = (term: number, tick: number) => ({ term, tick, atMs: 1_764_000_002_000, online: 1 });
    await world.publisher.publishFrame(1, frameOf(at(5, 2), [{ ...place, easting: 300 }]), 0);
    await world.publisher.publishFrame(1, frameOf(at(4, 3), [{ ...place, easting: 400 }]), 0);
    await world.publisher.publishFrame(1, frameOf(at(5, 4), []), 0);
    await probe.until(() => probe.client.picture.tick === 4);
    expect(probe.client.statistics.frames).toBe(3);
    expect(probe.client.picture.easting[1]).toBeCloseTo(300, 1);
  });

  test('[LIVE-42] at the end everyone is told to come back', async () => {
    const probe = world.connect('park');
    await probe.untilLive();
    const closed = world.gateway.close();
    expect(await probe.untilClosed()).toBe(CLOSE_CODE.shuttingDown);
    await closed;
  });

  test('[LIVE-43] health tells whether a picture is loaded', async () => {
    const answer = await fetch(world.base.replace('ws:', 'http:').replace('/live', '/health'));
    expect(await answer.json()).toMatchObject({ ok: true, seq: 10 });
  });
});

describe('isOriginAllowed', () => {
  test.each([
    ['', 'park.example', true],
    ['http://park.example:7000', 'park.example:7002', true],
    ['https://park.example', 'other.example', true],
    ['http://evil.example', 'park.example:7002', false],
    ['http://park.example.evil.example', 'park.example', false],
    ['null', 'park.example', false],
    ['not an address', 'park.example', false],
  ])('[LIVE-2] origin %s at host %s: %s', (origin, host, allowed) => {
    expect(isOriginAllowed(origin, host, ['https://park.example'])).toBe(allowed);
  });
});
