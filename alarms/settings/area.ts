/**
 * Topic `area`, key areaKey(): thresholds of one area. A field that is given goes before the vendor's record, null lifts the
 * vendor's limit, a field left out leaves the vendor's.
 */
import type { Result } from '../../core/result.ts';
import { type Fields, parseFields } from './fields.ts';

export interface AreaSetting {
  /** 超员: more people than this. */
  readonly capacityMax?: number | null;
  /** 缺员: fewer people than this. */
  readonly capacityMin?: number | null;
  /** 缺员: one of these is missing, people of the area's company. */
  readonly requiredPersonIds?: readonly string[];
  /** 滞留: inside longer than this, s. */
  readonly dwellLimitS?: number | null;
  /** 静止: without movement longer than this, s. An area with such a limit is a danger area. */
  readonly stillLimitS?: number | null;
  /** 聚集: whether it is watched here, and from how many people on. */
  readonly gathering?: { readonly watched: boolean; readonly from: number };
  /** Office, canteen, tag rack: who rests here is not lying still, a tag that ends here is not lost. */
  readonly restPlace?: boolean;
}

const PEOPLE_MAX = 100_000;
const DURATION_MAX_S = 7 * 86_400;
const REQUIRED_MAX = 1_000;
/** A gathering is three people at least (AQ 3064.3 3.5); fewer would raise on every pair that walks together. */
const GATHERING_FROM_MIN = 3;

export const parseAreaSetting = (value: unknown, key: string): Result<AreaSetting, string> =>
  parseFields('area', value, (fields) => {
    if (!/^[^/]+\/.+$/.test(key)) throw fields.problem('key', 'is company/area');
    const setting: AreaSetting = {
      ...limit(fields, 'capacityMax', 0, PEOPLE_MAX),
      ...limit(fields, 'capacityMin', 1, PEOPLE_MAX),
      ...(fields.has('requiredPersonIds')
        ? { requiredPersonIds: fields.texts('requiredPersonIds', REQUIRED_MAX) }
        : {}),
      ...limit(fields, 'dwellLimitS', 1, DURATION_MAX_S),
      ...limit(fields, 'stillLimitS', 10, DURATION_MAX_S),
      ...(fields.has('gathering') ? { gathering: fields.within('gathering', gatheringOf) } : {}),
      ...(fields.has('restPlace') ? { restPlace: fields.boolean('restPlace') } : {}),
    };
    const { capacityMax = null, capacityMin = null } = setting;
    if (capacityMax !== null && capacityMin !== null && capacityMin > capacityMax) {
      throw fields.problem('capacityMin', `is more than capacityMax ${capacityMax}`);
    }
    return setting;
  });

function limit<K extends string>(fields: Fields, name: K, min: number, max: number): { [N in K]?: number | null } {
  if (!fields.has(name)) return {};
  const value = fields.raw(name) === null ? null : fields.integer(name, min, max);
  return { [name]: value } as { [N in K]?: number | null };
}

const gatheringOf = (fields: Fields): { watched: boolean; from: number } => ({
  watched: fields.boolean('watched'),
  from: fields.has('from') ? fields.integer('from', GATHERING_FROM_MIN, PEOPLE_MAX) : GATHERING_FROM_MIN,
});
