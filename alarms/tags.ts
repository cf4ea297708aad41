/**
 * Tags that lie about who is where: state and judgement per tag, pure. engine/tags.ts feeds it. Times are event time.
 */
import type { RuleSettings } from './rule-settings.ts';

export type TagSettings = RuleSettings['tags'];

// --- a tag that nobody is known to wear ------------------------------------------------------------------------------

/** A mean of this long takes the noise of a single fix out of the question. */
const BLOCK_MS = 10_000;
/** So many of them in a row away from the place of rest: it moved. */
const MOVED_BLOCKS = 2;

export interface UnknownTag {
  sinceMs: number;
  /** Mean place of the blocks at rest; `blocks` of them. */
  easting: number;
  northing: number;
  blocks: number;
  /** The block that is being gathered. */
  blockFromMs: number;
  sumE: number;
  sumN: number;
  fixes: number;
  awayBlocks: number;
  hasMoved: boolean;
}

export const createUnknownTag = (observedAtMs: number): UnknownTag => ({
  sinceMs: observedAtMs,
  easting: 0,
  northing: 0,
  blocks: 0,
  blockFromMs: observedAtMs,
  sumE: 0,
  sumN: 0,
  fixes: 0,
  awayBlocks: 0,
  hasMoved: false,
});

/** Whether it has moved and was heard for long enough. */
export function watchUnknownTag(
  tag: UnknownTag,
  settings: TagSettings,
  easting: number,
  northing: number,
  observedAtMs: number,
): boolean {
  if (observedAtMs - tag.blockFromMs >= BLOCK_MS && tag.fixes > 0) endBlock(tag, settings, observedAtMs);
  tag.sumE += easting;
  tag.sumN += northing;
  tag.fixes++;
  return tag.hasMoved && observedAtMs - tag.sinceMs > settings.unknownHeardMs;
}

function endBlock(tag: UnknownTag, settings: TagSettings, nextFromMs: number): void {
  const easting = tag.sumE / tag.fixes;
  const northing = tag.sumN / tag.fixes;
  const isAway = tag.blocks > 0 && Math.hypot(easting - tag.easting, northing - tag.northing) > settings.unknownMovedM;
  if (isAway) tag.awayBlocks++;
  else {
    tag.awayBlocks = 0;
    tag.blocks++;
    tag.easting += (easting - tag.easting) / tag.blocks;
    tag.northing += (northing - tag.northing) / tag.blocks;
  }
  if (tag.awayBlocks >= MOVED_BLOCKS) tag.hasMoved = true;
  tag.blockFromMs = nextFromMs;
  tag.sumE = 0;
  tag.sumN = 0;
  tag.fixes = 0;
}

// --- two tags on one person ------------------------------------------------------------------------------------------

export interface TwoFeeds {
  /** Where the newest fix came from: SOURCE, and whether it named the card. */
  feed: string;
  easting: number;
  northing: number;
  observedAtMs: number;
  /** Pairs in a row that were too far apart, since when, and the newest. */
  farPairs: number;
  farSinceMs: number;
  farAtMs: number;
}

export const createTwoFeeds = (feed: string, easting: number, northing: number, observedAtMs: number): TwoFeeds => ({
  feed,
  easting,
  northing,
  observedAtMs,
  farPairs: 0,
  farSinceMs: 0,
  farAtMs: 0,
});

/** Takes the next fix; whether the person is in two places at once, and has been for long enough. */
export function watchTwoFeeds(
  state: TwoFeeds,
  settings: TagSettings,
  feed: string,
  easting: number,
  northing: number,
  observedAtMs: number,
): boolean {
  const apartMs = observedAtMs - state.observedAtMs;
  if (feed !== state.feed && apartMs <= settings.togetherMs) {
    const apartM = Math.hypot(easting - state.easting, northing - state.northing);
    if (apartM > settings.apartM + (settings.apartMps * apartMs) / 1000) {
      if (state.farPairs === 0) state.farSinceMs = observedAtMs;
      state.farPairs++;
      state.farAtMs = observedAtMs;
    } else state.farPairs = 0;
  }
  state.feed = feed;
  state.easting = easting;
  state.northing = northing;
  state.observedAtMs = observedAtMs;
  return state.farPairs >= settings.apartPairs && state.farAtMs - state.farSinceMs >= settings.apartMs;
}

// --- who ought to be heard -------------------------------------------------------------------------------------------

/** Somebody whose tag ought to be heard: a post's person on duty, a crew at its work. */
export interface Awaited {
  readonly companyCode: string;
  readonly personId: string;
  /** From when on. */
  readonly sinceMs: number;
}
