/** Reads the register of cameras and the hazard sources that they watch. Called by the roles admin, ingest and video. */
import type { CompanyScope } from './company-scope.ts';
import { type Queryable, queryRows } from './pool.ts';

export interface StoredCamera {
  readonly code: string;
  readonly name: string;
  readonly companyCode: string;
  /** CGCS2000, degrees; null: the register has no place. */
  readonly lng: number | null;
  readonly lat: number | null;
  readonly hazardSource: string | null;
  readonly streamUrl: string | null;
}

const COLUMNS = `c.code, c.name, c.company_code AS "companyCode", (c.place ->> 'lng')::float8 AS lng,
  (c.place ->> 'lat')::float8 AS lat, c.hazard_source AS "hazardSource", nullif(c.stream_url, '') AS "streamUrl"`;
/** Of a degree of latitude; within a park the earth is a plane. */
const METRES_A_DEGREE = 111_320;

/** In the order asked for. */
export const readCamerasByCode = (db: Queryable, codes: readonly string[]): Promise<StoredCamera[]> =>
  queryRows<StoredCamera>(
    db,
    `SELECT ${COLUMNS} FROM unnest($1::text[]) WITH ORDINALITY AS asked (code, n)
     JOIN reg_cameras c ON c.code = asked.code AND c.removed_at IS NULL ORDER BY asked.n, c.company_code COLLATE "C"`,
    [codes],
  );

/** Nearest first; those without a place are none. */
export const readCamerasNear = (
  db: Queryable,
  scope: CompanyScope,
  lng: number,
  lat: number,
  limit: number,
): Promise<(StoredCamera & { readonly distanceM: number })[]> =>
  queryRows(
    db,
    `SELECT ${COLUMNS}, d.m AS "distanceM" FROM reg_cameras c
     CROSS JOIN LATERAL (SELECT ${METRES_A_DEGREE} * sqrt(power(((c.place ->> 'lng')::float8 - $2) * cos(radians($3)), 2)
       + power((c.place ->> 'lat')::float8 - $3, 2)) AS m) d
     WHERE c.removed_at IS NULL AND d.m IS NOT NULL AND ($1::text IS NULL OR c.company_code = $1)
     ORDER BY d.m, c.code COLLATE "C" LIMIT $4`,
    [scope, lng, lat, limit],
  );

/** By code; null: the company has no such hazard source. */
export async function readHazardSourceCameras(
  db: Queryable,
  companyCode: string,
  hazardSource: string,
): Promise<StoredCamera[] | null> {
  const known = await queryRows(
    db,
    'SELECT 1 FROM reg_hazard_sources WHERE company_code = $1 AND code = $2 AND removed_at IS NULL',
    [companyCode, hazardSource],
  );
  if (known.length === 0) return null;
  return queryRows<StoredCamera>(
    db,
    `SELECT ${COLUMNS} FROM reg_cameras c WHERE c.company_code = $1 AND c.hazard_source = $2 AND c.removed_at IS NULL
     ORDER BY c.code COLLATE "C"`,
    [companyCode, hazardSource],
  );
}

/** What of a permit its pictures go by. Standing ones alone: neither withdrawn nor of a joint test. */
export interface StoredLinkedPermit {
  readonly companyCode: string;
  readonly permitId: string;
  readonly cameraCodes: readonly string[];
  readonly lng: number | null;
  readonly lat: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** null: there is no such permit. */
export async function readLinkedPermit(
  db: Queryable,
  companyCode: string,
  permitId: string,
): Promise<StoredLinkedPermit | null> {
  const [row] = await queryRows<StoredLinkedPermit>(
    db,
    `SELECT p.company_code AS "companyCode", p.permit_id AS "permitId", p.lng, p.lat,
       (extract(epoch FROM p.started_at) * 1000)::bigint AS "startedAtMs",
       (extract(epoch FROM p.ended_at) * 1000)::bigint AS "endedAtMs",
       ARRAY (SELECT DISTINCT v.body ->> 'cameraCode' FROM vendor_record v
         WHERE v.company_code = $1 AND v.body ->> 'permitId' = $2 AND v.interface = 'permit-videos' AND NOT v.joint_test
           AND NOT v.deleted ORDER BY 1) AS "cameraCodes"
     FROM permit p WHERE p.company_code = $1 AND p.permit_id = $2 AND p.standing`,
    [companyCode, permitId],
  );
  return row ?? null;
}
