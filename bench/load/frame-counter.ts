/** Live clients of a bench: real sign-in, ticket and socket, counting frames and bytes as they come over the wire. */
import { setMaxListeners } from 'node:events';
import { systemClock } from '../../core/clock.ts';
import { LiveWatcher } from '../../server/cli/live-watcher.ts';
import { visitFrame } from '../../stream/protocol/frame.ts';
import type { PrivateStack } from './private-stack.ts';
import { webSocketHeadBytes } from './wire-bytes.ts';

export interface FrameCounts {
  readonly frames: number;
  readonly updates: number;
  /** Frames with their WebSocket heads. */
  readonly frameBytes: number;
  readonly closed: number;
}

const SOCKETS_A_USER = 50 - 1;

export class FrameCounter {
  readonly #abort = new AbortController();
  readonly #running: Promise<void>[] = [];
  #frames = 0;
  #updates = 0;
  #frameBytes = 0;
  #closed = 0;

  /** Resolves when all of them are connected. Clients of a user are windows of one session, as in a browser: one sign-in, a ticket each. */
  static async start(stack: PrivateStack, clients: number): Promise<FrameCounter> {
    const counter = new FrameCounter();
    // Each client ends by it, and asks by it for its tickets.
    setMaxListeners(0, counter.#abort.signal);
    let cookie: string | null = null;
    for (let i = 0; i < clients; i++)
      cookie = await counter.#connect(stack, i, i % SOCKETS_A_USER === 0 ? null : cookie);
    return counter;
  }

  /** Gives the cookie of its session. */
  #connect(stack: PrivateStack, n: number, cookie: string | null): Promise<string | null> {
    // A user has at most so many sockets, and a page may be open beside.
    const user = stack.viewers[Math.floor(n / SOCKETS_A_USER)];
    if (user === undefined) throw new Error(`no more than ${stack.viewers.length * SOCKETS_A_USER} clients`);
    return new Promise((resolve, reject) => {
      const watcher: LiveWatcher = new LiveWatcher({
        url: stack.webUrl,
        user,
        cookie,
        clock: systemClock,
        signal: this.#abort.signal,
        onEvent: (event) => {
          if (event.type === 'hello') resolve(watcher.cookie);
          if (event.type !== 'frame') return;
          this.#frames++;
          this.#frameBytes += event.bytes.length + webSocketHeadBytes(event.bytes.length);
          this.#updates += visitFrame(event.bytes, () => {});
        },
        onClosed: () => {
          this.#closed++;
        },
      });
      const running = watcher.run();
      running.catch(reject);
      this.#running.push(running);
    });
  }

  counts(): FrameCounts {
    return { frames: this.#frames, updates: this.#updates, frameBytes: this.#frameBytes, closed: this.#closed };
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#running);
  }
}
