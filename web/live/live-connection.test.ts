import { describe, expect, it } from 'vitest';
import type { LiveTicket } from '../../core/web-api.ts';
import { LiveClient, type LiveEvent } from '../../stream/protocol/live-client.ts';
import {
  type ActMessage,
  CLOSE_CODE,
  decodeMessageBody,
  encodeMessage,
  MESSAGE,
  PROTOCOL_VERSION,
  type StartMessage,
} from '../../stream/protocol/live-message.ts';
import { BACK_OFF, backOffMs } from './back-off.ts';
import { socketUrl } from './browser-environment.ts';
import {
  LiveConnection,
  type LiveEnvironment,
  type LiveStatus,
  SILENCE_LIMIT_MS,
  type SocketLike,
} from './live-connection.ts';

class FakeSocket implements SocketLike {
  binaryType = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: Uint8Array[] = [];
  isClosed = false;
  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.sent.push(bytes);
  }
  close(): void {
    this.isClosed = true;
  }
  deliver(type: number, body: unknown): void {
    const bytes = encodeMessage(type, body);
    this.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
  }
  sentOfType<T>(type: number): T[] {
    return this.sent.filter((bytes) => bytes[0] === type).map((bytes) => decodeMessageBody<T>(bytes));
  }
}

const TICKET: LiveTicket = { ticket: 't/1', url: '', livePort: 7002 };
const HELLO = {
  version: 1,
  park: 'demo',
  userName: 'operator',
  role: 'operator',
  companyCode: null,
  tickMs: 1000,
  serverAtMs: 0,
  resumed: false,
};
const SNAPSHOT = { epoch: 'e1', seq: 41, bindings: [], areas: [], alarms: [] };

