/** The state of the engine as one object, and what several of its parts do to it. Made and owned by engine.ts. */
import { withdrawAlarm } from '../alarms/life-cycle.ts';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../alarms/rule-settings.ts';
import type { Projection } from '../geo/projection.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import { AlarmTable } from './alarm-table.ts';
import { AreasTable } from './areas-table.ts';
import { BoundsWatch } from './bounds-watch.ts';
import { DocTable } from './doc-table.ts';
import type { Part } from './part.ts';
import { createParts } from './parts.ts';
import { PeopleTable } from './people-table.ts';
import { Senders } from './senders.ts';
import { SettingsTable } from './settings-table.ts';
import { SosWatch } from './sos-watch.ts';

/** What a park is made of; a snapshot brings some of it, the rest begins empty. */
export interface ParkTables {
  readonly people: PeopleTable;
  readonly areas: AreasTable;
  readonly alarms: AlarmTable;
  readonly bounds: BoundsWatch;
  readonly sos: SosWatch;
  readonly senders: Senders;
  readonly docs: DocTable;
  readonly config: SettingsTable;
  /** Interned SOURCE strings; the id is the index + 1, at most 255. */
  readonly sources: string[];
  /** Engine time, ms. */
  readonly nowMs: number;
}

/** Everything a step may touch. The parts of the engine take it whole and name what they use. */
export class Park {
  readonly projection: Projection;
  readonly people: PeopleTable;
  readonly areas: AreasTable;
  readonly alarms: AlarmTable;
  readonly bounds: BoundsWatch;
  readonly sos: SosWatch;
  readonly senders: Senders;
  readonly docs: DocTable;
  /** Settings by topic and key, as the log told them. */
  readonly config: SettingsTable;
  readonly parts: readonly Part[];
  /** Those of them that look at each fix. */
  readonly fixParts: readonly Part[];
  readonly sources: string[];
  nowMs: number;
  /** What the rules measure by. */
  settings: RuleSettings;
  readonly #ownSettings: RuleSettings;
  readonly #partOf = new Map<unknown, Part>();

  /** `parts`: fewer of them where some are not asked for. */
  constructor(
    projection: Projection,
    settings: RuleSettings,
    tables: ParkTables,
    parts: readonly Part[] = createParts(),
  ) {
    this.projection = projection;
    this.#ownSettings = settings;
    this.settings = settings;
    this.people = tables.people;
    this.areas = tables.areas;
    this.alarms = tables.alarms;
    this.bounds = tables.bounds;
    this.sos = tables.sos;
    this.senders = tables.senders;
    this.docs = tables.docs;
    this.config = tables.config;
    this.sources = tables.sources;
    this.nowMs = tables.nowMs;
    this.parts = parts;
    this.fixParts = this.parts.filter((part) => part.onFix !== undefined);
    this.useRules(this.config.get('rules', ''));
  }

  /** Settings of the log go before those the park was made with, unless it was made to try others. */
  useRules(settings: RuleSettings | undefined): void {
    this.settings = this.#ownSettings === DEFAULT_RULE_SETTINGS ? (settings ?? this.#ownSettings) : this.#ownSettings;
    this.areas.useRules(this.settings);
  }

  /** The part of a class, for another part that builds on it. */
  part<T extends Part>(type: abstract new (...parameters: never[]) => T): T {
    let found = this.#partOf.get(type);
    if (found === undefined) {
      found = this.parts.find((part) => part instanceof type);
      if (found === undefined) throw new Error(`the park has no part ${type.name}`);
      this.#partOf.set(type, found);
    }
    return found as T;
  }

  /** Takes the next view of an alarm (null: nothing changed), tells it, and tells every part. Whether something changed. */
  applyAlarm(next: AlarmView | null, effects: Effect[]): next is AlarmView {
    let taken: AlarmView | null = next;
    for (const part of this.parts) {
      if (taken !== null && part.beforeAlarm !== undefined) taken = part.beforeAlarm(this, taken);
    }
    if (!this.alarms.apply(taken, effects)) return false;
    for (const part of this.parts) part.onAlarm?.(this, taken, effects);
    return true;
  }
}

export function createPark(
  projection: Projection,
  settings: RuleSettings = DEFAULT_RULE_SETTINGS,
  parts: readonly Part[] = createParts(),
): Park {
  const people = new PeopleTable();
  return new Park(
    projection,
    settings,
    {
      people,
      areas: new AreasTable(projection, settings),
      alarms: new AlarmTable(people),
      bounds: new BoundsWatch(),
      sos: new SosWatch(),
      senders: new Senders(),
      docs: new DocTable(),
      config: new SettingsTable(),
      sources: [],
      nowMs: 0,
    },
    parts,
  );
}

/** Withdraws the person's alarms and frees the slot. */
export function forgetPerson(park: Park, slot: number, reason: string, effects: Effect[]): void {
  for (const alarm of park.alarms.ofSlot(slot)) park.applyAlarm(withdrawAlarm(alarm, park.nowMs, reason), effects);
  for (const part of park.parts) part.onForget?.(park, slot, effects);
  park.bounds.forget(slot);
  park.sos.forget(slot);
  effects.push({ t: 'unbind', slot, generation: park.people.generation[slot]! });
  park.people.remove(slot, park.nowMs);
}
