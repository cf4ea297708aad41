import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pack } from 'msgpackr';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '../core/clock.ts';
import { FIX_FLAG, type FixBatch } from '../stream/protocol/entry.ts';
import {
  APP_ID,
  APP_SECRET,
  AREAS,
  createArea,
  createPerson,
  createPosition,
  type IngestPark,
  type IngestParkOptions,
  PERSONS,
  POSITIONS,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { createPersonAlarm, SAMPLE_RECORDS } from '../test/sample-records.ts';
import { BodyBudget } from './body-budget.ts';
import { parseRecords } from './parse-body.ts';
import { RateLimiter } from './rate-limit.ts';
import { DEFAULT_LIMITS } from './server.ts';
import { signRequest } from './sign-request.ts';
import { POSITION_SOS } from './sos-sign.ts';
import { STREAM_PATH } from './stream-socket.ts';

let park: IngestPark | null = null;
const start = async (options?: IngestParkOptions): Promise<IngestPark> => {
  park = await startIngestPark(options);
  return park;
};
afterEach(async () => {
  await park?.close();
  park = null;
});

const positions = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, i) => createPosition({ PERSON_ID: `P-${i}` }));
const subjectsOf = (batch: FixBatch): string[] =>
  Array.from({ length: batch.count }, (_, i) => batch.strings[batch.subjectIndex[i]!]!);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const memoryHeld = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

