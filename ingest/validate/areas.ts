/** AQ 3064.3 B.2 with the park's optional fields to AreaRecord; GEO is read and checked by geo. */
import { runToEnd, type Steps } from '../../core/slices.ts';
import { parseVendorGeometry } from '../../geo/vendor-geometry.ts';
import type { AreaRecord, LngLatPolygons } from '../../stream/protocol/entry.ts';
import { AREA_KINDS, PERSON_TYPE_BY_CODE, type PersonType } from '../../stream/protocol/vocabulary.ts';
import type { RecordSet } from '../record-set.ts';
import { AREA_FIELDS, type RecordValues } from './fields.ts';
import { FieldProblem, type RecordContext, RecordValidator, type Validated } from './records.ts';
import { Problem } from './values.ts';

const validator = new RecordValidator<typeof AREA_FIELDS, AreaRecord>(AREA_FIELDS);
type AreaValues = RecordValues<typeof AREA_FIELDS>;

export const validateAreas = (records: RecordSet, companyCode: string): Validated<AreaRecord> =>
  runToEnd(walkAreas(records, { companyCode, receivedAtMs: 0 }));

export function walkAreas(records: RecordSet, context: RecordContext): Steps<Validated<AreaRecord>> {
  return validator.walk(records, context, (values) => {
    const misfit = misfitOf(values);
    if (misfit !== null) return misfit;
    const polygons = polygonsOf(values.GEO);
    return polygons instanceof Problem ? new FieldProblem('GEO', polygons) : areaFrom(values, polygons);
  });
}

function misfitOf(values: AreaValues): FieldProblem | null {
  if (values.Z_MIN !== null && values.Z_MAX !== null && values.Z_MIN >= values.Z_MAX) {
    return new FieldProblem('Z_MAX', new Problem('FIELD_RANGE', 'must be above Z_MIN'));
  }
  if (isAbove(values.VALID_FROM, values.VALID_TO)) {
    return new FieldProblem('VALID_TO', new Problem('FIELD_RANGE', 'must not be before VALID_FROM'));
  }
  if (isAbove(values.CAPACITY_MIN, values.CAPACITY_MAX)) {
    return new FieldProblem('CAPACITY_MAX', new Problem('FIELD_RANGE', 'must not be below CAPACITY_MIN'));
  }
  return null;
}

const isAbove = (low: number | null, high: number | null): boolean => low !== null && high !== null && low > high;

/** The parser's problem names polygon, ring and vertex, counted from 0 in the order sent. */
function polygonsOf(geo: unknown): LngLatPolygons | Problem {
  if (typeof geo !== 'string' && (typeof geo !== 'object' || geo === null)) {
    return new Problem('FIELD_TYPE', 'must be WKT, GeoJSON or lng,lat;lng,lat');
  }
  const parsed = parseVendorGeometry(geo);
  if (parsed.ok) return parsed.value;
  return new Problem('GEOMETRY_INVALID', parsed.error.problem);
}

const typesOf = (codes: readonly string[] | null): PersonType[] =>
  [...new Set(codes ?? [])].flatMap((code) => PERSON_TYPE_BY_CODE[code] ?? []);

function areaFrom(values: AreaValues, polygons: LngLatPolygons): AreaRecord {
  return {
    areaId: values.ID,
    companyCode: values.COMPANY_CODE,
    name: values.ZONE_NAME,
    fixed: values.ZONE_TYPE === '1',
    kind: AREA_KINDS.find((kind) => kind === values.AREA_KIND) ?? null,
    polygons,
    zMinM: values.Z_MIN,
    zMaxM: values.Z_MAX,
    floorNo: values.FLOOR_NO,
    capacityMax: values.CAPACITY_MAX,
    capacityMin: values.CAPACITY_MIN,
    dwellLimitS: values.DWELL_LIMIT_S,
    stillLimitS: values.STILL_LIMIT_S,
    allowedTypes: typesOf(values.ALLOWED_TYPES),
    boundPersonIds: values.BOUND_PERSON_IDS ?? [],
    requiredPersonIds: values.REQUIRED_PERSON_IDS ?? [],
    validFromMs: values.VALID_FROM,
    validToMs: values.VALID_TO,
    inExArea: values.IN_EX_AREA,
    updatedAtMs: values.UPDATE_DATE,
    deleted: values.DELETED,
  };
}
