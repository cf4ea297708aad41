/**
 * The stream of notices (core/notice-api.ts), opened again whenever it breaks off. Knows no browser: what it needs of one is handed
 * in, so that tests hand in their own.
 */
import type { Notice } from '../../core/notice-api.ts';
import { backOffMs } from '../live/back-off.ts';

export interface SourceLike {
  addEventListener(name: string, hear: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface NoticeEnvironment {
  open(): SourceLike;
  /** Returns what calls it off. */
  after(ms: number, act: () => void): () => void;
  /** At once where the window is looked at already. Returns what calls it off. */
  whenLookedAt(act: () => void): () => void;
  random(): number;
}

export interface NoticeHearer {
  heard(notice: Notice): void;
  /** Something may have gone unheard. */
  missed(): void;
  /** It ended, or could not begin: perhaps nobody is signed in any more. */
  doubted(): void;
}

export class NoticeStream {
  readonly #environment: NoticeEnvironment;
  readonly #hearer: NoticeHearer;
  #source: SourceLike | null = null;
  #callOff: () => void = () => undefined;
  #attempt = 0;
  #hasBegun = false;

  constructor(environment: NoticeEnvironment, hearer: NoticeHearer) {
    this.#environment = environment;
    this.#hearer = hearer;
    this.#open();
  }

  close(): void {
    this.#callOff();
    this.#source?.close();
    this.#source = null;
  }

  #open(): void {
    const source = this.#environment.open();
    this.#source = source;
    const on = (name: string, act: (data: unknown) => void): void =>
      source.addEventListener(name, ({ data }) => {
        if (this.#source === source) act(data);
      });
    on('begin', () => {
      this.#attempt = 0;
      if (this.#hasBegun) this.#hearer.missed();
      this.#hasBegun = true;
    });
    on('missed', () => this.#hearer.missed());
    on('notice', (data) => this.#hearer.heard(JSON.parse(String(data)) as Notice));
    on('full', () => {
      this.close();
      this.#callOff = this.#environment.whenLookedAt(() => this.#open());
    });
    on('end', () => this.#again());
    on('error', () => this.#again());
  }

  /** The browser would try again too, but not wait longer each time. */
  #again(): void {
    this.close();
    this.#hearer.doubted();
    const waitMs = backOffMs(this.#attempt++, this.#environment.random());
    this.#callOff = this.#environment.after(waitMs, () => this.#open());
  }
}
