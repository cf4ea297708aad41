/**
 * 聚集 in the park (alarms/gathering.ts): once a second, who counts, which circles there are (geo/disc-cover.kernel.ts), which of them
 * go on (gathering-tracks.ts), and what that says of the alarms. People count by their filtered places (filtered-places.ts)
 * unless they were not heard of for 90 s, sit in a vehicle, or are in an area that is not watched for gatherings.
 */
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import {
  createLevelWatch,
  GATHERING_DETAIL,
  GATHERING_RULE_VERSION,
  gatheringLevelOf,
  isGatheringLatched,
  watchLevel,
} from '../alarms/gathering.ts';
import { type AlarmChange, changeAlarm, raiseAlarm } from '../alarms/life-cycle.ts';
import {
  type AlarmPerson,
  type AlarmView,
  areaKey,
  type Effect,
  type EvidenceFix,
  subjectOf,
} from '../stream/protocol/effects.ts';
import { NOBODY } from './alarm-table.ts';
import type { Area } from './areas-table.ts';
import { type Announcement, Deliveries } from './deliveries.ts';
import { FilteredPlaces } from './filtered-places.ts';
import { GasAlarms } from './gas-alarms.ts';
import { type Crowd, GatheringTracks, type Track } from './gathering-tracks.ts';
import { continueCondition, endCondition } from './off-delay.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import { Presence } from './presence.ts';

/** An alarm is raised on all its members; so many of them are evidence enough. */
const EVIDENCE_MAX = 50;

export class Gatherings implements Part {
  readonly name = 'gatherings';
  readonly #tracks = new GatheringTracks();
  #size = 0;
  #easting = new Float64Array(0);
  #northing = new Float64Array(0);
  #observedAtMs = new Float64Array(0);
  #from = new Int32Array(0);
  #slotOf = new Int32Array(0);
  #pointOf = new Int32Array(0);
  /** By slot: people that it takes where the person is; 0: he does not count there. */
  #fromAt = new Int32Array(0);

  /** Candidate circles of the newest tick. */
  get work(): number {
    return this.#tracks.work;
  }

