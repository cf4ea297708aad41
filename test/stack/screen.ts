/** An operator's screen without the picture: signs in, follows the live socket, comes back when it drops. */
import { WebSocket } from 'ws';
import type { AlarmView, EffectsAt } from '../../stream/protocol/effects.ts';
import { LiveClient } from '../../stream/protocol/live-client.ts';
import { PASSWORD, type Stack } from './stack.ts';

export class Screen {
  readonly client = new LiveClient();
  /** Every view of every alarm that came, in order. */
  readonly alarmViews: AlarmView[] = [];
  /** Every item of the lossless lane that was new to the picture, and every snapshot's `[from, to]` that took its place. */
  readonly items: EffectsAt[] = [];
  readonly jumps: (readonly [number, number])[] = [];
  /** Ids of acts that were answered as kept. */
  readonly keptActs: string[] = [];
  readonly #stack: Stack;
  readonly cookie: string;
  #socket: WebSocket | null = null;
  #isClosed = false;
  #timer: NodeJS.Timeout | null = null;

  private constructor(stack: Stack, cookie: string) {
    this.#stack = stack;
    this.cookie = cookie;
  }

  static async signIn(stack: Stack, name: string): Promise<Screen> {
    const response = await fetch(`${stack.webUrl}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'park' },
      body: JSON.stringify({ name, password: PASSWORD }),
    });
    if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
    const cookie = response.headers
      .getSetCookie()
      .map((c) => c.split(';')[0])
      .join('; ');
    const screen = new Screen(stack, cookie);
    screen.#timer = setInterval(() => screen.#acknowledge(), 1_000);
    void screen.#connect();
    return screen;
  }

  async #connect(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#follow(await this.#ticket());
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #ticket(): Promise<string> {
    const response = await fetch(`${this.#stack.webUrl}/api/live-ticket`, {
      method: 'POST',
      headers: { 'X-Requested-With': 'park', Cookie: this.cookie },
    });
    if (!response.ok) throw new Error(`ticket: ${response.status}`);
    return ((await response.json()) as { ticket: string }).ticket;
  }

  #follow(ticket: string): Promise<void> {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${this.#stack.liveUrl}?ticket=${ticket}`);
      this.#socket = socket;
      socket.binaryType = 'nodebuffer';
      socket.on('open', () => socket.send(this.client.start(Date.now())));
      socket.on('message', (data: Buffer) => this.#take(data));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  }

  #take(data: Buffer): void {
    const before = this.client.picture.seq;
    const event = this.client.receive(data, Date.now());
    if (event.type === 'snapshot') {
      this.alarmViews.push(...this.client.picture.alarms.values());
      this.jumps.push([before, this.client.picture.seq]);
    }
    if (event.type === 'act-answer' && event.answer.ok) this.keptActs.push(event.answer.actId);
    if (event.type !== 'effects') return;
    for (const item of event.message.items) {
      if (item.seq > before) this.items.push(item);
      for (const effect of item.effects) if (effect.t === 'alarm') this.alarmViews.push(effect.alarm);
    }
  }

  #acknowledge(): void {
    const message = this.client.acknowledgement(Date.now());
    if (message !== null && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /** Nothing happens while the socket is away, as with a button that is greyed. */
  act(act: 'acknowledge' | 'reset', alarmId: string): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(this.client.act({ actId: `${act}-${alarmId}-${Date.now()}`, act, alarmId, comment: null }));
  }

  /** The network goes; the screen comes back by itself. */
  drop(): void {
    this.#socket?.terminate();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#socket?.close();
  }
}
