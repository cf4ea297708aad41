/**
 * The one table of wire fields: names, limits and codes of every route. The validators read their limits here,
 * openapi.ts describes the routes from here, and a test holds docs/vendor-api.md against it. Identifiers are those of
 * AQ 3064.3-2025 Annex B and AQ 3064.1-2025 A.2; the fields that the annexes do not have are the park's own.
 */
import {
  AREA_ALARM_TYPE_BY_CODE,
  AREA_KINDS,
  LOCAL_ALARM_CODE,
  PERSON_ALARM_TYPE_BY_CODE,
  PERSON_TYPE_BY_CODE,
} from '../../stream/protocol/vocabulary.ts';
import { INTERFACES } from '../ports.ts';

export type FieldType =
  /** `isToken`: of [A-Za-z0-9_-] alone. `form`: what the whole text looks like, with what that is in words. */
  | {
      readonly type: 'text';
      readonly maxLength: number;
      readonly isToken?: boolean;
      readonly form?: { readonly pattern: RegExp; readonly words: string };
    }
  /** Text for people to read: line breaks and other control characters become blanks. */
  | { readonly type: 'prose'; readonly maxLength: number }
  | { readonly type: 'number'; readonly min: number; readonly max: number; readonly integer?: boolean }
  | { readonly type: 'flag' }
  /** `recent`: COLLECT_TIME, no more than a week old and a minute ahead of receipt (times.ts). */
  | { readonly type: 'time'; readonly recent?: boolean }
  | { readonly type: 'day' }
  /** `local`: of this form, beyond the codes, is a vendor's own. */
  | { readonly type: 'code'; readonly codes: readonly string[]; readonly local?: RegExp }
  | { readonly type: 'texts'; readonly maxLength: number; readonly maxItems: number }
  | { readonly type: 'codes'; readonly codes: readonly string[] }
  /** An array of texts, or one text of them with commas (`,` `，` `、`) between: the park's own form and that of AQ 3064.2 A.1. */
  | { readonly type: 'list'; readonly maxLength: number; readonly maxItems: number }
  /** An uploaded file (multipart-body.ts). */
  | { readonly type: 'file'; readonly maxBytes: number }
  | { readonly type: 'certificates'; readonly maxItems: number }
  | { readonly type: 'geometry' }
  | { readonly type: 'objects'; readonly fields: readonly Field[]; readonly maxItems: number };

export interface Field {
  readonly name: string;
  /** Other names in use beside the spellings that alias-names.ts accepts of any name. */
  readonly otherNames?: readonly string[];
  readonly required: boolean;
  /** A value that cannot be read counts as absent: nothing but the need of help matters. */
  readonly forgiving?: boolean;
  readonly is: FieldType;
  readonly meaning: string;
}

