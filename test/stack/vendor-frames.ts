/** A vendor's stream of positions for tests: one socket, opened when there is something to send and again when it is gone. */
import { pack, unpack } from 'msgpackr';
import { WebSocket } from 'ws';
import { signRequest } from '../../ingest/sign-request.ts';
import { STREAM_PATH } from '../../ingest/stream-socket.ts';
import type { Credential } from './stack.ts';
import { type BatchAnswer, type BodyType, plainOf, type VendorRecord } from './vendor.ts';

/** From here on a close code says that connecting again helps nothing (docs/vendor-api.md). */
const CLOSED_FOR_GOOD = 4500;

/** Of the frame: what became of it, or why nothing of it was taken. */
export type FrameAnswer = { readonly seq: number } & (BatchAnswer | { readonly error: { readonly code: string } });

export class VendorFrames {
  readonly #url: string;
  readonly #credential: Credential;
  readonly #waiting = new Map<number, (answer: FrameAnswer | null) => void>();
  #socket: WebSocket | null = null;
  #seq = 0;
  #problem: string | null = null;

  constructor(url: string, credential: Credential) {
    this.#url = url.replace(/^http/, 'ws') + STREAM_PATH;
    this.#credential = credential;
  }

  /** null: no answer in time. Throws when the door has closed for good. */
  async send(records: readonly VendorRecord[], type: BodyType, limitMs: number): Promise<FrameAnswer | null> {
    const socket = await this.#open(limitMs);
    if (this.#problem !== null) throw new Error(this.#problem);
    if (socket === null) return null;
    const seq = this.#seq++;
    const frame = { seq, records: plainOf(records) };
    return new Promise((resolve) => {
      // What is unanswered when a socket closes is to be sent again: so it is closed first.
      const timer = setTimeout(() => socket.terminate(), limitMs);
      this.#waiting.set(seq, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      socket.send(type === 'msgpack' ? pack(frame) : JSON.stringify(frame));
    });
  }

  close(): void {
    this.#socket?.terminate();
  }

  #open(limitMs: number): Promise<WebSocket | null> {
    if (this.#socket?.readyState === WebSocket.OPEN) return Promise.resolve(this.#socket);
    const { appId, appSecret } = this.#credential;
    const request = {
      method: 'GET',
      target: STREAM_PATH,
      body: '',
      appId,
      appSecret,
      timestampMs: Date.now(),
    } as const;
    const socket = new WebSocket(this.#url, { headers: signRequest(request), handshakeTimeout: limitMs });
    this.#socket = socket;
    return new Promise((resolve) => {
      socket.on('open', () => resolve(socket));
      socket.on('error', () => {});
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        const answer = (isBinary ? unpack(data) : JSON.parse(data.toString())) as FrameAnswer;
        this.#waiting.get(answer.seq)?.(answer);
        this.#waiting.delete(answer.seq);
      });
      socket.on('close', (code, reason) => {
        if (code >= CLOSED_FOR_GOOD) this.#problem = `the stream was closed with ${code} ${reason.toString()}`;
        for (const answered of this.#waiting.values()) answered(null);
        this.#waiting.clear();
        resolve(null);
      });
    });
  }
}
