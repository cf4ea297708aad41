import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pack } from 'msgpackr';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { LogFields, Logger } from '../../core/logger.ts';
import { silentLogger } from '../../core/logger.ts';
import { RedisSessionStore } from '../../security/session-redis.ts';
import { Sessions } from '../../security/sessions.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import { CLOSE_CODE, MESSAGE } from '../../stream/protocol/live-message.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { RedisWatchPublisher } from '../../stream/redis-lanes.ts';
import { RedisLeaseKeeper } from '../../stream/redis-lease.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { LiveProbe } from '../../test/contract/live-probe.ts';
import { alarmOf, bindOf, frameOf, pictureOf } from '../../test/contract/live-world.ts';
import { runCommandLine } from '../cli/run-command.ts';
import { command as watchCommand } from '../cli/watch.ts';
import { loadConfig } from '../config.ts';
import type { RunningRole } from '../role.ts';
import { start } from './live.ts';

const A = '310000001';
const OPERATOR = {
  userId: 'u1',
  userName: 'lin',
  role: 'operator',
  companyCode: null,
  department: null,
  contractorCode: null,
  mustChangePassword: false,
} as const;

let redis: Redis;
beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'live-test' });
  await whenReady(redis);
});
afterAll(() => closeRedis(redis));

/** Starts the role on a free port and says which. */
async function startLive(park: string): Promise<{ role: RunningRole; port: number }> {
  let port = 0;
  const logger: Logger = {
    ...silentLogger,
    info: (event: string, fields?: LogFields) => {
      if (event === 'live-listening') port = Number(fields?.['port']);
    },
  };
  const config = loadConfig({ PARK_CODE: park, PARK_HOST: '127.0.0.1' });
  const running = { ...config, livePort: 0, redisUrl: inject('redisUrl'), databaseUrl: 'postgres://nowhere/none' };
  const role = await start({ config: running, logger, clock: systemClock });
  return { role, port };
}

