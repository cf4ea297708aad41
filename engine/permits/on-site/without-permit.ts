/**
 * 作业区有人无票 (code 60): people stay in an area of kind WORK in which no open permit lies. A hint: they may be measuring or clearing up.
 * Each stay counts by itself, so passing through is no work. AQ 3064.2-2025 5.9.8.
 */

import type { Fact } from '../../../standard/permit-rules.ts';
import { PERMIT_RULE_TABLE } from '../../../standard/permit-rules.ts';
import { type Effect, areaKey as keyOfArea } from '../../../stream/protocol/effects.ts';
import { NOBODY } from '../../alarm-table.ts';
import { type Area, isValidAt } from '../../areas-table.ts';
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';
import { alarmInput } from '../../rules/alarm-input.ts';
import { type Condition, Conditions } from '../../rules/conditions.ts';
import type { KeptPermit, PermitTable } from '../permit-table.ts';
import { alarmPersonOf } from './sight.ts';

const RULE = 'work-without-permit';
export const WITHOUT_PERMIT_RULE_VERSION = 1;

export class WithoutPermit {
  readonly #conditions = new Conditions();
  /** Areas in which each open permit lies, and how many permits lie in each. */
  readonly #areasOf = new Map<string, { readonly permit: KeptPermit; readonly areas: readonly string[] }>();
  readonly #permitsIn = new Map<string, number>();
  /** Engine time at which the last permit of an area was over, where one was. */
  readonly #uncoveredAtMs = new Map<string, number>();

  /** Areas changed: where permits lie is asked anew. */
  forgetAreas(): void {
    this.#areasOf.clear();
    this.#permitsIn.clear();
  }
  dropArea(key: string): void {
    this.#uncoveredAtMs.delete(key);
    this.#conditions.drop((condition) => condition.place === key);
  }

  watch(park: Park, table: PermitTable, effects: Effect[]): void {
    this.#follow(park, table);
    const presence = park.part(Presence);
    const beforeMs = park.nowMs - park.settings.permit.withoutPermitMs;
    for (const [key, area] of park.areas.byKey) {
      if (area.record.kind !== 'WORK') continue;
      if (this.#permitsIn.has(key)) this.#uncoveredAtMs.set(key, park.nowMs);
      else if (isValidAt(area.record, park.nowMs)) {
        let sinceMs = Number.POSITIVE_INFINITY;
        for (const slot of presence.insideOf(key)) {
          if (!presence.isFresh(park, slot)) continue;
          sinceMs = Math.min(sinceMs, Math.max(presence.enteredAtMs(slot, key), this.#uncoveredAtMs.get(key) ?? 0));
        }
        const isHeld = this.#conditions.has(NOBODY, key) && sinceMs !== Number.POSITIVE_INFINITY;
        if (isHeld || sinceMs <= beforeMs) this.#conditions.hold(park, NOBODY, key, sinceMs);
      }
    }
    this.#settle(park, effects);
  }

  save(): readonly unknown[] {
    const uncovered = [...this.#uncoveredAtMs].sort(([one], [other]) => (one < other ? -1 : 1));
    return [uncovered, this.#conditions.save()];
  }
  load([uncovered, conditions]: readonly unknown[]): void {
    for (const [key, atMs] of uncovered as [string, number][]) this.#uncoveredAtMs.set(key, atMs);
    this.#conditions.load(conditions as unknown[]);
  }

  #settle(park: Park, effects: Effect[]): void {
    this.#conditions.settle(
      park,
      {
        onDelayMs: () => 0,
        over: ({ place }) => {
          const area = park.areas.byKey.get(place);
          if (area?.record.kind !== 'WORK') return 'withdrawn';
          return isValidAt(area.record, park.nowMs) ? null : 'validity-over';
        },
        alarm: (condition, onsetAtMs) => alarmOf(park, condition, onsetAtMs),
        change: () => ({}),
      },
      effects,
    );
  }

  #follow(park: Park, table: PermitTable): void {
    const open = new Set<string>();
    for (const permit of table.all()) {
      if (!permit.isOpen) continue;
      open.add(permit.key);
      const before = this.#areasOf.get(permit.key);
      if (before?.permit === permit) continue;
      const areas = areasOf(park, permit);
      for (const key of areas) this.#permitsIn.set(key, (this.#permitsIn.get(key) ?? 0) + 1);
      this.#leave(before?.areas ?? []);
      this.#areasOf.set(permit.key, { permit, areas });
    }
    for (const [key, { areas }] of this.#areasOf) {
      if (open.has(key)) continue;
      this.#leave(areas);
      this.#areasOf.delete(key);
    }
  }

  #leave(areas: readonly string[]): void {
    for (const key of areas) {
      const left = this.#permitsIn.get(key)! - 1;
      if (left === 0) this.#permitsIn.delete(key);
      else this.#permitsIn.set(key, left);
    }
  }
}

/** The one that it names, and those that its place lies in or, since places have errors, at. */
function areasOf(park: Park, { place, areaKey }: KeptPermit): string[] {
  const keys = new Set<string>(areaKey === null ? [] : [areaKey]);
  if (place !== null) {
    const { areas } = park;
    areas.findNear(place.easting, place.northing, Number.NaN);
    for (let n = 0; n < areas.nearCount; n++) {
      const { companyCode, areaId } = areas.near[n]!.record;
      if (areas.nearDepthM[n]! >= -park.settings.permit.placeErrorM) keys.add(keyOfArea(companyCode, areaId));
    }
  }
  return [...keys];
}

function alarmOf(park: Park, { place: key }: Condition, onsetAtMs: number) {
  const area: Area = park.areas.byKey.get(key)!;
  const presence = park.part(Presence);
  const inside = presence.insideOf(key).filter((slot) => presence.isFresh(park, slot));
  const people = inside.map((slot) => alarmPersonOf(park, slot));
  const { companyCode } = area.record;
  const { code, clause } = PERMIT_RULE_TABLE[RULE];
  const facts: Fact[] = [
    { name: 'people', value: people.length, unit: 'people', limit: null },
    { name: 'at', value: onsetAtMs, unit: 'instant', limit: null },
  ];
  return alarmInput(
    park,
    {
      rule: RULE,
      ruleVersion: WITHOUT_PERMIT_RULE_VERSION,
      slot: NOBODY,
      companyCode,
      area,
      areaKey: key,
      onsetAtMs,
      settings: [],
    },
    {
      count: people.length,
      people,
      companyCodes: [...new Set([companyCode, ...people.map((person) => person.companyCode)])],
      // Of no permit: it has no id.
      permit: { companyCode, permitId: '', number: null, workCode: '', code, clause, facts },
    },
  );
}