  onTick(park: Park, effects: Effect[]): void {
    const { nowMs } = park;
    const settings = park.settings.gathering;
    const leastFrom = this.#lookAtAreas(park);
    this.#tracks.step(this.#crowd(park), settings, leastFrom, nowMs);
    for (const track of this.#tracks.tracks) {
      if (track.seenAtMs === nowMs) this.#tellOn(park, track, effects);
      else if (nowMs - track.seenAtMs > settings.gapMs) tellGone(park, track, effects);
    }
    this.#tracks.tracks = this.#tracks.tracks.filter((track) => {
      const silentMs = nowMs - track.seenAtMs;
      return silentMs <= settings.gapMs || (silentMs <= settings.returnMs && track.alarmId !== null);
    });
  }

  /** The next one in the slot is somebody else. */
  onForget(_park: Park, slot: number): void {
    this.#tracks.stays.drop(slot);
    for (const track of this.#tracks.tracks) {
      if (!track.slots.includes(slot)) continue;
      track.slots = track.slots.filter((one) => one !== slot);
      track.isNews = true;
    }
  }

  /** Described otherwise: the alarm names its people. */
  onPerson(_park: Park, slot: number): void {
    const id = this.#tracks.stays.trackOf(slot);
    const track = id === null ? undefined : this.#tracks.tracks.find((one) => one.id === id);
    if (track !== undefined) track.isNews = true;
  }

  // --- who counts --------------------------------------------------------------------------------------------------------

  /** Fills #fromAt; the least number that any place asks for. */
  #lookAtAreas(park: Park): number {
    const { slotCount } = park.people;
    const { from } = park.settings.gathering;
    if (slotCount > this.#size) this.#grow(slotCount);
    this.#fromAt.fill(0, 0, slotCount);
    let least = from;
    const presence = park.part(Presence);
    for (const [key, { gathering }] of park.config.entries('area')) {
      if (gathering === undefined) continue;
      const asked = gathering.watched ? (gathering.from ?? from) : -1;
      if (asked > 0) least = Math.min(least, asked);
      // Of several areas one that is not watched decides, else the one that asks for most.
      for (const slot of presence.insideOf(key)) {
        const known = this.#fromAt[slot]!;
        this.#fromAt[slot] = asked === -1 || known === -1 ? -1 : Math.max(known, asked);
      }
    }
    for (let slot = 0; slot < slotCount; slot++) if (this.#fromAt[slot] === 0) this.#fromAt[slot] = from;
    return least;
  }

  #crowd(park: Park): Crowd {
    const { slotCount } = park.people;
    const { vehicleMps } = park.settings.gathering;
    const presence = park.part(Presence);
    const places = park.part(FilteredPlaces);
    let count = 0;
    for (let slot = 0; slot < slotCount; slot++) {
      this.#pointOf[slot] = -1;
      if (this.#fromAt[slot] === -1 || !((places.known[slot] ?? 0) > 0) || !presence.isFresh(park, slot)) continue;
      if (places.speedMps(slot) > vehicleMps) continue;
      this.#pointOf[slot] = count;
      this.#slotOf[count] = slot;
      this.#easting[count] = places.easting[slot]!;
      this.#northing[count] = places.northing[slot]!;
      this.#observedAtMs[count] = places.observedAtMs[slot]!;
      this.#from[count] = this.#fromAt[slot]!;
      count++;
    }
    return {
      count,
      easting: this.#easting,
      northing: this.#northing,
      observedAtMs: this.#observedAtMs,
      from: this.#from,
      slotOf: this.#slotOf,
      pointOf: this.#pointOf,
      slotCount,
    };
  }

  #grow(needed: number): void {
    this.#size = Math.max(1024, 2 * needed);
    this.#easting = new Float64Array(this.#size);
    this.#northing = new Float64Array(this.#size);
    this.#observedAtMs = new Float64Array(this.#size);
    this.#from = new Int32Array(this.#size);
    this.#slotOf = new Int32Array(this.#size);
    this.#pointOf = new Int32Array(this.#size);
    this.#fromAt = new Int32Array(this.#size);
  }

  // --- what it says ------------------------------------------------------------------------------------------------------

  #tellOn(park: Park, track: Track, effects: Effect[]): void {
    const { nowMs } = park;
    const settings = park.settings.gathering;
    if (track.alarmId !== null && !continueCondition(park, track.alarmId, effects)) {
      // It ended while they stand there: they are told anew, under another id.
      track.alarmId = null;
      track.onsetAtMs = nowMs;
    }
    const said = gatheringLevelOf(settings, track.slots.length);
    const standing = track.alarmId === null ? undefined : park.alarms.standing.get(track.alarmId);
    if (standing === undefined || track.level === null) {
      const isSettled = track.sinceMs === track.bornAtMs || nowMs - track.bornAtMs >= settings.gapMs;
      if (isSettled && nowMs - track.sinceMs > settings.lastMs) this.#raise(park, track, effects);
      return;
    }
    const isOtherLevel = watchLevel(settings, track.level, said, nowMs);
    const detail = detailOf(park, track);
    if (detail === GATHERING_DETAIL.withdraw) tellToWithdraw(park, standing, track, effects);
    const isDue = track.isNews && nowMs - track.toldAtMs >= settings.updateMs;
    if (!isOtherLevel && !isDue && detail === standing.detail) return;
    track.toldAtMs = nowMs;
    track.isNews = false;
    const { level } = track.level;
    const change: AlarmChange = {
      ...seenOf(park, track, standing.companyCodes),
      level,
      latched: isGatheringLatched(level),
    };
    park.applyAlarm(changeAlarm(standing, nowMs, change), effects);
  }

  #raise(park: Park, track: Track, effects: Effect[]): void {
    const { nowMs } = park;
    const level = gatheringLevelOf(park.settings.gathering, track.slots.length);
    const seen = seenOf(park, track, []);
    const area = areaOfMost(park, track);
    const subject = subjectOf(seen.people[0]!);
    const alarmId = alarmIdFrom('gathering', subject, '', track.onsetAtMs);
    // What parted from another has its beginning, and may have its first person too.
    const isTaken = park.alarms.standing.has(alarmId);
    const alarm = raiseAlarm({
      ...seen,
      alarmId: isTaken ? alarmIdFrom('gathering', subject, `${track.id}`, track.onsetAtMs) : alarmId,
      rule: 'gathering',
      ruleVersion: GATHERING_RULE_VERSION,
      level,
      latched: isGatheringLatched(level),
      slot: NOBODY,
      generation: 0,
      person: null,
      subject,
      areaCompanyCode: area?.record.companyCode ?? null,
      areaId: area?.record.areaId ?? null,
      areaName: area?.record.name ?? null,
      areaVersion: area?.version ?? null,
      onsetAtMs: track.onsetAtMs,
      raisedAtMs: nowMs,
      evidence: evidenceOf(park, track),
      limit: track.from,
    });
    track.level = createLevelWatch(level);
    track.toldAtMs = nowMs;
    track.isNews = false;
    if (park.applyAlarm(alarm, effects)) track.alarmId = alarm.alarmId;
    // Raised and ended once under that id: what stands there now is another gathering.
    else track.onsetAtMs = nowMs;
  }

  save(): readonly unknown[] {
    const { nextId, stays, tracks } = this.#tracks;
    const copies = tracks.map((track) => ({
      ...track,
      level: track.level === null ? null : { ...track.level },
    }));
    return [nextId, stays.save(), ...copies];
  }

  load([nextId, stays, ...tracks]: readonly unknown[]): void {
    if (nextId === undefined) return;
    this.#tracks.nextId = nextId as number;
    this.#tracks.stays.load(stays as Uint8Array[]);
    this.#tracks.tracks = tracks as Track[];
  }
}

