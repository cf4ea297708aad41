/** 缺员 (AQ 3064.3 5.2.4 d): fewer people inside an area than its number, or a named person missing. */
import type { AlarmPerson, Effect } from '../../stream/protocol/effects.ts';
import { NOBODY } from '../alarm-table.ts';
import { AreaWatch } from '../area-limits.ts';
import { type Area, isValidAt } from '../areas-table.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import { Presence } from '../presence.ts';
import { alarmInput, alarmPerson } from './alarm-input.ts';
import { Conditions } from './conditions.ts';
import { areaOver } from './dwell.ts';

export const UNDER_CAPACITY_RULE_VERSION = 1;

/** `detail`: there would be enough if those who fell silent inside are still there. */
const NO_SIGNAL = 'no-signal';

interface Crew {
  readonly count: number;
  readonly limit: number;
  readonly people: readonly AlarmPerson[];
  readonly detail: string | null;
}

export class UnderCapacity implements Part {
  readonly name = 'under-capacity';
  readonly #conditions = new Conditions();

  onTick(park: Park, effects: Effect[]): void {
    const watch = park.part(AreaWatch);
    for (const { key, area } of watch.lists(park).crews) {
      if (isValidAt(area.record, park.nowMs) && isShort(crewOf(park, key))) {
        this.#conditions.hold(park, NOBODY, key, park.nowMs);
      }
    }
    this.#conditions.settle(
      park,
      {
        onDelayMs: () => park.settings.underCapacity.onDelayMs,
        over: ({ place }) => {
          const limits = watch.of(park, place);
          const isAsked = (limits?.capacityMin ?? null) !== null || (limits?.requiredPersonIds.length ?? 0) > 0;
          return areaOver(park, place, isAsked ? 1 : null);
        },
        alarm: ({ place }, onsetAtMs) =>
          alarmInput(
            park,
            {
              rule: 'under-capacity',
              ruleVersion: UNDER_CAPACITY_RULE_VERSION,
              slot: NOBODY,
              area: park.areas.byKey.get(place),
              areaKey: place,
              onsetAtMs,
              settings: [['area', place]],
            },
            { ...crewOf(park, place) },
          ),
        change: ({ place }) => ({ ...crewOf(park, place) }),
      },
      effects,
    );
  }

  onArea(_park: Park, key: string, _before: Area | undefined, after: Area | undefined): void {
    if (after === undefined) this.#conditions.drop((condition) => condition.place === key);
  }

  save(): readonly unknown[] {
    return this.#conditions.save();
  }
  load(values: readonly unknown[]): void {
    this.#conditions.load(values);
  }
}

const isShort = ({ count, limit, people }: Crew): boolean => count < limit || people.length > 0;

/** Who is there of whom an area asks for: the number, and who is missing by name. */
function crewOf(park: Park, key: string): Crew {
  const presence = park.part(Presence);
  const { area, capacityMin, requiredPersonIds } = park.part(AreaWatch).of(park, key)!;
  const { companyCode } = area.record;
  const count = presence.countFresh(park, key);
  const limit = Math.max(capacityMin ?? 0, requiredPersonIds.length);
  let silent = 0;
  const missing = requiredPersonIds.filter((personId) => {
    const slot = park.people.slotOf(companyCode, personId, false);
    const isThere = slot !== -1 && presence.isInside(slot, key);
    if (isThere && presence.isFresh(park, slot)) return false;
    if (isThere) silent++;
    return true;
  });
  const isEnoughWithSilent =
    silent === missing.length &&
    presence.insideOf(key).length >= (capacityMin ?? 0) &&
    presence.insideOf(key).length > count;
  return {
    count,
    limit,
    people: missing.map((personId) => alarmPerson(park, companyCode, personId)),
    detail: isEnoughWithSilent ? NO_SIGNAL : null,
  };
}
