/**
 * Counts what operators are asked (stream/protocol/operator-load.ts). Announcements of the last hour one by one, those of the
 * last day by hour; both bounded, so that a flood costs no more than its bound.
 */
import { type AlarmView, type Effect, isAnnounced, isQuiet } from '../stream/protocol/effects.ts';
import {
  type AlarmCause,
  type Announcement,
  causeKey,
  chatteringOf,
  isFloodNow,
  mostFrequent,
  type OperatorLoad,
  STALE_MS,
  TEN_MIN_MS,
} from '../stream/protocol/operator-load.ts';
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const HOURS_KEPT = 24;
/** Beyond these a flood is a flood: the oldest of the hour, and further causes of an hour, are no longer told apart. */
const RECENT_LIMIT = 20_000;
const CAUSES_LIMIT = 2_000;

interface Hour {
  readonly hour: number;
  readonly byLevel: [number, number, number, number];
  ended: number;
  falseMarked: number;
  /** By rule and subject. */
  readonly causes: Map<string, number>;
}
type HourData = [hour: number, byLevel: number[], ended: number, falseMarked: number, causes: [string, number][]];
type Saved = [minute: number, floodSinceMs: number | null, recent: Announcement[], hours: HourData[]];

export class OperatorLoadCount implements Part {
  readonly name = 'operator-load';
  #recent: Announcement[] = [];
  #hours: Hour[] = [];
  #floodSinceMs: number | null = null;
  /** Of the newest document. */
  #minute = 0;

  onAlarm(park: Park, alarm: AlarmView): void {
    if (isAnnounced(alarm, park.nowMs)) this.#announced(alarm, park.nowMs);
    if (alarm.endedAtMs === null) return;
    const hour = this.#hourAt(park.nowMs);
    hour.ended++;
    if (alarm.falseMark !== null) hour.falseMarked++;
  }

  onTick(park: Park, effects: Effect[]): void {
    const { nowMs } = park;
    this.#forgetBefore(nowMs);
    const in10Min = this.#countSince(nowMs - TEN_MIN_MS);
    const isFlood = isFloodNow(this.#floodSinceMs !== null, in10Min);
    const isTurn = isFlood !== (this.#floodSinceMs !== null);
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (!isTurn && minute === this.#minute) return;
    if (isTurn) this.#floodSinceMs = isFlood ? nowMs : null;
    this.#minute = minute;
    park.docs.put('load', '', this.#load(park, in10Min), [], effects);
  }

  #announced({ rule, subject, level }: AlarmView, atMs: number): void {
    this.#recent.push([atMs, rule, subject]);
    if (this.#recent.length > RECENT_LIMIT) this.#recent.shift();
    const hour = this.#hourAt(atMs);
    hour.byLevel[(level - 1) as 0 | 1 | 2 | 3]++;
    const key = causeKey(rule, subject);
    const before = hour.causes.get(key);
    if (before !== undefined || hour.causes.size < CAUSES_LIMIT) hour.causes.set(key, (before ?? 0) + 1);
  }

  #hourAt(atMs: number): Hour {
    const hour = Math.floor(atMs / HOUR_MS);
    const last = this.#hours.at(-1);
    if (last?.hour === hour) return last;
    const next: Hour = { hour, byLevel: [0, 0, 0, 0], ended: 0, falseMarked: 0, causes: new Map() };
    this.#hours.push(next);
    return next;
  }

  #forgetBefore(nowMs: number): void {
    const firstHour = Math.floor(nowMs / HOUR_MS) - HOURS_KEPT;
    while (this.#hours.length > 0 && this.#hours[0]!.hour <= firstHour) this.#hours.shift();
    const old = this.#recent.findIndex(([atMs]) => atMs > nowMs - HOUR_MS);
    if (old !== 0) this.#recent.splice(0, old === -1 ? this.#recent.length : old);
  }

  #countSince(sinceMs: number): number {
    let count = 0;
    for (let i = this.#recent.length - 1; i >= 0 && this.#recent[i]![0] > sinceMs; i--) count++;
    return count;
  }

  #load(park: Park, in10Min: number): OperatorLoad {
    const alarms = [...park.alarms.standing.values()];
    const loud = alarms.filter((alarm) => !isQuiet(alarm) && alarm.under === null);
    const asking = loud.filter((alarm) => !alarm.acknowledged);
    const sum = (of: (hour: Hour) => number): number => this.#hours.reduce((total, hour) => total + of(hour), 0);
    const levels: AlarmLevel[] = [1, 2, 3, 4];
    return {
      atMs: park.nowMs,
      in10Min,
      isFlood: this.#floodSinceMs !== null,
      floodSinceMs: this.#floodSinceMs,
      standing: loud.filter((alarm) => alarm.active).length,
      quiet: alarms.filter(isQuiet).length,
      stale: loud.filter((alarm) => alarm.active && park.nowMs - alarm.raisedAtMs > STALE_MS).length,
      unacknowledged: asking.length,
      oldestUnacknowledgedAtMs: asking.reduce<number | null>(
        (oldest, alarm) => Math.min(oldest ?? Number.POSITIVE_INFINITY, alarm.askedAtMs ?? alarm.raisedAtMs),
        null,
      ),
      chattering: this.#chattering(),
      causes: mostFrequent(this.#hours.map((hour) => hour.causes)),
      byLevel: levels.map((level) =>
        sum((hour) => hour.byLevel[(level - 1) as 0 | 1 | 2 | 3]),
      ) as unknown as OperatorLoad['byLevel'],
      falseCount: sum((hour) => hour.falseMarked),
      endedCount: sum((hour) => hour.ended),
    };
  }

  /** Within the last hour: so often within some minute of it, or so often at all. */
  #chattering(): AlarmCause[] {
    return chatteringOf(this.#recent);
  }

  save(): readonly unknown[] {
    const hours = this.#hours.map(
      ({ hour, byLevel, ended, falseMarked, causes }): HourData => [
        hour,
        [...byLevel],
        ended,
        falseMarked,
        [...causes],
      ],
    );
    const saved: Saved = [this.#minute, this.#floodSinceMs, [...this.#recent], hours];
    return [saved];
  }

  load([saved]: readonly unknown[]): void {
    if (saved === undefined) return;
    const [minute, floodSinceMs, recent, hours] = saved as Saved;
    this.#minute = minute;
    this.#floodSinceMs = floodSinceMs;
    this.#recent = [...recent];
    this.#hours = hours.map(([hour, byLevel, ended, falseMarked, causes]) => ({
      hour,
      byLevel: byLevel as Hour['byLevel'],
      ended,
      falseMarked,
      causes: new Map(causes),
    }));
  }
}
