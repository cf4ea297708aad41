/**
 * Keeps a hub in step with the lanes: loads the picture, follows from there, and begins anew from a picture at any gap or
 * change of epoch. The lane's position is taken before the picture is read, so nothing falls between the two. A Redis
 * that is away is waited for; what was missed is then read, or found missing.
 */
import { unpack } from 'msgpackr';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { EffectsAt } from '../protocol/effects.ts';
import type { LaneReader } from '../protocol/log.ts';
import type { PictureData } from '../protocol/picture.ts';
import type { LaneHistory, LiveHub } from './live-hub.ts';

const READ_WAIT_MS = 2_000;
const RETRY_MS = 250;

/** Items from before the picture that a new gateway keeps for clients that come back; some hours of a quiet park. */
const HISTORY_ITEMS = 1_000;

/** The alarm lane read backwards. */
export interface LanePast {
  /** The newest `limit` items with sequence <= seq, in ascending order. */
  recentEffects(seq: number, limit: number): Promise<readonly EffectsAt[]>;
}

export interface LaneFollowerOptions {
  readonly lanes: LaneReader & LanePast;
  readonly hub: LiveHub;
  readonly logger: Logger;
}

export class LaneFollower {
  readonly #lanes: LaneReader & LanePast;
  readonly #hub: LiveHub;
  readonly #logger: Logger;
  #isFollowing = false;
  #nextSeq = 1;
  #liveId = '';
  #isClosed = false;
  #ended: Promise<void> = Promise.resolve();
  #wake: (() => void) | null = null;

  constructor(options: LaneFollowerOptions) {
    this.#lanes = options.lanes;
    this.#hub = options.hub;
    this.#logger = options.logger;
  }

  /** Follows until `close`. */
  start(): void {
    this.#ended = this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    await this.#lanes.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      if (!(await this.step(READ_WAIT_MS)) && !this.#isClosed) await this.#pause();
    }
  }

  /** One round: load or read. false: there was nothing to load from, or the lanes did not answer; try again later. */
  async step(waitMs: number): Promise<boolean> {
    try {
      if (!this.#isFollowing) return await this.#load();
      const { effects, frames } = await this.#lanes.read(this.#nextSeq, this.#liveId, waitMs);
      const newest = effects.at(-1);
      if (newest !== undefined) {
        this.#nextSeq = newest.seq + 1;
        this.#hub.takeEffects(effects);
      }
      for (const { liveId, frame } of frames) {
        this.#liveId = liveId;
        this.#hub.takeFrame(frame);
      }
      return true;
    } catch (error) {
      if (this.#isClosed) return false;
      this.#logger.warn('lanes-lost', { nextSeq: this.#nextSeq, error });
      // A server that is away has lost nothing yet; after a gap, another epoch or anything unforeseen begin anew.
      if (!(error instanceof AppError && error.code === 'REDIS_UNAVAILABLE')) this.#isFollowing = false;
      return false;
    }
  }

  async #load(): Promise<boolean> {
    const head = await this.#lanes.laneHead();
    // No log yet.
    if (head.epoch === '') return false;
    const bytes = await this.#lanes.picture();
    const picture = bytes === null ? null : (unpack(bytes) as PictureData);
    const fits = picture !== null && picture.epoch === head.epoch && picture.alarmsSeq + 1 >= head.firstSeq;
    // A lane that still has its beginning needs no picture.
    if (!fits && head.firstSeq > 1) return false;
    const base = fits ? picture : null;
    this.#hub.load(head.epoch, base, base === null ? undefined : await this.#historyOf(base, head.firstSeq));
    this.#nextSeq = (base?.alarmsSeq ?? 0) + 1;
    this.#liveId = base?.liveId ?? '';
    this.#isFollowing = true;
    this.#logger.info('lanes-followed', { epoch: head.epoch, nextSeq: this.#nextSeq, fromPicture: fits });
    return true;
  }

  /** The lane says little while nothing happens, and the picture's sequence is the log's: most clients lack nothing. */
  async #historyOf(picture: PictureData, firstSeq: number): Promise<LaneHistory> {
    const items = await this.#lanes.recentEffects(picture.alarmsSeq, HISTORY_ITEMS);
    const oldest = items[0];
    const isWhole = oldest === undefined || items.length < HISTORY_ITEMS;
    return { items, floorSeq: isWhole ? firstSeq - 1 : oldest.seq - 1 };
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
