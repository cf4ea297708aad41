/**
 * 聚集 (AQ 3064.3 3.5, 5.2.3): people of any company within a circle of at most 15 m, anywhere, for longer than a minute. Level by
 * count: 3 yellow, 4 to 6 orange, more red. This file says what a count means and when a change of it is told; where the
 * circles are: geo/disc-cover.kernel.ts; who was in which when: engine/gatherings.ts.
 */
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import type { GatheringSettings } from './rule-settings.ts';

export const GATHERING_RULE_VERSION = 1;

/** What an alarm says beside its numbers. */
export const GATHERING_DETAIL = {
  /** Gas is sounding near: these people are to withdraw. */
  withdraw: 'withdraw',
  /** So many people that circles were counted over crowded cells: at least as many as there are, in a circle a little wider. */
  coarse: 'coarse',
} as const;

export function gatheringLevelOf(settings: GatheringSettings, count: number): AlarmLevel {
  if (count >= settings.redFrom) return 1;
  return count >= settings.orangeFrom ? 2 : 3;
}

/** Orange and red end by a person's confirmation alone. */
export const isGatheringLatched = (level: AlarmLevel): boolean => level <= 2;

/** The level that is told, and since when the count says another. Plain data. */
export interface LevelWatch {
  level: AlarmLevel;
  /** 0: the count says no higher (lower) level now. */
  higherSinceMs: number;
  lowerSinceMs: number;
  /** The least grave level while it was higher, the gravest while it was lower. */
  higher: AlarmLevel;
  lower: AlarmLevel;
}

export const createLevelWatch = (level: AlarmLevel): LevelWatch => ({
  level,
  higherSinceMs: 0,
  lowerSinceMs: 0,
  higher: level,
  lower: level,
});

/**
 * The level follows the count both ways: up when it held for `riseMs`, down for `fallMs`, so that somebody on the rim makes
 * one change of it and no row of changes. Returns whether the level is another now.
 */
export function watchLevel(settings: GatheringSettings, watch: LevelWatch, said: AlarmLevel, nowMs: number): boolean {
  if (said >= watch.level) watch.higherSinceMs = 0;
  else if (watch.higherSinceMs === 0) {
    watch.higherSinceMs = nowMs;
    watch.higher = said;
  } else if (said > watch.higher) watch.higher = said;
  if (said <= watch.level) watch.lowerSinceMs = 0;
  else if (watch.lowerSinceMs === 0) {
    watch.lowerSinceMs = nowMs;
    watch.lower = said;
  } else if (said < watch.lower) watch.lower = said;

  const { higherSinceMs, lowerSinceMs } = watch;
  if (higherSinceMs !== 0 && nowMs - higherSinceMs >= settings.riseMs) return settle(watch, watch.higher);
  if (lowerSinceMs !== 0 && nowMs - lowerSinceMs >= settings.fallMs) return settle(watch, watch.lower);
  return false;
}

function settle(watch: LevelWatch, level: AlarmLevel): true {
  watch.level = level;
  watch.higherSinceMs = 0;
  watch.lowerSinceMs = 0;
  return true;
}
