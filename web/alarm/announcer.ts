/**
 * What a screen reader is told of new alarms: red and orange ones that wait, each once, politely; many at once are one sentence with
 * their numbers. What stands when the page opens is told as a number too. Pure but for what it remembers.
 */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { isWaiting } from './alarm-order.ts';

const TOLD_UP_TO = 2;
/** More of them at once are counted. */
const ONE_BY_ONE = 3;
/** Nobody hears more than one sentence in this time to its end. */
const PAUSE_MS = 5_000;

export type Announcement =
  | { readonly kind: 'each'; readonly alarms: readonly AlarmView[] }
  | { readonly kind: 'count'; readonly n: number; readonly red: number; readonly orange: number };

/** An alarm that asks anew (risen, come back) is told again. */
const keyOf = (alarm: AlarmView): string => `${alarm.alarmId} ${alarm.level} ${alarm.askedAtMs ?? ''}`;

export class AlarmAnnouncer {
  #told = new Set<string>();
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  /** null: nothing new, or the last sentence is not over; ask again then. */
  take(alarms: readonly AlarmView[], nowMs: number): Announcement | null {
    if (nowMs < this.#quietUntilMs) return null;
    const loud = alarms.filter((alarm) => alarm.level <= TOLD_UP_TO && isWaiting(alarm));
    const fresh = loud.filter((alarm) => !this.#told.has(keyOf(alarm)));
    // Only what stands is remembered.
    this.#told = new Set(loud.map(keyOf));
    if (fresh.length === 0) return null;
    this.#quietUntilMs = nowMs + PAUSE_MS;
    if (fresh.length <= ONE_BY_ONE) return { kind: 'each', alarms: fresh };
    const red = fresh.filter(({ level }) => level === 1).length;
    return { kind: 'count', n: fresh.length, red, orange: fresh.length - red };
  }
}
