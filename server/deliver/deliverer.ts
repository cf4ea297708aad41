/**
 * Carries out what is due. The engine's standing documents are the queue: a delivery is due until a receipt for it lies in the log.
 * So a deliverer begins with the newest picture, what the lane and the log say after it, and then follows the lane; it keeps
 * nothing of its own. One that dies between sending and the receipt sends again, under the same id: at least once, and once
 * where nothing dies. Ports only; roles/deliver.ts wires Redis and PostgreSQL.
 */
import { setMaxListeners } from 'node:events';
import { unpack } from 'msgpackr';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { pause } from '../../core/pause.ts';
import type { Channel, Delivery } from '../../stream/protocol/deliveries.ts';
import type { DocEffect } from '../../stream/protocol/effects.ts';
import { ENTRY_KIND, type ReceiptBody } from '../../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../../stream/protocol/entry-codec.ts';
import { type LaneReader, type LogAppender, type LogReader, NO_FRAMES } from '../../stream/protocol/log.ts';
import type { PictureData } from '../../stream/protocol/picture.ts';
import type { DeliveryChannel, Language, Outcome } from './channel.ts';
import { wordsOf } from './texts.ts';

/** Who is meant by an id, as PostgreSQL knows him. */
export interface AddressBook {
  /** null: he has none for this channel, or is not known. Throws while nobody can tell. */
  addressOf(delivery: Delivery): Promise<{ readonly address: string; readonly language: Language } | null>;
}

export interface DelivererOptions {
  readonly lanes: LaneReader;
  /** Reads the log once, from the picture on. */
  readonly openLog: () => LogReader;
  /** Appends under the lease. */
  readonly log: LogAppender;
  readonly addresses: AddressBook;
  /** Those that are configured. */
  readonly channels: readonly DeliveryChannel[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const READ_WAIT_MS = 2_000;
const READ_LIMIT = 1_000;
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 15_000;
/** Tries of one channel at once: a gateway that hangs holds up none but its own, and one to be tried again later no other. */
const TRIES_LIMIT = 32;

export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #channels: ReadonlyMap<Channel, DeliveryChannel>;
  /** Due, not begun. */
  readonly #due = new Map<string, Delivery>();
  /** Begun; until the engine says that they are due no more. */
  readonly #taken = new Set<string>();
  /** Waits before the next try, of those that failed so far. */
  readonly #waitsMs = new Map<string, number>();
  readonly #tries = new Map<Channel, number>();
  /** Tries and waits. */
  readonly #open = new Set<Promise<void>>();
  #nextSeq = 0;

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#channels = new Map(options.channels.map((channel) => [channel.name, channel]));
  }

  /** Until `signal` aborts. `onLost`: the lease is another's. */
  async run(signal: AbortSignal, onLost: (error: unknown) => void): Promise<void> {
    const { logger } = this.#options;
    // Each try and each wait listens.
    setMaxListeners(0, signal);
    let isFollowing = false;
    while (!signal.aborted) {
      try {
        if (isFollowing) await this.#read(READ_WAIT_MS);
        else isFollowing = await this.#load();
        if (isFollowing) this.#begin(signal, onLost);
        else await pause(RETRY_MS, signal);
      } catch (error) {
        if (signal.aborted) break;
        logger.warn('deliver-waits', { error });
        // After a gap or in another epoch all begins anew; a server that is away has lost nothing yet.
        isFollowing &&= error instanceof AppError && error.code === 'REDIS_UNAVAILABLE';
        await pause(RETRY_MS, signal);
      }
    }
    await Promise.allSettled(this.#open);
  }

  async #load(): Promise<boolean> {
    const { lanes } = this.#options;
    const head = await lanes.laneHead();
    if (head.epoch === '') return false;
    const bytes = await lanes.picture();
    const picture = bytes === null ? null : (unpack(bytes) as PictureData);
    const fits = picture !== null && picture.epoch === head.epoch && picture.alarmsSeq + 1 >= head.firstSeq;
    // A lane that still has its beginning needs no picture.
    if (!fits && head.firstSeq > 1) return false;
    this.#due.clear();
    const from = fits ? picture.alarmsSeq : 0;
    if (fits) for (const doc of picture.docs ?? []) this.#take(doc);
    this.#nextSeq = from + 1;
    // What became of them since is not to be done again.
    for (let seq = 0; seq < this.#nextSeq && this.#nextSeq <= head.seq; ) {
      seq = this.#nextSeq;
      await this.#read(0);
    }
    for (const deliveryId of await this.#answeredSince(from + 1)) {
      this.#due.delete(deliveryId);
      this.#taken.add(deliveryId);
    }
    return true;
  }

