import fc from 'fast-check';
import { pack, unpack } from 'msgpackr';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE_CODE } from '../stream/protocol/live-message.ts';
import type { LogAppender } from '../stream/protocol/log.ts';
import {
  APP_ID,
  APP_SECRET,
  COMPANY,
  createCredential,
  createPosition,
  type IngestPark,
  type IngestParkOptions,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { DEFAULT_LIMITS } from './server.ts';
import { signRequest } from './sign-request.ts';
import { STREAM_PATH } from './stream-socket.ts';
import { FRAME_BYTES_MAX, UNANSWERED_MAX } from './vendor-stream.ts';

let park: IngestPark;
const streams: TestStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.socket.terminate();
  await park.close();
});
const start = async (options?: IngestParkOptions): Promise<void> => {
  park = await startIngestPark(options);
};

type Reply = Readonly<Record<string, unknown>> & { readonly seq: number };

/** A vendor's end of a stream, which keeps what it was told. */
class TestStream {
  readonly socket: WebSocket;
  readonly replies: Reply[] = [];
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      this.replies.push((isBinary ? unpack(data) : JSON.parse(data.toString())) as Reply);
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    streams.push(this);
  }

  json(seq: number, ...records: unknown[]): void {
    this.socket.send(JSON.stringify({ seq, records }));
  }
}

const headersOf = (appSecret = APP_SECRET, appId = APP_ID): Record<string, string> =>
  signRequest({ method: 'GET', target: STREAM_PATH, body: '', appId, appSecret, timestampMs: park.clock.nowMs() });
const connect = (headers: Record<string, string>): WebSocket =>
  new WebSocket(`ws://127.0.0.1:${park.port}${STREAM_PATH}`, { headers });

async function open(appId = APP_ID): Promise<TestStream> {
  const stream = new TestStream(connect(headersOf(APP_SECRET, appId)));
  await new Promise((resolve, reject) => stream.socket.once('open', resolve).once('error', reject));
  return stream;
}

/** What an upgrade that is refused is answered. */
const refusedUpgrade = (headers: Record<string, string>): Promise<{ status: number; code: string }> =>
  new Promise((resolve, reject) => {
    const socket = connect(headers);
    socket.on('error', () => {});
    socket.on('open', () => reject(new Error('was let in')));
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: JSON.parse(text).code }));
    });
  });

const countOf = (stream: TestStream, count: number): Promise<void> =>
  vi.waitFor(() => expect(stream.replies).toHaveLength(count));
const subjects = (): string[] =>
  park.entries().flatMap((entry) => (entry.kind === 'fixes' ? [...entry.body.strings] : []));
const person = (id: string, more: Record<string, unknown> = {}) => createPosition({ PERSON_ID: id, ...more });
/** An append that waits until it is let through. */
function heldLog(): { readonly wrap: (log: LogAppender) => LogAppender; release(): void; readonly waiting: number } {
  const waiting: (() => void)[] = [];
  return {
    wrap: (log) => ({
      append: async (entry) => {
        const appended = log.append(entry);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return appended;
      },
    }),
    release: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
    get waiting() {
      return waiting.length;
    },
  };
}

describe('opening', () => {
  test('[VST-1] a signed upgrade opens a stream', async () => {
    await start();
    const stream = await open();
    stream.json(1, person('P-1'));
    await countOf(stream, 1);
    expect(stream.replies[0]).toEqual({ seq: 1, batch_id: 'batch-1', accepted: 1, rejected: [] });
  });

  test('[VST-1] an upgrade is refused as a request is', async () => {
    await start();
    expect(await refusedUpgrade(headersOf('wrong'))).toEqual({ status: 401, code: 'SIGNATURE_INVALID' });
    expect(await refusedUpgrade(headersOf(APP_SECRET, 'nobody'))).toEqual({ status: 401, code: 'APP_UNKNOWN' });
    expect(await refusedUpgrade({})).toEqual({ status: 401, code: 'APP_UNKNOWN' });
    const headers = headersOf();
    await open();
    const stream = new TestStream(connect(headers));
    await new Promise((resolve) => stream.socket.once('open', resolve));
    expect(await refusedUpgrade(headers)).toEqual({ status: 401, code: 'NONCE_REPLAYED' });
    park.credentials.put(createCredential({ interfaces: ['persons'] }));
    expect(await refusedUpgrade(headersOf())).toEqual({ status: 403, code: 'INTERFACE_DENIED' });
  });

  test('[VST-1] the path without an upgrade is no route for a request', async () => {
    await start();
    for (const method of ['GET', 'POST']) {
      const answer = await park.send({ method, target: STREAM_PATH });
      expect([answer.status, answer.body.code, answer.headers.get('allow')]).toEqual([405, 'METHOD_DENIED', 'GET']);
    }
  });

  test('[VST-11] a credential has a bound of streams, and so has the door', async () => {
    await start({ limits: { ...DEFAULT_LIMITS, streams: { sockets: 3, socketsPerCredential: 2 } } });
    park.credentials.put(createCredential({ appId: 'second' }));
    await open();
    const one = await open();
    expect(await refusedUpgrade(headersOf())).toEqual({ status: 429, code: 'RATE_LIMITED' });
    await open('second');
    expect(await refusedUpgrade(headersOf(APP_SECRET, 'second'))).toMatchObject({ status: 429 });
    one.socket.close();
    await one.closed;
    await open();
  });
});

