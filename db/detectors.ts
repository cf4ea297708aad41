/** Fixed gas detectors by where they stand (setting `detector`), each with the newest value of its point. Called by the role admin. */
import type { NearDetector, PlacedDetector } from '../stream/protocol/permit-api.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Queryable, queryRows } from './pool.ts';

/** Of a degree of latitude; within a park the earth is a plane. */
const METRES_A_DEGREE = 111_320;

const DETECTOR = `k.company AS "companyCode", k.point AS code, s.value ->> 'name' AS name, s.value ->> 'unit' AS unit,
       CASE WHEN r.point_id IS NULL THEN NULL ELSE jsonb_build_object('value', r.value, 'isSounding', r.is_sounding,
         'atMs', (extract(epoch FROM r.collected_at) * 1000)::bigint) END AS newest`;
/** `setting s` of one detector each, in the scope $1. */
const KEY = `CROSS JOIN LATERAL (SELECT split_part(s.key, '/', 1) AS company, substr(s.key, strpos(s.key, '/') + 1) AS point) k`;
const NEWEST = 'LEFT JOIN newest_reading r ON r.company_code = k.company AND r.point_id = k.point';
const IN_SCOPE = `s.topic = 'detector' AND ($1::text IS NULL OR k.company = $1)`;

/** All of them, by company and code. */
export const readDetectors = (db: Queryable, scope: CompanyScope): Promise<PlacedDetector[]> =>
  queryRows<PlacedDetector>(
    db,
    `SELECT ${DETECTOR}, (s.value ->> 'lng')::float8 AS lng, (s.value ->> 'lat')::float8 AS lat
     FROM setting s ${KEY} ${NEWEST} WHERE ${IN_SCOPE} AND s.value ? 'lat' ORDER BY s.key COLLATE "C"`,
    [scope],
  );

/** Those within `radiusM` of the place, nearest first. */
export const readDetectorsNear = (
  db: Queryable,
  scope: CompanyScope,
  lng: number,
  lat: number,
  radiusM: number,
  limit: number,
): Promise<NearDetector[]> =>
  queryRows<NearDetector>(
    db,
    `SELECT ${DETECTOR}, d.m AS "distanceM"
     FROM setting s ${KEY}
     CROSS JOIN LATERAL (SELECT ${METRES_A_DEGREE} * sqrt(power(((s.value ->> 'lng')::float8 - $2) * cos(radians($3)), 2)
       + power((s.value ->> 'lat')::float8 - $3, 2)) AS m) d
     ${NEWEST}
     WHERE ${IN_SCOPE} AND d.m <= $4
       AND (s.value ->> 'lat')::float8 BETWEEN $3 - $4::float8 / ${METRES_A_DEGREE} AND $3 + $4::float8 / ${METRES_A_DEGREE}
     ORDER BY d.m, s.key COLLATE "C" LIMIT $5`,
    [scope, lng, lat, radiusM, limit],
  );
