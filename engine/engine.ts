/**
 * The park in memory, and one pure step: log entry -> effects. Knows neither Redis nor PostgreSQL nor the clock: server
 * feeds it entries and carries its effects out, so the live park, a replay, a dry run and a test are the same code.
 *
 * Engine time is the receipt time of entries and never goes back. A step validates before it changes anything; what it
 * throws is a defect, and its caller rebuilds the engine from a snapshot.
 */
import { announceAlarm, recordAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import { type AlarmView, type AreaView, areaKey, type Effect, type EffectsAt } from '../stream/protocol/effects.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import { takeAct } from './acts.ts';
import { areaViewFrom, isValidAt } from './areas-table.ts';
import { DueAlarms } from './due-alarms.ts';
import { takeFixes } from './fixes.ts';
import type { Binding } from './packed.ts';
import { forgetPerson, type Park } from './park.ts';
import { takeAreas, takePersons } from './registers.ts';
import { takeSetting } from './settings-table.ts';
import { raiseHeldSos, takePersonAlarms } from './sos-alarms.ts';

/** Raise it when the same log would give other alarms: it is an entry of the log and part of every snapshot. */
export const ENGINE_VERSION = '9';

/** Entries of the front doors may move engine time at most this far ahead at once; ticks and downtimes may go further. */
export const MAX_JUMP_MS = 60_000;

/** Silent this long: off the picture. A shift and a bit. */
export const FORGET_AFTER_MS = 12 * 3_600_000;

export interface EngineCounters {
  entries: number;
  fixes: number;
  /** Stored, but too old to change anything. */
  lateFixes: number;
  /** Entries whose receipt time was more than MAX_JUMP_MS ahead, and was held. */
  heldJumps: number;
}

export class Engine {
  readonly park: Park;
  /** Sequence of the newest entry taken. */
  seq: number;
  /** Its receipt time: with the sequence it tells whether a log still has the same entry there. 0: not known. */
  receivedAtMs: number;
  /**
   * true: the next step begins with everything that stands, since whoever follows the effects may lack some of it (the
   * log lost its tail, or began anew). Set by whoever restored the engine.
   */
  isToAnnounce = false;
  readonly #outOfBounds = new DueAlarms(outOfBoundsDueAtMs);
  readonly counters: EngineCounters = { entries: 0, fixes: 0, lateFixes: 0, heldJumps: 0 };

  constructor(park: Park, seq = 0, receivedAtMs = 0) {
    this.park = park;
    this.seq = seq;
    this.receivedAtMs = receivedAtMs;
  }

  /** Effects of the entry, in order; null when it has none. Entries come in sequence, without a gap. */
  step(entry: LogEntry): EffectsAt | null {
    if (entry.seq !== this.seq + 1) throw new Error(`engine at ${this.seq} was given entry ${entry.seq}`);
    const effects: Effect[] = this.isToAnnounce ? this.#everything() : [];
    this.isToAnnounce = false;
    this.#advance(entry);
    if (!isJointTest(entry)) {
      this.#take(entry, effects);
      for (const part of this.park.parts) part.onEntry?.(this.park, entry, effects);
    }
    this.seq = entry.seq;
    this.receivedAtMs = entry.receivedAtMs;
    this.counters.entries++;
    return effects.length === 0 ? null : { seq: entry.seq, atMs: this.park.nowMs, effects };
  }

  #take(entry: LogEntry, effects: Effect[]): void {
    switch (entry.kind) {
      case 'fixes':
        this.#count(takeFixes(this.park, entry.body, entry.receivedAtMs, effects), entry.body.count);
        break;
      case 'persons':
        takePersons(this.park, entry.body, effects);
        break;
      case 'areas':
        takeAreas(this.park, entry.body, effects);
        this.#outOfBounds.forget();
        break;
      case 'act':
        takeAct(this.park, entry.body, effects);
        break;
      case 'tick':
        this.#tick(effects);
        break;
      case 'personAlarms':
        takePersonAlarms(this.park, entry.body, entry.receivedAtMs, effects);
        break;
      case 'heartbeats':
        for (const record of entry.body.records) this.park.senders.take(record, this.park.nowMs);
        break;
      case 'setting':
        takeSetting(this.park, entry.body, effects);
        break;
      case 'quarantined':
      case 'receipt':
      case 'engineVersion':
      case 'downtime':
      case 'gatherings':
      case 'areaAlarms':
      case 'sensorReadings':
      case 'doorCounts':
      case 'digest':
      case 'records':
      case 'activities':
      case 'permits':
      case 'permitVideos':
      case 'permitAttachments':
      case 'permitAlarms':
      case 'cameras':
      case 'heardRows':
        break;
    }
  }

  /** Skips an entry that is quarantined: its number is used up, it changes nothing. */
  skip({ seq, receivedAtMs }: Pick<LogEntry, 'seq' | 'receivedAtMs'>): void {
    if (seq !== this.seq + 1) throw new Error(`engine at ${this.seq} cannot skip ${seq}`);
    this.seq = seq;
    this.receivedAtMs = receivedAtMs;
  }

  #advance(entry: LogEntry): void {
    const { park } = this;
    const isFree = entry.kind === 'tick' || entry.kind === 'downtime' || park.nowMs === 0;
    let atMs = entry.kind === 'downtime' ? Math.max(entry.receivedAtMs, entry.body.toMs) : entry.receivedAtMs;
    if (!isFree && atMs > park.nowMs + MAX_JUMP_MS) {
      atMs = park.nowMs;
      this.counters.heldJumps++;
    }
    if (atMs > park.nowMs) park.nowMs = atMs;
  }

  #count(late: number, fixes: number): void {
    this.counters.fixes += fixes;
    this.counters.lateFixes += late;
  }

  #tick(effects: Effect[]): void {
    const { park } = this;
    raiseHeldSos(park, effects);
    const readyAtMs = (companyCode: string) => park.senders.readyAtMs(companyCode);
    park.people.age(park.nowMs, FORGET_AFTER_MS, readyAtMs, (slot) => this.#forgetSilent(slot, effects));
    this.#outOfBounds.each(park, (alarm) => {
      const key = areaKey(alarm.areaCompanyCode ?? '', alarm.areaId ?? '');
      const area = park.areas.byKey.get(key);
      if (area !== undefined && !isValidAt(area.record, park.nowMs)) {
        park.applyAlarm(withdrawAlarm(alarm, park.nowMs, 'validity-over'), effects);
        park.bounds.drop(alarm.slot, key);
      } else if (park.nowMs - alarm.raisedAtMs >= park.settings.outOfBounds.recordAfterMs) {
        park.applyAlarm(recordAlarm(alarm, park.nowMs), effects);
      }
    });
    for (const part of park.parts) part.onTick?.(park, effects);
  }

  /** A registered person only leaves the picture; a tag that nobody is known to wear is forgotten, unless it called. */
  #forgetSilent(slot: number, effects: Effect[]): void {
    const { people, alarms } = this.park;
    if (people.views[slot]?.type !== 'unidentified') people.unplace(slot);
    else if (!alarms.ofSlot(slot).some((alarm) => alarm.active)) forgetPerson(this.park, slot, 'forgotten', effects);
  }

  #everything(): Effect[] {
    const { people, alarms } = this.park;
    const effects: Effect[] = [];
    for (let slot = 0; slot < people.slotCount; slot++) {
      const generation = people.generation[slot]!;
      const person = people.views[slot];
      effects.push(person == null ? { t: 'unbind', slot, generation } : { t: 'bind', slot, generation, person });
    }
    for (const area of this.areaViews()) effects.push({ t: 'area', area });
    for (const alarm of alarms.standing.values()) effects.push({ t: 'alarm', alarm: announceAlarm(alarm) });
    effects.push(...this.park.docs.all());
    return effects;
  }

  /** Who is bound to which slot, for a picture. */
  bindings(): Binding[] {
    const { people } = this.park;
    return Array.from({ length: people.slotCount }, (_, slot) => people.bindingAt(slot)).filter((b) => b !== null);
  }

  areaViews(): AreaView[] {
    return [...this.park.areas.byKey.values()].map(areaViewFrom);
  }
}

/** When it has lasted long enough for a record, or its area is valid no more. Areas of alarms change by entries of areas alone. */
function outOfBoundsDueAtMs(alarm: AlarmView, { areas, settings, nowMs }: Park): number | null {
  if (alarm.rule !== 'out-of-bounds' || !alarm.active) return null;
  const record = areas.byKey.get(areaKey(alarm.areaCompanyCode ?? '', alarm.areaId ?? ''))?.record;
  if (record !== undefined && !isValidAt(record, nowMs)) return nowMs;
  const overAtMs = record?.validToMs ?? Number.POSITIVE_INFINITY;
  const recordAtMs = alarm.raisedAtMs + settings.outOfBounds.recordAfterMs;
  return alarm.recordedAtMs === null ? Math.min(overAtMs, recordAtMs) : (record?.validToMs ?? null);
}

/**
 * A batch of a company that is still in joint testing with the interface: it moves engine time and nothing else, whatever
 * it holds. Nobody is placed or described by it, nothing is raised or ended. The store keeps it, marked.
 */
function isJointTest({ body }: LogEntry): boolean {
  return 'origin' in body && body.origin.stage === 'joint';
}
