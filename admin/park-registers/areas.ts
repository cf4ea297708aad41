/** Areas of a page as records of AQ 3064.3 B.2, and back (registers/areas.ts). */
import { AppError } from '../../core/errors.ts';
import { type Queryable, queryRows } from '../../db/pool.ts';
import { changedValues } from '../../db/registers/changes.ts';
import { parseVendorGeometry } from '../../geo/vendor-geometry.ts';
import { areas } from '../../registers/areas.ts';
import type { AreaRecord } from '../../stream/protocol/entry.ts';
import { pageSaidAtMs } from '../../stream/protocol/page-records.ts';
import type { AreaKind, PersonType } from '../../stream/protocol/vocabulary.ts';
import type { StoredChange, StoredValues } from '../register/store.ts';
import { PageWordStore } from './page-words.ts';
import type { RecordForm, Said } from './word-shape.ts';

type Corner = readonly [number, number];

export const AREA_FORM: RecordForm<'areas'> = {
  kind: 'areas',
  register: areas,
  record({ companyCode, values, updatedAtMs }: Said): AreaRecord {
    const number = (field: string): number | null => (values[field] ?? null) as number | null;
    return {
      areaId: String(values['areaId']),
      companyCode,
      name: String(values['name']),
      fixed: values['fixed'] === 'fixed',
      kind: (values['kind'] ?? null) as AreaKind | null,
      polygons: polygonsOf(values['plan'] as readonly Corner[]),
      zMinM: number('zMinM'),
      zMaxM: number('zMaxM'),
      floorNo: (values['floorNo'] ?? null) as string | null,
      // Limits of an area are settings (topic `area`).
      capacityMax: null,
      capacityMin: null,
      dwellLimitS: null,
      stillLimitS: null,
      allowedTypes: (values['allowedTypes'] ?? []) as PersonType[],
      boundPersonIds: (values['boundPeople'] ?? []) as string[],
      requiredPersonIds: [],
      validFromMs: number('validFrom'),
      validToMs: number('validTo'),
      inExArea: null,
      updatedAtMs,
      deleted: false,
    };
  },
  values: valuesOf,
};

function valuesOf(record: AreaRecord): StoredValues {
  return {
    areaId: record.areaId,
    name: record.name,
    kind: record.kind,
    fixed: record.fixed ? 'fixed' : 'temporary',
    plan: record.polygons[0]?.[0]?.slice(0, -1) ?? null,
    zMinM: record.zMinM,
    zMaxM: record.zMaxM,
    floorNo: record.floorNo,
    validFrom: record.validFromMs,
    validTo: record.validToMs,
    allowedTypes: record.allowedTypes,
    boundPeople: record.boundPersonIds,
  };
}

/** As checked as a vendor's. */
function polygonsOf(plan: readonly Corner[]): AreaRecord['polygons'] {
  const ring = [...plan, plan[0] as Corner];
  const parsed = parseVendorGeometry({ type: 'Polygon', coordinates: [ring] });
  if (!parsed.ok) throw new AppError('INPUT_INVALID', { detail: `plan: ${parsed.error.problem}` });
  return parsed.value;
}

interface VersionRow {
  readonly version: number;
  readonly body: AreaRecord;
  readonly receivedAtMs: number;
}

class AreaStore extends PageWordStore<'areas'> {
  /** Every version that ever stood, whoever said it. */
  override async history(db: Queryable, id: string): Promise<StoredChange[]> {
    const said = await super.history(db, id);
    const versions = await queryRows<VersionRow>(
      db,
      `SELECT v.version, v.body, (extract(epoch FROM v.received_at) * 1000)::bigint AS "receivedAtMs"
       FROM area a JOIN area_version v USING (company_code, area_id)
       WHERE named_row_id(a.company_code, a.area_id) = $1::bigint ORDER BY v.version`,
      [id],
    );
    let before: StoredValues | null = null;
    const changes = versions.map(({ version, body, receivedAtMs }): StoredChange => {
      const saidAtMs = pageSaidAtMs(body.updatedAtMs);
      const word = said.find(({ atMs }) => atMs === saidAtMs);
      const was = before;
      const is = body.deleted ? null : valuesOf(body);
      before = is;
      const differs = was !== null && is !== null ? (changedValues(was, is) ?? { before: {}, after: {} }) : null;
      return {
        version,
        atMs: saidAtMs ?? receivedAtMs,
        by: word?.by ?? '',
        act: word?.act ?? 'vendor',
        reason: word?.reason ?? null,
        ...(differs ?? { before: was, after: is }),
      };
    });
    // What is on its way is no version yet.
    const takenToMs = Math.max(0, ...changes.map(({ atMs }) => atMs));
    const waiting = said.filter(({ atMs }) => atMs > takenToMs);
    const numbered = waiting.map((one, i) => ({ ...one, version: versions.length + waiting.length - i }));
    return [...numbered, ...changes.reverse()];
  }
}

export const areaStore = (waitMs?: number): PageWordStore<'areas'> => new AreaStore(AREA_FORM, waitMs);
