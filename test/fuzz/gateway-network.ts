/**
 * A network that misbehaves by seed: sockets that stall, drain in parts and break, with uWebSockets.js' manners (what is
 * sent above the limit is dropped and said so; a topic reaches whoever is subscribed at that moment).
 */
import type { LiveSocket, Topics } from '../../stream/gateway/live-socket.ts';

/** Deterministic; mulberry32 (Tommy Ettinger, public domain). */
export class SeededRandom {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

export interface SimEnds {
  /** A whole message has reached the client. */
  deliver(bytes: Uint8Array): void;
  /** Seen when the gateway hands it over, whether it arrives or not. */
  inspect(bytes: Uint8Array): void;
  drained(): void;
  dropped(): void;
  closed(code: number): void;
}

export class SimSocket implements LiveSocket {
  readonly topics = new Set<string>();
  readonly #network: SimTopics;
  readonly #limitBytes: number;
  readonly #ends: SimEnds;
  #queue: Uint8Array[] = [];
  #buffered = 0;
  /** Bytes the network takes before it pushes back. */
  #room = 0;
  isOpen = true;
  mostBuffered = 0;

  constructor(network: SimTopics, limitBytes: number, ends: SimEnds) {
    this.#network = network;
    this.#limitBytes = limitBytes;
    this.#ends = ends;
    network.sockets.add(this);
  }

  bufferedBytes(): number {
    return this.#buffered;
  }

  send(bytes: Uint8Array): number {
    if (!this.isOpen) throw new Error('sent on a closed socket');
    if (this.#buffered > this.#limitBytes) {
      this.#network.later.push(() => this.#ends.dropped());
      return 2;
    }
    this.#ends.inspect(bytes);
    this.#queue.push(bytes.slice());
    this.#buffered += bytes.length;
    this.#flow();
    this.mostBuffered = Math.max(this.mostBuffered, this.#buffered);
    return this.#buffered === 0 ? 1 : 0;
  }

  cork(run: () => void): void {
    run();
  }
  subscribe(topic: string): void {
    this.topics.add(topic);
  }
  unsubscribe(topic: string): void {
    this.topics.delete(topic);
  }
  close(code: number): void {
    this.break(code);
  }

  /** The network takes so many bytes more. */
  drain(bytes: number): void {
    if (!this.isOpen) return;
    this.#room += bytes;
    const before = this.#buffered;
    this.#flow();
    if (before > 0 && this.#buffered < before && this.isOpen) this.#ends.drained();
  }

  stall(): void {
    this.#room = 0;
  }

  /** The connection is gone, and what it held with it. */
  break(code = 1006): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#queue = [];
    this.#buffered = 0;
    this.#network.sockets.delete(this);
    this.#ends.closed(code);
  }

  #flow(): void {
    for (;;) {
      const first = this.#queue[0];
      if (first === undefined || this.#room === 0) return;
      const taken = Math.min(this.#room, this.#buffered - this.#behindFirst());
      this.#room -= taken;
      this.#buffered -= taken;
      if (this.#buffered > this.#behindFirst()) return;
      this.#queue.shift();
      this.#ends.deliver(first);
    }
  }

  #behindFirst(): number {
    let bytes = 0;
    for (let i = 1; i < this.#queue.length; i++) bytes += this.#queue[i]?.length ?? 0;
    return bytes;
  }
}

export class SimTopics implements Topics {
  readonly sockets = new Set<SimSocket>();
  /** What happens in a later turn. */
  readonly later: (() => void)[] = [];

  publish(topic: string, bytes: Uint8Array): void {
    for (const socket of [...this.sockets]) if (socket.topics.has(topic)) socket.send(bytes);
  }

  runLater(): void {
    for (const run of this.later.splice(0)) run();
  }
}
