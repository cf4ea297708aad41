/**
 * Recent items of the lossless lane, shared by all clients: each has a cursor into it, none a queue of its own. Bounded
 * by items and by bytes; what falls out is gone for cursors below. Every item is encoded once per scope that asks.
 */
import { type EffectsMessage, encodeMessage, MESSAGE } from '../protocol/live-message.ts';
import { itemForCompany, type RoutedItem } from './scope-index.ts';

export interface RingBounds {
  readonly items: number;
  readonly bytes: number;
}

interface Slot {
  readonly routed: RoutedItem;
  readonly parkBytes: Uint8Array;
  /** Encodings for companies that the item concerns, made on demand. */
  companyBytes: Map<string, Uint8Array> | null;
}

/** What a cursor meets. `silent`: nothing in it for this company but the sequence. */
export interface RingMessage {
  readonly bytes: Uint8Array;
  readonly isSilent: boolean;
  readonly needsSnapshot: boolean;
}

export class EffectRing {
  readonly #bounds: RingBounds;
  #slots: Slot[] = [];
  /** Index of `#slots[0]`; indexes count on for ever, also across `restart`. */
  #first = 0;
  #bytes = 0;
  #epoch = '';
  /** Everything above this sequence is in the ring. */
  #floorSeq = 0;

  constructor(bounds: RingBounds) {
    this.#bounds = bounds;
  }

  /** Index of the oldest item kept. */
  get first(): number {
    return this.#first;
  }
  /** Index that the next item will get. */
  get end(): number {
    return this.#first + this.#slots.length;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get items(): number {
    return this.#slots.length;
  }

  /** Empties the ring: from here on it holds what comes after `floorSeq` of `epoch`. Every cursor has fallen out. */
  restart(epoch: string, floorSeq: number): void {
    // One index is passed over, so that a cursor at the old end is below the new beginning too.
    this.#first = this.end + 1;
    this.#slots = [];
    this.#bytes = 0;
    this.#epoch = epoch;
    this.#floorSeq = floorSeq;
  }

  push(routed: RoutedItem): void {
    const parkBytes = this.#encode(routed.item);
    this.#slots.push({ routed, parkBytes, companyBytes: null });
    this.#bytes += parkBytes.length;
    this.#dropOldest();
  }

  /** Where a client goes on that has everything up to `seq` of `epoch`; null: outside the ring, it needs a snapshot. */
  cursorAfter(epoch: string, seq: number): number | null {
    if (epoch !== this.#epoch || !(seq >= this.#floorSeq)) return null;
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#slots[middle]?.routed.item.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return this.#first + low;
  }

  /** The item at a cursor for a scope; null: not in the ring. */
  messageAt(cursor: number, companyCode: string | null): RingMessage | null {
    const slot = this.#slots[cursor - this.#first];
    if (slot === undefined) return null;
    if (companyCode === null) return { bytes: slot.parkBytes, isSilent: false, needsSnapshot: false };
    const { routed } = slot;
    const needsSnapshot = routed.resync === 'all' || routed.resync.has(companyCode);
    const known = slot.companyBytes?.get(companyCode);
    if (known !== undefined) return { bytes: known, isSilent: false, needsSnapshot };
    const item = itemForCompany(routed, companyCode);
    const bytes = this.#encode(item);
    const isSilent = item.effects.length === 0;
    if (!isSilent) {
      slot.companyBytes ??= new Map();
      slot.companyBytes.set(companyCode, bytes);
      this.#bytes += bytes.length;
    }
    return { bytes, isSilent, needsSnapshot };
  }

  #encode(item: RoutedItem['item']): Uint8Array {
    const message: EffectsMessage = { epoch: this.#epoch, items: [item] };
    return encodeMessage(MESSAGE.effects, message);
  }

  /** The newest item stays, however large. */
  #dropOldest(): void {
    let drop = 0;
    while (
      this.#slots.length - drop > 1 &&
      (this.#slots.length - drop > this.#bounds.items || this.#bytes > this.#bounds.bytes)
    ) {
      const slot = this.#slots[drop++];
      if (slot === undefined) break;
      this.#bytes -= slot.parkBytes.length;
      for (const bytes of slot.companyBytes?.values() ?? []) this.#bytes -= bytes.length;
      this.#floorSeq = slot.routed.item.seq;
    }
    if (drop === 0) return;
    this.#slots.splice(0, drop);
    this.#first += drop;
  }
}