const ID_LENGTH = 64;
const id = { type: 'text', maxLength: ID_LENGTH } as const;
const name = { type: 'text', maxLength: 128 } as const;
const flag = { type: 'flag' } as const;
const time = { type: 'time' } as const;
const recentTime = { type: 'time', recent: true } as const;
const floor = { type: 'text', maxLength: 32 } as const;
const heightM = { type: 'number', min: -500, max: 9000 } as const;
const headcount = { type: 'number', min: 0, max: 100_000, integer: true } as const;
const seconds = { type: 'number', min: 1, max: 30 * 86_400, integer: true } as const;
const personIds = { type: 'texts', maxLength: ID_LENGTH, maxItems: 5_000 } as const;
const prose = { type: 'prose', maxLength: 1_000 } as const;
const longitude = { type: 'number', min: -180, max: 180 } as const;
const latitude = { type: 'number', min: -90, max: 90 } as const;
const codesOf = <K extends string>(table: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(table).sort() as K[];
const personTypes = codesOf(PERSON_TYPE_BY_CODE);

export const must = <const N extends string, const T extends FieldType>(fieldName: N, is: T, meaning: string) =>
  ({ name: fieldName, required: true, is, meaning }) as const;
export const may = <const N extends string, const T extends FieldType>(fieldName: N, is: T, meaning: string) =>
  ({ name: fieldName, required: false, is, meaning }) as const;

const forgiving = <F extends Field>(
  field: F,
): Omit<F, 'required'> & { readonly required: false; readonly forgiving: true } => ({
  ...field,
  required: false,
  forgiving: true,
});

export const COMPANY_CODE = must(
  'COMPANY_CODE',
  id,
  "Code of the company in the national registry; must be the credential's own.",
);
export const OWN_COMPANY = may('COMPANY_CODE', id, "The credential's own; the same when absent.");
export const DELETED = must('DELETED', flag, '0 normal, 1 withdrawn.');
export const UPDATE_DATE = {
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
  { ...may('CARD_NO', id, 'Card number of the tag.'), forgiving: true },
  must('LONGITUDE', longitude, 'CGCS2000, decimal degrees.'),
  must('LATITUDE', latitude, 'CGCS2000, decimal degrees.'),
  must('COLLECT_TIME', recentTime, 'When the position was observed: at most 7 days old and 60 s ahead.'),
  may('ALTITUDE', heightM, 'Height, m.'),
  may('FLOOR_NO', floor, 'Floor.'),
  may('ACCURACY', { type: 'number', min: 0, max: 10_000 }, 'Radius of the 68 % circle, m; 0 says nothing.'),
  may('SPEED', { type: 'number', min: 0, max: 150 }, 'Speed over ground, m/s.'),
  may('HEADING', { type: 'number', min: 0, max: 360 }, 'Degrees from north, clockwise.'),
  may('BATTERY', { type: 'number', min: 0, max: 100 }, 'Charge of the tag, %.'),
  may('CHARGING', flag, 'The tag is being charged.'),
  may('ONLINE', flag, 'The tag is online.'),
  may('SOURCE', { type: 'text', maxLength: 16, isToken: true }, 'GNSS, UWB, BLE, FUSED or another of [A-Za-z0-9_-].'),
  may('SOS', flag, 'true: call for help. Never turned away.'),
] as const satisfies readonly Field[];

/** What `readValue` gives for a field. */
const NEEDED_OF_SOS: readonly string[] = ['SOS'];
/** What positions.ts asks of a record with SOS true. */
export const SOS_POSITION_FIELDS: readonly Field[] = POSITION_FIELDS.map((field: Field) =>
  NEEDED_OF_SOS.includes(field.name) ? { ...field, required: false } : forgiving(field),
);

const GATHERING_MEMBER_FIELDS = [
  must('NAME', name, 'Name.'),
  must('PERSONTYPE', { type: 'code', codes: personTypes }, '01 staff, 02 contractor, 03 visitor.'),
  must('PERSONID', id, 'ID of the person.'),
  may('X', longitude, 'Longitude, CGCS2000, decimal degrees.'),
  may('Y', latitude, 'Latitude, CGCS2000, decimal degrees.'),
] as const satisfies readonly Field[];

export const GATHERING_FIELDS = [
  COMPANY_CODE,
  must('TIME_STAMP', time, 'Start of the warning; with the company it tells gatherings apart.'),
  must('ALARM_AREA', { type: 'objects', fields: GATHERING_MEMBER_FIELDS, maxItems: 1_000 }, 'Who is there, and where.'),
  may('ALARM_LAST_TIME', { type: 'number', min: 0, max: 1e9 }, 'How long it has lasted; kept as sent.'),
  DELETED,
  UPDATE_DATE,
] as const satisfies readonly Field[];

const ALARM_ID = must('ID', id, 'Key of the alarm at the company.');
const ALARM_TIME = must('ALARM_TIME', time, 'When it was raised.');
const ALARM_END_TIME = may('ALARM_END_TIME', time, 'When it ended; absent: it lasts.');
const DESCRIBE = may('DESCRIBE', prose, 'Description.');
const ALARM_PERSON = must('PERSON_ID', id, 'ID of the person.');
const PERSON_ALARM_TYPE = must(
  'ALARM_TYPE',
  { type: 'code', codes: codesOf(PERSON_ALARM_TYPE_BY_CODE), local: LOCAL_ALARM_CODE },
  '0 SOS, 1 out of bounds, 2 dwell, 3 still; 4 left post or site (离场, not in the standard), or a code of your own that the park was told the meaning of.',
);
const ALARM_ZONE = may('ZONE_ID', id, 'ID of the area; none for an SOS.');

export const PERSON_ALARM_FIELDS = [
  ALARM_ID,
  ALARM_PERSON,
  ALARM_ZONE,
  PERSON_ALARM_TYPE,
  ALARM_TIME,
  ALARM_END_TIME,
  DESCRIBE,
  DELETED,
  OWN_COMPANY,
  UPDATE_DATE,
] as const satisfies readonly Field[];

/** The same in the same order, for ALARM_TYPE 0: it needs to be told who calls, and nothing else. */
export const SOS_ALARM_FIELDS = [
  forgiving(ALARM_ID),
  ALARM_PERSON,
  forgiving(ALARM_ZONE),
  PERSON_ALARM_TYPE,
  forgiving(ALARM_TIME),
  forgiving(ALARM_END_TIME),
  forgiving(DESCRIBE),
  forgiving(DELETED),
  forgiving(OWN_COMPANY),
  forgiving(UPDATE_DATE),
] as const satisfies readonly Field[];

export const AREA_ALARM_FIELDS = [
  ALARM_ID,
  must('ZONE_ID', id, 'ID of the area.'),
  must(
    'ALARM_TYPE',
    { type: 'code', codes: codesOf(AREA_ALARM_TYPE_BY_CODE), local: LOCAL_ALARM_CODE },
    '1 over capacity, 2 under capacity; 3 post empty (缺岗, not in the standard), or a code of your own that the park was told the meaning of.',
  ),
  ALARM_TIME,
  ALARM_END_TIME,
  DESCRIBE,
  DELETED,
  OWN_COMPANY,
  UPDATE_DATE,
] as const satisfies readonly Field[];

export const HEARTBEAT_FIELDS = [
  COMPANY_CODE,
  must(
    'INTERFACE',
    { type: 'code', codes: INTERFACES.filter((interfaceName) => interfaceName !== 'heartbeats') },
    'What the sender stands ready to send.',
  ),
  must('MODE', { type: 'code', codes: ['ON_CHANGE', 'PERIODIC'] }, 'Every so often, or when something changed.'),
  may('INTERVAL_S', seconds, 'PERIODIC, and required there: promised distance of its records, s.'),
] as const satisfies readonly Field[];

const READING_FIELDS = [
  must('QUOTAID', id, 'Measuring point.'),
  must('VALUE', { type: 'number', min: -1e12, max: 1e12 }, 'Value, in the unit of the point.'),
  may('ALARM_TYPE', id, 'Kind of alarm, when the point is in alarm.'),
  may('ALARM_TIME', time, 'Start of the alarm.'),
  may('ALARM_END_TIME', time, 'End of the alarm.'),
] as const satisfies readonly Field[];

export const SENSOR_FIELDS = [
  must('IDENTIFIER', id, 'What kind of data.'),
  must('DATA_ID', id, 'Number of the packet.'),
  COMPANY_CODE,
  may('PARK_CODE', id, 'Code of the park in the national registry.'),
  must('GATEWAY_ID', id, 'Gateway that collected.'),
  must('COLLECT_TIME', recentTime, 'When it was measured: at most 7 days old and 60 s ahead.'),
  may('IS_CONNECT_DATASOURCE', flag, 'The gateway reaches its sources.'),
  must('REPORT_TYPE', id, 'Why the packet was sent.'),
  must('DATASET', { type: 'objects', fields: READING_FIELDS, maxItems: 1_000 }, 'Readings.'),
] as const satisfies readonly Field[];

type ValueOf<F extends Field> =
  | (F['is']['type'] extends 'text' | 'prose' | 'day'
      ? string
      : F['is'] extends { readonly type: 'code'; readonly codes: readonly (infer Code)[] }
        ? Code
        : F['is']['type'] extends 'number' | 'time'
          ? number
          : F['is']['type'] extends 'flag'
            ? boolean
            : F['is']['type'] extends 'texts' | 'list' | 'codes'
              ? string[]
              : F['is']['type'] extends 'certificates'
                ? Record<string, string | number | boolean | null>[]
                : F['is'] extends { readonly type: 'objects'; readonly fields: infer Inner extends readonly Field[] }
                  ? RecordValues<Inner>[]
                  : unknown)
  | (F['required'] extends true ? never : null);

/** A record whose fields all held, by field name. */
export type RecordValues<Fields extends readonly Field[]> = { readonly [F in Fields[number] as F['name']]: ValueOf<F> };
