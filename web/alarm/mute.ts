/** Silence for a while: it ends by itself, or with the next red alarm, so that nobody forgets it. Pure. */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { isWaiting } from './alarm-order.ts';

export const MUTE_SPANS_MIN = [2, 5, 10] as const;

export interface Mute {
  /** The park's clock. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Red alarms that waited when it began: he knows of them. */
  readonly knownRed: ReadonlySet<string>;
}

const RED = 1;
const redKeys = (alarms: readonly AlarmView[]): string[] =>
  alarms
    .filter((alarm) => alarm.level === RED && isWaiting(alarm))
    .map(({ alarmId, askedAtMs }) => `${alarmId} ${askedAtMs ?? ''}`);

export const beginMute = (alarms: readonly AlarmView[], nowMs: number, minutes: number): Mute => ({
  fromMs: nowMs,
  untilMs: nowMs + minutes * 60_000,
  knownRed: new Set(redKeys(alarms)),
});

/** ms of silence left; 0: it is over. A clock that was set back ends it too. */
export function muteLeftMs(mute: Mute | null, alarms: readonly AlarmView[], nowMs: number): number {
  if (mute === null || nowMs >= mute.untilMs || nowMs < mute.fromMs - 1_000) return 0;
  return redKeys(alarms).some((key) => !mute.knownRed.has(key)) ? 0 : mute.untilMs - nowMs;
}
