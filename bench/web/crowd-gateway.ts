/**
 * A gateway for benches of the page: real messages of the live socket, made without a park behind it, so that a crowd may move at any
 * rate. Everybody walks in a circle of his own.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { encodeFrame, FRAME_KIND, stateFrom } from '../../stream/protocol/frame.ts';
import { encodeMessage, type HelloMessage, MESSAGE, PROTOCOL_VERSION } from '../../stream/protocol/live-message.ts';

const EPOCH = 'crowd';
const TERM = 1;
const SPREAD_M = 3_000;
const CIRCLE_M = 12;
const WALK_M_PER_S = 1.3;

export interface CrowdOptions {
  readonly people: number;
  readonly framesPerS: number;
}

export class CrowdGateway {
  framesSent = 0;
  readonly #options: CrowdOptions;
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly #sockets = new Set<WebSocket>();
  /** Middle of the crowd in the plane, m; to be set before anybody looks. */
  middle = { easting: 0, northing: 0 };
  readonly #columns;
  readonly #slots: Uint32Array;
  #timer: ReturnType<typeof setInterval> | undefined;
  #tick = 0;

  constructor(options: CrowdOptions) {
    const { people } = options;
    this.#options = options;
    this.#slots = Uint32Array.from({ length: people }, (_, slot) => slot);
    this.#columns = {
      easting: new Float64Array(people),
      northing: new Float64Array(people),
      heightM: new Float32Array(people).fill(Number.NaN),
      generation: new Uint8Array(people),
      state: new Uint8Array(people).fill(stateFrom(0, 0, false, 0)),
      observedAtMs: new Float64Array(people),
      floor: new Uint8Array(people),
    };
  }

  /** Address of the live socket. */
  async start(): Promise<string> {
    if (this.#server.address() === null) await once(this.#server, 'listening');
    this.#server.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => {
        if (data[0] !== MESSAGE.start) return;
        this.#greet(socket);
        this.#sockets.add(socket);
      });
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => this.#sockets.delete(socket));
    });
    this.#timer = setInterval(() => this.#send(), 1_000 / this.#options.framesPerS);
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/live`;
  }

  #greet(socket: WebSocket): void {
    const hello: HelloMessage = {
      version: PROTOCOL_VERSION,
      park: 'bench',
      userName: 'bench',
      role: 'operator',
      companyCode: null,
      tickMs: 1_000 / this.#options.framesPerS,
      serverAtMs: Date.now(),
      resumed: false,
    };
    const bindings = Array.from(this.#slots, (slot) => ({
      slot,
      generation: 0,
      person: {
        personId: `p${slot}`,
        cardNo: `c${slot}`,
        companyCode: '900000001',
        companyName: '示例化工',
        name: `某${slot}`,
        type: 'staff' as const,
        department: '生产部',
        post: '操作工',
      },
    }));
    socket.send(encodeMessage(MESSAGE.hello, hello));
    socket.send(encodeMessage(MESSAGE.snapshot, { epoch: EPOCH, seq: 1, bindings, areas: [], alarms: [], docs: [] }));
    socket.send(this.#frame(FRAME_KIND.picture));
  }

  #send(): void {
    if (this.#sockets.size === 0) return;
    const frame = this.#frame(FRAME_KIND.delta);
    for (const socket of this.#sockets) socket.send(frame);
    this.framesSent++;
  }

  #frame(kind: number): Uint8Array {
    const { easting, northing, observedAtMs } = this.#columns;
    const nowMs = Date.now();
    const side = Math.ceil(Math.sqrt(this.#slots.length));
    for (const slot of this.#slots) {
      const angle = (nowMs / 1_000) * (WALK_M_PER_S / CIRCLE_M) + slot;
      easting[slot] = this.middle.easting + ((slot % side) / side - 0.5) * SPREAD_M + CIRCLE_M * Math.cos(angle);
      northing[slot] =
        this.middle.northing + (Math.floor(slot / side) / side - 0.5) * SPREAD_M + CIRCLE_M * Math.sin(angle);
      observedAtMs[slot] = nowMs;
    }
    const head = { kind, term: TERM, atMs: nowMs, tick: ++this.#tick, online: this.#slots.length };
    return encodeFrame(head, this.#slots, this.#slots.length, this.#columns);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