  /** Receipts that lie in the log and that the lane may not tell yet: the engine takes entries a moment after they come. */
  async #answeredSince(seq: number): Promise<string[]> {
    const log = this.#options.openLog();
    const found: string[] = [];
    try {
      const head = await log.head();
      for (let next = Math.max(seq, head.firstSeq); next <= head.seq; ) {
        const entries = await log.read(next, READ_LIMIT, 0);
        if (entries.length === 0) break;
        for (const raw of entries) {
          if (raw.kind !== ENTRY_KIND.receipt) continue;
          const entry = decodeEntry(raw);
          if (entry.kind === 'receipt') found.push(entry.body.deliveryId);
        }
        next = (entries.at(-1)?.seq ?? head.seq) + 1;
      }
      return found;
    } finally {
      await log.close();
    }
  }

  async #read(waitMs: number): Promise<void> {
    const { effects } = await this.#options.lanes.read(this.#nextSeq, NO_FRAMES, waitMs);
    for (const item of effects) {
      for (const effect of item.effects) if (effect.t === 'doc') this.#take(effect);
      this.#nextSeq = item.seq + 1;
    }
  }

  #take(doc: DocEffect): void {
    if (doc.doc !== 'delivery') return;
    const delivery = doc.value;
    if (!doc.gone && delivery.state === 'due') {
      if (!this.#taken.has(doc.key)) this.#due.set(doc.key, delivery);
      return;
    }
    this.#due.delete(doc.key);
    this.#taken.delete(doc.key);
  }

  /** Whose limit is nearest goes first: a call for help behind no thousand low batteries. */
  #begin(signal: AbortSignal, onLost: (error: unknown) => void): void {
    if (signal.aborted) return;
    for (const delivery of [...this.#due.values()].sort((a, b) => a.expiresAtMs - b.expiresAtMs)) {
      const { deliveryId, channel } = delivery;
      const tries = this.#tries.get(channel) ?? 0;
      if (tries >= TRIES_LIMIT) continue;
      this.#tries.set(channel, tries + 1);
      this.#due.delete(deliveryId);
      this.#taken.add(deliveryId);
      const tried = this.#carryOut(delivery, signal).finally(() => {
        this.#tries.set(channel, (this.#tries.get(channel) ?? 1) - 1);
        this.#begin(signal, onLost);
      });
      this.#keepOpen(
        tried.then((waitMs) => (waitMs === null ? undefined : this.#again(delivery, waitMs, signal))),
        signal,
        onLost,
      );
    }
  }

  #keepOpen(work: Promise<void>, signal: AbortSignal, onLost: (error: unknown) => void): void {
    const open: Promise<void> = work
      .catch((error: unknown) => {
        if (!signal.aborted) onLost(error);
      })
      .finally(() => {
        this.#open.delete(open);
        this.#begin(signal, onLost);
      });
    this.#open.add(open);
  }

  /** Due once more after a while, if the engine still waits for it. */
  async #again(delivery: Delivery, waitMs: number, signal: AbortSignal): Promise<void> {
    const { deliveryId } = delivery;
    this.#waitsMs.set(deliveryId, Math.min(waitMs * 2, LONGEST_RETRY_MS));
    await pause(waitMs, signal);
    if (!this.#taken.delete(deliveryId)) this.#waitsMs.delete(deliveryId);
    else this.#due.set(deliveryId, delivery);
  }

  /** null: it is over, or we stop; else how long to wait before the next try. Throws TERM_LOST. */
  async #carryOut(delivery: Delivery, signal: AbortSignal): Promise<number | null> {
    const { deliveryId } = delivery;
    const waitMs = this.#waitsMs.get(deliveryId) ?? RETRY_MS;
    const outcome = await this.#try(delivery, waitMs, signal);
    if (outcome === 'again') return waitMs;
    this.#waitsMs.delete(deliveryId);
    this.#options.logger.info('delivered', { deliveryId, channel: delivery.channel, ...outcome });
    await this.#receipt({ deliveryId, ...outcome }, signal);
    return null;
  }

  async #try(delivery: Delivery, waitMs: number, signal: AbortSignal): Promise<Outcome | 'again'> {
    const { addresses, clock, logger } = this.#options;
    const channel = this.#channels.get(delivery.channel);
    if (channel === undefined) return { outcome: 'failed', detail: 'not configured' };
    try {
      const to = await addresses.addressOf(delivery);
      if (to === null) return { outcome: 'failed', detail: 'no address' };
      const { deliveryId, text, values, alarmId, orderId, party } = delivery;
      const { subject, body } = wordsOf(delivery, to.language);
      const facts = { kind: text, values, alarmId, orderId, party };
      return await channel.send({ deliveryId, address: to.address, subject, body, facts }, signal);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      logger.warn('delivery-waits', { deliveryId: delivery.deliveryId, channel: delivery.channel, problem, waitMs });
      // The engine goes on to the next way by itself then.
      const isLast = clock.nowMs() + waitMs >= delivery.expiresAtMs;
      return isLast ? { outcome: 'failed', detail: problem.slice(0, 200) } : 'again';
    }
  }

  /** Until the log has it: not knowing is answered by the same id again. Throws TERM_LOST. */
  async #receipt(body: ReceiptBody, signal: AbortSignal): Promise<void> {
    const { log, clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await log.append({
          kind: ENTRY_KIND.receipt,
          receivedAtMs: clock.nowMs(),
          body: encodeBody('receipt', body),
          dedupId: `receipt:${body.deliveryId}:${body.outcome}`,
        });
        return;
      } catch (error) {
        if (error instanceof AppError && error.code === 'TERM_LOST') throw error;
        logger.warn('receipt-waits', { deliveryId: body.deliveryId, error });
        await pause(RETRY_MS, signal);
      }
    }
  }
}
