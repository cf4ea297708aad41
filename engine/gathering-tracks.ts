/**
 * Gatherings from second to second. A track is a circle that goes on: the next second's circle continues it when the two share at
 * least half of the smaller one's people, so members come and go. When two become one, the graver alarm goes on, then the one that
 * is told, then the elder; the other is over. A part that splits off begins with the time its people had together, so that
 * nobody who stood there for a minute is forgotten; it speaks when it has held for `gapMs`.
 */
import type { LevelWatch } from '../alarms/gathering.ts';
import type { GatheringSettings } from '../alarms/rule-settings.ts';
import { DiscCover } from '../geo/disc-cover.kernel.ts';
import { EnclosingCircle } from '../geo/enclosing-circle.kernel.ts';
import { GatheringStays } from './gathering-stays.ts';

/** Plain data, as snapshots hold it. */
export interface Track {
  readonly id: number;
  /** Engine time at which it was first seen itself, and since when as many as it takes were together. */
  readonly bornAtMs: number;
  sinceMs: number;
  /** Event time of the same. */
  onsetAtMs: number;
  /** Who is in it, ascending. */
  slots: readonly number[];
  /** Engine time of the newest circle. */
  seenAtMs: number;
  easting: number;
  northing: number;
  radiusM: number;
  isCoarse: boolean;
  /** People that it takes there. */
  from: number;
  alarmId: string | null;
  level: LevelWatch | null;
  /** When its people or its place were told last. */
  toldAtMs: number;
  isNews: boolean;
}

/** People who count now, as columns; `slotOf` gives who is behind a point. */
export interface Crowd {
  readonly count: number;
  readonly easting: Float64Array;
  readonly northing: Float64Array;
  readonly observedAtMs: Float64Array;
  readonly from: Int32Array;
  readonly slotOf: Int32Array;
  /** By slot; -1: does not count. */
  readonly pointOf: Int32Array;
  readonly slotCount: number;
}

/** A place that moved less is the same place. */
const MOVED_M = 3;

export class GatheringTracks {
  tracks: Track[] = [];
  nextId = 1;
  readonly stays = new GatheringStays();
  readonly #cover = new DiscCover();
  readonly #circle = new EnclosingCircle();

  /** Candidate circles of the newest step. */
  get work(): number {
    return this.#cover.work;
  }

  step(crowd: Crowd, settings: GatheringSettings, leastFrom: number, nowMs: number): void {
    const before = [...this.tracks].sort(byGravity);
    const levels = [settings.redFrom, settings.orangeFrom, leastFrom].sort((a, b) => b - a);
    const cover = this.#cover;
    cover.cover({
      count: crowd.count,
      easting: crowd.easting,
      northing: crowd.northing,
      radiusM: settings.radiusM,
      levels: levels.filter((level, i) => level >= leastFrom && levels.indexOf(level) === i),
      budget: settings.budget,
      groups: before.map((track) => (nowMs - track.seenAtMs > settings.returnMs ? [] : pointsOf(crowd, track.slots))),
    });
    this.stays.begin(crowd.slotCount, nowMs - settings.gapMs);
    const born: Track[] = [];
    let start = 0;
    for (const [disc, end] of cover.ends.entries()) {
      const points = cover.members.subarray(start, end);
      start = end;
      let from = Number.POSITIVE_INFINITY;
      for (const point of points) from = Math.min(from, crowd.from[point]!);
      if (points.length < from) continue;
      const slots = Array.from(points, (point) => crowd.slotOf[point]!).sort((a, b) => a - b);
      const track =
        before[cover.groupOf[disc]!] ??
        this.#bear(crowd, slots, from, parentOf(before, slots, this.stays, from), nowMs);
      if (cover.groupOf[disc] === -1) born.push(track);
      this.#circle.enclose(crowd.easting, crowd.northing, points, 0, points.length);
      this.#see(track, slots, cover.slackM[disc]! > 0, from, nowMs);
    }
    this.tracks = [...before, ...born];
  }

  #see(track: Track, slots: number[], isCoarse: boolean, from: number, nowMs: number): void {
    const { easting, northing, radiusM } = this.#circle;
    const isSame = slots.length === track.slots.length && slots.every((slot, i) => slot === track.slots[i]);
    if (!isSame || track.isCoarse !== isCoarse) track.isNews = true;
    track.slots = slots;
    for (const slot of slots) this.stays.see(slot, track.id, nowMs);
    track.seenAtMs = nowMs;
    track.isCoarse = isCoarse;
    track.from = from;
    if (Math.hypot(easting - track.easting, northing - track.northing) > MOVED_M) track.isNews = true;
    // A circle that all but stands still is not moved: nobody is told so, and nothing is stored.
    else if (isSame) return;
    track.easting = easting;
    track.northing = northing;
    track.radiusM = radiusM;
  }

  /** A new one; of one that split off the people keep the time they had in it. */
  #bear(crowd: Crowd, slots: number[], from: number, parent: Track | null, nowMs: number): Track {
    const observedAtMs = slots.map((slot) => crowd.observedAtMs[crowd.pointOf[slot]!]!);
    const track: Track = {
      id: this.nextId++,
      bornAtMs: nowMs,
      sinceMs: nowMs,
      onsetAtMs: Math.min(nowMs, Math.max(...observedAtMs)),
      slots: [],
      seenAtMs: nowMs,
      easting: Number.POSITIVE_INFINITY,
      northing: 0,
      radiusM: 0,
      isCoarse: false,
      from,
      alarmId: null,
      level: null,
      toldAtMs: 0,
      isNews: false,
    };
    if (parent === null) return track;
    const joinedAtMs = slots.flatMap((slot) =>
      this.stays.wasTrackOf(slot) === parent.id ? [this.stays.move(slot, track.id)] : [],
    );
    // As many as it takes were together when the last of them had come.
    track.sinceMs = Math.max(parent.sinceMs, joinedAtMs.sort((a, b) => a - b)[from - 1]!);
    track.onsetAtMs = Math.min(track.onsetAtMs, parent.onsetAtMs + track.sinceMs - parent.sinceMs);
    return track;
  }
}

/** From what it split off: of those with which it shares as many people as it takes, the one with most, then the elder. */
function parentOf(
  tracks: readonly Track[],
  slots: readonly number[],
  stays: GatheringStays,
  from: number,
): Track | null {
  const shared = new Map<number, number>();
  for (const slot of slots) {
    const id = stays.wasTrackOf(slot);
    if (id !== null) shared.set(id, (shared.get(id) ?? 0) + 1);
  }
  const [most] = [...shared].filter(([, count]) => count >= from).sort(([a, n], [b, m]) => m - n || a - b);
  return tracks.find(({ id }) => id === most?.[0]) ?? null;
}

const gravity = (track: Track): number => (track.alarmId === null ? 9 : (track.level?.level ?? 9));
const byGravity = (a: Track, b: Track): number => gravity(a) - gravity(b) || a.sinceMs - b.sinceMs || a.id - b.id;

function pointsOf(crowd: Crowd, slots: readonly number[]): number[] {
  const points: number[] = [];
  for (const slot of slots) {
    const point = crowd.pointOf[slot] ?? -1;
    if (point !== -1) points.push(point);
  }
  return points;
}
