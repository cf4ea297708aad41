/** The state of the engine as one object, and what several of its parts do to it. Made and owned by engine.ts. */
import { withdrawAlarm } from '../alarms/life-cycle.ts';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../alarms/rule-settings.ts';
import type { Projection } from '../geo/projection.ts';
import type { Effect } from '../stream/protocol/effects.ts';
import { AlarmTable } from './alarm-table.ts';
import { AreasTable } from './areas-table.ts';
import { BoundsWatch } from './bounds-watch.ts';
import { PeopleTable } from './people-table.ts';
import { Senders } from './senders.ts';
import { SosWatch } from './sos-watch.ts';

/** Everything a step may touch. The parts of the engine take it whole and name what they use. */
export interface Park {
  readonly projection: Projection;
  /** What the rules measure by. */
  readonly settings: RuleSettings;
  readonly people: PeopleTable;
  readonly areas: AreasTable;
  readonly alarms: AlarmTable;
  readonly bounds: BoundsWatch;
  readonly sos: SosWatch;
  readonly senders: Senders;
  /** Interned SOURCE strings; the id is the index + 1, at most 255. */
  readonly sources: string[];
  /** Engine time, ms. */
  nowMs: number;
}

export function createPark(projection: Projection, settings: RuleSettings = DEFAULT_RULE_SETTINGS): Park {
  const people = new PeopleTable();
  return {
    projection,
    settings,
    people,
    areas: new AreasTable(projection, settings),
    alarms: new AlarmTable(people),
    bounds: new BoundsWatch(),
    sos: new SosWatch(),
    senders: new Senders(),
    sources: [],
    nowMs: 0,
  };
}

/** Withdraws the person's alarms and frees the slot. */
export function forgetPerson(park: Park, slot: number, reason: string, effects: Effect[]): void {
  for (const alarm of park.alarms.ofSlot(slot)) park.alarms.apply(withdrawAlarm(alarm, park.nowMs, reason), effects);
  park.bounds.forget(slot);
  park.sos.forget(slot);
  effects.push({ t: 'unbind', slot, generation: park.people.generation[slot]! });
  park.people.remove(slot, park.nowMs);
}