describe('the rate of a credential', () => {
  const credential = { rateRecordsPerS: 100 };

  /** Uses up the burst of at least 5,000 records. */
  const exhaust = async ({ send }: IngestPark): Promise<void> => {
    expect((await send({ body: { records: positions(5_000) } })).status).toBe(200);
  };

  test('[ING-12] above it: 429 with Retry-After, nothing appended; in time the door opens again', async () => {
    const running = await start({ credential });
    await exhaust(running);
    const answer = await running.send({ body: { records: positions(1) } });
    expect([answer.status, answer.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(running.entries()).toHaveLength(1);
    running.clock.advance(1_000);
    expect((await running.send({ body: { records: positions(1) } })).status).toBe(200);
  });

  test('[ING-12] Retry-After is the time until the debt is paid', async () => {
    const running = await start({ credential });
    expect((await running.send({ body: { records: positions(4_999) } })).status).toBe(200);
    await exhaust(running);
    const answer = await running.send({ body: { records: positions(1) } });
    expect(answer.headers.get('retry-after')).toBe('50');
  });

  test('[ING-12] holds for each credential alone, and for all of its interfaces together', async () => {
    const running = await start({ credential });
    await exhaust(running);
    expect((await running.send({ target: PERSONS, body: { records: [createPerson()] } })).status).toBe(429);
    running.credentials.put({ ...(await running.credentials.find('app_fixture'))!, appId: 'app_second' });
    expect((await running.send({ appId: 'app_second', body: { records: positions(1) } })).status).toBe(200);
  });

  test('[ING-13] SOS is kept above the rate, alone, and the refusal says how many', async () => {
    const running = await start({ credential });
    await exhaust(running);
    const records = [createPosition({ PERSON_ID: 'A' }), createPosition({ PERSON_ID: 'B', SOS: true }), { SOS: true }];
    const answer = await running.send({ body: { records } });
    expect([answer.status, answer.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(answer.body).toMatchObject({ kept_sos: 1, batch_id: 'batch-2' });
    const entry = running.entries().at(-1);
    expect(entry).toMatchObject({ kind: 'fixes', body: { count: 1, origin: { received: 2, refused: 1 } } });
    const batch = entry!.body as FixBatch;
    expect(subjectsOf(batch)).toEqual(['B']);
    expect(batch.flags[0]! & FIX_FLAG.sos).toBe(FIX_FLAG.sos);
  });

  test('[ING-13] the reserve for SOS has an end, so that nobody passes everything off as SOS', async () => {
    const running = await start({ credential, limits: { ...DEFAULT_LIMITS, sosReservePerS: 10, sosReserveBurst: 20 } });
    // In debt for longer than this test lasts.
    expect((await running.send({ body: { records: positions(4_999) } })).status).toBe(200);
    await exhaust(running);
    const sos = { records: positions(30).map((record) => ({ ...record, SOS: 1 })) };
    expect((await running.send({ body: sos })).body.kept_sos).toBe(30);
    expect((await running.send({ body: sos })).body.kept_sos).toBeUndefined();
    running.clock.advance(2_000);
    expect((await running.send({ body: sos })).body.kept_sos).toBe(30);
  });

  test('[ING-13] a request above the rate without SOS, or that cannot be read, keeps nothing', async () => {
    const running = await start({ credential });
    await exhaust(running);
    for (const raw of ['{"records":[{"SOS":true]', '{"records":[{"SOS":false}]}', '"SOS":true']) {
      const answer = await running.send({ raw });
      expect([answer.status, answer.body.kept_sos]).toEqual([429, undefined]);
    }
    expect(running.entries()).toHaveLength(1);
  });

  test('[ING-13] a signature is needed for SOS too', async () => {
    const running = await start({ credential });
    await exhaust(running);
    const answer = await running.send({ appSecret: 'wrong', body: { records: [createPosition({ SOS: true })] } });
    expect(answer.status).toBe(401);
    expect(running.entries()).toHaveLength(1);
  });
});

describe('vendor alarms', () => {
  const PERSON_ALARMS = '/v1/positioning/person-alarms';

  test('[ING-14] are taken without room for positions, and sensor packets are not', async () => {
    const running = await start();
    running.room.set(false);
    for (const [target, record] of Object.entries(SAMPLE_RECORDS)) {
      const { status } = await running.send({ target, body: { records: [record] } });
      const needsRoom = target.endsWith('/positions') || target.endsWith('/readings');
      expect([target, status]).toEqual([target, needsRoom ? 503 : 200]);
    }
  });

  test('[ING-13] [ING-37] that call for help are kept above the rate, alone', async () => {
    const running = await start({ credential: { rateRecordsPerS: 1 } });
    expect((await running.send({ body: { records: positions(5_000) } })).status).toBe(200);
    const call = { PERSON_ID: 'P-1', alarmType: 0 };
    const answer = await running.send({ target: PERSON_ALARMS, body: { records: [createPersonAlarm(), call] } });
    expect([answer.status, answer.body.kept_sos]).toEqual([429, 1]);
    expect(running.entries().at(-1)).toMatchObject({
      kind: 'personAlarms',
      body: { origin: { received: 1, refused: 0 }, records: [{ type: 'sos', timeReplaced: true }] },
    });
    const none = await running.send({ target: PERSON_ALARMS, body: { records: [createPersonAlarm()] } });
    expect([none.status, none.body.kept_sos]).toEqual([429, undefined]);
  });
});

describe('what a request counts as', () => {
  test('[ING-12] few records of many bytes count by the KiB', async () => {
    const running = await start({ credential: { rateRecordsPerS: 1 } });
    const large = { records: [createPosition({ NOTE: 'x'.repeat(1_100_000) })] };
    for (let sent = 0; sent < 5; sent++) expect((await running.send({ body: large })).status).toBe(200);
    expect((await running.send({ body: large })).status).toBe(429);
  });
});

describe('a log without room for positions', () => {
  test('[ING-14] answers positions 503 LOG_FULL and takes people, areas and SOS', async () => {
    const running = await start();
    running.room.set(false);
    const refused = await running.send({ body: { records: positions(3) } });
    expect([refused.status, refused.body.code]).toEqual([503, 'LOG_FULL']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(running.entries()).toEqual([]);
    expect((await running.send({ target: PERSONS, body: { records: [createPerson()] } })).status).toBe(200);
    expect((await running.send({ target: AREAS, body: { records: [createArea()] } })).status).toBe(200);
    const sos = await running.send({
      body: { records: [...positions(2), createPosition({ PERSON_ID: 'S', SOS: 'true' })] },
    });
    expect([sos.status, sos.body.code, sos.body.kept_sos]).toEqual([503, 'LOG_FULL', 1]);
    expect(running.entries().map((entry) => entry.kind)).toEqual(['persons', 'areas', 'fixes']);
  });
});

describe('memory', () => {
  const memory = { bytes: 1_000, reserveBytes: 4_000, reserveBodyBytes: 1_000, senderPart: 1 };

  test('[ING-15] a request beyond it is 429 before it is read; small ones are still looked into for SOS', async () => {
    const running = await start({ limits: { ...DEFAULT_LIMITS, memory } });
    const large = await running.send({ body: { records: positions(20) } });
    expect([large.status, large.body.code, large.headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', '1']);
    expect((await running.send({ body: { records: positions(1) } })).status).toBe(200);
    expect(running.server.bodyBytes).toBe(0);
  });

  test('[ING-15] with memory taken by others a small request keeps its SOS and nothing else', async () => {
    let release = (): void => {};
    let reached = (): void => {};
    const hasReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let isFirst = true;
    const running = await start({
      limits: { ...DEFAULT_LIMITS, memory: { ...memory, bytes: 600 } },
      wrapLog: (log) => ({
        append: async (entry) => {
          if (isFirst) {
            isFirst = false;
            reached();
            await new Promise<void>((resolve) => {
              release = resolve;
            });
          }
          return log.append(entry);
        },
      }),
    });
    const first = running.send({ body: { records: positions(4) } });
    await hasReached;
    const plain = await running.send({ body: { records: positions(3) } });
    expect([plain.status, plain.body.kept_sos]).toEqual([429, undefined]);
    const sos = await running.send({ body: { records: [...positions(2), createPosition({ SOS: true })] } });
    expect([sos.status, sos.body.kept_sos]).toEqual([429, 1]);
    release();
    expect((await first).status).toBe(200);
    expect(running.server.bodyBytes).toBe(0);
    expect((await running.send({ body: { records: positions(3) } })).status).toBe(200);
  });

  test('[ING-15] a body that comes as a hundred thousand chunks weighs what its bytes do', async () => {
    const running = await start();
    const parts = 100_000;
    const socket = connect(running.port, '127.0.0.1');
    const head = signRequest({
      method: 'POST',
      target: POSITIONS,
      body: '',
      appId: APP_ID,
      appSecret: 'nobody needs one for this',
      timestampMs: running.clock.nowMs(),
    });
    const lines = Object.entries({ Host: 'x', 'Content-Type': 'application/json', ...head });
    const before = memoryHeld();
    socket.write(`POST ${POSITIONS} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`);
    socket.write(`Transfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(parts)}`);
    await vi.waitFor(() => expect(running.server.bodyBytes).toBe(parts));
    expect(memoryHeld() - before).toBeLessThan(50 * parts);
    socket.destroy();
  });

  /** What is held of a MiB that unpacks to fifty while its append waits. */
  async function heldWhileWaiting(send: (running: IngestPark, bytes: Buffer) => unknown): Promise<number> {
    const waiting: (() => void)[] = [];
    const running = await start({
      wrapLog: (log) => ({
        append: async (entry) => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          return log.append(entry);
        },
      }),
    });
    // In a name that is not known, and in a field of which a call for help asks nothing.
    const records = [createPosition({ SOS: true, NOISE: '??', FLOOR_NO: '??' })];
    const bytes = withJunk(pack({ seq: 1, records }));
    const before = memoryHeld();
    send(running, bytes);
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    const held = memoryHeld() - before;
    for (const resolve of waiting) resolve();
    return held;
  }
  /** Each text `??` becomes 400,000 empty maps. */
  function withJunk(body: Buffer): Buffer {
    const [marker, maps] = [pack('??'), Buffer.concat([Buffer.from('dd00061a80', 'hex'), Buffer.alloc(400_000, 0x80)])];
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = body.indexOf(marker); at >= 0; at = body.indexOf(marker, from)) {
      parts.push(body.subarray(from, at), maps);
      from = at + marker.length;
    }
    return Buffer.concat([...parts, body.subarray(from)]);
  }

  test('[ING-15] what waits for the log holds the bytes of its body, and not what they unpack to', async () => {
    const held = await heldWhileWaiting((running, raw) => {
      void running.send({ raw, headers: { 'Content-Type': 'application/msgpack' } }).catch(() => {});
    });
    expect(held).toBeLessThan(8_000_000);
  });

  test('[VST-9] nor does a frame that waits', async () => {
    const held = await heldWhileWaiting(({ port, clock }, raw) => {
      const signer = { appId: APP_ID, appSecret: APP_SECRET, timestampMs: clock.nowMs() };
      const headers = signRequest({ method: 'GET', target: STREAM_PATH, body: '', ...signer });
      const socket = new WebSocket(`ws://127.0.0.1:${port}${STREAM_PATH}`, { headers });
      socket.on('open', () => socket.send(raw)).on('error', () => {});
    });
    expect(held).toBeLessThan(8_000_000);
  });
});

describe('BodyBudget', () => {
  const create = (senderPart = 1): BodyBudget =>
    new BodyBudget({ bytes: 100, reserveBytes: 50, reserveBodyBytes: 30, senderPart });

  test('[ING-15] counts bytes as they come, over all requests, and gives them back', () => {
    const budget = create();
    const first = budget.open(100, 'a')!;
    expect(first.grow(60)).toBe(true);
    expect(budget.open(50, 'a')).toBeNull();
    const second = budget.open(null, 'a')!;
    expect(second.grow(40)).toBe(true);
    expect(second.grow(1)).toBe(false);
    expect(budget.usedBytes).toBe(100);
    first.release();
    first.release();
    expect(budget.usedBytes).toBe(40);
    expect(second.grow(1)).toBe(true);
  });

  test('[ING-15] small requests of a known length go over to the reserve, at the start or on the way', () => {
    const budget = create();
    const small = budget.open(30, 'a')!;
    expect(small.grow(10)).toBe(true);
    expect(small.fromReserve).toBe(false);
    budget.open(90, 'a')!.grow(90);
    expect(small.grow(10)).toBe(true);
    expect(small.fromReserve).toBe(true);
    expect(budget.open(30, 'a')?.fromReserve).toBe(true);
    expect(budget.open(31, 'a')).toBeNull();
    expect(budget.usedBytes).toBe(110);
    small.release();
    expect(budget.usedBytes).toBe(90);
  });

  test('[ING-15] one sender holds a part of either, and others have theirs', () => {
    const budget = create(0.4);
    const first = budget.open(40, 'a')!;
    expect(first.grow(40)).toBe(true);
    expect(budget.open(31, 'a')).toBeNull();
    const reserved = budget.open(20, 'a')!;
    expect([reserved.fromReserve, reserved.grow(20), reserved.grow(1)]).toEqual([true, true, false]);
    expect(budget.open(1, 'a')).toBeNull();
    expect(budget.open(null, 'b')?.grow(40)).toBe(true);
    first.release();
    reserved.release();
    expect(budget.usedBytes).toBe(40);
    expect(budget.open(40, 'a')?.grow(40)).toBe(true);
  });

  test('[ING-15] the reserve ends too', () => {
    const budget = create();
    budget.open(100, 'a')!.grow(100);
    const one = budget.open(30, 'a')!;
    expect(one.grow(30)).toBe(true);
    expect(budget.open(21, 'a')).toBeNull();
    const two = budget.open(20, 'a')!;
    expect(two.grow(20)).toBe(true);
    expect(two.grow(1)).toBe(false);
  });
});

describe('RateLimiter', () => {
  test('[ING-12] lets a burst in, then its rate, and never saves up more than the burst', () => {
    const clock = new ManualClock(0);
    const rate = new RateLimiter({ clock, burstS: 2, burstAtLeast: 1 });
    expect(rate.waitS('a', 10)).toBe(0);
    rate.charge('a', 10, 20);
    expect(rate.waitS('a', 10)).toBe(1);
    clock.advance(100);
    expect(rate.waitS('a', 10)).toBe(0);
    clock.advance(3_600_000);
    rate.charge('a', 10, 20);
    expect(rate.waitS('a', 10)).toBe(1);
  });

  test('[ING-12] a clock that goes back gives nothing and takes nothing', () => {
    const clock = new ManualClock(10_000);
    const rate = new RateLimiter({ clock, burstS: 1, burstAtLeast: 1 });
    rate.charge('a', 10, 10);
    clock.set(0);
    expect(rate.waitS('a', 10)).toBe(1);
  });

  test('[ING-12] a rate of zero waits an hour, not for ever', () => {
    const rate = new RateLimiter({ clock: new ManualClock(0), burstS: 0, burstAtLeast: 0 });
    expect(rate.waitS('a', 0)).toBe(1_000);
  });
});

describe('POSITION_SOS', () => {
  test.each([
    '{"SOS":true}',
    '{"sos" : 1}',
    '{"Sos":"true"}',
    '{"SOS": " 1 "}',
    '{"S_O_S":"TRUE"}',
    '{"\\u0053OS":true}',
    '{"SOS":"\\u0074rue"}',
  ])('[ING-13] %s: maybe', (text) => {
    expect(POSITION_SOS.mayBeIn(Buffer.from(text), 'json')).toBe(true);
  });

  test.each(['{"SOS":false}', '{"SOS":0}', '{"SOS":"0"}', '{"PERSON_ID":"SOS"}', '{}', ''])('%s: no', (text) => {
    expect(POSITION_SOS.mayBeIn(Buffer.from(text), 'json')).toBe(false);
  });

  test('[ING-13] costs one pass over a body made to hurt', () => {
    const blanks = Buffer.from(`{"SOS":${' '.repeat(2_000_000)}0${' '.repeat(2_000_000)}}`);
    expect(POSITION_SOS.mayBeIn(blanks, 'json')).toBe(false);
    expect(POSITION_SOS.mayBeIn(Buffer.from('"s'.padEnd(4_000_000, '_')), 'json')).toBe(false);
  });
});

describe('parseRecords', () => {
  test('passes over a byte-order mark and keeps Chinese text', () => {
    const parsed = parseRecords(Buffer.from('\ufeff{"records":[{"PERSON_NAME":"周示例"}]}'), 'json');
    expect(parsed).toEqual({ ok: true, value: [{ PERSON_NAME: '周示例' }] });
  });

  test('[ING-9] survives nesting as deep as a body can be', () => {
    expect(parseRecords(Buffer.from('['.repeat(4_000_000)), 'json').ok).toBe(false);
    const deep = parseRecords(Buffer.from(`{"records":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`), 'json');
    expect(deep.ok).toBe(true);
  });
});
