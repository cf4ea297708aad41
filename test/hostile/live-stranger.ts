/** A client of the live socket that says what it likes and keeps every byte it was sent. */
import { WebSocket } from 'ws';
import { LiveClient } from '../../stream/protocol/live-client.ts';
import {
  type ActAnswerMessage,
  decodeMessageBody,
  encodeMessage,
  MESSAGE,
} from '../../stream/protocol/live-message.ts';

export class LiveStranger {
  readonly client = new LiveClient();
  readonly received: Buffer[] = [];
  /** Close code, once the socket is closed. */
  readonly closed: Promise<number>;
  /** `open`, or the status of the refused upgrade. */
  readonly opened: Promise<'open' | number>;
  readonly #socket: WebSocket;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#socket = new WebSocket(url, { headers });
    this.#socket.binaryType = 'nodebuffer';
    this.opened = new Promise((resolve) => {
      this.#socket.on('open', () => resolve('open'));
      this.#socket.on('unexpected-response', (_request, answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
    });
    this.closed = new Promise((resolve) => this.#socket.on('close', (code) => resolve(code)));
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data: Buffer) => {
      this.received.push(data);
      if (data[0] !== MESSAGE.actAnswer) this.client.receive(data, Date.now());
    });
  }

  say(...messages: (string | Uint8Array)[]): void {
    for (const message of messages) this.#socket.send(message);
  }

  start(): void {
    this.say(this.client.start(Date.now()));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends an act as it is given; resolves with the server's answer to it. */
  async act(act: Readonly<Record<string, unknown>>): Promise<ActAnswerMessage> {
    this.say(encodeMessage(MESSAGE.act, act));
    for (;;) {
      const answers = this.received.filter((data) => data[0] === MESSAGE.actAnswer);
      const mine = answers
        .map((data) => decodeMessageBody<ActAnswerMessage>(data))
        .find((a) => a.actId === act['actId']);
      if (mine !== undefined) return mine;
      await new Promise((resolve) => this.#socket.once('message', resolve));
    }
  }

  leave(): void {
    this.#socket.terminate();
  }
}
