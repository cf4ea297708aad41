/**
 * The one table of wire fields: names, limits and codes of every route. The validators read their limits here,
 * openapi.ts describes the routes from here, and a test holds docs/vendor-api.md against it. Identifiers are those of
 * AQ 3064.3-2025 Annex B; the fields that the annex does not have are the park's own.
 */
import { AREA_KINDS, PERSON_TYPE_BY_CODE } from '../../stream/protocol/vocabulary.ts';

export type FieldType =
  | { readonly type: 'text'; readonly maxLength: number }
  | { readonly type: 'number'; readonly min: number; readonly max: number; readonly integer?: boolean }
  | { readonly type: 'flag' }
  | { readonly type: 'time' }
  | { readonly type: 'day' }
  | { readonly type: 'code'; readonly codes: readonly string[] }
  | { readonly type: 'texts'; readonly maxLength: number; readonly maxItems: number }
  | { readonly type: 'codes'; readonly codes: readonly string[] }
  | { readonly type: 'certificates'; readonly maxItems: number }
  | { readonly type: 'geometry' };

export interface Field {
  readonly name: string;
  /** Other names in use beside the spellings that alias-names.ts accepts of any name. */
  readonly otherNames?: readonly string[];
  readonly required: boolean;
  readonly is: FieldType;
  readonly meaning: string;
}

const ID_LENGTH = 64;
const id = { type: 'text', maxLength: ID_LENGTH } as const;
const name = { type: 'text', maxLength: 128 } as const;
const flag = { type: 'flag' } as const;
const time = { type: 'time' } as const;
const floor = { type: 'text', maxLength: 32 } as const;
const heightM = { type: 'number', min: -500, max: 9000 } as const;
const headcount = { type: 'number', min: 0, max: 100_000, integer: true } as const;
const seconds = { type: 'number', min: 1, max: 30 * 86_400, integer: true } as const;
const personIds = { type: 'texts', maxLength: ID_LENGTH, maxItems: 5_000 } as const;
const personTypes = Object.keys(PERSON_TYPE_BY_CODE).sort();

const must = <const N extends string, const T extends FieldType>(fieldName: N, is: T, meaning: string) =>
  ({ name: fieldName, required: true, is, meaning }) as const;
const may = <const N extends string, const T extends FieldType>(fieldName: N, is: T, meaning: string) =>
  ({ name: fieldName, required: false, is, meaning }) as const;

const COMPANY_CODE = must(
  'COMPANY_CODE',
  id,
  "Code of the company in the national registry; must be the credential's own.",
);
const DELETED = must('DELETED', flag, '0 normal, 1 withdrawn.');
const UPDATE_DATE = {
  ...may('UPDATE_DATE', time, 'Last change at the sender; an older update than the newest known is superseded.'),
  otherNames: ['UPDATE_TIME'],
} as const;

export const PERSON_FIELDS = [
  must('ID', id, 'Key of the person at the company; PERSON_ID of positions.'),
  COMPANY_CODE,
  must('COMPANY_NAME', name, 'Name of the company.'),
  must('PERSON_NAME', name, 'Name.'),
  must('IDENTIFY_NUM', id, 'ID-card number; sealed on receipt.'),
  must('PERSON_TYPE', { type: 'code', codes: personTypes }, '01 staff, 02 contractor, 03 visitor.'),
  must('BIRTHDAY', { type: 'day' }, 'Date of birth, yyyy-MM-dd.'),
  must('GENDER', { type: 'code', codes: ['0', '1'] }, '1 male, 0 female.'),
  must('POSITION_NAME', name, 'Post.'),
  must('MOBILE_NUMBER', { type: 'text', maxLength: 32 }, 'Phone; sealed on receipt.'),
  must('AFFILIATED_DEPARTMENT', name, 'Department.'),
  DELETED,
  may('CARD_NO', id, 'Card number of the tag worn now.'),
  may('CONTRACTOR_CODE', id, 'Unified social credit code of the contractor.'),
  may('CERTIFICATES', { type: 'certificates', maxItems: 50 }, 'Qualifications: objects of plain values.'),
  UPDATE_DATE,
] as const satisfies readonly Field[];