describe('frames', () => {
  test('[VST-2] JSON and MessagePack, by records and by columns, are answered in their encoding', async () => {
    await start();
    const stream = await open();
    const columns = {
      COMPANY_CODE: [COMPANY, COMPANY],
      PERSON_ID: ['C-1', 'C-2'],
      LONGITUDE: [121.4, 999],
      LATITUDE: [30.8, 30.8],
      COLLECT_TIME: [park.clock.nowMs(), park.clock.nowMs()],
    };
    stream.socket.send(JSON.stringify({ seq: 7, columns }));
    stream.socket.send(pack({ seq: 8, columns }));
    stream.socket.send(pack({ seq: 9, records: [person('R-1')] }));
    const isBinary: boolean[] = [];
    stream.socket.on('message', (_data, binary) => isBinary.push(binary));
    await countOf(stream, 3);
    expect(isBinary).toEqual([false, true, true]);
    const rejected = [expect.objectContaining({ index: 1, id: 'C-2', field: 'LONGITUDE', code: 'FIELD_RANGE' })];
    expect(stream.replies).toMatchObject([
      { seq: 7, accepted: 1, rejected },
      { seq: 8, accepted: 1, rejected },
      { seq: 9, accepted: 1, rejected: [] },
    ]);
    expect(subjects()).toEqual(['C-1', 'C-1', 'R-1']);
  });

  test('[VST-3] wait for the log together, lie in it in order, and are answered in order', async () => {
    const held = heldLog();
    await start({ wrapLog: held.wrap });
    const stream = await open();
    for (let seq = 1; seq <= 10; seq++) stream.json(seq, person(`P-${seq}`));
    await vi.waitFor(() => expect(held.waiting).toBe(10));
    expect(stream.replies).toEqual([]);
    held.release();
    await countOf(stream, 10);
    const inOrder = Array.from({ length: 10 }, (_, i) => i + 1);
    expect(stream.replies.map(({ seq }) => seq)).toEqual(inOrder);
    expect(subjects()).toEqual(inOrder.map((seq) => `P-${seq}`));
  });

  test('[VST-3] a confirmation that comes early waits for those before it', async () => {
    const waiting: (() => void)[] = [];
    await start({
      wrapLog: (log) => ({
        append: async (entry) => {
          const appended = await log.append(entry);
          if (waiting.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
          return appended;
        },
      }),
    });
    const stream = await open();
    stream.json(1, person('slow'));
    stream.json(2, person('quick'));
    await vi.waitFor(() => expect(subjects()).toEqual(['slow', 'quick']));
    expect(stream.replies).toEqual([]);
    waiting[0]?.();
    await countOf(stream, 2);
    expect(stream.replies.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('[VST-3] a number that comes again is a frame like any other', async () => {
    await start();
    const stream = await open();
    stream.json(5, person('P-1'));
    stream.json(5, person('P-1'));
    stream.json(3, person('P-1'));
    await countOf(stream, 3);
    expect(stream.replies.map(({ seq, accepted }) => [seq, accepted])).toEqual([
      [5, 1],
      [5, 1],
      [3, 1],
    ]);
  });

  test('[ONB-2] of a joint test are marked in the answer and in the log', async () => {
    await start({ credential: { stages: { positions: 'joint' } } });
    const stream = await open();
    stream.json(1, person('P-1'));
    await countOf(stream, 1);
    expect(stream.replies[0]).toMatchObject({ seq: 1, stage: 'joint' });
    expect(park.entries()[0]).toMatchObject({ body: { origin: { stage: 'joint' } } });
  });
});

describe('limits', () => {
  test('[VST-4] above the rate the SOS is kept and told, then the stream closes with 4002', async () => {
    await start({ credential: { rateRecordsPerS: 1 } });
    const stream = await open();
    stream.socket.send(
      JSON.stringify({ seq: 1, records: Array.from({ length: 5_000 }, (_, i) => person(`P-${i}`)) }).replaceAll(
        ' ',
        '',
      ),
    );
    stream.json(2, person('plain'), person('help', { SOS: true }));
    expect(await stream.closed).toBe(CLOSE_CODE.slowDown);
    expect(stream.replies).toMatchObject([
      { seq: 1, accepted: 5_000 },
      { seq: 2, error: { code: 'RATE_LIMITED', retry_after_s: 1 }, kept_sos: 1 },
    ]);
    expect(subjects().slice(5_000)).toEqual(['help']);
  });

  test('[VST-4] beyond the bound of unanswered frames the SOS is kept and the stream closes behind the answers', async () => {
    const held = heldLog();
    await start({ wrapLog: held.wrap });
    const stream = await open();
    for (let seq = 1; seq <= UNANSWERED_MAX; seq++) stream.json(seq, person(`P-${seq}`));
    stream.json(99, person('plain'), person('help', { SOS: true }));
    stream.json(100, person('late'));
    await vi.waitFor(() => expect(held.waiting).toBe(UNANSWERED_MAX + 1));
    held.release();
    expect(await stream.closed).toBe(CLOSE_CODE.slowDown);
    expect(stream.replies).toHaveLength(UNANSWERED_MAX + 1);
    expect(stream.replies.at(-1)).toMatchObject({ seq: 99, error: { code: 'RATE_LIMITED' }, kept_sos: 1 });
    expect(subjects().slice(UNANSWERED_MAX)).toEqual(['help']);
  });

  test('[VST-4] without memory for a frame the stream closes with 4002 and nothing is held', async () => {
    const memory = { bytes: 2_000, reserveBytes: 1, reserveBodyBytes: 1, senderPart: 1 };
    await start({ limits: { ...DEFAULT_LIMITS, memory } });
    const stream = await open();
    stream.json(1, person('P-1'));
    stream.json(2, ...Array.from({ length: 30 }, () => person('P-2')));
    expect(await stream.closed).toBe(CLOSE_CODE.slowDown);
    expect(stream.replies.map(({ seq }) => seq)).toEqual([1]);
    expect(park.server.bodyBytes).toBe(0);
  });

  test('[VST-5] a log that does not confirm is an answer, and the stream goes on', async () => {
    await start();
    const stream = await open();
    park.store.isDown = true;
    stream.json(1, person('P-1'));
    await countOf(stream, 1);
    expect(stream.replies[0]).toMatchObject({ seq: 1, error: { code: 'LOG_UNAVAILABLE', retry_after_s: 2 } });
    park.store.isDown = false;
    stream.json(1, person('P-1'));
    await countOf(stream, 2);
    expect(stream.replies[1]).toMatchObject({ seq: 1, accepted: 1 });
  });

  test('[VST-5] without room for positions the SOS is kept, and the stream stays open', async () => {
    await start();
    const stream = await open();
    park.room.set(false);
    stream.json(1, person('plain'), person('help', { SOS: true }));
    await countOf(stream, 1);
    expect(stream.replies[0]).toMatchObject({ seq: 1, error: { code: 'LOG_FULL', retry_after_s: 10 }, kept_sos: 1 });
    park.room.set(true);
    stream.json(2, person('plain'));
    await countOf(stream, 2);
    expect(subjects()).toEqual(['help', 'plain']);
  });

  test.each<[string, string | Uint8Array, number]>([
    ['no JSON', 'hello', CLOSE_CODE.protocolError],
    ['no number', '{"records":[]}', CLOSE_CODE.protocolError],
    ['a number that is none', '{"seq":"1","records":[]}', CLOSE_CODE.protocolError],
    ['no records', '{"seq":1}', CLOSE_CODE.protocolError],
    ['an empty binary frame', new Uint8Array(0), CLOSE_CODE.protocolError],
    ['too many records', pack({ seq: 1, records: new Array(5_001).fill({}) }), CLOSE_CODE.frameTooLarge],
    ['too many bytes', JSON.stringify({ seq: 1, records: ['x'.repeat(FRAME_BYTES_MAX)] }), CLOSE_CODE.frameTooLarge],
  ])('[VST-6] %s closes the stream, after the answers to those before', async (_what, frame, code) => {
    await start();
    const stream = await open();
    stream.json(1, person('P-1'));
    stream.socket.send(frame);
    stream.json(3, person('P-3'));
    expect(await stream.closed).toBe(code);
    expect(stream.replies).toMatchObject([{ seq: 1, accepted: 1 }]);
    expect(subjects()).toEqual(['P-1']);
    await vi.waitFor(async () => expect(park.server.bodyBytes).toBe(0));
  });

  test('[VST-9] a sender who does not read is closed, and holds a bounded part', async () => {
    await start({ credential: { rateRecordsPerS: 10_000_000 } });
    const stream = await open();
    // Small frames with large answers: half a MiB of refusals each.
    const frame = JSON.stringify({ seq: 1, records: new Array(5_000).fill(0) });
    const looked = (): number => park.server.metrics.snapshot().interfaces['positions']?.batches ?? 0;
    stream.socket.pause();
    for (let sent = 1; park.server.bodyBytes < (UNANSWERED_MAX - 1) * frame.length; sent++) {
      expect(sent).toBeLessThan(500);
      stream.socket.send(frame);
      await vi.waitFor(() => expect(looked()).toBe(sent), { interval: 1 });
    }
    for (let i = 0; i < 10; i++) stream.socket.send(frame);
    stream.socket.resume();
    expect(await stream.closed).toBe(CLOSE_CODE.slowDown);
    await vi.waitFor(() => expect(park.server.bodyBytes).toBe(0));
  }, 20_000);
});

describe('ending', () => {
  test('[VST-7] a revocation closes an idle stream at once, and only its own', async () => {
    await start();
    park.credentials.put(createCredential({ appId: 'second' }));
    const [mine, other] = [await open(), await open('second')];
    park.credentials.put(createCredential({ status: 'revoked' }));
    park.server.recheck(APP_ID);
    expect(await mine.closed).toBe(CLOSE_CODE.revoked);
    other.json(1, person('P-1'));
    await countOf(other, 1);
  });

  test('[VST-7] a frame after the credential was confined is not taken', async () => {
    await start();
    for (const change of [{ addresses: ['10.0.0.0/8'] }, { interfaces: ['persons'] }]) {
      park.credentials.put(createCredential());
      const stream = await open();
      park.credentials.put(createCredential(change));
      stream.json(1, person('P-1'));
      expect(await stream.closed).toBe(CLOSE_CODE.revoked);
    }
    expect(park.entries()).toEqual([]);
  });

  test('[VST-8] on shutdown what was taken is answered, then the stream closes with 4001', async () => {
    const held = heldLog();
    await start({ wrapLog: held.wrap });
    const [busy, idle] = [await open(), await open()];
    busy.json(1, person('P-1'));
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    const closed = park.server.close();
    expect(await idle.closed).toBe(CLOSE_CODE.shuttingDown);
    held.release();
    expect(await busy.closed).toBe(CLOSE_CODE.shuttingDown);
    expect(busy.replies).toMatchObject([{ seq: 1, accepted: 1 }]);
    await closed;
  });

  test('[ONB-12] what a stream was told counts as acknowledged, and what nobody heard as unanswered', async () => {
    const held = heldLog();
    await start({ wrapLog: held.wrap });
    const stream = await open();
    stream.json(1, person('P-1'), person('P-2'));
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    held.release();
    await countOf(stream, 1);
    stream.json(2, person('P-3'));
    await vi.waitFor(() => expect(held.waiting).toBe(1));
    stream.socket.terminate();
    await stream.closed;
    await new Promise((resolve) => setImmediate(resolve));
    held.release();
    await park.close();
    const lines = park.doorReports().flatMap((report) => report.lines);
    expect(lines.reduce((sum, line) => sum + line.acknowledged, 0)).toBe(2);
    expect(lines.reduce((sum, line) => sum + line.unanswered, 0)).toBe(1);
  });
});

describe('hostile frames', () => {
  test('[VST-10] nothing but what was accepted is kept, and the door stays open', async () => {
    await start();
    const good = pack({ seq: 1, records: [person('P-1')] });
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255))
      .map(([at, byte]) => Buffer.from(good).fill(byte, at, at + 1));
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => text),
      fc.anything().map((value) => JSON.stringify({ seq: 1, records: value }) ?? ''),
      fc.array(fc.dictionary(fc.string(), fc.jsonValue())).map((records) => JSON.stringify({ seq: 2, records })),
      damaged,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), async (frames) => {
        const stream = await open();
        for (const one of frames) stream.socket.send(one);
        stream.json(777_777);
        const code = await Promise.race([
          stream.closed,
          vi.waitFor(() => expect(stream.replies.at(-1)).toMatchObject({ seq: 777_777 })).then(() => 0),
        ]);
        expect([0, CLOSE_CODE.protocolError, CLOSE_CODE.frameTooLarge]).toContain(code);
        stream.socket.terminate();
        await stream.closed;
      }),
      { numRuns: 40 },
    );
    const last = await open();
    last.json(1, person('P-last'));
    await countOf(last, 1);
    await vi.waitFor(() => expect(park.server.bodyBytes).toBe(0));
    for (const entry of park.entries()) expect(entry).toMatchObject({ kind: 'fixes', body: { count: 1 } });
  }, 30_000);
});
