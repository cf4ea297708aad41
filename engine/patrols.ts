/**
 * 巡检: points really walked, as people's filtered places show it (filtered-places.ts). Each window of a patrol is a round; a point is
 * walked when somebody entitled stayed in its circle for the least stay, within the round, with gaps allowed. What is not walked by
 * the round's end raises one alarm, which clears when the rest is walked late, before the next round begins, or when a later
 * round is walked whole. A window that ran already when the patrol was first heard of is no round: nobody knows who walked before.
 */
import { levelOf } from '../alarms/alarm-classes.ts';
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import { changeAlarm, clearAlarm, raiseAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import type { Patrol } from '../alarms/settings/patrol.ts';
import { NO_CALENDAR, type Shift, shiftsAt } from '../alarms/shifts.ts';
import type { Effect, PersonView } from '../stream/protocol/effects.ts';
import type { PatrolRound, WalkedPoint } from '../stream/protocol/patrols.ts';
import { NOBODY } from './alarm-table.ts';
import { FilteredPlaces } from './filtered-places.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import { Presence } from './presence.ts';
import type { Setting } from './settings-table.ts';

export const PATROL_RULE_VERSION = 1;
const CELL_M = 50;

/** One patrol. Plain data; the round itself is the live doc. */
interface Run {
  readonly key: string;
  readonly knownAtMs: number;
  /** Whom the window asks for beside the patrol's own list. */
  personIds: readonly string[];
  /** Of a missed round, until it is made good. */
  alarmId: string | null;
}

/** Somebody's stay at a point, not long enough yet. */
interface Stay {
  sinceMs: number;
  seenAtMs: number;
}

/** A point of a round that is not walked yet, on the plane. */
interface Target {
  readonly run: Run;
  readonly patrol: Patrol;
  readonly at: number;
  readonly easting: number;
  readonly northing: number;
}

const plane = new Float64Array(2);

export class Patrols implements Part {
  readonly name = 'patrols';
  readonly #runs = new Map<string, Run>();
  /** By `key\npoint\nslot`. */
  readonly #stays = new Map<string, Stay>();
  /** Open points by cell; null: to be laid out anew. */
  #targets: Map<string, Target[]> | null = null;

  onSetting(park: Park, setting: Setting, _before: Setting | undefined, effects: Effect[]): void {
    if (setting.topic !== 'patrol') return;
    const { key } = setting;
    this.#targets = null;
    const patrol = park.config.get('patrol', key);
    const run = this.#runs.get(key);
    if (patrol === undefined) {
      if (run !== undefined) this.#drop(park, run, effects);
    } else if (run === undefined) {
      this.#runs.set(key, { key, knownAtMs: park.nowMs, personIds: [], alarmId: null });
    } else {
      // Points that were walked stay walked; stays are measured by the new circles.
      this.#forgetStays((of) => of.startsWith(`${key}\n`));
      const round = park.docs.get('patrol', key);
      if (round === undefined) return;
      this.#take(park, run, { ...round, name: patrol.name, points: pointsOf(patrol, round) }, effects);
    }
  }

  onTick(park: Park, effects: Effect[]): void {
    if (this.#runs.size === 0) return;
    const calendar = park.config.get('calendar', '') ?? NO_CALENDAR;
    this.#watch(park, effects);
    for (const run of this.#runs.values()) {
      const patrol = park.config.get('patrol', run.key)!;
      const round = park.docs.get('patrol', run.key);
      const shift = shiftsAt(patrol.pattern, calendar, park.nowMs).at(-1);
      const isNext = shift !== undefined && shift.fromMs >= run.knownAtMs && shift.fromMs > (round?.fromMs ?? 0);
      if (round?.state === 'open' && (isNext || park.nowMs >= round.toMs)) this.#end(park, run, patrol, round, effects);
      if (isNext) this.#begin(park, run, patrol, shift, effects);
    }
  }

  onForget(_park: Park, slot: number): void {
    this.#forgetStays((of) => of.endsWith(`\n${slot}`));
  }

  // --- rounds --------------------------------------------------------------------------------------------------------------

  #begin(park: Park, run: Run, patrol: Patrol, { window, fromMs, toMs }: Shift, effects: Effect[]): void {
    run.personIds = window.personIds;
    this.#forgetStays((of) => of.startsWith(`${run.key}\n`));
    const points = pointsOf(patrol, undefined);
    const round: PatrolRound = {
      patrolId: run.key,
      name: patrol.name,
      window: window.name,
      fromMs,
      toMs,
      points,
      state: 'open',
    };
    this.#put(park, run, round, effects);
  }

  /** The time is over and points are left. */
  #end(park: Park, run: Run, patrol: Patrol, round: PatrolRound, effects: Effect[]): void {
    this.#clear(park, run, 'next-missed', effects);
    const { nowMs } = park;
    const missed = round.points.findIndex((point) => point.walkedAtMs === null);
    const { lng, lat, zMinM } = patrol.points[missed]!;
    park.projection.project(lng, lat, plane, 0);
    const subject = `patrol:${run.key}`;
    const alarm = raiseAlarm({
      ...wordsOf(round),
      alarmId: alarmIdFrom('patrol-missed', subject, '', round.toMs),
      rule: 'patrol-missed',
      ruleVersion: PATROL_RULE_VERSION,
      level: levelOf('patrol-missed', park.settings),
      latched: false,
      companyCodes: [patrol.companyCode],
      slot: NOBODY,
      generation: 0,
      person: null,
      subject,
      areaCompanyCode: null,
      areaId: null,
      areaName: null,
      areaVersion: null,
      onsetAtMs: round.toMs,
      raisedAtMs: nowMs,
      place: {
        ...{ lng, lat, easting: plane[0]!, northing: plane[1]!, heightM: zMinM, observedAtMs: nowMs, lastKnown: false },
        gridId: park.projection.parameters.id,
      },
      evidence: [],
      settingVersions: { [`patrol:${run.key}`]: park.config.versionOf('patrol', run.key) },
    });
    if (park.applyAlarm(alarm, effects)) run.alarmId = alarm.alarmId;
    this.#put(park, run, { ...round, state: 'missed' }, effects);
  }

  #walked(park: Park, { run, at }: Target, slot: number, effects: Effect[]): void {
    const round = park.docs.get('patrol', run.key)!;
    const { companyCode, personId, name } = park.people.views[slot]!;
    const isLate = round.state !== 'open';
    const by = { companyCode, personId: personId!, name };
    const points = round.points.map(
      (point, i): WalkedPoint => (i === at ? { ...point, walkedAtMs: park.nowMs, by, isLate } : point),
    );
    this.#take(park, run, { ...round, points }, effects);
  }

  /** The round as it is now; with its last point walked it is, or what was missed is made good. */
  #take(park: Park, run: Run, round: PatrolRound, effects: Effect[]): void {
    const isWhole = round.points.every((point) => point.walkedAtMs !== null);
    const isLate = round.state === 'missed';
    const state = !isWhole ? round.state : isLate ? 'late' : round.state === 'open' ? 'walked' : round.state;
    this.#put(park, run, { ...round, state }, effects);
    const alarm = run.alarmId === null ? undefined : park.alarms.standing.get(run.alarmId);
    if (isWhole) this.#clear(park, run, isLate ? 'walked-late' : 'walked', effects);
    else if (isLate && alarm !== undefined) park.applyAlarm(changeAlarm(alarm, park.nowMs, wordsOf(round)), effects);
  }

  #clear(park: Park, run: Run, reason: string, effects: Effect[]): void {
    const alarm = run.alarmId === null ? undefined : park.alarms.standing.get(run.alarmId);
    run.alarmId = null;
    if (alarm !== undefined) park.applyAlarm(clearAlarm(alarm, park.nowMs, reason), effects);
  }

  #drop(park: Park, run: Run, effects: Effect[]): void {
    const alarm = run.alarmId === null ? undefined : park.alarms.standing.get(run.alarmId);
    if (alarm !== undefined) park.applyAlarm(withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
    const round = park.docs.get('patrol', run.key);
    if (round !== undefined) park.docs.end('patrol', run.key, round, effects);
    this.#runs.delete(run.key);
    this.#forgetStays((of) => of.startsWith(`${run.key}\n`));
  }

  #put(park: Park, { key }: Run, round: PatrolRound, effects: Effect[]): void {
    park.docs.put('patrol', key, round, [park.config.get('patrol', key)!.companyCode], effects);
    this.#targets = null;
  }

  // --- who is where ----------------------------------------------------------------------------------------------------------

  #watch(park: Park, effects: Effect[]): void {
    this.#targets ??= this.#layOut(park);
    const targets = this.#targets;
    if (targets.size === 0) return;
    const { people, nowMs } = park;
    const places = park.part(FilteredPlaces);
    const presence = park.part(Presence);
    for (let slot = 0; slot < people.slotCount; slot++) {
      if (!((places.known[slot] ?? 0) > 0) || !presence.isFresh(park, slot)) continue;
      const easting = places.easting[slot]!;
      const northing = places.northing[slot]!;
      for (const target of targets.get(cellOf(easting, northing)) ?? []) {
        const point = target.patrol.points[target.at]!;
        if (Math.hypot(easting - target.easting, northing - target.northing) > point.radiusM) continue;
        if (!isOnFloor(people.heightM[slot]!, point) || !mayWalk(target, people.views[slot]!)) continue;
        const sinceMs = this.#stay(park, `${target.run.key}\n${point.name}\n${slot}`);
        if (nowMs - sinceMs >= point.stayS * 1_000 && isOpen(park, target)) this.#walked(park, target, slot, effects);
      }
    }
    for (const [of, { seenAtMs }] of this.#stays) {
      if (nowMs - seenAtMs > park.settings.patrol.gapMs) this.#stays.delete(of);
    }
  }

  /** Since when the stay goes on. */
  #stay(park: Park, of: string): number {
    const stay = this.#stays.get(of);
    if (stay === undefined) this.#stays.set(of, { sinceMs: park.nowMs, seenAtMs: park.nowMs });
    else stay.seenAtMs = park.nowMs;
    return stay?.sinceMs ?? park.nowMs;
  }

  #layOut(park: Park): Map<string, Target[]> {
    const cells = new Map<string, Target[]>();
    for (const run of this.#runs.values()) {
      const patrol = park.config.get('patrol', run.key)!;
      const round = park.docs.get('patrol', run.key);
      for (const [at, point] of patrol.points.entries()) {
        if (round === undefined || round.points[at]!.walkedAtMs !== null) continue;
        if (!park.projection.project(point.lng, point.lat, plane, 0)) continue;
        const [easting, northing] = [plane[0]!, plane[1]!];
        const target = { run, patrol, at, easting, northing };
        for (let east = easting - point.radiusM; east < easting + point.radiusM + CELL_M; east += CELL_M) {
          for (let north = northing - point.radiusM; north < northing + point.radiusM + CELL_M; north += CELL_M) {
            const cell = cellOf(east, north);
            cells.set(cell, [...(cells.get(cell) ?? []), target]);
          }
        }
      }
    }
    return cells;
  }

  #forgetStays(isGone: (of: string) => boolean): void {
    for (const of of [...this.#stays.keys()]) if (isGone(of)) this.#stays.delete(of);
  }

  save(): readonly unknown[] {
    const runs = [...this.#runs.values()].map((run) => ({ ...run }));
    return [runs, [...this.#stays].map(([of, stay]) => [of, { ...stay }])];
  }

  load([runs, stays]: readonly unknown[]): void {
    for (const run of (runs ?? []) as Run[]) this.#runs.set(run.key, run);
    for (const [of, stay] of (stays ?? []) as [string, Stay][]) this.#stays.set(of, stay);
  }
}

const cellOf = (easting: number, northing: number): string =>
  `${Math.floor(easting / CELL_M)} ${Math.floor(northing / CELL_M)}`;

/** Another fix of the same second may have walked it. */
const isOpen = (park: Park, { run, at }: Target): boolean =>
  park.docs.get('patrol', run.key)?.points[at]?.walkedAtMs === null;

const isOnFloor = (heightM: number, { zMinM, zMaxM }: Patrol['points'][number]): boolean =>
  Number.isNaN(heightM) || ((zMinM === null || heightM >= zMinM) && (zMaxM === null || heightM <= zMaxM));

function mayWalk({ patrol, run }: Target, { companyCode, personId, department }: PersonView): boolean {
  if (personId === null) return false;
  const isOwn = companyCode === patrol.companyCode;
  if (run.personIds.length > 0) return isOwn && run.personIds.includes(personId);
  const { personIds, departments } = patrol;
  if (personIds.length === 0 && departments.length === 0) return isOwn;
  return personIds.includes(`${companyCode}/${personId}`) || departments.includes(`${companyCode}/${department}`);
}

/** Points of the patrol as it is, with what was walked of them. */
const pointsOf = ({ points }: Patrol, round: PatrolRound | undefined): WalkedPoint[] =>
  points.map(
    ({ name }) =>
      round?.points.find((point) => point.name === name) ?? { name, walkedAtMs: null, by: null, isLate: false },
  );

const wordsOf = ({ points }: PatrolRound) => {
  const missed = points.filter((point) => point.walkedAtMs === null);
  return {
    count: points.length - missed.length,
    limit: points.length,
    detail: missed.map((point) => point.name).join('、'),
  };
};