export const AREA_FIELDS = [
  must('ID', id, 'Key of the area at the company.'),
  COMPANY_CODE,
  must('ZONE_NAME', name, 'Name.'),
  must('ZONE_TYPE', { type: 'code', codes: ['0', '1'] }, '0 temporary, 1 fixed.'),
  must('GEO', { type: 'geometry' }, 'CGCS2000, degrees: WKT, GeoJSON, or lng,lat;lng,lat;...'),
  DELETED,
  may('AREA_KIND', { type: 'code', codes: AREA_KINDS }, 'What the area is.'),
  may('Z_MIN', heightM, 'Lower edge, m.'),
  may('Z_MAX', heightM, 'Upper edge, m; above Z_MIN.'),
  may('FLOOR_NO', floor, 'Floor.'),
  may('CAPACITY_MAX', headcount, 'More people than this alarms.'),
  may('CAPACITY_MIN', headcount, 'Fewer people than this alarms.'),
  may('DWELL_LIMIT_S', seconds, 'Longest stay, s.'),
  may('STILL_LIMIT_S', seconds, 'Longest time without movement, s.'),
  may('ALLOWED_TYPES', { type: 'codes', codes: personTypes }, 'Person types that may be inside a forbidden area.'),
  may('BOUND_PERSON_IDS', personIds, 'People for whom leaving is out of bounds.'),
  may('REQUIRED_PERSON_IDS', personIds, 'People who must be inside.'),
  may('VALID_FROM', time, 'Start of validity.'),
  may('VALID_TO', time, 'End of validity; not before VALID_FROM.'),
  may('IN_EX_AREA', flag, 'Explosive atmosphere.'),
  UPDATE_DATE,
] as const satisfies readonly Field[];

export const POSITION_FIELDS = [
  COMPANY_CODE,
  may('PERSON_ID', id, 'ID of the person; PERSON_ID or CARD_NO is required, PERSON_ID counts when both are there.'),
  may('CARD_NO', id, 'Card number of the tag.'),
  must('LONGITUDE', { type: 'number', min: -180, max: 180 }, 'CGCS2000, decimal degrees.'),
  must('LATITUDE', { type: 'number', min: -90, max: 90 }, 'CGCS2000, decimal degrees.'),
  must('COLLECT_TIME', time, 'When the position was observed: at most 7 days old and 60 s ahead.'),
  may('ALTITUDE', heightM, 'Height, m.'),
  may('FLOOR_NO', floor, 'Floor.'),
  may('ACCURACY', { type: 'number', min: 0, max: 10_000 }, 'Radius of the 68 % circle, m; 0 says nothing.'),
  may('SPEED', { type: 'number', min: 0, max: 150 }, 'Speed over ground, m/s.'),
  may('HEADING', { type: 'number', min: 0, max: 360 }, 'Degrees from north, clockwise.'),
  may('BATTERY', { type: 'number', min: 0, max: 100 }, 'Charge of the tag, %.'),
  may('CHARGING', flag, 'The tag is being charged.'),
  may('ONLINE', flag, 'The tag is online.'),
  may('SOURCE', { type: 'text', maxLength: 16 }, 'GNSS, UWB, BLE, FUSED or another of [A-Za-z0-9_-].'),
  may('SOS', flag, 'true: call for help. Never turned away.'),
] as const satisfies readonly Field[];

/** What `readValue` gives for a field. */
type ValueOf<F extends Field> =
  | (F['is']['type'] extends 'text' | 'day' | 'code'
      ? string
      : F['is']['type'] extends 'number' | 'time'
        ? number
        : F['is']['type'] extends 'flag'
          ? boolean
          : F['is']['type'] extends 'texts' | 'codes'
            ? string[]
            : F['is']['type'] extends 'certificates'
              ? Record<string, string | number | boolean | null>[]
              : unknown)
  | (F['required'] extends true ? never : null);

/** A record whose fields all held, by field name. */
export type RecordValues<Fields extends readonly Field[]> = { readonly [F in Fields[number] as F['name']]: ValueOf<F> };
