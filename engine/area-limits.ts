/**
 * What holds for each area: its setting over the vendor's record. Worked out anew after a change of either and kept in lists
 * by rule, so that a tick touches only the areas that a rule has something to say about.
 */
import type { AreaKind } from '../stream/protocol/vocabulary.ts';
import type { Area } from './areas-table.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import type { Setting } from './settings-table.ts';

/** null: no such limit. */
export interface AreaLimits {
  readonly key: string;
  readonly area: Area;
  readonly capacityMax: number | null;
  readonly capacityMin: number | null;
  readonly requiredPersonIds: readonly string[];
  readonly dwellLimitS: number | null;
  readonly stillLimitS: number | null;
  readonly restPlace: boolean;
  /** Who falls silent here without having left may be in trouble. */
  readonly isDangerous: boolean;
}

const DANGEROUS: readonly (AreaKind | null)[] = ['PRODUCTION', 'HAZARD_SOURCE', 'FORBIDDEN', 'WORK'];

interface Lists {
  readonly byNumber: ReadonlyMap<number, AreaLimits>;
  readonly crowds: readonly AreaLimits[];
  readonly crews: readonly AreaLimits[];
  readonly stays: readonly AreaLimits[];
  readonly rests: readonly AreaLimits[];
  readonly restPlaces: readonly AreaLimits[];
  /** Keys of the boundaries of each company: its site. */
  readonly sites: ReadonlyMap<string, readonly string[]>;
}

export class AreaWatch implements Part {
  readonly name = 'area-watch';
  #lists: Lists | null = null;

  /** undefined: no such area. */
  of(park: Park, key: string): AreaLimits | undefined {
    const area = park.areas.byKey.get(key);
    return area === undefined ? undefined : this.lists(park).byNumber.get(area.number);
  }

  ofArea(park: Park, area: Area): AreaLimits {
    return this.lists(park).byNumber.get(area.number)!;
  }

  /** In the order of the table of areas. Crowds have a greatest number, crews a least number or required people. */
  lists(park: Park): Lists {
    if (this.#lists !== null) return this.#lists;
    const all = [...park.areas.byKey].map(([key, area]) => limitsOf(park, key, area));
    this.#lists = {
      byNumber: new Map(all.map((limits) => [limits.area.number, limits])),
      crowds: all.filter((limits) => limits.capacityMax !== null),
      crews: all.filter((limits) => limits.capacityMin !== null || limits.requiredPersonIds.length > 0),
      stays: all.filter((limits) => limits.dwellLimitS !== null),
      rests: all.filter((limits) => limits.stillLimitS !== null),
      restPlaces: all.filter((limits) => limits.restPlace),
      sites: sitesOf(all),
    };
    return this.#lists;
  }

  onArea(): void {
    this.#lists = null;
  }

  onSetting(_park: Park, setting: Setting): void {
    if (setting.topic === 'area') this.#lists = null;
  }

  /** Follows from the tables of areas and settings. */
  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    this.#lists = null;
  }
}

function limitsOf(park: Park, key: string, area: Area): AreaLimits {
  const { record } = area;
  const { restPlace = false, ...setting } = park.config.get('area', key) ?? {};
  const stillLimitS = setting.stillLimitS === undefined ? record.stillLimitS : setting.stillLimitS;
  return {
    key,
    area,
    capacityMax: setting.capacityMax === undefined ? record.capacityMax : setting.capacityMax,
    capacityMin: setting.capacityMin === undefined ? record.capacityMin : setting.capacityMin,
    requiredPersonIds: setting.requiredPersonIds ?? record.requiredPersonIds,
    dwellLimitS: setting.dwellLimitS === undefined ? record.dwellLimitS : setting.dwellLimitS,
    stillLimitS,
    restPlace,
    isDangerous: !restPlace && (stillLimitS !== null || DANGEROUS.includes(record.kind)),
  };
}

function sitesOf(all: readonly AreaLimits[]): Map<string, string[]> {
  const sites = new Map<string, string[]>();
  for (const { key, area } of all) {
    const { kind, companyCode } = area.record;
    if (kind === 'COMPANY_BOUNDARY') sites.set(companyCode, [...(sites.get(companyCode) ?? []), key]);
  }
  return sites;
}