/** A connection on a clock moved by hand. `nextTicket` decides what the server says. */
class Bench {
  nowMs = 1_000;
  readonly timers: { atMs: number; action: () => void }[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly statuses: LiveStatus[] = [];
  readonly events: LiveEvent['type'][] = [];
  tickets = 0;
  nextTicket: () => Promise<LiveTicket | 'signed-out'> = () => Promise.resolve(TICKET);
  readonly connection: LiveConnection;
  #ids = 0;

  constructor() {
    const environment: LiveEnvironment = {
      nowMs: () => this.nowMs,
      random: () => 0.5,
      schedule: (action, delayMs) => {
        const timer = { atMs: this.nowMs + delayMs, action };
        this.timers.push(timer);
        return () => {
          const at = this.timers.indexOf(timer);
          if (at >= 0) this.timers.splice(at, 1);
        };
      },
      openSocket: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket;
      },
      newId: () => `act-${++this.#ids}`,
      fetchTicket: () => {
        this.tickets++;
        return this.nextTicket();
      },
      socketUrl: (ticket) => `ws://park/live?ticket=${ticket.ticket}`,
    };
    this.connection = new LiveConnection(new LiveClient(), environment, {
      onStatus: (status) => this.statuses.push(status),
      onEvent: (event) => this.events.push(event.type),
    });
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  /** Runs what falls due, and lets promises settle in between. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settled();
      const due = this.timers.filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.timers.splice(this.timers.indexOf(due), 1);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.action();
    }
    this.nowMs = endMs;
    await settled();
  }

  async open(): Promise<FakeSocket> {
    await settled();
    const { socket } = this;
    socket.onopen?.();
    socket.deliver(MESSAGE.hello, HELLO);
    socket.deliver(MESSAGE.snapshot, SNAPSHOT);
    return socket;
  }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

describe('live connection', () => {
  it('[WEB-8] starts without a position, and resumes with the one it has after a break', async () => {
    const bench = new Bench();
    bench.connection.start();
    const first = await bench.open();
    expect(first.sentOfType<StartMessage>(MESSAGE.start)).toEqual([{ version: PROTOCOL_VERSION, position: null }]);
    expect(bench.connection.status.phase).toBe('open');
    first.onclose?.({ code: CLOSE_CODE.shuttingDown });
    expect(bench.connection.status).toMatchObject({ phase: 'waiting', attempt: 1 });
    await bench.pass(BACK_OFF.firstMs);
    expect(bench.sockets).toHaveLength(2);
    expect(bench.tickets).toBe(2);
    bench.socket.onopen?.();
    expect(bench.socket.sentOfType<StartMessage>(MESSAGE.start)).toEqual([
      { version: PROTOCOL_VERSION, position: { epoch: 'e1', seq: 41 } },
    ]);
  });

  it('[WEB-9] waits twice as long after each failure, at most 15 s and a spread, and anew after a hello', async () => {
    const bench = new Bench();
    bench.nextTicket = () => Promise.reject(new Error('no network'));
    bench.connection.start();
    await settled();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const waitMs = (bench.connection.status.retryAtMs as number) - bench.nowMs;
      waits.push(waitMs);
      await bench.pass(waitMs);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    bench.nextTicket = () => Promise.resolve(TICKET);
    await bench.pass(15_000);
    await bench.open();
    expect(bench.connection.status.attempt).toBe(0);
    expect([backOffMs(0, 0), backOffMs(0, 1), backOffMs(99, 1)]).toEqual([350, 650, 19_500]);
  });

  it('[WEB-9] an attempt can be asked for before the wait is over, and then there is one, not two', async () => {
    const bench = new Bench();
    bench.connection.start();
    (await bench.open()).onclose?.({ code: 1006 });
    bench.connection.retryNow();
    await bench.pass(10);
    expect(bench.sockets).toHaveLength(2);
    bench.connection.retryNow();
    await bench.pass(900);
    expect(bench.sockets).toHaveLength(2);
  });

  it.each([
    [CLOSE_CODE.sessionEnded, 'session'],
    [CLOSE_CODE.versionUnknown, 'version'],
    [CLOSE_CODE.protocolError, 'protocol'],
  ])('[WEB-10] does not come back after %i', async (code, endReason) => {
    const bench = new Bench();
    bench.connection.start();
    (await bench.open()).onclose?.({ code });
    await bench.pass(60_000);
    expect(bench.sockets).toHaveLength(1);
    expect(bench.connection.status).toMatchObject({ phase: 'ended', endReason });
  });

  it('[WEB-10] a stale ticket is replaced; a session that ended is told', async () => {
    const bench = new Bench();
    bench.connection.start();
    await settled();
    bench.socket.onclose?.({ code: CLOSE_CODE.ticketInvalid });
    await bench.pass(BACK_OFF.firstMs);
    expect(bench.tickets).toBe(2);
    bench.nextTicket = () => Promise.resolve('signed-out');
    bench.socket.onclose?.({ code: 1006 });
    await bench.pass(5_000);
    expect(bench.connection.status).toMatchObject({ phase: 'ended', endReason: 'session' });
  });

  it('[WEB-11] acknowledges while open, and drops a socket that says nothing', async () => {
    const bench = new Bench();
    bench.connection.start();
    const socket = await bench.open();
    await bench.pass(11_000);
    expect(socket.sentOfType(MESSAGE.ack)).toEqual([{ seq: 41 }]);
    await bench.pass(SILENCE_LIMIT_MS);
    expect(socket.isClosed).toBe(true);
    expect(bench.sockets.length).toBeGreaterThan(1);
  });

  it('[WEB-11] garbage ends the socket, not the page', async () => {
    const bench = new Bench();
    bench.connection.start();
    const socket = await bench.open();
    socket.onmessage?.({ data: Uint8Array.of(MESSAGE.frame, 9, 9).buffer });
    expect(socket.isClosed).toBe(true);
    expect(bench.connection.status.phase).toBe('waiting');
    // What the dropped socket still says is not heard.
    socket.deliver(MESSAGE.hello, HELLO);
    socket.onclose?.({ code: CLOSE_CODE.sessionEnded });
    expect(bench.connection.status.phase).toBe('waiting');
  });

  it('[WEB-12] an act that met a break is sent again under the same id, and answered once', async () => {
    const bench = new Bench();
    bench.connection.start();
    const first = await bench.open();
    const outcome = bench.connection.act('acknowledge', 'alarm-1');
    first.onclose?.({ code: 1006 });
    await bench.pass(BACK_OFF.firstMs);
    const second = await bench.open();
    const acts = [first, second].map((socket) => socket.sentOfType<ActMessage>(MESSAGE.act));
    expect(acts[0]).toEqual([{ actId: 'act-1', act: 'acknowledge', alarmId: 'alarm-1', comment: null }]);
    expect(acts[1]).toEqual(acts[0]);
    second.deliver(MESSAGE.actAnswer, { actId: 'act-1', ok: true, code: null });
    second.deliver(MESSAGE.actAnswer, { actId: 'act-1', ok: false, code: 'FORBIDDEN' });
    await expect(outcome).resolves.toEqual({ ok: true });
  });

  it('[WEB-12] an act nobody answers fails with NO_ANSWER, a refused one with its code', async () => {
    const bench = new Bench();
    bench.connection.start();
    const socket = await bench.open();
    const refused = bench.connection.act('reset', 'alarm-1', 'gone home');
    socket.deliver(MESSAGE.actAnswer, { actId: 'act-1', ok: false, code: 'FORBIDDEN' });
    await expect(refused).resolves.toEqual({ ok: false, code: 'FORBIDDEN' });
    const silent = bench.connection.act('acknowledge', 'alarm-2');
    await bench.pass(16_000);
    await expect(silent).resolves.toEqual({ ok: false, code: 'NO_ANSWER' });
  });

  it('close ends it for good', async () => {
    const bench = new Bench();
    bench.connection.start();
    const socket = await bench.open();
    const act = bench.connection.act('acknowledge', 'alarm-1');
    bench.connection.close();
    bench.connection.close();
    await expect(act).resolves.toEqual({ ok: false, code: 'NO_ANSWER' });
    expect(socket.isClosed).toBe(true);
    await bench.pass(60_000);
    expect(bench.sockets).toHaveLength(1);
  });
});

describe('address of the socket', () => {
  it('is the page’s host on the live port, unless the server names one', () => {
    const plain = { protocol: 'http:', hostname: '10.0.0.5' };
    expect(socketUrl(TICKET, plain)).toBe('ws://10.0.0.5:7002/live?ticket=t%2F1');
    expect(socketUrl(TICKET, { protocol: 'https:', hostname: '[::1]' })).toBe('wss://[::1]:7002/live?ticket=t%2F1');
    expect(socketUrl({ ...TICKET, url: 'wss://park.example/live?zone=a' }, plain)).toBe(
      'wss://park.example/live?zone=a&ticket=t%2F1',
    );
  });
});
