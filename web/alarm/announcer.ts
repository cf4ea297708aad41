/**
 * What a screen reader is told of new alarms: red and orange ones that wait, each once, politely; many at once are one sentence with
 * their numbers. In a flood calls for help alone are told one by one, the others as the flood's numbers, every half a minute at the
 * most. What stands when the page opens is told as a number too. Pure but for what it remembers.
 */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { isEmergency, isWaiting } from './alarm-order.ts';

const TOLD_UP_TO = 2;
/** More of them at once are counted. */
const ONE_BY_ONE = 3;
/** Nobody hears more than one sentence in this time to its end. */
const PAUSE_MS = 5_000;
const FLOOD_PAUSE_MS = 30_000;

export type Announcement =
  | { readonly kind: 'each'; readonly alarms: readonly AlarmView[] }
  | { readonly kind: 'count' | 'flood'; readonly n: number; readonly red: number; readonly orange: number };

/** An alarm that asks anew (risen, come back) is told again. */
const keyOf = (alarm: AlarmView): string => `${alarm.alarmId} ${alarm.level} ${alarm.askedAtMs ?? ''}`;

export class AlarmAnnouncer {
  #told = new Set<string>();
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #floodQuietUntilMs = Number.NEGATIVE_INFINITY;

  /** null: nothing new, or the last sentence is not over; ask again then. */
  take(alarms: readonly AlarmView[], nowMs: number, isFlooded: boolean): Announcement | null {
    if (nowMs < this.#quietUntilMs) return null;
    const loud = alarms.filter((alarm) => alarm.level <= TOLD_UP_TO && isWaiting(alarm));
    const fresh = loud.filter((alarm) => !this.#told.has(keyOf(alarm)));
    const calls = isFlooded ? fresh.filter(isEmergency) : [];
    const isCall = calls.length > 0;
    if (isFlooded && !isCall && nowMs < this.#floodQuietUntilMs) return null;
    const said = isCall ? calls : fresh;
    const untold = new Set(fresh.filter((alarm) => !said.includes(alarm)).map(keyOf));
    // Only what stands is remembered.
    this.#told = new Set(loud.map(keyOf).filter((key) => !untold.has(key)));
    if (said.length === 0) return null;
    this.#quietUntilMs = nowMs + PAUSE_MS;
    const isOfFlood = isFlooded && !isCall;
    if (!isOfFlood && said.length <= ONE_BY_ONE) return { kind: 'each', alarms: said };
    if (isOfFlood) this.#floodQuietUntilMs = nowMs + FLOOD_PAUSE_MS;
    const red = said.filter(({ level }) => level === 1).length;
    return { kind: isOfFlood ? 'flood' : 'count', n: said.length, red, orange: said.length - red };
  }
}
