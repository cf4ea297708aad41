/** A client of the live socket for tests: `ws` around the product's own LiveClient, with conditions to wait for. */
import { WebSocket } from 'ws';
import { LiveClient } from '../../stream/protocol/live-client.ts';
import {
  type ActAnswerMessage,
  type ActMessage,
  type HelloMessage,
  MESSAGE,
} from '../../stream/protocol/live-message.ts';

export class LiveProbe {
  readonly client: LiveClient;
  readonly socket: WebSocket;
  readonly hellos: HelloMessage[] = [];
  readonly answers: ActAnswerMessage[] = [];
  /** Type of every message in order of arrival. */
  readonly types: number[] = [];
  closed: { readonly code: number; readonly reason: string } | null = null;
  #changed: (() => void)[] = [];

  /** `client`: of an earlier connection, to resume. */
  constructor(url: string, options: { client?: LiveClient; origin?: string; start?: Uint8Array | null } = {}) {
    this.client = options.client ?? new LiveClient();
    this.socket = new WebSocket(url, options.origin === undefined ? {} : { origin: options.origin });
    this.socket.on('open', () => {
      const start = options.start === undefined ? this.client.start(Date.now()) : options.start;
      if (start !== null) this.socket.send(start);
    });
    this.socket.on('message', (data: Buffer) => {
      this.types.push(data[0] ?? 0);
      const event = this.client.receive(data, Date.now());
      if (event.type === 'hello') this.hellos.push(event.hello);
      if (event.type === 'act-answer') this.answers.push(event.answer);
      this.#announce();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#announce();
    });
    this.socket.on('error', () => {});
  }

  #announce(): void {
    for (const wake of this.#changed.splice(0)) wake();
  }

  /** Resolves once the condition holds; checked at every message and at the end. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.closed !== null) throw new Error(`closed ${this.closed.code} ${this.closed.reason} before it held`);
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  async untilClosed(): Promise<number> {
    while (this.closed === null) await new Promise<void>((resolve) => this.#changed.push(resolve));
    return this.closed.code;
  }

  /** Snapshot or resumption and the picture have come. */
  untilLive(): Promise<void> {
    return this.until(() => this.hellos.length > 0 && this.types.includes(MESSAGE.frame));
  }

  act(message: ActMessage): void {
    this.socket.send(this.client.act(message));
  }

  send(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }

  /** Takes nothing from the network until `resume`. */
  stall(): void {
    this.socket.pause();
  }
  resume(): void {
    this.socket.resume();
  }

  end(): void {
    this.socket.terminate();
  }
}
