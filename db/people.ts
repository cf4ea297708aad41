/**
 * Reads the register of people: one by id or card, and search. Invariant: outside the company scope is the same as not
 * there; sealed fields stay sealed. Called by admin.
 */
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

/** PERSON_ID, or CARD_NO: then the person who wears it, else the tag itself. */
export type PersonKey = { readonly personId: string } | { readonly cardNo: string };

export interface StoredPlace {
  readonly observedAtMs: number;
  readonly receivedAtMs: number;
  /** CGCS2000, degrees. */
  readonly lng: number;
  readonly lat: number;
  readonly heightM: number | null;
  readonly accuracyM: number | null;
  readonly floor: string | null;
  readonly batteryPct: number | null;
  readonly source: string | null;
}

export interface StoredPerson {
  /** person.id: what position rows carry. */
  readonly id: number;
  readonly personId: string | null;
  readonly cardNo: string | null;
  readonly companyCode: string;
  readonly companyName: string;
  readonly name: string;
  readonly type: string;
  readonly department: string;
  readonly post: string;
  readonly mobileSealed: string | null;
  readonly certificates: readonly unknown[];
  readonly deleted: boolean;
}

export interface StoredPersonCard extends StoredPerson {
  readonly latest: StoredPlace | null;
}

const PERSON_COLUMNS = `p.id, p.person_id AS "personId", p.card_no AS "cardNo", p.company_code AS "companyCode",
  coalesce(nullif(p.company_name, ''), c.name, '') AS "companyName", p.name, p.type, p.department, p.post,
  p.said_mobile_sealed AS "mobileSealed", p.said_certificates AS certificates, p.deleted`;
const PERSON_FROM = 'person p LEFT JOIN company c ON c.code = p.company_code';

// Rows of position since person_latest was last written, and that row itself where its day was dropped.
const LATEST = `
  SELECT date_part('epoch', n.observed_at) * 1000 AS "observedAtMs",
         date_part('epoch', n.received_at) * 1000 AS "receivedAtMs", n.lng / 1e7::float8 AS lng, n.lat / 1e7::float8 AS lat,
         n.height_cm / 100::float8 AS "heightM", n.accuracy_dm / 10::float8 AS "accuracyM",
         nullif(f.name, '') AS floor, n.battery_pct AS "batteryPct", nullif(s.name, '') AS source
  FROM (
    (SELECT observed_at, observed_at + delay_ms * interval '1 millisecond' AS received_at, lng, lat, height_cm, accuracy_dm,
            floor, battery_pct, source
     FROM position
     WHERE person_id = $1 AND lng IS NOT NULL
       AND observed_at >= coalesce(
         (SELECT max(observed_at) FROM person_latest WHERE person_id = $1 AND lng IS NOT NULL), '-infinity')
     ORDER BY observed_at DESC LIMIT 1)
    UNION ALL
    (SELECT observed_at, received_at, lng, lat, height_cm, accuracy_dm, floor, battery_pct, source
     FROM person_latest WHERE person_id = $1 AND lng IS NOT NULL ORDER BY observed_at DESC LIMIT 1)
  ) n
  LEFT JOIN fix_source s ON s.id = n.source LEFT JOIN fix_floor f ON f.id = n.floor
  ORDER BY n.observed_at DESC LIMIT 1`;

/** Rows of the people named, in no order; unknown ones are left out. `companyCode` null: of any company in scope. */
export async function findPeople(
  pool: Pool,
  scope: CompanyScope,
  companyCode: string | null,
  keys: readonly PersonKey[],
): Promise<StoredPerson[]> {
  const personIds = keys.flatMap((key) => ('personId' in key ? [key.personId] : []));
  const cardNos = keys.flatMap((key) => ('cardNo' in key ? [key.cardNo] : []));
  return queryRows<StoredPerson>(
    pool,
    `SELECT ${PERSON_COLUMNS} FROM ${PERSON_FROM}
     WHERE NOT p.joint_test AND ($1::text IS NULL OR p.company_code = $1) AND ($2::text IS NULL OR p.company_code = $2)
       AND (p.person_id = ANY ($3::text[])
         OR (p.card_no = ANY ($4::text[]) AND (p.person_id IS NOT NULL OR NOT EXISTS (
           SELECT FROM person w
           WHERE w.company_code = p.company_code AND w.card_no = p.card_no AND w.person_id IS NOT NULL))))`,
    [scope, companyCode, personIds, cardNos],
  );
}

/** A tag whose positions observed before `untilMs` are the person's: it was worn before anybody said by whom. */
export interface PersonAlias {
  readonly id: number;
  readonly alsoId: number;
  readonly untilMs: number;
}

export const findAliases = (pool: Pool, ids: readonly number[]): Promise<PersonAlias[]> =>
  queryRows<PersonAlias>(
    pool,
    `SELECT person_id AS id, also_id AS "alsoId", (extract(epoch FROM until) * 1000)::bigint AS "untilMs"
     FROM person_alias WHERE person_id = ANY ($1::integer[]) AND isfinite(until)`,
    [ids],
  );

/** null: nobody by that key in this scope. */
export async function findPersonCard(
  pool: Pool,
  scope: CompanyScope,
  companyCode: string,
  key: PersonKey,
): Promise<StoredPersonCard | null> {
  const [person] = await findPeople(pool, scope, companyCode, [key]);
  if (person === undefined) return null;
  const [latest] = await queryRows<StoredPlace>(pool, LATEST, [person.id]);
  return {
    ...person,
    latest:
      latest === undefined
        ? null
        : {
            ...latest,
            observedAtMs: Math.round(latest.observedAtMs),
            receivedAtMs: Math.round(latest.receivedAtMs),
          },
  };
}

export interface SamePersonRow {
  readonly companyCode: string;
  readonly companyName: string;
  readonly personId: string;
  readonly name: string;
  readonly type: string;
  readonly post: string;
  readonly contractorCode: string | null;
}

/** Others' registrations of the same ID number, by its blind index; of a person out of scope there are none. */
export const findSamePerson = (
  pool: Pool,
  scope: CompanyScope,
  companyCode: string,
  personId: string,
): Promise<SamePersonRow[]> =>
  queryRows<SamePersonRow>(
    pool,
    `SELECT o.company_code AS "companyCode", coalesce(c.name, '') AS "companyName", o.person_id AS "personId", o.name, o.type,
       o.post, o.said_contractor_code AS "contractorCode"
     FROM person p
     JOIN person o ON o.id_number_blind = p.id_number_blind AND o.company_code <> p.company_code AND NOT o.joint_test
       AND o.registered AND NOT o.deleted
     LEFT JOIN company c ON c.code = o.company_code
     WHERE ($1::text IS NULL OR p.company_code = $1) AND p.company_code = $2 AND p.person_id = $3 AND NOT p.joint_test
       AND p.registered AND NOT p.deleted
     ORDER BY o.company_code, o.person_id`,
    [scope, companyCode, personId],
  );
