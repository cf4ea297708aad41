/** Places that an emergency can be declared for, and which is proposed. Pure. */
import { type AlarmView, type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import type { MusterPlace } from '../../stream/protocol/muster.ts';
import type { AreaAt } from './area-at.ts';

export interface PlaceChoices {
  /** null: not offered. */
  readonly park: boolean;
  /** Companies that have a boundary. */
  readonly companies: readonly string[];
  readonly areas: readonly AreaView[];
}

/** `companyCode`: of the user; null: the park's. Nobody gathers people out of an assembly point. */
export function placeChoices(areas: Iterable<AreaView>, companyCode: string | null): PlaceChoices {
  const own = [...areas].filter((area) => companyCode === null || area.companyCode === companyCode);
  const boundaries = own.filter(({ kind }) => kind === 'COMPANY_BOUNDARY');
  return {
    park: companyCode === null,
    companies: [...new Set(boundaries.map((area) => area.companyCode))].sort(),
    areas: own
      .filter(({ kind }) => kind !== 'COMPANY_BOUNDARY' && kind !== 'ASSEMBLY')
      .sort((a, b) =>
        a.companyCode === b.companyCode ? (a.name < b.name ? -1 : 1) : a.companyCode < b.companyCode ? -1 : 1,
      ),
  };
}

export const placeOfArea = (area: AreaView): MusterPlace =>
  area.kind === 'COMPANY_BOUNDARY'
    ? { of: 'company', companyCode: area.companyCode }
    : { of: 'area', area: areaKey(area.companyCode, area.areaId) };

/** The chosen alarm's area, or the one round its place; else the chosen area; else the whole park, or the company's own. null: nothing is offered. */
export function proposedPlace(
  choices: PlaceChoices,
  areaAt: AreaAt,
  alarm: Pick<AlarmView, 'areaId' | 'areaCompanyCode' | 'place'> | null,
  chosenAreaKey: string | null,
): MusterPlace | null {
  const offered = new Map(choices.areas.map((area) => [areaKey(area.companyCode, area.areaId), area]));
  const named = alarm?.areaId == null ? null : areaKey(alarm.areaCompanyCode ?? '', alarm.areaId);
  const around = alarm?.place == null ? null : areaAt(alarm.place.lng, alarm.place.lat);
  const aroundKey = around === null ? null : areaKey(around.companyCode, around.areaId);
  for (const key of [named, aroundKey, alarm === null ? chosenAreaKey : null]) {
    const area = key === null ? undefined : offered.get(key);
    if (area !== undefined) return placeOfArea(area);
  }
  if (around !== null && choices.companies.includes(around.companyCode)) {
    return { of: 'company', companyCode: around.companyCode };
  }
  if (choices.park) return { of: 'park' };
  const [company] = choices.companies;
  return company === undefined ? null : { of: 'company', companyCode: company };
}