/** The condition went; an alarm that a person or the off-delay ended meanwhile is let go. */
function tellGone(park: Park, track: Track, effects: Effect[]): void {
  const alarm = track.alarmId === null ? undefined : park.alarms.standing.get(track.alarmId);
  if (alarm?.active !== true) track.alarmId = null;
  else if (alarm.conditionGoneAtMs === null) endCondition(park, alarm, effects);
}

function detailOf(park: Park, track: Track): string | null {
  const { easting, northing, radiusM, isCoarse } = track;
  if (park.part(GasAlarms).near(park, easting, northing, radiusM) !== null) return GATHERING_DETAIL.withdraw;
  return isCoarse ? GATHERING_DETAIL.coarse : null;
}

/** People of a gathering with gas near are told to leave, each once for each time that the detector sounds. */
function tellToWithdraw(park: Park, alarm: AlarmView, track: Track, effects: Effect[]): void {
  const gas = park.part(GasAlarms).near(park, track.easting, track.northing, track.radiusM);
  if (gas === null) return;
  const people = track.slots.map((slot) => park.people.views[slot]!);
  const announcement: Announcement = {
    key: `withdraw ${alarm.alarmId} ${gas.key} ${gas.sinceMs}`,
    text: 'withdraw',
    values: {
      place: alarm.areaName ?? '',
      detector: park.config.get('detector', gas.key)?.name ?? '',
      count: people.length,
    },
    level: 1,
    alarmId: alarm.alarmId,
    orderId: null,
    parties: [...new Set(people.map(({ companyCode }) => `${companyCode}/control-room`))].sort(),
    people,
  };
  park.part(Deliveries).announce(park, announcement, effects);
}

/** What an alarm says of it now. Who could see it can see it on: nobody's screen is left with a gathering that grew elsewhere. */
function seenOf(park: Park, track: Track, companyCodes: readonly string[]) {
  const { people, projection } = park;
  const places = park.part(FilteredPlaces);
  const members = track.slots
    .map((slot): [string, AlarmPerson] => {
      const { companyCode, personId, cardNo, name, type } = people.views[slot]!;
      return [subjectOf(people.views[slot]!), { companyCode, personId, cardNo, name, type }];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const areas = track.slots.flatMap((slot) => park.part(Presence).areasOf(slot));
  const companies = [...companyCodes, ...members.map(([, person]) => person.companyCode)];
  for (const { record } of areas) companies.push(record.companyCode);
  return {
    companyCodes: [...new Set(companies)].sort(),
    people: members.map(([, person]) => person),
    count: members.length,
    radiusM: track.radiusM,
    place: {
      ...projection.lngLatFromEastingNorthing(track.easting, track.northing),
      easting: track.easting,
      northing: track.northing,
      heightM: null,
      observedAtMs: Math.max(...track.slots.map((slot) => places.observedAtMs[slot]!)),
      lastKnown: false,
      gridId: projection.parameters.id,
    },
    detail: detailOf(park, track),
  } satisfies Partial<AlarmView>;
}

/** Filtered places that the alarm is raised on; the depth is into the circle. */
function evidenceOf(park: Park, track: Track): EvidenceFix[] {
  const places = park.part(FilteredPlaces);
  return track.slots.slice(0, EVIDENCE_MAX).map((slot) => {
    const easting = places.easting[slot]!;
    const northing = places.northing[slot]!;
    return {
      observedAtMs: places.observedAtMs[slot]!,
      ...park.projection.lngLatFromEastingNorthing(easting, northing),
      accuracyM: places.accuracyM[slot]!,
      depthM: track.radiusM - Math.hypot(easting - track.easting, northing - track.northing),
    };
  });
}

/** The area that most of them are in, of several the smallest. */
function areaOfMost(park: Park, track: Track): Area | null {
  const counts = new Map<Area, number>();
  for (const slot of track.slots) {
    for (const area of park.part(Presence).areasOf(slot)) counts.set(area, (counts.get(area) ?? 0) + 1);
  }
  const extentM2 = ({ fence }: Area): number => (fence.east - fence.west) * (fence.north - fence.south);
  const keyOf = ({ record }: Area): string => areaKey(record.companyCode, record.areaId);
  const inOrder = [...counts].sort(
    ([a, countA], [b, countB]) => countB - countA || extentM2(a) - extentM2(b) || (keyOf(a) < keyOf(b) ? -1 : 1),
  );
  return inOrder[0]?.[0] ?? null;
}