describe('role live on Redis, without PostgreSQL', () => {
  const sessions = (): Sessions => new Sessions(new RedisSessionStore(redis), systemClock);
  let park: string;
  let log: RedisLog;
  let publisher: RedisWatchPublisher;
  let term: number;
  let epoch: string;
  let live: { role: RunningRole; port: number };
  let probes: LiveProbe[];

  beforeEach(async () => {
    park = `t${randomUUID().slice(0, 18)}`;
    probes = [];
    log = new RedisLog({ redis, park });
    epoch = (await log.head()).epoch;
    publisher = new RedisWatchPublisher({ redis, park });
    const lease = new RedisLeaseKeeper({ redis, park });
    term = await lease.acquire('watch', 'test', 60_000, new AbortController().signal);
    await publishPicture(0, [bindOf(1, 1, A)]);
    live = await startLive(park);
  });
  afterEach(async () => {
    for (const probe of probes) probe.end();
    await live.role.close();
    await log.close();
    const found = await redis.keys(`*{${park}}*`);
    await redis.del(...found);
  });

  const connect = (ticket: string, options: ConstructorParameters<typeof LiveProbe>[1] = {}): LiveProbe => {
    const probe = new LiveProbe(`ws://127.0.0.1:${live.port}/live?ticket=${ticket}`, options);
    probes.push(probe);
    return probe;
  };
  const publishPicture = (alarmsSeq: number, binds: ReturnType<typeof bindOf>[]): Promise<void> => {
    const picture = pictureOf(epoch, {
      term,
      atMs: Date.now(),
      alarmsSeq,
      bindings: binds.flatMap((bind) => (bind.t === 'bind' ? [bind] : [])),
      alarms: [alarmOf('alarm-1', [A])],
      places: [{ slot: 1, generation: 1, easting: 10, northing: 20 }],
    });
    return publisher.publishPicture(term, pack(picture));
  };
  const publishFrame = (tick: number, easting: number): Promise<string> => {
    const at = { term, atMs: Date.now(), tick, online: 1 };
    return publisher.publishFrame(term, frameOf(at, [{ slot: 1, generation: 1, easting, northing: 20 }]), at.atMs);
  };

  test('[LIVE-3] from the lanes in Redis to a client, and its act into the log', async () => {
    const { session } = await sessions().start(OPERATOR, '127.0.0.1');
    const probe = connect(await sessions().issueTicket(session));
    await probe.untilLive();
    await publisher.publishEffects(term, { seq: 1, atMs: 1, effects: [bindOf(2, 1, A)] });
    await publishFrame(2, 30);
    await probe.until(() => probe.client.picture.seq === 1 && probe.client.picture.tick === 2);
    expect(probe.client.picture.easting[1]).toBeCloseTo(30, 1);
    probe.act({ actId: randomUUID(), act: 'acknowledge', alarmId: 'alarm-1', comment: null });
    await probe.until(() => probe.answers.length === 1);
    expect(probe.answers[0]).toMatchObject({ ok: true });
    const [entry] = await log.read(1, 10, 0);
    expect(entry && decodeEntry(entry)).toMatchObject({ kind: 'act', body: { alarmId: 'alarm-1', userName: 'lin' } });
  });

  test('[LIVE-1] [LIVE-41] a ticket opens one socket, and signing out closes it', async () => {
    const { session } = await sessions().start(OPERATOR, '127.0.0.1');
    const ticket = await sessions().issueTicket(session);
    const probe = connect(ticket);
    await probe.untilLive();
    expect(await connect(ticket).untilClosed()).toBe(CLOSE_CODE.ticketInvalid);
    await sessions().end(session);
    expect(await probe.untilClosed()).toBe(CLOSE_CODE.sessionEnded);
  });

  test('[LIVE-5] another gateway resumes clients without a snapshot, also from a picture newer than what they have', async () => {
    const { session } = await sessions().start(OPERATOR, '127.0.0.1');
    const own = await sessions().start({ ...OPERATOR, role: 'enterprise', companyCode: A }, '127.0.0.1');
    const other = await sessions().start({ ...OPERATOR, role: 'enterprise', companyCode: 'B' }, '127.0.0.1');
    const all = [session, own.session, other.session];
    const first = await Promise.all(all.map(async (each) => connect(await sessions().issueTicket(each))));
    await Promise.all(first.map((probe) => probe.untilLive()));
    const bind = { seq: 1, atMs: 1, effects: [bindOf(2, 1, A)] };
    await publisher.publishEffects(term, bind);
    await Promise.all(first.map((probe) => probe.until(() => probe.client.picture.seq === 1)));
    await live.role.close();
    expect(await Promise.all(first.map((probe) => probe.untilClosed()))).toEqual(
      all.map(() => CLOSE_CODE.shuttingDown),
    );
    // Only the operator's client comes back lacking an item; its sequence is far behind the log's in any case.
    await publishPicture(50, [bindOf(1, 1, A), bindOf(2, 1, A)]);
    live = await startLive(park);
    const again = await Promise.all(
      all.map(async (each, i) => connect(await sessions().issueTicket(each), { client: first[i]!.client })),
    );
    await Promise.all(again.map((probe) => probe.untilLive()));
    expect(again.map((probe) => probe.types.includes(MESSAGE.snapshot))).toEqual([false, false, false]);

    await live.role.close();
    await Promise.all(again.map((probe) => probe.untilClosed()));
    await publisher.publishEffects(term, { seq: 60, atMs: 2, effects: [bindOf(3, 1, A)] });
    await publishPicture(70, [bindOf(1, 1, A), bindOf(2, 1, A), bindOf(3, 1, A)]);
    live = await startLive(park);
    const third = await Promise.all(
      all.map(async (each, i) => connect(await sessions().issueTicket(each), { client: first[i]!.client })),
    );
    await Promise.all(third.map((probe) => probe.untilLive()));
    await third[0]!.until(() => third[0]!.client.picture.seq === 60);
    // Whom an item before the picture concerned is not known any more, so companies begin anew.
    expect(third.map((probe) => probe.types.includes(MESSAGE.snapshot))).toEqual([false, true, true]);
    expect(third.map((probe) => [...probe.client.picture.bindings.keys()])).toEqual([[1, 2, 3], [1, 2, 3], []]);
  });

  test('[LIVE-50] park watch prints people, alarms and frame statistics as JSON lines', async () => {
    const { session } = await sessions().start(OPERATOR, '127.0.0.1');
    // Stands in for the admin server, which has tests of its own.
    const admin = createServer((request, response) => {
      const answer = async (): Promise<void> => {
        response.setHeader('content-type', 'application/json');
        if (request.url === '/api/session') {
          response.setHeader('set-cookie', 'park_session=cookie; HttpOnly').end('{}');
          return;
        }
        const isSignedIn = request.headers.cookie === 'park_session=cookie';
        response.statusCode = isSignedIn ? 200 : 401;
        response.end(JSON.stringify({ ticket: await sessions().issueTicket(session), url: '', livePort: live.port }));
      };
      void answer();
    });
    await new Promise<void>((resolve) => admin.listen(0, '127.0.0.1', resolve));
    const stop = new AbortController();
    const lines: Record<string, unknown>[] = [];
    const collect = (text: string): void => {
      lines.push(
        ...text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>),
      );
      const last = lines.at(-1);
      if (last?.['event'] === 'snapshot') void publishFrame(2, 30);
      if (last?.['event'] === 'status' && last['frames'] !== 0) stop.abort();
    };
    const url = `http://127.0.0.1:${(admin.address() as AddressInfo).port}`;
    const code = await runCommandLine(['watch', '--url', url, '--user', 'lin', '--password', 'x', '--json'], {
      commands: [{ name: 'watch', summary: '', load: async () => watchCommand }],
      env: {},
      clock: systemClock,
      stdin: process.stdin,
      stdout: { write: (text: string) => collect(text) } as unknown as NodeJS.WritableStream,
      stderr: process.stderr,
      interruption: () => stop.signal,
    });
    admin.close();
    expect(code).toBe(0);
    expect(lines.map((line) => line['event'])).toEqual([
      'connected',
      'snapshot',
      'alarm',
      'status',
      'status',
      'summary',
    ]);
    expect(lines[0]).toMatchObject({ park, userName: 'lin', role: 'operator', resumed: false });
    expect(lines[2]).toMatchObject({ alarmId: 'alarm-1', rule: 'sos', transition: 'raised', companyCode: A });
    expect(lines[3]).toMatchObject({ people: 1, online: 1, alarms: 1, sos: 0 });
    expect(lines.at(-1)).toMatchObject({ snapshots: 1 });
    expect(Number(lines.at(-1)?.['frames'])).toBeGreaterThanOrEqual(1);
  });
});
