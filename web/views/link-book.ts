/**
 * What of the control room's state can be said in an address or a saved view: each feature contributes a part under a key of its own.
 * Knows no feature, no browser and no signals: link.ts gives it those.
 */
export interface LinkPart {
  /** In the address; short, and never given to something else later. */
  readonly key: string;
  /** Reactive. null: as at the start, and then the address need not say it. */
  read(): string | null;
  /** null: as at the start. false: it means nothing, or is no longer there; then nothing changed. */
  write(text: string | null): boolean;
  /** Reactive: what it needs is there (a picture, the scene). Absent: at once. */
  isReady?(): boolean;
  /** Of one moment (an alarm, a time of playback): in links, not in saved views. */
  readonly isOfMoment?: boolean;
}

/** Text by key. */
export type LinkState = Readonly<Record<string, string>>;

export class LinkBook {
  readonly #parts = new Map<string, LinkPart>();
  /** Asked for, and what it needs is not there yet. */
  readonly #pending = new Map<string, string | null>();

  add(part: LinkPart): void {
    if (this.#parts.has(part.key)) throw new Error(`link part ${part.key} is taken`);
    this.#parts.set(part.key, part);
  }

  /** Returns the keys that nobody knows. */
  take(wanted: Iterable<readonly [key: string, text: string | null]>): string[] {
    const unknown: string[] = [];
    this.#pending.clear();
    for (const [key, text] of wanted) {
      if (this.#parts.has(key)) this.#pending.set(key, text);
      else unknown.push(key);
    }
    return unknown;
  }

  /** A link or a saved view: what it does not say becomes as at the start, but what is of the moment. Returns as take(). */
  takeView(view: LinkState): string[] {
    const wanted = new Map<string, string | null>();
    for (const part of this.#parts.values()) if (part.isOfMoment !== true) wanted.set(part.key, null);
    for (const [key, text] of Object.entries(view)) wanted.set(key, text);
    return this.take(wanted);
  }

  /** Writes what is ready, in the order the parts were added. Returns the keys that meant nothing. */
  settle(): string[] {
    const lost: string[] = [];
    for (const [key, part] of this.#parts) {
      const text = this.#pending.get(key);
      if (text === undefined || part.isReady?.() === false) continue;
      this.#pending.delete(key);
      if (!part.write(text) && text !== null) lost.push(key);
    }
    return lost;
  }

  /** What was asked for and is not there yet stands as asked, so that a page loaded again in between loses nothing. */
  state(): LinkState {
    return this.#read(() => true);
  }

  view(): LinkState {
    return this.#read((part) => part.isOfMoment !== true);
  }

  #read(isWanted: (part: LinkPart) => boolean): LinkState {
    const all: Record<string, string> = {};
    for (const [key, part] of this.#parts) {
      const asked = this.#pending.get(key);
      const text = asked === undefined ? part.read() : asked;
      if (text !== null && isWanted(part)) all[key] = text;
    }
    return all;
  }
}
